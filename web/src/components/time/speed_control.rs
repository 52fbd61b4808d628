//! The control of the speed of virtual time.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::state::pace::Pace;
use crate::state::speed::Speed;

/// The speed that the control shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The selected speed.
    pub(crate) speed: Speed,
    /// Whether the run keeps up with it.
    pub(crate) pace: Pace,
    /// Receives another speed.
    pub(crate) on_set: Callback<Speed>,
}

/// A slider over six decades, with a button at either end and the speed in words.
#[component]
pub(crate) fn SpeedControl(props: &Props) -> Html {
    let Props { speed, pace, on_set } = props;
    let speed = *speed;
    let on_input = {
        let on_set = on_set.clone();
        Callback::from(move |event: InputEvent| {
            let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
            if let Some(detent) = input.and_then(|input| input.value().parse().ok()) {
                on_set.emit(Speed::detent(detent));
            }
        })
    };
    let part = f64::from(speed.number()) / f64::from(Speed::LAST);
    html! {
        <div class="speed">
            <button type="button" aria-label="Slower" title="Slower" disabled={speed == speed.slower()}
                onclick={on_set.reform(move |_| speed.slower())}>{ "\u{2212}" }</button>
            <input type="range" aria-label="Speed" min="0" max={Speed::LAST.to_string()} step="1"
                value={speed.number().to_string()} aria-valuetext={speed.spoken()}
                style={format!("--part:{part}")} oninput={on_input} />
            <button type="button" aria-label="Faster" title="Faster" disabled={speed == speed.faster()}
                onclick={on_set.reform(move |_| speed.faster())}>{ "+" }</button>
            <p class="speed-text">
                <span class="speed-chosen">{ speed.short() }</span>
                <span class="speed-note">{ note(speed, *pace) }</span>
            </p>
        </div>
    }
}

/// Describes the speed, or the actual one if the run does not keep up.
fn note(speed: Speed, pace: Pace) -> String {
    match pace {
        Pace::Behind(ratio) => format!("running at {} of {}", rounded(ratio), speed.short()),
        Pace::Full if speed.ratio() < 1.0 => "slow motion".to_owned(),
        Pace::Full if speed.ratio() > 1.0 => "time lapse".to_owned(),
        Pace::Full => "real time".to_owned(),
    }
}

/// Writes a ratio with two significant digits.
fn rounded(ratio: f64) -> String {
    match ratio {
        10.0.. => format!("{ratio:.0}"),
        1.0..10.0 => format!("{ratio:.1}"),
        _ => format!("{ratio:.2}"),
    }
}
