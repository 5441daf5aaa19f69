//! The tongue: the press refuses what is wrong, and what is shipped reads well in every language.

#[path = "../../build/tongue/mod.rs"]
mod tongue;

use kafkascope::locale::{Lang, Names, Words, rich};
use kafkascope::sim::command::{Command, Quantity, Refusal};
use kafkascope::sim::config::{Kind, Scope, specs};
use kafkascope::sim::event::{Event, Stamped};
use kafkascope::sim::id::{BrokerId, ClientId, ControllerId, Node, Partition, TopicId};
use kafkascope::sim::time::{Span, Time};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tongue::{Source, generate};

const PT: Words = Words(Lang::PtBr);
const EN: Words = Words(Lang::En);

fn shipped() -> Vec<Source> {
    tongue::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("locales")).unwrap()
}

/// What the press says of one English and one Portuguese file.
fn press(en: &str, pt: &str) -> Result<String, String> {
    let source = |lang: &str, text: &str| {
        let (lang, file, text) = (lang.to_owned(), "ui".to_owned(), text.to_owned());
        Source { lang, file, text }
    };
    generate(&[source("en", en), source("pt-BR", pt)]).map_err(|faults| faults.join("\n"))
}

#[track_caller]
fn refused(en: &str, pt: &str, because: &str) {
    let faults = press(en, pt).expect_err("the press took it");
    assert!(faults.contains(because), "it said instead:\n{faults}");
}

#[test]
fn press_names_file_and_key_of_every_fault() {
    refused("ui-a = x", "", "locales/pt-BR/ui.ftl: ui-a: missing (locales/en/ui.ftl has it)");
    refused("", "ui-a = x", "locales/en/ui.ftl: ui-a: missing (locales/pt-BR/ui.ftl has it)");
    refused("ui-a = x\nui-a = y", "ui-a = x", "locales/en/ui.ftl: ui-a: the key is there twice");
    refused("a = x", "a = x", "locales/en/ui.ftl: a: keys of this file begin with ui-");
    refused("ui-a = x\n  .b = y", "ui-a = x", "locales/pt-BR/ui.ftl: ui-a-b: missing");
    refused("ui-a = x\nnonsense", "ui-a = x", "locales/en/ui.ftl:2: not Fluent");
    refused("ui-a = **x", "ui-a = **x**", "locales/en/ui.ftl: ui-a: ** is opened and not closed");
}

#[test]
fn press_compares_arguments() {
    let en = "# $n (number), $s (text)\nui-a = { $n } { $s }";
    refused(en, "ui-a = { $n }", "locales/pt-BR/ui.ftl: ui-a: $s is missing");
    refused(en, "ui-a = { $n } { $s } { $x }", "locales/pt-BR/ui.ftl: ui-a: $x is unknown");
    refused("ui-a = { $n }", "ui-a = { $n }", "locales/en/ui.ftl: ui-a: $n is not declared");
    refused("# $n (number)\nui-a = x", "ui-a = x", "ui-a: $n is declared, not used");
    refused("# $n (float)\nui-a = { $n }", "ui-a = { $n }", "ui-a: $n: its kind is one of");
    refused("# $n\nui-a = { $n }", "ui-a = { $n }", "ui-a: $n: declare arguments as");
}

#[test]
fn press_checks_choices() {
    let number = "# $n (number)\nui-a = { $n ->\n [one] x\n *[other] y\n }";
    assert!(press(number, "ui-a = { $n ->\n [0] z\n [one] x\n *[other] y\n }").is_ok());
    refused(
        number,
        "ui-a = { $n ->\n [few] x\n *[other] y\n }",
        "pt-BR/ui.ftl: ui-a: $n selects by",
    );
    refused(
        number,
        "ui-a = { $n ->\n [one] x\n *[more] y\n }",
        "pt-BR/ui.ftl: ui-a: $n selects by",
    );

    let text = "# $s (text)\nui-a = { $s ->\n [up] x\n *[down] y\n }";
    assert!(press(text, "ui-a = { $s ->\n [up] w\n *[down] z\n }").is_ok());
    refused(text, "ui-a = { $s ->\n [off] w\n *[down] z\n }", "select among the same names");
    refused(text, "ui-a = { $s ->\n [1] w\n *[down] z\n }", "ui-a: $s selects by");
    let id = "# $i (id)\nui-a = { $i ->\n [one] x\n *[other] y\n }";
    refused(id, "ui-a = { $i ->\n [one] x\n *[other] y\n }", "en/ui.ftl: ui-a: $i selects by");
}

#[test]
fn press_keeps_terms_equal() {
    let en = "-isr = ISR\nui-a = in { -isr }";
    assert!(press(en, "-isr = ISR\nui-a = { -isr }").unwrap().contains("\"in ISR\""));
    refused(en, "-isr = RED\nui-a = { -isr }", "locales/pt-BR/ui.ftl: -isr: terms are the same");
    refused(en, "ui-a = x", "locales/pt-BR: term -isr of locales/en/ui.ftl is missing");
    refused("ui-a = { -hw }", "ui-a = x", "locales/en/ui.ftl: ui-a: no term -hw");
}

#[test]
fn press_refuses_what_it_cannot_say() {
    let both = |text: &str, because: &str| refused(text, text, because);
    both("# $n (number)\nui-a = { NUMBER($n) }", "functions such as NUMBER are not supported");
    both("ui-a = x\nui-b = { ui-a }", "messages cannot be put into others");
    both("ui-a = { \"\\u0010\" }", "control character");
    let list = |lang: &str| {
        let text = "# $n (number)\nglossary-a = { $n }".to_owned();
        Source { lang: lang.into(), file: "glossary".into(), text }
    };
    let faults = generate(&[list("en"), list("pt-BR")]).unwrap_err().join("\n");
    assert!(faults.contains("glossary-a: messages of this file are looked up: no arguments"));
}

#[test]
fn line_breaks_are_spaces_and_empty_lines_are_breaks() {
    let code = press("ui-a =\n    one\n    two\n\n    three", "ui-a = x").unwrap();
    assert!(code.contains(r#""one two\nthree""#), "{code}");
}

#[test]
fn shipped_files_pass() {
    assert_eq!(generate(&shipped()).err(), None);
}

#[test]
fn plurals_numbers_and_ids() {
    let shrink = |words: Words, have| words.error_partitions_shrink("t", have);
    assert!(shrink(PT, 1).starts_with("**t** tem 1 partição, e"));
    assert!(shrink(PT, 1_234).starts_with("**t** tem 1.234 partições, e"));
    assert!(shrink(EN, 0).starts_with("**t** has 0 partitions, and"));
    assert!(shrink(EN, 1).starts_with("**t** has 1 partition, and"));
    // An exact value goes before the plural form that would also fit.
    assert!(PT.error_replication_above(3, 0).contains("nenhum está no ar"));
    assert!(PT.error_replication_above(3, 1).contains("só 1 está no ar"));
    // Ids stay bare.
    assert_eq!(PT.ui_leo(12_345), "LEO 12345");
    assert_eq!(PT.ui_group_state(4, "Stable"), "geração 4 · estável");
    assert_eq!(EN.ui_group_state(4, "nonsense"), "generation 4 · gone");
}

#[test]
fn attributes_and_marks() {
    assert_eq!(PT.ui_play_key(), "Rodar (espaço)");
    let sentence = EN.event_leader_elected("P0", "broker 2", 5);
    let strong: Vec<&str> = rich(&sentence).into_iter().filter(|p| p.0).map(|p| p.1).collect();
    assert_eq!(strong, ["broker 2", "5"]);
}

#[test]
fn every_config_says_what_it_does() {
    let scopes = [Scope::Cluster, Scope::Topic, Scope::Producer, Scope::Consumer];
    for spec in scopes.into_iter().flat_map(specs) {
        for words in [PT, EN] {
            let sentence = words.config(spec.name).unwrap_or_default();
            assert!(sentence.ends_with('.'), "{}: {sentence:?}", spec.name);
        }
    }
    assert_eq!(EN.config("no.such.config"), None);
}

/// The refusal of a bad value looks a config up by its name, and by what takes no such value.
#[test]
fn configs_of_one_name_are_of_one_kind() {
    let mut kinds = BTreeMap::new();
    for scope in [Scope::Cluster, Scope::Topic, Scope::Producer, Scope::Consumer] {
        for spec in specs(scope) {
            let kind = kinds.entry(spec.name).or_insert(spec.kind);
            let choices = [*kind, spec.kind].map(|kind| matches!(kind, Kind::Choice(_)));
            assert!(*kind == spec.kind || choices == [true; 2], "{}", spec.name);
        }
    }
}

#[test]
fn glossary_is_sorted_and_says_one_sentence_each() {
    let keys: Vec<&str> = EN.glossary().map(|term| term.key).collect();
    assert!(keys.is_sorted(), "{keys:?}");
    for words in [PT, EN] {
        for term in words.glossary() {
            assert!(!term.name.is_empty(), "{}", term.key);
            assert!(term.meaning.ends_with('.'), "{}: {}", term.key, term.meaning);
            assert!(!term.meaning.contains(". "), "{}: {}", term.key, term.meaning);
        }
    }
    assert_eq!(PT.term("high-watermark").map(|term| term.name), Some("high watermark (HW)"));
}

/// Who is called what in these tests.
struct Shop;

impl Names for Shop {
    fn client(&self, id: ClientId) -> Option<&str> {
        (id == ClientId(1)).then_some("checkout")
    }

    fn topic(&self, id: TopicId) -> Option<&str> {
        ["orders", "audit"].get(id.0 as usize).copied()
    }

    fn only_topic(&self) -> Option<TopicId> {
        None
    }

    fn only_controller(&self) -> bool {
        false
    }
}

/// Only knows numbers, and one topic.
struct Nobody;

impl Names for Nobody {
    fn client(&self, _: ClientId) -> Option<&str> {
        None
    }

    fn topic(&self, _: TopicId) -> Option<&str> {
        None
    }

    fn only_topic(&self) -> Option<TopicId> {
        Some(TopicId(0))
    }

    fn only_controller(&self) -> bool {
        true
    }
}

#[test]
fn things_have_names() {
    let p = |topic, index| Partition { topic: TopicId(topic), index };
    assert_eq!(EN.partition(p(0, 3), &Shop), "orders-3");
    assert_eq!(EN.partition(p(0, 3), &Nobody), "P3");
    assert_eq!(PT.partition(p(7, 3), &Nobody), "tópico 7-3");
    assert_eq!(EN.node(Node::Client(ClientId(1)), &Shop), "checkout");
    assert_eq!(PT.node(Node::Client(ClientId(1)), &Nobody), "cliente 1");
    assert_eq!(PT.node(Node::Admin, &Shop), "você");
}

#[test]
fn events_are_told() {
    let tell = |words: Words, node: Node, event: Event| {
        words.tell(&Stamped { at: Time(0), node, cause: None, event }, &Shop)
    };
    let partition = Partition { topic: TopicId(0), index: 0 };
    let broker = Node::Broker(BrokerId(2));
    let client = Node::Client(ClientId(1));
    let controller = Node::Controller(ControllerId(1));
    let elected = |leader: Option<BrokerId>, unclean| Event::LeaderElected {
        partition,
        leader,
        epoch: 5,
        unclean,
    };
    let cases = [
        (broker, Event::Crashed, "O **broker 2** parou sem avisar."),
        (
            controller,
            elected(Some(BrokerId(2)), false),
            "A orders-0 agora é do **broker 2**, epoch **5**.",
        ),
        (
            controller,
            elected(None, false),
            "A orders-0 está sem líder no epoch **5**: ninguém dentro do ISR está vivo.",
        ),
        (
            client,
            Event::Acked { partition, base_offset: 31, records: [].into() },
            "O **checkout** ouve: 0 registro está escrito na orders-0.",
        ),
        (
            client,
            Event::Committed { group: "g".into(), offsets: [(partition, 12_345)].into() },
            "O **checkout** faz commit de orders-0 **12345**.",
        ),
        (
            broker,
            Event::Slowed(Span(1_500)),
            "O **broker 2** leva 1,5\u{a0}ms a mais em cada mensagem.",
        ),
        (broker, Event::Slowed(Span(0)), "O **broker 2** voltou à velocidade normal."),
    ];
    for (node, event, said) in cases {
        assert_eq!(tell(PT, node, event).as_deref(), Some(said));
    }
    let unclean = tell(EN, controller, elected(Some(BrokerId(2)), true)).unwrap();
    assert!(unclean.contains("which was out of the ISR"), "{unclean}");
    let commanded = Event::Commanded(Command::Crash(broker).into());
    assert_eq!(tell(EN, Node::Admin, commanded), None);
}

#[test]
fn refusals_say_what_would_be_right() {
    let say = |refusal: &Refusal| PT.refusal(refusal, &Shop);
    let crashed = Refusal::NotRunning(Node::Broker(BrokerId(2)));
    assert_eq!(say(&crashed), "**broker 2** está fora do ar: ligue-o antes.");

    let value = 1_000_000_000_000;
    let rate = Refusal::OutOfBounds { what: Quantity::Rate, value, min: 0, max: 10_000 };
    let said = "A taxa deve ficar entre 0 e 10.000; **1.000.000.000.000** não serve.";
    assert_eq!(say(&rate), said);

    let config = |name: &str, value: &str| {
        say(&Refusal::InvalidConfig { name: name.into(), value: value.into() })
    };
    assert!(config("acks", "2").ends_with("é um destes: 0, 1, all."));
    assert!(config("batch.size", "-1").contains("entre 0 e 2.147.483.647"));
    assert!(config("enable.auto.commit", "yes").ends_with("é um destes: true, false."));
    assert!(say(&Refusal::InvalidName("".into())).starts_with("Falta um nome"));
    // Markup in a name stays text: panels put sentences in as text, and this adds nothing to it.
    assert!(say(&Refusal::InvalidName("<b>".into())).starts_with("**<b>** não é um nome"));
}

/// Key and text of every message of a language, as the files hold them.
fn raw(lang: &str) -> BTreeMap<String, String> {
    let sources = shipped();
    let lines = sources.iter().filter(|source| source.lang == lang).flat_map(|s| s.text.lines());
    let pairs =
        lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
    pairs.map(|(key, text)| (key.to_owned(), text.to_owned())).collect()
}

#[test]
fn nothing_longer_than_a_name_is_left_untranslated() {
    let (en, pt) = (raw("en"), raw("pt-BR"));
    let own_words = |text: &str| {
        let outside = text.split('{').map(|part| part.rsplit('}').next().unwrap_or_default());
        outside.flat_map(str::split_whitespace).filter(|word| word.len() > 2).count()
    };
    let left = en.iter().filter(|(key, text)| {
        own_words(text) > 2 && !key.starts_with('-') && pt.get(*key) == Some(text)
    });
    assert_eq!(left.collect::<Vec<_>>(), []);
}

/// In an English reader's eyes `no ISR` says the opposite: Portuguese says `dentro do ISR`.
#[test]
fn portuguese_does_not_say_no_isr() {
    let pt = raw("pt-BR");
    let wrong = pt.iter().filter(|(_, text)| {
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        words.windows(2).any(|pair| pair == ["no", "ISR"])
    });
    assert_eq!(wrong.collect::<Vec<_>>(), []);
}

/// Every message is used somewhere.
#[test]
fn no_word_is_left_unsaid() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut code = String::new();
    crate::law::each_rust_file(&root.join("src"), &mut |_, text| code.push_str(text));
    let functions: BTreeSet<String> = shipped()
        .iter()
        .filter(|source| !tongue::LISTS.contains(&source.file.as_str()))
        .flat_map(|source| source.text.lines())
        .filter_map(|line| line.split_once(" = "))
        .filter(|(key, _)| key.starts_with(|c: char| c.is_ascii_lowercase()))
        .map(|(key, _)| key.replace('-', "_"))
        .collect();
    let unsaid: Vec<&String> =
        functions.iter().filter(|name| !code.contains(&format!(".{name}("))).collect();
    assert!(unsaid.is_empty(), "{unsaid:#?}");
}
