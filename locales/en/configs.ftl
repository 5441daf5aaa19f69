### Topic

config-num-partitions = How many partitions a new topic gets; within one group, at most that many members can read it at the same time.
config-replication-factor = How many brokers keep a copy of each partition; with three copies, two brokers may fail and the data is still somewhere.
config-default-replication-factor = The replication factor of topics that are created without saying one.
config-min-insync-replicas = With acks=all, how many replicas must be in the ISR for a write to be accepted; below that the leader answers NOT_ENOUGH_REPLICAS.
config-unclean-leader-election-enable = Whether a replica outside the ISR may become leader when nobody in the ISR is alive: the partition works again sooner, and committed records may be lost.
config-eligible-leader-replicas-version = 1 keeps a list of replicas that left an ISR below min.insync.replicas and may lead when the ISR is empty (KIP-966, on for new clusters since Kafka 4.1); 0 keeps the last replica in the ISR instead.
config-transaction-version = Which protocol transactions follow: 0 as of KIP-98; with 2 each transaction has an epoch of its own, and leaders make partitions part of it (KIP-890, on for new clusters since Kafka 4.0).
config-producer-id-expiration-ms = After how long without a write a partition forgets an idempotent producer and the last five batches of it.
config-unclean-leader-election-interval-ms = How often the controller looks for partitions without a leader that may have any replica for one.
config-retention-ms = How long a record is kept at least; whole segments are deleted once their newest record is older than this.
config-retention-bytes = How large the log of a partition may grow before its oldest segments are deleted; -1 sets no limit.
config-cleanup-policy = What becomes of old records: delete takes whole segments by age and size, compact leaves the last record of each key, and both together do both.
config-remote-storage-enable = Whether closed segments are copied to remote storage, so that brokers need not keep all of them (KIP-405). Once it is on it cannot be turned off here, and a topic that is compacted cannot have it.
config-local-retention-ms = How long a record is kept on the disks of brokers at least, once it is in remote storage; -2 stands for retention.ms.
config-local-retention-bytes = How large the part of a partition's log on a broker's disk may grow before its oldest segments are deleted there, once they are in remote storage; -2 stands for retention.bytes.
config-segment-bytes = How large a segment of the log grows before a new one is started; retention deletes closed segments only as a whole.
config-segment-ms = How old a segment may grow, by the timestamps of its records, before a new one is started even if it is not full.
config-segment-index-bytes = How large the indexes of a segment may grow; a full one closes the segment.
config-index-interval-bytes = After how many bytes of records the next entry goes into the indexes of a segment.
config-min-cleanable-dirty-ratio = Which part of a log must be dirty, written since it was last compacted, before it is compacted again: from 0 to 1.
config-min-compaction-lag-ms = How long a record stays at least before compaction may take it.
config-max-compaction-lag-ms = How long a record may wait at most before its log is compacted, however little of it is dirty.
config-delete-retention-ms = How long compaction leaves a tombstone after the round that found it, so that slow readers still see that the key is gone.
config-file-delete-delay-ms = How long the files of deleted segments stay on the disk.
config-flush-messages = After how many records a log is forced to disk; by default never: the operating system does it, and other replicas are what keeps records safe.
config-max-message-bytes = How large a batch may be for the broker to accept it.
config-message-timestamp-before-max-ms = How old a record's timestamp may be by the leader's clock; an older one is refused (INVALID_TIMESTAMP).
config-message-timestamp-after-max-ms = How far in the future a record's timestamp may be by the leader's clock; beyond that it is refused (INVALID_TIMESTAMP).
config-compression-type = By which codec records are compressed. A producer compresses whole batches (none, gzip, snappy, lz4, zstd); a topic keeps them as the producer made them (producer), or the leader compresses them anew by its own codec. Ratios and times are those of a model: gzip leaves 30 %, zstd 32 %, lz4 48 %, snappy 50 %, and gzip takes longest.

## Producer

config-acks = Whose confirmation the producer waits for: nobody's (0), the leader's (1), or that of every replica in the ISR (all).
config-enable-idempotence = Whether the producer numbers its batches, so that a retry is never written twice or out of order; it needs acks=all, retries and at most 5 requests in flight, and is off without them.
config-batch-size = How many bytes of records for one partition the producer collects into one batch at most; larger batches cost fewer requests per record.
config-linger-ms = How long the producer waits for more records before it sends a batch that is not full.
config-transaction-timeout-ms = How long a transaction may stay open before its coordinator aborts it, in ms.
config-buffer-memory = How many bytes may wait in the producer; when they are used up, send() blocks for up to max.block.ms.
config-max-in-flight-requests-per-connection = How many requests the producer sends to one broker without having their answers; more than one keeps the network busy.
config-retries = How many times a failed batch is sent again; in practice delivery.timeout.ms is what ends it.
config-retry-backoff-ms = How long the client waits before it tries a failed request again; the wait grows with each attempt.
config-retry-backoff-max-ms = Where the growing wait between attempts stops growing.
config-request-timeout-ms = How long the client waits for the answer to one request before it gives up on it and tries again or fails.
config-delivery-timeout-ms = How long after send() a record may still be delivered, with all waiting and all retries; then the application is told that it failed.
config-max-block-ms = How long send() may block while metadata is missing or the buffer is full.
config-max-request-size = How large a request, and so a single record, may be at most before the producer refuses it.
config-metadata-max-age-ms = How old metadata may grow before the client asks for them again, even if nothing went wrong.
config-partitioner-ignore-keys = Whether keys are left out when a partition is chosen: records of one key are then no longer in one place.

## Consumer

config-max-poll-records = How many records one poll() hands to the application at most; it only slices what was fetched and changes no request.
config-enable-auto-commit = Whether the consumer commits its position by itself, from within poll(), instead of when the application says so.
config-auto-commit-interval-ms = How often the position is committed by itself; what was processed since the last commit is read again after a crash.
config-auto-offset-reset = Where to begin when the group has no committed offset, or one that no longer exists: at the start (earliest), at the end (latest), at the first record of the last so many hours (by_duration:PT1H), or with an error (none).
config-isolation-level = Which records the application gets: all that are replicated (read_uncommitted), or only up to the first open transaction, and nothing of aborted ones (read_committed).
config-fetch-min-bytes = How much data the broker should have before it answers a fetch; until then it holds the request back.
config-fetch-max-wait-ms = How long the broker holds a fetch back at most while it has less than fetch.min.bytes.
config-fetch-max-bytes = How many bytes one fetch brings at most, all partitions together; a first batch that is larger still comes.
config-max-partition-fetch-bytes = How many bytes of one partition one fetch brings at most.
config-session-timeout-ms = How long the coordinator waits without a heartbeat before it takes a member for dead and rebalances its group.
config-partition-assignment-strategy = Who shares the partitions out among the members, best first; all members must have one in common. Only CooperativeStickyAssignor alone lets members keep their partitions while the group rebalances.
config-group-protocol = Who speaks for the group: classic, with rebalances that all members wait for, or consumer (KIP-848), where the coordinator assigns and members move one by one.
config-group-remote-assignor = Which assignor the coordinator uses for a group of the consumer protocol; null leaves it to the coordinator, which takes uniform.
config-share-acknowledgement-mode = For members of share groups: implicit takes all records of a poll() as done at the next one; with explicit the application says of each record whether it is done, to be tried again, or to be given up.
config-heartbeat-interval-ms = How often a member tells the coordinator that it is alive; about a third of session.timeout.ms is usual.
config-max-poll-interval-ms = How much time may pass between two calls of poll(); a member that needs longer leaves the group, although it is alive.

## Broker and controller

config-replica-lag-time-max-ms = How long a follower may go without having caught up with the leader before the leader takes it out of the ISR.
config-replica-fetch-wait-max-ms = How long the leader holds a follower's fetch back when there is nothing new to copy.
config-replica-fetch-min-bytes = How much data the leader should have before it answers a follower's fetch.
config-replica-fetch-max-bytes = How many bytes of one partition a follower fetches at a time.
config-replica-fetch-response-max-bytes = How many bytes one fetch of a follower brings at most, all partitions together.
config-replica-fetch-backoff-ms = How long a follower waits after a failed fetch before it tries again.
config-replica-selector-class = Who decides which replica a consumer reads from: null means always the leader; RackAwareReplicaSelector sends a consumer to an in-sync replica in the rack that its client.rack names (KIP-392).
config-replica-socket-timeout-ms = How long a follower waits for the answer to a fetch before it gives up on it.
config-replica-high-watermark-checkpoint-interval-ms = How often a broker writes its high watermarks to disk; after a crash it begins with what was written last.
config-broker-session-timeout-ms = How long the controller waits without a heartbeat before it fences a broker and elects new leaders for its partitions.
config-broker-heartbeat-interval-ms = How often a broker tells the controller that it is alive.
config-auto-leader-rebalance-enable = Whether the controller gives leaderships back to the preferred replicas by itself.
config-leader-imbalance-check-interval-seconds = How often the controller looks for leaderships to give back to preferred replicas.
config-log-retention-check-interval-ms = How often a broker looks for segments that are old or large enough to be deleted.
config-remote-log-storage-system-enable = Whether brokers can use remote storage at all; topics turn it on for themselves with remote.storage.enable.
config-remote-log-manager-task-interval-ms = How often a leader looks for segments to copy to remote storage and for old ones to delete there, and a follower looks how far that has come.
config-remote-fetch-max-wait-ms = How long a consumer's fetch waits for remote storage at most; after that it gets no records, and asks again.
config-log-initial-task-delay-ms = How long after its start a broker first looks for old segments.
config-log-cleaner-backoff-ms = How long the cleaner of a broker rests when no log is worth compacting.
config-group-initial-rebalance-delay-ms = How long the coordinator waits for further members before an empty group gets its first assignment.
config-group-consumer-session-timeout-ms = How long the coordinator of a group of the consumer protocol (KIP-848) waits for a heartbeat before it gives a member up; the group decides this, not the member.
config-group-consumer-heartbeat-interval-ms = How often members of the consumer protocol (KIP-848) send a heartbeat; the coordinator tells them.
config-group-consumer-max-size = How many members a group of the consumer protocol (KIP-848) may have.
config-group-share-session-timeout-ms = How long the coordinator of a share group waits for a heartbeat before it gives a member up.
config-group-share-heartbeat-interval-ms = How often members of share groups send a heartbeat; the coordinator tells them.
config-group-share-record-lock-duration-ms = How long a record is the own of the member of a share group that got it; then others may have it.
config-group-share-delivery-count-limit = How often a record is delivered to a share group at most before it is given up.
config-group-share-partition-max-record-locks = How many records of a partition may be in the works of one share group at a time.
config-group-share-max-size = How many members a share group may have.
config-share-auto-offset-reset = Where a share group begins in a partition that it never worked on. In Kafka each group has its own.
config-share-coordinator-state-topic-num-partitions = How many partitions __share_group_state has; they keep what share groups have done.
config-share-coordinator-state-topic-replication-factor = How many copies of __share_group_state there are.
config-share-coordinator-snapshot-update-records-per-snapshot = After how many updates of a partition its whole state is written to __share_group_state again.
config-group-min-session-timeout-ms = The shortest session.timeout.ms that the coordinator accepts from a member.
config-group-max-session-timeout-ms = The longest session.timeout.ms that the coordinator accepts from a member.
config-offsets-topic-num-partitions = How many partitions __consumer_offsets has; the name of a group decides which of them, and so which broker, looks after it.
config-offsets-topic-replication-factor = How many copies of __consumer_offsets are kept.
config-transaction-state-log-segment-bytes = How large the segments of __transaction_state grow; only closed ones are compacted.
config-offsets-topic-segment-bytes = How large the segments of __consumer_offsets grow; only closed ones are compacted.
config-offsets-commit-timeout-ms = How long the coordinator waits until a commit is replicated before it reports an error.
config-offsets-retention-minutes = How long an empty group keeps its committed offsets; after that its members begin where auto.offset.reset says.
config-offsets-retention-check-interval-ms = How often a coordinator looks for offsets that have expired and for empty groups without any.
config-transaction-state-log-num-partitions = How many partitions __transaction_state has; a transactional.id decides which of them, and so which broker, coordinates its transactions.
config-transaction-state-log-replication-factor = How many copies of __transaction_state are kept.
config-transaction-state-log-min-isr = How many replicas of __transaction_state must be in the ISR for a transaction to go on (its min.insync.replicas).
config-transaction-max-timeout-ms = The largest transaction.timeout.ms that a coordinator accepts of a producer.
config-transaction-abort-timed-out-transaction-cleanup-interval-ms = How often a coordinator looks for transactions that have been open for longer than their producer's transaction.timeout.ms.
config-transactional-id-expiration-ms = After how long without a transaction a coordinator forgets a transactional.id.
config-transaction-remove-expired-transaction-cleanup-interval-ms = How often a coordinator looks for transactional.ids to forget.
config-transaction-partition-verification-enable = Whether a leader asks the coordinator before the first write of a transaction if the partition is part of it; with transaction.version 2 it always adds it.
