//! A standalone copy of an SVG of the page, with its computed styles inlined.

use wasm_bindgen::JsCast;
use web_sys::{Element, XmlSerializer};

use super::{read, style_of};

/// The CSS properties that affect a picture.
const STYLES: [&str; 22] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "paint-order",
    "opacity",
    "visibility",
    "display",
    "font-family",
    "font-size",
    "font-weight",
    "letter-spacing",
    "text-anchor",
    "dominant-baseline",
    "transform",
    "transform-origin",
    "transform-box",
];

/// Serialises an SVG of the page with its styles inlined, at the place and in the size that are given in
/// pixels. Returns `None` if the browser refuses.
pub(super) fn serialised(element: &Element, [x, y, width, height]: [f64; 4]) -> Option<String> {
    let copy: Element = element.clone_node_with_deep(true).ok()?.dyn_into().ok()?;
    inline(element, &copy);
    let numbers = [("x", x), ("y", y), ("width", width), ("height", height)];
    for (name, value) in numbers {
        copy.set_attribute(name, &format!("{value:.2}")).ok()?;
    }
    XmlSerializer::new().ok()?.serialize_to_string(&copy).ok()
}

/// Copies the computed styles of an element and of all its descendants into their copies' `style` attributes.
fn inline(element: &Element, copy: &Element) {
    if let Some(style) = style_of(element) {
        let declared = STYLES.into_iter().filter_map(|name| {
            let value = read(&style, name);
            (!value.is_empty()).then(|| format!("{name}:{value}"))
        });
        let declared: Vec<String> = declared.collect();
        // Setting an attribute fails only for an invalid attribute name.
        let _ = copy.set_attribute("style", &declared.join(";"));
        let _ = copy.remove_attribute("class");
    }
    let (children, copies) = (element.children(), copy.children());
    for place in 0..children.length() {
        if let (Some(child), Some(copy)) = (children.item(place), copies.item(place)) {
            inline(&child, &copy);
        }
    }
}
