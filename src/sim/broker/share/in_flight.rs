//! Records between fetched and done: their states, batch by batch until somebody treats the
//! records of a batch differently (InFlightBatch, InFlightState).

use crate::sim::id::Offset;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::time::Time;
use crate::sim::wire::{DeliveryState, MemberId, StateBatch};

/// Where a record is in its life with a share group (RecordState).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecordState {
    /// May be delivered.
    Available,
    /// A member works on it; its lock ends then.
    Acquired { by: MemberId, until: Time },
    /// A member has accepted it.
    Acknowledged,
    /// Rejected, or delivered too often, or gone from the log.
    Archived,
}

impl RecordState {
    /// Whether it will never be delivered again.
    pub fn is_terminal(self) -> bool {
        matches!(self, RecordState::Acknowledged | RecordState::Archived)
    }

    /// Whether this member works on it.
    pub fn is_acquired_by(self, member: MemberId) -> bool {
        matches!(self, RecordState::Acquired { by, .. } if by == member)
    }

    /// Whether whoever works on it has had its time.
    pub fn is_expired(self, now: Time) -> bool {
        matches!(self, RecordState::Acquired { until, .. } if until <= now)
    }
}

impl From<DeliveryState> for RecordState {
    fn from(state: DeliveryState) -> Self {
        match state {
            DeliveryState::Available => RecordState::Available,
            DeliveryState::Acknowledged => RecordState::Acknowledged,
            DeliveryState::Archived => RecordState::Archived,
        }
    }
}

/// Tells apart the writes that a partition waits for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct WriteId(pub u32);

/// The state of a record, or of all records of a batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InFlightState {
    pub state: RecordState,
    /// How often it was delivered.
    pub delivery_count: u16,
    /// While a change is being persisted: by which write, and to which state and delivery count to
    /// go back if that fails.
    pub transition: Option<(WriteId, RecordState, u16)>,
}

impl InFlightState {
    /// A state that is not about to change.
    pub fn new(state: RecordState, delivery_count: u16) -> InFlightState {
        InFlightState { state, delivery_count, transition: None }
    }

    /// Whether it may be delivered now. Not before a release is persisted.
    pub fn is_available(&self) -> bool {
        let given = matches!(self.state, RecordState::Acquired { .. });
        let free = self.state == RecordState::Available || given && breaks(Mutant::AcquiresTwice);
        free && self.transition.is_none()
    }

    /// Whether it is done and that is persisted.
    pub fn is_done(&self) -> bool {
        self.state.is_terminal() && self.transition.is_none()
    }

    /// A member's work ends so, which counts as soon as that is persisted.
    pub(super) fn begin(&mut self, write: WriteId, to: DeliveryState) {
        self.transition = Some((write, self.state, self.delivery_count));
        self.state = to.into();
    }

    /// That write is persisted, or it failed and the state is as before.
    pub(super) fn complete(&mut self, write: WriteId, committed: bool) {
        if let Some((pending, state, delivery_count)) = self.transition
            && pending == write
        {
            self.transition = None;
            if !committed {
                (self.state, self.delivery_count) = (state, delivery_count);
            }
        }
    }
}

/// Neighbours that were fetched together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InFlightBatch {
    pub first_offset: Offset,
    /// Included.
    pub last_offset: Offset,
    /// One for the whole batch, or one for each offset.
    states: Vec<InFlightState>,
}

impl InFlightBatch {
    /// A batch whose records all are in one state.
    pub fn new(first_offset: Offset, last_offset: Offset, state: InFlightState) -> InFlightBatch {
        InFlightBatch { first_offset, last_offset, states: vec![state] }
    }

    /// The state of the whole batch, unless its records are treated one by one.
    pub fn batch_state(&self) -> Option<&InFlightState> {
        match &self.states[..] {
            [state] => Some(state),
            _ => None,
        }
    }

    /// Treats its records one by one from now on (maybeInitializeOffsetStateUpdate).
    pub(super) fn split(&mut self) {
        if let [state] = self.states[..] {
            self.states = vec![state; (self.last_offset - self.first_offset + 1) as usize];
        }
    }

    /// Whether it lies between two offsets, both included.
    pub(super) fn lies_within(&self, first: Offset, last: Offset) -> bool {
        self.first_offset >= first && self.last_offset <= last
    }

    /// Whether a start offset divides it.
    pub(super) fn is_divided_by(&self, start: Offset) -> bool {
        self.first_offset < start && self.last_offset >= start
    }

    /// The states, each with the first and last offset that it holds for.
    pub fn runs(&self) -> impl Iterator<Item = (Offset, Offset, &InFlightState)> {
        let (first, last) = (self.first_offset, self.last_offset);
        let whole = self.states.len() == 1;
        (first..)
            .zip(&self.states)
            .map(move |(offset, state)| (offset, if whole { last } else { offset }, state))
    }

    /// [`Self::runs`], to be changed.
    pub(super) fn runs_mut(
        &mut self,
    ) -> impl Iterator<Item = (Offset, Offset, &mut InFlightState)> {
        let (first, last) = (self.first_offset, self.last_offset);
        let whole = self.states.len() == 1;
        (first..)
            .zip(&mut self.states)
            .map(move |(offset, state)| (offset, if whole { last } else { offset }, state))
    }
}

/// What is to be persisted of a run of offsets.
pub(super) fn state_batch(
    first_offset: Offset,
    last_offset: Offset,
    delivery_state: DeliveryState,
    delivery_count: u16,
) -> StateBatch {
    StateBatch { first_offset, last_offset, delivery_state, delivery_count }
}
