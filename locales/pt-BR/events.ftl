### O que aconteceu, em uma ou duas frases, no presente: quem fez o quê, depois por que isso importa.
### Nomes e números que se podem querer seguir ficam em **negrito**.

event-appended = **{ $broker }** escreve de **{ $first }** a **{ $last }** na { $partition }.
event-appended-one = **{ $broker }** escreve **{ $offset }** na { $partition }.
event-copied = **{ $broker }** copia de **{ $first }** a **{ $last }** da { $partition }.
event-high-watermark = O HW da { $partition } vai de { $before } a **{ $now }**: até ali os consumidores podem ler.
event-high-watermark-waits = O HW só passa de { $before } quando **{ $follower }** pedir mais.
event-leader-elected = A { $partition } agora é de **{ $broker }**, época **{ $epoch }**.
event-leader-none = A { $partition } está sem líder: ninguém dentro do ISR está vivo.
event-leader-unclean = A { $partition } vai para **{ $broker }**, que estava fora do ISR: registros confirmados podem se perder.
event-isr-shrank = **{ $broker }** cai fora do ISR da { $partition }: não acompanhou.
event-isr-grew = **{ $broker }** voltou ao ISR da { $partition }.
event-truncated = **{ $broker }** corta seu log da { $partition } em **{ $offset }**: dali em diante não é o que o líder tem.
event-crashed = **{ $node }** parou sem avisar.
event-crashed-wait = **{ $node }** parou. Faltam { $span } para o controller perceber.
event-started = **{ $node }** liga.
event-stopping = **{ $node }** está desligando com ordem.
event-stopped = **{ $node }** parou.
event-registered = O controller registra **{ $broker }**.
event-fenced = O controller isola **{ $broker }**: não ouviu mais nada dele.
event-unfenced = **{ $broker }** está em serviço de novo.
event-topic-created = O tópico **{ $topic }** é criado com { $partitions ->
    [one] { $partitions } partição
   *[other] { $partitions } partições
}.
event-partitions-added = O tópico **{ $topic }** agora tem { $partitions ->
    [one] { $partitions } partição
   *[other] { $partitions } partições
}. Daqui em diante as chaves podem cair em outro lugar.
event-link-cut = O enlace entre **{ $first }** e **{ $second }** está cortado.
event-link-healed = O enlace entre **{ $first }** e **{ $second }** voltou a funcionar.
event-linger = **{ $client }** espera mais { $span } para encher o lote da { $partition }.
event-batch-sent = **{ $client }** envia { $records ->
    [one] { $records } registro
   *[other] { $records } registros
} para a { $partition }.
event-acked = **{ $client }** ouve: { $records ->
    [one] { $records } registro está escrito
   *[other] { $records } registros estão escritos
}.
event-failed = **{ $client }** desiste de { $records ->
    [one] { $records } registro
   *[other] { $records } registros
}: { $error }.
event-retry = **{ $client }** tenta de novo: { $error }.
event-not-enough-replicas = **{ $broker }** recusa uma escrita na { $partition }: { $alive } dentro do ISR, e são precisos { $wanted }.
event-member-joined = **{ $member }** entra no grupo **{ $group }**.
event-member-left = **{ $member }** sai do grupo **{ $group }**.
event-member-expired = O grupo **{ $group }** desiste de **{ $member }**: não veio heartbeat.
event-rebalance = O grupo **{ $group }** redistribui as partições; enquanto isso, ninguém lê.
event-assigned = O grupo **{ $group }** tem sua distribuição, geração **{ $generation }**.
event-committed = **{ $member }** faz commit de **{ $offset }** na { $partition }.
event-polled = **{ $member }** pega { $records ->
    [one] { $records } registro
   *[other] { $records } registros
}.
event-reset = **{ $member }** não tem offset válido na { $partition } e começa em **{ $offset }**.
event-read-again = **{ $member }** caiu antes do commit: de **{ $first }** a **{ $last }** será lido de novo.
event-lost = { $records ->
    [one] Perdeu-se { $records } registro confirmado
   *[other] Perderam-se { $records } registros confirmados
} da { $partition }.
event-config = **{ $name }** agora é **{ $value }**.
event-retention = A retenção apaga { $segments ->
    [one] { $segments } segmento
   *[other] { $segments } segmentos
} da { $partition }; o log dela agora começa em **{ $offset }**.
