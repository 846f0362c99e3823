//! Money that goes back: returned payments, chargebacks, refunds; and payments that come twice.

use super::confidence::Ground;
use super::context::Context;
use super::finding::Finding;
use super::keys::{self, Map};
use super::model::{ItemKind, Kind, PastPayment, Payment, Row};
use super::names;
use super::payer;
use super::references::{self, Reading};

/// An earlier payment that a later one may return or repeat.
#[derive(Debug)]
pub(super) struct Earlier {
    booked: i32,
    account: String,
    name: String,
    text: String,
    end_to_end: String,
    rows: Vec<Row>,
    /// Was it posted, or does a proposal still wait?
    posted: bool,
    /// Has it been returned already?
    returned: bool,
}

/// Earlier payments by amount.
#[derive(Debug, Default)]
pub(super) struct Memory {
    list: Vec<Earlier>,
    by_amount: Map<i64, Vec<usize>>,
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
            Earlier {
                booked,
                account: keys::alnum(&past.account),
                name: names::key(&past.payer),
                text: keys::alnum(&past.text),
                end_to_end: String::new(),
                rows,
                posted: true,
                returned: false,
            },
        );
    }

    /// A payment of this run.
    pub(super) fn decided(&mut self, payment: &Payment, booked: i32, rows: &[Row], posted: bool) {
        let quoted = payment.quoted.concat();
        self.keep(
            payment.amount.minor(),
            Earlier {
                booked,
                account: keys::alnum(&payment.account),
                name: names::key(&payment.payer),
                text: keys::alnum(&format!("{}{quoted}", payment.text)),
                end_to_end: keys::alnum(&payment.end_to_end),
                rows: rows.to_vec(),
                posted,
                returned: false,
            },
        );
    }

    fn keep(&mut self, amount: i64, earlier: Earlier) {
        self.by_amount
            .entry(amount)
            .or_default()
            .push(self.list.len());
        self.list.push(earlier);
    }

    fn of_amount(&self, amount: i64) -> impl Iterator<Item = (usize, &Earlier)> {
        let found = self.by_amount.get(&amount);
        found.into_iter().flatten().map(|at| (*at, &self.list[*at]))
    }

    /// Marks the payment that a posted return undid.
    pub(super) fn undo(&mut self, amount: i64, rows: &[Row]) {
        let turned: Vec<Row> = rows.iter().map(turn).collect();
        let hit = self
            .of_amount(-amount)
            .filter(|(_, e)| e.rows == turned && !e.returned)
            .map(|(i, _)| i)
            .last();
        if let Some(at) = hit {
            self.list[at].returned = true;
        }
    }

    /// The customers who paid exactly this amount before.
    pub(super) fn payers_of(&self, amount: i64) -> impl Iterator<Item = u32> {
        self.of_amount(amount)
            .flat_map(|(_, e)| e.rows.iter().filter_map(|r| r.customer))
            .map(|c| c as u32)
    }
}

fn turn(row: &Row) -> Row {
    Row {
        amount: -row.amount,
        document_amount: row.document_amount.map(|m| -m),
        ..*row
    }
}

/// How much two payments look alike: account, name, text.
fn likeness(context: &Context<'_>, earlier: &Earlier) -> u32 {
    let p = context.p;
    let account = keys::alnum(&p.account);
    let name = names::key(&p.payer);
    let text = keys::alnum(&format!("{}{}", p.text, p.quoted.concat()));
    let end_to_end = keys::alnum(&p.end_to_end);
    let mut points = 0;
    points += 3 * u32::from(!account.is_empty() && account == earlier.account);
    points += 2 * u32::from(!name.is_empty() && name == earlier.name);
    points += 4 * u32::from(earlier.text.len() >= 5 && text.contains(&earlier.text));
    points += 4 * u32::from(end_to_end.len() >= 6 && end_to_end == earlier.end_to_end);
    points +=
        2 * u32::from(earlier.name.len() >= 6 && text.contains(&earlier.name.replace(' ', "")));
    points
}

const RETURN_DAYS: i32 = 75;
const AGAIN_DAYS: i32 = 14;

/// A payment that comes back undoes what was posted for it.
pub(super) fn returned(context: &Context<'_>) -> Vec<Finding> {
    let mut hits: Vec<(u32, i32, &Earlier)> = context
        .m
        .memory
        .of_amount(-context.amount)
        .filter(|(_, e)| {
            !e.returned && context.today >= e.booked && context.today - e.booked <= RETURN_DAYS
        })
        .map(|(_, e)| (likeness(context, e), e.booked, e))
        .filter(|(points, ..)| *points >= 2)
        .collect();
    hits.sort_by_key(|(points, booked, _)| std::cmp::Reverse((*points, *booked)));
    let Some(best) = hits.first().map(|(points, ..)| *points) else {
        return Vec::new();
    };
    let several = hits.iter().filter(|(points, ..)| *points == best).count() > 1;
    hits.iter()
        .take(3)
        .filter(|(_, _, e)| !e.rows.is_empty())
        .map(|(_, _, e)| {
            Finding::new(e.rows.iter().map(turn).collect(), Ground::Returned, true)
                .because("A payment of this amount by the same payer comes back: its application is undone")
                .but_if(!e.posted, "The payment that comes back was not posted")
                .but_if(several, "Several earlier payments could be meant")
                .but_if(best < 3, "Little ties it to the earlier payment")
        })
        .collect()
}

/// Money that went out for a credit memo, a credit on account, or a chargeback.
pub(super) fn paid_out(context: &Context<'_>) -> Vec<Finding> {
    let index = &context.m.index;
    let text = &context.p.text;
    let mentions = references::scan(index, &context.m.book, text);
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
            Finding::new(vec![row], Ground::PaidOut, true)
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
            Finding::new(vec![row], Ground::PaidOut, true)
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
                    Finding::new(vec![row], Ground::PaidOut, true)
                        .because("A chargeback of exactly what was paid on the document quoted"),
                ];
            }
        }
    }
    if let Some((customer, ..)) = payer::customer_number(index, text) {
        let credit = index.habits[customer as usize].on_account;
        let row = context.customer_row(customer, context.amount, Kind::OverpaymentOnAccount);
        return vec![
            Finding::new(vec![row], Ground::PaidOut, true)
                .because("Refund to the customer quoted, of what stands on account")
                .but_if(
                    credit != -context.amount,
                    "What stands on account is another amount",
                ),
        ];
    }
    Vec::new()
}

/// The same payment a second time: it stays on account of the customer.
pub(super) fn again(context: &Context<'_>) -> Option<Finding> {
    let p = context.p;
    let text = keys::alnum(&format!("{}{}", p.text, p.quoted.concat()));
    let end_to_end = keys::alnum(&p.end_to_end);
    let (_, earlier) = context
        .m
        .memory
        .of_amount(context.amount)
        .filter(|(_, e)| {
            context.today > e.booked && context.today - e.booked <= AGAIN_DAYS && !e.returned
        })
        .filter(|(_, e)| {
            let same_payer = e.name == names::key(&p.payer) && e.account == keys::alnum(&p.account);
            same_payer
                && e.text == text
                && e.end_to_end == end_to_end
                && (!text.is_empty() || !end_to_end.is_empty())
        })
        .last()?;
    let mut customers: Vec<usize> = earlier.rows.iter().filter_map(|r| r.customer).collect();
    customers.sort_unstable();
    customers.dedup();
    let [customer] = customers[..] else {
        return None;
    };
    let mentions = references::scan(
        &context.m.index,
        &context.m.book,
        &super::quoted::text(context),
    );
    let clear = mentions.iter().any(|m| {
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
        Finding::new(vec![row], Ground::Again, true)
            .because("The same payer sent the same amount with the same text a few days ago")
            .but_if(!earlier.posted, "The first of the two payments still waits"),
    )
}
