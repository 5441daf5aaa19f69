//! A consumer group's sheet.

use super::bands::{SHOWN, Tags};
use super::figure::{Curve, Figure};
use super::{Clerk, Mood, Part, Sheet};
use crate::metrics::backlog::Outlook;
use crate::metrics::gauges::{Lag, lags};
use crate::metrics::stoppage::Course;

use crate::sim::broker::AnyGroup;
use crate::sim::client::Consumer;
use crate::sim::client::consumer::Standing;
use crate::sim::id::{BrokerId, ClientId, Name, Node};
use crate::sim::process::Power;
use crate::sim::{Event, Time, World};

/// A partition is hot only if so many records wait in it.
const HOT: u64 = 20;

impl Clerk<'_> {
    pub(super) fn group(self, name: &Name) -> Option<Sheet> {
        let (words, world) = (self.words, self.world());
        if !world.group_names().contains(name) {
            return None;
        }
        if let Some(sheet) = self.share_group(name) {
            return Some(sheet);
        }
        let course = self.session.stoppages().group(name);
        let tags = self.tags(name, course);
        let found = coordinated(world, name);
        let mut own = Part::default();
        match found {
            Some((broker, group)) => self.own(&mut own, broker, group),
            None => {
                own.fact(words.ui_coordinator(), words.ui_fact_none()).mood(Mood::Doubt);
            }
        }
        if let Some(last) = course.and_then(|course| course.rebalances().next_back()) {
            let ago = self.ago(last.at);
            own.why = Some(words.ui_last_rebalance(&ago, &self.cause(name, last)));
        }
        let mut parts = vec![own];
        parts.extend(course.and_then(|course| self.stood(name, course, &tags)));
        parts.push(self.members(name, found.map(|(_, group)| group), &tags));
        parts.extend(self.lag(name));
        Some(Sheet {
            title: name.to_string(),
            kind: words.ui_kind_group().to_owned(),
            parts,
            deeds: Vec::new(),
        })
    }

    /// The group as its coordinator sees it.
    fn own(self, part: &mut Part, broker: BrokerId, group: AnyGroup<'_>) {
        let words = self.words;
        let coordinator = Node::Broker(broker);
        part.fact(words.ui_coordinator(), self.node(coordinator)).at_node(coordinator);
        let state = group.state();
        let settled = matches!(state, "Empty" | "Stable");
        part.fact(words.ui_fact_state(), state).mood(mood(settled));
        match group {
            AnyGroup::Classic(_) => {
                part.fact(words.ui_fact_generation(), group.number().to_string());
            }
            AnyGroup::Consumer(group) => {
                part.fact(words.ui_fact_protocol(), "consumer (KIP-848)");
                part.fact(words.ui_fact_group_epoch(), group.group_epoch.to_string());
                part.fact(words.ui_fact_target_epoch(), group.assignment_epoch.to_string());
            }
        }
        if let Some(assignor) = group.assignor() {
            part.fact(words.ui_fact_assignor(), assignor);
        }
    }

    /// Who reads what, and how long nobody did.
    fn stood(self, name: &Name, course: &Course, tags: &Tags) -> Option<Part> {
        let chart = self.chart(name, course, tags);
        if chart.rows.is_empty() {
            return None;
        }
        let mut part = Part::new(self.words.ui_stood());
        part.figure = Some(Figure::Bands(chart));
        part.why = self.price(course);
        Some(part)
    }

    /// Whoever is of the group, or would like to be.
    fn members(self, name: &Name, group: Option<AnyGroup<'_>>, tags: &Tags) -> Part {
        let (words, world) = (self.words, self.world());
        let mut part = Part::new(words.ui_fact_members());
        for (id, client) in world.clients.iter() {
            let Some(consumer) = client.as_consumer().filter(|it| it.group == *name) else {
                continue;
            };
            let node = Node::Client(*id);
            let leader = group.and_then(AnyGroup::leader);
            let mut name = self.node(node);
            if leader.is_some_and(|leader| leader.client == *id) {
                name = words.ui_leads_group(&name);
            }
            let (value, mood) = self.member(*id, consumer);
            let fact = part.fact(name, value).mood(mood).at_node(node);
            fact.tag = tags.of(*id);
        }
        if part.facts.is_empty() {
            part.fact(words.ui_fact_members(), words.ui_fact_nobody());
        }
        part
    }

    /// A member's phase, what it has, and its `group.instance.id`.
    fn member(self, id: ClientId, consumer: &Consumer) -> (String, Mood) {
        let words = self.words;
        let node = Node::Client(id);
        let (mut value, mood) = match self.world().power(node) {
            Power::Up => self.phase(consumer),
            Power::Paused => self.power(node),
            Power::Down => match self.why_it_ended(node) {
                Some(why) => (why, Mood::Bad),
                None => self.power(node),
            },
        };
        let mut more = |text: &str| {
            value.push_str(" · ");
            value.push_str(text);
        };
        if self.world().is_up(node) {
            let owned: Vec<String> = consumer.readings().map(|(p, _)| self.part(p)).collect();
            if !owned.is_empty() {
                more(&owned.join(" "));
            } else if consumer.standing() == Standing::Stable {
                more(words.ui_idle());
            }
        }
        if consumer.is_modern() && consumer.modern().member_epoch > 0 {
            more(&words.ui_member_epoch(i64::from(consumer.modern().member_epoch)));
        }
        if let Some(instance) = &consumer.instance {
            more("group.instance.id ");
            value.push_str(instance);
        }
        (value, mood)
    }

    fn phase(self, consumer: &Consumer) -> (String, Mood) {
        let (phase, mood) = match consumer.standing() {
            Standing::FindingCoordinator => ("finding", Mood::Doubt),
            Standing::Outside => ("outside", Mood::Doubt),
            Standing::Preparing => ("preparing", Mood::Doubt),
            Standing::Joining => ("joining", Mood::Doubt),
            Standing::Syncing => ("syncing", Mood::Doubt),
            Standing::Stable => ("stable", Mood::Plain),
            Standing::Leaving => ("leaving", Mood::Doubt),
        };
        (self.words.ui_phase(phase), mood)
    }

    /// What its coordinator did that ended it: another took its `group.instance.id`, or it was
    /// refused for good.
    fn why_it_ended(self, node: Node) -> Option<String> {
        let own = self.session.journal().notable().rev().filter(|(_, it)| it.node == node);
        let mut told = own.filter_map(|(_, stamped)| match &stamped.event {
            Event::InstanceFenced { .. } => Some(Some(self.words.ui_phase("fenced"))),
            Event::MembershipRefused { error, .. } => {
                Some(Some(self.words.ui_phase_refused(error.name())))
            }
            Event::Started => Some(None),
            _ => None,
        });
        told.next().flatten()
    }

    /// How far behind the group is, partition by partition: one number would hide the one that is
    /// hot.
    fn lag(self, name: &Name) -> Option<Part> {
        let words = self.words;
        let (now, backlogs) = (self.world().now, self.session.backlogs());
        let lags: Vec<Lag> =
            lags(self.world()).into_iter().filter(|lag| lag.group == *name).collect();
        let total: u64 = lags.iter().filter_map(Lag::records).sum();
        let curve = |lag: &Lag| backlogs.lags(name, lag.partition, now, SHOWN);
        let curves: Vec<Vec<Option<u64>>> = lags.iter().map(curve).collect();
        // All partitions on one scale: that is how a hot one stands out.
        let most = curves.iter().flatten().flatten().max().copied().unwrap_or(0).max(10);
        let mut figure = Vec::new();
        for (lag, values) in lags.iter().zip(&curves) {
            let behind = lag.committed.zip(lag.records());
            let hot = lags.len() > 1
                && behind.is_some_and(|(_, records)| records >= HOT && records * 2 > total);
            let mut outlook = behind.map_or_else(String::new, |(_, records)| {
                self.outlook(backlogs.outlook(name, lag.partition, now, records))
            });
            if hot {
                outlook.push_str(" · ");
                outlook.push_str(words.ui_lag_hot());
            }
            let height = |records: u64| (records * 1_000 / most) as u32;
            figure.push(Curve {
                name: self.part(lag.partition),
                heights: values.iter().map(|value| value.map(height)).collect(),
                value: match behind {
                    Some((_, records)) => words.ui_behind(records as i64),
                    None => words.ui_nothing_committed().to_owned(),
                },
                outlook,
                marks: behind.map_or_else(String::new, |(offset, _)| {
                    words.ui_committed_of(offset, lag.high_watermark)
                }),
                hot,
            });
        }
        if figure.is_empty() {
            return None;
        }
        let mut part = Part::new(words.ui_lag_over_time());
        part.figure = Some(Figure::Curves(figure, [Time(now.0.saturating_sub(SHOWN.0)), now]));
        part.why = Some(words.ui_lag_why().to_owned());
        Some(part)
    }

    fn outlook(self, outlook: Outlook) -> String {
        let words = self.words;
        match outlook {
            Outlook::Clear => words.ui_up_to_date().to_owned(),
            Outlook::Still => words.ui_lag_still().to_owned(),
            Outlook::Level => words.ui_lag_level().to_owned(),
            Outlook::Clears(span) => words.ui_lag_clears(&words.span(span.0)),
            Outlook::Grows(rate) => words.ui_lag_grows(&words.rate(rate)),
        }
    }
}

fn mood(settled: bool) -> Mood {
    if settled { Mood::Plain } else { Mood::Doubt }
}

/// The broker that coordinates a group now, and the group as it sees it.
pub(super) fn coordinated<'a>(world: &'a World, name: &Name) -> Option<(BrokerId, AnyGroup<'a>)> {
    world.brokers.iter().find_map(|(id, broker)| {
        let live = broker.live.as_ref()?;
        live.any_groups().find(|group| group.name() == name).map(|group| (*id, group))
    })
}
