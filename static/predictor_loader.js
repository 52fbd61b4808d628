// Starts the page's web worker. wasm-bindgen's own script would be asked for its module in a way that it
// warns of.
importScripts('./predictor.js');
wasm_bindgen({ module_or_path: './predictor_bg.wasm' });
