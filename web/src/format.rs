//! Formats of numbers, times and names: the lab's vocabulary, and what only the page writes.

use ringside_lab::{Duration, Instant, Quorum};

pub(crate) use ringside_lab::words::{
    capital, client_name, count, endpoint_name, first_few, joined, kind_name, length, loss_reason,
    moment, percent, span, thousands,
};

/// Formats a measured length of time that is a float of milliseconds, as [`length`] does.
pub(crate) fn length_ms(ms: f64) -> String {
    length(Duration::from_us(whole_us(ms)))
}

/// Formats a set length of time that is a float of milliseconds, as [`span`] does.
pub(crate) fn span_ms(ms: f64) -> String {
    span(Duration::from_us(whole_us(ms)))
}

/// Formats an instant that is a float of milliseconds, as [`moment`] does.
pub(crate) fn moment_ms(ms: f64) -> String {
    moment(Instant::from_us(whole_us(ms)))
}

fn whole_us(ms: f64) -> u64 {
    (ms * 1e3).round().max(0.0) as u64
}

/// Formats the time from one instant to a later one: `+12.3 ms`.
pub(crate) fn after(from: Instant, to: Instant) -> String {
    format!("+{}", length(to.since(from)))
}

/// Splits an instant into whole seconds, and the three digits of the milliseconds and of the
/// microseconds.
pub(crate) fn clock(now: Instant) -> [String; 3] {
    let us = now.as_us();
    let part = us % 1_000_000;
    [thousands(us / 1_000_000), format!("{:03}", part / 1_000), format!("{:03}", part % 1_000)]
}

/// Formats an instant in seconds, to the hundredth of a millisecond, as the log does: `12.03456`.
pub(crate) fn log_time(now: Instant) -> String {
    let us = now.as_us();
    format!("{}.{:05}", us / 1_000_000, us % 1_000_000 / 10)
}

/// Formats an instant to the tenth of a second: `12.0 s`.
pub(crate) fn seconds(at: Instant) -> String {
    let tenths = (at.as_us() + 50_000) / 100_000;
    format!("{}.{} s", thousands(tenths / 10), tenths % 10)
}

/// Formats a position in a list: `1st`.
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

/// Formats a number with its sign, with a true minus: `\u{2212}1`.
pub(crate) fn signed(number: i32) -> String {
    if number < 0 { format!("\u{2212}{}", number.unsigned_abs()) } else { number.to_string() }
}

/// Returns a sentence about the overlap of read and write sets.
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
    fn floats_of_milliseconds_are_formatted_like_durations() {
        assert_eq!([length_ms(0.25), length_ms(21.26)], ["250 µs", "21.3 ms"]);
        assert_eq!([span_ms(500.0), span_ms(60_000.0), span_ms(-1.0)], ["500 ms", "1 min", "0 ms"]);
        assert_eq!(moment_ms(12_034.4), "12.034 s");
    }

    #[test]
    fn clocks_keep_their_digits_in_place() {
        assert_eq!(clock(Instant::from_us(1_234_000_567)), ["1\u{202f}234", "000", "567"]);
        assert_eq!(log_time(Instant::from_us(12_034_567)), "12.03456");
        assert_eq!(seconds(Instant::from_us(1_012_094_567)), "1\u{202f}012.1 s");
    }

    #[test]
    fn endings_and_signs_agree_with_their_numbers() {
        assert_eq!(
            [1, 2, 3, 4, 11, 22, 113].map(ordinal).join(" "),
            "1st 2nd 3rd 4th 11th 22nd 113th"
        );
        assert_eq!([signed(-1), signed(2)], ["\u{2212}1", "2"]);
    }

    #[test]
    fn the_sentence_about_overlap_depends_on_its_size() {
        let sentence = |n, r, w| Quorum::new(n, r, w).map(overlap).unwrap_or_default();
        assert!(sentence(3, 2, 2).contains("at least one replica"));
        assert!(sentence(3, 3, 3).contains("at least 3 replicas"));
        assert!(sentence(3, 1, 2).contains("may be stale"));
        assert!(sentence(5, 1, 1).contains("may be stale"));
    }
}
