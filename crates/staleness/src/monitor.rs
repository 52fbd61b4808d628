//! The oracle and the meters, together.

use crate::oracle::{Limits, Oracle, Store};
use crate::report::{CurvePoint, Measured, Sessions, Window};
use crate::sli::Meters;
use crate::slo::{Board, Slo, Timescale};
use crate::{Gauges, Sort, Tallies};

/// The oracle, and the meters that count what it finds.
///
/// It takes the calls of the [`Oracle`], in the order in which things happen, and closes each second of
/// virtual time before what happens after it. Times are in microseconds and never go back. What it says
/// does not hang on when somebody looks.
#[derive(Clone, Debug)]
pub struct Monitor<S: Store> {
    oracle: Oracle<S>,
    meters: Meters,
}

impl<S: Store> Monitor<S> {
    /// Makes the instruments of a run that begins at zero with a store that holds nothing. One of the two
    /// boards has all durations of the SLO divided by the compression, 1 or more.
    pub fn new(ring: S::Ring, limits: Limits, slo: Slo, compression: f64) -> Self {
        Self { oracle: Oracle::new(ring, limits), meters: Meters::new(slo, compression) }
    }

    /// Lets time pass: whoever looks at an instant calls this first.
    pub fn advance_to(&mut self, at: u64) {
        while let Some(wake) = self.oracle.wakes_at().filter(|wake| *wake <= at) {
            self.close_seconds(wake);
            self.oracle.advance_to(wake);
            self.record(wake);
        }
        self.close_seconds(at);
    }

    /// Who the intended replicas are has changed.
    pub fn assigned(&mut self, at: u64, ring: S::Ring) {
        self.tell(at, |oracle| oracle.assigned(at, ring));
    }

    /// A node's copy of a key is this from now on; an empty one is forgotten.
    pub fn holds(&mut self, at: u64, node: S::Node, key: &S::Key, copy: &S::Copy) {
        self.tell(at, |oracle| oracle.holds(at, node, key, copy));
    }

    /// A node has lost all its copies, and all that it kept for others.
    pub fn wiped(&mut self, at: u64, node: S::Node) {
        self.tell(at, |oracle| oracle.wiped(at, node));
    }

    /// A client asks: an operation begins.
    pub fn invoked(
        &mut self,
        at: u64,
        request: S::Request,
        client: S::Client,
        key: &S::Key,
        sort: Sort,
    ) {
        self.tell(at, |oracle| oracle.invoked(at, request, client, key, sort));
    }

    /// A coordinator takes an operation up. The last one counts.
    pub fn coordinated(&mut self, at: u64, request: S::Request) {
        self.tell(at, |oracle| oracle.coordinated(at, request));
    }

    /// An operation meets its quorum at its coordinator, with so many acknowledgements of `n` replicas.
    pub fn committed(&mut self, at: u64, request: S::Request, acknowledgements: u16, n: u16) {
        self.tell(at, |oracle| oracle.committed(at, request, acknowledgements, n));
    }

    /// A client is told that its write was successful; see [`Oracle::wrote`].
    pub fn wrote(
        &mut self,
        at: u64,
        request: S::Request,
        write: S::Write,
        copy: &S::Copy,
        vanishes: Option<u64>,
    ) {
        self.tell(at, |oracle| oracle.wrote(at, request, write, copy, vanishes));
    }

    /// A client has the answer to its read.
    pub fn read(&mut self, at: u64, request: S::Request, answer: &S::Copy) {
        self.tell(at, |oracle| oracle.read(at, request, answer));
    }

    /// An operation has failed, was refused, or was given up.
    pub fn ended(&mut self, at: u64, request: S::Request) {
        self.tell(at, |oracle| oracle.ended(at, request));
    }

    /// What a node keeps for others is this from now on; `oldest` is since when the oldest is kept.
    pub fn hints(&mut self, at: u64, node: S::Node, held: u32, bytes: u64, oldest: Option<u64>) {
        self.tell(at, |oracle| oracle.hints(at, node, held, bytes, oldest));
    }

    /// A read brought a replica versions that it lacked.
    pub fn read_repaired(&mut self, at: u64) {
        self.tell(at, Oracle::read_repaired);
    }

    /// A Merkle exchange found keys that differ.
    pub fn differing(&mut self, at: u64, keys: u32) {
        self.tell(at, |oracle| oracle.differing(keys));
    }

    /// A Merkle exchange brought a replica versions of a key that it lacked.
    pub fn fixed(&mut self, at: u64) {
        self.tell(at, Oracle::fixed);
    }

    /// Gives what is so as of the last call.
    pub fn gauges(&self) -> Gauges {
        self.oracle.gauges()
    }

    /// Tells everything that was measured so far.
    pub fn measured(&self, now: u64) -> Measured {
        let (gauges, sessions) = (self.oracle.gauges(), self.oracle.sessions());
        self.meters.measured(now, gauges, sessions, self.oracle.given_up())
    }

    /// Tells the counts and histograms that add up over runs.
    pub fn tallies(&self) -> Tallies {
        let sessions: Sessions = self.oracle.sessions();
        self.meters.tallies(self.oracle.gauges(), &sessions, self.oracle.given_up())
    }

    /// Lists the windows of the time series, oldest first; see [`Meters::series`].
    pub fn series(&self, now: u64) -> Vec<Window> {
        self.meters.series(now, self.oracle.gauges())
    }

    /// Tells how the run stands against its SLO.
    pub fn board(&self, timescale: Timescale) -> Board {
        self.meters.board(timescale)
    }

    /// Lists the points of the measured staleness curve, those with reads alone.
    pub fn curve(&self) -> Vec<CurvePoint> {
        self.meters.curve()
    }

    /// Begins the curve anew: what it hangs on has changed.
    pub fn restart_curve(&mut self) {
        self.meters.restart_curve();
    }

    /// Tells the SLO of the boards.
    pub const fn slo(&self) -> &Slo {
        self.meters.slo()
    }

    fn tell(&mut self, at: u64, call: impl FnOnce(&mut Oracle<S>)) {
        self.advance_to(at);
        call(&mut self.oracle);
        self.record(at);
    }

    fn close_seconds(&mut self, at: u64) {
        if self.meters.is_due(at) {
            let pending = self.oracle.pending_by_second();
            self.meters.advance_to(at, self.oracle.gauges(), pending);
        }
    }

    fn record(&mut self, at: u64) {
        for finding in self.oracle.drain() {
            self.meters.record(at, &finding);
        }
    }
}
