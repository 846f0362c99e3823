//! Remittance advice of ISO 20022: remt.001, versions 001.01 to 001.06, alone or in an envelope.
//!
//! One `RmtInf` is one advice, one referred document one item. Lines of documents, taxes and
//! garnishments are passed over. Amounts without a place in an item (balances, fees) are too.

use rust_decimal::Decimal;

use super::{Advice, AdvisedItem, Deducted, Remittance, RemittanceFormat, Sink};
use crate::Problem;
use crate::bank::camt::values::{account_number, amount, bank, day, party_name};
use crate::xml::{Builder, Element, Event, Fault, Pull};

/// remt.001 in [`super::ALL`].
pub(super) const FORMAT: RemittanceFormat = RemittanceFormat {
    code: "remt001",
    title: "ISO 20022 remt.001",
    recognises,
    read,
};

/// Room for one advice: it may list very many documents.
const LARGEST: usize = 64 << 20;

fn recognises(file: &[u8]) -> bool {
    // Without its zero bytes UTF-16 can be looked at as ASCII; so can what has no mark.
    let head = file.get(..file.len().min(4096)).unwrap_or_default();
    let head: Vec<u8> = head.iter().copied().filter(|byte| *byte != 0).collect();
    let head = ["\u{feff}".as_bytes(), b"\xff\xfe", b"\xfe\xff"]
        .iter()
        .find_map(|mark| head.strip_prefix(*mark))
        .unwrap_or(&head);
    let holds = |part: &[u8]| head.windows(part.len()).any(|window| window == part);
    head.trim_ascii_start().starts_with(b"<")
        && (holds(b"remt.001") || holds(b"<RmtAdvc>") || holds(b":RmtAdvc"))
}

fn read(file: &[u8], sink: &mut dyn Sink) {
    let mut input = file;
    let mut pull = Pull::new(&mut input);
    let mut reader = Reader {
        sink,
        record: Builder::up_to(LARGEST),
        depth: 0,
        message_depth: None,
        header: Element::default(),
        advices: 0,
        messages: 0,
    };
    loop {
        let event = pull.next();
        let line = pull.line();
        let taken = match event {
            Ok(Event::Done) => return reader.end(line),
            Ok(event) => reader.take(event, line),
            Err(fault) => Err(fault),
        };
        if let Err(Fault(why)) = taken {
            let why = format!("{why}; what stands before is kept");
            reader
                .sink
                .problem(Problem::error(format!("line {line}"), why));
            return;
        }
    }
}

struct Reader<'a> {
    sink: &'a mut dyn Sink,
    record: Builder,
    /// Elements open outside of a record, and of the message among them.
    depth: usize,
    message_depth: Option<usize>,
    header: Element,
    advices: usize,
    messages: usize,
}

impl Reader<'_> {
    fn take(&mut self, event: Event, line: u64) -> Result<(), Fault> {
        match event {
            Event::Start(tag) => {
                if self.record.is_open() || self.message_depth == Some(self.depth) {
                    return self.record.start(tag, line);
                }
                self.depth += 1;
                // Version 1 of other messages names its element so; remt.001 might too.
                if tag.name.strip_suffix("V01").unwrap_or(&tag.name) == "RmtAdvc" {
                    self.message_depth = Some(self.depth);
                    self.messages += 1;
                }
            }
            Event::Text(text) => self.record.text(&text)?,
            Event::End => self.close(),
            Event::Remark(remark) => {
                self.sink
                    .problem(Problem::warning(format!("line {line}"), remark));
            }
            Event::Done => {}
        }
        Ok(())
    }

    fn close(&mut self) {
        if let Some(element) = self.record.end() {
            match self.record.keep(element) {
                Some(whole) if whole.name == "GrpHdr" => self.header = whole,
                Some(whole) if whole.name == "RmtInf" => self.advice(&whole),
                _ => {}
            }
            return;
        }
        if self.message_depth == Some(self.depth) {
            self.message_depth = None;
            self.header = Element::default();
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn end(self, line: u64) {
        let place = format!("line {line}");
        if self.messages == 0 {
            let why = "no remt.001 in the file; expected the element `RmtAdvc`";
            self.sink.problem(Problem::error(place, why));
        } else if self.advices == 0 {
            let why = "the message has no advice in it (`RmtInf`)";
            self.sink.problem(Problem::warning(place, why));
        }
    }

    fn advice(&mut self, element: &Element) {
        self.advices += 1;
        let nothing = Element::default();
        let payment = element.at("OrgnlPmtInf").unwrap_or(&nothing);
        let mut remarks = Remarks { sink: self.sink };
        let mut advice = Advice {
            source_ref: element
                .first(&["RmtId"])
                .or_else(|| self.header.first(&["MsgId"]))
                .unwrap_or_default(),
            payer_name: payment.at("Dbtr").and_then(party_name),
            payer_account: payment.at("DbtrAcct/Id").and_then(account_number),
            payer_bank: payment.at("DbtrAgt").and_then(bank),
            payer_email: payment.first(&["Dbtr/CtctDtls/EmailAdr", "Dbtr/Pty/CtctDtls/EmailAdr"]),
            payee: payment.at("Cdtr").and_then(party_name),
            payment_references: references(payment),
            announced_on: remarks.day(&self.header, &["CreDtTm"]),
            paid_on: remarks.day(
                payment,
                &[
                    "ReqdExctnDt/Dt",
                    "ReqdExctnDt/DtTm",
                    "ReqdExctnDt",
                    "ReqdColltnDt",
                ],
            ),
            ..Advice::default()
        };
        for path in ["Amt/InstdAmt", "Amt/EqvtAmt/Amt"] {
            if let Some(total) = payment.at(path)
                && advice.total.is_none()
            {
                advice.total = remarks.sum(total, &mut advice);
            }
        }
        for text in element.all("Ustrd") {
            advice.text.push(text.text().to_owned());
        }
        for structured in element.all("Strd") {
            documents(structured, &mut advice, &mut remarks);
        }
        advice.text.retain(|text| !text.is_empty());
        self.sink.remittance(Remittance::Advice(advice));
    }
}

fn references(payment: &Element) -> Vec<String> {
    let names = ["EndToEndId", "TxId", "UETR", "InstrId", "PmtInfId"];
    let found = names
        .iter()
        .filter_map(|name| payment.at("Refs")?.first(&[name]));
    let mut references: Vec<String> = Vec::new();
    for reference in found {
        let unsaid = reference.eq_ignore_ascii_case("NOTPROVIDED");
        if !unsaid && !references.contains(&reference) {
            references.push(reference);
        }
    }
    references
}

struct Remarks<'a> {
    sink: &'a mut dyn Sink,
}

impl Remarks<'_> {
    fn warn(&mut self, element: &Element, message: &str) {
        let place = format!("line {}, {}", element.line, element.name);
        self.sink.problem(Problem::warning(place, message));
    }

    fn day(&mut self, from: &Element, paths: &[&str]) -> Option<domain::calendar::Date> {
        let text = from.first(paths)?;
        let found = day(&text);
        if found.is_none() {
            self.warn(from, "a day is not written as `2025-01-31`; left out");
        }
        found
    }

    /// A sum in the currency of the advice, which the first sum decides.
    fn sum(&mut self, element: &Element, advice: &mut Advice) -> Option<Decimal> {
        let money = match amount(element) {
            Ok(money) => money,
            Err(why) => {
                self.warn(element, &format!("{why}; left out"));
                return None;
            }
        };
        let currency = *advice.currency.get_or_insert(money.currency());
        if currency != money.currency() {
            let why = format!(
                "a sum in {} in an advice in {currency}; left out",
                money.currency()
            );
            self.warn(element, &why);
            return None;
        }
        Some(money.decimal())
    }
}

/// What `RfrdDocAmt` says of one document.
#[derive(Default)]
struct Sums {
    gross: Option<Decimal>,
    credit: Option<Decimal>,
    discount: Option<Decimal>,
    paid: Option<Decimal>,
    /// Adjustments with their signs as written.
    added: Vec<Deducted>,
}

/// Reads one `Strd`: its documents and what is paid on them.
fn documents(structured: &Element, advice: &mut Advice, remarks: &mut Remarks<'_>) {
    for text in structured.all("AddtlRmtInf") {
        advice.text.push(text.text().to_owned());
    }
    let referred: Vec<&Element> = structured.all("RfrdDocInf").collect();
    let reference = structured.first(&["CdtrRefInf/Ref", "CdtrRefInf/CdtrRef"]);
    let mut items: Vec<AdvisedItem> = Vec::new();
    for document in &referred {
        items.push(AdvisedItem {
            document: document.first(&["Nb", "RfrdDocNb"]).unwrap_or_default(),
            issued_on: remarks.day(document, &["RltdDt/Dt", "RltdDt"]),
            place: format!("line {}", document.line),
            ..AdvisedItem::default()
        });
    }
    match reference {
        Some(reference) if items.is_empty() => items.push(AdvisedItem {
            document: reference,
            place: format!("line {}", structured.line),
            ..AdvisedItem::default()
        }),
        Some(reference) => advice.text.push(reference),
        None => {}
    }
    let sums = structured
        .at("RfrdDocAmt")
        .map(|sums| read_sums(sums, advice, remarks));
    if let (Some(sums), [item]) = (&sums, items.as_mut_slice()) {
        let credit = referred
            .iter()
            .any(|document| document.at("Tp/CdOrPrtry/Cd").map(Element::text) == Some("CREN"));
        fill(item, sums, credit, structured, remarks);
    } else if sums.is_some() {
        let why = "the sums are for no document or for several together; they are left out";
        remarks.warn(structured, why);
    }
    advice.items.extend(items);
}

fn fill(
    item: &mut AdvisedItem,
    sums: &Sums,
    credit: bool,
    structured: &Element,
    remarks: &mut Remarks<'_>,
) {
    // Sums of camt and remt have no sign: that of a credit memo is in its kind.
    let signed = |sum: Decimal| if credit { -sum } else { sum };
    item.gross = sums.gross.map(signed).or(sums.credit.map(|credit| -credit));
    item.paid = sums.paid.map(signed);
    let reasons = sums.added.iter().map(|one| one.reason.as_str());
    let reasons: Vec<&str> = reasons.filter(|reason| !reason.is_empty()).collect();
    item.reason = Some(reasons.join("; ")).filter(|reasons| !reasons.is_empty());
    item.deduction = sums.discount;
    item.settle_deduction();
    let mut amounts = sums.added.iter().map(|one| one.amount);
    let added = match amounts.try_fold(Decimal::ZERO, Decimal::checked_add) {
        Some(added) if !added.is_zero() => added,
        _ => return,
    };
    // Banks disagree whether a credit adjustment lowers or raises what is paid: the sums tell.
    let off = item.gross.zip(item.paid);
    let off = off.and_then(|(gross, paid)| gross.checked_sub(paid));
    let discount = item.deduction;
    let with = |sum: Decimal| discount.unwrap_or_default().checked_add(sum);
    let Some(sign) = [Decimal::ONE, Decimal::NEGATIVE_ONE]
        .into_iter()
        .find(|sign| with(added * sign).is_some_and(|sum| Some(sum) == off))
    else {
        remarks.warn(
            structured,
            "the adjustments do not explain what was taken off; they are left out, their reasons \
             kept",
        );
        return;
    };
    item.deduction = with(added * sign);
    let discount = discount.map(|amount| Deducted {
        amount,
        reason: "discount".to_owned(),
    });
    let adjusted = sums.added.iter().map(|one| Deducted {
        amount: one.amount * sign,
        reason: one.reason.clone(),
    });
    item.parts = discount.into_iter().chain(adjusted).collect();
    item.settle_parts();
}

fn read_sums(element: &Element, advice: &mut Advice, remarks: &mut Remarks<'_>) -> Sums {
    let sum = |child: &Element, advice: &mut Advice, remarks: &mut Remarks<'_>| {
        let sum = remarks.sum(child.at("Amt").unwrap_or(child), advice)?;
        let is_debit = child.at("CdtDbtInd").map(Element::text) == Some("DBIT");
        Some(if is_debit { -sum } else { sum })
    };
    let mut sums = Sums::default();
    for child in &element.children {
        let typed = child.first(&["Tp/Cd", "Tp/Prtry"]).unwrap_or_default();
        let word: String = typed
            .chars()
            .filter(char::is_ascii_alphabetic)
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        let into = match (child.name.as_str(), word.as_str()) {
            ("DuePyblAmt", _)
            | ("RmtAmtAndTp", "dupa" | "invoiceamount" | "grossamount" | "amountdue") => {
                &mut sums.gross
            }
            ("CdtNoteAmt", _) | ("RmtAmtAndTp", "cren" | "creditnoteamount") => &mut sums.credit,
            ("RmtdAmt", _)
            | ("RmtAmtAndTp", "remi" | "remittedamount" | "paidamount" | "amountpaid") => {
                &mut sums.paid
            }
            ("DscntApldAmt", _)
            | (
                "RmtAmtAndTp",
                "tmds" | "stds" | "apds" | "discountamount" | "discount" | "discounttaken",
            ) => &mut sums.discount,
            ("AdjstmntAmtAndRsn", _) => {
                let reasons = ["Rsn", "AddtlInf"].iter();
                let reasons: Vec<String> =
                    reasons.filter_map(|path| child.first(&[path])).collect();
                sums.added.push(Deducted {
                    amount: sum(child, advice, remarks).unwrap_or_default(),
                    reason: reasons.join("; "),
                });
                continue;
            }
            // Fees, interest, balances and taxes are no part of an item.
            _ => continue,
        };
        let sum = sum(child, advice, remarks);
        *into = match (*into, sum) {
            (Some(one), Some(other)) => one.checked_add(other),
            (one, other) => one.or(other),
        };
    }
    sums
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::super::Collected;
    use super::*;

    fn collected(file: &str) -> Collected {
        let mut collected = Collected::default();
        read(file.as_bytes(), &mut collected);
        collected
    }

    fn told(file: &str) -> String {
        let collected = collected(file);
        let mut out = String::new();
        for remittance in &collected.remittances {
            let Remittance::Advice(advice) = remittance else {
                continue;
            };
            let (total, refs) = (advice.total, &advice.payment_references);
            let _ = writeln!(
                out,
                "{} {:?} {total:?} {refs:?}",
                advice.source_ref, advice.payer_name
            );
            for item in &advice.items {
                let _ = writeln!(
                    out,
                    "  {} {:?} {:?} {:?} {:?}",
                    item.document, item.gross, item.deduction, item.paid, item.reason
                );
                for part in &item.parts {
                    let _ = writeln!(out, "    {} {}", part.amount, part.reason);
                }
            }
            let _ = writeln!(out, "  {:?}", advice.text);
        }
        for problem in &collected.problems {
            let _ = writeln!(out, "{problem}");
        }
        out
    }

    fn message(inside: &str) -> String {
        format!(
            "<r:Document xmlns:r='urn:iso:std:iso:20022:tech:xsd:remt.001.001.03'><r:RmtAdvc>\
             <r:GrpHdr><r:MsgId>M</r:MsgId><r:CreDtTm>2025-01-31T09:00:00</r:CreDtTm></r:GrpHdr>\
             <r:RmtInf>{inside}<r:OrgnlPmtInf><r:Refs><r:EndToEndId>E-1</r:EndToEndId></r:Refs>\
             <r:Amt><r:InstdAmt Ccy='EUR'>90.00</r:InstdAmt></r:Amt><r:ReqdExctnDt>2025-02-01\
             </r:ReqdExctnDt><r:Dbtr><r:Nm>Payer</r:Nm></r:Dbtr></r:OrgnlPmtInf></r:RmtInf>\
             </r:RmtAdvc></r:Document>"
        )
    }

    #[test]
    fn documents_come_with_what_was_taken_off_and_paid() {
        let file = message(
            "<Ustrd>two documents</Ustrd>\
             <Strd><RfrdDocInf><Nb>INV-1</Nb><RltdDt>2025-01-02</RltdDt></RfrdDocInf><RfrdDocAmt>\
             <DuePyblAmt Ccy='EUR'>110.00</DuePyblAmt><DscntApldAmt><Amt Ccy='EUR'>2.00</Amt>\
             </DscntApldAmt><AdjstmntAmtAndRsn><Amt Ccy='EUR'>3.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
             <Rsn>FRGT</Rsn><AddtlInf>freight</AddtlInf></AdjstmntAmtAndRsn>\
             <RmtdAmt Ccy='EUR'>105.00</RmtdAmt></RfrdDocAmt></Strd>\
             <Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CREN</Cd></CdOrPrtry></Tp><Nb>CM-1</Nb></RfrdDocInf>\
             <RfrdDocAmt><CdtNoteAmt Ccy='EUR'>15.00</CdtNoteAmt></RfrdDocAmt></Strd>",
        );
        assert!(recognises(file.as_bytes()));
        assert_eq!(
            told(&file),
            "M Some(\"Payer\") Some(90.00) [\"E-1\"]\n  \
             INV-1 Some(110.00) Some(5.00) Some(105.00) Some(\"FRGT; freight\")\n    \
             2.00 discount\n    3.00 FRGT; freight\n  \
             CM-1 Some(-15.00) None None None\n  [\"two documents\"]\n"
        );
    }

    #[test]
    fn sums_that_cannot_be_placed_are_left_out_with_a_warning() {
        let file = message(
            "<Strd><RfrdDocInf><Nb>A</Nb></RfrdDocInf><RfrdDocInf><Nb>B</Nb></RfrdDocInf>\
             <RfrdDocAmt><RmtdAmt Ccy='EUR'>90.00</RmtdAmt></RfrdDocAmt></Strd>\
             <Strd><RfrdDocInf><Nb>C</Nb></RfrdDocInf><RfrdDocAmt><RmtdAmt Ccy='USD'>1.00</RmtdAmt>\
             </RfrdDocAmt></Strd>",
        );
        let found = told(&file);
        assert!(
            found.contains("  A None None None None\n  B None"),
            "{found}"
        );
        assert!(found.contains("several together"), "{found}");
        assert!(
            found.contains("a sum in USD in an advice in EUR"),
            "{found}"
        );
    }

    #[test]
    fn what_is_no_advice_is_refused() {
        for file in [
            "",
            "<a/>",
            "<RmtAdvc>",
            "hello",
            "<RmtAdvc><RmtInf><Strd></RmtInf>",
        ] {
            let found = collected(file);
            assert_eq!(found.remittances.len(), 0, "{file}");
            assert_eq!(found.problems.len(), 1, "{file}");
        }
        let whole = message("");
        for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            assert!(
                !collected(&whole[..end]).problems.is_empty(),
                "cut at {end}"
            );
        }
    }
}
