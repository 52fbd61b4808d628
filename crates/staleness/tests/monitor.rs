//! The monitor: the oracle and the meters together.

mod toy;

use proptest::prelude::*;
use ringside_staleness::oracle::{Oracle, OracleLimits};
use ringside_staleness::slo::{Slo, Timescale};
use ringside_staleness::{Finding, Monitor};

use toy::Toy;
use toy::world::{first_ring, runs};

fn monitor() -> Monitor<Toy> {
    Monitor::new(first_ring(), OracleLimits::default(), Slo::default(), 60.0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn results_do_not_depend_on_when_they_are_read(
        run in runs(300), stretch in 1..20_000_u64, looks in prop::collection::vec(any::<u16>(), 300),
    ) {
        let (mut quiet, mut watched) = (monitor(), monitor());
        let mut before = 0;
        for ((at, call), look) in run.calls().iter().zip(&looks) {
            let at = at * stretch;
            // Expiry times are stretched as well: then the passing of time alone changes something.
            let call = call.stretched(stretch);
            call.observe_by(at, &mut quiet);
            watched.advance_to(before + (at - before) * u64::from(*look) / u64::from(u16::MAX), |_| ());
            call.observe_by(at, &mut watched);
            before = at;
        }
        let end = before + 3_000_000;
        quiet.advance_to(end, |_| ());
        watched.advance_to(end, |_| ());
        prop_assert_eq!(quiet.measured(end), watched.measured(end));
        prop_assert_eq!(quiet.series(end), watched.series(end));
        prop_assert_eq!(quiet.board(Timescale::Compressed), watched.board(Timescale::Compressed));
        prop_assert_eq!(quiet.curve(), watched.curve());
    }

    #[test]
    fn results_agree_with_the_oracles_findings(run in runs(300)) {
        let (mut monitor, mut oracle) = (monitor(), Oracle::<Toy>::new(first_ring(), OracleLimits::default()));
        for (at, call) in run.calls() {
            call.observe_by(at, &mut monitor);
            call.make(at, &mut oracle);
        }
        let found: Vec<Finding> = oracle.drain().collect();
        let count = |kind: fn(&Finding) -> bool| found.iter().filter(|it| kind(it)).count() as u64;
        let now = run.calls().last().map_or(0, |it| it.0);
        let measured = monitor.measured(now);
        prop_assert_eq!(measured.staleness.reads, count(|it| matches!(it, Finding::Read(_))));
        prop_assert_eq!(measured.staleness.stale, count(|it| matches!(it, Finding::Read(read) if read.is_stale())));
        prop_assert_eq!(measured.convergence_ms.writes, count(|it| matches!(it, Finding::Converged { .. })));
        prop_assert_eq!(measured.convergence_ms.lost, count(|it| *it == Finding::Lost));
        prop_assert_eq!(measured.convergence_ms.pending, oracle.gauges().pending);
        prop_assert_eq!(measured.debt.pairs, oracle.gauges().debt);
        prop_assert_eq!(measured.debt.pairs, measured.debt.accrued - measured.debt.paid);
        prop_assert_eq!(measured.sessions, oracle.sessions());
        prop_assert_eq!(monitor.gauges(), oracle.gauges());
    }
}
