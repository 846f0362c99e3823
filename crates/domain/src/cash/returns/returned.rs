//! A payment that comes back: which one it was, how much of it, and the bank fee in its sum.

use super::{Earlier, Look, turn};
use crate::cash::confidence::Ground;
use crate::cash::context::Context;
use crate::cash::decision::{Kind, Row};
use crate::cash::doubts::ONLY_THE_PAYER;
use crate::cash::finding::Finding;
use crate::cash::keys;
use crate::cash::model::{ItemKind, Payment};
use crate::cash::references::{self, Reading};
use crate::money::Money;

/// Days within which a payment comes back: debtors may return a SEPA direct debit for eight weeks,
/// and banks take their time.
const RETURN_DAYS: i32 = 75;
/// Points of a reference or of a text that tells one payment of a payer from the others.
const TOLD: u32 = 4;

/// One way to read the sum of a line that takes back: what it takes back, and the bank fee.
#[derive(Clone, Copy)]
struct Sum {
    original: i64,
    fee: i64,
}

/// The ways to read the sum. What the bank states as the original amount goes before all others.
fn sums(context: &Context<'_>) -> [Vec<Sum>; 2] {
    let p = context.p;
    let line = -context.amount;
    let less = |original: i64| {
        let fee = line - original;
        (0 < original && 0 < fee).then_some(Sum { original, fee })
    };
    let own = |sum: &Money| sum.currency() == context.currency;
    let ordered = p.instructed.filter(own);
    let ordered = ordered.and_then(|sum| less(sum.minor().abs()));
    let kept = p.charges.filter(own);
    let kept = kept.and_then(|sum| less(line - sum.minor()));
    let whole = Sum {
        original: line,
        fee: 0,
    };
    let kept = kept.filter(|_| ordered.is_none());
    let others = std::iter::once(whole).chain(kept).collect();
    [ordered.into_iter().collect(), others]
}

/// An earlier payment that may be what comes back.
struct Hit<'m> {
    points: u32,
    earlier: &'m Earlier,
    sum: Sum,
}

impl Hit<'_> {
    fn rank(&self) -> (u32, i32) {
        (self.points, self.earlier.booked)
    }
}

/// Could it come back on this day?
fn may_return(context: &Context<'_>, earlier: &Earlier) -> bool {
    let days = context.today - earlier.booked;
    !earlier.returned && (0..=RETURN_DAYS).contains(&days)
}

/// The likeliest first.
fn sort(hits: &mut [Hit<'_>]) {
    hits.sort_by_key(|hit| std::cmp::Reverse(hit.rank()));
}

/// Are several as likely as the first?
fn several(hits: &[Hit<'_>]) -> bool {
    let best = hits.first().map(|hit| hit.points);
    hits.iter().filter(|hit| Some(hit.points) == best).count() > 1
}

/// A payment that comes back undoes what was posted for it; where only a part of it comes back,
/// that part. A bank fee in the sum is no customer's.
pub(in crate::cash) fn returned(context: &Context<'_>) -> Vec<Finding> {
    let own = Own {
        look: Look::of(context.p),
        names: Names::of(context.p),
    };
    let [stated, others] = sums(context);
    for sums in [&stated, &others] {
        let found = whole(context, &own, sums);
        if !found.is_empty() {
            return found;
        }
    }
    let unstated = if stated.is_empty() && others.len() == 1 {
        unstated_fee(context, &own)
    } else {
        Vec::new()
    };
    let has_fee = !unstated.is_empty();
    let sum = stated.first().or(others.first()).copied();
    let part = sum.map_or_else(Vec::new, |sum| in_part(context, &own, sum));
    let part = part.into_iter().map(|found| {
        found
            .but_if(has_fee, "It may be a whole payment and a bank fee")
            .but_if(others.len() > 1, "A bank fee may be in the sum")
    });
    unstated.into_iter().chain(part).collect()
}

/// What a line that takes back says of the payment.
struct Own {
    look: Look,
    names: Names,
}

impl Own {
    /// How much ties it to an earlier payment.
    fn points(&self, earlier: &Earlier) -> u32 {
        let named = if self.names.name(earlier) { NAMED } else { 0 };
        named + likeness(&self.look, earlier.look())
    }
}

/// Payments of just these amounts.
fn whole(context: &Context<'_>, own: &Own, sums: &[Sum]) -> Vec<Finding> {
    let mut hits: Vec<Hit<'_>> = Vec::new();
    for sum in sums {
        context.seen.amount(sum.original);
        let same = context.m.memory.of_amount(sum.original);
        let same = same.filter(|(_, e)| may_return(context, e));
        hits.extend(same.map(|(_, earlier)| Hit {
            points: own.points(earlier),
            earlier,
            sum: *sum,
        }));
    }
    hits.retain(|hit| 2 <= hit.points);
    hits.reverse();
    sort(&mut hits);
    let several = several(&hits);
    let first = hits.iter().take(3);
    let first = first.filter(|hit| !hit.earlier.rows.is_empty());
    first
        .map(|hit| {
            let why = if NAMED <= hit.points {
                "The bank names the payment that comes back: its application is undone"
            } else {
                "A payment of this amount by the same payer comes back: its application is undone"
            };
            let rows = hit.earlier.rows.iter().map(turn).collect();
            let found = Finding::new(rows, Ground::Returned)
                .because(why)
                .but_if(
                    !hit.earlier.posted,
                    "The payment that comes back was not posted",
                )
                .but_if(several, "Several earlier payments could be meant")
                .but_if(hit.points < 3, "Little ties it to the earlier payment");
            with_fee(context, found, hit.sum)
        })
        .collect()
}

/// The same with the bank fee in the sum.
fn with_fee(context: &Context<'_>, mut found: Finding, sum: Sum) -> Finding {
    if sum.fee == 0 {
        return found;
    }
    found.rows.push(context.fee_of_nobody(sum.fee));
    let own = |sum: &Money| sum.currency() == context.currency;
    let stated = context.p.charges.filter(own).map(Money::minor);
    found
        .because(format!(
            "The sum holds a bank fee of {:?}",
            context.money(sum.fee)
        ))
        .but_if(
            stated.is_some_and(|stated| stated != sum.fee),
            "The bank states another fee than the sum holds beyond the payment",
        )
        .but_if(
            stated.is_none() && sum.original < sum.fee,
            "The fee would be more than the payment",
        )
}

/// Payments of the payer, or on what is quoted, that are less by what may be a bank fee.
fn unstated_fee(context: &Context<'_>, own: &Own) -> Vec<Finding> {
    let line = -context.amount;
    let quoted = quoted(context, 1);
    let mut hits: Vec<Hit<'_>> = Vec::new();
    for customer in customers(context, &quoted) {
        let most = context.largest_fee(customer);
        let of_customer = context.m.memory.of_customer(customer);
        for earlier in of_customer.filter(|e| may_return(context, e)) {
            let fee = line - earlier.amount;
            if earlier.amount <= 0 || !(1..=most).contains(&fee) {
                continue;
            }
            let on_quoted = |row: &Row| row.item.is_some_and(|item| quoted.contains(&item));
            let is_quoted = earlier.rows.iter().any(on_quoted);
            let points = own.points(earlier) + TOLD * u32::from(is_quoted);
            let original = earlier.amount;
            hits.push(Hit {
                points,
                earlier,
                sum: Sum { original, fee },
            });
        }
    }
    hits.retain(|hit| 2 <= hit.points);
    sort(&mut hits);
    let first = hits.iter().take(3);
    first
        .map(|hit| {
            let rows = hit.earlier.rows.iter().map(turn).collect();
            let found = Finding::new(rows, Ground::Returned)
                .because("A payment of the same payer comes back with what may be a bank fee");
            with_fee(context, found, hit.sum).but("The bank states no fee")
        })
        .collect()
}

/// A part of an earlier payment: of the document quoted, or of the only one that was paid.
fn in_part(context: &Context<'_>, own: &Own, sum: Sum) -> Vec<Finding> {
    let quoted = quoted(context, sum.original);
    if quoted.is_empty() {
        return of_the_payer(context, own, sum);
    }
    let several = quoted.len() > 1;
    let of_document = |item: &u64| {
        let doc = *context.m.index.by_id.get(item)?;
        let customer = context.doc(doc).customer;
        let paid = |row: &Row| {
            row.item == Some(*item)
                && row.kind == Kind::Payment
                && sum.original <= row.amount.minor()
        };
        let mut earlier = context.m.memory.of_customer(customer);
        let is_known =
            earlier.any(|e| may_return(context, e) && e.posted && e.rows.iter().any(paid));
        let stranger = !context.payers.ids.is_empty() && !context.in_pool(doc);
        let row = context.row(doc, -sum.original, Kind::Payment);
        let found = Finding::new(vec![row], Ground::Returned)
            .because(
                "What comes back was paid on the document quoted: that much of it is open again",
            )
            .but_if(!is_known, "No payment is known that it is a part of")
            .but_if(stranger, "The document quoted is another customer's")
            .but_if(
                several,
                "Several documents are quoted that it may be a part of",
            );
        Some(with_fee(context, found, sum))
    };
    quoted.iter().take(3).filter_map(of_document).collect()
}

/// A part of an earlier payment of the payer, where no document is quoted.
fn of_the_payer(context: &Context<'_>, own: &Own, sum: Sum) -> Vec<Finding> {
    let mut hits: Vec<Hit<'_>> = Vec::new();
    for customer in customers(context, &[]) {
        let of_customer = context.m.memory.of_customer(customer);
        let larger = of_customer.filter(|e| sum.original < e.amount && may_return(context, e));
        hits.extend(larger.map(|earlier| Hit {
            points: own.points(earlier),
            earlier,
            sum,
        }));
    }
    hits.retain(|hit| 3 <= hit.points);
    sort(&mut hits);
    let is_torn = several(&hits);
    let mut out = Vec::new();
    for hit in &hits {
        let paid = |row: &&Row| row.kind == Kind::Payment && row.item.is_some();
        let documents = hit.earlier.rows.iter().filter(paid).count();
        let is_told = NAMED <= hit.points || TOLD <= told(&own.look, hit.earlier.look());
        // The last one was applied last.
        for row in hit.earlier.rows.iter().filter(paid).rev() {
            let doc = row.item.and_then(|item| context.m.index.by_id.get(&item));
            let Some(doc) = doc.filter(|doc| {
                sum.original <= row.amount.minor() && is_paid(context, **doc, sum.original)
            }) else {
                continue;
            };
            let back = context.row(*doc, -sum.original, Kind::Payment);
            let found = Finding::new(vec![back], Ground::Returned)
                .because("A part of an earlier payment comes back: that much is open again")
                .but_if(
                    !hit.earlier.posted,
                    "The payment that comes back was not posted",
                )
                .but_if(is_torn, "Several earlier payments could be meant")
                .but_if(
                    documents > 1,
                    "The payment settled several documents, and nothing says which is open again",
                )
                .but_if(!is_told, ONLY_THE_PAYER);
            out.push(with_fee(context, found, sum));
        }
    }
    out
}

/// Who may have paid: the payer, those it pays for, and who owed what is quoted.
fn customers(context: &Context<'_>, quoted: &[u64]) -> Vec<u32> {
    let docs = quoted
        .iter()
        .filter_map(|item| context.m.index.by_id.get(item));
    let owners = docs.map(|doc| context.doc(*doc).customer);
    let mut all: Vec<u32> = context.payers.pool.iter().copied().chain(owners).collect();
    all.sort_unstable();
    all.dedup();
    for customer in &all {
        context.seen.customer(*customer);
    }
    all
}

/// The documents quoted on which so much was paid.
fn quoted(context: &Context<'_>, amount: i64) -> Vec<u64> {
    let index = &context.m.index;
    let mentions = references::scan(index, context.text, context.pieces);
    let paid = references::select(&mentions, |doc| is_paid(context, doc, amount));
    let clear = paid
        .iter()
        .filter(|m| m.reading >= Reading::Serial && m.docs.len() == 1);
    let mut items: Vec<u64> = clear.map(|m| context.doc(m.docs[0]).id).collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// Was so much paid on a document in the account's currency?
fn is_paid(context: &Context<'_>, doc: u32, amount: i64) -> bool {
    let document = context.doc(doc);
    document.kind != ItemKind::CreditMemo
        && context.is_local(doc)
        && amount <= document.amount - document.open
}

/// How much two payments look alike: account, name, text.
fn likeness(own: &Look, earlier: &Look) -> u32 {
    let mut points = told(own, earlier);
    points += 3 * u32::from(!own.account.is_empty() && own.account == earlier.account);
    points += 2 * u32::from(!own.name.is_empty() && own.name == earlier.name);
    let named = earlier.name.len() >= 6 && own.text.contains(&earlier.name.replace(' ', ""));
    points + 2 * u32::from(named)
}

/// How much text and end-to-end reference tell one payment of a payer from the others.
fn told(own: &Look, earlier: &Look) -> u32 {
    let told = earlier.text.len() >= 5 && own.text.contains(&earlier.text);
    // Many write `supplier payment`; only a number tells one payment from others.
    let numbered = earlier.text.bytes().any(|b| b.is_ascii_digit());
    let by_text = u32::from(told) * if numbered { TOLD } else { 1 };
    let same_id = own.end_to_end.len() >= 6 && own.end_to_end == earlier.end_to_end;
    by_text + TOLD * u32::from(same_id)
}

/// Points that nothing but being named by the bank gives.
const NAMED: u32 = 100;
/// Characters of a reference that tells one payment from all others.
const TELLING: usize = 6;

/// What a payment that comes back names it by: each reference as a key, and all its text.
struct Names {
    fields: Vec<String>,
    text: String,
}

impl Names {
    fn of(p: &Payment) -> Names {
        let fields = p.references.iter().chain([&p.end_to_end]);
        Names {
            fields: fields.map(|field| keys::alnum(field)).collect(),
            text: p.text.to_uppercase(),
        }
    }

    /// Does it name the earlier payment by a reference of its bank's or payer's?
    fn name(&self, earlier: &Earlier) -> bool {
        let [_, _, _, end_to_end, references] = earlier.words.parts();
        let mut own = references.lines().chain([end_to_end]);
        own.any(|reference| {
            let key = keys::alnum(reference);
            let digits = key.bytes().filter(u8::is_ascii_digit).count();
            // A short word may stand in any text, and few digits in any number.
            key.len() >= TELLING
                && digits * 2 >= TELLING
                && (self.fields.contains(&key) || stands_in(&self.text, reference))
        })
    }
}

/// Does a text, in upper case, have this reference as words of its own?
fn stands_in(text: &str, reference: &str) -> bool {
    let reference = reference.trim().to_uppercase();
    let parts = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(&reference).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let behind = text.get(at + reference.len()..);
        parts(before) && parts(behind.and_then(|behind| behind.chars().next()))
    })
}
