//! What one can do to what is chosen: buttons and numbers.

use yew::prelude::*;

use super::config_row::ConfigRow;
use super::kit::{Button, Number, Pick, Refused};
use super::sheet::Deed;
use super::state::{UiAction, use_ui};
use super::submit::{use_submit, whole};
use crate::locale::Words;
use crate::sim::command::{Command, Quantity};
use crate::sim::id::{ClientId, Key, Name, Node};
use crate::sim::scenario::{Workload, limits};
use crate::sim::time::Span;

/// What the deeds need.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
    /// What can be done.
    pub deeds: Vec<Deed>,
}

/// Told what to do; or why the form cannot be read.
type Submit = Callback<Result<Command, String>, bool>;

/// A millisecond control reaches this far; the field takes more.
const LONG_MS: i64 = 60_000;
/// So many keys are offered one by one.
const KEYS: u32 = 24;

/// The controls, and why the last wish was refused.
#[component]
pub fn Deeds(props: &Props) -> Html {
    let words = props.words;
    let hand = use_submit(words);
    let ui = use_ui();
    let buttons = props.deeds.iter().filter_map(|deed| match deed {
        Deed::Now { label, hint, command, breaks } => {
            let (submit, command) = (hand.submit.clone(), command.clone());
            let on_press = Callback::from(move |()| {
                submit.emit(Ok(command.clone()));
            });
            let class = classes!(breaks.then_some("bad"));
            Some(html! { <Button label={*label} hint={hint.map(AttrValue::from)} {class}
            {on_press} /> })
        }
        Deed::Configs { target, .. } => {
            let (ui, target) = (ui.clone(), target.clone());
            let on_press = Callback::from(move |()| {
                if let Some(ui) = &ui {
                    ui.dispatch(UiAction::ConfigsOf(target.clone()));
                }
            });
            Some(html! { <Button label={words.ui_configs()} {on_press} /> })
        }
        _ => None,
    });
    let controls = props.deeds.iter().map(|deed| control(words, deed, &hand.submit));
    html! {
        <section class="deeds" aria-labelledby="deeds-heading">
            <h3 id="deeds-heading">{ words.ui_actions() }</h3>
            <div class="buttons">{ for buttons }</div>
            <Refused why={hand.why} />
            { for controls }
        </section>
    }
}

fn control(words: Words, deed: &Deed, submit: &Submit) -> Html {
    match deed {
        Deed::Now { .. } => Html::default(),
        Deed::Configs { target, keys } => html! {
            { for keys.iter().map(|(spec, value)| html! {
                <ConfigRow key={spec.name} {words} spec={*spec} value={*value} brief=true
                    target={target.clone()} />
            }) }
        },
        Deed::Slow { node, delay } => slow(words, *node, *delay, submit),
        Deed::Links { node, others } => {
            let (node, others) = (*node, others.clone());
            html! { <Links {words} {node} {others} submit={submit.clone()} /> }
        }
        Deed::Workload { client, workload } => applied(words, *client, *workload, submit),
        Deed::Processing { client, processing } => {
            processing_time(words, *client, *processing, submit)
        }
        Deed::Produce { client, keys } => {
            html! { <Produce {words} client={*client} keys={*keys} submit={submit.clone()} /> }
        }
        Deed::Partitions { topic, count } => partitions(words, topic.clone(), *count, submit),
    }
}

/// Reads a text and submits what it asks for.
fn sets(
    submit: &Submit,
    read: impl Fn(&str) -> Result<Command, String> + 'static,
) -> Callback<String> {
    let submit = submit.clone();
    Callback::from(move |text: String| {
        submit.emit(read(&text));
    })
}

fn ms(span: Span) -> i64 {
    (span.0 / 1000) as i64
}

fn slow(words: Words, node: Node, delay: Span, submit: &Submit) -> Html {
    let on_set = sets(submit, move |text| {
        let ms = whole(words, Quantity::Delay, text, (0, 86_400_000))?;
        Ok(Command::Slow { node, delay: Span::ms(ms.into()) })
    });
    html! {
        <Number label={words.ui_slow_by()} value={ms(delay)} min=0 max={LONG_MS} unit="ms"
            {on_set} />
    }
}

fn processing_time(words: Words, client: ClientId, now: Span, submit: &Submit) -> Html {
    let on_set = sets(submit, move |text| {
        let ms = whole(words, Quantity::Processing, text, (0, 86_400_000))?;
        Ok(Command::SetProcessing { client, processing: Span::ms(ms.into()) })
    });
    html! {
        <Number label={words.ui_form_processing()} value={ms(now)} min=0 max={LONG_MS} unit="ms"
            {on_set} />
    }
}

/// Rate, keys and size of what an application sends.
fn applied(words: Words, client: ClientId, now: Workload, submit: &Submit) -> Html {
    let set = |what, max, put: fn(&mut Workload, u32)| {
        sets(submit, move |text| {
            let mut workload = now;
            put(&mut workload, whole(words, what, text, (0, max))?);
            Ok(Command::SetWorkload { client, workload })
        })
    };
    html! {
        <>
            <Number label={words.ui_form_rate()} value={i64::from(now.rate)} min=0 max=1000
                on_set={set(Quantity::Rate, limits::RATE, |w, n| w.rate = n)} />
            <Number label={words.ui_form_keys()} value={i64::from(now.keys)} min=0 max=1000
                on_set={set(Quantity::Keys, limits::KEYS, |w, n| w.keys = n)} />
            <Number label={words.ui_form_value_size()} value={i64::from(now.bytes)} min=0
                max=100_000 unit="B"
                on_set={set(Quantity::RecordBytes, limits::RECORD_BYTES, |w, n| w.bytes = n)} />
        </>
    }
}

fn partitions(words: Words, topic: Name, count: u32, submit: &Submit) -> Html {
    let on_set = sets(submit, move |text| {
        let count = whole(words, Quantity::Partitions, text, (1, limits::PARTITIONS))?;
        Ok(Command::AddPartitions { topic: topic.clone(), count })
    });
    html! {
        <Number label={words.ui_form_partitions_in_all()} value={i64::from(count)}
            min={i64::from(count)} max=64 {on_set} />
    }
}

/// What a choice of links needs.
#[derive(Properties, PartialEq)]
struct LinksProps {
    words: Words,
    node: Node,
    others: Vec<(Node, String, bool)>,
    submit: Submit,
}

/// Which link, and whether to cut or heal it.
#[component]
fn Links(props: &LinksProps) -> Html {
    let LinksProps { words, node, others, submit } = props;
    let picked = use_state_eq(|| None::<Node>);
    let index = others.iter().position(|(other, _, _)| Some(*other) == *picked).unwrap_or(0);
    let Some((other, _, cut)) = others.get(index).cloned() else { return Html::default() };
    let on_choose = {
        let nodes: Vec<Node> = others.iter().map(|(node, _, _)| *node).collect();
        Callback::from(move |index: usize| picked.set(nodes.get(index).copied()))
    };
    let on_press = {
        let (submit, node) = (submit.clone(), *node);
        Callback::from(move |()| {
            submit.emit(Ok(match cut {
                true => Command::HealLink(node, other),
                false => Command::CutLink(node, other),
            }));
        })
    };
    let label = if cut { words.ui_heal_link() } else { words.ui_cut_link() };
    let options: Vec<AttrValue> =
        others.iter().map(|(_, name, _)| AttrValue::from(name.clone())).collect();
    html! {
        <div class="row">
            <Pick label={words.ui_link_with()} {options} chosen={index} {on_choose} />
            <Button {label} class={classes!((!cut).then_some("bad"))} {on_press} />
        </div>
    }
}

/// What the making of one record needs.
#[derive(Properties, PartialEq)]
struct ProduceProps {
    words: Words,
    client: ClientId,
    keys: u32,
    submit: Submit,
}

/// One record now, with this key.
#[component]
fn Produce(props: &ProduceProps) -> Html {
    let ProduceProps { words, client, keys, submit } = props;
    let chosen = use_state_eq(|| 0_usize);
    let keyed = (0..(*keys).clamp(1, KEYS)).map(|key| AttrValue::from(Key(key).text()));
    let options: Vec<AttrValue> =
        std::iter::once(AttrValue::from(words.ui_no_key())).chain(keyed).collect();
    let on_choose = {
        let chosen = chosen.clone();
        Callback::from(move |index: usize| chosen.set(index))
    };
    let on_press = {
        let (submit, client, index) = (submit.clone(), *client, *chosen);
        Callback::from(move |()| {
            let key = u32::try_from(index).ok().and_then(|index| index.checked_sub(1)).map(Key);
            submit.emit(Ok(Command::Produce { client, key }));
        })
    };
    html! {
        <div class="row">
            <Pick label={words.ui_form_key()} {options} chosen={*chosen} {on_choose} />
            <Button label={words.ui_produce_one()} {on_press} />
        </div>
    }
}
