//! The markup of OFX: SGML without end tags of 1.x and XML of 2.x, cut into tags and texts.
//!
//! Forgiving where banks are sloppy: raw `<` and `&` in names, comments, CDATA, self-closing tags.
//! Memory is bounded: a tag or text beyond its limit is cut, and the cut is told.

use std::io::{BufRead, Read};

/// The longest text between two tags.
const TEXT_LIMIT: u64 = 64 << 10;
/// The longest tag; comments may be longer.
const TAG_LIMIT: u64 = 4 << 10;

/// A piece of the file with the line on which it begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Piece {
    pub(super) line: u64,
    pub(super) kind: Kind,
}

/// What a piece is. Names are in capitals.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Open(String),
    Close(String),
    /// `<MEMO/>`
    Empty(String),
    /// Raw bytes between tags; `whole` is false where it was cut.
    Text {
        bytes: Vec<u8>,
        whole: bool,
    },
    /// `<?…?>` and `<!DOCTYPE…>`: the inside.
    Instruction(Vec<u8>),
}

/// Cuts the file into pieces.
pub(super) struct Pieces<'a> {
    input: &'a mut dyn BufRead,
    line: u64,
    waiting: Option<Piece>,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(input: &'a mut dyn BufRead) -> Pieces<'a> {
        Pieces {
            input,
            line: 1,
            waiting: None,
        }
    }

    /// The line reached.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Reads up to and without `end`; tells whether `end` was found and whether all was kept.
    fn until(&mut self, end: u8, limit: u64, kept: &mut Vec<u8>) -> (bool, bool) {
        let mut whole = true;
        loop {
            let mut chunk = Vec::new();
            let read = Read::take(&mut *self.input, limit)
                .read_until(end, &mut chunk)
                .unwrap_or(0);
            if read == 0 {
                return (false, whole);
            }
            self.line += chunk.split(|byte| *byte == b'\n').count() as u64 - 1;
            let found = chunk.last() == Some(&end);
            if found {
                chunk.pop();
            }
            if kept.len() as u64 + chunk.len() as u64 <= limit {
                kept.append(&mut chunk);
            } else {
                whole = false;
            }
            if found {
                return (true, whole);
            }
        }
    }

    /// Passes over the rest of a comment that begins with `begun`.
    fn skip_comment(&mut self, begun: &[u8]) {
        let mut last: Vec<u8> = begun.to_vec();
        while !last.ends_with(b"--") {
            last.clear();
            let (found, _) = self.until(b'>', TAG_LIMIT, &mut last);
            if !found {
                return;
            }
        }
    }

    /// The text of a CDATA section, up to its end.
    fn cdata(&mut self, mut inside: Vec<u8>) -> Vec<u8> {
        while !inside.ends_with(b"]]") {
            let mut more = Vec::new();
            let (found, _) = self.until(b'>', TEXT_LIMIT, &mut more);
            if (inside.len() + more.len()) as u64 <= TEXT_LIMIT {
                inside.push(b'>');
                inside.append(&mut more);
            } else {
                // Too long to keep: only the end is still looked for.
                inside = more.split_off(more.len().saturating_sub(2));
            }
            if !found {
                return inside;
            }
        }
        inside.truncate(inside.len().saturating_sub(2));
        inside
    }
}

/// A tag's inside, understood.
enum Tag {
    Markup(Kind),
    Comment,
    Cdata(Vec<u8>),
    /// No tag at all: a raw `<` in a text.
    Raw,
}

fn understand(inside: &[u8]) -> Tag {
    if inside.starts_with(b"!--") {
        return Tag::Comment;
    }
    if let Some(rest) = inside.strip_prefix(b"![CDATA[") {
        return Tag::Cdata(rest.to_vec());
    }
    match inside.first() {
        Some(b'?' | b'!') => Tag::Markup(Kind::Instruction(inside.to_vec())),
        Some(b'/') => match name(inside.get(1..).unwrap_or_default()) {
            Some(name) => Tag::Markup(Kind::Close(name)),
            None => Tag::Raw,
        },
        Some(_) => {
            let (inside, empty) = match inside.strip_suffix(b"/") {
                Some(rest) => (rest, true),
                None => (inside, false),
            };
            match name(inside) {
                Some(name) if empty => Tag::Markup(Kind::Empty(name)),
                Some(name) => Tag::Markup(Kind::Open(name)),
                None => Tag::Raw,
            }
        }
        None => Tag::Raw,
    }
}

/// The element name in capitals; attributes (which OFX does not have) are passed over.
fn name(inside: &[u8]) -> Option<String> {
    let end = inside
        .iter()
        .position(u8::is_ascii_whitespace)
        .unwrap_or(inside.len());
    let (name, rest) = inside.split_at_checked(end)?;
    let attributes = rest.trim_ascii();
    let good = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-:".contains(byte);
    if name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.iter().all(good)
        && (attributes.is_empty() || attributes.contains(&b'='))
    {
        Some(String::from_utf8_lossy(name).to_ascii_uppercase())
    } else {
        None
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        if let Some(piece) = self.waiting.take() {
            return Some(piece);
        }
        let start = self.line;
        let mut bytes = Vec::new();
        let mut whole = true;
        loop {
            let (found, all) = self.until(b'<', TEXT_LIMIT, &mut bytes);
            whole &= all;
            let tag = if found { self.tag(&mut bytes) } else { None };
            let line = self.line;
            let Some(kind) = tag else {
                if found {
                    continue;
                }
                break (!bytes.is_empty()).then_some(Piece {
                    line: start,
                    kind: Kind::Text { bytes, whole },
                });
            };
            let markup = Piece { line, kind };
            if bytes.is_empty() {
                break Some(markup);
            }
            self.waiting = Some(markup);
            break Some(Piece {
                line: start,
                kind: Kind::Text { bytes, whole },
            });
        }
    }
}

impl Pieces<'_> {
    /// Reads what follows a `<`. Gives a tag, or adds to the text what turned out to be text.
    fn tag(&mut self, text: &mut Vec<u8>) -> Option<Kind> {
        let mut inside = Vec::new();
        let (found, _) = self.until(b'>', TAG_LIMIT, &mut inside);
        if !found {
            text.push(b'<');
            text.append(&mut inside);
            return None;
        }
        match understand(&inside) {
            Tag::Comment => {
                self.skip_comment(inside.get(3..).unwrap_or_default());
                None
            }
            Tag::Cdata(begun) => {
                let mut content = self.cdata(begun);
                text.append(&mut content);
                None
            }
            Tag::Markup(kind) => Some(kind),
            Tag::Raw => {
                text.push(b'<');
                // `A < B\n<MEMO`: the last `<` may begin a tag after all.
                let last = inside.iter().rposition(|byte| *byte == b'<');
                let split = last.and_then(|at| Some((inside.get(..at)?, inside.get(at + 1..)?)));
                if let Some((before, after)) = split
                    && let Tag::Markup(kind) = understand(after)
                {
                    text.extend_from_slice(before);
                    return Some(kind);
                }
                text.append(&mut inside);
                text.push(b'>');
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<String> {
        let mut input = text.as_bytes();
        Pieces::new(&mut input)
            .map(|piece| {
                let said = match piece.kind {
                    Kind::Open(name) => format!("<{name}>"),
                    Kind::Close(name) => format!("</{name}>"),
                    Kind::Empty(name) => format!("<{name}/>"),
                    Kind::Text { bytes, .. } => String::from_utf8_lossy(&bytes).into_owned(),
                    Kind::Instruction(inside) => {
                        format!("?{}", String::from_utf8_lossy(&inside))
                    }
                };
                format!("{} {said}", piece.line)
            })
            .collect()
    }

    #[test]
    fn tags_and_texts_with_their_lines() {
        assert_eq!(
            pieces("A:1\n<Ofx>\n<NAME>A < B & C\n<MEMO/></OFX>"),
            [
                "1 A:1\n",
                "2 <OFX>",
                "2 \n",
                "3 <NAME>",
                "3 A < B & C\n",
                "4 <MEMO/>",
                "4 </OFX>"
            ]
        );
    }

    #[test]
    fn comments_are_passed_over_and_cdata_is_text() {
        assert_eq!(
            pieces("<A><!-- <B>1</B> --><C><![CDATA[x <> y]]></C><?xml?>"),
            ["1 <A>", "1 <C>", "1 x <> y", "1 </C>", "1 ??xml?"]
        );
        assert_eq!(pieces("<A><!-- open"), ["1 <A>", "1 <!-- open"]);
        assert_eq!(pieces("<A><"), ["1 <A>", "1 <"]);
    }

    #[test]
    fn endless_texts_are_cut_and_told() {
        let long = format!("<A>{}<B>", "x".repeat(200_000));
        let mut input = long.as_bytes();
        let cut = Pieces::new(&mut input)
            .any(|piece| matches!(piece.kind, Kind::Text { whole: false, .. }));
        assert!(cut);
    }
}
