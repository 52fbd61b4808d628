//! Formats of numbers, times and lists.

use std::fmt::Display;

use ringside_store::{Duration, Instant};

/// Formats a measured length of time with about three digits, and from 1,000 seconds on in two units:
/// `999 µs`, `12.3 ms`, `250 ms`, `1.50 s`, `600 s`, `108 min 20 s`, `3 h 5 min`.
pub fn length(duration: Duration) -> String {
    match duration.as_us() {
        us @ 0..1_000 => format!("{us} µs"),
        1_000..100_000 => format!("{:.1} ms", duration.as_ms()),
        100_000..1_000_000 => format!("{:.0} ms", duration.as_ms()),
        1_000_000..100_000_000 => format!("{:.2} s", duration.as_ms() / 1e3),
        100_000_000..1_000_000_000 => format!("{:.0} s", duration.as_ms() / 1e3),
        us @ ..7_200_000_000 => two_units(us / 1_000_000, ["min", "s"]),
        us => two_units(us / 60_000_000, ["h", "min"]),
    }
}

/// Formats a number of small units, of which sixty make a large one, and leaves out a zero.
fn two_units(small: u64, [large_name, small_name]: [&str; 2]) -> String {
    match (small / 60, small % 60) {
        (large, 0) => format!("{large} {large_name}"),
        (large, rest) => format!("{large} {large_name} {rest} {small_name}"),
    }
}

/// Formats a length of time that was set, with at most two decimals: in the largest unit that says it
/// exactly, or else rounded in the largest unit: `500 ms`, `1.5 s`, `100 s`, `3 h`.
pub fn span(duration: Duration) -> String {
    const UNITS: [(u64, &str); 6] = [
        (86_400_000_000, "d"),
        (3_600_000_000, "h"),
        (60_000_000, "min"),
        (1_000_000, "s"),
        (1_000, "ms"),
        (1, "µs"),
    ];
    let us = duration.as_us();
    let mut fitting = UNITS.into_iter().filter(|(size, _)| us >= *size);
    let is_exact = |(size, _): &(u64, &str)| us / size < 10_000 && (us * 100).is_multiple_of(*size);
    match fitting.clone().find(is_exact).or_else(|| fitting.next()) {
        Some((size, unit)) => format!("{} {unit}", rounded(us as f64 / size as f64, 2)),
        None => "0 ms".to_owned(),
    }
}

/// Formats an instant in seconds, to the nearest millisecond: `12.034 s`.
pub fn moment(at: Instant) -> String {
    let ms = (at.as_us() + 500) / 1_000;
    format!("{}.{:03} s", thousands(ms / 1_000), ms % 1_000)
}

/// Formats a share from 0 to 1 as a percentage with at most two decimals, or as many as its first
/// two digits need: `0.5%`, `99.95%`, `0.0012%`.
pub fn percent(share: f64) -> String {
    let number = share * 100.0;
    let decimals = match number.abs() {
        0.1.. => 2,
        0.01.. => 3,
        0.001.. => 4,
        _ => 6,
    };
    format!("{}%", rounded(number, decimals))
}

/// Formats a number with at most `decimals` decimals, and no zeros at their end: `2.5`, `12`.
pub fn rounded(number: f64, decimals: u8) -> String {
    let scale = f64::from(10_u32.pow(decimals.into()));
    format!("{}", (number * scale).round() / scale)
}

/// Formats a whole number with a narrow no-break space between groups of three digits.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// Formats a count of things whose plural ends in `s`: `1 key`, `12 keys`.
pub fn count(number: impl Into<u64>, noun: &str) -> String {
    let number = number.into();
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(number))
}

/// Formats a count of things, given the singular and the plural: `1 copy`, `12 copies`.
pub fn count_of(number: impl Into<u64>, one: &str, many: &str) -> String {
    let number = number.into();
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// Formats a number of bytes in decimal units with at most one decimal: `512 bytes`, `4.1 KB`.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => count(bytes, "byte"),
        1_000..1_000_000 => format!("{:.1} KB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// Returns the words with a capital at the beginning.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Joins items in a sentence: `A`, `A and B`, `A, B and C`.
pub fn list<T: Display>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [one] => one.to_string(),
        [all @ .., last] => format!("{} and {last}", joined(all)),
    }
}

/// Joins items with commas: `A, B, C`.
pub fn joined<T: Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Joins the first items with commas and counts the others, where there are more than `most`:
/// `A, B and 98 more`.
pub fn first_few<T: Display>(items: &[T], most: usize) -> String {
    if items.len() <= most {
        return joined(items);
    }
    let shown = most.saturating_sub(1);
    format!("{} and {} more", joined(&items[..shown]), items.len() - shown)
}

#[cfg(test)]
mod tests {
    use ringside_store::NodeId;

    use super::*;

    #[test]
    fn measured_lengths_have_about_three_digits() {
        let us = |us| length(Duration::from_us(us));
        assert_eq!([us(0), us(999), us(12_340)], ["0 µs", "999 µs", "12.3 ms"]);
        assert_eq!([us(250_000), us(1_500_000), us(600_000_000)], ["250 ms", "1.50 s", "600 s"]);
        let ms = |ms| length(Duration::from_ms(ms));
        assert_eq!([ms(6_500_000), ms(86_400_000)], ["108 min 20 s", "24 h"]);
        assert_eq!([ms(7_199_999), ms(11_100_000)], ["119 min 59 s", "3 h 5 min"]);
    }

    #[test]
    fn set_spans_have_no_needless_digits() {
        let us = |us| span(Duration::from_us(us));
        assert_eq!([us(0), us(100), us(500_000)], ["0 ms", "100 µs", "500 ms"]);
        assert_eq!([us(1_500_000), us(10_800_000_000)], ["1.5 s", "3 h"]);
        assert_eq!(us(86_400_000_000), "1 d");
        let ms = |ms| span(Duration::from_ms(ms));
        assert_eq!([ms(60_000), ms(90_000), ms(100_000)], ["1 min", "1.5 min", "100 s"]);
        assert_eq!([ms(12_500), ms(6_500_000)], ["12.5 s", "6500 s"]);
        // No unit says these exactly.
        assert_eq!([us(1_234_567), us(514_285_714)], ["1.23 s", "8.57 min"]);
        assert_eq!(span(Duration::from_us(u64::MAX)), "213503982.33 d");
    }

    #[test]
    fn moments_are_rounded_to_milliseconds() {
        let us = |us| moment(Instant::from_us(us));
        assert_eq!([us(0), us(1_201_999)], ["0.000 s", "1.202 s"]);
        assert_eq!(us(1_012_094_567), "1\u{202f}012.095 s");
    }

    #[test]
    fn numbers_agree_with_their_nouns() {
        assert_eq!([count(1_u64, "key"), count(0_u64, "key")], ["1 key", "0 keys"]);
        assert_eq!(count_of(12_345_u64, "copy", "copies"), "12\u{202f}345 copies");
        assert_eq!([bytes(1), bytes(999), bytes(4_100)], ["1 byte", "999 bytes", "4.1 KB"]);
        assert_eq!([percent(0.005), percent(0.07), percent(1.0)], ["0.5%", "7%", "100%"]);
        assert_eq!(
            [percent(0.000_012), percent(0.0), percent(1e-7)],
            ["0.0012%", "0%", "0.00001%"]
        );
        assert_eq!([rounded(2.54, 1), rounded(2.0, 1)], ["2.5", "2"]);
    }

    #[test]
    fn lists_end_in_and() {
        let nodes: Vec<NodeId> = (0..5).map(NodeId).collect();
        assert_eq!([list(&nodes[..1]), list(&nodes[..2])], ["A", "A and B"]);
        assert_eq!([list(&nodes[..3]), joined(&nodes[..3])], ["A, B and C", "A, B, C"]);
        assert_eq!(
            [first_few(&nodes, 5), first_few(&nodes, 4)],
            ["A, B, C, D, E", "A, B, C and 2 more"]
        );
        assert_eq!([capital("stale read"), capital("")], ["Stale read", ""]);
    }
}
