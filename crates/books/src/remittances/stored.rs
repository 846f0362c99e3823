//! Stored files, read again as they came.

use std::fmt;
use std::num::NonZero;
use std::str::FromStr;
use std::thread;

use domain::calendar::Date;
use domain::ids::FileId;
use formats::remittance::{self, Collected, Remittance};

use super::sql;
use crate::failure::{Fault, Outcome};
use crate::work::Work;

/// Which advice it is: the file that brought it, and its place among those of the file. Written
/// `file_….0`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct AdviceKey {
    pub(crate) file: i64,
    pub(crate) place: i64,
}

impl fmt::Display for AdviceKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", FileId(self.file), self.place)
    }
}

/// A text that names no advice.
#[derive(Debug)]
pub(crate) struct NotAnAdvice;

impl FromStr for AdviceKey {
    type Err = NotAnAdvice;

    fn from_str(text: &str) -> Result<AdviceKey, NotAnAdvice> {
        let (file, place) = text.split_once('.').ok_or(NotAnAdvice)?;
        let file: FileId = file.parse().map_err(|_| NotAnAdvice)?;
        let place: u32 = place.parse().map_err(|_| NotAnAdvice)?;
        Ok(AdviceKey {
            file: file.0,
            place: place.into(),
        })
    }
}

/// One remittance of a stored file.
pub(super) struct Stored {
    /// Its file, and the place of an advice among those of the file.
    pub(super) key: AdviceKey,
    pub(super) name: String,
    pub(super) received_on: Date,
    pub(super) remittance: Remittance,
}

/// Reads all stored files again.
pub(super) fn all(work: &mut Work<'_>) -> Outcome<Vec<Stored>> {
    let files = sql::files(work)?;
    Ok(read_again(&files)?)
}

/// Reads files again, on all cores.
pub(super) fn read_again(files: &[sql::FileRow]) -> Result<Vec<Stored>, Fault> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let share = files.len().div_ceil(cores).max(1);
    let read = |files: &[sql::FileRow]| files.iter().flat_map(stored).collect::<Vec<Stored>>();
    let read = &read;
    thread::scope(|scope| {
        let shares = files.chunks(share);
        let readers: Vec<_> = shares.map(|some| scope.spawn(move || read(some))).collect();
        let mut all = Vec::new();
        for reader in readers {
            let read = reader.join();
            all.extend(read.map_err(|_| Fault::new("a remittance could not be read"))?);
        }
        Ok(all)
    })
}

/// The remittances of a stored file.
pub(super) fn stored(file: &sql::FileRow) -> impl Iterator<Item = Stored> {
    let mut collected = Collected::default();
    remittance::read(&file.content, &file.name, &mut collected);
    let mut advices = 0;
    let all = collected.remittances.into_iter();
    all.map(move |remittance| {
        let place = advices;
        advices += i64::from(matches!(remittance, Remittance::Advice(_)));
        Stored {
            key: AdviceKey {
                file: file.id,
                place,
            },
            name: file.name.clone(),
            received_on: file.received_on,
            remittance,
        }
    })
}
