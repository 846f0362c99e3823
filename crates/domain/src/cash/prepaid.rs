//! Payments before there is an invoice: an order or a pro-forma invoice is quoted.

use super::confidence::Ground;
use super::context::Context;
use super::decision::Kind;
use super::finding::Finding;
use super::names;

const WORDS: &[&str] = &[
    "PREPAYMENT",
    "VORKASSE",
    "ANZAHLUNG",
    "ADVANCE",
    "VORAUSZAHLUNG",
    "ACOMPTE",
    "ACCONTO",
    "ANTICIPO",
    "ANBETALING",
    "PROFORMA",
    "PREPAID",
    "DOWNPAYMENT",
    "ARRHES",
    "CAPARRA",
    "ANTICIPADO",
    "VOORUITBETALING",
];

/// Those among them that are said of a part payment on an invoice, too.
const EITHER: &[&str] = &["ACOMPTE", "ACCONTO", "ANTICIPO"];

/// A prepayment, where the text says so.
pub(super) fn findings(context: &Context<'_>) -> Vec<Finding> {
    let index = &context.m.index;
    let pieces = context.own_pieces();
    for from in 0..pieces.len() {
        let mut joined = String::new();
        for to in from..pieces.len().min(from + 5) {
            if to > from && pieces[to].start - pieces[to - 1].end > 3 {
                break;
            }
            joined.push_str(&pieces[to].text);
            let Some(orders) = index.orders.get(&joined) else {
                continue;
            };
            if let [order] = orders[..] {
                let customer = context.m.book.orders[order as usize].customer as u32;
                let known =
                    context.payers.pool.is_empty() || context.payers.pool.contains(&customer);
                let row = context.customer_row(customer, context.amount, Kind::PrepaymentNoInvoice);
                return vec![
                    Finding::new(vec![row], Ground::Prepaid)
                        .because("An order that is not invoiced yet is quoted")
                        .but_if(!known, "The order is another customer's"),
                ];
            }
        }
    }
    let words = names::words(&context.p.text);
    let is_word = |word: &String| WORDS.contains(&word.as_str());
    if let [customer] = context.payers.ids[..]
        && words.iter().any(is_word)
    {
        let open = context.docs.iter().any(|d| context.is_local(*d));
        let exact = context
            .docs
            .iter()
            .any(|d| context.is_local(*d) && context.net_of(*d, context.amount).is_some());
        let row = context.customer_row(customer, context.amount, Kind::PrepaymentNoInvoice);
        return vec![
            Finding::new(vec![row], Ground::Prepaid)
                .because("The text says that it is paid in advance")
                .but_if(
                    open && !words
                        .iter()
                        .any(|w| !EITHER.contains(&w.as_str()) && is_word(w)),
                    "It may be a part of what is open: the word says both",
                )
                .but_if(exact, "An open document has exactly this amount"),
        ];
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::super::names::never_met;
    use super::*;

    #[test]
    fn its_words_are_spelled_as_texts_are_read() {
        for list in [WORDS, EITHER] {
            assert_eq!(never_met(list), [""; 0]);
        }
    }
}
