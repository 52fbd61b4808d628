//! What a person does with the space-time diagram.

use ringside_lab::RequestId;
use web_sys::HtmlCanvasElement;

use super::Engine;
use super::player::Step;
use crate::graphics::diagram::{Screen, Told};
use crate::state::diagram::DiagramAction;
use crate::state::{Action, Notice};

/// By how much of its width the window moves at once.
const MOVE: f64 = 0.4;

impl Engine {
    /// Gives or takes away the canvas on which the diagram is painted.
    pub(crate) fn set_diagram_canvas(&self, canvas: Option<HtmlCanvasElement>) {
        self.0.player.borrow_mut().lenses.diagram.set_screen(canvas.and_then(Screen::new));
        // Which lanes fit is only known now.
        self.refresh();
    }

    /// Fits the diagram to a canvas of another size, with its lanes scrolled down so far.
    pub(crate) fn fit_diagram(&self, scrolled: f64) {
        if let Some(screen) = self.0.player.borrow_mut().lenses.diagram.screen_mut() {
            screen.fit(scrolled);
        }
        self.repaint();
    }

    /// Changes what is shown of the diagram.
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

    /// Moves the window to later or earlier. Time stands still then, for the window follows now while it runs.
    pub(crate) fn move_diagram(&self, later: bool) {
        self.stop_for_diagram();
        let pan = {
            let player = self.0.player.borrow();
            let part = if later { MOVE } else { -MOVE };
            player.diagram_state().moved_by(part, player.timeline.now())
        };
        self.diagram(DiagramAction::Move(Some(pan)));
    }

    /// Shows all of the explanation that is open or, where there is none, of the operation in hand.
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
                "There is no operation in hand that the journal still has: put or get, or choose one in the event log.",
            )),
        }
    }

    /// Tells what is drawn near a place on the canvas.
    pub(crate) fn diagram_at(&self, x: f64, y: f64) -> Option<Told> {
        {
            let player = self.0.player.borrow();
            let (diagram, run) = player.diagram();
            diagram.describe_at(&run, x, y)
        }
    }

    /// Chooses an event, and moves the window to where it is shown.
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

    /// Chooses the event that a step from the chosen one leads to.
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

    /// Does something with the operation of the chosen event, where it belongs to one.
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

    /// Lets go of the chosen event; tells whether there was one.
    pub(crate) fn lets_go(&self) -> bool {
        let chosen = self.0.player.borrow().diagram_state().chosen;
        if chosen.is_some() {
            self.diagram(DiagramAction::Choose(None));
        }
        chosen.is_some()
    }

    /// Draws the diagram in view as an SVG file's text; none while it is not looked at.
    pub(crate) fn diagram_svg(&self) -> Option<String> {
        {
            let player = self.0.player.borrow();
            let (diagram, run) = player.diagram();
            diagram.svg(&run)
        }
    }

    /// What is looked at closely must not run away.
    fn stop_for_diagram(&self) {
        if self.0.player.borrow().is_playing() {
            self.stand_still();
        }
    }
}
