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
    /// A command says what to do with exactly one verb; these are the verbs.
    NoVerb {
        verbs: &'static [&'static str],
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
}
