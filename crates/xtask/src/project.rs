//! The project's folder and files.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};

/// The project's folder.
#[derive(Debug)]
pub(crate) struct Project {
    root: PathBuf,
}

impl Project {
    /// Finds the project: from xtask's own manifest if cargo names it, or else upwards from the current
    /// folder.
    ///
    /// It is looked up at run time because a path that is compiled in is wrong after a move of the
    /// folder.
    pub(crate) fn find() -> Result<Self> {
        let start = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => env::current_dir()
                .map_err(|error| anyhow!("The current folder can't be read ({error})."))?,
        };
        let root = start.ancestors().find(|folder| folder.join("crates/xtask/Cargo.toml").exists());
        root.map(|root| Self { root: root.to_owned() })
            .context("This is not a folder of Ringside. Run the command inside the project.")
    }

    /// The root folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A file or folder by its path from the root.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Reads the text files of the project that git does not ignore, in order of path.
    pub(crate) fn text_files(&self) -> Result<Vec<TextFile>> {
        let ignored = self.ignored_folders()?;
        let mut files = Vec::new();
        self.collect(&self.root, &ignored, &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// The folders that .gitignore names, which is simple enough to read without git.
    fn ignored_folders(&self) -> Result<Vec<PathBuf>> {
        let text = read(&self.path(".gitignore"))?;
        let rooted = text.lines().filter_map(|line| line.trim().strip_prefix('/'));
        Ok(rooted.map(|line| self.path(line.trim_end_matches('/'))).collect())
    }

    /// Adds the text files at and below a folder.
    fn collect(&self, folder: &Path, ignored: &[PathBuf], files: &mut Vec<TextFile>) -> Result<()> {
        let unreadable = |error| anyhow!("{} can't be read ({error}).", folder.display());
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.is_dir() {
                let is_git = path.file_name().is_some_and(|name| name == ".git");
                if !is_git && !ignored.contains(&path) {
                    self.collect(&path, ignored, files)?;
                }
            } else if let Ok(text) = fs::read_to_string(&path) {
                // What is not UTF-8 is a picture or a font: no rule reads those.
                files.push(TextFile { path: self.relative(&path), text });
            }
        }
        Ok(())
    }

    /// A path from the root, with forward slashes on every system.
    fn relative(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.root).unwrap_or(path);
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        parts.join("/")
    }
}

/// A text file of the project.
#[derive(Clone, Debug)]
pub(crate) struct TextFile {
    /// The path from the root, with forward slashes.
    pub(crate) path: String,
    /// The content.
    pub(crate) text: String,
}

impl TextFile {
    /// Whether it is a Rust file of this project.
    pub(crate) fn is_rust(&self) -> bool {
        self.has_extension("rs")
            && ["crates/", "web/", "tests/", "benches/"]
                .iter()
                .any(|folder| self.path.starts_with(folder))
    }

    /// Whether its name ends in this extension.
    pub(crate) fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|it| it == extension)
    }
}

/// Reads a text file; the error names the file.
pub(crate) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| anyhow!("{} can't be read ({error}).", path.display()))
}
