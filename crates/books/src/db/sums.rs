//! Sums over the rows of facts: how many were written, and the sum of their hashes.
//!
//! A sum does not depend on the order of the rows, so that what was written can be laid beside
//! what is there, table by table, on either engine. A row of master data that changes is taken
//! out of the sum as it was and comes into it as it is.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::db::{Column, ColumnType, Row, Table, Value};
use crate::failure::Fault;

/// Tables whose rows are summed up as they are written. Whoever adds to one goes through
/// [`Connection::insert`](crate::db::Connection::insert).
pub(crate) const SUMMED: &[&str] = &[
    "account",
    "application",
    "approval_policy",
    "approval_request",
    "approval_voice",
    "bank_account",
    "bank_line",
    "bank_statement",
    "cash_decision",
    "cash_decision_document",
    "cash_proposal",
    "certificate",
    "certificate_asked",
    "certificate_asking",
    "certificate_cover",
    "certificate_withdrawal",
    "credit_hold",
    "credit_limit",
    "delegation",
    "delegation_end",
    "document",
    "document_line",
    "entity",
    "exchange_rate",
    "item_valuation",
    "journal_entry",
    "journal_line",
    "later_discount",
    "open_item",
    "openid_subject",
    "party",
    "party_alias",
    "party_bank_account",
    "party_contact",
    "party_note",
    "party_withholding",
    "password",
    "past_application",
    "period_event",
    "person",
    "revaluation",
    "role_event",
    "run",
    "sales_order",
    "setting",
    "short_pay",
    "short_pay_event",
    "source_file",
];

/// Those of them whose rows change: master data. Whoever changes a row goes through
/// [`Work::change`](crate::work::Work::change). They are summed up over all moments, for a row
/// keeps none but that at which it came.
pub(crate) const CHANGING: &[&str] = &[
    "account",
    "bank_account",
    "entity",
    "openid_subject",
    "party",
    "party_alias",
    "party_bank_account",
    "password",
    "person",
    "setting",
];

/// Columns that move after a row was written; `verify` recomputes them.
const CACHED: &[&str] = &["open_amount", "open_functional"];

/// Rows of one table: how many, and the sum of their hashes. What one work wrote may be fewer
/// than none, where it took rows away.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Sum {
    pub(crate) rows: i64,
    hash: u128,
}

impl Sum {
    pub(crate) fn add(&mut self, other: Sum) {
        self.rows += other.rows;
        self.hash = self.hash.wrapping_add(other.hash);
    }

    /// What takes these rows out again.
    pub(crate) fn turned(self) -> Sum {
        Sum {
            rows: -self.rows,
            hash: self.hash.wrapping_neg(),
        }
    }

    /// A row that cannot even be read: it is no row that was written.
    pub(crate) fn unreadable() -> Sum {
        Sum { rows: 1, hash: 1 }
    }

    /// The sum of one row on its way into a table.
    fn written(table: &Table, values: &[Value<'_>]) -> Sum {
        let mut hasher = Sha256::new();
        for (column, value) in table.columns.iter().zip(values) {
            if !CACHED.contains(&column.name) {
                take(&mut hasher, value);
            }
        }
        Sum::of(hasher)
    }

    /// The sum of one row of `SELECT` and all columns of the table.
    pub(crate) fn read(table: &Table, row: &Row<'_>) -> Result<Sum, Fault> {
        let mut hasher = Sha256::new();
        for (place, column) in table.columns.iter().enumerate() {
            if !CACHED.contains(&column.name) {
                take(&mut hasher, &value(row, place, column)?);
            }
        }
        Ok(Sum::of(hasher))
    }

    fn of(hasher: Sha256) -> Sum {
        let mut first = [0; 16];
        for (byte, hashed) in first.iter_mut().zip(hasher.finalize()) {
            *byte = hashed;
        }
        Sum {
            rows: 1,
            hash: u128::from_be_bytes(first),
        }
    }
}

fn value(row: &Row<'_>, place: usize, column: &Column) -> Result<Value<'static>, Fault> {
    Ok(match column.kind {
        ColumnType::Int => row.opt_int(place)?.into(),
        ColumnType::Text => row.opt_text(place)?.into(),
        ColumnType::Date => row.opt_date(place)?.into(),
        ColumnType::At => row.at(place)?.into(),
    })
}

/// Kinds and lengths keep two values from trading a byte between them.
fn take(hasher: &mut Sha256, value: &Value<'_>) {
    match value {
        Value::Null => hasher.update([0]),
        Value::Int(number) => {
            hasher.update([1]);
            hasher.update(number.to_be_bytes());
        }
        Value::Text(text) => {
            hasher.update([2]);
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text.as_bytes());
        }
        Value::Date(date) => {
            hasher.update([3]);
            hasher.update(date.year().to_be_bytes());
            hasher.update(date.month().to_be_bytes());
            hasher.update(date.day().to_be_bytes());
        }
        Value::At(moment) => {
            hasher.update([4]);
            hasher.update(moment.as_microsecond().to_be_bytes());
        }
        Value::Bytes(bytes) => {
            hasher.update([5]);
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        }
    }
}

/// What one work wrote, by table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Sums(BTreeMap<String, Sum>);

impl Sums {
    /// Adds rows on their way into a table, if it is one of those that are summed up.
    pub(super) fn watch<'r, 'v: 'r>(
        &'r mut self,
        table: &'r Table,
        rows: impl Iterator<Item = Vec<Value<'v>>> + 'r,
    ) -> impl Iterator<Item = Vec<Value<'v>>> + 'r {
        let mut sum = SUMMED
            .contains(&table.name)
            .then(|| self.0.entry(table.name.to_owned()).or_default());
        rows.inspect(move |row| {
            if let Some(sum) = &mut sum {
                sum.add(Sum::written(table, row));
            }
        })
    }

    /// Adds a sum to that of a table.
    pub(super) fn add(&mut self, table: &Table, sum: Sum) {
        self.0.entry(table.name.to_owned()).or_default().add(sum);
    }

    /// The sums as the audit log keeps them: `document 1 0a1b… journal_line 3 …`.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (table, sum) in self.0.iter().filter(|(_, sum)| **sum != Sum::default()) {
            let blank = if text.is_empty() { "" } else { " " };
            let _ = write!(text, "{blank}{table} {} {:032x}", sum.rows, sum.hash);
        }
        text
    }

    /// Reads what [`Sums::text`] wrote; nothing where somebody else wrote it.
    pub(crate) fn parse(text: &str) -> Option<Vec<(&str, Sum)>> {
        let mut words = text.split_ascii_whitespace();
        let mut all = Vec::new();
        while let Some(table) = words.next() {
            let rows = words.next()?.parse().ok()?;
            let hash = u128::from_str_radix(words.next()?, 16).ok()?;
            all.push((table, Sum { rows, hash }));
        }
        Some(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Table = Table {
        name: "document",
        columns: &[
            Column {
                name: "entity_id",
                kind: ColumnType::Int,
            },
            Column {
                name: "memo",
                kind: ColumnType::Text,
            },
            Column {
                name: "open_amount",
                kind: ColumnType::Int,
            },
        ],
    };

    fn sums(rows: &[(i64, &str, i64)]) -> Sums {
        let mut sums = Sums::default();
        let rows = rows
            .iter()
            .map(|(entity, memo, open)| vec![(*entity).into(), (*memo).into(), (*open).into()]);
        assert_eq!(sums.watch(&TABLE, rows.clone()).count(), rows.count());
        sums
    }

    #[test]
    fn a_sum_tells_rows_apart_but_not_their_order() {
        let one = sums(&[(1, "a", 5), (1, "b", 5)]);
        assert_eq!(
            one,
            sums(&[(1, "b", 5), (1, "a", 0)]),
            "order, cached amounts"
        );
        for other in [
            vec![(1, "a", 5)],
            vec![(1, "a", 5), (2, "b", 5)],
            vec![(1, "ab", 5), (1, "", 5)],
            vec![(1, "a", 5), (1, "b", 5), (1, "b", 5)],
        ] {
            assert_ne!(one, sums(&other), "{other:?}");
        }
    }

    #[test]
    fn a_row_that_changed_is_summed_up_as_it_is() {
        let sum_of = |rows: &[(i64, &str, i64)]| sums(rows).0["document"];
        let mut changed = sums(&[(1, "a", 5), (1, "b", 5)]);
        changed.add(&TABLE, sum_of(&[(1, "b", 5)]).turned());
        changed.add(&TABLE, sum_of(&[(1, "c", 5)]));
        assert_eq!(changed, sums(&[(1, "a", 5), (1, "c", 5)]));
        changed.add(&TABLE, sum_of(&[(1, "a", 5), (1, "c", 5)]).turned());
        assert_eq!(changed.text(), "", "all is as it was before");
        changed.add(&TABLE, sum_of(&[(1, "d", 5)]).turned());
        let text = changed.text();
        let read = Sums::parse(&text).expect("its own text");
        assert_eq!(read, [("document", changed.0["document"])], "{text}");
    }

    #[test]
    fn sums_are_kept_as_text() {
        let one = sums(&[(1, "a", 5), (1, "b", 5)]);
        let text = one.text();
        let read = Sums::parse(&text).expect("its own text");
        assert_eq!(read.len(), 1, "{text}");
        assert_eq!((read[0].0, read[0].1), ("document", one.0["document"]));
        assert_eq!(Sums::default().text(), "");
        assert_eq!(Sums::parse("document x"), None);
    }
}
