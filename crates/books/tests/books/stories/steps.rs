//! The steps of stories: each is one use case, done at the noon of its day.

use std::collections::HashMap;
use std::io::Cursor;

use books::documents::{self, Content, NewDocument, Reverse};
use books::imports::{Options, Source};
use books::ledger::periods;
use books::open_items::{
    self, Apply, DEDUCTIONS, MoveReceipt, Net, Returned, Settle, Settled, Unapply, With,
};
use books::{Context, Failure, Outcome, Work, ledger};
use domain::calendar::Date;
use domain::deductions::Deduction;
use domain::documents::{Document, DocumentKind, DocumentReferences, Side, TradeLine};
use domain::money::{Currency, Money};
use domain::settlement::Discount;
use formats::exchange::Kind;
use rust_decimal::Decimal;

use crate::engines::{Fixture, context};

/// Somebody who does what the story tells.
pub(super) struct Desk<'a> {
    pub(super) fixture: &'a Fixture,
    /// Counts the steps: each is learned a second after the one before.
    count: u32,
    today: Date,
}

/// The words of a step; `"…"` holds words together.
pub(super) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quoted, mut any) = (false, false);
    for sign in line.chars() {
        match sign {
            '"' => {
                quoted = !quoted;
                any = true;
            }
            sign if sign.is_whitespace() && !quoted => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            sign => word.push(sign),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

/// The words of one step, taken from the front or by name.
pub(super) struct Words {
    all: Vec<String>,
}

impl Words {
    pub(super) fn next(&mut self) -> String {
        assert!(!self.all.is_empty(), "a word is missing");
        self.all.remove(0)
    }

    /// The words after a name, and the name itself, are taken out.
    fn option(&mut self, name: &str, count: usize) -> Option<Vec<String>> {
        let place = self.all.iter().position(|word| word == name)?;
        assert!(place + count < self.all.len(), "{name} lacks its words");
        let taken: Vec<String> = self.all.drain(place..=place + count).collect();
        Some(taken[1..].to_vec())
    }

    pub(super) fn one(&mut self, name: &str) -> Option<String> {
        self.option(name, 1).map(|mut words| words.remove(0))
    }

    pub(super) fn date(&mut self, name: &str) -> Option<Date> {
        self.one(name).map(|text| text.parse().expect("a date"))
    }

    fn decimal(&mut self, name: &str) -> Option<Decimal> {
        self.one(name).map(|text| text.parse().expect("a number"))
    }

    pub(super) fn money(&mut self, name: &str) -> Option<Money> {
        self.option(name, 2)
            .map(|words| money(&words[0], &words[1]))
    }

    pub(super) fn next_money(&mut self) -> Money {
        let (amount, code) = (self.next(), self.next());
        money(&amount, &code)
    }

    pub(super) fn done(self) {
        assert!(self.all.is_empty(), "not understood: {:?}", self.all);
    }
}

fn money(amount: &str, code: &str) -> Money {
    Money::parse(amount, currency(code)).expect("an amount")
}

fn currency(code: &str) -> Currency {
    Currency::parse(code).expect("a currency")
}

impl<'a> Desk<'a> {
    pub(super) fn open(fixture: &'a Fixture) -> Desk<'a> {
        Desk {
            fixture,
            count: 0,
            today: "2025-12-31".parse().expect("a day"),
        }
    }

    /// Work of the clerk, or of the one who closes, a second after the step before.
    pub(super) fn context(&mut self) -> Context {
        self.count += 1;
        let noon = format!("{}T12:00:00Z", self.today);
        let noon: jiff::Timestamp = noon.parse().expect("an instant");
        let now = noon + jiff::SignedDuration::from_secs(i64::from(self.count));
        Context { now, ..context() }
    }

    fn write<T>(&mut self, mut act: impl FnMut(&mut Work<'_>) -> Outcome<T>) -> Result<T, Failure> {
        let context = self.context();
        self.fixture.db.write(&context, None, &mut act)
    }

    /// Looks at what settling would do, then does it: both are refused alike, or both give the
    /// same documents; what would be posted balances, and looking took no number away.
    fn settle(
        &mut self,
        mut act: impl FnMut(&mut Work<'_>) -> Outcome<Settled>,
    ) -> Result<(), Failure> {
        let foreseen = self.write(|work| ledger::rehearse(work, &mut act));
        let done = self.write(act);
        let (foreseen, done) = match (foreseen, done) {
            (Ok(foreseen), Ok(done)) => (foreseen, done),
            (Err(foreseen), Err(done)) => {
                assert_eq!(foreseen.code(), done.code());
                return Err(done);
            }
            (foreseen, done) => panic!("foreseen {foreseen:?}, done {done:?}"),
        };
        let papers = |settled: &Settled| {
            let all = settled.documents.iter();
            let paper = all.map(|one| (one.kind, one.number.clone(), one.gross));
            paper.collect::<Vec<_>>()
        };
        assert_eq!(papers(&foreseen.done), papers(&done));
        let mut sums: HashMap<String, Decimal> = HashMap::new();
        for leg in foreseen.effect.as_array().expect("legs") {
            let money = &leg["amount"];
            let text = |name: &str| money[name].as_str().expect("a text").to_owned();
            let amount: Decimal = text("amount").parse().expect("a number");
            *sums.entry(text("currency")).or_default() += amount;
        }
        assert!(sums.values().all(Decimal::is_zero), "{sums:?}");
        Ok(())
    }

    /// Does one step and sees that it is refused as told, or not at all.
    pub(super) fn step(&mut self, line: &str, at: &str) {
        let (line, refused) = match line.rsplit_once(" refused ") {
            Some((line, code)) => (line, Some(code.trim())),
            None => (line, None),
        };
        let mut words = Words { all: words(line) };
        let first = words.next();
        let done = match first.parse::<Date>() {
            Ok(day) => {
                self.today = day;
                let verb = words.next();
                self.dated(&verb, day, words)
            }
            Err(_) => self.given(&first, words),
        };
        match (done, refused) {
            (Ok(()), None) => {}
            (Ok(()), Some(code)) => panic!("{at}\nwas done, not refused as {code}"),
            (Err(failure), Some(code)) => {
                assert_eq!(failure.code(), code, "{at}\n{failure}");
                assert!(failure.hint().is_some(), "{at}\nhas no hint");
            }
            (Err(failure), None) => panic!("{at}\n{}: {failure}", failure.code()),
        }
    }

    /// What is there before the story begins.
    fn given(&mut self, word: &str, mut words: Words) -> Result<(), Failure> {
        match word {
            "book" => {
                let (code, country) = (words.next(), words.next());
                let founding = books::entities::Founding {
                    name: "Nordlicht".into(),
                    currency: currency(&code),
                    country,
                    code: None,
                };
                let context = self.context();
                books::entities::found(&self.fixture.db, &context, &founding)?;
            }
            "customer" | "vendor" => {
                let (code, name) = (words.next(), words.next());
                let currency = words.one("currency").unwrap_or_default();
                let terms = words.one("terms").unwrap_or_default();
                let parent = words.one("parent").unwrap_or_default();
                let text = format!(
                    "{word}_id,name,currency,payment_terms,parent_id\n\
                     {code},{name},{currency},\"{terms}\",{parent}\n"
                );
                let kind = if word == "vendor" {
                    Kind::Vendors
                } else {
                    Kind::Customers
                };
                self.import(kind, &text, Side::Receivable)?;
            }
            "bank" => {
                let (code, currency) = (words.next(), words.next());
                let text = format!(
                    "{{\"names\":[\"Nordlicht\"],\"accounts\":[{{\"account\":\"{code}\",\
                     \"id\":\"BANK-{code}\",\"currency\":\"{currency}\"}}],\"policy\":{{}}}}"
                );
                self.import(Kind::Company, &text, Side::Receivable)?;
            }
            "rate" => {
                let (on, from, to, rate) = (words.next(), words.next(), words.next(), words.next());
                let text =
                    format!("date,from_currency,to_currency,rate\n{on},{from},{to},{rate}\n");
                self.import(Kind::Rates, &text, Side::Receivable)?;
            }
            "opening" => {
                let (kind, number, party) = (words.next(), words.next(), words.next());
                let (open, on) = (words.next_money(), words.next());
                let due = words.one("due").unwrap_or_else(|| on.clone());
                let side = match kind.as_str() {
                    "bill" | "vendor_credit" | "payment" => Side::Payable,
                    _ => Side::Receivable,
                };
                let column = match side {
                    Side::Payable => "vendor_id",
                    Side::Receivable => "customer_id",
                };
                let code = open.currency();
                let text = format!(
                    "document_number,type,{column},issue_date,due_date,currency,amount,\
                     open_amount\n{number},{kind},{party},{on},{due},{code},{open},{open}\n"
                );
                self.import(Kind::OpenItems, &text, side)?;
            }
            _ => panic!("`{word}` is no beginning of a step"),
        }
        words.done();
        Ok(())
    }

    fn import(&mut self, kind: Kind, text: &str, side: Side) -> Result<(), Failure> {
        let open = || -> std::io::Result<Box<dyn std::io::Read>> {
            Ok(Box::new(Cursor::new(text.as_bytes().to_vec())))
        };
        let source = Source {
            name: "story".into(),
            open: &open,
        };
        let options = Options {
            partial: false,
            side,
        };
        let context = self.context();
        let db = &self.fixture.db;
        let report = books::imports::import(db, &context, None, kind, &source, options)?;
        assert_eq!(report.refused(), 0, "{text}\n{:?}", report.problems);
        Ok(())
    }

    /// What happens on a day.
    fn dated(&mut self, verb: &str, on: Date, mut words: Words) -> Result<(), Failure> {
        match verb {
            "apply" => return self.apply(on, words),
            "limit" | "credit" | "hold" | "release" => return self.credit(verb, on, words),
            "certificate" | "cover" | "uncover" | "ask" | "charge-back" => {
                return self.certificate(verb, on, words);
            }
            "line" => return self.line(on, words),
            "advice" => return self.advice(on, words),
            "run" => return self.run(words),
            "divide" => return self.divide(words),
            "unapply" => {
                let order = Unapply {
                    on,
                    what: words.next(),
                    with: words.one("with"),
                };
                words.done();
                self.settle(|work| open_items::unapply(work, std::slice::from_ref(&order)))?;
            }
            "net" => {
                let order = Net {
                    party: words.next(),
                    on,
                    limit: words.money("limit"),
                    currency: words.one("in").map(|code| currency(&code)),
                };
                words.done();
                self.settle(|work| open_items::net(work, &order))?;
            }
            "move" => {
                let order = MoveReceipt {
                    receipt: words.next(),
                    to: words.one("to"),
                    amount: words.money("amount"),
                    on,
                };
                words.done();
                self.settle(|work| open_items::move_receipts(work, std::slice::from_ref(&order)))?;
            }
            "return" => {
                let order = Returned {
                    document: words.next(),
                    on,
                    amount: words.money("amount"),
                    bank: words.one("bank"),
                    fee: words.money("fee"),
                    reason: words.one("reason").unwrap_or_default(),
                };
                words.done();
                self.settle(|work| open_items::returned(work, &order))?;
            }
            "void" => {
                let order = Reverse {
                    document: words.next(),
                    on,
                    reason: words.one("reason").unwrap_or_default(),
                };
                words.done();
                self.write(|work| documents::reverse(work, std::slice::from_ref(&order)))?;
            }
            "close" => {
                let period = words.next();
                self.write(|work| periods::close(work, &period))?;
            }
            "reopen" => {
                let (period, reason) = (words.next(), words.next());
                self.write(|work| periods::reopen(work, &period, &reason))?;
            }
            "revalue" => {
                let day = words
                    .all
                    .pop()
                    .map_or(on, |text| text.parse().expect("a day"));
                self.write(|work| books::revaluation::commit(work, day))?;
            }
            kind => {
                let kind = DocumentKind::parse(&kind.replace('-', "_")).expect("a verb or a kind");
                return self.issue(kind, on, words);
            }
        }
        Ok(())
    }

    /// `kind NUMBER PARTY amount currency …`; the number is the one that must come out.
    fn issue(&mut self, kind: DocumentKind, on: Date, mut words: Words) -> Result<(), Failure> {
        let (number, party) = (words.next(), words.next());
        let is_vendors = matches!(
            kind,
            DocumentKind::Bill | DocumentKind::VendorDebitMemo | DocumentKind::VendorCredit
        );
        let is_trade = is_vendors
            || matches!(
                kind,
                DocumentKind::Invoice | DocumentKind::DebitMemo | DocumentKind::CreditMemo
            );
        let content = if is_trade {
            None
        } else {
            Some(Content::Amount {
                amount: words.next_money(),
                bank: words.one("bank"),
            })
        };
        let order = NewDocument {
            kind,
            number: is_vendors.then(|| number.clone()),
            party: (party != "?").then_some(party),
            issued_on: on,
            posted_on: words.date("posted"),
            terms: words.one("terms"),
            due_on: words.date("due"),
            goods_received_on: words.date("received"),
            no_duplicate: None,
            currency: words.one("in").map(|code| currency(&code)),
            rate: words.decimal("rate"),
            references: DocumentReferences {
                purchase_order: words.one("po").unwrap_or_default(),
                ..DocumentReferences::default()
            },
            content: content.unwrap_or(Content::Lines(Vec::new())),
        };
        let order = if is_trade {
            with_lines(order, &mut words)
        } else {
            order
        };
        words.done();
        let issued: Vec<Document> =
            self.write(|work| documents::issue(work, std::slice::from_ref(&order)))?;
        assert_eq!(issued[0].number, number, "the number that came out");
        Ok(())
    }

    /// `apply A,B to C,D …`.
    fn apply(&mut self, on: Date, mut words: Words) -> Result<(), Failure> {
        let with = words.next();
        let settle = words.one("to").expect("what is settled");
        let using = words.money("using");
        let amount = words.money("amount");
        let mut deductions = Vec::new();
        let mut discount = Discount::InTime;
        if words.option("without-discount", 0).is_some() {
            discount = Discount::None;
        }
        let is_payable = words.option("payable", 0).is_some();
        for (word, receivable, payable) in DEDUCTIONS {
            if let Some(amount) = words.money(word) {
                let kind = if is_payable { *payable } else { *receivable };
                deductions.push(Deduction { kind, amount });
                if *word == "discount" {
                    discount = Discount::None;
                }
            }
        }
        let order = Apply {
            on,
            settle: settle
                .split(',')
                .enumerate()
                .map(|(place, document)| Settle {
                    document: document.to_owned(),
                    amount: amount.filter(|_| place == 0),
                    deductions: if place == 0 {
                        deductions.clone()
                    } else {
                        Vec::new()
                    },
                })
                .collect(),
            with: with
                .split(',')
                .filter(|document| *document != "-")
                .map(|document| With {
                    document: document.to_owned(),
                    amount: using,
                })
                .collect(),
            discount,
            excess: words.money("excess"),
        };
        words.done();
        self.write(|work| open_items::apply(work, std::slice::from_ref(&order)))?;
        Ok(())
    }

    /// Every promise holds at the end.
    pub(super) fn verify(&mut self, name: &str) {
        let context = self.context();
        let checks = self.fixture.db.read(&context, None, books::verify::verify);
        for check in checks.expect("verified") {
            assert_eq!(check.problem, None, "{name}: {}", check.name);
        }
    }
}

/// `120.00 EUR tax 20`, or `line QUANTITY PRICE TAX [on ACCOUNT]` once for each line.
fn with_lines(mut order: NewDocument, words: &mut Words) -> NewDocument {
    let mut lines = Vec::new();
    let line = |quantity: &str, price: &str, tax: &str| TradeLine {
        description: String::new(),
        account: None,
        quantity: quantity.parse().expect("a quantity"),
        unit_price: price.parse().expect("a price"),
        tax_rate: tax.parse().expect("a rate of tax"),
        tax_category: if tax == "0" { "Z" } else { "S" }.into(),
    };
    while let Some(parts) = words.option("line", 3) {
        lines.push(line(&parts[0], &parts[1], &parts[2]));
    }
    let account = words.one("on");
    if lines.is_empty() && !words.all.is_empty() {
        let net = words.next_money();
        order.currency = Some(net.currency());
        let tax = words.one("tax").unwrap_or_else(|| "0".into());
        lines.push(line("1", &net.to_string(), &tax));
    }
    for line in &mut lines {
        line.account.clone_from(&account);
    }
    NewDocument {
        content: Content::Lines(lines),
        ..order
    }
}
