//! CSV that banks and processors offer for download: read with a profile of the bank's columns.
//!
//! Our own profiles are in `profiles/`; a user writes another as `key = value` lines. A row that
//! cannot be read is refused with its row and column. Where a balance column exists, each balance
//! must follow from the one before, oldest or newest line first; opening and closing balance are
//! taken from it. Rows of several accounts or currencies become a statement each.

mod balances;
mod profile;
mod row;
mod values;

pub use profile::{CsvProfile, Field, Found, Selector, built_in};
pub use values::DateFormat;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use csv::ByteRecord;
use domain::money::{Currency, Money};

use super::fields::own_account;
use super::parts::Parts;
use super::{Balance, Sink, StatementFormat};
use crate::Problem;
use balances::Chain;
use row::Columns;

/// CSV in [`super::ALL`].
pub(super) const FORMAT: StatementFormat = StatementFormat {
    code: "csv",
    title: "CSV of a known bank, or with a profile",
    recognises,
    read,
};

/// The longest row. A quote that never ends must not swallow a whole large file.
const ROW_LIMIT: u64 = 1 << 20;

fn recognises(head: &[u8]) -> bool {
    fitting(head).is_some()
}

fn read(input: &mut dyn BufRead, sink: &mut dyn Sink) -> String {
    let head = match input.fill_buf() {
        Ok(head) => head.get(..4096).unwrap_or(head),
        Err(_) => &[],
    };
    if let Some(profile) = fitting(head) {
        return read_profile(profile, input, sink);
    }
    sink.problem(Problem::error(
        "row 1",
        "the columns are those of no known bank; name a profile that says what they mean",
    ));
    "csv".to_owned()
}

/// The first of our own profiles whose columns the beginning of a file has.
fn fitting(head: &[u8]) -> Option<&'static CsvProfile> {
    built_in().iter().find(|profile| fits(profile, head))
}

fn fits(profile: &CsvProfile, head: &[u8]) -> bool {
    // A row that the end of the beginning cuts is no row.
    let whole = match head.iter().rposition(|byte| *byte == b'\n') {
        Some(end) if head.len() >= 4096 => head.get(..end).unwrap_or(head),
        _ => head,
    };
    let mut rows = csv_reader(profile, whole);
    let mut record = ByteRecord::new();
    let mut row = 0;
    while let Ok(true) = rows.read_byte_record(&mut record) {
        row += 1;
        if row <= profile.skip {
            continue;
        }
        let cells = decoded(profile, &record).0;
        if profile.header {
            if Columns::of_header(profile, &cells).is_some() {
                return true;
            }
        } else {
            let width = profile.width.is_none_or(|width| width == cells.len());
            let columns = Columns::by_place(profile);
            let currency = profile.currency.or_else(|| Currency::parse("XXX"));
            return width
                && currency.is_some_and(|currency| {
                    row::line(profile, &columns, &cells, currency).is_ok()
                });
        }
    }
    false
}

fn csv_reader<R: Read>(profile: &CsvProfile, input: R) -> csv::Reader<R> {
    csv::ReaderBuilder::new()
        .delimiter(profile.delimiter)
        .has_headers(false)
        .flexible(true)
        // Carriage returns are trimmed with the cells; so the lines can be counted.
        .terminator(csv::Terminator::Any(b'\n'))
        .from_reader(input)
}

/// The cells as text, and whether all bytes were letters.
fn decoded(profile: &CsvProfile, record: &ByteRecord) -> (Vec<String>, bool) {
    let mut right = true;
    let cells = record
        .iter()
        .map(|cell| {
            let (text, wrong) = profile.encoding.decode_without_bom_handling(cell);
            right &= !wrong;
            text.trim_start_matches('\u{feff}').trim().to_owned()
        })
        .collect();
    (cells, right)
}

/// Reads a file with the profile that the caller names; returns `csv.` and its name.
pub fn read_profile(profile: &CsvProfile, input: &mut dyn BufRead, sink: &mut dyn Sink) -> String {
    let left = Rc::new(Cell::new(ROW_LIMIT));
    let bounded = Bounded {
        inner: input,
        left: Rc::clone(&left),
        last: b'\n',
    };
    let mut rows = csv_reader(profile, bounded);
    let mut reader = Reader::new(profile, sink);
    let mut record = ByteRecord::new();
    let mut row = 0;
    while let Ok(true) = rows.read_byte_record(&mut record) {
        row = first_line(&rows, &record);
        if left.get() == 0 {
            break;
        }
        left.set(ROW_LIMIT);
        if row > profile.skip {
            reader.row(row, &record);
        }
    }
    if left.get() == 0 {
        reader.sink.problem(Problem::error(
            format!("row {row}"),
            "the row is longer than 1 MiB; is a closing quote missing? It and what follows is \
             left out",
        ));
    }
    reader.end();
    format!("csv.{}", profile.name)
}

/// The line on which the row that was just read begins, as an editor counts.
fn first_line<R: Read>(rows: &csv::Reader<R>, record: &ByteRecord) -> u64 {
    let inside = |cell: &[u8]| cell.split(|byte| *byte == b'\n').count() - 1;
    let breaks: usize = record.iter().map(inside).sum();
    let after = rows.position().line();
    after.saturating_sub(breaks as u64 + 1)
}

/// Ends the file where a row grows beyond all measure, and always with a line break.
struct Bounded<'a> {
    inner: &'a mut dyn BufRead,
    left: Rc<Cell<u64>>,
    /// The last byte: a last row without a line break is given one.
    last: u8,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left.get()).unwrap_or(usize::MAX);
        let most = most.min(buffer.len());
        let count = match buffer.get_mut(..most) {
            Some(part) => self.inner.read(part)?,
            None => 0,
        };
        self.left.set(self.left.get().saturating_sub(count as u64));
        if let Some(last) = count.checked_sub(1).and_then(|last| buffer.get(last)) {
            self.last = *last;
        } else if self.last != b'\n'
            && let Some(first) = buffer.first_mut()
        {
            self.last = b'\n';
            *first = b'\n';
            return Ok(1);
        }
        Ok(count)
    }
}

/// The lines of one account in one currency.
struct Open {
    parts: Parts,
    chain: Chain,
}

struct Reader<'a> {
    profile: &'a CsvProfile,
    sink: &'a mut dyn Sink,
    columns: Option<Columns>,
    found: BTreeMap<Found, (u64, String)>,
    statements: Vec<Open>,
    currency_told: bool,
    letters_told: bool,
    rows: u64,
}

impl<'a> Reader<'a> {
    fn new(profile: &'a CsvProfile, sink: &'a mut dyn Sink) -> Reader<'a> {
        Reader {
            profile,
            sink,
            columns: (!profile.header).then(|| Columns::by_place(profile)),
            found: BTreeMap::new(),
            statements: Vec::new(),
            currency_told: false,
            letters_told: false,
            rows: 0,
        }
    }

    fn row(&mut self, row: u64, record: &ByteRecord) {
        let (cells, right) = decoded(self.profile, record);
        if !right && !self.letters_told {
            self.letters_told = true;
            let encoding = self.profile.encoding.name();
            self.sink.problem(Problem::warning(
                format!("row {row}"),
                format!("the row has letters that are not {encoding}; names may be wrong"),
            ));
        }
        if cells.iter().all(String::is_empty) || self.find(row, &cells) {
            return;
        }
        let Some(columns) = self.columns.take() else {
            self.columns = Columns::of_header(self.profile, &cells);
            return;
        };
        self.rows += 1;
        let found = self
            .currency(row, columns.currency(&cells))
            .and_then(|currency| row::line(self.profile, &columns, &cells, currency));
        match found {
            Ok(found) => self.line(row, found),
            Err((column, why)) => self.sink.problem(Problem::error(
                format!("row {row}, column {column}"),
                format!("{why}. The row is left out"),
            )),
        }
        self.columns = Some(columns);
    }

    /// Takes what a row outside the lines says about the statement.
    fn find(&mut self, row: u64, cells: &[String]) -> bool {
        let mut any = false;
        for (found, beginning) in &self.profile.found {
            let cell = cells
                .iter()
                .find_map(|cell| cell.strip_prefix(beginning.as_str()));
            let Some(rest) = cell else { continue };
            let said = if rest.trim().is_empty() {
                cells
                    .iter()
                    .rfind(|cell| !cell.is_empty())
                    .map(String::as_str)
            } else {
                Some(rest.trim())
            };
            if let Some(said) = said {
                self.found.insert(*found, (row, said.to_owned()));
                any = true;
            }
        }
        any
    }

    fn said(&self, found: Found) -> Option<&str> {
        self.found.get(&found).map(|(_, said)| said.as_str())
    }

    /// The currency of a row: its own, that of the file, that of the profile, or none (`XXX`).
    fn currency(&mut self, row: u64, cell: Option<(&str, &str)>) -> Result<Currency, row::Refusal> {
        let own = cell.filter(|(_, said)| !said.is_empty());
        let found = self.said(Found::Currency).map(|said| ("currency", said));
        if let Some((column, said)) = own.or(found) {
            return row::currency(column, said);
        }
        if let Some(currency) = self.profile.currency {
            return Ok(currency);
        }
        if !self.currency_told {
            self.currency_told = true;
            self.sink.problem(Problem::warning(
                format!("row {row}"),
                "the file does not say its currency; its sums are given in XXX (none). Name a \
                 profile with `currency =`",
            ));
        }
        row::currency("currency", "XXX")
    }

    fn line(&mut self, row: u64, found: row::Read) {
        let account = found
            .account
            .or_else(|| self.said(Found::Account).map(str::to_owned))
            .or_else(|| self.profile.account.clone())
            .unwrap_or_default();
        let bank = self
            .said(Found::Bank)
            .or(self.profile.bank.as_deref())
            .map(str::to_owned);
        let account = own_account(
            &account,
            bank.as_deref(),
            Some(found.line.amount.currency()),
        );
        let known = self
            .statements
            .iter()
            .position(|open| open.parts.statement.account == account);
        let index = known.unwrap_or_else(|| {
            let mut parts = Parts::default();
            parts.statement.account = account;
            self.statements.push(Open {
                parts,
                chain: Chain::default(),
            });
            self.statements.len() - 1
        });
        if let Some(open) = self.statements.get_mut(index) {
            if let Some(balance) = found.balance {
                open.chain
                    .add(row, found.line.amount, balance, found.line.booked_on);
            }
            open.parts.push(found.line, self.sink);
        }
    }

    fn end(mut self) {
        if self.columns.is_none() {
            let wanted = row::names(self.profile).join(", ");
            self.sink.problem(Problem::error(
                format!("row {}", self.profile.skip + 1),
                format!(
                    "no row has the columns of the profile {}; expected a header with: {wanted}",
                    self.profile.name
                ),
            ));
        } else if self.rows == 0 {
            self.sink
                .problem(Problem::warning("file", "the file has no lines"));
        }
        let only = self.statements.len() == 1;
        for mut open in std::mem::take(&mut self.statements) {
            if let Some(problem) = open.chain.problem() {
                self.sink.problem(problem);
            }
            let statement = &mut open.parts.statement;
            if let Some((opening, closing)) = open.chain.ends() {
                statement.opening = Some(opening);
                statement.closing = Some(closing);
            }
            if only {
                statement.from = self.day(Found::From);
                statement.to = self.day(Found::To);
                if let Some(currency) = statement.account.currency {
                    let opening = self.balance(Found::Opening, currency);
                    let closing = self.balance(Found::Closing, currency);
                    statement.opening = opening.or(statement.opening);
                    statement.closing = closing.or(statement.closing);
                }
            }
            open.parts.finish("file", self.sink);
        }
    }

    /// A balance outside the lines, or a remark that it is none.
    fn balance(&mut self, found: Found, currency: Currency) -> Option<Balance> {
        let (row, said) = self.found.get(&found)?.clone();
        let sign = self.profile.currency_sign.as_deref();
        let amount = values::number(&said, self.profile.decimal, sign)
            .and_then(|value| Money::exactly(value, currency).ok());
        if amount.is_none() {
            self.sink.problem(Problem::error(
                format!("row {row}"),
                format!("\"{said}\" is no balance in {currency}; it is left out"),
            ));
        }
        amount.map(|amount| Balance { amount, on: None })
    }

    /// A day outside the lines, or a remark that it is none.
    fn day(&mut self, found: Found) -> Option<domain::calendar::Date> {
        let (row, said) = self.found.get(&found)?.clone();
        // Above the lines banks write the year in full even where lines have it short.
        let long = self
            .profile
            .date
            .pattern()
            .replace("YYYY", "YY")
            .replace("YY", "YYYY");
        let day = self
            .profile
            .date
            .read(&said)
            .or_else(|| DateFormat::parse(&long)?.read(&said));
        if day.is_none() {
            self.sink.problem(Problem::warning(
                format!("row {row}"),
                format!("\"{said}\" is no date; it is left out"),
            ));
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BankStatement, Collected};
    use super::*;

    fn collected(profile: &str, text: &str) -> Collected {
        let profile = CsvProfile::parse(profile).unwrap();
        let mut found = Collected::default();
        read_profile(&profile, &mut text.as_bytes(), &mut found);
        found
    }

    #[test]
    fn a_profile_of_the_user_reads_an_unknown_bank() {
        let profile = "name = mine\ndelimiter = ;\ndecimal = ,\ndate = DD.MM.YYYY\nskip = 1\n\
                       account = DE89370400440532013000\ncurrency = EUR\n\
                       column.booked_on = Tag\ncolumn.amount = Betrag\ncolumn.side = S/H\n\
                       debit_mark = S\ncolumn.status = Art\npending_mark = vorgemerkt\n";
        let text =
            "Umsätze;;\nTag;Betrag;S/H;Art\n01.02.2025;1.000,00;H;\n02.02.2025;5;S;vorgemerkt\n";
        let found = collected(profile, text);
        assert_eq!(found.problems, []);
        let [BankStatement { lines, account, .. }] = found.statements.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(account.id, "DE89370400440532013000");
        let sums: Vec<String> = lines
            .iter()
            .map(|line| format!("{:?}", line.amount))
            .collect();
        assert_eq!(sums, ["1000.00 EUR", "-5.00 EUR"]);
        let header_missing = collected(profile, "a;b\n1;2\n");
        assert_eq!(header_missing.problems.len(), 1);
        assert!(
            header_missing.problems[0]
                .message
                .contains("Tag, Betrag, S/H, Art")
        );
    }

    #[test]
    fn rows_are_counted_as_an_editor_does() {
        let profile = "name = x\ncurrency = EUR\ncolumn.booked_on = a\ncolumn.amount = b\n";
        for end in ["\n", "\r\n"] {
            let text = [
                "a,b",
                "2025-01-01,1",
                "",
                "\"2025-01-01\",\"x\n\"",
                "2025-01-01,x",
                "",
            ];
            let found = collected(profile, &text.join(end));
            let places: Vec<&str> = found
                .problems
                .iter()
                .map(|one| one.place.as_str())
                .collect();
            assert_eq!(places, ["row 4, column b", "row 6, column b"], "{end:?}");
        }
    }

    #[test]
    fn a_quote_that_never_ends_does_not_fill_the_memory() {
        let profile = "name = x\ncurrency = EUR\ncolumn.booked_on = a\ncolumn.amount = b\n";
        let text = format!("a,b\n2025-01-01,1\n\"{}", "x\n".repeat(2 << 20));
        let found = collected(profile, &text);
        assert_eq!(found.statements[0].lines.len(), 1);
        assert!(
            found
                .problems
                .iter()
                .any(|problem| problem.message.contains("1 MiB"))
        );
    }
}
