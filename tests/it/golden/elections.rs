//! The family about leaders and ISRs: what the controller writes when one of them must change.

use super::{Verdict, same};
use kafkascope::sim::controller::election::{Election, PartitionChange};
use kafkascope::sim::id::{BrokerId, Epoch, Partition, TopicId};
use kafkascope::sim::image::PartitionState;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Case {
    before: State,
    after: State,
    acceptable_leaders: Vec<u32>,
    election: String,
    elr_enabled: bool,
    min_isr: u32,
    target_isr: Option<Vec<u32>>,
    #[serde(default)]
    unclean_shutdown_replicas: Vec<u32>,
    change: Option<serde_json::Value>,
    known_snapshot_defect: Option<String>,
}

/// A partition as the vectors write it.
#[derive(Deserialize, Clone, PartialEq, Debug)]
struct State {
    replicas: Vec<u32>,
    isr: Vec<u32>,
    elr: Vec<u32>,
    last_known_elr: Vec<u32>,
    leader: i32,
    leader_epoch: Epoch,
    partition_epoch: Epoch,
    recovering: bool,
}

pub fn steps(case: &Case) -> Verdict {
    let mut state = ours(&case.before);
    let mut wish = PartitionChange {
        election: match case.election.as_str() {
            "ONLINE" => Election::Online,
            "PREFERRED" => Election::Preferred,
            "UNCLEAN" => Election::Unclean,
            other => return Err(format!("an election of kind {other}")),
        },
        min_isr: case.min_isr,
        elr: case.elr_enabled,
        unclean_shutdown: brokers(&case.unclean_shutdown_replicas),
        ..PartitionChange::of(&state)
    };
    if let Some(isr) = &case.target_isr {
        wish.isr = brokers(isr);
    }
    let partition = Partition { topic: TopicId(0), index: 0 };
    let change = wish.build(partition, |id| case.acceptable_leaders.contains(&id.0));
    if case.known_snapshot_defect.is_some() {
        // The snapshot elected a last known leader who was dead; releases do not (KAFKA-19522).
        let leader = change.and_then(|change| change.leader).flatten();
        let alive = leader.is_none_or(|id| case.acceptable_leaders.contains(&id.0));
        return same("the new leader is alive", alive, true);
    }
    same("changes anything", change.is_some(), case.change.is_some())?;
    if let Some(change) = change {
        state.merge(&change);
    }
    same("state", in_vector(&state), sorted(case.after.clone()))
}

fn brokers(ids: &[u32]) -> Vec<BrokerId> {
    ids.iter().copied().map(BrokerId).collect()
}

fn ours(state: &State) -> PartitionState {
    PartitionState {
        isr: brokers(&state.isr),
        elr: brokers(&state.elr),
        last_known_elr: brokers(&state.last_known_elr),
        leader: u32::try_from(state.leader).ok().map(BrokerId),
        leader_epoch: state.leader_epoch,
        partition_epoch: state.partition_epoch,
        recovering: state.recovering,
        ..PartitionState::new(brokers(&state.replicas))
    }
}

fn in_vector(state: &PartitionState) -> State {
    let numbers = |ids: &[BrokerId]| ids.iter().map(|id| id.0).collect();
    sorted(State {
        replicas: numbers(&state.replicas),
        isr: numbers(&state.isr),
        elr: numbers(&state.elr),
        last_known_elr: numbers(&state.last_known_elr),
        leader: state.leader.map_or(-1, |id| id.0 as i32),
        leader_epoch: state.leader_epoch,
        partition_epoch: state.partition_epoch,
        recovering: state.recovering,
    })
}

/// ISR and ELR are sets.
fn sorted(mut state: State) -> State {
    state.isr.sort_unstable();
    state.elr.sort_unstable();
    state
}
