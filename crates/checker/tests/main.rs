//! Tests of the checkers by their public interface.

mod drawings;
mod files;
mod known_verdicts;
#[cfg(not(target_arch = "wasm32"))]
mod random;
#[cfg(not(target_arch = "wasm32"))]
mod register_laws;
#[cfg(not(target_arch = "wasm32"))]
mod session_laws;
