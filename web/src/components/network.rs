//! How the channels between nodes behave.

use ringside_lab::Command;
use ringside_lab::scenario::LatencyModel;
use yew::prelude::*;

use super::fields::scales::{LOSS, MEAN};
use super::fields::{Choice, DetentSlider, Select};
use super::panel::Panel;
use crate::engine::Engine;
use crate::latency::{Form, mean_ms, stretched};

/// What the panel sets.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Whose channels they are.
    pub(crate) engine: Engine,
    /// The latency model in force.
    pub(crate) latency: LatencyModel,
    /// The share of messages that are lost.
    pub(crate) loss: f64,
}

/// The latency's form and mean, and the loss, of the channels between nodes.
#[component]
pub(crate) fn NetworkPanel(props: &Props) -> Html {
    let Props { engine, latency, loss } = props;
    let form = Form::of(latency);
    let mean = mean_ms(latency);
    let choice = |form: Form| Choice::new(form.name(), form.name());
    let mut choices: Vec<Choice> = Form::CHOICE.into_iter().map(choice).collect();
    if form == Form::Mixture {
        choices.push(choice(form));
    }
    let on_choose = {
        let engine = engine.clone();
        Callback::from(move |name: String| {
            if let Some(model) = Form::named(&name).and_then(|form| form.with_mean(mean)) {
                engine.act(Command::Latency(model));
            }
        })
    };
    let on_mean = {
        let (engine, latency) = (engine.clone(), latency.clone());
        Callback::from(move |mean| engine.act(Command::Latency(stretched(&latency, mean))))
    };
    let on_loss = {
        let engine = engine.clone();
        Callback::from(move |loss| engine.act(Command::Loss(loss)))
    };
    html! {
        <Panel name="network" title="Network">
            <Select label="Latency" {choices} value={form.name()} {on_choose} />
            <DetentSlider label="Mean" scale={&MEAN} value={mean} on_set={on_mean} />
            <DetentSlider label="Loss" scale={&LOSS} value={*loss} on_set={on_loss} />
        </Panel>
    }
}
