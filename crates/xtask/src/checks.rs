//! `cargo xtask test`: every check there is, in an order that fails early.

use std::path::Path;

use crate::arguments::TestOptions;
use crate::bench;
use crate::browser;
use crate::failure::{Failure, Outcome};
use crate::invocation::Invocation;
use crate::node;
use crate::packages::WASM;
use crate::program;
use crate::report::Report;
use crate::site;
use crate::swarm;
use crate::tidy;
use crate::wars;
use crate::workshop::Workshop;

/// One check.
#[derive(Clone, Copy)]
struct Check {
    /// The name for `--only` and for the report.
    name: &'static str,
    /// What it holds, in a few words.
    what: &'static str,
    /// The checks that must have passed before it makes sense.
    needs: &'static [&'static str],
    /// Does it.
    run: fn(&Workshop) -> Outcome,
}

/// Every check, in order. A check names only earlier ones as its needs.
#[rustfmt::skip]
const CHECKS: [Check; 13] = [
    Check { name: "tidy", what: "the house rules", needs: &[], run: check_tidy },
    Check { name: "format", what: "rustfmt", needs: &[], run: check_format },
    Check { name: "clippy", what: "lints, natively", needs: &[], run: check_clippy },
    Check { name: "tests", what: "unit and property tests", needs: &[], run: check_tests },
    Check { name: "doctests", what: "the examples in the docs", needs: &[], run: check_doctests },
    Check { name: "swarm", what: "random clusters in random trouble", needs: &[], run: swarm::check },
    Check { name: "wars", what: "the cluster against its prediction", needs: &[], run: wars::check },
    Check { name: "set-up", what: "what builds the page", needs: &[], run: check_set_up },
    Check { name: "clippy-wasm", what: "lints, for wasm", needs: &["set-up"], run: check_clippy_wasm },
    Check { name: "docs", what: "rustdoc", needs: &["set-up"], run: check_docs },
    Check { name: "wasm", what: "the tests in wasm, under node", needs: &["set-up"], run: check_wasm },
    Check { name: "site", what: "the page in release", needs: &["set-up"], run: site::build },
    Check { name: "browser", what: "the page in Chromium", needs: &["site"], run: check_browser },
];

/// Runs the checks that were asked for, and says whether all of them passed.
///
/// The report's last line stays the last: a failed check is no [`Failure`] of this function.
pub(crate) fn test(workshop: &Workshop, options: &TestOptions) -> Outcome<bool> {
    if options.list {
        for check in CHECKS {
            println!("{:12} {}", check.name, check.what);
        }
        return Ok(true);
    }
    let mut report = Report::default();
    for check in chosen(&options.only)? {
        if options.fail_fast && report.has_failure() {
            report.skip(check.name, "an earlier check failed");
        } else if let Some(need) = check.needs.iter().find(|need| !report.has_passed(need)) {
            report.skip(check.name, &format!("it needs {need}"));
        } else {
            report.time(check.name, check.what, || (check.run)(workshop));
        }
    }
    Ok(report.close())
}

/// The checks with these names and what they need, in order; all of them when none is named.
fn chosen(names: &[String]) -> Outcome<Vec<Check>> {
    if names.is_empty() {
        return Ok(CHECKS.to_vec());
    }
    let mut wanted: Vec<&str> = names.iter().map(String::as_str).collect();
    if let Some(unknown) = wanted.iter().find(|name| CHECKS.iter().all(|it| it.name != **name)) {
        let known: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
        let known = known.join(", ");
        return Err(Failure::new(format!("There is no check {unknown}. There are: {known}.")));
    }
    // Backwards, because a check's needs come before it.
    for check in CHECKS.iter().rev().filter(|check| !check.needs.is_empty()) {
        if wanted.contains(&check.name) {
            wanted.extend(check.needs);
        }
    }
    Ok(CHECKS.into_iter().filter(|check| wanted.contains(&check.name)).collect())
}

/// What to do about a failure that the program has already explained on the screen.
const SEE_ABOVE: &str = "The places are named above.";

fn check_tidy(workshop: &Workshop) -> Outcome {
    tidy::tidy(&workshop.project)
}

fn check_format(workshop: &Workshop) -> Outcome {
    Invocation::cargo(&workshop.project)
        .args(["fmt", "--all", "--check"])
        .run("Run `cargo fmt --all` and look at what it changed.")?;
    // The benchmarks are a workspace of their own. This neither resolves nor builds their peers.
    Invocation::cargo(&workshop.project)
        .args(["fmt", "--check", "--manifest-path", bench::MANIFEST])
        .run("Run `cargo fmt` in benches/ and look at what it changed.")
}

fn check_clippy(workshop: &Workshop) -> Outcome {
    Invocation::cargo(&workshop.project)
        .arg("clippy")
        .args(workshop.packages()?.native(false))
        .args(["--all-targets", "--", "-D", "warnings"])
        .run(SEE_ABOVE)
}

fn check_clippy_wasm(workshop: &Workshop) -> Outcome {
    Invocation::cargo(&workshop.project)
        .args(["clippy", "--target", WASM])
        .args(workshop.packages()?.in_wasm()?)
        .args(["--all-targets", "--", "-D", "warnings"])
        .run(SEE_ABOVE)
}

fn check_tests(workshop: &Workshop) -> Outcome {
    let cargo = Invocation::cargo(&workshop.project);
    let packages = workshop.packages()?.native(true);
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

fn check_doctests(workshop: &Workshop) -> Outcome {
    let report = Invocation::cargo(&workshop.project)
        .args(["test", "--doc"])
        .args(workshop.packages()?.native(false))
        .run_and_read(SEE_ABOVE)?;
    expect_some_passed(&report)
}

fn check_set_up(workshop: &Workshop) -> Outcome {
    workshop.tools().map(|_| ())
}

fn check_docs(workshop: &Workshop) -> Outcome {
    let packages = workshop.packages()?;
    let doc = || {
        Invocation::cargo(&workshop.project)
            .args(["doc", "--no-deps"])
            .env("RUSTDOCFLAGS", "-D warnings")
    };
    doc().args(packages.native(false)).run(SEE_ABOVE)?;
    doc().args(["--target", WASM]).args(packages.in_wasm()?).run(SEE_ABOVE)
}

fn check_wasm(workshop: &Workshop) -> Outcome {
    node::ensure()?;
    let packages = workshop.packages()?.with_wasm_tests();
    if packages.is_empty() {
        return Err(Failure::new(
            "No package depends on wasm-bindgen-test, so nothing can be tested in wasm.",
        ));
    }
    let report = Invocation::cargo(&workshop.project)
        .args(["test", "--target", WASM, "--lib", "--bins", "--tests"])
        .args(packages)
        .quiet_env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", workshop.tools()?.test_runner())
        .quiet_env("WASM_BINDGEN_TEST_ONLY_NODE", "1")
        .run_and_read(SEE_ABOVE)?;
    expect_some_passed(&report)
}

fn check_browser(workshop: &Workshop) -> Outcome {
    let project = &workshop.project;
    node::ensure()?;
    let chromium = browser::ensure(project)?;
    node::install_packages(project)?;
    // Not npx: when a package is missing it downloads one instead of failing.
    Invocation::new(project, "node")
        .arg(Path::new("node_modules").join("@playwright/test/cli.js"))
        .arg("test")
        .in_folder(project, "tests")
        .env(browser::VARIABLE, chromium)
        .run("The failures are above; traces and screenshots are in tests/results.")
}

/// Fails when a run of tests held no test, because what did not run did not pass.
fn expect_some_passed(report: &str) -> Outcome {
    let passed = |line: &str| -> Option<u32> {
        line.trim().strip_prefix("test result: ok. ")?.split(' ').next()?.parse().ok()
    };
    match report.lines().filter_map(passed).sum::<u32>() {
        0 => Err(Failure::new("No test ran. Look for a #[cfg(...)] that hides them all.")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &[&str]) -> Vec<&'static str> {
        let only: Vec<String> = only.iter().map(|&name| name.to_owned()).collect();
        chosen(&only).unwrap().iter().map(|check| check.name).collect()
    }

    #[test]
    fn every_need_is_an_earlier_check() {
        for (place, check) in CHECKS.iter().enumerate() {
            for need in check.needs {
                assert!(CHECKS[..place].iter().any(|it| it.name == *need), "{need}");
            }
        }
    }

    #[test]
    fn a_chosen_check_brings_what_it_needs() {
        assert_eq!(names(&["browser"]), ["set-up", "site", "browser"]);
        assert_eq!(names(&["docs", "tidy"]), ["tidy", "set-up", "docs"]);
        assert_eq!(names(&[]).len(), CHECKS.len());
    }

    #[test]
    fn an_unknown_check_is_refused() {
        assert!(chosen(&["browsers".to_owned()]).is_err());
    }

    #[test]
    fn a_run_without_tests_does_not_pass() {
        let none = "test result: ok. 0 passed; 0 failed\n";
        assert!(expect_some_passed(none).is_err());
        assert!(expect_some_passed(&format!("{none}test result: ok. 3 passed; 0 failed")).is_ok());
    }
}
