//! Tests of whole nodes, from outside. Nodes stand on a [`cluster`], where nothing moves unless a test
//! moves it.

mod dynamo_paper;
mod harness;
mod mechanisms;
mod node;
mod swarm;
