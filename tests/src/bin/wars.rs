//! Comparison of the cluster with the predictor under the assumptions of WARS, as a table in Markdown.
//!
//! It fails if they differ too much. `cargo xtask test` runs it, and `docs/predictions.md` has its table.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    table::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
mod table {
    use std::collections::BTreeMap;
    use std::num::NonZero;
    use std::process::ExitCode;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Mutex, PoisonError};
    use std::thread;

    use clap::Parser;
    use ringside_lab::pbs::{Coordinator, Preset, ReadsTo};
    use ringside_tests::wars::{
        Comparison, Latency, MOST_RMSE_POINTS, Predicted, SIZES, Setup, measure, times_us,
    };

    /// Compares the cluster with the predictor under the assumptions of WARS.
    #[derive(Debug, Parser)]
    struct Arguments {
        /// The root mean square of sampling noise alone, in percentage points: it determines the trials
        /// per cluster.
        #[arg(long = "noise", value_name = "POINTS", default_value_t = 0.1)]
        noise_points: f64,
        /// The smallest number of trials per cluster.
        #[arg(long, default_value_t = 10_000)]
        fewest: u32,
        /// The number of trials of the predictor.
        #[arg(long, default_value_t = 1_000_000)]
        predicted: u32,
        /// The seed of the clusters.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Also print the shares at each time.
        #[arg(long)]
        points: bool,
    }

    /// A setup, its number of trials, and the comparison.
    type Row = (Setup, u32, Comparison);

    /// Measures all setups on all cores and prints the table.
    pub(super) fn main() -> ExitCode {
        let arguments = Arguments::parse();
        let rows = rows(&arguments, &setups());
        println!(
            "| delays | N, R, W | coordinator | trials | RMSE, points | most, points | reads, % | writes, % |"
        );
        println!("|---|---|---|---:|---:|---:|---:|---:|");
        rows.iter().for_each(|row| println!("{}", line(row)));
        if arguments.points {
            rows.iter().for_each(print_points);
        }
        let is_off = |(setup, _, compared): &&Row| {
            setup.coordinator == Coordinator::Apart && compared.rmse_points() > MOST_RMSE_POINTS
        };
        let off = rows.iter().filter(is_off).count();
        if off > 0 {
            eprintln!(
                "{off} setups under the assumptions of WARS differ by over {MOST_RMSE_POINTS} points"
            );
            return ExitCode::FAILURE;
        }
        ExitCode::SUCCESS
    }

    fn setups() -> Vec<Setup> {
        let mut setups = Vec::new();
        for coordinator in [Coordinator::Apart, Coordinator::Replica] {
            for preset in Preset::ALL {
                let fits = |sizes: &(u16, u16, u16)| preset != Preset::Wan || sizes.0 <= 3;
                let setup = |sizes| Setup { preset, sizes, reads_to: ReadsTo::All, coordinator };
                setups.extend(SIZES.into_iter().filter(fits).map(setup));
            }
        }
        setups
    }

    fn rows(arguments: &Arguments, setups: &[Setup]) -> Vec<Row> {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let (next, rows) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(setup) = setups.get(index) else { return };
                        let row = row(arguments, setup);
                        rows.lock().unwrap_or_else(PoisonError::into_inner).insert(index, row);
                    }
                });
            }
        });
        rows.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
    }

    fn row(arguments: &Arguments, setup: &Setup) -> Row {
        let times_us = times_us(setup.preset);
        let predicted = Predicted::new(setup, &times_us, arguments.predicted);
        let trials = predicted.trials_for(arguments.noise_points).max(arguments.fewest);
        let measured = measure(setup, &times_us, trials, arguments.seed);
        (*setup, trials, predicted.compare(&measured))
    }

    fn line((setup, trials, compared): &Row) -> String {
        let (n, r, w) = setup.sizes;
        let percent = |latency: &Latency| format!("{:.2}", latency.rmse_percent());
        let cells = [
            setup.preset.name().to_owned(),
            format!("{n}, {r}, {w}"),
            name(setup.coordinator).to_owned(),
            trials.to_string(),
            format!("{:.3}", compared.rmse_points()),
            format!("{:.3}", compared.max_points()),
            percent(&compared.reads),
            percent(&compared.writes),
        ];
        format!("| {} |", cells.join(" | "))
    }

    fn print_points((setup, _, compared): &Row) {
        let (n, r, w) = setup.sizes;
        println!("\n{} {n}, {r}, {w}, {}", setup.preset, name(setup.coordinator));
        println!("\n| t, ms | measured | predicted |\n|---:|---:|---:|");
        for point in &compared.points {
            let [measured, predicted] = [point.measured, point.predicted].map(|it| it * 100.0);
            println!("| {} | {measured:.2}% | {predicted:.2}% |", point.t_ms);
        }
        for (what, latency) in [("reads", &compared.reads), ("writes", &compared.writes)] {
            for share in [0.5, 0.99, 0.999] {
                let Some(it) = latency.percentile(share) else { continue };
                let percent = (share * 1e3) / 10.0;
                println!(
                    "| {what} p{percent} | {:.3} ms | {:.3} ms |",
                    it.measured_ms, it.predicted_ms
                );
            }
        }
    }

    const fn name(coordinator: Coordinator) -> &'static str {
        match coordinator {
            Coordinator::Apart => "apart",
            Coordinator::Replica => "a replica",
            Coordinator::Any { .. } => "any node",
        }
    }
}
