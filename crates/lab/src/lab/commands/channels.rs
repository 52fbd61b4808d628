//! Commands on all channels between nodes: delays, regions, loss, duplication, reordering and chaos.

use ringside_random::Latency;
use ringside_sim::{Intervention, Legs as SimLegs, Regions};
use ringside_store::RequestId;

use super::Family;
use crate::error::CommandError;
use crate::lab::{Command, Lab};
use crate::scenario::bounds::{Check, between};
use crate::scenario::{LatencyModel, Legs, legs};

pub(super) const FAMILY: Family = Family { check, execute, words };

fn check(command: &Command, _: u16) -> Check {
    match command {
        Command::Latency(model) => model.to_latency().map(|_| ()),
        Command::Legs(models) => legs::to_sim(models.as_ref()).map(|_| ()),
        Command::Regions(regions) => legs::check_regions(*regions),
        Command::Loss(share)
        | Command::Duplication(share)
        | Command::Reordering(share)
        | Command::Chaos(share) => between("", *share, 0.0..=1.0),
        _ => Ok(()),
    }
}

fn execute(lab: &mut Lab, command: &Command) -> Result<Option<RequestId>, CommandError> {
    match command {
        Command::Latency(model) => set_latency(lab, model)?,
        Command::Legs(models) => set_legs(lab, models.as_ref())?,
        Command::Regions(regions) => set_regions(lab, *regions),
        Command::Loss(share) => lab.cluster.set_loss(*share),
        Command::Duplication(share) => lab.cluster.set_duplication(*share),
        Command::Reordering(share) => lab.cluster.set_reordering(*share),
        Command::Chaos(dial) => lab.cluster.set_chaos(*dial),
        _ => {}
    }
    Ok(None)
}

fn set_latency(lab: &mut Lab, model: &LatencyModel) -> Result<(), CommandError> {
    lab.cluster.set_latency(model.to_latency()?);
    lab.latency = model.clone();
    Ok(())
}

fn set_legs(lab: &mut Lab, models: Option<&Legs>) -> Result<(), CommandError> {
    lab.cluster.set_legs(legs::to_sim(models)?);
    lab.legs = models.cloned();
    let regions = legs::regions_in_force(models, lab.regions);
    if lab.cluster.channels().regions != regions {
        lab.cluster.set_regions(regions);
    }
    Ok(())
}

fn set_regions(lab: &mut Lab, named: Option<Regions>) {
    lab.regions = named;
    lab.cluster.set_regions(legs::regions_in_force(lab.legs.as_ref(), named));
}

fn words(command: &Command) -> String {
    let of_messages = |verb: &str, share: f64| format!("{verb} {:.1}% of messages", share * 100.0);
    match command {
        Command::Latency(_) | Command::Legs(_) => "change how long messages take".to_owned(),
        Command::Regions(_) => "change which nodes are far from which".to_owned(),
        Command::Loss(share) => of_messages("lose", *share),
        Command::Duplication(share) => of_messages("double", *share),
        Command::Reordering(share) => of_messages("reorder", *share),
        Command::Chaos(dial) if *dial > 0.0 => format!("set chaos to {dial}"),
        Command::Chaos(_) => "end chaos".to_owned(),
        _ => String::new(),
    }
}

pub(super) fn record(intervention: &Intervention) -> String {
    let of_messages = |share: f64, what: &str| {
        format!("{:.1}% of messages between nodes {what} now", share * 100.0)
    };
    match intervention {
        Intervention::Latency(latency) => {
            format!("messages between nodes now take {}", average(latency))
        }
        Intervention::Legs(legs) => legs_words(legs),
        Intervention::Regions(Some(regions)) if regions.count > 1 => format!(
            "the nodes are in {} regions, and a message from one to another takes {} longer",
            regions.count, regions.apart
        ),
        Intervention::Regions(_) => "all nodes are near each other".to_owned(),
        Intervention::Loss(share) => of_messages(*share, "are lost"),
        Intervention::Duplication(share) => of_messages(*share, "arrive twice"),
        Intervention::Reordering(share) => of_messages(*share, "take a second delay"),
        Intervention::Chaos(dial) if *dial > 0.0 => {
            format!("chaos is at {dial}: faults strike at random")
        }
        Intervention::Chaos(_) => "chaos is off, and the faults that it brought end".to_owned(),
        _ => String::new(),
    }
}

fn legs_words(legs: &SimLegs) -> String {
    let legs = [
        ("writes take", &legs.w),
        ("their acknowledgements", &legs.a),
        ("reads", &legs.r),
        ("their answers", &legs.s),
    ];
    let models = legs.iter().filter_map(|(name, leg)| leg.as_ref().map(|leg| (name, leg)));
    let parts: Vec<String> = models.map(|(name, leg)| format!("{name} {}", average(leg))).collect();
    match &parts[..] {
        [] => "messages of writes and reads take as long as all others".to_owned(),
        parts => format!("between nodes: {}", parts.join(", ")),
    }
}

fn average(latency: &Latency) -> String {
    match latency.mean_us() / 1e3 {
        ms if ms.is_finite() => format!("{ms:.1} ms on average"),
        _ => "a time without a finite average".to_owned(),
    }
}
