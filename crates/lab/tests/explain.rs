//! Explanations: each test runs commands on a real cluster, and the sentences must name the causes.

use ringside_lab::explain::Explanation;
use ringside_lab::scenario::LatencyModel;
use ringside_lab::{BuiltIn, Command, Duration, Instant, Lab, NodeId, RequestId};

/// Opens three nodes that replicate every key, with R = W = 1 and delays of 10 ms.
fn open() -> Lab {
    let mut scenario =
        BuiltIn::find("healthy").expect("it is built in").scenario().expect("it can be read");
    scenario.cluster.nodes = 3;
    (scenario.cluster.n, scenario.cluster.r, scenario.cluster.w) = (3, 1, 1);
    scenario.network.latency = LatencyModel::Constant(Duration::from_ms(10));
    scenario.network.client_latency = LatencyModel::Constant(Duration::from_ms(1));
    scenario.load.on = false;
    scenario.store.read_repair = ringside_lab::settings::ReadRepair::Off;
    Lab::open(scenario).expect("it can be opened")
}

fn at(ms: u64) -> Instant {
    Instant::ZERO + Duration::from_ms(ms)
}

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const C: NodeId = NodeId(2);

fn put(lab: &mut Lab, value: &str, through: NodeId) -> RequestId {
    let (key, value) = ("cart".to_owned(), value.to_owned());
    let put = Command::Put { key, value, through: Some(through), ttl: None };
    lab.command(put).expect("a known node").expect("a put is a request")
}

fn get(lab: &mut Lab, through: NodeId) -> RequestId {
    let get = Command::Get { key: "cart".to_owned(), through: Some(through) };
    lab.command(get).expect("a known node").expect("a get is a request")
}

/// Explains a request, and checks that the journal contains the evidence of every sentence.
fn explain(lab: &Lab, request: RequestId) -> Explanation {
    let explanation = lab.explain(request).expect("the journal reaches back to it");
    for number in explanation.sentences.iter().flat_map(|sentence| &sentence.entries) {
        assert!(lab.journal(*number..number + 1).next().is_some(), "entry {number}");
    }
    explanation
}

/// Asserts that the sentences contain these parts in this order.
fn assert_sentences(explanation: &Explanation, title: &str, parts: &[&str]) {
    let text: Vec<&str> = explanation.sentences.iter().map(|it| it.text.as_str()).collect();
    let text = text.join("\n");
    assert_eq!(explanation.title, title, "{text}");
    let mut rest = text.as_str();
    for part in parts {
        let place = rest.find(part).unwrap_or_else(|| panic!("no {part:?} in:\n{text}"));
        rest = &rest[place + part.len()..];
    }
}

#[test]
fn a_read_is_stale_because_a_link_was_cut() {
    let mut lab = open();
    lab.advance_to(at(1_000));
    put(&mut lab, "bread", A);
    lab.advance_to(at(1_100));
    lab.command(Command::Isolate(C)).expect("C is there");
    lab.advance_to(at(1_200));
    put(&mut lab, "milk", A);
    lab.advance_to(at(1_300));
    let read = get(&mut lab, C);
    lab.advance_to(at(1_400));
    assert_sentences(
        &explain(&lab, read),
        "this read was stale",
        &[
            "You at C asked for a get of cart at 1.300 s",
            "C coordinated it",
            "needed one answer",
            "the value is bread",
            "It missed milk (A2), acknowledged to you at A at 1.202 s, 98.0 ms before this read began",
            "C did not have milk (A2): the message with it was lost, because the link from A to C was cut at 1.100 s",
        ],
    );
}

#[test]
fn a_read_is_stale_because_the_write_is_in_flight() {
    let mut lab = open();
    lab.advance_to(at(1_000));
    put(&mut lab, "bread", A);
    lab.advance_to(at(1_003));
    let read = get(&mut lab, B);
    lab.advance_to(at(1_005));
    let parts = ["It missed bread (A1)", "sent at 1.001 s, and due to arrive at 1.011 s"];
    assert_sentences(&explain(&lab, read), "this read was stale", &parts);
    lab.advance_to(at(1_100));
    let parts = ["nothing was found", "it reached B only at 1.011 s"];
    assert_sentences(&explain(&lab, read), "this read was stale", &parts);
}

#[test]
fn a_read_is_stale_because_a_disk_was_lost() {
    let mut lab = open();
    put(&mut lab, "bread", A);
    lab.advance_to(at(100));
    lab.command(Command::Wipe(B)).expect("B is there");
    lab.command(Command::Restart(B)).expect("B is down");
    lab.advance_to(at(200));
    let read = get(&mut lab, B);
    lab.advance_to(at(300));
    let parts = ["B had stored bread (A1) at 0.011 s, and lost its disk at 0.100 s"];
    assert_sentences(&explain(&lab, read), "this read was stale", &parts);
}

#[test]
fn a_fresh_read_and_a_write_are_explained() {
    let mut lab = open();
    let write = put(&mut lab, "bread", A);
    lab.advance_to(at(5));
    let explanation = explain(&lab, write);
    assert_sentences(
        &explanation,
        "this write was acknowledged",
        &["A had acknowledged it", "1 of 3", "B did not have bread (A1) yet"],
    );
    lab.advance_to(at(100));
    let read = get(&mut lab, A);
    let open = explain(&lab, read);
    assert_sentences(&open, "this operation is still open", &["You at A asked for a get"]);
    lab.advance_to(at(200));
    assert_sentences(
        &explain(&lab, read),
        "this read was fresh",
        &["It has the newest write", "bread (A1)"],
    );
}

#[test]
fn siblings_are_explained_by_the_cut_between_their_writers() {
    let mut lab = open();
    lab.advance_to(at(1_000));
    lab.command(Command::Isolate(C)).expect("C is there");
    lab.advance_to(at(1_100));
    put(&mut lab, "bread", A);
    lab.advance_to(at(1_200));
    put(&mut lab, "milk", C);
    lab.advance_to(at(1_300));
    lab.command(Command::Heal).expect("something is cut");
    lab.command(Command::Quorum { n: 3, r: 3, w: 1 }).expect("three nodes can all be asked");
    lab.advance_to(at(1_400));
    let read = get(&mut lab, B);
    lab.advance_to(at(1_500));
    let parts = [
        "2 siblings",
        "each was written by a client that had not read the other",
        "bread (A1) was written by you at A, through A at 1.101 s.",
        "milk (C1) was written by you at C, through C at 1.201 s.",
        "C did not have bread (A1): the message with it was lost, because the link from A to C was cut at 1.000 s.",
    ];
    let explanation = explain(&lab, read);
    let title = explanation.title;
    assert_sentences(&explanation, title, &parts);
}

#[test]
fn siblings_at_one_node_are_explained_by_a_writer_that_had_not_read() {
    let mut lab = open();
    put(&mut lab, "bread", A);
    lab.advance_to(at(100));
    put(&mut lab, "milk", B);
    lab.advance_to(at(200));
    let read = get(&mut lab, C);
    lab.advance_to(at(300));
    let explanation = explain(&lab, read);
    let parts =
        ["B had held bread (A1) since 0.011 s, but the writer of milk (B1) had not read it there."];
    let title = explanation.title;
    assert_sentences(&explanation, title, &parts);
}

#[test]
fn a_failed_operation_names_the_missing_votes_and_their_causes() {
    let mut lab = open();
    lab.command(Command::Quorum { n: 3, r: 3, w: 3 }).expect("possible");
    lab.advance_to(at(100));
    lab.command(Command::Crash(B)).expect("B is up");
    lab.advance_to(at(200));
    lab.command(Command::Cut(vec![ringside_lab::DirectedLink { from: C, to: A }]))
        .expect("they are there");
    let write = put(&mut lab, "bread", A);
    lab.advance_to(at(3_000));
    assert_sentences(
        &explain(&lab, write),
        "this operation got no quorum",
        &[
            "only 1 of 3 replicas answered in time, 3 needed",
            "C's answer was lost",
            "because the link from C to A was cut at 0.200 s",
            "The request to B was lost",
            "because B was stopped, since 0.100 s",
        ],
    );
}
