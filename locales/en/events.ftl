### What happened, in one or two sentences, present tense: who did what, then why it matters.
### For those who listen: the first of several things

# $first (text), $more (number)
event-and-more = { $first } And { $more } more.

## The wire

# $from (text), $api (text), $to (text)
event-sent = **{ $from }** sends { $api } to **{ $to }**.
# $from (text), $api (text), $to (text)
event-answered = **{ $from }** answers { $api } of **{ $to }**.
# $from (text), $api (text), $to (text), $error (text)
event-answered-error = **{ $from }** answers { $api } of **{ $to }** with **{ $error }**.
# $to (text), $api (text), $from (text)
event-arrived = **{ $to }** receives { $api } from **{ $from }**.
# $to (text), $api (text), $from (text)
event-arrived-answer = **{ $to }** has the answer of **{ $from }** to its { $api }.
# $api (text), $from (text), $to (text)
event-message-lost = { $api } from **{ $from }** to **{ $to }** is lost with its connection.
# $from (text), $to (text)
event-disconnected = The connection between **{ $from }** and **{ $to }** ends.

## Processes and links

# $node (text)
event-started = **{ $node }** starts.
# $node (text)
event-crashed = **{ $node }** stopped without a word.
# $node (text)
event-power-lost = The machine of **{ $node }** lost its power: what was not on its disk yet is gone.
# $node (text), $span (text)
event-crashed-wait = **{ $node }** stopped. The controller will notice in { $span }.
# $node (text)
event-stopped = **{ $node }** has shut down in order.
# $node (text)
event-paused = **{ $node }** is frozen: it does nothing, but its connections stay open.
# $node (text)
event-resumed = **{ $node }** goes on where it was frozen.
# $node (text), $span (text)
event-slowed = **{ $node }** takes { $span } longer for every message.
# $node (text)
event-full-speed = **{ $node }** works at full speed again.
# $first (text), $second (text)
event-link-cut = The link between **{ $first }** and **{ $second }** is cut.
# $first (text), $second (text)
event-link-healed = The link between **{ $first }** and **{ $second }** works again.
# $from (text), $to (text)
event-direction-cut = Nothing that **{ $from }** sends reaches **{ $to }** any more; the other way is open.
# $from (text), $to (text)
event-direction-healed = What **{ $from }** sends reaches **{ $to }** again.
# $first (text), $second (text), $span (text)
event-link-set = Messages between **{ $first }** and **{ $second }** now take { $span } each way.
# $from (text), $to (text), $span (text)
event-direction-set = What **{ $from }** sends to **{ $to }** now takes { $span }.
# $nodes (text)
event-network-split = The network is split into two islands: **{ $nodes }** on one side, all others on the other.
event-network-healed = Every cut is healed: all nodes reach one another again.
# $from (text), $to (text)
event-connection-reset = The connection between **{ $from }** and **{ $to }** is reset: the message and all behind it are lost.
# $node (text), $error (text)
event-clock-wrong = **{ $node }**: { $error }. Records are stamped and judged by it; sessions, timeouts and elections are not.
# $node (text)
event-clock-right = The clock of **{ $node }** is right again.
# $node (text), $span (text)
event-disk-slowed = The disk of **{ $node }** takes { $span } longer for every write. Its heartbeats do not wait for the disk, so the controller notices nothing.
# $node (text)
event-disk-quick = The disk of **{ $node }** is as quick as before.
# $node (text)
event-disk-filled = The disk of **{ $node }** is full: at its next write the broker halts.
# $node (text)
event-disk-freed = There is space on the disk of **{ $node }** again.
# $node (text)
event-storage-failed = **{ $node }** cannot write to its log directory and halts. It does not come up again until there is space.

## The controller

# $broker (text)
event-registered = The controller registers **{ $broker }**.
# $broker (text)
event-fenced = The controller fences **{ $broker }**: it has heard nothing from it.
# $broker (text)
event-unfenced = **{ $broker }** is in service.
# $topic (text), $partitions (number)
event-topic-created = Topic **{ $topic }** is created with { $partitions ->
    [one] { $partitions } partition
   *[other] { $partitions } partitions
}.
# $topic (text), $partitions (number)
event-partitions-added = Topic **{ $topic }** now has { $partitions ->
    [one] { $partitions } partition
   *[other] { $partitions } partitions
}. Keys may go elsewhere from now on.
# $topic (text), $name (text), $value (text)
event-topic-config = **{ $name }** of topic **{ $topic }** is now **{ $value }**.
# $topic (text), $name (text)
event-topic-config-default = **{ $name }** of topic **{ $topic }** is back at its default.
# $subject (text), $error (text)
event-admin-refused = The controller refuses **{ $subject }**: { $error }.
# $partition (text), $broker (text), $epoch (id)
event-leader-elected = { $partition } now belongs to **{ $broker }**, epoch **{ $epoch }**.
# $partitions (text), $broker (text)
event-leaders-elected = { $partitions } now belong to **{ $broker }**: the first of their replicas that is alive and in the ISR.
event-nothing-lost = Nothing acked was lost.
# $first (text), $last (text)
event-and = { $first } and { $last }
# $partition (text), $epoch (id)
event-leader-none = { $partition } has no leader in epoch **{ $epoch }**: nobody in its ISR is alive.
# $partition (text), $broker (text), $epoch (id)
event-leader-unclean = { $partition } goes to **{ $broker }**, epoch **{ $epoch }**, which was out of the ISR: committed records may be lost.
# $brokers (text), $partition (text), $isr (text)
event-isr-shrank = **{ $brokers }** falls out of the ISR of { $partition }. Left: { $isr }.
# $brokers (text), $partition (text)
event-isr-grew = **{ $brokers }** joins the ISR of { $partition }.
# $partition (text)
event-isr-empty = Nobody is left in the ISR of { $partition }.
# $brokers (text), $partition (text), $count (number)
event-elr = { $count ->
    [one] **{ $brokers }** may still lead { $partition }: it left an ISR that was too small to accept writes, so it lacks
   *[other] **{ $brokers }** may still lead { $partition }: they left an ISR that was too small to accept writes, so they lack
} nothing that was committed.
# $node (text)
event-quorum-prospective = **{ $node }** hears from no leader of the quorum and asks the others whether it would win an election (pre-vote).
# $node (text), $epoch (number)
event-quorum-candidate = **{ $node }** stands for election: it asks for votes in epoch { $epoch }.
# $node (text), $epoch (number)
event-quorum-leader = A majority votes for **{ $node }**: it leads the quorum in epoch { $epoch }.
# $node (text), $epoch (number)
event-quorum-active = **{ $node }** is the active controller now (epoch { $epoch }): a majority has its first record.
# $node (text)
event-quorum-resigned = **{ $node }** no longer leads the quorum.
# $node (text), $epoch (number)
event-quorum-follower = **{ $node }** follows the leader of epoch { $epoch }.
# $node (text), $epoch (number)
event-quorum-unattached = **{ $node }** knows of no leader in epoch { $epoch }.
# $partition (text)
event-elr-empty = Outside the ISR of { $partition } nobody is eligible to lead any more.
# $partition (text), $replicas (text), $adding (text)
event-reassigning = { $partition } is to be on **{ $replicas }**: **{ $adding }** must copy it and join the ISR before anybody goes.
# $partition (text), $replicas (text)
event-reassigning-fewer = { $partition } is to be on **{ $replicas }** alone, as soon as all of these are in the ISR.
# $partition (text), $replicas (text)
event-reassigned = { $partition } is on **{ $replicas }** now.
# $partition (text), $replicas (text)
event-reassignment-cancelled = The reassignment of { $partition } is cancelled: it stays on **{ $replicas }**.
# $broker (text)
event-unregistered = The controller forgets **{ $broker }**: it will not come back.

## Replicas

# $broker (text), $partition (text), $offset (id)
event-duplicate = **{ $broker }** knows this batch for { $partition }: it stands at offset **{ $offset }** already, so it is not written again and the old offset is the answer.
# $broker (text), $partition (text), $epoch (id), $offset (id)
event-became-leader = **{ $broker }** leads { $partition } from offset **{ $offset }** on, epoch **{ $epoch }**.
# $broker (text), $leader (text), $partition (text), $epoch (id)
event-became-follower = **{ $broker }** follows **{ $leader }** in { $partition }, epoch **{ $epoch }**.
# $broker (text), $partition (text), $epoch (id)
event-became-orphan = **{ $broker }** waits for a leader of { $partition }, epoch **{ $epoch }**.
# $broker (text), $offset (id), $partition (text)
event-appended-one = **{ $broker }** appends **{ $offset }** to { $partition }.
# $broker (text), $first (id), $last (id), $partition (text)
event-appended = **{ $broker }** appends **{ $first }** to **{ $last }** to { $partition }.
# $broker (text), $offset (id), $partition (text)
event-copied-one = **{ $broker }** copies **{ $offset }** of { $partition }.
# $broker (text), $first (id), $last (id), $partition (text)
event-copied = **{ $broker }** copies **{ $first }** to **{ $last }** of { $partition }.
# $broker (text), $partition (text), $from (id), $to (id)
event-unflushed = **{ $broker }** has { $partition } only up to **{ $to }** on disk: it had written up to { $from }.
# $broker (text), $from (id), $to (id), $partition (text)
event-truncated = **{ $broker }** cuts its log of { $partition } back from { $from } to **{ $to }**: what followed is not what the leader has.
# $partition (text), $from (id), $to (id)
event-high-watermark = The HW of { $partition } goes from { $from } to **{ $to }**: consumers may read up to there.
# $broker (text), $partition (text), $to (id)
event-high-watermark-follower = **{ $broker }** learns that the HW of { $partition } is **{ $to }**.
# $follower (text), $before (id)
event-high-watermark-waits = The HW stays at { $before } until **{ $follower }** asks for more.
# $broker (text), $partition (text), $base (id)
event-segment-rolled = **{ $broker }** starts a new segment of { $partition } at **{ $base }**.
# $broker (text), $partition (text)
event-replica-deleted = **{ $broker }** is no replica of { $partition } any more and deletes its log.
# $broker (text), $partition (text), $to (id)
event-log-start = On **{ $broker }** the log of { $partition } now starts at **{ $to }**: what is before it can no longer be read.
# $broker (text), $partition (text), $segments (number), $bytes (number)
event-segments-before-start = **{ $broker }** deletes { $segments ->
    [one] { $segments } segment
   *[other] { $segments } segments
} of { $partition } that lie before the log's start ({ $bytes } B).
# $broker (text), $partition (text), $segments (number), $bytes (number)
event-segments-too-large = **{ $broker }** deletes the { $segments ->
    [one] oldest segment
   *[other] { $segments } oldest segments
} of { $partition } ({ $bytes } B): what is left still takes retention.bytes or more.
# $broker (text), $partition (text), $segments (number), $bytes (number)
event-segments-too-old = **{ $broker }** deletes the { $segments ->
    [one] oldest segment
   *[other] { $segments } oldest segments
} of { $partition } ({ $bytes } B): even the newest record in there is older than retention.ms.
# $topic (text)
event-delete-refused-policy = The leader refuses to delete records of **{ $topic }** (POLICY_VIOLATION): the topic is only compacted, and compaction decides alone.
# $topic (text)
event-delete-refused-range = The leader refuses to delete records of **{ $topic }** (OFFSET_OUT_OF_RANGE): the offset lies beyond the high watermark.
# $broker (text), $partition (text), $from (id), $to (id), $before (number), $after (number)
event-cleaner-ran = The cleaner of **{ $broker }** compacts { $partition } up to **{ $to }**: of { $before } records { $after } stay, the last one of each key among them, and keep their offsets. It goes by the keys that were written since { $from }.

## Producers

# $client (text), $partition (text)
event-produced = **{ $client }** puts a record into its batch for { $partition }.
# $client (text), $key (text), $partition (text)
event-produced-key = **{ $client }** puts a record with key { $key } into its batch for { $partition }.
# $client (text), $error (text)
event-send-failed = send() of **{ $client }** fails: **{ $error }**.
# $client (text), $records (number), $partition (text)
event-acked = **{ $client }** hears: { $records ->
    [one] { $records } record is
   *[other] { $records } records are
} written to { $partition }.
# $client (text), $records (number), $partition (text)
event-acked-unheard = **{ $client }** takes { $records ->
    [one] { $records } record
   *[other] { $records } records
} for { $partition } as written, without asking (acks=0).
# $client (text), $records (number), $partition (text)
event-produce-aborted = **{ $client }** aborts its transaction and throws away { $records ->
    [one] { $records } record
   *[other] { $records } records
} for { $partition } that it had not sent yet.
# $client (text), $records (number), $partition (text), $error (text)
event-produce-failed = **{ $client }** gives up { $records ->
    [one] { $records } record
   *[other] { $records } records
} for { $partition }: **{ $error }**.
# $client (text), $records (number), $partition (text), $error (text)
event-produce-retried = **{ $client }** will send { $records ->
    [one] { $records } record
   *[other] { $records } records
} for { $partition } again: **{ $error }**.
# $records (number), $partition (text)
event-lost = { $records ->
    [one] { $records } acked record of { $partition } is
   *[other] { $records } acked records of { $partition } are
} gone.

## Groups

# $broker (text), $index (id)
event-coordinator-loaded = **{ $broker }** now coordinates the groups of __consumer_offsets-{ $index }.
# $group (text), $member (text)
event-group-rebalancing-joined = Group **{ $group }** shares its partitions out anew because **{ $member }** joins.
# $group (text), $member (text)
event-group-rebalancing-returned = Group **{ $group }** shares its partitions out anew: **{ $member }** came back in the middle of a rebalance.
# $group (text), $member (text)
event-group-rebalancing-gone = Group **{ $group }** shares its partitions out anew because **{ $member }** is gone.
# $group (text), $member (text)
event-group-rebalancing-anew = Group **{ $group }** shares its partitions out anew because **{ $member }** joins once more.
# $group (text), $member (text)
event-group-rebalancing-revoked = Group **{ $group }** shares out anew what **{ $member }** has just handed back.
# $group (text), $member (text)
event-group-rebalancing-topics = Group **{ $group }** shares its partitions out anew: **{ $member }**, its leader, sees other topics or partitions.
# $group (text), $member (text)
event-group-rebalancing-subscription = Group **{ $group }** shares its partitions out anew because **{ $member }** subscribes to other topics.
# $group (text), $error (text)
event-group-rebalancing-not-stored = Group **{ $group }** shares its partitions out anew: the assignment could not be stored (**{ $error }**).
# $epoch (id)
event-group-epoch = Epoch **{ $epoch }**: the coordinator decides who owns what, and each member gets there in its own time.
# $member (text), $group (text)
event-member-joined = **{ $member }** joins group **{ $group }**.
# $member (text), $group (text)
event-member-returned = **{ $member }** is back in group **{ $group }** as the static member that it was; it has a new member id.
# $member (text), $group (text)
event-member-left = **{ $member }** leaves group **{ $group }**.
# $member (text), $group (text)
event-member-expired = Group **{ $group }** gives **{ $member }** up: no heartbeat came.
# $member (text), $group (text)
event-member-late = Group **{ $group }** goes on without **{ $member }**, which did not come to the rebalance in time.
# $group (text), $generation (id), $members (number)
event-group-formed = Group **{ $group }** has { $members ->
    [one] { $members } member
   *[other] { $members } members
} in generation **{ $generation }**.
# $group (text), $partitions (text)
event-offsets-expired = The committed offsets of group **{ $group }** for { $partitions } have expired: offsets.retention.minutes have passed.
# $group (text)
event-group-gone = The coordinator forgets group **{ $group }**: it is empty, and none of its offsets is left.

## Consumers

# $member (text), $partitions (text), $generation (id)
event-assigned = **{ $member }** gets { $partitions } in generation **{ $generation }**.
# $member (text), $partitions (text), $kept (text), $generation (id)
event-assigned-more = **{ $member }** gets { $partitions } in generation **{ $generation }** and keeps { $kept }.
# $member (text), $partitions (text), $generation (id)
event-assigned-same = **{ $member }** keeps { $partitions } in generation **{ $generation }**.
# $member (text), $generation (id)
event-assigned-nothing = **{ $member }** has no partition in generation **{ $generation }**.
# $member (text), $generation (id)
event-assigned-none = **{ $member }** gets no partition in generation **{ $generation }**: there are more members than partitions.
# $member (text), $partitions (text)
event-revoked = **{ $member }** hands { $partitions } back.
# $member (text), $partitions (text)
event-partitions-lost = **{ $member }** has lost { $partitions }, without a chance to commit.
# $member (text), $group (text)
event-instance-fenced = **{ $member }** is fenced: another consumer has its group.instance.id in group **{ $group }** now. It ends.
# $member (text), $group (text), $error (text), $remedy (text)
event-membership-refused = poll() of **{ $member }** throws: group **{ $group }** refuses it, **{ $error }**. { $remedy }
# $group (text)
event-refused-protocol = The members of **{ $group }** share no protocol with it: give it the group.protocol and an assignor that they have, or another group.id.
# $group (text)
event-refused-kind = **{ $group }** is a group of another kind: give it the group.protocol of its members, or another group.id.
# $group (text)
event-refused-full = **{ $group }** has as many members as group.consumer.max.size or group.share.max.size allows: raise that on the brokers, or take another group.id.
event-refused-instance = A member with its group.instance.id is still there: give it one of its own, or stop the other first.
event-refused-assignor = The brokers do not know its group.remote.assignor: choose uniform or range.
event-refused-session = Its session.timeout.ms is outside of group.min.session.timeout.ms and group.max.session.timeout.ms of the brokers: choose one between them.
event-refused-closes = Asking again would not help, so the application closes.
# $member (text), $offset (id), $partition (text)
event-position = **{ $member }** goes on at the committed offset **{ $offset }** of { $partition }.
# $member (text), $offset (id), $partition (text)
event-position-reset = **{ $member }** has no valid offset for { $partition } and begins at **{ $offset }**.
# $member (text), $partition (text)
event-no-offset = poll() of **{ $member }** throws NoOffsetForPartitionException: nothing is committed for { $partition }, and auto.offset.reset is none. The application closes.
# $member (text), $offset (id), $partition (text)
event-out-of-range = poll() of **{ $member }** throws OffsetOutOfRangeException: offset **{ $offset }** is not in the log of { $partition }, and auto.offset.reset is none. The application closes.
# $member (text), $offset (id), $partition (text)
event-sought = **{ $member }** moves its position in { $partition } to **{ $offset }**.
# $member (text), $offset (id), $partition (text)
event-handling-failed = The application of **{ $member }** throws at offset **{ $offset }** of { $partition }: it cannot handle this record.
# $member (text), $records (number)
event-polled = **{ $member }** takes { $records ->
    [one] { $records } record
   *[other] { $records } records
}.
# $member (text), $offset (id), $partition (text)
event-processed = **{ $member }** is done with **{ $offset }** of { $partition }.
# $member (text), $offsets (text)
event-committed = **{ $member }** commits { $offsets }.
# $member (text), $error (text)
event-commit-failed = A commit of **{ $member }** fails: **{ $error }**.
# $id (text), $producer (text), $epoch (id)
event-transactions-initialized = **{ $producer }** may write as **{ $id }**, in epoch **{ $epoch }**: whoever had that transactional.id before is kept out.
# $producer (text)
event-transaction-begun = **{ $producer }** begins a transaction. Nobody else knows of it before it sends something.
# $producer (text), $offsets (text), $group (text)
event-offsets-sent = **{ $producer }** makes { $offsets } of group **{ $group }** a part of its transaction: they count if it commits.
# $producer (text)
event-transaction-committed = **{ $producer }** has committed its transaction: all of it counts, whatever happens from now on.
# $producer (text)
event-transaction-aborted = **{ $producer }** has aborted its transaction: whoever reads only what is committed sees nothing of it.
# $producer (text), $error (text)
event-transaction-failed = The transaction of **{ $producer }** cannot be committed any more: **{ $error }**. It aborts.
# $producer (text), $id (text)
event-producer-fenced = **{ $producer }** is fenced: another producer writes as **{ $id }**, or its transaction took too long. It closes.
# $producer (text), $error (text)
event-transactions-broken = **{ $producer }** cannot go on with its transactions: **{ $error }**. It closes.
# $member (text), $group (text)
event-poll-timed-out = **{ $member }** leaves group **{ $group }** by itself: its application has not called poll() in time.

## Why: the chain of causes of one record

# $command (text)
event-why-command = Command: **{ $command }**.
# $client (text)
event-why-workload = The application of **{ $client }** produces by its own clock.
# $node (text)
event-why-timer = A timer of **{ $node }** rings.
# $node (text), $broker (text)
event-why-session = **{ $node }** has had no heartbeat from **{ $broker }** for broker.session.timeout.ms.
# $leader (text), $followers (text)
event-why-lagging = **{ $leader }** looks at its followers. Behind for replica.lag.time.max.ms: **{ $followers }**.
# $client (text)
event-why-no-answer = **{ $client }** gets no answer in time (request.timeout.ms, delivery.timeout.ms).
# $broker (text), $offset (id), $partition (text), $epoch (id)
event-why-written = **{ $broker }** appends the record at offset **{ $offset }** of { $partition }, epoch { $epoch }.
# $broker (text), $offset (id), $partition (text), $times (number)
event-why-written-again = **{ $broker }** appends the record once more, at offset **{ $offset }** of { $partition }: written { $times } times.
# $broker (text), $offset (id)
event-why-copied = **{ $broker }** copies the record (offset **{ $offset }**).
# $partition (text), $offset (id)
event-why-committed = The HW of { $partition } passes offset **{ $offset }**: the whole ISR has the record.
# $client (text)
event-why-confirmed-all = **{ $client }** is told ok: with acks=all, the whole ISR has it.
# $client (text)
event-why-confirmed-one = **{ $client }** is told ok: with acks=1, the leader’s copy is enough.
# $client (text)
event-why-confirmed-none = **{ $client }** takes it as written, without asking (acks=0).
# $broker (text), $client (text), $number (text), $offset (id)
event-why-overtaken = **{ $broker }** appends a later record first: **{ $client } #{ $number }**, at offset **{ $offset }**.
# $broker (text), $partition (text), $offset (id), $epoch (id)
event-why-lacking = **{ $broker }** leads { $partition } in epoch { $epoch }. Its log ends at **{ $offset }**, without the record: it is lost.
# $broker (text), $partition (text), $offset (id)
event-why-cut = **{ $broker }** cuts its log of { $partition } back to **{ $offset }**: its copy of the record goes.
# $member (text), $group (text)
event-why-processed = **{ $member }** processes the record for group **{ $group }**.
# $member (text), $group (text), $times (number)
event-why-processed-again = **{ $member }** processes the record once more: group **{ $group }** has done so { $times } times.
# $client (text)
event-why-untold = So far **{ $client }** has been told nothing.
event-why-further = Messages lead back further than they are followed here.
# $count (number)
event-why-omitted = { $count ->
    [one] One more step
   *[other] { $count } more steps
} in between.

## Share groups

# $group (text), $offset (id), $partition (text)
event-share-initialized = Share group **{ $group }** works on { $partition } from offset **{ $offset }** on.
# $offset (id), $partition (text)
event-one-offset = offset **{ $offset }** of { $partition }
# $first (id), $last (id), $partition (text)
event-some-offsets = offsets **{ $first }** to **{ $last }** of { $partition }
# $member (text), $offsets (text), $group (text), $count (id)
event-records-acquired = **{ $member }** gets { $offsets } to work on, for share group **{ $group }**: delivery **{ $count }**.
# $member (text), $offsets (text)
event-records-accepted = **{ $member }** is done with { $offsets }; that is persisted.
# $member (text), $offsets (text)
event-records-released = **{ $member }** gives { $offsets } back: somebody may try again.
# $member (text), $offsets (text)
event-records-archived = Nobody gets { $offsets } again: **{ $member }** rejected it, or it was delivered as often as it may be.
# $group (text), $offsets (text)
event-lock-timed-out = The lock on { $offsets } has ended before anybody of share group **{ $group }** said what became of it: another member may have it.
# $group (text), $offsets (text)
event-lock-timed-out-last = The lock on { $offsets } has ended once too often: nobody of share group **{ $group }** gets it again.

## Transactions, from their coordinators

# $id (text), $epoch (id)
event-transactional-id = Whoever writes as **{ $id }** is in epoch **{ $epoch }** now: older ones are kept out.
# $id (text), $partitions (text)
event-transaction-begins = A transaction of **{ $id }** begins: it will write to { $partitions }.
# $id (text), $partitions (text)
event-transaction-grows = The transaction of **{ $id }** will write to { $partitions }, too.
# $id (text)
event-transaction-fenced = Somebody else writes as **{ $id }** now: the transaction that was open is aborted in an epoch of nobody's.
# $id (text)
event-transaction-timed-out = The transaction of **{ $id }** has been open for too long: it is aborted, and its producer is kept out.
# $id (text)
event-transaction-prepared-commit = The transaction of **{ $id }** will be committed, whatever happens: that is written, and its partitions are told.
# $id (text)
event-transaction-prepared-abort = The transaction of **{ $id }** will be aborted, whatever happens: that is written, and its partitions are told.
# $broker (text), $partition (text)
event-marker-commit = **{ $broker }** writes to { $partition } that a transaction is committed.
# $broker (text), $partition (text)
event-marker-abort = **{ $broker }** writes to { $partition } that a transaction is aborted.
# $id (text)
event-transaction-complete-commit = All partitions know that the transaction of **{ $id }** is committed.
# $id (text)
event-transaction-complete-abort = All partitions know that the transaction of **{ $id }** is aborted.

## Quotas

# $client (text), $config (text), $limit (number)
event-quota-set = From now on **{ $config }** of **{ $client }** is **{ $limit }** bytes a second, on each broker.
# $client (text), $config (text)
event-quota-removed = **{ $client }** has no **{ $config }** any more.
# $broker (text), $client (text), $time (text)
event-throttled-produce = **{ $broker }** answers at once, but what **{ $client }** sent is more than its quota allows: nothing more is read from it for **{ $time }**.
# $broker (text), $client (text), $time (text)
event-throttled-fetch = **{ $broker }** answers **{ $client }** without records: they would be more than its quota allows. It may ask again in **{ $time }**.

## Remote storage

# $broker (text), $partition (text), $base (id), $end (id), $bytes (number)
event-segment-copied = **{ $broker }** has copied a closed segment of { $partition } to remote storage: the records **{ $base }** to **{ $end }** ({ $bytes } B).
# $broker (text), $partition (text), $segments (number), $bytes (number)
event-segments-locally-too-large = **{ $broker }** deletes { $segments ->
    [one] the oldest segment
   *[other] the { $segments } oldest segments
} of { $partition } from its own disk ({ $bytes } B): what is here is larger than local.retention.bytes. In remote storage they stay.
# $broker (text), $partition (text), $segments (number), $bytes (number)
event-segments-locally-too-old = **{ $broker }** deletes { $segments ->
    [one] the oldest segment
   *[other] the { $segments } oldest segments
} of { $partition } from its own disk ({ $bytes } B): even the newest record in there is older than local.retention.ms. In remote storage they stay.
# $broker (text), $partition (text), $segments (number), $bytes (number), $why (text)
event-remote-segments-deleted = **{ $broker }** deletes { $segments ->
    [one] the oldest segment
   *[other] the { $segments } oldest segments
} of { $partition } from remote storage ({ $bytes } B): { $why }.
event-remote-before-start = all that is in there lies before the start of the log
event-remote-too-large = the log is larger than retention.bytes
event-remote-too-old = even the newest record in there is older than retention.ms
event-remote-unreferenced = the log does not know the leader epochs that wrote it any more
# $broker (text), $partition (text), $reader (text), $from (id), $last (id), $bytes (number)
event-remote-read = **{ $broker }** reads { $partition } for **{ $reader }** from remote storage, where alone it is left: the records **{ $from }** to **{ $last }** ({ $bytes } B).
# $broker (text), $partition (text), $offset (id)
event-remote-state-built = What **{ $broker }** needs next of { $partition } is in remote storage only: it begins behind that, at **{ $offset }**, and copies nothing of it.

## Stores of stream processors

# $client (text), $partition (text)
event-restore-empty = The changelog { $partition } holds nothing yet: the store of **{ $client }** begins empty.
# $client (text), $partition (text), $from (id), $last (id)
event-restore-started = **{ $client }** restores its store from { $partition }: the records **{ $from }** to **{ $last }**. Until then it processes nothing of that partition.
# $client (text), $partition (text), $records (number), $keys (number)
event-restore-ended = **{ $client }** has its store as { $partition } says: { $records ->
    [one] one record
   *[other] { $records } records
} read, { $keys ->
    [one] one key
   *[other] { $keys } keys
} kept. Now it processes.
# $client (text), $partition (text), $keys (number)
event-store-dropped = **{ $client }** drops its store behind { $partition }, with { $keys ->
    [one] one key
   *[other] { $keys } keys
}: what counts is in the changelog.
