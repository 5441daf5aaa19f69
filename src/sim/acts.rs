//! What consuming applications are told to do: checked against what their consumers can do now.

use super::check_spec as check;
use super::command::{Quantity, Refusal};
use super::event::Stamped;
use super::handling::{Act, PollMode, SeekTo};
use super::id::{ClientId, Node, Partition};
use super::process::Power;
use super::world::World;
use crate::sim::effect::Order;

impl World {
    pub(super) fn check_act(&self, client: ClientId, act: &Act) -> Result<(), Refusal> {
        let consumer = self.consumer(client)?;
        let node = Node::Client(client);
        let processes = self.clients.get(&client).is_some_and(|it| it.as_processor().is_some());
        if processes && matches!(act, Act::Poll(_) | Act::Commit | Act::Handle(_)) {
            return Err(Refusal::PollsByItself(node));
        }
        let of_habit = matches!(act, Act::Handle(_) | Act::SlowPartition { .. });
        match self.known(node)? {
            Power::Up => {}
            Power::Down if of_habit => {}
            Power::Down => return Err(Refusal::NotRunning(node)),
            Power::Paused => return Err(Refusal::AlreadyPaused(node)),
        }
        let partition = self.partition_of(act)?;
        match act {
            Act::Seek { topic, partition: index, .. }
            | Act::Pause { topic, partition: index }
            | Act::Resume { topic, partition: index } => {
                let assigned = consumer.readings().any(|(own, _)| Some(own) == partition);
                if !assigned {
                    let (topic, index) = (topic.clone(), *index);
                    return Err(Refusal::NotAssigned { topic, index });
                }
            }
            Act::Poll(_) | Act::Commit => {
                if consumer.handling.poll == PollMode::Loop {
                    return Err(Refusal::PollsByItself(node));
                }
                if !consumer.is_waiting() {
                    return Err(Refusal::Busy(node));
                }
            }
            Act::SlowRecord(_) | Act::SlowPartition { .. } | Act::Handle(_) => {}
        }
        match act {
            Act::Seek { to: SeekTo::Offset(offset), .. } => check::offset(*offset, 0),
            Act::Poll(time)
            | Act::Seek { to: SeekTo::Ago(time), .. }
            | Act::SlowRecord(time)
            | Act::SlowPartition { time, .. } => check::span(Quantity::Processing, *time),
            _ => Ok(()),
        }
    }

    pub(super) fn act(&mut self, client: ClientId, act: &Act, log: &mut Vec<Stamped>) {
        let partition = self.partition_of(act).unwrap_or(None);
        self.order(client, &Order::Act(act.clone(), partition), log);
    }

    fn partition_of(&self, act: &Act) -> Result<Option<Partition>, Refusal> {
        let Some((name, index)) = act.partition() else { return Ok(None) };
        self.check_partition(name, index)?;
        let topic = self.metadata().topic_named(name).map(|(topic, _)| topic);
        Ok(topic.map(|topic| Partition { topic, index }))
    }
}
