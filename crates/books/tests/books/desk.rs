//! A small book made day by day, each day recorded at its noon: what reports and `verify` look at.

use std::collections::HashMap;

use books::documents::{Content, NewDocument};
use books::ledger::{Origin, Posting, post};
use books::open_items::{Apply, Settle, With};
use books::{Context, Entity};
use domain::calendar::Date;
use domain::documents::{
    DocumentDraft, DocumentKind, DocumentReferences, Offset, TradeLine, issue, take_over,
};
use domain::ids::{Ids, ItemId, PartyId};
use domain::ledger::Role;
use domain::money::{Currency, Money};
use domain::open_items::{
    Application, ApplyGroup, ApplyOrder, ItemState, OpenItem, Undo, apply, undo,
};
use domain::settlement::Discount;

use crate::engines::{Fixture, context, found};

/// A day of 2025, or of December 2024 when the month is 12.
pub(crate) fn day(text: &str) -> Date {
    let year = if text.starts_with("12-") { 2024 } else { 2025 };
    format!("{year}-{text}").parse().expect("a day")
}

/// An amount like `12.30 EUR`.
pub(crate) fn money(text: &str) -> Money {
    let (amount, currency) = text.split_once(' ').expect("amount and currency");
    let currency = Currency::parse(currency).expect("a currency");
    Money::parse(amount, currency).expect("an amount")
}

/// Work at the noon of a day.
pub(crate) fn at_noon(on: Date) -> Context {
    Context {
        now: format!("{on}T12:00:00Z").parse().expect("an instant"),
        ..context()
    }
}

/// A document of C-1 by hand, of which only this is said.
pub(crate) fn order(kind: DocumentKind, on: &str, content: Content) -> NewDocument {
    NewDocument {
        kind,
        number: None,
        party: Some("C-1".into()),
        issued_on: day(on),
        posted_on: None,
        terms: None,
        due_on: None,
        goods_received_on: None,
        no_duplicate: None,
        currency: None,
        rate: None,
        references: DocumentReferences::default(),
        content,
    }
}

/// One of something, without tax.
pub(crate) fn line(price: &str) -> TradeLine {
    TradeLine {
        description: "Paper".into(),
        account: None,
        quantity: 1.into(),
        unit_price: price.parse().expect("a price"),
        tax_rate: 0.into(),
        tax_category: "Z".into(),
    }
}

/// One document settled with another, as far as it goes.
pub(crate) fn settling(on: &str, document: &str, with: &str) -> Apply {
    Apply {
        on: day(on),
        settle: vec![Settle {
            document: document.into(),
            amount: None,
            deductions: Vec::new(),
        }],
        with: vec![With {
            document: with.into(),
            amount: None,
        }],
        discount: Discount::None,
        excess: None,
    }
}

/// A document to issue.
pub(crate) struct Paper<'a> {
    pub(crate) kind: DocumentKind,
    pub(crate) number: &'a str,
    /// The party's place in [`Desk::PARTIES`]; none is an unidentified receipt.
    pub(crate) party: Option<usize>,
    pub(crate) on: &'a str,
    pub(crate) due: &'a str,
    pub(crate) gross: &'a str,
    pub(crate) functional: &'a str,
}

/// Somebody who keeps the sample book.
pub(crate) struct Desk<'a> {
    pub(crate) fixture: &'a Fixture,
    pub(crate) entity: Entity,
    ids: Ids,
    states: HashMap<ItemId, ItemState>,
    items: HashMap<String, ItemId>,
}

impl<'a> Desk<'a> {
    /// Code, name and id of the parties.
    pub(crate) const PARTIES: [(&'static str, &'static str, i64); 3] = [
        ("C-1", "Alpha Ltd", 101),
        ("C-2", "Beta, Inc", 102),
        ("V-1", "Gamma GmbH", 103),
    ];

    /// Founds a book with three parties.
    pub(crate) fn open(fixture: &'a Fixture) -> Desk<'a> {
        let entity = found(&fixture.db);
        let rows = Desk::PARTIES.map(|(code, name, id)| {
            let entity = entity.id.0;
            format!("({entity}, {id}, '{code}', '{name}', 'DE', 'EUR', '', '', 1, 1, '{{}}')")
        });
        let sql = format!(
            "INSERT INTO party (entity_id, id, code, name, country, currency, email, terms,
             is_customer, is_vendor, extra) VALUES {}",
            rows.join(", ")
        );
        books::testing::arrange_parties(&fixture.db, &sql).expect("parties");
        Desk {
            fixture,
            entity,
            ids: Ids::starting(170_000_000_000, 9),
            states: HashMap::new(),
            items: HashMap::new(),
        }
    }

    /// The book of a quarter: invoices in two currencies, receipts, a credit memo applied and
    /// taken back, cash of nobody, a bill partly paid, an item of before the cut-over.
    pub(crate) fn quarter(fixture: &'a Fixture) -> Desk<'a> {
        use DocumentKind::{Bill, CreditMemo, Invoice, Payment, Receipt};
        let mut desk = Desk::open(fixture);
        let paper = |kind, number, party, on, due, gross, functional| Paper {
            kind,
            number,
            party,
            on,
            due,
            gross,
            functional,
        };
        let old = paper(
            Invoice,
            "OLD-7",
            Some(1),
            "12-31",
            "12-15",
            "15.00 EUR",
            "15.00 EUR",
        );
        desk.take_over(&old);
        for paper in [
            paper(
                Invoice,
                "INV-1",
                Some(0),
                "01-10",
                "02-09",
                "120.00 EUR",
                "120.00 EUR",
            ),
            paper(
                Invoice,
                "INV-2",
                Some(1),
                "01-20",
                "02-19",
                "200.00 USD",
                "180.00 EUR",
            ),
            paper(
                Bill,
                "BILL-1",
                Some(2),
                "02-01",
                "03-03",
                "50.00 EUR",
                "50.00 EUR",
            ),
            paper(
                Receipt,
                "RCT-1",
                Some(0),
                "02-05",
                "02-05",
                "70.00 EUR",
                "70.00 EUR",
            ),
        ] {
            desk.issue(&paper);
        }
        desk.apply("INV-1", "RCT-1", "70.00 EUR", "02-05");
        for paper in [
            paper(
                Invoice,
                "INV-3",
                Some(0),
                "02-15",
                "03-17",
                "60.00 EUR",
                "60.00 EUR",
            ),
            paper(
                Receipt,
                "RCT-2",
                Some(1),
                "03-01",
                "03-01",
                "200.00 USD",
                "190.00 EUR",
            ),
            paper(
                Payment,
                "PAY-1",
                Some(2),
                "03-01",
                "03-01",
                "20.00 EUR",
                "20.00 EUR",
            ),
        ] {
            desk.issue(&paper);
        }
        desk.apply("INV-2", "RCT-2", "200.00 USD", "03-01");
        desk.apply("PAY-1", "BILL-1", "20.00 EUR", "03-01");
        for paper in [
            paper(
                Receipt,
                "RCT-3",
                None,
                "03-05",
                "03-05",
                "30.00 EUR",
                "30.00 EUR",
            ),
            paper(
                CreditMemo,
                "CM-1",
                Some(0),
                "03-10",
                "03-10",
                "10.00 EUR",
                "10.00 EUR",
            ),
        ] {
            desk.issue(&paper);
        }
        let applied = desk.apply("INV-3", "CM-1", "10.00 EUR", "03-12");
        desk.unapply(applied, "03-20");
        desk
    }

    /// Issues a document.
    pub(crate) fn issue(&mut self, paper: &Paper<'_>) {
        let issued = issue(draft(paper), &mut self.ids);
        self.remember(paper.number, &issued.item);
        let mut posting = Posting::default();
        posting.issued([issued]);
        self.post(&posting, day(paper.on));
    }

    /// The item of a document.
    pub(crate) fn item(&self, number: &str) -> ItemId {
        self.items[number]
    }

    /// Issues a document as somebody, who may be refused; it is not remembered.
    pub(crate) fn try_issue(
        &self,
        paper: &Paper<'_>,
        context: &Context,
    ) -> Result<(), books::Failure> {
        let mut ids = Ids::starting(180_000_000_000 + i64::from(paper.number.as_bytes()[0]), 8);
        for _ in paper.number.bytes().flat_map(|byte| 0..byte) {
            ids.take();
        }
        let mut posting = Posting::default();
        posting.issued([issue(draft(paper), &mut ids)]);
        self.fixture.db.write(context, None, |work| {
            post(work, &mut posting.clone())?;
            work.note("test.post", "", serde_json::json!({}));
            Ok(())
        })
    }

    fn take_over(&mut self, paper: &Paper<'_>) {
        let (all, entries) = take_over(vec![draft(paper)], &mut self.ids);
        for issued in &all {
            self.remember(paper.number, &issued.item);
        }
        let mut posting = Posting {
            origin: Origin::Opening,
            ..Posting::default()
        };
        posting.issued(all);
        posting.entries.extend(entries);
        self.post(&posting, day(paper.on));
    }

    /// Applies one item to another of the same currency.
    pub(crate) fn apply(
        &mut self,
        debit: &str,
        credit: &str,
        amount: &str,
        on: &str,
    ) -> Application {
        let order = ApplyOrder {
            debit: self.items[debit],
            credit: self.items[credit],
            debit_amount: money(amount),
            credit_amount: money(amount),
        };
        let group = ApplyGroup {
            on: day(on),
            orders: vec![order],
        };
        let functional = self.entity.currency;
        let applied =
            apply(&mut self.states, &[group], functional, &mut self.ids).expect("applied");
        let application = applied.applications[0].clone();
        let mut posting = Posting::default();
        posting.applied(applied);
        self.post(&posting, day(on));
        application
    }

    /// Takes an application back.
    pub(crate) fn unapply(&mut self, application: Application, on: &str) {
        let undone = Undo {
            application,
            on: day(on),
        };
        let functional = self.entity.currency;
        let applied = undo(&mut self.states, &[undone], functional, &mut self.ids).expect("undone");
        let mut posting = Posting::default();
        posting.applied(applied);
        self.post(&posting, day(on));
    }

    fn remember(&mut self, number: &str, item: &OpenItem) {
        let state = ItemState::untouched(item.clone());
        self.items.insert(number.to_owned(), item.id);
        self.states.insert(item.id, state);
    }

    fn post(&self, posting: &Posting, on: Date) {
        self.fixture
            .db
            .write(&at_noon(on), None, |work| {
                post(work, &mut posting.clone())?;
                work.note("test.post", "", serde_json::json!({}));
                Ok(())
            })
            .expect("posted");
    }
}

fn draft(paper: &Paper<'_>) -> DocumentDraft {
    let (control, offset) = match paper.kind {
        DocumentKind::Invoice | DocumentKind::CreditMemo => (Role::Receivables, Role::Revenue),
        DocumentKind::Bill => (Role::Payables, Role::Expense),
        DocumentKind::Payment => (Role::Payables, Role::Bank),
        _ if paper.party.is_none() => (Role::UnidentifiedReceipts, Role::Bank),
        _ => (Role::Receivables, Role::Bank),
    };
    let gross = money(paper.gross);
    DocumentDraft {
        kind: paper.kind,
        number: paper.number.into(),
        party: paper.party.map(|place| PartyId(Desk::PARTIES[place].2)),
        control,
        issued_on: day(paper.on),
        posted_on: day(paper.on),
        due_on: day(paper.due),
        discount: None,
        gross,
        tax: Money::zero(gross.currency()),
        functional: money(paper.functional),
        references: DocumentReferences {
            region: if paper.number == "INV-3" {
                "North".into()
            } else {
                String::new()
            },
            ..DocumentReferences::default()
        },
        lines: Vec::new(),
        offsets: vec![Offset {
            account: offset.code().into(),
            amount: gross,
            functional: money(paper.functional),
        }],
        reverses: None,
    }
}
