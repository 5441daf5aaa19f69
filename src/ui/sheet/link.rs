//! A link's sheet.

use super::{Clerk, Mood, Part, Sheet};
use crate::scene::view::Entity;
use crate::sim::id::Node;
use crate::sim::time::Time;

impl Clerk<'_> {
    pub(super) fn link(self, a: Node, b: Node) -> Option<Sheet> {
        let (words, world) = (self.words, self.world());
        if !(world.processes.contains_key(&a) && world.processes.contains_key(&b)) {
            return None;
        }
        let ways = [(a, b), (b, a)].map(|(from, to)| self.way(from, to));
        let [there, back] = ways;
        let mut parts = match there.facts == back.facts {
            true => vec![Part { heading: None, ..there }],
            false => vec![there, back],
        };
        let between = |from: Node, to: Node| (from, to) == (a, b) || (from, to) == (b, a);
        let mut air = Part::new(words.ui_fact_in_flight());
        for (id, envelope) in world.wire.iter().filter(|(_, e)| between(e.from, e.to)) {
            let when = match envelope.arrives_at {
                Time::NEVER => words.ui_stuck().to_owned(),
                at => words.ui_in_span(&words.span(at.since(world.now).0)),
            };
            air.fact(super::message::title(&envelope.body), when).to(Entity::Message(*id));
        }
        if air.facts.is_empty() {
            air.fact(words.ui_fact_in_flight(), words.ui_fact_none());
            air.heading = None;
        }
        parts.push(air);
        Some(Sheet {
            title: format!("{} – {}", self.node(a), self.node(b)),
            kind: words.ui_kind_link().to_owned(),
            parts,
            deeds: self.link_deeds(a, b),
        })
    }

    /// How messages travel one way.
    fn way(self, from: Node, to: Node) -> Part {
        let (words, world) = (self.words, self.world());
        let mut part = Part::new([&self.node(from), " → ", &self.node(to)].concat());
        match world.network.cut_from(from, to) {
            Some(since) => {
                let span = words.span(world.now.since(since).0);
                part.fact(words.ui_fact_state(), words.ui_cut_since(&span)).mood(Mood::Bad);
            }
            None => {
                part.fact(words.ui_fact_state(), words.ui_link_up());
            }
        }
        let spec = world.network.spec(from, to);
        part.fact(words.ui_fact_latency(), words.span(spec.latency.0));
        part.fact(words.ui_fact_jitter(), words.ui_up_to(&words.span(spec.jitter.0)));
        let bandwidth = match spec.bandwidth {
            0 => words.ui_unlimited().to_owned(),
            bytes => words.ui_per_second(&words.bytes(bytes)),
        };
        part.fact(words.ui_fact_bandwidth(), bandwidth);
        part
    }
}
