//! Controllers of a real quorum beside ours: who leads is chance, what follows from it is not.

use std::collections::BTreeMap;

use kafkascope::sim::id::ControllerId;
use kafkascope::sim::{Command, Node, World};

use super::{Verdict, same};

/// Which of our controllers stands for which of theirs: the one that leads when they first lead.
#[derive(Default)]
pub struct Quorum {
    known: BTreeMap<u32, ControllerId>,
    epochs: Vec<(i32, i32)>,
}

impl Quorum {
    /// What is done to a controller, if the action is about one.
    pub fn act(&self, action: &str, node: Option<u32>) -> Option<Result<Command, String>> {
        let command = match action {
            "kill -9 controller" => Command::Crash,
            "start controller" => Command::Start,
            _ => return None,
        };
        let ours = node.and_then(|id| self.known.get(&id));
        let ours = ours.ok_or(format!("{node:?} has never led"));
        Some(ours.map(|id| command(Node::Controller(*id))))
    }

    /// Whoever leads there leads here. A later leader has a later epoch; how much later hangs on
    /// how many elections nobody won (and, before KIP-996, on who could not win one).
    pub fn compare(
        &mut self,
        world: &World,
        leader: i64,
        changed: Option<bool>,
        epoch: Option<i32>,
    ) -> Verdict {
        let active = world.active_controller().ok_or("nobody is active")?;
        let theirs = u32::try_from(leader).map_err(|_| "nobody leads there")?;
        let is_new = !self.known.values().any(|id| *id == active.id);
        same("a leader that never led before", is_new, !self.known.contains_key(&theirs))?;
        let ours = *self.known.entry(theirs).or_insert(active.id);
        same("the leader", active.id, ours)?;
        if let Some(changed) = changed {
            same("the leader changed", is_new, changed)?;
        }
        let Some(epoch) = epoch else { return Ok(()) };
        let ours = active.raft().epoch();
        let rose = self.epochs.last().is_none_or(|(real, mine)| (*real < epoch) == (*mine < ours));
        self.epochs.push((epoch, ours));
        same("the epoch rises as there", rose, true)
    }
}
