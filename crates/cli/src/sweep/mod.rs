//! `ringside sweep` and `ringside merge`.

mod arguments;
mod merge;
mod output;
mod part_file;
mod stop;
mod workers;

use std::num::NonZero;
use std::process::ExitCode;
use std::thread;

use ringside_lab::sweep::{Cells, Plan, PlanError, Rows, Sweep as Planned};

use crate::output::print;
use crate::problem::Problem;
use crate::source;
use arguments::Out;
pub(crate) use arguments::{Merge, Sweep};
pub(crate) use merge::merge;
use output::Summary;
use part_file::{PartFile, replace};
use stop::{STOPPED, Stop};

/// Runs a sweep, or one part of it, and prints the results.
pub(crate) fn sweep(arguments: &Sweep) -> Result<ExitCode, Problem> {
    if let (Some(shard), Some(Out::Table(path))) = (arguments.shard, &arguments.out) {
        return Err(format!(
            "--shard {shard}: the results of one part are not a table: --out {} must end in .jsonl",
            path.display()
        ));
    }
    let sweep = plan(arguments)?;
    for skipped in sweep.skipped() {
        eprintln!("ringside: left out: {}: {}", skipped.combination, skipped.reason);
    }
    let mut cells = Cells::default();
    let mut part = match &arguments.out {
        None => None,
        Some(out) => Some(PartFile::open(&out.part(), &sweep, &mut cells, arguments.shard)?),
    };
    let before = cells.count();
    if before > 0 {
        eprintln!("ringside: {before} of {} runs are finished already", sweep.cells());
    }
    let mut due = cells.missing(&sweep);
    due.retain(|cell| arguments.shard.is_none_or(|shard| shard.holds(*cell)));
    let stop = Stop::on_signals()?;
    let jobs = arguments.jobs.or_else(|| thread::available_parallelism().ok());
    let jobs = jobs.unwrap_or(NonZero::<usize>::MIN);
    workers::run(&sweep, &due, jobs, &stop, &mut |number, cell| {
        let line = cells.add(number, cell)?;
        part.as_mut().map_or(Ok(()), |part| part.append(line))
    })?;
    let is_finished = due.iter().all(|cell| cells.has(*cell));
    finish(arguments, &sweep, &cells, part, (before, is_finished))?;
    Ok(if is_finished { ExitCode::SUCCESS } else { ExitCode::from(STOPPED) })
}

/// Returns the sweep that the command line asks for.
fn plan(arguments: &Sweep) -> Result<Planned, Problem> {
    let name = &arguments.scenario;
    if name.contains('#') && !std::path::Path::new(name).exists() {
        return Err(format!("{name}: a sweep takes a scenario; a link is a single run"));
    }
    let plan = Plan {
        scenario: source::read(name, &arguments.settings)?,
        vary: arguments.vary.clone(),
        seeds: arguments.seeds,
        first_seed: arguments.seed,
        until: arguments.until,
        trials: arguments.trials,
        skip_impossible: arguments.skip_impossible,
    };
    Planned::new(plan).map_err(|error| match error {
        PlanError::Grid(_) | PlanError::Impossible { .. } => format!("--vary: {error}"),
        PlanError::Seeds | PlanError::TooMany => format!("--seeds {}: {error}", arguments.seeds),
        PlanError::Scenario(_) => format!("{name}: {error}"),
    })
}

/// Writes and prints the results so far. `before` runs were finished before this command, and
/// `is_finished` is whether all due runs are finished now.
fn finish(
    arguments: &Sweep,
    sweep: &Planned,
    cells: &Cells,
    part: Option<PartFile>,
    (before, is_finished): (u64, bool),
) -> Result<(), Problem> {
    let mut summary = Summary::new(sweep, cells, cells.count() - before);
    summary.out = arguments.out.as_ref().map(Out::to_string);
    let counts = format!("{} of {} runs", cells.count(), sweep.cells());
    if let Some(out @ Out::Part(_)) = &arguments.out {
        part.map_or(Ok(()), |part| part.put_in_order(sweep, cells))?;
        if !is_finished {
            eprintln!("ringside: stopped: the same command continues from {out}");
        }
        return print(&if arguments.json {
            summary.json()?
        } else {
            format!("{counts} are in {out}")
        });
    }
    let of = if arguments.each_seed { Rows::EachSeed } else { Rows::Finished };
    let table = sweep.table(cells, of);
    let is_whole = cells.count() == sweep.cells();
    if let (Some(out), Some(part)) = (&arguments.out, part) {
        // If no run is finished, an older table stays.
        if !table.rows.is_empty() {
            replace(out.path(), &output::csv(&table)?)?;
        }
        if is_whole {
            part.remove()?;
        } else {
            eprintln!(
                "ringside: stopped: {counts} are finished and kept in {}: the same command \
                 continues from there. {out} has {} finished rows",
                out.part().display(),
                table.rows.len()
            );
        }
    } else if !is_whole {
        eprintln!("ringside: stopped: {counts} are finished; with --out they would be kept");
    }
    summary.rows = Some(&table);
    print(&if arguments.json { summary.json()? } else { output::people(&table) })
}
