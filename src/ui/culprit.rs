//! Which part of a plain value is to blame for an error: that without which the error is another.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::scenario_file::keys;

/// The place to blame, as keys lead there: `producer[1].config`; empty where it is the whole.
pub fn find(value: &JsValue, error: &str, check: &dyn Fn(&JsValue) -> Option<String>) -> String {
    let mut path: Vec<JsValue> = Vec::new();
    // No scenario is deeper than this.
    for _ in 0..8 {
        let here = at(value, &path);
        let blamed = keys(&here).into_iter().find(|key| {
            let mut child = path.clone();
            child.push(key.clone());
            check(&without(value, &child)).as_deref() != Some(error)
        });
        match blamed {
            Some(key) => path.push(key),
            None => break,
        }
    }
    let mut place = String::new();
    for key in &path {
        match key.as_string() {
            Some(name) => {
                if !place.is_empty() {
                    place.push('.');
                }
                place.push_str(&name);
            }
            None => {
                let index = key.as_f64().unwrap_or_default() as u32;
                place.push_str(&["[", &index.to_string(), "]"].concat());
            }
        }
    }
    place
}

fn at(value: &JsValue, path: &[JsValue]) -> JsValue {
    let step = |value: JsValue, key: &JsValue| Reflect::get(&value, key).unwrap_or_default();
    path.iter().fold(value.clone(), step)
}

/// A copy that lacks what is at the path; everything beside it is shared.
fn without(value: &JsValue, path: &[JsValue]) -> JsValue {
    let Some((key, rest)) = path.split_first() else { return value.clone() };
    let child =
        (!rest.is_empty()).then(|| without(&Reflect::get(value, key).unwrap_or_default(), rest));
    if let Some(list) = value.dyn_ref::<Array>() {
        let (copy, index) = (Array::new(), key.as_f64());
        for (number, element) in list.iter().enumerate() {
            match (Some(number as f64) == index, &child) {
                (false, _) => drop(copy.push(&element)),
                (true, Some(child)) => drop(copy.push(child)),
                (true, None) => {}
            }
        }
        return copy.into();
    }
    let Some(object) = value.dyn_ref::<Object>() else { return value.clone() };
    let copy = Object::assign(&Object::new(), object);
    // Plain objects take every change.
    let _ = match &child {
        Some(child) => Reflect::set(&copy, key, child),
        None => Reflect::delete_property(&copy, key),
    };
    copy.into()
}
