//! The delivery switchboard: one choice between two guarantees, the configs that make it, and a
//! crash at the worst moment that shows what it is worth.

use yew::prelude::*;

use super::application::{commits, handlers, on_errors};
use super::desk::Desk;
use super::hud::Slice;
use super::kit::{Button, Choice, choice, pick, refused, sentence};
use super::overview::named;
use super::submit::explain;
use crate::locale::Words;
use crate::metrics::effects::Effect;
use crate::metrics::provenance::{Totals, totals};
use crate::scene::view::Entity;
use crate::session::Session;
use crate::session::delivery::{Guarantee, Risk, Setting, Wish, guaranteed, risks};
use crate::session::worst::{Between, Trial};
use crate::sim::handling::{CommitMode, Handler, OnError};
use crate::sim::id::{ClientId, Name, Node};
use crate::sim::processing::ProcessingGuarantee;

/// What the switchboard shows of one group.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivered {
    group: Name,
    /// What the present configs amount to.
    now: Option<Guarantee>,
    /// Why, in sentences.
    why: Vec<String>,
    /// What each guarantee wants, in the order of [`Guarantee::ALL`].
    wants: [Vec<Want>; 3],
    /// Which of them the group can have.
    possible: [bool; 3],
    effect: Effect,
    /// How its stream processors have served each record, if it has any.
    proof: Option<Totals>,
    /// What the crash at the worst moment was, and what it cost.
    trial: Vec<String>,
}

/// One setting, at everybody whom it concerns.
#[derive(Clone, Debug, PartialEq)]
struct Want {
    setting: Setting,
    /// Who, by name.
    at: Vec<String>,
    granted: bool,
}

/// Reads every group for the switchboard.
pub fn delivered(words: Words, session: &Session) -> Vec<Delivered> {
    let world = session.world();
    let groups = world.group_names();
    let read = |group: &Name| {
        let risks = risks(world, group);
        let wants = Guarantee::ALL.map(|it| wants(words, session, it.wishes(world, group)));
        let trial = session.trial().filter(|trial| trial.group == *group);
        Delivered {
            group: group.clone(),
            now: guaranteed(world, group),
            why: why(words, session, &risks),
            wants,
            possible: Guarantee::ALL.map(|it| it.is_for(world, group)),
            effect: session.ledger().effect(world, group),
            proof: totals(world, group),
            trial: trial.map(|trial| told(words, session, trial)).unwrap_or_default(),
        }
    };
    groups.iter().map(read).collect()
}

fn who(words: Words, session: &Session, client: ClientId) -> String {
    words.node(Node::Client(client), session.world())
}

/// Each setting once, with everybody who is to have it.
fn wants(words: Words, session: &Session, wishes: Vec<Wish>) -> Vec<Want> {
    let mut wants: Vec<Want> = Vec::new();
    for Wish { client, setting, granted } in wishes {
        let name = who(words, session, client);
        match wants.iter_mut().find(|want| want.setting == setting) {
            Some(want) => {
                want.at.push(name);
                want.granted &= granted;
            }
            None => wants.push(Want { setting, at: vec![name], granted }),
        }
    }
    wants
}

/// Each risk once, with everybody who runs it.
fn why(words: Words, session: &Session, risks: &[(ClientId, Risk)]) -> Vec<String> {
    let mut seen: Vec<(Risk, Vec<String>)> = Vec::new();
    for (client, risk) in risks {
        let name = who(words, session, *client);
        match seen.iter_mut().find(|(known, _)| known == risk) {
            Some((_, names)) => names.push(name),
            None => seen.push((*risk, vec![name])),
        }
    }
    let told = |(risk, names): (Risk, Vec<String>)| {
        let names = names.join(", ");
        match risk {
            Risk::Unasked => words.ui_risk_unasked(&names),
            Risk::LeaderAlone => words.ui_risk_leader(&names),
            Risk::SentOnce => words.ui_risk_once(&names),
            Risk::SentAgain => words.ui_risk_again(&names),
            Risk::CommitsBefore => words.ui_risk_before(&names),
            Risk::HandsOver => words.ui_risk_hands_over(&names),
            Risk::Skips => words.ui_risk_skips(&names),
            Risk::CommitsAfter => words.ui_risk_after(&names),
            Risk::CommitsNever => words.ui_risk_never(&names),
        }
    };
    seen.into_iter().map(told).collect()
}

/// The crash and its price.
fn told(words: Words, session: &Session, trial: &Trial) -> Vec<String> {
    let member = who(words, session, trial.member);
    let (clock, _) = words.clock(trial.at.0);
    let (cost, stake) = (session.cost(trial), trial.at_stake as i64);
    let what = match trial.between {
        Between::ProcessingAndCommit => words.ui_trial_processed(&member, &clock, stake),
        Between::CommitAndProcessing => words.ui_trial_committed(&member, &clock, stake),
    };
    let price = match (cost.repeated as i64, cost.missing as i64) {
        (0, 0) => words.ui_trial_nothing_yet().to_owned(),
        (repeated, missing) => words.ui_trial_cost(repeated, missing),
    };
    vec![what, price]
}

/// What the switchboard needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The desk.
    pub desk: Desk,
    /// Every group.
    pub groups: Slice<Vec<Delivered>>,
}

/// The switchboard, for one group at a time.
#[component]
pub fn Switchboard(props: &Props) -> Html {
    let Props { desk, groups } = props;
    let words = desk.words;
    let picked = use_state(|| None::<usize>);
    // Of what group, and why its last wish was not done.
    let why = use_state(|| None::<AttrValue>);
    // Until one is picked: the group that is chosen in the picture.
    let looked_at = || match &desk.ui.chosen {
        Some(Entity::Group(name)) => groups.iter().position(|it| it.group == *name),
        _ => None,
    };
    let chosen = picked.or_else(looked_at).unwrap_or(0);
    let Some(of) = groups.get(chosen) else {
        return html! { <p class="empty">{ words.ui_groups_empty() }</p> };
    };
    let names: Vec<AttrValue> = groups.iter().map(|it| it.group.to_string().into()).collect();
    let on_pick = Callback::from(move |index| picked.set(Some(index)));
    let board = Board { desk, of, why };
    html! {
        <div class="switchboard">
            if groups.len() > 1 {
                { pick(words.ui_group(), &names, chosen, on_pick) }
            }
            { board.choice() }
            { board.verdict() }
            { board.worst() }
            { board.effect() }
            { board.settings() }
        </div>
    }
}

struct Board<'a> {
    desk: &'a Desk,
    of: &'a Delivered,
    why: UseStateHandle<Option<AttrValue>>,
}

impl Board<'_> {
    /// A hand that has the session do something, and tells why not.
    fn does<E: 'static>(
        &self,
        act: impl Fn(&Desk, &Name, E) -> Option<String> + 'static,
    ) -> Callback<E> {
        let (desk, group, why) = (self.desk.clone(), self.of.group.clone(), self.why.clone());
        Callback::from(move |event: E| why.set(act(&desk, &group, event).map(AttrValue::from)))
    }

    fn choice(&self) -> Html {
        let words = self.desk.words;
        let possible = self.of.possible;
        let on_choose = self.does(move |desk, group, index: usize| {
            let guarantee = *Guarantee::ALL.get(index)?;
            if !possible.get(index).copied().unwrap_or_default() {
                return Some(
                    match guarantee {
                        Guarantee::ExactlyOnce => desk.words.ui_exactly_once_not_here(),
                        _ => desk.words.ui_at_most_once_not_here(),
                    }
                    .to_owned(),
                );
            }
            let done = desk.handle.deliver(group, guarantee);
            done.err().map(|refusal| explain(&desk.handle, desk.words, &refusal))
        });
        choice(&Choice {
            label: words.ui_delivery(),
            name: "delivery".into(),
            options: &[words.ui_at_most_once(), words.ui_at_least_once(), words.ui_exactly_once()],
            chosen: Guarantee::ALL.iter().position(|it| Some(*it) == self.of.now),
            on_choose,
            langs: &["en", "en", "en"],
        })
    }

    /// What the configs amount to, and why.
    fn verdict(&self) -> Html {
        let words = self.desk.words;
        let text = match self.of.now {
            Some(Guarantee::AtMostOnce) => words.ui_amounts_most(),
            Some(Guarantee::AtLeastOnce) => words.ui_amounts_least(),
            Some(Guarantee::ExactlyOnce) => words.ui_amounts_exactly(),
            None => words.ui_amounts_neither(),
        };
        let class = if self.of.now.is_some() { "verdict" } else { "verdict doubt" };
        html! {
            <>
                <p {class} role="status">{ sentence(text) }</p>
                <ul class="accounts">
                    { for self.of.why.iter().map(|it| html! { <li>{ sentence(it) }</li> }) }
                </ul>
            </>
        }
    }

    /// The settings that make it, with who has them.
    fn settings(&self) -> Html {
        let words = self.desk.words;
        let Some(now) = self.of.now else { return Html::default() };
        let place = Guarantee::ALL.iter().position(|it| *it == now).unwrap_or(0);
        let line = |want: &Want| {
            let (name, why) = setting(words, now, want.setting);
            let note = if want.granted { "" } else { words.ui_setting_otherwise() };
            html! {
                <li>
                    <p><code>{ name }</code>{ " " }
                        <span class="at">{ want.at.join(", ") }</span></p>
                    <p><small>{ why }{ " " }{ note }</small></p>
                </li>
            }
        };
        html! {
            <section>
                <h3>{ words.ui_settings() }</h3>
                <ul class="accounts">{ for self.of.wants[place].iter().map(line) }</ul>
            </section>
        }
    }

    /// What came of it: results in Kafka, or an effect outside of it.
    fn effect(&self) -> Html {
        match &self.of.proof {
            Some(totals) => proof(self.desk.words, &self.of.group, totals),
            None => effect(self.desk.words, &self.of.group, self.of.effect),
        }
    }

    /// The crash, and what it cost.
    fn worst(&self) -> Html {
        let words = self.desk.words;
        let press =
            self.does(|desk, group, _: MouseEvent| match desk.handle.crash_at_worst(group) {
                Ok(true) => None,
                Ok(false) => Some(desk.words.ui_worst_none().to_owned()),
                Err(refusal) => Some(explain(&desk.handle, desk.words, &refusal)),
            });
        let button = Button::new(words.ui_worst(), press).class("bad").id("crash-at-worst");
        html! {
            <section>
                <h3>{ words.ui_worst_heading() }</h3>
                <p><small>{ words.ui_worst_hint() }</small></p>
                { button.html() }
                { refused((*self.why).as_ref()) }
                <div class="trial" role="status">
                    { for self.of.trial.iter().map(|it| html! { <p>{ sentence(it) }</p> }) }
                </div>
            </section>
        }
    }
}

/// What a group has done outside of Kafka.
pub fn effect(words: Words, group: &str, effect: Effect) -> Html {
    let Effect { processed, repeated, missing } = effect;
    let fact = |name: &'static str, count: u64, bad: &'static str| {
        let class = if count > 0 { bad } else { "" };
        named(name, class, Html::from(words.number(count as i64)), false)
    };
    html! {
        <section>
            <h3>{ words.ui_effect_of(group) }</h3>
            <dl class="facts">
                { fact(words.ui_effect_processed(), processed, "") }
                { fact(words.ui_effect_repeated(), repeated, "doubt") }
                { fact(words.ui_effect_missing(), missing, "bad") }
            </dl>
        </section>
    }
}

/// How many results each record has that a group's stream processors read.
fn proof(words: Words, group: &str, totals: &Totals) -> Html {
    let counts = [
        (words.ui_proof_once(), totals.once, ""),
        (words.ui_proof_repeated(), totals.repeated, "bad"),
        (words.ui_proof_missing(), totals.missing, "bad"),
        (words.ui_proof_waiting(), totals.waiting, ""),
        (words.ui_proof_dropped(), totals.dropped, ""),
        (words.ui_proof_unknown(), totals.unknown, ""),
        (words.ui_proof_skipped(), totals.results.aborted, ""),
    ];
    // What counts is always there; what else there may be, only if it is.
    let shown = counts.into_iter().enumerate().filter(|(at, (_, count, _))| *at < 4 || *count > 0);
    let fact = |(_, (name, count, bad)): (usize, (&'static str, u64, &'static str))| {
        let class = if count > 0 { bad } else { "" };
        named(name, class, Html::from(words.number(count as i64)), false)
    };
    html! {
        <section>
            <h3>{ words.ui_proof_of(group) }</h3>
            <p><small>{ words.ui_proof_of_hint() }</small></p>
            <dl class="facts">{ for shown.map(fact) }</dl>
        </section>
    }
}

/// What is set, and why.
fn setting(words: Words, guarantee: Guarantee, setting: Setting) -> (String, &'static str) {
    let most = guarantee == Guarantee::AtMostOnce;
    match setting {
        Setting::Config(name, value) => {
            let why = match name {
                "acks" if most => words.ui_why_acks_0(),
                "acks" => words.ui_why_acks_all(),
                "retries" if most => words.ui_why_retries_0(),
                "retries" => words.ui_why_retries(),
                "enable.idempotence" if most => words.ui_why_idempotence_off(),
                "enable.idempotence" => words.ui_why_idempotence(),
                "enable.auto.commit" => words.ui_why_auto_commit(),
                _ => words.ui_why_in_flight(),
            };
            ([name, "=", value].concat(), why)
        }
        Setting::Commit(mode) => {
            let at = CommitMode::ALL.iter().position(|it| *it == mode).map_or(0, |at| at + 1);
            let (name, why) = commits(words)[at];
            (name.to_owned(), why)
        }
        Setting::Handler(handler) => {
            let at = Handler::ALL.iter().position(|it| *it == handler).unwrap_or(0);
            let (name, why) = handlers(words)[at];
            (name.to_owned(), why)
        }
        Setting::Processing(guarantee) => {
            let at = ProcessingGuarantee::ALL.iter().position(|it| *it == guarantee);
            let name = at.and_then(|at| ProcessingGuarantee::NAMES.get(at));
            let why = match guarantee {
                ProcessingGuarantee::AtLeastOnce => words.ui_why_flushes_first(),
                ProcessingGuarantee::ExactlyOnceV2 => words.ui_why_exactly_once(),
            };
            (["processing.guarantee=", name.copied().unwrap_or_default()].concat(), why)
        }
        Setting::OnError(on_error) => {
            let at = OnError::ALL.iter().position(|it| *it == on_error).unwrap_or(0);
            let (name, why) = on_errors(words)[at];
            (name.to_owned(), why)
        }
    }
}
