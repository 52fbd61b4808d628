//! Tests of whole nodes, from outside. Nodes stand on a [`table`], where nothing moves unless a test
//! moves it.

mod dynamo_paper;
mod mechanisms;
mod node;
mod swarm;
mod table;
