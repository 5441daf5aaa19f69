//! What is on screen, for others: a link, its picture for the room to scan, words to paste, a file.

use js_sys::{Function, Promise, Reflect};
use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

use super::address;
use super::arrival::why;
use super::desk::Desk;
use super::files::SESSION;
use super::kit::{Button, Sign, icon, sentence};
use super::page;
use crate::locale::Words;

/// The largest picture of a link that a telephone reads from the back of a room.
const LARGEST: u8 = 25;
/// The free edge that readers want, in modules (ISO/IEC 18004).
const QUIET: i32 = 4;
/// The field with the link.
const FIELD: &str = "share-link";

/// What a share plate needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The desk.
    pub desk: Desk,
}

/// What became of a copy.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Copied {
    Not,
    Done,
    Refused,
}

/// The plate. What it gives away is of the moment at which it was opened.
#[component]
pub fn Share(props: &Props) -> Html {
    let desk = &props.desk;
    let words = desk.words;
    let moment = use_state(|| {
        let now = desk.handle.read(|session| session.clock().now);
        (address::written(desk), words.clock(now.0).0)
    });
    let copied = use_state(|| Copied::Not);
    let (line, moment) = &*moment;
    let line = match line {
        Ok(line) => line,
        Err(wrong) => return html! { <p class="refused">{ why(words, *wrong) }</p> },
    };
    let link = address::link(line).unwrap_or_default();
    let told = match *copied {
        Copied::Not => "",
        Copied::Done => words.ui_share_copied(),
        Copied::Refused => words.ui_share_not_copied(),
    };
    html! {
        <>
            <p class="why">{ sentence(&words.ui_share_what(moment)) }</p>
            if line.len() <= address::LONGEST {
                { linked(words, &link, moment, &copied) }
            } else {
                <p class="refused">{ words.ui_share_too_long() }</p>
            }
            <p role="status">{ told }</p>
            { file(words, line) }
        </>
    }
}

/// What there is to a link that is short enough to be one.
fn linked(words: Words, link: &str, moment: &str, copied: &UseStateHandle<Copied>) -> Html {
    let text = words.ui_share_paste(moment, link);
    let copy = |text: String| {
        let copied = copied.clone();
        Callback::from(move |_: MouseEvent| copy(text.clone(), copied.clone()))
    };
    html! {
        <>
            <label class="field">
                <span class="label">{ words.ui_link() }</span>
                <input type="text" readonly=true id={FIELD} value={link.to_owned()} />
            </label>
            <div class="deeds">
                { Button::new(words.ui_share_copy(), copy(link.to_owned())).class("strong").html() }
                { Button::new(words.ui_share_copy_text(), copy(text)).html() }
            </div>
            { picture(words, link) }
        </>
    }
}

/// Puts a text where it can be pasted from; else the field is ready to be copied by hand.
fn copy(text: String, copied: UseStateHandle<Copied>) {
    spawn_local(async move {
        let done = written(&text).await.is_some();
        if !done {
            page::focus(FIELD);
        }
        copied.set(if done { Copied::Done } else { Copied::Refused });
    });
}

async fn written(text: &str) -> Option<()> {
    // Where the page is not served safely there is no clipboard at all.
    let get = |of: &JsValue, key: &str| Reflect::get(of, &JsValue::from_str(key)).ok();
    let clipboard = get(&get(&js_sys::global(), "navigator")?, "clipboard")?;
    let write = get(&clipboard, "writeText")?.dyn_into::<Function>().ok()?;
    let writing = write.call1(&clipboard, &JsValue::from_str(text)).ok()?;
    JsFuture::from(writing.dyn_into::<Promise>().ok()?).await.ok().map(|_| ())
}

/// The link as a QR code: black on white whatever the theme, as readers expect it.
fn picture(words: Words, link: &str) -> Html {
    let Some(code) = code(link) else {
        return html! { <p class="why">{ words.ui_share_no_code() }</p> };
    };
    let side = code.size() + 2 * QUIET;
    let view = ["0 0 ", &side.to_string(), " ", &side.to_string()].concat();
    html! {
        <svg class="qr" viewBox={view} role="img" aria-label={words.ui_share_code()}
            shape-rendering="crispEdges">
            <rect width="100%" height="100%" fill="#fff" />
            <path d={dark(&code)} fill="#000" />
        </svg>
    }
}

fn code(link: &str) -> Option<QrCode> {
    let segments = [QrSegment::make_bytes(link.as_bytes())];
    let (least, most, mask) = (Version::MIN, Version::new(LARGEST), None::<Mask>);
    QrCode::encode_segments_advanced(&segments, QrCodeEcc::Low, least, most, mask, true).ok()
}

/// Its dark modules as a path, row by row.
fn dark(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
            let run = i32::try_from(run).unwrap_or(0);
            if run > 0 {
                let [x, y, run] = [x + QUIET, y + QUIET, run].map(|number| number.to_string());
                path.extend(["M", &x, " ", &y, "h", &run, "v1h-", &run, "z"]);
            }
            x += run + 1;
        }
    }
    path
}

/// A file that holds the line.
fn file(words: Words, line: &str) -> Html {
    let href = ["data:text/plain,", line].concat();
    html! {
        <>
            <p><a class="button" {href} download={["session", SESSION].concat()}>
                { icon(Sign::Open) }
                <span>{ words.ui_share_file() }</span>
            </a></p>
            <p class="why">{ words.ui_share_file_hint() }</p>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_the_code() {
        let code = code("https://example.org/#s=AQcB").unwrap();
        // Every dark module once, and no other, counted from the path's runs.
        let mut painted = std::collections::BTreeSet::new();
        for run in dark(&code).split('M').skip(1) {
            let (place, rest) = run.split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let (x, y): (i32, i32) = (x.parse().unwrap(), y.parse().unwrap());
            let length: i32 = rest.split_once('v').unwrap().0.parse().unwrap();
            for x in x..x + length {
                assert!(painted.insert((x - QUIET, y - QUIET)));
            }
        }
        for y in 0..code.size() {
            for x in 0..code.size() {
                assert_eq!(painted.contains(&(x, y)), code.get_module(x, y), "{x} {y}");
            }
        }
    }

    #[test]
    fn what_no_telephone_reads_is_no_picture() {
        assert!(code(&"a".repeat(1_270)).is_some());
        assert!(code(&"a".repeat(1_280)).is_none());
    }
}
