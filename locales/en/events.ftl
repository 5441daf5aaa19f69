### What happened, in one or two sentences, present tense: who did what, then why it matters.
### Names and numbers that one may want to follow are **strong**.

# $broker (text), $first (id), $last (id), $partition (text)
event-appended = **{ $broker }** appends **{ $first }** to **{ $last }** to { $partition }.
# $broker (text), $offset (id), $partition (text)
event-appended-one = **{ $broker }** appends **{ $offset }** to { $partition }.
# $broker (text), $first (id), $last (id), $partition (text)
event-copied = **{ $broker }** copies **{ $first }** to **{ $last }** of { $partition }.
# $partition (text), $before (id), $now (id)
event-high-watermark = The HW of { $partition } goes from { $before } to **{ $now }**: consumers may read up to there.
# $follower (text), $before (id)
event-high-watermark-waits = The HW stays at { $before } until **{ $follower }** asks for more.
# $broker (text), $partition (text), $epoch (id)
event-leader-elected = { $partition } now belongs to **{ $broker }**, epoch **{ $epoch }**.
# $partition (text)
event-leader-none = { $partition } has no leader: nobody in its ISR is alive.
# $broker (text), $partition (text)
event-leader-unclean = { $partition } goes to **{ $broker }**, which was out of the ISR: committed records may be lost.
# $broker (text), $partition (text)
event-isr-shrank = **{ $broker }** falls out of the ISR of { $partition }: it has not kept up.
# $broker (text), $partition (text)
event-isr-grew = **{ $broker }** is back in the ISR of { $partition }.
# $broker (text), $offset (id), $partition (text)
event-truncated = **{ $broker }** cuts its log of { $partition } at **{ $offset }**: what follows is not what the leader has.
# $node (text)
event-crashed = **{ $node }** stopped without a word.
# $node (text), $span (text)
event-crashed-wait = **{ $node }** stopped. The controller will notice in { $span }.
# $node (text)
event-started = **{ $node }** starts.
# $node (text)
event-stopping = **{ $node }** shuts down in order.
# $node (text)
event-stopped = **{ $node }** has stopped.
# $broker (text)
event-registered = The controller registers **{ $broker }**.
# $broker (text)
event-fenced = The controller fences **{ $broker }**: it has heard nothing from it.
# $broker (text)
event-unfenced = **{ $broker }** is in service again.
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
# $first (text), $second (text)
event-link-cut = The link between **{ $first }** and **{ $second }** is cut.
# $first (text), $second (text)
event-link-healed = The link between **{ $first }** and **{ $second }** works again.
# $client (text), $span (text), $partition (text)
event-linger = **{ $client }** waits { $span } more to fill its batch for { $partition }.
# $client (text), $records (number), $partition (text)
event-batch-sent = **{ $client }** sends { $records ->
    [one] { $records } record
   *[other] { $records } records
} for { $partition }.
# $client (text), $records (number)
event-acked = **{ $client }** hears: { $records ->
    [one] { $records } record is
   *[other] { $records } records are
} written.
# $client (text), $records (number), $error (text)
event-failed = **{ $client }** gives { $records ->
    [one] { $records } record
   *[other] { $records } records
} up: { $error }.
# $client (text), $error (text)
event-retry = **{ $client }** tries again: { $error }.
# $broker (text), $partition (text), $alive (number), $wanted (number)
event-not-enough-replicas = **{ $broker }** turns a write to { $partition } away: { $alive } in the ISR, { $wanted } wanted.
# $member (text), $group (text)
event-member-joined = **{ $member }** joins group **{ $group }**.
# $member (text), $group (text)
event-member-left = **{ $member }** leaves group **{ $group }**.
# $member (text), $group (text)
event-member-expired = Group **{ $group }** gives **{ $member }** up: no heartbeat came.
# $group (text)
event-rebalance = Group **{ $group }** shares its partitions out anew; nobody reads meanwhile.
# $group (text), $generation (id)
event-assigned = Group **{ $group }** has its assignment, generation **{ $generation }**.
# $member (text), $offset (id), $partition (text)
event-committed = **{ $member }** commits **{ $offset }** for { $partition }.
# $member (text), $records (number)
event-polled = **{ $member }** takes { $records ->
    [one] { $records } record
   *[other] { $records } records
}.
# $member (text), $offset (id), $partition (text)
event-reset = **{ $member }** has no valid offset for { $partition } and begins at **{ $offset }**.
# $member (text), $first (id), $last (id)
event-read-again = **{ $member }** died before its commit: **{ $first }** to **{ $last }** will be read again.
# $records (number), $partition (text)
event-lost = { $records ->
    [one] { $records } acked record
   *[other] { $records } acked records
} of { $partition } { $records ->
    [one] is
   *[other] are
} gone.
# $name (text), $value (text)
event-config = **{ $name }** is now **{ $value }**.
# $segments (number), $partition (text), $offset (id)
event-retention = Retention deletes { $segments ->
    [one] { $segments } segment
   *[other] { $segments } segments
} of { $partition }; its log now starts at **{ $offset }**.
