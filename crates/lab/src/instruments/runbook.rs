//! The live figures of the runbook's lines.

use ringside_staleness::Measured;
use ringside_staleness::slo::RunbookEntry;
use ringside_store::{Duration, NodeId};

use crate::frame::{Frame, NodeFrame};
use crate::words::{bytes, count, count_of, length, list, percent, rounded, span};

/// The most nodes or links that a line lists by name.
const NAMED: usize = 4;

/// Returns the live figures of a line of the runbook as text, such as `C and D are down`.
///
/// The frame and the measurements must be of the same moment of the same run. The text has no full stop, so
/// that it fits into a table.
pub fn figures(look: RunbookEntry, frame: &Frame, measured: &Measured) -> String {
    match look {
        RunbookEntry::LaggingReplicas => lagging_replicas(frame, measured),
        RunbookEntry::Network => network(frame),
        RunbookEntry::AntiEntropyBacklog => anti_entropy_backlog(frame, measured),
        RunbookEntry::Load => load(frame),
        RunbookEntry::NodesDown => nodes_down(frame),
        RunbookEntry::WriteLoad => write_load(frame, measured),
        RunbookEntry::HintQueues => hint_queues(frame, measured),
        RunbookEntry::MerkleDifferences => merkle_differences(frame, measured),
        RunbookEntry::RepairThrottle => repair_throttle(frame, measured),
        RunbookEntry::Partitions => partitions(frame),
        RunbookEntry::StuckReplica => stuck_replica(frame),
    }
}

fn lagging_replicas(frame: &Frame, measured: &Measured) -> String {
    let behind = count_of(measured.debt.pairs, "copy", "copies");
    let verb = if measured.debt.pairs == 1 { "lacks" } else { "lack" };
    let at_ack = measured.replica_lag.mean.map_or(String::new(), |mean| {
        format!("; when a write succeeds, {mean:.1} of its {} replicas lack it", frame.quorum.n())
    });
    format!("{behind} of keys {verb} an acknowledged write{at_ack}")
}

fn network(frame: &Frame) -> String {
    let delay = match frame.latency.mean_ms() {
        Some(mean_ms) => format!("delays of {} on average", length(duration(mean_ms))),
        None => "delays so long-tailed that they have no mean".to_owned(),
    };
    let clogs = match frame.clogs.len() {
        0 => String::new(),
        clogs => format!(", {} clogged", count(clogs as u64, "link")),
    };
    format!("{delay}, {} of messages lost, {}{clogs}", percent(frame.loss), partitions(frame))
}

fn anti_entropy_backlog(frame: &Frame, measured: &Measured) -> String {
    let pairs = count_of(measured.debt.pairs, "copy", "copies");
    let rule = frame.settings.anti_entropy;
    if !rule.on {
        return format!("{pairs} to repair, and anti-entropy is off");
    }
    let done = &frame.mechanisms.anti_entropy;
    format!(
        "{pairs} to repair; every {} an exchange, {} of {} completed",
        span(rule.period),
        done.completed,
        done.begun
    )
}

fn load(frame: &Frame) -> String {
    let offered = if frame.load.on {
        format!("{} operations a second", rounded(frame.load.rate, 1))
    } else {
        "no load but yours".to_owned()
    };
    let waiting: u64 = frame.nodes.iter().map(|node| u64::from(node.waiting)).sum();
    let longest = frame.nodes.iter().max_by_key(|node| node.waiting);
    let at = match longest.filter(|node| node.waiting > 0) {
        Some(node) => format!(", {} of them at {}", node.waiting, node.id),
        None => String::new(),
    };
    format!("{offered}; {} at nodes{at}", count_of(waiting, "message waits", "messages wait"))
}

fn nodes_down(frame: &Frame) -> String {
    let down = |node: &&NodeFrame| !node.up && !node.status.is_gone();
    let paused = |node: &&NodeFrame| node.up && node.paused;
    let down = clause(frame.nodes.iter().filter(down), "down");
    let paused = clause(frame.nodes.iter().filter(paused), "paused");
    let parts: Vec<String> = down.into_iter().chain(paused).collect();
    if parts.is_empty() { "no node is down".to_owned() } else { parts.join("; ") }
}

fn write_load(frame: &Frame, measured: &Measured) -> String {
    let rate = if frame.load.on { frame.load.rate * (1.0 - frame.load.read_share) } else { 0.0 };
    let (n, w) = (frame.quorum.n(), frame.quorum.w());
    format!(
        "{} writes a second to {n} replicas each, W = {w}; {} met no quorum",
        rounded(rate, 1),
        count(measured.quorums.failed_writes, "write")
    )
}

fn hint_queues(frame: &Frame, measured: &Measured) -> String {
    let queue = &measured.hint_queue;
    let off = if frame.settings.hints.on { "" } else { "; hinted handoff is off" };
    let oldest = match queue.oldest_ms {
        Some(age_ms) => format!(", the oldest for {}", length(duration(age_ms))),
        None => String::new(),
    };
    format!("{} held ({}){oldest}{off}", count(queue.held, "hint"), bytes(queue.bytes))
}

fn merkle_differences(frame: &Frame, measured: &Measured) -> String {
    let repairs = &measured.repairs;
    let off = if frame.settings.anti_entropy.on { "" } else { "; anti-entropy is off" };
    let found = count(repairs.merkle_found, "key");
    format!("{found} found to differ, {} fixed{off}", repairs.merkle_fixed)
}

fn repair_throttle(frame: &Frame, measured: &Measured) -> String {
    let settings = &frame.settings;
    let limit = |on: bool, name: &str, rate: u32| {
        if on { format!("{name} at most {rate} keys a second") } else { format!("{name} is off") }
    };
    let (debt, held_back) = (&measured.debt, frame.mechanisms.anti_entropy.throttled);
    format!(
        "{}, {}, held back {}; debt accrues at {:.1} a second and is paid at {:.1}",
        limit(settings.anti_entropy.on, "anti-entropy", settings.anti_entropy.keys_per_second),
        limit(settings.hints.on, "handoff", settings.hints.keys_per_second),
        count(held_back, "time"),
        debt.accrual_per_s,
        debt.payoff_per_s
    )
}

fn partitions(frame: &Frame) -> String {
    let cuts = &frame.cuts;
    if cuts.is_empty() {
        return "no link is cut".to_owned();
    }
    let links = cuts.iter().take(NAMED).map(|(from, to)| format!("{from} \u{2192} {to}"));
    let links: Vec<String> = links.collect();
    let more = if cuts.len() > NAMED { ", \u{2026}" } else { "" };
    let verb = count_of(cuts.len() as u64, "link is cut", "links are cut");
    format!("{verb} ({}{more})", links.join(", "))
}

fn stuck_replica(frame: &Frame) -> String {
    let suspects = frame.nodes.iter().filter(|node| {
        !node.status.is_gone()
            && (!node.up || node.paused || node.slow_by > Duration::ZERO || is_cut_off(frame, node))
    });
    clause(suspects, "not taking part as the others do")
        .unwrap_or_else(|| "every node takes part".to_owned())
}

/// Whether more than half of a node's links, counted by direction, are cut.
fn is_cut_off(frame: &Frame, node: &NodeFrame) -> bool {
    let others = frame.nodes.iter().filter(|other| !other.status.is_gone()).count() - 1;
    let cut = frame.cuts.iter().filter(|(from, to)| [from, to].contains(&&node.id)).count();
    cut > others
}

/// Returns a clause about nodes, such as `C and D are down`, or `None` if there are no nodes.
fn clause<'a>(nodes: impl Iterator<Item = &'a NodeFrame>, what: &str) -> Option<String> {
    let nodes: Vec<NodeId> = nodes.map(|node| node.id).collect();
    match nodes.len() {
        0 => None,
        1 => Some(format!("{} is {what}", nodes[0])),
        2..=NAMED => Some(format!("{} are {what}", list(&nodes))),
        many => Some(format!("{many} nodes are {what}")),
    }
}

fn duration(ms: f64) -> Duration {
    Duration::from_us((ms * 1e3).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Focus;
    use crate::lab::{Command, Lab};
    use crate::scenario::BuiltIn;

    fn lab() -> Lab {
        let built_in = BuiltIn::find("healthy").expect("a built-in scenario");
        Lab::open(built_in.scenario().expect("a scenario")).expect("a run")
    }

    fn line(lab: &Lab, look: RunbookEntry, measured: &Measured) -> String {
        figures(look, &lab.frame(&Focus::default()), measured)
    }

    #[test]
    fn a_healthy_cluster_shows_no_fault() {
        let (lab, measured) = (lab(), Measured::default());
        assert_eq!(line(&lab, RunbookEntry::NodesDown, &measured), "no node is down");
        assert_eq!(line(&lab, RunbookEntry::Partitions, &measured), "no link is cut");
        assert_eq!(line(&lab, RunbookEntry::StuckReplica, &measured), "every node takes part");
        assert_eq!(
            line(&lab, RunbookEntry::LaggingReplicas, &measured),
            "0 copies of keys lack an acknowledged write"
        );
    }

    #[test]
    fn nodes_and_links_at_fault_are_named() {
        let (mut lab, measured) = (lab(), Measured::default());
        let nodes = |numbers: &[u16]| numbers.iter().copied().map(NodeId).collect::<Vec<_>>();
        lab.command(Command::Partition(nodes(&[0]))).expect("a cut");
        assert!(
            line(&lab, RunbookEntry::Partitions, &measured)
                .starts_with("8 links are cut (A \u{2192} B, ")
        );
        assert_eq!(
            line(&lab, RunbookEntry::StuckReplica, &measured),
            "A is not taking part as the others do"
        );
        for node in [2, 3] {
            lab.command(Command::Crash(NodeId(node))).expect("a crash");
        }
        assert_eq!(line(&lab, RunbookEntry::NodesDown, &measured), "C and D are down");
    }

    #[test]
    fn figures_show_the_measured_values() {
        let lab = lab();
        let mut measured = Measured::default();
        measured.debt.pairs = 1;
        measured.debt.accrual_per_s = 2.5;
        measured.replica_lag.mean = Some(1.25);
        measured.hint_queue.held = 12;
        measured.hint_queue.bytes = 4_100;
        measured.hint_queue.oldest_ms = Some(61_000.0);
        measured.quorums.failed_writes = 2;
        let hints = "12 hints held (4.1 KB), the oldest for 61.00 s; hinted handoff is off";
        assert_eq!(line(&lab, RunbookEntry::HintQueues, &measured), hints);
        let lagging = line(&lab, RunbookEntry::LaggingReplicas, &measured);
        assert!(
            lagging.starts_with("1 copy of keys lacks an acknowledged write; when"),
            "{lagging}"
        );
        let throttle = line(&lab, RunbookEntry::RepairThrottle, &measured);
        assert!(throttle.contains("accrues at 2.5 a second"), "{throttle}");
        let writes = line(&lab, RunbookEntry::WriteLoad, &measured);
        assert!(writes.ends_with("W = 2; 2 writes met no quorum"), "{writes}");
    }
}
