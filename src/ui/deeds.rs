//! What one can do to what is chosen: buttons and numbers.

use yew::prelude::*;

use super::config_row::ConfigRow;
use super::desk::Desk;
use super::hud::Slice;
use super::kit::{Button, Measure, Number, pick, refused};
use super::schedule::Wish;
use super::sheet::{Deed, Sheet};
use super::state::{Opened, UiAction};
use super::submit::{Submit, signed, use_submit, whole};
use crate::sim::command::{Command, Quantity};
use crate::sim::id::{BrokerId, ClientId, Key, Name, Node, Partition};
use crate::sim::scenario::{LinkSpec, Workload, limits};
use crate::sim::time::Span;
use crate::sim::transacting::{Transacting, TransactionAct};

/// What the deeds need.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The desk.
    pub desk: Desk,
    /// The sheet that says what can be done.
    pub sheet: Slice<Sheet>,
}

/// A millisecond control reaches this far; the field takes more.
const LONG_MS: i64 = 60_000;
/// So many keys are offered one by one.
const KEYS: u32 = 24;

/// What was picked from the lists, before a button beside them is pressed.
#[derive(Clone, Default)]
pub(super) struct Picks {
    link: Option<Node>,
    key: usize,
    pub(super) wish: Wish,
    /// Of a consuming application: a partition of its own, how long records take there, where to
    /// seek, and which place that is.
    pub(super) part: usize,
    pub(super) slow: AttrValue,
    pub(super) seek: usize,
    pub(super) place: AttrValue,
    /// From where on a log shall begin.
    pub(super) before: AttrValue,
    /// The replicas that a partition shall have.
    replicas: Option<(Partition, Vec<BrokerId>)>,
}

/// The controls, and why the last wish was refused.
#[component]
pub fn Deeds(props: &Props) -> Html {
    let Props { desk, sheet } = props;
    let (submit, why) = use_submit(desk);
    let picks = use_state(Picks::default);
    let controls = Controls { desk, submit, picks };
    html! {
        <section class="deeds" aria-labelledby="deeds-heading">
            <h3 id="deeds-heading">{ desk.words.ui_actions() }</h3>
            <div class="buttons">{ for sheet.deeds.iter().map(|it| controls.button(it)) }</div>
            { refused(why.as_ref()) }
            { for sheet.deeds.iter().map(|it| controls.control(it)) }
        </section>
    }
}

/// The controls of one sheet.
pub(super) struct Controls<'a> {
    pub(super) desk: &'a Desk,
    pub(super) submit: Submit,
    pub(super) picks: UseStateHandle<Picks>,
}

fn ms(span: Span) -> i64 {
    (span.0 / 1000) as i64
}

const fn measure(label: &'static str, unit: Option<&'static str>, value: i64, max: i64) -> Measure {
    Measure { label, bare: false, unit, value, min: 0, max }
}

impl Controls<'_> {
    fn button(&self, deed: &Deed) -> Html {
        match deed {
            Deed::Now { label, hint, command, breaks } => {
                let class = if *breaks { "bad" } else { "" };
                self.does(label, command.clone()).hint(*hint).class(class).html()
            }
            Deed::Configs { target, .. } => {
                let press = self.desk.press(UiAction::ConfigsOf(target.clone()));
                Button::new(self.desk.words.ui_configs(), press).html()
            }
            _ => Html::default(),
        }
    }

    fn control(&self, deed: &Deed) -> Html {
        match deed {
            Deed::Now { .. } => Html::default(),
            Deed::Configs { target, keys } => html! {
                { for keys.iter().map(|(spec, value)| html! {
                    <ConfigRow key={spec.name} desk={self.desk.clone()} spec={*spec}
                        value={*value} target={target.clone()} brief=true />
                }) }
            },
            Deed::OldRecords { partition, target, keys } => {
                let partition = partition.as_ref().map(|(topic, index)| (topic, *index));
                self.old_records(partition, target, keys)
            }
            Deed::Slow { node, delay } => self.slow(*node, *delay),
            Deed::Clock { node, ahead_ms } => self.clock(*node, *ahead_ms),
            Deed::SlowDisk { broker, delay } => self.slow_disk(*broker, *delay),
            Deed::Way { from, to, name, cut, spec } => self.way((*from, *to), name, *cut, *spec),
            Deed::Later(options) => self.later(options),
            Deed::Links { node, others } => self.links(*node, others),
            Deed::Workload { client, workload } => self.applied(*client, *workload),
            Deed::Divide { client, transacting } => self.divide(*client, *transacting),
            Deed::Quota { client, produce, fetch, now } => {
                self.quota(*client, [*produce, *fetch], *now)
            }
            Deed::Processing { client, processing } => self.processing(*client, *processing),
            Deed::Application(of) => self.application(of),
            Deed::Produce { client, keys } => self.produce(*client, *keys),
            Deed::Quorum { controllers, combined } => self.quorum(*controllers, *combined),
            Deed::Replicas { topic, partition, brokers, replicas } => {
                self.replicas(topic, *partition, brokers, replicas)
            }
            Deed::Partitions { topic, count } => self.partitions(topic.clone(), *count),
        }
    }

    /// A button that does something.
    pub(super) fn does(&self, label: &'static str, command: Command) -> Button {
        let submit = self.submit.clone();
        let press = Callback::from(move |_| {
            submit.emit(Ok(command.clone()));
        });
        Button::new(label, press)
    }

    /// A number that is submitted as a command.
    fn sets(
        &self,
        of: Measure,
        what: Quantity,
        bounds: (u32, u32),
        command: impl Fn(u32) -> Command + 'static,
    ) -> Html {
        let (submit, words) = (self.submit.clone(), self.desk.words);
        let on_set = Callback::from(move |text: String| {
            submit.emit(whole(words, what, &text, bounds).map(&command));
        });
        html! { <Number {of} {on_set} /> }
    }

    fn slow(&self, node: Node, delay: Span) -> Html {
        let of = measure(self.desk.words.ui_slow_by(), Some("ms"), ms(delay), LONG_MS);
        self.sets(of, Quantity::Delay, (0, 86_400_000), move |ms| Command::Slow {
            node,
            delay: Span::ms(ms.into()),
        })
    }

    fn slow_disk(&self, broker: BrokerId, delay: Span) -> Html {
        let label = self.desk.words.ui_disk_slow_by();
        let of = measure(label, Some("ms"), ms(delay), LONG_MS);
        self.sets(of, Quantity::Delay, (0, 86_400_000), move |ms| Command::SlowDisk {
            broker,
            delay: Span::ms(ms.into()),
        })
    }

    /// How wrong a clock is, in seconds.
    fn clock(&self, node: Node, ahead_ms: i64) -> Html {
        let (submit, words) = (self.submit.clone(), self.desk.words);
        let most = limits::CLOCK;
        let of = measure(words.ui_clock_by(), Some("s"), ahead_ms / 1000, most);
        let on_set = Callback::from(move |text: String| {
            let seconds = signed(words, Quantity::Clock, &text, (-most, most));
            submit.emit(seconds.map(|it| Command::SetClock { node, ahead_ms: it * 1000 }));
        });
        html! { <Number {of} {on_set} /> }
    }

    /// What goes one way of a link.
    fn way(&self, (from, to): (Node, Node), name: &str, cut: bool, now: LinkSpec) -> Html {
        let words = self.desk.words;
        let button = match cut {
            true => self.does(words.ui_heal_way(), Command::HealDirection { from, to }),
            false => self.does(words.ui_cut_way(), Command::CutDirection { from, to }).class("bad"),
        };
        let set = |of, what, most, put: fn(&mut LinkSpec, u32)| {
            self.sets(of, what, (0, most), move |number| {
                let mut spec = now;
                put(&mut spec, number);
                Command::SetDirection { from, to, spec }
            })
        };
        let latency = measure(words.ui_fact_latency(), Some("ms"), ms(now.latency), LONG_MS);
        let jitter = measure(words.ui_fact_jitter(), Some("ms"), ms(now.jitter), LONG_MS);
        let rate = i64::try_from(now.bandwidth).unwrap_or(i64::MAX);
        let rate = measure(words.ui_fact_bandwidth(), Some("B/s"), rate, 1_000_000_000);
        let (day, most) = (86_400_000, u32::MAX);
        html! {
            <section class="way">
                <h4>{ name }</h4>
                { button.html() }
                { set(latency, Quantity::Latency, day, |it, n| it.latency = Span::ms(n.into())) }
                { set(jitter, Quantity::Jitter, day, |it, n| it.jitter = Span::ms(n.into())) }
                { set(rate, Quantity::Bandwidth, most, |it, n| it.bandwidth = n.into()) }
            </section>
        }
    }

    fn processing(&self, client: ClientId, now: Span) -> Html {
        let of = measure(self.desk.words.ui_form_processing(), Some("ms"), ms(now), LONG_MS);
        self.sets(of, Quantity::Processing, (0, 86_400_000), move |ms| Command::SetProcessing {
            client,
            processing: Span::ms(ms.into()),
        })
    }

    /// What brokers let a client write and read; 0 lifts the quota.
    fn quota(&self, client: ClientId, shown: [bool; 2], now: [Option<u64>; 2]) -> Html {
        let rate = |at: usize, label: &'static str| {
            let number = now.get(at).copied().flatten().unwrap_or(0);
            let of =
                measure(label, Some("B/s"), i64::try_from(number).unwrap_or(i64::MAX), 1_000_000);
            self.sets(of, Quantity::ByteRate, (0, u32::MAX), move |bytes| {
                let mut rates = now;
                if let Some(rate) = rates.get_mut(at) {
                    *rate = Some(u64::from(bytes)).filter(|bytes| *bytes > 0);
                }
                let [producer_byte_rate, consumer_byte_rate] = rates;
                let client = Some(client);
                Command::SetClientQuota { client, producer_byte_rate, consumer_byte_rate }
            })
        };
        let [produce, fetch] = shown;
        html! {
            <>
                if produce { { rate(0, "producer_byte_rate") } }
                if fetch { { rate(1, "consumer_byte_rate") } }
            </>
        }
    }

    /// When an application ends its transactions.
    fn divide(&self, client: ClientId, now: Transacting) -> Html {
        let words = self.desk.words;
        let set = |of, what, most, put: fn(&mut Transacting, u32)| {
            self.sets(of, what, (0, most), move |number| {
                let mut transacting = now;
                put(&mut transacting, number);
                Command::Transact { client, act: TransactionAct::Divide(transacting) }
            })
        };
        let records = measure(words.ui_form_txn_records(), None, now.records.into(), 100);
        let time = measure(words.ui_form_txn_time(), Some("ms"), ms(now.time), LONG_MS);
        let aborts = measure(words.ui_form_txn_aborts(), Some("%"), now.aborts.into(), 100);
        html! {
            <>
                { set(records, Quantity::Records, limits::RATE, |it, n| it.records = n) }
                { set(time, Quantity::Later, 86_400_000, |it, n| it.time = Span::ms(n.into())) }
                { set(aborts, Quantity::Aborts, 100, |it, n| it.aborts = n) }
            </>
        }
    }

    /// Rate, keys and size of what an application sends.
    fn applied(&self, client: ClientId, now: Workload) -> Html {
        let words = self.desk.words;
        let set = |of, what, most, put: fn(&mut Workload, u32)| {
            self.sets(of, what, (0, most), move |number| {
                let mut workload = now;
                put(&mut workload, number);
                Command::SetWorkload { client, workload }
            })
        };
        let rate = measure(words.ui_form_rate(), None, now.rate.into(), 1000);
        let keys = measure(words.ui_form_keys(), None, now.keys.into(), 1000);
        let size = measure(words.ui_form_value_size(), Some("B"), now.bytes.into(), 100_000);
        html! {
            <>
                { set(rate, Quantity::Rate, limits::RATE, |w, n| w.rate = n) }
                { set(keys, Quantity::Keys, limits::KEYS, |w, n| w.keys = n) }
                { set(size, Quantity::RecordBytes, limits::RECORD_BYTES, |w, n| w.bytes = n) }
            </>
        }
    }

    fn partitions(&self, topic: Name, count: u32) -> Html {
        let (label, min) = (self.desk.words.ui_form_partitions_in_all(), i64::from(count));
        let of = Measure { min, ..measure(label, None, min, 64) };
        self.sets(of, Quantity::Partitions, (1, limits::PARTITIONS), move |count| {
            Command::AddPartitions { topic: topic.clone(), count }
        })
    }

    /// How many controllers: the voters of a quorum are fixed, so the scenario begins again.
    fn quorum(&self, now: u32, combined: bool) -> Html {
        let words = self.desk.words;
        let begin = |controllers: u32, combined: bool| {
            let desk = self.desk.clone();
            Callback::from(move |_| {
                let begun = desk.handle.restart_with(|it| {
                    (it.cluster.controllers, it.cluster.combined) = (controllers, combined);
                });
                desk.ui.dispatch(match begun {
                    Ok(()) => UiAction::Opened(Opened::Quorum { controllers, combined }),
                    Err(flaw) => UiAction::Refused(Some(flaw.refusal)),
                });
            })
        };
        let choice = |count: u32| {
            let label = words.number(i64::from(count));
            Button::new(label, begin(count, combined)).pressed(count == now).html()
        };
        let shared = Button::new(words.ui_quorum_combined(), begin(now, !combined));
        html! {
            <div class="row quorum" role="group" aria-label={words.ui_quorum_size()}>
                <span>{ words.ui_quorum_size() }</span>
                { for [1, 3, 5].map(choice) }
                { shared.pressed(combined).html() }
                <small>{ words.ui_quorum_size_hint() }</small>
            </div>
        }
    }

    /// Which brokers, in the order in which they are pressed, and the button that moves it there.
    fn replicas(
        &self,
        topic: &Name,
        at: Partition,
        brokers: &[BrokerId],
        now: &[BrokerId],
    ) -> Html {
        let words = self.desk.words;
        let picked = self.picks.replicas.as_ref().filter(|(of, _)| *of == at);
        let wanted = picked.map_or_else(|| now.to_vec(), |(_, wanted)| wanted.clone());
        let toggle = |id: BrokerId| {
            let (picks, wanted) = (self.picks.clone(), wanted.clone());
            let pressed = wanted.contains(&id);
            let press = Callback::from(move |_| {
                let mut wanted = wanted.clone();
                match wanted.iter().position(|other| *other == id) {
                    Some(place) => drop(wanted.remove(place)),
                    None => wanted.push(id),
                }
                picks.set(Picks { replicas: Some((at, wanted)), ..(*picks).clone() });
            });
            Button::new(id.to_string(), press).class("small").pressed(pressed).html()
        };
        let list: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        let (topic, partition, replicas) = (topic.clone(), at.index, wanted.clone());
        let command = Command::ReassignPartition { topic, partition, replicas };
        let button = self.does(words.ui_reassign(), command).hint(Some(words.ui_reassign_hint()));
        html! {
            <fieldset>
                <legend>{ words.ui_form_replicas(&list.join(", ")) }</legend>
                <div class="buttons">
                    { for brokers.iter().map(|id| toggle(*id)) }
                    { button.html() }
                </div>
            </fieldset>
        }
    }

    /// A list and the button beside it.
    pub(super) fn picked(
        &self,
        label: &'static str,
        options: &[AttrValue],
        chosen: usize,
        put: impl Fn(&mut Picks, usize) + 'static,
        button: Button,
    ) -> Html {
        let picks = self.picks.clone();
        let on_choose = Callback::from(move |index: usize| {
            let mut new = (*picks).clone();
            put(&mut new, index);
            picks.set(new);
        });
        html! {
            <div class="row">{ pick(label, options, chosen, on_choose) }{ button.html() }</div>
        }
    }

    /// Which link, and whether to cut or heal it.
    fn links(&self, node: Node, others: &[(Node, String, bool)]) -> Html {
        let words = self.desk.words;
        let picked = others.iter().position(|(other, ..)| Some(*other) == self.picks.link);
        let chosen = picked.unwrap_or(0);
        let Some((other, _, cut)) = others.get(chosen) else { return Html::default() };
        let button = match cut {
            true => self.does(words.ui_heal_link(), Command::HealLink(node, *other)),
            false => self.does(words.ui_cut_link(), Command::CutLink(node, *other)).class("bad"),
        };
        let options: Vec<AttrValue> = others.iter().map(|(_, it, _)| it.clone().into()).collect();
        let nodes: Vec<Node> = others.iter().map(|(node, ..)| *node).collect();
        let put = move |picks: &mut Picks, index: usize| picks.link = nodes.get(index).copied();
        self.picked(words.ui_link_with(), &options, chosen, put, button)
    }

    /// One record now, with this key.
    fn produce(&self, client: ClientId, keys: u32) -> Html {
        let (words, chosen) = (self.desk.words, self.picks.key);
        let mut options = vec![AttrValue::from(words.ui_no_key())];
        options.extend((0..keys.clamp(1, KEYS)).map(|key| AttrValue::from(Key(key).text())));
        let key = u32::try_from(chosen).ok().and_then(|index| index.checked_sub(1)).map(Key);
        let button = self.does(words.ui_produce_one(), Command::Produce { client, key });
        let poison = self.does(words.ui_produce_poison(), Command::ProducePoison { client, key });
        let hint = words.ui_produce_poison_hint();
        let tombstone = key.map(|key| {
            let command = Command::ProduceTombstone { client, key };
            let hint = words.ui_produce_tombstone_hint();
            self.does(words.ui_produce_tombstone(), command).hint(Some(hint)).html()
        });
        html! {
            <>
                { self.picked(words.ui_form_key(), &options, chosen, |it, at| it.key = at, button) }
                <div class="row">
                    { poison.class("bad").hint(Some(hint)).html() }
                    { tombstone.unwrap_or_default() }
                </div>
            </>
        }
    }
}
