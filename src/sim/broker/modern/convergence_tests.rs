//! Whatever members do: no partition has two owners, epochs only rise, and in the end all is well.

use proptest::prelude::*;

use super::ConsumerGroupState as State;
use super::rig::{Consumer, Rig, persisted};
use crate::sim::id::Partition;
use crate::sim::ordered::{Map, Set};
use crate::sim::time::Span;

const TOPICS: [&str; 3] = ["orders", "returns", "stock"];

#[derive(Clone, Debug)]
enum Deed {
    /// A heartbeat, which joins whoever is outside.
    Beat(u32),
    /// Its answer gets lost.
    BeatInVain(u32),
    /// A heartbeat that says everything but is otherwise the same.
    Full(u32),
    Leave(u32),
    /// A static member stops for a while and starts again under another id.
    Restart(u32),
    Subscribe(u32, u8),
    Grow(u32),
    Pass(u8),
    /// The coordinator fails over.
    Reload,
}

fn deed() -> impl Strategy<Value = Deed> {
    let who = 0..5u32;
    prop_oneof![
        8 => who.clone().prop_map(Deed::Beat),
        2 => who.clone().prop_map(Deed::BeatInVain),
        2 => who.clone().prop_map(Deed::Full),
        1 => who.clone().prop_map(Deed::Leave),
        1 => who.clone().prop_map(Deed::Restart),
        1 => (who, 1..8u8).prop_map(|(who, topics)| Deed::Subscribe(who, topics)),
        1 => (0..3u32).prop_map(Deed::Grow),
        2 => (1..40u8).prop_map(Deed::Pass),
        1 => Just(Deed::Reload),
    ]
}

/// The group, five who may be in it, and how far their epochs have come.
struct Play {
    rig: Rig,
    sizes: [u32; 3],
    consumers: Vec<Consumer>,
    highest: Map<crate::sim::wire::MemberId, i32>,
}

impl Play {
    fn new(range: bool) -> Play {
        let sizes = [5, 3, 2];
        let topics: Vec<_> = TOPICS.into_iter().zip(sizes).collect();
        let mut consumers: Vec<Consumer> = (0..5).map(|n| Consumer::new(n, &TOPICS[..2])).collect();
        consumers[3] = Consumer::of_instance("three", 3, 0, &TOPICS[..2]);
        consumers[4] = Consumer::of_instance("four", 4, 0, &TOPICS[..2]);
        if range {
            consumers.iter_mut().for_each(|consumer| consumer.assignor = Some("range".into()));
        }
        Play { rig: Rig::new(&topics), sizes, consumers, highest: Map::new() }
    }

    /// A heartbeat; who is fenced or unknown gives everything up and begins again, under a new id.
    fn beat(&mut self, who: usize) {
        let consumer = &mut self.consumers[who];
        if consumer.beat(&mut self.rig).is_err() {
            consumer.epoch = 0;
            consumer.owned = Set::new();
            consumer.id.serial += 1;
        }
    }

    fn play(&mut self, deed: &Deed) {
        match *deed {
            Deed::Beat(who) => self.beat(who as usize),
            Deed::BeatInVain(who) => {
                let consumer = &mut self.consumers[who as usize];
                if consumer.epoch > 0 {
                    let _lost = self.rig.send(&consumer.brief());
                    consumer.in_doubt = true;
                }
            }
            Deed::Full(who) => {
                let consumer = &mut self.consumers[who as usize];
                if let (true, Ok(answer)) = (consumer.epoch > 0, self.rig.send(&consumer.full())) {
                    consumer.epoch = answer.member_epoch;
                    consumer.owned = answer.assignment.unwrap();
                }
            }
            Deed::Leave(who) => {
                let _answer = self.consumers[who as usize].leave(&mut self.rig, -1);
                self.consumers[who as usize].id.serial += 1;
            }
            Deed::Restart(who) => {
                let epoch = if self.consumers[who as usize].instance.is_some() { -2 } else { -1 };
                let _answer = self.consumers[who as usize].leave(&mut self.rig, epoch);
                self.consumers[who as usize].id.serial += 1;
            }
            Deed::Subscribe(who, bits) => {
                let chosen = (0..3).filter(|at| bits & (1 << at) != 0).map(|at| TOPICS[at].into());
                self.consumers[who as usize].topics = chosen.collect();
                self.play(&Deed::Full(who));
            }
            Deed::Grow(topic) => {
                self.sizes[topic as usize] += 1;
                self.rig.set_partitions(TOPICS[topic as usize], self.sizes[topic as usize]);
            }
            Deed::Pass(seconds) => {
                self.rig.pass(Span::secs(u64::from(seconds)));
            }
            Deed::Reload => self.rig.group = self.rig.reloaded(),
        }
    }

    fn check(&mut self) -> Result<(), TestCaseError> {
        let group = &self.rig.group;
        let mut held: Map<Partition, u32> = Map::new();
        for (id, member) in &group.members {
            let current = &member.current;
            for partition in current.assigned_partitions.iter() {
                *held.entry(*partition).or_insert(0) += 1;
            }
            for partition in current.partitions_pending_revocation.iter() {
                *held.entry(*partition).or_insert(0) += 1;
            }
            let before = self.highest.insert(*id, current.member_epoch).unwrap_or(0);
            let away = current.member_epoch == -2;
            prop_assert!(away || current.member_epoch >= before, "{id} fell behind {before}");
            prop_assert!(current.member_epoch <= group.group_epoch);
        }
        prop_assert!(held.values().all(|holders| *holders == 1), "{held:?}");
        prop_assert!(group.assignment_epoch <= group.group_epoch);
        // Who is a member still owns nothing that the coordinator takes for free.
        for consumer in &self.consumers {
            if let Some(member) = group.members.get(&consumer.id) {
                let beyond = consumer.owned.iter().find(|partition| !member.holds(**partition));
                prop_assert_eq!(beyond, None, "{:?}", consumer);
            }
        }
        prop_assert_eq!(persisted(&self.rig.reloaded()), persisted(group));
        Ok(())
    }

    /// Everybody beats on, and nothing else happens.
    fn settle(&mut self) -> Result<(), TestCaseError> {
        for _ in 0..12 {
            for who in 0..self.consumers.len() {
                self.beat(who);
                self.check()?;
            }
            // Who was replaced by itself without a farewell is gone by then.
            self.rig.pass(Span::secs(10));
        }
        prop_assert_eq!(self.rig.group.state(), State::Stable);
        let mut owners: Map<Partition, u32> = Map::new();
        for consumer in &self.consumers {
            prop_assert_eq!(
                Some(&consumer.owned),
                self.rig.group.target_assignment.get(&consumer.id)
            );
            for partition in consumer.owned.iter() {
                *owners.entry(*partition).or_insert(0) += 1;
            }
        }
        let read = |name: &&str| self.consumers.iter().any(|c| c.topics.contains(*name));
        let expected: u32 =
            TOPICS.iter().zip(self.sizes).filter(|(name, _)| read(name)).map(|(_, n)| n).sum();
        prop_assert_eq!(owners.len() as u32, expected);
        prop_assert!(owners.values().all(|count| *count == 1));
        Ok(())
    }
}

proptest! {
    #[test]
    fn members_come_together(deeds in prop::collection::vec(deed(), 0..60), range: bool) {
        let mut play = Play::new(range);
        for deed in &deeds {
            play.play(deed);
            play.check()?;
        }
        play.settle()?;
    }
}
