//! A part file on the disk, which keeps each run as soon as it is finished.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use ringside_lab::sweep::{Cells, Shard, Sweep};

use crate::problem::Problem;

/// A part file that is being written, under a lock against other processes.
pub(super) struct PartFile {
    path: PathBuf,
    file: File,
}

impl PartFile {
    /// Opens or creates a part file and reads its finished runs.
    ///
    /// A file that is not part of this sweep is left as it is.
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
        // A file system without locks gives another error, and the sweep goes on.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(format!("--out {}: another sweep is writing it", path.display()));
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(problem)?;
        check_beginning(path, &text, sweep)?;
        cells.read(sweep, &text).map_err(|error| {
            format!("--out {}: {error}; remove the file or choose another --out", path.display())
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

    /// Appends a line. When the function returns, the operating system has the line.
    pub(super) fn append(&mut self, line: &str) -> Result<(), Problem> {
        let line = format!("{line}\n");
        let written = self.file.write_all(line.as_bytes());
        written.map_err(|error| format!("--out {}: {error}", self.path.display()))
    }

    /// Sorts the runs by the grid, so that the file does not depend on which run finished first.
    pub(super) fn put_in_order(self, sweep: &Sweep, cells: &Cells) -> Result<(), Problem> {
        let Self { path, file } = self;
        drop(file);
        replace(&path, cells.text(sweep).as_bytes())
    }

    /// Removes the file.
    pub(super) fn remove(self) -> Result<(), Problem> {
        let Self { path, file } = self;
        drop(file);
        fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))
    }
}

/// Refuses a file whose only line has no end, because that line would be cut off, unless it is the
/// beginning of this sweep's header.
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
