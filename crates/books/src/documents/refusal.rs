//! Why documents are not issued or not taken back.

use std::fmt;

use domain::calendar::Date;
use domain::documents::{DocumentKind, Side, TradeRefusal};
use domain::fx::RateMissing;
use domain::ids::LineId;
use domain::money::Currency;
use domain::open_items::ApplyRefusal;
use domain::refusal::Refusal;

use crate::documents::FindRefusal;

/// Why a document is not issued, in the order of the checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IssueRefusal {
    /// Documents of that kind come about otherwise.
    KindNotIssued {
        /// The kind.
        kind: DocumentKind,
    },
    /// A vendor's paper has no number of its own.
    NumberMissing,
    /// A number was given to a document whose number comes from our series.
    NumberGiven {
        /// The number.
        number: String,
    },
    /// It is to or from nobody.
    PartyMissing,
    /// There is no party of that code.
    UnknownParty {
        /// The code.
        code: String,
    },
    /// The party is on the other side of the house.
    WrongSide {
        /// The code.
        code: String,
        /// The side of the document.
        side: Side,
    },
    /// A document of one amount has lines, or a trade document has an amount alone.
    WrongContent {
        /// The kind.
        kind: DocumentKind,
    },
    /// The terms are not understood.
    Terms {
        /// What is wrong with them.
        problem: String,
    },
    /// It falls due before it is issued.
    DueBeforeIssue {
        /// The due date.
        due_on: Date,
    },
    /// A line stands on an account that is not in the chart, or that open items are the detail of.
    Account {
        /// The account.
        account: String,
    },
    /// There is no such own bank account in that currency, or several and none is named.
    BankAccount {
        /// What was named.
        named: Option<String>,
        /// The currency.
        currency: Currency,
    },
    /// The rate that it names is not above zero.
    RateNotPositive,
    /// No rate is known for its day.
    RateMissing(RateMissing),
    /// Its lines do not make a document.
    Trade(TradeRefusal),
    /// The amount is not above zero.
    AmountNotPositive,
    /// The vendor's number is there already.
    DuplicateNumber {
        /// The number.
        number: String,
    },
    /// The vendor's number is like one that is there already.
    SuspectedDuplicate {
        /// The number.
        number: String,
        /// The earlier one.
        like: String,
    },
}

impl fmt::Display for IssueRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IssueRefusal::KindNotIssued { kind } => {
                write!(out, "{} is not issued by hand.", kind.kind().title)
            }
            IssueRefusal::NumberMissing => write!(out, "The vendor's number is missing."),
            IssueRefusal::NumberGiven { number } => {
                write!(out, "The number {number} does not come from our series.")
            }
            IssueRefusal::PartyMissing => write!(out, "The document names no party."),
            IssueRefusal::UnknownParty { code } => write!(out, "There is no party {code}."),
            IssueRefusal::WrongSide { code, side } => match side {
                Side::Receivable => write!(out, "{code} is no customer."),
                Side::Payable => write!(out, "{code} is no vendor."),
            },
            IssueRefusal::WrongContent { kind } => {
                write!(out, "The content does not fit a {}.", kind.code())
            }
            IssueRefusal::Terms { problem } => write!(out, "The terms cannot be used: {problem}."),
            IssueRefusal::DueBeforeIssue { due_on } => {
                write!(out, "It would fall due on {due_on}, before it is issued.")
            }
            IssueRefusal::Account { account } => {
                write!(out, "Account {account} cannot be used on document lines.")
            }
            IssueRefusal::BankAccount {
                named: Some(named),
                currency,
            } => write!(out, "There is no own bank account {named} in {currency}."),
            IssueRefusal::BankAccount {
                named: None,
                currency,
            } => write!(out, "No one own bank account in {currency} is meant."),
            IssueRefusal::RateNotPositive => write!(out, "The rate is not above zero."),
            IssueRefusal::RateMissing(missing) => write!(out, "{missing}"),
            IssueRefusal::Trade(refusal) => write!(out, "{refusal}"),
            IssueRefusal::AmountNotPositive => write!(out, "The amount is not above zero."),
            IssueRefusal::DuplicateNumber { number } => {
                write!(out, "The vendor's document {number} is there already.")
            }
            IssueRefusal::SuspectedDuplicate { number, like } => write!(
                out,
                "The number {number} differs from {like} of the same vendor in its writing alone."
            ),
        }
    }
}

impl Refusal for IssueRefusal {
    fn code(&self) -> &'static str {
        match self {
            IssueRefusal::KindNotIssued { .. } => "kind_not_issued",
            IssueRefusal::NumberMissing => "number_missing",
            IssueRefusal::NumberGiven { .. } => "number_given",
            IssueRefusal::PartyMissing => "party_missing",
            IssueRefusal::UnknownParty { .. } => "unknown_party",
            IssueRefusal::WrongSide { .. } => "wrong_side",
            IssueRefusal::WrongContent { .. } => "wrong_content",
            IssueRefusal::Terms { .. } => "terms_not_understood",
            IssueRefusal::DueBeforeIssue { .. } => "due_before_issue",
            IssueRefusal::Account { .. } => "account_not_usable",
            IssueRefusal::BankAccount { .. } => "unknown_bank_account",
            IssueRefusal::RateNotPositive => "rate_not_positive",
            IssueRefusal::RateMissing(missing) => missing.code(),
            IssueRefusal::Trade(refusal) => refusal.code(),
            IssueRefusal::AmountNotPositive => "amount_not_positive",
            IssueRefusal::DuplicateNumber { .. } => "duplicate_number",
            IssueRefusal::SuspectedDuplicate { .. } => "suspected_duplicate",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            IssueRefusal::KindNotIssued { .. } => {
                "deductions come from `duebook item apply`, returns from `duebook receipt return`, \
                 transfers from `duebook receipt move`"
                    .into()
            }
            IssueRefusal::NumberMissing => "give the number printed by the vendor".into(),
            IssueRefusal::NumberGiven { .. } => {
                "leave the number out; quote yours in the memo".into()
            }
            IssueRefusal::PartyMissing => "name the party by its code".into(),
            IssueRefusal::UnknownParty { .. } | IssueRefusal::WrongSide { .. } => {
                "name it by its code, as the lists of customers and vendors show it, or import it \
                 first"
                    .into()
            }
            IssueRefusal::WrongContent { .. } => {
                "trade documents have lines; receipts, payments, refunds and write-offs an amount"
                    .into()
            }
            IssueRefusal::Terms { .. } => "write them like NET30 or 2/10 NET30".into(),
            IssueRefusal::DueBeforeIssue { .. } => "check the dates".into(),
            IssueRefusal::Account { .. } => "name a revenue or expense account of the chart".into(),
            IssueRefusal::BankAccount { .. } => {
                "name one of the accounts of company.json by its code or number".into()
            }
            IssueRefusal::RateNotPositive => "give functional currency for one unit".into(),
            IssueRefusal::RateMissing(missing) => {
                format!(
                    "{}, or give the document one",
                    missing.hint().unwrap_or_default()
                )
            }
            IssueRefusal::Trade(refusal) => return refusal.hint(),
            IssueRefusal::AmountNotPositive => "give an amount above zero".into(),
            IssueRefusal::DuplicateNumber { .. } => {
                "it was entered before; a corrected document has a number of its own".into()
            }
            IssueRefusal::SuspectedDuplicate { like, .. } => format!(
                "compare it with `duebook document show {like}`; if it is another paper, say why \
                 in `no_duplicate`"
            ),
        })
    }

    fn field(&self) -> Option<&'static str> {
        Some(match self {
            IssueRefusal::KindNotIssued { .. } => "kind",
            IssueRefusal::NumberMissing
            | IssueRefusal::NumberGiven { .. }
            | IssueRefusal::DuplicateNumber { .. }
            | IssueRefusal::SuspectedDuplicate { .. } => "number",
            IssueRefusal::PartyMissing
            | IssueRefusal::UnknownParty { .. }
            | IssueRefusal::WrongSide { .. } => "party",
            IssueRefusal::WrongContent { .. } | IssueRefusal::Account { .. } => "lines",
            IssueRefusal::Terms { .. } => "terms",
            IssueRefusal::DueBeforeIssue { .. } => "due_on",
            IssueRefusal::BankAccount { .. } => "bank",
            IssueRefusal::RateNotPositive | IssueRefusal::RateMissing(_) => "rate",
            IssueRefusal::Trade(refusal) => return refusal.field(),
            IssueRefusal::AmountNotPositive => "amount",
        })
    }
}

/// A refusal with the place of the document in its batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InBatch {
    /// Which document, counted from one; none where there is only one.
    pub place: Option<usize>,
    /// Why.
    pub why: IssueRefusal,
}

impl fmt::Display for InBatch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some(place) => write!(out, "Document {place}: {}", self.why),
            None => write!(out, "{}", self.why),
        }
    }
}

impl Refusal for InBatch {
    fn code(&self) -> &'static str {
        self.why.code()
    }

    fn hint(&self) -> Option<String> {
        self.why.hint()
    }

    fn field(&self) -> Option<&'static str> {
        self.why.field()
    }
}

/// Why a document is not taken back, in the order of the checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReverseRefusal {
    /// It cannot be found.
    Find(FindRefusal),
    /// It is itself a reversal.
    IsReversal {
        /// Its number.
        number: String,
    },
    /// It has already been reversed.
    AlreadyReversed {
        /// Its number.
        number: String,
    },
    /// It is what a bank line was decided to be.
    OfBankLine {
        /// Its number.
        number: String,
        /// The line.
        line: LineId,
    },
    /// It is half of a short-pay.
    OfShortPay {
        /// Its number.
        number: String,
    },
    /// It has been settled, wholly or in part.
    SettledDocument {
        /// Its number.
        number: String,
    },
    /// It would be taken back before it was posted.
    BeforePosted {
        /// Its number.
        number: String,
        /// The day it was posted.
        posted_on: Date,
    },
    /// Its items do not settle with those that take it back.
    Apply(ApplyRefusal),
}

impl From<FindRefusal> for ReverseRefusal {
    fn from(refusal: FindRefusal) -> ReverseRefusal {
        ReverseRefusal::Find(refusal)
    }
}

impl fmt::Display for ReverseRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReverseRefusal::Find(refusal) => write!(out, "{refusal}"),
            ReverseRefusal::IsReversal { number } => {
                write!(out, "{number} is itself a reversal.")
            }
            ReverseRefusal::AlreadyReversed { number } => {
                write!(out, "{number} has already been reversed.")
            }
            ReverseRefusal::OfBankLine { number, line } => {
                write!(out, "{number} is the money of the bank line {line}.")
            }
            ReverseRefusal::OfShortPay { number } => {
                write!(out, "{number} is one half of a short-pay.")
            }
            ReverseRefusal::SettledDocument { number } => {
                write!(out, "{number} has been settled, wholly or in part.")
            }
            ReverseRefusal::BeforePosted { number, posted_on } => {
                write!(out, "{number} was posted on {posted_on}, after that day.")
            }
            ReverseRefusal::Apply(refusal) => write!(out, "{refusal}"),
        }
    }
}

impl Refusal for ReverseRefusal {
    fn code(&self) -> &'static str {
        match self {
            ReverseRefusal::Find(refusal) => refusal.code(),
            ReverseRefusal::IsReversal { .. } => "is_reversal",
            ReverseRefusal::AlreadyReversed { .. } => "already_reversed",
            ReverseRefusal::OfBankLine { .. } => "of_bank_line",
            ReverseRefusal::OfShortPay { .. } => "of_short_pay",
            ReverseRefusal::SettledDocument { .. } => "settled_document",
            ReverseRefusal::BeforePosted { .. } => "before_posted",
            ReverseRefusal::Apply(refusal) => refusal.code(),
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            ReverseRefusal::Find(refusal) => return refusal.hint(),
            ReverseRefusal::IsReversal { .. } => "issue a new document instead".into(),
            ReverseRefusal::AlreadyReversed { .. } => "nothing is left to undo".into(),
            ReverseRefusal::OfBankLine { line, .. } => {
                format!("undo the decision about the line: `duebook cash undo {line}`")
            }
            ReverseRefusal::OfShortPay { .. } => {
                "undo the short-pay as a whole: `duebook short-pay take-back NUMBER`".into()
            }
            ReverseRefusal::SettledDocument { number } => format!(
                "undo the applications first: `duebook item unapply {number}`; or lower the debt with \
                 a credit memo or vendor credit"
            ),
            ReverseRefusal::BeforePosted { posted_on, .. } => {
                format!("take it back on {posted_on} or later")
            }
            ReverseRefusal::Apply(refusal) => return refusal.hint(),
        })
    }
}
