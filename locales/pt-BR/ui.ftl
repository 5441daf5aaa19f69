### Tudo na página que não trata de um evento: nomes das coisas, controles, painéis, ajuda.

-app = kafkascope

## A página

ui-title = { -app }: veja o Apache Kafka por dentro
ui-language = Idioma
ui-skip = Pular para os controles
ui-close = Fechar
ui-cancel = Cancelar
ui-undo = Desfazer
ui-help = Ajuda
    .key = Ajuda: teclas e sinais (?)
ui-about = Sobre

## Vistas

ui-views = Vistas
ui-view-cluster = Cluster
ui-stage = O cluster, desenhado
ui-stage-empty = Ainda não há nada aqui: crie um tópico.

## Painel lateral

ui-panel = Painel lateral
ui-inspector = Inspetor
ui-configs = Configuração
ui-events = Eventos
ui-inspector-empty = Escolha algo no desenho para ver tudo o que ele sabe.
ui-events-empty = Ainda não aconteceu nada.

## Reprodução

ui-transport = Reprodução
ui-play = Rodar
    .key = Rodar (espaço)
ui-pause = Pausar
    .key = Pausar (espaço)
ui-step = Próximo evento
    .key = Próximo evento (.)
ui-clock = Tempo virtual
ui-pace = Ritmo
ui-pace-story = Ritmo história
    .hint = Devagar enquanto há mensagens no ar, rápido quando nada acontece.
ui-pace-fixed = Ritmo fixo
ui-pace-ratio = { $ratio }×
ui-pace-slow = 1/{ $slow }×

## Colunas, nós e seus estados

ui-brokers = Brokers
ui-topic = Tópico
ui-group = Grupo
ui-cluster = Cluster
ui-broker = broker { $id }
ui-controller = controller
ui-controllers = controllers
ui-controller-number = controller { $id }
ui-client-number = cliente { $id }
ui-topic-number = tópico { $id }
ui-admin = você
ui-coordinator = coordinator
ui-txn-initializing = initTransactions()
ui-txn-ready = sem transação
ui-txn-open = txn aberta · { $records }
ui-txn-committing = fazendo commit…
ui-txn-aborting = abortando…
ui-txn-must-abort = só resta abortar
ui-txn-fatal = fenced, encerrando
ui-leader = líder
ui-in-isr = ISR
ui-out-of-isr = fora do ISR
ui-joining = chegando
ui-leaving = saindo
ui-offline = fora do ar
ui-running = rodando
ui-stopped = parado
ui-stopping = parando
ui-starting = ligando
ui-fenced = isolado
ui-crashed-since = caiu há { $span }
ui-unpowered-since = sem energia há { $span }
ui-stopped-since = parado há { $span }
ui-paused-since = pausado há { $span }
ui-cut-since = cortado há { $span }
ui-slow = lento
ui-wall-clock = relógio
ui-clock-ahead = relógio { $span } adiantado
ui-clock-behind = relógio { $span } atrasado
ui-disk-full = disco cheio
ui-disk-slow = disco: { $span } a mais por escrita
ui-idle = sem partição
ui-up-to-date = em dia
ui-behind = { $records } atrás
ui-partition-short = P{ $partition }
ui-hw = HW { $offset }
ui-leo = LEO { $offset }
ui-lso = LSO { $offset }
ui-epoch = epoch { $epoch }
ui-group-state = geração { $generation } · { $state ->
    [Stable] estável
    [Empty] vazio
    [PreparingRebalance] reunindo membros
    [CompletingRebalance] distribuindo
   *[Dead] extinto
}
ui-group-epoch = epoch { $epoch } · { $state ->
    [Stable] estável
    [Empty] vazio
    [Assigning] distribuindo
   *[Reconciling] membros mudando
}
ui-topic-shape = { $partitions ->
    [one] { $partitions } partição
   *[other] { $partitions } partições
} · RF { $factor } · min.insync.replicas { $isr }
ui-stuck-at = parou em { $partition } · { $records } atrás
ui-diverges = diverge
ui-diverges-at = diverge a partir de { $offset }

## Contagem

ui-numbers = Números
ui-produced = produzidos
ui-consumed = consumidos
ui-lag = atraso
ui-throughput = vazão
ui-latency = da produção ao consumo
ui-ledger = Livro de promessas
    .hint = O que os produtores ouviram, e o que foi feito disso.
ui-ledger-acked = confirmados
ui-ledger-doubt = em dúvida
    .hint = Enviados, e ainda sem resposta.
ui-ledger-lost = perdidos
    .hint = Prometidos ao produtor, e não estão mais no log.
ui-ledger-failed = falhos
    .hint = A aplicação soube que não deu certo.
ui-ledger-aborted = abortados
    .hint = A transação foi abortada: nada foi prometido, e quem lê com read_committed não recebe nada dela.
ui-ledger-reordered = fora de ordem
ui-ledger-reordered-hint = Registros que estão no log depois de um que o producer mandou mais tarde.
ui-written-late = Escrito depois de um registro mandado mais tarde: foi tentado de novo enquanto havia outros a caminho (max.in.flight.requests.per.connection sem enable.idempotence).
ui-ledger-duplicated = duplicados
    .hint = Mais de uma vez no log.

## Inspetor: nomes dos fatos

ui-fact-state = Estado
ui-fact-partition = Partição
ui-fact-partitions = Partições
ui-fact-replicas = Réplicas
ui-fact-size = Tamanho
ui-fact-segments = Segmentos
ui-fact-batch = Lote
ui-fact-records = Registros
ui-fact-committed = Commit
ui-fact-lag = Atraso
ui-fact-members = Membros
ui-fact-protocol = protocolo
ui-fact-group-epoch = epoch do grupo
ui-fact-target-epoch = epoch da atribuição alvo
ui-member-epoch = epoch { $epoch }
ui-fact-generation = Geração
ui-fact-assignment = Distribuição
ui-fact-assignor = Assignor
ui-fact-subscription = Lê
ui-fact-writes-to = Escreve em
ui-fact-rate = Taxa
ui-fact-in-flight = Em voo
ui-fact-waiting = Esperando
ui-fact-buffer = Buffer usado
ui-fact-from = De
ui-fact-to = Para
ui-fact-sent = Enviado
ui-fact-arrives = Chega
ui-fact-latency = Latência
ui-fact-bandwidth = Largura de banda
ui-fact-none = nenhum
ui-fact-nobody = ninguém

## O que se pode fazer

ui-actions = O que você pode fazer
ui-crash = Derrubar
    .hint = O processo morre na hora, como com kill -9; o que ele escreveu fica.
ui-power-loss = Cortar a energia
    .hint = A máquina desliga: o que ainda estava no page cache, e não no disco, também se perde.
ui-start = Ligar
ui-stop = Parar
    .hint = Desliga com ordem: antes passa o trabalho adiante.
ui-cut-link = Cortar o enlace
ui-heal-link = Religar o enlace
ui-cut-way = Cortar só neste sentido
ui-heal-way = Religar este sentido
ui-reset-connection = Derrubar a conexão
    .hint = As duas pontas recebem RST: esta mensagem e tudo o que vem atrás dela se perdem.
ui-reset-next = Derrubar o que voa neste sentido
ui-fill-disk = Encher o disco
    .hint = Na próxima escrita o broker para. Ele só volta quando houver espaço.
ui-free-disk = Liberar o disco
ui-disk-slow-by = Disco mais lento, por escrita
ui-network = Rede
ui-split = Dividir a rede
ui-split-lead = Escolha quem fica na segunda ilha. Nada passa entre as duas até você desfazer os cortes.
ui-split-do = Dividir
ui-heal-all = Desfazer todos os cortes
ui-slow-disk = disco lento
ui-later = Mais tarde
ui-later-what = O quê
ui-later-in = Daqui a
ui-later-every = Depois, a cada (0: uma vez)
ui-later-until = Até daqui a
    .hint = Vazio: até você remover.
ui-later-do = Agendar
ui-planned = Agendado
ui-planned-at = aos { $at }
ui-planned-every = aos { $at }, depois a cada { $every } até { $last } ({ $left } vezes)
ui-unplan = Remover: { $what }
ui-not-done = **{ $what }**, agendado para { $at }, não foi feito: { $why }
ui-verb-of = { $verb }: { $thing }
ui-elect-leaders = Eleger líderes
ui-add = Adicionar
ui-add-topic = Criar um tópico
ui-add-producer = Adicionar um produtor
ui-add-consumer = Adicionar um consumidor
ui-add-processor = Adicionar um processador de stream
ui-add-broker = Adicionar um broker
ui-remove = Remover
ui-produce-one = Produzir um registro
ui-produce-poison = Produzir um registro que ninguém consegue tratar
    .hint = É escrito como qualquer outro; toda aplicação que o processa lança exceção.
ui-produce-tombstone = Produzir um tombstone
    .hint = Um registro com chave e sem valor: onde o tópico é compactado, no fim a chave some.
ui-delete-records = Apagar registros
    .hint = DeleteRecords, como o kafka-delete-records.sh pede: o log passa a começar neste offset. -1 vale por tudo até o high watermark.
ui-delete-before = Antes do offset (-1: até o HW)
ui-old-records = O que acontece com registros antigos
ui-abort-hanging-transaction = Abortar uma transação pendurada
ui-act-poll = Chamar poll() uma vez
ui-act-commit = Chamar commitSync()
ui-act-begin-transaction = Começar uma transação
ui-act-commit-transaction = Fazer commit da transação
ui-act-abort-transaction = Abortar a transação
ui-act-divide = Dividir os registros em transações
ui-act-seek = Mover a posição
ui-act-pause = Pausar uma partição
ui-act-resume = Retomar uma partição
ui-act-slow-record = Atrasar o próximo registro
ui-act-slow-partition = Atrasar uma partição
ui-act-handle = Mudar o tratamento dos registros

## Formulários

ui-form-name = Nome
ui-form-partitions = Partições
ui-form-replication = Fator de replicação
ui-form-rate = Registros por segundo
ui-form-keys = Chaves diferentes
    .hint = 0: registros sem chave.
ui-form-value-size = Tamanho do valor
ui-form-processing = Tempo para processar um registro
ui-form-topic = Tópico
ui-form-group = Grupo
ui-form-key = Chave

## Painel de configuração

ui-config-default-is = Padrão: { $value }
ui-config-bounds = De { $low } a { $high }
ui-config-changed = alterado
ui-config-teaching = Escala de aula: o Kafka mesmo só aceita a partir de { $least }.
ui-config-reset = Voltar ao padrão
ui-config-of = Configuração de
ui-config-true = sim
ui-config-false = não

## Ajuda

ui-keys = Teclas
ui-keys-play = rodar ou pausar
ui-keys-message = próxima mensagem do que está escolhido
ui-keys-until = rodar até que algo aconteça
ui-keys-step = evento anterior, próximo evento
ui-keys-pace = mais devagar, mais rápido
ui-keys-move = ir de uma coisa a outra
ui-keys-escape = soltar, fechar
ui-keys-crash = derrubar ou ligar o que está escolhido
ui-keys-add = adicionar algo
ui-keys-language = trocar o idioma
ui-keys-help = esta ajuda
ui-signs = Sinais
ui-signs-wet = Registro só em contorno foi escrito e ainda não está seguro: pode se perder.
ui-signs-dry = Registro cheio está seguro: todas as réplicas dentro do ISR o têm.
ui-signs-key = A cor e os furos dizem a chave.
ui-signs-txn-open = Colchete com seta é uma transação aberta. Quem lê com read_committed para na barra tracejada antes dela, o last stable offset (LSO).
ui-signs-txn-committed = Fechado por um marker C: teve commit, os registros valem. O marker ocupa um offset só dele.
ui-signs-txn-aborted = Fechado por um marker A: abortada. Os registros ficam; quem lê com read_committed pula.
ui-signs-txn-coordinator = O losango: este broker coordena um grupo. Com um ponto: coordena transações, e em que pé está a primeira delas.
ui-signs-hw = A barra com pé é o high watermark; os consumidores só leem à esquerda dela.
ui-signs-leo = A barra com pena é o fim do log: ali entra o próximo registro.
ui-signs-leader = A bandeira marca o líder de uma partição.
ui-signs-fetch = Duas setas abertas são um fetch: consumidores e seguidores pedem, brokers nunca empurram.
ui-glossary = Glossário

## Sobre

ui-about-what = O { -app } roda no seu navegador um modelo determinístico de um cluster Kafka. Nada é enviado a lugar nenhum.
ui-about-version = Segue o Apache Kafka 4.x, com os valores padrão de verdade.
ui-about-limits = O que não está modelado
ui-about-independent = Um projeto independente, que não é feito nem endossado pela Apache Software Foundation. “Apache Kafka” e “Kafka” são marcas registradas da Apache Software Foundation.
ui-about-licence = Software livre sob a licença Apache 2.0.
ui-about-source = Código-fonte

## Quando algo dá errado

ui-crash-title = A página não consegue continuar
ui-crash-text = Um erro no { -app } o fez parar. Recarregar liga o cluster de novo; um relato ajuda a corrigir.
ui-crash-reload = Recarregar
ui-file-drop = Solte um cenário aqui

## O cenário de abertura

ui-opening-topic = pedidos
ui-opening-producer-1 = checkout
ui-opening-producer-2 = app-web
ui-opening-group = faturamento

## O alto da página

ui-name = { -app }
ui-language-short = PT
ui-theme = Cores
ui-theme-system = Como no sistema
ui-theme-light = Claras
ui-theme-dark = Escuras
ui-theme-projector = Projetor
ui-open-file = Abrir um cenário
ui-brokers-up = { $up } de { $all }
ui-brokers-hint = Brokers em serviço, segundo o controller.

## Números

ui-throughput-in = Registros produzidos
ui-throughput-out = Registros processados
ui-latency-p50 = Latência fim a fim, p50
ui-latency-p95 = Latência fim a fim, p95
ui-latency-short = latência p50
ui-groups-lag = Atraso dos grupos
ui-groups-empty = Nenhum grupo de consumidores tem membros ou commits.
ui-produced-hint = As aplicações chamaram send().
ui-consumed-hint = Processados pelas aplicações que leem, com as repetições.
ui-ledger-acked-hint = O produtor ouviu que estão escritos.

## Tipos de coisas

ui-producer = produtor
ui-consumer = consumidor
ui-kind-broker = broker
ui-kind-controller = controller KRaft
ui-kind-producer = produtor
ui-kind-consumer = consumidor
ui-kind-topic = tópico
ui-kind-partition = partição
ui-kind-record = registro
ui-kind-message = mensagem
ui-kind-link = enlace
ui-kind-group = grupo de consumidores
ui-kind-share-group = share group
ui-share-held = { $count } acquired
ui-share-deliveries = O que houve com as entregas
ui-share-now = acquired agora
ui-share-acquired = acquired até agora
ui-share-again = destes, não pela primeira vez
ui-share-acknowledged = acknowledged
ui-share-available = available de novo
ui-share-timed-out = locks que venceram
ui-share-archived = archived
ui-share-why = Um registro é acquired por um membro de cada vez. Com acknowledge, está pronto; se o membro o solta, ou não faz acknowledge antes de o lock vencer, ele é entregue de novo, até group.share.delivery.count.limit vezes. Depois fica archived: ninguém mais o recebe.
ui-share-fresh = ainda não entregues
ui-share-lock = lock { $span }
ui-share-persisting = sendo persistido
ui-share-more = E mais { $count ->
    [one] { $count } trecho de registros
   *[other] { $count } trechos de registros
}.
ui-share-delivery = entrega { $count }
ui-record-title = { $partition }, offset { $offset }
ui-replica-on = Réplica no broker { $broker }

## Estados

ui-down-since = fora do ar há { $span }
ui-frozen-since = congelado há { $span }
ui-not-started = ainda não ligou
ui-in-service = em serviço
ui-paused = pausado
ui-without-leader = sem líder
ui-led-by = líder: broker { $broker }
ui-link-up = funciona
ui-link-to = Enlace com { $name }
ui-stuck = retida por um corte
ui-unlimited = sem limite
ui-ago = há { $span }
ui-in-span = em { $span }
ui-due-now = vai agora
ui-more-span = { $span } a mais por mensagem
ui-up-to = até { $span }
ui-per-second = { $amount }/s
ui-of = { $part } de { $whole }
ui-records = { $records ->
    [one] { $records } registro
   *[other] { $records } registros
}
ui-waits-since = enviada { $ago }
ui-times = { $times ->
    [one] { $times } vez
   *[other] { $times } vezes
}
ui-committed-of = commit em { $committed } de { $end }
ui-nothing-committed = nenhum commit
ui-committed-yes = seguro: está abaixo dele
ui-committed-no = ainda não: não está abaixo dele
ui-told-nothing = nada ainda
ui-shield-kept = Promessas cumpridas
ui-shield-lost = { $count ->
    [one] 1 registro perdido
   *[other] { $count } registros perdidos
}
ui-promises-kept = Todos os **{ $count }** registros que os producers souberam que estavam escritos continuam lá.
ui-promises-allowed = { $count ->
    [one] **Um registro** que o producer soube que estava escrito se perdeu.
   *[other] **{ $count } registros** que os producers souberam que estavam escritos se perderam.
} Esta configuração permite isso.
ui-promises-broken = { $count ->
    [one] **Um registro** se perdeu,
   *[other] **{ $count } registros** se perderam,
} embora esta configuração prometa guardar o que foi confirmado.
ui-and-more = e mais { $count }
ui-record-of = **{ $producer } nº { $number }** { $place }
ui-told-ok-at = Ouviu ok em { $at }.
ui-told-error-at = Ouviu { $error } em { $at }.
ui-loss-led = Sumiu em { $at }: o **{ $broker }** passou a liderar no epoch { $epoch } sem ele.
ui-loss-cut = Sumiu em { $at }: o **{ $broker }** o cortou do seu log.
ui-told-nothing-yet = O producer ainda não ouviu nada.
ui-loss-never = Nunca esteve no log de um líder que valesse.
ui-allowed-unasked = Por que pode: com acks=0 o producer não pergunta se os registros chegaram.
ui-allowed-leader = Por que pode: com acks=1 basta o líder ter o registro.
ui-allowed-unclean = Por que pode: unclean.leader.election.enable deixa liderar um broker que não tem tudo o que foi confirmado.
ui-allowed-power = Por que pode: faltou energia nas máquinas antes de ele chegar aos discos (flush.messages).
ui-allowed-alone = Por que pode: com acks=all, mas min.insync.replicas=1, basta um ISR só com o líder.
ui-allowed-not = Nada nesta configuração permite isso.
ui-written-times = Escrito { $count } vezes: o producer mandou de novo e ninguém o reconheceu.
ui-processed-times = Processado { $count } vezes pelo grupo { $group }.
ui-rules = As regras da replicação
ui-rules-what = Repete tudo desde o começo e olha cada regra a cada instante: um líder por epoch, logs iguais abaixo do high watermark, registros confirmados de verdade replicados, metadados que a maioria tem.
ui-rules-check = Conferir todas as regras
ui-rules-going = { $percent } % conferido
ui-rules-kept = Todas as regras valeram em **{ $events } eventos**, até { $until }.
ui-rules-broken = **{ $rule }** não vale em { $at }: { $what }
ui-leads-group = { $name } (líder do grupo)

## A cadeia de causas de um registro

ui-why = Por quê?
    .hint = Repete tudo desde o começo e segue este registro, até os comandos e relógios que deram início a tudo.
ui-why-chain = Cadeia de causas
ui-why-seeking = Procurando as causas desde o começo: { $percent } %
ui-why-unknown = A conta deste registro já não é mais guardada.
ui-why-steps = Cada passo é um momento da fita: um clique leva até lá e mostra onde foi.
ui-why-back = Voltar a { $clock }

## Inspetor: mais nomes de fatos

ui-inspector-gone = O que estava escolhido não existe mais.
ui-fact-leaderships = Lidera (com __consumer_offsets)
ui-fact-disk = Bytes em disco
ui-fact-internal-topics = deles, tópicos internos
ui-fact-deleted-files = Arquivos apagados ainda em disco
ui-deleted-files = { $bytes }, por mais { $left }
ui-segments-on = Segmentos no broker { $broker }
ui-segment-base = Offset base
ui-segment-newest = Mais novo
ui-segment-active = ativo
ui-segment-stays = fica
ui-segment-due = já pode sair
ui-segment-clean = limpo
ui-segment-dirty = sujo
ui-segment-not-yet = ainda não dá para limpar
ui-segment-before-start = já pode sair: antes do início do log
ui-segment-goes-in = sai em { $span }
ui-segment-goes-after = sai depois de mais { $bytes }
ui-segment-goes-at-first = sai em { $span } ou depois de mais { $bytes }
ui-segments-more = mais { $count }
ui-before-log-start = antes do início do log
ui-segments-deleted = { $segments ->
    [one] { $segments } segmento
   *[other] { $segments } segmentos
}, { $bytes }: { $why }
ui-cleaned = { $before } registros viraram { $after }, { $read } viraram { $written }
ui-fact-first-dirty = Primeiro offset sujo
ui-fact-dirty-ratio = Parcela suja
ui-dirty-ratio = { $ratio } (acima de { $minimum }, é limpo)
ui-fact-last-cleaning = Última limpeza
ui-fact-last-deletion = Última remoção
ui-why-retention = Só saem segmentos inteiros, do mais antigo em diante, quando o broker passa em revista (a cada { $every }). Os arquivos ficam por mais { $delay }.
ui-why-compaction = O cleaner procura a cada { $every }. Ele não mexe no segmento ativo, e nenhum registro muda de offset.
ui-fact-purgatory = Requisições no purgatório
ui-fact-topics = Tópicos
ui-fact-followers = Seguidores, como o líder os conhece
ui-fact-role = Papel no quorum
ui-quorum-size = Controllers no quorum
ui-quorum-size-hint = O cenário recomeça.
ui-quorum-combined = Nos processos dos brokers (modo combinado)
ui-quorum-begins-combined = { $count ->
    [one] O cenário recomeça: **o broker 1 também é o controller**.
   *[other] O cenário recomeça: **{ $count } brokers também são controllers**.
}
ui-quorum-begins = { $count ->
    [one] O cenário recomeça com **um controller**.
   *[other] O cenário recomeça com um quorum de **{ $count } controllers**.
}
ui-quorum-active = controller ativo
ui-quorum-leader = eleito, nada confirmado ainda
ui-quorum-follower = seguidor
ui-quorum-prospective = pede pre-votes
ui-quorum-candidate = candidato, pede votos
ui-quorum-resigned = renunciou
ui-quorum-unattached = não conhece líder
ui-fact-metadata-offset = Fim do log de metadados
ui-fact-jitter = Variação
ui-fact-producers = Producers idempotentes que ele conhece
ui-idempotence-off = desligado: exige acks=all, retries e no máximo 5 em voo
ui-fact-blocked = send() bloqueado
ui-fact-last-poll = Último poll()
ui-fact-fetched = Buscados, à espera do poll()
ui-fact-arrived = Chegou
ui-fact-connection = Conexão
ui-fact-answers = Responde a
ui-fact-fields = Campos
ui-fact-told = O produtor ouviu
ui-fact-copies = Cópias no log
ui-processed-by = Processado por { $group }

## Por que algo é como é

ui-why-hw = **Por que HW { $hw }, se o log vai a { $end }?** O HW é o menor fim de log dentro do ISR que o líder conhece. Ele espera pelo **{ $slowest }**: o líder só fica sabendo o que um seguidor tem quando esse seguidor faz o próximo fetch.
ui-why-diverges = **Por que diverge?** { $records ->
    [one] A partir do offset **{ $offset }** ela tem { $records } registro
   *[other] A partir do offset **{ $offset }** ela tem { $records } registros
} de um epoch mais antigo que o **{ $leader }**, líder desde então, não tem. O log é cortado ali assim que esta réplica fizer fetch do líder.
ui-why-no-leader = **Por que está sem líder?** Só uma réplica do ISR ou do ELR (**{ $eligible }**) pode liderar sem perder registros confirmados, e nenhuma delas está viva. Ligue essas.
ui-why-last-known = **Por que está sem líder?** Não sobrou ninguém que com certeza tenha tudo o que foi confirmado: quem volta de uma queda pode ter perdido alguma coisa. A partição espera o **{ $last }**, que foi o último líder.
ui-why-under-minimum = **Por que as escritas são recusadas?** { $isr ->
    [one] Só { $isr } réplica está
   *[other] Só { $isr } réplicas estão
} dentro do ISR, e min.insync.replicas é **{ $minimum }**: com acks=all o líder responde NOT_ENOUGH_REPLICAS. A leitura continua.
ui-why-caught-up = O tempo diz quando o líder soube, pela última vez, que o seguidor tinha tudo. Passando de replica.lag.time.max.ms, ele sai do ISR.

## O que se pode fazer, continuação

ui-show = Mostrar
ui-resume = Continuar
ui-freeze = Congelar
    .hint = Fica imóvel com as conexões abertas, como numa longa coleta de lixo.
ui-crash-its-leader = Derrubar o líder
ui-reassign = Mover as réplicas
    .hint = Primeiro os brokers novos copiam a partição. Só quando todos os escolhidos estão dentro do ISR os outros a apagam.
ui-set-quota = Definir uma cota
ui-quota-default = clientes sem cota própria
ui-spread = Espalhar pelos brokers
ui-spread-hint = Propõe novas réplicas em todos os brokers em serviço, como faz kafka-reassign-partitions.sh --generate, e as move para lá.
ui-cancel-reassignment = Cancelar a mudança
ui-slow-by = Mais lento, por mensagem
ui-clock-by = Relógio adiantado (atrasado: abaixo de 0)
ui-link-with = Enlace com
ui-no-key = sem chave

## Formulários, continuação

ui-form-topics = Tópicos que ele lê
ui-form-partitions-in-all = Partições ao todo
ui-form-replicas = Réplicas, a preferida primeiro: { $list }
ui-form-topic-stem = topico-
ui-form-producer-stem = app-
ui-form-group-stem = grupo-
ui-form-processor-stem = stream-
ui-form-no-topic-read = Escolha pelo menos um tópico para ele ler.
ui-form-application-hint = Instâncias com o mesmo valor dividem o trabalho: ele é o grupo dos seus consumidores.
ui-fact-transform = Transforma com
ui-transform-map = Cada registro gera um resultado com a mesma chave (mapValues).
ui-transform-count = Cada registro gera quantos já houve com a sua chave (groupByKey().count()). As contagens ficam num store, cujo changelog é um tópico compactado.
ui-transform-filter = Registros com chave par geram um resultado; os outros, nenhum.
ui-form-no-topic = Não há tópico: crie um antes.
ui-form-rack-hint = As réplicas se espalham pelos racks. Pode ficar vazio.
ui-form-client-rack-hint = Com um replica.selector.class, ele lê de uma réplica deste rack. Pode ficar vazio.
ui-add-broker-hint = Ele recebe réplicas dos tópicos criados daqui em diante; o que já existe fica onde está.

## Painel de configuração, continuação

ui-config-at-least = No mínimo { $low }

## Reprodução, continuação

ui-restart-scenario = Começar de novo
ui-pace-story-tick = história
ui-lagging = acontece mais do que dá para mostrar
ui-narration = O que acontece agora
ui-narration-quiet = Nada se move agora.

## Teclas, continuação

ui-keys-on = Atalhos de uma tecla
ui-keys-pace-is = ritmo história, depois de 1/1000× a 60×
ui-keys-start = ligar o que está escolhido

## Sinais, continuação

ui-signs-missing = Lugar pontilhado: o registro ainda não chegou a este seguidor.
ui-signs-truncated = Riscado: jogado fora, porque o líder não o tem.
ui-signs-segments = As bandejas são segmentos, os arquivos de um log. Os pontinhos dizem quanto do prazo de um segmento fechado já passou, por retention.ms ou retention.bytes. O ativo fica aberto.
ui-signs-dirty = Num tópico compactado: fundo áspero está sujo, fundo liso já foi compactado. Um tracinho marca um offset cujo registro não existe mais.
ui-signs-gone = Caixa tracejada: registro apagado. Ninguém mais consegue ler.
ui-signs-remote = Debaixo de uma nuvem: um segmento que está no armazenamento remoto. Uma caixa pontilhada só existe lá; o líder busca de lá para quem pedir.
ui-signs-tombstone = Célula oca é um tombstone: uma chave sem valor.
ui-signs-diverges = Hachurado depois de um rasgo: o líder não tem estes registros. Eles divergem e vão ser cortados.
ui-signs-isr = Anel: seguidor dentro do ISR.
ui-signs-out-of-isr = Anel partido: réplica fora do ISR.
ui-signs-eligible = Anel com um ponto: fora de um ISR que ficou pequeno demais para confirmar algo desde então, por isso ainda pode liderar (ELR).
ui-signs-fenced = Placa tracejada: broker que o controller isolou.
ui-signs-dead = Placa riscada: broker fora do ar.
ui-signs-duties = Hexágono cheio: o controller ativo. Vazado: outro, de prontidão. Tracejado: um que procura um líder, com os votos em pontos. Losango vazado: coordinator de um grupo.
ui-signs-produce = Um vagão leva registros, com o bico para a frente: um Produce, ou a resposta de um Fetch.
ui-signs-answers = Disco com visto: deu certo. Losango: um erro, com o nome que o Kafka lhe dá.
ui-signs-bin = Um lote se forma no produtor; o anel diz quanto falta para linger.ms ou batch.size.
ui-signs-reading = Triângulo vazado: commit. Triângulo cheio: posição. Entre eles: relido depois de uma queda.
ui-signs-lag = Atraso: com commit, em processamento e ainda por vir.
ui-signs-cut = Dois batentes: enlace cortado.
ui-signs-cut-way = Seta que bate num batente: o que vai neste sentido não chega.
ui-signs-slow = Ampulheta: enlace ou nó lento. A seta ao lado diz em que sentido.
ui-signs-disk = Três pratos: disco lento. Escuros: disco cheio, e o broker para.

## Arquivos e desastres

ui-lesson-retention = Como os registros antigos somem
    .hint = Segmentos fecham, envelhecem e são apagados por tempo e por tamanho; um consumidor que ficou fora tempo demais recebe OFFSET_OUT_OF_RANGE. Desfazer traz este cluster de volta.
ui-lesson-compaction = O último registro de cada chave
    .hint = Preços mudam em poucas chaves; o cleaner tira o que ficou velho e, no fim, os tombstones também. Desfazer traz este cluster de volta.
ui-lesson-tiered = Registros antigos vão para o armazenamento remoto
    .hint = Segmentos fechados são copiados, os brokers guardam só os mais novos, e um grupo que começa do registro mais antigo lê de lá por meio do líder. Desfazer traz este cluster de volta.
ui-lesson-transactions = Exatamente uma vez, com quedas
    .hint = Uma loja faz commit e aborta, um processador de stream grava pagamentos, e um coordinator, o processador e a loja caem no meio do caminho. Desfazer traz este cluster de volta.
ui-lesson-rebalances = Três protocolos, o mesmo vaivém
    .hint = Grupos em eager, cooperative e KIP-848 leem o mesmo tópico; em cada um, membros entram, saem, caem e reiniciam nos mesmos instantes. Desfazer traz este cluster de volta.
ui-file-good = **{ $name }** está rodando.
ui-file-is-bad = **{ $name }** não pode ser rodado. { $why }
ui-rescue = O que você fez da última vez foi guardado.
ui-rescue-restore = Continuar
ui-crash-kept = O que você fez até aqui fica guardado: depois de recarregar dá para trazer de volta.

## O palco, continuação

ui-stage-things = Coisas do desenho
ui-stage-no-consumers = Ninguém lê ainda: adicione um consumidor.
ui-replica-name = { $partition } no { $broker }
ui-link-name = enlace { $first } – { $second }

ui-later-coming = Os painéis estão chegando…
ui-later-failed = Não deu para buscar os painéis. A rede está de pé?
ui-later-again = Tentar de novo

## Headings inside the picture

ui-heading-producers = PRODUTORES
ui-heading-topic = TÓPICO
ui-heading-group = GRUPO
ui-heading-ledger = LIVRO DE PROMESSAS

## Grupos ao longo do tempo

ui-stood = Quem lê, no último minuto
ui-stood-sign = ninguém lê
ui-stood-by = Quem lê
ui-stood-lately = Última parada
ui-stood-total = No total
ui-stood-nobody = ninguém ({ $why ->
    [back] devolvida
    [lost] perdida
    [ended] o processo terminou
    [frozen] o processo está congelado
   *[seeking] procurando o offset
})
ui-stood-now = **{ $open } de { $all }** { $all ->
    [one] partição
   *[other] partições
} { $open ->
    [one] está parada
   *[other] estão paradas
} agora; a parada mais longa até aqui: **{ $span }**.
ui-stood-reading-on = O grupo está em rebalance e, mesmo assim, todas as partições continuam sendo lidas.
ui-stood-none = O último rebalance não parou nenhuma partição.
ui-stood-price = Na última parada, **{ $stood } de { $all }** { $all ->
    [one] partição
   *[other] partições
} { $stood ->
    [one] ficou
   *[other] ficaram
} sem leitura; a mais demorada, por **{ $span }**.
ui-stood-bands = { $partition }: { $bands }
ui-stood-from = { $who } a partir de { $clock }
ui-stood-groups = Onde ninguém lê, por grupo
ui-stood-groups-hint = Hachurado: a fração das partições do grupo que ninguém lê. Os tempos são somados sobre as partições.
ui-last-rebalance = **Último rebalance**, { $ago }. { $cause }
ui-phase-refused = não aceito: { $error }
ui-phase = { $phase ->
    [finding] procura o coordinator
    [outside] fora do grupo, prestes a entrar
    [preparing] faz commit antes de devolver as partições
    [joining] entrando (JoinGroup)
    [syncing] espera a sua parte (SyncGroup)
    [stable] estável
    [leaving] saindo
   *[fenced] barrado: outro tem o mesmo group.instance.id
}
ui-phase-short = { $phase ->
    [finding] sem coordinator
    [outside] fora do grupo
    [preparing] faz commit
    [joining] entrando
    [syncing] espera a parte
   *[leaving] saindo
}
ui-lag-over-time = Atraso, no último minuto
ui-lag-why = **Cada partição tem o seu próprio atraso**, e ele só cai quando o grupo faz commit. Todas as curvas estão na mesma escala.
ui-lag-hot = a maior parte do atraso
ui-lag-still = sem movimento
ui-lag-level = acompanha o ritmo
ui-lag-clears = zera em cerca de { $span } neste ritmo
ui-lag-grows = cresce { $rate }
## Aplicações que consomem

ui-commit = O commit dos offsets vem
ui-commit-auto = de enable.auto.commit
    .hint = poll() faz commit do que os anteriores devolveram, a cada auto.commit.interval.ms.
ui-commit-sync = depois de cada poll
    .hint = commitSync() quando todos os registros de um poll() foram processados: uma queda antes dele os repete.
ui-commit-each = depois de cada registro
    .hint = commitSync() depois de cada registro: repete no máximo um, e cada um custa uma ida e volta.
ui-commit-before = antes de processar
    .hint = commitSync() antes de processar o primeiro registro: uma queda depois dele perde o resto.
ui-commit-async = depois de cada poll, async
    .hint = commitAsync() quando todos os registros de um poll() foram processados: ninguém espera, nada é tentado de novo.
ui-commit-none = nunca
    .hint = Não há commit sem que você peça: cada início parte do último commit.
ui-handler = Quem processa os registros
ui-handler-poll = a thread do poll
    .hint = O próximo poll() vem quando todos os registros deste foram processados.
ui-handler-async = outra thread
    .hint = poll() segue na hora, e o que ele devolveu conta como consumido antes de estar pronto.
ui-throws = Quando o processamento lança exceção
ui-throws-die = o processo morre
    .hint = Ninguém captura a exceção: nenhum commit passa do registro.
ui-throws-skip = o registro é pulado
    .hint = Vem o próximo registro, e o commit passa pelo que falhou: ele não teve efeito.
ui-throws-retry = tenta de novo
    .hint = O mesmo registro depois de um segundo, enquanto lançar exceção: todos atrás dele esperam.
ui-polls = Chama poll()
ui-polls-loop = em laço
    .hint = poll() é chamado de novo assim que seus registros estão prontos.
ui-polls-command = quando você manda
    .hint = Espera fora do poll(); depois de max.poll.interval.ms sai do grupo.
ui-out-of-order = Um registro, uma partição
ui-pause-hint = KafkaConsumer.pause(): a partição continua atribuída, e poll() não devolve nada dela.
ui-seek = Ir para
ui-seek-beginning = o começo
ui-seek-end = o fim
ui-seek-offset = um offset
ui-seek-ago = tanto tempo atrás
ui-form-instance-hint = Torna-o um membro estático: um reinício dentro de session.timeout.ms não move partições. Pode ficar vazio.

## Garantias de entrega

ui-delivery = Garantia de entrega
ui-at-most-once = at most once
ui-at-least-once = at least once
ui-exactly-once = exactly once
ui-amounts-most = Isto é **no máximo uma vez**: um registro pode se perder, e nunca é processado duas vezes.
ui-amounts-least = Isto é **pelo menos uma vez**: nenhum registro se perde, e algum pode ser processado duas vezes.
ui-amounts-exactly = Isto é **exatamente uma vez** dentro do Kafka: quem lê os resultados com read_committed vê o resultado de cada registro uma única vez. O que a aplicação faz fora do Kafka ainda pode acontecer duas vezes.
ui-exactly-once-not-here = Nenhuma config dá exatamente uma vez a uma aplicação que age fora do Kafka: nenhuma transação sabe disso. É preciso um processador de stream que grave os resultados em um tópico, com processing.guarantee=exactly_once_v2.
ui-at-most-once-not-here = Um processador de stream grava os resultados antes de fazer commit: não dá para ser no máximo uma vez.
ui-why-exactly-once = Resultados e offsets são uma transação só: depois de uma queda, ou os dois estão lá, ou nenhum.
ui-why-flushes-first = Primeiro os resultados são gravados, depois os offsets: uma queda entre os dois repete resultados.
ui-amounts-neither = Isto não é **nenhuma das duas**: registros podem se perder, e outros ser processados duas vezes.
ui-settings = O que faz com que seja assim
ui-setting-otherwise = Não está configurado aqui; o que está serve igualmente.
ui-risk-unasked = **{ $names }**: com acks=0 ninguém sabe de um registro que não foi escrito.
ui-risk-leader = **{ $names }**: com acks=1 um líder que cai leva registros que já tinham sido confirmados.
ui-risk-once = **{ $names }**: com retries=0 um registro que falha uma vez não é reenviado.
ui-risk-again = **{ $names }**: sem enable.idempotence, o que é reenviado pode ser escrito duas vezes.
ui-risk-before = **{ $names }**: o que tem commit antes de ser processado se perde numa queda.
ui-risk-hands-over = **{ $names }**: outra thread processa; um commit pode passar por registros que não estão prontos, ou deixar de fora alguns que estão.
ui-risk-skips = **{ $names }**: um registro que lança exceção é pulado, e não tem efeito.
ui-risk-after = **{ $names }**: o que foi processado e ainda não tem commit vem de novo depois de uma queda.
ui-risk-never = **{ $names }**: não há commit, então tudo vem de novo depois de uma queda.
ui-why-acks-0 = O produtor não espera resposta, então nada o faz reenviar.
ui-why-acks-all = Um registro conta como escrito quando toda réplica dentro do ISR o tem.
ui-why-retries-0 = O que nunca é reenviado não pode ser escrito duas vezes.
ui-why-retries = Um registro é reenviado até passar delivery.timeout.ms.
ui-why-idempotence-off = A idempotência precisa de acks=all e de retries.
ui-why-idempotence = Os brokers reconhecem o que já têm, e assim reenviar não escreve nada duas vezes.
ui-why-auto-commit = A própria aplicação decide quando fazer commit.
ui-why-in-flight = A idempotência mantém a ordem de no máximo cinco requisições em voo.
ui-effect-of = O que { $group } fez fora do Kafka
ui-effect-processed = registros processados
ui-effect-repeated = deles mais de uma vez
ui-effect-missing = com commit, nunca processados
ui-worst-heading = O que ela vale
ui-worst-hint = A fita corre até um membro estar entre o processamento e o commit, derruba-o ali, e o inicia de novo um segundo depois.
ui-worst = Derrubar no pior momento
ui-worst-none = Dentro de um minuto nenhum membro está entre o processamento e o commit.
ui-trial-processed = **{ $member }** foi derrubado em { $clock }, depois de processar e antes do commit: { $records ->
    [one] **um registro** virá de novo.
   *[other] **{ $records } registros** virão de novo.
}
ui-trial-committed = **{ $member }** foi derrubado em { $clock }, depois do commit e antes de processar: { $records ->
    [one] **um registro** nunca mais virá.
   *[other] **{ $records } registros** nunca mais virão.
}
ui-trial-nothing-yet = Ainda não custou nada: outros assumem quando o grupo perceber.
ui-trial-cost = Custo até agora: **{ $repeated }** repetidos, **{ $missing }** perdidos para o grupo.
ui-ledger-missing = não processados
    .hint = Um grupo fez commit além deles, e ninguém nele os processou: perdidos para o grupo.
ui-missed-by = **{ $group }** fez commit além dele e nunca o processou.
ui-store = banco de dados
ui-store-rows = { $count ->
    [one] { $count } linha
   *[other] { $count } linhas
}

## Transações

ui-kind-processor = processador de stream
ui-stream-store = Contagens
ui-fact-changelog = Changelog
ui-stream-store-keys = { $keys ->
    [one] 1 chave
   *[other] { $keys } chaves
}
ui-stream-store-restoring = restaurando, em { $at } de { $end }
ui-results = Resultados de processadores de stream
ui-fact-made-from = Feito a partir de
ui-fact-results-committed = Para quem lê com read_committed
ui-compressed = { $codec }, de { $bytes } (razão do modelo)
ui-hangs = travada
ui-why-hangs = **Por que ela trava?** O produtor gravou aqui depois do marker, ou o coordinator se esqueceu dela: nenhum marker vai chegar, e quem lê com read_committed espera para sempre. O kafka-transactions.sh find-hanging mostra a transação; quem administra tem de abortar.
ui-abort-hanging-hint = Grava um marker de aborto para ela, sem passar por nenhum coordinator (kafka-transactions.sh abort).
ui-fate-unreplicated = ainda não replicado
ui-fate-undecided = em aberto
ui-fate-committed = com commit
ui-fate-aborted = abortado
ui-proof-of = O que { $group } fez de cada registro
    .hint = Do ponto de vista de quem lê com read_committed. Escolha um registro de um tópico que ele lê para ver os resultados dele.
ui-proof-once = exatamente um resultado
ui-proof-repeated = mais de um
ui-proof-missing = nenhum, e o commit já passou
ui-proof-waiting = ainda por vir
ui-proof-dropped = nenhum é devido
ui-proof-unknown = resultados que já não existem
ui-proof-skipped = resultados em transações abortadas
ui-fact-stage = Está
ui-stage-starting = começando: initTransactions()
ui-stage-working = no poll e processando
ui-stage-flushing = esperando seus resultados serem gravados
ui-stage-sending-offsets = mandando seus offsets: sendOffsetsToTransaction()
ui-stage-committing = fazendo commit
ui-stage-aborting = abortando
ui-stage-closing = encerrando
ui-fact-remote = Segmentos no armazenamento remoto
ui-fact-reads-from = Lê de
ui-fact-transactions = Transações
ui-fact-aborted = Abortadas
ui-open-since = aberta desde o offset { $offset }
ui-commit-transaction = Fazer commit
    .hint = commitTransaction(): o coordinator grava PrepareCommit; daí em diante o commit vai acontecer, caia quem cair. Os markers vêm depois.
ui-abort-transaction = Abortar
    .hint = abortTransaction(): os registros ficam no log, e um marker A depois deles manda quem lê com read_committed pular.
ui-begin-transaction = Abrir uma transação
    .hint = beginTransaction(): nada vai pela rede ainda. O coordinator só fica sabendo com o primeiro registro.
ui-form-txn-records = Registros por transação
ui-form-txn-time = Tempo máximo de uma transação
ui-form-txn-aborts = Transações que ele aborta
ui-form-transactional = transactional.id
    .hint = Vazio para um producer sem transações. Dois com o mesmo id se excluem: o mais novo faz o fencing do outro.
ui-why-transaction = **Quem decide?** O coordinator: o broker que lidera a partição desse id em __transaction_state. Depois que PrepareCommit está gravado lá, o commit vai acontecer, mesmo que esse broker morra. Os markers só levam a notícia até as partições.
ui-why-lso = **Por que quem lê com read_committed para no { $lso }, se o HW é { $hw }?** Uma transação que começou no { $lso } ainda não foi decidida. Tudo o que vem depois espera, até o que não é de transação nenhuma: o log é lido em ordem.

## Cotas

ui-throttled = throttled { $span }
ui-share = Compartilhar
ui-share-key = Compartilhar (S)
ui-keys-share = compartilhar o que está na tela
ui-link = Link
ui-share-what = Quem abrir isto vê o cluster como estava em **{ $moment }**, com tudo o que foi feito, e pode continuar dali.
ui-share-copy = Copiar o link
ui-share-copy-text = Copiar com uma frase
ui-share-paste = Um cluster Kafka em { $moment }, mensagem a mensagem: { $link }
ui-share-copied = Copiado.
ui-share-not-copied = O navegador não deixa a página copiar. Copie o link do campo.
ui-share-code = O link como código QR
ui-share-no-code = O link é comprido demais para um código QR que um celular leia de longe.
ui-share-too-long = Foi feito tanto que nenhum link comporta. O arquivo comporta.
ui-share-file = Baixar como arquivo
ui-share-file-hint = Solto na página, ele abre como o link.
ui-link-coming = O link está sendo rodado até o seu momento: { $percent } %.
ui-link-good = O link está aberto.
ui-unkept = Este navegador não guarda nada para a página: ao fechá-la, o que você faz se perde. O endereço guarda: copie-o para voltar.
ui-rescue-name = A última sessão

## Tempo

ui-scrub = Momento na fita
    .hint = Arraste até qualquer momento; o que já rodou fica guardado, e além disso a fita roda até lá.
ui-play-back = Rodar para trás
    .key = Rodar para trás (B)
ui-step-back = Evento anterior
    .key = Evento anterior (,)
ui-backwards = para trás
ui-zoom-in = Ver a fita mais de perto
ui-zoom-out = Ver mais da fita
ui-keys-mark = marca anterior, próxima marca na fita
ui-keys-back = rodar para trás
ui-keys-undo = desfazer, refazer o que foi feito
ui-mark-said = { $clock } · { $told }
ui-mark-said-more = { $more ->
    [one] { $clock } · { $told }, e mais uma coisa
   *[other] { $clock } · { $told }, e mais { $more } coisas
}
ui-mark-trouble = recusado, falhou ou se perdeu
ui-mark-down = caiu ou foi cortado
ui-mark-isr = ISR mudou, ou broker isolado (fenced)
ui-mark-election = eleição
ui-mark-rebalance = rebalance
ui-mark-command = feito por você
ui-mark-up = voltou
ui-marks = Marcas na fita

## Ramos

ui-branches = Ramos
    .intro = Aja no passado e outro futuro começa. O antigo fica guardado aqui.
ui-take-back = Desfazer
ui-do-again = Refazer
ui-rename = Renomear
ui-delete = Apagar
ui-branch-name = Nome do ramo
ui-keep-name = Guardar o nome
ui-branch-first = A primeira rodada
ui-branch-from = Separou-se em { $at }
ui-branch-done = Em { $at }: { $deed }
ui-branch-undone = Em { $at }, sem: { $deed }
ui-branch-sums = rodou { $reach } · { $acked } confirmados · { $lost } perdidos · { $twice } repetidos
ui-compare = Comparar
ui-compare-going = Os dois rodam lado a lado: { $part } %
ui-compare-at = Os dois em { $at }
ui-compare-same = Nada difere: os dois seguiram o mesmo caminho.
ui-compare-first = Primeira diferença
ui-compare-nothing = nada neste momento
ui-compare-then = O que só um deles viveu
ui-compare-all = Mostrar { $count }
ui-compare-message = { $api } de { $from } para { $to }
ui-go-there = Ir a este momento

## Rodar até que algo aconteça

ui-until = Rodar até…
    .key = Rodar até que algo aconteça (U)
ui-until-intro = O tempo corre até que isto aconteça, e para ali. Olhar adiante não muda nada: mostra o que vai acontecer se ninguém mexer.
ui-until-play = Tocar até lá
ui-until-jump = Ir até lá
ui-until-message = A próxima mensagem: **{ $thing }**
ui-until-message-none = A próxima mensagem do que está escolhido (nada está escolhido)
ui-until-event = O próximo evento de um tipo
ui-until-kind = Tipo
ui-until-under = Um ISR menor que **min.insync.replicas**
ui-until-lag = Um **lag** acima de um limite
ui-until-group = Grupo
ui-until-any-group = qualquer um
ui-until-above = Mais registros que
ui-until-record = O destino do **{ $record }**
ui-until-record-of = registro { $number } de { $producer }
ui-until-fate = Até ele estar
ui-until-acked = confirmado ao produtor
ui-until-committed = com commit: abaixo do high watermark
ui-until-visible = visível para read_committed: abaixo do last stable offset
ui-until-processed = processado por um grupo
ui-until-lost = perdido
ui-until-any-lost = Mais um registro se **perde**
ui-until-duplicated = Mais um registro aparece **duas vezes**, ou é processado de novo
ui-until-looking = Olhando adiante: { $percent } %
ui-until-found = **{ $at }** · { $what }
ui-until-already = Já é assim: { $what }
ui-until-nothing = Não acontece nos próximos { $span }, se ninguém mexer. O tempo ficou onde estava.
ui-until-sent = { $api } parte de { $from } para { $to }
ui-until-arrived = { $api } de { $from } chega a { $to }
ui-until-is-under = o ISR de { $partition } está menor que min.insync.replicas
ui-until-is-behind = { $group } fica para trás em { $partition }
ui-until-at = até { $at }

## Mundos gêmeos

ui-twin-open = Lado a lado
ui-twin-close = Uma imagem só
ui-twin-swap = Trocar A e B
ui-twin-picture = A outra ramificação, no mesmo momento
ui-twin-looking = Procurando a primeira diferença…
ui-twin-same = A e B são iguais até agora.
ui-twin-first = Primeira diferença em { $clock }
ui-twin-coming = B está chegando: { $percent } %
ui-vary = O mesmo, com uma coisa mudada
ui-vary-intro = Outra ramificação, desde o começo. Todo o resto fica: os mesmos comandos, a mesma sorte.
ui-vary-config = Configuração
ui-vary-beside = { $name }={ $value } ao lado deste
ui-vary-wrong = { $name } não pode ser { $text }
ui-vary-or = Ou sem algo que foi feito:
ui-vary-without = Sem { $what } ({ $clock })
ui-vary-producers = todos os produtores
ui-vary-consumers = todos os consumidores
ui-vary-topics = todos os tópicos
ui-branch-varied = { $name }={ $value } · { $whose }
ui-branch-without = Sem { $what }
