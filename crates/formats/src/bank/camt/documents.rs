//! `Strd`: the documents that a payment lists, with what it says about their sums.
//!
//! `RfrdDocAmt` is read in all its shapes: one choice after the other (version 1), named sums
//! (versions 2 to 10), typed sums (`RmtAmtAndTp`, from version 11). Lines of documents
//! (`LineDtls`), taxes and garnishments are passed over.

use domain::money::Money;

use super::remarks::Remarks;
use super::values::amount;
use crate::bank::{Deducted, ListedDocument};
use crate::xml::Element;

/// What `RfrdDocAmt` says, without signs.
#[derive(Default)]
struct Sums {
    due: Option<Money>,
    credit: Option<Money>,
    paid: Option<Money>,
    discount: Option<Money>,
    adjusted: Option<Money>,
    /// Why something was taken off.
    reasons: Vec<String>,
    /// Discounts one by one.
    discounts: Vec<Deducted>,
    /// Adjustments one by one.
    adjustments: Vec<Deducted>,
}

/// The document of a `Strd` with its sums; nothing where there are no sums, or where it is not
/// said for which of several documents they are.
///
/// `alone` is what the payment brought, where it is for this document alone.
pub(super) fn listed(
    structured: &Element,
    alone: Option<Money>,
    place: &str,
    remarks: &mut Remarks<'_>,
) -> Option<ListedDocument> {
    structured.at("RfrdDocAmt")?;
    let mut documents = structured.all("RfrdDocInf");
    let (Some(document), None) = (documents.next(), documents.next()) else {
        remarks.habit(
            structured.line,
            place,
            "the sums (`RfrdDocAmt`) are for no document or for several together; they are left out",
        );
        return None;
    };
    let number = document.first(&["Nb", "RfrdDocNb"])?;
    let sums = read(structured, place, remarks);
    let typed = document.first(&["Tp/CdOrPrtry/Cd", "RfrdDocTp/Cd"]);
    // Sums have no sign of their own: that of a credit memo is in its kind.
    let is_credit =
        typed.as_deref() == Some("CREN") || (sums.due.is_none() && sums.credit.is_some());
    let signed = |sum: Money| if is_credit { -sum } else { sum };
    let gross = sums.due.or(sums.credit).map(signed);
    let paid = sums.paid.map(signed);
    let brought = paid.or(alone.filter(|_| !is_credit));
    let deduction = deduction(&sums, gross.zip(brought), signed).unwrap_or_else(|why| {
        remarks.habit(structured.line, place, why);
        sums.discount.map(signed)
    });
    let deduction = deduction.filter(|sum| !sum.is_zero());
    ListedDocument {
        number,
        gross,
        deduction,
        paid,
        parts: parts(&sums, deduction, signed),
        reason: Some(sums.reasons.join("; ")).filter(|reasons| !reasons.is_empty()),
    }
    .that_says_something()
}

/// Does a payment list one document and no other?
pub(super) fn is_alone(payment: &Element) -> bool {
    let structured = payment.all("RmtInf").flat_map(|info| info.all("Strd"));
    let mut documents = structured.flat_map(|structured| structured.all("RfrdDocInf"));
    documents.next().is_some() && documents.next().is_none()
}

/// Discounts and adjustments together. Banks disagree whether a credit adjustment lowers or
/// raises what is paid: the sum of the document and what was paid on it, or came for it, tell.
fn deduction(
    sums: &Sums,
    ends: Option<(Money, Money)>,
    signed: impl Fn(Money) -> Money,
) -> Result<Option<Money>, &'static str> {
    let unexplained = "the adjustments of a document do not explain what was taken off; they are \
                       left out, their reasons kept";
    let discount = sums.discount.map(&signed);
    let Some(adjusted) = sums.adjusted else {
        return Ok(discount);
    };
    let off = ends.and_then(|(gross, paid)| plus(gross, -paid));
    let none = Money::zero(adjusted.currency());
    [adjusted, -adjusted]
        .into_iter()
        .filter_map(|adjusted| plus(discount.unwrap_or(none), adjusted))
        .find(|sum| Some(*sum) == off)
        .map(Some)
        .ok_or(unexplained)
}

/// What a deduction is made of, where it is more than one sum.
fn parts(sums: &Sums, deduction: Option<Money>, signed: impl Fn(Money) -> Money) -> Vec<Deducted> {
    let with = |part: &Deducted, amount: Money| Deducted {
        amount,
        reason: part.reason.clone(),
    };
    let either_way = [false, true].map(|turned| {
        let discounts = sums.discounts.iter();
        let discounts = discounts.map(|part| with(part, signed(part.amount)));
        let turn = |amount: Money| if turned { -amount } else { amount };
        let adjustments = sums.adjustments.iter();
        let adjustments = adjustments.map(|part| with(part, turn(part.amount)));
        discounts.chain(adjustments).collect::<Vec<Deducted>>()
    });
    let adds_up = |parts: &Vec<Deducted>| {
        let amounts = parts.iter().map(|part| Some(part.amount));
        let sum = amounts.reduce(|one, other| plus(one?, other?)).flatten();
        1 < parts.len() && sum.is_some() && sum == deduction
    };
    either_way.into_iter().find(adds_up).unwrap_or_default()
}

/// The sum of two sums of one currency.
fn plus(one: Money, other: Money) -> Option<Money> {
    let sum = Some(one).filter(|one| one.currency() == other.currency())?;
    // What cannot be negated is no amount of a document.
    sum.checked_add(other).filter(|sum| sum.minor() != i64::MIN)
}

fn read(structured: &Element, place: &str, remarks: &mut Remarks<'_>) -> Sums {
    let mut sums = Sums::default();
    for child in structured.all("RfrdDocAmt").flat_map(|sums| &sums.children) {
        let into = match kind(child) {
            Some(Kind::Due) => &mut sums.due,
            Some(Kind::Credit) => &mut sums.credit,
            Some(Kind::Paid) => &mut sums.paid,
            Some(Kind::Discount) => {
                sums.reasons.push(DISCOUNT.to_owned());
                &mut sums.discount
            }
            Some(Kind::Adjustment) => {
                sums.reasons.extend(reasons(child));
                &mut sums.adjusted
            }
            None => continue,
        };
        let mut sum = match amount(child.at("Amt").unwrap_or(child)) {
            Ok(sum) => sum,
            Err(why) => {
                let place = format!("{place}/RfrdDocAmt/{}", child.name);
                remarks.warn(child.line, &place, &format!("{why}; left out"));
                continue;
            }
        };
        if child.at("CdtDbtInd").map(Element::text) == Some("DBIT") {
            sum = -sum;
        }
        match into.map_or(Some(sum), |before| plus(before, sum)) {
            Some(all) => {
                *into = Some(all);
                sums.keep(child, sum);
            }
            None => remarks.habit(
                child.line,
                place,
                "two sums of a document that cannot be added up; the second is left out",
            ),
        }
    }
    sums.reasons.dedup();
    sums
}

impl Sums {
    /// Keeps what was taken off beside what else was.
    fn keep(&mut self, child: &Element, amount: Money) {
        let (parts, reason) = match kind(child) {
            Some(Kind::Discount) => (&mut self.discounts, DISCOUNT.to_owned()),
            Some(Kind::Adjustment) => (&mut self.adjustments, reasons(child).join("; ")),
            _ => return,
        };
        parts.push(Deducted { amount, reason });
    }
}

/// The reason of a sum that is a discount by its kind.
const DISCOUNT: &str = "discount";

fn reasons(adjustment: &Element) -> Vec<String> {
    let paths = ["Rsn", "AddtlInf"].iter();
    paths.filter_map(|path| adjustment.first(&[path])).collect()
}

/// What a sum of a document is.
enum Kind {
    Due,
    Credit,
    Discount,
    Adjustment,
    Paid,
}

fn kind(sum: &Element) -> Option<Kind> {
    let typed = sum.first(&["Tp/Cd", "Tp/Prtry"]).unwrap_or_default();
    Some(match (sum.name.as_str(), typed.as_str()) {
        ("DuePyblAmt", _) | ("RmtAmtAndTp", "DUPA") => Kind::Due,
        ("CdtNoteAmt", _) | ("RmtAmtAndTp", "CREN") => Kind::Credit,
        ("DscntApldAmt", _) | ("RmtAmtAndTp", "APDS" | "STDS" | "TMDS") => Kind::Discount,
        ("AdjstmntAmtAndRsn", _) => Kind::Adjustment,
        ("RmtdAmt", _) | ("RmtAmtAndTp", "REMI") => Kind::Paid,
        // Taxes are no part of what is settled; fees and interest have no place.
        _ => return None,
    })
}
