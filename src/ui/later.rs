//! The second part: what the opening picture can do without. It is fetched as soon as that is on
//! the screen. Everything reached only from [`REST`] is cut out of the first download by
//! scripts/split.sh; a build without the feature "split" has it at once.

use web_sys::{File, KeyboardEvent};
use yew::prelude::*;

use super::desk::Desk;
use super::drawing::{self, Around};
use super::hotspots::{self, Stop};
use super::hud::Hud;
use super::panels::{Panels, Roster};
use super::sheet::{Clerk, Sheet};
use super::state::UiState;
use super::telling::{Narrator, Said};
use super::{files, keyboard, narration, notice, panels, side, tape, thumb, tools, transport};
use crate::locale::{Lang, Words};
use crate::metrics::ledger::Sums;
use crate::scene::item::Scene;
use crate::scene::view::Entity;
use crate::session::{Clock, Session};

/// The doors of the second part.
pub struct Rest {
    /// What the side panel shows now; slices that have not changed stay what they were.
    pub read: fn(&Session, &UiState, Option<&Panels>) -> Panels,
    /// The side panel, and what lies over it.
    pub side: fn(&Desk, &Hud, &Panels) -> Html,
    /// All that is known about a thing.
    pub sheet: fn(Words, &Session, &Entity) -> Option<Sheet>,
    /// What the narrator says after so many milliseconds of eye time.
    pub narrate: fn(&mut Narrator, Lang, &Session, f64) -> Said,
    /// The line of the narration.
    pub narration: fn(&Desk, &Said) -> Html,
    /// The things of a picture, for the keyboard.
    pub stops: fn(&Session, Words, &Scene) -> Vec<Stop>,
    /// What lies over the picture.
    pub over: fn(&Desk, &Around, Option<&Roster>, Sums) -> Html,
    /// A key was pressed somewhere on the page.
    pub pressed: fn(&KeyboardEvent, &Desk),
    /// The tools of the head.
    pub tools: fn(&Desk) -> Html,
    /// The bar under the stage.
    pub transport: fn(&Desk, Clock) -> Html,
    /// The tabs of a phone.
    pub tabs: fn(&Desk) -> Html,
    /// A word about the session itself.
    pub notice: fn(&Desk) -> Html,
    /// Reads a scenario file.
    pub open: fn(&Desk, File),
    /// The tape of a session, as text.
    pub tape: fn(&Session) -> Option<String>,
    /// Whether a tape was rescued.
    pub has_rescued: fn() -> bool,
}

static REST: Rest = Rest {
    read: panels::read,
    side: side::side,
    sheet: |words, session, entity| Clerk { words, session }.sheet(entity),
    narrate: |narrator, lang, session, wall_ms| {
        narrator.listen(session, wall_ms);
        narrator.say(lang, session)
    },
    narration: narration::narration,
    stops: hotspots::stops,
    over: drawing::over,
    pressed: |event, desk| keyboard::pressed(event, &desk.ui.dispatcher(), &desk.handle),
    tools: tools::tools,
    transport: transport::transport,
    tabs: thumb::tabs,
    notice: notice::notice,
    open: files::open,
    tape: tape::written,
    has_rescued: tape::has_rescued,
};

/// Whether the second part is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// On its way.
    Coming,
    /// All there.
    Here,
    /// It could not be fetched.
    Failed,
}

#[cfg(feature = "split")]
pub use cut::{fetch, rest};
#[cfg(not(feature = "split"))]
pub use whole::{fetch, rest};

#[cfg(not(feature = "split"))]
mod whole {
    use super::{Arrival, REST, Rest};

    /// The second part, if it is here.
    pub fn rest() -> Option<&'static Rest> {
        Some(&REST)
    }

    /// Fetches it.
    pub async fn fetch() -> Arrival {
        Arrival::Here
    }
}

#[cfg(feature = "split")]
#[allow(
    unsafe_code,
    improper_ctypes,
    improper_ctypes_definitions,
    reason = "written by wasm_split"
)]
mod cut {
    use std::cell::Cell;

    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    use super::{Arrival, REST, Rest};

    thread_local! {
        static ARRIVED: Cell<Option<&'static Rest>> = const { Cell::new(None) };
    }

    /// The second part, if it is here.
    pub fn rest() -> Option<&'static Rest> {
        ARRIVED.get()
    }

    /// Fetches it; what failed may be tried again.
    pub async fn fetch() -> Arrival {
        match panels().await {
            Ok(rest) => {
                ARRIVED.set(Some(rest));
                Arrival::Here
            }
            Err(_) => Arrival::Failed,
        }
    }

    #[wasm_split(panels, fallible)]
    fn panels() -> Result<&'static Rest, SplitLoaderError> {
        Ok(&REST)
    }
}
