//! From a file on disk to a session: TOML in; a world that can be, or a sentence that says why not.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use crate::lens::document;
use crate::locale::Words;
use crate::scenario_file::{Plain, ScenarioFile, Script};
use crate::session::Session;
use crate::sim::Time;

/// A longer file is no scenario that a person wrote.
const LONGEST: f64 = 1_000_000.0;
/// The parser's door: not part of the page until it is needed.
const DOOR: &str = "toml/read.js";

/// Reads a file and puts its scenario at its first moment.
///
/// # Errors
/// A sentence in the page's language: what is wrong, where, and what would be right.
pub async fn read(words: Words, file: &File) -> Result<Session, String> {
    if !file.name().ends_with(".toml") {
        return Err(words.error_file_type().to_owned());
    }
    if file.size() > LONGEST {
        return Err(words.error_file_large().to_owned());
    }
    let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
    let text = text.ok_or_else(|| words.error_file_unreadable().to_owned())?;
    read_text(words, &text).await
}

/// The same with what stands in a file.
///
/// # Errors
/// As [`read`].
pub async fn read_text(words: Words, text: &str) -> Result<Session, String> {
    let parse = door().await.ok_or_else(|| words.error_file_no_parser().to_owned())?;
    let parsed = parse.call1(&JsValue::NULL, &JsValue::from_str(text));
    let parsed = parsed.map_err(|_| words.error_file_unreadable().to_owned())?;
    let get = |key: &str| Reflect::get(&parsed, &JsValue::from_str(key)).ok();
    if let Some(line) = get("line").and_then(|line| line.as_f64()) {
        return Err(words.error_file_syntax(line as i64));
    }
    session(words, get("value").unwrap_or(JsValue::NULL), text)
}

/// The parser; fetched the first time.
async fn door() -> Option<Function> {
    let global = js_sys::global();
    let known = || {
        let door = Reflect::get(&global, &JsValue::from_str("kafkascopeToml")).ok()?;
        door.dyn_into::<Function>().ok()
    };
    if let Some(door) = known() {
        return Some(door);
    }
    let document = document::document()?;
    let script = document.create_element("script").ok()?;
    script.set_attribute("type", "module").ok()?;
    script.set_attribute("src", DOOR).ok()?;
    let loaded = Promise::new(&mut |done, failed| {
        for (event, told) in [("load", done), ("error", failed)] {
            // An element that takes no listener never loads: there is nothing to wait for then.
            let _ = script.add_event_listener_with_callback(event, &told);
        }
    });
    document.head()?.append_child(&script).ok()?;
    JsFuture::from(loaded).await.ok()?;
    known()
}

fn session(words: Words, value: JsValue, text: &str) -> Result<Session, String> {
    let script = script(words, &value, text)?;
    let end = script.end;
    let make = || {
        Session::scripted(script.scenario.clone(), script.commands()).map_err(|flaw| {
            let why = words.refusal(&flaw.refusal, &Unnamed);
            at(words, text, &flaw.place, &why)
        })
    };
    // Commands are checked when their time comes: so that a file is good or bad as a whole, it is
    // played to its end once.
    let mut rehearsal = make()?;
    rehearsal.run_to(end.min(LAST));
    if let Some((index, refusal)) = rehearsal.timeline().refused().first() {
        let why = words.refusal(refusal, rehearsal.world());
        let place = script.steps.get(*index).map_or("", |step| &step.place);
        return Err(at(words, text, place, &why));
    }
    let mut session = make()?;
    session.run_to(Time::ZERO);
    Ok(session)
}

/// A rehearsal goes no further.
const LAST: Time = Time(120_000_000);

fn script(words: Words, value: &JsValue, text: &str) -> Result<Script, String> {
    let script = ScenarioFile::read(&plain(value)).and_then(ScenarioFile::script);
    script.map_err(|wrong| at(words, text, &wrong.place, &words.problem(&wrong.problem)))
}

/// What JavaScript has as what a scenario is read from.
fn plain(value: &JsValue) -> Plain {
    if let Some(text) = value.as_string() {
        return Plain::Text(text);
    }
    if let Some(flag) = value.as_bool() {
        return Plain::Bool(flag);
    }
    if let Some(number) = value.as_f64() {
        let exact = number.trunc() == number && number.abs() <= js_sys::Number::MAX_SAFE_INTEGER;
        return if exact { Plain::Whole(number as i64) } else { Plain::Strange };
    }
    if let Some(list) = value.dyn_ref::<Array>() {
        return Plain::List(list.iter().map(|value| plain(&value)).collect());
    }
    let Some(table) = value.dyn_ref::<Object>() else { return Plain::Strange };
    let entry = |entry: JsValue| {
        let entry = Array::from(&entry);
        (entry.get(0).as_string().unwrap_or_default(), plain(&entry.get(1)))
    };
    Plain::Table(Object::entries(table).iter().map(entry).collect())
}

/// A sentence with the place that it is about.
fn at(words: Words, text: &str, place: &str, why: &str) -> String {
    match line_of(text, place) {
        0 => why.to_owned(),
        line => words.error_file_at(line, place, why),
    }
}

/// The line of a place such as `producer[1].config.acks`: the header that opens its table, then
/// the key below it; 0 where it cannot be told.
fn line_of(text: &str, place: &str) -> i64 {
    let (head, rest) = match place.split_once('.') {
        Some(parts) => parts,
        None if place.contains('[') => (place, ""),
        None => ("", place),
    };
    let (table, index) = match head.split_once('[') {
        Some((table, rest)) => (table, rest.trim_end_matches(']').parse::<usize>().unwrap_or(0)),
        None => (head, 0),
    };
    // A config's name has dots itself.
    let config = rest.split_once("config.").map(|(_, name)| name);
    let wanted = config.or(rest.rsplit('.').next()).unwrap_or_default();
    let wanted = wanted.split('[').next().unwrap_or_default();
    let opens = |line: &str| line.trim_start_matches('[').trim().starts_with(table);
    let headers = text.lines().enumerate().filter(|(_, line)| line.trim().starts_with('['));
    let mut own = headers.filter(|(_, line)| opens(line.trim())).map(|(number, _)| number);
    let start = if table.is_empty() { Some(0) } else { own.nth(index) };
    let from = start.unwrap_or(0);
    let is_key = |line: &str, at: usize| {
        let (before, after) = (&line[..at], &line[at + wanted.len()..]);
        let after = after.trim_start_matches(['"', '\'']).trim_start();
        after.starts_with('=') && !before.ends_with(char::is_alphanumeric)
    };
    let names = |line: &str| {
        !wanted.is_empty() && line.match_indices(wanted).any(|(at, _)| is_key(line, at))
    };
    let found = text.lines().enumerate().skip(from).find(|(_, line)| names(line));
    let found = found.map(|(number, _)| number).or(start.filter(|_| !table.is_empty()));
    found.map_or(0, |number| number as i64 + 1)
}

/// Before there is a world nothing has a name but what the file says.
pub(super) struct Unnamed;

impl crate::locale::Names for Unnamed {
    fn client(&self, _: crate::sim::id::ClientId) -> Option<&str> {
        None
    }

    fn topic(&self, _: crate::sim::id::TopicId) -> Option<&str> {
        None
    }

    fn only_topic(&self) -> Option<crate::sim::id::TopicId> {
        None
    }

    fn only_controller(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::line_of;

    const TEXT: &str = "seed = 1\n\n[[topic]]\nname = \"t\"\n\n[[producer]]\nname = \"a\"\n\
                        [[producer]]\nname = \"b\"\nconfig = { acks = \"2\" }\n";

    #[test]
    fn lines_are_found() {
        assert_eq!(line_of(TEXT, "producer[1].config.acks"), 10);
        assert_eq!(line_of(TEXT, "producer[1].name"), 9);
        assert_eq!(line_of(TEXT, "topic[0]"), 3);
        assert_eq!(line_of(TEXT, "seed"), 1);
        assert_eq!(line_of(TEXT, "nothing"), 0);
        assert_eq!(line_of(TEXT, "nothing[3].here"), 0);
    }
}
