//! Actions of the diagram lens.

use ringside_lab::RequestId;
use web_sys::HtmlCanvasElement;

use super::Engine;
use super::player::Step;
use crate::graphics::diagram::{Description, Screen};
use crate::state::diagram::DiagramAction;
use crate::state::{Action, Notice};

/// The share of its width by which the window moves at once.
const MOVE: f64 = 0.4;

impl Engine {
    /// Sets or removes the canvas on which the diagram is painted.
    pub(crate) fn set_diagram_canvas(&self, canvas: Option<HtmlCanvasElement>) {
        self.0.player.borrow_mut().lenses.diagram.set_screen(canvas.and_then(Screen::new));
        // The lanes that fit are known only now.
        self.refresh();
    }

    /// Fits the diagram to a canvas of another size, scrolled down by `scrolled` pixels.
    pub(crate) fn fit_diagram(&self, scrolled: f64) {
        if let Some(screen) = self.0.player.borrow_mut().lenses.diagram.screen_mut() {
            screen.fit(scrolled);
        }
        self.repaint();
    }

    /// Dispatches an action on the diagram's state.
    pub(crate) fn diagram(&self, action: DiagramAction) {
        self.dispatch(Action::Diagram(action));
    }

    /// Makes the window wider or narrower.
    pub(crate) fn widen_diagram(&self, wider: bool) {
        let width = self.0.player.borrow().diagram_state().width.beside(wider);
        if let Some(width) = width {
            self.diagram(DiagramAction::SetWidth(width));
        }
    }

    /// Moves the window to later or earlier, and stops time, since the window follows now while it runs.
    pub(crate) fn move_diagram(&self, later: bool) {
        self.stop_for_diagram();
        let pan = {
            let player = self.0.player.borrow();
            let part = if later { MOVE } else { -MOVE };
            player.diagram_state().moved_by(part, player.timeline.now())
        };
        self.diagram(DiagramAction::Move(Some(pan)));
    }

    /// Shows the whole of the open explanation, or else of the selected operation.
    pub(crate) fn fit_diagram_to_operation(&self) {
        self.stop_for_diagram();
        let found = {
            let player = self.0.player.borrow();
            let (diagram, run) = player.diagram();
            diagram.fit(&run)
        };
        match found {
            Some((width, pan)) => {
                self.diagram(DiagramAction::SetWidth(width));
                self.diagram(DiagramAction::Move(Some(pan)));
            }
            None => self.say(Notice::done(
                "No operation is selected that the journal still has: put or get, or select one in the event log.",
            )),
        }
    }

    /// Describes the item drawn near a place on the canvas.
    pub(crate) fn diagram_at(&self, x: f64, y: f64) -> Option<Description> {
        {
            let player = self.0.player.borrow();
            let (diagram, run) = player.diagram();
            diagram.describe_at(&run, x, y)
        }
    }

    /// Selects an event, and moves the window to show it.
    pub(crate) fn choose_event(&self, number: u64) {
        self.stop_for_diagram();
        self.diagram(DiagramAction::Choose(Some(number)));
        let pan = {
            let player = self.0.player.borrow();
            let at = player.diagram().0.time_of(&player.diagram().1, number);
            at.and_then(|at| player.diagram_state().showing(at, player.timeline.now()))
        };
        if pan.is_some() {
            self.diagram(DiagramAction::Move(pan));
        }
    }

    /// Selects the event that a step from the selected one leads to.
    pub(crate) fn step_in_diagram(&self, step: Step) {
        self.stop_for_diagram();
        let found = {
            let player = self.0.player.borrow();
            let (diagram, run) = player.diagram();
            diagram.step(&run, step)
        };
        if let Some((number, _)) = found {
            self.choose_event(number);
        }
    }

    /// Calls `done` with the operation of the selected event, if it has one.
    pub(crate) fn with_chosen_request(&self, done: fn(&Self, RequestId)) {
        let request = {
            let player = self.0.player.borrow();
            let (diagram, run) = player.diagram();
            diagram.request(&run)
        };
        if let Some(request) = request {
            done(self, request);
        }
    }

    /// Deselects the event; returns whether there was one.
    pub(crate) fn deselect_event(&self) -> bool {
        let chosen = self.0.player.borrow().diagram_state().chosen;
        if chosen.is_some() {
            self.diagram(DiagramAction::Choose(None));
        }
        chosen.is_some()
    }

    /// Draws the diagram in view as an SVG file's text, or returns `None` if the lens is closed.
    pub(crate) fn diagram_svg(&self) -> Option<String> {
        {
            let player = self.0.player.borrow();
            let (diagram, run) = player.diagram();
            diagram.svg(&run)
        }
    }

    /// Time stops, so that the inspected events stay in view.
    fn stop_for_diagram(&self) {
        if self.0.player.borrow().is_playing() {
            self.stand_still();
        }
    }
}
