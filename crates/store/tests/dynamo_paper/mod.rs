//! The behaviours that the Dynamo paper states (DeCandia et al., SOSP 2007), by its sections.

mod s4_2_partitioning;
mod s4_3_replication;
mod s4_4_versioning;
mod s4_5_get_and_put;
mod s4_6_hinted_handoff;
mod s4_7_anti_entropy;
mod s4_8_membership;
mod s4_9_adding_and_removing;
mod s5_implementation;
mod s6_2_load;
