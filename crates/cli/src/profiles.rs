//! CSV profiles from arguments: a file of the user's, or one that comes with the program.

use std::fs;
use std::io;
use std::path::Path;

use formats::bank::csv::{CsvProfile, built_in};

use crate::errors::Failure;

/// The profile in a file, or the known one of that name.
pub(crate) fn named(argument: &str) -> Result<CsvProfile, Failure> {
    let path = Path::new(argument);
    match fs::read_to_string(path) {
        Ok(text) => CsvProfile::parse(&text).map_err(|why| {
            Failure::refused("profile_not_readable", format!("{why}."))
                .file(path)
                .hint("A profile is `key = value` lines: see `bank inspect --help`.")
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
