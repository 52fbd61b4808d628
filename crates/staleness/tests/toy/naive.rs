//! A naive model of the oracle, which applies its definitions to the whole log of calls.

use std::collections::{BTreeMap, BTreeSet};

use ringside_staleness::oracle::StoreModel;
use ringside_staleness::{Finding, Gauges, OperationKind, Read, Write};

use super::{Call, Ring, Toy, Versions};

/// The log of all calls, and the state after them.
pub(crate) struct Naive {
    events: Vec<(u64, Call)>,
    ring: Ring,
    copies: BTreeMap<(u8, u8), Versions>,
    hints: BTreeMap<u8, (u32, u64, Option<u64>)>,
    pub(crate) writes: Vec<Acknowledged>,
    divergent: BTreeSet<(u8, u8)>,
}

/// An acknowledged write, and its fate.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent of each other")]
pub(crate) struct Acknowledged {
    key: u8,
    write: u32,
    copy: Versions,
    at: u64,
    vanishes: u64,
    /// The instant from which on an empty copy has it.
    gone: u64,
    pending: bool,
    dropped: bool,
    lost: bool,
    /// Whether an acknowledged write follows it.
    followed: bool,
}

/// A read in the log that has returned.
struct Returned<'a> {
    /// The index in the log of its invocation.
    began: usize,
    /// The index in the log of its return.
    ended: usize,
    start: u64,
    client: u8,
    key: u8,
    answer: &'a Versions,
}

impl Naive {
    pub(crate) fn new(ring: Ring) -> Self {
        Self {
            events: Vec::new(),
            ring,
            copies: BTreeMap::new(),
            hints: BTreeMap::new(),
            writes: Vec::new(),
            divergent: BTreeSet::new(),
        }
    }

    /// Applies a call, and returns its findings.
    pub(crate) fn call(&mut self, at: u64, call: &Call) -> Vec<Finding> {
        let (mut found, mut pairs) = (Vec::new(), (0, 0));
        self.converge(at, true, &mut found);
        self.diverge(at, &mut pairs);
        let live = self.is_live(call);
        self.events.push((at, call.clone()));
        let touched = if live { self.apply(at, call, &mut found) } else { Vec::new() };
        self.converge(at, false, &mut found);
        self.diverge(at, &mut pairs);
        self.lose(&touched, &mut found);
        self.diverge(at, &mut pairs);
        if pairs.0 > 0 {
            found.push(Finding::Accrued { pairs: pairs.0 });
        }
        if pairs.1 > 0 {
            found.push(Finding::Paid { pairs: pairs.1 });
        }
        found
    }

    pub(crate) fn gauges(&self) -> Gauges {
        let pending = || self.writes.iter().filter(|it| it.pending);
        Gauges {
            debt: self.divergent.len() as u64,
            pending: pending().count() as u64,
            oldest_pending: pending().map(|it| it.at).min(),
            hints: self.hints.values().map(|it| u64::from(it.0)).sum(),
            hint_bytes: self.hints.values().map(|it| it.1).sum(),
            oldest_hint: self.hints.values().filter_map(|it| it.2).min(),
        }
    }

    pub(crate) fn pending_by_second(&self) -> BTreeMap<u64, u32> {
        let mut by_second = BTreeMap::new();
        for write in self.writes.iter().filter(|it| it.pending) {
            *by_second.entry(write.at / 1_000_000).or_default() += 1;
        }
        by_second
    }

    /// Whether a call is about an operation in progress, or about none.
    fn is_live(&self, call: &Call) -> bool {
        let (Call::Wrote { request: asked, .. }
        | Call::Read { request: asked, .. }
        | Call::Ended(asked)) = call
        else {
            return true;
        };
        !self.events.iter().any(|(_, call)| match call {
            Call::Wrote { request, .. } | Call::Read { request, .. } | Call::Ended(request) => {
                request == asked
            }
            _ => false,
        })
    }

    /// Applies a call to the state, and returns the keys at which a write may be lost now.
    fn apply(&mut self, at: u64, call: &Call, found: &mut Vec<Finding>) -> Vec<u8> {
        match call {
            Call::Assigned(ring) => {
                self.ring = ring.clone();
                return (0..=u8::MAX).collect();
            }
            Call::Holds { node, key, copy } => return self.hold(*node, *key, copy, found),
            Call::Wiped(node) => {
                self.hints.remove(node);
                let keys =
                    self.copies.iter().filter(|((n, _), copy)| n == node && !copy.0.is_empty());
                let keys = keys.map(|((_, key), _)| *key).collect();
                self.copies.retain(|(holder, _), _| holder != node);
                return keys;
            }
            Call::Hints { node, held, bytes, oldest } => {
                self.hints.insert(*node, (*held, *bytes, *oldest));
            }
            Call::Wrote { request, write, copy, vanishes } => {
                return vec![self.acknowledge(
                    at,
                    *request,
                    *write,
                    copy,
                    vanishes.unwrap_or(u64::MAX),
                    found,
                )];
            }
            Call::Read { .. } => found.push(Finding::Read(self.judge(self.events.len() - 1))),
            Call::Ended(request) => found.push(Finding::Failed(self.began(*request).3)),
            Call::Invoked { .. } | Call::Coordinated(_) | Call::Committed { .. } => {}
        }
        Vec::new()
    }

    fn hold(&mut self, node: u8, key: u8, copy: &Versions, found: &mut Vec<Finding>) -> Vec<u8> {
        let before = self.copies.insert((node, key), copy.clone()).unwrap_or_default();
        let (had, has) = (before.0.len(), copy.0.len());
        if has >= 2 && has > had {
            found.push(Finding::Merged { branches: has as u16 });
        }
        let intended = Toy::replicas(&self.ring, &key).contains(&node);
        if intended && had > 0 && has > 0 {
            for it in self.writes.iter_mut().filter(|it| it.key == key) {
                it.dropped |= Toy::has(&before, it.write) && !Toy::has(copy, it.write);
            }
        }
        if intended || had > 0 || has > 0 { vec![key] } else { Vec::new() }
    }

    fn acknowledge(
        &mut self,
        at: u64,
        request: u32,
        write: u32,
        copy: &Versions,
        vanishes: u64,
        found: &mut Vec<Finding>,
    ) -> u8 {
        let (_, start, (_, key), _) = self.began(request);
        let committed = self.events.iter().rev().find_map(|(_, call)| match call {
            Call::Committed { request: of, acknowledgements, n } if *of == request => {
                Some(n.saturating_sub(*acknowledgements))
            }
            _ => None,
        });
        found.push(Finding::Write(Write {
            latency_us: at - start,
            replica_lag: committed.unwrap_or(0),
        }));
        let following = self
            .writes
            .iter()
            .filter(|it| it.key == key && it.is_in_frontier() && Toy::has(&it.copy, write));
        let followed = following.clone().count() > 0;
        let gone = following.map(|it| it.vanishes).fold(vanishes, u64::min);
        for earlier in self.writes.iter_mut().filter(|it| it.key == key && Toy::has(copy, it.write))
        {
            earlier.followed = true;
            earlier.gone = earlier.gone.min(vanishes);
        }
        let (copy, pending, dropped, lost) = (copy.clone(), true, false, false);
        self.writes.push(Acknowledged {
            key,
            write,
            copy,
            at,
            vanishes,
            gone,
            pending,
            dropped,
            lost,
            followed,
        });
        key
    }

    fn copy(&self, node: u8, key: u8) -> Versions {
        self.copies.get(&(node, key)).cloned().unwrap_or_default()
    }

    fn replicas(&self, key: u8) -> Vec<Versions> {
        Toy::replicas(&self.ring, &key).into_iter().map(|node| self.copy(node, key)).collect()
    }

    /// Ends the writes that all intended replicas have; if only time has passed, at the instant of vanishing.
    fn converge(&mut self, at: u64, by_time: bool, found: &mut Vec<Finding>) {
        for index in 0..self.writes.len() {
            let it = &self.writes[index];
            let has = |copy: &Versions| {
                if copy.0.is_empty() { it.gone <= at } else { Toy::has(copy, it.write) }
            };
            if it.pending && self.replicas(it.key).iter().all(has) {
                let until = if by_time { it.gone } else { at };
                found.push(Finding::Converged { took_us: until - it.at });
                self.writes[index].pending = false;
            }
        }
    }

    fn diverge(&mut self, at: u64, pairs: &mut (u32, u32)) {
        let mut now = BTreeSet::new();
        for it in self.writes.iter().filter(|it| it.is_in_frontier()) {
            for node in Toy::replicas(&self.ring, &it.key) {
                let copy = self.copy(node, it.key);
                let lacks =
                    if copy.0.is_empty() { it.vanishes > at } else { !Toy::has(&copy, it.write) };
                if lacks {
                    now.insert((it.key, node));
                }
            }
        }
        pairs.0 += now.difference(&self.divergent).count() as u32;
        pairs.1 += self.divergent.difference(&now).count() as u32;
        self.divergent = now;
    }

    fn lose(&mut self, touched: &[u8], found: &mut Vec<Finding>) {
        let kept = self.hints.values().any(|it| it.0 > 0);
        for index in 0..self.writes.len() {
            let it = &self.writes[index];
            let replicas = self.replicas(it.key);
            let agree = replicas
                .iter()
                .all(|copy| !copy.0.is_empty() && Toy::same_versions(copy, &replicas[0]));
            let anywhere = self
                .copies
                .iter()
                .any(|((_, key), copy)| *key == it.key && Toy::has(copy, it.write));
            if it.pending
                && touched.contains(&it.key)
                && agree
                && !anywhere
                && (it.dropped || !kept)
            {
                found.push(Finding::Lost);
                (self.writes[index].pending, self.writes[index].lost) = (false, true);
            }
        }
    }

    /// Returns the index in the log of an operation's invocation, its instant, its client and key, and its kind.
    fn began(&self, asked: u32) -> (usize, u64, (u8, u8), OperationKind) {
        let found = self.events.iter().enumerate().find_map(|(index, (at, call))| match call {
            Call::Invoked { request, client, key, sort } if *request == asked => {
                Some((index, *at, (*client, *key), *sort))
            }
            _ => None,
        });
        found.expect("what returns has begun")
    }

    fn returned(&self, ended: usize) -> Option<Returned<'_>> {
        let Call::Read { request, answer } = &self.events[ended].1 else { return None };
        let (began, start, (client, key), _) = self.began(*request);
        Some(Returned { began, ended, start, client, key, answer })
    }

    /// Lists the writes to a key that were acknowledged before an index in the log: the write, its client,
    /// the index and the instant of its acknowledgement, when it vanishes, and when it was committed.
    fn acknowledged(&self, key: u8, before: usize) -> Vec<(u32, u8, usize, u64, u64, u64)> {
        let mut found = Vec::new();
        for (index, (at, call)) in self.events[..before].iter().enumerate() {
            let Call::Wrote { request, write, vanishes, .. } = call else { continue };
            let (_, _, (client, of), _) = self.began(*request);
            if of == key {
                let commits = self.events[..index].iter().rev();
                let committed = commits.filter(|(_, call)| matches!(call, Call::Committed { request: it, .. } if it == request));
                let committed = committed.map(|it| it.0).next().unwrap_or(*at);
                found.push((*write, client, index, *at, vanishes.unwrap_or(u64::MAX), committed));
            }
        }
        found
    }

    /// Returns the number up to which an empty answer has all writes.
    fn vanished(&self, read: &Returned<'_>) -> usize {
        let known = self.acknowledged(read.key, read.began);
        known.iter().rposition(|it| it.4 <= read.start).map_or(0, |index| index + 1)
    }

    /// Whether a read's answer has a version that a read returned at an index in the log.
    fn has_seen(&self, read: &Returned<'_>, write: u32, seen: usize) -> bool {
        if !read.answer.0.is_empty() {
            return Toy::has(read.answer, write);
        }
        let known = self.acknowledged(read.key, read.ended);
        let number = known.iter().position(|it| it.0 == write).map(|index| index + 1);
        let number = number.unwrap_or_else(|| self.acknowledged(read.key, seen).len());
        // If nothing has vanished, an answer without a version has nothing.
        self.vanished(read) > 0 && number <= self.vanished(read)
    }

    fn judge(&self, ended: usize) -> Read {
        let read = self.returned(ended).expect("a read");
        let Returned { began, start, client, key, answer, .. } = read;
        let known = self.acknowledged(key, began);
        let newest = known.len();
        let had = if answer.0.is_empty() {
            self.vanished(&read)
        } else {
            known.iter().rposition(|it| Toy::has(answer, it.0)).map_or(0, |index| index + 1)
        };
        let Call::Read { request, .. } = &self.events[ended].1 else {
            unreachable!("it is a read")
        };
        let taken = self.events[..ended].iter().rev();
        let taken = taken
            .filter(|(_, call)| matches!(call, Call::Coordinated(it) if it == request))
            .map(|it| it.0)
            .next();
        let earlier: Vec<_> = (0..began)
            .filter_map(|index| self.returned(index))
            .filter(|it| (it.client, it.key) == (client, key))
            .collect();
        let seen = earlier.iter().flat_map(|it| it.answer.0.keys().map(|write| (it.ended, *write)));
        let expected = seen.filter(|(at, write)| {
            !earlier.iter().any(|it| it.ended > *at && self.has_seen(it, *write, *at))
        });
        let went_back = expected.clone().any(|(at, write)| !self.has_seen(&read, write, at));
        let own = known.iter().rposition(|it| it.1 == client);
        let missed_own = own.is_some_and(|own| {
            let settled = |it: &Returned<'_>| {
                it.ended > known[own].2 && it.answer.0.is_empty() && own < self.vanished(it)
            };
            let has = if answer.0.is_empty() { own < had } else { Toy::has(answer, known[own].0) };
            !has && !earlier.iter().any(settled)
        });
        Read {
            latency_us: self.events[ended].0 - start,
            age_us: if had < newest { start - known[had].3 } else { 0 },
            lag: (newest - had) as u64,
            branches: answer.0.len() as u16,
            since_commit_us: known.last().map(|it| taken.unwrap_or(start).saturating_sub(it.5)),
            went_back,
            missed_own,
        }
    }
}

impl Acknowledged {
    /// Whether it is in the frontier.
    fn is_in_frontier(&self) -> bool {
        !self.followed && !self.lost
    }
}
