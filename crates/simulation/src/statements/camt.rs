//! camt.053.001.08, ISO 20022.

use std::fmt::Write as _;

use super::Day;
use crate::bank::Line;
use crate::trade::decimal;

/// Writes one day.
pub(super) fn write(day: &Day<'_>) -> String {
    let account = day.account;
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out += "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\n";
    let _ = writeln!(
        out,
        "<GrpHdr><MsgId>{code}-{on}</MsgId><CreDtTm>{on}T19:30:00</CreDtTm></GrpHdr>\n\
         <Stmt><Id>{number:05}-{on}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>\
         <CreDtTm>{on}T19:30:00</CreDtTm>\n<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{code}</Ccy>\
         <Ownr><Nm>{owner}</Nm></Ownr>\
         <Svcr><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></Svcr></Acct>",
        code = account.code,
        on = day.on,
        number = day.number,
        iban = account.id,
        owner = escaped(account.owner),
        bic = account.bic,
    );
    for (code, balance) in [("OPBD", day.opening), ("CLBD", day.closing)] {
        let _ = writeln!(
            out,
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{}<Dt><Dt>{}</Dt></Dt></Bal>",
            amount(account.code, balance),
            day.on
        );
    }
    for (at, line) in day.lines.iter().enumerate() {
        entry(&mut out, account.code, at + 1, line);
    }
    out + "</Stmt></BkToCstmrStmt></Document>\n"
}

fn entry(out: &mut String, currency: &str, number: usize, line: &Line) {
    let family = match (line.amount < 0, line.counterparty.is_some()) {
        (_, false) if line.items.is_empty() && line.amount < 0 => "ACMT</Cd><Fmly><Cd>MDOP",
        (true, _) => "PMNT</Cd><Fmly><Cd>ICDT",
        (false, _) => "PMNT</Cd><Fmly><Cd>RCDT",
    };
    let _ = write!(
        out,
        "<Ntry><NtryRef>{number}</NtryRef>{amount}<Sts><Cd>BOOK</Cd></Sts>\
         <BookgDt><Dt>{on}</Dt></BookgDt><ValDt><Dt>{on}</Dt></ValDt>\
         <AcctSvcrRef>{reference}</AcctSvcrRef><BkTxCd><Domn><Cd>{family}</Cd>\
         <SubFmlyCd>OTHR</SubFmlyCd></Fmly></Domn></BkTxCd>\
         <NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>{amount}",
        amount = amount(currency, line.amount),
        on = line.on,
        reference = line.reference,
    );
    if let Some((name, account)) = &line.counterparty {
        let role = if line.amount < 0 { "Cdtr" } else { "Dbtr" };
        let id = if account.contains('-') {
            format!("<Othr><Id>{account}</Id></Othr>")
        } else {
            format!("<IBAN>{account}</IBAN>")
        };
        let _ = write!(
            out,
            "<RltdPties><{role}><Pty><Nm>{}</Nm></Pty></{role}><{role}Acct><Id>{id}</Id></{role}Acct>\
             </RltdPties>",
            escaped(name)
        );
    }
    out.push_str("<RmtInf>");
    for piece in super::pieces(&line.text, 140) {
        let _ = write!(out, "<Ustrd>{}</Ustrd>", escaped(&piece));
    }
    out.push_str("</RmtInf></TxDtls></NtryDtls></Ntry>\n");
}

fn amount(currency: &str, minor: i64) -> String {
    let side = if minor < 0 { "DBIT" } else { "CRDT" };
    format!(
        "<Amt Ccy=\"{currency}\">{}</Amt><CdtDbtInd>{side}</CdtDbtInd>",
        decimal(minor.abs())
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
