//! `ringside predict`.

use std::fs;
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;

use indicatif::{ProgressBar, ProgressStyle};
use ringside_lab::pbs;
use ringside_lab::pbs::{
    CONFIDENCE, KStaleness, Legs, Point, Prediction, Preset, Quantile, Wars, WarsError,
};
use serde::Serialize;

use crate::arguments::{Coordinator, Predict, ReadsTo};
use crate::delay_table;
use crate::output::print;
use crate::problem::Problem;

/// The fewest trials that a thread takes at a time.
const PART_MIN: u32 = 20_000;
/// The most parts that the trials are cut into, give or take one.
const PARTS: u32 = 1_000;
/// The number of trials from which on a progress bar is shown.
const LONG: u32 = 2_000_000;

/// The JSON object of a prediction.
#[derive(Serialize)]
struct Summary<'a> {
    latency: &'a str,
    n: u16,
    r: u16,
    w: u16,
    reads_to: pbs::ReadsTo,
    coordinator: pbs::Coordinator,
    seed: u64,
    confidence: f64,
    #[serde(flatten)]
    report: pbs::PredictionReport,
}

/// Predicts how stale reads will be and prints the prediction.
pub(crate) fn predict(arguments: &Predict) -> Result<(), Problem> {
    let reads_to = match arguments.reads_to {
        ReadsTo::All => pbs::ReadsTo::All,
        ReadsTo::Quorum => pbs::ReadsTo::Quorum,
    };
    let coordinator = match arguments.coordinator {
        Coordinator::Apart => pbs::Coordinator::Apart,
        Coordinator::Replica => pbs::Coordinator::Replica,
    };
    let (latency, legs) = legs(&arguments.latency)?;
    let (n, r, w, seed) = (arguments.n, arguments.r, arguments.w, arguments.seed);
    let wars = Wars::new(n, r, w, reads_to, legs).map_err(|error| match error {
        WarsError::Size { .. } => format!("--{error}"),
        WarsError::Leg { .. } | WarsError::Layout { .. } => format!("--latency {latency}: {error}"),
    })?;
    let prediction = Prediction::new(wars.with_coordinator(coordinator), &arguments.t, seed)
        .map_err(|error| format!("--t: {error}"))?;
    let threads = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    let report = run(prediction, arguments.trials, threads)?.report();
    let latency = latency.as_str();
    let confidence = CONFIDENCE;
    let summary = Summary { latency, n, r, w, reads_to, coordinator, seed, confidence, report };
    if arguments.json {
        print(&serde_json::to_string_pretty(&summary).map_err(|error| error.to_string())?)
    } else {
        print(&table(&summary))
    }
}

/// Returns the delays of a preset or a file, with their name.
fn legs(name: &str) -> Result<(String, Legs), Problem> {
    let unknown = match name.parse::<Preset>() {
        Ok(preset) => return Ok((preset.name().to_owned(), preset.legs())),
        Err(unknown) => unknown,
    };
    let text = match fs::read_to_string(name) {
        Ok(text) => text,
        Err(error) if Path::new(name).exists() => {
            return Err(format!("--latency {name}: {error}"));
        }
        Err(error) => return Err(format!("--latency {name}: {error}; {unknown}")),
    };
    let legs = if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| error.to_string())
    } else {
        delay_table::parse(&text)
    };
    Ok((name.to_owned(), legs.map_err(|error| format!("--latency {name}: {error}"))?))
}

/// Runs the trials on a number of threads. Each takes one part after the other and merges its own; the
/// total does not depend on which thread took which part.
fn run(empty: Prediction, trials: u32, threads: NonZero<usize>) -> Result<Prediction, Problem> {
    let part = PART_MIN.max(trials / PARTS);
    let parts = trials.div_ceil(part);
    let next = AtomicU32::new(0);
    let work = |mut prediction: Prediction, done: &mpsc::Sender<u32>| {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= parts {
                return prediction;
            }
            let start = number * part;
            let end = start.saturating_add(part).min(trials);
            prediction.run(start..end);
            // The receiver is gone only if the program is ending.
            done.send(end - start).ok();
        }
    };
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let workers: Vec<_> = (0..threads.get().min(parts as usize))
            .map(|_| {
                let (prediction, sender) = (empty.clone(), sender.clone());
                scope.spawn(move || work(prediction, &sender))
            })
            .collect();
        drop(sender);
        let bar = (trials >= LONG).then(|| new_bar(trials));
        receiver.iter().for_each(|count| bar.iter().for_each(|bar| bar.inc(u64::from(count))));
        bar.iter().for_each(ProgressBar::finish_and_clear);
        let mut whole = empty;
        for worker in workers {
            let prediction = worker.join().map_err(|_| "a thread of the prediction panicked")?;
            whole.merge(&prediction).map_err(|error| error.to_string())?;
        }
        Ok(whole)
    })
}

fn new_bar(trials: u32) -> ProgressBar {
    let bar = ProgressBar::new(u64::from(trials));
    match ProgressStyle::with_template("{bar:40} {percent:>3}%  {human_pos} trials  {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Returns a prediction as a table for people.
fn table(summary: &Summary<'_>) -> String {
    let Summary { latency, n, r, w, reads_to, coordinator, seed, report, .. } = summary;
    let asked = match reads_to {
        pbs::ReadsTo::All => "all replicas",
        pbs::ReadsTo::Quorum => "R replicas only",
    };
    let coordinators = match coordinator {
        pbs::Coordinator::Apart => "no replicas",
        pbs::Coordinator::Replica => "replicas",
        pbs::Coordinator::Any { .. } => "any nodes",
    };
    let sizes = format!("N = {n}, R = {r}, W = {w}");
    let mut lines = vec![
        format!("{latency}: {sizes}; reads ask {asked}; coordinators are {coordinators}"),
        format!(
            "{} trials, seed {seed}; ranges are of {}% confidence",
            report.trials,
            CONFIDENCE * 100.0
        ),
        String::new(),
        format!("{:<30}{:>10}{:>24}", "a read this long after a write", "is fresh", "range"),
    ];
    lines.extend(report.p_consistent.iter().map(point));
    lines.push(format!("\n{:<30}{:>10}{:>24}", "in milliseconds", "", "range"));
    let groups = [
        ("reads are fresh after", &report.t_visibility_ms),
        ("reads take", &report.read_ms),
        ("writes take", &report.write_ms),
    ];
    for (name, quantiles) in groups {
        lines.extend(quantiles.iter().map(|it| quantile(name, it)));
    }
    lines.push(format!("\n{:<30}{:>10}", "a read gives one of the newest", "chance"));
    lines.extend(report.k_staleness.iter().map(versions));
    lines.join("\n")
}

fn point(point: &Point) -> String {
    let share = point.share;
    let [value, low, high] =
        [share.value, share.low, share.high].map(|it| format!("{:.3}%", it * 100.0));
    format!("{:<30}{value:>10}{:>24}", format!("  {} ms", point.t_ms), format!("{low} to {high}"))
}

fn quantile(name: &str, it: &Quantile) -> String {
    let high = it.high_ms.map_or("?".to_owned(), |ms| format!("{ms:.2}"));
    let range = format!("{:.2} to {high}", it.low_ms);
    let label = format!("  {name}, p{}", (it.quantile * 1_000.0).round() / 10.0);
    format!("{label:<30}{:>10.2}{range:>24}", it.value_ms)
}

fn versions(it: &KStaleness) -> String {
    let chance = format!("{:.3}%", it.within * 100.0);
    let noun = if it.k == 1 { "version" } else { "versions" };
    format!("{:<30}{chance:>10}", format!("  {} {noun}", it.k))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_threads_does_not_change_the_result() {
        let report = |threads| {
            let wars = Wars::new(3, 1, 2, pbs::ReadsTo::All, Preset::Ymmr.legs());
            let prediction = Prediction::new(wars.expect("possible"), &[0.0, 2.5], 3);
            let threads = NonZero::new(threads).expect("not zero");
            run(prediction.expect("possible"), 70_001, threads).expect("it runs").report()
        };
        let alone = report(1);
        assert_eq!(alone.trials, 70_001);
        assert_eq!(alone, report(2));
        assert_eq!(alone, report(7));
    }
}
