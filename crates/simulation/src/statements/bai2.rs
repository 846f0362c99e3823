//! BAI2, Cash Management Balance Reporting Specifications version 2.

use std::fmt::Write as _;

use super::{Day, pieces};
use crate::bank::Line;
use crate::parties::plain;

/// Writes one day.
pub(super) fn write(day: &Day<'_>) -> String {
    let account = day.account;
    let (bank, number) = account.id.split_once('-').unwrap_or(("", &account.id));
    let on = day.on.strftime("%y%m%d");
    let mut records = vec![format!(
        "03,{number},{},010,{},,,015,{},,/",
        account.code, day.opening, day.closing
    )];
    for line in &day.lines {
        movement(&mut records, line);
    }
    // Amounts of detail carry no sign; balances do.
    let control = day.opening + day.closing + day.lines.iter().map(|l| l.amount.abs()).sum::<i64>();
    let count = records.len();
    let mut out = format!("01,{bank},BRIGHTWATER,{on},2330,{},,,2/\n", day.number);
    let _ = writeln!(out, "02,BRIGHTWATER,{bank},1,{on},2330,{},2/", account.code);
    for record in records {
        out += &record;
        out.push('\n');
    }
    let _ = writeln!(out, "49,{control},{}/", count + 1);
    let _ = writeln!(out, "98,{control},1,{}/", count + 3);
    let _ = writeln!(out, "99,{control},1,{}/", count + 5);
    out
}

fn movement(records: &mut Vec<String>, line: &Line) {
    let code = match (line.amount < 0, &line.counterparty) {
        (true, None) => 698,
        (true, Some(_)) => 495,
        (false, _) if !line.items.is_empty() => 115,
        (false, None) => 301,
        (false, Some(_)) => 195,
    };
    let mut text = String::new();
    if let Some((name, account)) = &line.counterparty {
        let role = if line.amount < 0 { "BENE" } else { "ORIG" };
        let _ = write!(
            text,
            "{role}:{} ID:{account} PMT DET:",
            plain(name).to_uppercase()
        );
    }
    text += &plain(&line.text);
    // A slash would end the record.
    let mut pieces = pieces(&text.replace('/', "-"), 70).into_iter();
    records.push(format!(
        "16,{code},{},Z,{},,{}",
        line.amount.abs(),
        line.reference,
        pieces.next().unwrap_or_default()
    ));
    records.extend(pieces.map(|piece| format!("88,{piece}")));
}
