//! The entry point of the page's web worker.

use gloo::worker::Registrable;
use ringside_predictor::{Postcard, Predictor};

fn main() {
    Predictor::registrar().encoding::<Postcard>().register();
}
