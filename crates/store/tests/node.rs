//! Nodes driven by hand: messages are delivered in any order, lost, repeated or kept back, and what the
//! nodes promise must hold all the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use ringside_store::version::Context;
use ringside_store::{
    Cause, Config, Disk, Duration, Event, Instant, Key, Message, Node, NodeId, Output, Quorum,
    Request, RequestId, Response, Ring, Value,
};

const TIMEOUT: Duration = Duration::from_ms(100);

/// Nodes on a table: nothing moves unless a test moves it.
struct Table {
    now: Instant,
    nodes: Vec<Node>,
    /// Messages that wait to be delivered, with their sender and receiver.
    mail: Vec<(NodeId, NodeId, Message)>,
    replies: BTreeMap<RequestId, Response>,
    /// How often each request was answered.
    answers: BTreeMap<RequestId, u32>,
    events: Vec<(NodeId, Event)>,
}

impl Table {
    fn new(nodes: u16, quorum: Quorum) -> Self {
        let ring = Arc::new(Ring::new((0..nodes).map(NodeId), 8));
        let config = Config { ring, quorum, request_timeout: TIMEOUT, read_repair: true };
        let node = |id| Node::new(config.clone(), Disk::new(NodeId(id), 0));
        Self {
            now: Instant::ZERO,
            nodes: (0..nodes).map(node).collect(),
            mail: Vec::new(),
            replies: BTreeMap::new(),
            answers: BTreeMap::new(),
            events: Vec::new(),
        }
    }

    fn ask(&mut self, node: u16, id: u64, request: Request) {
        let now = self.now;
        self.nodes[usize::from(node)].handle_request(now, RequestId(id), request);
        self.collect(NodeId(node));
    }

    fn deliver(&mut self, index: usize) {
        let (from, to, message) = self.mail.remove(index);
        self.nodes[to.index()].handle_message(self.now, from, message);
        self.collect(to);
    }

    fn deliver_all(&mut self) {
        while !self.mail.is_empty() {
            self.deliver(0);
        }
    }

    /// Lets time pass until every deadline is over.
    fn time_out(&mut self) {
        self.now = self.now + TIMEOUT;
        for id in (0..self.nodes.len() as u16).map(NodeId) {
            self.nodes[id.index()].handle_timeout(self.now);
            self.collect(id);
        }
    }

    fn collect(&mut self, id: NodeId) {
        while let Some(output) = self.nodes[id.index()].poll_output() {
            match output {
                Output::Send { to, message } => {
                    assert_ne!(to, id, "a node sends nothing to itself");
                    self.mail.push((id, to, message));
                }
                Output::Reply { id, response } => {
                    *self.answers.entry(id).or_default() += 1;
                    self.replies.insert(id, response);
                }
                Output::Event(event) => self.events.push((id, event)),
            }
        }
    }

    /// Counts the distinct replicas whose vote the coordinator of a request has counted.
    fn voters(&self, request: RequestId) -> BTreeSet<NodeId> {
        let vote = |(_, event): &(NodeId, Event)| match event {
            Event::Acknowledged { request: of, from, .. }
            | Event::Answered { request: of, from, .. }
                if *of == request =>
            {
                Some(*from)
            }
            _ => None,
        };
        self.events.iter().filter_map(vote).collect()
    }

    fn values(&self, request: u64) -> Vec<String> {
        match &self.replies[&RequestId(request)] {
            Response::Found { siblings } => siblings.values().map(ToString::to_string).collect(),
            other => panic!("a get was answered by {other:?}"),
        }
    }
}

fn put(key: &str, value: &str) -> Request {
    put_after(key, value, Context::new())
}

fn put_after(key: &str, value: &str, context: Context) -> Request {
    Request::Put { key: Key::new(key), value: Value::new(value), context }
}

fn get(key: &str) -> Request {
    Request::Get { key: Key::new(key) }
}

fn quorum(n: u16, r: u16, w: u16) -> Quorum {
    Quorum::new(n, r, w).expect("a possible quorum")
}

#[test]
fn a_put_succeeds_at_w_acknowledgements_and_not_before() {
    let mut table = Table::new(3, quorum(3, 1, 3));
    table.ask(0, 1, put("k", "v"));
    assert_eq!(table.mail.len(), 2, "the coordinator is a replica itself and needs no message");
    for waiting in [4, 3, 2, 1] {
        assert!(table.replies.is_empty(), "{waiting} messages are still out");
        let at = table.mail.len() - 1;
        table.deliver(at);
    }
    assert!(table.replies[&RequestId(1)].is_ok());
    assert_eq!(table.voters(RequestId(1)).len(), 3);
}

#[test]
fn a_put_without_its_quorum_fails_with_the_count() {
    let mut table = Table::new(3, quorum(3, 1, 2));
    table.ask(0, 1, put("k", "v"));
    table.mail.clear();
    table.time_out();
    let Response::Unavailable { cause, answered, needed, asked } = table.replies[&RequestId(1)]
    else {
        panic!("a put without a quorum succeeded");
    };
    assert_eq!((cause, answered, needed, asked), (Cause::Timeout, 1, 2, 3));
}

#[test]
fn a_failed_put_is_not_undone() {
    let mut table = Table::new(3, quorum(3, 1, 2));
    table.ask(0, 1, put("k", "v"));
    table.mail.clear();
    table.time_out();
    table.ask(0, 2, get("k"));
    table.deliver_all();
    assert_eq!(table.values(2), ["v"]);
}

#[test]
fn a_key_with_too_few_replicas_fails_at_once() {
    let mut table = Table::new(2, quorum(3, 3, 1));
    table.ask(0, 1, get("k"));
    let Response::Unavailable { cause, answered, needed, .. } = table.replies[&RequestId(1)] else {
        panic!("two replicas are no quorum of three");
    };
    assert_eq!((cause, answered, needed), (Cause::TooFewNodes, 0, 3));
    assert_eq!(table.nodes[0].poll_timeout(), None, "nothing is waited for");
}

#[test]
fn a_put_with_the_context_of_a_read_resolves_siblings() {
    let mut table = Table::new(3, quorum(3, 3, 3));
    table.ask(0, 1, put("k", "blue"));
    table.ask(1, 2, put("k", "red"));
    table.deliver_all();
    table.ask(2, 3, get("k"));
    table.deliver_all();
    assert_eq!(table.values(3), ["blue", "red"], "blind puts are concurrent: both survive");
    let Response::Found { siblings } = &table.replies[&RequestId(3)] else { unreachable!() };
    let context = siblings.context();
    table.ask(2, 4, put_after("k", "purple", context));
    table.deliver_all();
    table.ask(0, 5, get("k"));
    table.deliver_all();
    assert_eq!(table.values(5), ["purple"]);
}

#[test]
fn a_delete_leaves_a_tombstone_that_hides_what_it_saw() {
    let mut table = Table::new(3, quorum(3, 2, 2));
    table.ask(0, 1, put("k", "v"));
    table.deliver_all();
    let Response::Stored { version } = &table.replies[&RequestId(1)] else { panic!("stored") };
    let mut context = version.past.clone();
    context.insert(version.dot);
    table.ask(1, 2, Request::Delete { key: Key::new("k"), context });
    table.deliver_all();
    table.ask(2, 3, get("k"));
    table.deliver_all();
    assert!(table.values(3).is_empty());
    assert!(table.nodes.iter().all(|node| node.disk().live_keys() == 0));
    assert!(table.nodes.iter().all(|node| node.disk().get(&Key::new("k")).is_some()));
}

#[test]
fn a_late_answer_is_repaired_after_the_reply() {
    let mut table = Table::new(3, quorum(3, 2, 2));
    table.ask(0, 1, put("k", "v"));
    table.mail.retain(|(_, to, _)| *to != NodeId(2));
    table.deliver_all();
    table.ask(0, 2, get("k"));
    let late = |mail: &[(NodeId, NodeId, Message)]| {
        mail.iter().position(|(from, to, _)| *from != NodeId(2) && *to != NodeId(2))
    };
    while let Some(index) = late(&table.mail) {
        table.deliver(index);
    }
    assert!(table.replies.contains_key(&RequestId(2)), "two of three have answered");
    assert!(table.nodes[2].disk().get(&Key::new("k")).is_none());
    table.deliver_all();
    assert!(table.nodes[2].disk().get(&Key::new("k")).is_some(), "the straggler was repaired");
}

#[test]
fn a_crash_keeps_the_disk_and_forgets_what_was_in_progress() {
    let mut table = Table::new(3, quorum(3, 2, 3));
    table.ask(0, 1, put("k", "v"));
    let config = Config {
        ring: Arc::new(Ring::new((0..3).map(NodeId), 8)),
        quorum: quorum(3, 2, 3),
        request_timeout: TIMEOUT,
        read_repair: true,
    };
    let crashed = table.nodes.remove(0);
    table.nodes.insert(0, Node::new(config, crashed.into_disk()));
    table.deliver_all();
    table.time_out();
    assert!(table.replies.is_empty(), "the client of a crashed coordinator hears nothing");
    assert!(table.nodes[0].disk().get(&Key::new("k")).is_some());
    table.ask(0, 2, put("k", "w"));
    table.deliver_all();
    let Response::Stored { version } = &table.replies[&RequestId(2)] else { panic!("stored") };
    assert_eq!(version.dot.counter, 2, "a node that restarts counts on, and names no write twice");
}

#[test]
fn a_wiped_node_names_its_writes_anew() {
    let mut table = Table::new(1, quorum(1, 1, 1));
    table.ask(0, 1, put("k", "v"));
    let config = Config {
        ring: Arc::new(Ring::new([NodeId(0)], 8)),
        quorum: quorum(1, 1, 1),
        request_timeout: TIMEOUT,
        read_repair: true,
    };
    table.nodes[0] = Node::new(config, Disk::new(NodeId(0), 1));
    table.ask(0, 2, put("k", "w"));
    let dot = |id: u64| match &table.replies[&RequestId(id)] {
        Response::Stored { version } => version.dot,
        other => panic!("{other:?}"),
    };
    assert_eq!(dot(1).counter, dot(2).counter);
    assert_ne!(dot(1), dot(2));
}

/// What an unkind network does.
#[derive(Clone, Debug)]
enum Move {
    Ask { node: u16, put: bool },
    Deliver(prop::sample::Index),
    Lose(prop::sample::Index),
    Repeat(prop::sample::Index),
    TimeOut,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        2 => (0..5_u16, any::<bool>()).prop_map(|(node, put)| Move::Ask { node, put }),
        12 => any::<prop::sample::Index>().prop_map(Move::Deliver),
        1 => any::<prop::sample::Index>().prop_map(Move::Lose),
        2 => any::<prop::sample::Index>().prop_map(Move::Repeat),
        1 => Just(Move::TimeOut),
    ];
    prop::collection::vec(one, 1..150)
}

proptest! {
    /// However messages are delayed, lost or repeated: no operation succeeds with fewer than R or W
    /// distinct replicas, each is answered at most once, and after its deadline exactly once.
    #[test]
    fn no_quorum_succeeds_with_fewer_distinct_replicas(
        (n, r, w) in (1..=5_u16).prop_flat_map(|n| (Just(n), 1..=n, 1..=n)),
        moves in moves(),
    ) {
        let mut table = Table::new(5, quorum(n, r, w));
        let mut asked = BTreeMap::new();
        for (id, one) in (0_u64..).zip(moves) {
            let mail = table.mail.len();
            match one {
                Move::Ask { node, put: true } => {
                    asked.insert(RequestId(id), w);
                    table.ask(node, id, put("k", "v"));
                }
                Move::Ask { node, put: false } => {
                    asked.insert(RequestId(id), r);
                    table.ask(node, id, get("k"));
                }
                Move::Deliver(index) if mail > 0 => table.deliver(index.index(mail)),
                Move::Lose(index) if mail > 0 => drop(table.mail.remove(index.index(mail))),
                Move::Repeat(index) if mail > 0 => {
                    let again = table.mail[index.index(mail)].clone();
                    table.mail.push(again);
                }
                Move::TimeOut => table.time_out(),
                _ => {}
            }
            for (request, response) in &table.replies {
                let voters = table.voters(*request).len();
                if response.is_ok() {
                    prop_assert!(voters >= usize::from(asked[request]), "{voters} votes: {response:?}");
                }
            }
        }
        table.time_out();
        prop_assert!(table.nodes.iter().all(|node| node.coordinating() == 0));
        prop_assert!(table.nodes.iter().all(|node| node.poll_timeout().is_none()));
        for request in asked.keys() {
            prop_assert_eq!(table.answers.get(request), Some(&1), "answered exactly once");
        }
    }
}
