//! The page's web worker, which computes PBS predictions so that the page stays responsive.
//!
//! The page sends an [`Order`]. The worker runs its jobs in slices and posts an [`Answer`] for each. A newer
//! order replaces an older one of the same kind, even one in progress. The page and the worker share only
//! this library, which draws nothing and knows no cluster.

mod codec;
mod job;
mod worker;

pub use crate::codec::Postcard;
pub use crate::job::{Answer, Forecast, Job, Order, Part};
pub use crate::worker::Predictor;
