//! Sweeps seeds through the swarm on all cores: `cargo xtask swarm` builds and runs this.

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

    /// From how many seeds on every rare case must be reached.
    const ENOUGH: u64 = 1_000;
    /// How many failures are told before the sweep stops.
    const MOST_FAILURES: usize = 10;

    /// Random clusters in random trouble, each from one seed, held against what must always hold and
    /// what must come in the end.
    #[derive(Debug, Parser)]
    struct Arguments {
        /// How many seeds to run.
        #[arg(long, default_value_t = 2_000)]
        seeds: u64,
        /// The first of them.
        #[arg(long, default_value_t = 0)]
        from: u64,

        /// Write the journal of the first seed to a file, one JSON object a line.
        #[arg(long, value_name = "FILE")]
        journal: Option<PathBuf>,
    }

    thread_local! {
        /// The seed that this thread runs, for whoever hears of its panic.
        static SEED: Cell<u64> = const { Cell::new(0) };
    }

    /// What all threads together have found.
    #[derive(Default)]
    struct Findings {
        case_counts: CaseCounts,
        failures: Vec<(u64, String)>,
        handled: u64,
    }

    pub(super) fn main() -> ExitCode {
        let arguments = Arguments::parse();
        let told = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            told(panic);
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
        report(&arguments, &findings, start.elapsed().as_secs_f64())
    }

    /// Writes the journal of one seed. What the seed comes to is for the sweep to say.
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
                        let verdict = swarm::run(seed, &mut |_| {});
                        bar.inc(1);
                        if !note(&findings, seed, &verdict, bar) {
                            next.store(arguments.seeds, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        findings.into_inner().expect("no thread panicked")
    }

    /// Adds what a seed came to; tells whether the sweep is to go on.
    fn note(
        findings: &Mutex<Findings>,
        seed: u64,
        verdict: &SeedReport,
        bar: &ProgressBar,
    ) -> bool {
        let mut findings = findings.lock().expect("no thread panicked");
        findings.case_counts.add(&verdict.case_counts);
        findings.handled += verdict.handled;
        if let Some(failure) = &verdict.failure {
            bar.set_message(format!("seed {seed} failed"));
            findings.failures.push((seed, failure.clone()));
        }
        findings.failures.len() < MOST_FAILURES
    }

    fn report(arguments: &Arguments, findings: &Findings, seconds: f64) -> ExitCode {
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
        if missing > 0 && seeds >= ENOUGH {
            println!("{missing} cases were never reached: the sweep proves less than it seems to");
        } else if findings.failures.is_empty() {
            println!("nothing broke");
            return ExitCode::SUCCESS;
        }
        ExitCode::FAILURE
    }

    /// Gives the command that runs a seed again.
    fn repeat(seed: u64) -> String {
        format!("repeat it with: cargo xtask swarm --seeds 1 --from {seed}")
    }
}
