//! `cargo xtask test`: all checks, in an order that fails early.

use anyhow::{Result, bail};

use crate::arguments::TestOptions;
use crate::bench;
use crate::browser;
use crate::context::Context;
use crate::engines;
use crate::invocation::Invocation;
use crate::node;
use crate::packages::WASM;
use crate::program;
use crate::report::Report;
use crate::site;
use crate::swarm;
use crate::tidy;
use crate::wars;

/// One check.
#[derive(Clone, Copy)]
struct Check {
    /// The name for `--only` and for the report.
    name: &'static str,
    /// The subject, in a few words.
    what: &'static str,
    /// The checks that must have passed before.
    needs: &'static [&'static str],
    /// Runs it.
    run: fn(&Context) -> Result<()>,
}

/// All checks, in order. A check needs only earlier ones.
#[rustfmt::skip]
const CHECKS: [Check; 15] = [
    Check { name: "tidy", what: "the house rules", needs: &[], run: check_tidy },
    Check { name: "format", what: "rustfmt", needs: &[], run: check_format },
    Check { name: "clippy", what: "lints, natively", needs: &[], run: check_clippy },
    Check { name: "tests", what: "unit and property tests", needs: &[], run: check_tests },
    Check { name: "doctests", what: "the examples in the docs", needs: &[], run: check_doctests },
    Check { name: "swarm", what: "random clusters under random faults", needs: &[], run: swarm::check },
    Check { name: "wars", what: "the cluster against its prediction", needs: &[], run: wars::check },
    Check { name: "set-up", what: "what builds the page", needs: &[], run: check_set_up },
    Check { name: "clippy-wasm", what: "lints, for wasm", needs: &["set-up"], run: check_clippy_wasm },
    Check { name: "docs", what: "rustdoc", needs: &["set-up"], run: check_docs },
    Check { name: "wasm", what: "the tests in wasm, under node", needs: &["set-up"], run: check_wasm },
    Check { name: "site", what: "the page in release", needs: &["set-up"], run: site::build },
    Check { name: "browser", what: "the page in Chromium", needs: &["site"], run: check_browser },
    Check { name: "firefox", what: "the smoke test of the page in Firefox", needs: &["site"], run: engines::check_firefox },
    Check { name: "webkit", what: "the smoke test of the page in WebKit", needs: &["site"], run: engines::check_webkit },
];

/// Runs the selected checks, and returns whether all of them passed.
///
/// A failed check is no error of this function, so that the report's last line is the last line printed.
pub(crate) fn test(context: &Context, options: &TestOptions) -> Result<bool> {
    if options.list {
        for check in CHECKS {
            println!("{:12} {}", check.name, check.what);
        }
        return Ok(true);
    }
    let mut report = Report::default();
    for check in selected(&options.only)? {
        if options.fail_fast && report.has_failure() {
            report.not_run(check.name, "an earlier check failed");
        } else if let Some(need) = check.needs.iter().find(|need| !report.has_passed(need)) {
            report.not_run(check.name, &format!("it needs {need}"));
        } else {
            report.time(check.name, check.what, || (check.run)(context));
        }
    }
    Ok(report.close())
}

/// The checks with these names and those that they need, in order; all checks if no name is given.
fn selected(names: &[String]) -> Result<Vec<Check>> {
    if names.is_empty() {
        return Ok(CHECKS.to_vec());
    }
    let mut wanted: Vec<&str> = names.iter().map(String::as_str).collect();
    if let Some(unknown) = wanted.iter().find(|name| CHECKS.iter().all(|it| it.name != **name)) {
        let known: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
        let known = known.join(", ");
        bail!("There is no check {unknown}. There are: {known}.");
    }
    // In reverse, because the checks that a check needs come before it.
    for check in CHECKS.iter().rev().filter(|check| !check.needs.is_empty()) {
        if wanted.contains(&check.name) {
            wanted.extend(check.needs);
        }
    }
    Ok(CHECKS.into_iter().filter(|check| wanted.contains(&check.name)).collect())
}

/// The advice after an error that the program has already explained on the screen.
const SEE_ABOVE: &str = "The places are named above.";

fn check_tidy(context: &Context) -> Result<()> {
    tidy::tidy(&context.project)
}

fn check_format(context: &Context) -> Result<()> {
    Invocation::cargo(&context.project)
        .args(["fmt", "--all", "--check"])
        .run("Run `cargo fmt --all` and look at what it changed.")?;
    // The benchmarks are a separate workspace. This neither resolves nor builds their peers.
    Invocation::cargo(&context.project)
        .args(["fmt", "--check", "--manifest-path", bench::MANIFEST])
        .run("Run `cargo fmt` in benches/ and look at what it changed.")
}

fn check_clippy(context: &Context) -> Result<()> {
    Invocation::cargo(&context.project)
        .arg("clippy")
        .args(context.packages()?.native(false))
        .args(["--all-targets", "--", "-D", "warnings"])
        .run(SEE_ABOVE)
}

fn check_clippy_wasm(context: &Context) -> Result<()> {
    Invocation::cargo(&context.project)
        .args(["clippy", "--target", WASM])
        .args(context.packages()?.in_wasm()?)
        .args(["--all-targets", "--", "-D", "warnings"])
        .run(SEE_ABOVE)
}

fn check_tests(context: &Context) -> Result<()> {
    let cargo = Invocation::cargo(&context.project);
    let packages = context.packages()?.native(true);
    if program::succeeds("cargo", &["nextest", "--version"]) {
        return cargo.args(["nextest", "run"]).args(packages).run(SEE_ABOVE);
    }
    let report = cargo
        .arg("test")
        .args(packages)
        .args(["--lib", "--bins", "--tests"])
        .run_and_read(SEE_ABOVE)?;
    expect_some_passed(&report)
}

fn check_doctests(context: &Context) -> Result<()> {
    let report = Invocation::cargo(&context.project)
        .args(["test", "--doc"])
        .args(context.packages()?.native(false))
        .run_and_read(SEE_ABOVE)?;
    expect_some_passed(&report)
}

fn check_set_up(context: &Context) -> Result<()> {
    context.tools().map(|_| ())
}

fn check_docs(context: &Context) -> Result<()> {
    let packages = context.packages()?;
    let doc = || {
        Invocation::cargo(&context.project)
            .args(["doc", "--no-deps"])
            .env("RUSTDOCFLAGS", "-D warnings")
    };
    doc().args(packages.native(false)).run(SEE_ABOVE)?;
    doc().args(["--target", WASM]).args(packages.in_wasm()?).run(SEE_ABOVE)
}

fn check_wasm(context: &Context) -> Result<()> {
    node::ensure()?;
    let packages = context.packages()?.with_wasm_tests();
    if packages.is_empty() {
        bail!("No package depends on wasm-bindgen-test, so nothing can be tested in wasm.");
    }
    let report = Invocation::cargo(&context.project)
        .args(["test", "--target", WASM, "--lib", "--bins", "--tests"])
        .args(packages)
        .quiet_env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", context.tools()?.test_runner())
        .quiet_env("WASM_BINDGEN_TEST_ONLY_NODE", "1")
        .run_and_read(SEE_ABOVE)?;
    expect_some_passed(&report)
}

fn check_browser(context: &Context) -> Result<()> {
    browser::playwright(context, "chromium", |playwright| playwright)
}

/// Fails if no test ran, because a test that did not run did not pass.
fn expect_some_passed(report: &str) -> Result<()> {
    let passed = |line: &str| -> Option<u32> {
        line.trim().strip_prefix("test result: ok. ")?.split(' ').next()?.parse().ok()
    };
    match report.lines().filter_map(passed).sum::<u32>() {
        0 => bail!("No test ran. Look for a #[cfg(...)] that hides them all."),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &[&str]) -> Vec<&'static str> {
        let only: Vec<String> = only.iter().map(|&name| name.to_owned()).collect();
        selected(&only).unwrap().iter().map(|check| check.name).collect()
    }

    #[test]
    fn every_needed_check_is_an_earlier_one() {
        for (place, check) in CHECKS.iter().enumerate() {
            for need in check.needs {
                assert!(CHECKS[..place].iter().any(|it| it.name == *need), "{need}");
            }
        }
    }

    #[test]
    fn a_selected_check_includes_those_that_it_needs() {
        assert_eq!(names(&["browser"]), ["set-up", "site", "browser"]);
        assert_eq!(names(&["docs", "tidy"]), ["tidy", "set-up", "docs"]);
        assert_eq!(names(&[]).len(), CHECKS.len());
    }

    #[test]
    fn an_unknown_check_is_refused() {
        assert!(selected(&["browsers".to_owned()]).is_err());
    }

    #[test]
    fn a_run_without_tests_does_not_pass() {
        let none = "test result: ok. 0 passed; 0 failed\n";
        assert!(expect_some_passed(none).is_err());
        assert!(expect_some_passed(&format!("{none}test result: ok. 3 passed; 0 failed")).is_ok());
    }
}
