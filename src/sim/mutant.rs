//! Kafka's rules, broken one at a time on purpose: they prove that the checker bites.
//!
//! Only with the feature `mutants`, for `tests/it/mutants.rs`; without it every question here is
//! answered "no" when the code is compiled.

/// A rule that does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mutant {
    /// The high watermark moves without the slowest member of the ISR.
    HighWatermarkIgnoresAMember,
    /// The high watermark follows the log's end.
    HighWatermarkIsLogEnd,
    /// A shrunken ISR counts before the controller has agreed.
    ShrinkCountsAtOnce,
    /// A follower joins the ISR though it lacks committed records.
    ExpandsTooEarly,
    /// The controller takes proposals of anybody, about anybody, however old. (Each of its checks
    /// alone is backed by the others.)
    TakesAnyProposal,
    /// A replica outside the ISR leads.
    ElectsOutsideTheIsr,
    /// A new leader gets the epoch of the old one.
    EpochStays,
    /// New followers cut their logs to their high watermark, and never by epochs (before KIP-101).
    TruncatesToHighWatermark,
    /// Followers keep what the leader never had.
    KeepsDivergentSuffix,
    /// A follower believes the leader's high watermark beyond its own log.
    FollowerHighWatermarkUnbounded,
    /// acks=all is answered when the leader has it.
    AcknowledgesTooEarly,
    /// A batch that comes again is written again.
    ForgetsDuplicates,
    /// A gap in the sequence numbers goes through.
    NoSequenceCheck,
    /// Followers are not told of every change.
    ForgetsFollowers,
    /// A voter gives its vote to whoever asks, twice in an epoch if need be.
    VotesTwice,
    /// A voter elects a controller that lacks committed records.
    VotesForAnyLog,
    /// A leader of the quorum counts as committed what nobody else has.
    QuorumOfOne,
    /// A reassignment is done before those that come are in sync.
    CompletesTooEarly,
    /// The coordinator takes commits of any generation, from anybody.
    CommitsOfAnybody,
    /// A commit is answered, and counts, before it is replicated.
    AnswersCommitsAtOnce,
    /// A new coordinator does not read the offsets that are committed.
    LoadsNoOffsets,
    /// A group's leader gives one partition to two members.
    GivesAPartitionTwice,
    /// A group's leader leaves a partition out.
    LeavesAPartitionOut,
    /// The cooperative assignor gives away what somebody still has.
    CooperativeGivesAtOnce,
    /// The coordinator gives a partition away before its owner has let it go (KIP-848).
    DoesNotWaitForRelease,
    /// A member reads on in what it has handed back.
    KeepsWhatItHandedBack,
    /// The auto-commit commits what the application has not begun.
    CommitsTooEarly,
    /// A share-partition gives a record away that a member works on.
    AcquiresTwice,
    /// A new leader does not ask what a share group has done already.
    ForgetsAcknowledgements,
    /// A record is delivered again however often it was.
    DeliversWithoutLimit,
    /// Retention takes what is not committed yet.
    DeletesWhatIsNotCommitted,
    /// Brokers delete of tiered logs what is not in remote storage yet.
    DeletesWhatIsNotCopied,
    /// Nobody waits because of a quota.
    ThrottlesNobody,
    /// Compaction leaves nothing of a key.
    CleansTheLastOfAKey,
    /// Compaction cleans what is not committed or decided yet.
    CleansWhatIsNotStable,
    /// Readers with read_committed are given what is not decided yet.
    LastStableOffsetIsHighWatermark,
    /// Readers are not told which transactions were aborted.
    ForgetsTheAborted,
    /// One of several partitions is not told how a transaction ended.
    LeavesAMarkerOut,
    /// Leaders and coordinators do not compare the epochs of producers. (Each of them alone is
    /// backed by the others.)
    WritesForZombies,
    /// A transaction begins while the one before it is still being ended.
    BeginsWhileItEnds,
    /// Offsets count with their transaction, whoever read the records (before KIP-447).
    TakesOffsetsOfFormerMembers,
    /// A transaction ends as a former instance of its producer wants.
    EndsForZombies,
    /// A new coordinator takes a transaction for open whose end was decided.
    ForgetsDecisions,
    /// Offsets of a transaction count before it is committed.
    OffsetsCountAtOnce,
    /// Leaders write what is not part of a transaction for its coordinator.
    AddsNoPartitions,
    /// A stream processor commits its offsets outside of its transactions.
    CommitsOutside,
    /// A store is restored from what is not decided or aborted, too.
    RestoresWhatIsAborted,
    /// A store begins empty, whatever its changelog says.
    RestoresNothing,
}

impl Mutant {
    /// All of them.
    pub const ALL: [Mutant; 48] = [
        Mutant::HighWatermarkIgnoresAMember,
        Mutant::HighWatermarkIsLogEnd,
        Mutant::ShrinkCountsAtOnce,
        Mutant::ExpandsTooEarly,
        Mutant::TakesAnyProposal,
        Mutant::ElectsOutsideTheIsr,
        Mutant::EpochStays,
        Mutant::TruncatesToHighWatermark,
        Mutant::KeepsDivergentSuffix,
        Mutant::FollowerHighWatermarkUnbounded,
        Mutant::AcknowledgesTooEarly,
        Mutant::ForgetsDuplicates,
        Mutant::NoSequenceCheck,
        Mutant::ForgetsFollowers,
        Mutant::VotesTwice,
        Mutant::VotesForAnyLog,
        Mutant::QuorumOfOne,
        Mutant::CompletesTooEarly,
        Mutant::CommitsOfAnybody,
        Mutant::AnswersCommitsAtOnce,
        Mutant::LoadsNoOffsets,
        Mutant::GivesAPartitionTwice,
        Mutant::LeavesAPartitionOut,
        Mutant::CooperativeGivesAtOnce,
        Mutant::DoesNotWaitForRelease,
        Mutant::KeepsWhatItHandedBack,
        Mutant::CommitsTooEarly,
        Mutant::AcquiresTwice,
        Mutant::ForgetsAcknowledgements,
        Mutant::DeliversWithoutLimit,
        Mutant::DeletesWhatIsNotCommitted,
        Mutant::DeletesWhatIsNotCopied,
        Mutant::ThrottlesNobody,
        Mutant::CleansTheLastOfAKey,
        Mutant::CleansWhatIsNotStable,
        Mutant::LastStableOffsetIsHighWatermark,
        Mutant::ForgetsTheAborted,
        Mutant::LeavesAMarkerOut,
        Mutant::WritesForZombies,
        Mutant::BeginsWhileItEnds,
        Mutant::TakesOffsetsOfFormerMembers,
        Mutant::EndsForZombies,
        Mutant::ForgetsDecisions,
        Mutant::OffsetsCountAtOnce,
        Mutant::AddsNoPartitions,
        Mutant::CommitsOutside,
        Mutant::RestoresWhatIsAborted,
        Mutant::RestoresNothing,
    ];
}

#[cfg(feature = "mutants")]
mod switch {
    use std::cell::Cell;

    use super::Mutant;

    thread_local! {
        static BROKEN: Cell<Option<Mutant>> = const { Cell::new(None) };
    }

    /// Breaks a rule on this thread, or none.
    pub fn set(mutant: Option<Mutant>) {
        BROKEN.set(mutant);
    }

    pub(in crate::sim) fn breaks(mutant: Mutant) -> bool {
        BROKEN.get() == Some(mutant)
    }
}

#[cfg(feature = "mutants")]
pub(in crate::sim) use switch::breaks;
#[cfg(feature = "mutants")]
pub use switch::set;

/// Whether this rule is broken: never.
#[cfg(not(feature = "mutants"))]
pub(in crate::sim) const fn breaks(_mutant: Mutant) -> bool {
    false
}
