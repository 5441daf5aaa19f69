//! The crash at the worst moment: the tape runs until a member of a group has done one half of
//! processing and committing, and the member is crashed before the other half.

use super::delivery::{Guarantee, guaranteed};
use super::{Session, Timeline};
use crate::metrics::effects::{Effect, committed, in_hand};
use crate::sim::id::{ClientId, Name, Node, Offset, Partition, Seq};
use crate::sim::process::Power;
use crate::sim::wire::{Body, Request};
use crate::sim::{Command, Event, Refusal, Span, Stamped, Time, World};

/// How far ahead a worst moment is looked for.
const REACH: Span = Span::secs(60);

/// The member is started again after so long.
const REST: Span = Span::secs(1);

/// Between which two steps a member was crashed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Between {
    /// Records are processed, and their offsets not committed: they come again.
    ProcessingAndCommit,
    /// Offsets are committed, and their records not processed: they never come.
    CommitAndProcessing,
}

/// A member that was crashed at a worst moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trial {
    pub group: Name,
    pub member: ClientId,
    pub between: Between,
    pub at: Time,
    /// So many records of the member were processed and not committed, or the other way round.
    pub at_stake: u64,
    /// What the group had done by then.
    pub before: Effect,
}

/// A worst moment to come.
struct Moment {
    member: ClientId,
    between: Between,
    at: Time,
}

impl Session {
    /// Goes on to the next moment at which a member of a group is between processing and commit,
    /// or between commit and processing, crashes it there, and has it started a second later.
    /// False if there is no such moment within a minute; then nothing has changed.
    ///
    /// A commit that has just been sent goes down with its connection: a moment earlier the
    /// process would not have sent it.
    ///
    /// # Errors
    /// If the member cannot be crashed; then only time has passed.
    pub fn crash_at_worst(&mut self, group: &Name) -> Result<bool, Refusal> {
        let Some(Moment { member, between, at }) = worst_moment(&self.timeline, group) else {
            return Ok(false);
        };
        self.run_to(at);
        self.joined = Some(false);
        let done = self.crash_between(group, member, between);
        self.joined = None;
        done.map(|()| true)
    }

    fn crash_between(
        &mut self,
        group: &Name,
        member: ClientId,
        between: Between,
    ) -> Result<(), Refusal> {
        let at = self.clock().now;
        let node = Node::Client(member);
        let commits: Vec<Seq> = commits_of(self.world(), node).collect();
        for commit in commits {
            // What another reset has taken with it is gone already.
            let _ = self.submit(Command::ResetConnection(commit));
        }
        let at_stake = self.at_stake(group, member, between);
        self.submit(Command::Crash(node))?;
        // What nobody will process is counted from here on, as the crash made it so.
        let mut before = self.ledger().effect(self.world(), group);
        if between == Between::CommitAndProcessing {
            before.missing = before.missing.saturating_sub(at_stake);
        }
        self.trial = Some(Trial { group: group.clone(), member, between, at, at_stake, before });
        self.plan(&Command::Start(node), REST, None, None)
    }

    /// The last member that was crashed at a worst moment.
    pub fn trial(&self) -> Option<&Trial> {
        self.trial.as_ref().filter(|trial| trial.at <= self.clock().now)
    }

    /// What the crash at the worst moment has cost the group so far: records that were repeated,
    /// and records that are missing, since.
    pub fn cost(&self, trial: &Trial) -> Effect {
        let now = self.ledger().effect(self.world(), &trial.group);
        let since = |now: u64, then: u64| now.saturating_sub(then);
        Effect {
            processed: since(now.processed, trial.before.processed),
            repeated: since(now.repeated, trial.before.repeated),
            missing: since(now.missing, trial.before.missing),
        }
    }

    fn at_stake(&self, group: &str, member: ClientId, between: Between) -> u64 {
        let world = self.world();
        let client = world.clients.get(&member);
        let Some(consumer) = client.and_then(|client| client.as_consumer()) else { return 0 };
        let known = |partition| committed(world, group, partition).unwrap_or_default();
        match between {
            Between::CommitAndProcessing => {
                let own = in_hand(consumer).map(|portion| {
                    known(portion.partition).min(portion.end).saturating_sub(portion.next).max(0)
                });
                own.sum::<Offset>().unsigned_abs()
            }
            Between::ProcessingAndCommit => {
                let exposed = |partition: Partition| {
                    let entries = self.ledger().entries();
                    let own = entries.filter(move |it| it.partition == Some(partition));
                    let done = own.filter(|entry| entry.processed_by(group) > 0);
                    let last = done.filter_map(|it| it.places.iter().rev().find(|it| it.survives));
                    last.filter(|place| place.offset >= known(partition)).count() as u64
                };
                consumer.readings().map(|(partition, _)| exposed(partition)).sum()
            }
        }
    }
}

/// Looks ahead on another tape: what it sees is what will happen.
fn worst_moment(tape: &Timeline, group: &str) -> Option<Moment> {
    let mut ahead = tape.clone();
    let reach = tape.now() + REACH;
    let mut log = Vec::new();
    // What a member has in hand from before a switch would show the worst of the other guarantee.
    let own = match guaranteed(tape.world(), group) {
        Some(Guarantee::AtMostOnce) => Some(Between::CommitAndProcessing),
        Some(Guarantee::AtLeastOnce | Guarantee::ExactlyOnce) => Some(Between::ProcessingAndCommit),
        None => None,
    };
    while let Some(at) = ahead.next_at().filter(|at| *at <= reach) {
        ahead.advance(at, u32::MAX, &mut log);
        let world = ahead.world();
        let found = log
            .drain(..)
            .filter_map(|stamped| between(world, group, &stamped))
            .find(|(_, it)| own.is_none_or(|own| own == *it));
        if let Some((member, between)) = found {
            return Some(Moment { member, between, at: ahead.now() });
        }
    }
    None
}

fn between(world: &World, group: &str, stamped: &Stamped) -> Option<(ClientId, Between)> {
    let Node::Client(member) = stamped.node else { return None };
    let consumer = world.clients.get(&member)?.as_consumer()?;
    if &*consumer.group != group || world.power(stamped.node) != Power::Up {
        return None;
    }
    match &stamped.event {
        Event::Processed { partition, offset, .. } => {
            let known = committed(world, group, *partition);
            known
                .is_none_or(|known| known <= *offset)
                .then_some((member, Between::ProcessingAndCommit))
        }
        Event::Committed { offsets, .. } => {
            let early = in_hand(consumer).any(|portion| {
                offsets.iter().any(|(of, next)| *of == portion.partition && *next > portion.next)
            });
            early.then_some((member, Between::CommitAndProcessing))
        }
        _ => None,
    }
}

/// Commits of a member that are on their way to the coordinator.
fn commits_of(world: &World, member: Node) -> impl Iterator<Item = Seq> {
    let own = world.wire.values().filter(move |envelope| envelope.from == member);
    let commits = own.filter(|it| {
        let Body::Request(request) = &*it.body else { return false };
        matches!(request, Request::OffsetCommit(_) | Request::EndTxn(_))
    });
    commits.map(|envelope| envelope.id)
}
