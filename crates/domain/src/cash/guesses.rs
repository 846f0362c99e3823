//! Nothing may be posted: what a clerk would look at first.

use super::amounts;
use super::by_amount::{fifo, pays_oldest};
use super::confidence::{Ground, THESE_MAKE_IT};
use super::context::Context;
use super::decision::{Kind, Row};
use super::finding::Finding;
use super::model::ItemKind;

/// Customers that may stand behind a payment and are looked at.
const CUSTOMERS: usize = 20;
/// Proposals that a person is shown.
const PROPOSALS: usize = 3;

/// What a clerk would look at first: documents that make the amount, the oldest ones of those who
/// may have paid, others' documents of this amount where only a name points to the payer.
pub(super) fn guesses(context: &Context<'_>, docs: &[u32], out: &mut Vec<Finding>) {
    let Some(first) = context.payers.ids.first().or(context.payers.pool.first()) else {
        return;
    };
    let mut others = Vec::new();
    if context.payers.by_name {
        strangers(context, &mut others);
    }
    // A name that is only like ours says less than one document of just this amount.
    let before = context.payers.vaguely && others.len() == 1;
    if before {
        out.append(&mut others);
    }
    let oldest = oldest(context, docs);
    let several = nearly(context, docs)
        .into_iter()
        .chain(several(context, docs));
    // Round sums are paid in part or on account more often than they are met by several documents.
    if is_round(context.amount) {
        out.extend(oldest.into_iter().chain(several));
    } else {
        out.extend(several.into_iter().chain(oldest));
    }
    out.extend(others);
    let row = context.customer_row(*first, context.amount, Kind::OverpaymentOnAccount);
    out.push(
        Finding::new(vec![row], Ground::Unexplained, false)
            .but("Nothing says which documents are paid: on account"),
    );
}

/// The one document of the payer that is open by the amount but for what is written off as
/// rounding.
fn nearly(context: &Context<'_>, docs: &[u32]) -> Option<Finding> {
    let [_] = context.payers.ids[..] else {
        return None;
    };
    let off = |d: &u32| context.amount - context.doc(*d).open;
    let is_near = |d: &&u32| off(d).abs() <= context.rounding(context.doc(**d).customer);
    let mut near = docs.iter().filter(is_near);
    let (Some(doc), None) = (near.next(), near.next()) else {
        return None;
    };
    let rows = vec![
        context.clear(*doc),
        context.row(*doc, off(doc), Kind::Rounding),
    ];
    Some(
        Finding::new(rows, Ground::Guess, false)
            .but("One document has this amount but for a rounding difference"),
    )
}

/// The amount laid on the oldest documents of each customer who may have paid: those first who
/// pay like that, then those who owe as much.
fn oldest(context: &Context<'_>, docs: &[u32]) -> Vec<Finding> {
    let payers = &context.payers;
    let sure = match payers.ids[..] {
        [one] if !payers.vaguely => Some(one),
        _ => None,
    };
    let mut customers: Vec<u32> = payers.ids.clone();
    customers.extend(payers.pool.iter().filter(|c| !payers.ids.contains(c)));
    let mut found: Vec<(bool, bool, u32, Vec<Row>)> = customers
        .into_iter()
        .take(CUSTOMERS)
        .filter_map(|customer| {
            let rows = fifo(context, customer, docs)?;
            let covers = rows.iter().all(|row| row.item.is_some());
            let some = rows.iter().any(|row| row.item.is_some());
            some.then(|| (!pays_oldest(context, customer), !covers, customer, rows))
        })
        .collect();
    found.sort_by_key(|(no_habit, over, ..)| (*over, *no_habit));
    let mut out = Vec::new();
    for (_, over, customer, rows) in found.into_iter().take(PROPOSALS) {
        let ground = match sure {
            _ if over => Ground::Unexplained,
            Some(one) if one == customer => Ground::Guess,
            _ => Ground::Stranger,
        };
        let why = if over {
            "Nothing says which documents are paid: oldest first, the rest on account"
        } else {
            "Nothing says which documents are paid: oldest first"
        };
        out.push(Finding::new(rows, ground, false).but(why));
    }
    out
}

/// The oldest documents but for debit memos, which a payer who pays the oldest may leave out.
pub(super) fn oldest_invoices(context: &Context<'_>, docs: &[u32]) -> Option<Finding> {
    let [customer] = context.payers.ids[..] else {
        return None;
    };
    let invoices: Vec<u32> = docs
        .iter()
        .copied()
        .filter(|d| context.doc(*d).kind != ItemKind::DebitMemo)
        .collect();
    let rows = fifo(context, customer, &invoices)?;
    Some(
        Finding::new(rows, Ground::Oldest, false)
            .but("The payer's habit: oldest first, debit memos left out"),
    )
}

/// Is it whole tens? Such amounts meet each other by accident.
pub(super) fn is_round(amount: i64) -> bool {
    amount % 1000 == 0
}

/// Four or five documents of one customer that make the amount: worth a look, never sure.
fn several(context: &Context<'_>, docs: &[u32]) -> Option<Finding> {
    for size in [4, 5] {
        for customer in context.payers.pool.iter().take(20) {
            let own: Vec<u32> = docs
                .iter()
                .copied()
                .filter(|d| context.doc(*d).customer == *customer)
                .collect();
            if own.len() < size || own.len() > 40 {
                continue;
            }
            let values: Vec<i64> = own.iter().map(|d| context.doc(*d).open).collect();
            let sets = amounts::subsets(&values, context.amount, size, 2);
            if let Some(set) = sets.first() {
                let docs: Vec<u32> = set.iter().map(|at| own[*at]).collect();
                let ground = if sets.len() == 1 {
                    Ground::Several
                } else {
                    Ground::Stranger
                };
                return Some(
                    Finding::new(context.rows(&context.full(&docs)), ground, false)
                        .but(THESE_MAKE_IT),
                );
            }
        }
    }
    None
}

/// Documents of exactly this amount, whosever they are: nobody knows the payer, or only by a name.
pub(super) fn strangers(context: &Context<'_>, out: &mut Vec<Finding>) {
    let index = &context.m.index;
    let hits: Vec<u32> = index
        .open_of_amount(context.currency, context.amount)
        .filter(|d| context.is_open(*d) && !context.doc(*d).claimed && !context.in_pool(*d))
        .take(3)
        .collect();
    let ground = match hits.len() {
        1 if !is_round(context.amount) => Ground::Guess,
        _ => Ground::Stranger,
    };
    for doc in &hits {
        out.push(
            Finding::new(vec![context.clear(*doc)], ground, false)
                .but("Only the amount points to this document; the payer is unknown"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::Customer;
    use super::super::tests::{book, pay};
    use super::super::{Decision, Kind, Matcher, Outcome};

    /// The proposals as customer, document and confidence of each one's first row.
    fn told(decision: &Decision) -> Vec<(usize, u64, u16)> {
        let proposals = decision.alternatives.iter().map(|proposal| {
            let row = &proposal.rows[0];
            let customer = row.customer.expect("a customer");
            let sure = proposal.confidence.ten_thousandths();
            (customer, row.item.unwrap_or(0), sure)
        });
        proposals.collect()
    }

    #[test]
    fn a_name_that_is_only_like_ours_says_less_than_a_document_of_the_amount() {
        let mut payment = pay("912.30", "", "Zahlung");
        payment.payer = "Tuchweb Lind".to_owned();
        let decision = Matcher::new(book()).decide(&payment);
        assert_eq!(decision.outcome, Outcome::Proposed);
        assert_eq!(told(&decision)[0], (0, 3, 8700));
        // Who is named as in our books is asked first.
        payment.payer = "Tuchweberei Lindow KG".to_owned();
        let decision = Matcher::new(book()).decide(&payment);
        let told = told(&decision);
        assert_eq!((told[0].0, told[0].1), (2, 8));
        assert!(told.iter().any(|(customer, ..)| *customer == 0), "{told:?}");
    }

    #[test]
    fn of_several_who_may_pay_those_come_first_who_owe_as_much() {
        let mut book = book();
        book.customers[0].accounts.push("DE55".to_owned());
        book.customers[1].accounts.push("DE55".to_owned());
        let decision = Matcher::new(book).decide(&pay("2480.10", "DE55", "Zahlung"));
        let told = told(&decision);
        assert_eq!(
            (told[0].0, told[0].1, told[1].0),
            (1, 6, 0),
            "the other owes less: {told:?}"
        );
        assert!(told[1].2 < 1000, "{told:?}");
    }

    #[test]
    fn what_is_proposed_on_account_does_not_speak_of_documents() {
        let mut book = book();
        book.customers.push(Customer {
            number: "K70044".to_owned(),
            name: "Seilerei Vogt KG".to_owned(),
            accounts: vec!["DE44".to_owned()],
            ..Customer::default()
        });
        let matcher = Matcher::new(book);
        let told = |account: &str| {
            let decision = matcher.decide(&pay("9000.00", account, "Zahlung"));
            let first = &decision.alternatives[0];
            let kinds: Vec<Kind> = first.rows.iter().map(|row| row.kind).collect();
            (kinds, first.evidence[0].text.clone())
        };
        let (kinds, why) = told("DE44");
        assert_eq!(kinds, [Kind::OverpaymentOnAccount]);
        assert_eq!(why, "Nothing says which documents are paid: on account");
        let (kinds, why) = told("DE33");
        assert_eq!(kinds, [Kind::Payment, Kind::OverpaymentOnAccount]);
        assert!(why.ends_with("oldest first, the rest on account"), "{why}");
    }
}
