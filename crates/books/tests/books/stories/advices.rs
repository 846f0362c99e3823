//! What payers announce in stories, and which payments it explains.

use std::io::Cursor;

use books::Failure;
use books::imports::Source;
use books::remittances::{self, WhyNot};
use books::reports::lists::Ask;
use domain::calendar::Date;

use super::steps::{Desk, Words};

impl Desk<'_> {
    /// `advice REFERENCE 145.00 EUR from "NAME" of INV-1=100.00,INV-2=45.00 [less INV-2=5.00]`: an
    /// EDI 820; what is taken off comes on top of what is paid.
    pub(super) fn advice(&mut self, on: Date, mut words: Words) -> Result<(), Failure> {
        let (reference, total) = (words.next(), words.next_money());
        let payer = words.one("from").expect("a payer");
        let paid = words.one("of").expect("documents");
        let less = words.one("less").unwrap_or_default();
        words.done();
        let day = on.strftime("%Y%m%d");
        let currency = total.currency();
        let mut text = format!(
            "ISA*00*          *00*          *ZZ*PAYER          *ZZ*PAYEE          *260118*1200\
             *U*00401*000000001*0*P*>~\nGS*RA*PAYER*PAYEE*{day}*1200*1*X*004010~\nST*820*0001~\n\
             BPR*C*{total}*C*ACH*CTX*01*021000021*DA*12345*1999999999**01*021000089*DA*998877\
             *{day}~\nTRN*1*{reference}~\nCUR*PR*{currency}~\nN1*PR*{payer}~\nENT*1~\n"
        );
        for (document, amount) in pairs(&paid) {
            text.push_str(&format!("RMR*IV*{document}**{amount}~\n"));
            let taken = pairs(&less).find(|(other, _)| *other == document);
            if let Some((_, amount)) = taken {
                text.push_str(&format!("ADX*-{amount}*01~\n"));
            }
        }
        let count = text.matches('~').count() - 1;
        text.push_str(&format!("SE*{count}*0001~\nGE*1*1~\nIEA*1*000000001~\n"));
        let open = || -> std::io::Result<Box<dyn std::io::Read>> {
            Ok(Box::new(Cursor::new(text.as_bytes().to_vec())))
        };
        let source = Source {
            name: format!("{reference}.820"),
            open: &open,
        };
        let db = &self.fixture.db;
        let report = remittances::import(db, &self.context(), None, &source, false)?;
        assert_eq!((report.accepted, report.refused()), (1, 0), "{text}");
        Ok(())
    }

    /// `run`: cash is applied.
    pub(super) fn run(&mut self, words: Words) -> Result<(), Failure> {
        words.done();
        let done = books::cash::apply(&self.fixture.db, &self.context(), None, None, true)?;
        assert_eq!(done.refused, Vec::<String>::new());
        Ok(())
    }

    /// Each advice with what it explains, the last first.
    pub(super) fn advices(&mut self) -> Vec<String> {
        let context = self.context();
        let page = self.fixture.db.read(&context, None, |work| {
            remittances::page(work, &Ask::default())
        });
        let page = page.expect("a page");
        let told = page.advices.iter().map(|one| {
            let lines = one.joined.iter().map(|line| {
                let (on, sum, outcome) = (line.booked_on, line.amount, &line.outcome);
                format!("payment of {on} over {sum} {}, {outcome}", sum.currency())
            });
            let why = one.why_not.iter().map(|why| match why {
                WhyNot::NoSum | WhyNot::NoPayment { .. } => format!("nothing: {why}"),
                WhyNot::Other { line, .. } => {
                    let why = why.to_string().replace(&line.name(), "a payment");
                    format!("nothing: {why}")
                }
            });
            let what: Vec<String> = lines.chain(why).collect();
            let references = one.advice.payment_references.join(", ");
            format!("{references} of {}: {}", one.from(), what.join("; "))
        });
        told.collect()
    }
}

/// `INV-1=100.00,INV-2=45.00`
fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(',').filter_map(|pair| pair.split_once('='))
}
