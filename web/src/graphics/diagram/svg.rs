//! The picture as a self-contained SVG file.

use std::fmt::Write as _;

use super::palette::Palette;
use super::picture::{Align, Item, Picture, Stroke, Words};

/// Writes a picture as SVG, with the page's colours.
pub(crate) fn svg(picture: &Picture, palette: &Palette) -> String {
    let (width, height) = picture.size;
    let mut text = String::new();
    // Writing to a string can't fail.
    _ = write!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" \
         font-family=\"{2}\" role=\"img\">\n<title>{3}</title>\n",
        round(width),
        round(height),
        escaped(&palette.face),
        escaped(&picture.title),
    );
    if let Some(note) = &picture.note {
        _ = writeln!(text, "<desc>{}</desc>", escaped(note));
    }
    for item in &picture.items {
        write_item(&mut text, item, palette);
    }
    text.push_str("</svg>\n");
    text
}

fn write_item(text: &mut String, item: &Item, palette: &Palette) {
    match item {
        Item::Lines(stroke, lines) => {
            let mut d = String::with_capacity(lines.len() * 24);
            for [x, y, to_x, to_y] in lines {
                _ = write!(d, "M{} {}L{} {}", round(*x), round(*y), round(*to_x), round(*to_y));
            }
            _ = writeln!(text, "<path d=\"{d}\"{}/>", stroked(*stroke, palette));
        }
        Item::Fill(paint, alpha, areas) => {
            let mut d = String::with_capacity(areas.len() * 24);
            for [left, top, width, height] in areas {
                let (width, height) = (round(*width), round(*height));
                _ = write!(d, "M{} {}h{width}v{height}h{}z", round(*left), round(*top), -width);
            }
            let colour = escaped(palette.colour(*paint));
            _ = writeln!(
                text,
                "<path d=\"{d}\" fill=\"{colour}\" fill-opacity=\"{}\"/>",
                round(*alpha)
            );
        }
        Item::Marks(style, alpha, half, places) => {
            let colour = escaped(palette.colour(super::picture::Paint::Family(style.family)));
            let ground = escaped(palette.colour(super::picture::Paint::Ground));
            let fill = if style.filled { &colour } else { &ground };
            let attributes = format!(
                "fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"1.5\" opacity=\"{}\"",
                round(*alpha)
            );
            for [x, y] in places {
                if let Some(radius) = style.shape.radius() {
                    let (x, y, radius) = (round(*x), round(*y), round(radius * half));
                    _ = writeln!(
                        text,
                        "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {attributes}/>"
                    );
                    continue;
                }
                let mut points = String::new();
                for (right, down) in style.shape.corners() {
                    _ = write!(points, "{},{} ", round(x + right * half), round(y + down * half));
                }
                _ = writeln!(text, "<polygon points=\"{}\" {attributes}/>", points.trim_end());
            }
        }
        Item::Rings(stroke, radius, places) => {
            for [x, y] in places {
                let (x, y, radius) = (round(*x), round(*y), round(*radius));
                let stroke = stroked(*stroke, palette);
                _ = writeln!(text, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"{stroke}/>");
            }
        }
        Item::Words(words) => write_words(text, words, palette),
    }
}

fn write_words(text: &mut String, words: &Words, palette: &Palette) {
    let anchor = match words.align {
        Align::Start => "start",
        Align::Middle => "middle",
        Align::End => "end",
    };
    let weight = if words.bold { " font-weight=\"650\"" } else { "" };
    _ = writeln!(
        text,
        "<text x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"{anchor}\"{weight} \
         dominant-baseline=\"central\" fill=\"{}\">{}</text>",
        round(words.x),
        round(words.y),
        round(words.size),
        escaped(palette.colour(words.paint)),
        escaped(&words.text),
    );
}

fn stroked(stroke: Stroke, palette: &Palette) -> String {
    let mut text = format!(
        " fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-opacity=\"{}\"",
        escaped(palette.colour(stroke.paint)),
        round(stroke.width),
        round(stroke.alpha)
    );
    if !stroke.dash.is_empty() {
        let dash: Vec<String> = stroke.dash.iter().map(ToString::to_string).collect();
        _ = write!(text, " stroke-dasharray=\"{}\"", dash.join(" "));
    }
    text
}

/// Rounds to a hundredth of a pixel, which is finer than any screen shows.
fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// Escapes text for XML: a key may contain any character.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            // XML cannot represent most control characters.
            letter if letter.is_control() => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}
