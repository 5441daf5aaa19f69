//! What in a file means nothing, and where.

use crate::sim::Time;

/// A place in a scenario file that means nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// As keys lead there: `command[3].crash`; counted from 0.
    pub place: String,
    pub problem: Problem,
}

/// Why a place means nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Problem {
    /// The value at the place is something else.
    Not {
        expected: Expected,
    },
    /// These are the keys that may be there.
    Unknown {
        known: Vec<&'static str>,
    },
    /// The table at the place lacks it.
    Missing {
        key: &'static str,
    },
    /// A command says what to do with exactly one verb; these are the verbs.
    NoVerb {
        verbs: Vec<&'static str>,
    },
    /// The other verb is at the place.
    TwoVerbs {
        first: &'static str,
    },
    /// The key at the place belongs to another verb.
    Stray {
        verb: &'static str,
        belongs_to: &'static str,
    },
    /// The verb at the place needs one of these keys beside it.
    Needs {
        keys: &'static [&'static str],
    },
    /// These are the names that there are then.
    NoSuchNode {
        name: String,
        known: Vec<String>,
    },
    /// The name is that of another kind of thing.
    NoProducer {
        name: String,
    },
    NoConsumer {
        name: String,
    },
    NoClient {
        name: String,
    },
    /// Not `cluster`, `topic NAME` or a client's name.
    NoTarget {
        name: String,
    },
    /// The file ends before.
    AfterTheEnd {
        end: Time,
    },
    /// The repetition ends before it begins.
    UntilBefore {
        at: Time,
    },
    /// That would be more often than this.
    TooOften {
        most: u32,
    },
}

/// What a place should hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expected {
    Text,
    List,
    Table,
    /// From 0 on.
    Number {
        most: u64,
    },
    /// A length of time.
    Time,
    /// A config's value.
    Config,
    /// A list of two names.
    Two,
    /// One of these texts.
    OneOf(&'static [&'static str]),
}
