//! How many bytes a second clients may move, as people write it.

use super::command::Sentence;
use super::wrong::{Problem, Wrong};
use crate::sim::Command;
use crate::sim::quotas::DEFAULT_ENTITY;

impl Sentence<'_> {
    /// Of one client, or of all that have no quota of their own. A rate that is left out is no
    /// limit any more.
    pub(super) fn quota(&mut self) -> Result<Command, Wrong> {
        let name: String = self.object()?;
        let client = match self.names.client(&name) {
            None if name == DEFAULT_ENTITY => None,
            Some(known) => Some(known.id),
            None => return Err(self.wrong(Problem::NoClient { name })),
        };
        let producer_byte_rate = self.table.get("producer_byte_rate")?;
        let consumer_byte_rate = self.table.get("consumer_byte_rate")?;
        Ok(Command::SetClientQuota { client, producer_byte_rate, consumer_byte_rate })
    }
}
