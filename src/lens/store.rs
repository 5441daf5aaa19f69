//! What the browser keeps for us: local storage, and the wishes in the page's address.
//!
//! Storage may be blocked (private windows, frames): everything here then does nothing.

/// Keys of local storage.
pub mod key {
    /// The language's tag.
    pub const LANG: &str = "kafkascope.lang";
    /// `light`, `dark`, `projector`; absent follows the system.
    pub const THEME: &str = "kafkascope.theme";
    /// `off` where single-key shortcuts are turned off.
    pub const SHORTCUTS: &str = "kafkascope.shortcuts";
    /// What was done last.
    pub const TAPE: &str = "kafkascope.tape";
}

/// What was stored under a key.
pub fn get(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Stores a value, or forgets it. Where storage is full or blocked nothing is kept.
pub fn put(key: &str, value: Option<&str>) {
    let Some(storage) = storage() else { return };
    let _ = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
}

#[cfg(target_arch = "wasm32")]
fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

#[cfg(not(target_arch = "wasm32"))]
fn storage() -> Option<web_sys::Storage> {
    None
}

/// The `?…` of the page's address.
#[cfg(target_arch = "wasm32")]
pub fn address() -> String {
    let search = web_sys::window().and_then(|window| window.location().search().ok());
    search.unwrap_or_default()
}

/// The `?…` of the page's address.
#[cfg(not(target_arch = "wasm32"))]
pub fn address() -> String {
    String::new()
}

/// A wish in an address: `wish("?lang=en", "lang")` is `en`.
pub fn wish<'a>(address: &'a str, name: &str) -> Option<&'a str> {
    let pairs = address.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
}

#[cfg(test)]
mod tests {
    use super::wish;

    #[test]
    fn wishes_are_found() {
        assert_eq!(wish("?lang=en&theme=dark", "theme"), Some("dark"));
        assert_eq!(wish("?lang=en", "theme"), None);
        assert_eq!(wish("", "lang"), None);
        assert_eq!(wish("?freeze=", "freeze"), Some(""));
    }
}
