//! The page's web worker: predictions by PBS, so that the page stays responsive.
//!
//! The page sends an [`Order`], the worker runs its jobs in slices and posts an [`Answer`] for each. A
//! newer order of a sort takes the place of the older one, also in the middle of it. This library is
//! all that the page and the worker share; it draws nothing and knows no cluster.

mod codec;
mod job;
mod worker;

pub use crate::codec::Postcard;
pub use crate::job::{Answer, Forecast, Job, Order, Part};
pub use crate::worker::Predictor;
