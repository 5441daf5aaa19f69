//! What became of the promises, record by record, and a check of every rule from the beginning.

use std::rc::Rc;

use yew::prelude::*;

use super::desk::Desk;
use super::kit::{Button, sentence};
use super::page::in_slices;
use super::state::{Plate, UiAction};
use super::switchboard::effect;
use super::why::why;
use crate::locale::Words;
use crate::metrics::ledger::{Entry, Sums, Told};
use crate::metrics::loss::{Allowed, How};
use crate::session::Session;
use crate::session::causes::Question;
use crate::session::verification::{Progress, Verification};
use crate::sim::Time;
use crate::sim::id::Node;

/// So many records are told one by one.
const SHOWN: usize = 20;
/// So much is checked before the page may do something else.
const SLICE: u32 = 1_500;

/// What a check has found.
pub type Checked = Option<Rc<Progress>>;

/// The plate: a verdict, the records that it is about, and the check.
pub fn promises(desk: &Desk, check: &UseStateHandle<Checked>) -> Html {
    let words = desk.words;
    desk.handle.read(|session| {
        let ledger = session.ledger();
        let list = |title: &'static str, question: fn(&Entry) -> Question, entries: Vec<&Entry>| {
            if entries.is_empty() {
                return Html::default();
            }
            let more = entries.len().saturating_sub(SHOWN);
            let teller = Teller { words, session };
            let account = |it: &&Entry| teller.account(desk, it, question(it));
            html! {
                <>
                    <h3>{ title }</h3>
                    <ul class="accounts">
                        { for entries.iter().rev().take(SHOWN).map(account) }
                    </ul>
                    if more > 0 {
                        <p class="empty">{ words.ui_and_more(more as i64) }</p>
                    }
                </>
            }
        };
        let pick = |keep: fn(&Entry) -> bool| -> Vec<&Entry> {
            ledger.entries().filter(|entry| keep(entry)).collect()
        };
        let delivery = desk.press(UiAction::Lay(Some(Plate::Delivery)));
        let late = pick(Entry::is_reordered);
        html! {
            <>
                { verdict(words, session) }
                { list(words.ui_ledger_lost(), |_| Question::Lost, pick(Entry::is_lost)) }
                { list(words.ui_ledger_duplicated(), repeated, pick(Entry::is_duplicated)) }
                { list(words.ui_ledger_reordered(), |_| Question::OutOfOrder, late) }
                { list(words.ui_ledger_doubt(), |_| Question::InDoubt, pick(Entry::is_in_doubt)) }
                { for ledger.effects(session.world()).into_iter().map(|(group, it)| {
                    effect(words, &group, it)
                }) }
                { Button::new(words.ui_delivery(), delivery).id("delivery-open").html() }
                <h3>{ words.ui_rules() }</h3>
                { rules(desk, check) }
            </>
        }
    })
}

/// Where a record is twice: in its log, else in what a group did.
fn repeated(entry: &Entry) -> Question {
    if entry.copies() > 1 { Question::WrittenAgain } else { Question::ProcessedAgain }
}

fn acks(session: &Session, entry: &Entry) -> Option<i64> {
    let client = session.world().clients.get(&entry.record.client)?;
    Some(client.as_producer()?.config.acks)
}

fn verdict(words: Words, session: &Session) -> Html {
    let sums: Sums = session.ledger().sums();
    let lost = session.ledger().entries().filter(|entry| entry.is_lost());
    let broken = lost.filter(|it| it.allowed(acks(session, it)) == Allowed::Not).count();
    let (class, text) = match (broken, sums.lost) {
        (0, 0) => {
            ("verdict good", words.ui_promises_kept(words.number(sums.acked as i64).as_str()))
        }
        (0, lost) => ("verdict doubt", words.ui_promises_allowed(lost as i64)),
        (broken, _) => ("verdict bad", words.ui_promises_broken(broken as i64)),
    };
    html! { <p {class}>{ sentence(&text) }</p> }
}

/// Tells the accounts of single records.
struct Teller<'a> {
    words: Words,
    session: &'a Session,
}

impl Teller<'_> {
    fn account(&self, desk: &Desk, entry: &Entry, question: Question) -> Html {
        let (words, world) = (self.words, self.session.world());
        let mut lines = Vec::new();
        let producer = words.node(Node::Client(entry.record.client), world);
        let number = words.number(entry.record.number as i64);
        let place = entry.partition.map(|partition| words.partition(partition, world));
        let offset = entry.places.last().map_or(String::new(), |it| format!("@{}", it.offset));
        let place = format!("{}{offset}", place.unwrap_or_default());
        lines.push(words.ui_record_of(&producer, &number, &place));
        lines.push(match entry.told {
            Told::Waiting => words.ui_told_nothing_yet().to_owned(),
            Told::Acked(_) => words.ui_told_ok_at(&self.clock(entry.told_at)),
            Told::Failed(error) => words.ui_told_error_at(error.name(), &self.clock(entry.told_at)),
            Told::Aborted => words.ui_ledger_aborted_hint().to_owned(),
        });
        if entry.is_lost() {
            lines.extend(self.loss(entry));
        }
        if entry.is_reordered() {
            lines.push(words.ui_written_late().to_owned());
        }
        if entry.copies() > 1 {
            lines.push(words.ui_written_times(entry.copies() as i64));
        }
        for (group, times) in entry.processed.iter().filter(|(_, times)| *times > 1) {
            lines.push(words.ui_processed_times(group, i64::from(*times)));
        }
        for (group, _) in self.session.ledger().effects(world).into_iter() {
            if self.session.ledger().misses(world, &group, entry) {
                lines.push(words.ui_missed_by(&group));
            }
        }
        let record = entry.record;
        // An account keeps its chain while others come and go.
        let key = format!("{}-{}", record.client, record.number);
        html! {
            <li {key}>
                { for lines.iter().map(|line| html! { <p>{ sentence(line) }</p> }) }
                { why(desk, record, question) }
            </li>
        }
    }

    /// How it went, and why that may be.
    fn loss(&self, entry: &Entry) -> Vec<String> {
        let words = self.words;
        let how = match entry.loss {
            None => words.ui_loss_never().to_owned(),
            Some(loss) => {
                let broker = words.node(loss.node, self.session.world());
                let at = self.clock(loss.at);
                match loss.how {
                    How::Led { epoch } => words.ui_loss_led(&at, &broker, i64::from(epoch)),
                    How::Cut => words.ui_loss_cut(&at, &broker),
                }
            }
        };
        let why = match entry.allowed(acks(self.session, entry)) {
            Allowed::Unasked => words.ui_allowed_unasked(),
            Allowed::LeaderAlone => words.ui_allowed_leader(),
            Allowed::Unclean => words.ui_allowed_unclean(),
            Allowed::Power => words.ui_allowed_power(),
            Allowed::AloneInIsr => words.ui_allowed_alone(),
            Allowed::Not => words.ui_allowed_not(),
        };
        vec![how, why.to_owned()]
    }

    fn clock(&self, at: Time) -> String {
        clock(self.words, at)
    }
}

fn clock(words: Words, at: Time) -> String {
    let (digits, _) = words.clock(at.0);
    digits
}

/// The check: what it does, how far it is, what it found.
fn rules(desk: &Desk, check: &UseStateHandle<Checked>) -> Html {
    let words = desk.words;
    let press = {
        let (desk, check) = (desk.clone(), check.clone());
        Callback::from(move |_| {
            let begun = desk.handle.read(|session| Verification::of(session.timeline()));
            if let Ok(verification) = begun {
                check.set(Some(Rc::new(Progress::Going(0))));
                go_on(verification, check.clone());
            }
        })
    };
    let (class, found) = match check.as_deref() {
        None => ("", words.ui_rules_what().to_owned()),
        Some(Progress::Going(part)) => ("", words.ui_rules_going(i64::from(part / 10))),
        Some(Progress::Kept { until, events }) => {
            let (events, until) = (words.number(*events as i64), clock(words, *until));
            ("verdict good", words.ui_rules_kept(&events, &until))
        }
        Some(Progress::Broken { at, broken }) => {
            let at = clock(words, *at);
            ("verdict bad", words.ui_rules_broken(broken.invariant, &at, &broken.what))
        }
    };
    let going = matches!(check.as_deref(), Some(Progress::Going(_)));
    html! {
        <>
            <p {class} role="status">{ sentence(&found) }</p>
            if !going {
                { Button::new(words.ui_rules_check(), press).id("check-rules").html() }
            }
        </>
    }
}

fn go_on(mut verification: Verification, check: UseStateHandle<Checked>) {
    in_slices(Box::new(move || {
        let progress = verification.go_on(SLICE);
        let going = matches!(progress, Progress::Going(_));
        check.set(Some(Rc::new(progress)));
        going
    }));
}
