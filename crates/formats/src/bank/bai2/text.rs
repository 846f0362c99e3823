//! The text of a `16` record: labels of ACH, wires and lockboxes, addenda, codes of banks.

use domain::money::{Currency, Money};

use crate::bank::fields::filled;
use crate::bank::{BankLine, Counterparty, Deducted, ListedDocument};

/// Fills a bank line from the text of its record. `code` is the BAI type code.
pub(super) fn fill(line: &mut BankLine, code: u16, customer_reference: &str, text: &[String]) {
    let (addenda, spoken): (Vec<&String>, Vec<&String>) =
        text.iter().partition(|line| is_addenda(line));
    let spoken: Vec<&str> = spoken.iter().map(|line| line.as_str()).collect();
    let all = spoken.join(" ");
    let coded = coded_lines(text);
    if is_lockbox(code) {
        line.batch_id = filled(customer_reference);
        line.batch_count = items(&all);
    }
    if is_check(code) {
        line.references.check = filled(customer_reference);
    }
    if !coded.is_empty() {
        fill_coded(line, code, &coded);
        let free = spoken.iter().filter(|text| code_line(text).is_none());
        if line.remittance.is_empty() {
            line.remittance = free.map(|text| (*text).to_owned()).collect();
        }
    } else if is_labelled(&all) {
        fill_labelled(line, code, &all);
    } else if !fill_wire(line, &all) {
        line.remittance = spoken.iter().map(|text| (*text).to_owned()).collect();
    }
    line.references.return_reason = return_reason(&all);
    line.references.traces = traces(&all);
    if is_ach(code) {
        line.references.traces.extend(filled(customer_reference));
    }
    line.instructed = instructed(&all).filter(|sum| *sum != line.amount.abs());
    fill_addenda(line, &addenda, &all);
}

/// Labels before what banks call a payment, and what one that came back was called.
const TRACES: &[&str] = &[
    "ORIG REF",
    "ORIG TRACE",
    "ORIG TRN",
    "TRACE NO",
    "TRACE NBR",
    "TRACE",
    "TRN",
    "IMAD",
];

/// What stands behind such labels, one word each.
fn traces(text: &str) -> Vec<String> {
    let mut traces: Vec<String> = Vec::new();
    for label in TRACES {
        for (at, _) in text.match_indices(label) {
            let opens = text
                .get(..at)
                .is_some_and(|before| before.is_empty() || before.ends_with([' ', ',', '/', ';']));
            let behind = text.get(at + label.len()..).unwrap_or_default();
            let value = behind
                .strip_prefix([':', '=', '#', '/'])
                .map(str::trim_start)
                .and_then(|behind| behind.split([' ', ',', '/']).next())
                .and_then(filled);
            if let Some(value) = value.filter(|value| opens && !traces.contains(value)) {
                traces.push(value);
            }
        }
    }
    traces
}

/// Lockbox deposits.
fn is_lockbox(code: u16) -> bool {
    matches!(code, 110..=119)
}

/// Checks paid, posted and returned: the customer reference is the check number.
fn is_check(code: u16) -> bool {
    matches!(code, 255 | 470..=479)
}

/// ACH: the other side is known by its company id.
fn is_ach(code: u16) -> bool {
    matches!(
        code,
        140..=149 | 160..=169 | 256..=258 | 440..=449 | 451..=459 | 462..=469 | 556..=558
    )
}

/// `28 ITEMS`.
fn items(text: &str) -> Option<u32> {
    let before = text
        .split(" ITEMS")
        .next()
        .filter(|before| before.len() < text.len())?;
    before.rsplit(' ').next()?.parse().ok()
}

/// What stands behind a label that begins a word, up to the first of the stops.
fn between<'a>(text: &'a str, label: &str, stops: &[&str]) -> Option<&'a str> {
    let begins_word = |at: &usize| *at == 0 || text.as_bytes()[at - 1] == b' ';
    let (at, _) = text.match_indices(label).find(|(at, _)| begins_word(at))?;
    let behind = text.get(at + label.len()..)?;
    let end = stops
        .iter()
        .filter_map(|stop| behind.find(stop))
        .min()
        .unwrap_or(behind.len());
    let value = behind.get(..end)?.trim();
    (!value.is_empty()).then_some(value)
}

fn is_labelled(text: &str) -> bool {
    ["ORIG CO NAME:", "WIRE TYPE:", "PMT INFO:", "PMT DET:"]
        .iter()
        .any(|label| text.contains(label))
}

/// `ORIG CO NAME:… ORIG ID:… IND ID:… PMT INFO:…` and `WIRE TYPE:… ORIG:… ID:… PMT DET:…`.
fn fill_labelled(line: &mut BankLine, code: u16, text: &str) {
    let name = between(text, "ORIG CO NAME:", &[" ORIG ID:", " ENTRY DESCR:"])
        .or_else(|| {
            let stops = [" ID:", " PMT DET:", " INSTD AMT:", " CHG:"];
            between(text, "ORIG:", &stops)
        })
        .or_else(|| between(text, "BNF:", &[" ID:", " PMT DET:"]));
    let company = between(text, "ORIG ID:", &[" "]).map(|id| {
        if is_ach(code) && !id.contains('-') {
            format!("ACH:{id}")
        } else {
            id.to_owned()
        }
    });
    let labels_of_wires = ["WIRE TYPE:", "ORIG:", "BNF:"];
    let is_wire = labels_of_wires
        .iter()
        .any(|label| between(text, label, &[]).is_some());
    line.counterparty = Counterparty {
        name: name.map(str::to_owned),
        account: company.or_else(|| {
            let id = is_wire.then(|| between(text, "ID:", &[" "]))?;
            id.map(str::to_owned)
        }),
        ..Counterparty::default()
    };
    line.references.end_to_end = between(text, "IND ID:", &[" IND NAME:"])
        .filter(|id| *id != "NOTPROVIDED")
        .map(str::to_owned);
    line.charges = charges(text).filter(|sum| sum.currency() == line.amount.currency());
    let free = ["PMT INFO:", "PMT DET:"]
        .iter()
        .find_map(|label| text.split_once(label))
        .map(|(_, free)| free);
    let only_labels = is_wire || (text.contains("ORIG CO NAME:") && text.contains("IND NAME:"));
    line.remittance = match free {
        Some(free) => filled(free).into_iter().collect(),
        None if only_labels => Vec::new(),
        None => vec![text.to_owned()],
    };
}

/// `CHG:SHA USD10.00 DEDUCTED` or `CHG:USD10.00`: the amount stands behind who bears it.
fn charges(text: &str) -> Option<Money> {
    let words = between(text, "CHG:", &[" DEDUCTED", " PMT DET:"])?;
    words.split(' ').take(2).find_map(quoted_money)
}

/// `INSTD AMT:EUR1234.50`.
fn instructed(text: &str) -> Option<Money> {
    between(text, "INSTD AMT:", &[" "]).and_then(quoted_money)
}

fn quoted_money(text: &str) -> Option<Money> {
    let (code, sum) = text.split_at_checked(3)?;
    let sum = Money::parse(sum, Currency::parse(code)?).ok()?;
    (!sum.is_negative()).then_some(sum)
}

/// `RETURN AC04 …` or `Reason: "R02"`: an ISO 20022 or NACHA return reason.
fn return_reason(text: &str) -> Option<String> {
    let word = match text.strip_prefix("RETURN ") {
        Some(rest) => rest.split(' ').next()?,
        None => text.split_once("Reason: \"")?.1.split('"').next()?,
    };
    let (letters, digits) = word.split_at_checked(word.len().checked_sub(2)?)?;
    let iso = letters.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let nacha = (letters == "R" || letters == "C") && digits.bytes().all(|b| b.is_ascii_digit());
    let worded = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let upper = letters.bytes().all(|byte| byte.is_ascii_uppercase());
    ((iso && upper) || nacha || (worded && text.starts_with("RETURN "))).then(|| word.to_owned())
}

/// Lines of X12 820 remittance in CTX addenda.
fn is_addenda(line: &str) -> bool {
    ["RMR*", "ADX*", "NTE*"]
        .iter()
        .any(|segment| line.starts_with(segment))
}

/// `RMR*IV*INV-1*PI*23.00*25.00` lists a document, `ADX*-2.00*01` behind it says what was taken
/// off it, `NTE*…` speaks.
fn fill_addenda(line: &mut BankLine, addenda: &[&String], spoken: &str) {
    let before = line.references.documents.len();
    for segment in addenda {
        match segment.strip_prefix("NTE*") {
            Some(note) => line.remittance.push(note.to_owned()),
            None => fill_segment(line, segment, before),
        }
    }
    // Some banks run the segments on in the text, parted by backslash or tilde.
    for segment in spoken.split(['\\', '~']) {
        let found = segment.find("RMR*").or_else(|| segment.find("ADX*"));
        if let Some(segment) = found.and_then(|at| segment.get(at..)) {
            fill_segment(line, segment, before);
        }
    }
    let listed = std::mem::take(&mut line.references.listed);
    let listed = listed.into_iter().map(|mut listed| {
        if listed.parts.len() < 2 {
            listed.parts.clear();
        }
        listed
    });
    line.references.listed = listed
        .filter_map(ListedDocument::that_says_something)
        .collect();
}

/// One segment of X12 820 (chapter RMR and ADX): paid, sum of the document and discount;
/// an adjustment, below zero where something was taken off.
fn fill_segment(line: &mut BankLine, segment: &str, before: usize) {
    let currency = line.amount.currency();
    let elements: Vec<&str> = segment.trim_end_matches(['\\', '~']).split('*').collect();
    let sum = |at: usize| {
        let found = Money::parse(elements.get(at)?, currency).ok()?;
        (found.minor() != i64::MIN).then_some(found)
    };
    let references = &mut line.references;
    if elements.first() == Some(&"RMR") {
        let Some(number) = elements.get(2).and_then(|number| filled(number)) else {
            return;
        };
        let discount = sum(6).filter(|sum| !sum.is_zero());
        references.documents.push(number.clone());
        references.listed.push(ListedDocument {
            number,
            gross: sum(5),
            deduction: discount,
            paid: sum(4),
            reason: discount.map(|_| "discount".to_owned()),
            parts: discount
                .map(|sum| deducted(sum, "discount".to_owned()))
                .into_iter()
                .collect(),
        });
        return;
    }
    // An adjustment in front of all documents belongs to none of them.
    let is_behind = before < references.documents.len();
    let Some(listed) = references.listed.last_mut().filter(|_| is_behind) else {
        return;
    };
    let off = sum(1).map(|sum| -sum);
    listed.deduction = match (listed.deduction, off) {
        (Some(one), Some(other)) => one.checked_add(other).filter(|sum| sum.minor() != i64::MIN),
        (one, other) => one.or(other),
    };
    let why = elements.get(2).and_then(|why| filled(why));
    let part = off.map(|off| deducted(off, why.clone().unwrap_or_default()));
    listed.parts.extend(part);
    if let Some(why) = why {
        listed.reason = Some(match listed.reason.take() {
            Some(before) => format!("{before}; {why}"),
            None => why,
        });
    }
}

fn deducted(amount: Money, reason: String) -> Deducted {
    Deducted { amount, reason }
}

/// `EREF: 123` on a line of its own: four letters and a colon.
fn code_line(line: &str) -> Option<(&str, &str)> {
    let (code, value) = line.split_once(':')?;
    let known = [
        "EREF", "CREF", "REMI", "DBNM", "CRNM", "DACT", "CACT", "DABA", "CABA", "DBIC", "CBIC",
        "CHKN", "IDNM",
    ];
    known.contains(&code).then(|| (code, value.trim()))
}

fn coded_lines(text: &[String]) -> Vec<(&str, &str)> {
    text.iter().filter_map(|line| code_line(line)).collect()
}

/// Debtor and creditor under codes: the other side is the one that is not ours.
fn fill_coded(line: &mut BankLine, code: u16, coded: &[(&str, &str)]) {
    let value = |wanted: &str| {
        coded
            .iter()
            .find(|(code, _)| *code == wanted)
            .and_then(|(_, value)| filled(value))
    };
    // Our own payment that came back still names the creditor we meant.
    let creditor_is_other = line.amount.is_negative() || matches!(code, 261 | 266);
    let [name, account, routing, bic] = if creditor_is_other {
        ["CRNM", "CACT", "CABA", "CBIC"]
    } else {
        ["DBNM", "DACT", "DABA", "DBIC"]
    };
    line.counterparty = Counterparty {
        name: value(name),
        account: value(account),
        bank: value(bic).or_else(|| value(routing)),
        ultimate: None,
    };
    line.references.end_to_end = value("EREF").filter(|id| id != "NOTPROVIDED");
    line.references.check = value("CHKN").or(line.references.check.take());
    line.remittance = value("REMI").into_iter().collect();
}

/// Fedwire labels: `ORG=…`, `BNF=…`, `OBI=…`, `RFB=…`, with `=`, `:` or `/` behind the label.
fn fill_wire(line: &mut BankLine, text: &str) -> bool {
    const LABELS: &[&str] = &[
        "ORG", "ORIG", "BNF", "OBI", "RFB", "OGB", "BBI", "SRF", "TRN", "IMAD", "OMAD", "SNDR",
        "RECV", "REF", "BBK", "ID",
    ];
    let mut found: Vec<(usize, usize, &str)> = Vec::new();
    for label in LABELS {
        for (at, _) in text.match_indices(label) {
            let end = at + label.len();
            let opens = at == 0
                || text
                    .get(..at)
                    .is_some_and(|before| before.ends_with([' ', ',']));
            let sign = text
                .get(end..)
                .is_some_and(|behind| behind.starts_with(['=', ':', '/']));
            if opens && sign {
                found.push((at, end + 1, label));
            }
        }
    }
    found.sort_unstable();
    let value = |wanted: &[&str]| {
        let index = found
            .iter()
            .position(|(_, _, label)| wanted.contains(label))?;
        let (_, from, _) = found.get(index)?;
        let to = found.get(index + 1).map_or(text.len(), |(at, _, _)| *at);
        filled(text.get(*from..to)?.trim_end_matches([' ', ',', '/']))
    };
    let (name, free) = (
        if line.amount.is_negative() {
            value(&["BNF"])
        } else {
            value(&["ORG", "ORIG"])
        },
        value(&["OBI"]),
    );
    if name.is_none() && free.is_none() {
        return false;
    }
    line.counterparty.name = name;
    line.counterparty.account = value(&["ID"]);
    line.references.end_to_end = value(&["RFB"]).filter(|id| id != "NOTPROVIDED");
    line.remittance = free.map_or_else(|| vec![text.to_owned()], |free| vec![free]);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(code: u16, minor: i64, text: &[&str]) -> BankLine {
        let usd = Currency::parse("USD").expect("USD");
        let mut line = BankLine::of(Money::new(minor, usd));
        let text: Vec<String> = text.iter().map(|line| (*line).to_owned()).collect();
        fill(&mut line, code, "C1", &text);
        line
    }

    #[test]
    fn a_return_names_the_payment_that_it_was() {
        let text = [
            "RETURN R01 INSUFFICIENT FUNDS ORIG CO NAME:EXAMPLE CO ORIG ID:3741 ORIG REF:2507200",
            "TRACE NO:091000012345678",
        ];
        let returned = line(555, -12_300, &text);
        assert_eq!(returned.references.traces, ["2507200", "091000012345678"]);
        let wire = line(495, 12_300, &["ORG=ACME OBI=PO 4500 TRN=0305-77"]);
        assert_eq!(wire.references.traces, ["0305-77"]);
        assert!(line(195, 12_300, &["STRN: 4"]).references.traces.is_empty());
    }

    #[test]
    fn ach_names_company_and_addenda() {
        let found = line(
            142,
            100,
            &[
                "ORIG CO NAME:EXAMPLE CO ORIG",
                "ID:1234567890 ENTRY DESCR:PAY SEC:CTX IND ID:E-1 IND NAME:US",
                "RMR*IV*INV-7*PI*1.00*1.00",
                "NTE*INV*thanks",
            ],
        );
        assert_eq!(found.counterparty.name.as_deref(), Some("EXAMPLE CO"));
        assert_eq!(
            found.counterparty.account.as_deref(),
            Some("ACH:1234567890")
        );
        assert_eq!(found.references.end_to_end.as_deref(), Some("E-1"));
        assert_eq!(found.references.documents, ["INV-7"]);
        assert_eq!(found.remittance, ["INV*thanks"]);
    }

    #[test]
    fn addenda_list_documents_with_their_sums() {
        let found = line(
            142,
            100,
            &[
                "ADX*-9.00*00",
                "RMR*IV*I-1*PI*1.00*1.50*0.20",
                "ADX*-0.40*RC22",
                "ADX*0.10*FRT",
                "RMR*CM*I-2**-1.00",
                "RMR*IV*I-3",
                "RMR*IV*I-5*PI*0.00*0.00",
                "REST RMR*IV*I-4*PI*x*2.00\\ADX*-1*99\\",
            ],
        );
        assert_eq!(
            found.references.documents,
            ["I-1", "I-2", "I-3", "I-5", "I-4"]
        );
        let sum = |sum: Option<Money>| sum.map_or_else(|| "-".to_owned(), |sum| sum.to_string());
        let rows = found.references.listed.iter().map(|listed| {
            let [gross, off, paid] = [listed.gross, listed.deduction, listed.paid].map(sum);
            let why = listed.reason.as_deref().unwrap_or("-");
            format!("{} {gross} {off} {paid} {why}", listed.number)
        });
        let wanted = [
            "I-1 1.50 0.50 1.00 discount; RC22; FRT",
            "I-2 - - -1.00 -",
            "I-4 2.00 1.00 - 99",
        ];
        assert_eq!(rows.collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn wires_name_their_payer_wherever_the_text_begins() {
        for text in [
            "WIRE TYPE:BOOK IN TRN:77 ORIG:ACME PVT. LTD. ID:091-28 PMT DET:PO 4500 TDS",
            "ORIG:ACME PVT. LTD. ID:091-28 PMT DET:PO 4500 TDS",
        ] {
            let found = line(195, 100, &[text]);
            assert_eq!(found.counterparty.name.as_deref(), Some("ACME PVT. LTD."));
            assert_eq!(found.counterparty.account.as_deref(), Some("091-28"));
            assert_eq!(found.remittance, ["PO 4500 TDS"]);
        }
    }

    #[test]
    fn wires_with_other_labels() {
        let found = line(195, 100, &["ORG=ACME LLC RFB=E2 OBI=INV 12/13 OGB=BANK"]);
        assert_eq!(found.counterparty.name.as_deref(), Some("ACME LLC"));
        assert_eq!(found.references.end_to_end.as_deref(), Some("E2"));
        assert_eq!(found.remittance, ["INV 12/13"]);
        let plain = line(195, 100, &["FROM SOMEBODY", "INV 9"]);
        assert_eq!(plain.remittance, ["FROM SOMEBODY", "INV 9"]);
    }

    #[test]
    fn amounts_in_texts_are_positive_or_left_out() {
        for (text, charges) in [
            (
                "WIRE TYPE:IN CHG:SHA USD7.50 DEDUCTED PMT DET:x",
                Some("7.50"),
            ),
            ("WIRE TYPE:IN CHG:USD-92233720368547758.08 DEDUCTED", None),
            ("WIRE TYPE:IN CHG:USD7.50 PMT DET:CHG 9", Some("7.50")),
            ("WIRE TYPE:IN CHG:SHA USD7.50", Some("7.50")),
            ("WIRE TYPE:IN CHG:SHA EUR7.50 DEDUCTED", None),
            ("WIRE TYPE:IN CHG:SHA", None),
        ] {
            let found = line(195, 100, &[text]).charges.map(|sum| sum.to_string());
            assert_eq!(found.as_deref(), charges, "{text}");
        }
    }

    #[test]
    fn lockboxes_count_their_items() {
        let found = line(115, 100, &["LOCKBOX 751234 DEPOSIT 3", "ITEMS"]);
        assert_eq!(found.batch_count, Some(3));
        assert_eq!(found.batch_id.as_deref(), Some("C1"));
    }

    #[test]
    fn return_reasons() {
        for (text, reason) in [
            ("RETURN AC04 CLOSED ACCOUNT", Some("AC04")),
            ("RETURN FOCR FOLLOWING", Some("FOCR")),
            ("To: X, Reason: \"R02\", more", Some("R02")),
            ("RETURN é", None),
            ("RETURN TO SENDER", None),
        ] {
            assert_eq!(return_reason(text).as_deref(), reason, "{text}");
        }
    }
}
