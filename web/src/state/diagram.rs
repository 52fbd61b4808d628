//! The state of the diagram lens, with its reducer.

use ringside_lab::{Duration, Instant};

/// The width of the diagram's window, as one of the detents of its control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Width(u8);

/// The detents in milliseconds: 1, 2 and 5 in each decade.
const DETENTS_MS: [u64; 14] =
    [5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];

impl Width {
    /// The width of a fresh page: an operation of a few messages fills a good part of it.
    const FIRST: Self = Self(4);

    /// Returns the width as a duration.
    pub(crate) fn duration(self) -> Duration {
        Duration::from_ms(DETENTS_MS[usize::from(self.0)])
    }

    /// Returns the next wider or narrower width, or `None` at the end.
    pub(crate) fn beside(self, wider: bool) -> Option<Self> {
        let next = if wider { self.0.checked_add(1) } else { self.0.checked_sub(1) };
        next.filter(|next| usize::from(*next) < DETENTS_MS.len()).map(Self)
    }

    /// Returns the narrowest width that holds `duration`, or the widest of all.
    pub(crate) fn holding(duration: Duration) -> Self {
        let fits = DETENTS_MS.iter().position(|ms| Duration::from_ms(*ms) >= duration);
        Self(fits.unwrap_or(DETENTS_MS.len() - 1) as u8)
    }
}

/// A window that was moved away from now. It holds until time goes on or is sought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pan {
    /// The middle of the window.
    pub(crate) middle: Instant,
    /// The moment that was now when the window was moved.
    pub(crate) now: Instant,
}

/// The settings of the diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DiagramState {
    /// The width of the window.
    pub(crate) width: Width,
    /// The place to which the window was moved, or `None` if it follows now.
    pub(crate) pan: Option<Pan>,
    /// The journal number of the selected event.
    pub(crate) chosen: Option<u64>,
    /// Whether the events are listed as a table.
    pub(crate) table: bool,
}

impl Default for DiagramState {
    fn default() -> Self {
        Self { width: Width::FIRST, pan: None, chosen: None, table: false }
    }
}

/// An action on this state.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DiagramAction {
    /// Sets the width of the window.
    SetWidth(Width),
    /// Moves the window, or lets it follow now again.
    Move(Option<Pan>),
    /// Selects an event, or deselects it.
    Choose(Option<u64>),
    /// Shows or hides the table.
    ToggleTable,
}

/// The share of the window after now while it follows now.
const BEHIND_NOW: f64 = 0.94;

impl DiagramState {
    /// Returns the settings that outlive the run.
    pub(crate) const fn reset(self) -> Self {
        Self { pan: None, chosen: None, ..self }
    }

    /// Applies an action.
    pub(crate) fn apply(&mut self, action: DiagramAction) {
        match action {
            DiagramAction::SetWidth(width) => self.width = width,
            DiagramAction::Move(pan) => self.pan = pan,
            DiagramAction::Choose(event) => self.chosen = event,
            DiagramAction::ToggleTable => self.table = !self.table,
        }
    }

    /// Returns the place of the moved window as long as it holds.
    pub(crate) fn moved(&self, now: Instant) -> Option<Instant> {
        self.pan.filter(|pan| pan.now == now).map(|pan| pan.middle)
    }

    /// Returns the beginning of the window in microseconds. Nothing precedes the beginning of the run, so now
    /// moves through a window that is wider than the run is long.
    pub(crate) fn begin_us(&self, now: Instant) -> f64 {
        let width = self.width.duration().as_us() as f64;
        let begin = match self.moved(now) {
            Some(middle) => middle.as_us() as f64 - width / 2.0,
            None => now.as_us() as f64 - width * BEHIND_NOW,
        };
        begin.max(0.0)
    }

    /// Returns the window, cut to the run.
    pub(crate) fn window(&self, now: Instant) -> (Instant, Instant) {
        let from = self.begin_us(now);
        let to = from + self.width.duration().as_us() as f64;
        (Instant::from_us(from as u64), Instant::from_us(to as u64))
    }

    /// Returns the window moved by a share of its width, within the run.
    pub(crate) fn moved_by(&self, part: f64, now: Instant) -> Pan {
        let width = self.width.duration().as_us() as f64;
        let middle = self.begin_us(now) + width * (0.5 + part);
        let middle = middle.min(now.as_us() as f64).max(width / 2.0);
        Pan { middle: Instant::from_us(middle as u64), now }
    }

    /// Returns where the window must move to show a moment, or `None` if it shows it already.
    pub(crate) fn showing(&self, at: Instant, now: Instant) -> Option<Pan> {
        let width = self.width.duration().as_us() as f64;
        let part = (at.as_us() as f64 - self.begin_us(now)) / width;
        (!(0.02..=0.98).contains(&part)).then_some(Pan { middle: at, now })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Instant {
        Instant::from_us(ms * 1_000)
    }

    #[test]
    fn widths_go_from_detent_to_detent_and_end() {
        let mut width = Width::holding(Duration::from_ms(0));
        assert_eq!(width.beside(false), None);
        let mut widths = 1;
        while let Some(wider) = width.beside(true) {
            assert!(wider.duration() > width.duration());
            assert_eq!(wider.beside(false), Some(width));
            (width, widths) = (wider, widths + 1);
        }
        assert_eq!(widths, DETENTS_MS.len());
        assert_eq!(Width::holding(Duration::from_ms(51)).duration(), Duration::from_ms(100));
        assert_eq!(Width::holding(Duration::from_ms(900_000)), width);
    }

    #[test]
    fn the_window_follows_now_unless_it_was_moved_at_this_moment() {
        let mut state = DiagramState::default();
        let (from, to) = state.window(at(1_000));
        assert_eq!((from, to), (at(906), at(1_006)));
        state.apply(DiagramAction::Move(Some(state.moved_by(-1.0, at(1_000)))));
        assert_eq!(state.window(at(1_000)), (at(806), at(906)));
        assert_eq!(state.window(at(1_010)), (at(916), at(1_016)), "time went on");
        assert_eq!(state.showing(at(850), at(1_000)), None);
        let there = state.showing(at(200), at(1_000)).expect("it is out of sight");
        state.apply(DiagramAction::Move(Some(there)));
        assert_eq!(state.window(at(1_000)), (at(150), at(250)));
        // Nothing precedes the beginning of the run.
        state.apply(DiagramAction::Move(Some(state.moved_by(-9.0, at(1_000)))));
        assert_eq!(state.window(at(1_000)), (at(0), at(100)));
        assert_eq!(DiagramState::default().window(at(20)), (at(0), at(100)));
        state.apply(DiagramAction::Choose(Some(7)));
        assert_eq!(state.reset(), DiagramState::default());
    }
}
