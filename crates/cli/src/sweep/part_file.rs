//! A part file on the disk: what is finished is in it, whatever happens next.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use ringside_lab::sweep::{Cells, Shard, Sweep};

use crate::source::Problem;

/// A part file that is being written. No other process may write it meanwhile.
pub(super) struct PartFile {
    path: PathBuf,
    file: File,
}

impl PartFile {
    /// Opens or makes a part file, and reads the runs that are finished in it.
    ///
    /// A file that is no part of this sweep is left as it is.
    pub(super) fn open(
        path: &Path,
        sweep: &Sweep,
        cells: &mut Cells,
        shard: Option<Shard>,
    ) -> Result<Self, Problem> {
        let problem = |error: std::io::Error| format!("--out {}: {error}", path.display());
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(problem)?;
        // Where a file system knows no locks there is nobody to ask.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(format!("--out {}: another sweep is writing it", path.display()));
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(problem)?;
        check_beginning(path, &text, sweep)?;
        cells.read(sweep, &text).map_err(|error| {
            format!("--out {}: {error}; take the file away or choose another --out", path.display())
        })?;
        // A last line without an end was being written when its writer was stopped.
        let whole = text.rfind('\n').map_or(0, |end| end as u64 + 1);
        file.set_len(whole).map_err(problem)?;
        file.seek(SeekFrom::Start(whole)).map_err(problem)?;
        let mut part = Self { path: path.to_owned(), file };
        if whole == 0 {
            part.append(sweep.header())?;
        }
        if let Some(line) = shard.and_then(|shard| cells.note(shard)) {
            part.append(&line)?;
        }
        Ok(part)
    }

    /// Adds a line. When it comes back, the line is with the operating system.
    pub(super) fn append(&mut self, line: &str) -> Result<(), Problem> {
        let line = format!("{line}\n");
        let written = self.file.write_all(line.as_bytes());
        written.map_err(|error| format!("--out {}: {error}", self.path.display()))
    }

    /// Puts the runs in the order of the grid: the file is then the same whichever finished first.
    pub(super) fn put_in_order(self, sweep: &Sweep, cells: &Cells) -> Result<(), Problem> {
        let Self { path, file } = self;
        drop(file);
        replace(&path, cells.text(sweep).as_bytes())
    }

    /// Takes the file away.
    pub(super) fn remove(self) -> Result<(), Problem> {
        let Self { path, file } = self;
        drop(file);
        fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))
    }
}

/// Refuses a file whose only line has no end, unless it is the beginning of this sweep's header:
/// it would be cut off.
fn check_beginning(path: &Path, text: &str, sweep: &Sweep) -> Result<(), Problem> {
    if text.contains('\n') || sweep.header().starts_with(text) {
        return Ok(());
    }
    Err(format!("--out {}: line 1: no part of a sweep", path.display()))
}

/// Writes a file whole or not at all.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let problem = |error: std::io::Error| format!("--out {}: {error}", path.display());
    let mut draft = path.as_os_str().to_owned();
    draft.push(".draft");
    let draft = PathBuf::from(draft);
    fs::write(&draft, bytes).map_err(problem)?;
    fs::rename(&draft, path).map_err(problem)
}
