### Why a command was refused, and what was wrong with a file. Each says what is allowed.

# $limit (number), $unit (text)
error-rate-range = The rate must be from 0 to { $limit } { $unit }.
# $name (text), $low (text), $high (text)
error-config-range = **{ $name }** must be from { $low } to { $high }.
# $name (text), $choices (text)
error-config-choice = **{ $name }** must be one of: { $choices }.
# $name (text)
error-config-unknown = There is no config named **{ $name }** here.
# $name (text)
error-config-fixed = **{ $name }** is set when it is created and cannot be changed afterwards.
error-partitions-zero = A topic needs at least one partition.
# $limit (number)
error-partitions-limit = This cluster holds at most { $limit ->
    [one] { $limit } partition
   *[other] { $limit } partitions
}.
# $current (number)
error-partitions-shrink = The topic has { $current ->
    [one] { $current } partition
   *[other] { $current } partitions
}, and partitions can only be added: which key is where would otherwise change, and records would be lost.
error-replication-zero = The replication factor must be at least 1.
# $factor (number), $brokers (number)
error-replication-above = A replication factor of { $factor } needs as many brokers, and { $brokers ->
    [0] none is registered
    [one] only { $brokers } is registered
   *[other] only { $brokers } are registered
}.
error-replication-fenced = No broker is in service that could lead a new partition.
error-name-empty = A name is needed.
# $limit (number)
error-name-invalid = A name is made of letters, digits, dots, hyphens and underscores, up to { $limit } characters; it cannot be “.” or “..”.
# $name (text)
error-name-taken = There already is something named **{ $name }**.
# $name (text)
error-node-unknown = There is no **{ $name }**.
# $name (text)
error-topic-unknown = There is no topic named **{ $name }**.
# $name (text)
error-running = **{ $name }** is already running.
# $name (text)
error-stopped = **{ $name }** is already stopped.
# $first (text), $second (text)
error-link-unknown = There is no link between **{ $first }** and **{ $second }**.
# $limit (number)
error-brokers-limit = A cluster here has at most { $limit ->
    [one] { $limit } broker
   *[other] { $limit } brokers
}.
# $limit (number)
error-clients-limit = There can be at most { $limit ->
    [one] { $limit } client
   *[other] { $limit } clients
}.
# $limit (text)
error-record-size = A record can be at most { $limit }.
# $limit (number)
error-key-count = There can be at most { $limit } different keys.
error-broker-last = The last broker cannot be removed.

## Files dropped on the page

# $line (id), $key (text), $expected (text)
error-file-key = Line { $line }: **{ $key }** should be { $expected }.
# $line (id), $key (text)
error-file-unknown = Line { $line }: **{ $key }** is not known here.
# $line (id)
error-file-syntax = Line { $line } is not TOML.
error-file-large = The file is too large for a scenario.
error-file-type = A scenario is a .toml file.
