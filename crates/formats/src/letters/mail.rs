//! A letter as a mail (RFC 5322, MIME): plain text and HTML beside each other, in ASCII alone.

use super::CertificateLetter;

/// Between the parts; no line of quoted-printable text holds `=_`.
const BOUNDARY: &str = "=_duebook_letter";

/// Writes the mail.
pub(super) fn write(letter: &CertificateLetter) -> Vec<u8> {
    let on = letter.on;
    let date = jiff::fmt::strtime::format("%a, %d %b %Y 12:00:00 +0000", on).unwrap_or_default();
    let mut mail = String::new();
    let address = address(&letter.to_email);
    if !address.is_empty() {
        let name = encoded(&letter.to_name);
        mail += &format!("To: {name}\r\n <{address}>\r\n");
    }
    mail += &format!("Subject: {}\r\n", encoded(&letter.subject()));
    mail += &format!("Date: {date}\r\n");
    mail += &format!("Message-ID: <{}@duebook.invalid>\r\n", plain(&letter.id));
    mail += "X-Unsent: 1\r\nMIME-Version: 1.0\r\n";
    mail += &format!("Content-Type: multipart/alternative; boundary=\"{BOUNDARY}\"\r\n\r\n");
    for (kind, text) in [("plain", letter.text()), ("html", letter.html())] {
        mail += &format!(
            "--{BOUNDARY}\r\nContent-Type: text/{kind}; charset=utf-8\r\n\
             Content-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n",
            quoted_printable(&text)
        );
    }
    mail += &format!("--{BOUNDARY}--\r\n");
    mail.into_bytes()
}

/// An address, without what no address holds; nothing where that leaves none.
fn address(email: &str) -> String {
    let is_address = email.is_ascii()
        && email.contains('@')
        && !email.chars().any(|sign| {
            sign.is_ascii_control() || sign.is_whitespace() || "<>,;\"()".contains(sign)
        });
    if is_address {
        email.to_owned()
    } else {
        String::new()
    }
}

fn plain(text: &str) -> String {
    let kept = text.chars();
    kept.filter(|sign| sign.is_ascii_alphanumeric() || *sign == '_')
        .collect()
}

/// A text in a header (RFC 2047), folded; each word holds whole characters.
fn encoded(text: &str) -> String {
    let mut words = Vec::new();
    let mut word = String::new();
    for sign in text.chars() {
        let mut buffer = [0; 4];
        let mut piece = String::new();
        for byte in sign.encode_utf8(&mut buffer).bytes() {
            if byte.is_ascii_alphanumeric() {
                piece.push(byte as char);
            } else if byte == b' ' {
                piece.push('_');
            } else {
                piece += &format!("={byte:02X}");
            }
        }
        // 75 characters are allowed, of which twelve are the frame.
        if 60 < word.len() + piece.len() {
            words.push(std::mem::take(&mut word));
        }
        word += &piece;
    }
    words.push(word);
    let words: Vec<String> = words
        .iter()
        .map(|word| format!("=?utf-8?Q?{word}?="))
        .collect();
    words.join("\r\n ")
}

/// Text as quoted-printable (RFC 2045), lines of at most 76 characters.
fn quoted_printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for line in text.split('\n') {
        let mut length = 0;
        let bytes = line.as_bytes();
        for (place, byte) in bytes.iter().enumerate() {
            let is_last = place + 1 == bytes.len();
            let is_plain = matches!(byte, 33..=60 | 62..=126) || *byte == b' ' && !is_last;
            let piece = if is_plain {
                char::from(*byte).to_string()
            } else {
                format!("={byte:02X}")
            };
            if 75 < length + piece.len() {
                out += "=\r\n";
                length = 0;
            }
            length += piece.len();
            out += &piece;
        }
        out += "\r\n";
    }
    // The last line break is that of the text itself.
    out.truncate(out.len() - 2);
    out
}
