//! Doing what a person asks, and saying why not right where they asked.

use yew::prelude::*;

use super::desk::Desk;
use crate::lens::handle::Handle;
use crate::locale::Words;
use crate::sim::command::{Command, Quantity, Refusal};

/// Does what is wanted; false if it was refused. What is submitted may already be a refusal: of a
/// form that cannot be read.
pub type Submit = Callback<Result<Command, String>, bool>;

/// A person's hand on the world, and why the last wish was refused.
#[hook]
pub fn use_submit(desk: &Desk) -> (Submit, Option<AttrValue>) {
    let why = use_state(|| None::<AttrValue>);
    let (told, words, handle) = (why.clone(), desk.words, desk.handle.clone());
    let submit = Callback::from(move |wanted: Result<Command, String>| {
        let done = wanted.and_then(|command| {
            handle.submit(command).map_err(|refusal| explain(&handle, words, &refusal))
        });
        let is_done = done.is_ok();
        let why = done.err().map(AttrValue::from);
        // Rendered without need, a control would show its old value until the panels are read.
        if *told != why {
            told.set(why);
        }
        is_done
    });
    (submit, (*why).clone())
}

/// A refusal as a sentence.
pub fn explain(handle: &Handle, words: Words, refusal: &Refusal) -> String {
    handle.read(|session| {
        let world = session.world();
        words.refusal(refusal, world)
    })
}

/// Reads a whole number from a form.
///
/// # Errors
/// A sentence that says what would be right.
pub fn whole(
    words: Words,
    what: Quantity,
    text: &str,
    (min, max): (u32, u32),
) -> Result<u32, String> {
    named(words, words.quantity(what), text, (min, max))
}

/// Reads a whole number that has a name of its own.
///
/// # Errors
/// A sentence that says what would be right.
pub fn named(words: Words, name: &str, text: &str, (min, max): (u32, u32)) -> Result<u32, String> {
    let value = number(words, text)?;
    let refused = || words.error_out_of_bounds(name, value, i64::from(min), i64::from(max));
    within(value, (min, max)).ok_or_else(refused)
}

/// Reads a whole number that may be below zero.
///
/// # Errors
/// A sentence that says what would be right.
pub fn signed(
    words: Words,
    what: Quantity,
    text: &str,
    (min, max): (i64, i64),
) -> Result<i64, String> {
    let value = number(words, text)?;
    let refused = words.error_out_of_bounds(words.quantity(what), value, min, max);
    if (min..=max).contains(&value) { Ok(value) } else { Err(refused) }
}

fn number(words: Words, text: &str) -> Result<i64, String> {
    let text = text.trim();
    text.parse().map_err(|_| words.error_not_a_number(text))
}

fn within(value: i64, (min, max): (u32, u32)) -> Option<u32> {
    u32::try_from(value).ok().filter(|value| (min..=max).contains(value))
}
