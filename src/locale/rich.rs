//! Strong words inside a sentence.

/// Cuts a sentence at its `**` marks: `(strong, words)`, in order and without empty parts.
pub fn rich(sentence: &str) -> Vec<(bool, &str)> {
    let parts = sentence.split("**").enumerate().map(|(index, words)| (index % 2 == 1, words));
    parts.filter(|(_, words)| !words.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_at_the_marks() {
        assert_eq!(rich("plain"), [(false, "plain")]);
        assert_eq!(rich("**b** leads **P0**"), [(true, "b"), (false, " leads "), (true, "P0")]);
        assert_eq!(rich("never closed **b"), [(false, "never closed "), (true, "b")]);
        assert_eq!(rich(""), []);
    }
}
