//! One file for each mechanism.

mod anti_entropy;
mod churn;
mod deletes;
mod failure_detection;
mod hints;
mod moving;
mod order;
mod overload;
mod reads;
mod turns;
mod versions;
