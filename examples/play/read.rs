//! Reads a scenario file, and finds the line of whatever is wrong with it.

use std::ops::Range;

use kafkascope::locale::{Lang, Names, Words, rich};
use kafkascope::scenario_file::{Plain, ScenarioFile, Script, Wrong};
use kafkascope::sim::id::{ClientId, TopicId};
use kafkascope::sim::{Flaw, Refusal};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const WORDS: Words = Words(Lang::En);

/// What is wrong with a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Counted from 1.
    pub line: Option<usize>,
    /// As keys lead there: `topic[0].partitions`. Empty if it is no TOML at all.
    pub place: String,
    /// What was expected instead.
    pub expected: String,
}

impl Report {
    /// As compilers say it: `file:line: place: what was expected`.
    pub fn text(&self, file: &str) -> String {
        let line = self.line.map(|line| format!("{line}:")).unwrap_or_default();
        match self.place.as_str() {
            "" => format!("{file}:{line} {}", self.expected),
            place => format!("{file}:{line} {place}: {}", self.expected),
        }
    }
}

/// From the text of a file to what it means.
pub fn read(text: &str) -> Result<Script, Report> {
    let table: toml::Table = toml::from_str(text).map_err(|error| misread(text, &error))?;
    script(table).map_err(|Wrong { place, problem }| Report {
        line: line_of(text, &place),
        expected: unmarked(&WORDS.problem(&problem)),
        place,
    })
}

/// What a file's table means.
pub fn script(table: toml::Table) -> Result<Script, Wrong> {
    ScenarioFile::read(&plain(toml::Value::Table(table))).and_then(ScenarioFile::script)
}

/// What TOML says as what a scenario is read from.
fn plain(value: toml::Value) -> Plain {
    match value {
        toml::Value::String(text) => Plain::Text(text),
        toml::Value::Integer(number) => Plain::Whole(number),
        toml::Value::Boolean(flag) => Plain::Bool(flag),
        toml::Value::Array(list) => Plain::List(list.into_iter().map(plain).collect()),
        toml::Value::Table(table) => {
            Plain::Table(table.into_iter().map(|(key, value)| (key, plain(value))).collect())
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) => Plain::Strange,
    }
}

/// The scenario cannot be.
pub fn flawed(text: &str, flaw: &Flaw) -> Report {
    let place = more_exact(text, &flaw.place, &flaw.refusal);
    let expected = unmarked(&WORDS.refusal(&flaw.refusal, &Nameless));
    Report { line: line_of(text, &place), place, expected }
}

/// A command could not be done when its time came.
pub fn refused(text: &str, place: &str, refusal: &Refusal, names: &dyn Names) -> Report {
    let expected = unmarked(&WORDS.refusal(refusal, names));
    // Beside the verb or below it: `command[2].config.acks`, `command[2].create-topic.name`.
    let beside = place.rsplit_once('.').map_or(place, |(line, _)| line);
    let places = [place, beside].map(|place| (more_exact(text, place, refusal), place));
    let exact = places.into_iter().find(|(exact, place)| exact != place);
    let place = exact.map_or_else(|| place.to_owned(), |(exact, _)| exact);
    Report { line: line_of(text, &place), place, expected }
}

/// The file is no TOML.
fn misread(text: &str, error: &toml::de::Error) -> Report {
    let line = error.span().map(|span| line_at(text, span.start));
    Report { line, place: String::new(), expected: error.message().replace('\n', "; ") }
}

/// A sentence without the marks of its strong words.
fn unmarked(sentence: &str) -> String {
    rich(sentence).into_iter().map(|(_, words)| words).collect()
}

/// A flaw of a scenario is found before there is a world with names.
struct Nameless;

impl Names for Nameless {
    fn client(&self, _: ClientId) -> Option<&str> {
        None
    }

    fn topic(&self, _: TopicId) -> Option<&str> {
        None
    }

    fn only_topic(&self) -> Option<TopicId> {
        None
    }

    fn only_controller(&self) -> bool {
        true
    }
}

/// The key within a place that a refusal is about, if it stands in the file.
fn more_exact(text: &str, place: &str, refusal: &Refusal) -> String {
    let keys: Vec<String> = match refusal {
        Refusal::UnknownConfig(name) | Refusal::InvalidConfig { name, .. } => {
            vec![format!("config.{name}"), name.to_string()]
        }
        Refusal::NameTaken(_) | Refusal::InvalidName(_) | Refusal::NameReserved(_) => {
            vec!["name".to_owned(), "id".to_owned()]
        }
        Refusal::ReplicationFactorAboveBrokers { .. } => vec!["replication-factor".to_owned()],
        Refusal::OutOfBounds { what, .. } => {
            use kafkascope::sim::command::Quantity;
            let key = match what {
                Quantity::Rate => "workload.rate",
                Quantity::Keys => "workload.keys",
                Quantity::RecordBytes => "workload.bytes",
                Quantity::Partitions => "partitions",
                Quantity::ReplicationFactor => "replication-factor",
                Quantity::Processing => "processing",
                Quantity::Latency => "latency",
                _ => "",
            };
            vec![key.to_owned()]
        }
        Refusal::DeliveryTimeoutTooShort | Refusal::HeartbeatNotBelowSession => {
            vec!["config".to_owned()]
        }
        _ => Vec::new(),
    };
    let places = keys.iter().map(|key| format!("{place}.{key}"));
    let exact = places.into_iter().find(|place| reaches(text, place));
    exact.unwrap_or_else(|| place.to_owned())
}

fn reaches(text: &str, place: &str) -> bool {
    DeTable::parse(text).is_ok_and(|table| walk(table.get_ref(), place).1.is_empty())
}

/// The line of a place, or of the nearest thing around it that stands in the file.
fn line_of(text: &str, place: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let (span, _) = walk(table.get_ref(), place);
    span.map(|span| line_at(text, span.start))
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// Follows a place as far as it goes: the span there, and what of the place is left.
fn walk<'p>(table: &DeTable<'_>, place: &'p str) -> (Option<Range<usize>>, &'p str) {
    // A config's name has dots itself: the longest key that fits is the one.
    let ends = place.match_indices(['.', '[']).map(|(at, _)| at).chain([place.len()]);
    let mut ends: Vec<usize> = ends.filter(|end| *end > 0).collect();
    ends.reverse();
    for end in ends {
        let (name, rest) = place.split_at(end);
        if let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref() == name) {
            let (span, rest) = within(value, rest);
            return (span.or(Some(key.span())), rest);
        }
    }
    (None, place)
}

fn within<'p>(value: &Spanned<DeValue<'_>>, rest: &'p str) -> (Option<Range<usize>>, &'p str) {
    if let Some((index, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let item = value.get_ref().as_array().zip(index.parse().ok());
        let Some(item) = item.and_then(|(array, index): (_, usize)| array.get(index)) else {
            return (None, rest);
        };
        let (span, rest) = within(item, after);
        return (span.or(Some(item.span())), rest);
    }
    match (rest.strip_prefix('.'), value.get_ref().as_table()) {
        (Some(rest), Some(table)) => walk(table, rest),
        _ => (None, rest),
    }
}
