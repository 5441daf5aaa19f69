//! The head of the page: its name, the numbers, and what concerns the page as a whole.

use std::rc::Rc;

use yew::prelude::*;

use super::hud::Numbers;
use super::kit::{Button, Choice, Menu, Sign};
use super::open::OpenFile;
use super::state::{Kind, Plate, Theme, Ui, UiAction, use_ui};
use crate::locale::{Lang, Words};

/// What the head needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
    /// Rates, latencies, health.
    pub numbers: Rc<Numbers>,
    /// Told what file was chosen.
    pub on_file: Callback<web_sys::File>,
}

/// The head of the page.
#[component]
pub fn Header(props: &Props) -> Html {
    let words = props.words;
    let coloring = use_state_eq(|| false);
    let Some(ui) = use_ui() else { return Html::default() };
    let on_about = lay(&ui, Plate::About);
    html! {
        <header class="head">
            <button type="button" class="brand" title={words.ui_about()}
                onclick={on_about.reform(|_: MouseEvent| ())}>
                { logo() }
                <h1>{ words.ui_name() }</h1>
            </button>
            { numbers(words, &props.numbers) }
            <div class="tools">
                { add(words, &ui) }
                <OpenFile {words} on_file={props.on_file.clone()} />
                { theme(words, &ui, coloring) }
                <Button label={words.ui_help()} hint={words.ui_help_key()} sign={Sign::Help}
                    bare=true id="help-open" on_press={lay(&ui, Plate::Help)} />
                { language(words, &ui) }
                <Button label={words.ui_panel()} sign={Sign::Panel} bare=true class="panel-toggle"
                    expanded={ui.drawer} on_press={drawer(&ui)} />
            </div>
        </header>
    }
}

fn lay(ui: &Ui, plate: Plate) -> Callback<()> {
    let ui = ui.dispatcher();
    Callback::from(move |()| ui.dispatch(UiAction::Lay(Some(plate))))
}

/// Pulls the side panel out, or pushes it in.
fn drawer(ui: &Ui) -> Callback<()> {
    let (ui, out) = (ui.dispatcher(), ui.drawer);
    Callback::from(move |()| ui.dispatch(UiAction::Drawer(!out)))
}

/// What may be added.
fn add(words: Words, ui: &Ui) -> Html {
    let name = |kind: &Kind| {
        AttrValue::from(match kind {
            Kind::Topic => words.ui_add_topic(),
            Kind::Producer => words.ui_add_producer(),
            Kind::Consumer => words.ui_add_consumer(),
            Kind::Broker => words.ui_add_broker(),
        })
    };
    let on_open = {
        let ui = ui.dispatcher();
        Callback::from(move |open: bool| ui.dispatch(UiAction::Adding(open)))
    };
    let on_choose = {
        let ui = ui.dispatcher();
        Callback::from(move |index: usize| {
            let plate = Kind::ALL.get(index).copied().map(Plate::Add);
            ui.dispatch(UiAction::Lay(plate));
        })
    };
    let options: Vec<AttrValue> = Kind::ALL.iter().map(name).collect();
    html! {
        <Menu id="add-menu" label={words.ui_add()} sign={Sign::Plus} {options} open={ui.adding}
            {on_open} {on_choose} />
    }
}

fn theme(words: Words, ui: &Ui, open: UseStateHandle<bool>) -> Html {
    let name = |theme: &Theme| {
        AttrValue::from(match theme {
            Theme::System => words.ui_theme_system(),
            Theme::Light => words.ui_theme_light(),
            Theme::Dark => words.ui_theme_dark(),
            Theme::Projector => words.ui_theme_projector(),
        })
    };
    let on_choose = {
        let ui = ui.dispatcher();
        Callback::from(move |index: usize| {
            if let Some(theme) = Theme::ALL.get(index) {
                ui.dispatch(UiAction::Wear(*theme));
            }
        })
    };
    let is_open = *open;
    let on_open = Callback::from(move |to: bool| open.set(to));
    let options: Vec<AttrValue> = Theme::ALL.iter().map(name).collect();
    let chosen = Theme::ALL.iter().position(|theme| *theme == ui.theme);
    html! {
        <Menu id="theme-menu" label={words.ui_theme()} sign={Sign::Theme} bare=true {options}
            {chosen} open={is_open} {on_open} {on_choose} />
    }
}

fn language(words: Words, ui: &Ui) -> Html {
    let on_choose = {
        let ui = ui.dispatcher();
        Callback::from(move |index: usize| {
            if let Some(lang) = Lang::ALL.get(index) {
                ui.dispatch(UiAction::Speak(*lang));
            }
        })
    };
    let short = |lang: &Lang| AttrValue::from(Words(*lang).ui_language_short());
    let options: Vec<AttrValue> = Lang::ALL.iter().map(short).collect();
    let langs: Vec<AttrValue> = Lang::ALL.iter().map(|lang| lang.tag().into()).collect();
    let chosen = Lang::ALL.iter().position(|lang| *lang == ui.lang);
    html! {
        <Choice label={words.ui_language()} name="language" {options} {langs} {chosen}
            {on_choose} />
    }
}

/// The instrument's readings.
fn numbers(words: Words, numbers: &Numbers) -> Html {
    let (up, all) = numbers.brokers;
    let brokers = words.ui_brokers_up(i64::from(up), i64::from(all));
    let none = || AttrValue::from("–");
    let span = |span: crate::sim::Span| AttrValue::from(words.span(span.0));
    let p50 = numbers.end_to_end.map_or_else(none, |p| span(p.p50));
    let p95 = numbers.end_to_end.map_or_else(none, |p| span(p.p95));
    let gauge = |class: &'static str, name: &'static str, hint: AttrValue, value: AttrValue| {
        html! {
            <div class={classes!("gauge", class)} title={hint}>
                <dt>{ name }</dt><dd>{ value }</dd>
            </div>
        }
    };
    let latency = words.ui_latency();
    html! {
        <dl class="gauges" aria-label={words.ui_numbers()}>
            { gauge("brokers", words.ui_brokers(), words.ui_brokers_hint().into(), brokers.into()) }
            { gauge("rate", words.ui_throughput(), words.ui_throughput_in().into(),
                words.rate(numbers.produced).into()) }
            { gauge("latency", words.ui_latency_short(), latency.into(), p50) }
            { gauge("latency", "p95", latency.into(), p95) }
            { gauge("lag", words.ui_lag(), words.ui_groups_lag().into(),
                words.number(numbers.lag as i64).into()) }
        </dl>
    }
}

/// A lens over three records.
fn logo() -> Html {
    html! {
        <svg class="logo" viewBox="0 0 34 34" aria-hidden="true">
            <path class="handle" d="M23.5 23.5l7 7" />
            <circle cx="14.5" cy="14.5" r="11.5" />
            <rect class="k0" x="6" y="10" width="5.2" height="9" rx="1.2" />
            <rect class="k1" x="12" y="10" width="5.2" height="9" rx="1.2" />
            <rect class="k2" x="18" y="10" width="5.2" height="9" rx="1.2" />
        </svg>
    }
}
