//! The sum quoted is not the sum paid: what the policy explains, and what it does not.
//!
//! In the order a clerk would look: a fee of whoever is in between, a credit memo taken, a charge
//! the bank shows, a discount but for a cent, an amount the payer states, rounding, a discount
//! refused, a bank's fee; then other documents that make up the rest; then paid in part, or too much.

use super::claims;
use super::confidence::Ground;
use super::context::Context;
use super::decision::{Kind, Row};
use super::doubts::{
    ANOTHER_AMOUNT, BY_ACCIDENT, CUT_DOCUMENTS, CUT_REASON, FITS_ANOTHER, MUCH_LEFT, OTHERS_QUOTED,
    PAID_TWICE, UNCLEAR,
};
use super::explain::{Class, Sums};
use super::finding::Finding;
use super::model::ItemKind;
use super::quoted::Quoted;
use super::references::Reading;
use super::{amounts, disputes, quoted};

/// The part of a sum that factors and processors keep at most, two percent: who keeps more keeps it
/// for a reason.
const KEPT: i64 = 50;

/// Is it as little as somebody in between keeps of these documents?
fn is_small_fee(context: &Context<'_>, docs: &[u32], kept: i64) -> bool {
    0 < kept && kept.saturating_mul(KEPT) <= context.sum(docs)
}

/// Several customers' documents, somewhat less paid: the payer in between kept a fee.
pub(super) fn kept_by_intermediary(context: &Context<'_>, docs: &[u32]) -> Option<Finding> {
    let kept = context.sum(docs) - context.amount;
    let customers = context.owners(docs);
    let payers = if context.adopted {
        &context.payers.ids
    } else {
        &context.payers.pool
    };
    let own = payers.iter().any(|c| customers.contains(c));
    if customers.len() < 2 || own || !is_small_fee(context, docs, kept) {
        return None;
    }
    let rows = with(context, docs, Some(context.fee_of_nobody(kept)));
    Some(
        Finding::new(rows, Ground::QuotedLess)
            .because("Documents of several customers, paid by somebody else who kept a fee")
            .but_if(
                quoted::another(context, docs, Reading::Serial),
                "One more number is quoted, and what is missing may be more",
            ),
    )
}

/// An unknown payer pays somewhat less for one customer: it may be a factor that kept a fee.
fn kept_by_stranger(context: &Context<'_>, docs: &[u32], short: i64) -> Option<Finding> {
    if !context.adopted || !is_small_fee(context, docs, short) {
        return None;
    }
    let rows = with(context, docs, Some(context.fee_of_nobody(short)));
    let found = Finding::new(rows, Ground::Several);
    Some(found.but("The payer is unknown and may have kept a fee"))
}

/// The documents behind the last one quoted that make up the rest: a text that was cut would
/// have gone on with them.
fn completed(context: &Context<'_>, docs: &[u32], rest: i64) -> Option<Finding> {
    let serial = |d: u32| context.doc(d).serial.map_or(0, |s| s.value);
    let last = *docs.iter().max_by_key(|d| serial(**d))?;
    let mut behind: Vec<u32> = context
        .docs
        .iter()
        .copied()
        .filter(|d| {
            let doc = context.doc(*d);
            doc.customer == context.doc(last).customer
                && doc.kind == context.doc(last).kind
                && context.is_local(*d)
                && serial(*d) > serial(last)
        })
        .collect();
    if rest <= 0 || behind.is_empty() {
        return None;
    }
    behind.sort_by_key(|d| serial(*d));
    let mut sum = 0;
    let run = behind.iter().position(|d| {
        sum += context.doc(*d).open;
        sum == rest
    });
    let found: Vec<u32> = match run {
        Some(at) => behind[..=at].to_vec(),
        None => {
            behind.truncate(40);
            let values: Vec<i64> = behind.iter().map(|d| context.doc(*d).open).collect();
            let mut sizes = [2, 3, 4, 5].into_iter();
            let set = sizes.find_map(|n| amounts::subsets(&values, rest, n, 1).pop())?;
            set.into_iter().map(|at| behind[at]).collect()
        }
    };
    let all: Vec<u32> = docs.iter().chain(&found).copied().collect();
    Some(
        Finding::new(with(context, &all, None), Ground::Several)
            .but("The text is cut: documents behind the last one quoted make up the rest"),
    )
}

/// The largest document: it carries a deduction that names none.
fn largest(context: &Context<'_>, docs: &[u32]) -> Option<u32> {
    docs.iter()
        .copied()
        .filter(|d| context.doc(*d).kind != ItemKind::CreditMemo)
        .max_by_key(|d| (context.doc(*d).open, std::cmp::Reverse(*d)))
}

/// The sum quoted is not the sum paid.
pub(super) fn differences(context: &Context<'_>, quoted: &Quoted, docs: &[u32]) -> Vec<Finding> {
    if docs.iter().any(|d| !context.is_local(*d)) {
        return Vec::new();
    }
    let mut out = Vec::new();
    let short = context.sum(docs) - context.amount;
    let sure = docs.iter().all(|d| quoted.clear.contains(d));
    if !context.in_pool(docs[0]) {
        return out;
    }
    let owners = context.owners(docs);
    if short > 0 {
        if sure && !context.payers.ids.iter().any(|c| owners.contains(c)) {
            out.extend(kept_by_intermediary(context, docs));
        }
        if out.is_empty() {
            out.extend(credits(context, docs, short));
            out.extend(deducted(context, docs, short, quoted));
        }
    } else {
        out.extend(more(context, docs, -short, quoted));
    }
    let otherwise = !out.is_empty();
    if out.is_empty() || out.iter().all(|f| !f.posts()) {
        out.extend(kept_by_stranger(context, docs, short));
        out.extend(completed(context, docs, -short));
        out.extend(
            in_part_or_over(context, docs, short, quoted)
                .into_iter()
                .map(|f| f.but_if(otherwise, "The difference can be explained otherwise, too")),
        );
    }
    for finding in &mut out {
        let vague = matches!(
            finding.ground,
            Ground::Part | Ground::Over | Ground::QuotedAndMore
        ) || quoted.least.is_none_or(|l| l < Reading::Framed);
        let split = finding.rows.iter().any(|r| r.customer.is_none());
        if context.adopted && vague && !split {
            *finding = finding
                .clone()
                .but("The payer is unknown and the sum is not exact");
            finding.ground = Ground::Stranger;
        }
        if !sure && finding.posts() && finding.ground != Ground::QuotedLess {
            *finding = finding.clone().but("The quotation is not clear enough");
        }
    }
    out
}

pub(super) fn with(context: &Context<'_>, docs: &[u32], row: Option<Row>) -> Vec<Row> {
    let row = row.filter(|row| !row.amount.is_zero());
    docs.iter().map(|d| context.clear(*d)).chain(row).collect()
}

/// A credit memo taken without saying so.
fn credits(context: &Context<'_>, docs: &[u32], short: i64) -> Option<Finding> {
    let customers = context.owners(docs);
    let open: Vec<u32> = context
        .docs
        .iter()
        .copied()
        .filter(|d| {
            let doc = context.doc(*d);
            doc.kind == ItemKind::CreditMemo
                && customers.contains(&doc.customer)
                && context.is_local(*d)
                && !docs.contains(d)
        })
        .collect();
    let mut hits: Vec<Vec<u32>> = open
        .iter()
        .filter(|d| context.doc(**d).open == -short)
        .map(|d| vec![*d])
        .collect();
    if hits.is_empty() {
        for (i, a) in open.iter().enumerate() {
            for b in &open[i + 1..] {
                if context.sum(&[*a, *b]) == -short {
                    hits.push(vec![*a, *b]);
                }
            }
        }
    }
    let first = hits.first()?;
    let rows = with(context, docs, None)
        .into_iter()
        .chain(with(context, first, None))
        .collect();
    Some(
        Finding::new(rows, Ground::QuotedLess)
            .because("The difference is exactly the customer's open credit memo")
            .but_if(hits.len() > 1, "Several credit memos make the difference"),
    )
}

/// Deductions that the rules know.
fn deducted(context: &Context<'_>, docs: &[u32], short: i64, quoted: &Quoted) -> Option<Finding> {
    let bearer = largest(context, docs)?;
    let customer = context.doc(bearer).customer;
    let less = |kind: Kind, why: &str| {
        let rows = with(context, docs, Some(context.row(bearer, -short, kind)));
        Finding::new(rows, Ground::QuotedLess).because(why)
    };
    // A fee has no document of its own: the first quoted that is large enough carries it.
    let first = docs.iter().copied().find(|d| context.doc(*d).open > short);
    let fee = |why: &str| {
        let row = context.row(first.unwrap_or(bearer), -short, Kind::BankFee);
        Finding::new(with(context, docs, Some(row)), Ground::QuotedLess).because(why)
    };
    if short >= context.doc(bearer).open {
        return None;
    }
    if context.p.charges.is_some_and(|c| c.minor() == short) {
        return Some(fee("The bank shows that it kept this as its charge"));
    }
    if let Some(nearly) = nearly_discounted(context, docs, short) {
        return Some(nearly);
    }
    if let Some(share) = disputes::claimed_share(context, docs, (bearer, short)) {
        return Some(share);
    }
    if let Some(claimed) = disputes::claimed(context, docs, (bearer, short)) {
        return Some(claimed);
    }
    let other = fits_another(context, docs);
    if let Some(exempt) = disputes::on_exempt(context, docs, short) {
        return Some(exempt);
    }
    if short <= context.rounding(customer) {
        let why = "The difference is within the tolerance for rounding";
        return Some(
            less(Kind::Rounding, why)
                .but_if(other, FITS_ANOTHER)
                .but_if(quoted::goes_on(&context.p.text), CUT),
        );
    }
    if let Some(refused) = disputes::refused_discount(context, docs, short) {
        return Some(refused);
    }
    if is_usual_fee(context, customer, short) {
        let why = if context.habits(customer).is_short_of_fees() {
            "History shows that this customer's payments arrive short of fees"
        } else {
            "Paid from abroad and short by no more than the tolerance for fees"
        };
        return Some(
            fee(why)
                .but_if(quoted.cut, CUT_REASON)
                .but_if(other, FITS_ANOTHER)
                .but_if(context.adopted, "The payer is unknown"),
        );
    }
    None
}

/// Is it what banks usually keep from what this customer pays?
pub(super) fn is_usual_fee(context: &Context<'_>, customer: u32, short: i64) -> bool {
    let is_usual = context.habits(customer).is_short_of_fees() || context.is_cross_border(customer);
    short <= context.largest_fee(customer) && is_usual
}

/// The discounts that may be taken, but for a difference within the tolerance for rounding: who
/// works them out line by line is off by a cent.
fn nearly_discounted(context: &Context<'_>, docs: &[u32], short: i64) -> Option<Finding> {
    let discounts = docs.iter().map(|d| (*d, context.discount(*d)));
    let taken: Vec<(u32, i64)> = discounts.filter(|(_, less)| 0 < *less).collect();
    let off = taken.iter().map(|(_, less)| less).sum::<i64>() - short;
    let tolerance = largest(context, docs).map_or(0, |d| context.rounding(context.doc(d).customer));
    // Where the difference is nearer to nothing than to the discounts, none was meant.
    let is_near = off != 0 && off.abs() <= tolerance;
    // A fee that is usual here explains all of it, to the cent.
    let is_fee = docs
        .iter()
        .any(|d| is_usual_fee(context, context.doc(*d).customer, short));
    if taken.is_empty() || !is_near || short <= off.abs() || is_fee {
        return None;
    }
    let mut rows = with(context, docs, None);
    let discounted = taken
        .iter()
        .map(|(d, less)| context.row(*d, -less, Kind::EarlyPaymentDiscount));
    rows.extend(discounted);
    rows.push(context.row(largest(context, docs)?, off, Kind::Rounding));
    let why = "Short by the discount, but for a difference within the tolerance for rounding";
    Some(
        Finding::new(rows, Ground::QuotedLess)
            .because(why)
            .but_if(fits_another(context, docs), FITS_ANOTHER),
    )
}

/// More paid than quoted: other documents of the payer may make up the rest.
fn more(context: &Context<'_>, docs: &[u32], excess: i64, quoted: &Quoted) -> Vec<Finding> {
    if let Some(bearer) = largest(context, docs)
        && excess <= context.rounding(context.doc(bearer).customer)
    {
        let rows = with(
            context,
            docs,
            Some(context.row(bearer, excess, Kind::Rounding)),
        );
        return vec![
            Finding::new(rows, Ground::QuotedLess)
                .because("The difference is within the tolerance for rounding")
                .but_if(fits_another(context, docs), FITS_ANOTHER)
                .but_if(quoted::goes_on(&context.p.text), CUT),
        ];
    }
    let rest: Vec<u32> = context
        .docs
        .iter()
        .copied()
        .filter(|d| !docs.contains(d) && context.is_local(*d))
        .collect();
    let Some(explained) = context.explain(&rest, excess, Sums::Rest) else {
        return Vec::new();
    };
    let alike = context.all_alike(&explained.sets);
    let twice =
        explained.class == Class::One && docs.iter().any(|d| context.doc(*d).open == excess);
    let claimed = explained
        .sets
        .iter()
        .flatten()
        .any(|(d, ..)| context.doc(*d).claimed);
    let chance = context.accidents(&rest, &explained, excess);
    let charged = claims::of_a_late_charge(context);
    let vague = explained.class > Class::Two
        || (explained.class > Class::One && (quoted.cut || context.adopted));
    explained
        .sets
        .iter()
        .take(2)
        .map(|set| {
            let rows = with(context, docs, None)
                .into_iter()
                .chain(context.rows(set))
                .collect();
            Finding::new(rows, Ground::QuotedAndMore)
                .because(
                    "What is quoted and one more explanation of the rest add up to the payment",
                )
                .but_if(!alike, "Several documents could make up the rest")
                .but_if(claimed, "An earlier proposal claims one of these documents")
                .but_if(twice, PAID_TWICE)
                .but_if(
                    charged,
                    "It speaks of a charge for paying late, which may be the rest",
                )
                .but_if(vague, "Nothing says which documents make up the rest")
                .but_if(chance, BY_ACCIDENT)
        })
        .collect()
}

const CUT: &str = "The text is cut: more may have been said";

/// Has another document of the payer exactly the amount of the payment?
fn fits_another(context: &Context<'_>, docs: &[u32]) -> bool {
    let has_amount = |d: &u32| context.net_of(*d, context.amount).is_some();
    context.docs.iter().any(|d| {
        !docs.contains(d)
            && context.is_local(*d)
            && context.doc(*d).kind != ItemKind::CreditMemo
            && has_amount(d)
    })
}

/// What is left over is below this part of what is quoted where somebody slipped: paid with tax
/// what is due without, added a charge. All of it once more is a double payment.
const OVER: i64 = 4;

/// Is so much left over that another document of the payer could be paid with it?
fn pays_another(context: &Context<'_>, docs: &[u32], excess: i64) -> bool {
    context.docs.iter().any(|d| {
        let doc = context.doc(*d);
        !docs.contains(d)
            && context.is_local(*d)
            && doc.kind != ItemKind::CreditMemo
            && doc.open <= excess
    })
}

/// Is the payment such an instalment of a document, as near as instalments are rounded? It is a
/// part of the whole, or of what the instalments before it left.
fn is_instalment(context: &Context<'_>, doc: u32, (which, all): (u8, u8)) -> bool {
    let doc = context.doc(doc);
    let makes = |sum: i64, parts: u8| {
        let off = context.amount.saturating_mul(i64::from(parts)) - sum;
        off.abs() <= 100 * i64::from(parts)
    };
    makes(doc.amount, all) || makes(doc.open, all - which + 1)
}

/// Nothing explains the difference: paid in part, or too much.
fn in_part_or_over(
    context: &Context<'_>,
    docs: &[u32],
    short: i64,
    quoted: &Quoted,
) -> Vec<Finding> {
    let mut out = Vec::new();
    let elsewhere = fits_another(context, docs);
    let Some(bearer) = largest(context, docs) else {
        return out;
    };
    if short > 0 && short < context.doc(bearer).open {
        let mut rows = with(context, docs, None);
        for row in &mut rows {
            if row.item == Some(context.doc(bearer).id) {
                row.amount = context.money(context.doc(bearer).open - short);
            }
        }
        out.push(
            Finding::new(rows, Ground::Part)
                .because("Less than the document quoted; the rest stays open")
                .but_if(
                    docs.len() > 1,
                    "Nothing says which document was paid in part",
                )
                .but_if(quoted.cut && !claims::in_part(context), CUT)
                .but_if(
                    context.tells_of_tax,
                    "It speaks of tax withheld, at no rate that is known",
                )
                .but_if(claims::state_another_amount(context, short), ANOTHER_AMOUNT)
                .but_if(elsewhere, FITS_ANOTHER)
                .but_if(
                    claims::instalment(context).is_some_and(|n| !is_instalment(context, bearer, n)),
                    "It is no such instalment of the document quoted",
                )
                .but_if(
                    !quoted.foreign.is_empty() || !quoted.closed.is_empty(),
                    OTHERS_QUOTED,
                ),
        );
    } else if short < 0 {
        out.push(over(context, docs, (bearer, -short), quoted).but_if(elsewhere, FITS_ANOTHER));
    }
    out
}

/// More than is quoted, and nothing explains it: the rest stays on account.
fn over(
    context: &Context<'_>,
    docs: &[u32],
    (bearer, excess): (u32, i64),
    quoted: &Quoted,
) -> Finding {
    let customer = context.doc(bearer).customer;
    let row = context.customer_row(customer, excess, Kind::OverpaymentOnAccount);
    let told = claims::are_topped_up(context, excess);
    let why = if told {
        "More than the documents quoted by what the text states; the rest stays on account"
    } else {
        "More than the documents quoted; the rest stays on account"
    };
    Finding::new(with(context, docs, Some(row)), Ground::Over)
        .because(why)
        .but_if(
            !told && (quoted.cut || quoted::is_long(&context.p.text)),
            CUT_DOCUMENTS,
        )
        .but_if(
            !told
                && excess != context.sum(docs)
                && excess * OVER > context.sum(docs)
                && pays_another(context, docs, excess),
            MUCH_LEFT,
        )
        .but_if(
            claims::are_made(context),
            "It speaks of a deduction, and yet is more than is quoted",
        )
        .but_if(
            !quoted.unclear.is_empty() || !quoted.groups.is_empty(),
            UNCLEAR,
        )
        .but_if(
            !quoted.foreign.is_empty() || !quoted.closed.is_empty(),
            OTHERS_QUOTED,
        )
}
