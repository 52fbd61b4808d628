//! The rows as a text table.

use crate::comparison::Row;

/// Returns the table, one line per row, with a heading for each group.
pub(crate) fn table(rows: &[Row]) -> String {
    let width = |of: fn(&Row) -> usize| rows.iter().map(of).max().unwrap_or(0);
    let (what, peer) = (width(|row| row.what.len()), width(|row| row.peer.len()));
    let line = |cells: [&str; 5]| {
        let [first, ours, name, theirs, ratio] = cells;
        format!("  {first:what$} {ours:>12}   {name:peer$} {theirs:>12} {ratio:>12}\n")
    };
    let mut text = String::new();
    let mut group = "";
    for row in rows {
        if row.group != group {
            group = row.group;
            text.extend(["\n", group, "\n"]);
            text.push_str(&line(["one operation", "ours, ns", "peer", "peer, ns", "peer / ours"]));
        }
        let [ours, theirs] = [row.ours_ns, row.peer_ns].map(figure);
        text.push_str(&line([&row.what, &ours, &row.peer, &theirs, &figure(row.ratio)]));
    }
    text
}

/// A number with three significant digits, or as an integer with its thousands separated.
fn figure(number: f64) -> String {
    if number < 10.0 {
        return format!("{number:.2}");
    }
    if number < 100.0 {
        return format!("{number:.1}");
    }
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
