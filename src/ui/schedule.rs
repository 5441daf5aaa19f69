//! Later: what is done after a while, once or again and again, and the list of all that is planned.

use yew::prelude::*;

use super::desk::Desk;
use super::kit::{Button, Measure, Number, pick, refused};
use super::panels::Plan;
use super::submit::{explain, whole};
use crate::sim::command::{Command, Quantity};
use crate::sim::time::Span;

/// The longest that can be typed: a day, in seconds.
const DAY: u32 = 86_400;

/// What planning needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The desk.
    pub desk: Desk,
    /// What may be planned here, by name.
    pub options: Vec<(String, Command)>,
}

/// What is picked and typed.
#[derive(Clone, Copy)]
struct Wish {
    what: usize,
    after: u32,
    every: u32,
}

/// A list of things to do, and when.
#[component]
pub fn Later(props: &Props) -> Html {
    let Props { desk, options } = props;
    let words = desk.words;
    let wish = use_state(|| Wish { what: 0, after: 5, every: 0 });
    let why = use_state(|| None::<AttrValue>);
    let number = |label, value: u32, put: fn(&mut Wish, u32)| {
        let of =
            Measure { label, bare: false, unit: Some("s"), value: value.into(), min: 0, max: 600 };
        let (wish, why) = (wish.clone(), why.clone());
        let on_set = Callback::from(move |text: String| {
            match whole(words, Quantity::Later, &text, (0, DAY)) {
                Ok(number) => {
                    let mut new = *wish;
                    put(&mut new, number);
                    wish.set(new);
                    why.set(None);
                }
                Err(refusal) => why.set(Some(refusal.into())),
            }
        });
        html! { <Number {of} {on_set} /> }
    };
    let names: Vec<AttrValue> = options.iter().map(|(name, _)| name.clone().into()).collect();
    let choose = {
        let wish = wish.clone();
        Callback::from(move |what| wish.set(Wish { what, ..*wish }))
    };
    let plan = {
        let (handle, why) = (desk.handle.clone(), why.clone());
        let (command, wish) = (options.get(wish.what).map(|(_, it)| it.clone()), *wish);
        Callback::from(move |_| {
            let Some(command) = &command else { return };
            let span = |seconds: u32| Span::secs(seconds.into());
            let every = Some(span(wish.every)).filter(|span| *span > Span::ZERO);
            let done = handle.plan(command, span(wish.after), every);
            why.set(done.err().map(|it| explain(&handle, words, &it).into()));
        })
    };
    html! {
        <section class="way later">
            <h4>{ words.ui_later() }</h4>
            { pick(words.ui_later_what(), &names, wish.what, choose) }
            { number(words.ui_later_in(), wish.after, |wish, number| wish.after = number) }
            { number(words.ui_later_every(), wish.every, |wish, number| wish.every = number) }
            { refused(why.as_ref()) }
            { Button::new(words.ui_later_do(), plan).html() }
        </section>
    }
}

/// All that is planned, each with a button that strikes it out.
pub fn planned(desk: &Desk, plans: &[Plan]) -> Html {
    let words = desk.words;
    let line = |plan: &Plan| {
        let (handle, command) = (desk.handle.clone(), plan.command.clone());
        let strike = Callback::from(move |_| handle.unplan(&command));
        html! {
            <li>
                <span><strong>{ &plan.what }</strong>{ " " }{ &plan.when }</span>
                <button type="button" class="to" onclick={strike}
                    aria-label={words.ui_unplan(&plan.what)}>{ words.ui_remove() }</button>
            </li>
        }
    };
    html! {
        if !plans.is_empty() {
            <section class="planned" aria-labelledby="planned">
                <h3 id="planned">{ words.ui_planned() }</h3>
                <ul>{ for plans.iter().map(line) }</ul>
            </section>
        }
    }
}
