//! The page's web worker: it predicts, and nothing else.

use gloo::worker::Registrable;
use ringside_predictor::{Postcard, Predictor};

fn main() {
    Predictor::registrar().encoding::<Postcard>().register();
}
