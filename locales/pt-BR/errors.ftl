### Por que um comando foi recusado, e o que havia de errado num arquivo. Cada frase diz o que seria certo.

error-node-unknown = Não existe **{ $name }**.
error-topic-unknown = Não existe um tópico chamado **{ $name }**.
error-not-running = **{ $name }** está fora do ar: ligue-o antes.
error-running = **{ $name }** já está rodando.
error-paused = **{ $name }** já está pausado.
error-not-paused = **{ $name }** não está pausado.
error-not-possible = Não dá para fazer isso com **{ $name }**.
error-link-to-itself = Um enlace une dois nós diferentes.
error-link-cut = Esse enlace já está cortado.
error-link-not-cut = Esse enlace não está cortado.
error-no-island = Uma ilha precisa de um nó dentro dela e de outro fora com quem ele converse.
error-nothing-cut = Nenhum enlace está cortado.
error-not-in-flight = Essa mensagem não está mais a caminho numa conexão aberta.
error-nothing-in-flight = Nada está a caminho ali numa conexão aberta.
error-disk-full = O disco do **{ $name }** já está cheio.
error-disk-not-full = O disco do **{ $name }** não está cheio.
error-name-invalid = **{ $name }** não é um nome válido: de 1 a 249 letras sem acento, dígitos, pontos, hífens e sublinhados, e nem “.” nem “..”.
error-not-a-number = **{ $text }** não é um número inteiro.
error-name-empty = Falta um nome: de 1 a 249 letras sem acento, dígitos, pontos, hífens e sublinhados.
error-name-taken = Já existe algo chamado **{ $name }**.
error-name-reserved = O nome **{ $name }** é reservado para o próprio Kafka.
error-out-of-bounds = { $what } deve ficar entre { $min } e { $max }; **{ $value }** não serve.
error-too-many = { $what }: aqui pode haver no máximo **{ $most }**.
error-replication-above = Um fator de replicação **{ $wanted }** exige esse número de brokers, e { $brokers ->
    [0] nenhum está no ar
    [one] só { $brokers } está no ar
   *[other] só { $brokers } estão no ar
}.
error-partitions-shrink = **{ $topic }** tem { $have ->
    [one] { $have } partição
   *[other] { $have } partições
}, e só dá para acrescentar: tirar uma perderia os registros dela.
error-config-unknown = Aqui não existe configuração chamada **{ $name }**.
error-config-bounds = **{ $name }** deve ser um número inteiro entre { $low } e { $high }; **{ $value }** não serve.
error-config-choice = **{ $name }** não pode ser **{ $value }**; é um destes: { $choices }.
error-idempotence = enable.idempotence exige acks=all, retries acima de 0 e no máximo 5 requisições em voo: ajuste isso antes.
error-delivery-timeout = delivery.timeout.ms deve ser pelo menos a soma de linger.ms e request.timeout.ms.
error-heartbeat-session = heartbeat.interval.ms deve ser menor que session.timeout.ms.
error-holds-replicas = **{ $name }** ainda guarda réplicas, por isso não pode ser removido.
error-no-host = No modo combinado cada controller divide o processo com o broker de mesmo número, e não existe **{ $name }**. Escolha menos controllers.
error-hosts-controller = **{ $name }** também é controller, e os votantes do quorum são fixos, por isso não pode ser removido.
error-replica-twice = **{ $name }** aparece duas vezes na mesma partição. Cada réplica precisa do seu próprio broker.
error-partition-unknown = O tópico **{ $topic }** não tem a partição { $index }.
error-nothing-to-reassign = **{ $topic }-{ $index }** já está nessas réplicas, nessa ordem.
error-not-reassigning = **{ $topic }-{ $index }** não está sendo reatribuída, então não há o que cancelar.
error-not-assigned = **{ $topic }-{ $index }** não está atribuída a este consumidor agora: o KafkaConsumer lança IllegalStateException.
error-polls-by-itself = **{ $node }** faz poll em laço. Só dá para pedir isso a uma aplicação que faz poll sob comando.
error-busy = **{ $node }** está no poll(), tratando um registro ou fazendo commit: a thread dele só faz uma coisa de cada vez.
error-transactional-idempotence = Um transactional.id exige enable.idempotence e, com ele, acks=all, retries acima de 0 e no máximo 5 requisições em voo.
error-not-transactional = **{ $node }** não tem transactional.id, por isso não tem transações.
error-no-transaction = **{ $node }** não tem transação aberta: o KafkaProducer lança IllegalStateException.
error-in-transaction-call = **{ $node }** está em initTransactions(), commitTransaction() ou abortTransaction(): a thread dele só faz uma coisa de cada vez.
error-transaction-open = **{ $node }** já tem uma transação aberta: antes, precisa fazer commit ou abortar.
error-transacts-by-itself = **{ $node }** começa as transações sozinho. Só dá para pedir isso a uma aplicação que não conta registros nem tempo.

## O que um número conta, no começo de uma frase.

error-quantity-rate = A taxa
error-quantity-keys = O número de chaves
error-quantity-record-bytes = O tamanho de um registro
error-quantity-partitions = O número de partições
error-quantity-replication-factor = O fator de replicação
error-quantity-brokers = Brokers
error-quantity-clients = Clientes
error-quantity-topics = Tópicos
error-quantity-processing = O tempo de processamento em ms
error-quantity-delay = O atraso em ms
error-quantity-latency = A latência em ms
error-quantity-clock = O erro do relógio em s
error-quantity-controllers = A quantidade de controllers
error-quantity-nodes = Nós
error-quantity-repetitions = Repetições
error-quantity-jitter = A variação em ms
error-quantity-bandwidth = A largura de banda em B/s
error-quantity-later = O tempo em s
error-quantity-until = O fim, em segundos a partir de agora,
error-quantity-offset = Um offset
error-quantity-aborts = Quantas de cem transações são abortadas
error-quantity-records = O número de registros de uma transação
error-quantity-tombstones = A parcela de tombstones em %
error-quantity-byte-rate = A taxa em B/s

## Arquivos soltos na página

error-file-syntax = A linha { $line } não é TOML.
error-file-large = O arquivo é grande demais para um cenário.
error-file-type = Um cenário é um arquivo .toml.

## O que um arquivo de cenário diz e não pode significar. O lugar no arquivo vem antes.

error-script-no-verb = Um comando precisa de um verbo. Um destes: { $verbs }.
error-script-two-verbs = Já existe **{ $first }** aqui: faça dois comandos.
error-script-stray = Isto acompanha **{ $belongs }**, não **{ $verb }**.
error-script-needs = Falta um destes ao lado: { $keys }.
error-script-no-node = Nesse momento não existe **{ $name }**. Um destes: { $known }.
error-script-no-producer = Aqui é preciso um produtor, e **{ $name }** não é.
error-script-no-consumer = Aqui é preciso um consumidor, e **{ $name }** não é.
error-script-no-client = Aqui é preciso um produtor ou um consumidor, e **{ $name }** não é nenhum dos dois.
error-script-no-target = **{ $name }** não tem configurações. Escreva cluster, topic e o nome dele, ou o nome de um cliente.
error-script-after-end = O arquivo termina antes disso, em { $end }.
error-script-until-before = Isso é antes da primeira vez, { $at }.
error-script-too-often = Um comando pode se repetir no máximo **{ $most }** vezes: dê mais tempo entre elas, ou um fim mais cedo.
error-file-unreadable = Não foi possível ler o arquivo.
error-file-no-parser = A parte da página que lê TOML não carregou. A rede está no ar?
error-file-at = Linha { $line } (**{ $place }**): { $why }
error-script-not = Isto deveria ser { $expected }.
error-script-unknown = Isto não é conhecido aqui. Um destes: { $known }.
error-script-missing = Falta **{ $key }**.
error-expected-number-to = um número inteiro de 0 a { $most }
error-expected-config = um texto, um número inteiro, true ou false
error-expected-two = uma lista de dois nomes
error-expected-one-of = um destes: { $options }
error-expected-text = um texto entre aspas
error-expected-list = uma lista
error-expected-table = uma tabela
error-expected-number = um número inteiro não negativo
error-expected-time = um tempo como "850us", "5ms", "2s" ou "3min"
error-link-long = Isto é mais longo do que qualquer sessão desta página.
error-link-broken = Isto não é uma sessão desta página, ou algo se perdeu ou mudou no caminho.
error-link-version = Isto foi feito por uma versão mais nova desta página (formato { $version }). Recarregue a página para ter essa versão.
error-link-commands = Isto tem mais comandos do que esta página roda.
error-link-late = Isto passa da primeira semana de um cluster, até onde um link alcança.
