//! Tests of whole nodes from outside, in the [`harness`], where nothing moves unless a test moves
//! it.

mod dynamo_paper;
mod harness;
mod mechanisms;
mod node;
mod swarm;
