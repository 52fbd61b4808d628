//! What a person sets in the space-time diagram: a part of the page's state, with a reducer of its own.

use ringside_lab::{Duration, Instant};

/// How much time the diagram shows, as one of the detents of its control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Width(u8);

/// The detents in milliseconds: 1, 2 and 5 in each decade.
const DETENTS_MS: [u64; 14] =
    [5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];

impl Width {
    /// The width of a fresh page: an operation of a few messages fills a good part of it.
    const FIRST: Self = Self(4);

    /// Gives the time that is shown.
    pub(crate) fn duration(self) -> Duration {
        Duration::from_ms(DETENTS_MS[usize::from(self.0)])
    }

    /// Gives the next wider or narrower one; none at the end.
    pub(crate) fn beside(self, wider: bool) -> Option<Self> {
        let next = if wider { self.0.checked_add(1) } else { self.0.checked_sub(1) };
        next.filter(|next| usize::from(*next) < DETENTS_MS.len()).map(Self)
    }

    /// Gives the narrowest one that shows so much; the widest where none does.
    pub(crate) fn holding(duration: Duration) -> Self {
        let fits = DETENTS_MS.iter().position(|ms| Duration::from_ms(*ms) >= duration);
        Self(fits.unwrap_or(DETENTS_MS.len() - 1) as u8)
    }
}

/// The window was moved away from now. It stays so until time goes on or is gone back in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pan {
    /// The middle of the window.
    pub(crate) middle: Instant,
    /// Now, as it was then.
    pub(crate) now: Instant,
}

/// What is shown of the diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DiagramState {
    /// How much time.
    pub(crate) width: Width,
    /// Where the window was moved to.
    pub(crate) pan: Option<Pan>,
    /// The event that was chosen, by its number in the journal.
    pub(crate) chosen: Option<u64>,
    /// Whether the events are listed as a table.
    pub(crate) table: bool,
}

impl Default for DiagramState {
    fn default() -> Self {
        Self { width: Width::FIRST, pan: None, chosen: None, table: false }
    }
}

/// A change of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DiagramAction {
    /// It is to show this much time.
    SetWidth(Width),
    /// The window is moved, or follows now again.
    Move(Option<Pan>),
    /// An event was chosen, or let go of.
    Choose(Option<u64>),
    /// The table was shown, or put away.
    ToggleTable,
}

/// How much of the window lies behind now while it follows now.
const BEHIND_NOW: f64 = 0.94;

impl DiagramState {
    /// Gives what holds for another run: what was set.
    pub(crate) const fn reset(self) -> Self {
        Self { pan: None, chosen: None, ..self }
    }

    /// Changes it.
    pub(crate) fn apply(&mut self, action: DiagramAction) {
        match action {
            DiagramAction::SetWidth(width) => self.width = width,
            DiagramAction::Move(pan) => self.pan = pan,
            DiagramAction::Choose(event) => self.chosen = event,
            DiagramAction::ToggleTable => self.table = !self.table,
        }
    }

    /// Gives where the window was moved to, as long as that holds.
    pub(crate) fn moved(&self, now: Instant) -> Option<Instant> {
        self.pan.filter(|pan| pan.now == now).map(|pan| pan.middle)
    }

    /// Gives the beginning of the window in microseconds. There is nothing before the run's beginning, so that
    /// now moves through a window that is wider than the run is long.
    pub(crate) fn begin_us(&self, now: Instant) -> f64 {
        let width = self.width.duration().as_us() as f64;
        let begin = match self.moved(now) {
            Some(middle) => middle.as_us() as f64 - width / 2.0,
            None => now.as_us() as f64 - width * BEHIND_NOW,
        };
        begin.max(0.0)
    }

    /// Gives the window, as far as the run has it.
    pub(crate) fn window(&self, now: Instant) -> (Instant, Instant) {
        let from = self.begin_us(now);
        let to = from + self.width.duration().as_us() as f64;
        (Instant::from_us(from as u64), Instant::from_us(to as u64))
    }

    /// Gives the window moved by a part of its width, no further than the run goes.
    pub(crate) fn moved_by(&self, part: f64, now: Instant) -> Pan {
        let width = self.width.duration().as_us() as f64;
        let middle = self.begin_us(now) + width * (0.5 + part);
        let middle = middle.min(now.as_us() as f64).max(width / 2.0);
        Pan { middle: Instant::from_us(middle as u64), now }
    }

    /// Gives where the window has to be moved to, to show a moment; none where it shows it.
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
        // Nothing is before the beginning of the run.
        state.apply(DiagramAction::Move(Some(state.moved_by(-9.0, at(1_000)))));
        assert_eq!(state.window(at(1_000)), (at(0), at(100)));
        assert_eq!(DiagramState::default().window(at(20)), (at(0), at(100)));
        state.apply(DiagramAction::Choose(Some(7)));
        assert_eq!(state.reset(), DiagramState::default());
    }
}
