//! The page: its memory, its grid, its keys, and the slices that the panels show.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;

use super::address::{self, Address};
use super::desk::Desk;
use super::drawing::drawing;
use super::header::header;
use super::hud::{Hud, Reader};
use super::kit::enter;
use super::narration::narration;
use super::notice::notice;
use super::side::side;
use super::state::{Opened, Ui, UiAction, UiState};
use super::thumb::tabs;
use super::time::twins::Twins;
use super::transport::transport;
use super::{files, keyboard, page};
use crate::lens::document::{self, PAGE};
use crate::lens::store::{self, key};
use crate::lens::{Lens, News, tape};
use crate::scene::extension::EXTENSION;

/// What the page begins with.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The running picture.
    pub lens: Lens,
    /// Whether the focus was in what the page took the place of.
    pub lost: bool,
}

/// Puts the page around a running picture: in the very places that index.html kept free.
pub fn mount(lens: Lens) {
    let Some(root) = document::element(PAGE) else { return };
    lens.handle().complete();
    lens.looker().borrow_mut().complete(&EXTENSION);
    // What has the focus here is taken away with its place.
    let lost = page::focused().is_some_and(|focused| root.contains(Some(&focused)));
    // The canvas changes its place in the document, and so lets go of who drags it without a word.
    if let (Some(canvas), Ok(cancel)) = (lens.canvas(), web_sys::Event::new("pointercancel")) {
        // A made-up event is only refused while it is on its way.
        let _ = canvas.dispatch_event(&cancel);
    }
    yew::Renderer::<App>::with_root_and_props(root, Props { lens, lost }).render();
}

/// The page.
#[component]
pub fn App(props: &Props) -> Html {
    let lens = &props.lens;
    let ui: Ui = use_reducer_eq(|| UiState::new(&lens.handle().look()));
    let desk = Desk::new(ui, lens.handle().clone());
    let address = use_address(&desk);
    let hud = &*use_hud(&desk, lens, &address);
    use_page(&desk);
    use_effect_with(props.lost, |lost| {
        if *lost {
            page::focus("controls");
        }
    });
    let (words, not_done) = (desk.words, &hud.panels.overview.not_done);
    html! {
        <div class={if desk.ui.beside.is_some() { "app two" } else { "app" }}>
            <a class="skip" href="#controls" onclick={skip()}>{ words.ui_skip() }</a>
            { header(&desk, &hud.numbers) }
            <main class="stage-area" aria-label={words.ui_stage()}>
                <Twins desk={desk.clone()} lens={lens.clone()} with={desk.ui.beside}
                    tape={hud.tape.clone()} sums={hud.sums}>
                    { drawing(&desk, lens.canvas(), hud) }
                </Twins>
                <div class="notices" role="status">{ notice(&desk, not_done) }</div>
                if desk.ui.opened == Opened::Hovering {
                    <p class="drop">{ words.ui_file_drop() }</p>
                }
            </main>
            { narration(&desk, &hud.said) }
            { transport(&desk, hud.clock, &hud.tape) }
            { side(&desk, hud) }
            { tabs(&desk) }
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

/// The address bar follows what is on screen, and the screen what comes into it.
#[hook]
fn use_address(desk: &Desk) -> Rc<RefCell<Address>> {
    let address = use_mut_ref(|| Address::new(desk.handle.clone(), desk.ui.view()));
    {
        let address = address.clone();
        use_effect_with(desk.ui.view(), move |view| address.borrow_mut().look(view.clone()));
    }
    let (desk, watched) = (desk.clone(), address.clone());
    use_effect_with((), move |()| {
        let watching = address::watch(&desk, &watched);
        move || drop(watching)
    });
    address
}

/// What the panels show. It is read when the page's memory changes, and as time passes.
#[hook]
fn use_hud(desk: &Desk, lens: &Lens, address: &Rc<RefCell<Address>>) -> UseStateHandle<Hud> {
    let reader = use_mut_ref(|| Reader::new(lens.clone()));
    let hud = use_state(|| reader.borrow_mut().read(&desk.ui));
    {
        let (reader, hud, handle) = (reader.clone(), hud.setter(), desk.handle.clone());
        use_effect_with((*desk.ui).clone(), move |state| {
            handle.set_look(state.look());
            hud.set(reader.borrow_mut().read(state));
        });
    }
    let (hud_now, desk, lens) = (hud.setter(), desk.clone(), lens.clone());
    let address = address.clone();
    let unkept = Cell::new(false);
    // The lens is there once: what it tells goes to what never changes its identity.
    use_effect_with((), move |()| {
        let ui = desk.ui.dispatcher();
        lens.listen(move |news| match news {
            News::Frame(elapsed) => {
                // That nothing is kept is said once.
                if address.borrow_mut().after(elapsed) == Some(false) && !unkept.replace(true) {
                    ui.dispatch(UiAction::Opened(Opened::Unkept));
                }
                let new = reader.borrow_mut().after(elapsed);
                new.into_iter().for_each(|new| hud_now.set(new));
            }
            News::Chose(chosen) => ui.dispatch(UiAction::Choose(chosen)),
            News::Held(true) => ui.dispatch(UiAction::Opened(Opened::Hovering)),
            News::Held(false) => ui.dispatch(UiAction::Opened(Opened::Nothing)),
            News::Dropped(file) => {
                ui.dispatch(UiAction::Opened(Opened::Nothing));
                files::open(&desk, file);
            }
        });
    });
    hud
}

/// The page around the panels follows its memory, and the memory what happens to the page.
#[hook]
fn use_page(desk: &Desk) {
    // What was asked for by the address is not a lasting choice: only changes are stored.
    let stored = use_mut_ref(|| (*desk.ui).clone());
    use_effect_with((*desk.ui).clone(), move |now| {
        document::speak(now.lang);
        document::wear(now.theme);
        let before = stored.replace(now.clone());
        keep(&before, now);
        let opened = now.list.filter(|list| before.list != Some(*list));
        opened.into_iter().for_each(|list| enter(list.id()));
    });
    let (ui, handle) = (desk.ui.dispatcher(), desk.handle.clone());
    use_effect_with((), move |()| {
        handle.read(tape::keep);
        let screen = page::watch_screen(move |screen| ui.dispatch(UiAction::Screen(screen)));
        move || drop(screen)
    });
    let desk = desk.clone();
    use_effect_with(desk.ui.shortcuts, move |shortcuts| {
        let keys = listen_to_keys(desk, *shortcuts);
        move || drop(keys)
    });
}

/// Stores the choices that are to last.
fn keep(before: &UiState, now: &UiState) {
    if before.lang != now.lang && !now.guest {
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
fn listen_to_keys(desk: Desk, shortcuts: bool) -> Option<EventListener> {
    let options = EventListenerOptions { phase: EventListenerPhase::Bubble, passive: false };
    let document = document::document()?;
    Some(EventListener::new_with_options(&document, "keydown", options, move |event| {
        if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
            keyboard::pressed(event, &desk.ui.dispatcher(), &desk.handle, shortcuts);
        }
    }))
}
