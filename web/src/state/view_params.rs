//! View parameters: how a run is looked at, written after the run in the page's address.
//!
//! ```text
//!   #<run>?lens=twins&key=colour&operation=281474976710656&twin=R~2
//! ```
//!
//! The run is a link's text, which the lab writes and reads. The parameters are the page's own: an address
//! without them is valid, and a parameter without a meaning is ignored.

use ringside_lab::RequestId;
use ringside_lab::twins::Knob;

use crate::state::lens::Lens;

/// The view of a run: open lens, selection and twin.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ViewParams {
    /// The open lens.
    pub(crate) lens: Option<Lens>,
    /// The selected key.
    pub(crate) key: Option<String>,
    /// The selected operation, if any.
    pub(crate) operation: Option<RequestId>,
    /// The knob of the twin, if one was chosen.
    pub(crate) twin: Option<Knob>,
}

/// The separator between a knob's name and its value.
const IS: char = '~';

impl ViewParams {
    /// Reads the parameters after the run in a fragment.
    pub(crate) fn read(fragment: &str) -> Self {
        let mut params = Self::default();
        let Some((_, behind)) = fragment.split_once('?') else { return params };
        for (name, value) in behind.split('&').filter_map(|it| it.split_once('=')) {
            let Some(value) = plain(value) else { continue };
            match name {
                "lens" => {
                    let is_it = |lens: &Lens| lens.name().eq_ignore_ascii_case(&value);
                    params.lens = Lens::ALL.into_iter().find(is_it);
                }
                "key" => params.key = Some(value),
                "operation" => params.operation = value.parse().ok().map(RequestId),
                "twin" => {
                    let parts = value.split_once(IS);
                    params.twin = parts.and_then(|(name, value)| Knob::find(name, value));
                }
                _ => {}
            }
        }
        params
    }

    /// Appends the parameters to a run.
    pub(crate) fn behind(&self, run: &str) -> String {
        let lens = self.lens.map(|lens| ("lens", lens.name().to_ascii_lowercase()));
        let key = self.key.clone().map(|key| ("key", key));
        let operation = self.operation.map(|request| ("operation", request.0.to_string()));
        let twin = self.twin.map(|it| ("twin", format!("{}{IS}{}", it.name(), it.value())));
        let parts = [lens, key, operation, twin].into_iter().flatten();
        let parts: Vec<String> =
            parts.map(|(name, value)| format!("{name}={}", escaped(&value))).collect();
        if parts.is_empty() { run.to_owned() } else { format!("{run}?{}", parts.join("&")) }
    }
}

/// Percent-encodes a text, except for letters, digits and `-_.~`.
fn escaped(text: &str) -> String {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let write = |byte: u8| match byte {
        byte if is_safe(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(write).collect()
}

/// Decodes a percent-encoded text, or returns `None` if it is damaged. (The crate `percent-encoding` would
/// keep a damaged sequence as it is.)
fn plain(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut left = text.bytes();
    while let Some(byte) = left.next() {
        let byte = if byte == b'%' {
            let mut digit = || char::from(left.next()?).to_digit(16);
            (digit()? * 16 + digit()?) as u8
        } else {
            byte
        };
        bytes.push(byte);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn view_parameters_round_trip_for_any_key() {
        for key in ["colour", "a b&c=d?e#f%20", "schlüssel \u{1f511}", ""] {
            for lens in Lens::ALL {
                let (lens, key) = (Some(lens), Some(key.to_owned()));
                let (operation, twin) = (Some(RequestId(7)), Some(Knob::Loss(0.05)));
                let params = ViewParams { lens, key, operation, twin };
                let fragment = params.behind("AbC-_1");
                assert!(fragment.starts_with("AbC-_1?lens=") && fragment.is_ascii(), "{fragment}");
                assert_eq!(ViewParams::read(&fragment), params);
            }
        }
    }

    #[test]
    fn parameters_without_a_meaning_are_ignored() {
        assert_eq!(ViewParams::default().behind("AbC"), "AbC");
        for odd in [
            "AbC",
            "AbC?",
            "AbC?lens",
            "AbC?lens=moon&x=1",
            "A?key=%zz&operation=-1",
            "?key=%f",
            "A?twin=R",
            "A?twin=R~0",
            "A?twin=~2&twin",
        ] {
            assert_eq!(ViewParams::read(odd), ViewParams::default(), "{odd}");
        }
        let params = ViewParams::read("A?key=%E9&lens=rInG&key=x");
        assert_eq!((params.lens, params.key.as_deref()), (Some(Lens::Ring), Some("x")));
    }
}
