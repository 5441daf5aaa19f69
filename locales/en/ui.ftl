### Everything on the page that is not about one event: names of things, controls, panels, help.

-app = kafkascope

## The page

ui-title = { -app }: look into Apache Kafka
ui-language = Language
ui-skip = Skip to the controls
ui-close = Close
ui-cancel = Cancel
ui-undo = Undo
ui-help = Help
    .key = Help: keys and signs (?)
ui-about = About

## Views

ui-views = Views
ui-view-cluster = Cluster
ui-stage = The cluster, drawn
ui-stage-empty = Nothing is here yet: create a topic.

## Side panel

ui-panel = Side panel
ui-inspector = Inspector
ui-configs = Config
ui-events = Events
ui-inspector-empty = Choose something in the picture to see all that it knows.
ui-events-empty = Nothing has happened yet.

## Transport

ui-transport = Playback
ui-play = Play
    .key = Play (Space)
ui-pause = Pause
    .key = Pause (Space)
ui-step = Next event
    .key = Next event (.)
ui-clock = Virtual time
ui-pace = Pace
ui-pace-story = Story pace
    .hint = Slow while messages fly, quick when nothing happens.
ui-pace-fixed = Fixed pace
# $ratio (text)
ui-pace-ratio = { $ratio }×
# $slow (text)
ui-pace-slow = 1/{ $slow }×

## Columns, nodes and their states

ui-brokers = Brokers
ui-topic = Topic
ui-group = Group
ui-cluster = Cluster
# $id (id)
ui-broker = broker { $id }
ui-controller = controller
ui-controllers = controllers
# $id (number)
ui-controller-number = controller { $id }
# $id (id)
ui-client-number = client { $id }
# $id (id)
ui-topic-number = topic { $id }
ui-admin = you
ui-coordinator = coordinator
ui-txn-initializing = initTransactions()
ui-txn-ready = no transaction
# $records (number)
ui-txn-open = open txn · { $records }
ui-txn-committing = committing…
ui-txn-aborting = aborting…
ui-txn-must-abort = must abort
ui-txn-fatal = fenced, closing
ui-leader = leader
ui-in-isr = in ISR
ui-out-of-isr = out of ISR
ui-joining = joining
ui-leaving = leaving
ui-offline = offline
ui-running = running
ui-stopped = stopped
ui-stopping = stopping
ui-starting = starting
ui-fenced = fenced
# $span (text)
ui-crashed-since = crashed { $span } ago
# $span (text)
ui-unpowered-since = lost power { $span } ago
# $span (text)
ui-stopped-since = stopped { $span } ago
# $span (text)
ui-paused-since = paused { $span } ago
# $span (text)
ui-cut-since = cut for { $span }
ui-slow = slow
ui-wall-clock = wall clock
# $span (text)
ui-clock-ahead = clock { $span } ahead
# $span (text)
ui-clock-behind = clock { $span } behind
ui-disk-full = disk full
# $span (text)
ui-disk-slow = disk: { $span } more per write
ui-idle = no partition
ui-up-to-date = up to date
# $records (number)
ui-behind = { $records } behind
# $partition (id)
ui-partition-short = P{ $partition }
# $offset (id)
ui-hw = HW { $offset }
# $offset (id)
ui-leo = LEO { $offset }
# $offset (id)
ui-lso = LSO { $offset }
# $epoch (id)
ui-epoch = epoch { $epoch }
# $generation (id), $state (text)
ui-group-state = generation { $generation } · { $state ->
    [Stable] stable
    [Empty] empty
    [PreparingRebalance] gathering members
    [CompletingRebalance] sharing out
   *[Dead] gone
}
# $epoch (id), $state (text)
ui-group-epoch = epoch { $epoch } · { $state ->
    [Stable] stable
    [Empty] empty
    [Assigning] sharing out
   *[Reconciling] members move
}
# $partitions (number), $factor (number), $isr (number)
ui-topic-shape = { $partitions ->
    [one] { $partitions } partition
   *[other] { $partitions } partitions
} · RF { $factor } · min.insync.replicas { $isr }
# $partition (id), $records (number)
ui-stuck-at = stopped at { $partition } · { $records } behind
ui-diverges = diverges
# $offset (id)
ui-diverges-at = diverges from { $offset }

## Counting

ui-numbers = Numbers
ui-produced = produced
ui-consumed = consumed
ui-lag = lag
ui-throughput = throughput
ui-latency = from produce to consume
ui-ledger = Promise ledger
    .hint = What the producers were told, and what became of it.
ui-ledger-acked = acked
ui-ledger-doubt = in doubt
    .hint = Sent, and no answer yet.
ui-ledger-lost = lost
    .hint = Promised to the producer, and no longer in the log.
ui-ledger-failed = failed
    .hint = The application was told that it failed.
ui-ledger-aborted = aborted
    .hint = Its transaction was aborted: nothing was promised, and who reads with read_committed is given nothing of it.
ui-ledger-reordered = out of order
ui-ledger-reordered-hint = Records that stand in their log after one that their producer sent later.
ui-written-late = Written after a record that was sent later: it was tried again while others were in flight (max.in.flight.requests.per.connection without enable.idempotence).
ui-ledger-duplicated = duplicated
    .hint = In the log more than once.

## Inspector: labels of facts

ui-fact-state = State
ui-fact-partition = Partition
ui-fact-partitions = Partitions
ui-fact-replicas = Replicas
ui-fact-size = Size
ui-fact-segments = Segments
ui-fact-batch = Batch
ui-fact-records = Records
ui-fact-committed = Committed
ui-fact-lag = Lag
ui-fact-members = Members
ui-fact-protocol = protocol
ui-fact-group-epoch = group epoch
ui-fact-target-epoch = epoch of the target assignment
# $epoch (id)
ui-member-epoch = epoch { $epoch }
ui-fact-generation = Generation
ui-fact-assignment = Assignment
ui-fact-assignor = Assignor
ui-fact-subscription = Reads
ui-fact-writes-to = Writes to
ui-fact-rate = Rate
ui-fact-in-flight = In flight
ui-fact-waiting = Waiting
ui-fact-buffer = Buffer used
ui-fact-from = From
ui-fact-to = To
ui-fact-sent = Sent
ui-fact-arrives = Arrives
ui-fact-latency = Latency
ui-fact-bandwidth = Bandwidth
ui-fact-none = none
ui-fact-nobody = nobody

## What one can do

ui-actions = What you can do
ui-crash = Crash
    .hint = The process ends at once, as with kill -9; what it wrote stays.
ui-power-loss = Cut its power
    .hint = The machine goes off: what was still in the page cache and not on its disk is lost, too.
ui-start = Start
ui-stop = Stop
    .hint = Shuts down in order: hands its work over first.
ui-cut-link = Cut the link
ui-heal-link = Heal the link
ui-cut-way = Cut only this way
ui-heal-way = Heal this way
ui-reset-connection = Reset the connection
    .hint = Both ends get RST: this message and all behind it are lost.
ui-reset-next = Reset what flies this way
ui-fill-disk = Fill the disk
    .hint = At its next write the broker halts. It comes up again only when there is space.
ui-free-disk = Free the disk
ui-disk-slow-by = Disk slowed by, per write
ui-network = Network
ui-split = Split the network
ui-split-lead = Choose who stands on the second island. Nothing passes between the two until you heal the cuts.
ui-split-do = Split
ui-heal-all = Heal all cuts
ui-slow-disk = slow disk
ui-later = Later
ui-later-what = What
ui-later-in = In
ui-later-every = Then every (0: once)
ui-later-until = Until, from now
    .hint = Empty: until you remove it.
ui-later-do = Plan
ui-planned = Planned
# $at (text)
ui-planned-at = at { $at }
# $at (text), $every (text), $last (text), $left (number)
ui-planned-every = at { $at }, then every { $every } until { $last } ({ $left } times)
# $what (text)
ui-unplan = Remove: { $what }
# $what (text), $at (text), $why (text)
ui-not-done = **{ $what }**, planned for { $at }, was not done: { $why }
# $verb (text), $thing (text)
ui-verb-of = { $verb }: { $thing }
ui-elect-leaders = Elect leaders
ui-add = Add
ui-add-topic = Create a topic
ui-add-producer = Add a producer
ui-add-consumer = Add a consumer
ui-add-processor = Add a stream processor
ui-add-broker = Add a broker
ui-remove = Remove
ui-produce-one = Produce one record
ui-produce-poison = Produce a record that nobody can handle
    .hint = It is written like any other; every application that processes it throws.
ui-produce-tombstone = Produce a tombstone
    .hint = A record with a key and no value: where the topic is compacted, the key goes in the end.
ui-delete-records = Delete records
    .hint = DeleteRecords, as kafka-delete-records.sh asks for it: the log then begins at this offset. -1 stands for all that is committed.
ui-delete-before = Before offset (-1: all committed)
ui-old-records = What becomes of old records
ui-abort-hanging-transaction = Abort a hanging transaction
ui-act-poll = Call poll() once
ui-act-commit = Call commitSync()
ui-act-begin-transaction = Begin a transaction
ui-act-commit-transaction = Commit the transaction
ui-act-abort-transaction = Abort the transaction
ui-act-divide = Divide records into transactions
ui-act-seek = Move the position
ui-act-pause = Pause a partition
ui-act-resume = Resume a partition
ui-act-slow-record = Slow down the next record
ui-act-slow-partition = Slow down a partition
ui-act-handle = Change how records are handled

## Forms

ui-form-name = Name
ui-form-partitions = Partitions
ui-form-replication = Replication factor
ui-form-rate = Records per second
ui-form-keys = Different keys
    .hint = 0: records without a key.
ui-form-value-size = Size of a value
ui-form-processing = Time to process one record
ui-form-topic = Topic
ui-form-group = Group
ui-form-key = Key

## Config panel

# $value (text)
ui-config-default-is = Default: { $value }
# $low (text), $high (text)
ui-config-bounds = From { $low } to { $high }
ui-config-changed = changed
# $least (text)
ui-config-teaching = Teaching scale: Kafka itself takes { $least } at least.
ui-config-reset = Back to the default
ui-config-of = Config of
ui-config-true = yes
ui-config-false = no

## Help

ui-keys = Keys
ui-keys-play = play or pause
ui-keys-message = next message of what is chosen
ui-keys-until = run until something is so
ui-keys-step = event before, next event
ui-keys-pace = slower, faster
ui-keys-move = go from thing to thing
ui-keys-escape = let go, close
ui-keys-crash = crash or start what is chosen
ui-keys-add = add something
ui-keys-language = change the language
ui-keys-help = this help
ui-signs = Signs
ui-signs-wet = An outlined record is written but not yet committed: it can still be lost.
ui-signs-dry = A filled record is committed: every replica in the ISR has it.
ui-signs-key = Colour and punched holes tell the key.
ui-signs-txn-open = A bracket with an arrow is an open transaction. Readers of read_committed stop at the dashed bar before it, the last stable offset (LSO).
ui-signs-txn-committed = Closed by a C marker: committed, its records count. The marker takes an offset of its own.
ui-signs-txn-aborted = Closed by an A marker: aborted. The records stay; readers of read_committed skip them.
ui-signs-txn-coordinator = The diamond: this broker coordinates a group. With a dot: it coordinates transactions, and where the first of them stands.
ui-signs-hw = The bar with a foot is the high watermark; consumers read only to its left.
ui-signs-leo = The bar with a nib is the end of the log: here the next record goes.
ui-signs-leader = The flag marks the leader of a partition.
ui-signs-fetch = Two open chevrons are a fetch: consumers and followers ask, brokers never push.
ui-glossary = Glossary

## About

ui-about-what = { -app } runs a deterministic model of a Kafka cluster in your browser. Nothing is sent anywhere.
ui-about-version = Follows Apache Kafka 4.x with its real default values.
ui-about-limits = What is not modelled
ui-about-independent = An independent project, neither made nor endorsed by the Apache Software Foundation. “Apache Kafka” and “Kafka” are trademarks of the Apache Software Foundation.
ui-about-licence = Free software under the Apache License 2.0.
ui-about-source = Source code

## When something goes wrong

ui-crash-title = The page cannot go on
ui-crash-text = An error in { -app } stopped it. Reloading starts the cluster again; a report helps to fix it.
ui-crash-reload = Reload
ui-file-drop = Drop a scenario here

## The opening scenario

ui-opening-topic = orders
ui-opening-producer-1 = checkout
ui-opening-producer-2 = web-app
ui-opening-group = billing

## The head of the page

ui-name = { -app }
ui-language-short = EN
ui-theme = Colours
ui-theme-system = As the system says
ui-theme-light = Light
ui-theme-dark = Dark
ui-theme-projector = Projector
ui-open-file = Open a scenario
# $up (number), $all (number)
ui-brokers-up = { $up } of { $all }
ui-brokers-hint = Brokers in service, as the controller knows it.

## Numbers

ui-throughput-in = Records produced
ui-throughput-out = Records processed
ui-latency-p50 = End-to-end latency, p50
ui-latency-p95 = End-to-end latency, p95
ui-latency-short = latency p50
ui-groups-lag = Lag of the groups
ui-groups-empty = No consumer group has members or commits.
ui-produced-hint = The applications called send().
ui-consumed-hint = Processed by the applications that read, repetitions included.
ui-ledger-acked-hint = The producer was told that they are written.

## Kinds of things

ui-producer = producer
ui-consumer = consumer
ui-kind-broker = broker
ui-kind-controller = KRaft controller
ui-kind-producer = producer
ui-kind-consumer = consumer
ui-kind-topic = topic
ui-kind-partition = partition
ui-kind-record = record
ui-kind-message = message
ui-kind-link = link
ui-kind-group = consumer group
ui-kind-share-group = share group
# $count (number)
ui-share-held = { $count } acquired
ui-share-deliveries = What became of its deliveries
ui-share-now = acquired now
ui-share-acquired = acquired so far
ui-share-again = of these, not for the first time
ui-share-acknowledged = acknowledged
ui-share-available = available again
ui-share-timed-out = locks that ran out
ui-share-archived = archived
ui-share-why = One member at a time acquires a record. Acknowledged, it is done; released, or not acknowledged before its lock ends, it is delivered again, up to group.share.delivery.count.limit times. Then it is archived: nobody gets it.
ui-share-fresh = never delivered yet
# $span (text)
ui-share-lock = lock { $span }
ui-share-persisting = being persisted
# $count (number)
ui-share-more = And { $count ->
    [one] { $count } run of records
   *[other] { $count } runs of records
} more.
# $count (id)
ui-share-delivery = delivery { $count }
# $partition (text), $offset (id)
ui-record-title = { $partition }, offset { $offset }
# $broker (id)
ui-replica-on = Replica on broker { $broker }

## States

# $span (text)
ui-down-since = down for { $span }
# $span (text)
ui-frozen-since = frozen for { $span }
ui-not-started = not started yet
ui-in-service = in service
ui-paused = paused
ui-without-leader = without a leader
# $broker (id)
ui-led-by = led by broker { $broker }
ui-link-up = up
# $name (text)
ui-link-to = Link to { $name }
ui-stuck = held back by a cut
ui-unlimited = unlimited
# $span (text)
ui-ago = { $span } ago
# $span (text)
ui-in-span = in { $span }
ui-due-now = due now
# $span (text)
ui-more-span = { $span } more per message
# $span (text)
ui-up-to = up to { $span }
# $amount (text)
ui-per-second = { $amount }/s
# $part (text), $whole (text)
ui-of = { $part } of { $whole }
# $records (number)
ui-records = { $records ->
    [one] { $records } record
   *[other] { $records } records
}
# $ago (text)
ui-waits-since = sent { $ago }
# $times (number)
ui-times = { $times ->
    [one] once
   *[other] { $times } times
}
# $committed (id), $end (id)
ui-committed-of = committed { $committed } of { $end }
ui-nothing-committed = nothing committed
ui-committed-yes = committed: below it
ui-committed-no = not committed yet: not below it
ui-told-nothing = nothing yet
ui-shield-kept = Promises kept
# $count (number)
ui-shield-lost = { $count ->
    [one] 1 record lost
   *[other] { $count } records lost
}
# $count (text)
ui-promises-kept = All **{ $count }** records that producers were told to be written are there.
# $count (number)
ui-promises-allowed = { $count ->
    [one] **One record** that a producer was told to be written is lost.
   *[other] **{ $count } records** that producers were told to be written are lost.
} This configuration allows that.
# $count (number)
ui-promises-broken = { $count ->
    [one] **One record** is lost
   *[other] **{ $count } records** are lost
} although this configuration promises to keep what was acknowledged.
# $count (number)
ui-and-more = and { $count } more
# $producer (text), $number (text), $place (text)
ui-record-of = **{ $producer } #{ $number }** { $place }
# $at (text)
ui-told-ok-at = Told ok at { $at }.
# $error (text), $at (text)
ui-told-error-at = Told { $error } at { $at }.
# $at (text), $broker (text), $epoch (number)
ui-loss-led = Gone at { $at }: **{ $broker }** began to lead in epoch { $epoch } without it.
# $at (text), $broker (text)
ui-loss-cut = Gone at { $at }: **{ $broker }** cut it off its log.
ui-told-nothing-yet = Its producer has been told nothing yet.
ui-loss-never = It was never in the log of a leader that counts.
ui-allowed-unasked = Why that may be: with acks=0 a producer does not ask whether its records arrive.
ui-allowed-leader = Why that may be: with acks=1 only the leader has to have a record.
ui-allowed-unclean = Why that may be: unclean.leader.election.enable lets a broker lead that lacks committed records.
ui-allowed-power = Why that may be: machines lost their power before it was on their disks (flush.messages).
ui-allowed-alone = Why that may be: with acks=all, but min.insync.replicas=1, an ISR of the leader alone is enough.
ui-allowed-not = Nothing in this configuration allows that.
# $count (number)
ui-written-times = Written { $count } times: its producer sent it again, and nobody recognised it.
# $group (text), $count (number)
ui-processed-times = Processed { $count } times by { $group }.
ui-rules = The rules of replication
ui-rules-what = Plays everything again from the beginning and looks at every rule after each moment: one leader an epoch, logs that agree below the high watermark, acknowledged records that are committed, metadata that a majority has.
ui-rules-check = Check every rule
# $percent (number)
ui-rules-going = { $percent } % checked
# $events (text), $until (text)
ui-rules-kept = Every rule held through **{ $events } events**, up to { $until }.
# $rule (text), $at (text), $what (text)
ui-rules-broken = **{ $rule }** does not hold at { $at }: { $what }
# $name (text)
ui-leads-group = { $name } (leads the group)

## The chain of causes of a record

ui-why = Why?
    .hint = Plays everything again from the beginning and follows this record, back to the commands and clocks that began it.
ui-why-chain = Chain of causes
# $percent (number)
ui-why-seeking = Looking for the causes from the beginning: { $percent } %
ui-why-unknown = This record is no longer among those whose accounts are kept.
ui-why-steps = Each step is a moment on the tape: a click goes there and points at it.
# $clock (text)
ui-why-back = Back to { $clock }

## Inspector: more labels of facts

ui-inspector-gone = What was chosen is not there any more.
ui-fact-leaderships = Leads (with __consumer_offsets)
ui-fact-disk = Bytes on disk
ui-fact-internal-topics = of them, internal topics
ui-fact-deleted-files = Deleted files still on disk
# $bytes (text), $left (text)
ui-deleted-files = { $bytes }, for { $left } more
# $broker (id)
ui-segments-on = Segments on broker { $broker }
ui-segment-base = Base offset
ui-segment-newest = Newest
ui-segment-active = active
ui-segment-stays = stays
ui-segment-due = due
ui-segment-clean = clean
ui-segment-dirty = dirty
ui-segment-not-yet = not cleanable yet
ui-segment-before-start = due: before the log's start
# $span (text)
ui-segment-goes-in = goes in { $span }
# $bytes (text)
ui-segment-goes-after = goes after { $bytes } more
# $span (text), $bytes (text)
ui-segment-goes-at-first = goes in { $span } or after { $bytes } more
# $count (number)
ui-segments-more = { $count } more
ui-before-log-start = before the log's start
# $segments (number), $bytes (text), $why (text)
ui-segments-deleted = { $segments ->
    [one] { $segments } segment
   *[other] { $segments } segments
}, { $bytes }: { $why }
# $before (number), $after (number), $read (text), $written (text)
ui-cleaned = { $before } records became { $after }, { $read } became { $written }
ui-fact-first-dirty = First dirty offset
ui-fact-dirty-ratio = Dirty ratio
# $ratio (text), $minimum (text)
ui-dirty-ratio = { $ratio } (above { $minimum } it is cleaned)
ui-fact-last-cleaning = Last cleaning
ui-fact-last-deletion = Last deletion
# $every (text), $delay (text)
ui-why-retention = Only whole segments go, the oldest first, when the broker looks (every { $every }). Their files stay for { $delay } more.
# $every (text)
ui-why-compaction = The cleaner looks every { $every }. It leaves the active segment alone, and no record changes its offset.
ui-fact-purgatory = Requests in purgatory
ui-fact-topics = Topics
ui-fact-followers = Followers, as the leader knows them
ui-fact-role = Role in the quorum
ui-quorum-size = Controllers in the quorum
ui-quorum-size-hint = The scenario begins again.
ui-quorum-combined = In the brokers' processes (combined mode)
# $count (number)
ui-quorum-begins-combined = { $count ->
    [one] The scenario begins again: **broker 1 is the controller, too**.
   *[other] The scenario begins again: **{ $count } brokers are controllers, too**.
}
# $count (number)
ui-quorum-begins = { $count ->
    [one] The scenario begins again with **one controller**.
   *[other] The scenario begins again with a quorum of **{ $count } controllers**.
}
ui-quorum-active = active controller
ui-quorum-leader = elected, nothing committed yet
ui-quorum-follower = follower
ui-quorum-prospective = asks for pre-votes
ui-quorum-candidate = candidate, asks for votes
ui-quorum-resigned = resigned
ui-quorum-unattached = knows no leader
ui-fact-metadata-offset = Metadata log end
ui-fact-jitter = Jitter
ui-fact-producers = Idempotent producers it knows
ui-idempotence-off = off: it needs acks=all, retries and at most 5 in flight
ui-fact-blocked = send() blocked
ui-fact-last-poll = Last poll()
ui-fact-fetched = Fetched, waiting for poll()
ui-fact-arrived = Arrived
ui-fact-connection = Connection
ui-fact-answers = Answers
ui-fact-fields = Fields
ui-fact-told = The producer was told
ui-fact-copies = Copies in the log
# $group (text)
ui-processed-by = Processed by { $group }

## Why something is as it is

# $hw (id), $end (id), $slowest (text)
ui-why-hw = **Why is the HW { $hw }, if the log goes to { $end }?** The HW is the smallest log end within the ISR that the leader knows of. It waits for **{ $slowest }**: the leader learns what a follower has only from that follower's next fetch.
# $offset (id), $leader (text), $records (number)
ui-why-diverges = **Why does it diverge?** { $records ->
    [one] From offset **{ $offset }** on it holds { $records } record
   *[other] From offset **{ $offset }** on it holds { $records } records
} of an older epoch that **{ $leader }**, the leader since, does not have. The log is cut there as soon as this replica fetches from its leader.
# $eligible (text)
ui-why-no-leader = **Why has it no leader?** Only a replica in the ISR or in the ELR (**{ $eligible }**) may lead without losing committed records, and none of them is alive. Start them.
# $last (text)
ui-why-last-known = **Why has it no leader?** Nobody is left of whom it is known that they have all that was committed: who restarts after a crash may have lost something. It waits for **{ $last }**, who led last.
# $isr (number), $minimum (number)
ui-why-under-minimum = **Why are writes refused?** { $isr ->
    [one] Only { $isr } replica is
   *[other] Only { $isr } replicas are
} in the ISR, and min.insync.replicas is **{ $minimum }**: with acks=all the leader answers NOT_ENOUGH_REPLICAS. Reading goes on.
ui-why-caught-up = The time says when the leader last knew that the follower had everything. Beyond replica.lag.time.max.ms it falls out of the ISR.

## What one can do, continued

ui-show = Show
ui-resume = Go on
ui-freeze = Freeze
    .hint = Stands still with its connections open, like a long garbage collection.
ui-crash-its-leader = Crash the leader
ui-reassign = Move the replicas
    .hint = New brokers copy the partition first. Only when all that are chosen are in the ISR do the others delete it.
ui-set-quota = Set a quota
ui-quota-default = clients without a quota of their own
ui-spread = Spread over the brokers
ui-spread-hint = Proposes new replicas over all brokers in service, as kafka-reassign-partitions.sh --generate does, and moves them there.
ui-cancel-reassignment = Cancel the move
ui-slow-by = Slowed by, per message
ui-clock-by = Clock ahead by (behind: below 0)
ui-link-with = Link with
ui-no-key = no key

## Forms, continued

ui-form-topics = Topics that it reads
ui-form-partitions-in-all = Partitions in all
# $list (text)
ui-form-replicas = Replicas, the preferred one first: { $list }
ui-form-topic-stem = topic-
ui-form-producer-stem = app-
ui-form-group-stem = group-
ui-form-processor-stem = stream-
ui-form-no-topic-read = Choose at least one topic that it reads.
ui-form-application-hint = Instances with the same one share the work: it is the group of their consumers.
ui-fact-transform = Transforms with
ui-transform-map = Every record gives one result with the same key (mapValues).
ui-transform-count = Every record gives how many there were with its key (groupByKey().count()). The counts are in a store whose changelog is a compacted topic.
ui-transform-filter = Records with an even key give one result; the others give none.
ui-form-no-topic = There is no topic: create one first.
ui-form-rack-hint = Replicas are spread over racks. May stay empty.
ui-form-client-rack-hint = With a replica.selector.class it reads from a replica in this rack. May stay empty.
ui-add-broker-hint = It gets replicas of topics that are created from now on; what exists stays where it is.

## Config panel, continued

# $low (text)
ui-config-at-least = At least { $low }

## Playback, continued

ui-restart-scenario = Begin again
ui-pace-story-tick = story
ui-lagging = more happens than can be shown
ui-narration = What happens now
ui-narration-quiet = Nothing moves right now.

## Keys, continued

ui-keys-on = Single-key shortcuts
ui-keys-pace-is = story pace, then from 1/1000× to 60×
ui-keys-start = start what is chosen

## Signs, continued

ui-signs-missing = A dotted place: the record has not arrived at this follower yet.
ui-signs-truncated = Struck out: thrown away, because the leader does not have it.
ui-signs-segments = Trays are segments, the files of a log. Dots say how much of a closed one's time is over, by retention.ms or retention.bytes. The active one is open.
ui-signs-dirty = In a compacted topic: a rough floor is dirty, a smooth one has been compacted. A dash stands for an offset whose record is gone.
ui-signs-gone = A dashed box: a record that was deleted. Nobody can read it any more.
ui-signs-remote = Under a cloud: a segment that is in remote storage. A dotted box is left there only; the leader fetches it from there for whoever asks.
ui-signs-tombstone = A hollow cell is a tombstone: a key without a value.
ui-signs-diverges = Hatched behind a torn edge: the leader does not have these records. They diverge, and will be cut off.
ui-signs-isr = A ring: a follower in the ISR.
ui-signs-out-of-isr = A broken ring: a replica out of the ISR.
ui-signs-eligible = A ring with a point: out of an ISR that was too small to commit anything since, so it may still lead (ELR).
ui-signs-fenced = A dashed sign: a broker that the controller has fenced.
ui-signs-dead = A struck sign: a broker that is down.
ui-signs-duties = Solid hexagon: the active controller. Hollow: one that stands by. Dashed: one that looks for a leader, with its votes as dots. Hollow diamond: coordinator of a group.
ui-signs-produce = A wagon carries records, its nose forward: a Produce request or a Fetch response.
ui-signs-answers = A tick: told ok. A diamond: an error, under Kafka's own name.
ui-signs-bin = A batch that forms at the producer; the ring tells how near it is to linger.ms or batch.size.
ui-signs-reading = Hollow triangle: committed. Solid triangle: position. Between them: read again after a crash.
ui-signs-lag = Lag: committed, in process, and still to come.
ui-signs-cut = Two buffer stops: a link that is cut.
ui-signs-cut-way = An arrow that runs into a stop: what goes this way does not arrive.
ui-signs-slow = Hourglass: a slow link or node. An arrow beside it says which way.
ui-signs-disk = Three platters: a slow disk. Dark: a full one, and the broker halts.

## Files and wrecks

ui-lesson-retention = How old records go
    .hint = Segments roll, age and are deleted by time and by size; a consumer that was away too long gets OFFSET_OUT_OF_RANGE. Undo brings this cluster back.
ui-lesson-compaction = The last record of each key
    .hint = Prices change under a few keys; the cleaner takes what is outdated, and in the end the tombstones, too. Undo brings this cluster back.
ui-lesson-tiered = Old records move to remote storage
    .hint = Closed segments are copied, brokers keep only the newest, and a group that begins at the oldest record reads through the leader from there. Undo brings this cluster back.
ui-lesson-transactions = Exactly once, with crashes
    .hint = A shop commits and aborts, a stream processor writes payments, and a coordinator, the processor and the shop crash in the middle of it. Undo brings this cluster back.
ui-lesson-rebalances = Three protocols, the same churn
    .hint = Groups under eager, cooperative and KIP-848 read one topic; in each, members join, leave, crash and restart at the same moments. Undo brings this cluster back.
# $name (text)
ui-file-good = **{ $name }** is playing.
# $name (text), $why (text)
ui-file-is-bad = **{ $name }** cannot be played. { $why }
ui-rescue = What you did last time was kept.
ui-rescue-restore = Go on with it
ui-crash-kept = What you did so far is kept: after reloading you can bring it back.

## The stage, continued

ui-stage-things = Things in the picture
ui-stage-no-consumers = Nobody reads yet: add a consumer.
# $partition (text), $broker (text)
ui-replica-name = { $partition } on { $broker }
# $first (text), $second (text)
ui-link-name = link { $first } – { $second }

ui-later-coming = The panels are coming…
ui-later-failed = The panels could not be fetched. Is the network up?
ui-later-again = Try again

## Headings inside the picture

ui-heading-producers = PRODUCERS
ui-heading-topic = TOPIC
ui-heading-group = GROUP
ui-heading-ledger = PROMISE LEDGER

## Groups over time

ui-stood = Who reads, over the last minute
ui-stood-sign = nobody reads
ui-stood-by = Reader
ui-stood-lately = Last stop
ui-stood-total = In all
# $why (text)
ui-stood-nobody = nobody ({ $why ->
    [back] handed back
    [lost] lost
    [ended] its process ended
    [frozen] its process is frozen
   *[seeking] looks for its offset
})
# $open (number), $all (number), $span (text)
ui-stood-now = **{ $open } of { $all }** { $all ->
    [one] partition
   *[other] partitions
} { $open ->
    [one] stands
   *[other] stand
} still right now; the longest stop so far: **{ $span }**.
ui-stood-reading-on = The group rebalances, and every partition is being read meanwhile.
ui-stood-none = The last rebalance stopped no partition.
# $stood (number), $all (number), $span (text)
ui-stood-price = In the last stop, **{ $stood } of { $all }** { $all ->
    [one] partition
   *[other] partitions
} stood still, the longest for **{ $span }**.
# $partition (text), $bands (text)
ui-stood-bands = { $partition }: { $bands }
# $who (text), $clock (text)
ui-stood-from = { $who } from { $clock } on
ui-stood-groups = Where nobody reads, by group
ui-stood-groups-hint = Hatched: the share of a group's partitions that nobody reads. Times are added up over its partitions.
# $ago (text), $cause (text)
ui-last-rebalance = **Last rebalance**, { $ago }. { $cause }
# $error (text)
ui-phase-refused = refused: { $error }
# $phase (text)
ui-phase = { $phase ->
    [finding] looks for its coordinator
    [outside] outside, about to join
    [preparing] commits before it gives up its partitions
    [joining] joins (JoinGroup)
    [syncing] awaits its share (SyncGroup)
    [stable] stable
    [leaving] leaves
   *[fenced] fenced: another has its group.instance.id
}
# $phase (text)
ui-phase-short = { $phase ->
    [finding] no coordinator
    [outside] outside
    [preparing] commits
    [joining] joins
    [syncing] awaits its share
   *[leaving] leaves
}
ui-lag-over-time = Lag, over the last minute
ui-lag-why = **Each partition has a lag of its own**, and it steps down only when the group commits. All curves are on one scale.
ui-lag-hot = most of the lag
ui-lag-still = no movement
ui-lag-level = keeps pace
# $span (text)
ui-lag-clears = clears in about { $span } at this pace
# $rate (text)
ui-lag-grows = grows by { $rate }
## Consuming applications

ui-commit = Offsets are committed
ui-commit-auto = by enable.auto.commit
    .hint = poll() commits what earlier polls returned, every auto.commit.interval.ms.
ui-commit-sync = after each poll
    .hint = commitSync() when all records of a poll() are processed: a crash before it repeats them.
ui-commit-each = after each record
    .hint = commitSync() after every record: at most one is repeated, and each costs a round trip.
ui-commit-before = before processing
    .hint = commitSync() before the first record is processed: a crash after it loses the rest.
ui-commit-async = after each poll, async
    .hint = commitAsync() when all records of a poll() are processed: nobody waits, nothing is tried again.
ui-commit-none = never
    .hint = Nothing is committed unless you ask for it: every start begins where the last commit left off.
ui-handler = Records are processed
ui-handler-poll = by the polling thread
    .hint = The next poll() comes when all records of this one are done.
ui-handler-async = by another thread
    .hint = poll() goes on at once, and what it returned counts as consumed before it is done.
ui-throws = When processing throws
ui-throws-die = the process dies
    .hint = Nobody catches the exception: nothing is committed past the record.
ui-throws-skip = it is skipped
    .hint = The next record follows, and the commit passes the one that threw: it had no effect.
ui-throws-retry = it is tried again
    .hint = The same record again after a second, for as long as it throws: all behind it wait.
ui-polls = It polls
ui-polls-loop = in a loop
    .hint = poll() is called again as soon as its records are done.
ui-polls-command = when you say so
    .hint = It waits outside of poll(); after max.poll.interval.ms it leaves the group.
ui-out-of-order = One record, one partition
ui-pause-hint = KafkaConsumer.pause(): the partition stays assigned, and poll() returns nothing of it.
ui-seek = Seek to
ui-seek-beginning = the beginning
ui-seek-end = the end
ui-seek-offset = an offset
ui-seek-ago = so long ago
ui-form-instance-hint = Makes it a static member: a restart within session.timeout.ms moves no partition. May stay empty.

## Delivery guarantees

ui-delivery = Delivery guarantee
ui-at-most-once = at most once
ui-at-least-once = at least once
ui-exactly-once = exactly once
ui-amounts-most = This is **at most once**: a record may be lost, and is never processed twice.
ui-amounts-least = This is **at least once**: no record is lost, and one may be processed twice.
ui-amounts-exactly = This is **exactly once** within Kafka: whoever reads the results with read_committed sees each record's result once. What the application does outside of Kafka may still happen twice.
ui-exactly-once-not-here = No config gives exactly once to an application whose effect is outside of Kafka: no transaction knows of it. It takes a stream processor that writes its results to a topic, with processing.guarantee=exactly_once_v2.
ui-at-most-once-not-here = A stream processor writes its results before it commits: it cannot be had at most once.
ui-why-exactly-once = Results and offsets are one transaction: after a crash both are there, or neither.
ui-why-flushes-first = Results are written, then offsets are committed: a crash between the two repeats results.
ui-amounts-neither = This is **neither**: records may be lost, and others processed twice.
ui-settings = What makes it so
ui-setting-otherwise = Not set here; what is set serves as well.
# $names (text)
ui-risk-unasked = **{ $names }**: with acks=0 nobody hears of a record that was not written.
# $names (text)
ui-risk-leader = **{ $names }**: with acks=1 a leader that crashes takes records with it that were acknowledged.
# $names (text)
ui-risk-once = **{ $names }**: with retries=0 a record that fails once is not sent again.
# $names (text)
ui-risk-again = **{ $names }**: without enable.idempotence, what is sent again may be written twice.
# $names (text)
ui-risk-before = **{ $names }**: what is committed before it is processed is lost in a crash.
# $names (text)
ui-risk-hands-over = **{ $names }**: another thread processes; a commit may pass records that are not done, or miss some that are.
# $names (text)
ui-risk-skips = **{ $names }**: a record that throws is skipped, and has no effect.
# $names (text)
ui-risk-after = **{ $names }**: what is processed and not yet committed comes again after a crash.
# $names (text)
ui-risk-never = **{ $names }**: nothing is committed, so everything comes again after a crash.
ui-why-acks-0 = The producer does not wait for an answer, so nothing makes it send again.
ui-why-acks-all = A record counts as written when every replica in the ISR has it.
ui-why-retries-0 = What is never sent again cannot be written twice.
ui-why-retries = A record is sent again until delivery.timeout.ms has passed.
ui-why-idempotence-off = Idempotence needs acks=all and retries.
ui-why-idempotence = Brokers recognise what they have already, so that sending again writes nothing twice.
ui-why-auto-commit = The application itself decides when to commit.
ui-why-in-flight = Idempotence keeps the order of at most five requests in flight.
# $group (text)
ui-effect-of = What { $group } did outside of Kafka
ui-effect-processed = records processed
ui-effect-repeated = of them more than once
ui-effect-missing = committed, never processed
ui-worst-heading = What it is worth
ui-worst-hint = The tape runs until a member is between processing and commit, crashes it there, and starts it again a second later.
ui-worst = Crash at the worst moment
ui-worst-none = Within a minute no member is between processing and commit.
# $member (text), $clock (text), $records (number)
ui-trial-processed = **{ $member }** was crashed at { $clock }, after processing and before the commit: { $records ->
    [one] **one record** will come again.
   *[other] **{ $records } records** will come again.
}
# $member (text), $clock (text), $records (number)
ui-trial-committed = **{ $member }** was crashed at { $clock }, after the commit and before processing: { $records ->
    [one] **one record** will never come again.
   *[other] **{ $records } records** will never come again.
}
ui-trial-nothing-yet = It has cost nothing yet: others take over when the group has noticed.
# $repeated (number), $missing (number)
ui-trial-cost = Cost so far: **{ $repeated }** repeated, **{ $missing }** lost for the group.
ui-ledger-missing = unprocessed
    .hint = A group has committed past them, and nobody in it has processed them: lost for the group.
# $group (text)
ui-missed-by = **{ $group }** has committed past it and never processed it.
ui-store = database
# $count (number)
ui-store-rows = { $count ->
    [one] { $count } row
   *[other] { $count } rows
}

## Transactions

ui-kind-processor = stream processor
ui-stream-store = Counts
ui-fact-changelog = Changelog
# $keys (number)
ui-stream-store-keys = { $keys ->
    [one] 1 key
   *[other] { $keys } keys
}
# $at (id), $end (id)
ui-stream-store-restoring = restoring, at { $at } of { $end }
ui-results = Results of stream processors
ui-fact-made-from = Made from
ui-fact-results-committed = For readers of read_committed
# $codec (text), $bytes (text)
ui-compressed = { $codec }, of { $bytes } (a model's ratio)
ui-hangs = hangs
ui-why-hangs = **Why does it hang?** Its producer wrote here after the marker, or its coordinator has forgotten it: no marker will ever come, and readers of read_committed wait for good. kafka-transactions.sh find-hanging lists it; an administrator has to abort it.
ui-abort-hanging-hint = Has an abort marker written for it, without any coordinator (kafka-transactions.sh abort).
ui-fate-unreplicated = not replicated yet
ui-fate-undecided = undecided
ui-fate-committed = committed
ui-fate-aborted = aborted
# $group (text)
ui-proof-of = What { $group } made of each record
    .hint = As readers of read_committed see it. Choose a record of a topic that it reads to see its results.
ui-proof-once = exactly one result
ui-proof-repeated = more than one
ui-proof-missing = none, and committed past
ui-proof-waiting = still to come
ui-proof-dropped = none is due
ui-proof-unknown = results no longer kept
ui-proof-skipped = results in aborted transactions
ui-fact-stage = It is
ui-stage-starting = starting: initTransactions()
ui-stage-working = polling and working
ui-stage-flushing = waiting until its results are written
ui-stage-sending-offsets = sending its offsets: sendOffsetsToTransaction()
ui-stage-committing = committing
ui-stage-aborting = aborting
ui-stage-closing = closing
ui-fact-remote = Segments in remote storage
ui-fact-reads-from = Reads from
ui-fact-transactions = Transactions
ui-fact-aborted = Aborted ones
# $offset (id)
ui-open-since = open since offset { $offset }
ui-commit-transaction = Commit
    .hint = commitTransaction(): the coordinator writes PrepareCommit; from then on it will be committed, whatever crashes. The markers follow.
ui-abort-transaction = Abort
    .hint = abortTransaction(): the records stay in the log, and an A marker after them tells readers of read_committed to skip them.
ui-begin-transaction = Begin a transaction
    .hint = beginTransaction(): nothing goes over the wire yet. The coordinator hears of it with the first record.
ui-form-txn-records = Records in a transaction
ui-form-txn-time = Longest time of a transaction
ui-form-txn-aborts = Transactions that it aborts
ui-form-transactional = transactional.id
    .hint = Empty for a producer without transactions. Two with the same one fence each other.
ui-why-transaction = **Who decides?** The coordinator: the broker that leads the id's partition of __transaction_state. Once PrepareCommit is written there the transaction will be committed, even if that broker dies. The markers only carry the news to the partitions.
# $lso (id), $hw (id)
ui-why-lso = **Why do readers of read_committed stop at { $lso }, if the HW is { $hw }?** A transaction that began at { $lso } is undecided. Whatever lies behind it waits, even what belongs to nobody's transaction: the log is read in order.

## Quotas

# $span (text)
ui-throttled = throttled { $span }
ui-share = Share
ui-share-key = Share (S)
ui-keys-share = share what is on screen
ui-link = Link
# $moment (text)
ui-share-what = Whoever opens this sees the cluster as it was at **{ $moment }**, with everything that was done, and can go on from there.
ui-share-copy = Copy the link
ui-share-copy-text = Copy with a sentence
# $moment (text), $link (text)
ui-share-paste = A Kafka cluster at { $moment }, message by message: { $link }
ui-share-copied = Copied.
ui-share-not-copied = The browser does not let the page copy. Copy the link from the field.
ui-share-code = The link as a QR code
ui-share-no-code = The link is too long for a QR code that a phone could read from a distance.
ui-share-too-long = So much was done that no link can hold it. The file can.
ui-share-file = Download as a file
ui-share-file-hint = Dropped on the page, it opens like the link.
# $percent (number)
ui-link-coming = The link is being played up to its moment: { $percent } %.
ui-link-good = The link is open.
ui-unkept = This browser stores nothing for the page, so closing it forgets what you do. The address holds it: copy it to come back.
ui-rescue-name = The last session

## Time

ui-scrub = Moment on the tape
    .hint = Drag to any moment; what was played is kept, and beyond it the tape is played on.
ui-play-back = Play backwards
    .key = Play backwards (B)
ui-step-back = Event before
    .key = Event before (,)
ui-backwards = backwards
ui-zoom-in = Look at the tape more closely
ui-zoom-out = See more of the tape
ui-keys-mark = mark before, next mark on the tape
ui-keys-back = play backwards
ui-keys-undo = undo, redo what was done
# $clock (text), $told (text)
ui-mark-said = { $clock } · { $told }
# $clock (text), $told (text), $more (number)
ui-mark-said-more = { $more ->
    [one] { $clock } · { $told }, and one more thing
   *[other] { $clock } · { $told }, and { $more } more things
}
ui-mark-trouble = refused, failed or lost
ui-mark-down = down or cut
ui-mark-isr = ISR changed, or fenced
ui-mark-election = elected
ui-mark-rebalance = rebalance
ui-mark-command = done by you
ui-mark-up = back again
ui-marks = Marks on the tape

## Branches

ui-branches = Branches
    .intro = Act in the past and another future begins. The old one is kept here.
ui-take-back = Undo
ui-do-again = Redo
ui-rename = Rename
ui-delete = Delete
ui-branch-name = Name of the branch
ui-keep-name = Keep the name
ui-branch-first = The first run
# $at (text)
ui-branch-from = Parted at { $at }
# $at (text), $deed (text)
ui-branch-done = At { $at }: { $deed }
# $at (text), $deed (text)
ui-branch-undone = At { $at }, without: { $deed }
# $reach (text), $acked (text), $lost (text), $twice (text)
ui-branch-sums = played { $reach } · { $acked } acked · { $lost } lost · { $twice } twice
ui-compare = Compare
# $part (number)
ui-compare-going = Both are played side by side: { $part } %
# $at (text)
ui-compare-at = Both at { $at }
ui-compare-same = Nothing differs: both went the same way.
ui-compare-first = First difference
ui-compare-nothing = nothing at this moment
ui-compare-then = What only one of them went through
# $count (number)
ui-compare-all = Show all { $count }
# $api (text), $from (text), $to (text)
ui-compare-message = { $api } from { $from } to { $to }
ui-go-there = Go to this moment

## Run until something is so

ui-until = Run until…
    .key = Run until something is so (U)
ui-until-intro = Time runs on until this is so, and is held there. The look ahead changes nothing: it plays what will happen if nobody interferes.
ui-until-play = Play until then
ui-until-jump = Go there
# $thing (text)
ui-until-message = The next message of **{ $thing }**
ui-until-message-none = The next message of what is chosen in the picture (nothing is)
ui-until-event = The next event of a kind
ui-until-kind = Kind
ui-until-under = An ISR smaller than **min.insync.replicas**
ui-until-lag = A **lag** above a limit
ui-until-group = Group
ui-until-any-group = any
ui-until-above = More records than
# $record (text)
ui-until-record = What becomes of **{ $record }**
# $producer (text), $number (text)
ui-until-record-of = record { $number } of { $producer }
ui-until-fate = Until it is
ui-until-acked = acknowledged to its producer
ui-until-committed = committed: below the high watermark
ui-until-visible = visible to read_committed: below the last stable offset
ui-until-processed = processed by a group
ui-until-lost = lost
ui-until-any-lost = One more record is **lost**
ui-until-duplicated = One more record is there **twice**, or processed again
# $percent (number)
ui-until-looking = Looking ahead: { $percent } %
# $at (text), $what (text)
ui-until-found = **{ $at }** · { $what }
# $what (text)
ui-until-already = It is so already: { $what }
# $span (text)
ui-until-nothing = Not within the next { $span }, if nobody interferes. Time stands where it stood.
# $api (text), $from (text), $to (text)
ui-until-sent = { $api } sets out from { $from } to { $to }
# $api (text), $from (text), $to (text)
ui-until-arrived = { $api } from { $from } reaches { $to }
# $partition (text)
ui-until-is-under = the ISR of { $partition } is smaller than min.insync.replicas
# $group (text), $partition (text)
ui-until-is-behind = { $group } falls behind in { $partition }
# $at (text)
ui-until-at = until { $at }

## Twin worlds

ui-twin-open = Side by side
ui-twin-close = One picture
ui-twin-swap = Swap A and B
ui-twin-picture = The other branch, at the same moment
ui-twin-looking = Looking for the first difference…
ui-twin-same = A and B are the same so far.
# $clock (text)
ui-twin-first = First difference at { $clock }
# $percent (number)
ui-twin-coming = B is catching up: { $percent } %
ui-vary = The same, with one thing changed
ui-vary-intro = Another branch from the very beginning. All else stays: the same commands, the same luck.
ui-vary-config = Config
# $name (text), $value (text)
ui-vary-beside = { $name }={ $value } beside this
# $name (text), $text (text)
ui-vary-wrong = { $name } cannot be { $text }
ui-vary-or = Or without something that was done:
# $what (text), $clock (text)
ui-vary-without = Without { $what } ({ $clock })
ui-vary-producers = all producers
ui-vary-consumers = all consumers
ui-vary-topics = all topics
# $name (text), $value (text), $whose (text)
ui-branch-varied = { $name }={ $value } · { $whose }
# $what (text)
ui-branch-without = Without { $what }
