//! Mails (RFC 5322, MIME): subject, body and attachments of a remittance advice.
//!
//! The HTML body is read where it has a table, else the plain one. Quoted parts count only in
//! forwarded mails.

use mail_parser::{Message, MessageParser, MimeHeaders as _, PartType};

use super::model::{Advice, Remittance};
use super::{RemittanceFormat, Sink};
use super::{attached, columns, html, payer, quoted, text};
use crate::Problem;
use domain::calendar::Date;

pub(super) const FORMAT: RemittanceFormat = RemittanceFormat {
    code: "eml",
    title: "Mail with a remittance advice (RFC 5322)",
    recognises,
    read: |bytes, sink| match MessageParser::default().parse(bytes) {
        Some(message) => read(&message, 0, sink),
        None => sink.problem(Problem::error(
            "line 1",
            "is no mail; expected its headers first",
        )),
    },
};

/// Mails within mails are opened to this depth.
const DEPTH: usize = 3;

fn recognises(bytes: &[u8]) -> bool {
    let start = bytes.get(..bytes.len().min(64 << 10)).unwrap_or_default();
    let text = String::from_utf8_lossy(start).to_lowercase();
    let head = text.split("\n\n").next().unwrap_or_default();
    let head = head.split("\r\n\r\n").next().unwrap_or_default();
    let has = |name: &str| head.starts_with(name) || head.contains(&format!("\n{name}"));
    let first = head.lines().next().unwrap_or_default();
    let header = first.split_once(':').is_some_and(|(name, _)| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    header && has("from:") && (has("date:") || has("subject:") || has("message-id:"))
}

fn read(message: &Message, depth: usize, sink: &mut dyn Sink) {
    let from = message.from().and_then(|from| from.first());
    let subject = message.subject().unwrap_or_default().to_owned();
    let mut advice = Advice {
        source_ref: message.message_id().unwrap_or_default().to_owned(),
        payer_name: from.and_then(|from| from.name()).map(str::to_owned),
        payer_email: from.and_then(|from| from.address()).map(str::to_owned),
        announced_on: message.date().and_then(|day| {
            let (year, month) = (i16::try_from(day.year).ok()?, i8::try_from(day.month).ok()?);
            Date::new(year, month, i8::try_from(day.day).ok()?).ok()
        }),
        payment_references: numbers_of(&subject),
        ..Advice::default()
    };
    if !subject.is_empty() {
        advice.text.push(subject);
    }
    let body = body_of(message);
    let mut problems = Vec::new();
    read_body(&body, &mut advice, &mut problems);
    if advice.payer_name.is_none() {
        advice.payer_name = payer::signature(&body);
    }
    advice.payer_on_behalf = advice
        .payer_on_behalf
        .or_else(|| payer::on_behalf(advice.payer_name.as_deref()?))
        .or_else(|| body.lines().find_map(payer::on_behalf_in_prose));
    if !body.trim().is_empty() {
        advice.text.push(body.trim_end().to_owned());
    }
    for part in message.attachments() {
        let name = part.attachment_name().unwrap_or("attachment").to_owned();
        if let PartType::Message(inner) = &part.body {
            if depth < DEPTH {
                read(inner, depth + 1, sink);
            } else {
                problems.push(Problem::warning(
                    name,
                    "is a mail within too many mails; not read",
                ));
            }
            continue;
        }
        attached::read(&name, part.contents(), &mut advice, &mut problems, sink);
    }
    for problem in problems {
        sink.problem(problem);
    }
    sink.remittance(Remittance::Advice(advice));
}

/// Reads what the sender wrote; where that says nothing, what he forwards. What a reply quotes
/// is mostly our own list of what is open: it is never taken for paid.
fn read_body(body: &str, advice: &mut Advice, problems: &mut Vec<Problem>) {
    let subject = advice.text.first().cloned().unwrap_or_default();
    let mut part = quoted::split(body);
    for _ in 0..=DEPTH {
        text::read(&part.own, "", advice, problems);
        let Some(original) = part.original.take() else {
            return;
        };
        if !advice.items.is_empty() || advice.total.is_some() {
            return;
        }
        if quoted::is_reply(&subject) {
            let message = "quotes an earlier mail; documents in it are not taken for paid";
            return problems.push(Problem::warning("body", message));
        }
        if let Some((name, address)) = original.sender {
            advice.payer_name = name.or(advice.payer_name.take());
            advice.payer_email = address.or(advice.payer_email.take());
        }
        part = quoted::split(&original.text);
    }
}

fn body_of(message: &Message) -> String {
    let rich = message.html_bodies().find_map(|part| match &part.body {
        PartType::Html(text) => Some(text.as_ref()),
        _ => None,
    });
    let plain: Vec<&str> = message
        .text_bodies()
        .filter_map(|part| match &part.body {
            PartType::Text(text) => Some(text.as_ref()),
            _ => None,
        })
        .collect();
    match rich {
        Some(rich) if plain.is_empty() || rich.to_ascii_lowercase().contains("<table") => {
            html::to_text(rich)
        }
        _ => plain.join("\n"),
    }
}

/// Numbers in the subject: the payer's number of the advice, a payment order.
fn numbers_of(subject: &str) -> Vec<String> {
    subject
        .split_whitespace()
        .map(|word| word.trim_matches(|sign: char| !sign.is_alphanumeric()))
        .filter(|word| columns::looks_like_document(word))
        .map(str::to_owned)
        .collect()
}
