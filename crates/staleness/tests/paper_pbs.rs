//! The results published in the paper: Bailis et al., "Probabilistically Bounded Staleness for Practical
//! Partial Quorums", VLDB 2012.

use ringside_staleness::pbs::{Prediction, Preset, ReadsTo, Wars, k_staleness};

/// Enough for 99.9% quantiles to a third of the tolerance, and still quick without optimisation.
const TRIALS: u32 = 400_000;

fn prediction(preset: Preset, r: u16, w: u16, trials: u32) -> Prediction {
    let wars = Wars::new(3, r, w, ReadsTo::All, preset.legs()).expect("possible settings");
    let mut prediction = Prediction::new(wars, &[0.0, 10.0], 2012).expect("possible times");
    prediction.run(0..trials);
    prediction
}

/// Section 5.6, table 4: read and write latency at the 99.9th percentile, in milliseconds.
#[test]
fn latencies_at_999_are_within_5_percent() {
    let ssd = [
        ((1, 1), 0.66, 0.66),
        ((1, 2), 0.66, 1.63),
        ((2, 1), 1.63, 0.65),
        ((2, 2), 1.62, 1.64),
        ((3, 1), 4.14, 0.65),
        ((1, 3), 0.65, 4.09),
    ];
    let disk = [
        ((1, 1), 0.66, 10.99),
        ((1, 2), 0.65, 20.97),
        ((2, 1), 1.63, 10.9),
        ((2, 2), 1.64, 20.96),
        ((3, 1), 4.12, 10.89),
        ((1, 3), 0.65, 112.65),
    ];
    for (preset, rows) in [(Preset::LnkdSsd, ssd), (Preset::LnkdDisk, disk)] {
        for ((r, w), read_ms, write_ms) in rows {
            let prediction = prediction(preset, r, w, TRIALS);
            let read = prediction.read_latency(0.999).expect("trials");
            let write = prediction.write_latency(0.999).expect("trials");
            println!(
                "{preset} R={r} W={w}: read {:.3} ms (paper {read_ms}), write {:.2} ms ({write_ms})",
                read.value_ms, write.value_ms
            );
            for (predicted, paper_ms) in [(read, read_ms), (write, write_ms)] {
                let ratio = predicted.value_ms / paper_ms;
                assert!((ratio - 1.0).abs() < 0.05, "{preset} {r},{w}: {predicted:?} {paper_ms}");
            }
        }
    }
}

/// Section 5.5: the consistency of reads at once and after 10 ms, at R = W = 1.
#[test]
fn consistency_is_within_a_point() {
    let published =
        [(Preset::LnkdSsd, 0, 0.974), (Preset::LnkdDisk, 0, 0.439), (Preset::LnkdDisk, 1, 0.925)];
    for (preset, time, paper) in published {
        let point = prediction(preset, 1, 1, 100_000).p_consistent()[time];
        println!("{preset} t={} ms: {:.4} (paper {paper})", point.t_ms, point.share.value);
        assert!((point.share.value - paper).abs() < 0.01, "{preset}: {point:?} against {paper}");
    }
}

/// Section 5.6, table 4 has 1.85 ms and 45.5 ms, which read low: the first of some swept times whose
/// estimate from 50,000 trials reaches 99.9%. The exact quantiles are 1.97 ms and 52 ms, as
/// `exact_pbs.rs` finds by another method.
#[test]
fn t_visibility_at_999_is_the_exact_quantile() {
    for (preset, exact_ms) in [(Preset::LnkdSsd, 1.97), (Preset::LnkdDisk, 52.0)] {
        let quantile = prediction(preset, 1, 1, TRIALS).t_visibility(0.999).expect("trials");
        println!("{preset}: {quantile:?} against {exact_ms} ms");
        let high_ms = quantile.high_ms.expect("enough trials");
        assert!((quantile.value_ms / exact_ms - 1.0).abs() < 0.05, "{preset}: {quantile:?}");
        assert!(
            quantile.low_ms < exact_ms * 1.01 && exact_ms * 0.99 < high_ms,
            "{preset}: {quantile:?}"
        );
    }
}

/// Section 5.6: strict quorums (R + W > N) are consistent at once, whatever the delays.
#[test]
fn strict_quorums_are_always_fresh() {
    for preset in Preset::ALL {
        for (r, w) in [(2, 2), (3, 1), (1, 3), (3, 3)] {
            let prediction = prediction(preset, r, w, 20_000);
            assert!(prediction.p_consistent()[0].share.value >= 1.0, "{preset} {r},{w}");
            assert!(prediction.t_visibility(0.999).expect("trials").value_ms <= 0.0);
        }
    }
}

/// Section 5.5: a wide-area write is visible elsewhere only after it has crossed.
#[test]
fn a_wide_area_delays_visibility_by_a_crossing() {
    let prediction = prediction(Preset::Wan, 1, 1, 20_000);
    let report = prediction.report();
    // In one trial of three, writer and reader have the same local replica.
    let at_once = report.p_consistent[0].share.value;
    assert!((0.2..0.4).contains(&at_once), "{at_once}");
    assert!(report.t_visibility_ms[0].value_ms > 75.0, "{:?}", report.t_visibility_ms);
    assert!(report.read_ms[0].value_ms < 5.0, "one answer comes from near: {:?}", report.read_ms);
}

/// Section 3.1: N = 3, R = W = 1.
#[test]
fn k_staleness_agrees_with_the_published_table() {
    let published = [(1, 0.333), (2, 0.556), (3, 0.704), (5, 0.868), (10, 0.983)];
    for (k, within) in published {
        assert!((1.0 - k_staleness(3, 1, 1, k) - within).abs() < 0.0006, "k = {k}");
    }
    assert!(k_staleness(3, 2, 2, 1) <= 0.0);
}
