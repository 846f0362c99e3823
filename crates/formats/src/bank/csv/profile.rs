//! What a bank's CSV looks like: a profile, written by us for known banks or by a user for theirs.
//!
//! The text of a profile is `key = value` lines; `#` begins a comment line. Nothing in it is
//! guessed: a column that the profile names must be there.

use std::sync::LazyLock;

use domain::money::Currency;
use encoding_rs::{Encoding, UTF_8};

use super::values::DateFormat;

/// What a column says about a bank line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(
    missing_docs,
    reason = "the names are those of `BankLine` and of the profile's keys"
)]
pub enum Field {
    Account,
    BookedOn,
    ValueOn,
    Amount,
    /// Is it a debit? See [`CsvProfile::debit_marks`].
    Side,
    PaidIn,
    PaidOut,
    Balance,
    Currency,
    Status,
    Reference,
    Code,
    Counterparty,
    CounterpartyAccount,
    CounterpartyBank,
    EndToEnd,
    CreditorReference,
    Check,
    Mandate,
    Remittance,
    Instructed,
    InstructedCurrency,
    Charges,
}

/// The keys of [`Field`]s: `column.KEY = Header`.
const FIELDS: &[(&str, Field)] = &[
    ("account", Field::Account),
    ("booked_on", Field::BookedOn),
    ("value_on", Field::ValueOn),
    ("amount", Field::Amount),
    ("side", Field::Side),
    ("paid_in", Field::PaidIn),
    ("paid_out", Field::PaidOut),
    ("balance", Field::Balance),
    ("currency", Field::Currency),
    ("status", Field::Status),
    ("reference", Field::Reference),
    ("code", Field::Code),
    ("counterparty", Field::Counterparty),
    ("counterparty_account", Field::CounterpartyAccount),
    ("counterparty_bank", Field::CounterpartyBank),
    ("end_to_end", Field::EndToEnd),
    ("creditor_reference", Field::CreditorReference),
    ("check", Field::Check),
    ("mandate", Field::Mandate),
    ("remittance", Field::Remittance),
    ("instructed", Field::Instructed),
    ("instructed_currency", Field::InstructedCurrency),
    ("charges", Field::Charges),
];

/// What rows above or below the lines say about the whole statement.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(
    missing_docs,
    reason = "the names are those of `BankStatement` and of the profile's keys"
)]
pub enum Found {
    Account,
    Bank,
    Currency,
    From,
    To,
    Opening,
    Closing,
}

/// The keys of [`Found`]: `find.KEY = beginning of the cell`.
const FOUND: &[(&str, Found)] = &[
    ("account", Found::Account),
    ("bank", Found::Bank),
    ("currency", Found::Currency),
    ("from", Found::From),
    ("to", Found::To),
    ("opening", Found::Opening),
    ("closing", Found::Closing),
];

/// Which column it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Selector {
    /// By the name in the header, letter case aside.
    Named(String),
    /// By its place, from 0: `#1` in the text of a profile is the first.
    Place(usize),
}

/// How to read one bank's CSV.
#[derive(Clone, PartialEq, Debug)]
pub struct CsvProfile {
    /// Its name in reports: `paypal`.
    pub name: String,
    /// Between two cells.
    pub delimiter: u8,
    /// Of the letters.
    pub encoding: &'static Encoding,
    /// Before the decimals: `.` or `,`.
    pub decimal: char,
    /// Of the days.
    pub date: DateFormat,
    /// Rows at the beginning that are passed over whatever they say.
    pub skip: u64,
    /// Is there a header row? Without one columns are named by their place.
    pub header: bool,
    /// Exact number of columns, where rows without a header are to be told from others.
    pub width: Option<usize>,
    /// The account, where the file does not name it.
    pub account: Option<String>,
    /// BIC or routing number of the bank, where the file does not name it.
    pub bank: Option<String>,
    /// The currency, where the file does not name it.
    pub currency: Option<Currency>,
    /// A sign beside the sums that says nothing: `€`.
    pub currency_sign: Option<String>,
    /// Are the signs in the columns paid in and paid out without meaning?
    pub signs_ignored: bool,
    /// Contents of the column side that make a sum negative.
    pub debit_marks: Vec<String>,
    /// Contents of the column status that make a line pending.
    pub pending_marks: Vec<String>,
    /// The columns in the order of the profile; only remittance may come more than once.
    pub columns: Vec<(Field, Selector)>,
    /// Beginnings of cells outside the lines that say something about the statement.
    pub found: Vec<(Found, String)>,
}

impl CsvProfile {
    /// Reads the text of a profile. The refusal names the line and says what was expected.
    pub fn parse(text: &str) -> Result<CsvProfile, String> {
        let mut profile = CsvProfile {
            name: String::new(),
            delimiter: b',',
            encoding: UTF_8,
            decimal: '.',
            date: DateFormat::parse("YYYY-MM-DD").ok_or("no date format")?,
            skip: 0,
            header: true,
            width: None,
            account: None,
            bank: None,
            currency: None,
            currency_sign: None,
            signs_ignored: false,
            debit_marks: Vec::new(),
            pending_marks: Vec::new(),
            columns: Vec::new(),
            found: Vec::new(),
        };
        for (index, line) in text.lines().enumerate() {
            let line = line.trim_start_matches('\u{feff}').trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let place = |why: String| format!("line {} of the profile: {why}", index + 1);
            let (key, value) = line
                .split_once('=')
                .ok_or_else(|| place(format!("\"{line}\" is not `key = value`")))?;
            profile.set(key.trim(), value.trim()).map_err(place)?;
        }
        profile.check()?;
        Ok(profile)
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let wrong = |expected: &str| Err(format!("{key} is \"{value}\"; expected {expected}"));
        if value.is_empty() {
            return wrong("a value");
        }
        let text = || Some(value.to_owned());
        let marks = || {
            value
                .split(',')
                .map(|mark| mark.trim().to_owned())
                .collect()
        };
        match key {
            "name" => value.clone_into(&mut self.name),
            "delimiter" => match (value, value.as_bytes()) {
                ("tab", _) => self.delimiter = b'\t',
                (_, [b]) if b",;|:".contains(b) => self.delimiter = *b,
                _ => return wrong("`,` `;` `|` `:` or tab"),
            },
            "encoding" => match Encoding::for_label(value.as_bytes()) {
                Some(encoding) if encoding.is_ascii_compatible() => self.encoding = encoding,
                _ => return wrong("a character set like UTF-8 or windows-1252"),
            },
            "decimal" => match value {
                "." => self.decimal = '.',
                "," => self.decimal = ',',
                _ => return wrong("`.` or `,`"),
            },
            "date" => match DateFormat::parse(value) {
                Some(format) => self.date = format,
                None => return wrong("a pattern like DD.MM.YYYY"),
            },
            "skip" => match value.parse() {
                Ok(rows) => self.skip = rows,
                Err(_) => return wrong("a number of rows"),
            },
            "header" => match value {
                "yes" => self.header = true,
                "no" => self.header = false,
                _ => return wrong("yes or no"),
            },
            "columns" => match value.parse() {
                Ok(width) => self.width = Some(width),
                Err(_) => return wrong("a number of columns"),
            },
            "account" => self.account = text(),
            "bank" => self.bank = text(),
            "currency" => match Currency::parse(&value.to_ascii_uppercase()) {
                Some(currency) => self.currency = Some(currency),
                None => return wrong("a currency of ISO 4217 like EUR"),
            },
            "currency_sign" => self.currency_sign = text(),
            "signs" => match value {
                "ignored" => self.signs_ignored = true,
                "kept" => self.signs_ignored = false,
                _ => return wrong("kept or ignored"),
            },
            "debit_mark" => self.debit_marks = marks(),
            "pending_mark" => self.pending_marks = marks(),
            _ => return self.set_column(key, value),
        }
        Ok(())
    }

    fn set_column(&mut self, key: &str, value: &str) -> Result<(), String> {
        if let Some(key) = key.strip_prefix("find.") {
            let (_, found) = FOUND
                .iter()
                .find(|(name, _)| *name == key)
                .ok_or_else(|| format!("find.{key} is not known; {}", listed(FOUND)))?;
            self.found.push((*found, value.to_owned()));
            return Ok(());
        }
        let key = key.strip_prefix("column.").ok_or_else(|| {
            format!("{key} is no key of a profile; columns are named `column.amount = Amount`")
        })?;
        let (_, field) = FIELDS
            .iter()
            .find(|(name, _)| *name == key)
            .ok_or_else(|| format!("column.{key} is not known; {}", listed(FIELDS)))?;
        let selector = match value.strip_prefix('#').map(str::parse::<usize>) {
            Some(Ok(place)) if 0 < place => Selector::Place(place - 1),
            Some(_) => return Err(format!("column.{key} is \"{value}\"; expected #1, #2, …")),
            None => Selector::Named(value.to_owned()),
        };
        if *field != Field::Remittance && self.has(*field) {
            return Err(format!("column.{key} is named twice"));
        }
        self.columns.push((*field, selector));
        Ok(())
    }

    fn check(&self) -> Result<(), String> {
        let named = |selector: &Selector| matches!(selector, Selector::Named(_));
        let sums = [Field::Amount, Field::PaidIn, Field::PaidOut];
        if self.name.is_empty() {
            Err("the profile has no name".to_owned())
        } else if !self.has(Field::BookedOn) {
            Err("the profile names no column.booked_on".to_owned())
        } else if !sums.iter().any(|field| self.has(*field)) {
            Err("the profile names no column.amount and no column.paid_in or paid_out".to_owned())
        } else if self.has(Field::Amount) && (self.has(Field::PaidIn) || self.has(Field::PaidOut)) {
            Err(
                "the profile names column.amount and column.paid_in or paid_out; one of them \
                 says the sum"
                    .to_owned(),
            )
        } else if self.has(Field::Side) && self.debit_marks.is_empty() {
            Err("the profile names column.side but no debit_mark".to_owned())
        } else if !self.header && self.columns.iter().any(|(_, column)| named(column)) {
            Err("without a header columns are named by their place: `#1`".to_owned())
        } else {
            Ok(())
        }
    }

    /// Does the profile name a column for it?
    pub fn has(&self, field: Field) -> bool {
        self.columns.iter().any(|(other, _)| *other == field)
    }
}

fn listed<T>(keys: &[(&str, T)]) -> String {
    let names: Vec<&str> = keys.iter().map(|(name, _)| *name).collect();
    format!("expected one of {}", names.join(", "))
}

/// The profiles that come with the program, in the order in which they are tried.
const TEXTS: &[&str] = &[
    include_str!("profiles/sparkasse.profile"),
    include_str!("profiles/paypal.profile"),
    include_str!("profiles/stripe.profile"),
    include_str!("profiles/chase.profile"),
    include_str!("profiles/ynab.profile"),
    include_str!("profiles/oca-preamble.profile"),
    include_str!("profiles/oca-two-columns.profile"),
    include_str!("profiles/oca-marked.profile"),
    include_str!("profiles/oca-balance.profile"),
    include_str!("profiles/oca-sheet.profile"),
    include_str!("profiles/date-note-amount.profile"),
    include_str!("profiles/date-remarque-montant.profile"),
    include_str!("profiles/in-out-semicolon.profile"),
    include_str!("profiles/in-out-tab.profile"),
];

static BUILT_IN: LazyLock<Vec<CsvProfile>> = LazyLock::new(|| {
    TEXTS
        .iter()
        .filter_map(|text| CsvProfile::parse(text).ok())
        .collect()
});

/// The profiles that come with the program, in the order in which they are tried.
pub fn built_in() -> &'static [CsvProfile] {
    &BUILT_IN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_profile_is_good() {
        for text in TEXTS {
            CsvProfile::parse(text).unwrap_or_else(|why| panic!("{why} in\n{text}"));
        }
        assert_eq!(built_in().len(), TEXTS.len());
    }

    #[test]
    fn a_wrong_profile_is_refused_with_its_line() {
        let good = "name = x\ncolumn.booked_on = Day\ncolumn.amount = Sum\n";
        assert!(CsvProfile::parse(good).is_ok());
        for (more, part) in [
            ("delimiter = #", "line 4 of the profile: delimiter is"),
            ("encoding = KLINGON", "character set"),
            ("decimal = x", "`.` or `,`"),
            ("date = HH", "DD.MM.YYYY"),
            ("currency = EURO", "ISO 4217"),
            ("colour = red", "colour is no key"),
            ("column.colour = red", "expected one of account, booked_on"),
            ("column.amount = B", "named twice"),
            ("column.paid_in = B", "one of them"),
            ("column.side = B", "debit_mark"),
            ("column.value_on = #0", "#1, #2"),
            ("header = no", "#1"),
            ("no value", "key = value"),
            ("account =", "expected a value"),
        ] {
            let why = CsvProfile::parse(&format!("{good}{more}\n")).unwrap_err();
            assert!(why.contains(part), "{more}: {why}");
        }
        assert!(CsvProfile::parse("").is_err());
    }
}
