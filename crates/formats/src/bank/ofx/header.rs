//! The header of OFX: version and character set, as `KEY:VALUE` lines (1.x) or `<?OFX …?>` (2.x).

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// The keys of the header of version 1, which some banks write without any space between.
const KEYS: &[&str] = &[
    "OFXHEADER:",
    "DATA:",
    "VERSION:",
    "SECURITY:",
    "ENCODING:",
    "CHARSET:",
    "COMPRESSION:",
    "OLDFILEUID:",
    "NEWFILEUID:",
];

/// What the header says.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Header {
    /// `102`, `211`.
    pub(super) version: Option<u16>,
    pub(super) encoding: &'static Encoding,
}

impl Header {
    /// Before anything is said: UTF-8, of which ASCII is a part.
    pub(super) fn unsaid() -> Header {
        Header {
            version: None,
            encoding: UTF_8,
        }
    }

    /// Takes the text before the first tag. Returns a remark where the character set is unknown.
    pub(super) fn lines(&mut self, text: &[u8]) -> Option<String> {
        let text = String::from_utf8_lossy(text).to_ascii_uppercase();
        if !KEYS.iter().any(|key| text.contains(key)) {
            // The empty lines of a file of version 2.
            return None;
        }
        if let Some(version) = value(&text, "VERSION:") {
            self.version = version.parse().ok();
        }
        let encoding = value(&text, "ENCODING:").unwrap_or_default();
        let charset = value(&text, "CHARSET:").unwrap_or_default();
        match encoding {
            "UTF-8" | "UTF8" | "UNICODE" => return None,
            _ => {}
        }
        self.label(charset)
    }

    /// Takes the inside of `<?xml …?>` or `<?OFX …?>`.
    pub(super) fn instruction(&mut self, inside: &[u8]) -> Option<String> {
        let text = String::from_utf8_lossy(inside).to_ascii_uppercase();
        if text.starts_with("?XML") {
            // `version` is that of XML there.
            return attribute(&text, "ENCODING=").and_then(|label| self.label(label));
        }
        if text.starts_with("?OFX")
            && let Some(version) = attribute(&text, "VERSION=")
        {
            self.version = version.parse().ok();
        }
        None
    }

    fn label(&mut self, label: &str) -> Option<String> {
        self.encoding = match label {
            "" | "UTF-8" | "UTF8" => UTF_8,
            // Outside ASCII such files have Windows letters.
            "NONE" | "ASCII" | "US-ASCII" | "USASCII" | "8859-1" => WINDOWS_1252,
            _ => {
                let windows = format!("windows-{label}");
                let known = Encoding::for_label(label.as_bytes())
                    .or_else(|| Encoding::for_label(windows.as_bytes()));
                match known {
                    Some(encoding) => encoding,
                    None => {
                        return Some(format!(
                            "the character set {label} is not known; the file is read as \
                             {}, letters outside ASCII may be wrong",
                            self.encoding.name()
                        ));
                    }
                }
            }
        };
        None
    }
}

/// The value behind a key, up to white space or the next key.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let at = text
        .match_indices(key)
        .map(|(at, _)| at)
        // `OFXHEADER:` ends like no other key, but `DATA:` may stand in a value.
        .find(|at| {
            KEYS.iter()
                .all(|other| *other == key || !within(text, *at, key, other))
        })?;
    let rest = text.get(at + key.len()..)?.trim_start_matches([' ', '\t']);
    let end = KEYS
        .iter()
        .filter_map(|other| rest.find(other))
        .chain(rest.find(char::is_whitespace))
        .min()
        .unwrap_or(rest.len());
    rest.get(..end)
}

/// Is the key at `at` only the tail of a longer one?
fn within(text: &str, at: usize, key: &str, other: &str) -> bool {
    other.len() > key.len()
        && other.ends_with(key)
        && (at + key.len())
            .checked_sub(other.len())
            .and_then(|start| text.get(start..at + key.len()))
            == Some(other)
}

fn attribute<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let rest = text.split_once(key)?.1;
    let quote = rest.chars().next().filter(|sign| "\"'".contains(*sign))?;
    let rest = rest.get(1..)?;
    rest.split_once(quote).map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<u16>, &'static str) {
        let mut header = Header::unsaid();
        header.lines(text.as_bytes());
        (header.version, header.encoding.name())
    }

    #[test]
    fn headers_of_every_make() {
        let common = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:";
        for (rest, encoding) in [
            ("USASCII\nCHARSET:1252\n", "windows-1252"),
            ("USASCII\nCHARSET:8859-1\n", "windows-1252"),
            ("USASCII\nCHARSET:ISO-8859-1\n", "windows-1252"),
            ("USASCII\nCHARSET:NONE\n", "windows-1252"),
            ("USASCII\nCHARSET:1250\n", "windows-1250"),
            ("UTF-8\nCHARSET:NONE\n", "UTF-8"),
            ("UNICODE\n", "UTF-8"),
        ] {
            assert_eq!(read(&format!("{common}{rest}")), (Some(102), encoding));
        }
        let run_together = "OFXHEADER:100DATA:OFXSGMLVERSION:103ENCODING:USASCIICHARSET:1252";
        assert_eq!(read(run_together), (Some(103), "windows-1252"));
        assert_eq!(read(""), (None, "UTF-8"));
    }

    #[test]
    fn the_header_of_version_2_is_an_instruction() {
        let mut header = Header::unsaid();
        assert_eq!(
            header.instruction(b"?xml version=\"1.0\" encoding='ISO-8859-15'?"),
            None
        );
        assert_eq!(
            header.instruction(b"?OFX OFXHEADER=\"200\" VERSION=\"211\"?"),
            None
        );
        assert_eq!(header.version, Some(211));
        assert_eq!(header.encoding.name(), "ISO-8859-15");
        assert_eq!(header.lines(b"\n"), None);
        assert_eq!(header.encoding.name(), "ISO-8859-15");
        assert!(header.instruction(b"?xml encoding=\"KLINGON\"?").is_some());
    }
}
