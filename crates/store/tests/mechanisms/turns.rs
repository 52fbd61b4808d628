//! Who moves when, from whom it fetches, and when what moved is forgotten where it was.

use ringside_store::{Detection, Duration, Event, Key, Message, Node, NodeId, Range, Status};

use crate::table::{Table, put, quorum};

const KEYS: u16 = 60;

fn laid_out(nodes: u16) -> Table {
    let mut table = Table::with(nodes, quorum(3, 2, 3), |settings| {
        settings.gossip.on = true;
        settings.gossip.detection = Detection::Timeout { after: Duration::from_secs(10) };
        settings.streaming.keys_per_second = 3;
        settings.streaming.keys_per_message = 3;
    });
    for number in 0..KEYS {
        table.complete(number % nodes, put(&format!("key {number}"), "v"));
    }
    table.run(Duration::from_secs(1));
    table
}

fn own_status(node: &Node) -> Option<Status> {
    node.members().find(|member| member.node == node.id()).map(|member| member.status)
}

fn is_through(table: &Table) -> bool {
    table.nodes.values().all(|node| node.members().all(|member| !member.status.moves()))
}

/// Takes one step: a message, or the next time at which something is due.
fn step(table: &mut Table) {
    if table.mail.is_empty() {
        let next = table.next_timeout().expect("gossip is always due");
        table.wait_until(next);
    } else {
        table.deliver(0);
    }
}

#[test]
fn newcomers_fetch_one_after_the_other_and_are_read_when_they_have_all() {
    let mut table = laid_out(4);
    table.join(6);
    table.join(5);
    while !is_through(&table) {
        step(&mut table);
        let newcomers = [5, 6].map(|id| table.node(id)).into_iter();
        for node in newcomers.filter(|node| own_status(node) == Some(Status::Normal)) {
            for key in (0..KEYS).map(|number| Key::new(&format!("key {number}"))) {
                let list = node.ring().preference_list(key.position(), 3);
                let holds = node.disk().get(&key).is_some();
                assert!(holds || !list.contains(&node.id()), "{} is read without {key}", node.id());
            }
        }
    }
    assert!([5, 6].iter().all(|&id| own_status(table.node(id)) == Some(Status::Normal)));
    let ended = table
        .events
        .iter()
        .filter_map(|(node, event)| matches!(event, Event::StreamEnded { .. }).then_some(node.0));
    let mut turns: Vec<u16> = ended.collect();
    turns.dedup();
    assert_eq!(turns, [5, 6]);
}

fn began(table: &Table, node: u16) -> Vec<(Range, NodeId)> {
    let began = table.events.iter().filter_map(|(at, event)| match event {
        Event::StreamBegan { range, source, .. } if at.0 == node => Some((*range, *source)),
        _ => None,
    });
    began.collect()
}

/// Another's copy may lack what the quorums of before counted on.
#[test]
fn a_range_is_fetched_from_the_node_that_loses_it() {
    let mut table = laid_out(4);
    let before = table.node(0).ring().clone();
    table.join(4);
    table.run(Duration::from_secs(60));
    let after = table.node(0).ring().clone();
    assert_eq!(after.nodes().len(), 5);
    let began = began(&table, 4);
    assert!(!began.is_empty());
    for (range, source) in began {
        assert!(before.preference_list(range.end, 3).contains(&source));
        assert!(!after.preference_list(range.end, 3).contains(&source));
    }
}

/// The first newcomer had fetched some when another took its turn. Then others lose its ranges.
#[test]
fn what_was_fetched_for_a_step_that_was_put_off_is_fetched_anew() {
    let mut table = laid_out(4);
    table.join(6);
    while table.count(|event| matches!(event, Event::StreamEnded { .. })) < 4 {
        step(&mut table);
    }
    let ended = table.events.iter().filter_map(|(_, event)| match event {
        Event::StreamEnded { range, .. } => Some(*range),
        _ => None,
    });
    let ended: Vec<Range> = ended.collect();
    table.events.clear();
    table.join(5);
    table.run(Duration::from_secs(120));
    assert!(is_through(&table));
    let again = began(&table, 6);
    for range in ended {
        let is_own = table.node(0).ring().preference_list(range.end, 3).contains(&NodeId(6));
        assert!(!is_own || again.iter().any(|(again, _)| again.contains(range.end)));
    }
}

/// Who has not heard of the newcomer still reads where the keys were.
#[test]
fn keys_stay_where_they_were_until_all_have_heard() {
    let mut table = laid_out(5);
    table.join(5);
    while own_status(table.node(5)) != Some(Status::Normal) {
        step(&mut table);
    }
    table.cut(&[3], &[0, 1, 2, 4, 5]);
    let strays =
        |table: &Table| table.count(|event| matches!(event, Event::HandedOff { hint: false, .. }));
    table.run(Duration::from_secs(5));
    assert!(table.node(0).ring().nodes().contains(&NodeId(5)), "all the others have heard");
    assert_eq!(strays(&table), 0);
    table.run(Duration::from_secs(20));
    assert!(strays(&table) > 0, "for one that is taken to be down nobody waits");
}

#[test]
fn a_key_is_forgotten_only_when_its_owner_has_it() {
    let mut table = laid_out(4);
    table.drive(NodeId(0), |node, now| node.remove(now, NodeId(2)));
    let end = table.now + Duration::from_secs(20);
    while table.now < end {
        step(&mut table);
        table.lose(|letter| matches!(letter.message, Message::HandOff { .. }));
    }
    assert!(table.count(|event| matches!(event, Event::HandingOff { hint: false, .. })) > 0);
    assert!(table.node(2).disk().live_keys() > 0, "none has arrived, and none is gone");
    table.run(Duration::from_secs(60));
    assert_eq!(table.node(2).disk().live_keys(), 0);
}
