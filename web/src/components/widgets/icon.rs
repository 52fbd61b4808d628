//! The icons of buttons.

use yew::prelude::*;

/// A picture of 16 by 16 units, drawn in the colour of the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Picture {
    /// A triangle.
    Play,
    /// Two bars.
    Pause,
    /// A triangle and a bar.
    Step,
    /// A bar and a triangle that points back.
    Back,
    /// A bar and two triangles that point back.
    ToStart,
    /// Two triangles and a bar.
    ToEnd,
    /// An angle that points back.
    Earlier,
    /// An angle that points forward.
    Later,
    /// An arrow in a circle.
    Reset,
    /// Two links of a chain.
    Link,
    /// A disc, half of it dark.
    Theme,
    /// An arrow down into a tray.
    Export,
    /// A cross.
    Close,
    /// A tick.
    Tick,
    /// Three dials.
    Dials,
    /// A parcel.
    Parcel,
    /// A tombstone.
    Tombstone,
    /// Two arrows in a circle.
    Redraw,
    /// A tick in a circle.
    Fine,
    /// A triangle with a mark of exclamation.
    Warning,
    /// An octagon with a mark of exclamation.
    Page,
    /// A circle with a question mark.
    Unknown,
    /// Three dots in a row.
    More,
    /// A pencil.
    Pencil,
}

impl Picture {
    const fn path(self) -> &'static str {
        match self {
            Self::Play => "M4 2.5v11l9.5-5.5z",
            Self::Pause => "M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z",
            Self::Step => "M3 2.5v11l7.5-5.5zM11 2.5h2.5v11H11z",
            Self::Back => "M13 2.5v11L5.5 8zM5 2.5H2.5v11H5z",
            Self::Earlier => "M10.5 3L5.5 8l5 5",
            Self::Later => "M5.5 3l5 5-5 5",
            Self::ToStart => "M1.5 2.5h2v11h-2zM9 2.5v11L3.8 8zM14.5 2.5v11L9.3 8z",
            Self::ToEnd => "M14.5 2.5h-2v11h2zM7 2.5v11L12.2 8zM1.5 2.5v11L6.7 8z",
            Self::Reset => "M13.4 9.2A5.6 5.6 0 1 1 12 4.1M12.6 1.5v3.2H9.4",
            Self::Link => {
                "M6.9 9.1a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7L8 4.3M9.1 6.9a2.6 2.6 0 0 \
                 0-3.7 0L3.2 9.1a2.6 2.6 0 0 0 3.7 3.7L8 11.7"
            }
            Self::Theme => "M8 1.5a6.5 6.5 0 1 0 0 13z",
            Self::Export => "M8 2v8M4.6 6.8L8 10.2l3.4-3.4M2.5 11v2.8h11V11",
            Self::Close => "M3.5 3.5l9 9M12.5 3.5l-9 9",
            Self::Tick => "M3 8.5l3.5 3.5L13 4.5",
            Self::Dials => {
                "M2 4h6M12 4h2M10 2.2v3.6M2 8h2M8 8h6M6 6.2v3.6M2 12h7M13 12h1M11 10.2v3.6"
            }
            Self::Tombstone => "M4 13.5V6.5a4 4 0 0 1 8 0v7M2 13.5h12M6.3 7h3.4M8 5.5v5",
            Self::Redraw => {
                "M13 6.5A5.2 5.2 0 0 0 3.4 5.4M3 9.5a5.2 5.2 0 0 0 9.6 1.1M3.2 2.4v3.2h3.2M12.8 13.6v-3.2H9.6"
            }
            Self::Fine => "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM5.2 8.2l2 2 3.6-4.2",
            Self::Warning => "M8 1.8L15 14H1zM8 6.2v3.6M8 11.4v.8",
            Self::Page => "M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2zM8 4.4v4.4M8 10.9v.8",
            Self::Unknown => {
                "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM6.2 6.4a1.9 1.9 0 1 1 2.6 1.8c-.5.2-.8.5-.8 \
                 1v.3M8 11v.6"
            }
            Self::More => "M2 6.8h2.4v2.4H2zM6.8 6.8h2.4v2.4H6.8zM11.6 6.8H14v2.4h-2.4z",
            Self::Pencil => "M2.5 13.5l.7-3.2L10.8 2.7l2.5 2.5-7.6 7.6zM9.2 4.3l2.5 2.5",
            Self::Parcel => "M2.5 5h11v8.5h-11zM8 5v8.5M2.5 5L5 2.5h6L13.5 5",
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Link
            | Self::Reset
            | Self::Earlier
            | Self::Later
            | Self::Export
            | Self::Close
            | Self::Tick
            | Self::Dials
            | Self::Parcel
            | Self::Tombstone
            | Self::Redraw
            | Self::Fine
            | Self::Warning
            | Self::Page
            | Self::Pencil
            | Self::Unknown => "icon lines",
            Self::Theme => "icon half",
            _ => "icon",
        }
    }
}

/// The icon to draw.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The picture.
    pub(crate) picture: Picture,
}

/// An icon beside a text, or in a button with a name, that means the same.
#[component]
pub(crate) fn Icon(props: &Props) -> Html {
    html! {
        <svg class={props.picture.class()} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d={props.picture.path()} />
            if props.picture == Picture::Theme {
                <circle cx="8" cy="8" r="6.5" fill="none" />
            }
        </svg>
    }
}
