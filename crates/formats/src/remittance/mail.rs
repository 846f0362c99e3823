//! Mails (RFC 5322, MIME): subject, body and attached CSV or text of a remittance advice.
//!
//! The HTML body is read where it has a table, else the plain one. Attachments that are not
//! read (PDF, XLSX, pictures) are named in a warning.

use mail_parser::{Message, MessageParser, MimeHeaders as _, PartType};

use super::model::{Advice, Remittance};
use super::{Collected, RemittanceFormat, Sink};
use super::{columns, csv, html, text};
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
    text::read(&body, "", &mut advice, &mut problems);
    if advice.payer_name.is_none() {
        advice.payer_name = signature(&body);
    }
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
        attachment(&name, part.contents(), &mut advice, &mut problems, sink);
    }
    for problem in problems {
        sink.problem(problem);
    }
    sink.remittance(Remittance::Advice(advice));
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

/// The line after the greeting that ends the letter.
fn signature(body: &str) -> Option<String> {
    const CLOSINGS: &[&str] = &[
        "mit freundlichen grusen",
        "freundliche gruse",
        "mit freundlichen gruessen",
        "kind regards",
        "best regards",
        "regards",
        "yours sincerely",
        "sincerely",
        "yours faithfully",
        "cordialement",
        "bien cordialement",
        "saludos",
        "saludos cordiales",
        "atentamente",
        "cordiali saluti",
        "distinti saluti",
        "met vriendelijke groet",
        "met vriendelijke groeten",
        "z powazaniem",
        "pozdrawiam",
        "viele gruse",
        "beste gruse",
    ];
    let mut lines = body.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.find(|line| CLOSINGS.contains(&columns::folded(line).as_str()))?;
    lines
        .next()
        .filter(|line| line.len() <= 140)
        .map(str::to_owned)
}

fn attachment(
    name: &str,
    bytes: &[u8],
    advice: &mut Advice,
    problems: &mut Vec<Problem>,
    sink: &mut dyn Sink,
) {
    let plain = match super::unpacked(bytes) {
        Ok(plain) => plain,
        Err(message) => return problems.push(Problem::warning(name, message)),
    };
    if (csv::FORMAT.recognises)(&plain) {
        let mut inner = Collected::default();
        csv::read(&super::decoded(&plain), name, &mut inner);
        problems.append(&mut inner.problems);
        for remittance in inner.remittances {
            match remittance {
                Remittance::Advice(attached) => take(attached, advice),
                Remittance::Deposit(_) | Remittance::Payout(_) => sink.remittance(remittance),
            }
        }
    } else if plain
        .iter()
        .take(1024)
        .all(|byte| *byte >= b' ' || b"\r\n\t\x0c".contains(byte))
        && !plain.starts_with(b"%PDF")
    {
        text::read(&super::decoded(&plain), name, advice, problems);
    } else {
        let message = "is attached in a form that is not read; look at it by hand";
        problems.push(Problem::warning(name, message));
    }
}

/// Documents of an attachment belong to the payment of the mail.
fn take(attached: Advice, advice: &mut Advice) {
    advice.items.extend(attached.items);
    advice.currency = advice.currency.or(attached.currency);
    advice.total = advice.total.or(attached.total);
    advice.paid_on = advice.paid_on.or(attached.paid_on);
    for reference in attached.payment_references {
        if !advice.payment_references.contains(&reference) {
            advice.payment_references.push(reference);
        }
    }
}
