//! `ringside merge`.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use ringside_lab::sweep::{Cells, Rows, Sweep};

use super::arguments::{Merge, Out};
use super::output::{self, Summary};
use super::part_file::replace;
use crate::output::print;
use crate::problem::Problem;

/// The number of missing runs that are named one by one.
const NAMED: usize = 6;

/// Joins the parts of a sweep.
pub(crate) fn merge(arguments: &Merge) -> Result<ExitCode, Problem> {
    let mut parts: Vec<&Path> = arguments.parts.iter().map(AsRef::as_ref).collect();
    // The finished runs of an existing output file are kept.
    if let Some(Out::Part(path)) = arguments.out.as_ref().filter(|out| out.path().exists()) {
        parts.push(path);
    }
    let mut whole: Option<(Sweep, Cells)> = None;
    for part in parts {
        let name = part.display();
        let text = fs::read_to_string(part).map_err(|error| format!("{name}: {error}"))?;
        if whole.is_none() {
            let header = text.split_once('\n').map(|(line, _)| Sweep::from_header(line));
            let header = header.unwrap_or_else(|| Err("no part of a sweep".into()));
            let sweep = header.map_err(|reason| format!("{name}: line 1: {reason}"))?;
            whole = Some((sweep, Cells::default()));
        }
        let Some((sweep, cells)) = &mut whole else { continue };
        cells.read(sweep, &text).map_err(|error| format!("{name}: {error}"))?;
    }
    let Some((sweep, cells)) = whole else { return Err("there are no parts".into()) };
    let missing = describe_missing(&sweep, &cells);
    let mut summary = Summary::new(&sweep, &cells, 0);
    summary.out = arguments.out.as_ref().map(Out::to_string);
    if let Some(out @ Out::Part(path)) = &arguments.out {
        replace(path, cells.text(&sweep).as_bytes())?;
        missing.iter().for_each(|missing| eprintln!("ringside: {missing}"));
        let text = format!("{} of {} runs are in {out}", cells.count(), sweep.cells());
        print(&if arguments.json { summary.json()? } else { text })?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(missing) = &missing {
        if !arguments.partial {
            return Err(format!("{missing}; --partial makes a table of what is there"));
        }
        eprintln!("ringside: {missing}");
    }
    let of = if arguments.each_seed { Rows::EachSeed } else { Rows::Begun };
    let table = sweep.table(&cells, of);
    if let Some(out) = &arguments.out {
        replace(out.path(), &output::csv(&table)?)?;
    }
    summary.rows = Some(&table);
    print(&if arguments.json { summary.json()? } else { output::people(&table) })?;
    Ok(ExitCode::SUCCESS)
}

/// Returns a sentence that names the missing runs, or `None` if all are there.
fn describe_missing(sweep: &Sweep, cells: &Cells) -> Option<String> {
    let missing = cells.missing(sweep);
    if missing.is_empty() {
        return None;
    }
    let shards = cells.shards_of(&missing).unwrap_or_default();
    let shards: Vec<String> = shards.iter().map(ToString::to_string).collect();
    let of = match &shards[..] {
        [] => String::new(),
        shards => format!(", of --shard {}", shards.join(" and ")),
    };
    let mut named: Vec<String> = missing.iter().take(NAMED).map(|it| sweep.words(*it)).collect();
    if missing.len() > NAMED {
        named.push(format!("and {} more", missing.len() - NAMED));
    }
    let (count, all) = (missing.len(), sweep.cells());
    Some(format!("{count} of {all} runs are missing{of}: {}", named.join(", ")))
}
