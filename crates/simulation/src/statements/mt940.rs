//! SWIFT MT940 with the structured `:86:` of German banks.

use std::fmt::Write as _;

use super::{Day, pieces};
use crate::bank::Line;
use crate::parties::plain;
use crate::trade::decimal;

/// Writes one day.
pub(super) fn write(day: &Day<'_>) -> String {
    let account = day.account;
    let mut out = format!(
        ":20:BRIGHTWATER\r\n:25:{}\r\n:28C:{:05}/001\r\n:60F:{}\r\n",
        account.id,
        day.number,
        balance(day, day.opening)
    );
    for line in &day.lines {
        movement(&mut out, line);
    }
    let _ = write!(out, ":62F:{}\r\n-\r\n", balance(day, day.closing));
    out
}

fn balance(day: &Day<'_>, minor: i64) -> String {
    let side = if minor < 0 { 'D' } else { 'C' };
    let on = day.on.strftime("%y%m%d");
    format!("{side}{on}{}{}", day.account.code, comma(minor))
}

fn comma(minor: i64) -> String {
    decimal(minor.abs()).replace('.', ",")
}

fn movement(out: &mut String, line: &Line) {
    let side = if line.amount < 0 { 'D' } else { 'C' };
    let _ = write!(
        out,
        ":61:{}{}{side}{}NTRFNONREF//{}\r\n",
        line.on.strftime("%y%m%d"),
        line.on.strftime("%m%d"),
        comma(line.amount),
        line.reference
    );
    let (code, title) = match (line.amount < 0, &line.counterparty) {
        (true, None) => (805, "ENTGELT"),
        (true, Some(_)) => (177, "UEBERWEISUNG"),
        (false, _) => (166, "GUTSCHRIFT"),
    };
    let mut text = format!("{code}?00{title}");
    // A question mark would begin a field.
    let subject = format!("SVWZ+{}", plain(&line.text).replace('?', " "));
    for (at, piece) in pieces(&subject, 27).iter().take(10).enumerate() {
        let _ = write!(text, "?{}{piece}", 20 + at);
    }
    if let Some((name, account)) = &line.counterparty {
        let _ = write!(text, "?31{account}");
        for (at, piece) in pieces(&plain(name), 27).iter().take(2).enumerate() {
            let _ = write!(text, "?{}{piece}", 32 + at);
        }
    }
    out.push_str(":86:");
    out.push_str(&pieces(&text, 61).join("\r\n"));
    out.push_str("\r\n");
}
