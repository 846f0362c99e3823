//! A made-up company that trades: demo data, load, and truth for tests.
//!
//! The same seed gives the same bytes; nothing here reads a clock or asks the system for chance.
//! The company sells and is paid in euros, dollars and pounds; its files are those of a real
//! one, in the formats and columns that `duebook import` reads, with the truth beside them.

mod bank;
mod billing;
mod files;
mod parties;
mod random;
mod rates;
mod statements;
mod trade;
mod truth;

use std::io;
use std::path::Path;

use domain::calendar::Date;
use domain::cash::Kind;
use jiff::civil::date;

pub use files::File;

use bank::{Line, Mail, OwnAccount};
use parties::{Customer, Vendor};
use random::Chance;
use rates::{Rate, later};
use trade::{Channel, Item, Numbers, Payment, Truth};

/// The last day of the system from which opening items are taken over, unless another is told.
pub const CUT_OVER: Date = date(2025, 8, 31);
/// Days of earlier payments from which matching can learn.
const HISTORY_DAYS: i64 = 120;

/// An order that is paid before there is an invoice.
struct Order {
    number: String,
    proforma: String,
    customer: usize,
    on: Date,
    amount: i64,
}

/// A company with customers, vendors, open items, bank lines and the truth about them.
pub struct Company {
    cut_over: Date,
    customers: Vec<Customer>,
    vendors: Vec<Vendor>,
    accounts: Vec<OwnAccount>,
    rates: Vec<Rate>,
    past: Vec<Item>,
    history: Vec<Payment>,
    items: Vec<Item>,
    orders: Vec<Order>,
    bills: Vec<Item>,
    invoices: Vec<billing::Invoice>,
    lines: Vec<Line>,
    mails: Vec<Mail>,
}

impl Company {
    /// Lets a company trade for so many months after [`CUT_OVER`]; the same arguments give the
    /// same company.
    pub fn new(seed: u64, customers: usize, months: u32) -> Company {
        Company::taken_over(CUT_OVER, seed, customers, months)
    }

    /// How many days so many months of trade last.
    pub fn days_of_trade(months: u32) -> i64 {
        let months = i64::from(months.clamp(1, 120));
        30 * months + months / 2
    }

    /// Lets a company trade for so many months after a cut-over; the same arguments give the
    /// same company.
    pub fn taken_over(cut_over: Date, seed: u64, customers: usize, months: u32) -> Company {
        let days_of_trade = Company::days_of_trade(months);
        let months = i64::from(months.clamp(1, 120));
        let chance = &mut Chance::new(seed);
        let parties = parties::customers(chance, customers.max(1));
        let vendors = parties::vendors(chance, (customers / 4).max(3));
        let accounts = bank::own_accounts(chance);
        let first = later(cut_over, 1);
        let last = later(cut_over, days_of_trade);
        let early = later(cut_over, -HISTORY_DAYS);
        let days = HISTORY_DAYS + 32 * months + 10;
        let rates = rates::rates(chance, early, days);

        let mut numbers = Numbers::of(cut_over);
        let sold = trade::sell(chance, &parties, &mut numbers, later(early, 30), (60, 6));
        let then = (early, later(cut_over, -20));
        let history = trade::pay(chance, &parties, &sold, &rates, then);
        let most = 8 * months;
        let window = (50 + 10 * months, most);
        let mut items = trade::sell(chance, &parties, &mut numbers, cut_over, window);
        partly_paid(chance, &mut items);

        let mut payments = trade::pay(chance, &parties, &items, &rates, (first, last));
        let orders = prepay(chance, &parties, &mut payments, (first, last));
        let bills = bills(chance, &vendors, cut_over);
        let everybody = (parties.as_slice(), vendors.as_slice());
        let (lines, mails) = bank::lines(chance, &accounts, everybody, payments, (first, last));
        let invoices = billing::invoices(chance, &parties, last);
        Company {
            cut_over,
            customers: parties,
            vendors,
            accounts,
            rates,
            past: sold,
            history,
            items,
            orders,
            bills,
            invoices,
            lines,
            mails,
        }
    }

    /// Every file of the company, `truth.csv` among them; paths are relative.
    pub fn files(&self) -> Vec<File> {
        files::all(self)
    }

    /// How many lines stand on the bank statements.
    pub fn bank_lines(&self) -> usize {
        self.lines.len()
    }

    /// How many items customers owe at the cut-over.
    pub fn open_items(&self) -> usize {
        self.items.len()
    }

    /// How many invoices the company issues itself in its last weeks.
    pub fn invoices(&self) -> usize {
        self.invoices.len()
    }

    /// The day as of which the items are open.
    pub fn cut_over(&self) -> Date {
        self.cut_over
    }

    /// The day of the last bank line, or the cut-over.
    pub fn last_day(&self) -> Date {
        let days = self.lines.iter().map(|line| line.on);
        days.max().unwrap_or(self.cut_over)
    }
}

/// Writes the company's files into a folder, which is made where it is missing.
pub fn write(folder: &Path, company: &Company) -> io::Result<()> {
    for file in company.files() {
        let path = folder.join(&file.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, file.text)?;
    }
    Ok(())
}

/// A few invoices were paid in part before the cut-over.
fn partly_paid(chance: &mut Chance, items: &mut [Item]) {
    for item in items.iter_mut().filter(|item| 10_000 < item.amount) {
        if item.discount.is_none() && chance.percent(4) {
            item.open -= item.amount * chance.between(10, 60) / 100;
        }
    }
}

/// Some customers pay against a proforma invoice before there is an invoice.
fn prepay(
    chance: &mut Chance,
    customers: &[Customer],
    payments: &mut Vec<Payment>,
    (first, last): (Date, Date),
) -> Vec<Order> {
    let mut orders: Vec<Order> = Vec::new();
    for (at, customer) in customers.iter().enumerate() {
        if customer.currency != customer.pays_in || !chance.percent(5) {
            continue;
        }
        let number = orders.len() + 1;
        let order = Order {
            number: format!("SO-{}", 31_000 + number),
            proforma: format!("PF-{}-{number:04}", first.year()),
            customer: at,
            on: later(first, -chance.between(2, 20)),
            amount: chance.between(30_000, 600_000),
        };
        let on = trade::business_day(later(first, chance.between(0, 20)));
        if on <= last && chance.percent(80) {
            payments.push(Payment {
                payer: at,
                on,
                amount: order.amount,
                text: format!("Proforma {}", order.proforma),
                channel: Channel::Line,
                truths: vec![Truth {
                    customer: Some(at),
                    document: None,
                    amount: order.amount,
                    kind: Kind::PrepaymentNoInvoice,
                    document_amount: None,
                }],
            });
        }
        orders.push(order);
    }
    orders
}

/// What the company owes at the cut-over; `Item::customer` is the place of the vendor.
fn bills(chance: &mut Chance, vendors: &[Vendor], cut_over: Date) -> Vec<Item> {
    let mut bills = Vec::new();
    for (at, vendor) in vendors.iter().enumerate() {
        for number in 0..chance.between(1, 6) {
            let issued_on = later(cut_over, -chance.between(0, 75));
            let credit = number == 3;
            let size = chance.between(5_000, 700_000);
            let amount = if credit { -size / 10 } else { size };
            bills.push(Item {
                number: format!("{}-{}{number}", vendor.id, chance.digits(4)),
                customer: at,
                issued_on,
                due_on: later(issued_on, if credit { 0 } else { vendor.net_days }),
                amount,
                open: amount,
                po: None,
                discount: None,
            });
        }
    }
    bills
}

#[cfg(test)]
mod tests;
