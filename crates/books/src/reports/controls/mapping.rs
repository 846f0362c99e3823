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
    map(
        "O2C-07",
        Evidenced,
        &[
            List("certificates"),
            Test("an_exemption_holds_on_the_day_of_the_sale_in_its_state"),
            Test("tax_that_an_exempt_customer_does_not_pay_is_told_and_left_to_a_person"),
        ],
        "exemptions are judged by their certificate on the day of the sale; rates are given with \
         each line, and an invoice without tax is not held back for want of a certificate",
    ),
    map(
        "O2C-08",
        Enforced,
        &[
            Verify("document numbers have no gap and no twin"),
            Verify("the database refuses to change facts"),
            Verify("documents take back documents of their kind"),
            Test("each_check_sees_what_was_changed"),
            Test("papers_are_issued_settled_and_taken_back"),
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
            Refusal("not_justified"),
            Test("a_write_off_is_posted_by_the_approval_of_somebody_else"),
            Test("a_case_is_worked_and_credited_with_approval"),
        ],
        "",
    ),
    map(
        "O2C-10",
        NotCovered,
        &[Report("short-pays")],
        "there are no return authorisations; what payers hold back for returned goods stands in \
         the report until it is credited",
    ),
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
            Refusal("own_short_pay"),
            Verify("short-pays are what was parted off, and settle it there"),
            Report("cash-position"),
            Report("short-pays"),
            Test("duties_that_must_be_apart_are_refused_together"),
            Test("who_parted_off_does_not_decide_and_agents_do_nothing"),
        ],
        "",
    ),
    map(
        "O2C-14",
        Evidenced,
        &[
            Report("cash-position"),
            Report("aging"),
            Test("every_report_answers"),
            Test("aging_as_of_any_day_as_known_at_any_moment"),
        ],
        "nobody is told when an item is older than 30 days",
    ),
    map(
        "O2C-15",
        Evidenced,
        &[
            Report("bank-reconciliation"),
            Close("bank accounts are reconciled to zero"),
            Apart(Area::Cash, Area::Journals),
            Test("a_close_shows_its_checks_and_programs_see_them"),
            Test("duties_that_must_be_apart_are_refused_together"),
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
        &[
            Refusal("duplicate_number"),
            Refusal("suspected_duplicate"),
            Test("a_number_in_another_writing_is_held_as_a_duplicate"),
        ],
        "the same number of the same vendor is refused, and one in another writing unless somebody \
         says why; nothing warns of another number with the same amount and day",
    ),
    map(
        "P2P-06",
        Partly,
        &[
            Policy(Area::Bills),
            Test("bills_above_an_amount_wait_for_somebody_else"),
        ],
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
            Test("control_accounts_tie_out_on_every_day"),
            Test("a_ledger_that_was_tampered_with_is_not_closed"),
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
    map(
        "SOD-01",
        Enforced,
        &[
            Apart(Area::Vendors, Area::Bills),
            Test("duties_that_must_be_apart_are_refused_together"),
        ],
        "",
    ),
    map(
        "SOD-02",
        Enforced,
        &[
            Apart(Area::Vendors, Area::Payments),
            Test("duties_that_must_be_apart_are_refused_together"),
        ],
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
        &[
            Apart(Area::Cash, Area::CreditMemos),
            Test("duties_that_must_be_apart_are_refused_together"),
        ],
        "",
    ),
    map(
        "SOD-10",
        Enforced,
        &[
            Apart(Area::Cash, Area::WriteOffs),
            Test("duties_that_must_be_apart_are_refused_together"),
        ],
        "",
    ),
    map(
        "SOD-11",
        Enforced,
        &[
            Apart(Area::Cash, Area::Customers),
            Test("duties_that_must_be_apart_are_refused_together"),
        ],
        "",
    ),
    map(
        "SOD-13",
        Evidenced,
        &[Report("bank-reconciliation"), Test("every_report_answers")],
        "nobody reconciles by hand: the report does; nobody signs it",
    ),
    map(
        "SOD-14",
        Evidenced,
        &[Report("bank-reconciliation"), Test("every_report_answers")],
        "nobody reconciles by hand: the report does; nobody signs it",
    ),
    map(
        "SOD-15",
        Partly,
        &[
            Apart(Area::Credit, Area::Billing),
            Test("duties_that_must_be_apart_are_refused_together"),
        ],
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
            Test("duties_that_must_be_apart_are_refused_together"),
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
            Test("duties_that_must_be_apart_are_refused_together"),
        ],
        "",
    ),
    map(
        "DUE-01",
        Enforced,
        &[
            Refusal("own_short_pay"),
            Refusal("not_justified"),
            Refusal("short_pay_settled"),
            Refusal("short_pay_decided"),
            Policy(Area::CreditMemos),
            Policy(Area::WriteOffs),
            Verify("short-pays are what was parted off, and settle it there"),
            Report("short-pays"),
            List("short-pays"),
            Test("a_run_parts_off_what_is_held_back_for_a_reason"),
            Test("a_case_is_worked_and_credited_with_approval"),
            Test("who_parted_off_does_not_decide_and_agents_do_nothing"),
            Test("an_agent_proposes_and_a_person_decides"),
        ],
        "",
    ),
    map(
        "DUE-02",
        Partly,
        &[
            Refusal("covered_by_certificate"),
            Verify("certificates cover no more than they say and than was withheld"),
            Verify("tax withheld stands on its account as its documents say"),
            Report("withholding"),
            Test("tax_withheld_is_asked_for_covered_and_charged_back"),
            Test("an_intruder_who_changes_covers_is_seen"),
        ],
        "what no certificate came for is shown and asked for; nobody is made to charge it back",
    ),
    map(
        "DUE-03",
        Evidenced,
        &[
            List("short-pays"),
            Test("a_return_opens_what_was_paid_in_the_same_run_or_a_later_one"),
            Test("money_that_comes_back_leaves_a_settled_short_pay_settled"),
            Test("money_that_comes_back_takes_an_unsettled_short_pay_along"),
        ],
        "what was credited or written off meanwhile stands and says what is to be done; a person \
         must do it",
    ),
];
