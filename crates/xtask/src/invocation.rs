//! A start of another program, echoed before it runs.
//!
//! `xshell` does less: its echo has neither the variables nor the folder, so that it cannot be pasted
//! into a shell, and it either shows a program's output or returns it, where
//! [`Invocation::run_and_read`] does both.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt::Write;
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Result, bail};

use crate::project::Project;

/// A program with its arguments, environment and working folder.
#[derive(Debug)]
pub(crate) struct Invocation {
    command: Command,
    /// The program and its arguments, as echoed.
    words: String,
    /// The environment variables to echo, each with a space after it.
    variables: String,
    /// The working folder from the root, or `None` for the root itself.
    folder: Option<String>,
}

impl Invocation {
    /// Creates an invocation of a program in the project's root.
    pub(crate) fn new(project: &Project, program: impl AsRef<OsStr>) -> Self {
        let name = Path::new(program.as_ref()).file_stem().unwrap_or_default().to_string_lossy();
        let words = name.into_owned();
        let mut command = Command::new(&program);
        command.current_dir(project.root());
        Self { command, words, variables: String::new(), folder: None }
    }

    /// Creates an invocation of the cargo that runs this program.
    pub(crate) fn cargo(project: &Project) -> Self {
        Self::new(project, env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
    }

    /// Adds an argument.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        let text = argument.as_ref().to_string_lossy();
        let is_plain = |it: char| it.is_alphanumeric() || "-_=./\\:@,+".contains(it);
        let quote = if text.chars().all(is_plain) && !text.is_empty() { "" } else { "'" };
        // Writing to a String can't fail.
        let _ = write!(self.words, " {quote}{text}{quote}");
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    pub(crate) fn args<T: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = T>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// Sets an environment variable, and echoes it.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        let _ = write!(self.variables, "{name}='{}' ", value.as_ref().to_string_lossy());
        self.quiet_env(name, value)
    }

    /// Sets an environment variable that is not needed to repeat the command by hand, without an echo.
    pub(crate) fn quiet_env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets the working folder to one below the root.
    pub(crate) fn in_folder(mut self, project: &Project, folder: &str) -> Self {
        self.command.current_dir(project.path(folder));
        self.folder = Some(folder.to_owned());
        self
    }

    /// Runs the program with its output on the screen.
    ///
    /// # Errors
    ///
    /// If it can't start or reports failure; `advice` then says what to do.
    pub(crate) fn run(mut self, advice: &str) -> Result<()> {
        self.echo();
        let status = self.command.status();
        self.check(status, advice)
    }

    /// Runs the program with its output on the screen, and returns its standard output.
    ///
    /// # Errors
    ///
    /// As [`Invocation::run`].
    pub(crate) fn run_and_read(mut self, advice: &str) -> Result<String> {
        self.echo();
        let mut child = match self.command.stdout(Stdio::piped()).spawn() {
            Ok(child) => child,
            Err(error) => return self.check(Err(error), advice).map(|()| String::new()),
        };
        let mut text = String::new();
        for line in child.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines()) {
            let Ok(line) = line else { break };
            println!("{line}");
            text.push_str(&line);
            text.push('\n');
        }
        let status = child.wait();
        self.check(status, advice).map(|()| text)
    }

    /// Runs the program without an echo and returns its standard output, trimmed.
    ///
    /// # Errors
    ///
    /// As [`Invocation::run`].
    pub(crate) fn read(mut self, advice: &str) -> Result<String> {
        let output = self.command.stderr(Stdio::inherit()).output();
        let text = output.as_ref().map(|output| String::from_utf8_lossy(&output.stdout).into());
        let text: String = text.unwrap_or_default();
        self.check(output.map(|output| output.status), advice)?;
        Ok(text.trim().to_owned())
    }

    /// Replaces this process by the program, so that a signal that stops this one stops the program.
    ///
    /// # Errors
    ///
    /// If it can't start or, on systems where a process can't be replaced, reports failure.
    pub(crate) fn exec(mut self, advice: &str) -> Result<()> {
        self.echo();
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            let error = self.command.exec();
            self.check(Err(error), advice)
        }
        #[cfg(not(unix))]
        {
            let status = self.command.status();
            self.check(status, advice)
        }
    }

    /// Prints the command that is about to run.
    fn echo(&self) {
        println!("$ {}", self.shown());
    }

    /// The command as typed in a shell in the project's root.
    fn shown(&self) -> String {
        let command = format!("{}{}", self.variables, self.words);
        match &self.folder {
            Some(folder) => format!("(cd {folder} && {command})"),
            None => command,
        }
    }

    /// Turns the way that the program ended into a result.
    fn check(&self, status: std::io::Result<ExitStatus>, advice: &str) -> Result<()> {
        let program = self.command.get_program().to_string_lossy();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => bail!("`{}` failed ({status}). {advice}", self.shown()),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                bail!("The program {program} was not found on this machine. {advice}")
            }
            Err(error) => bail!("`{}` could not start ({error}). {advice}", self.shown()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invocation(program: &str) -> Invocation {
        Invocation::new(&Project::find().unwrap(), program)
    }

    #[test]
    fn a_command_is_echoed_as_typed() {
        let project = Project::find().unwrap();
        let shown = invocation("/usr/bin/node")
            .args(["a.js", "two words"])
            .env("NAME", "value")
            .in_folder(&project, "tests")
            .shown();
        assert_eq!(shown, "(cd tests && NAME='value' node a.js 'two words')");
    }

    #[test]
    fn the_error_of_a_missing_program_ends_with_the_advice() {
        let error = invocation("ringside-no-such-program").read("Install it.").unwrap_err();
        let message = error.to_string();
        assert!(message.contains("ringside-no-such-program was not found"), "{message}");
        assert!(message.ends_with("Install it."), "{message}");
    }

    #[test]
    fn the_error_of_a_failing_program_has_its_status() {
        let error = invocation("cargo").arg("ringside-no-such-command").read("So.").unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with("`cargo ringside-no-such-command` failed (exit "), "{message}");
    }
}
