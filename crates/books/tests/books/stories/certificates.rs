//! Certificates in stories: handed in, what they cover, asked for, and charged back without one.

use books::certificates::{self, Covering, NewCertificate};
use books::reports::Table;
use books::{Failure, Outcome, Work};
use domain::calendar::Date;
use domain::certificates::{Certificate, CertificateKind};

use super::steps::{Desk, Words};

impl Desk<'_> {
    /// `certificate NUMBER PARTY 100.00 EUR from DATE until DATE [covers DOCUMENT,…]`,
    /// `cover NUMBER DOCUMENT`, `uncover NUMBER DOCUMENT`, `ask PARTY`,
    /// `charge-back DOCUMENT [amount 5.00 EUR] "reason"`.
    pub(super) fn certificate(
        &mut self,
        verb: &str,
        on: Date,
        mut words: Words,
    ) -> Result<(), Failure> {
        let context = self.context();
        let db = &self.fixture.db;
        let write = |act: &mut dyn FnMut(&mut Work<'_>) -> Outcome<()>| {
            db.write(&context, None, |work| act(work))
        };
        let named = words.next();
        match verb {
            "certificate" => {
                let new = of(named, on, &mut words);
                write(&mut |work| certificates::add(work, &new).map(|_| ()))?;
            }
            "cover" => {
                let documents = [(words.next(), None)];
                write(&mut |work| {
                    let id = certificates::find(work, &named)?;
                    certificates::cover(work, id, &documents).map(|_| ())
                })?;
            }
            "uncover" => {
                let document = words.next();
                write(&mut |work| {
                    let id = certificates::find(work, &named)?;
                    certificates::uncover(work, id, &document)
                })?;
            }
            "ask" => {
                write(&mut |work| {
                    let party = Some(named.as_str());
                    certificates::ask(work, party, on, true).map(|_| ())
                })?;
            }
            _ => {
                let amount = words.money("amount");
                let reason = words.next();
                write(&mut |work| {
                    let told = (on, reason.as_str());
                    certificates::charge_back(work, &named, amount, told).map(|_| ())
                })?;
            }
        }
        words.done();
        Ok(())
    }
}

fn of(number: String, on: Date, words: &mut Words) -> NewCertificate {
    let party = words.next();
    let amount = words.next_money();
    let covers = words.one("covers");
    NewCertificate {
        party,
        certificate: Certificate {
            kind: CertificateKind::Withholding,
            number,
            authority: "Tax office".into(),
            country: "IN".into(),
            region: String::new(),
            issued_on: on,
            valid_from: words.date("from").expect("the first day"),
            valid_until: words.date("until"),
            amount: Some(amount),
            tax_rate: None,
            only_for: String::new(),
        },
        file: None,
        covering: match covers {
            None => Covering::ByItself,
            Some(documents) => {
                let each = documents.split(',').map(|one| (one.to_owned(), None));
                Covering::Documents(each.collect())
            }
        },
    }
}

/// Each deduction with what of it is covered and awaited, and what the ledger says.
pub(super) fn withheld(table: &Table) -> Vec<String> {
    let row = |row: &Vec<books::reports::Cell>| {
        let cell = |place: usize| row[place].to_string();
        let name = match cell(0).as_str() {
            "OTHER" => cell(2),
            "TOTAL" if !cell(2).is_empty() => cell(2),
            _ => cell(3),
        };
        let asked = match cell(9) {
            day if day.is_empty() => day,
            day => format!("asked {day}"),
        };
        let line = format!(
            "{:<9} {:<12} {:<10} {} withheld {:>8}  covered {:>8}  awaited {:>8}  value {:>8}  {:<10} {:>3} {asked}",
            cell(0),
            name,
            cell(4),
            cell(5),
            cell(6),
            cell(7),
            cell(8),
            cell(12),
            cell(11),
            cell(10),
        );
        line.trim_end().to_owned()
    };
    table.rows.iter().map(row).collect()
}
