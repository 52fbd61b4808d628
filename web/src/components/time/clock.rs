//! The virtual clock.

use ringside_lab::Instant;
use yew::prelude::*;

use crate::format;

/// The time that the clock shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The virtual time.
    pub(crate) now: Instant,
}

/// The virtual time in seconds, to the microsecond.
#[component]
pub(crate) fn Clock(props: &Props) -> Html {
    let [whole, milli, micro] = format::clock(props.now);
    html! {
        <div class="clock">
            <span class="clock-name" aria-hidden="true">{ "virtual time" }</span>
            <span class="clock-face" role="timer" aria-label="Virtual time">
                <span>{ whole }</span>{ "." }<span class="clock-milli">{ milli }</span>
                <span class="clock-micro">{ micro }</span><span class="clock-unit">{ "s" }</span>
            </span>
        </div>
    }
}
