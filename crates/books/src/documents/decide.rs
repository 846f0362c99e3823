//! From an order to a draft: what the books know is loaded once for the batch.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use domain::calendar::{DueInstalment, DueRule, PaymentTerms, TermsBase};
use domain::deductions;
use domain::documents::{
    CashPaper, DocumentDraft, DocumentKind, Side, TradeLine, TradePaper, cash_draft, trade_draft,
};
use domain::fx::{FoundRate, RateTable};
use domain::ids::PartyId;
use domain::ledger::Role;
use domain::money::{Currency, Money, Rounding};

use crate::bank::{self, BankAccount};
use crate::documents::numbers::{Alike, VendorNumbers};
use crate::documents::{Content, IssueRefusal, NewDocument, sql};
use crate::failure::Outcome;
use crate::ledger;
use crate::rates;
use crate::work::Work;

/// A party as documents need it.
#[derive(Clone, Debug)]
pub(crate) struct PartyRow {
    pub(crate) id: PartyId,
    pub(crate) currency: Currency,
    pub(crate) terms: String,
    pub(crate) is_customer: bool,
    pub(crate) is_vendor: bool,
}

/// What the books know.
pub(super) struct Known {
    parties: HashMap<String, PartyRow>,
    /// Accounts that take lines.
    accounts: HashSet<String>,
    banks: Vec<BankAccount>,
    rates: RateTable,
    functional: Currency,
}

/// What one kind of document needs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Lines, and a number of our series.
    Own,
    /// Lines, and the vendor's number.
    Vendor,
    /// An amount on an own bank account.
    Bank,
    /// An amount that is given up.
    GivenUp,
}

/// Where the other side of what is given up stands.
fn given_up_on(kind: DocumentKind) -> Cow<'static, str> {
    let role = deductions::account(kind).expect("what is given up has an account");
    Cow::Borrowed(role.code())
}

fn shape(kind: DocumentKind) -> Option<Shape> {
    Some(match kind {
        DocumentKind::Invoice | DocumentKind::DebitMemo | DocumentKind::CreditMemo => Shape::Own,
        DocumentKind::Bill | DocumentKind::VendorDebitMemo | DocumentKind::VendorCredit => {
            Shape::Vendor
        }
        DocumentKind::Receipt
        | DocumentKind::Refund
        | DocumentKind::Payment
        | DocumentKind::VendorRefund => Shape::Bank,
        DocumentKind::WriteOff | DocumentKind::PayableWriteOff => Shape::GivenUp,
        DocumentKind::ReturnedReceipt
        | DocumentKind::DiscountGiven
        | DocumentKind::FeeBorne
        | DocumentKind::TaxWithheld
        | DocumentKind::RoundingGiven
        | DocumentKind::RoundingGained
        | DocumentKind::ShortPay
        | DocumentKind::PartedOff
        | DocumentKind::TransferOut
        | DocumentKind::TransferIn
        | DocumentKind::ReturnedPayment
        | DocumentKind::DiscountTaken => return None,
    })
}

/// Loads what the orders of a batch look at.
pub(super) fn load(work: &mut Work<'_>, orders: &[NewDocument]) -> Outcome<(Known, VendorNumbers)> {
    let codes: BTreeSet<&str> = orders
        .iter()
        .filter_map(|order| order.party.as_deref())
        .collect();
    let numbers: BTreeSet<&str> = orders
        .iter()
        .filter_map(|order| order.number.as_deref())
        .map(str::trim)
        .collect();
    let plain = ledger::plain_accounts(work)?;
    let taken = sql::vendor_numbers(work, &numbers)?;
    let numbers = VendorNumbers::new(taken, Alike::to(work, &numbers)?);
    let known = Known {
        parties: sql::parties(work, &codes)?,
        accounts: plain.into_iter().map(|(code, _)| code).collect(),
        banks: bank::accounts(work)?,
        rates: rates::table(work)?,
        functional: work.functional(),
    };
    Ok((known, numbers))
}

type Draft = (DocumentDraft, Vec<DueInstalment>);

impl Known {
    /// Decides on one order. `numbers` are the vendors' numbers of the batch so far.
    pub(super) fn draft(
        &self,
        order: &NewDocument,
        numbers: &mut VendorNumbers,
    ) -> Result<Draft, IssueRefusal> {
        let kind = order.kind;
        let shape = shape(kind).ok_or(IssueRefusal::KindNotIssued { kind })?;
        let number = number(order, shape)?;
        let party = self.party(order)?;
        match (&order.content, shape) {
            (Content::Lines(lines), Shape::Own | Shape::Vendor) => {
                let party = party.ok_or(IssueRefusal::PartyMissing)?;
                let draft = self.trade(order, lines, party, number)?;
                if shape == Shape::Vendor {
                    numbers.take(order, &draft.0.number, party.id)?;
                }
                Ok(draft)
            }
            (Content::Amount { amount, bank }, Shape::Bank | Shape::GivenUp) => {
                let account = match shape {
                    Shape::GivenUp => given_up_on(order.kind),
                    Shape::Bank | Shape::Own | Shape::Vendor => {
                        self.bank(bank.as_deref(), amount.currency())?
                    }
                };
                self.cash(order, *amount, party, account)
            }
            (Content::Lines(_) | Content::Amount { .. }, _) => {
                Err(IssueRefusal::WrongContent { kind })
            }
        }
    }

    fn party(&self, order: &NewDocument) -> Result<Option<&PartyRow>, IssueRefusal> {
        let Some(code) = &order.party else {
            return match order.kind {
                DocumentKind::Receipt => Ok(None),
                _ => Err(IssueRefusal::PartyMissing),
            };
        };
        let unknown = || IssueRefusal::UnknownParty { code: code.clone() };
        let party = self.parties.get(code).ok_or_else(unknown)?;
        let side = order.kind.kind().side;
        let is_there = match side {
            Side::Receivable => party.is_customer,
            Side::Payable => party.is_vendor,
        };
        if is_there {
            Ok(Some(party))
        } else {
            Err(IssueRefusal::WrongSide {
                code: code.clone(),
                side,
            })
        }
    }

    fn trade(
        &self,
        order: &NewDocument,
        lines: &[TradeLine],
        party: &PartyRow,
        number: String,
    ) -> Result<Draft, IssueRefusal> {
        let terms = terms(order, party)?;
        let terms_from = match terms.base() {
            TermsBase::Document => order.issued_on,
            TermsBase::GoodsReceived => order.goods_received_on.unwrap_or(order.issued_on),
        };
        for account in lines.iter().filter_map(|line| line.account.as_ref()) {
            if !self.accounts.contains(account) {
                return Err(IssueRefusal::Account {
                    account: account.clone(),
                });
            }
        }
        let currency = order.currency.unwrap_or(party.currency);
        let paper = TradePaper {
            kind: order.kind,
            number,
            party: party.id,
            issued_on: order.issued_on,
            posted_on: order.posted_on.unwrap_or(order.issued_on),
            terms,
            terms_from,
            currency,
            references: order.references.clone(),
            lines: lines.to_vec(),
        };
        let rate = self.rate(order, currency)?;
        let (mut draft, mut parts) = trade_draft(&paper, &rate).map_err(IssueRefusal::Trade)?;
        if let Some(due_on) = order.due_on {
            draft.due_on = due_on;
            parts.clear();
        }
        if draft.due_on < order.issued_on {
            let due_on = draft.due_on;
            return Err(IssueRefusal::DueBeforeIssue { due_on });
        }
        Ok((draft, parts))
    }

    fn cash(
        &self,
        order: &NewDocument,
        amount: Money,
        party: Option<&PartyRow>,
        account: Cow<'static, str>,
    ) -> Result<Draft, IssueRefusal> {
        let rate = self.rate(order, amount.currency())?;
        if !amount.is_positive() {
            return Err(IssueRefusal::AmountNotPositive);
        }
        let too_large = domain::documents::TradeRefusal::TooLarge { line: None };
        let functional = rate
            .convert(amount, Rounding::HalfUp)
            .map_err(|_| IssueRefusal::Trade(too_large))?;
        let control = match (order.kind.kind().side, party) {
            (Side::Payable, _) => Role::Payables,
            (Side::Receivable, Some(_)) => Role::Receivables,
            (Side::Receivable, None) => Role::UnidentifiedReceipts,
        };
        let draft = cash_draft(CashPaper {
            kind: order.kind,
            party: party.map(|party| party.id),
            control,
            on: order.posted_on.unwrap_or(order.issued_on),
            amount,
            functional,
            account,
            references: order.references.clone(),
            reverses: None,
        });
        Ok((draft, Vec::new()))
    }

    fn rate(&self, order: &NewDocument, currency: Currency) -> Result<FoundRate, IssueRefusal> {
        let on = order.issued_on;
        match order.rate {
            Some(rate) if currency != self.functional => {
                FoundRate::given(currency, self.functional, on, rate)
                    .ok_or(IssueRefusal::RateNotPositive)
            }
            Some(_) | None => self
                .rates
                .find_recent(currency, self.functional, on)
                .map_err(IssueRefusal::RateMissing),
        }
    }

    fn bank(
        &self,
        named: Option<&str>,
        currency: Currency,
    ) -> Result<Cow<'static, str>, IssueRefusal> {
        bank_account(&self.banks, named, currency).ok_or_else(|| IssueRefusal::BankAccount {
            named: named.map(str::to_owned),
            currency,
        })
    }
}

/// The ledger account of an own bank account in a currency: the one named, or the only one. A
/// company that has registered none yet has its first account of the chart. Money that a bank line
/// brought before its document stands on clearing, in any currency.
pub(crate) fn bank_account(
    banks: &[BankAccount],
    named: Option<&str>,
    currency: Currency,
) -> Option<Cow<'static, str>> {
    if banks.is_empty() && named.is_none() {
        return Some(Cow::Borrowed(Role::Bank.code()));
    }
    if named == Some(Role::BankClearing.code()) {
        return Some(Cow::Borrowed(Role::BankClearing.code()));
    }
    let fits = |account: &&BankAccount| {
        let is_named = named.is_none_or(|named| {
            account.code == named || account.number == bank::plain_number(named)
        });
        account.currency == currency && is_named
    };
    let mut found = banks.iter().filter(fits);
    let first = found.next()?;
    found
        .next()
        .is_none()
        .then(|| Cow::Owned(first.account.clone()))
}

fn number(order: &NewDocument, shape: Shape) -> Result<String, IssueRefusal> {
    let given = order.number.as_deref().map(str::trim).unwrap_or_default();
    match shape {
        Shape::Vendor if given.is_empty() => Err(IssueRefusal::NumberMissing),
        Shape::Vendor => Ok(given.to_owned()),
        Shape::Own | Shape::Bank | Shape::GivenUp if given.is_empty() => Ok(String::new()),
        Shape::Own | Shape::Bank | Shape::GivenUp => Err(IssueRefusal::NumberGiven {
            number: given.to_owned(),
        }),
    }
}

/// The terms of the document, else of the party, else due on receipt.
fn terms(order: &NewDocument, party: &PartyRow) -> Result<PaymentTerms, IssueRefusal> {
    let text = order.terms.as_deref().unwrap_or(&party.terms).trim();
    if text.is_empty() {
        return Ok(PaymentTerms::due(DueRule::ON_RECEIPT));
    }
    text.parse().map_err(
        |problem: domain::calendar::TermsError| IssueRefusal::Terms {
            problem: problem.to_string(),
        },
    )
}
