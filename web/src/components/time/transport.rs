//! The transport: play, step and reset, the speed, and the clock.

use ringside_lab::Instant;
use yew::prelude::*;

use super::clock::Clock;
use super::speed_control::SpeedControl;
use crate::components::widgets::{Choice, Icon, Picture, Select};
use crate::engine::use_run;
use crate::state::Action;
use crate::state::pace::Pace;
use crate::state::speed::Speed;
use crate::state::time::{Stride, TimeAction};

/// The state of time.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Whether time runs.
    pub(crate) playing: bool,
    /// The selected speed.
    pub(crate) speed: Speed,
    /// Whether the run keeps up with it.
    pub(crate) pace: Pace,
    /// The unit of a step.
    pub(crate) stride: Stride,
    /// The virtual time.
    pub(crate) now: Instant,
}

/// The buttons play or pause, back, step and reset, the speed and the clock. None of them ever moves.
#[component]
pub(crate) fn Transport(props: &Props) -> Html {
    let engine = use_run();
    let Props { playing, speed, pace, stride, now } = props;
    let (playing, stride) = (*playing, *stride);
    let on_play = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.dispatch(Action::Play(!playing)))
    };
    let on_step = |forward: bool| {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.stride(stride, forward))
    };
    let on_stride = use_callback(engine.clone(), |value: String, engine| {
        let stride = Stride::ALL.into_iter().find(|stride| stride.name() == value);
        engine.dispatch(Action::Time(TimeAction::SetStride(stride.unwrap_or_default())));
    });
    let on_reset = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.reset(playing))
    };
    let on_speed = use_callback(engine.clone(), |speed, engine| {
        engine.dispatch(Action::SetSpeed(speed));
    });
    let (picture, word) = if playing { (Picture::Pause, "Pause") } else { (Picture::Play, "Play") };
    html! {
        <section class="transport" aria-labelledby="transport-heading">
            <h2 id="transport-heading" class="visually-hidden">{ "Time" }</h2>
            <div class="transport-buttons">
                <button type="button" class="primary play" onclick={on_play}>
                    <Icon {picture} /><span>{ word }</span>
                </button>
                <button type="button" title={format!("To the previous {}", stride.words())}
                    onclick={on_step(false)}>
                    <Icon picture={Picture::Back} /><span>{ "Back" }</span>
                </button>
                <button type="button" title={format!("To the next {}", stride.words())}
                    onclick={on_step(true)}>
                    <Icon picture={Picture::Step} /><span>{ "Step" }</span>
                </button>
                <Select label="Step by" choices={strides()} value={stride.name()} on_choose={on_stride} />
                <button type="button" title="Restart the same scenario from zero" onclick={on_reset}>
                    <Icon picture={Picture::Reset} /><span>{ "Reset" }</span>
                </button>
            </div>
            <SpeedControl speed={*speed} pace={*pace} on_set={on_speed} />
            <Clock now={*now} />
        </section>
    }
}

fn strides() -> Vec<Choice> {
    Stride::ALL.map(|stride| Choice::new(stride.name(), stride.words())).to_vec()
}
