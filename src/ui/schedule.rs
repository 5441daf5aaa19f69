//! Later: what is done after a while, once or again and again, and the list of all that is planned.

use yew::prelude::*;

use super::deeds::Controls;
use super::desk::Desk;
use super::kit::{Button, Measure, Number, Text, pick, refused, text, typed};
use super::panels::Plan;
use super::submit::{explain, whole};
use crate::lens::handle::Handle;
use crate::locale::Words;
use crate::sim::command::{Command, Quantity};
use crate::sim::time::Span;

/// The longest that can be typed: a day, in seconds.
const DAY: u32 = 86_400;

/// What is picked and typed.
#[derive(Clone)]
pub(super) struct Wish {
    what: usize,
    after: u32,
    every: u32,
    /// As it is typed: it may be left empty.
    until: AttrValue,
    /// Why it cannot be.
    why: Option<AttrValue>,
}

impl Default for Wish {
    fn default() -> Self {
        Self { what: 0, after: 5, every: 0, until: AttrValue::default(), why: None }
    }
}

impl Wish {
    /// Has it planned.
    fn plan(&self, handle: &Handle, words: Words, command: &Command) -> Result<(), String> {
        let span = |seconds: u32| Span::secs(seconds.into());
        let every = Some(span(self.every)).filter(|span| *span > Span::ZERO);
        let typed = Some(&*self.until).filter(|text| every.is_some() && !text.trim().is_empty());
        let until = typed.map(|text| whole(words, Quantity::Until, text, (1, DAY))).transpose()?;
        let planned = handle.plan(command, span(self.after), every, until.map(span));
        planned.map_err(|refusal| explain(handle, words, &refusal))
    }
}

impl Controls<'_> {
    /// A list of things to do, and when.
    pub(super) fn later(&self, options: &[(String, Command)]) -> Html {
        let (words, wish) = (self.desk.words, &self.picks.wish);
        let names: Vec<AttrValue> = options.iter().map(|(name, _)| name.clone().into()).collect();
        let choose = self.wishing(|wish, what| wish.what = what);
        let plan = {
            let (handle, wish) = (self.desk.handle.clone(), wish.clone());
            let command = options.get(wish.what).map(|(_, it)| it.clone());
            let tell = self.wishing(|wish, why| wish.why = why);
            Callback::from(move |_| {
                let Some(command) = &command else { return };
                tell.emit(wish.plan(&handle, words, command).err().map(AttrValue::from));
            })
        };
        let after = self.seconds(words.ui_later_in(), wish.after, |wish, n| wish.after = n);
        let every = self.seconds(words.ui_later_every(), wish.every, |wish, n| wish.every = n);
        let put = self.wishing(|wish, until: AttrValue| wish.until = until);
        let until = Text {
            label: words.ui_later_until(),
            value: wish.until.clone(),
            numeric: true,
            unit: Some("s"),
            hint: Some(words.ui_later_until_hint()),
            oninput: Callback::from(move |event: InputEvent| {
                typed(&event).into_iter().for_each(|text| put.emit(text.into()));
            }),
        };
        html! {
            <section class="way">
                <h4>{ words.ui_later() }</h4>
                { pick(words.ui_later_what(), &names, wish.what, choose) }
                { after }
                { every }
                if wish.every > 0 {
                    { text(until) }
                }
                { refused(wish.why.as_ref()) }
                { Button::new(words.ui_later_do(), plan).html() }
            </section>
        }
    }

    /// Changes what is picked and typed.
    fn wishing<T: 'static>(&self, put: fn(&mut Wish, T)) -> Callback<T> {
        let picks = self.picks.clone();
        Callback::from(move |value| {
            let mut new = (*picks).clone();
            put(&mut new.wish, value);
            picks.set(new);
        })
    }

    fn seconds(&self, label: &'static str, value: u32, put: fn(&mut Wish, u32)) -> Html {
        let words = self.desk.words;
        let (bare, unit, min, max) = (false, Some("s"), 0, 600);
        let of = Measure { label, bare, unit, value: value.into(), min, max };
        let picks = self.picks.clone();
        let on_set = Callback::from(move |text: String| {
            let mut new = (*picks).clone();
            let read = whole(words, Quantity::Later, &text, (0, DAY));
            new.wish.why = read.as_ref().err().map(|why| why.clone().into());
            read.into_iter().for_each(|number| put(&mut new.wish, number));
            picks.set(new);
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
