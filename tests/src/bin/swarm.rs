//! The swarm over many seeds, on all cores; `cargo xtask swarm` builds and runs it.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    sweep::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
mod sweep {
    use std::cell::Cell;
    use std::fs::File;
    use std::io::{BufWriter, Write};
    use std::path::{Path, PathBuf};
    use std::process::ExitCode;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Instant;

    use clap::Parser;
    use indicatif::{ProgressBar, ProgressStyle};
    use ringside_tests::swarm::sometimes::CaseCounts;
    use ringside_tests::swarm::{self, SeedReport};

    /// The number of seeds from which on every rare case must be reached.
    const SEEDS_FOR_ALL_CASES: u64 = 1_000;
    /// The number of failures after which the sweep stops.
    const FAILURES_MAX: usize = 10;

    /// Runs random clusters under random faults, each from one seed, and checks the invariants and that
    /// each cluster converges in the end.
    #[derive(Debug, Parser)]
    struct Arguments {
        /// The number of seeds to run.
        #[arg(long, default_value_t = 2_000)]
        seeds: u64,
        /// The first seed.
        #[arg(long, default_value_t = 0)]
        from: u64,

        /// Write the journal of the first seed to a file, one JSON object per line.
        #[arg(long, value_name = "FILE")]
        journal: Option<PathBuf>,
    }

    thread_local! {
        /// The seed that this thread runs, for the message after a panic.
        static SEED: Cell<u64> = const { Cell::new(0) };
    }

    /// The results of all threads.
    #[derive(Default)]
    struct Findings {
        case_counts: CaseCounts,
        failures: Vec<(u64, String)>,
        handled: u64,
    }

    pub(super) fn main() -> ExitCode {
        let arguments = Arguments::parse();
        let default_hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            default_hook(panic);
            eprintln!("\nit panicked: {}", repeat(SEED.get()));
        }));
        if let Some(path) = &arguments.journal
            && let Err(error) = write_journal(path, arguments.from)
        {
            eprintln!("--journal {}: {error}", path.display());
            return ExitCode::from(2);
        }
        let start = Instant::now();
        let bar = ProgressBar::new(arguments.seeds).with_style(style());
        let findings = sweep(&arguments, &bar);
        bar.finish_and_clear();
        print_summary(&arguments, &findings, start.elapsed().as_secs_f64())
    }

    /// Writes the journal of one seed. The sweep reports the seed's result.
    fn write_journal(path: &Path, seed: u64) -> std::io::Result<()> {
        SEED.set(seed);
        let mut file = BufWriter::new(File::create(path)?);
        let mut done = Ok(());
        swarm::run(seed, &mut |entry| {
            if done.is_ok() {
                let line = serde_json::to_writer(&mut file, entry).map_err(std::io::Error::from);
                done = line.and_then(|()| file.write_all(b"\n"));
            }
        });
        done.and_then(|()| file.flush())
    }

    fn style() -> ProgressStyle {
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} seeds  {eta} left  {msg}");
        style.unwrap_or_else(|_| ProgressStyle::default_bar())
    }

    /// Runs the seeds, each once, on as many threads as there are cores.
    fn sweep(arguments: &Arguments, bar: &ProgressBar) -> Findings {
        let next = AtomicU64::new(0);
        let findings = Mutex::new(Findings::default());
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    loop {
                        let ordinal = next.fetch_add(1, Ordering::Relaxed);
                        if ordinal >= arguments.seeds {
                            return;
                        }
                        let seed = arguments.from.wrapping_add(ordinal);
                        SEED.set(seed);
                        let report = swarm::run(seed, &mut |_| {});
                        bar.inc(1);
                        if !add_report(&findings, seed, &report, bar) {
                            next.store(arguments.seeds, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        findings.into_inner().expect("no thread panicked")
    }

    /// Adds the report of a seed, and returns whether to continue the sweep.
    fn add_report(
        findings: &Mutex<Findings>,
        seed: u64,
        report: &SeedReport,
        bar: &ProgressBar,
    ) -> bool {
        let mut findings = findings.lock().expect("no thread panicked");
        findings.case_counts.add(&report.case_counts);
        findings.handled += report.handled;
        if let Some(failure) = &report.failure {
            bar.set_message(format!("seed {seed} failed"));
            findings.failures.push((seed, failure.clone()));
        }
        findings.failures.len() < FAILURES_MAX
    }

    fn print_summary(arguments: &Arguments, findings: &Findings, seconds: f64) -> ExitCode {
        let (seeds, from) = (arguments.seeds, arguments.from);
        let millions = findings.handled as f64 / 1e6;
        println!(
            "{seeds} seeds from {from} in {seconds:.0} s, {millions:.1} million queue events\n"
        );
        let mut missing = 0;
        for (case, times) in findings.case_counts.iter() {
            println!("{times:>10}  {case}");
            missing += u32::from(times == 0);
        }
        println!();
        for (seed, failure) in &findings.failures {
            println!("seed {seed}: {failure}\n  {}", repeat(*seed));
        }
        if missing > 0 && seeds >= SEEDS_FOR_ALL_CASES {
            println!("{missing} cases were never reached: the sweep covers less than it should");
        } else if findings.failures.is_empty() {
            println!("nothing broke");
            return ExitCode::SUCCESS;
        }
        ExitCode::FAILURE
    }

    /// Returns the command that runs a seed again.
    fn repeat(seed: u64) -> String {
        format!("repeat it with: cargo xtask swarm --seeds 1 --from {seed}")
    }
}
