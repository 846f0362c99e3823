//! The decision about one payment, and the state that earlier decisions leave behind.

use super::index::{Doc, Index, day};
use super::keys;
use super::model::{
    Advice, Book, Confidence, Decision, Evidence, Item, ItemKind, Kind, OtherCash, Outcome,
    PastPayment, Payment, Proposal, Row, Weight,
};
use super::names;
use super::references;
use crate::money::Money;

/// A book, indexed, with what earlier payments of the run have closed or claimed.
#[derive(Debug)]
pub struct Matcher {
    book: Book,
    index: Index,
    advices: Vec<Advice>,
}

impl Matcher {
    /// Indexes a book and learns from its history.
    pub fn new(mut book: Book) -> Matcher {
        let history = std::mem::take(&mut book.history);
        let index = Index::build(&book);
        let mut matcher = Matcher {
            book,
            index,
            advices: Vec::new(),
        };
        for past in &history {
            matcher.learn(past);
        }
        matcher
    }

    /// Learns from one payment that a person posted or confirmed.
    pub fn learn(&mut self, past: &PastPayment) {
        let mut customers: Vec<usize> = past.rows.iter().filter_map(|row| row.customer).collect();
        customers.sort_unstable();
        customers.dedup();
        for customer in customers {
            self.index.add_account(&past.account, customer as u32);
            self.index.add_name(&past.payer, customer as u32);
        }
    }

    /// Advices that came apart from their payment; they may come before or after it.
    pub fn add_advices(&mut self, advices: Vec<Advice>) {
        self.advices.extend(advices);
    }

    /// What to do with a payment. Changes nothing: see [`Matcher::record`].
    pub fn decide(&self, payment: &Payment) -> Decision {
        let payers = self.payers(payment);
        let today = day(payment.booked);
        let mut text = payment.text.clone();
        for more in payment.quoted.iter().chain([&payment.end_to_end]).chain(
            payment
                .advices
                .iter()
                .flat_map(|a| a.lines.iter().map(|l| &l.reference)),
        ) {
            text.push_str("  ;  ");
            text.push_str(more);
        }
        let mentions = references::scan(&self.index, &self.book, &text);
        let fits = |doc: &Doc| {
            doc.open != 0
                && doc.issued <= today
                && doc.currency == payment.amount.currency()
                && !doc.claimed
        };
        let chosen = references::select(&mentions, |doc| {
            let doc = &self.index.docs[doc as usize];
            fits(doc) && (payers.is_empty() || payers.contains(&doc.customer))
        });
        let docs: Vec<u32> = chosen
            .iter()
            .filter(|m| m.docs.len() == 1 && m.reading > references::Reading::Short)
            .map(|m| m.docs[0])
            .collect();
        let sum: i64 = docs.iter().map(|d| self.index.docs[*d as usize].open).sum();
        if !docs.is_empty() && sum == payment.amount.minor() {
            return Decision {
                outcome: Outcome::Posted,
                alternatives: vec![self.full(payment, &docs, Confidence::new(9950))],
                payer: None,
                evidence: Vec::new(),
                waits: String::new(),
            };
        }
        let exact: Vec<u32> = payers
            .iter()
            .take(40)
            .flat_map(|c| &self.index.of_customer[*c as usize])
            .copied()
            .filter(|d| {
                let doc = &self.index.docs[*d as usize];
                fits(doc) && doc.open == payment.amount.minor()
            })
            .collect();
        if let [one] = exact[..] {
            return Decision {
                outcome: Outcome::Proposed,
                alternatives: vec![self.full(payment, &[one], Confidence::new(9000))],
                payer: None,
                evidence: Vec::new(),
                waits: "Only payer and amount point to this document".to_owned(),
            };
        }
        let own = self.book.own_accounts.iter().any(|own| {
            !payment.account.is_empty() && keys::alnum(own) == keys::alnum(&payment.account)
        });
        Decision {
            outcome: if own {
                Outcome::NotCustomerCash(OtherCash::OwnTransfer)
            } else {
                Outcome::Waiting
            },
            alternatives: Vec::new(),
            payer: payers.first().map(|c| *c as usize),
            evidence: Vec::new(),
            waits: "No document explains the amount".to_owned(),
        }
    }

    fn payers(&self, payment: &Payment) -> Vec<u32> {
        let account = keys::alnum(&payment.account);
        let mut out: Vec<u32> = self
            .index
            .accounts
            .get(&account)
            .cloned()
            .unwrap_or_default();
        if let Some(list) = self.index.names.get(&names::key(&payment.payer)) {
            out.extend(list);
        }
        let children: Vec<u32> = out
            .iter()
            .flat_map(|c| self.index.children[*c as usize].clone())
            .collect();
        out.extend(children);
        out.sort_unstable();
        out.dedup();
        out
    }

    fn full(&self, payment: &Payment, docs: &[u32], confidence: Confidence) -> Proposal {
        let rows = docs
            .iter()
            .map(|d| {
                let doc = &self.index.docs[*d as usize];
                Row {
                    customer: Some(doc.customer as usize),
                    item: Some(doc.id),
                    amount: Money::new(doc.open, payment.amount.currency()),
                    document_amount: None,
                    kind: if doc.kind == ItemKind::CreditMemo {
                        Kind::CreditMemoTaken
                    } else {
                        Kind::Payment
                    },
                }
            })
            .collect();
        Proposal {
            rows,
            confidence,
            evidence: vec![Evidence {
                weight: Weight::For,
                text: "The documents quoted add up to the payment".to_owned(),
            }],
        }
    }

    /// Takes note of a decision: what is posted is closed, what is proposed is claimed, so that
    /// the next payment does not get the same documents.
    pub fn record(&mut self, payment: &Payment, decision: &Decision) {
        let posted = decision.outcome == Outcome::Posted;
        let _ = payment;
        let Some(first) = decision.alternatives.first() else {
            return;
        };
        for row in &first.rows {
            let Some(doc) = row.item.and_then(|id| self.index.by_id.get(&id)) else {
                continue;
            };
            let doc = &mut self.index.docs[*doc as usize];
            match row.kind {
                Kind::Payment | Kind::CreditMemoTaken | Kind::ShortPayDispute if posted => {
                    doc.open -= row.document_amount.unwrap_or(row.amount).minor();
                }
                _ if !posted => doc.claimed = true,
                _ => {}
            }
        }
    }

    /// A new document, or the same document with what is open now.
    pub fn set_item(&mut self, item: &Item) {
        if let Some(doc) = self.index.by_id.get(&item.id) {
            let doc = &mut self.index.docs[*doc as usize];
            doc.open = item.open.minor();
            doc.claimed = false;
        }
    }
}
