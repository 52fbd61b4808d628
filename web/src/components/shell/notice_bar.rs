//! Notices to the user.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use crate::components::widgets::{Icon, Picture};
use crate::state::{Notice, Tone};

/// The notice to show.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The notice, if there is one.
    pub(crate) notice: Option<Rc<Notice>>,
    /// The share of a link's run that has been repeated, while it is in progress.
    pub(crate) repeated: Option<f64>,
    /// Dismisses a notice.
    pub(crate) on_dismiss: Callback<Rc<Notice>>,
}

/// The time after which a notice that needs no attention disappears.
const STAYS_MS: u32 = 6_000;

/// A notice over the page. It is announced politely, except that a link could not be opened.
#[component]
pub(crate) fn NoticeBar(props: &Props) -> Html {
    let Props { notice, repeated, on_dismiss } = props;
    use_effect_with((notice.clone(), on_dismiss.clone()), |(notice, on_dismiss)| {
        let passing = notice.clone().filter(|notice| notice.tone == Tone::Done);
        let timeout = passing.map(|notice| {
            let on_dismiss = on_dismiss.clone();
            Timeout::new(STAYS_MS, move || on_dismiss.emit(notice))
        });
        move || drop(timeout)
    });
    let (alarm, polite) = match notice {
        Some(notice) if notice.tone == Tone::Damaged => (Some(notice), None),
        notice => (None, notice.as_ref()),
    };
    html! {
        <div class="notices">
            if let Some(notice) = alarm {
                <div role="alert">{ shown(notice, on_dismiss) }</div>
            }
            // A live region must be on the page before it has something to say.
            <div role="status" aria-live="polite">
                if let Some(part) = repeated {
                    <p class="notice">
                        <span>{ "Repeating the run of the link\u{2026}" }</span>
                        <progress max="1" value={format!("{part:.2}")} aria-label="Repeating the run" />
                    </p>
                }
                if let Some(notice) = polite {
                    { shown(notice, on_dismiss) }
                }
            </div>
        </div>
    }
}

fn shown(notice: &Rc<Notice>, on_dismiss: &Callback<Rc<Notice>>) -> Html {
    let class = match notice.tone {
        Tone::Done => "notice is-done",
        Tone::Refused => "notice is-refused",
        Tone::Damaged => "notice is-damaged",
    };
    let dismissed = notice.clone();
    html! {
        <p {class}>
            <span>{ &notice.text }</span>
            <button type="button" class="icon-button" aria-label="Dismiss"
                onclick={on_dismiss.reform(move |_| dismissed.clone())}>
                <Icon picture={Picture::Close} />
            </button>
        </p>
    }
}
