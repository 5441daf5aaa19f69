//! From a file on disk to a session: TOML in, a world that can be, or a sentence that says why not.
use crate::locale::Words;
use crate::session::Session;
pub async fn read(words: Words, file: &web_sys::File) -> Result<Session, String> {
    let _ = file;
    Err(words.error_file_type().to_owned())
}
