//! Which control is kept by what: one row for each control of the matrix, and what is missing.

use domain::access::Area;

/// Something in Duebook that keeps a control or shows that it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Means {
    /// A check of `verify`, by its name.
    Verify(&'static str),
    /// A check of the close, by its name.
    Close(&'static str),
    /// Two areas whose work is apart in the matrix of duties.
    Apart(Area, Area),
    /// The approval policy of an area.
    Policy(Area),
    /// A refusal, by its code.
    Refusal(&'static str),
    /// A report, by its name.
    Report(&'static str),
    /// A list, by its name.
    List(&'static str),
    /// A test that shows it, by its name.
    Test(&'static str),
}

/// How far a control is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// The books refuse what the control forbids.
    Enforced,
    /// Some of it is enforced; the gap says what is not.
    Partly,
    /// Nothing is refused, but what an auditor looks at is there.
    Evidenced,
    /// People must keep it outside Duebook.
    NotCovered,
}

impl Status {
    /// For people and programs.
    pub fn code(self) -> &'static str {
        match self {
            Status::Enforced => "enforced",
            Status::Partly => "partly enforced",
            Status::Evidenced => "evidenced",
            Status::NotCovered => "not covered",
        }
    }
}

/// One control.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mapping {
    /// Its id in the matrix.
    pub id: &'static str,
    /// How far it is kept.
    pub status: Status,
    /// By what.
    pub by: &'static [Means],
    /// What is missing; empty where nothing is.
    pub gap: &'static str,
}

const fn map(id: &'static str, status: Status, by: &'static [Means], gap: &'static str) -> Mapping {
    Mapping {
        id,
        status,
        by,
        gap,
    }
}

/// A control that is not covered, and why.
const fn none(id: &'static str, gap: &'static str) -> Mapping {
    map(id, Status::NotCovered, &[], gap)
}

use Means::{Apart, Close, List, Policy, Refusal, Report, Test, Verify};
use Status::{Enforced, Evidenced, NotCovered, Partly};

/// Every control of the matrix, in its order.
pub const MAPPINGS: &[Mapping] = &[
    map(
        "O2C-01",
        Partly,
        &[
            Policy(Area::Credit),
            Policy(Area::BankDetails),
            Apart(Area::Cash, Area::Customers),
            List("audit"),
            Test("new_customers_pass_until_the_policy_holds_them"),
            Test("imports_go_round_no_approval"),
        ],
        "terms, limits and bank accounts need a second person, a new customer where the policy \
         says so; no check for duplicates by tax id or name",
    ),
    map(
        "O2C-02",
        Partly,
        &[
            Policy(Area::Credit),
            Apart(Area::Credit, Area::Billing),
            Refusal("over_credit_limit"),
            Refusal("credit_hold"),
            Report("credit"),
            Test("what_goes_beyond_the_limit_waits_for_authority_over_credit"),
        ],
        "to begin with what goes beyond is only warned of; orders are not entered here",
    ),
    none("O2C-03", "there are no price lists"),
    none("O2C-04", "there are no contracts"),
    none("O2C-05", "there is no metered usage"),
    none("O2C-06", "deliveries are not known"),
    none(
        "O2C-07",
        "rates are given with each line; there are no certificates",
    ),
    map(
        "O2C-08",
        Enforced,
        &[
            Verify("document numbers have no gap and no twin"),
            Verify("the database refuses to change facts"),
            Verify("documents take back documents of their kind"),
        ],
        "",
    ),
    map(
        "O2C-09",
        Enforced,
        &[
            Policy(Area::CreditMemos),
            Policy(Area::WriteOffs),
            Apart(Area::Cash, Area::CreditMemos),
            Apart(Area::Cash, Area::WriteOffs),
            Refusal("approval_needed"),
            Test("a_write_off_is_posted_by_the_approval_of_somebody_else"),
        ],
        "",
    ),
    none("O2C-10", "there are no return authorisations"),
    none("O2C-11", "there are no revenue schedules"),
    none("O2C-12", "there is no deferred revenue to roll forward"),
    map(
        "O2C-13",
        Enforced,
        &[
            Apart(Area::Cash, Area::WriteOffs),
            Apart(Area::Cash, Area::Billing),
            Apart(Area::Cash, Area::Refunds),
            Refusal("duties_meet"),
            Report("cash-position"),
        ],
        "",
    ),
    map(
        "O2C-14",
        Evidenced,
        &[Report("cash-position"), Report("aging")],
        "nobody is told when an item is older than 30 days",
    ),
    map(
        "O2C-15",
        Evidenced,
        &[
            Report("bank-reconciliation"),
            Close("bank accounts are reconciled to zero"),
            Apart(Area::Cash, Area::Journals),
        ],
        "the reconciliation is computed and holds the close back; nobody signs it",
    ),
    none("O2C-16", "there is no allowance"),
    none("O2C-17", "there is no dunning"),
    none("O2C-18", "there is no review of dormant credits"),
    map(
        "P2P-01",
        Partly,
        &[
            Policy(Area::Vendors),
            Policy(Area::BankDetails),
            Apart(Area::BankDetails, Area::Payments),
            Apart(Area::Vendors, Area::Payments),
            Test("imports_go_round_no_approval"),
            Test("a_new_vendor_needs_a_second_person"),
        ],
        "vendors and their accounts need a second person; no call-back is logged and \
         nothing is frozen before a payment run",
    ),
    map(
        "P2P-02",
        NotCovered,
        &[Apart(Area::Vendors, Area::Bills)],
        "no check for duplicates by tax id, bank account or name",
    ),
    none("P2P-03", "there are no purchase orders"),
    none("P2P-04", "receipts of goods are not known"),
    map(
        "P2P-05",
        Partly,
        &[Refusal("duplicate_number")],
        "the same number of the same vendor is refused; nothing warns of another number with the \
         same amount and day",
    ),
    map(
        "P2P-06",
        Partly,
        &[Policy(Area::Bills)],
        "bills above an amount can be made to wait for others, but not for the owner of a budget",
    ),
    map(
        "P2P-07",
        NotCovered,
        &[Apart(Area::Bills, Area::Payments)],
        "payments are released by others than bills are entered, but there are no payment files",
    ),
    none("P2P-08", "there are no checks to be issued"),
    none(
        "P2P-09",
        "there are no accruals of what was received and not billed",
    ),
    none("P2P-10", "there are no tax forms of vendors"),
    map(
        "P2P-11",
        Enforced,
        &[
            Apart(Area::Users, Area::Cash),
            Apart(Area::Users, Area::Payments),
            Refusal("duties_meet"),
            Report("access-review"),
            Test("roles_are_refused_in_order"),
        ],
        "",
    ),
    map(
        "P2P-12",
        Enforced,
        &[
            Close("control accounts tie out with open items"),
            Verify("control accounts equal open items on every day"),
            Verify("nothing was posted into a closed period"),
            Report("tie-out"),
            Refusal("period_closed"),
        ],
        "",
    ),
    map(
        "P2P-13",
        Enforced,
        &[
            Policy(Area::Journals),
            Refusal("control_account"),
            Refusal("own_work"),
            Test("journals_periods_refunds_and_bank_details_wait_too"),
        ],
        "",
    ),
    map("SOD-01", Enforced, &[Apart(Area::Vendors, Area::Bills)], ""),
    map(
        "SOD-02",
        Enforced,
        &[Apart(Area::Vendors, Area::Payments)],
        "",
    ),
    none(
        "SOD-05",
        "there are no purchase orders and receipts of goods",
    ),
    none("SOD-08", "orders are not entered here"),
    map(
        "SOD-09",
        Enforced,
        &[Apart(Area::Cash, Area::CreditMemos)],
        "",
    ),
    map(
        "SOD-10",
        Enforced,
        &[Apart(Area::Cash, Area::WriteOffs)],
        "",
    ),
    map(
        "SOD-11",
        Enforced,
        &[Apart(Area::Cash, Area::Customers)],
        "",
    ),
    map(
        "SOD-13",
        Evidenced,
        &[Report("bank-reconciliation")],
        "nobody reconciles by hand: the report does; nobody signs it",
    ),
    map(
        "SOD-14",
        Evidenced,
        &[Report("bank-reconciliation")],
        "nobody reconciles by hand: the report does; nobody signs it",
    ),
    map(
        "SOD-15",
        Partly,
        &[Apart(Area::Credit, Area::Billing)],
        "invoices are apart from credit limits; orders are not entered here",
    ),
    map(
        "SOD-16",
        Enforced,
        &[
            Refusal("own_work"),
            Verify("nobody approved their own work"),
            Test("no_way_round_leads_back_to_the_maker"),
        ],
        "",
    ),
    map(
        "SOD-17",
        Enforced,
        &[
            Apart(Area::Users, Area::Cash),
            Apart(Area::Users, Area::Journals),
            Apart(Area::Users, Area::Payments),
            Apart(Area::Users, Area::Bills),
            Apart(Area::Users, Area::Billing),
        ],
        "",
    ),
    none("SOD-19", "there are no checks to be issued"),
    map(
        "SOD-HARD",
        Enforced,
        &[
            Apart(Area::Vendors, Area::Payments),
            Apart(Area::BankDetails, Area::Payments),
            Refusal("duties_meet"),
        ],
        "",
    ),
];
