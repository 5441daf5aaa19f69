//! What a message looks like, by what it carries.

use crate::scene::caption::Name;
use crate::scene::glyph::message::Wagon;
use crate::scene::ink::KeyMark;
use crate::sim::wire::{
    Body, Channel, Envelope, ErrorCode, FetchResponse, Record, Request, Response,
};

/// Answers that carry an error code and are part of the protocol's ordinary course.
pub fn alarming(error: ErrorCode) -> bool {
    !matches!(
        error,
        ErrorCode::MemberIdRequired
            | ErrorCode::RebalanceInProgress
            | ErrorCode::CoordinatorLoadInProgress
    )
}

/// What a message looks like.
#[derive(Clone, Copy, Debug)]
pub(super) enum Look {
    Wagon {
        keys: Seats,
        count: usize,
        upright: bool,
    },
    Chevrons {
        upright: bool,
    },
    Ack,
    Error,
    Beat,
    Control,
    Answer,
    /// How a transaction ended.
    Marker {
        committed: bool,
    },
}

impl Look {
    /// Whether a guide tells which offset it is about.
    pub const fn is_guided(self) -> bool {
        matches!(self, Look::Wagon { upright: true, .. } | Look::Chevrons { upright: true })
    }
}

/// The keys of the records that a wagon shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seats {
    keys: [KeyMark; Wagon::SEATS],
    taken: usize,
}

impl Seats {
    pub fn of<'a>(records: impl Iterator<Item = &'a Record>) -> Seats {
        let mut seats = Seats { keys: [KeyMark::NONE; Wagon::SEATS], taken: 0 };
        for (seat, record) in seats.keys.iter_mut().zip(records) {
            *seat = key_mark(record);
            seats.taken += 1;
        }
        seats
    }

    pub fn keys(&self) -> &[KeyMark] {
        self.keys.get(..self.taken).unwrap_or_default()
    }
}

/// What a message between columns looks like; none where it is mere chatter.
pub(super) fn look(envelope: &Envelope, watched: bool) -> Option<(Look, Option<Name>)> {
    let named = |text: &'static str| Some(Name::Word(text));
    if envelope.channel == Channel::Raft && !watched && is_murmur(&envelope.body) {
        return None;
    }
    Some(match &*envelope.body {
        Body::Disconnect => (Look::Error, named("disconnect")),
        Body::Request(Request::Produce(produce)) => {
            let records = produce.partitions.iter().flat_map(|p| p.records.iter());
            let count = produce.partitions.iter().map(|p| p.records.len()).sum();
            (wagon_of(records, count), named("Produce"))
        }
        Body::Request(Request::Fetch(fetch)) => {
            (Look::Chevrons { upright: false }, Some(Name::of_fetch(fetch)))
        }
        Body::Request(Request::ShareFetch(fetch)) if fetch.acknowledgements.is_empty() => {
            (Look::Chevrons { upright: false }, named("ShareFetch"))
        }
        Body::Request(request) if request.says_nothing_new() => {
            if !watched {
                return None;
            }
            (Look::Beat, None)
        }
        Body::Request(request) => (Look::Control, named(request.api())),
        Body::Response(response) => return answer(response, watched),
    })
}

/// What voters and brokers say all the time to know who leads the quorum: empty fetches, stale
/// epochs, connections to controllers that are down.
pub(super) fn is_murmur(body: &Body) -> bool {
    match body {
        Body::Disconnect => true,
        Body::Request(request) => !matches!(request, Request::Vote(_)),
        Body::Response(Response::FetchMetadataLog(log)) => log.records.is_empty(),
        Body::Response(response) => response.error().is_some(),
    }
}

pub(super) fn answer(response: &Response, watched: bool) -> Option<(Look, Option<Name>)> {
    let named = |text: &'static str| Some(Name::Word(text));
    if let Some(error) = response.error().filter(|error| alarming(*error)) {
        return Some((Look::Error, named(error.name())));
    }
    if let Some(news) = response.assigns() {
        let look = if news { (Look::Control, named("assignment")) } else { (Look::Answer, None) };
        return (news || watched).then_some(look);
    }
    match response {
        Response::Produce(_) => Some((Look::Ack, named("ack"))),
        Response::Fetch(fetch) => {
            let count = count(fetch);
            if count > 0 {
                return Some((wagon_of(records(fetch), count), None));
            }
            if fetch.partitions.iter().any(|told| told.preferred_read_replica.is_some()) {
                return Some((Look::Answer, named("preferred_read_replica")));
            }
            watched.then_some((Look::Answer, None))
        }
        Response::FetchMetadataLog(log) if log.records.is_empty() && !watched => None,
        Response::FetchMetadataLog(_) => Some((Look::Control, named("metadata"))),
        Response::Heartbeat(_) | Response::BrokerHeartbeat(_) | Response::ApiVersions(_)
            if !watched =>
        {
            None
        }
        Response::ShareFetch(fetch) => {
            let batches = || fetch.partitions.iter().flat_map(|it| &it.batches);
            let count = batches().map(|batch| batch.records.len()).sum();
            let look = wagon_of(batches().flat_map(|it| it.records.iter()), count);
            if count > 0 { Some((look, None)) } else { watched.then_some((Look::Answer, None)) }
        }
        _ => Some((Look::Answer, None)),
    }
}

pub(super) fn count(fetch: &FetchResponse) -> usize {
    let batches = fetch.partitions.iter().flat_map(|partition| &partition.batches);
    batches.map(|batch| batch.records.len()).sum()
}

pub(super) fn records(fetch: &FetchResponse) -> impl Iterator<Item = &Record> {
    let batches = fetch.partitions.iter().flat_map(|partition| &partition.batches);
    batches.flat_map(|batch| batch.records.iter())
}

pub(super) fn wagon_of<'a>(records: impl Iterator<Item = &'a Record>, count: usize) -> Look {
    Look::Wagon { keys: Seats::of(records), count, upright: false }
}

/// How a record's key is told.
pub fn key_mark(record: &Record) -> KeyMark {
    record.key.map_or(KeyMark::NONE, |key| KeyMark::of(key.0))
}
