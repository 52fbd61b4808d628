//! The panel of the channels between nodes.

use ringside_lab::Command;
use ringside_lab::pbs::Preset;
use ringside_lab::scenario::{LatencyModel, Legs};
use yew::prelude::*;

use super::latency::{LatencyForm, mean_ms, scaled_to};
use crate::components::widgets::{Choice, DetentSlider, LOSS, MEAN, Panel, Select};
use crate::engine::use_run;

/// The settings that the panel shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The latency model in force.
    pub(crate) latency: LatencyModel,
    /// The latencies of the four legs of writes and reads, if they differ from the rest.
    pub(crate) legs: Option<Legs>,
    /// The share of messages that are lost.
    pub(crate) loss: f64,
}

/// The value of the choice that stands for legs that only a scenario file can define.
const OWN_LEGS: &str = "legs";

/// Controls of the latency, as a distribution and a mean, and of the loss. The distribution can also be one
/// that PBS was fitted to for a production system, which applies to writes and reads only.
#[component]
pub(crate) fn NetworkPanel(props: &Props) -> Html {
    let engine = use_run();
    let Props { latency, legs, loss } = props;
    let form = LatencyForm::of(latency);
    let mean = mean_ms(latency);
    let choice = |form: LatencyForm| Choice::new(form.name(), form.name());
    let mut choices: Vec<Choice> = LatencyForm::CHOICE.into_iter().map(choice).collect();
    if form == LatencyForm::Mixture {
        choices.push(choice(form));
    }
    let preset = |preset: Preset| Choice::new(preset.name(), format!("PBS: {preset}"));
    choices.extend(Preset::ALL.into_iter().map(preset));
    let value = match legs {
        None => form.name(),
        Some(Legs::Preset(preset)) => preset.name(),
        Some(Legs::Own(_)) => OWN_LEGS,
    };
    if value == OWN_LEGS {
        choices.push(Choice::new(OWN_LEGS, "by leg"));
    }
    let on_choose = {
        let (engine, has_legs) = (engine.clone(), legs.is_some());
        Callback::from(move |name: String| {
            if let Ok(preset) = name.parse() {
                engine.act(Command::Legs(Some(Legs::Preset(preset))));
                return;
            }
            if has_legs && name != OWN_LEGS {
                engine.act(Command::Legs(None));
            }
            if let Some(model) = LatencyForm::named(&name).and_then(|form| form.with_mean(mean)) {
                engine.act(Command::Latency(model));
            }
        })
    };
    let on_mean = {
        let (engine, latency) = (engine.clone(), latency.clone());
        Callback::from(move |mean| engine.act(Command::Latency(scaled_to(&latency, mean))))
    };
    let on_loss = Callback::from(move |loss| engine.act(Command::Loss(loss)));
    html! {
        <Panel name="network" title="Network">
            <Select label="Latency" {choices} {value} {on_choose} />
            <DetentSlider label="Mean" scale={&MEAN} value={mean} on_set={on_mean} />
            <DetentSlider label="Loss" scale={&LOSS} value={*loss} on_set={on_loss} />
        </Panel>
    }
}
