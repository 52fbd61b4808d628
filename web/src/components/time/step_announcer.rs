//! A live region that announces the last step to screen readers.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use ringside_lab::Instant;
use ringside_lab::frame::LogLine;
use yew::prelude::*;

use crate::format;

/// The run that is announced.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The last lines of the event log, oldest first.
    pub(crate) lines: Rc<Vec<LogLine>>,
    /// The virtual time.
    pub(crate) now: Instant,
    /// Whether time runs: then nothing is announced, as it would never end.
    pub(crate) playing: bool,
    /// Whether the summary of a jump has just been announced instead.
    pub(crate) jumped: bool,
}

/// The quiet time before an announcement: steps in quick succession are announced together.
const QUIET_MS: u32 = 300;

/// The number of lines that are announced one by one.
const ANNOUNCED: usize = 4;

/// The position of the run at an announcement.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Position {
    now: Instant,
    /// The number of the log's last line.
    line: Option<u64>,
}

impl Position {
    fn of(lines: &[LogLine], now: Instant) -> Self {
        Self { now, line: lines.last().map(|line| line.number) }
    }
}

/// A polite live region that announces what the last step did.
#[component]
pub(crate) fn StepAnnouncer(props: &Props) -> Html {
    let Props { lines, now, playing, jumped } = props;
    let announced = use_state(String::new);
    let position = Position::of(lines, *now);
    let last = use_mut_ref(|| position);
    {
        let (announced, lines) = (announced.clone(), lines.clone());
        use_effect_with((position, *playing, *jumped), move |(position, playing, jumped)| {
            let position = *position;
            let timeout = if *playing || *jumped {
                // The text stays until the next step: clearing it would announce nothing.
                last.replace(position);
                None
            } else {
                let is_new = *last.borrow() != position;
                is_new.then(|| {
                    Timeout::new(QUIET_MS, move || {
                        let before = last.replace(position);
                        announced.set(announcement(before, position, &lines));
                    })
                })
            };
            move || drop(timeout)
        });
    }
    html! {
        <p class="visually-hidden" role="status" aria-label="Last step" aria-live="polite">
            { &*announced }
        </p>
    }
}

/// Describes what happened between two positions, or where a step back has led.
fn announcement(before: Position, after: Position, lines: &[LogLine]) -> String {
    let at = format::moment(after.now);
    if after.now < before.now || after.line < before.line {
        let last = lines.last().map(|line| format!(" The last event: {}.", line.text));
        return format!("Back at {at}.{}", last.unwrap_or_default());
    }
    let is_new = |line: &&LogLine| before.line.is_none_or(|known| line.number > known);
    let new: Vec<&LogLine> = lines.iter().filter(is_new).collect();
    let more = new.len().saturating_sub(ANNOUNCED);
    let mut parts: Vec<&str> = new.iter().skip(more).map(|line| line.text.as_str()).collect();
    let earlier = (more > 0).then(|| format!("after {}", format::count(more as u64, "event")));
    parts.extend(earlier.as_deref());
    match parts.as_slice() {
        [] => format!("{at}: on its way."),
        parts => format!("{at}: {}.", parts.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use ringside_lab::frame::Tone;

    use super::*;

    fn line(number: u64, text: &str) -> LogLine {
        let at = Instant::from_us(number * 1_000);
        LogLine { number, at, tone: Tone::Step, text: text.to_owned(), request: None }
    }

    #[test]
    fn new_lines_and_steps_back_are_announced() {
        let lines = [line(3, "A counts a vote"), line(7, "you: ok")];
        let at = |us, number| Position { now: Instant::from_us(us), line: Some(number) };
        let text = announcement(at(3_000, 3), at(7_000, 7), &lines);
        assert!(text.ends_with(": you: ok.") && !text.contains("vote"), "{text}");
        let back = announcement(at(9_000, 9), at(7_000, 7), &lines);
        assert!(back.starts_with("Back at") && back.contains("you: ok"), "{back}");
        let nothing = announcement(at(7_000, 7), at(8_000, 7), &lines);
        assert!(nothing.ends_with(": on its way."), "{nothing}");
        let many: Vec<LogLine> =
            (1..=9).map(|number| line(number, &format!("step {number}."))).collect();
        let text = announcement(Position::default(), at(9_000, 9), &many);
        assert!(text.contains("step 9") && text.contains("after 5 events"), "{text}");
        assert!(!text.contains("step 5."), "{text}");
    }
}
