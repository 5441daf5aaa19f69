//! The page: its memory, its grid, its keys, and the slices that the panels show.

use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;

use super::desk::Desk;
use super::drawing::Drawing;
use super::drop;
use super::handle::Handle;
use super::header::header;
use super::hud::Hud;
use super::kit::{enter, told};
use super::later::{self, Arrival};
use super::page;
use super::state::{Opened, Ui, UiAction, UiState};
use super::store::{self, key};

/// What the page begins with.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What it remembers.
    pub state: UiState,
    /// The session on the deck.
    pub handle: Handle,
}

/// The page.
#[component]
pub fn App(props: &Props) -> Html {
    let ui: Ui = use_reducer_eq(|| props.state.clone());
    let desk = Desk::new(ui, props.handle.clone());
    let hud = use_hud(&desk);
    use_page(&desk);
    let hands = drop::hands(&desk);
    let (words, slices) = (desk.words, &*hud);
    let roster = slices.panels.as_ref().map(|panels| panels.roster.clone());
    html! {
        <div class="app" ondragover={hands.over} ondrop={hands.drop} ondragleave={hands.leave}>
            <a class="skip" href="#controls" onclick={skip()}>{ words.ui_skip() }</a>
            { header(&desk, &slices.numbers) }
            <main class="stage-area" aria-label={words.ui_stage()}>
                <Drawing desk={desk.clone()} on_hud={hud.setter()}
                    {roster} sums={slices.sums} />
                <div class="notices" role="status">{ notice(&desk) }</div>
                if desk.ui.opened == Opened::Hovering {
                    <p class="drop">{ words.ui_file_drop() }</p>
                }
            </main>
            { narration(&desk, slices) }
            { transport(&desk, slices) }
            { side(&desk, slices) }
            { later::rest().map(|rest| (rest.tabs)(&desk)).unwrap_or_default() }
        </div>
    }
}

/// The side panel; until its part of the page is here, a place for it.
fn side(desk: &Desk, hud: &Hud) -> Html {
    if let (Some(rest), Some(panels)) = (later::rest(), &hud.panels) {
        return (rest.side)(desk, hud, panels);
    }
    let words = desk.words;
    let coming = desk.ui.arrival == Arrival::Coming;
    html! {
        <aside class="side" aria-label={words.ui_panel()} aria-busy={told(coming)}>
            if coming {
                <p class="pane empty">{ words.ui_later_coming() }</p>
            }
        </aside>
    }
}

/// A word about the session itself; or that the part of the page that has one did not come.
fn notice(desk: &Desk) -> Html {
    if let Some(rest) = later::rest() {
        return (rest.notice)(desk);
    }
    if desk.ui.arrival != Arrival::Failed {
        return Html::default();
    }
    let words = desk.words;
    let again = desk.clone();
    let again = Callback::from(move |_: MouseEvent| {
        again.ui.dispatch(UiAction::Arrived(Arrival::Coming));
        again.fetch(|_, _| ());
    });
    html! {
        <div class="notice bad">
            <p>{ words.ui_later_failed() }</p>
            <button type="button" class="button strong" onclick={again}>
                { words.ui_later_again() }
            </button>
        </div>
    }
}

/// The narration; until its part of the page is here, a place for it.
fn narration(desk: &Desk, hud: &Hud) -> Html {
    let here = later::rest().map(|rest| (rest.narration)(desk, &hud.said));
    here.unwrap_or_else(|| html! { <section class="narration"></section> })
}

/// The transport; until its part of the page is here, a place for it.
fn transport(desk: &Desk, hud: &Hud) -> Html {
    let here = later::rest().map(|rest| (rest.transport)(desk, hud.clock));
    here.unwrap_or_else(
        || html! { <footer class="transport" id="controls" tabindex="-1"></footer> },
    )
}

/// Goes to the controls without changing the address.
fn skip() -> Callback<MouseEvent> {
    Callback::from(|event: MouseEvent| {
        event.prevent_default();
        page::focus("controls");
    })
}

/// What the panels show. It is read when the page's memory changes, and by the drawing as time
/// passes.
#[hook]
fn use_hud(desk: &Desk) -> UseStateHandle<Hud> {
    let hud = use_state(|| slices(&desk.handle, &desk.ui, None));
    {
        let (hud, desk) = (hud.clone(), desk.clone());
        use_effect_with((*desk.ui).clone(), move |state| {
            desk.handle.look(state);
            hud.set(slices(&desk.handle, state, Some(&hud)));
        });
    }
    hud
}

/// What the panels show of a page with this memory.
pub fn slices(handle: &Handle, ui: &UiState, before: Option<&Hud>) -> Hud {
    let said = handle.narrate(ui.lang, 0.0);
    handle.read(|session| Hud::read(session, ui, said, before))
}

/// The page around the panels follows its memory, and the memory what happens to the page.
#[hook]
fn use_page(desk: &Desk) {
    // What was asked for by the address is not a lasting choice: only changes are stored.
    let stored = use_mut_ref(|| (*desk.ui).clone());
    use_effect_with((*desk.ui).clone(), move |now| {
        page::speak(now.lang);
        page::wear(now.theme);
        let before = stored.replace(now.clone());
        keep(&before, now);
        let opened = now.list.filter(|list| before.list != Some(*list));
        opened.into_iter().for_each(|list| enter(list.id()));
    });
    let desk = desk.clone();
    use_effect_with((), move |()| {
        page::clear_shell();
        desk.fetch(|_, _| ());
        let ui = desk.ui.dispatcher();
        let screen = page::watch_screen(move |screen| ui.dispatch(UiAction::Screen(screen)));
        let keys = listen_to_keys(desk);
        move || drop((screen, keys))
    });
}

/// Stores the choices that are to last.
fn keep(before: &UiState, now: &UiState) {
    if before.lang != now.lang {
        store::put(key::LANG, Some(now.lang.tag()));
    }
    if before.theme != now.theme {
        store::put(key::THEME, now.theme.tag());
    }
    if before.shortcuts != now.shortcuts {
        store::put(key::SHORTCUTS, (!now.shortcuts).then_some("off"));
    }
}

/// The keyboard, wherever the focus is.
fn listen_to_keys(desk: Desk) -> Option<EventListener> {
    let options = EventListenerOptions { phase: EventListenerPhase::Bubble, passive: false };
    let document = page::document()?;
    Some(EventListener::new_with_options(&document, "keydown", options, move |event| {
        if let (Some(event), Some(rest)) = (event.dyn_ref::<KeyboardEvent>(), later::rest()) {
            (rest.pressed)(event, &desk);
        }
    }))
}
