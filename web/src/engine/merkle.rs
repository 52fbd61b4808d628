//! Actions of the Merkle lens.

use ringside_lab::timeline::Landmark;
use ringside_lab::{Command, Duration, Instant, RequestId, Settings};

use super::Engine;
use super::player::{Announcement, Goal};
use crate::state::Action;
use crate::state::merkle::{MerkleAction, Watched};

/// The least virtual time that is searched for the next exchange.
const AHEAD_AT_LEAST: Duration = Duration::from_ms(10_000);

impl Engine {
    /// Changes one of the store's current settings.
    pub(crate) fn set(&self, change: impl FnOnce(&mut Settings)) {
        self.finish();
        let mut settings = self.0.player.borrow().timeline.lab().cluster().settings().clone();
        change(&mut settings);
        self.act(Command::Settings(Box::new(settings)));
    }

    /// Runs until the next exchange begins, and shows it.
    pub(crate) fn to_next_exchange(&self) {
        self.finish();
        let until = {
            let player = self.0.player.borrow();
            let timeline = &player.timeline;
            let period = timeline.lab().cluster().settings().anti_entropy.period;
            let ahead = Duration::from_us(2 * period.as_us()).max(AHEAD_AT_LEAST);
            timeline.furthest().max(timeline.now() + ahead)
        };
        self.dispatch(Action::Merkle(MerkleAction::Watch(Watched::Newest)));
        self.start_seek(Goal::Ahead(Landmark::Exchange, until), Announcement::Nothing);
    }

    /// Runs until the next step of an exchange, and shows it.
    pub(crate) fn to_next_step(&self, exchange: RequestId) {
        self.finish();
        let until = self.0.player.borrow().timeline.now() + AHEAD_AT_LEAST;
        self.dispatch(Action::Merkle(MerkleAction::Watch(Watched::Exchange(exchange))));
        self.start_seek(
            Goal::Ahead(Landmark::ExchangeStep(exchange), until),
            Announcement::Nothing,
        );
    }

    /// Seeks to the beginning of an exchange, and shows it.
    pub(crate) fn to_begin_of(&self, exchange: RequestId, began: Instant) {
        self.finish();
        self.dispatch(Action::Merkle(MerkleAction::Watch(Watched::Exchange(exchange))));
        self.start_seek(Goal::Moment(began), Announcement::Nothing);
    }
}
