//! A processor's payout with its report: gross sales less fees.

use super::confidence::Ground;
use super::context::Context;
use super::decision::{Kind, Row};
use super::finding::Finding;
use super::references::{self, Reading};
use super::text;

/// The finding a report gives, if its items are documents and its sum is the payment.
pub(super) fn findings(context: &Context<'_>) -> Vec<Finding> {
    let report = &context.p.payout;
    let mut rows = Vec::new();
    let mut fees = 0;
    let mut sure = true;
    let mut taken: Vec<u32> = Vec::new();
    for item in report {
        let gross = item.gross.minor();
        let Some((doc, clear)) = find(context, &item.reference, &item.email, gross, &taken) else {
            return Vec::new();
        };
        sure &= clear && context.doc(doc).open == gross;
        taken.push(doc);
        fees += item.fee.minor();
        rows.push(context.row(doc, gross, Kind::Payment));
    }
    if rows.is_empty() {
        return Vec::new();
    }
    let left: i64 = rows.iter().map(|r: &Row| r.amount.minor()).sum::<i64>() - fees;
    if left != context.amount {
        return Vec::new();
    }
    if fees != 0 {
        rows.push(context.fee_of_nobody(fees));
    }
    vec![
        Finding::new(rows, Ground::Reported)
            .because("The processor's report names every sale, and gross less fees is the payout")
            .but_if(!sure, "A sale could be more than one document"),
    ]
}

fn find(
    context: &Context<'_>,
    reference: &str,
    email: &str,
    gross: i64,
    taken: &[u32],
) -> Option<(u32, bool)> {
    let index = &context.m.index;
    let free = |d: u32| context.is_open(d) && context.is_local(d) && !taken.contains(&d);
    let buyers = index
        .emails
        .get(&email.to_lowercase())
        .cloned()
        .unwrap_or_default();
    let pieces = text::pieces(reference);
    let mentions = references::scan(index, reference, &pieces);
    let chosen = references::select(&mentions, |d| {
        free(d) && (buyers.is_empty() || buyers.contains(&context.doc(d).customer))
    });
    if let Some(mention) = chosen
        .iter()
        .find(|m| m.reading >= Reading::Serial && m.docs.len() == 1)
    {
        return Some((mention.docs[0], true));
    }
    let mut same: Vec<u32> = buyers
        .iter()
        .flat_map(|c| &index.of_customer[*c as usize])
        .copied()
        .filter(|d| free(*d) && context.doc(*d).open == gross)
        .collect();
    same.sort_unstable();
    same.first().map(|d| (*d, same.len() == 1))
}
