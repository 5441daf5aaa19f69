//! The head of the page: its name, the numbers, and what concerns the page as a whole.

use yew::prelude::*;

use super::desk::Desk;
use super::hud::Numbers;
use super::kit::{Button, Choice, Menu, Sign, choice, menu};
use super::open::open_file;
use super::state::{Kind, List, Plate, Theme, UiAction};
use crate::locale::{Lang, Words};
use crate::sim::Span;

/// The head of the page.
pub fn header(desk: &Desk, shown: &Numbers) -> Html {
    let (words, ui) = (desk.words, &desk.ui);
    let lay = |plate| desk.press(UiAction::Lay(Some(plate)));
    let drawer = desk.press(UiAction::Drawer(!ui.drawer));
    html! {
        <header class="head">
            <button type="button" class="brand" title={words.ui_about()}
                onclick={lay(Plate::About)}>
                { Html::from_html_unchecked(AttrValue::Static(LOGO)) }
                <h1>{ words.ui_name() }</h1>
            </button>
            { numbers(words, shown) }
            <div class="tools">
                { add(desk) }
                { open_file(desk) }
                { theme(desk) }
                { Button::bare(Sign::Help, words.ui_help(), lay(Plate::Help))
                    .hint(Some(words.ui_help_key())).id("help-open").html() }
                { language(desk) }
                { Button::bare(Sign::Panel, words.ui_panel(), drawer).class("panel-toggle")
                    .expanded(ui.drawer).html() }
            </div>
        </header>
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
        Kind::Broker => words.ui_add_broker(),
    };
    let lay = |kind| UiAction::Lay(Some(Plate::Add(kind)));
    menu(&Menu {
        id: List::Add.id(),
        label: words.ui_add(),
        sign: Sign::Plus,
        bare: false,
        options: Kind::ALL.map(name),
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
        options: Theme::ALL.map(name),
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

/// The instrument's readings.
fn numbers(words: Words, numbers: &Numbers) -> Html {
    let (up, all) = numbers.brokers;
    let brokers = words.ui_brokers_up(i64::from(up), i64::from(all));
    let span = |span: Option<Span>| span.map_or_else(|| "–".to_owned(), |it| words.span(it.0));
    let p50 = span(numbers.end_to_end.map(|p| p.p50));
    let p95 = span(numbers.end_to_end.map(|p| p.p95));
    let (rate, lag) = (words.rate(numbers.produced), words.number(numbers.lag as i64));
    let latency = words.ui_latency();
    let gauges = [
        ("gauge brokers", words.ui_brokers(), words.ui_brokers_hint(), brokers),
        ("gauge rate", words.ui_throughput(), words.ui_throughput_in(), rate),
        ("gauge latency", words.ui_latency_short(), latency, p50),
        ("gauge latency", "p95", latency, p95),
        ("gauge lag", words.ui_lag(), words.ui_groups_lag(), lag),
    ];
    let gauge = |(class, name, hint, value): (&'static str, &'static str, &'static str, String)| {
        html! { <div {class} title={hint}><dt>{ name }</dt><dd>{ value }</dd></div> }
    };
    html! {
        <dl class="gauges" aria-label={words.ui_numbers()}>
            { for gauges.into_iter().map(gauge) }
        </dl>
    }
}

/// A lens over three records.
const LOGO: &str = r#"<svg class="logo" viewBox="0 0 34 34" aria-hidden="true">
<path class="handle" d="M23.5 23.5l7 7"/><circle cx="14.5" cy="14.5" r="11.5"/>
<rect class="k0" x="6" y="10" width="5.2" height="9" rx="1.2"/>
<rect class="k1" x="12" y="10" width="5.2" height="9" rx="1.2"/>
<rect class="k2" x="18" y="10" width="5.2" height="9" rx="1.2"/></svg>"#;
