//! From a file on disk to a session: TOML in; a world that can be, or a sentence that says why not.

use js_sys::{Array, Function, Object, Promise, Reflect};
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::{culprit, page};
use crate::locale::Words;
use crate::scenario_file::{Problem, ScenarioFile, Script, Wrong};
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
    let parse = door().await.ok_or_else(|| words.error_file_no_parser().to_owned())?;
    let parsed = parse.call1(&JsValue::NULL, &JsValue::from_str(&text));
    let parsed = parsed.map_err(|_| words.error_file_unreadable().to_owned())?;
    let get = |key: &str| Reflect::get(&parsed, &JsValue::from_str(key)).ok();
    if let Some(line) = get("line").and_then(|line| line.as_f64()) {
        return Err(words.error_file_syntax(line as i64));
    }
    session(words, get("value").unwrap_or(JsValue::NULL), &text)
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
    let document = page::document()?;
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
    let mut session =
        Session::scripted(script.scenario.clone(), script.commands()).map_err(|flaw| {
            let why = words.refusal(&flaw.refusal, &Unnamed);
            at(words, text, &flaw.place, &why)
        })?;
    // Commands are checked when their time comes: so that a file is good or bad as a whole, it is
    // played to its end once.
    let mut rehearsal = session.clone();
    rehearsal.run_to(end.min(LAST));
    if let Some((index, refusal)) = rehearsal.timeline().refused().first() {
        let why = words.refusal(refusal, rehearsal.world());
        let place = script.steps.get(*index).map_or("", |step| &step.place);
        return Err(at(words, text, place, &why));
    }
    session.run_to(Time::ZERO);
    Ok(session)
}

/// A rehearsal goes no further.
const LAST: Time = Time(120_000_000);

fn script(words: Words, value: &JsValue, text: &str) -> Result<Script, String> {
    let read = |value: &JsValue| {
        let reader = serde_wasm_bindgen::Deserializer::from(value.clone());
        ScenarioFile::deserialize(reader).map_err(|error| error.to_string())
    };
    let file = read(value).map_err(|error| {
        let place = culprit::find(value, &error, &|value| read(value).err());
        malformed(words, text, &place, &error)
    })?;
    file.script().map_err(|wrong| at(words, text, &wrong.place, &meaningless(words, &wrong)))
}

/// What serde says, in the page's language.
fn malformed(words: Words, text: &str, place: &str, error: &str) -> String {
    let quoted = || error.split('`').nth(1).unwrap_or_default();
    if error.contains("unknown field") {
        return words.error_file_unknown(line_of(text, place, quoted()), quoted());
    }
    if error.contains("missing field") {
        return at(words, text, place, &words.error_file_missing(quoted()));
    }
    let expected = error.rsplit_once("expected ").map_or(error, |(_, expected)| expected);
    let expected = match expected.trim() {
        "a string" => words.error_expected_text().to_owned(),
        "a sequence" => words.error_expected_list().to_owned(),
        "a map" => words.error_expected_table().to_owned(),
        "a boolean" => words.error_expected_bool().to_owned(),
        kind if kind.starts_with(['u', 'i']) => words.error_expected_number().to_owned(),
        kind if kind.contains("length of time") => words.error_expected_time().to_owned(),
        kind => kind.to_owned(),
    };
    words.error_file_key(line_of(text, place, ""), place, &expected)
}

fn meaningless(words: Words, wrong: &Wrong) -> String {
    match &wrong.problem {
        Problem::NoVerb { verbs } => words.error_file_no_verb(&verbs.join(", ")),
        Problem::TwoVerbs { first } => words.error_file_two_verbs(first),
        Problem::Stray { verb, belongs_to } => words.error_file_stray(verb, belongs_to),
        Problem::Needs { keys } => words.error_file_needs(&keys.join(", ")),
        Problem::NoSuchNode { name, known } => words.error_file_no_node(name, &known.join(", ")),
        Problem::NoProducer { name } => words.error_file_no_producer(name),
        Problem::NoConsumer { name } => words.error_file_no_consumer(name),
        Problem::NoClient { name } => words.error_file_no_client(name),
        Problem::NoTarget { name } => words.error_file_no_target(name),
        Problem::AfterTheEnd { end } => words.error_file_after_end(&words.span(end.0)),
    }
}

/// A sentence with the place that it is about.
fn at(words: Words, text: &str, place: &str, why: &str) -> String {
    match line_of(text, place, "") {
        0 => why.to_owned(),
        line => words.error_file_at(line, place, why),
    }
}

/// The line of a place such as `producer[1].config.acks`: the header that opens its table, then
/// the key below it; 0 where it cannot be told.
fn line_of(text: &str, place: &str, key: &str) -> i64 {
    let (head, rest) = place.split_once('.').unwrap_or((place, ""));
    let (table, index) = match head.split_once('[') {
        Some((table, rest)) => (table, rest.trim_end_matches(']').parse::<usize>().unwrap_or(0)),
        None => (head, 0),
    };
    let wanted = if key.is_empty() { rest.rsplit('.').next().unwrap_or_default() } else { key };
    let wanted = wanted.split('[').next().unwrap_or_default();
    let opens = |line: &str| line.trim_start_matches('[').trim().starts_with(table);
    let headers = text.lines().enumerate().filter(|(_, line)| line.trim().starts_with('['));
    let mut own = headers.filter(|(_, line)| opens(line.trim())).map(|(number, _)| number);
    let start = if table.is_empty() { Some(0) } else { own.nth(index) };
    let from = start.unwrap_or(0);
    let names = |line: &str| {
        let name = line.split(['=', '{']).next().unwrap_or_default().trim().trim_matches('"');
        !wanted.is_empty() && (name == wanted || line.contains(&format!("{wanted} =")))
    };
    let found = text.lines().enumerate().skip(from).find(|(_, line)| names(line.trim()));
    let found = found.map(|(number, _)| number).or(start.filter(|_| !table.is_empty()));
    found.map_or(0, |number| number as i64 + 1)
}

/// Before there is a world nothing has a name but what the file says.
struct Unnamed;

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
}

/// What a plain value holds: its keys, or the numbers of its elements.
pub(super) fn keys(value: &JsValue) -> Vec<JsValue> {
    if let Some(list) = value.dyn_ref::<Array>() {
        return (0..list.length()).map(JsValue::from).collect();
    }
    value.dyn_ref::<Object>().map(|object| Object::keys(object).to_vec()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::line_of;

    const TEXT: &str = "seed = 1\n\n[[topic]]\nname = \"t\"\n\n[[producer]]\nname = \"a\"\n\
                        [[producer]]\nname = \"b\"\nconfig = { acks = \"2\" }\n";

    #[test]
    fn lines_are_found() {
        assert_eq!(line_of(TEXT, "producer[1].config.acks", ""), 10);
        assert_eq!(line_of(TEXT, "producer[1].name", ""), 9);
        assert_eq!(line_of(TEXT, "topic[0]", ""), 3);
        assert_eq!(line_of(TEXT, "", "seed"), 1);
        assert_eq!(line_of(TEXT, "", "nothing"), 0);
        assert_eq!(line_of(TEXT, "nothing[3].here", ""), 0);
    }
}
