//! Two runs side by side: equal without a difference, and different only by the changed setting.

use ringside_lab::twins::Twins;
use ringside_lab::{BuiltIn, Command, Duration, Instant, Lab};

fn lab() -> Lab {
    let mut scenario =
        BuiltIn::find("healthy").expect("it is built in").scenario().expect("it can be read");
    scenario.load.on = true;
    scenario.load.rate = 200.0;
    Lab::open(scenario).expect("it can be opened")
}

fn second(second: u64) -> Instant {
    Instant::ZERO + Duration::from_ms(1_000 * second)
}

#[test]
fn twins_without_a_difference_never_differ() {
    let mut twins = Twins::of(lab(), lab());
    twins.advance_to(second(20));
    let (compared, different) = twins.compared();
    assert!(compared > 3_000 && different == 0, "{compared}");
    assert_eq!((twins.first(), twins.first_answer()), (None, None));
    let [a, b] = twins.sides();
    assert_eq!(a.digest(), b.digest());
}

#[test]
fn a_larger_read_quorum_changes_latency_first_and_answers_later() {
    let mut base = lab();
    base.command(Command::Quorum { n: 3, r: 1, w: 1 }).expect("possible");
    base.advance_to(second(2));
    let change = Command::Quorum { n: 3, r: 3, w: 1 };
    let mut twins = Twins::with(base, change).expect("possible");
    // In small steps, which make no difference.
    while !twins.advance(second(30), 100) {}
    let first = twins.first().expect("three answers take longer than one");
    assert!(first.invoked >= second(2) && first.words.contains(": get "), "{first:?}");
    assert!(first.took_ms[0] < first.took_ms[1], "{first:?}");
    let answer = twins.first_answer().expect("the answer of one replica is sometimes old");
    assert!(
        answer.invoked >= first.invoked && answer.answers[0] != answer.answers[1],
        "{answer:?}"
    );
    let (compared, different) = twins.compared();
    assert!(different > 0 && different < compared / 2, "{different} of {compared}");
}

#[test]
fn a_command_that_is_refused_is_an_error() {
    let mut twins = Twins::of(lab(), lab());
    let error = twins.command(&Command::Quorum { n: 99, r: 1, w: 1 });
    assert!(error.is_err());
    let put = Command::Put { key: "k".into(), value: "v".into(), through: None, ttl: None };
    twins.command(&put).expect("a put is always possible");
    twins.advance_to(second(1));
    assert!(twins.compared().0 > 0);
}
