//! The diagram lens: the space-time diagram, gathered again when something has happened.

use std::cell::RefCell;
use std::rc::Rc;

use ringside_lab::diagram::{Causality, Diagram, Event};
use ringside_lab::{Digest, Duration, Instant, RequestId};

use super::lens_run::{Change, LensRun, RunView};
use crate::graphics::diagram::{
    Description, DiagramFrame, Evidence, Lanes, Picture, Room, Row, Scale, Screen, Subject,
    describe, draw, find, summary, svg,
};
use crate::state::diagram::{Pan, Width};
use crate::state::lens::LensFrame;
use crate::state::time::Why;
use crate::state::view_request::ViewRequest;

/// The maximum number of rows of the table while time runs, since each is rendered again, and while it stands
/// still.
const ROWS_MOVING: usize = 30;
const ROWS_STILL: usize = 200;

/// The diagram of the run and the canvas that shows it.
#[derive(Debug, Default)]
pub(in crate::engine) struct DiagramRun {
    screen: Option<Screen>,
    cache: RefCell<Option<CachedDiagram>>,
}

/// The diagram gathered from the run, valid until something happens in it.
#[derive(Debug)]
struct CachedDiagram {
    digest: Digest,
    now: Instant,
    diagram: Diagram,
    /// The causes and consequences of the selected event.
    parts: Option<(u64, Vec<Causality>)>,
    evidence: Option<(Rc<Why>, Evidence)>,
}

/// A step from one event to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// To the previous event on the lane.
    Before,
    /// To the next event on the lane.
    After,
    /// To the other end of the message.
    Across,
    /// To the lane above, along the message if it leads there.
    Up,
    /// To the lane below, likewise.
    Down,
}

impl LensRun for DiagramRun {
    fn restart(&mut self, _change: Change) {
        self.forget();
    }

    fn frame(&mut self, run: &RunView<'_>, _now_ms: f64, _moving: bool) -> LensFrame {
        let frame = self.with_subject(run, self.room(), |subject| self.frame_of(run, subject));
        LensFrame::Diagram(Rc::new(frame.unwrap_or_default()))
    }

    fn paint(&self, run: &RunView<'_>) {
        if let Some(screen) = &self.screen
            && let Some(picture) = self.with_subject(run, screen.room(), draw)
        {
            screen.paint(&picture);
        }
    }
}

impl DiagramRun {
    /// Sets or removes the canvas.
    pub(in crate::engine) fn set_screen(&mut self, screen: Option<Screen>) {
        self.screen = screen;
    }

    /// The canvas, to fit it or to read its colours again.
    pub(in crate::engine) const fn screen_mut(&mut self) -> Option<&mut Screen> {
        self.screen.as_mut()
    }

    /// Forgets what was gathered of another run, or of another future.
    pub(super) fn forget(&self) {
        self.cache.replace(None);
    }

    /// Gathers the events since the last time.
    fn renew(&self, run: &RunView<'_>) {
        let lab = run.timeline.lab();
        let mut kept = self.cache.borrow_mut();
        let (digest, now) = (lab.digest(), lab.now());
        let is_same = |cache: &CachedDiagram| cache.digest == digest && cache.now == now;
        if !kept.as_ref().is_some_and(is_same) {
            let diagram = Diagram::new(lab, kept.as_ref().map(|cache| &cache.diagram));
            *kept = Some(CachedDiagram { digest, now, diagram, parts: None, evidence: None });
        }
        let ViewRequest { diagram: state, why, .. } = run.request;
        let Some(cache) = &mut *kept else { return };
        if cache.parts.as_ref().map(|(number, _)| *number) != state.chosen {
            let chosen = state.chosen.zip(state.chosen.and_then(|it| cache.diagram.find(it)));
            cache.parts = chosen.map(|(number, place)| (number, cache.diagram.causality(place)));
        }
        if cache.evidence.as_ref().map(|(why, _)| why) != why.as_ref() {
            let explained =
                why.as_ref().and_then(|why| Some((why, why.explanation.as_ref().ok()?)));
            let evidence =
                explained.map(|(why, it)| (why.clone(), Evidence::new(it, &cache.diagram)));
            cache.evidence = evidence;
        }
    }

    /// Calls `done` with what is drawn in a room.
    fn with_subject<Done>(
        &self,
        run: &RunView<'_>,
        room: Room,
        done: impl FnOnce(&Subject<'_>) -> Done,
    ) -> Option<Done> {
        self.renew(run);
        let cache = self.cache.borrow();
        let (cache, ViewRequest { diagram: state, highlighted, .. }) =
            (cache.as_ref()?, run.request);
        let diagram = &cache.diagram;
        let (from, to) = state.window(diagram.now);
        let lanes = Lanes::new(diagram, from, to);
        let width_us = state.width.duration().as_us() as f64;
        // A room without a height is as high as its lanes need.
        let height = if room.height > 0.0 { room.height } else { Scale::ample_height(lanes.len()) };
        let room = Room { height, ..room };
        let scale = Scale::new(room, state.begin_us(diagram.now), width_us, lanes.len());
        let mut subject = Subject::new(diagram, &lanes, scale, run.scene.hidden);
        subject.selected = run.scene.selected;
        subject.chosen = state.chosen.and_then(|number| diagram.find(number));
        subject.highlighted_nodes = highlighted;
        if let Some(screen) = &self.screen {
            subject.size_px = screen.palette().size_px;
        }
        let parts = cache.parts.as_ref().map(|(_, parts)| parts.as_slice());
        let evidence = cache.evidence.as_ref().map(|(_, evidence)| evidence);
        Some(done(&subject.highlight(parts, evidence)))
    }

    fn room(&self) -> Room {
        self.screen.as_ref().map(Screen::room).unwrap_or_default()
    }

    /// Draws the diagram in view as an SVG file's text, with all its lanes.
    pub(in crate::engine) fn svg(&self, run: &RunView<'_>) -> Option<String> {
        let screen = self.screen.as_ref()?;
        let Room { width, .. } = screen.room();
        let room = Room { width, height: 0.0, scrolled: 0.0 };
        let picture: Picture = self.with_subject(run, room, draw)?;
        Some(svg(&picture, screen.palette()))
    }

    /// Describes the item drawn near a place on the canvas.
    pub(in crate::engine) fn describe_at(
        &self,
        run: &RunView<'_>,
        x: f64,
        y: f64,
    ) -> Option<Description> {
        self.with_subject(run, self.room(), |subject| {
            describe(run.timeline.lab(), subject.diagram, find(subject, x, y)?)
        })?
    }

    /// Returns the event that a step from the selected one leads to, with its time; without a selected one,
    /// the last shown event of an operation, or the last of all.
    pub(in crate::engine) fn step(&self, run: &RunView<'_>, step: Step) -> Option<(u64, Instant)> {
        self.with_subject(run, self.room(), |subject| {
            let place = match subject.chosen {
                Some(chosen) => next(subject, chosen, step),
                None => last(subject),
            };
            place.map(|place| {
                (subject.diagram.events[place].number, subject.diagram.events[place].at)
            })
        })?
    }

    /// Returns the time of an event, if the journal still has it.
    pub(in crate::engine) fn time_of(&self, run: &RunView<'_>, number: u64) -> Option<Instant> {
        self.with_subject(run, self.room(), |subject| {
            subject.diagram.find(number).map(|place| subject.diagram.events[place].at)
        })?
    }

    /// Returns the operation of the selected event.
    pub(in crate::engine) fn request(&self, run: &RunView<'_>) -> Option<RequestId> {
        self.with_subject(run, self.room(), |subject| {
            subject.diagram.events.get(subject.chosen?).and_then(|event| event.request)
        })?
    }

    /// Returns the window that shows the open explanation, or else the selected operation.
    pub(in crate::engine) fn fit(&self, run: &RunView<'_>) -> Option<(Width, Pan)> {
        let times = self.with_subject(run, self.room(), |subject| {
            let mut times: Vec<Instant> = Vec::new();
            if let Some(Ok(explanation)) =
                run.request.why.as_ref().map(|why| why.explanation.as_ref())
            {
                times.extend(
                    explanation.sentences.iter().flat_map(|sentence| sentence.times.iter()),
                );
                times.retain(|at| *at >= subject.diagram.begins);
            }
            let selected =
                |event: &&Event| subject.selected.is_some() && event.request == subject.selected;
            if times.is_empty() {
                times.extend(subject.diagram.events.iter().filter(selected).map(|event| event.at));
            }
            times
        })?;
        let (from, to) = (*times.iter().min()?, *times.iter().max()?);
        let span = to.since(from).as_us();
        let middle = Instant::from_us(from.as_us() + span / 2);
        let width = Width::holding(Duration::from_us(span + span / 5));
        Some((width, Pan { middle, now: run.timeline.now() }))
    }

    fn frame_of(&self, run: &RunView<'_>, subject: &Subject<'_>) -> DiagramFrame {
        let (diagram, state, lab) = (subject.diagram, run.request.diagram, run.timeline.lab());
        let (from, to) = state.window(diagram.now);
        let (title, note) = summary(subject);
        let shades = diagram.fault_spans.iter();
        let in_window = shades.filter(|it| it.from <= to && it.to.is_none_or(|end| end >= from));
        let chosen = subject.chosen.and_then(|place| describe(lab, diagram, place)).map(Rc::new);
        let cache = self.cache.borrow();
        let parts = cache.as_ref().and_then(|cache| cache.parts.as_ref());
        let count = |part: Causality| {
            parts.map_or(0, |(_, parts)| parts.iter().filter(|it| **it == part).count() as u32)
        };
        DiagramFrame {
            window: (from, to),
            follows: state.moved(diagram.now).is_none(),
            begins: (!diagram.whole).then_some(diagram.begins),
            title,
            note,
            troubles: in_window.map(|shade| shade.words.clone()).collect(),
            full_height: Scale::full_height(self.room().height, subject.lanes.len()),
            ample_height: Scale::ample_height(subject.lanes.len()),
            chosen_is_gone: state.chosen.is_some() && chosen.is_none(),
            chosen,
            parts: (count(Causality::Cause), count(Causality::Consequence)),
            rows: state.table.then(|| rows(run, subject)),
        }
    }
}

/// Lists the events in the window as rows of a table, and counts those left out.
fn rows(run: &RunView<'_>, subject: &Subject<'_>) -> (Rc<Vec<Row>>, usize) {
    let most = if run.playing { ROWS_MOVING } else { ROWS_STILL };
    let (from, to) = subject.window();
    let shown: Vec<usize> =
        subject.diagram.between(from, to).filter(|place| subject.shows(*place)).collect();
    let left_out = shown.len().saturating_sub(most);
    let rows = shown[left_out..].iter();
    let lab = run.timeline.lab();
    let rows = rows.filter_map(|place| Row::new(lab, subject.diagram, *place));
    (Rc::new(rows.collect()), left_out)
}

/// Finds the event that a step leads to.
fn next(subject: &Subject<'_>, chosen: usize, step: Step) -> Option<usize> {
    let diagram = subject.diagram;
    let fits = |event: &Event| subject.shows_event(event);
    match step {
        Step::Before => diagram.along_lane(chosen, false, fits),
        Step::After => diagram.along_lane(chosen, true, fits),
        Step::Across => diagram.along_message(chosen),
        Step::Up | Step::Down => {
            let lane = |place: usize| subject.lanes.place(diagram.events[place].host?);
            let here = lane(chosen)?;
            let leads = |other: &usize| {
                lane(*other).is_some_and(|there| match step {
                    Step::Up => there < here,
                    _ => there > here,
                })
            };
            let across = diagram.along_message(chosen).filter(leads);
            across.or_else(|| {
                let beside = if step == Step::Up { here.checked_sub(1)? } else { here + 1 };
                nearest(subject, subject.lanes.end(beside)?, diagram.events[chosen].at)
            })
        }
    }
}

/// Finds the event on a lane that is nearest in time.
fn nearest(subject: &Subject<'_>, host: ringside_lab::Endpoint, at: Instant) -> Option<usize> {
    let events = subject.diagram.events.iter().enumerate();
    let on_lane =
        events.filter(|(_, event)| event.host == Some(host) && subject.shows_event(event));
    let away = |event: &Event| event.at.since(at).as_us().max(at.since(event.at).as_us());
    on_lane.min_by_key(|(_, event)| away(event)).map(|(place, _)| place)
}

/// Finds the last event of an operation in the window, or the last of all.
fn last(subject: &Subject<'_>) -> Option<usize> {
    let diagram = subject.diagram;
    let (from, to) = subject.window();
    let shown = || diagram.between(from, to).rev().filter(|place| subject.shows(*place));
    let of_operation = shown().find(|place| diagram.events[*place].request.is_some());
    of_operation.or_else(|| shown().next())
}
