//! Nothing may be posted: what a clerk would look at first.

use super::amounts;
use super::by_amount::{fifo, pays_oldest};
use super::confidence::{Alone, Ground, Laid};
use super::context::Context;
use super::decision::{Kind, Row};
use super::doubts::THESE_MAKE_IT;
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
        Finding::new(vec![row], Ground::Unexplained)
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
        Finding::new(rows, Ground::Guess)
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
    let laid = Laid {
        several: found.iter().filter(|(_, over, ..)| !over).count() > 1,
        round: is_round(context.amount),
        alike: payers.vaguely.then_some(context.m.book.customers.len()),
    };
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
        let found = Finding::new(rows, ground).but(why);
        out.push(match ground {
            Ground::Stranger => found.sure(laid.confidence()),
            _ => found,
        });
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
        Finding::new(rows, Ground::Oldest)
            .but("The payer's habit: oldest first, debit memos left out"),
    )
}

/// Is it whole tens? Such amounts meet each other by accident.
pub(super) fn is_round(amount: i64) -> bool {
    amount % 1000 == 0
}

/// Documents of which any four or five are tried: of more some always make the amount.
const SEVERAL_OF: usize = 40;

/// Four or five documents of one customer that make the amount: worth a look, never sure.
fn several(context: &Context<'_>, docs: &[u32]) -> Option<Finding> {
    for size in [4, 5] {
        for customer in context.payers.pool.iter().take(CUSTOMERS) {
            let own: Vec<u32> = docs
                .iter()
                .copied()
                .filter(|d| context.doc(*d).customer == *customer)
                .collect();
            if own.len() < size || own.len() > SEVERAL_OF {
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
                    Finding::new(context.rows(&context.full(&docs)), ground).but(THESE_MAKE_IT),
                );
            }
        }
    }
    None
}

/// Documents of exactly this amount, whosever they are: nobody knows the payer, or only by a name.
pub(super) fn strangers(context: &Context<'_>, out: &mut Vec<Finding>) {
    let index = &context.m.index;
    let candidates = || {
        let open = index.open_of_amount(context.currency, context.amount);
        open.filter(|d| context.is_open(*d) && !context.doc(*d).claimed && !context.in_pool(*d))
    };
    let hits: Vec<u32> = candidates().take(PROPOSALS).collect();
    if hits.is_empty() {
        return;
    }
    let near = neighbours(context.amount);
    // As the book was read: what a run closes of them must not tell its payments apart.
    let theirs = near
        .iter()
        .map(|amount| owners(context, index.once_of_amount(context.currency, *amount)));
    let alone = Alone {
        owners: owners(context, candidates()),
        others: theirs.sum(),
        tried: near.len(),
        round: is_round(context.amount),
    };
    // One who is named is one of them; of nobody known each of them may as well be the payer.
    let sure = match alone.owners {
        several if context.payers.by_name => alone.confidence().shared(several),
        _ => alone.confidence(),
    };
    for doc in &hits {
        out.push(
            Finding::new(vec![context.clear(*doc)], Ground::Stranger)
                .but("Only the amount points to this document; the payer is unknown")
                .sure(sure),
        );
    }
}

/// How many customers these documents belong to.
fn owners(context: &Context<'_>, docs: impl Iterator<Item = u32>) -> usize {
    context.owners(&docs.collect::<Vec<u32>>()).len()
}

/// How many amounts on each side are looked at, to see how many documents have such an amount.
const NEIGHBOURS: i64 = 200;

/// Amounts near to this one and as round as it.
fn neighbours(amount: i64) -> Vec<i64> {
    let mut step = 1;
    while amount % (10 * step) == 0 && amount >= 1_000 * step {
        step *= 10;
    }
    let around = (1..=NEIGHBOURS).flat_map(|k| [amount - k * step, amount + k * step]);
    around.filter(|near| *near > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::super::model::Customer;
    use super::super::tests::{book, pay};
    use super::super::{Decision, Kind, Matcher, Outcome};
    use super::neighbours;

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
        assert_eq!(told(&decision)[0], (0, 3, 9000));
        // Who is named as in our books is asked first.
        payment.payer = "Tuchweberei Lindow KG".to_owned();
        let decision = Matcher::new(book()).decide(&payment);
        let told = told(&decision);
        assert_eq!((told[0].0, told[0].1), (2, 8));
        assert!(told.iter().any(|(customer, ..)| *customer == 0), "{told:?}");
    }

    #[test]
    fn of_nobody_known_two_documents_of_the_amount_are_as_good_as_one() {
        let first = |payer: &str, amount: &str| {
            let mut payment = pay(amount, "", "Zahlung");
            payment.payer = payer.to_owned();
            let decision = Matcher::new(book()).decide(&payment);
            let told = told(&decision);
            let of_amount = told.iter().find(|(customer, ..)| *customer != 0);
            *of_amount.expect("a document of the amount")
        };
        assert_eq!(first("", "640.05"), (1, 7, 9000));
        // Who is named like a customer is not both of two others.
        let (_, _, sure) = first("Bootswerft Hansen GmbH", "640.05");
        assert!(sure <= 4500, "{sure}");
    }

    #[test]
    fn neighbours_are_as_round_as_the_amount() {
        let near = neighbours(28_441);
        assert_eq!((near[0], near[1], near.len()), (28_440, 28_442, 400));
        let near = neighbours(150_000);
        assert_eq!((near[0], near[1]), (149_000, 151_000));
        assert!(near.iter().all(|amount| amount % 1_000 == 0 && *amount > 0));
        assert_eq!(neighbours(1), (2..=201).collect::<Vec<i64>>());
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
