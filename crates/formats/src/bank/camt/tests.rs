//! camt files as banks write them, good and damaged.

use std::io::{BufReader, Read};

use super::super::testing::{read, rendered};
use super::FORMAT;
use crate::Problem;
use crate::bank::{Balance, BankStatement, Sink};

/// Counts without keeping.
#[derive(Default)]
struct Counted {
    parts: usize,
    lines: usize,
    most: usize,
    booked: i128,
    opening: Option<i64>,
    closing: Option<i64>,
    problems: Vec<Problem>,
}

impl Sink for Counted {
    fn statement(&mut self, statement: BankStatement, continues: bool) {
        assert_eq!(continues, 0 < self.parts, "one statement in parts");
        self.parts += 1;
        self.lines += statement.lines.len();
        self.most = self.most.max(statement.lines.len());
        for line in &statement.lines {
            self.booked += i128::from(line.amount.minor());
        }
        let minor = |balance: Option<Balance>| balance.map(|balance| balance.amount.minor());
        self.opening = self.opening.or(minor(statement.opening));
        self.closing = minor(statement.closing).or(self.closing);
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

/// A statement over `count` entries of 1.00, made while it is read.
struct Endless {
    count: usize,
    made: usize,
    ready: Vec<u8>,
    at: usize,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.ready.len() {
            self.at = 0;
            self.made += 1;
            self.ready = match self.made - 1 {
                0 => format!(
                    "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'>\
                     <BkToCstmrStmt><GrpHdr/><Stmt><Id>long</Id><Acct><Id><Othr><Id>1</Id></Othr>\
                     </Id><Ccy>EUR</Ccy></Acct>{}{}",
                    balance("OPBD", 5),
                    balance("CLBD", 5 + self.count)
                ),
                made if made <= self.count => entry(made),
                made if made == self.count + 1 => "</Stmt></BkToCstmrStmt></Document>".to_owned(),
                _ => return Ok(0),
            }
            .into_bytes();
        }
        let rest = &self.ready[self.at..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}

fn balance(kind: &str, sum: usize) -> String {
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{sum}.00</Amt>\
         <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2025-01-31</Dt></Dt></Bal>"
    )
}

fn entry(number: usize) -> String {
    format!(
        "<Ntry>\n<NtryRef>{number}</NtryRef><Amt Ccy='EUR'>1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
         <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2025-01-31</Dt></BookgDt><BkTxCd><Domn><Cd>PMNT</Cd>\
         <Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls>\
         <Refs><EndToEndId>E-{number}</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>Payer {number}\
         </Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id></DbtrAcct>\
         </RltdPties><RmtInf><Ustrd>Invoice {number}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )
}

fn read_long(count: usize) -> Counted {
    let mut counted = Counted::default();
    let made = Endless {
        count,
        made: 0,
        ready: Vec::new(),
        at: 0,
    };
    let exact = (FORMAT.read)(&mut BufReader::new(made), &mut counted);
    assert_eq!(exact, "camt.053.001.08");
    counted
}

fn check_long(count: usize) {
    let counted = read_long(count);
    assert_eq!(counted.problems, []);
    assert_eq!(counted.lines, count);
    assert!(counted.most <= 1000, "parts are bounded");
    assert_eq!(counted.opening, Some(500));
    let closing = i128::from(counted.closing.expect("a closing balance"));
    assert_eq!(500 + counted.booked, closing, "all parts tie out");
}

#[test]
fn a_long_statement_comes_in_parts_that_tie_out_together() {
    check_long(2500);
}

#[test]
#[ignore = "reads 120 MB; run it alone to measure memory"]
fn a_very_long_statement_stays_small_in_memory() {
    check_long(200_000);
    println!("{}", peak_memory());
}

/// The peak of this process, where the system tells it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM"));
    peak.unwrap_or("peak not known").to_owned()
}

fn told(file: &[u8]) -> String {
    let (exact, kept) = read(&FORMAT, file);
    rendered(&exact, &kept)
}

fn statement(inside: &str) -> String {
    format!(
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt><GrpHdr/>\
         <Stmt><Id>S</Id><Acct><Id><Othr><Id>1</Id></Othr></Id><Ccy>EUR</Ccy></Acct>{inside}</Stmt>\
         </BkToCstmrStmt></Document>"
    )
}

#[test]
fn files_that_are_something_else_are_refused_with_their_line() {
    for (file, wanted) in [
        ("", "error: line 1: no XML element"),
        (
            ":20:STATEMENT",
            "error: line 1: text outside of any XML element",
        ),
        ("<a>\n</b>", "error: line 2: not well-formed XML"),
        (
            "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.03'>\n<CstmrCdtTrfInitn/>\
             </Document>",
            "error: line 2: no camt.052, camt.053 or camt.054 in the file, which begins with \
             `Document`",
        ),
    ] {
        assert!(
            told(file.as_bytes()).contains(wanted),
            "{}",
            told(file.as_bytes())
        );
    }
}

#[test]
fn what_stands_before_a_fault_is_kept() {
    let whole = statement(&entry(1));
    let cut = whole.split("</Stmt>").next().expect("a beginning");
    let found = told(format!("{cut}<Ntry><Amt").as_bytes());
    assert!(found.contains("line 1.00 EUR"), "{found}");
    assert!(found.contains("what stands before is kept"), "{found}");
}

#[test]
fn encodings_are_those_of_the_file() {
    let file = statement(&entry(1)).replace("Payer", "Zahler Müller");
    let utf16: Vec<u8> = "\u{feff}"
        .encode_utf16()
        .chain(file.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let latin: Vec<u8> = format!("<?xml version='1.0' encoding='ISO-8859-1'?>{file}")
        .chars()
        .map(|letter| letter as u8)
        .collect();
    for bytes in [utf16, latin] {
        assert!((FORMAT.recognises)(&bytes));
        assert_eq!(told(&bytes), told(file.as_bytes()));
    }
}

#[test]
fn balances_of_several_days_give_the_outermost() {
    let day = |kind: &str, sum: usize, day: &str| balance(kind, sum).replace("-31", day);
    let inside = [
        day("CLBD", 30, "-30"),
        day("OPBD", 20, "-30"),
        day("OPBD", 10, "-29"),
        day("CLBD", 20, "-29"),
    ];
    let found = told(statement(&inside.concat()).as_bytes());
    assert!(found.contains("opening 10.00 EUR on 2025-01-29"), "{found}");
    assert!(found.contains("closing 30.00 EUR on 2025-01-30"), "{found}");
    assert!(found.contains("do not add up"), "{found}");

    let first_page = balance("OPBD", 1) + &balance("ITBD", 2) + &entry(1);
    let last_page = balance("ITBD", 2) + &balance("CLBD", 3) + &entry(1);
    for page in [first_page, last_page] {
        let found = told(statement(&page).as_bytes());
        assert!(
            found.contains("opening") && found.contains("closing"),
            "{found}"
        );
        assert!(!found.contains("add up"), "{found}");
    }
}

#[test]
fn our_own_account_is_never_the_other_side() {
    let returned = entry(1).replace("DE02120300000000202051", "DE89370400440532013000");
    let parties = "</DbtrAcct><Cdtr><Nm>Gone Ltd</Nm></Cdtr>";
    let returned = returned.replace("</DbtrAcct>", parties);
    let own = "<Id><IBAN>DE89370400440532013000</IBAN></Id>";
    let file = statement(&returned).replace("<Id><Othr><Id>1</Id></Othr></Id>", own);
    let found = told(file.as_bytes());
    assert!(found.contains("name Gone Ltd"), "{found}");
}

/// The `listed` lines of an entry with this inside of `RmtInf`.
fn listed(inside: &str) -> String {
    let paid = entry(1).replace("<Ustrd>Invoice 1</Ustrd>", inside);
    let found = told(statement(&paid).as_bytes());
    let wanted = |line: &&str| line.contains("listed ") || line.contains("warning:");
    let lines: Vec<&str> = found.lines().filter(wanted).map(str::trim).collect();
    lines.join("\n")
}

#[test]
fn sums_of_documents_are_read_in_every_version() {
    for (sums, wanted) in [
        (
            "<RfrdDocAmt><DuePyblAmt Ccy='EUR'>10</DuePyblAmt></RfrdDocAmt>\
             <RfrdDocAmt><RmtdAmt Ccy='EUR'>9</RmtdAmt></RfrdDocAmt>",
            "gross 10.00 EUR paid 9.00 EUR",
        ),
        (
            "<RfrdDocAmt><DuePyblAmt Ccy='USD'>10</DuePyblAmt><DscntApldAmt><Amt Ccy='USD'>0.20\
             </Amt></DscntApldAmt></RfrdDocAmt>",
            "gross 10.00 USD deduction 0.20 USD reason discount",
        ),
        (
            "<RfrdDocAmt><RmtAmtAndTp><Tp><Cd>DUPA</Cd></Tp><Amt Ccy='EUR'>10</Amt></RmtAmtAndTp>\
             <RmtAmtAndTp><Tp><Cd>REMI</Cd></Tp><Amt Ccy='EUR'>8</Amt></RmtAmtAndTp>\
             <AdjstmntAmtAndRsn><Amt Ccy='EUR'>2</Amt><CdtDbtInd>DBIT</CdtDbtInd><Rsn>FRT</Rsn>\
             </AdjstmntAmtAndRsn></RfrdDocAmt>",
            "gross 10.00 EUR deduction 2.00 EUR paid 8.00 EUR reason FRT",
        ),
        (
            "<RfrdDocAmt><DuePyblAmt Ccy='EUR'>10</DuePyblAmt><AdjstmntAmtAndRsn><Amt Ccy='EUR'>1\
             </Amt><CdtDbtInd>CRDT</CdtDbtInd></AdjstmntAmtAndRsn><RmtdAmt Ccy='EUR'>11</RmtdAmt>\
             </RfrdDocAmt>",
            "gross 10.00 EUR deduction -1.00 EUR paid 11.00 EUR",
        ),
        (
            "<RfrdDocAmt><CdtNoteAmt Ccy='EUR'>3</CdtNoteAmt></RfrdDocAmt>",
            "gross -3.00 EUR",
        ),
    ] {
        let inside = format!("<Strd><RfrdDocInf><Nb>I-1</Nb></RfrdDocInf>{sums}</Strd>");
        assert_eq!(listed(&inside), format!("listed I-1 {wanted}"), "{sums}");
    }
}

#[test]
fn what_came_for_one_document_tells_how_its_adjustment_is_meant() {
    let strd = |number: u8| {
        format!(
            "<Strd><RfrdDocInf><Nb>I-{number}</Nb></RfrdDocInf><RfrdDocAmt><DuePyblAmt Ccy='EUR'>\
             10</DuePyblAmt><AdjstmntAmtAndRsn><Amt Ccy='EUR'>2</Amt><CdtDbtInd>DBIT</CdtDbtInd>\
             <Rsn>RC12</Rsn></AdjstmntAmtAndRsn></RfrdDocAmt></Strd>"
        )
    };
    let read = |inside: &str| {
        let paid = entry(1).replace("1.00", "8.00");
        let paid = paid.replace("</Refs>", "</Refs><Amt Ccy='EUR'>8.00</Amt>");
        let paid = paid.replace("<Ustrd>Invoice 1</Ustrd>", inside);
        told(statement(&paid).as_bytes())
    };
    let one = read(&strd(1));
    let wanted = "listed I-1 gross 10.00 EUR deduction 2.00 EUR reason RC12";
    assert!(one.contains(wanted), "{one}");
    assert!(!one.contains("do not explain"), "{one}");
    let two = read(&format!("{}{}", strd(1), strd(2)));
    assert!(
        two.contains("listed I-2 gross 10.00 EUR reason RC12"),
        "{two}"
    );
    assert!(two.contains("do not explain"), "{two}");
}

#[test]
fn sums_that_say_not_enough_are_left_out() {
    let two = "<Strd><RfrdDocInf><Nb>I-1</Nb></RfrdDocInf><RfrdDocInf><Nb>I-2</Nb></RfrdDocInf>\
               <RfrdDocAmt><RmtdAmt Ccy='EUR'>9</RmtdAmt></RfrdDocAmt></Strd>";
    assert!(
        listed(two).contains("for several together"),
        "{}",
        listed(two)
    );
    assert!(!listed(two).contains("listed I"), "{}", listed(two));
    let nothing = "<Strd><RfrdDocInf><Nb>I-1</Nb></RfrdDocInf><RfrdDocAmt><DuePyblAmt Ccy='EUR'>0.00\
                   </DuePyblAmt><RmtdAmt Ccy='EUR'>0.00</RmtdAmt></RfrdDocAmt></Strd>";
    assert_eq!(listed(nothing), "");
    let unsaid = "<Strd><RfrdDocInf><Nb>I-1</Nb></RfrdDocInf><RfrdDocAmt><DuePyblAmt Ccy='EUR'>9\
                  </DuePyblAmt><AdjstmntAmtAndRsn><Amt Ccy='EUR'>1</Amt></AdjstmntAmtAndRsn>\
                  </RfrdDocAmt></Strd>";
    assert!(
        listed(unsaid).contains("listed I-1 gross 9.00 EUR\n"),
        "{}",
        listed(unsaid)
    );
    assert!(
        listed(unsaid).contains("do not explain"),
        "{}",
        listed(unsaid)
    );
}

#[test]
fn a_payment_without_amount_keeps_with_the_entry_what_it_says() {
    let payment = "<TxDtls><Refs><EndToEndId>E-7</EndToEndId><ChqNb>88</ChqNb></Refs><RltdPties>\
                   <Dbtr><Nm>Payer Two</Nm></Dbtr><DbtrAcct><Id><Othr><Id>77</Id></Othr></Id>\
                   </DbtrAcct></RltdPties><RmtInf><Strd><RfrdDocInf><Nb>I-7</Nb></RfrdDocInf>\
                   <RfrdDocAmt><RmtdAmt Ccy='EUR'>0.50</RmtdAmt></RfrdDocAmt></Strd></RmtInf>\
                   </TxDtls></NtryDtls>";
    let found = told(statement(&entry(1).replace("</NtryDtls>", payment)).as_bytes());
    for said in [
        "text \"Payer 1\"",
        "text \"Payer Two\"",
        "text \"77\"",
        "text \"E-7\"",
        "text \"88\"",
        "document I-7",
        "listed I-7 paid 0.50 EUR",
        "a payment of the entry has no amount",
    ] {
        assert!(found.contains(said), "{said}: {found}");
    }
}
