//! The number of keys by agreement, which is also the legend of their marks.

use ringside_lab::ring::Agreement;
use yew::prelude::*;

use crate::format;
use crate::state::ring::RingPicture;

/// The keys to count.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The keys, ranges and flows on the ring.
    pub(crate) picture: std::rc::Rc<RingPicture>,
}

/// One line per mark: the replicas of a key agree, some lack the newest version, or they hold different versions.
/// Counts of zero are left out.
#[component]
pub(crate) fn KeyCount(props: &Props) -> Html {
    let frame = &props.picture.frame;
    let count =
        |agreement| frame.keys.iter().filter(|key| key.agreement == agreement).count() as u64;
    let (behind, apart) = (count(Agreement::Behind), count(Agreement::Apart));
    let unknown = frame.disagreeing.saturating_sub(behind + apart);
    let agreeing = frame.held - frame.disagreeing;
    let undrawn = frame.held.saturating_sub(frame.keys.len() as u64);
    let line = |name: &'static str, shown: bool, mark: Html, text: String| {
        shown.then(|| html! { <li key={name}>{ mark }<span>{ text }</span></li> })
    };
    let lines = [
        line(
            "apart",
            apart > 0,
            mark("key-apart", "M5 0v10l-4-5zM7 0v10l4-5z"),
            format!("{} differing", format::count(apart, "key")),
        ),
        line(
            "behind",
            behind > 0,
            mark("key-behind", "M6 1l5 9H1z"),
            format!("{} behind", format::count(behind, "key")),
        ),
        line(
            "unknown",
            unknown > 0,
            html! {},
            format!("{} more not in agreement", format::thousands(unknown)),
        ),
        line(
            "agree",
            true,
            mark("keys-agree", "M2.5 5.5a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0Z"),
            format!("{} agreeing", format::count(agreeing, "key")),
        ),
        line("undrawn", undrawn > 0, html! {}, format!("{} not drawn", format::thousands(undrawn))),
    ];
    html! {
        <ul class="key-count" aria-label="Keys on the ring">
            { for lines.into_iter().flatten() }
        </ul>
    }
}

fn mark(class: &'static str, d: &'static str) -> Html {
    html! { <svg class="key-mark" viewBox="0 0 12 11" aria-hidden="true"><path {class} {d} /></svg> }
}
