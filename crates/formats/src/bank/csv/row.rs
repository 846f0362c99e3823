//! One row of a CSV file as a bank line.

use domain::money::{Currency, Money};
use rust_decimal::Decimal;

use super::super::{BankLine, Counterparty, LineStatus, References};
use super::profile::{CsvProfile, Field, Selector};
use super::values::number;

/// Where the columns of the profile are in this file.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    places: Vec<(Field, usize, String)>,
}

/// The header names that a profile wants.
pub(super) fn names(profile: &CsvProfile) -> Vec<&str> {
    profile
        .columns
        .iter()
        .filter_map(|(_, selector)| match selector {
            Selector::Named(name) => Some(name.as_str()),
            Selector::Place(_) => None,
        })
        .collect()
}

impl Columns {
    /// The places of the named columns, where the row names them all.
    pub(super) fn of_header(profile: &CsvProfile, cells: &[String]) -> Option<Columns> {
        let mut places = Vec::new();
        for (field, selector) in &profile.columns {
            let place = match selector {
                Selector::Place(place) => (*place, format!("#{}", place + 1)),
                Selector::Named(name) => {
                    let wanted = name.to_lowercase();
                    let place = cells
                        .iter()
                        .position(|cell| cell.to_lowercase() == wanted)?;
                    (place, name.clone())
                }
            };
            places.push((*field, place.0, place.1));
        }
        Some(Columns { places })
    }

    /// Columns named by their place.
    pub(super) fn by_place(profile: &CsvProfile) -> Columns {
        Columns::of_header(profile, &[]).unwrap_or(Columns { places: Vec::new() })
    }

    /// Name and content of the column of a field; a short row has empty cells at its end.
    fn cell<'a>(&'a self, cells: &'a [String], field: Field) -> Option<(&'a str, &'a str)> {
        self.all(cells, field).next()
    }

    fn all<'a>(
        &'a self,
        cells: &'a [String],
        field: Field,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.places
            .iter()
            .filter(move |(other, _, _)| *other == field)
            .map(|(_, place, name)| {
                let cell = cells.get(*place).map_or("", String::as_str);
                (name.as_str(), cell)
            })
    }

    /// The currency column of a row.
    pub(super) fn currency<'a>(&'a self, cells: &'a [String]) -> Option<(&'a str, &'a str)> {
        self.cell(cells, Field::Currency)
    }
}

/// What a row says.
pub(super) struct Read {
    pub(super) account: Option<String>,
    pub(super) line: BankLine,
    /// The balance after the line.
    pub(super) balance: Option<Money>,
}

/// The column and what is wrong with it.
pub(super) type Refusal = (String, String);

/// A row with its currency, understood.
pub(super) fn line(
    profile: &CsvProfile,
    columns: &Columns,
    cells: &[String],
    currency: Currency,
) -> Result<Read, Refusal> {
    let row = Row {
        profile,
        columns,
        cells,
        currency,
    };
    let (name, cell) = columns.cell(cells, Field::BookedOn).unwrap_or_default();
    let booked_on = profile
        .date
        .read(cell)
        .ok_or_else(|| row.no_date(name, cell))?;
    let mut line = BankLine::of(row.amount()?);
    line.booked_on = Some(booked_on);
    if let Some((name, cell)) = columns.cell(cells, Field::ValueOn)
        && !cell.is_empty()
    {
        let day = profile.date.read(cell);
        line.value_on = Some(day.ok_or_else(|| row.no_date(name, cell))?);
    }
    let status = row.text(Field::Status).unwrap_or_default();
    if profile.pending_marks.contains(&status) {
        line.status = LineStatus::Pending;
    }
    line.reference = row.text(Field::Reference).unwrap_or_default();
    line.code = row.text(Field::Code).unwrap_or_default();
    line.counterparty = Counterparty {
        name: row.text(Field::Counterparty),
        account: row.text(Field::CounterpartyAccount).map(unspaced),
        bank: row.text(Field::CounterpartyBank),
        ultimate: None,
    };
    line.references = References {
        end_to_end: row
            .text(Field::EndToEnd)
            .filter(|text| !text.eq_ignore_ascii_case("NOTPROVIDED")),
        creditor: row.text(Field::CreditorReference).map(unspaced),
        check: row.text(Field::Check),
        mandate: row.text(Field::Mandate),
        ..References::default()
    };
    line.remittance = columns
        .all(cells, Field::Remittance)
        .filter(|(_, text)| !text.is_empty())
        .map(|(_, text)| text.to_owned())
        .collect();
    line.instructed = row.instructed(line.amount)?;
    line.charges = row.money(Field::Charges)?.map(Money::abs);
    line.charges = line.charges.filter(|charges| !charges.is_zero());
    Ok(Read {
        account: row.text(Field::Account),
        balance: row.money(Field::Balance)?,
        line,
    })
}

fn unspaced(text: String) -> String {
    if text.contains(char::is_whitespace) {
        text.split_whitespace().collect()
    } else {
        text
    }
}

struct Row<'a> {
    profile: &'a CsvProfile,
    columns: &'a Columns,
    cells: &'a [String],
    currency: Currency,
}

impl Row<'_> {
    fn text(&self, field: Field) -> Option<String> {
        let (_, cell) = self.columns.cell(self.cells, field)?;
        (!cell.is_empty()).then(|| cell.to_owned())
    }

    fn no_date(&self, name: &str, cell: &str) -> Refusal {
        let pattern = self.profile.date.pattern();
        (
            name.to_owned(),
            format!("\"{cell}\" is no date; expected {pattern}"),
        )
    }

    /// The number of a cell; `None` where the cell is empty.
    fn number(&self, field: Field) -> Result<Option<(&str, Decimal)>, Refusal> {
        let Some((name, cell)) = self.columns.cell(self.cells, field) else {
            return Ok(None);
        };
        if cell.is_empty() {
            return Ok(None);
        }
        let decimal = self.profile.decimal;
        match number(cell, decimal, self.profile.currency_sign.as_deref()) {
            Some(value) => Ok(Some((name, value))),
            None => Err((
                name.to_owned(),
                format!("\"{cell}\" is no sum; expected digits with \"{decimal}\" before decimals"),
            )),
        }
    }

    fn money(&self, field: Field) -> Result<Option<Money>, Refusal> {
        match self.number(field)? {
            Some((name, value)) => Ok(Some(exactly(name, value, self.currency)?)),
            None => Ok(None),
        }
    }

    fn amount(&self) -> Result<Money, Refusal> {
        if self.profile.has(Field::Amount) {
            self.signed()
        } else {
            self.in_or_out()
        }
    }

    fn signed(&self) -> Result<Money, Refusal> {
        let Some((name, value)) = self.number(Field::Amount)? else {
            let name = self.columns.cell(self.cells, Field::Amount);
            let name = name.map_or("amount", |(name, _)| name);
            return Err((name.to_owned(), "the sum is empty".to_owned()));
        };
        let value = match self.text(Field::Side) {
            Some(side) if self.profile.debit_marks.contains(&side) => -value.abs(),
            Some(_) => value.abs(),
            None if self.profile.has(Field::Side) => {
                let name = self.columns.cell(self.cells, Field::Side);
                let name = name.map_or("side", |(name, _)| name);
                let why = "it is empty; debit or credit is not known";
                return Err((name.to_owned(), why.to_owned()));
            }
            None => value,
        };
        exactly(name, value, self.currency)
    }

    /// The sum of the two columns, of which one is empty or zero.
    fn in_or_out(&self) -> Result<Money, Refusal> {
        let paid_in = self.number(Field::PaidIn)?;
        let paid_out = self.number(Field::PaidOut)?;
        let (name, value) = match (paid_in, paid_out) {
            (None, None) => {
                let name = self
                    .columns
                    .cell(self.cells, Field::PaidIn)
                    .or_else(|| self.columns.cell(self.cells, Field::PaidOut));
                let name = name.map_or("paid_in", |(name, _)| name).to_owned();
                return Err((name, "neither paid in nor paid out has a sum".to_owned()));
            }
            (Some((name, sum)), None) => (name, self.plain_in(name, sum)?),
            // Banks write what went out with or without a minus.
            (None, Some((name, sum))) => (name, -sum.abs()),
            (Some((name, sum)), Some((_, out))) if out.is_zero() => {
                (name, self.plain_in(name, sum)?)
            }
            (Some((_, sum)), Some((name, out))) if sum.is_zero() => (name, -out.abs()),
            (Some(_), Some((name, _))) => {
                let why = "both paid in and paid out have a sum".to_owned();
                return Err((name.to_owned(), why));
            }
        };
        exactly(name, value, self.currency)
    }

    fn plain_in(&self, name: &str, sum: Decimal) -> Result<Decimal, Refusal> {
        if self.profile.signs_ignored {
            Ok(sum.abs())
        } else if sum.is_sign_negative() && !sum.is_zero() {
            let why = "a negative sum was paid in; say `signs = ignored` in the profile if the \
                       bank's signs mean nothing";
            Err((name.to_owned(), why.to_owned()))
        } else {
            Ok(sum)
        }
    }

    /// What was ordered, where it is another sum than the line's.
    fn instructed(&self, amount: Money) -> Result<Option<Money>, Refusal> {
        let Some((name, value)) = self.number(Field::Instructed)? else {
            return Ok(None);
        };
        if value.is_zero() {
            return Ok(None);
        }
        let ordered_in = match self.columns.cell(self.cells, Field::InstructedCurrency) {
            None => self.currency,
            Some((name, cell)) => currency(name, cell)?,
        };
        let ordered = exactly(name, value.abs(), ordered_in)?;
        Ok((ordered != amount.abs()).then_some(ordered))
    }
}

/// The currency of a cell, in letters of either case.
pub(super) fn currency(name: &str, cell: &str) -> Result<Currency, Refusal> {
    Currency::parse(&cell.to_ascii_uppercase()).ok_or_else(|| {
        let why = format!("\"{cell}\" is no currency of ISO 4217");
        (name.to_owned(), why)
    })
}

fn exactly(name: &str, value: Decimal, currency: Currency) -> Result<Money, Refusal> {
    Money::exactly(value, currency).map_err(|error| (name.to_owned(), error.to_string()))
}
