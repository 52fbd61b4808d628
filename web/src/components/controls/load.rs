//! The panel of the load that clients generate.

use ringside_lab::Command;
use ringside_lab::scenario::{Distribution, Load};
use yew::prelude::*;

use crate::components::widgets::{
    Choice, DetentSlider, Panel, RATE, SHARE, Select, Switch, WORKING_SET,
};
use crate::engine::{Engine, use_run};

/// The load that the panel shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The load in force.
    pub(crate) load: Load,
}

/// The names of the distributions.
const UNIFORM: &str = "uniform";
const ZIPF: &str = "zipf";

/// The exponent when the user switches to a Zipf distribution.
const DEFAULT_EXPONENT: f64 = 0.99;

/// The switch of the load, its rate, its mix of operations and its keys.
#[component]
pub(crate) fn LoadPanel(props: &Props) -> Html {
    let (engine, load) = (use_run(), &props.load);
    let distribution = match load.distribution {
        Distribution::Uniform => UNIFORM,
        Distribution::Zipf { .. } => ZIPF,
    };
    let exponent = match load.distribution {
        Distribution::Uniform => DEFAULT_EXPONENT,
        Distribution::Zipf { exponent } => exponent,
    };
    let choices = vec![
        Choice::new(UNIFORM, "all keys equally"),
        Choice::new(ZIPF, format!("Zipf, exponent {exponent}")),
    ];
    let on_choose = Callback::from(change(&engine, load, move |load, name: String| {
        load.distribution =
            if name == ZIPF { Distribution::Zipf { exponent } } else { Distribution::Uniform };
    }));
    let switch = html! {
        <Switch label="Load" on={load.on}
            on_switch={Callback::from(change(&engine, load, |load, on: bool| load.on = on))} />
    };
    html! {
        <Panel name="load" title="Load" aside={switch}>
            <DetentSlider label="Rate" scale={&RATE} value={load.rate}
                on_set={Callback::from(change(&engine, load, |load, rate: f64| load.rate = rate))} />
            <DetentSlider label="Reads" scale={&SHARE} value={load.read_share}
                on_set={Callback::from(change(&engine, load, |load, share: f64| load.read_share = share))} />
            <DetentSlider label="Working set" scale={&WORKING_SET} value={f64::from(load.keys)}
                on_set={Callback::from(change(&engine, load, |load, keys: f64| load.keys = keys as u32))} />
            <Select label="Popularity" {choices} value={distribution} {on_choose} />
        </Panel>
    }
}

/// Returns a function that changes one part of the load and leaves the rest.
fn change<T>(
    engine: &Engine,
    load: &Load,
    set: impl Fn(&mut Load, T) + 'static,
) -> impl Fn(T) + 'static {
    let (engine, load) = (engine.clone(), load.clone());
    move |value| {
        let mut changed = load.clone();
        set(&mut changed, value);
        engine.act(Command::Load(changed));
    }
}
