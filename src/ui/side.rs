//! The side panel: inspector, configs, events, and what is laid over them.

use yew::prelude::*;

use super::about::About;
use super::add::Add;
use super::configs::Configs;
use super::events::Events;
use super::help::Help;
use super::hud::Hud;
use super::inspector::Inspector;
use super::kit::Tabs;
use super::state::{Plate, Tab, Ui, UiAction, use_ui};
use crate::locale::Words;

/// What the side panel needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
    /// What the panels show.
    pub hud: Hud,
    /// Whether there is room for the inspector and another panel at once.
    pub wide: bool,
}

/// The side panel.
#[component]
pub fn Side(props: &Props) -> Html {
    let Props { words, hud, wide } = props;
    let Some(ui) = use_ui() else { return Html::default() };
    let class = classes!("side", ui.drawer.then_some("out"), wide.then_some("wide"));
    let plate = ui.plate.map(|plate| match plate {
        Plate::Help => html! { <Help words={*words} /> },
        Plate::About => html! { <About words={*words} /> },
        Plate::Add(kind) => html! { <Add words={*words} roster={&hud.roster} {kind} /> },
    });
    html! {
        <aside {class} aria-label={words.ui_panel()}>
            if *wide {
                <section class="pane" aria-label={words.ui_inspector()}>
                    { panel(Tab::Inspector, *words, hud) }
                </section>
                { tabbed(&[Tab::Configs, Tab::Events], &ui, *words, hud) }
            } else {
                { tabbed(&Tab::ALL, &ui, *words, hud) }
            }
            { for plate }
        </aside>
    }
}

fn tabbed(tabs: &'static [Tab], ui: &Ui, words: Words, hud: &Hud) -> Html {
    let open = tabs.iter().position(|tab| *tab == ui.tab).unwrap_or(0);
    let name = |tab: &Tab| {
        AttrValue::from(match tab {
            Tab::Inspector => words.ui_inspector(),
            Tab::Configs => words.ui_configs(),
            Tab::Events => words.ui_events(),
        })
    };
    let on_open = {
        let ui = ui.dispatcher();
        Callback::from(move |index: usize| {
            if let Some(tab) = tabs.get(index) {
                ui.dispatch(UiAction::Open(*tab));
            }
        })
    };
    let names: Vec<AttrValue> = tabs.iter().map(name).collect();
    let panels: Vec<AttrValue> = tabs.iter().map(|tab| id(*tab).into()).collect();
    let tab = tabs.get(open).copied().unwrap_or(Tab::Inspector);
    html! {
        <>
            <Tabs label={words.ui_panel()} {names} {panels} open={Some(open)} {on_open} />
            <div class="pane" role="tabpanel" id={id(tab)} tabindex="0"
                aria-labelledby={format!("{}-tab", id(tab))}>
                { panel(tab, words, hud) }
            </div>
        </>
    }
}

const fn id(tab: Tab) -> &'static str {
    match tab {
        Tab::Inspector => "inspector",
        Tab::Configs => "configs",
        Tab::Events => "events",
    }
}

fn panel(tab: Tab, words: Words, hud: &Hud) -> Html {
    match tab {
        Tab::Inspector => html! {
            <Inspector {words} sheet={hud.sheet.clone()} overview={&hud.overview}
                numbers={&hud.numbers} />
        },
        Tab::Configs => html! {
            <Configs {words} configs={&hud.configs} roster={&hud.roster} />
        },
        Tab::Events => html! { <Events {words} lines={&hud.lines} /> },
    }
}
