### Tópico

config-num-partitions = Com quantas partições um tópico nasce; num mesmo grupo, no máximo esse tanto de membros consegue lê-lo ao mesmo tempo.
config-replication-factor = Quantos brokers guardam uma cópia de cada partição; com três cópias, dois brokers podem falhar e os dados ainda estão em algum lugar.
config-default-replication-factor = O fator de replicação dos tópicos criados sem dizer qual.
config-min-insync-replicas = Com acks=all, quantas réplicas precisam estar dentro do ISR para uma escrita ser aceita; abaixo disso o líder responde NOT_ENOUGH_REPLICAS.
config-unclean-leader-election-enable = Se uma réplica fora do ISR pode virar líder quando não sobra ninguém vivo dentro dele: a partição volta antes, e registros confirmados podem se perder.
config-eligible-leader-replicas-version = Com 1, o controller guarda quem saiu de um ISR abaixo de min.insync.replicas e ainda pode liderar quando o ISR esvazia (KIP-966, ligado em clusters novos desde o Kafka 4.1); com 0, a última réplica fica dentro do ISR, mesmo caída.
config-transaction-version = Qual protocolo as transações seguem: 0 é o do KIP-98; com 2, cada transação tem sua própria época, e os líderes incluem as partições nela (KIP-890, ligado em clusters novos desde o Kafka 4.0).
config-producer-id-expiration-ms = Depois de quanto tempo sem escritas uma partição esquece um producer idempotente e os últimos cinco lotes dele.
config-unclean-leader-election-interval-ms = De quanto em quanto tempo o controller procura partições sem líder que podem ter qualquer réplica como líder.
config-retention-ms = Por quanto tempo um registro fica guardado, no mínimo; segmentos inteiros são apagados quando seu registro mais novo passa dessa idade.
config-retention-bytes = Até que tamanho o log de uma partição pode crescer antes que seus segmentos mais antigos sejam apagados; -1 não põe limite.
config-cleanup-policy = O que acontece com registros antigos: delete apaga segmentos inteiros por idade e tamanho, compact deixa o último registro de cada chave, e os dois juntos fazem as duas coisas.
config-remote-storage-enable = Se os segmentos fechados são copiados para o armazenamento remoto, para que os brokers não precisem guardar todos (KIP-405). Uma vez ligado, não pode ser desligado aqui, e um tópico compactado não pode ter.
config-local-retention-ms = Por quanto tempo um registro fica, no mínimo, no disco dos brokers depois de estar no armazenamento remoto; -2 quer dizer retention.ms.
config-local-retention-bytes = Até que tamanho a parte do log de uma partição no disco de um broker pode crescer antes que seus segmentos mais antigos sejam apagados dali, se já estiverem no armazenamento remoto; -2 quer dizer retention.bytes.
config-segment-bytes = Até que tamanho um segmento do log cresce antes de começar outro; a retenção só apaga segmentos fechados, e inteiros.
config-segment-ms = Que idade um segmento pode ter, pelos timestamps dos seus registros, antes de começar outro mesmo sem encher.
config-segment-index-bytes = Até que tamanho os índices de um segmento podem crescer; um índice cheio fecha o segmento.
config-index-interval-bytes = Depois de quantos bytes de registros entra a próxima entrada nos índices de um segmento.
config-min-cleanable-dirty-ratio = Que parte de um log precisa estar suja, escrita desde a última compactação, para ele ser compactado de novo: de 0 a 1.
config-min-compaction-lag-ms = Por quanto tempo um registro fica, no mínimo, antes que a compactação possa levá-lo.
config-max-compaction-lag-ms = Quanto um registro pode esperar, no máximo, até que seu log seja compactado, por menos sujo que esteja.
config-delete-retention-ms = Por quanto tempo a compactação deixa um tombstone depois da rodada que o encontrou, para que leitores lentos ainda vejam que a chave se foi.
config-file-delete-delay-ms = Por quanto tempo os arquivos de segmentos apagados continuam no disco.
config-flush-messages = Depois de quantos registros o log é forçado para o disco; por padrão, nunca: quem faz isso é o sistema operacional, e quem protege os registros são as outras réplicas.
config-max-message-bytes = Que tamanho um lote pode ter para o broker aceitá-lo.
config-message-timestamp-before-max-ms = Quão antigo o timestamp de um registro pode ser pelo relógio do líder; mais antigo que isso, é recusado (INVALID_TIMESTAMP).
config-message-timestamp-after-max-ms = Quanto o timestamp de um registro pode estar no futuro pelo relógio do líder; além disso, é recusado (INVALID_TIMESTAMP).
config-compression-type = Com qual codec os registros são comprimidos. O producer comprime lotes inteiros (none, gzip, snappy, lz4, zstd); o tópico os guarda como vieram do producer (producer), ou o líder comprime tudo de novo com o codec do tópico. As razões e os tempos são de um modelo: gzip deixa 30 %, zstd 32 %, lz4 48 %, snappy 50 %, e gzip é o mais demorado.

## Producer

config-acks = De quem o producer espera a confirmação: de ninguém (0), do líder (1) ou de todas as réplicas dentro do ISR (all).
config-enable-idempotence = Se o producer numera seus lotes, para que uma nova tentativa nunca seja gravada em dobro nem fora de ordem; exige acks=all, retries e no máximo 5 requisições em voo, e sem isso fica desligado.
config-batch-size = Quantos bytes de registros de uma partição o producer junta em um lote, no máximo; lotes maiores gastam menos requisições por registro.
config-linger-ms = Quanto o producer espera por mais registros antes de enviar um lote que ainda não encheu.
config-transaction-timeout-ms = Quanto tempo uma transação pode ficar aberta antes que o coordenador a aborte, em ms.
config-buffer-memory = Quantos bytes podem esperar dentro do producer; quando acabam, send() bloqueia por até max.block.ms.
config-max-in-flight-requests-per-connection = Quantas requisições o producer envia a um broker sem ter recebido as respostas; com mais de uma, a rede não fica parada.
config-retries = Quantas vezes um lote que falhou é enviado de novo; na prática, quem encerra as tentativas é delivery.timeout.ms.
config-retry-backoff-ms = Quanto o cliente espera antes de repetir uma requisição que falhou; a espera cresce a cada tentativa.
config-retry-backoff-max-ms = Onde a espera crescente entre tentativas para de crescer.
config-request-timeout-ms = Quanto o cliente espera pela resposta de uma requisição antes de desistir dela e tentar de novo ou falhar.
config-delivery-timeout-ms = Até quanto tempo depois de send() um registro ainda pode ser entregue, contando toda espera e toda nova tentativa; depois disso a aplicação fica sabendo que falhou.
config-max-block-ms = Por quanto tempo send() pode bloquear enquanto faltam metadados ou o buffer está cheio.
config-max-request-size = Que tamanho uma requisição, e portanto um só registro, pode ter antes que o próprio producer a recuse.
config-metadata-max-age-ms = Que idade os metadados podem ter antes que o cliente os peça de novo, mesmo que nada tenha dado errado.
config-partitioner-ignore-keys = Se a chave é ignorada na escolha da partição: registros de uma mesma chave deixam de ficar num só lugar.

## Consumer

config-max-poll-records = Quantos registros um poll() entrega à aplicação, no máximo; ele só fatia o que já foi buscado e não muda nenhuma requisição.
config-enable-auto-commit = Se o consumer faz commit da sua posição sozinho, dentro de poll(), em vez de quando a aplicação manda.
config-auto-commit-interval-ms = De quanto em quanto tempo o commit automático acontece; o que foi processado depois do último commit é lido de novo após uma queda.
config-auto-offset-reset = Onde começar quando o grupo não tem offset com commit, ou quando ele já não existe: no início (earliest), no fim (latest), no primeiro registro das últimas horas (by_duration:PT1H) ou com um erro (none).
config-isolation-level = Quais registros a aplicação recebe: tudo o que já foi replicado (read_uncommitted), ou só até a primeira transação aberta, e nada das que foram abortadas (read_committed).
config-fetch-min-bytes = Quantos dados o broker deve ter antes de responder a um fetch; até lá ele segura a requisição.
config-fetch-max-wait-ms = Por quanto tempo o broker segura um fetch, no máximo, enquanto tem menos que fetch.min.bytes.
config-fetch-max-bytes = Quantos bytes um fetch traz, no máximo, somando as partições; um primeiro lote maior que isso vem assim mesmo.
config-max-partition-fetch-bytes = Quantos bytes de uma partição um fetch traz, no máximo.
config-session-timeout-ms = Quanto o coordinator espera sem heartbeat antes de dar um membro por morto e rebalancear o grupo.
config-partition-assignment-strategy = Quem divide as partições entre os membros, o preferido primeiro; todos os membros precisam ter um em comum. Só com o CooperativeStickyAssignor sozinho os membros ficam com suas partições durante o rebalance.
config-group-protocol = Qual protocolo o grupo fala: classic, em que todos param e esperam no rebalance, ou consumer (KIP-848), em que o coordenador distribui e os membros mudam um por um.
config-group-remote-assignor = Qual assignor o coordenador usa num grupo do protocolo consumer; null deixa a escolha para ele, que usa uniform.
config-share-acknowledgement-mode = Para membros de share groups: com implicit, todos os registros de um poll() contam como feitos no próximo; com explicit, a aplicação diz de cada registro se está feito, se deve ser tentado de novo ou abandonado.
config-heartbeat-interval-ms = De quanto em quanto tempo um membro avisa ao coordinator que está vivo; o usual é um terço de session.timeout.ms.
config-max-poll-interval-ms = Quanto tempo pode passar entre duas chamadas de poll(); o membro que demora mais sai do grupo, mesmo estando vivo.

## Broker e controller

config-replica-lag-time-max-ms = Quanto tempo um seguidor pode ficar sem alcançar o líder antes que o líder o tire do ISR.
config-replica-fetch-wait-max-ms = Por quanto tempo o líder segura o fetch de um seguidor quando não há nada novo para copiar.
config-replica-fetch-min-bytes = Quantos dados o líder deve ter antes de responder ao fetch de um seguidor.
config-replica-fetch-max-bytes = Quantos bytes de uma partição um seguidor busca por vez.
config-replica-fetch-response-max-bytes = Quantos bytes um fetch de seguidor traz, no máximo, somando as partições.
config-replica-fetch-backoff-ms = Quanto um seguidor espera depois de um fetch que falhou antes de tentar de novo.
config-replica-selector-class = Quem decide de qual réplica um consumer lê: null é sempre o líder; o RackAwareReplicaSelector manda o consumer para uma réplica sincronizada no rack que o client.rack dele indica (KIP-392).
config-replica-socket-timeout-ms = Quanto um seguidor espera pela resposta de um fetch antes de desistir dele.
config-replica-high-watermark-checkpoint-interval-ms = De quanto em quanto tempo um broker grava seus high watermarks em disco; após uma queda ele recomeça do último gravado.
config-broker-session-timeout-ms = Quanto o controller espera sem heartbeat antes de isolar um broker e eleger novos líderes para as partições dele.
config-broker-heartbeat-interval-ms = De quanto em quanto tempo um broker avisa ao controller que está vivo.
config-auto-leader-rebalance-enable = Se o controller devolve sozinho a liderança às réplicas preferidas.
config-leader-imbalance-check-interval-seconds = De quanto em quanto tempo o controller procura lideranças para devolver às réplicas preferidas.
config-log-retention-check-interval-ms = De quanto em quanto tempo um broker procura segmentos que já podem ser apagados.
config-remote-log-storage-system-enable = Se os brokers podem usar o armazenamento remoto; cada tópico liga o seu com remote.storage.enable.
config-remote-log-manager-task-interval-ms = De quanto em quanto tempo um líder procura segmentos para copiar ao armazenamento remoto e antigos para apagar de lá, e um seguidor olha até onde isso chegou.
config-remote-fetch-max-wait-ms = Quanto o fetch de um consumer espera, no máximo, pelo armazenamento remoto; depois disso ele não recebe registros, e pede de novo.
config-log-initial-task-delay-ms = Quanto tempo depois de iniciar um broker procura segmentos antigos pela primeira vez.
config-log-cleaner-backoff-ms = Quanto o cleaner de um broker descansa quando nenhum log vale a compactação.
config-group-initial-rebalance-delay-ms = Quanto o coordinator espera por mais membros antes de dar a um grupo vazio sua primeira distribuição.
config-group-consumer-session-timeout-ms = Quanto tempo o coordenador de um grupo do protocolo consumer (KIP-848) espera por um heartbeat antes de desistir de um membro; quem decide é o grupo, não o membro.
config-group-consumer-heartbeat-interval-ms = De quanto em quanto tempo os membros do protocolo consumer (KIP-848) mandam heartbeat; é o coordenador que diz.
config-group-consumer-max-size = Quantos membros um grupo do protocolo consumer (KIP-848) pode ter.
config-group-share-session-timeout-ms = Quanto tempo o coordenador de um share group espera por um heartbeat antes de desistir de um membro.
config-group-share-heartbeat-interval-ms = De quanto em quanto tempo os membros de share groups mandam heartbeat; é o coordenador que diz.
config-group-share-record-lock-duration-ms = Por quanto tempo um registro fica só com o membro do share group que o recebeu; depois, outros podem receber.
config-group-share-delivery-count-limit = Quantas vezes um registro é entregue a um share group, no máximo, antes de ser abandonado.
config-group-share-partition-max-record-locks = Quantos registros de uma partição um share group pode ter em andamento ao mesmo tempo.
config-group-share-max-size = Quantos membros um share group pode ter.
config-share-auto-offset-reset = Onde um share group começa numa partição em que nunca trabalhou. No Kafka, cada grupo tem o seu.
config-share-coordinator-state-topic-num-partitions = Quantas partições __share_group_state tem; elas guardam o que os share groups já fizeram.
config-share-coordinator-state-topic-replication-factor = Quantas cópias de __share_group_state existem.
config-share-coordinator-snapshot-update-records-per-snapshot = Depois de quantas atualizações o estado inteiro de uma partição é gravado de novo em __share_group_state.
config-group-min-session-timeout-ms = O menor session.timeout.ms que o coordinator aceita de um membro.
config-group-max-session-timeout-ms = O maior session.timeout.ms que o coordinator aceita de um membro.
config-offsets-topic-num-partitions = Quantas partições __consumer_offsets tem; o nome de um grupo decide qual delas, e portanto qual broker, cuida dele.
config-offsets-topic-replication-factor = Quantas cópias de __consumer_offsets são guardadas.
config-transaction-state-log-segment-bytes = Até que tamanho crescem os segmentos de __transaction_state; só os fechados são compactados.
config-offsets-topic-segment-bytes = Até que tamanho crescem os segmentos de __consumer_offsets; só os fechados são compactados.
config-offsets-commit-timeout-ms = Quanto o coordinator espera até que um commit esteja replicado antes de responder com erro.
config-offsets-retention-minutes = Por quanto tempo um grupo vazio guarda os offsets que tem em commit; depois disso, quem volta começa onde auto.offset.reset mandar.
config-offsets-retention-check-interval-ms = De quanto em quanto tempo um coordinator procura offsets que já expiraram e grupos vazios que não têm nenhum.
config-transaction-state-log-num-partitions = Quantas partições __transaction_state tem; o transactional.id decide qual delas, e portanto qual broker, coordena suas transações.
config-transaction-state-log-replication-factor = Quantas cópias de __transaction_state são guardadas.
config-transaction-state-log-min-isr = Quantas réplicas de __transaction_state precisam estar dentro do ISR para uma transação avançar (é o min.insync.replicas dele).
config-transaction-max-timeout-ms = O maior transaction.timeout.ms que um coordinator aceita de um producer.
config-transaction-abort-timed-out-transaction-cleanup-interval-ms = De quanto em quanto tempo um coordinator procura transações abertas há mais tempo que o transaction.timeout.ms do seu producer.
config-transactional-id-expiration-ms = Depois de quanto tempo sem transações um coordinator esquece um transactional.id.
config-transaction-remove-expired-transaction-cleanup-interval-ms = De quanto em quanto tempo um coordinator procura transactional.ids para esquecer.
config-transaction-partition-verification-enable = Se o líder pergunta ao coordinator, antes da primeira escrita de uma transação, se a partição faz parte dela; com transaction.version 2 ele sempre a inclui.
