//! Quoted and forwarded mails within the text of a mail: who wrote which lines.
//!
//! Lines keep their numbers: what is not of a part is blank in it.

use super::columns::folded;

/// What the sender wrote, and the mail below it.
pub(super) struct Part {
    /// His own lines.
    pub(super) own: String,
    /// The mail that he quotes or forwards.
    pub(super) original: Option<Original>,
}

/// A mail within a mail.
pub(super) struct Original {
    /// Name and address of its sender, where they stand above it.
    pub(super) sender: Option<(Option<String>, Option<String>)>,
    /// Its text, without marks of quotation.
    pub(super) text: String,
}

/// Is it the subject of a reply?
pub(super) fn is_reply(subject: &str) -> bool {
    const REPLIES: &[&str] = &[
        "re", "aw", "antw", "antwort", "sv", "r", "rif", "odp", "rép", "ref",
    ];
    subject
        .split_once(':')
        .is_some_and(|(prefix, _)| REPLIES.contains(&prefix.trim().to_lowercase().as_str()))
}

/// Divides a text at the first mark of another mail.
pub(super) fn split(text: &str) -> Part {
    let lines: Vec<&str> = text.lines().collect();
    let mark = (0..lines.len()).find(|at| is_mark(&lines, *at));
    let is_quote = |line: &&str| line.trim_start().starts_with('>');
    let end = mark.unwrap_or(lines.len());
    let mut own = String::new();
    let mut below = String::new();
    let mut any = mark.is_some();
    let mut sender = None;
    let mut in_header = mark.is_some();
    for (at, line) in lines.iter().enumerate() {
        let mut kept = "";
        if at < end && !is_quote(line) {
            own.push_str(line);
        } else if mark.is_none() || end <= at {
            any = true;
            kept = unquoted(line);
            if in_header && end <= at {
                sender = sender.or_else(|| sender_of(kept));
                in_header = at == end || is_header(kept) || (kept.is_empty() && sender.is_none());
                if in_header || is_mark(&lines, at) {
                    kept = "";
                }
            }
        }
        below.push_str(kept);
        own.push('\n');
        below.push('\n');
    }
    Part {
        own,
        original: any.then_some(Original {
            sender,
            text: below,
        }),
    }
}

fn unquoted(line: &str) -> &str {
    let line = line.trim_start();
    match line.strip_prefix('>') {
        Some(rest) => rest.strip_prefix(' ').unwrap_or(rest),
        None => line,
    }
}

/// A ruled line with the words of a mail program, or its block of From and Sent.
fn is_mark(lines: &[&str], at: usize) -> bool {
    const WORDS: &[&str] = &[
        "original message",
        "ursprungliche nachricht",
        "message d origine",
        "mensaje original",
        "messaggio originale",
        "oorspronkelijk bericht",
        "wiadomosc oryginalna",
        "forwarded message",
        "weitergeleitete nachricht",
        "message transfere",
        "mensaje reenviado",
        "messaggio inoltrato",
        "doorgestuurd bericht",
        "przekazana wiadomosc",
        "anfang der weitergeleiteten nachricht",
        "begin forwarded message",
    ];
    let Some(line) = lines.get(at) else {
        return false;
    };
    let line = unquoted(line);
    if line.len() <= 100 && (line.starts_with("--") || line.ends_with(':')) {
        let folded = folded(line);
        if WORDS.iter().any(|words| folded.contains(words)) {
            return true;
        }
    }
    let next = lines.get(at + 1..).unwrap_or_default().iter().take(2);
    sender_of(line).is_some() && next.filter(|line| is_header(unquoted(line))).count() == 2
}

fn is_header(line: &str) -> bool {
    const NAMES: &[&str] = &[
        "from",
        "sent",
        "to",
        "cc",
        "subject",
        "date",
        "von",
        "gesendet",
        "an",
        "betreff",
        "datum",
        "de",
        "envoye",
        "a",
        "objet",
        "enviado",
        "para",
        "asunto",
        "fecha",
        "da",
        "inviato",
        "oggetto",
        "data",
        "van",
        "verzonden",
        "aan",
        "onderwerp",
        "od",
        "wyslano",
        "do",
        "temat",
        "reply to",
        "wyslane",
    ];
    let named = line.trim_start_matches('*').split_once(':');
    named.is_some_and(|(name, _)| NAMES.contains(&folded(name).as_str()))
}

/// `From: Name <address>`, in the languages of the desk.
fn sender_of(line: &str) -> Option<(Option<String>, Option<String>)> {
    const FROM: &[&str] = &["from", "von", "de", "da", "van", "od"];
    let (name, value) = line.trim_start_matches('*').split_once(':')?;
    if !FROM.contains(&folded(name).as_str()) {
        return None;
    }
    let value = value.trim_matches(['*', ' ']);
    let (name, address) = value.split_once(['<', '[']).unwrap_or((value, value));
    let address = address
        .trim_start_matches("mailto:")
        .trim_end_matches(['>', ']']);
    let address = address.contains('@').then(|| address.trim().to_owned());
    let name = name.trim().trim_matches('"');
    let name = (!name.is_empty() && !name.contains('@')).then(|| name.to_owned());
    (name.is_some() || address.is_some()).then_some((name, address))
}
