//! The page: its memory, its grid, its keys, and the slices that the panels show.

use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;

use super::begin::{Start, begin};
use super::drawing::Drawing;
use super::drop::{Opened, use_files};
use super::handle::Handle;
use super::header::Header;
use super::hud::Hud;
use super::keyboard;
use super::ledger::Ledger;
use super::narration::Narration;
use super::notice::Notice;
use super::page::{self, use_media};
use super::side::Side;
use super::state::{Tab, Ui, UiAction, UiState};
use super::store::{self, key};
use super::transport::Transport;
use crate::locale::Words;

/// What the page needs to begin.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The `?…` of its address.
    #[prop_or_default]
    pub address: AttrValue,
}

/// The page.
#[component]
pub fn App(props: &Props) -> Html {
    let address = props.address.clone();
    let ui: Ui = use_reducer_eq(|| UiState::wished(&address));
    let start = use_memo((), |()| begin(&address, ui.words()));
    match &*start {
        Start::Ready(handle) => html! {
            <ContextProvider<Ui> context={ui.clone()}>
                <ContextProvider<Handle> context={handle.clone()}>
                    <Page {ui} handle={handle.clone()} />
                </ContextProvider<Handle>>
            </ContextProvider<Ui>>
        },
        // The opening scenario is tested; if it cannot be, there is nothing to show but that.
        Start::Impossible(why) => html! { <p role="alert">{ why }</p> },
    }
}

/// What the mounted page needs.
#[derive(Properties, PartialEq)]
struct PageProps {
    ui: Ui,
    handle: Handle,
}

#[component]
fn Page(props: &PageProps) -> Html {
    let PageProps { ui, handle } = props;
    let words = ui.words();
    let hud = use_hud(ui, handle);
    use_page(ui);
    use_keys(ui, handle);
    let wide = use_media("(min-width: 1600px)");
    use_screen(ui);
    let files = use_files(words);
    let on_hud = use_callback(hud.setter(), |new: Hud, setter| setter.set(new));
    let on_restart = use_callback(handle.clone(), |(), handle| {
        // A scenario that could be once can be again.
        let _ = handle.restart();
    });
    let slices = (*hud).clone();
    html! {
        <div class="app" ondragover={files.on_over} ondrop={files.on_drop}
            ondragleave={files.on_leave}>
            <a class="skip" href="#controls" onclick={skip()}>{ words.ui_skip() }</a>
            <Header {words} numbers={&slices.numbers} on_file={files.on_file} />
            <main class="stage-area" aria-label={words.ui_stage()}>
                <Drawing {words} {on_hud} roster={&slices.roster}>
                    <Ledger {words} sums={slices.sums} />
                </Drawing>
                <Notice {words} opened={files.opened.clone()} on_done={files.on_done} />
                if files.opened == Opened::Hovering {
                    <p class="drop">{ words.ui_file_drop() }</p>
                }
            </main>
            <Narration {words} said={&slices.said} />
            <Transport {words} clock={slices.clock} {on_restart} />
            <Side {words} {wide} hud={slices} />
            { phone_tabs(words, ui) }
        </div>
    }
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
fn use_hud(ui: &Ui, handle: &Handle) -> UseStateHandle<Hud> {
    let hud = use_state_eq(|| read(handle, ui, None));
    {
        let (hud, handle, ui) = (hud.clone(), handle.clone(), ui.clone());
        use_effect_with((*ui).clone(), move |state| {
            handle.look(state);
            hud.set(read(&handle, &ui, Some(&hud)));
        });
    }
    hud
}

fn read(handle: &Handle, ui: &UiState, before: Option<&Hud>) -> Hud {
    let said = handle.narrate(ui.lang, 0.0);
    handle.read(|session| Hud::read(session, ui, said, before))
}

/// The page around the panels follows its memory.
#[hook]
fn use_page(ui: &UiState) {
    use_effect_with((), |()| page::clear_shell());
    use_effect_with(ui.lang, |lang| {
        page::speak(*lang);
    });
    use_effect_with(ui.theme, |theme| page::wear(*theme));
    // What was asked for by the address is not a lasting choice: only changes are stored.
    let stored = use_mut_ref(|| (ui.lang, ui.theme, ui.shortcuts));
    use_effect_with((ui.lang, ui.theme, ui.shortcuts), move |&(lang, theme, shortcuts)| {
        let before = stored.replace((lang, theme, shortcuts));
        if before.0 != lang {
            store::put(key::LANG, Some(lang.tag()));
        }
        if before.1 != theme {
            store::put(key::THEME, theme.tag());
        }
        if before.2 != shortcuts {
            store::put(key::SHORTCUTS, (!shortcuts).then_some("off"));
        }
    });
}

/// What the screen prefers; an address may ask for stillness too.
#[hook]
fn use_screen(ui: &Ui) {
    let asked = use_memo((), |()| ui.calm);
    let calm = use_media("(prefers-reduced-motion: reduce)") || *asked;
    let phone = use_media("(max-width: 599px)");
    let ui = ui.dispatcher();
    use_effect_with((calm, phone), move |&(calm, phone)| {
        ui.dispatch(UiAction::Calm(calm));
        ui.dispatch(UiAction::Phone(phone));
    });
}

/// The keyboard, wherever the focus is.
#[hook]
fn use_keys(ui: &Ui, handle: &Handle) {
    let (ui, handle) = (ui.dispatcher(), handle.clone());
    use_effect_with((), move |()| {
        let listener = page::document().map(|document| {
            let options =
                EventListenerOptions { phase: EventListenerPhase::Bubble, passive: false };
            EventListener::new_with_options(&document, "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                keyboard::pressed(event, &ui, &handle);
            })
        });
        move || drop(listener)
    });
}

/// The tabs below the thumb; shown on phones only.
fn phone_tabs(words: Words, ui: &Ui) -> Html {
    let tab = |name: &'static str, action: UiAction, on: bool| {
        let ui = ui.dispatcher();
        let onclick = Callback::from(move |_: MouseEvent| ui.dispatch(action.clone()));
        html! {
            <button type="button" class="tab" {onclick}
                aria-current={on.then_some("true")}>{ name }</button>
        }
    };
    let out = |tab: Tab| ui.drawer && ui.tab == tab;
    html! {
        <nav class="phone-tabs" aria-label={words.ui_views()}>
            { tab(words.ui_view_cluster(), UiAction::Drawer(false), !ui.drawer) }
            { tab(words.ui_inspector(), UiAction::Open(Tab::Inspector), out(Tab::Inspector)) }
            { tab(words.ui_configs(), UiAction::Open(Tab::Configs), out(Tab::Configs)) }
            { tab(words.ui_events(), UiAction::Open(Tab::Events), out(Tab::Events)) }
        </nav>
    }
}

/// The slices of a page that is not mounted: for tests.
pub fn slices(handle: &Handle, ui: &UiState) -> Rc<Hud> {
    Rc::new(read(handle, ui, None))
}
