//! The views of stories: what the reports show, as few lines of text.

use books::reports::{self, By, Cell, Question, Table};
use domain::calendar::Date;
use domain::documents::Side;
use domain::money::Money;

use super::steps::{Desk, words};

impl Desk<'_> {
    /// Looks at the books.
    pub(super) fn view(&mut self, view: &str, at: &str) -> Vec<String> {
        let mut words = words(view);
        let mut option = |name: &str| -> Option<String> {
            let place = words.iter().position(|word| word == name)?;
            words.remove(place);
            Some(words.remove(place))
        };
        let on: Date = option("on")
            .expect("a view has a day")
            .parse()
            .expect("a day");
        let from = option("from").map(|text| text.parse().expect("a day"));
        let mut question = Question {
            from,
            ..Question::as_of(on)
        };
        let name = words.join(" ");
        match name.as_str() {
            "journal" => entries(&self.table("journal", &question, at)),
            "trial balance" => trial_balance(&self.table("trial-balance", &question, at)),
            "aging" | "aging payable" => {
                if name.ends_with("payable") {
                    question.side = Side::Payable;
                }
                aging(&self.table("aging", &question, at))
            }
            "credit" => super::credit::standings(&self.table("credit", &question, at)),
            "withholding" => {
                super::certificates::withheld(&self.table("withholding", &question, at))
            }
            "revaluation" => self.revaluation(on, at),
            "advices" => self.advices(),
            _ => {
                let party = name.strip_prefix("open items").expect("a view");
                self.open_items(&question, party.trim(), at)
            }
        }
    }

    fn table(&mut self, name: &str, question: &Question, at: &str) -> Table {
        let report = reports::find(name).expect("a report");
        let context = self.context();
        let table = self
            .fixture
            .db
            .read(&context, None, |work| report.answer(work, question));
        table.unwrap_or_else(|failure| panic!("{at}\n{failure}"))
    }

    /// What is open on each document; an amount that we owe stands on the payable side.
    fn open_items(&mut self, question: &Question, party: &str, at: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for side in [Side::Receivable, Side::Payable] {
            let question = Question {
                side,
                by: Some(By::Document),
                ..question.clone()
            };
            let table = self.table("aging", &question, at);
            for row in &table.rows {
                let code = row[0].to_string();
                let is_asked = party.is_empty() || code == party || party == "?" && code.is_empty();
                if code == "TOTAL" || !is_asked {
                    continue;
                }
                let mark = match side {
                    Side::Receivable => "",
                    Side::Payable => "  payable",
                };
                let code = if code.is_empty() { "?" } else { &code };
                lines.push(format!(
                    "{code:<6} {:<11} due {} {:>12} {}{mark}",
                    row[10].to_string(),
                    row[11],
                    row[9].to_string(),
                    row[2]
                ));
            }
        }
        if lines.is_empty() {
            lines.push("nothing".into());
        }
        lines
    }

    fn revaluation(&mut self, on: Date, at: &str) -> Vec<String> {
        let context = self.context();
        let db = &self.fixture.db;
        let report = db.read(&context, None, |work| books::revaluation::preview(work, on));
        let report = report.unwrap_or_else(|failure| panic!("{at}\n{failure}"));
        let mut lines = vec![format!("{} open", report.looked_at)];
        for one in &report.items {
            lines.push(format!(
                "{:<11} {:>12} {} {:>12} → {:>12} {:>10}",
                one.item.number,
                one.item.open.to_string(),
                one.item.open.currency(),
                one.item.carrying.to_string(),
                one.revalued.to_string(),
                one.gain.to_string()
            ));
        }
        lines.extend(report.rates);
        lines
    }
}

fn amount(cell: &Cell) -> Option<Money> {
    match cell {
        Cell::Money(money) => Some(*money),
        _ => None,
    }
}

/// The place of a column.
fn column(table: &Table, name: &str) -> usize {
    let mut names = table.columns.iter().map(|column| column.name);
    names.position(|known| known == name).expect("a column")
}

/// Each entry on a line of its own, its legs below: debits plain, credits below zero.
fn entries(table: &Table) -> Vec<String> {
    let place = |name: &str| column(table, name);
    let [number, on, memo] = ["number", "posted_on", "memo"].map(place);
    let [account, title, party] = ["account", "account_name", "party_id"].map(place);
    let sums = ["debit", "credit", "functional_debit", "functional_credit"].map(place);
    let mut lines = Vec::new();
    let mut last = String::new();
    for row in &table.rows {
        let head = format!("{} {} {}", row[on], row[number], row[memo]);
        if head != last {
            lines.push(head.clone());
            last = head;
        }
        let signed = |debit: usize, credit: usize| {
            amount(&row[debit]).or_else(|| amount(&row[credit]).map(|money| -money))
        };
        let (money, functional) = (signed(sums[0], sums[1]), signed(sums[2], sums[3]));
        let name = format!("{} {}", row[account], row[title]);
        let mut line = format!("    {name:<36} {:<6}", row[party].to_string());
        if let Some(money) = money {
            line = format!("{line} {:>12} {}", money.to_string(), money.currency());
        }
        let same = money.map(Money::currency) == functional.map(Money::currency);
        match functional {
            Some(value) if !same => {
                let gap = if money.is_some() { 0 } else { 17 };
                let value = format!("{:>12} {}", value.to_string(), value.currency());
                line = format!("{line}{:gap$} = {value}", "");
            }
            Some(_) | None => {}
        }
        lines.push(line);
    }
    lines
}

/// Accounts with a closing balance.
fn trial_balance(table: &Table) -> Vec<String> {
    let closing = column(table, "closing");
    let rows = table.rows.iter();
    rows.filter(|row| amount(&row[closing]).is_some_and(|money| !money.is_zero()))
        .map(|row| {
            format!(
                "{} {:<34} {:>12}",
                row[0],
                row[1].to_string(),
                row[closing].to_string()
            )
        })
        .collect()
}

/// Parties with their buckets.
fn aging(table: &Table) -> Vec<String> {
    let mut lines = vec![format!(
        "{:<6} {:<3} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10}",
        "", "", "not due", "1-30", "31-60", "61-90", "over 90", "unapplied", "total"
    )];
    for row in &table.rows {
        let cells: Vec<String> = row[3..10]
            .iter()
            .map(|cell| format!("{:>10}", cell.to_string()))
            .collect();
        let code = row[0].to_string();
        let code = if code.is_empty() { "?" } else { &code };
        lines.push(format!(
            "{code:<6} {:<3} {}",
            row[2].to_string(),
            cells.join(" ")
        ));
    }
    lines
}
