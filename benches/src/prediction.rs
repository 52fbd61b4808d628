//! The staleness predictor, against the same Monte Carlo in numpy.

use std::cell::RefCell;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;

use ringside_lab::pbs::{
    Delay, Legs, Point, Prediction, PredictionReport, Preset, Quantile, ReadsTo, Share, Wars,
};
use serde::Deserialize;
use serde_json::json;

use crate::comparison::Comparison;

/// The name of this group in the table.
pub(crate) const GROUP: &str = "prediction";

const ROUNDS: u32 = 5;
const TRIALS: u32 = 1_000_000;
const TIMES_MS: [f64; 5] = [0.0, 1.0, 5.0, 10.0, 100.0];
/// The peer's program, and its two implementations.
const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/wars.py");
const IMPLEMENTATIONS: [(&str, &str); 2] =
    [("whole", "whole arrays"), ("blocks", "blocks in the cache")];
/// The variables that limit the libraries below numpy to one thread.
const ONE_THREAD: [&str; 3] = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"];

/// Creates the comparisons; none without a Python with numpy.
pub(crate) fn comparisons(python: Option<&Path>) -> Vec<Comparison> {
    let Some(python) = python else {
        eprintln!("{GROUP}: left out, because --python names no Python that has numpy");
        return Vec::new();
    };
    let peers = IMPLEMENTATIONS.map(|(name, words)| {
        let peer = Peer::start(python, name);
        (format!("numpy {}, {words}", peer.version), Rc::new(RefCell::new(peer)))
    });
    let exponential = Legs::all(Delay::Exponential { mean_ms: 10.0 });
    let cases = [
        ("exponential delays", exponential, (3, 1, 1)),
        ("LNKD-DISK", Preset::LnkdDisk.legs(), (3, 1, 1)),
        ("LNKD-DISK", Preset::LnkdDisk.legs(), (3, 2, 1)),
        ("YMMR", Preset::Ymmr.legs(), (5, 2, 3)),
    ];
    let comparison = |(name, legs, (n, r, w))| {
        let wars = Wars::new(n, r, w, ReadsTo::All, legs).expect("they are possible");
        let ours = report(&wars);
        let what = format!("a trial, {name}, N = {n}, R = {r}, W = {w}");
        let begun = Comparison::new(GROUP, what, ROUNDS, {
            let wars = wars.clone();
            move || {
                black_box(report(black_box(&wars)));
                u64::from(TRIALS)
            }
        });
        peers.iter().fold(begun, |comparison, (name, peer)| {
            peer.borrow_mut().predict(&wars).assert_agrees(&ours);
            let (peer, wars) = (Rc::clone(peer), wars.clone());
            comparison.against(name, move || {
                black_box(peer.borrow_mut().predict(&wars));
                u64::from(TRIALS)
            })
        })
    };
    cases.into_iter().map(comparison).collect()
}

/// Makes a whole prediction with Ringside's predictor.
fn report(wars: &Wars) -> PredictionReport {
    let mut prediction = Prediction::new(wars.clone(), &TIMES_MS, 7).expect("they are times");
    prediction.run(0..TRIALS);
    prediction.report()
}

/// The running program of the peer, which has imported numpy and waits for work. It ends when its input
/// is closed, which is when this is dropped.
struct Peer {
    version: String,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Kept while the pipes are in use.
    _child: Child,
}

/// A prediction of the peer: the fields of Ringside's report, without intervals.
#[derive(Debug, Deserialize)]
struct PeerPrediction {
    p_consistent: Vec<f64>,
    t_visibility_ms: Vec<f64>,
    read_ms: Vec<f64>,
    write_ms: Vec<f64>,
}

impl Peer {
    fn start(python: &Path, implementation: &str) -> Self {
        let mut child = Command::new(python)
            .args([PROGRAM, implementation])
            .envs(ONE_THREAD.map(|variable| (variable, "1")))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("--python names a Python");
        let input = child.stdin.take().expect("it is piped");
        let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
        let version = read_line(&mut output);
        Self { version, input, output, _child: child }
    }

    /// Makes a whole prediction with the peer.
    fn predict(&mut self, wars: &Wars) -> PeerPrediction {
        let asked = json!({ "wars": wars, "trials": TRIALS, "times_ms": TIMES_MS });
        writeln!(self.input, "{asked}").expect("it reads");
        serde_json::from_str(&read_line(&mut self.output)).expect("it answers in JSON")
    }
}

/// Reads a line of the peer's output. If there is none, the peer's own error is on the screen.
fn read_line(output: &mut impl BufRead) -> String {
    let mut line = String::new();
    let length = output.read_line(&mut line).expect("it can be read");
    assert!(length > 0, "{PROGRAM} has ended");
    line.trim().to_owned()
}

impl PeerPrediction {
    /// Checks that two Monte Carlo predictions agree within three times their intervals.
    fn assert_agrees(&self, ours: &PredictionReport) {
        assert_eq!(self.p_consistent.len(), ours.p_consistent.len());
        for (theirs, Point { t_ms, share }) in self.p_consistent.iter().zip(&ours.p_consistent) {
            let Share { value, low, high } = share;
            let is_near = (theirs - value).abs() <= 3.0 * (high - low);
            assert!(is_near, "at {t_ms} ms: {theirs} against {value}");
        }
        let theirs = [&self.t_visibility_ms, &self.read_ms, &self.write_ms];
        let ours = [&ours.t_visibility_ms, &ours.read_ms, &ours.write_ms];
        for (theirs, ours) in theirs.into_iter().zip(ours) {
            assert_eq!(theirs.len(), ours.len());
            for (theirs, ours) in theirs.iter().zip(ours) {
                let Quantile { value_ms, low_ms, high_ms, .. } = ours;
                let width = high_ms.expect("a million trials are enough") - low_ms;
                let is_near = (theirs - value_ms).abs() <= 3.0 * width;
                assert!(is_near, "{theirs} ms against {ours:?}");
            }
        }
    }
}
