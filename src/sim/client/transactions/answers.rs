//! What the coordinators of a transaction and of a group said, and what follows
//! (TransactionManager.TxnRequestHandler and its children).

use super::super::producer::Producer;
use super::requests::coordinator_of;
use super::{CoordinatorType, State, TxnRequest};
use crate::sim::effect::Ctx;
use crate::sim::wire::{
    ErrorCode, FindCoordinatorResponse, ProducerIdAndEpoch, Response, TxnOffsetCommitResponse,
};

/// What follows from an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    Done,
    /// Again, at the same coordinator.
    Retry,
    /// Again, at another one.
    LookUp,
    Abortable(ErrorCode),
    Fatal(ErrorCode),
}

fn verdict(request: TxnRequest, error: ErrorCode) -> Verdict {
    let commits_offsets = request == TxnRequest::TxnOffsetCommit;
    match error {
        ErrorCode::None => Verdict::Done,
        ErrorCode::CoordinatorNotAvailable | ErrorCode::NotCoordinator
            if coordinator_of(request).is_some() =>
        {
            Verdict::LookUp
        }
        ErrorCode::RequestTimedOut if commits_offsets => Verdict::LookUp,
        _ if error.retriable() => Verdict::Retry,
        // Older coordinators say the one, newer ones the other.
        ErrorCode::InvalidProducerEpoch | ErrorCode::ProducerFenced => {
            Verdict::Fatal(ErrorCode::ProducerFenced)
        }
        ErrorCode::TransactionAbortable => Verdict::Abortable(error),
        ErrorCode::FencedInstanceId
        | ErrorCode::UnknownMemberId
        | ErrorCode::IllegalGeneration
        | ErrorCode::StaleMemberEpoch
            if commits_offsets =>
        {
            Verdict::Abortable(error)
        }
        ErrorCode::InvalidTxnState | ErrorCode::InvalidProducerIdMapping => Verdict::Fatal(error),
        _ if request == TxnRequest::AddPartitionsToTxn => Verdict::Abortable(error),
        _ => Verdict::Fatal(error),
    }
}

impl Producer {
    /// The answer to a request of the transaction; none when its connection ended.
    pub(in crate::sim::client) fn on_transaction_answer(
        &mut self,
        ctx: &mut Ctx<'_>,
        request: TxnRequest,
        response: Option<&Response>,
    ) {
        let Some(transactions) = &mut self.transactions else { return };
        transactions.in_flight = false;
        let Some(response) = response else {
            self.follow(request, Verdict::LookUp);
            return;
        };
        match response {
            Response::FindCoordinator(found) => self.on_coordinator(ctx, request, found),
            Response::InitProducerId(answer) => {
                if let Some(producer) = answer.producer.filter(|_| answer.error == ErrorCode::None)
                {
                    self.on_producer_id(producer, request == TxnRequest::BumpEpoch);
                } else {
                    self.follow(request, verdict(request, answer.error));
                }
            }
            Response::AddPartitionsToTxn(answer) => {
                let worst = worst(answer.partitions.iter().map(|(_, error)| *error));
                self.on_partitions_added(worst);
            }
            Response::AddOffsetsToTxn(answer) => {
                let verdict = verdict(request, answer.error);
                if verdict == Verdict::Done {
                    transactions.started = true;
                    transactions.enqueue(TxnRequest::TxnOffsetCommit, false);
                }
                self.follow(request, verdict);
            }
            Response::TxnOffsetCommit(answer) => self.on_offsets(answer),
            Response::EndTxn(answer) => {
                let verdict = verdict(request, answer.error);
                if verdict == Verdict::Done {
                    if let Some(producer) = answer.producer {
                        self.rename(producer, true);
                    }
                    self.complete_transaction();
                }
                self.follow(request, verdict);
            }
            _ => {}
        }
    }

    /// Does what an error asks for.
    fn follow(&mut self, request: TxnRequest, verdict: Verdict) {
        let Some(transactions) = &mut self.transactions else { return };
        // Nothing is tried again of a transaction that can only be aborted.
        let again = transactions.state != State::FatalError;
        match verdict {
            Verdict::Done => {}
            Verdict::Retry | Verdict::LookUp if !again => {}
            Verdict::Retry => transactions.enqueue(request, true),
            Verdict::LookUp => {
                if let Some(whose) = coordinator_of(request) {
                    transactions.look_up(whose);
                }
                transactions.enqueue(request, true);
            }
            // abortTransaction() itself throws, and there is nothing left to try.
            Verdict::Abortable(error) if transactions.state == State::AbortingTransaction => {
                transactions.fatal_error(error);
            }
            Verdict::Abortable(error) if transactions.state == State::Initializing => {
                transactions.fatal_error(error);
            }
            Verdict::Abortable(error) => transactions.abortable_error(error),
            Verdict::Fatal(error) => transactions.fatal_error(error),
        }
    }

    fn on_coordinator(
        &mut self,
        ctx: &mut Ctx<'_>,
        request: TxnRequest,
        found: &FindCoordinatorResponse,
    ) {
        let Some(broker) = found.coordinator.filter(|_| found.error == ErrorCode::None) else {
            let error = match found.error {
                ErrorCode::None => ErrorCode::CoordinatorNotAvailable,
                error => error,
            };
            self.follow(request, verdict(request, error));
            return;
        };
        let Some(transactions) = &mut self.transactions else { return };
        match request {
            TxnRequest::FindCoordinator(CoordinatorType::Group) => {
                transactions.group_coordinator = Some(broker);
            }
            _ => transactions.coordinator = Some(broker),
        }
        self.network.ready(ctx, (broker, crate::sim::wire::Channel::Client));
    }

    fn on_producer_id(&mut self, producer: ProducerIdAndEpoch, bumped: bool) {
        self.rename(producer, bumped);
        let version = self.network.features.transaction_version;
        let Some(transactions) = &mut self.transactions else { return };
        transactions.version_two = version >= 2;
        transactions.state = State::Ready;
        transactions.last_error = None;
    }

    fn on_partitions_added(&mut self, error: ErrorCode) {
        let request = TxnRequest::AddPartitionsToTxn;
        let Some(transactions) = &mut self.transactions else { return };
        let added = self.sequences.as_mut().and_then(|it| it.in_transaction.as_mut());
        let Some(added) = added else { return };
        // The one before is still being completed: that does not take long.
        transactions.hurries = error == ErrorCode::ConcurrentTransactions && added.is_empty();
        let verdict = verdict(request, error);
        match verdict {
            Verdict::Done => {
                transactions.started = true;
                for partition in std::mem::take(&mut transactions.pending_partitions).iter() {
                    added.insert(*partition);
                }
            }
            Verdict::Abortable(_) => transactions.pending_partitions.clear(),
            _ => {}
        }
        self.follow(request, verdict);
    }

    fn on_offsets(&mut self, answer: &TxnOffsetCommitResponse) {
        let request = TxnRequest::TxnOffsetCommit;
        let Some(transactions) = &mut self.transactions else { return };
        let Some(offsets) = &mut transactions.offsets else { return };
        let mut follows = Verdict::Done;
        for (partition, error) in &answer.partitions {
            match verdict(request, *error) {
                Verdict::Done => offsets.pending.retain(|(pending, _)| pending != partition),
                Verdict::Retry if follows == Verdict::LookUp => {}
                verdict @ (Verdict::Retry | Verdict::LookUp) => follows = verdict,
                verdict => {
                    follows = verdict;
                    break;
                }
            }
        }
        self.follow(request, follows);
    }
}

/// The error that decides: that others kept a partition from being tried says nothing.
fn worst(errors: impl Iterator<Item = ErrorCode>) -> ErrorCode {
    let mut worst = ErrorCode::None;
    for error in errors {
        if worst == ErrorCode::None || worst == ErrorCode::OperationNotAttempted {
            worst = if error == ErrorCode::None { worst } else { error };
        }
    }
    worst
}
