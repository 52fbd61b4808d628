//! What the last step did, for who can't see it.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use ringside_lab::Instant;
use ringside_lab::frame::LogLine;
use yew::prelude::*;

use crate::format;

/// What is told of.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The last lines of the event log, oldest first.
    pub(crate) lines: Rc<Vec<LogLine>>,
    /// The virtual time.
    pub(crate) now: Instant,
    /// Whether time runs: then nothing is told, for it would never end.
    pub(crate) playing: bool,
    /// Whether a jump has just been told elsewhere.
    pub(crate) jumped: bool,
}

/// How long nothing must happen before it is told what did: steps that follow each other fast are told
/// together.
const QUIET_MS: u32 = 300;

/// How many lines are told one by one.
const TOLD: usize = 4;

/// Where the run stood when something was told last.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Stand {
    now: Instant,
    /// The number of the log's last line.
    line: Option<u64>,
}

impl Stand {
    fn of(lines: &[LogLine], now: Instant) -> Self {
        Self { now, line: lines.last().map(|line| line.number) }
    }
}

/// A polite live region that tells what the last step did.
#[component]
pub(crate) fn StepTeller(props: &Props) -> Html {
    let Props { lines, now, playing, jumped } = props;
    let told = use_state(String::new);
    let stand = Stand::of(lines, *now);
    let last = use_mut_ref(|| stand);
    {
        let (told, lines) = (told.clone(), lines.clone());
        use_effect_with((stand, *playing, *jumped), move |(stand, playing, jumped)| {
            let stand = *stand;
            let timeout = if *playing || *jumped {
                // What was told stays until the next step: taking it away says nothing.
                last.replace(stand);
                None
            } else {
                let is_new = *last.borrow() != stand;
                is_new.then(|| {
                    Timeout::new(QUIET_MS, move || {
                        let before = last.replace(stand);
                        told.set(words_of(before, stand, &lines));
                    })
                })
            };
            move || drop(timeout)
        });
    }
    html! {
        <p class="visually-hidden" role="status" aria-label="Last step" aria-live="polite">
            { &*told }
        </p>
    }
}

/// Tells what happened between two moments, or where a step back has led.
fn words_of(before: Stand, after: Stand, lines: &[LogLine]) -> String {
    let at = format::exact_seconds(after.now);
    if after.now < before.now || after.line < before.line {
        let last = lines.last().map(|line| format!(" The last that happened: {}.", line.text));
        return format!("Back at {at}.{}", last.unwrap_or_default());
    }
    let is_new = |line: &&LogLine| before.line.is_none_or(|known| line.number > known);
    let new: Vec<&LogLine> = lines.iter().filter(is_new).collect();
    let more = new.len().saturating_sub(TOLD);
    let mut parts: Vec<&str> = new.iter().skip(more).map(|line| line.text.as_str()).collect();
    let earlier = (more > 0).then(|| format!("after {}", format::counted(more as u64, "event")));
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
    fn it_tells_what_is_new_and_where_a_step_back_leads() {
        let lines = [line(3, "A counts a vote"), line(7, "you: ok")];
        let stand = |us, number| Stand { now: Instant::from_us(us), line: Some(number) };
        let told = words_of(stand(3_000, 3), stand(7_000, 7), &lines);
        assert!(told.ends_with(": you: ok.") && !told.contains("vote"), "{told}");
        let back = words_of(stand(9_000, 9), stand(7_000, 7), &lines);
        assert!(back.starts_with("Back at") && back.contains("you: ok"), "{back}");
        let nothing = words_of(stand(7_000, 7), stand(8_000, 7), &lines);
        assert!(nothing.ends_with(": on its way."), "{nothing}");
        let many: Vec<LogLine> =
            (1..=9).map(|number| line(number, &format!("step {number}."))).collect();
        let told = words_of(Stand::default(), stand(9_000, 9), &many);
        assert!(told.contains("step 9") && told.contains("after 5 events"), "{told}");
        assert!(!told.contains("step 5."), "{told}");
    }
}
