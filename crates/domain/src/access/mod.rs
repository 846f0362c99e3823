//! Who may do what: roles, permissions by area and verb, limits, and duties that must be apart.
//!
//! Pure rules over values. Whoever works brings [`Grants`]; [`Grants::check`] says whether a
//! piece of work is covered. The matrix of duties that must not meet in one hand is
//! [`CONFLICTS`]; it is checked when roles are given and again when work is done.

mod conflicts;
mod portfolio;
mod roles;

pub use conflicts::{CONFLICTS, Conflict, conflicts_of};
pub use portfolio::{NotAPortfolio, PORTFOLIO_BY, Portfolio};
pub use roles::{ROLES, Role, find};

use std::fmt;

use crate::documents::DocumentKind;
use crate::refusal::Refusal;

macro_rules! words {
    ($(#[$outer:meta])* $name:ident: $($(#[$doc:meta])* $variant:ident $code:literal $title:literal,)*) => {
        $(#[$outer])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &[$name] = &[$($name::$variant,)*];

            /// The word in tables, URLs and messages.
            pub fn code(self) -> &'static str {
                match self { $($name::$variant => $code,)* }
            }

            /// For people.
            pub fn title(self) -> &'static str {
                match self { $($name::$variant => $title,)* }
            }
        }
    };
}

words! {
    /// What work is about.
    Area:
    /// Customers: name, terms, parent, aliases.
    Customers "customers" "customer master data",
    /// Vendors: name and terms.
    Vendors "vendors" "vendor master data",
    /// Bank accounts of parties, and our own.
    BankDetails "bank_details" "bank details",
    /// Invoices and debit memos.
    Billing "billing" "invoices",
    /// Credit memos.
    CreditMemos "credit_memos" "credit memos",
    /// Credit limits and terms beyond the policy.
    Credit "credit" "credit limits",
    /// Bank statements and remittance advices.
    Statements "statements" "bank statements",
    /// Receipts and their application.
    Cash "cash" "receipts and applications",
    /// Giving up receivables or payables.
    WriteOffs "write_offs" "write-offs",
    /// Paying customers back.
    Refunds "refunds" "refunds",
    /// Promises, notes, dunning.
    Collections "collections" "collections",
    /// Schedules and recognition.
    Revenue "revenue" "revenue",
    /// Vendors' bills and credits.
    Bills "bills" "bills",
    /// Payments to vendors.
    Payments "payments" "payments",
    /// Manual journal entries, revaluation, exchange rates.
    Journals "journals" "journal entries",
    /// Closing and reopening.
    Periods "periods" "periods",
    /// Opening items and everything at the cut-over.
    TakeOver "take_over" "opening items",
    /// Policies and settings.
    Settings "settings" "settings",
    /// People, tokens, roles.
    Users "users" "users and roles",
}

words! {
    /// What is done.
    Verb:
    /// Make, change, post.
    Do "do" "work on",
    /// Give the second pair of eyes.
    Approve "approve" "approve",
    /// Look at it; most of the books are open to everybody who works in them.
    See "see" "see",
}

/// One thing that somebody may do.
pub type Permission = (Area, Verb);

/// The area whose permission a document needs.
pub fn area_of(kind: DocumentKind) -> Area {
    match kind {
        DocumentKind::Invoice | DocumentKind::DebitMemo => Area::Billing,
        DocumentKind::CreditMemo => Area::CreditMemos,
        DocumentKind::Receipt
        | DocumentKind::ReturnedReceipt
        | DocumentKind::DiscountGiven
        | DocumentKind::FeeBorne
        | DocumentKind::TaxWithheld
        | DocumentKind::RoundingGiven
        | DocumentKind::RoundingGained
        | DocumentKind::ShortPay
        | DocumentKind::PartedOff
        | DocumentKind::TransferOut
        | DocumentKind::TransferIn => Area::Cash,
        DocumentKind::Refund => Area::Refunds,
        DocumentKind::WriteOff | DocumentKind::PayableWriteOff => Area::WriteOffs,
        DocumentKind::Bill | DocumentKind::VendorDebitMemo | DocumentKind::VendorCredit => {
            Area::Bills
        }
        DocumentKind::Payment
        | DocumentKind::ReturnedPayment
        | DocumentKind::VendorRefund
        | DocumentKind::DiscountTaken => Area::Payments,
    }
}

/// One role that somebody holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// The role.
    pub role: &'static Role,
    /// The largest amount of one piece of work, in minor units of the functional currency; none
    /// is no limit.
    pub limit: Option<i64>,
    /// Whose customers and vendors it is for; none is everybody's.
    pub portfolio: Option<Portfolio>,
}

/// What somebody may do in the books of one entity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Grants {
    /// Nobody was given a role yet: whoever opens the book is its owner.
    Unclaimed,
    /// The roles held; empty for somebody who is not known here.
    Held(Vec<Grant>),
}

/// Why a piece of work is not covered, in the order of the checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AccessRefusal {
    /// The actor holds no role in these books.
    Unknown {
        /// The login.
        actor: String,
    },
    /// No role held allows it.
    NotAllowed {
        /// The login.
        actor: String,
        /// What it is about.
        area: Area,
        /// What was to be done.
        verb: Verb,
    },
    /// The roles held put two duties in one hand.
    DutiesMeet {
        /// The login.
        actor: String,
        /// The duties.
        conflict: &'static Conflict,
    },
    /// Agents read and propose; whatever changes the books is done by people.
    AgentOnlyProposes {
        /// The login.
        actor: String,
        /// What it is about.
        area: Area,
        /// What was to be done.
        verb: Verb,
    },
    /// It is above the actor's limit.
    AboveLimit {
        /// The login.
        actor: String,
        /// What it is about.
        area: Area,
        /// The amount, in minor units of the functional currency.
        amount: i64,
        /// The largest limit held.
        limit: i64,
    },
    /// The party is in no portfolio of the actor.
    OutsidePortfolio {
        /// The login.
        actor: String,
        /// What it is about.
        area: Area,
        /// The party's code.
        party: String,
        /// The portfolios that the roles held are for.
        portfolios: Vec<Portfolio>,
    },
}

impl fmt::Display for AccessRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AccessRefusal::Unknown { actor } => {
                write!(out, "{actor} holds no role in these books.")
            }
            AccessRefusal::NotAllowed { actor, area, verb } => {
                write!(out, "{actor} may not {} {}.", verb.title(), area.title())
            }
            AccessRefusal::DutiesMeet { actor, conflict } => write!(
                out,
                "{actor} would hold two duties that must be segregated: {}.",
                conflict.why
            ),
            AccessRefusal::AgentOnlyProposes { actor, area, verb } => write!(
                out,
                "{actor} is an agent and may not {} {}.",
                verb.title(),
                area.title()
            ),
            AccessRefusal::AboveLimit { actor, area, .. } => write!(
                out,
                "This is above the limit of {actor} for {}.",
                area.title()
            ),
            AccessRefusal::OutsidePortfolio {
                actor, area, party, ..
            } => write!(
                out,
                "{party} is in no portfolio for which {actor} may work on {}.",
                area.title()
            ),
        }
    }
}

impl Refusal for AccessRefusal {
    fn code(&self) -> &'static str {
        match self {
            AccessRefusal::Unknown { .. } => "unknown_actor",
            AccessRefusal::NotAllowed { .. } => "not_allowed",
            AccessRefusal::DutiesMeet { .. } => "duties_meet",
            AccessRefusal::AgentOnlyProposes { .. } => "agent_only_proposes",
            AccessRefusal::AboveLimit { .. } => "above_limit",
            AccessRefusal::OutsidePortfolio { .. } => "outside_portfolio",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            AccessRefusal::Unknown { .. } => "ask an administrator for a role".into(),
            AccessRefusal::NotAllowed { area, verb, .. } => {
                let able: Vec<&str> = ROLES
                    .iter()
                    .filter(|role| role.allows((*area, *verb)))
                    .map(|role| role.title)
                    .collect();
                format!("these roles may: {}", able.join(", "))
            }
            AccessRefusal::DutiesMeet { conflict, .. } => format!(
                "let different people {} and {} (control {})",
                duty(conflict.one),
                duty(conflict.other),
                conflict.control
            ),
            AccessRefusal::AgentOnlyProposes { .. } => {
                "propose it; a person approves and it is done".into()
            }
            AccessRefusal::AboveLimit { .. } => {
                "let somebody with a higher limit do it, or ask for approval".into()
            }
            AccessRefusal::OutsidePortfolio { portfolios, .. } => {
                let named: Vec<String> = portfolios.iter().map(ToString::to_string).collect();
                format!(
                    "let whoever looks after them do it; the roles held are for {}",
                    named.join("; ")
                )
            }
        })
    }
}

/// Begins the logins of agents: programs that decide for themselves what to ask for.
pub const AGENT_PREFIX: &str = "agent:";

fn duty((area, verb): Permission) -> String {
    format!("{} {}", verb.title(), area.title())
}

impl Grants {
    /// Does a role held allow this?
    pub fn allows(&self, permission: Permission) -> bool {
        match self {
            Grants::Unclaimed => true,
            Grants::Held(held) => held.iter().any(|grant| grant.role.allows(permission)),
        }
    }

    /// The portfolios to which a permission is bound; none where a role held gives it for
    /// everybody's customers.
    pub fn portfolios(&self, permission: Permission) -> Option<Vec<Portfolio>> {
        let Grants::Held(held) = self else {
            return None;
        };
        let able = held.iter().filter(|grant| grant.role.allows(permission));
        able.map(|grant| grant.portfolio.clone()).collect()
    }

    /// Refuses work that no role held covers: permission, duties apart, limit.
    pub fn check(
        &self,
        actor: &str,
        (area, verb): Permission,
        amount: Option<i64>,
    ) -> Result<(), AccessRefusal> {
        let actor = || actor.to_owned();
        let Grants::Held(held) = self else {
            return Ok(());
        };
        if held.is_empty() {
            return Err(AccessRefusal::Unknown { actor: actor() });
        }
        let able: Vec<&Grant> = held
            .iter()
            .filter(|grant| grant.role.allows((area, verb)))
            .collect();
        if able.is_empty() {
            let actor = actor();
            return Err(AccessRefusal::NotAllowed { actor, area, verb });
        }
        let roles: Vec<&Role> = held.iter().map(|grant| grant.role).collect();
        if let Some(conflict) = conflicts_of(&roles)
            .into_iter()
            .find(|conflict| [conflict.one, conflict.other].contains(&(area, verb)))
        {
            let actor = actor();
            return Err(AccessRefusal::DutiesMeet { actor, conflict });
        }
        // One role without a limit lifts those of the others.
        let limits: Option<Vec<i64>> = able.iter().map(|grant| grant.limit).collect();
        let limit = limits.and_then(|limits| limits.into_iter().max());
        match (amount, limit) {
            (Some(amount), Some(limit)) if limit < amount => Err(AccessRefusal::AboveLimit {
                actor: actor(),
                area,
                amount,
                limit,
            }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(codes: &[(&str, Option<i64>)]) -> Grants {
        let grants = codes.iter().map(|(code, limit)| Grant {
            role: find(code).expect("a role"),
            limit: *limit,
            portfolio: None,
        });
        Grants::Held(grants.collect())
    }

    fn refused(grants: &Grants, permission: Permission, amount: Option<i64>) -> &'static str {
        grants
            .check("ann", permission, amount)
            .map_or_else(|refusal| refusal.code(), |()| "")
    }

    type Held = &'static [(&'static str, Option<i64>)];

    #[test]
    fn every_refusal_has_its_case() {
        let cash = (Area::Cash, Verb::Do);
        let write_off = (Area::WriteOffs, Verb::Do);
        let cases: &[(Held, Permission, Option<i64>, &str)] = &[
            (&[], cash, None, "unknown_actor"),
            (&[("auditor", None)], cash, None, "not_allowed"),
            (&[("administrator", None)], cash, None, "not_allowed"),
            (&[("cash_application", None)], cash, Some(9), ""),
            (
                &[("cash_application", None)],
                write_off,
                Some(9),
                "not_allowed",
            ),
            (
                &[("cash_application", None), ("credit", None)],
                cash,
                None,
                "duties_meet",
            ),
            (
                &[("credit", Some(100))],
                write_off,
                Some(101),
                "above_limit",
            ),
            (&[("credit", Some(100))], write_off, Some(100), ""),
            (
                &[("credit", Some(100)), ("credit", None)],
                write_off,
                Some(101),
                "",
            ),
            (&[("owner", None)], write_off, Some(1), ""),
        ];
        for (grants, permission, amount, code) in cases {
            assert_eq!(
                refused(&held(grants), *permission, *amount),
                *code,
                "{grants:?}"
            );
        }
        assert_eq!(refused(&Grants::Unclaimed, cash, None), "");
    }

    #[test]
    fn no_single_role_but_the_owner_holds_conflicting_duties() {
        for role in ROLES {
            let found = conflicts_of(&[role]);
            assert!(found.is_empty(), "{}: {found:?}", role.code);
        }
    }

    #[test]
    fn auditor_and_administrator_post_nothing() {
        for code in ["auditor", "administrator"] {
            for area in Area::ALL {
                let may = find(code).expect("a role").allows((*area, Verb::Do));
                assert_eq!(
                    may,
                    code == "administrator" && *area == Area::Users,
                    "{area:?}"
                );
            }
        }
    }
}
