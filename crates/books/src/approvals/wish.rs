//! What can be asked for, whose work it is, and when it would count.

use domain::access::{Area, area_of};
use domain::calendar::Date;
use domain::credit::Limit;
use domain::documents::{DocumentKind, Side};
use domain::ids::ItemId;
use domain::money::Money;
use formats::exchange::PartyRow;

use crate::approvals::{handling, new_parties, settle, short_pay};
use crate::cash::desk::Division;
use crate::documents::NewDocument;
use crate::failure::Outcome;
use crate::open_items::Apply;
use crate::parties::{self, HandlingChange};
use crate::short_pays::Proposal;
use crate::work::Work;

/// Something that may need approval.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wish {
    /// Write off what is open on an item.
    WriteOff {
        /// The item.
        item: ItemId,
        /// How much; all that is open when not named.
        amount: Option<Money>,
        /// The day.
        on: Date,
    },
    /// Lower what a customer owes.
    CreditMemo {
        /// The customer's code.
        party: String,
        /// How much.
        amount: Money,
        /// The day.
        on: Date,
    },
    /// Refund a customer's credit.
    Refund {
        /// The credit item.
        item: ItemId,
        /// How much; all that is open when not named.
        amount: Option<Money>,
        /// The code of our bank account.
        bank_account: String,
        /// The day.
        on: Date,
    },
    /// An entry made by hand, in functional currency; a debit is above zero.
    Journal {
        /// Account and amount of each leg.
        legs: Vec<(String, Money)>,
        /// The day.
        on: Date,
    },
    /// Apply a bank line that waits to documents.
    ApplyLine {
        /// The line: `line_…`, with `.` and the unit of a deposit.
        line: String,
        /// What it pays.
        division: Division,
    },
    /// Settle documents with each other and give something of them up.
    Settle(Box<Apply>),
    /// Reopen a closed period.
    ReopenPeriod {
        /// The period.
        period: String,
    },
    /// Close a period although a check fails; the reason says why.
    ClosePeriod {
        /// The period.
        period: String,
    },
    /// Value open foreign items at a period's closing rate.
    Revalue {
        /// The last day of the period.
        on: Date,
    },
    /// New bank accounts of parties.
    BankDetails {
        /// Party's code and account's number.
        accounts: Vec<(String, String)>,
    },
    /// Other payment terms of parties.
    Terms {
        /// Party's code and terms, as people write them.
        changes: Vec<(String, String)>,
    },
    /// How much customers, or they and everybody below, may owe.
    CreditLimit {
        /// The customer's code, and how much in the currency of the books; none is no limit.
        changes: Vec<(String, Option<Limit>)>,
    },
    /// Customers or vendors that are not there yet.
    NewParties {
        /// Receivable makes customers, payable vendors.
        side: Side,
        /// What is known of each.
        rows: Vec<PartyRow>,
    },
    /// Another class of a party, or the rate by which it withholds tax.
    Handling {
        /// The party's code.
        party: String,
        /// What is to change.
        change: HandlingChange,
    },
    /// Let go of a customer who is held.
    ReleaseHold {
        /// The customer's code.
        party: String,
    },
    /// Invoices for one customer beyond their credit limit, or although they are held.
    OverLimit(Vec<NewDocument>),
    /// A document with its lines.
    Document(Box<NewDocument>),
    /// Credit a justified short-pay: issue the memo and settle the short-pay with it.
    CreditShortPay {
        /// The short-pay's number or id.
        short_pay: String,
        /// The credit memo.
        memo: Box<NewDocument>,
    },
    /// Work on a short-pay: its reason, its owner, who is right, the credit memo that follows.
    ShortPay(Box<Proposal>),
    /// Take a document back.
    Reverse {
        /// Its number or id.
        document: String,
        /// Its kind.
        kind: DocumentKind,
        /// The day.
        on: Date,
    },
}

/// The words of all kinds, as requests keep them and programs send them.
pub const WISHES: &[&str] = &[
    "write_off",
    "credit_memo",
    "refund",
    "apply_line",
    "settle",
    "journal",
    "reopen_period",
    "close_period",
    "revalue",
    "bank_details",
    "terms",
    "credit_limit",
    "new_parties",
    "party_class",
    "withholding_rate",
    "release_hold",
    "over_limit",
    "document",
    "credit_short_pay",
    "short_pay",
    "reverse",
];

impl Wish {
    /// The word under which it is kept.
    pub fn kind(&self) -> &'static str {
        match self {
            Wish::WriteOff { .. } => "write_off",
            Wish::CreditMemo { .. } => "credit_memo",
            Wish::Refund { .. } => "refund",
            Wish::ApplyLine { .. } => "apply_line",
            Wish::Settle(_) => "settle",
            Wish::Journal { .. } => "journal",
            Wish::ReopenPeriod { .. } => "reopen_period",
            Wish::ClosePeriod { .. } => "close_period",
            Wish::Revalue { .. } => "revalue",
            Wish::BankDetails { .. } => "bank_details",
            Wish::Terms { .. } => "terms",
            Wish::CreditLimit { .. } => "credit_limit",
            Wish::NewParties { .. } => "new_parties",
            Wish::Handling { change, .. } => handling::kind(change),
            Wish::ReleaseHold { .. } => "release_hold",
            Wish::OverLimit(_) => "over_limit",
            Wish::Document(_) => "document",
            Wish::CreditShortPay { .. } => "credit_short_pay",
            Wish::ShortPay(_) => "short_pay",
            Wish::Reverse { .. } => "reverse",
        }
    }

    /// The area whose work it is for those who approve it, and what who asks must be allowed to do.
    pub(crate) fn areas(&self, work: &mut Work<'_>) -> Outcome<(Area, Area)> {
        if let Wish::Terms { changes } = self {
            let codes: Vec<&str> = changes.iter().map(|(code, _)| code.as_str()).collect();
            let area = parties::terms_area(work, &codes)?;
            return Ok((area, area));
        }
        Ok((self.area(), self.maker_area()))
    }

    /// The area whose work it is for those who approve it.
    fn area(&self) -> Area {
        match self {
            Wish::WriteOff { .. } | Wish::Settle(_) => Area::WriteOffs,
            Wish::ApplyLine { division, .. } if division.gives_up() => Area::WriteOffs,
            Wish::CreditMemo { .. } | Wish::CreditShortPay { .. } => Area::CreditMemos,
            Wish::ShortPay(proposal) => short_pay::area(proposal),
            Wish::Refund { .. } => Area::Refunds,
            Wish::ApplyLine { .. } => Area::Cash,
            Wish::Journal { .. } | Wish::Revalue { .. } => Area::Journals,
            Wish::ReopenPeriod { .. } | Wish::ClosePeriod { .. } => Area::Periods,
            Wish::BankDetails { .. } => Area::BankDetails,
            Wish::NewParties { side, .. } => new_parties::area(*side),
            Wish::Terms { .. }
            | Wish::CreditLimit { .. }
            | Wish::Handling { .. }
            | Wish::ReleaseHold { .. }
            | Wish::OverLimit(_) => Area::Credit,
            Wish::Document(order) => area_of(order.kind),
            Wish::Reverse { kind, .. } => area_of(*kind),
        }
    }

    /// What who asks must be allowed to do. Who applies cash may ask for what is given up with
    /// it, which they may not do alone.
    fn maker_area(&self) -> Area {
        match self {
            Wish::ApplyLine { .. } => Area::Cash,
            Wish::Settle(order) => settle::maker_area(order),
            Wish::OverLimit(_) => Area::Billing,
            Wish::ShortPay(_) => Area::Collections,
            Wish::WriteOff { .. }
            | Wish::CreditMemo { .. }
            | Wish::Refund { .. }
            | Wish::Journal { .. }
            | Wish::ReopenPeriod { .. }
            | Wish::ClosePeriod { .. }
            | Wish::Revalue { .. }
            | Wish::BankDetails { .. }
            | Wish::Terms { .. }
            | Wish::CreditLimit { .. }
            | Wish::NewParties { .. }
            | Wish::Handling { .. }
            | Wish::ReleaseHold { .. }
            | Wish::Document(_)
            | Wish::CreditShortPay { .. }
            | Wish::Reverse { .. } => self.area(),
        }
    }

    /// Another area that it touches, for which maker and approver need the right, too.
    pub(crate) fn further_area(&self) -> Option<Area> {
        let Wish::NewParties { rows, .. } = self else {
            return None;
        };
        new_parties::further_area(rows)
    }

    /// The day on which it would post; none where it posts nothing.
    pub(crate) fn posts_on(&self) -> Option<Date> {
        match self {
            Wish::WriteOff { on, .. }
            | Wish::CreditMemo { on, .. }
            | Wish::Refund { on, .. }
            | Wish::Journal { on, .. }
            | Wish::Revalue { on }
            | Wish::Reverse { on, .. } => Some(*on),
            Wish::Settle(order) => Some(order.on),
            Wish::ShortPay(proposal) => proposal.credit_on,
            Wish::OverLimit(orders) => {
                let days = orders.iter();
                days.map(|order| order.posted_on.unwrap_or(order.issued_on))
                    .min()
            }
            Wish::Document(order) | Wish::CreditShortPay { memo: order, .. } => {
                Some(order.posted_on.unwrap_or(order.issued_on))
            }
            Wish::ApplyLine { .. }
            | Wish::ReopenPeriod { .. }
            | Wish::ClosePeriod { .. }
            | Wish::BankDetails { .. }
            | Wish::Terms { .. }
            | Wish::NewParties { .. }
            | Wish::Handling { .. }
            | Wish::ReleaseHold { .. }
            | Wish::CreditLimit { .. } => None,
        }
    }
}
