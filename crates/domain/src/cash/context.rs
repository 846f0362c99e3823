//! One payment with everything the rules look at: payer, documents within reach, today.

use super::claims;
use super::decide::Matcher;
use super::decision::{Kind, Row};
use super::habits::Habits;
use super::index::{Doc, day};
use super::model::{ItemKind, Payment};
use super::payer::{self, Payers};
use super::references::Mention;
use super::seen::Seen;
use super::text::{self, Piece};
use crate::certificates;
use crate::money::{Currency, Money};
use rust_decimal::RoundingStrategy;
use rust_decimal::prelude::ToPrimitive;

/// How a document is cleared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Net {
    /// By its open amount.
    Full,
    /// Less the discount.
    Discount,
    /// Less tax withheld.
    Withheld,
    /// Less the fee this payer's bank keeps.
    Fee,
}

/// A set of documents, each with how it is cleared.
pub(super) type Set = Vec<(u32, Net, i64)>;

/// What speaks against tax withheld that is just as well a discount.
pub(super) const TORN: &str =
    "It may be tax withheld or a discount taken too late, and nothing says which";

/// What the rules look at.
pub(super) struct Context<'a> {
    pub(super) m: &'a Matcher,
    pub(super) p: &'a Payment,
    /// All text in which documents may be quoted, the remittance text first.
    pub(super) text: &'a str,
    /// Its pieces.
    pub(super) pieces: &'a [Piece<'a>],
    /// What was looked at of all that other decisions may change.
    pub(super) seen: Seen,
    /// What of it reads as a number of the book, once it was scanned.
    pub(super) mentions: Vec<Mention>,
    /// The dates of the remittance text, each as the days it may be.
    pub(super) dates: Vec<Vec<i32>>,
    /// Does the text say that tax was withheld?
    pub(super) tells_of_tax: bool,
    pub(super) today: i32,
    pub(super) amount: i64,
    pub(super) currency: Currency,
    pub(super) payers: Payers,
    /// Open documents of the pool, of any currency.
    pub(super) docs: Vec<u32>,
    /// The payer is unknown and the pool is only who is quoted.
    pub(super) adopted: bool,
}

impl<'a> Context<'a> {
    /// Gathers it.
    pub(super) fn new(
        m: &'a Matcher,
        p: &'a Payment,
        text: &'a str,
        pieces: &'a [Piece<'a>],
    ) -> Context<'a> {
        let payers = payer::identify(&m.index, p, own_pieces(p, pieces));
        let mut context = Context {
            m,
            p,
            text,
            pieces,
            seen: Seen::default(),
            mentions: Vec::new(),
            dates: text::dates(own_pieces(p, pieces)),
            tells_of_tax: claims::of_tax(&p.text),
            today: day(p.booked),
            amount: p.amount.minor(),
            currency: p.amount.currency(),
            docs: Vec::new(),
            adopted: false,
            payers,
        };
        for customer in &context.payers.ids {
            context.seen.customer(*customer);
        }
        context.seen.amount(context.amount);
        context.seen.amount(-context.amount);
        context.docs = context.open_docs(&context.payers.pool);
        context
    }

    /// The pieces of the remittance text alone.
    pub(super) fn own_pieces(&self) -> &'a [Piece<'a>] {
        own_pieces(self.p, self.pieces)
    }

    /// The open documents of some customers, by due date and number.
    pub(super) fn open_docs(&self, customers: &[u32]) -> Vec<u32> {
        let mut docs: Vec<u32> = customers
            .iter()
            .flat_map(|c| &self.m.index.of_customer[*c as usize])
            .copied()
            .filter(|d| self.is_open(*d))
            .collect();
        docs.sort_by_key(|d| self.doc(*d).age(*d));
        docs
    }

    /// A document.
    pub(super) fn doc(&self, doc: u32) -> &'a Doc {
        let doc = &self.m.index.docs[doc as usize];
        self.seen.customer(doc.customer);
        doc
    }

    /// The customers who owe these documents, each once.
    pub(super) fn owners(&self, docs: &[u32]) -> Vec<u32> {
        let mut owners: Vec<u32> = docs.iter().map(|d| self.doc(*d).customer).collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }

    /// Is it open and already issued?
    pub(super) fn is_open(&self, doc: u32) -> bool {
        let doc = self.doc(doc);
        doc.open != 0 && doc.issued <= self.today
    }

    /// Is it in the account's currency?
    pub(super) fn is_local(&self, doc: u32) -> bool {
        self.doc(doc).currency == self.currency
    }

    /// Does the pool hold it?
    pub(super) fn in_pool(&self, doc: u32) -> bool {
        self.payers.pool.contains(&self.doc(doc).customer)
    }

    /// The largest discount of this document that this customer may take today; 0 if none.
    pub(super) fn discount(&self, doc: u32) -> i64 {
        self.granted(doc).next().unwrap_or(0)
    }

    /// May this customer deduct just this as a discount today? Who may take the larger one may
    /// take the later one as well.
    pub(super) fn grants(&self, doc: u32, amount: i64) -> bool {
        self.granted(doc).any(|granted| granted == amount)
    }

    /// The discounts of this document that this customer may take today, the largest first.
    fn granted(&self, doc: u32) -> impl Iterator<Item = i64> + use<> {
        let d = self.doc(doc);
        let is_whole = d.open == d.amount && d.kind == ItemKind::Invoice;
        let policy = &self.m.book.policy;
        let grace = policy.grace_days(&self.m.book.customers[d.customer as usize].class);
        let last = d.later_until.max(d.discount_until);
        let today = self.today;
        let granted_late = self.habits(d.customer).late_discount;
        let is_late_granted = granted_late >= policy.late_discount_after;
        d.discounts()
            .filter(move |(_, until)| {
                let in_time = today <= until.saturating_add(i32::from(grace));
                // A late one is granted as the last of them.
                is_whole && (in_time || is_late_granted && *until == last)
            })
            .map(|(amount, _)| amount)
    }

    /// What this customer may withhold of a document: rounded to the nearest minor unit or, where
    /// that is another, with what is less than one cut off.
    pub(super) fn withheld(&self, doc: u32) -> impl Iterator<Item = i64> + use<> {
        let d = self.doc(doc);
        let is_taxed = d.kind != ItemKind::CreditMemo && d.open > 0;
        let rate = self.m.withholding_rate(d.customer, self.today);
        // Sales tax is no part of what tax is withheld of.
        let taxed = self.m.book.taxed.get(&d.id);
        let base = taxed.map_or((1, 1), |taxed| (taxed.net, taxed.gross));
        let exact = rate
            .filter(|_| is_taxed)
            .map(|rate| certificates::withheld(d.open, base, rate));
        let half_up = RoundingStrategy::MidpointAwayFromZero;
        let nearest = exact.map(|exact| exact.round_dp_with_strategy(0, half_up));
        let cut = exact
            .map(|exact| exact.trunc())
            .filter(|cut| nearest != Some(*cut));
        let ways = nearest.into_iter().chain(cut);
        ways.filter_map(|less| less.to_i64())
            .filter(|less| 0 < *less)
    }

    /// The largest difference that is rounding of this customer's, in the account's currency.
    pub(super) fn rounding(&self, customer: u32) -> i64 {
        let class = &self.m.book.customers[customer as usize].class;
        self.tolerance(self.m.book.policy.roundings(class))
    }

    /// The largest shortfall of this customer's that is a bank's fee, in the account's currency.
    pub(super) fn largest_fee(&self, customer: u32) -> i64 {
        let class = &self.m.book.customers[customer as usize].class;
        self.tolerance(self.m.book.policy.fees(class))
    }

    /// What history shows of a customer.
    pub(super) fn habits(&self, customer: u32) -> &'a Habits {
        &self.m.index.habits[customer as usize]
    }

    /// Does this customer pay from another country than most in this currency?
    pub(super) fn is_cross_border(&self, customer: u32) -> bool {
        let home = self.m.index.home.get(&self.currency);
        home.is_some_and(|home| *home != self.m.book.customers[customer as usize].country)
    }

    /// The ways a document may be cleared, in full first; tax goes before a discount of the same
    /// amount where the text speaks of it.
    pub(super) fn nets(&self, doc: u32) -> impl Iterator<Item = (i64, Net)> + use<'_, 'a> {
        let d = self.doc(doc);
        let invoice = d.kind == ItemKind::Invoice;
        let discounts = self.granted(doc).map(|less| (less, Net::Discount));
        let (before, behind) = if self.tells_of_tax {
            (None, Some(discounts))
        } else {
            (Some(discounts), None)
        };
        let fee = self.habits(d.customer).usual_fee().filter(|_| invoice);
        let reductions = before
            .into_iter()
            .flatten()
            .chain(self.withheld(doc).map(|less| (less, Net::Withheld)))
            .chain(behind.into_iter().flatten())
            .chain(fee.map(|less| (less, Net::Fee)));
        let reduced = reductions
            .filter(move |(less, _)| *less < d.open)
            .map(move |(less, how)| (d.open - less, how));
        std::iter::once((d.open, Net::Full)).chain(reduced)
    }

    /// How a document is cleared by exactly this amount.
    pub(super) fn net_of(&self, doc: u32, amount: i64) -> Option<Net> {
        let mut nets = self.nets(doc);
        nets.find(|(net, _)| *net == amount).map(|(_, how)| how)
    }

    /// An amount in the currency of our account.
    pub(super) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// One row on a document.
    pub(super) fn row(&self, doc: u32, amount: i64, kind: Kind) -> Row {
        let d = self.doc(doc);
        Row {
            customer: Some(d.customer as usize),
            item: Some(d.id),
            amount: self.money(amount),
            document_amount: None,
            kind,
        }
    }

    /// One row on a customer, without a document.
    pub(super) fn customer_row(&self, customer: u32, amount: i64, kind: Kind) -> Row {
        Row {
            customer: Some(customer as usize),
            item: None,
            amount: self.money(amount),
            document_amount: None,
            kind,
        }
    }

    /// A fee that somebody kept who is no customer: it is charged to none.
    pub(super) fn fee_of_nobody(&self, kept: i64) -> Row {
        Row {
            customer: None,
            item: None,
            amount: self.money(-kept),
            document_amount: None,
            kind: Kind::BankFee,
        }
    }

    /// The rows that clear a document in full.
    pub(super) fn clear(&self, doc: u32) -> Row {
        let kind = if self.doc(doc).kind == ItemKind::CreditMemo {
            Kind::CreditMemoTaken
        } else {
            Kind::Payment
        };
        self.row(doc, self.doc(doc).open, kind)
    }

    /// Is a document of a set claimed by an earlier proposal, or but guessed of an earlier payment
    /// that waits? Of equal documents those go first of which neither is true.
    pub(super) fn is_wanted(&self, set: &[(u32, Net, i64)]) -> (bool, bool) {
        let any = |wanted: fn(&Doc) -> bool| set.iter().any(|(d, ..)| wanted(self.doc(*d)));
        (any(|doc| doc.claimed), any(|doc| doc.guessed))
    }

    /// Less by tax withheld, where it is just as well a discount taken too late: the payer has not
    /// withheld before and says nothing of tax.
    pub(super) fn is_torn(&self, set: &[(u32, Net, i64)]) -> bool {
        let either = |(d, how, net): &(u32, Net, i64)| {
            let doc = self.doc(*d);
            *how == Net::Withheld && doc.open == doc.amount && doc.is_discount(doc.open - net)
        };
        let habit = |d: u32| self.habits(self.doc(d).customer).withholding;
        let mut withheld = set.iter().filter(|(_, how, _)| *how == Net::Withheld);
        withheld.clone().next().is_some()
            && withheld.all(|one| either(one) && habit(one.0) == 0)
            && !self.tells_of_tax
    }

    /// The rows of a set.
    pub(super) fn rows(&self, set: &[(u32, Net, i64)]) -> Vec<Row> {
        let mut rows = Vec::new();
        for (doc, net, amount) in set {
            rows.push(self.clear(*doc));
            let kind = match net {
                Net::Full => continue,
                Net::Discount => Kind::EarlyPaymentDiscount,
                Net::Withheld => Kind::WithholdingTax,
                Net::Fee => Kind::BankFee,
            };
            rows.push(self.row(*doc, amount - self.doc(*doc).open, kind));
        }
        rows
    }

    /// Largest tolerated amount among those of the account's currency.
    pub(super) fn tolerance(&self, list: &[Money]) -> i64 {
        let own = list.iter().find(|m| m.currency() == self.currency);
        own.map_or(0, |m| m.minor())
    }
}

/// The pieces of the remittance text, which stands first in all text.
fn own_pieces<'a>(p: &Payment, pieces: &'a [Piece<'a>]) -> &'a [Piece<'a>] {
    let own = pieces.partition_point(|piece| piece.end <= p.text.len());
    &pieces[..own]
}
