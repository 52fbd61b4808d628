//! Sweeps: parts that are run separately and joined in any order equal the whole sweep.

#![cfg(not(target_arch = "wasm32"))]

use std::sync::LazyLock;

use proptest::prelude::*;
use ringside_lab::sweep::{Axis, Cells, Field, Plan, PlanError, Rows, Shard, Sweep};
use ringside_lab::{BuiltIn, Duration, Instant, Lab};

fn plan(vary: &[&str], seeds: u32) -> Plan {
    let healthy = BuiltIn::find("healthy").expect("built in");
    let axis = |text: &&str| text.parse::<Axis>().expect("an axis");
    Plan {
        scenario: serde_json::from_str(healthy.json).expect("JSON"),
        vary: vary.iter().map(axis).collect(),
        seeds,
        first_seed: None,
        until: Some(Duration::from_ms(600)),
        trials: 100,
        skip_impossible: false,
    }
}

/// A sweep of twelve cells, and the results of all cells.
static WHOLE: LazyLock<(Sweep, Cells)> = LazyLock::new(|| {
    let plan = plan(&["cluster.r=1..2", "load.rate=50,200"], 3);
    let sweep = Sweep::new(plan).expect("possible");
    let cells = run_cells(&sweep, 0..sweep.cells());
    (sweep, cells)
});

fn run_cells(sweep: &Sweep, numbers: impl IntoIterator<Item = u64>) -> Cells {
    let mut cells = Cells::default();
    for number in numbers {
        let cell = sweep.run(number, &|| false).expect("possible").expect("not stopped");
        cells.add(number, cell).expect("a valid cell");
    }
    cells
}

/// Returns the lines of all cells.
fn lines() -> Vec<String> {
    let (sweep, cells) = &*WHOLE;
    cells.text(sweep).lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn a_row_combines_the_counts_of_its_runs() {
    let (sweep, cells) = &*WHOLE;
    let table = sweep.table(cells, Rows::Finished);
    assert_eq!(table.rows.len(), 4);
    for (row, (r, rate)) in [(1, 50), (1, 200), (2, 50), (2, 200)].into_iter().enumerate() {
        let (mut reads, mut waited_us) = (0, Vec::new());
        for seed in 1..=3 {
            let mut scenario =
                BuiltIn::find("healthy").and_then(|it| it.scenario().ok()).expect("built in");
            scenario.seed = seed;
            scenario.cluster.r = r;
            scenario.load.rate = f64::from(rate);
            let mut lab = Lab::open(scenario).expect("possible");
            lab.advance_to(Instant::from_us(600_000));
            let tallies = lab.tallies();
            reads += tallies.reads.ok;
            waited_us.push(tallies.reads.latency_us.max());
        }
        assert_eq!(table.field(row, "reads_ok"), Some(&Field::from(reads)));
        let longest = waited_us.into_iter().flatten().max().expect("there were reads");
        let last = table.field(row, "read_p99.9_ms");
        assert_eq!(
            last,
            Some(&Field::from(Some(longest as f64 / 1e3))),
            "of so few reads the longest"
        );
    }
}

#[test]
fn a_run_can_be_stopped() {
    let (sweep, _) = &*WHOLE;
    assert_eq!(sweep.run(0, &|| true), Ok(None), "stopped before its prediction");
    assert_eq!(sweep.run(1, &|| true).map(|cell| cell.is_some()), Ok(true), "too short to stop");
}

#[test]
fn seeds_start_at_the_seed_of_the_scenario_and_end_at_the_largest_number() {
    let words = |plan| {
        let sweep = Sweep::new(plan).expect("possible");
        (0..sweep.cells()).map(|cell| sweep.words(cell)).collect::<Vec<_>>()
    };
    let own = words(Plan { first_seed: None, ..plan(&["cluster.r=2"], 2) });
    assert_eq!(own, ["cluster.r=2 seed 1", "cluster.r=2 seed 2"]);
    let last = Plan { first_seed: Some(u64::MAX - 1), ..plan(&[], 2) };
    assert_eq!(words(last)[1], format!("the scenario as it is seed {}", u64::MAX));
    let past = Plan { first_seed: Some(u64::MAX), ..plan(&[], 2) };
    assert_eq!(Sweep::new(past).map(|_| ()), Err(PlanError::Seeds));
    assert_eq!(Sweep::new(plan(&[], 0)).map(|_| ()), Err(PlanError::Seeds));
    let many = Sweep::new(plan(&["cluster.request_timeout=1s,2s"], 500_001)).map(|_| ());
    assert_eq!(many, Err(PlanError::TooMany));
}

#[test]
fn the_original_value_of_a_varied_field_may_be_invalid() {
    let mut plan = plan(&["cluster.n=3..4"], 1);
    plan.scenario["cluster"]["n"] = 90.into();
    assert_eq!(Sweep::new(plan).expect("each n is set").rows().len(), 2);
}

proptest! {
    // A case parses and joins some twenty cells: few are enough.
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Each line goes into one or more parts. Lines are shuffled, the last line of a part may be torn, and
    /// the parts are joined in any order.
    #[test]
    fn parts_joined_in_any_order_equal_the_whole(
        places in prop::collection::vec(prop::collection::vec(0..4_usize, 1..3), 12),
        lines in Just(lines()).prop_shuffle(),
        order in Just([0, 1, 2, 3]).prop_shuffle(),
        torn in prop::option::of(1..80_usize),
    ) {
        let (sweep, whole) = &*WHOLE;
        let mut parts = [(); 4].map(|()| sweep.header().to_owned() + "\n");
        for (line, parts_of_it) in lines.iter().zip(&places) {
            parts_of_it.iter().for_each(|&part| parts[part].extend([line, "\n"]));
        }
        let mut joined = Cells::default();
        for part in order {
            parts[part].push_str(torn.map_or("", |length| &lines[0][..length]));
            let read = joined.read(sweep, &parts[part]);
            prop_assert_eq!(read, Ok(()));
        }
        prop_assert_eq!(joined.text(sweep), whole.text(sweep));
        let other = Sweep::from_header(sweep.header()).expect("it is a header");
        prop_assert_eq!(other.table(&joined, Rows::Finished), sweep.table(whole, Rows::Finished));
    }

    #[test]
    fn each_cell_belongs_to_one_shard(of in 1..20_u32, cell: u64) {
        let shard = |part: u32| format!("{part}/{of}").parse::<Shard>().expect("a part");
        let holding: Vec<Shard> = (1..=of).map(shard).filter(|it| it.holds(cell)).collect();
        prop_assert_eq!(holding, [shard(1).holding(cell)]);
    }
}
