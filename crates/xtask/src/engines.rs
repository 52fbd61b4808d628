//! The smoke test of the page in the two engines beside Chromium: Firefox and `WebKitGTK`.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::browser;
use crate::context::Context;
use crate::debian;
use crate::program;
use crate::report::Unavailable;

/// An engine, and how it is found.
struct Engine {
    /// The project of the Playwright configuration that tests it.
    project: &'static str,
    /// The environment variable with the path of its program.
    variable: &'static str,
    /// The names of its program on the PATH.
    names: &'static [&'static str],
    /// Other paths of its program, as in [`browser::find_program`].
    paths: &'static [&'static str],
    /// The programs without which it does not run.
    companions: &'static [&'static str],
    /// Debian's packages of all these.
    packages: &'static [&'static str],
}

/// Firefox, which is driven by the `WebDriver` `BiDi` protocol without a program between.
const FIREFOX: Engine = Engine {
    project: "firefox",
    variable: "RINGSIDE_FIREFOX",
    names: &["firefox-esr", "firefox"],
    paths: &["/Applications/Firefox.app/Contents/MacOS/firefox"],
    companions: &[],
    packages: &["firefox-esr", "fonts-liberation"],
};

/// The driver of `WebKitGTK` with its small browser, which has no mode without a display.
const WEBKIT: Engine = Engine {
    project: "webkit",
    variable: "RINGSIDE_WEBKIT",
    names: &["WebKitWebDriver"],
    paths: &[],
    companions: &["Xvfb"],
    packages: &["webkit2gtk-driver", "xvfb", "fonts-liberation"],
};

/// Tests the page in Firefox.
pub(crate) fn check_firefox(context: &Context) -> Result<()> {
    FIREFOX.check(context)
}

/// Tests the page in `WebKitGTK`.
pub(crate) fn check_webkit(context: &Context) -> Result<()> {
    WEBKIT.check(context)
}

impl Engine {
    /// Runs the smoke test.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if the engine is neither on this machine nor installed.
    fn check(&self, context: &Context) -> Result<()> {
        // A variable that names no file is a mistake; a machine without the engine is none.
        let found = match self.find()? {
            Some(program) => Ok(Some(program)),
            None => debian::find_or_install(&context.project, || self.find(), self.packages),
        };
        match found {
            Ok(Some(program)) => browser::playwright(context, self.project, |playwright| {
                playwright.env(self.variable, program)
            }),
            Ok(None) => bail!(Unavailable(self.missing())),
            Err(error) => bail!(Unavailable(format!("{} {error}", self.missing()))),
        }
    }

    /// Finds the program, if its companions are there too.
    fn find(&self) -> Result<Option<PathBuf>> {
        let found = browser::find_program(self.variable, self.names, self.paths)?;
        let complete = self.companions.iter().all(|name| program::find(name).is_some());
        Ok(found.filter(|_| complete))
    }

    /// The sentence that names what is missing.
    fn missing(&self) -> String {
        let programs = self.names[..1].iter().chain(self.companions);
        let missing: Vec<&str> =
            programs.copied().filter(|name| program::find(name).is_none()).collect();
        format!(
            "Not on the PATH: {}. Install it, or set {} to the path of the browser's program.",
            missing.join(", "),
            self.variable
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MISSING: &str = "ringside-no-such-program";

    fn engine(names: &'static [&'static str], companions: &'static [&'static str]) -> Engine {
        let variable = "RINGSIDE_NO_SUCH_VARIABLE";
        Engine { project: "", variable, names, paths: &[], companions, packages: &[] }
    }

    #[test]
    fn an_engine_is_found_only_with_its_companions() {
        assert!(engine(&["cargo"], &[]).find().unwrap().is_some());
        assert!(engine(&["cargo"], &["cargo"]).find().unwrap().is_some());
        assert!(engine(&["cargo"], &[MISSING]).find().unwrap().is_none());
        assert!(engine(&[MISSING], &[]).find().unwrap().is_none());
    }

    #[test]
    fn only_what_is_missing_is_named() {
        let message = engine(&["cargo"], &[MISSING]).missing();
        assert!(message.starts_with("Not on the PATH: ringside-no-such-program. "), "{message}");
    }
}
