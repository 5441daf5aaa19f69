//! All that is known about what is chosen, and what one can do to it.

use std::rc::Rc;

use yew::prelude::*;

use super::deeds::Deeds;
use super::hud::{Numbers, Overview as Slice};
use super::kit::Sentence;
use super::overview::Overview;
use super::sheet::{Fact, Mood, Part, Sheet};
use super::state::{Ui, UiAction, use_ui};
use crate::locale::Words;

/// A longer value gets a line of its own.
const LONG: usize = 22;

/// What the inspector needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
    /// What is chosen.
    pub sheet: Option<Rc<Sheet>>,
    /// Shown while nothing is.
    pub overview: Rc<Slice>,
    /// The same.
    pub numbers: Rc<Numbers>,
}

/// The inspector.
#[component]
pub fn Inspector(props: &Props) -> Html {
    let Props { words, sheet, overview, numbers } = props;
    let Some(ui) = use_ui() else { return Html::default() };
    let tables = html! { <Overview words={*words} {overview} {numbers} /> };
    let Some(sheet) = sheet else {
        // What was chosen may be no more: a message that arrived, a node that was taken away.
        let hint = match ui.chosen {
            Some(_) => words.ui_inspector_gone(),
            None => words.ui_inspector_empty(),
        };
        return html! { <div class="inspector"><p class="empty">{ hint }</p>{ tables }</div> };
    };
    // The controls of one thing must not become those of another.
    let key = format!("{}{}", sheet.kind, sheet.title);
    html! {
        <div class="inspector">
            <h2>{ &sheet.title }<small>{ &sheet.kind }</small></h2>
            { for sheet.parts.iter().enumerate().map(|(index, it)| part(&ui, index, it)) }
            if !sheet.deeds.is_empty() {
                <Deeds {key} words={*words} deeds={sheet.deeds.clone()} />
            }
            <div class="unseen">{ tables }</div>
        </div>
    }
}

fn part(ui: &Ui, index: usize, part: &Part) -> Html {
    html! {
        <section key={index} class="part">
            if let Some(heading) = &part.heading {
                <h3>{ heading }</h3>
            }
            if !part.facts.is_empty() {
                <dl class="facts">{ for part.facts.iter().map(|it| fact(ui, it)) }</dl>
            }
            if let Some(why) = &part.why {
                <p class="why"><Sentence text={why.clone()} /></p>
            }
        </section>
    }
}

fn fact(ui: &Ui, fact: &Fact) -> Html {
    let class = match fact.mood {
        Mood::Plain => None,
        Mood::Good => Some("good"),
        Mood::Doubt => Some("doubt"),
        Mood::Bad => Some("bad"),
    };
    let value = match fact.to.clone() {
        None => html! { { &fact.value } },
        Some(to) => {
            let ui = ui.dispatcher();
            let onclick = Callback::from(move |_: MouseEvent| {
                ui.dispatch(UiAction::Choose(Some(to.clone())));
            });
            html! { <button type="button" class="to" {onclick}>{ &fact.value }</button> }
        }
    };
    html! {
        <div class={classes!((fact.value.len() > LONG).then_some("long"))}>
            <dt>{ &fact.name }</dt><dd class={classes!(class)}>{ value }</dd>
        </div>
    }
}
