//! Where two branches first differ: looked for again as long as they do not.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use super::compare::told;
use super::seeking::go;
use super::tape::Tape;
use super::twins::ways;
use crate::session::branches::BranchId;
use crate::session::twin::{Pair, Twin};
use crate::sim::{Span, Stamped, Time};
use crate::ui::desk::Desk;
use crate::ui::hud::Slice;
use crate::ui::kit::{Button, sentence};
use crate::ui::page::in_slices;

/// So many microseconds in which something happens are handled before the page may do something
/// else.
const SLICE: u32 = 1_000;

/// While no difference is found it is looked for again when so much more was played.
const AGAIN: Span = Span::secs(10);

/// What the line needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The desk.
    pub desk: Desk,
    /// The other branch.
    pub with: BranchId,
    /// The tape.
    pub tape: Slice<Tape>,
}

/// What is known of the first difference.
#[derive(Clone, PartialEq)]
enum Known {
    Looking,
    /// None up to the furthest moment.
    Same,
    Pair(Rc<Pair>),
}

/// The search that goes on, or the last one.
#[derive(Default)]
struct Searching {
    /// The two branches, and how much was done on the first.
    of: Option<(BranchId, BranchId, usize)>,
    /// Up to here it looks.
    reach: Time,
    twin: Rc<RefCell<Option<Twin>>>,
}

/// The line above both pictures.
#[component]
pub fn First(props: &Props) -> Html {
    let Props { desk, with, tape } = props;
    let known = use_state(|| Known::Looking);
    let searching = use_mut_ref(Searching::default);
    let own = tape.branches.iter().find(|it| it.is_current).map_or(0, |it| it.branch.id);
    let commands = desk.handle.read(|session| session.timeline().commands().len());
    {
        let (known, handle, reach) = (known.clone(), desk.handle.clone(), tape.reach);
        let of = (*with, own, commands);
        use_effect(move || {
            let mut searching = searching.borrow_mut();
            let anew = searching.of != Some(of);
            // What was found stays true as long as nobody does something else.
            let again = *known == Known::Same && reach >= searching.reach + AGAIN;
            if !anew && (!again || searching.twin.borrow().is_some()) {
                return;
            }
            let twin = handle.read(|session| session.twin(of.0)).ok().flatten();
            let twin = Rc::new(RefCell::new(twin));
            // The search before is dropped, and stops.
            *searching = Searching { of: Some(of), reach, twin: twin.clone() };
            if anew {
                known.set(Known::Looking);
            }
            play(&twin, known.setter());
        });
    }
    let words = desk.words;
    let said = match &*known {
        Known::Looking => html! { <p role="status">{ words.ui_twin_looking() }</p> },
        Known::Same => html! { <p role="status">{ words.ui_twin_same() }</p> },
        Known::Pair(pair) => html! { <>{ parted(desk, pair) }</> },
    };
    html! { <div class="twin-bar">{ said }{ ways(desk, *with) }</div> }
}

/// Plays on until it is done, or dropped.
fn play(twin: &Rc<RefCell<Option<Twin>>>, known: UseStateSetter<Known>) {
    let twin = Rc::downgrade(twin);
    in_slices(Box::new(move || {
        let Some(twin) = twin.upgrade() else { return false };
        let mut worlds = twin.borrow_mut();
        let Some(comparison) = worlds.as_mut().map(|it| it.go_on(SLICE)) else { return false };
        let Some(comparison) = comparison else { return true };
        *worlds = None;
        known.set(comparison.first.map_or(Known::Same, |pair| Known::Pair(Rc::new(pair))));
        false
    }));
}

fn parted(desk: &Desk, [a, b]: &Pair) -> Html {
    let words = desk.words;
    let Some(at) = a.as_ref().or(b.as_ref()).map(|it| it.at) else { return Html::default() };
    let side = |it: &Option<Stamped>| match it {
        Some(stamped) => desk.handle.read(|session| told(words, session.world(), stamped)),
        None => words.ui_compare_nothing().to_owned(),
    };
    let handle = desk.handle.clone();
    let there = Callback::from(move |_: MouseEvent| go(&handle, at));
    let (clock, _) = words.clock(at.0);
    html! {
        <>
            { Button::new(words.ui_twin_first(&clock), there).class("small").id("twin-first")
                .hint(Some(words.ui_go_there())).html() }
            <p>
                <b>{ "A" }</b>{ " " }{ sentence(&side(a)) }{ " · " }
                <b>{ "B" }</b>{ " " }{ sentence(&side(b)) }
            </p>
        </>
    }
}
