//! Flows: messages per second on each link, by kind, for display when single messages are too many or too
//! fast.

use ringside_sim::{Endpoint, EntryKind, MessageKind};
use ringside_store::{Instant, NodeId};

use crate::lab::Lab;

/// The number of kinds of messages.
const KINDS: usize = MessageKind::ALL.len();

/// The factor by which a reading reduces the weight of earlier counts.
const KEPT: f64 = 0.7;

/// One end of a flow: a node, or `None` for all clients together.
pub type Party = Option<NodeId>;

/// The flow on one link in one direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// The sender.
    pub from: Party,
    /// The receiver.
    pub to: Party,
    /// The messages per second of virtual time, by kind, in the order of [`MessageKind::ALL`].
    pub per_second: [f64; KINDS],
}

impl Flow {
    /// Returns the messages per second of all kinds together.
    pub fn total(&self) -> f64 {
        self.per_second.iter().sum()
    }
}

#[derive(Clone, Debug)]
struct Link {
    from: Party,
    to: Party,
    new: [u32; KINDS],
    counted: [f64; KINDS],
}

/// A counter of the messages that are sent on each link.
///
/// The counter reads the journal, which keeps about 20,000 entries. If a run writes more between two calls of
/// [`Flows::count`], the dropped entries are not counted, and [`Flows::read`] leaves out their time as well.
#[derive(Clone, Debug, Default)]
pub struct Flows {
    /// The number of the next entry to count.
    seen: Option<u64>,
    /// The time from which entries count for the next reading.
    since: Instant,
    /// The number of parties: one more than there are nodes.
    width: usize,
    /// The index of each link in `links`, by sender and receiver, or `u32::MAX` if the link has carried no
    /// message.
    places: Vec<u32>,
    links: Vec<Link>,
    /// The virtual time of the counts, in seconds, with the same weights.
    span_s: f64,
}

impl Flows {
    /// Resets all counts, for another run or another moment of the run.
    pub fn restart(&mut self) {
        *self = Self::default();
    }

    /// Counts the messages that were sent since the previous call. The first call only sets the start.
    pub fn count(&mut self, lab: &Lab) {
        let written = lab.written();
        let Some(seen) = self.seen.filter(|seen| *seen <= written) else {
            self.restart();
            (self.seen, self.since) = (Some(written), lab.now());
            return;
        };
        let nodes = lab.cluster().nodes().count();
        if nodes + 1 != self.width {
            self.widen(nodes + 1);
        }
        let mut entries = lab.journal(seen..written).peekable();
        if let Some(first) = entries.peek().filter(|first| first.number > seen) {
            // The journal has dropped entries before they were counted.
            self.since = first.at;
            self.links.iter_mut().for_each(|link| link.new = [0; KINDS]);
        }
        for entry in entries {
            if let EntryKind::Sent { message, .. } = &entry.kind {
                let link = self.link(party(message.from), party(message.to));
                link.new[message.kind as usize] += 1;
            }
        }
        self.seen = Some(written);
    }

    /// Ends a reading, and lists the flow on each link that has carried messages lately.
    ///
    /// The weight of earlier readings decreases with each reading. If no virtual time has passed since the
    /// previous reading, the flows stay the same.
    pub fn read(&mut self, lab: &Lab) -> Vec<Flow> {
        self.count(lab);
        let span_s = lab.now().since(self.since).as_us() as f64 / 1e6;
        if span_s > 0.0 {
            self.since = lab.now();
            self.span_s = self.span_s * KEPT + span_s;
            for link in &mut self.links {
                for (counted, new) in link.counted.iter_mut().zip(&mut link.new) {
                    *counted = *counted * KEPT + f64::from(std::mem::take(new));
                }
            }
        }
        if self.span_s <= 0.0 {
            return Vec::new();
        }
        // A count too small to be visible is taken for zero.
        let flow = |link: &Link| {
            let per_second = link.counted.map(|it| if it < 0.05 { 0.0 } else { it / self.span_s });
            Flow { from: link.from, to: link.to, per_second }
        };
        self.links.iter().map(flow).filter(|flow| flow.total() > 0.0).collect()
    }

    fn link(&mut self, from: Party, to: Party) -> &mut Link {
        let index = |party: Party| party.map_or(0, |node| node.index() + 1);
        let place = &mut self.places[index(from) * self.width + index(to)];
        if *place == u32::MAX {
            *place = self.links.len() as u32;
            self.links.push(Link { from, to, new: [0; KINDS], counted: [0.0; KINDS] });
        }
        &mut self.links[*place as usize]
    }

    /// Adapts the table of links to another number of parties.
    fn widen(&mut self, width: usize) {
        self.width = width;
        self.places = vec![u32::MAX; width * width];
        for (number, link) in (0..).zip(&self.links) {
            let index = |party: Party| party.map_or(0, |node| node.index() + 1);
            self.places[index(link.from) * width + index(link.to)] = number;
        }
    }
}

const fn party(end: Endpoint) -> Party {
    match end {
        Endpoint::Client(_) => None,
        Endpoint::Node(node) => Some(node),
    }
}
