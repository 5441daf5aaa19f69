### Why a command was refused, and what was wrong with a file. Each says what would be right.

# $name (text)
error-node-unknown = There is no **{ $name }**.
# $name (text)
error-topic-unknown = There is no topic named **{ $name }**.
# $name (text)
error-not-running = **{ $name }** is down: start it first.
# $name (text)
error-running = **{ $name }** is already running.
# $name (text)
error-paused = **{ $name }** is already paused.
# $name (text)
error-not-paused = **{ $name }** is not paused.
# $name (text)
error-not-possible = That cannot be done to **{ $name }**.
error-link-to-itself = A link joins two different nodes.
error-link-cut = That link is cut already.
error-link-not-cut = That link is not cut.
error-no-island = An island needs a node in it, and one outside with which it talks.
error-nothing-cut = No link is cut.
error-not-in-flight = That message is no longer on its way on an open connection.
error-nothing-in-flight = Nothing is on its way there on an open connection.
# $name (text)
error-disk-full = The disk of **{ $name }** is full already.
# $name (text)
error-disk-not-full = The disk of **{ $name }** is not full.
# $name (text)
error-name-invalid = **{ $name }** is not a valid name: 1 to 249 letters without accents, digits, dots, hyphens and underscores, and neither “.” nor “..”.
# $text (text)
error-not-a-number = **{ $text }** is not a whole number.
error-name-empty = A name is needed: 1 to 249 letters without accents, digits, dots, hyphens and underscores.
# $name (text)
error-name-taken = There already is something named **{ $name }**.
# $name (text)
error-name-reserved = The name **{ $name }** is reserved for Kafka itself.
# $what (text), $value (number), $min (number), $max (number)
error-out-of-bounds = { $what } must be from { $min } to { $max }, not **{ $value }**.
# $what (text), $most (number)
error-too-many = { $what }: there can be at most **{ $most }** here.
# $wanted (number), $brokers (number)
error-replication-above = A replication factor of **{ $wanted }** needs as many brokers, and { $brokers ->
    [0] none is up
    [one] only { $brokers } is up
   *[other] only { $brokers } are up
}.
# $topic (text), $have (number)
error-partitions-shrink = **{ $topic }** has { $have ->
    [one] { $have } partition
   *[other] { $have } partitions
}, and partitions can only be added: taking one away would lose its records.
# $name (text)
error-config-unknown = There is no config named **{ $name }** here.
# $name (text), $value (text), $low (text), $high (text)
error-config-bounds = **{ $name }** must be a whole number from { $low } to { $high }, not **{ $value }**.
# $name (text), $value (text), $choices (text)
error-config-choice = **{ $name }** cannot be **{ $value }**; it is one of: { $choices }.
error-idempotence = enable.idempotence needs acks=all, retries above 0 and at most 5 requests in flight: set those first.
error-delivery-timeout = delivery.timeout.ms must be at least linger.ms and request.timeout.ms together.
error-heartbeat-session = heartbeat.interval.ms must be less than session.timeout.ms.
# $name (text)
error-holds-replicas = **{ $name }** still holds replicas, so it cannot be removed.
# $name (text)
error-no-host = In combined mode every controller shares a process with the broker of its number, and there is no **{ $name }**. Choose fewer controllers.
# $name (text)
error-hosts-controller = **{ $name }** is also a controller, and the voters of a quorum are fixed, so it cannot be removed.
# $name (text)
error-replica-twice = **{ $name }** is named twice for one partition. Each replica needs a broker of its own.
# $topic (text), $index (id)
error-partition-unknown = Topic **{ $topic }** has no partition { $index }.
# $topic (text), $index (id)
error-nothing-to-reassign = **{ $topic }-{ $index }** is on just these replicas, in this order.
# $topic (text), $index (id)
error-not-reassigning = **{ $topic }-{ $index }** is not being reassigned, so there is nothing to cancel.
# $topic (text), $index (id)
error-not-assigned = **{ $topic }-{ $index }** is not assigned to this consumer now: KafkaConsumer throws IllegalStateException.
# $node (text)
error-polls-by-itself = **{ $node }** polls in a loop. It can be told to only if its application polls on command.
# $node (text)
error-busy = **{ $node }** is in poll(), works on a record or commits: its thread can do one thing at a time.
error-transactional-idempotence = A transactional.id needs enable.idempotence, and with it acks=all, retries above 0 and at most 5 requests in flight.
# $node (text)
error-not-transactional = **{ $node }** has no transactional.id, so it has no transactions.
# $node (text)
error-no-transaction = **{ $node }** has no open transaction: KafkaProducer throws IllegalStateException.
# $node (text)
error-in-transaction-call = **{ $node }** is in initTransactions(), commitTransaction() or abortTransaction(): its thread can do one thing at a time.
# $node (text)
error-transaction-open = **{ $node }** has an open transaction already: it must commit or abort that first.
# $node (text)
error-transacts-by-itself = **{ $node }** begins its transactions by itself. It can be told to only if it neither counts records nor time.

## What a number counts, at the beginning of a sentence.

error-quantity-rate = The rate
error-quantity-keys = The number of keys
error-quantity-record-bytes = The size of a record
error-quantity-partitions = The number of partitions
error-quantity-replication-factor = The replication factor
error-quantity-brokers = Brokers
error-quantity-clients = Clients
error-quantity-topics = Topics
error-quantity-processing = The processing time in ms
error-quantity-delay = The delay in ms
error-quantity-latency = The latency in ms
error-quantity-clock = The clock's error in s
error-quantity-controllers = The number of controllers
error-quantity-nodes = Nodes
error-quantity-repetitions = Repetitions
error-quantity-jitter = The jitter in ms
error-quantity-bandwidth = The bandwidth in B/s
error-quantity-later = The time in s
error-quantity-until = The end, in seconds from now,
error-quantity-offset = An offset
error-quantity-aborts = How many of a hundred transactions are aborted
error-quantity-records = The number of records in a transaction
error-quantity-tombstones = The share of tombstones in %
error-quantity-byte-rate = The byte rate in B/s

## Files dropped on the page

# $line (id)
error-file-syntax = Line { $line } is not TOML.
error-file-large = The file is too large for a scenario.
error-file-type = A scenario is a .toml file.

## What a scenario file says and cannot mean. The place in the file stands before it.

# $verbs (text)
error-script-no-verb = A command needs a verb. One of: { $verbs }.
# $first (text)
error-script-two-verbs = There already is **{ $first }**: make it two commands.
# $verb (text), $belongs (text)
error-script-stray = This goes with **{ $belongs }**, not with **{ $verb }**.
# $keys (text)
error-script-needs = One of these is needed beside it: { $keys }.
# $name (text), $known (text)
error-script-no-node = There is no **{ $name }** at that time. One of: { $known }.
# $name (text)
error-script-no-producer = A producer is needed, and **{ $name }** is none.
# $name (text)
error-script-no-consumer = A consumer is needed, and **{ $name }** is none.
# $name (text)
error-script-no-client = A producer or a consumer is needed, and **{ $name }** is neither.
# $name (text)
error-script-no-target = **{ $name }** has no configs. Write cluster, topic and its name, or the name of a client.
# $end (text)
error-script-after-end = The file ends before that, at { $end }.
# $at (text)
error-script-until-before = That is before the first time, { $at }.
# $most (number)
error-script-too-often = A command may be repeated at most **{ $most }** times: give it more time in between, or an earlier end.
error-file-unreadable = The file cannot be read.
error-file-no-parser = The part of the page that reads TOML did not load. Is the network up?
# $line (id), $place (text), $why (text)
error-file-at = Line { $line } (**{ $place }**): { $why }
# $expected (text)
error-script-not = This should be { $expected }.
# $known (text)
error-script-unknown = This is not known here. One of: { $known }.
# $key (text)
error-script-missing = **{ $key }** is missing.
# $most (number)
error-expected-number-to = a whole number from 0 to { $most }
error-expected-config = text, a whole number, true or false
error-expected-two = a list of two names
# $options (text)
error-expected-one-of = one of: { $options }
error-expected-text = text in quotes
error-expected-list = a list
error-expected-table = a table
error-expected-number = a whole number that is not negative
error-expected-time = a length of time such as "850us", "5ms", "2s" or "3min"
error-link-long = It is longer than any session of this page.
error-link-broken = It is no session of this page, or something was lost or changed on its way.
# $version (id)
error-link-version = It was made by a newer version of this page (format { $version }). Reload the page to get that version.
error-link-commands = It holds more commands than this page plays.
error-link-late = It goes beyond the first week of a cluster, which is as far as a link reaches.
