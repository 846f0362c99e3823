//! Duties that must not meet in one hand (segregation of duties).
//!
//! Each row names the control of the matrix of order-to-cash and procure-to-pay that it serves.

use crate::access::{Area, Permission, Role, Verb};

/// Two duties that must be apart.
#[derive(PartialEq, Eq, Debug)]
pub struct Conflict {
    /// One duty.
    pub one: Permission,
    /// The other.
    pub other: Permission,
    /// The control that it serves.
    pub control: &'static str,
    /// Why, in a few words.
    pub why: &'static str,
}

const fn apart(one: Area, other: Area, control: &'static str, why: &'static str) -> Conflict {
    Conflict {
        one: (one, Verb::Do),
        other: (other, Verb::Do),
        control,
        why,
    }
}

/// The matrix.
pub const CONFLICTS: &[Conflict] = &[
    apart(
        Area::BankDetails,
        Area::Payments,
        "P2P-01",
        "who changes bank details does not release payments",
    ),
    apart(
        Area::Vendors,
        Area::Payments,
        "P2P-01",
        "who keeps vendors does not release payments",
    ),
    apart(
        Area::Bills,
        Area::Payments,
        "P2P-07",
        "who enters bills does not release payments",
    ),
    apart(
        Area::Vendors,
        Area::Bills,
        "P2P-02",
        "who keeps vendors does not enter bills",
    ),
    apart(
        Area::Customers,
        Area::CreditMemos,
        "O2C-09",
        "who keeps customers does not issue credit memos",
    ),
    apart(
        Area::Cash,
        Area::WriteOffs,
        "O2C-13",
        "who applies cash does not write off",
    ),
    apart(
        Area::Cash,
        Area::CreditMemos,
        "O2C-09",
        "who applies cash does not issue credit memos",
    ),
    apart(
        Area::Cash,
        Area::Billing,
        "O2C-13",
        "who applies cash does not issue invoices",
    ),
    apart(
        Area::Cash,
        Area::Refunds,
        "O2C-13",
        "who applies cash does not pay refunds",
    ),
    apart(
        Area::Cash,
        Area::Customers,
        "O2C-01",
        "who applies cash does not keep customers",
    ),
    apart(
        Area::Cash,
        Area::Journals,
        "O2C-15",
        "who applies cash does not post journal entries",
    ),
    apart(
        Area::Credit,
        Area::Billing,
        "O2C-02",
        "who sets credit limits does not issue invoices",
    ),
    apart(
        Area::CreditMemos,
        Area::Refunds,
        "O2C-09",
        "who issues credit memos does not pay them out",
    ),
    apart(
        Area::Users,
        Area::Cash,
        "P2P-11",
        "who gives roles posts nothing",
    ),
    apart(
        Area::Users,
        Area::Journals,
        "P2P-11",
        "who gives roles posts nothing",
    ),
    apart(
        Area::Users,
        Area::Payments,
        "P2P-11",
        "who gives roles posts nothing",
    ),
    apart(
        Area::Users,
        Area::Bills,
        "P2P-11",
        "who gives roles posts nothing",
    ),
    apart(
        Area::Users,
        Area::Billing,
        "P2P-11",
        "who gives roles posts nothing",
    ),
    apart(
        Area::Users,
        Area::WriteOffs,
        "P2P-11",
        "who gives roles posts nothing",
    ),
    apart(
        Area::Users,
        Area::CreditMemos,
        "P2P-11",
        "who gives roles posts nothing",
    ),
    apart(
        Area::Users,
        Area::Refunds,
        "P2P-11",
        "who gives roles posts nothing",
    ),
    apart(
        Area::Users,
        Area::Periods,
        "P2P-12",
        "who gives roles does not close periods",
    ),
];

/// The conflicts that roles held together bring. The owner of a book stands outside the matrix.
pub fn conflicts_of(roles: &[&Role]) -> Vec<&'static Conflict> {
    if roles.iter().any(|role| role.is_owner()) {
        return Vec::new();
    }
    let holds = |permission| roles.iter().any(|role| role.allows(permission));
    CONFLICTS
        .iter()
        .filter(|conflict| holds(conflict.one) && holds(conflict.other))
        .collect()
}
