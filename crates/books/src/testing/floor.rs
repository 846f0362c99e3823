//! The floor beneath a workload: the same rows by bare bulk inserts in one transaction, with no
//! rule, number, lock or audit. What the books take beyond it is the price of being books.

use domain::calendar::Date;
use domain::documents::{DocumentKind, Side};

use crate::bank::sql::BANK_LINE;
use crate::db::{Connection, Value};
use crate::failure::Fault;
use crate::ledger::sql::{
    APPLICATION, DOCUMENT, DOCUMENT_LINE, JOURNAL_ENTRY, JOURNAL_LINE, OPEN_ITEM,
};

/// Rows of one slice: as many as fit comfortably into memory.
const SLICE: i64 = 20_000;

/// A database with the schema of the books and nobody who minds it.
pub struct Floor {
    connection: Connection,
    day: Date,
    now: jiff::Timestamp,
}

/// What documents of the floor look like.
#[derive(Clone, Copy)]
pub struct Shape {
    /// Their kind.
    pub kind: DocumentKind,
    /// The first id; further ones follow.
    pub first: i64,
    /// Printed lines of each.
    pub lines: i64,
    /// Journal lines of each.
    pub legs: i64,
    /// Open or settled already.
    pub open: bool,
}

impl Floor {
    /// Opens a database that [`crate::Db::open`] has made, on a day.
    pub fn open(url: &str, day: Date) -> Result<Floor, Fault> {
        Ok(Floor {
            connection: super::open(url)?,
            day,
            now: jiff::Timestamp::UNIX_EPOCH,
        })
    }

    /// Does everything in one transaction.
    pub fn transaction(
        &mut self,
        act: impl FnOnce(&mut Floor) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.connection.begin_write()?;
        act(self)?;
        self.connection.commit()
    }

    /// Documents with their lines, items, entries and journal lines.
    pub fn documents(&mut self, count: i64, shape: Shape) -> Result<(), Fault> {
        let mut done = 0;
        while done < count {
            let ids = shape.first + done..shape.first + (done + SLICE).min(count);
            self.slice(ids, shape)?;
            done += SLICE;
        }
        Ok(())
    }

    fn slice(&mut self, ids: std::ops::Range<i64>, shape: Shape) -> Result<(), Fault> {
        let (day, now) = (self.day, self.now);
        let kind = shape.kind.kind();
        let (side, code) = (kind.side.code(), kind.code);
        let sign = kind.direction.sign();
        let documents = ids.clone().map(|id| {
            let mut row: Vec<Value<'_>> = vec![1.into(), id.into(), code.into(), side.into()];
            row.extend([
                format!("{code}-{id}").into(),
                (id % 1000).into(),
                day.into(),
                day.into(),
            ]);
            row.extend(["EUR".into(), 100.into(), 19.into(), 119.into(), Value::Null]);
            row.extend([
                id.into(),
                Value::Null,
                Value::Null,
                Value::Null,
                Value::Null,
            ]);
            row.extend(["issued".into(), now.into()]);
            row
        });
        self.connection.insert(&DOCUMENT, documents)?;
        let lines = ids.clone().flat_map(|id| {
            (1..=shape.lines).map(move |line| {
                let mut row: Vec<Value<'_>> = vec![1.into(), id.into(), line.into()];
                row.extend(["Work".into(), "4000".into(), "1".into(), "1.00".into()]);
                row.extend([100.into(), 19.into(), "19".into(), "S".into()]);
                row
            })
        });
        self.connection.insert(&DOCUMENT_LINE, lines)?;
        let items = ids.clone().map(|id| {
            let open = if shape.open { 119 * sign } else { 0 };
            let mut row: Vec<Value<'_>> = vec![1.into(), id.into(), id.into(), side.into()];
            row.extend([(id % 1000).into(), "1200".into(), "EUR".into()]);
            row.extend([
                Value::Int(119 * sign),
                Value::Int(119 * sign),
                day.into(),
                day.into(),
            ]);
            row.extend([
                Value::Null,
                Value::Null,
                now.into(),
                open.into(),
                open.into(),
            ]);
            row
        });
        self.connection.insert(&OPEN_ITEM, items)?;
        self.entries(ids, shape)
    }

    fn entries(&mut self, ids: std::ops::Range<i64>, shape: Shape) -> Result<(), Fault> {
        let (day, now) = (self.day, self.now);
        let entries = ids.clone().map(|id| {
            let mut row: Vec<Value<'_>> = vec![1.into(), id.into(), id.into(), day.into()];
            row.extend(["document".into(), "Invoice".into(), Value::Null, now.into()]);
            row
        });
        self.connection.insert(&JOURNAL_ENTRY, entries)?;
        let legs = ids.flat_map(|id| {
            (1..=shape.legs).map(move |leg| {
                let item = if leg == 1 { id.into() } else { Value::Null };
                let mut row: Vec<Value<'_>> = vec![1.into(), id.into(), leg.into(), day.into()];
                row.extend(["1200".into(), (id % 1000).into(), item, "EUR".into()]);
                row.extend([Value::Int(100), Value::Int(100)]);
                row
            })
        });
        self.connection.insert(&JOURNAL_LINE, legs)?;
        Ok(())
    }

    /// Applies the items of one range of ids to those of another, and closes those of papers.
    pub fn settle(
        &mut self,
        count: i64,
        paper: Shape,
        debit: i64,
        credit: i64,
    ) -> Result<(), Fault> {
        let (day, now) = (self.day, self.now);
        let rows = (0..count).map(|place| {
            let mut row: Vec<Value<'_>> = vec![1.into(), (credit + place).into()];
            row.extend([Value::Int(debit + place), Value::Int(credit + place)]);
            row.extend([119, 119, 119, 119].map(Value::Int));
            row.extend([day.into(), Value::Null, Value::Null, now.into()]);
            row
        });
        self.connection.insert(&APPLICATION, rows)?;
        let off = -119 * paper.kind.kind().direction.sign();
        let moves: Vec<(i64, Vec<i64>)> = (0..count)
            .map(|place| (paper.first + place, vec![off, off]))
            .collect();
        let columns = ["open_amount", "open_functional"];
        self.connection.add_to("open_item", 1, &columns, &moves)?;
        Ok(())
    }

    /// Bank lines as an import writes them.
    pub fn bank_lines(&mut self, count: i64) -> Result<(), Fault> {
        let (day, now) = (self.day, self.now);
        let rows = (0..count).map(|id| {
            let given = |name: &str| -> Value<'static> {
                match name {
                    "entity_id" | "statement_id" | "bank_account_id" => 1.into(),
                    "id" => id.into(),
                    "booked_on" => day.into(),
                    "recorded_at" => now.into(),
                    "fingerprint" => format!("{id:032x}:1").into(),
                    "payer_name" => format!("Customer {id} GmbH").into(),
                    "remittance" => format!("Invoice {id}").into(),
                    "parent_id" | "value_on" | "batch_count" => Value::Null,
                    name if name.starts_with("instructed") || name == "charges" => Value::Null,
                    _ => "".into(),
                }
            };
            let column = |column: &crate::db::Column| match (column.kind, given(column.name)) {
                (crate::db::ColumnType::Int, Value::Text(_)) => 0.into(),
                (_, value) => value,
            };
            BANK_LINE
                .columns
                .iter()
                .map(column)
                .collect::<Vec<Value<'_>>>()
        });
        self.connection.insert(&BANK_LINE, rows)?;
        Ok(())
    }

    /// Sums what is open by party, and answers how many there are.
    pub fn open_by_party(&mut self, side: Side) -> Result<u64, Fault> {
        let mut count = 0;
        self.connection.each(
            "SELECT party_id, currency, CAST(SUM(open_amount) AS BIGINT) FROM open_item
             WHERE side = $1 AND open_amount <> 0 GROUP BY party_id, currency",
            &[side.code().into()],
            |_| {
                count += 1;
                Ok(())
            },
        )?;
        Ok(count)
    }
}
