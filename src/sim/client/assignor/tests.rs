//! Properties of all assignors, whatever the group.

use super::*;

fn member<'a>(id: &'a str, topics: &'a [&'a str]) -> Member<'a, &'a str> {
    Member { id, instance_id: None, rack: None, topics, owned: &[], generation: None }
}

#[test]
fn nobody_and_nothing_are_fine() {
    let topic = Topic { topic: "t", partitions: 3, racks: &[] };
    assert!(range(&[topic], &[]).is_empty());
    assert!(round_robin(&[topic], &[]).is_empty());
    let other = [member("a", &["other"])];
    assert_eq!(range(&[topic], &other), [vec![]]);
    assert_eq!(round_robin(&[topic], &other), [vec![]]);
}

#[test]
fn static_members_come_first() {
    let topic = Topic { topic: "t", partitions: 3, racks: &[] };
    let fixed = Member { instance_id: Some("z"), ..member("zz", &["t"]) };
    let members = [member("a", &["t"]), fixed];
    assert_eq!(range(&[topic], &members), [vec![("t", 2)], vec![("t", 0), ("t", 1)]]);
}
