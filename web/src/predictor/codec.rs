//! The encoding of orders and answers between the page and its worker.

use gloo::worker::Codec;
use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsValue, UnwrapThrowExt};

/// The Postcard encoding, as bytes in a `Uint8Array`.
///
/// The page and the worker are built from one source, so each can decode the other's messages. A worker of
/// another build is a fault in publishing the page: decoding then throws.
#[derive(Debug)]
pub struct Postcard;

impl Codec for Postcard {
    fn encode<I: Serialize>(input: I) -> JsValue {
        let bytes = postcard::to_allocvec(&input).expect_throw("a message can be written");
        Uint8Array::from(bytes.as_slice()).into()
    }

    fn decode<O: for<'de> Deserialize<'de>>(input: JsValue) -> O {
        let bytes = Uint8Array::new(&input).to_vec();
        postcard::from_bytes(&bytes).expect_throw("page and worker are of one build")
    }
}
