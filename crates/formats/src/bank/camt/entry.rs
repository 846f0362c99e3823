//! `Ntry`: an entry with its payments becomes a line.

use domain::money::Money;

use super::Context;
use super::remarks::Remarks;
use super::transaction::{TRANSACTED, Transaction, charges, code};
use super::values::{Indicator, amount, day_in, is_true, optional_amount};
use crate::bank::fields::quoted;
use crate::bank::{BankLine, Counterparty, LineDetail, LineStatus};
use crate::xml::Element;

/// An entry that was read to its end: its element without the payments, and these.
pub(super) struct Entry<'a> {
    pub(super) element: &'a Element,
    pub(super) transactions: Vec<Transaction>,
    pub(super) place: &'a str,
}

impl Entry<'_> {
    /// The line, or nothing where the entry is refused (which the sink has been told).
    pub(super) fn line(self, context: &Context, remarks: &mut Remarks<'_>) -> Option<BankLine> {
        let (money, indicator) = match self.money() {
            Ok(found) => found,
            Err((place, why)) => {
                remarks.error(self.element.line, &format!("{}{place}", self.place), &why);
                return None;
            }
        };
        if money.is_negative() {
            remarks.habit(
                self.element.line,
                self.place,
                "the amount has a sign of its own, which camt does not allow; it was taken as written",
            );
        }
        let element = self.element;
        let place = self.place;
        let mut line = BankLine::of(indicator.signed(money));
        line.status = status(element, place, context, remarks);
        line.booked_on = day_in(element, "BookgDt", place, remarks);
        line.value_on = day_in(element, "ValDt", place, remarks);
        line.reversal = is_true(element.at("RvslInd"));
        line.code = code(element);
        if !self.has_substance(&line, remarks) {
            return None;
        }
        line.reference = element
            .first(&["AcctSvcrRef", "NtryRef"])
            .unwrap_or_default();
        batch(element, &mut line);
        line.instructed = optional_amount(element, "AmtDtls/InstdAmt/Amt", place, remarks);
        let transacted = optional_amount(element, TRANSACTED, place, remarks);
        line.charges = charges(element, place, remarks);
        self.fill(&mut line, indicator, context, remarks);
        let same = |instructed: &Money| instructed.abs() == money.abs();
        line.instructed = line.instructed.or(transacted);
        line.instructed = line.instructed.map(Money::abs).filter(|sum| !same(sum));
        Some(line)
    }

    fn money(&self) -> Result<(Money, Indicator), (&'static str, String)> {
        let sum = self.element.at("Amt").ok_or((
            "/Amt",
            "the entry has no amount (`Amt`); it was refused".to_owned(),
        ))?;
        let sum = amount(sum).map_err(|why| ("/Amt", why))?;
        let indicator = Indicator::of(self.element).map_err(|why| ("/CdtDbtInd", why))?;
        let indicator = indicator.ok_or((
            "/CdtDbtInd",
            "the entry does not say whether it is a credit or a debit; it was refused".to_owned(),
        ))?;
        Ok((sum, indicator))
    }

    /// Refuses what the bank calls booked without saying when or what.
    fn has_substance(&self, line: &BankLine, remarks: &mut Remarks<'_>) -> bool {
        let at = self.element.line;
        if !line.code.is_empty() || self.element.at("BkTxCd").is_some() {
            return true;
        }
        let dated = line.booked_on.is_some() || line.value_on.is_some();
        let said = self.element.at("Sts").is_some();
        if said && line.status == LineStatus::Booked && !dated {
            remarks.error(
                at,
                self.place,
                "a booked entry without booking date, value date and transaction code (`BkTxCd`, \
                 which camt demands) cannot be entered in books; it was refused",
            );
            return false;
        }
        remarks.habit(
            at,
            self.place,
            "the entry has no transaction code (`BkTxCd`), which camt demands",
        );
        true
    }

    fn fill(
        self,
        line: &mut BankLine,
        indicator: Indicator,
        context: &Context,
        remarks: &mut Remarks<'_>,
    ) {
        let place = self.place;
        let at = self.element.line;
        let mut added: Vec<String> = Vec::new();
        if self.transactions.len() == 1 {
            for one in self.transactions {
                added.extend(merge(line, one, indicator, context));
            }
        } else {
            for one in self.transactions {
                match detail(one, line, indicator, context) {
                    Ok(detail) => line.details.push(detail),
                    Err(one) => {
                        remarks.habit(
                            at,
                            place,
                            "a payment of the entry has no amount; its texts and documents are \
                             kept with the entry",
                        );
                        keep(line, one, indicator, context);
                    }
                }
            }
        }
        added.extend(self.element.first(&["AddtlNtryInf"]));
        if line.remittance.is_empty() {
            line.remittance = added;
        }
    }
}

fn status(
    element: &Element,
    place: &str,
    context: &Context,
    remarks: &mut Remarks<'_>,
) -> LineStatus {
    let unsaid = if context.is_statement() {
        LineStatus::Booked
    } else {
        LineStatus::Pending
    };
    let Some(status) = element.at("Sts") else {
        remarks.habit(
            element.line,
            place,
            "the entry has no status (`Sts`), which camt demands; taken as booked in a statement \
             (camt.053), as pending elsewhere",
        );
        return unsaid;
    };
    if !status.text().is_empty() && context.has_status_codes() {
        remarks.habit(
            element.line,
            place,
            "the status is written as before version 8, without `Cd`",
        );
    }
    let own = status.text().to_owned();
    let code = status.first(&["Cd", "Prtry"]).unwrap_or(own);
    match code.as_str() {
        "BOOK" => LineStatus::Booked,
        "PDNG" | "INFO" | "FUTR" => LineStatus::Pending,
        other => {
            let why = format!(
                "{} is no status that is known (`BOOK`, `PDNG`, `INFO`, `FUTR`); taken as {}",
                quoted(other),
                if context.is_statement() {
                    "booked"
                } else {
                    "pending"
                }
            );
            remarks.warn(status.line, &format!("{place}/Sts"), &why);
            unsaid
        }
    }
}

/// Batches of the entry: the first id, the sum of the payments.
fn batch(element: &Element, line: &mut BankLine) {
    // Version 1 has no `NtryDtls` around it.
    let around = element.all("NtryDtls").chain(std::iter::once(element));
    for batch in around.flat_map(|around| around.all("Btch")) {
        if line.batch_id.is_none() {
            line.batch_id = batch.first(&["PmtInfId"]);
        }
        let count = batch
            .first(&["NbOfTxs"])
            .and_then(|n| n.parse::<u32>().ok());
        if let Some(count) = count {
            line.batch_count = Some(line.batch_count.unwrap_or(0).saturating_add(count));
        }
    }
}

/// Who is on the other side: the debtor of what comes in, the creditor of what goes out; what
/// is taken back keeps the parts that it had when it was made.
fn other_side(
    transaction: &mut Transaction,
    indicator: Indicator,
    reversal: bool,
    context: &Context,
) -> Counterparty {
    let debtor = std::mem::take(&mut transaction.debtor);
    let creditor = std::mem::take(&mut transaction.creditor);
    let first = if reversal {
        indicator.other()
    } else {
        indicator
    };
    let (other, ours) = match first {
        Indicator::Credit => (debtor, creditor),
        Indicator::Debit => (creditor, debtor),
    };
    let is_own = |side: &Counterparty| {
        side.account
            .as_ref()
            .is_some_and(|account| *account == context.account.id)
    };
    let nobody = Counterparty::default();
    let is_return = transaction.references.return_reason.is_some();
    // Banks disagree about returns; our own account on one side settles it, or that only one side
    // is named.
    let is_ours = is_own(&other) || (is_return && other == nobody);
    if is_ours && !is_own(&ours) && ours != nobody {
        ours
    } else {
        other
    }
}

/// Puts the only payment of an entry into the line; gives back what the bank adds in words.
fn merge(
    line: &mut BankLine,
    mut one: Transaction,
    indicator: Indicator,
    context: &Context,
) -> Vec<String> {
    line.reversal |= one.reversal;
    line.counterparty = other_side(&mut one, indicator, line.reversal, context);
    // Few banks set the indicator for a payment that comes back; all of them say why it does.
    line.reversal |= one.references.return_reason.is_some();
    if line.reference.is_empty() {
        line.reference = one.reference.take().unwrap_or_default();
    }
    if line.code.is_empty() {
        line.code = one.code;
    }
    line.references = one.references;
    line.remittance = one.remittance;
    let whole = line.amount.abs();
    let sums = [one.amount, one.transacted].into_iter().flatten();
    let ordered = one.instructed.or(line.instructed);
    line.instructed = ordered.or_else(|| sums.map(Money::abs).find(|sum| *sum != whole));
    line.charges = line.charges.or(one.charges);
    one.added
}

#[expect(
    clippy::result_large_err,
    reason = "a payment without amount is given back whole, so that nothing of it is lost"
)]
fn detail(
    mut one: Transaction,
    line: &BankLine,
    indicator: Indicator,
    context: &Context,
) -> Result<LineDetail, Transaction> {
    let instructed = one.instructed.map(Money::abs);
    let transacted = one.transacted.map(Money::abs);
    let ordered = instructed.filter(|sum| sum.currency() == line.amount.currency());
    let Some(amount) = one.amount.or(ordered) else {
        return Err(one);
    };
    let indicator = one.indicator.unwrap_or(indicator);
    let reversal = one.reversal || line.reversal;
    let counterparty = other_side(&mut one, indicator, reversal, context);
    if one.remittance.is_empty() {
        one.remittance = one.added;
    }
    Ok(LineDetail {
        reference: one.reference.unwrap_or_default(),
        amount: indicator.signed(amount),
        reversal: reversal || one.references.return_reason.is_some(),
        counterparty,
        references: one.references,
        remittance: one.remittance,
        instructed: instructed.or(transacted).filter(|sum| *sum != amount.abs()),
        charges: one.charges,
    })
}

/// Keeps with the entry what a payment without amount says: its documents as such, all else as
/// text, because it is said of a part of the entry only.
fn keep(line: &mut BankLine, mut one: Transaction, indicator: Indicator, context: &Context) {
    let indicator = one.indicator.unwrap_or(indicator);
    let reversal = one.reversal || line.reversal;
    let other = other_side(&mut one, indicator, reversal, context);
    let quoted = one.references;
    let texts = [
        one.reference,
        other.name,
        other.account,
        other.bank,
        other.ultimate,
        quoted.end_to_end,
        quoted.creditor,
        quoted.check,
        quoted.mandate,
        quoted.return_reason,
        one.instructed.map(|sum| format!("{sum:?}")),
        one.charges.map(|sum| format!("{sum:?}")),
    ];
    line.remittance.extend(texts.into_iter().flatten());
    line.remittance.extend(one.remittance);
    line.remittance.extend(one.added);
    line.references.documents.extend(quoted.documents);
    line.references.listed.extend(quoted.listed);
}
