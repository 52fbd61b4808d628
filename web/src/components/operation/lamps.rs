//! The lamps of a quorum.

use ringside_lab::Instant;
use ringside_lab::frame::Lamp;
use yew::prelude::*;

use crate::format;

/// The quorum, and the answers that count towards it.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// `R` or `W`.
    pub(crate) letter: AttrValue,
    /// The number of lamps: the answers that the quorum needs.
    pub(crate) needed: u16,
    /// The lit lamps, in the order in which they were lit.
    pub(crate) lit: Vec<Lamp>,
    /// The start of the operation.
    pub(crate) invoked: Instant,
}

/// One lamp per answer that the quorum needs. A lit one names the node and the time.
#[component]
pub(crate) fn Lamps(props: &Props) -> Html {
    let Props { letter, needed, lit, invoked } = props;
    let lamp = |number: u16| {
        let lamp = lit.get(usize::from(number));
        let place = format!("lamp {} of {needed}", number + 1);
        let (class, name) = match lamp {
            Some(lamp) => (
                "lamp is-lit",
                format!("{place}: lit by {} at {}", lamp.node, format::after(*invoked, lamp.at)),
            ),
            None => ("lamp", format!("{place}: dark")),
        };
        html! {
            <li key={number}>
                <span {class} role="img" aria-label={name}>
                    <span class="lamp-bulb">{ lamp.map(|lamp| lamp.node.to_string()) }</span>
                    <span class="lamp-time">
                        { lamp.map_or("\u{2013}".to_owned(), |lamp| format::after(*invoked, lamp.at)) }
                    </span>
                </span>
            </li>
        }
    };
    html! {
        <div class="lamps">
            <span class="lamps-letter">{ format!("{letter} = {needed}") }</span>
            <ul aria-label={format!("{letter} lamps")}>{ for (0..*needed).map(lamp) }</ul>
        </div>
    }
}
