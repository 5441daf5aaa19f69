### O que aconteceu, em uma ou duas frases, no presente: quem fez o quê, depois por que isso importa.
### Para quem ouve: a primeira de várias coisas

event-and-more = { $first } E mais { $more }.

## A rede

event-sent = O **{ $from }** envia { $api } ao **{ $to }**.
event-answered = O **{ $from }** responde ao { $api } do **{ $to }**.
event-answered-error = O **{ $from }** responde ao { $api } do **{ $to }** com **{ $error }**.
event-arrived = O **{ $to }** recebe { $api } do **{ $from }**.
event-arrived-answer = O **{ $to }** tem a resposta do **{ $from }** ao seu { $api }.
event-message-lost = { $api } do **{ $from }** para o **{ $to }** se perde com a conexão.
event-disconnected = A conexão entre **{ $from }** e **{ $to }** acaba.

## Processos e enlaces

event-started = O **{ $node }** liga.
event-crashed = O **{ $node }** parou sem avisar.
event-power-lost = A máquina do **{ $node }** ficou sem energia: o que ainda não tinha chegado ao disco sumiu.
event-crashed-wait = O **{ $node }** parou. Faltam { $span } para o controller perceber.
event-stopped = O **{ $node }** desligou com ordem.
event-paused = O **{ $node }** está congelado: não faz nada, mas suas conexões continuam abertas.
event-resumed = O **{ $node }** continua de onde congelou.
event-slowed = O **{ $node }** leva { $span } a mais em cada mensagem.
event-full-speed = O **{ $node }** voltou à velocidade normal.
event-link-cut = O enlace entre **{ $first }** e **{ $second }** está cortado.
event-link-healed = O enlace entre **{ $first }** e **{ $second }** voltou a funcionar.
event-direction-cut = Nada do que o **{ $from }** envia chega ao **{ $to }**; o outro sentido está aberto.
event-direction-healed = O que o **{ $from }** envia chega de novo ao **{ $to }**.
event-link-set = As mensagens entre **{ $first }** e **{ $second }** agora levam { $span } em cada sentido.
event-direction-set = O que o **{ $from }** envia ao **{ $to }** agora leva { $span }.
event-network-split = A rede se divide em duas ilhas: **{ $nodes }** de um lado, todos os outros do outro.
event-network-healed = Todos os cortes foram desfeitos: os nós se alcançam de novo.
event-connection-reset = A conexão entre **{ $from }** e **{ $to }** é derrubada: a mensagem e tudo o que vinha atrás dela se perdem.
event-clock-wrong = **{ $node }**: { $error }. Ele carimba e julga registros por esse relógio; sessões, timeouts e eleições não dependem dele.
event-clock-right = O relógio do **{ $node }** está certo de novo.
event-disk-slowed = O disco do **{ $node }** leva { $span } a mais em cada escrita. Os heartbeats não esperam pelo disco, e o controller não percebe nada.
event-disk-quick = O disco do **{ $node }** voltou à velocidade de antes.
event-disk-filled = O disco do **{ $node }** encheu: na próxima escrita, o broker para.
event-disk-freed = Há espaço de novo no disco do **{ $node }**.
event-storage-failed = O **{ $node }** não consegue escrever no diretório de logs e para. Ele só volta quando houver espaço.

## O controller

event-registered = O controller registra o **{ $broker }**.
event-fenced = O controller isola o **{ $broker }**: não ouviu mais nada dele.
event-unfenced = O **{ $broker }** está em serviço.
event-topic-created = O tópico **{ $topic }** é criado com { $partitions ->
    [one] { $partitions } partição
   *[other] { $partitions } partições
}.
event-partitions-added = O tópico **{ $topic }** agora tem { $partitions ->
    [one] { $partitions } partição
   *[other] { $partitions } partições
}. Daqui em diante as chaves podem cair em outro lugar.
event-topic-config = No tópico **{ $topic }**, **{ $name }** agora é **{ $value }**.
event-topic-config-default = No tópico **{ $topic }**, **{ $name }** voltou ao padrão.
event-admin-refused = O controller recusa **{ $subject }**: { $error }.
event-leader-elected = A { $partition } agora é do **{ $broker }**, epoch **{ $epoch }**.
event-leaders-elected = { $partitions } agora são do **{ $broker }**: a primeira das réplicas que está viva e dentro do ISR.
event-nothing-lost = Nada confirmado se perdeu.
event-and = { $first } e { $last }
event-leader-none = A { $partition } está sem líder no epoch **{ $epoch }**: ninguém dentro do ISR está vivo.
event-leader-unclean = A { $partition } vai para o **{ $broker }**, epoch **{ $epoch }**, que estava fora do ISR: registros confirmados podem se perder.
event-isr-shrank = Fora do ISR da { $partition }: **{ $brokers }**. Dentro do ISR: { $isr }.
event-isr-grew = **{ $brokers }** agora está dentro do ISR da { $partition }.
event-isr-empty = Não sobrou ninguém dentro do ISR da { $partition }.
event-elr = { $count ->
    [one] **{ $brokers }** ainda pode liderar a { $partition }: saiu de um ISR que já não aceitava escritas, então não lhe falta
   *[other] **{ $brokers }** ainda podem liderar a { $partition }: saíram de um ISR que já não aceitava escritas, então não lhes falta
} nada confirmado.
event-quorum-prospective = O **{ $node }** não ouve líder nenhum do quorum e pergunta aos outros se ganharia uma eleição (pre-vote).
event-quorum-candidate = O **{ $node }** se candidata: pede votos no epoch { $epoch }.
event-quorum-leader = A maioria vota no **{ $node }**: ele lidera o quorum no epoch { $epoch }.
event-quorum-active = O **{ $node }** agora é o controller ativo (epoch { $epoch }): a maioria já tem o primeiro registro dele.
event-quorum-resigned = O **{ $node }** não lidera mais o quorum.
event-quorum-follower = O **{ $node }** segue o líder do epoch { $epoch }.
event-quorum-unattached = O **{ $node }** não conhece líder no epoch { $epoch }.
event-elr-empty = Fora do ISR da { $partition } ninguém mais pode liderar.
event-reassigning = A { $partition } deve ficar em **{ $replicas }**: **{ $adding }** precisa copiá-la e estar dentro do ISR antes que alguém saia.
event-reassigning-fewer = A { $partition } deve ficar só em **{ $replicas }**, assim que todos esses estiverem dentro do ISR.
event-reassigned = A { $partition } agora está em **{ $replicas }**.
event-reassignment-cancelled = A reatribuição da { $partition } foi cancelada: ela fica em **{ $replicas }**.
event-unregistered = O controller esquece o **{ $broker }**: ele não volta mais.

## Réplicas

event-duplicate = O **{ $broker }** reconhece esse lote da { $partition }: ele já está no offset **{ $offset }**. Não escreve de novo, só repete a resposta.
event-became-leader = O **{ $broker }** lidera a { $partition } a partir do offset **{ $offset }**, epoch **{ $epoch }**.
event-became-follower = O **{ $broker }** segue o **{ $leader }** na { $partition }, epoch **{ $epoch }**.
event-became-orphan = O **{ $broker }** espera por um líder da { $partition }, epoch **{ $epoch }**.
event-appended-one = O **{ $broker }** escreve **{ $offset }** na { $partition }.
event-appended = O **{ $broker }** escreve de **{ $first }** a **{ $last }** na { $partition }.
event-copied-one = O **{ $broker }** copia **{ $offset }** da { $partition }.
event-copied = O **{ $broker }** copia de **{ $first }** a **{ $last }** da { $partition }.
event-unflushed = No disco do **{ $broker }** a { $partition } só vai até **{ $to }**: ele já tinha escrito até { $from }.
event-truncated = O **{ $broker }** corta seu log da { $partition } de { $from } para **{ $to }**: o que vinha depois não é o que o líder tem.
event-high-watermark = O HW da { $partition } vai de { $from } a **{ $to }**: até ali os consumidores podem ler.
event-high-watermark-follower = O **{ $broker }** fica sabendo que o HW da { $partition } é **{ $to }**.
event-high-watermark-waits = O HW só passa de { $before } quando o **{ $follower }** pedir mais.
event-segment-rolled = O **{ $broker }** começa um novo segmento da { $partition } em **{ $base }**.
event-replica-deleted = O **{ $broker }** não é mais réplica da { $partition } e apaga seu log.
event-log-start = No **{ $broker }**, o log da { $partition } agora começa em **{ $to }**: o que vem antes não pode mais ser lido.
event-segments-before-start = O **{ $broker }** apaga { $segments ->
    [one] { $segments } segmento
   *[other] { $segments } segmentos
} da { $partition } que ficam antes do início do log ({ $bytes } B).
event-segments-too-large = O **{ $broker }** apaga { $segments ->
    [one] o segmento mais antigo
   *[other] os { $segments } segmentos mais antigos
} da { $partition } ({ $bytes } B): o que resta ainda ocupa retention.bytes ou mais.
event-segments-too-old = O **{ $broker }** apaga { $segments ->
    [one] o segmento mais antigo
   *[other] os { $segments } segmentos mais antigos
} da { $partition } ({ $bytes } B): até o registro mais novo dali é mais velho que retention.ms.
event-delete-refused-policy = O líder se recusa a apagar registros de **{ $topic }** (POLICY_VIOLATION): o tópico só é compactado, e aí quem decide é a compactação.
event-delete-refused-range = O líder se recusa a apagar registros de **{ $topic }** (OFFSET_OUT_OF_RANGE): o offset fica além do high watermark.
event-cleaner-ran = O cleaner do **{ $broker }** compacta a { $partition } até **{ $to }**: de { $before } registros ficam { $after }, entre eles o último de cada chave, nos mesmos offsets. Ele se guia pelas chaves escritas desde { $from }.

## Produtores

event-produced = O **{ $client }** põe um registro no lote da { $partition }.
event-produced-key = O **{ $client }** põe um registro com a chave { $key } no lote da { $partition }.
event-send-failed = O send() do **{ $client }** falha: **{ $error }**.
event-acked = O **{ $client }** ouve: { $records ->
    [one] { $records } registro está escrito
   *[other] { $records } registros estão escritos
} na { $partition }.
event-acked-unheard = O **{ $client }** dá { $records ->
    [one] { $records } registro
   *[other] { $records } registros
} da { $partition } por { $records ->
    [one] escrito
   *[other] escritos
}, sem perguntar (acks=0).
event-produce-aborted = O **{ $client }** aborta a transação e joga fora { $records ->
    [one] { $records } registro
   *[other] { $records } registros
} da { $partition } que ainda não tinha mandado.
event-produce-failed = O **{ $client }** desiste de { $records ->
    [one] { $records } registro
   *[other] { $records } registros
} da { $partition }: **{ $error }**.
event-produce-retried = O **{ $client }** vai enviar de novo { $records ->
    [one] { $records } registro
   *[other] { $records } registros
} da { $partition }: **{ $error }**.
event-lost = { $records ->
    [one] Perdeu-se { $records } registro confirmado
   *[other] Perderam-se { $records } registros confirmados
} da { $partition }.

## Grupos

event-coordinator-loaded = O **{ $broker }** agora coordena os grupos de __consumer_offsets-{ $index }.
event-group-rebalancing-joined = O grupo **{ $group }** redistribui as partições porque o **{ $member }** entrou.
event-group-rebalancing-returned = O grupo **{ $group }** redistribui as partições: o **{ $member }** voltou no meio de um rebalance.
event-group-rebalancing-gone = O grupo **{ $group }** redistribui as partições porque o **{ $member }** se foi.
event-group-rebalancing-anew = O grupo **{ $group }** redistribui as partições porque o **{ $member }** está entrando de novo.
event-group-rebalancing-revoked = O grupo **{ $group }** redistribui o que o **{ $member }** acabou de devolver.
event-group-rebalancing-topics = O grupo **{ $group }** redistribui as partições: o **{ $member }**, que é o líder, viu outros tópicos ou partições.
event-group-rebalancing-subscription = O grupo **{ $group }** redistribui as partições porque o **{ $member }** assina outros tópicos.
event-group-rebalancing-not-stored = O grupo **{ $group }** redistribui as partições: não deu para gravar a atribuição (**{ $error }**).
event-group-epoch = Epoch **{ $epoch }**: o coordenador decide quem fica com o quê, e cada membro chega lá no seu tempo.
event-member-joined = O **{ $member }** entra no grupo **{ $group }**.
event-member-returned = O **{ $member }** volta ao grupo **{ $group }** como o membro estático que era, com um member id novo.
event-member-left = O **{ $member }** sai do grupo **{ $group }**.
event-member-expired = O grupo **{ $group }** desiste do **{ $member }**: não veio heartbeat.
event-member-late = O grupo **{ $group }** segue sem o **{ $member }**, que não chegou a tempo à redistribuição.
event-group-formed = O grupo **{ $group }** tem { $members ->
    [one] { $members } membro
   *[other] { $members } membros
} na geração **{ $generation }**.
event-offsets-expired = Os offsets que o grupo **{ $group }** tinha na { $partitions } expiraram: já se passaram os offsets.retention.minutes.
event-group-gone = O coordinator esquece o grupo **{ $group }**: está vazio e não resta nenhum offset dele.

## Consumidores

event-assigned = O **{ $member }** recebe { $partitions } na geração **{ $generation }**.
event-assigned-more = O **{ $member }** recebe { $partitions } na geração **{ $generation }** e fica com { $kept }.
event-assigned-same = O **{ $member }** fica com { $partitions } na geração **{ $generation }**.
event-assigned-nothing = O **{ $member }** não tem partição na geração **{ $generation }**.
event-assigned-none = O **{ $member }** fica sem partição na geração **{ $generation }**: há mais membros que partições.
event-revoked = O **{ $member }** devolve { $partitions }.
event-partitions-lost = O **{ $member }** perdeu { $partitions }, sem chance de fazer commit.
event-instance-fenced = O **{ $member }** foi barrado: agora outro consumidor usa o group.instance.id dele no grupo **{ $group }**. Ele encerra.
event-membership-refused = O poll() do **{ $member }** lança uma exceção: o grupo **{ $group }** não o aceita, **{ $error }**. { $remedy }
event-refused-protocol = Ele não tem protocolo em comum com os membros do **{ $group }**: dê a ele o group.protocol e um assignor que eles usam, ou outro group.id.
event-refused-kind = O **{ $group }** é um grupo de outro tipo: dê a ele o group.protocol dos membros, ou outro group.id.
event-refused-full = O **{ $group }** já tem tantos membros quantos group.consumer.max.size ou group.share.max.size permite: aumente o limite nos brokers ou use outro group.id.
event-refused-instance = Ainda há um membro com esse group.instance.id: dê a ele um só dele, ou pare o outro antes.
event-refused-assignor = Os brokers não conhecem o group.remote.assignor dele: escolha uniform ou range.
event-refused-session = O session.timeout.ms dele está fora dos limites group.min.session.timeout.ms e group.max.session.timeout.ms dos brokers: escolha um valor entre os dois.
event-refused-closes = Tentar de novo não mudaria nada, então a aplicação fecha.
event-position = O **{ $member }** continua no offset **{ $offset }** da { $partition }, o do último commit.
event-position-reset = O **{ $member }** não tem offset válido na { $partition } e começa em **{ $offset }**.
event-no-offset = O poll() do **{ $member }** lança NoOffsetForPartitionException: não há commit na { $partition }, e auto.offset.reset é none. A aplicação fecha.
event-out-of-range = O poll() do **{ $member }** lança OffsetOutOfRangeException: o offset **{ $offset }** não está no log da { $partition }, e auto.offset.reset é none. A aplicação fecha.
event-sought = O **{ $member }** move a posição dele na { $partition } para **{ $offset }**.
event-handling-failed = A aplicação do **{ $member }** lança uma exceção no offset **{ $offset }** da { $partition }: ela não consegue tratar esse registro.
event-polled = O **{ $member }** pega { $records ->
    [one] { $records } registro
   *[other] { $records } registros
}.
event-processed = O **{ $member }** terminou o **{ $offset }** da { $partition }.
event-committed = O **{ $member }** faz commit de { $offsets }.
event-commit-failed = Um commit do **{ $member }** falha: **{ $error }**.
event-transactions-initialized = O **{ $producer }** pode gravar como **{ $id }**, na época **{ $epoch }**: quem tinha esse transactional.id antes fica de fora.
event-transaction-begun = O **{ $producer }** começa uma transação. Ninguém mais sabe dela antes que ele envie algo.
event-offsets-sent = O **{ $producer }** põe { $offsets } do grupo **{ $group }** na transação: só contam se ele fizer commit.
event-transaction-committed = O **{ $producer }** fez commit da transação: tudo nela vale, aconteça o que acontecer.
event-transaction-aborted = O **{ $producer }** abortou a transação: quem lê só o que teve commit não vê nada dela.
event-transaction-failed = A transação do **{ $producer }** não pode mais ter commit: **{ $error }**. Ele aborta.
event-producer-fenced = O **{ $producer }** foi barrado: outro producer grava como **{ $id }**, ou a transação demorou demais. Ele fecha.
event-transactions-broken = O **{ $producer }** não consegue seguir com as transações: **{ $error }**. Ele fecha.
event-poll-timed-out = O **{ $member }** sai sozinho do grupo **{ $group }**: a aplicação não chamou poll() a tempo.

## Por quê: a cadeia de causas de um registro

event-why-command = Comando: **{ $command }**.
event-why-workload = A aplicação do **{ $client }** produz no próprio ritmo.
event-why-timer = Um timer do **{ $node }** dispara.
event-why-session = O **{ $node }** está há broker.session.timeout.ms sem heartbeat do **{ $broker }**.
event-why-lagging = O **{ $leader }** olha seus seguidores. Atrasados há replica.lag.time.max.ms: **{ $followers }**.
event-why-no-answer = O **{ $client }** não recebe resposta a tempo (request.timeout.ms, delivery.timeout.ms).
event-why-written = O **{ $broker }** escreve o registro no offset **{ $offset }** da { $partition }, epoch { $epoch }.
event-why-written-again = O **{ $broker }** escreve o registro mais uma vez, no offset **{ $offset }** da { $partition }: já são { $times } vezes.
event-why-copied = O **{ $broker }** copia o registro (offset **{ $offset }**).
event-why-committed = O HW da { $partition } passa do offset **{ $offset }**: todo o ISR tem o registro.
event-why-confirmed-all = O **{ $client }** ouve ok: com acks=all, todo o ISR já tem o registro.
event-why-confirmed-one = O **{ $client }** ouve ok: com acks=1, basta a cópia do líder.
event-why-confirmed-none = O **{ $client }** dá por escrito, sem perguntar (acks=0).
event-why-overtaken = O **{ $broker }** escreve antes um registro posterior: **{ $client } nº { $number }**, no offset **{ $offset }**.
event-why-lacking = O **{ $broker }** lidera a { $partition } no epoch { $epoch }. Seu log acaba em **{ $offset }**, sem o registro: ele se perdeu.
event-why-cut = O **{ $broker }** corta seu log da { $partition } para **{ $offset }**: a cópia do registro vai junto.
event-why-processed = O **{ $member }** processa o registro pelo grupo **{ $group }**.
event-why-processed-again = O **{ $member }** processa o registro outra vez: no grupo **{ $group }** já são { $times } vezes.
event-why-untold = Até agora o **{ $client }** não ouviu nada.
event-why-further = As mensagens levam ainda mais para trás; daqui em diante não são seguidas.
event-why-omitted = { $count ->
    [one] Mais um passo
   *[other] Mais { $count } passos
} no meio.

## Share groups

event-share-initialized = O share group **{ $group }** trabalha na { $partition } a partir do offset **{ $offset }**.
event-one-offset = offset **{ $offset }** da { $partition }
event-some-offsets = offsets **{ $first }** a **{ $last }** da { $partition }
event-records-acquired = O **{ $member }** recebe { $offsets } para trabalhar, pelo share group **{ $group }**: entrega **{ $count }**.
event-records-accepted = O **{ $member }** terminou { $offsets }; isso está gravado.
event-records-released = O **{ $member }** devolve { $offsets }: alguém pode tentar de novo.
event-records-archived = Ninguém mais recebe { $offsets }: o **{ $member }** rejeitou, ou já foram todas as entregas permitidas.
event-lock-timed-out = O prazo de { $offsets } acabou antes que alguém do share group **{ $group }** dissesse o que houve: outro membro pode receber.
event-lock-timed-out-last = O prazo de { $offsets } acabou pela última vez: ninguém mais do share group **{ $group }** recebe.

## Transações, vistas por quem as coordena

event-transactional-id = Quem escreve como **{ $id }** agora está no epoch **{ $epoch }**: os mais antigos ficam de fora.
event-transaction-begins = Começa uma transação de **{ $id }**: ela vai escrever em { $partitions }.
event-transaction-grows = A transação de **{ $id }** vai escrever também em { $partitions }.
event-transaction-fenced = Outro producer escreve agora como **{ $id }**: a transação que estava aberta é abortada num epoch que não é de ninguém.
event-transaction-timed-out = A transação de **{ $id }** ficou aberta tempo demais: é abortada, e seu producer fica de fora.
event-transaction-prepared-commit = A transação de **{ $id }** vai ter commit, aconteça o que acontecer: isso está escrito, e as partições são avisadas.
event-transaction-prepared-abort = A transação de **{ $id }** vai ser abortada, aconteça o que acontecer: isso está escrito, e as partições são avisadas.
event-marker-commit = O **{ $broker }** escreve na { $partition } que uma transação teve commit.
event-marker-abort = O **{ $broker }** escreve na { $partition } que uma transação foi abortada.
event-transaction-complete-commit = Todas as partições sabem que a transação de **{ $id }** teve commit.
event-transaction-complete-abort = Todas as partições sabem que a transação de **{ $id }** foi abortada.

## Cotas

event-quota-set = A partir de agora, **{ $config }** de **{ $client }** é **{ $limit }** bytes por segundo, em cada broker.
event-quota-removed = **{ $client }** não tem mais **{ $config }**.
event-throttled-produce = O **{ $broker }** responde na hora, mas o que **{ $client }** mandou passou da cota: nada mais é lido dele por **{ $time }**.
event-throttled-fetch = O **{ $broker }** responde a **{ $client }** sem registros: eles passariam da cota. Ele pode pedir de novo daqui a **{ $time }**.

## Armazenamento remoto

event-segment-copied = O **{ $broker }** copiou um segmento fechado da { $partition } para o armazenamento remoto: os registros **{ $base }** a **{ $end }** ({ $bytes } B).
event-segments-locally-too-large = O **{ $broker }** apaga do próprio disco { $segments ->
    [one] o segmento mais antigo
   *[other] os { $segments } segmentos mais antigos
} da { $partition } ({ $bytes } B): o que está aqui passou de local.retention.bytes. No armazenamento remoto, eles ficam.
event-segments-locally-too-old = O **{ $broker }** apaga do próprio disco { $segments ->
    [one] o segmento mais antigo
   *[other] os { $segments } segmentos mais antigos
} da { $partition } ({ $bytes } B): até o registro mais novo dali é mais velho que local.retention.ms. No armazenamento remoto, eles ficam.
event-remote-segments-deleted = O **{ $broker }** apaga do armazenamento remoto { $segments ->
    [one] o segmento mais antigo
   *[other] os { $segments } segmentos mais antigos
} da { $partition } ({ $bytes } B): { $why }.
event-remote-before-start = tudo o que está ali fica antes do início do log
event-remote-too-large = o log passou de retention.bytes
event-remote-too-old = até o registro mais novo dali é mais velho que retention.ms
event-remote-unreferenced = o log já não conhece os leader epochs que escreveram aquilo
event-remote-read = O **{ $broker }** lê a { $partition } para **{ $reader }** no armazenamento remoto, o único lugar onde ainda está: os registros **{ $from }** a **{ $last }** ({ $bytes } B).
event-remote-state-built = O que o **{ $broker }** precisa agora da { $partition } só está no armazenamento remoto: ele começa depois disso, em **{ $offset }**, sem copiar nada de lá.

## Stores de processadores de stream

event-restore-empty = O changelog { $partition } ainda não tem nada: o store do **{ $client }** começa vazio.
event-restore-started = O **{ $client }** restaura seu store a partir da { $partition }: os registros **{ $from }** a **{ $last }**. Até lá, não processa nada dessa partição.
event-restore-ended = O **{ $client }** tem o store como diz a { $partition }: { $records ->
    [one] um registro lido
   *[other] { $records } registros lidos
}, { $keys ->
    [one] uma chave guardada
   *[other] { $keys } chaves guardadas
}. Agora ele processa.
event-store-dropped = O **{ $client }** descarta o store da { $partition }, com { $keys ->
    [one] uma chave
   *[other] { $keys } chaves
}: o que vale está no changelog.
