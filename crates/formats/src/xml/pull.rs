//! Pulls one event after the other, each with its line, until the end or the first fault.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event as Raw};

use super::decoding::Decoded;

/// Deepest nesting; a bank file has some twenty levels.
const DEEPEST: usize = 100;

/// A start tag.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Tag {
    /// The name without its prefix.
    pub(crate) name: String,
    /// The prefix, empty where there is none.
    pub(crate) prefix: String,
    /// Names as written, with their values.
    pub(crate) attributes: Vec<(String, String)>,
}

/// What comes next in the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Event {
    /// A start tag.
    Start(Tag),
    /// Text between tags; a text may come in several pieces.
    Text(String),
    /// An end tag.
    End,
    /// Something that does not stop the reading, for the person who sent the file.
    Remark(String),
    /// The end of the file, all elements closed.
    Done,
}

/// Why reading stops: the file is no XML from here on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault(pub(crate) String);

/// Events of one file.
pub(crate) struct Pull<'a> {
    reader: Reader<Decoded<'a>>,
    buffer: Vec<u8>,
    open: Vec<String>,
    rooted: bool,
    line: u64,
}

impl<'a> Pull<'a> {
    /// Starts at the beginning of a file.
    pub(crate) fn new(input: &'a mut dyn BufRead) -> Pull<'a> {
        let mut reader = Reader::from_reader(Decoded::new(input));
        reader.config_mut().expand_empty_elements = true;
        Pull {
            reader,
            buffer: Vec::new(),
            open: Vec::new(),
            rooted: false,
            line: 1,
        }
    }

    /// The line on which the last event begins.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The next event.
    pub(crate) fn next(&mut self) -> Result<Event, Fault> {
        loop {
            if let Some(event) = self.step()? {
                return Ok(event);
            }
        }
    }

    fn step(&mut self) -> Result<Option<Event>, Fault> {
        if let Some(remark) = self.remark() {
            return Ok(Some(Event::Remark(remark)));
        }
        self.line = self.reader.get_ref().line;
        self.buffer.clear();
        let raw = self
            .reader
            .read_event_into(&mut self.buffer)
            .map_err(|error| Fault(format!("not well-formed XML: {error}")))?;
        let event = match raw {
            Raw::Start(start) | Raw::Empty(start) => {
                let tag = tag(&start)?;
                self.open.push(tag.name.clone());
                self.rooted = true;
                Event::Start(tag)
            }
            Raw::End(_) => {
                self.open.pop();
                Event::End
            }
            Raw::Text(text) => Event::Text(text.to_string()),
            Raw::CData(text) => Event::Text(text.to_string()),
            Raw::GeneralRef(name) => match resolved(&name) {
                Some(letter) => Event::Text(letter.to_string()),
                None => return Err(Fault(format!("`&{};` is not defined in XML", &*name))),
            },
            Raw::Eof => Event::Done,
            Raw::DocType(_) => Event::Remark(
                "a document type (DOCTYPE) has no place in a bank file and is passed over"
                    .to_owned(),
            ),
            Raw::Comment(_) | Raw::Decl(_) | Raw::PI(_) => {
                self.reader.get_mut().event_ends();
                return Ok(None);
            }
        };
        self.reader.get_mut().event_ends();
        self.checked(event).map(Some)
    }

    fn checked(&self, event: Event) -> Result<Event, Fault> {
        match &event {
            Event::Start(_) if DEEPEST < self.open.len() => Err(Fault(format!(
                "elements are nested deeper than {DEEPEST} levels"
            ))),
            Event::Text(text) if self.open.is_empty() && !text.trim().is_empty() => {
                Err(Fault("text outside of any XML element".to_owned()))
            }
            Event::Done if !self.rooted => Err(Fault("no XML element in the file".to_owned())),
            Event::Done => match self.open.last() {
                Some(open) => Err(Fault(format!(
                    "the file ends inside of `{open}`; it was cut off, fetch it again"
                ))),
                None => Ok(event),
            },
            _ => Ok(event),
        }
    }

    fn remark(&mut self) -> Option<String> {
        let source = self.reader.get_mut();
        if let Some(name) = source.unknown.take() {
            let name: String = name.chars().take(40).collect();
            return Some(format!(
                "the declared encoding `{name}` is not known; read as UTF-8"
            ));
        }
        // Told once: the mark stays, moved out of reach.
        match source.misfit {
            Some(line) if line != u64::MAX => {
                source.misfit = Some(u64::MAX);
                Some(format!(
                    "near line {line} are bytes that the declared encoding (UTF-8 where none is) \
                     does not have; they read as `\u{fffd}`"
                ))
            }
            _ => None,
        }
    }
}

fn tag(start: &BytesStart<'_>) -> Result<Tag, Fault> {
    let full = start.name();
    let full: &str = full.as_ref();
    let (prefix, name) = full.split_once(':').unwrap_or(("", full));
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute
            .map_err(|error| Fault(format!("an attribute of `{name}` is not XML: {error}")))?;
        let value = unescaped(&attribute.value)
            .ok_or_else(|| Fault(format!("an attribute of `{name}` has an unknown entity")))?;
        let key: &str = attribute.key.as_ref();
        attributes.push((key.to_owned(), value));
    }
    Ok(Tag {
        name: name.to_owned(),
        prefix: prefix.to_owned(),
        attributes,
    })
}

/// Resolves the five entities of XML and numbers.
fn resolved(name: &str) -> Option<char> {
    let number = match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => name.strip_prefix('#')?,
    };
    let value = match number.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(value).filter(|letter| *letter != '\0')
}

fn unescaped(value: &str) -> Option<String> {
    let mut pieces = value.split('&');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once(';')?;
        out.push(resolved(name)?);
        out.push_str(rest);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(file: &str) -> String {
        let mut input = file.as_bytes();
        let mut pull = Pull::new(&mut input);
        let mut out = String::new();
        loop {
            let next = pull.next();
            let line = pull.line();
            let piece = match next {
                Ok(Event::Start(tag)) => format!("{line}<{} ", tag.name),
                Ok(Event::Text(text)) => format!("{text} "),
                Ok(Event::End) => "> ".to_owned(),
                Ok(Event::Remark(remark)) => format!("[{remark}] "),
                Ok(Event::Done) => return out + "done",
                Err(Fault(why)) => return format!("{out}{line}: {why}"),
            };
            out.push_str(&piece);
        }
    }

    #[test]
    fn events_have_their_line_and_entities_their_letters() {
        assert_eq!(
            told("<a>\n<x:b c='1'/>&amp;&#x41;<![CDATA[<]]></a>"),
            "1<a \n 2<b > & A < > done"
        );
    }

    #[test]
    fn faults_are_told() {
        for (file, wanted) in [
            ("", "no XML element"),
            ("hello", "text outside"),
            ("<a>\n<b></a>", "2: not well-formed"),
            ("<a>\n<b>", "2: the file ends inside of `b`"),
            (
                "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
                "`&e;` is not defined",
            ),
        ] {
            assert!(told(file).contains(wanted), "{file}: {}", told(file));
        }
        assert!(told(&"<a>".repeat(200)).contains("deeper than 100"));
        let long = format!("<a>{}</a>", "x".repeat(2 << 20));
        assert!(told(&long).contains("longer than 1 MiB"));
    }
}
