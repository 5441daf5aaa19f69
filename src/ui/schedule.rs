//! Later: what is done after a while, once or again and again, and the list of all that is planned.

use yew::prelude::*;

use super::deeds::Controls;
use super::desk::Desk;
use super::kit::{Button, Measure, Number, pick};
use super::panels::Plan;
use super::submit::{explain, whole};
use crate::sim::command::{Command, Quantity};
use crate::sim::time::Span;

/// The longest that can be typed: a day, in seconds.
const DAY: u32 = 86_400;

/// What is picked and typed.
#[derive(Clone, Copy)]
pub(super) struct Wish {
    what: usize,
    after: u32,
    every: u32,
}

impl Default for Wish {
    fn default() -> Self {
        Self { what: 0, after: 5, every: 0 }
    }
}

impl Controls<'_> {
    /// A list of things to do, and when.
    pub(super) fn later(&self, options: &[(String, Command)]) -> Html {
        let (words, wish) = (self.desk.words, self.picks.wish);
        let names: Vec<AttrValue> = options.iter().map(|(name, _)| name.clone().into()).collect();
        let choose = {
            let picks = self.picks.clone();
            Callback::from(move |what| {
                let mut new = (*picks).clone();
                new.wish.what = what;
                picks.set(new);
            })
        };
        let plan = {
            let (handle, submit) = (self.desk.handle.clone(), self.submit.clone());
            let command = options.get(wish.what).map(|(_, it)| it.clone());
            Callback::from(move |_| {
                let Some(command) = &command else { return };
                let span = |seconds: u32| Span::secs(seconds.into());
                let every = Some(span(wish.every)).filter(|span| *span > Span::ZERO);
                if let Err(refusal) = handle.plan(command, span(wish.after), every) {
                    submit.emit(Err(explain(&handle, words, &refusal)));
                }
            })
        };
        let after = self.seconds(words.ui_later_in(), wish.after, |wish, n| wish.after = n);
        let every = self.seconds(words.ui_later_every(), wish.every, |wish, n| wish.every = n);
        html! {
            <section class="way">
                <h4>{ words.ui_later() }</h4>
                { pick(words.ui_later_what(), &names, wish.what, choose) }
                { after }
                { every }
                { Button::new(words.ui_later_do(), plan).html() }
            </section>
        }
    }

    fn seconds(&self, label: &'static str, value: u32, put: fn(&mut Wish, u32)) -> Html {
        let words = self.desk.words;
        let (bare, unit, min, max) = (false, Some("s"), 0, 600);
        let of = Measure { label, bare, unit, value: value.into(), min, max };
        let (picks, submit) = (self.picks.clone(), self.submit.clone());
        let on_set = Callback::from(move |text: String| {
            match whole(words, Quantity::Later, &text, (0, DAY)) {
                Ok(number) => {
                    let mut new = (*picks).clone();
                    put(&mut new.wish, number);
                    picks.set(new);
                }
                Err(why) => {
                    submit.emit(Err(why));
                }
            }
        });
        html! { <Number {of} {on_set} /> }
    }
}

/// All that is planned, each with a button that strikes it out.
pub fn planned(desk: &Desk, plans: &[Plan]) -> Html {
    let words = desk.words;
    let line = |plan: &Plan| {
        let (handle, command) = (desk.handle.clone(), plan.command.clone());
        let strike = Callback::from(move |_: MouseEvent| handle.unplan(&command));
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
