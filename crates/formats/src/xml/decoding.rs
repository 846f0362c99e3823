//! Turns the bytes of an XML file into UTF-8, by its byte order mark or its declaration.

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How much of a file may hold the XML declaration.
const HEAD: usize = 1024;

/// Longest tag, text or comment.
const LONGEST: u64 = 1 << 20;

/// Room for what one step decodes.
const STEP: usize = 16 * 1024;

/// A file as UTF-8, with the line that has been read up to.
pub(crate) struct Decoded<'a> {
    input: &'a mut dyn BufRead,
    head: Vec<u8>,
    decoder: Option<Decoder>,
    text: Vec<u8>,
    at: usize,
    ended: bool,
    since_event: u64,
    /// Line of the next byte, counted from 1.
    pub(super) line: u64,
    /// The first line with bytes that the encoding does not have, until it is asked for.
    pub(super) misfit: Option<u64>,
    /// The declared encoding, where it is none that is known.
    pub(super) unknown: Option<String>,
}

impl<'a> Decoded<'a> {
    /// Starts at the beginning of a file.
    pub(super) fn new(input: &'a mut dyn BufRead) -> Decoded<'a> {
        Decoded {
            input,
            head: Vec::new(),
            decoder: None,
            text: Vec::new(),
            at: 0,
            ended: false,
            since_event: 0,
            line: 1,
            misfit: None,
            unknown: None,
        }
    }

    /// The event before is done with: another one of any length may come.
    pub(super) fn event_ends(&mut self) {
        self.since_event = 0;
    }

    fn begin(&mut self) -> io::Result<Decoder> {
        (&mut *self.input)
            .take(HEAD as u64)
            .read_to_end(&mut self.head)?;
        let encoding = match marked(&self.head) {
            Some(encoding) => encoding,
            None => self.declared(),
        };
        Ok(encoding.new_decoder_with_bom_removal())
    }

    fn declared(&mut self) -> &'static Encoding {
        let Some(name) = declared_name(&self.head) else {
            return UTF_8;
        };
        match Encoding::for_label(name.as_bytes()) {
            // The declaration could be read byte by byte, so it cannot be UTF-16.
            Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => UTF_8,
            Some(encoding) => encoding,
            None => {
                self.unknown = Some(name);
                UTF_8
            }
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        let mut decoder = match self.decoder.take() {
            Some(decoder) => decoder,
            None => self.begin()?,
        };
        self.text.resize(STEP, 0);
        self.at = 0;
        loop {
            let from_head = !self.head.is_empty();
            let source: &[u8] = if from_head {
                &self.head
            } else {
                self.input.fill_buf()?
            };
            let last = source.is_empty();
            let (result, read, written, replaced) =
                decoder.decode_to_utf8(source, &mut self.text, last);
            if from_head {
                self.head.drain(..read);
            } else {
                self.input.consume(read);
            }
            if replaced && self.misfit.is_none() {
                self.misfit = Some(self.line);
            }
            if last && result == CoderResult::InputEmpty {
                self.ended = true;
            }
            if 0 < written || self.ended {
                self.text.truncate(written);
                break;
            }
        }
        self.decoder = Some(decoder);
        Ok(())
    }
}

/// The encoding that the first bytes give away.
fn marked(head: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return Some(encoding);
    }
    match head {
        [b'<', 0, ..] => Some(UTF_16LE),
        [0, b'<', ..] => Some(UTF_16BE),
        _ => None,
    }
}

/// The `encoding` of the XML declaration.
fn declared_name(head: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(head);
    let declaration = head
        .trim_start()
        .strip_prefix("<?xml")?
        .split("?>")
        .next()?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|mark| "\"'".contains(*mark))?;
    value.split(quote).nth(1).map(str::to_owned)
}

impl Read for Decoded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = ready.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(ready) {
            *to = *from;
        }
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Decoded<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if LONGEST < self.since_event {
            return Err(io::Error::other(
                "a tag, text or comment is longer than 1 MiB, which no bank file has",
            ));
        }
        if self.text.len() <= self.at && !self.ended {
            self.refill()?;
        }
        Ok(self.text.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        let end = (self.at + count).min(self.text.len());
        let used = self.text.get(self.at..end).unwrap_or_default();
        self.line += used
            .iter()
            .map(|byte| u64::from(*byte == b'\n'))
            .sum::<u64>();
        self.since_event += used.len() as u64;
        self.at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        let mut input = bytes;
        let mut text = String::new();
        Decoded::new(&mut input)
            .read_to_string(&mut text)
            .expect("UTF-8");
        text
    }

    #[test]
    fn encodings_are_told_by_mark_and_declaration() {
        let plain = "<?xml version='1.0' encoding='ISO-8859-1'?><a>M\u{fc}ller</a>";
        let latin: Vec<u8> = plain.chars().map(|letter| letter as u8).collect();
        let low: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let high: Vec<u8> = plain.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(text(&latin), plain);
        assert_eq!(text(&low), plain);
        assert_eq!(text(&high), plain);
        assert_eq!(text("\u{feff}<a>M\u{fc}</a>".as_bytes()), "<a>M\u{fc}</a>");
        assert_eq!(text(b"<a>\xfc</a>"), "<a>\u{fffd}</a>");
        assert_eq!(text(b""), "");
    }
}
