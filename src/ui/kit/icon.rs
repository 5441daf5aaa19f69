//! The signs on buttons: plain strokes on a 20 by 20 grid, in the ink of the text beside them.

use yew::prelude::*;

/// What a sign means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Run the clock.
    Play,
    /// Hold the clock.
    Pause,
    /// To the next event.
    Step,
    /// To where something is so.
    Until,
    /// To the event before.
    StepBack,
    /// Run the clock back.
    Back,
    /// From the beginning.
    Restart,
    /// Add something.
    Plus,
    /// More closely.
    ZoomIn,
    /// More of it.
    ZoomOut,
    /// Close.
    Close,
    /// Help.
    Help,
    /// Open a file.
    Open,
    /// For others.
    Share,
    /// Undo.
    Undo,
    /// What was undone, again.
    Redo,
    /// Other futures.
    Branch,
    /// Light, dark, projector.
    Theme,
    /// The side panel.
    Panel,
    /// Back to the default.
    Reset,
    /// Promises and rules.
    Shield,
}

impl Sign {
    /// The strokes, as an SVG path; and whether they are filled.
    const fn path(self) -> (&'static str, bool) {
        match self {
            Self::Play => ("M6 3.5v13l10.5-6.5z", true),
            Self::Pause => ("M5 3.5h3.6v13H5zM11.4 3.5H15v13h-3.6z", true),
            Self::Step => ("M4 4v12l8.5-6zM13.6 4H16v12h-2.4z", true),
            Self::Until => ("M3 4v12l6-6zM9 4v12l6-6zM15.6 3.5v13", false),
            Self::StepBack => ("M16 4v12l-8.5-6zM6.4 4H4v12h2.4z", true),
            Self::Back => ("M14 3.5v13L3.5 10z", true),
            Self::ZoomIn => (
                "M8.5 3a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11M12.6 12.6L17 17M8.5 6v5M6 8.5h5",
                false,
            ),
            Self::ZoomOut => {
                ("M8.5 3a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11M12.6 12.6L17 17M6 8.5h5", false)
            }
            Self::Redo => ("M16 8H7.8a4 4 0 0 0 0 8H13M12.8 4.6L16.2 8l-3.4 3.4", false),
            Self::Branch => ("M3 7h6c4 0 3 7 8 7M9 7h8M14 4l3 3-3 3", false),
            Self::Restart => ("M15.8 8.2A6.3 6.3 0 1 0 16.2 12M16.4 3.8v4.8h-4.8", false),
            Self::Plus => ("M10 3.5v13M3.5 10h13", false),
            Self::Close => ("M4.5 4.5l11 11M15.5 4.5l-11 11", false),
            Self::Help => {
                ("M6.8 7.4a3.2 3.2 0 1 1 4.9 2.7c-1.2.8-1.7 1.3-1.7 2.7M10 16.4v.2", false)
            }
            Self::Open => ("M3 16V4.5h5l1.8 2.3H17V16zM10 9v5M7.6 11.4L10 9l2.4 2.4", false),
            Self::Share => ("M7 6.5L10 3.5l3 3M10 3.5V12M6 9H4v7.5h12V9h-2", false),
            Self::Theme => ("M10 3.2a6.8 6.8 0 1 0 0 13.6zM10 3.2a6.8 6.8 0 0 1 0 13.6", false),
            Self::Shield => ("M10 2.8l6 2.2v4.6c0 3.6-2.5 6.2-6 7.6-3.5-1.4-6-4-6-7.6V5z", false),
            Self::Panel => ("M3 4h14v12H3zM12 4v12", false),
            Self::Undo | Self::Reset => ("M4 8h8.2a4 4 0 0 1 0 8H7M7.2 4.6L3.8 8l3.4 3.4", false),
        }
    }
}

/// A sign; silent to those who listen: the button beside it has a name.
pub fn icon(sign: Sign) -> Html {
    let (path, solid) = sign.path();
    let class = if solid { "icon solid" } else { "icon" };
    html! { <svg {class} viewBox="0 0 20 20" aria-hidden="true"><path d={path} /></svg> }
}
