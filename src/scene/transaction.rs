//! Beside the logs: which broker coordinates transactions and where these stand, and what a client
//! waits for or is at.

use super::broker::rounded;
use super::draft::Draft;
use super::geometry::Point;
use super::glyph::node;
use super::ink::Ink;
use super::item::{Lettering, sans};
use super::letter;
use super::view::View;
use crate::sim::client::transactions::State;
use crate::sim::id::{BrokerId, ClientId, Name};
use crate::sim::wire::{ProducerId, TransactionState};
use crate::sim::{Span, World};

/// Whose producer writes under an id, as the coordinators know it.
pub fn transactional_id(world: &World, producer: ProducerId) -> Option<&Name> {
    let mut known = world.coordinated();
    known.find(|(_, _, it)| it.value.producer_id == producer).map(|(_, id, _)| id)
}

/// The transactions that a broker coordinates: a diamond, and where each stands by its name in
/// Kafka. How much room that took.
pub(super) fn coordinated(
    draft: &mut Draft,
    world: &World,
    id: BrokerId,
    start: Point,
    room: f32,
    view: &View,
) -> f32 {
    let Some(live) = world.brokers.get(&id).and_then(|broker| broker.live.as_ref()) else {
        return 0.0;
    };
    let mut known = live.transactions();
    let Some((name, first)) = known.next() else { return 0.0 };
    let more = known.count();
    let state = first.value.state;
    let mut text = name.to_string();
    text.push(' ');
    text.push_str(state.name());
    if more > 0 {
        text.push_str(" +");
        text.push_str(&view.words.number(more as i64));
    }
    let style: Lettering = sans(14.0);
    let decided = matches!(state, TransactionState::PrepareCommit | TransactionState::PrepareAbort);
    let style = if decided { style.strong() } else { style };
    if room < 40.0 {
        return 0.0;
    }
    node::transaction_coordinator(draft, start.by(6.0, -5.0), 7.5);
    let style = style.room(room - 20.0);
    20.0 + draft
        .label(start.by(18.0, 0.0), &text, style, Ink::Twice)
        .min(letter::width(&text, style))
}

/// How long a client must not send yet, for the quota that it has used up.
pub fn throttled(world: &World, id: ClientId) -> Option<Span> {
    let until = world.clients.get(&id)?.throttled().into_iter().map(|(_, until)| until).max()?;
    (until > world.now).then(|| until.since(world.now))
}

/// What a client waits for, or what a producer's application is at with its transaction.
pub(super) fn at_work(world: &World, id: ClientId, view: &View) -> Option<String> {
    let client = world.clients.get(&id)?;
    if let Some(left) = throttled(world, id) {
        return Some(view.words.ui_throttled(&view.words.span(rounded(left).0)));
    }
    if let Some(processor) = client.as_processor() {
        // Where its results go; where its transaction stands, its coordinator tells.
        let mut line = "→ ".to_owned();
        line.push_str(&processor.producer().topic);
        return Some(line);
    }
    let transactions = client.as_producer()?.transactions()?;
    let words = view.words;
    Some(match transactions.state() {
        State::InTransaction => words.ui_txn_open(i64::from(transactions.records())),
        State::CommittingTransaction => words.ui_txn_committing().to_owned(),
        State::AbortingTransaction => words.ui_txn_aborting().to_owned(),
        State::AbortableError => words.ui_txn_must_abort().to_owned(),
        State::FatalError => words.ui_txn_fatal().to_owned(),
        State::Uninitialized | State::Initializing => words.ui_txn_initializing().to_owned(),
        State::Ready => words.ui_txn_ready().to_owned(),
    })
}
