//! Money on the bank statement in stories, and how a person divides it.

use std::io::Cursor;

use books::Failure;
use books::bank::import::Reading;
use books::cash::desk::{self, Division, OnAccount, Part, TAKEN, Taken};
use books::imports::Source;
use domain::calendar::Date;
use domain::money::Money;

use super::steps::{Desk, Words};

impl Desk<'_> {
    /// `line REFERENCE 148.50 EUR on BANK [from "NAME"]`: one payment on a statement of its own.
    pub(super) fn line(&mut self, on: Date, mut words: Words) -> Result<(), Failure> {
        let (reference, amount) = (words.next(), words.next_money());
        let bank = words.one("on").expect("our bank account");
        let payer = words.one("from").map(|name| format!("?32{name}"));
        let payer = payer.unwrap_or_default();
        words.done();
        let day = on.strftime("%y%m%d");
        let figure = amount.to_string().replace('.', ",");
        let code = amount.currency();
        let text = format!(
            ":20:{reference}\r\n:25:BANK-{bank}\r\n:28C:1/1\r\n:60F:C{day}{code}0,00\r\n\
             :61:{day}C{figure}NTRFNONREF//{reference}\r\n:86:166?00GUTSCHRIFT?20{reference}{payer}\r\n\
             :62F:C{day}{code}{figure}\r\n-\r\n"
        );
        let open = || -> std::io::Result<Box<dyn std::io::Read>> {
            Ok(Box::new(Cursor::new(text.as_bytes().to_vec())))
        };
        let source = Source {
            name: reference.clone(),
            open: &open,
        };
        let context = self.context();
        let db = &self.fixture.db;
        let report = books::bank::import::import(db, &context, None, &source, Reading::default())?;
        assert_eq!(report.refused(), 0, "{text}\n{:?}", report.problems);
        Ok(())
    }

    /// `divide REFERENCE to INV-1=100.00,INV-2 [fee INV-1=5.00] … [on-account PARTY[=20.00]]`.
    pub(super) fn divide(&mut self, mut words: Words) -> Result<(), Failure> {
        let reference = words.next();
        let context = self.context();
        let db = &self.fixture.db;
        let lines = db.read(&context, None, |work| desk::lines(work, true))?;
        let line = lines.iter().find(|line| line.reference == reference);
        let line = line.expect("the line is there");
        let currency = line.amount.currency();
        let pair = |text: &str| match text.split_once('=') {
            Some((name, amount)) => {
                let amount = Money::parse(amount, currency).expect("an amount");
                (name.to_owned(), Some(amount))
            }
            None => (text.to_owned(), None),
        };
        let named = |text: Option<String>| -> Vec<(String, Option<Money>)> {
            text.iter()
                .flat_map(|text| text.split(','))
                .map(pair)
                .collect()
        };
        let mut division = Division::default();
        for (document, amount) in named(words.one("to")) {
            division.parts.push(Part {
                document,
                amount,
                deductions: Vec::new(),
            });
        }
        for (word, kind) in TAKEN {
            for (document, amount) in named(words.one(word)) {
                let mut parts = division.parts.iter_mut();
                let part = parts.find(|part| part.document == document);
                part.expect("a document above").deductions.push(Taken {
                    kind: *kind,
                    amount: amount.expect("an amount"),
                    reason: String::new(),
                });
            }
        }
        for (party, amount) in named(words.one("on-account")) {
            division.on_account.push(OnAccount { party, amount });
        }
        words.done();
        let name = line.line.to_string();
        db.write(&context, None, |work| {
            desk::apply_or_ask(work, &name, &division, "told").map(|_| ())
        })
    }
}
