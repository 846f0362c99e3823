//! CSV profiles from arguments: a file of the user's, or one that comes with the program.

use std::fs;
use std::io;
use std::path::Path;

use formats::bank::csv::{CsvProfile, built_in};

use crate::errors::Failure;

/// What a profile can say, for `--help`.
pub(crate) const HELP: &str = "\
A CSV profile is a text of `key = value` lines; `#` begins a comment:
  name = my-bank           in reports
  delimiter = ;            , ; | : or tab; left out: ,
  encoding = windows-1252  left out: UTF-8
  decimal = ,              before the decimals, . or ,; left out: .
  date = DD.MM.YYYY        of YYYY YY MM M DD D; left out: YYYY-MM-DD
  skip = 3                 rows passed over at the beginning
  header = no              columns are then named by place: #1, #2, …
  columns = 4              exact number of columns
  account, bank, currency  where the file does not say them
  currency_sign = €        a sign beside the sums that says nothing
  signs = ignored          signs in the columns paid in and paid out say nothing
  debit_mark = D, S        contents of column.side that make a sum negative
  pending_mark = open      contents of column.status that make a line pending
  column.KEY = Header      KEY: booked_on, value_on, amount, side, paid_in, paid_out, balance,
                           currency, status, account, reference, code, counterparty,
                           counterparty_account, counterparty_bank, end_to_end,
                           creditor_reference, check, mandate, remittance (may come again),
                           instructed, instructed_currency, charges
  find.KEY = Beginning     what a cell outside the lines begins with; KEY: account, bank,
                           currency, from, to, opening, closing";

/// The profile in a file, or the known one of that name.
pub(crate) fn named(argument: &str) -> Result<CsvProfile, Failure> {
    let path = Path::new(argument);
    match fs::read_to_string(path) {
        Ok(text) => CsvProfile::parse(&text).map_err(|why| {
            Failure::refused("profile_not_readable", format!("{why}."))
                .file(path)
                .hint("A profile is `key = value` lines: see `duebook bank inspect --help`.")
        }),
        Err(error) => {
            let known = built_in().iter().find(|known| known.name == argument);
            match known {
                Some(known) if error.kind() == io::ErrorKind::NotFound => Ok(known.clone()),
                _ => {
                    let names: Vec<&str> =
                        built_in().iter().map(|known| known.name.as_str()).collect();
                    let hint = format!("Name a file, or one of: {}.", names.join(", "));
                    Err(Failure::refused("file_not_readable", format!("{error}."))
                        .file(path)
                        .hint(hint))
                }
            }
        }
    }
}
