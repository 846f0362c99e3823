//! Money that goes back: returned payments, chargebacks, refunds; and payments that come twice.

mod returned;

pub(super) use returned::returned;

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::cash::confidence::Ground;
use crate::cash::context::Context;
use crate::cash::decision::{Kind, Row};
use crate::cash::finding::Finding;
use crate::cash::keys::{self, Map};
use crate::cash::model::{ItemKind, PastPayment, Payment};
use crate::cash::names;
use crate::cash::payer;
use crate::cash::references::{self, Reading};

/// An earlier payment that a later one may return or repeat.
#[derive(Debug)]
pub(super) struct Earlier {
    booked: i32,
    amount: i64,
    words: Words,
    rows: Box<[Row]>,
    /// Was it posted, or does a proposal still wait?
    posted: bool,
    /// Has it been returned already?
    returned: bool,
    look: OnceLock<Look>,
    /// The one before it of the same amount.
    same_amount: Option<u32>,
    /// The one before it of the same amount, account, text and reference.
    same_look: Option<u32>,
    /// The one before it of the same customer.
    same_customer: Option<u32>,
}

/// Account, payer, text, end-to-end reference and what banks call it, a line each, as they came
/// and one behind the other: hardly any is ever compared.
#[derive(Debug)]
struct Words {
    all: Box<str>,
    ends: [usize; 4],
}

impl Words {
    fn of(parts: [&str; 5]) -> Words {
        let mut end = 0;
        let [account, payer, text, end_to_end, _] = parts;
        let ends = [account, payer, text, end_to_end].map(|part| {
            end += part.len();
            end
        });
        Words {
            all: parts.concat().into(),
            ends,
        }
    }

    fn parts(&self) -> [&str; 5] {
        let [account, payer, text, end_to_end] = self.ends;
        [
            &self.all[..account],
            &self.all[account..payer],
            &self.all[payer..text],
            &self.all[text..end_to_end],
            &self.all[end_to_end..],
        ]
    }
}

/// What payments are compared by: keys of account, payer, text and end-to-end reference.
#[derive(PartialEq, Eq, Debug)]
struct Look {
    account: String,
    name: String,
    text: String,
    end_to_end: String,
}

impl Look {
    fn new(account: &str, payer: &str, text: &str, end_to_end: &str) -> Look {
        Look {
            account: keys::alnum(account),
            name: names::key(payer),
            text: keys::alnum(text),
            end_to_end: keys::alnum(end_to_end),
        }
    }

    fn of(p: &Payment) -> Look {
        Look::new(&p.account, &p.payer, &all_text(p), &p.end_to_end)
    }
}

impl Earlier {
    fn new(words: [&str; 5], booked: i32, rows: Box<[Row]>, posted: bool) -> Earlier {
        Earlier {
            booked,
            amount: 0,
            words: Words::of(words),
            rows,
            posted,
            returned: false,
            look: OnceLock::new(),
            same_amount: None,
            same_look: None,
            same_customer: None,
        }
    }

    fn look(&self) -> &Look {
        self.look.get_or_init(|| {
            let [account, payer, text, end_to_end, _] = self.words.parts();
            Look::new(account, payer, text, end_to_end)
        })
    }
}

fn all_text(p: &Payment) -> Cow<'_, str> {
    if p.quoted.is_empty() {
        Cow::Borrowed(&p.text)
    } else {
        Cow::Owned(format!("{}{}", p.text, p.quoted.concat()))
    }
}

/// A hash of what is the same when a payment comes twice, but for the payer's name.
fn look_hash(amount: i64, account: &str, text: &str, end_to_end: &str) -> u64 {
    [account, text, end_to_end]
        .into_iter()
        .map(|text| keys::alnum_hash(text).0)
        .fold(amount as u64, |state, hash| keys::mix(state) ^ hash)
}

/// Earlier payments, the last one of each amount, of each look and of each customer (the first of
/// its rows); each knows the one before it.
#[derive(Debug, Default)]
pub(super) struct Memory {
    list: Vec<Earlier>,
    by_amount: Map<i64, u32>,
    by_look: Map<u64, u32>,
    by_customer: Map<usize, u32>,
}

impl Memory {
    /// A payment of history.
    pub(super) fn past(&mut self, past: &PastPayment, booked: i32) {
        let rows = past
            .rows
            .iter()
            .map(|row| Row {
                customer: row.customer,
                item: row.item,
                amount: row.amount,
                document_amount: None,
                kind: row.kind,
            })
            .collect();
        self.keep(
            past.amount.minor(),
            Earlier::new(
                [&past.account, &past.payer, &past.text, "", ""],
                booked,
                rows,
                true,
            ),
        );
    }

    /// A payment of this run.
    pub(super) fn decided(&mut self, payment: &Payment, booked: i32, rows: &[Row], posted: bool) {
        let text = all_text(payment);
        let (own, references) = (&payment.end_to_end, payment.references.join("\n"));
        let words: [&str; 5] = [&payment.account, &payment.payer, &text, own, &references];
        let earlier = Earlier::new(words, booked, rows.into(), posted);
        self.keep(payment.amount.minor(), earlier);
    }

    fn keep(&mut self, amount: i64, mut earlier: Earlier) {
        let here = self.list.len() as u32;
        let [account, _, text, end_to_end, _] = earlier.words.parts();
        let look = look_hash(amount, account, text, end_to_end);
        earlier.same_amount = self.by_amount.insert(amount, here);
        earlier.same_look = self.by_look.insert(look, here);
        earlier.amount = amount;
        let customer = earlier.rows.iter().find_map(|row| row.customer);
        earlier.same_customer = customer.and_then(|one| self.by_customer.insert(one, here));
        self.list.push(earlier);
    }

    fn chain(
        &self,
        last: Option<u32>,
        before: impl Fn(&Earlier) -> Option<u32>,
    ) -> impl Iterator<Item = (usize, &Earlier)> {
        let at = move |at: Option<u32>| Some((at? as usize, self.list.get(at? as usize)?));
        std::iter::successors(at(last), move |(_, earlier)| at(before(earlier)))
    }

    /// The last payment first.
    fn of_look(&self, look: u64) -> impl Iterator<Item = (usize, &Earlier)> {
        self.chain(self.by_look.get(&look).copied(), |e| e.same_look)
    }

    /// The last payment first.
    fn of_amount(&self, amount: i64) -> impl Iterator<Item = (usize, &Earlier)> {
        self.chain(self.by_amount.get(&amount).copied(), |e| e.same_amount)
    }

    /// The last payment first.
    fn of_customer(&self, customer: u32) -> impl Iterator<Item = &Earlier> {
        let last = self.by_customer.get(&(customer as usize)).copied();
        self.chain(last, |e| e.same_customer).map(|(_, e)| e)
    }

    /// Marks the payment that a posted return undid; is there one?
    pub(super) fn undo(&mut self, amount: i64, rows: &[Row]) -> bool {
        let turned: Vec<Row> = rows.iter().map(turn).collect();
        let hit = self
            .of_amount(-amount)
            .find(|(_, e)| *e.rows == turned[..] && !e.returned)
            .map(|(i, _)| i);
        if let Some(at) = hit {
            self.list[at].returned = true;
        }
        hit.is_some()
    }

    /// The customers who paid exactly this amount before.
    pub(super) fn payers_of(&self, amount: i64) -> impl Iterator<Item = u32> {
        self.of_amount(amount)
            .flat_map(|(_, e)| e.rows.iter().filter_map(|r| r.customer))
            .map(|c| c as u32)
    }
}

/// What goes back, each as rows that may undo an earlier payment, and whether that is all: all of a
/// line that went out but a bank fee in it, and of a payout each document that was paid.
pub(super) fn gone_back(amount: i64, rows: &[Row]) -> Vec<(Vec<Row>, bool)> {
    let goes = |row: &&Row| row.kind == Kind::Payment && row.amount.is_negative();
    let own: Vec<Row> = rows
        .iter()
        .filter(|row| !is_bank_fee(row))
        .copied()
        .collect();
    let is_whole = amount < 0 && !own.is_empty();
    let documents = own.iter().filter(goes).map(|row| {
        let same = rows.iter().filter(|one| one.item == row.item);
        same.copied().collect::<Vec<Row>>()
    });
    let parts: Vec<Vec<Row>> = documents
        .filter(|one| !is_whole || one.len() < own.len())
        .collect();
    let whole = is_whole.then_some((own, true));
    let parts = parts.into_iter().map(|one| (one, false));
    whole.into_iter().chain(parts).collect()
}

/// Is it a fee of a bank or a processor, which no customer is charged with?
fn is_bank_fee(row: &Row) -> bool {
    row.customer.is_none() && row.kind == Kind::BankFee
}

fn turn(row: &Row) -> Row {
    Row {
        amount: -row.amount,
        document_amount: row.document_amount.map(|m| -m),
        ..*row
    }
}

/// Days within which a payment that looks the same is the same one sent twice. A monthly payment of
/// the same text is not.
const AGAIN_DAYS: i32 = 14;

/// Money that went out for a credit memo, a credit on account, or a chargeback.
pub(super) fn paid_out(context: &Context<'_>) -> Vec<Finding> {
    let index = &context.m.index;
    let text = &context.p.text;
    let pieces = context.own_pieces();
    let mentions = references::scan(index, text, pieces);
    let credit = references::select(&mentions, |d| {
        let doc = context.doc(d);
        doc.kind == ItemKind::CreditMemo && doc.open == context.amount && context.is_local(d)
    });
    if let Some(mention) = credit
        .iter()
        .find(|m| m.reading >= Reading::Serial && m.docs.len() == 1)
    {
        let row = context.row(mention.docs[0], context.amount, Kind::CreditMemoTaken);
        return vec![
            Finding::new(vec![row], Ground::PaidOut)
                .because("Refund of exactly the credit memo quoted"),
        ];
    }
    let closed = references::select(&mentions, |d| {
        let doc = context.doc(d);
        doc.kind != ItemKind::CreditMemo
            && context.is_local(d)
            && doc.open == 0
            && doc.amount == -context.amount
    });
    if let Some(mention) = closed
        .iter()
        .find(|m| m.reading >= Reading::Serial && m.docs.len() == 1)
    {
        let row = context.row(mention.docs[0], context.amount, Kind::Payment);
        return vec![
            Finding::new(vec![row], Ground::PaidOut)
                .because("A chargeback of exactly the closed document quoted: it is open again"),
        ];
    }
    for mention in mentions.iter().filter(|m| m.reading >= Reading::Serial) {
        for doc in &mention.docs {
            let paid = context.m.memory.of_amount(-context.amount).any(|(_, e)| {
                let on_it = |r: &Row| r.item == Some(context.doc(*doc).id);
                e.rows.len() == 1 && e.rows.iter().any(on_it)
            });
            if paid && context.is_local(*doc) {
                let row = context.row(*doc, context.amount, Kind::Payment);
                return vec![
                    Finding::new(vec![row], Ground::PaidOut)
                        .because("A chargeback of exactly what was paid on the document quoted"),
                ];
            }
        }
    }
    refunded(context).into_iter().collect()
}

/// Beginnings of words for what is given back because it was too much.
const REFUND: &[&str] = &[
    "ERSTATT", "OVERPA", "REEMBOLS", "REFUND", "REMBOURS", "RIMBORS", "RUCKZAHL", "TERUGBET",
    "UBERZAHL", "ZWROT",
];

/// Money on account that is paid back: to the customer quoted, or to the one it goes to where the
/// text says so.
fn refunded(context: &Context<'_>) -> Option<Finding> {
    let index = &context.m.index;
    let pieces = context.own_pieces();
    let quoted = payer::customer_number(index, pieces).map(|(customer, ..)| customer);
    let called_so = || {
        let words = names::words(&context.p.text);
        let word = |word: &String| REFUND.iter().any(|stem| word.starts_with(stem));
        words.iter().any(word)
    };
    let payee = || match context.payers.ids[..] {
        [one] if called_so() => Some(one),
        _ => None,
    };
    let customer = quoted.or_else(payee)?;
    let row = context.customer_row(customer, context.amount, Kind::OverpaymentOnAccount);
    Some(
        Finding::new(vec![row], Ground::PaidOut)
            .because("Refund of what stands on account of the customer")
            .but_if(
                context.habits(customer).on_account != -context.amount,
                "What stands on account is another amount",
            ),
    )
}

/// The same payment a second time: it stays on account of the customer.
pub(super) fn again(context: &Context<'_>) -> Option<Finding> {
    let p = context.p;
    let mut own: Option<Look> = None;
    let look = look_hash(context.amount, &p.account, &all_text(p), &p.end_to_end);
    let (_, earlier) = context
        .m
        .memory
        .of_look(look)
        .filter(|(_, e)| {
            context.today > e.booked && context.today - e.booked <= AGAIN_DAYS && !e.returned
        })
        .find(|(_, e)| {
            let own = own.get_or_insert_with(|| Look::of(p));
            own == e.look() && !(own.text.is_empty() && own.end_to_end.is_empty())
        })?;
    let mut customers: Vec<usize> = earlier.rows.iter().filter_map(|r| r.customer).collect();
    customers.sort_unstable();
    customers.dedup();
    let [customer] = customers[..] else {
        return None;
    };
    let clear = context.mentions.iter().any(|m| {
        m.reading >= Reading::Serial
            && m.reading != Reading::Order
            && m.docs.iter().any(|d| {
                earlier
                    .rows
                    .iter()
                    .any(|r| r.item == Some(context.doc(*d).id))
            })
    });
    if !clear {
        return None;
    }
    let row = context.customer_row(customer as u32, context.amount, Kind::OverpaymentOnAccount);
    Some(
        Finding::new(vec![row], Ground::Again)
            .because("The same payer sent the same amount with the same text a few days ago")
            .but_if(!earlier.posted, "The first of the two payments still waits"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cash::names::never_met;

    #[test]
    fn its_words_are_spelled_as_texts_are_read() {
        assert_eq!(never_met(REFUND), [""; 0]);
    }
}
