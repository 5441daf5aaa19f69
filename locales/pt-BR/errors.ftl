### Por que um comando foi recusado, e o que havia de errado num arquivo. Cada frase diz o que é permitido.

error-rate-range = A taxa deve ficar entre 0 e { $limit } { $unit }.
error-config-range = **{ $name }** deve ficar entre { $low } e { $high }.
error-config-choice = **{ $name }** deve ser um destes: { $choices }.
error-config-unknown = Aqui não existe configuração chamada **{ $name }**.
error-config-fixed = **{ $name }** se define na criação e não muda depois.
error-partitions-zero = Um tópico precisa de pelo menos uma partição.
error-partitions-limit = Este cluster comporta no máximo { $limit ->
    [one] { $limit } partição
   *[other] { $limit } partições
}.
error-partitions-shrink = O tópico tem { $current ->
    [one] { $current } partição
   *[other] { $current } partições
}, e só dá para acrescentar: tirar mudaria o lugar das chaves e perderia registros.
error-replication-zero = O fator de replicação deve ser pelo menos 1.
error-replication-above = Um fator de replicação { $factor } exige esse número de brokers, e { $brokers ->
    [0] não há nenhum registrado
    [one] só há { $brokers } registrado
   *[other] só há { $brokers } registrados
}.
error-replication-fenced = Nenhum broker em serviço poderia liderar uma nova partição.
error-name-empty = Falta um nome.
error-name-invalid = Um nome é feito de letras sem acento, dígitos, pontos, hífens e sublinhados, com até { $limit } caracteres; não pode ser “.” nem “..”.
error-name-taken = Já existe algo chamado **{ $name }**.
error-node-unknown = Não existe **{ $name }**.
error-topic-unknown = Não existe um tópico chamado **{ $name }**.
error-running = **{ $name }** já está rodando.
error-stopped = **{ $name }** já está parado.
error-link-unknown = Não existe enlace entre **{ $first }** e **{ $second }**.
error-brokers-limit = Aqui um cluster tem no máximo { $limit ->
    [one] { $limit } broker
   *[other] { $limit } brokers
}.
error-clients-limit = Pode haver no máximo { $limit ->
    [one] { $limit } cliente
   *[other] { $limit } clientes
}.
error-record-size = Um registro pode ter no máximo { $limit }.
error-key-count = Pode haver no máximo { $limit } chaves diferentes.
error-broker-last = O último broker não pode ser removido.

## Arquivos soltos na página

error-file-key = Linha { $line }: **{ $key }** deveria ser { $expected }.
error-file-unknown = Linha { $line }: **{ $key }** não é conhecido aqui.
error-file-syntax = A linha { $line } não é TOML.
error-file-large = O arquivo é grande demais para um cenário.
error-file-type = Um cenário é um arquivo .toml.
