//! Export of a part of the page as a standalone picture: SVG with all styles inlined, or PNG.
//!
//! The page draws with buttons, text, SVG and canvases. Each is converted to SVG at its place: a box to a
//! rectangle, a text node to text, an SVG to a copy with its styles inlined, and a canvas to an image.

mod inline;

use std::fmt::Write as _;

use js_sys::{Function, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, CanvasRenderingContext2d, CssStyleDeclaration, DomRect, Element, HtmlCanvasElement,
    HtmlImageElement, Node,
};

/// The number of pixels of a PNG per CSS pixel of the page, in each direction.
const DENSITY: f64 = 2.0;

/// Exports a part of the page as SVG.
pub(crate) fn svg(element: &Element) -> String {
    let bounds = element.get_bounding_client_rect();
    let (width, height) = (bounds.width().max(1.0), bounds.height().max(1.0));
    let ground = style_of(element).map_or_else(String::new, |style| read(&style, "--surface"));
    let mut drawing = Drawing { bounds, text: String::new() };
    drawing.element(element);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.2} {height:.2}\">\n<rect width=\"100%\" height=\"100%\" \
         fill=\"{}\"/>\n{}</svg>\n",
        escaped(ground.trim()),
        drawing.text
    )
}

/// Converts an SVG picture to PNG. Returns `None` if the browser can't.
pub(crate) async fn png(svg: &str) -> Option<Blob> {
    let image = HtmlImageElement::new().ok()?;
    let encoded = js_sys::encode_uri_component(svg).as_string()?;
    image.set_src(&format!("data:image/svg+xml;charset=utf-8,{encoded}"));
    JsFuture::from(image.decode()).await.ok()?;
    let (width, height) = (f64::from(image.width()), f64::from(image.height()));
    let canvas = gloo::utils::document().create_element("canvas").ok()?;
    let canvas: HtmlCanvasElement = canvas.dyn_into().ok()?;
    canvas.set_width((width * DENSITY) as u32);
    canvas.set_height((height * DENSITY) as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context
        .draw_image_with_html_image_element_and_dw_and_dh(
            &image,
            0.0,
            0.0,
            width * DENSITY,
            height * DENSITY,
        )
        .ok()?;
    let promise = Promise::new(&mut |resolve: Function, _| {
        // On failure the callback is never called, and dropping the promise is harmless.
        let _ = canvas.to_blob(&resolve);
    });
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

/// A drawing under construction.
struct Drawing {
    /// The area on the screen that is drawn.
    bounds: DomRect,
    /// The SVG elements so far.
    text: String,
}

impl Drawing {
    /// Draws an element and its descendants, unless it is hidden or a control.
    fn element(&mut self, element: &Element) {
        let Some(style) = style_of(element) else { return };
        let is_hidden = read(&style, "display") == "none"
            || read(&style, "visibility") == "hidden"
            || read(&style, "opacity") == "0"
            // Elements for screen readers only, and controls.
            || read(&style, "clip-path").starts_with("inset(50%")
            || element.matches("button.quiet, select, progress").unwrap_or(false);
        if is_hidden {
            return;
        }
        match element.tag_name().to_ascii_lowercase().as_str() {
            "svg" => self.drawn(element),
            "canvas" => self.painted(element),
            _ => {
                self.rectangle(element, &style);
                self.children(element, &style);
            }
        }
    }

    fn children(&mut self, element: &Element, style: &CssStyleDeclaration) {
        let nodes = element.child_nodes();
        for node in (0..nodes.length()).filter_map(|place| nodes.item(place)) {
            if let Some(child) = node.dyn_ref::<Element>() {
                self.element(child);
            } else if node.node_type() == Node::TEXT_NODE {
                self.letters(&node, style);
            }
        }
    }

    /// Returns the place and size in the picture of an area on the screen: left, top, width and height.
    fn place(&self, rect: &DomRect) -> [f64; 4] {
        let (x, y) = (rect.left() - self.bounds.left(), rect.top() - self.bounds.top());
        [x, y, rect.width(), rect.height()]
    }

    /// Draws the background and the border of a box.
    fn rectangle(&mut self, element: &Element, style: &CssStyleDeclaration) {
        let [x, y, width, height] = self.place(&element.get_bounding_client_rect());
        let border: f64 = number(&read(style, "border-top-width"));
        let line = read(style, "border-top-style");
        let has_border = border > 0.0 && line != "none";
        let ground = read(style, "background-color");
        let has_ground = !is_clear(&ground);
        if (!has_border && !has_ground) || width <= 0.0 || height <= 0.0 {
            return;
        }
        let half = if has_border { border / 2.0 } else { 0.0 };
        let radius = radius(&read(style, "border-top-left-radius"), width);
        let fill = if has_ground { ground } else { "none".to_owned() };
        let stroke = match (has_border, line.as_str()) {
            (false, _) => String::new(),
            (true, line) => {
                let dash = match line {
                    "dashed" => format!(" stroke-dasharray=\"{} {}\"", border * 2.0, border),
                    "dotted" => format!(" stroke-dasharray=\"{border} {border}\""),
                    _ => String::new(),
                };
                let colour = escaped(&read(style, "border-top-color"));
                format!(" stroke=\"{colour}\" stroke-width=\"{border}\"{dash}")
            }
        };
        // Writing to a string can't fail.
        _ = writeln!(
            self.text,
            "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\" rx=\"{:.2}\" \
             fill=\"{}\"{stroke}/>",
            x + half,
            y + half,
            (width - 2.0 * half).max(0.0),
            (height - 2.0 * half).max(0.0),
            (radius - half).max(0.0),
            escaped(&fill)
        );
    }

    /// Draws a text node, line by line.
    fn letters(&mut self, node: &Node, style: &CssStyleDeclaration) {
        let text = node.text_content().unwrap_or_default();
        let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let range = gloo::utils::document().create_range();
        let (Ok(range), false) = (range, words.is_empty()) else { return };
        if range.select_node_contents(node).is_err() {
            return;
        }
        let [x, y, width, height] = self.place(&range.get_bounding_client_rect());
        if width <= 0.0 {
            return;
        }
        // A space between two text nodes on one line is visible.
        let parent = node.parent_node().filter(|_| read(style, "display") == "inline");
        let before = node.previous_sibling().or_else(|| parent?.previous_sibling());
        if text.starts_with(char::is_whitespace) && before.is_some() {
            words.insert(0, ' ');
        }
        let size = number(&read(style, "font-size")).max(1.0);
        // The browser breaks a long text into lines. Their number is estimated from the height, and the text
        // is broken into as many.
        let count = ((height / (size * 1.5)).round() as usize).max(1);
        let step = height / count as f64;
        let lines = if count == 1 { vec![words] } else { lines(&words, count) };
        for (place, line) in lines.into_iter().enumerate() {
            let middle = y + step * (place as f64 + 0.5);
            let long = if count == 1 {
                format!(" textLength=\"{width:.2}\" lengthAdjust=\"spacingAndGlyphs\"")
            } else {
                String::new()
            };
            _ = writeln!(
                self.text,
                "<text x=\"{x:.2}\" y=\"{middle:.2}\" dominant-baseline=\"central\"{long} \
                 xml:space=\"preserve\" font-family=\"{}\" font-size=\"{size}\" font-weight=\"{}\" fill=\"{}\">{}</text>",
                escaped(&read(style, "font-family")),
                escaped(&read(style, "font-weight")),
                escaped(&read(style, "color")),
                escaped(&line)
            );
        }
    }

    /// Draws a copy of an SVG of the page.
    fn drawn(&mut self, element: &Element) {
        let [x, y, width, height] = self.place(&element.get_bounding_client_rect());
        if let Some(text) = inline::serialised(element, [x, y, width, height]) {
            self.text.push_str(&text);
            self.text.push('\n');
        }
    }

    /// Draws the contents of a canvas as an image.
    fn painted(&mut self, element: &Element) {
        let [x, y, width, height] = self.place(&element.get_bounding_client_rect());
        let canvas = element.dyn_ref::<HtmlCanvasElement>();
        let Some(Ok(data)) = canvas.map(HtmlCanvasElement::to_data_url) else { return };
        _ = writeln!(
            self.text,
            "<image x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" \
             href=\"{data}\"/>"
        );
    }
}

fn style_of(element: &Element) -> Option<CssStyleDeclaration> {
    gloo::utils::window().get_computed_style(element).ok().flatten()
}

fn read(style: &CssStyleDeclaration, name: &str) -> String {
    style.get_property_value(name).unwrap_or_default()
}

/// Parses a length in pixels, `12.5px`. Returns zero for other texts.
fn number(text: &str) -> f64 {
    text.trim_end_matches("px").parse().unwrap_or(0.0)
}

/// Parses a corner's radius, in pixels or as a percentage of the width.
fn radius(text: &str, width: f64) -> f64 {
    let first = text.split(' ').next().unwrap_or_default();
    match first.strip_suffix('%') {
        Some(part) => part.parse::<f64>().unwrap_or(0.0) / 100.0 * width,
        None => number(first),
    }
}

/// Whether a computed colour is fully transparent.
fn is_clear(colour: &str) -> bool {
    let nothing = ["", "transparent", "rgba(0, 0, 0, 0)"];
    nothing.contains(&colour)
}

/// Breaks a text into at most `count` lines of about the same length.
fn lines(words: &str, count: usize) -> Vec<String> {
    let most = words.chars().count().div_ceil(count.max(1)).max(1);
    let mut lines: Vec<String> = vec![String::new()];
    for word in words.split(' ') {
        let is_last = lines.len() >= count;
        let Some(line) = lines.last_mut() else { break };
        let length = line.chars().count() + 1 + word.chars().count();
        if line.is_empty() {
            line.push_str(word);
        } else if is_last || length <= most + word.chars().count() / 2 {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// Escapes a text for XML, and replaces control characters by spaces.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_for_xml() {
        assert_eq!(escaped("a<b & \"c\"\u{7}>"), "a&lt;b &amp; &quot;c&quot; &gt;");
    }

    #[test]
    fn styles_are_parsed_in_the_notation_of_browsers() {
        assert!((number("12.5px") - 12.5).abs() < 1e-9 && number("auto").abs() < 1e-9);
        assert!((radius("50%", 40.0) - 20.0).abs() < 1e-9);
        assert!((radius("4px 8px", 40.0) - 4.0).abs() < 1e-9);
        assert!(is_clear("rgba(0, 0, 0, 0)") && !is_clear("rgb(0, 0, 0)"));
    }

    #[test]
    fn a_text_is_broken_into_at_most_count_lines_without_losing_words() {
        let text = "one two three four five six seven";
        for count in 1..9 {
            let lines = lines(text, count);
            assert!(lines.len() <= count, "{lines:?}");
            assert_eq!(lines.join(" "), text);
        }
    }
}
