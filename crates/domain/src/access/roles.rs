//! The roles of the people of receivables, payables and accounting, and what each may do.

use crate::access::{Area, Permission, Verb};

/// A role that people and tokens can hold.
#[derive(PartialEq, Eq, Debug)]
pub struct Role {
    /// Key in tables and URLs.
    pub code: &'static str,
    /// For people.
    pub title: &'static str,
    /// What it is for, in a sentence.
    pub about: &'static str,
    /// The areas it works on.
    does: &'static [Area],
    /// The areas whose work of others it approves.
    approves: &'static [Area],
    /// Whether it sees users, roles and the whole audit log.
    sees_control: bool,
}

impl Role {
    /// Does it allow this?
    pub fn allows(&self, (area, verb): Permission) -> bool {
        match verb {
            Verb::Do => self.is_owner() || self.does.contains(&area),
            Verb::Approve => self.is_owner() || self.approves.contains(&area),
            Verb::See => area != Area::Users || self.sees_control || self.is_owner(),
        }
    }

    /// Is it the founder's, to which the matrix of conflicts does not apply?
    pub fn is_owner(&self) -> bool {
        self.code == "owner"
    }

    /// Everything it works on and approves.
    pub fn permissions(&self) -> impl Iterator<Item = Permission> {
        let does = self.does.iter().map(|area| (*area, Verb::Do));
        does.chain(self.approves.iter().map(|area| (*area, Verb::Approve)))
    }
}

/// The role of a key.
pub fn find(code: &str) -> Option<&'static Role> {
    ROLES.iter().find(|role| role.code == code)
}

/// Every role.
pub const ROLES: &[Role] = &[
    Role {
        code: "owner",
        title: "Owner",
        about: "Founded the book and may do everything but approve what they made themselves.",
        does: &[],
        approves: &[],
        sees_control: true,
    },
    Role {
        code: "ar_associate",
        title: "A/R associate",
        about: "Keeps customers, answers them, follows up.",
        does: &[Area::Customers, Area::Collections],
        approves: &[],
        sees_control: false,
    },
    Role {
        code: "ar_specialist",
        title: "A/R specialist",
        about: "Takes statements and remittances in and applies cash.",
        does: &[Area::Statements, Area::Cash, Area::Collections],
        approves: &[],
        sees_control: false,
    },
    Role {
        code: "ar_senior",
        title: "Senior A/R",
        about: "Approves applications, credit memos, refunds and write-offs that others ask for.",
        does: &[Area::Collections, Area::TakeOver],
        approves: &[
            Area::Cash,
            Area::Collections,
            Area::CreditMemos,
            Area::Refunds,
            Area::WriteOffs,
        ],
        sees_control: false,
    },
    Role {
        code: "cash_application",
        title: "Cash application",
        about: "Applies receipts all day.",
        does: &[Area::Statements, Area::Cash],
        approves: &[],
        sees_control: false,
    },
    Role {
        code: "collector",
        title: "Collector",
        about: "Calls, reminds, notes promises.",
        does: &[Area::Collections],
        approves: &[],
        sees_control: false,
    },
    Role {
        code: "credit",
        title: "Credit manager",
        about: "Sets credit limits, writes off what is lost, asks for credit memos.",
        does: &[Area::Credit, Area::WriteOffs, Area::CreditMemos],
        approves: &[],
        sees_control: false,
    },
    Role {
        code: "billing",
        title: "Billing",
        about: "Issues invoices and debit memos.",
        does: &[Area::Billing],
        approves: &[],
        sees_control: false,
    },
    Role {
        code: "revenue_accountant",
        title: "Revenue accountant",
        about: "Keeps schedules and posts recognition.",
        does: &[Area::Revenue, Area::Journals],
        approves: &[],
        sees_control: false,
    },
    Role {
        code: "ap_specialist",
        title: "A/P specialist",
        about: "Enters bills and vendor credits.",
        does: &[Area::Bills],
        approves: &[],
        sees_control: false,
    },
    Role {
        code: "ap_lead",
        title: "A/P lead",
        about: "Keeps vendors and their bank details, approves bills.",
        does: &[Area::Vendors, Area::BankDetails],
        approves: &[Area::Bills],
        sees_control: false,
    },
    Role {
        code: "treasurer",
        title: "Treasurer",
        about: "Releases payments and refunds, takes statements in.",
        does: &[Area::Payments, Area::Refunds, Area::Statements],
        approves: &[Area::BankDetails],
        sees_control: false,
    },
    Role {
        code: "controller",
        title: "Controller",
        about: "Closes periods, keeps policies, posts and approves journals.",
        does: &[
            Area::Journals,
            Area::Periods,
            Area::Settings,
            Area::TakeOver,
        ],
        approves: &[
            Area::Journals,
            Area::Periods,
            Area::Cash,
            Area::Collections,
            Area::WriteOffs,
            Area::CreditMemos,
            Area::Refunds,
            Area::BankDetails,
            Area::Credit,
            Area::Payments,
            Area::Vendors,
            Area::Customers,
        ],
        sees_control: true,
    },
    Role {
        code: "auditor",
        title: "Auditor",
        about: "Sees everything and changes nothing.",
        does: &[],
        approves: &[],
        sees_control: true,
    },
    Role {
        code: "administrator",
        title: "Administrator",
        about: "Gives people and tokens their roles; posts nothing.",
        does: &[Area::Users],
        approves: &[],
        sees_control: true,
    },
];
