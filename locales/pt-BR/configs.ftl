### O que cada configuração faz, em uma frase. A chave é o nome que o Kafka dá, com hífens no lugar dos pontos.

## Tópico

config-num-partitions = Com quantas partições um tópico nasce; num mesmo grupo, no máximo esse tanto de membros consegue lê-lo ao mesmo tempo.
config-replication-factor = Quantos brokers guardam uma cópia de cada partição; com três cópias, dois brokers podem falhar e os dados ainda estão em algum lugar.
config-min-insync-replicas = Com acks=all, quantas réplicas precisam estar dentro do ISR para uma escrita ser aceita; abaixo disso o líder responde NOT_ENOUGH_REPLICAS.
config-unclean-leader-election-enable = Se uma réplica fora do ISR pode virar líder quando não sobra ninguém vivo dentro dele: a partição volta antes, e registros confirmados podem se perder.
config-retention-ms = Por quanto tempo um registro fica guardado, no mínimo; segmentos inteiros são apagados quando seu registro mais novo passa dessa idade.
config-segment-bytes = Até que tamanho um segmento do log cresce antes de começar outro; a retenção só apaga segmentos fechados, e inteiros.

## Producer

config-acks = De quem o producer espera a confirmação: de ninguém (0), do líder (1) ou de todas as réplicas dentro do ISR (all).
config-batch-size = Quantos bytes de registros de uma partição o producer junta em um lote, no máximo; lotes maiores gastam menos requisições por registro.
config-linger-ms = Quanto o producer espera por mais registros antes de enviar um lote que ainda não encheu.
config-buffer-memory = Quantos bytes podem esperar dentro do producer; quando acabam, send() bloqueia por até max.block.ms.
config-max-in-flight-requests-per-connection = Quantas requisições o producer envia a um broker sem ter recebido as respostas; com mais de uma, a rede não fica parada.
config-retries = Quantas vezes um lote que falhou é enviado de novo; na prática, quem encerra as tentativas é delivery.timeout.ms.
config-retry-backoff-ms = Quanto o cliente espera antes de repetir uma requisição que falhou; a espera cresce a cada tentativa.
config-request-timeout-ms = Quanto o cliente espera pela resposta de uma requisição antes de desistir dela e tentar de novo ou falhar.
config-delivery-timeout-ms = Até quanto tempo depois de send() um registro ainda pode ser entregue, contando toda espera e toda nova tentativa; depois disso a aplicação fica sabendo que falhou.
config-max-block-ms = Por quanto tempo send() pode bloquear enquanto faltam metadados ou o buffer está cheio.

## Consumer

config-max-poll-records = Quantos registros um poll() entrega à aplicação, no máximo; ele só fatia o que já foi buscado e não muda nenhuma requisição.
config-enable-auto-commit = Se o consumer faz commit da sua posição sozinho, dentro de poll(), em vez de quando a aplicação manda.
config-auto-commit-interval-ms = De quanto em quanto tempo o commit automático acontece; o que foi processado depois do último commit é lido de novo após uma queda.
config-auto-offset-reset = Onde começar quando o grupo não tem offset com commit, ou quando ele já não existe: no início (earliest), no fim (latest) ou com um erro (none).
config-fetch-min-bytes = Quantos dados o broker deve ter antes de responder a um fetch; até lá ele segura a requisição.
config-fetch-max-wait-ms = Por quanto tempo o broker segura um fetch, no máximo, enquanto tem menos que fetch.min.bytes.
config-session-timeout-ms = Quanto o coordinator espera sem heartbeat antes de dar um membro por morto e rebalancear o grupo.
config-heartbeat-interval-ms = De quanto em quanto tempo um membro avisa ao coordinator que está vivo; o usual é um terço de session.timeout.ms.
config-max-poll-interval-ms = Quanto tempo pode passar entre duas chamadas de poll(); o membro que demora mais sai do grupo, mesmo estando vivo.

## Broker e controller

config-replica-lag-time-max-ms = Quanto tempo um seguidor pode ficar sem alcançar o líder antes que o líder o tire do ISR.
config-replica-fetch-wait-max-ms = Por quanto tempo o líder segura o fetch de um seguidor quando não há nada novo para copiar.
config-broker-session-timeout-ms = Quanto o controller espera sem heartbeat antes de isolar um broker e eleger novos líderes para as partições dele.
config-broker-heartbeat-interval-ms = De quanto em quanto tempo um broker avisa ao controller que está vivo.
config-group-initial-rebalance-delay-ms = Quanto o coordinator espera por mais membros antes de dar a um grupo vazio sua primeira distribuição.
