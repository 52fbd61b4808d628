//! Who keeps hints, how many, how long, and what they count for.

use ringside_store::settings::{Holder, Settings};
use ringside_store::{Detection, Duration, Event, HintCause, HintRefusal, NodeId};

use crate::table::{Table, put, quorum};

/// Three replicas and a stand-in. Node 3 has crashed, and is known to be down.
fn with_three_down(set: impl FnOnce(&mut Settings)) -> Table {
    let mut table = Table::with(4, quorum(3, 1, 3), |settings| {
        settings.hints.on = true;
        settings.gossip.on = true;
        settings.gossip.detection = Detection::Timeout { after: Duration::from_secs(5) };
        set(settings);
    });
    table.run(Duration::from_secs(3));
    table.crash(3);
    table.run(Duration::from_secs(20));
    table
}

/// Lists keys that the crashed node is a primary of.
fn keys(table: &Table) -> Vec<String> {
    let all = (0..100).map(|number| format!("key {number}"));
    all.filter(|key| table.list(key).contains(&3)).collect()
}

/// Gives one of a key's primaries that are up.
fn primary(table: &Table, key: &str) -> u16 {
    *table.list(key).iter().find(|node| **node != 3).expect("three primaries, one is down")
}

fn held(table: &Table) -> u32 {
    table.nodes.values().map(|node| node.disk().hints().len()).sum()
}

#[test]
fn a_hint_counts_towards_w_in_a_sloppy_quorum_that_counts_it() {
    for (sloppy, count, works) in [(true, true, true), (true, false, false), (false, true, false)] {
        let mut table = with_three_down(|settings| {
            settings.quorum.sloppy = sloppy;
            settings.hints.count = count;
        });
        let key = &keys(&table)[0];
        let coordinator = primary(&table, key);
        let stored = table.complete(coordinator, put(key, "v"));
        assert_eq!(stored.is_ok(), works, "sloppy {sloppy}, count {count}: {stored:?}");
        // Where the coordinator sees from the first that W can't be met, nothing is written.
        assert_eq!(held(&table), u32::from(works || !sloppy));
    }
}

#[test]
fn the_coordinator_keeps_hints_itself_where_it_should() {
    let mut table = with_three_down(|settings| settings.hints.holder = Holder::Coordinator);
    let key = &keys(&table)[0];
    let coordinator = primary(&table, key);
    assert!(!table.complete(coordinator, put(key, "v")).is_ok(), "W = 3, and its hint is no vote");
    assert_eq!(
        table.node(coordinator).disk().hints().targets().collect::<Vec<_>>(),
        [(NodeId(3), 1)]
    );
    table.restart(3);
    table.run(Duration::from_secs(10));
    assert_eq!((held(&table), table.held(3, key)), (0, vec!["v".into()]));
}

/// A coordinator that is a primary and keeps a hint as well is still one node.
#[test]
fn a_coordinator_is_one_vote_though_it_keeps_a_hint() {
    let mut table = with_three_down(|settings| {
        settings.quorum.sloppy = true;
        settings.hints.holder = Holder::Coordinator;
    });
    table.reconfigure(|config| config.quorum = quorum(3, 1, 2));
    let key = &keys(&table)[0];
    let coordinator = primary(&table, key);
    let id = table.begin(coordinator, put(key, "v"));
    assert!(!table.replies.contains_key(&id), "its copy and its hint are one vote");
    table.run(Duration::from_secs(1));
    assert!(table.replies[&id].is_ok());
    assert_eq!((table.voters(id).len(), held(&table)), (2, 1));
    assert_eq!(table.count(|event| matches!(event, Event::Ignored { .. })), 0);
}

#[test]
fn who_falls_silent_during_a_write_is_hinted_for_at_its_end() {
    let mut table = Table::with(4, quorum(3, 1, 2), |settings| settings.hints.on = true);
    let list = table.list("k");
    table.ask(list[0], 1, put("k", "v"));
    table.lose(|letter| letter.to == NodeId(list[2]));
    table.deliver_all();
    assert_eq!(held(&table), 0);
    table.time_out();
    table.deliver_all();
    let silent = |event: &Event| matches!(event, Event::Hinting { why: HintCause::Silent, .. });
    assert_eq!((table.count(silent), held(&table)), (1, 1));
    table.run(Duration::from_secs(3));
    assert_eq!((held(&table), table.held(list[2], "k")), (0, vec!["v".into()]));
}

#[test]
fn nothing_more_is_kept_for_who_is_away_for_longer_than_the_window() {
    let mut table = with_three_down(|settings| {
        settings.quorum.sloppy = true;
        settings.hints.window = Duration::from_secs(30);
    });
    let all = keys(&table);
    let coordinator = primary(&table, &all[0]);
    table.complete(coordinator, put(&all[0], "v"));
    assert_eq!(held(&table), 1);
    table.run(Duration::from_secs(40));
    assert_eq!(held(&table), 0, "what is older than the window is dropped");
    assert_eq!(table.count(|event| matches!(event, Event::HintsExpired { dropped: 1, .. })), 1);
    let coordinator = primary(&table, &all[1]);
    table.complete(coordinator, put(&all[1], "v"));
    table.run(Duration::from_secs(1));
    let refused = |it: &Event| matches!(it, Event::HintRefused { why: HintRefusal::Window, .. });
    assert_eq!((table.count(refused), held(&table)), (1, 0));
}

/// A strict write asks who is down as well, and does not hint for its silence past the window.
#[test]
fn the_window_holds_for_the_silent_too() {
    let mut table = with_three_down(|settings| settings.hints.window = Duration::from_secs(10));
    let key = &keys(&table)[0];
    let coordinator = primary(&table, key);
    table.complete(coordinator, put(key, "v"));
    table.run(Duration::from_secs(1));
    assert_eq!(held(&table), 0);
}

#[test]
fn a_holder_keeps_no_more_than_it_may() {
    let mut table = with_three_down(|settings| {
        settings.quorum.sloppy = true;
        settings.hints.holder = Holder::Coordinator;
        settings.hints.most_per_target = 2;
    });
    table.reconfigure(|config| config.quorum = quorum(3, 1, 2));
    let all: Vec<String> = keys(&table);
    for key in &all[..5] {
        table.complete(0, put(key, "v"));
    }
    assert_eq!(table.node(0).disk().hints().len(), 2);
    let refused = |it: &Event| matches!(it, Event::HintRefused { why: HintRefusal::Full, .. });
    assert_eq!(table.count(refused), 3);
}

#[test]
fn hints_are_delivered_no_faster_than_they_may() {
    let mut table = with_three_down(|settings| {
        settings.quorum.sloppy = true;
        settings.hints.keys_per_second = 2;
    });
    let all = keys(&table);
    for key in &all {
        let coordinator = primary(&table, key);
        table.complete(coordinator, put(key, "v"));
    }
    assert_eq!(held(&table) as usize, all.len());
    table.restart(3);
    let (mut before, mut seconds) = (held(&table), 0);
    while before > 0 {
        table.run(Duration::from_secs(1));
        let now = held(&table);
        // Three nodes hold hints, and look once a second; a bucket fills by two in that time.
        assert!(before - now <= 3 * 4, "{} in one second", before - now);
        (before, seconds) = (now, seconds + 1);
    }
    assert!(seconds >= all.len() / 3 / 2, "{} hints in {seconds} s", all.len());
    assert!(all.iter().all(|key| table.held(3, key) == ["v"]));
}

/// Three nodes and N = 3: nobody is left to stand in.
#[test]
fn a_sloppy_quorum_of_too_few_nodes_does_with_what_it_has() {
    for (w, works) in [(2, true), (3, false)] {
        let mut table = Table::with(3, quorum(3, 1, w), |settings| {
            settings.quorum.sloppy = true;
            settings.hints.on = true;
            settings.gossip.on = true;
            settings.gossip.detection = Detection::Timeout { after: Duration::from_secs(5) };
        });
        table.run(Duration::from_secs(3));
        table.crash(2);
        table.run(Duration::from_secs(20));
        assert_eq!(table.complete(0, put("k", "v")).is_ok(), works, "W = {w}");
        assert_eq!(table.read(1, "k").len(), usize::from(works));
        assert_eq!(held(&table), 0);
    }
}
