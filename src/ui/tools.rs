//! The tools of the head: what may be added or opened, theme, help, language.

use yew::prelude::*;

use super::desk::Desk;
use super::kit::{Button, Choice, Menu, Sign, choice, menu};
use super::open::open_file;
use super::state::{Kind, List, Plate, UiAction};
use crate::lens::look::Theme;
use crate::locale::{Lang, Words};

/// All of them, in a row.
pub fn tools(desk: &Desk) -> Html {
    let words = desk.words;
    let help = desk.press(UiAction::Lay(Some(Plate::Help)));
    let share = desk.press(UiAction::Toggle(Plate::Share));
    let drawer = desk.press(UiAction::Drawer(!desk.ui.drawer));
    html! {
        <>
            { add(desk) }
            { open_file(desk) }
            { Button::bare(Sign::Share, words.ui_share(), share)
                .hint(Some(words.ui_share_key())).id("share-open").html() }
            { theme(desk) }
            { Button::bare(Sign::Help, words.ui_help(), help)
                .hint(Some(words.ui_help_key())).id("help-open").html() }
            { language(desk) }
            { Button::bare(Sign::Panel, words.ui_panel(), drawer).class("panel-toggle")
                .expanded(desk.ui.drawer).html() }
        </>
    }
}

/// Opens a list of the head, or closes it.
fn unfold(desk: &Desk, list: List) -> Callback<bool> {
    let ui = desk.ui.dispatcher();
    Callback::from(move |open: bool| ui.dispatch(UiAction::List(open.then_some(list))))
}

/// Does what belongs to the chosen one of several.
fn chooses(desk: &Desk, actions: Vec<UiAction>) -> Callback<usize> {
    let ui = desk.ui.dispatcher();
    Callback::from(move |index: usize| {
        if let Some(action) = actions.get(index) {
            ui.dispatch(action.clone());
        }
    })
}

/// What may be added.
fn add(desk: &Desk) -> Html {
    let words = desk.words;
    let name = |kind: Kind| match kind {
        Kind::Topic => words.ui_add_topic(),
        Kind::Producer => words.ui_add_producer(),
        Kind::Consumer => words.ui_add_consumer(),
        Kind::Processor => words.ui_add_processor(),
        Kind::Broker => words.ui_add_broker(),
    };
    let lay = |kind| UiAction::Lay(Some(Plate::Add(kind)));
    menu(&Menu {
        id: List::Add.id(),
        label: words.ui_add(),
        sign: Sign::Plus,
        bare: false,
        options: Kind::ALL.map(name).into(),
        chosen: None,
        on_choose: chooses(desk, Kind::ALL.map(lay).into()),
        open: desk.ui.list == Some(List::Add),
        on_open: unfold(desk, List::Add),
    })
}

fn theme(desk: &Desk) -> Html {
    let words = desk.words;
    let name = |theme: Theme| match theme {
        Theme::System => words.ui_theme_system(),
        Theme::Light => words.ui_theme_light(),
        Theme::Dark => words.ui_theme_dark(),
        Theme::Projector => words.ui_theme_projector(),
    };
    menu(&Menu {
        id: List::Theme.id(),
        label: words.ui_theme(),
        sign: Sign::Theme,
        bare: true,
        options: Theme::ALL.map(name).into(),
        chosen: Theme::ALL.iter().position(|theme| *theme == desk.ui.theme),
        on_choose: chooses(desk, Theme::ALL.map(UiAction::Wear).into()),
        open: desk.ui.list == Some(List::Theme),
        on_open: unfold(desk, List::Theme),
    })
}

fn language(desk: &Desk) -> Html {
    choice(&Choice {
        label: desk.words.ui_language(),
        name: "language".into(),
        options: &Lang::ALL.map(|lang| Words(lang).ui_language_short()),
        chosen: Lang::ALL.iter().position(|lang| *lang == desk.ui.lang),
        on_choose: chooses(desk, Lang::ALL.map(UiAction::Speak).into()),
        langs: &Lang::ALL.map(Lang::tag),
    })
}
