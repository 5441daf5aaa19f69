//! The side panel: inspector, configs, events, and what is laid over them.

use yew::prelude::*;

use super::configs::configs;
use super::desk::Desk;
use super::dialog::Dialog;
use super::events::events;
use super::hud::{Hud, Numbers, Slice};
use super::inspector::inspector;
use super::kit::{Tabs, tabs};
use super::panels::Panels;
use super::state::{Tab, UiAction};
use crate::metrics::ledger::Sums;

/// The side panel.
pub fn side(desk: &Desk, hud: &Hud) -> Html {
    let (words, ui, panels) = (desk.words, &desk.ui, &hud.panels);
    let class = match (ui.drawer, ui.screen.wide) {
        (false, false) => "side",
        (true, false) => "side out",
        (false, true) => "side wide",
        (true, true) => "side out wide",
    };
    let shown = if ui.screen.wide {
        html! {
            <>
                <section class="pane" aria-label={words.ui_inspector()}>
                    { pane(Tab::Inspector, desk, hud) }
                </section>
                { tabbed(&[Tab::Configs, Tab::Events], desk, hud) }
            </>
        }
    } else {
        tabbed(&Tab::ALL, desk, hud)
    };
    html! {
        <aside {class} aria-label={words.ui_panel()}>
            { shown }
            if let Some(plate) = ui.plate {
                <Dialog key={plate.id()} desk={desk.clone()} {plate}
                    roster={panels.roster.clone()} sums={hud.sums}
                    groups={panels.groups.clone()} tape={hud.tape.clone()} />
            }
        </aside>
    }
}

fn tabbed(all: &'static [Tab], desk: &Desk, hud: &Hud) -> Html {
    let words = desk.words;
    let open = all.iter().position(|tab| *tab == desk.ui.tab).unwrap_or(0);
    let name = |tab: &Tab| match tab {
        Tab::Inspector => words.ui_inspector(),
        Tab::Configs => words.ui_configs(),
        Tab::Events => words.ui_events(),
    };
    let on_open = {
        let ui = desk.ui.dispatcher();
        Callback::from(move |index: usize| {
            if let Some(tab) = all.get(index) {
                ui.dispatch(UiAction::Open(*tab));
            }
        })
    };
    let names = all.iter().map(|tab| (name(tab), id(*tab))).collect();
    let row = tabs(&Tabs { label: words.ui_panel(), tabs: names, open, on_open });
    let tab = all.get(open).copied().unwrap_or(Tab::Inspector);
    html! {
        <>
            { row }
            <div class="pane" role="tabpanel" id={id(tab)} tabindex="0"
                aria-labelledby={[id(tab), "-tab"].concat()}>
                { pane(tab, desk, hud) }
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

fn pane(tab: Tab, desk: &Desk, hud: &Hud) -> Html {
    html! {
        <Pane key={id(tab)} {tab} desk={desk.clone()} panels={hud.panels.clone()}
            numbers={hud.numbers.clone()} sums={hud.sums} />
    }
}

/// What a panel needs.
#[derive(Properties)]
pub struct Props {
    /// Which one it is.
    pub tab: Tab,
    /// The desk.
    pub desk: Desk,
    /// What all panels show.
    pub panels: Panels,
    /// Rates, latencies, health.
    pub numbers: Slice<Numbers>,
    /// What became of the promises.
    pub sums: Sums,
}

/// A panel shows some of the slices, and renders when one of those has changed.
impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        let (own, its) = (&self.panels, &other.panels);
        let same = match self.tab {
            Tab::Inspector => {
                (&own.sheet, &own.overview, &self.numbers, self.sums)
                    == (&its.sheet, &its.overview, &other.numbers, other.sums)
            }
            Tab::Configs => (&own.configs, &own.roster) == (&its.configs, &its.roster),
            Tab::Events => own.lines == its.lines,
        };
        same && self.tab == other.tab && self.desk == other.desk
    }
}

/// A panel.
#[component]
pub fn Pane(props: &Props) -> Html {
    let Props { tab, desk, panels, numbers, sums } = props;
    match tab {
        Tab::Inspector => inspector(desk, panels, numbers, *sums),
        Tab::Configs => configs(desk, &panels.configs, &panels.roster),
        Tab::Events => events(desk, &panels.lines),
    }
}
