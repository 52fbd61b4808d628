//! Numbers and names in words, as the page shows them.

use ringside_lab::{ClientId, Duration, Endpoint, Instant, MessageKind, NodeId, Quorum};

use crate::graphics::kinds::Look;

/// Writes a length of time in the unit that keeps it short, as `12.3 ms`.
pub(crate) fn length(duration: Duration) -> String {
    match duration.as_us() {
        us @ 0..1_000 => format!("{us} µs"),
        1_000..100_000 => format!("{:.1} ms", duration.as_ms()),
        100_000..1_000_000 => format!("{:.0} ms", duration.as_ms()),
        1_000_000..100_000_000 => format!("{:.2} s", duration.as_ms() / 1e3),
        _ => format!("{:.0} s", duration.as_ms() / 1e3),
    }
}

/// Writes a length of time that somebody set, with no more digits than it needs, as `500 ms` or `3 h`.
pub(crate) fn span(duration: Duration) -> String {
    const UNITS: [(u64, &str); 5] = [
        (86_400_000_000, "d"),
        (3_600_000_000, "h"),
        (60_000_000, "min"),
        (1_000_000, "s"),
        (1_000, "ms"),
    ];
    let us = duration.as_us();
    let fits = UNITS.into_iter().find(|(size, _)| us >= *size);
    match fits {
        _ if us == 0 => "0 ms".to_owned(),
        Some((size, unit)) => {
            format!("{} {unit}", (us as f64 / size as f64 * 100.0).round() / 100.0)
        }
        None => format!("{us} µs"),
    }
}

/// Writes the time from one instant to a later one, as `+12.3 ms`.
pub(crate) fn after(from: Instant, to: Instant) -> String {
    format!("+{}", length(to.since(from)))
}

/// Splits an instant into whole seconds, and the three digits of the milliseconds and of the
/// microseconds.
pub(crate) fn clock(now: Instant) -> [String; 3] {
    let us = now.as_us();
    let part = us % 1_000_000;
    [count(us / 1_000_000), format!("{:03}", part / 1_000), format!("{:03}", part % 1_000)]
}

/// Writes an instant to the hundredth of a millisecond, as the log has it: `12.03456`.
pub(crate) fn moment(now: Instant) -> String {
    let us = now.as_us();
    format!("{}.{:05}", us / 1_000_000, us % 1_000_000 / 10)
}

/// Writes an instant to the tenth of a second, as `12.0 s`.
pub(crate) fn seconds(at: Instant) -> String {
    let tenths = (at.as_us() + 50_000) / 100_000;
    format!("{}.{} s", count(tenths / 10), tenths % 10)
}

/// Writes an instant to the thousandth of a second, as `12.034 s`.
pub(crate) fn exact_seconds(at: Instant) -> String {
    let [whole, milli, _] = clock(at);
    format!("{whole}.{milli} s")
}

/// Begins words with a capital letter.
pub(crate) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Writes a whole number with narrow spaces between the thousands.
pub(crate) fn count(number: u64) -> String {
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

/// Writes a count with its noun, as `1 key` or `12 keys`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(number))
}

/// Writes a share as a percentage with no more decimals than it needs, as `0.5 %`.
pub(crate) fn percent(share: f64) -> String {
    let hundredths = (share * 10_000.0).round() / 100.0;
    format!("{hundredths} %")
}

/// Joins the names of nodes, as `A, B, C`.
pub(crate) fn names(nodes: impl IntoIterator<Item = NodeId>) -> String {
    let names: Vec<String> = nodes.into_iter().map(|node| node.to_string()).collect();
    names.join(", ")
}

/// Joins the names of the first few nodes, and counts the others, as `A, B and 98 more`.
pub(crate) fn few_names(nodes: &[NodeId], most: usize) -> String {
    if nodes.len() <= most {
        return names(nodes.iter().copied());
    }
    let shown = most.saturating_sub(1);
    format!("{} and {} more", names(nodes[..shown].iter().copied()), nodes.len() - shown)
}

/// Names a place in a list, as `1st`.
pub(crate) fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// Names a client: the person who reads this is "you".
pub(crate) fn client(client: ClientId) -> String {
    if client.is_user() { "you".to_owned() } else { format!("client {}", client.0) }
}

/// Names an end of a channel.
pub(crate) fn end(end: Endpoint) -> String {
    match end {
        Endpoint::Client(id) => client(id),
        Endpoint::Node(node) => node.to_string(),
    }
}

/// Names a kind of message.
pub(crate) const fn kind(kind: MessageKind) -> &'static str {
    Look::of(kind).word
}

/// Writes a number with its sign, with a true minus.
pub(crate) fn signed(number: i32) -> String {
    if number < 0 { format!("\u{2212}{}", number.unsigned_abs()) } else { number.to_string() }
}

/// Says in one sentence what the overlap of read and write sets means.
pub(crate) fn overlap(quorum: Quorum) -> String {
    match quorum.overlap() {
        1 => "Every read set meets every write set in at least one replica.".to_owned(),
        shared @ 2.. => {
            format!("Every read set meets every write set in at least {shared} replicas.")
        }
        _ => "A read set can miss a write set altogether: a read may be stale.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_change_their_unit() {
        let us = |us| length(Duration::from_us(us));
        assert_eq!([us(0), us(999), us(12_340)], ["0 µs", "999 µs", "12.3 ms"]);
        assert_eq!([us(250_000), us(1_500_000), us(600_000_000)], ["250 ms", "1.50 s", "600 s"]);
    }

    #[test]
    fn spans_are_as_short_as_they_were_set() {
        let us = |us| span(Duration::from_us(us));
        assert_eq!(
            [us(0), us(100), us(500_000), us(1_500_000)],
            ["0 ms", "100 µs", "500 ms", "1.5 s"]
        );
        assert_eq!([us(3_600_000_000 * 3), us(86_400_000_000)], ["3 h", "1 d"]);
    }

    #[test]
    fn clocks_keep_their_digits_in_place() {
        assert_eq!(clock(Instant::from_us(1_234_000_567)), ["1\u{202f}234", "000", "567"]);
        assert_eq!(moment(Instant::from_us(12_034_567)), "12.03456");
        let at = Instant::from_us(1_012_094_567);
        assert_eq!([seconds(at), exact_seconds(at)], ["1\u{202f}012.1 s", "1\u{202f}012.094 s"]);
        assert_eq!([capital("stale read"), capital("")], ["Stale read", ""]);
    }

    #[test]
    fn small_words_agree_with_their_numbers() {
        assert_eq!([counted(1, "key"), counted(0, "key")], ["1 key", "0 keys"]);
        assert_eq!(
            [1, 2, 3, 4, 11, 22, 113].map(ordinal).join(" "),
            "1st 2nd 3rd 4th 11th 22nd 113th"
        );
        assert_eq!(names([NodeId(0), NodeId(26)]), "A, AA");
        let five: Vec<NodeId> = (0..5).map(NodeId).collect();
        assert_eq!(few_names(&five, 5), "A, B, C, D, E");
        assert_eq!(few_names(&five, 4), "A, B, C and 2 more");
        assert_eq!([percent(0.005), percent(0.1), percent(1.0)], ["0.5 %", "10 %", "100 %"]);
        assert_eq!([signed(-1), signed(2)], ["\u{2212}1", "2"]);
    }

    #[test]
    fn the_overlap_is_said_as_it_is() {
        let says = |n, r, w| Quorum::new(n, r, w).map(overlap).unwrap_or_default();
        assert!(says(3, 2, 2).contains("at least one replica"));
        assert!(says(3, 3, 3).contains("at least 3 replicas"));
        assert!(says(3, 1, 2).contains("may be stale"));
        assert!(says(5, 1, 1).contains("may be stale"));
    }
}
