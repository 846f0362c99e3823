//! The chart of accounts: which accounts a new book has and what each is for.

/// What kind of account it is; the sign of its normal balance follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccountClass {
    /// What the entity owns or is owed.
    Asset,
    /// What the entity owes.
    Liability,
    /// What belongs to the owners.
    Equity,
    /// Income.
    Revenue,
    /// Cost.
    Expense,
}

impl AccountClass {
    /// The word under which it is stored.
    pub fn code(self) -> &'static str {
        match self {
            AccountClass::Asset => "asset",
            AccountClass::Liability => "liability",
            AccountClass::Equity => "equity",
            AccountClass::Revenue => "revenue",
            AccountClass::Expense => "expense",
        }
    }
}

/// Whether the open items are the detail of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Control {
    /// Every line names a party and belongs to an open item.
    Items,
    /// An ordinary account.
    None,
}

/// What the posting rules use an account for. Each role has one account in the chart.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Cash at bank, the first account; every bank account gets a number of its own after it.
    Bank,
    /// Money between own accounts.
    CashInTransit,
    /// Bank lines that nobody has explained yet.
    BankClearing,
    /// What customers owe (control account).
    Receivables,
    /// Tax that customers withheld, to be claimed against their certificates.
    WithholdingTaxReceivable,
    /// Input tax on bills.
    InputTax,
    /// What is owed to vendors (control account).
    Payables,
    /// Receipts whose payer is not known (control account).
    UnidentifiedReceipts,
    /// Output tax on invoices.
    OutputTax,
    /// Adjustment of foreign open items at period end.
    Revaluation,
    /// Where opening items come from.
    OpeningBalance,
    /// Sales.
    Revenue,
    /// Early-payment discounts that customers took.
    DiscountGiven,
    /// Early-payment discounts that we took from vendors.
    DiscountTaken,
    /// Interest and other income of the bank account.
    InterestIncome,
    /// What vendors gave up of what we owed: the gain of a liability that is gone.
    PayablesWrittenOff,
    /// Purchases and other cost.
    Expense,
    /// Fees of banks, processors and factors.
    BankFees,
    /// Receivables written off.
    BadDebt,
    /// Small differences within tolerance.
    RoundingDifference,
    /// Exchange differences of settlements.
    RealisedExchange,
    /// Exchange differences of revaluation.
    UnrealisedExchange,
    /// The two legs of a settlement across currencies; always zero in functional currency.
    ExchangeClearing,
}

/// One account of the chart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Account {
    /// The number under which it is posted.
    pub code: &'static str,
    /// For people.
    pub name: &'static str,
    /// Asset, liability, …
    pub class: AccountClass,
    /// Are open items its detail?
    pub control: Control,
    /// What the posting rules use it for.
    pub role: Role,
}

const fn account(
    code: &'static str,
    name: &'static str,
    class: AccountClass,
    role: Role,
) -> Account {
    Account {
        code,
        name,
        class,
        control: Control::None,
        role,
    }
}

const fn control(
    code: &'static str,
    name: &'static str,
    class: AccountClass,
    role: Role,
) -> Account {
    Account {
        control: Control::Items,
        ..account(code, name, class, role)
    }
}

/// The accounts of a new book, one for each role, in the order of their numbers.
pub const STANDARD_CHART: &[Account] = &[
    account("1000", "Cash at bank", AccountClass::Asset, Role::Bank),
    account(
        "1090",
        "Cash in transit",
        AccountClass::Asset,
        Role::CashInTransit,
    ),
    account(
        "1095",
        "Bank clearing",
        AccountClass::Asset,
        Role::BankClearing,
    ),
    control(
        "1200",
        "Accounts receivable",
        AccountClass::Asset,
        Role::Receivables,
    ),
    account(
        "1290",
        "Revaluation of open items",
        AccountClass::Asset,
        Role::Revaluation,
    ),
    account(
        "1350",
        "Withholding tax receivable",
        AccountClass::Asset,
        Role::WithholdingTaxReceivable,
    ),
    account("1400", "Input tax", AccountClass::Asset, Role::InputTax),
    account(
        "1900",
        "Exchange clearing",
        AccountClass::Asset,
        Role::ExchangeClearing,
    ),
    control(
        "2000",
        "Accounts payable",
        AccountClass::Liability,
        Role::Payables,
    ),
    control(
        "2090",
        "Unidentified receipts",
        AccountClass::Liability,
        Role::UnidentifiedReceipts,
    ),
    account(
        "2200",
        "Output tax",
        AccountClass::Liability,
        Role::OutputTax,
    ),
    account(
        "3900",
        "Opening balances",
        AccountClass::Equity,
        Role::OpeningBalance,
    ),
    account("4000", "Revenue", AccountClass::Revenue, Role::Revenue),
    account(
        "4900",
        "Early-payment discounts given",
        AccountClass::Revenue,
        Role::DiscountGiven,
    ),
    account("5000", "Purchases", AccountClass::Expense, Role::Expense),
    account(
        "5900",
        "Early-payment discounts taken",
        AccountClass::Expense,
        Role::DiscountTaken,
    ),
    account("6800", "Bank fees", AccountClass::Expense, Role::BankFees),
    account("6850", "Bad debt", AccountClass::Expense, Role::BadDebt),
    account(
        "6890",
        "Rounding differences",
        AccountClass::Expense,
        Role::RoundingDifference,
    ),
    account(
        "7000",
        "Interest income",
        AccountClass::Revenue,
        Role::InterestIncome,
    ),
    account(
        "7100",
        "Payables written off",
        AccountClass::Revenue,
        Role::PayablesWrittenOff,
    ),
    account(
        "7200",
        "Realised exchange differences",
        AccountClass::Revenue,
        Role::RealisedExchange,
    ),
    account(
        "7210",
        "Unrealised exchange differences",
        AccountClass::Revenue,
        Role::UnrealisedExchange,
    ),
];

impl Role {
    /// The account of the standard chart that has this role.
    pub fn account(self) -> &'static Account {
        STANDARD_CHART
            .iter()
            .find(|account| account.role == self)
            .expect("every role has an account in the standard chart")
    }

    /// The number of that account.
    pub fn code(self) -> &'static str {
        self.account().code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_roles_are_unique() {
        assert!(STANDARD_CHART.is_sorted_by(|a, b| a.code < b.code));
        for account in STANDARD_CHART {
            assert_eq!(account.role.account().code, account.code);
        }
    }
}
