//! Parts Rust source into code, comments and strings, line for line, without parsing it.

/// The same text three times: everything but one kind is blank, so that lines and columns agree.
pub(super) struct Parts {
    /// Names, keywords, punctuation; string contents are gone.
    pub(super) code: String,
    /// Comments and docs.
    pub(super) comments: String,
    /// What stands between quotes, the quotes included.
    pub(super) strings: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum In {
    Code,
    LineComment,
    BlockComment(u32),
    Text,
    RawText(usize),
}

/// Parts the text.
pub(super) fn part(text: &str) -> Parts {
    let mut parts = Parts {
        code: String::with_capacity(text.len()),
        comments: String::with_capacity(text.len()),
        strings: String::with_capacity(text.len()),
    };
    let mut state = In::Code;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, now, next) = step(state, rest, first);
        let Some((taken, left)) = rest.split_at_checked(length) else {
            break;
        };
        for c in taken.chars() {
            let blank = if c == '\n' { '\n' } else { ' ' };
            let pick = |wanted: bool| if wanted { c } else { blank };
            parts.code.push(pick(now == In::Code));
            let comment = matches!(now, In::LineComment | In::BlockComment(_));
            parts.comments.push(pick(comment));
            parts
                .strings
                .push(pick(matches!(now, In::Text | In::RawText(_))));
        }
        state = next;
        rest = left;
    }
    parts
}

/// How many bytes come next, what they are, and what follows them.
fn step(state: In, rest: &str, first: char) -> (usize, In, In) {
    let one = first.len_utf8();
    match state {
        In::Code => code(rest, one),
        In::LineComment if first == '\n' => (1, In::Code, In::Code),
        In::BlockComment(depth) if rest.starts_with("*/") => match depth {
            0 | 1 => (2, state, In::Code),
            _ => (2, state, In::BlockComment(depth - 1)),
        },
        In::BlockComment(depth) if rest.starts_with("/*") => {
            (2, state, In::BlockComment(depth + 1))
        }
        In::Text if first == '\\' => {
            let escaped = rest.chars().nth(1).map_or(0, char::len_utf8);
            (1 + escaped, state, state)
        }
        In::Text if first == '"' => (1, state, In::Code),
        In::LineComment | In::BlockComment(_) | In::Text => (one, state, state),
        In::RawText(hashes) => {
            let end = format!("\"{}", "#".repeat(hashes));
            if rest.starts_with(&end) {
                (end.len(), state, In::Code)
            } else {
                (one, state, state)
            }
        }
    }
}

fn code(rest: &str, one: usize) -> (usize, In, In) {
    if rest.starts_with("//") {
        return (2, In::LineComment, In::LineComment);
    }
    if rest.starts_with("/*") {
        return (2, In::BlockComment(1), In::BlockComment(1));
    }
    if rest.starts_with('"') {
        return (1, In::Text, In::Text);
    }
    if let Some(raw) = rest.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw.trim_start_matches('#').starts_with('"') {
            return (hashes + 2, In::RawText(hashes), In::RawText(hashes));
        }
    }
    // A quoted character may be a quote; a lifetime has no second apostrophe that near.
    if let Some(quoted) = rest.strip_prefix('\'') {
        let mut chars = quoted.char_indices();
        let end = match chars.next() {
            Some((_, '\\')) => quoted.get(2..).and_then(|q| q.find('\'')).map(|at| at + 2),
            Some((_, _)) => chars.next().filter(|(_, c)| *c == '\'').map(|(at, _)| at),
            None => None,
        };
        if let Some(end) = end {
            return (end + 2, In::Code, In::Code);
        }
    }
    (one, In::Code, In::Code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_comments_and_strings_part() {
        let parts = part("let a = \"x // y\"; // \"z\"\nlet q = '\"'; let r = r#\"\"w\"\"#;\n");
        assert_eq!(
            parts.code.lines().next().unwrap().trim_end(),
            "let a =         ;"
        );
        assert!(parts.comments.contains("// \"z\""));
        assert!(parts.strings.contains("x // y"));
        assert!(parts.strings.contains("\"w\""));
        assert!(parts.code.contains("let r ="));
    }
}
