//! A processor's payout with its report: charges, less refunds, disputes and fees.

use std::collections::HashMap;

use super::confidence::Ground;
use super::context::Context;
use super::decision::{Kind, Row};
use super::finding::Finding;
use super::model::{ItemKind, PayoutItem, PayoutItemKind};
use super::references::{self, Reading};
use super::text;

/// Why a person looks at an entry that is applied in the only way there is.
const SEVERAL: &str = "A sale could be more than one document";
const SEVERAL_BACK: &str = "What goes back could be more than one document";
const IN_PART: &str = "Only a part of what was paid on a document goes back";
const NOT_ON_ACCOUNT: &str = "What stands on account is another amount";
const UNCLEAR: &str = "Nothing in the books fits an entry of the report";

/// The finding a report gives, if anything in it is known and its sum is the payment.
pub(super) fn findings(context: &Context<'_>) -> Vec<Finding> {
    // What is charged and goes back in one payout is netted, whichever stands first.
    let report = context.p.payout.iter();
    let (back, came): (Vec<_>, Vec<_>) = report.partition(|item| item.gross.is_negative());
    let mut read = Read {
        context,
        rows: Vec::new(),
        moved: HashMap::new(),
        doubts: Vec::new(),
    };
    for item in came.iter().chain(&back) {
        read.take(item);
    }
    read.finding().into_iter().collect()
}

/// How one entry is applied, and why a person should look at it.
type Applied = (Row, Option<&'static str>);

/// A report as far as it is read.
struct Read<'a, 'c> {
    context: &'a Context<'c>,
    rows: Vec<Row>,
    /// What the entries so far have moved on documents.
    moved: HashMap<u64, i64>,
    doubts: Vec<(&'static str, &'a PayoutItem)>,
}

impl<'a> Read<'a, '_> {
    fn take(&mut self, item: &'a PayoutItem) {
        if item.gross.is_zero() {
            return;
        }
        let found = if item.gross.is_negative() {
            let credit = || self.credit(item);
            let refund = (item.kind == PayoutItemKind::Refund).then(credit);
            refund.flatten().or_else(|| self.taken_back(item))
        } else {
            self.charged(item)
        };
        let (row, doubt) = found.unwrap_or_else(|| self.unknown(item));
        self.doubts.extend(doubt.map(|doubt| (doubt, item)));
        // Charged and gone back in one payout: what is left of it was paid.
        let same = |one: &&mut Row| one.item == row.item;
        let known = row.item.is_some_and(|item| self.moved.contains_key(&item));
        let known = known.then(|| self.rows.iter_mut().find(same)).flatten();
        match known {
            Some(known) => known.amount += row.amount,
            None => self.rows.push(row),
        }
        if let Some(item) = row.item {
            *self.moved.entry(item).or_default() += row.amount.minor();
        }
    }

    /// A charge pays the document quoted, or the buyer's one of its amount.
    fn charged(&self, item: &PayoutItem) -> Option<Applied> {
        let context = self.context;
        let gross = item.gross.minor();
        let free = |d: u32| context.is_open(d) && context.is_local(d) && self.moved(d) == 0;
        let same = |d: u32| free(d) && context.doc(d).open == gross;
        let (doc, clear) = self
            .quoted(item, free)
            .map(|doc| (doc, true))
            .or_else(|| self.bought(item, same))?;
        let sure = clear && context.doc(doc).open == gross;
        let row = context.row(doc, gross, Kind::Payment);
        Some((row, (!sure).then_some(SEVERAL)))
    }

    /// A refund pays out a credit memo of its amount, or what stands on account of the customer.
    fn credit(&self, item: &PayoutItem) -> Option<Applied> {
        let context = self.context;
        let amount = item.gross.minor();
        let memo = |d: u32| {
            let doc = context.doc(d);
            doc.kind == ItemKind::CreditMemo
                && doc.open == amount
                && context.is_local(d)
                && doc.issued <= context.today
                && self.moved(d) == 0
        };
        let taken = |doc: u32| context.row(doc, amount, Kind::CreditMemoTaken);
        if let Some(doc) = self.quoted(item, memo) {
            return Some((taken(doc), None));
        }
        let customer = self.customer(item)?;
        let all = context.m.index.of_customer[customer as usize].iter();
        let mut memos = all.copied().filter(|d| memo(*d));
        if let Some(doc) = memos.next() {
            let several = memos.next().is_some();
            return Some((taken(doc), several.then_some(SEVERAL_BACK)));
        }
        context.seen.customer(customer);
        let row = context.customer_row(customer, amount, Kind::OverpaymentOnAccount);
        let again = self.rows.iter().any(|one| {
            one.kind == Kind::OverpaymentOnAccount && one.customer == Some(customer as usize)
        });
        let stands = context.habits(customer).on_account == -amount && !again;
        stands.then_some((row, None))
    }

    /// A dispute, or a refund without a credit, takes back what was paid on the document quoted, or
    /// on the buyer's only one that was paid by just this amount: it is open again.
    fn taken_back(&self, item: &PayoutItem) -> Option<Applied> {
        let context = self.context;
        let amount = item.gross.minor();
        let paid = |d: u32| {
            let doc = context.doc(d);
            let owed = doc.kind != ItemKind::CreditMemo && context.is_local(d);
            let paid = doc.amount - doc.open + self.moved(d);
            (owed && doc.issued <= context.today && -amount <= paid).then_some(paid)
        };
        let whole = |d: u32| paid(d) == Some(-amount);
        let (doc, clear) = self
            .quoted(item, |d| paid(d).is_some())
            .map(|doc| (doc, true))
            .or_else(|| self.bought(item, whole))?;
        let row = context.row(doc, amount, Kind::Payment);
        let doubt = match (whole(doc), clear) {
            (false, _) => Some(IN_PART),
            (true, false) => Some(SEVERAL_BACK),
            (true, true) => None,
        };
        Some((row, doubt))
    }

    /// What nothing in the books fits: on account of the customer it names, else of nobody.
    fn unknown(&self, item: &PayoutItem) -> Applied {
        let context = self.context;
        let amount = item.gross.minor();
        let Some(customer) = self.customer(item) else {
            let nobody = Row {
                customer: None,
                item: None,
                amount: context.money(amount),
                document_amount: None,
                kind: Kind::Unidentifiable,
            };
            return (nobody, Some(UNCLEAR));
        };
        let row = context.customer_row(customer, amount, Kind::OverpaymentOnAccount);
        let refund = item.kind == PayoutItemKind::Refund;
        (row, Some(if refund { NOT_ON_ACCOUNT } else { UNCLEAR }))
    }

    /// What entries read before have moved on a document.
    fn moved(&self, doc: u32) -> i64 {
        let moved = self.moved.get(&self.context.doc(doc).id);
        moved.copied().unwrap_or_default()
    }

    /// The one document that an entry quotes, of those that fit and are the buyer's.
    fn quoted(&self, item: &PayoutItem, fits: impl Fn(u32) -> bool) -> Option<u32> {
        let context = self.context;
        let buyers = self.buyers(item);
        let pieces = text::pieces(&item.reference);
        let mentions = references::scan(&context.m.index, &item.reference, &pieces);
        let chosen = references::select(&mentions, |d| {
            (buyers.is_empty() || buyers.contains(&context.doc(d).customer)) && fits(d)
        });
        let mut sure = chosen
            .iter()
            .filter(|m| m.reading >= Reading::Serial && m.docs.len() == 1);
        sure.next().map(|mention| mention.docs[0])
    }

    /// The first of the buyer's documents that fit, and whether it is the only one.
    fn bought(&self, item: &PayoutItem, fits: impl Fn(u32) -> bool) -> Option<(u32, bool)> {
        let index = &self.context.m.index;
        let buyers = self.buyers(item).iter();
        let all = buyers.flat_map(|c| &index.of_customer[*c as usize]);
        let mut same: Vec<u32> = all.copied().filter(|d| fits(*d)).collect();
        same.sort_unstable();
        same.first().map(|doc| (*doc, same.len() == 1))
    }

    /// Whose entry it is: the one whom the address names, or who owns the document quoted.
    fn customer(&self, item: &PayoutItem) -> Option<u32> {
        if let [one] = self.buyers(item) {
            return Some(*one);
        }
        let quoted = self.quoted(item, |_| true);
        quoted.map(|doc| self.context.doc(doc).customer)
    }

    fn buyers(&self, item: &PayoutItem) -> &'a [u32] {
        let emails = &self.context.m.index.emails;
        let buyers = emails.get(&item.email.to_lowercase());
        buyers.map_or(&[], |buyers| buyers)
    }

    fn finding(mut self) -> Option<Finding> {
        let context = self.context;
        if self.rows.iter().all(|row| row.kind == Kind::Unidentifiable) {
            return None;
        }
        self.rows.retain(|row| !row.amount.is_zero());
        let report = context.p.payout.iter();
        let fees: i64 = report.map(|item| item.fee.minor()).sum();
        let gross: i64 = self.rows.iter().map(|row| row.amount.minor()).sum();
        if gross - fees != context.amount {
            return None;
        }
        if fees != 0 {
            self.rows.push(context.fee_of_nobody(fees));
        }
        let told = "The processor's report names every sale and what went back; with its fees that \
                    is the payout";
        let mut finding = Finding::new(self.rows, Ground::Reported).because(told);
        for (doubt, item) in &self.doubts {
            finding = finding.but(doubt).against(described(item));
        }
        Some(finding)
    }
}

/// An entry in words, so that a person finds it in the report.
fn described(item: &PayoutItem) -> String {
    let kind = match item.kind {
        PayoutItemKind::Charge => "charge",
        PayoutItemKind::Refund => "refund",
        PayoutItemKind::Dispute => "dispute",
        PayoutItemKind::Fee => "fee",
    };
    let (amount, currency) = (item.gross, item.gross.currency());
    let named = [item.reference.as_str(), item.email.as_str()];
    let named: Vec<&str> = named.into_iter().filter(|text| !text.is_empty()).collect();
    format!(
        "In question: the {kind} of {amount} {currency} ({})",
        named.join(", ")
    )
}
