//! Properties of the assignors, whatever the group, and cases that Kafka's own tests are about.

use proptest::prelude::*;

use super::*;

fn member<'a>(id: &'a str, topics: &'a [&'a str]) -> Member<'a, &'a str> {
    Member { id, instance_id: None, rack: None, topics, owned: &[], generation: None }
}

#[test]
fn nobody_and_nothing_are_fine() {
    let topic = Topic { topic: "t", partitions: 3, racks: &[] };
    assert!(range(&[topic], &[]).is_empty());
    assert!(round_robin(&[topic], &[]).is_empty());
    assert!(sticky(&[topic], &[]).is_empty());
    assert!(cooperative_sticky(&[topic], &[]).is_empty());
    let other = [member("a", &["other"])];
    assert_eq!(range(&[topic], &other), [vec![]]);
    assert_eq!(round_robin(&[topic], &other), [vec![]]);
    assert_eq!(sticky(&[topic], &other), [vec![]]);
    assert_eq!(cooperative_sticky(&[topic], &other), [vec![]]);
}

#[test]
fn static_members_come_first() {
    let topic = Topic { topic: "t", partitions: 3, racks: &[] };
    let fixed = Member { instance_id: Some("z"), ..member("zz", &["t"]) };
    let members = [member("a", &["t"]), fixed];
    assert_eq!(range(&[topic], &members), [vec![("t", 2)], vec![("t", 0), ("t", 1)]]);
}

fn claimant<'a>(
    id: &'a str,
    topics: &'a [&'a str],
    owned: &'a [(&'a str, u32)],
    generation: i32,
) -> Member<'a, &'a str> {
    Member { owned, generation: Some(generation), ..member(id, topics) }
}

fn topic(topic: &str, partitions: u32) -> Topic<'_, &str> {
    Topic { topic, partitions, racks: &[] }
}

#[test]
fn what_two_claim_in_one_generation_belongs_to_neither() {
    let members = [
        claimant("a", &["t"], &[("t", 0), ("t", 1)], 5),
        claimant("b", &["t"], &[("t", 0), ("t", 2)], 5),
        claimant("c", &["t"], &[], 5),
    ];
    let all = sticky(&[topic("t", 3)], &members);
    assert_eq!(all, [vec![("t", 1)], vec![("t", 2)], vec![("t", 0)]]);
    // Both have to let go of it first.
    let now = cooperative_sticky(&[topic("t", 3)], &members);
    assert_eq!(now, [vec![("t", 1)], vec![("t", 2)], vec![]]);
    assert_eq!(partitions_lost(&members, &now), 2);
}

#[test]
fn of_two_claims_the_later_generation_holds() {
    for (ours, theirs) in [(6, 5), (5, 6)] {
        let members = [
            claimant("a", &["t"], &[("t", 0), ("t", 1)], ours),
            claimant("b", &["t"], &[("t", 0), ("t", 2)], theirs),
        ];
        let later = if ours > theirs { 0 } else { 1 };
        let given = sticky(&[topic("t", 4)], &members);
        assert!(given[later].contains(&("t", 0)), "{given:?}");
        assert!(given[0].contains(&("t", 1)) && given[1].contains(&("t", 2)), "{given:?}");
    }
}

#[test]
fn what_must_move_goes_to_who_had_it_before() {
    let members = [
        claimant("x", &["t"], &[], -1),
        claimant("y", &["t"], &[("t", 0)], 4),
        claimant("z", &["t", "missing"], &[("t", 0), ("t", 1), ("t", 2)], 5),
    ];
    let given = sticky(&[topic("t", 3)], &members);
    assert_eq!(given, [vec![("t", 1)], vec![("t", 0)], vec![("t", 2)]]);
}

#[test]
fn a_claim_of_what_does_not_exist_is_nothing() {
    let claims = [("gone", 0), ("t", 7), ("t", 1)];
    let members = [claimant("a", &["t"], &claims, 1), claimant("b", &["t"], &[], 1)];
    assert_eq!(sticky(&[topic("t", 2)], &members), [vec![("t", 1)], vec![("t", 0)]]);
}

const TOPICS: [&str; 4] = ["alpha", "beta", "gamma", "delta"];
const IDS: [&str; 6] = ["c-1", "c-2", "d-1", "d-2", "a-1", "b-1"];

/// How many partitions each topic has.
type Sizes = [u32; 4];
/// Who is in the group, and which topics it subscribes to, as bits.
type Round = [Option<u8>; 6];

fn sizes() -> impl Strategy<Value = Sizes> {
    prop::array::uniform4(0u32..9)
}

/// The rounds that a group lives through, as different members, or with the same subscription.
fn rounds() -> impl Strategy<Value = Vec<Round>> {
    let round = || prop::array::uniform6(prop::option::of(1u8..16));
    let different = prop::collection::vec(round(), 1..5);
    let alike = (different.clone(), 1u8..16).prop_map(|(mut rounds, topics)| {
        for member in rounds.iter_mut().flatten().flatten() {
            *member = topics;
        }
        rounds
    });
    prop_oneof![different, alike]
}

type Assignor = fn(&[Topic<'_, &'static str>], &[Member<'_, &'static str>]) -> Owned;
type Owned = Assignment<&'static str>;

/// A group between two rounds.
struct Group {
    topics: Vec<Topic<'static, &'static str>>,
    generation: i32,
    ids: Vec<&'static str>,
    subscriptions: Vec<Vec<&'static str>>,
    owned: Owned,
}

impl Group {
    fn new(sizes: Sizes) -> Group {
        let topics = TOPICS.iter().zip(sizes).map(|(name, size)| topic(name, size)).collect();
        Group { topics, generation: 0, ids: vec![], subscriptions: vec![], owned: vec![] }
    }

    /// Who was there keeps what it had and still subscribes to.
    fn change(&mut self, round: &Round) {
        let had = |id| self.ids.iter().position(|there| *there == id).map(|at| &self.owned[at]);
        let mut next = Group { generation: self.generation, ..Group::new([0; 4]) };
        next.topics.clone_from(&self.topics);
        for (id, topics) in IDS.iter().zip(round) {
            let Some(bits) = topics else { continue };
            let chosen = (0..4).filter(|at| bits >> at & 1 == 1).map(|at| TOPICS[at]);
            let chosen: Vec<&str> = chosen.collect();
            let mut owned = had(*id).cloned().unwrap_or_default();
            owned.retain(|(topic, _)| chosen.contains(topic));
            next.ids.push(id);
            next.subscriptions.push(chosen);
            next.owned.push(owned);
        }
        *self = next;
    }

    /// Rebalances; says what everyone had before, and how many partitions were taken away.
    fn rebalance(&mut self, assignor: Assignor) -> (Owned, u32) {
        let members: Vec<Member<'_, &'static str>> = (0..self.ids.len())
            .map(|at| Member {
                topics: &self.subscriptions[at],
                owned: &self.owned[at],
                generation: Some(self.generation),
                ..member(self.ids[at], &[])
            })
            .collect();
        let given = assignor(&self.topics, &members);
        let lost = partitions_lost(&members, &given);
        self.generation += 1;
        (std::mem::replace(&mut self.owned, given), lost)
    }

    /// Rebalances for as long as somebody loses something, at most ten times; says how often.
    fn settle(&mut self, assignor: Assignor) -> u32 {
        (1..10).find(|_| self.rebalance(assignor).1 == 0).unwrap_or(10)
    }

    /// Each partition of a topic that somebody subscribes to has exactly one owner, a subscriber.
    fn is_complete(&self) -> bool {
        let subscribed = |name: &str| self.subscriptions.iter().any(|all| all.contains(&name));
        let mut wanted: Vec<(&str, u32)> = Vec::new();
        for topic in self.topics.iter().filter(|topic| subscribed(topic.topic)) {
            wanted.extend((0..topic.partitions).map(|index| (topic.topic, index)));
        }
        let mut owned: Vec<(&str, u32)> = self.owned.concat();
        owned.sort_unstable();
        wanted.sort_unstable();
        let may = |(topics, share): (&Vec<&str>, &Vec<(&str, u32)>)| {
            share.iter().all(|(topic, _)| topics.contains(topic))
        };
        owned == wanted && self.subscriptions.iter().zip(&self.owned).all(may)
    }

    fn is_alike(&self) -> bool {
        self.subscriptions.iter().all(|topics| *topics == self.subscriptions[0])
    }

    fn is_even(&self) -> bool {
        let loads = || self.owned.iter().map(Vec::len);
        !self.is_alike() || loads().max().unwrap_or(0) <= loads().min().unwrap_or(0) + 1
    }
}

proptest! {
    #[test]
    fn sticky_shares_are_complete_and_even(sizes in sizes(), rounds in rounds()) {
        let mut group = Group::new(sizes);
        for round in &rounds {
            group.change(round);
            group.rebalance(sticky);
            prop_assert!(group.is_complete(), "{:?}", group.owned);
            prop_assert!(group.is_even(), "{:?}", group.owned);
        }
    }

    #[test]
    fn while_nobody_comes_or_goes_nothing_moves(sizes in sizes(), rounds in rounds()) {
        for assignor in [sticky, cooperative_sticky] as [Assignor; 2] {
            let mut group = Group::new(sizes);
            for round in &rounds {
                group.change(round);
                group.settle(assignor);
                let (_, lost) = group.rebalance(assignor);
                prop_assert_eq!(lost, 0);
                prop_assert!(group.is_complete(), "{:?}", group.owned);
            }
        }
    }

    #[test]
    fn the_cooperative_one_takes_before_it_gives(sizes in sizes(), rounds in rounds()) {
        let mut group = Group::new(sizes);
        for round in &rounds {
            group.change(round);
            let (before, lost) = group.rebalance(cooperative_sticky);
            for (at, share) in group.owned.iter().enumerate() {
                for partition in share {
                    let mut others = before.iter().enumerate().filter(|(other, _)| *other != at);
                    prop_assert!(others.all(|(_, owned)| !owned.contains(partition)));
                }
            }
            let follow_ups = if lost > 0 { group.settle(cooperative_sticky) } else { 0 };
            // Kafka's own tests allow four (CooperativeStickyAssignorTest).
            prop_assert!(follow_ups <= if group.is_alike() { 1 } else { 4 }, "{}", follow_ups);
            prop_assert!(group.is_complete(), "{:?}", group.owned);
            prop_assert!(group.is_even(), "{:?}", group.owned);
        }
    }

    #[test]
    fn whatever_is_claimed_each_partition_has_one_owner(
        sizes in sizes(),
        round in prop::array::uniform6(prop::option::of(1u8..16)),
        claims in prop::array::uniform6(prop::collection::vec((0usize..4, 0u32..9), 0..20)),
        generations in prop::array::uniform6(prop::option::of(-1i32..4)),
    ) {
        let mut group = Group::new(sizes);
        group.change(&round);
        let mut members = Vec::new();
        let claims = claims.map(|all| {
            all.iter().map(|(topic, index)| (TOPICS[*topic], *index)).collect::<Vec<_>>()
        });
        for (at, id) in group.ids.iter().enumerate() {
            let (owned, generation) = (&claims[at], generations[at]);
            members.push(Member { owned, generation, ..member(id, &group.subscriptions[at]) });
        }
        let mut given: Vec<(&str, u32)> = sticky(&group.topics, &members).concat();
        let count = given.len();
        given.sort_unstable();
        given.dedup();
        prop_assert_eq!(given.len(), count, "somebody got what another got");
        let mut wanted: Vec<(&str, u32)> = round_robin(&group.topics, &members).concat();
        wanted.sort_unstable();
        prop_assert_eq!(given, wanted);
    }
}
