//! What applications do and are told to do, as people write it.

use super::command::Sentence;
use super::plain::Plain;
use super::read::{Read, Table, not};
use super::wrong::{Expected, Problem, Wrong};
use crate::sim::handling::{Act, CommitMode, Handler, Handling, OnError, PollMode, SeekTo};
use crate::sim::id::Offset;
use crate::sim::processing::{ProcessingGuarantee, Transform};
use crate::sim::transacting::{Transacting, TransactionAct};
use crate::sim::{Command, Span};

/// Which of these names it is.
fn index(value: &Plain, names: &'static [&'static str], place: &str) -> Result<usize, Wrong> {
    let found = match value {
        Plain::Text(text) => names.iter().position(|name| name == text),
        _ => None,
    };
    found.ok_or_else(|| not(Expected::OneOf(names), place))
}

impl Read for CommitMode {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        index(value, CommitMode::NAMES, place).map(|index| CommitMode::ALL[index])
    }
}

impl Read for Handler {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        index(value, Handler::NAMES, place).map(|index| Handler::ALL[index])
    }
}

impl Read for OnError {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        index(value, OnError::NAMES, place).map(|index| OnError::ALL[index])
    }
}

impl Read for PollMode {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        index(value, PollMode::NAMES, place).map(|index| PollMode::ALL[index])
    }
}

impl Read for ProcessingGuarantee {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        index(value, ProcessingGuarantee::NAMES, place).map(|index| ProcessingGuarantee::ALL[index])
    }
}

impl Read for Transform {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        index(value, Transform::NAMES, place).map(|index| Transform::ALL[index])
    }
}

/// An end of a log.
struct End(SeekTo);

impl Read for End {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        let ends = [SeekTo::Beginning, SeekTo::End];
        index(value, &["beginning", "end"], place).map(|index| End(ends[index]))
    }
}

/// Reads the keys that say how an application goes about its records; what is left out stays.
pub(super) fn read_handling(table: &mut Table<'_>, handling: &mut Handling) -> Result<(), Wrong> {
    table.set("commit", &mut handling.commit)?;
    table.set("handler", &mut handling.handler)?;
    table.set("on-error", &mut handling.on_error)?;
    table.set("poll", &mut handling.poll)
}

/// Reads the keys that say when an application ends its transactions. Who names a time alone does
/// not count records.
fn read_transacting(table: &mut Table<'_>) -> Result<Transacting, Wrong> {
    let mut transacting = Transacting::default();
    if table.holds("time") {
        transacting.records = 0;
    }
    table.set("records", &mut transacting.records)?;
    table.set("time", &mut transacting.time)?;
    table.set("aborts", &mut transacting.aborts)?;
    Ok(transacting)
}

impl Read for Transacting {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        let mut table = Table::of(value, place)?;
        let transacting = read_transacting(&mut table)?;
        table.end().map(|()| transacting)
    }
}

impl Sentence<'_> {
    /// What a producing application does with its transaction.
    pub(super) fn transact(&mut self) -> Result<Command, Wrong> {
        let name: String = self.object()?;
        let (client, _) = self.names.producer(&name).map_err(|it| self.wrong(it))?;
        let act = match self.verb {
            "begin-transaction" => TransactionAct::Begin,
            "commit-transaction" => TransactionAct::Commit,
            "abort-transaction" => TransactionAct::Abort,
            _ => {
                let keys = &["records", "time", "aborts"];
                if !keys.iter().any(|key| self.table.holds(key)) {
                    return Err(self.wrong(Problem::Needs { keys }));
                }
                TransactionAct::Divide(read_transacting(&mut self.table)?)
            }
        };
        Ok(Command::Transact { client, act })
    }

    /// What a consuming application is told.
    pub(super) fn act(&mut self) -> Result<Command, Wrong> {
        let name: String = self.object()?;
        let client = self.names.consumer(&name).map_err(|it| self.wrong(it))?;
        let act = match self.verb {
            "poll-once" => Act::Poll(self.beside("timeout", &["timeout"])?),
            "commit-sync" => Act::Commit,
            "slow-record" => Act::SlowRecord(self.beside("time", &["time"])?),
            "handling" => {
                let keys = &["commit", "handler", "on-error", "poll"];
                if !keys.iter().any(|key| self.table.holds(key)) {
                    return Err(self.wrong(Problem::Needs { keys }));
                }
                let mut handling = self.names.handling(client);
                read_handling(&mut self.table, &mut handling)?;
                self.names.set_handling(client, handling);
                Act::Handle(handling)
            }
            _ => self.act_on_partition()?,
        };
        Ok(Command::Consume { client, act })
    }

    fn act_on_partition(&mut self) -> Result<Act, Wrong> {
        let topic = self.beside("topic", &["topic"])?;
        let partition = self.beside("partition", &["partition"])?;
        Ok(match self.verb {
            "seek" => Act::Seek { topic, partition, to: self.place_to_seek()? },
            "pause-partition" => Act::Pause { topic, partition },
            "resume-partition" => Act::Resume { topic, partition },
            _ => {
                let time = self.beside("time", &["time"])?;
                Act::SlowPartition { topic, partition, time }
            }
        })
    }

    fn place_to_seek(&mut self) -> Result<SeekTo, Wrong> {
        let offset = self.table.get::<u64>("offset")?;
        let end = self.table.get::<End>("to")?;
        let ago = self.table.get::<Span>("ago")?;
        match (offset, end, ago) {
            (Some(offset), None, None) => {
                Ok(SeekTo::Offset(Offset::try_from(offset).unwrap_or(Offset::MAX)))
            }
            (None, Some(End(end)), None) => Ok(end),
            (None, None, Some(ago)) => Ok(SeekTo::Ago(ago)),
            (None, None, None) => {
                Err(self.wrong(Problem::Needs { keys: &["offset", "to", "ago"] }))
            }
            (Some(_), ..) => Err(self.wrong(Problem::TwoVerbs { first: "offset" })),
            _ => Err(self.wrong(Problem::TwoVerbs { first: "to" })),
        }
    }
}
