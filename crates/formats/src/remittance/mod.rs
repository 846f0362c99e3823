//! Remittances: what payers and processors say about payments, apart from the payments.
//!
//! Three shapes: an [`Advice`] (one payment and the documents it is for), a [`Deposit`] (a sum
//! on the bank statement and the payments in it), a [`Payout`] (what a processor collected,
//! kept and paid). A format is a value in [`ALL`]. Documents stay as quoted: finding them in
//! the books is not done here. Sums are exact decimals and not `Money`, because many advices
//! name no currency; where one is stated it stands beside them. A sum or day that can be read
//! in two ways, with nothing in the file to decide, is left out with a warning.

mod amounts;
mod attached;
mod blocks;
mod columns;
mod csv;
mod headings;
mod html;
mod mail;
mod model;
mod payer;
mod payouts;
mod pdf;
mod prose;
mod quoted;
mod remt001;
mod sheet;
mod stripe;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod x12;

pub use model::{
    Advice, AdvisedItem, Deducted, Deposit, DepositItem, Payout, PayoutEntry, PayoutKind,
    Remittance,
};

use std::io::Read as _;

use crate::Problem;

/// The largest file that is read, unpacked: 64 MiB.
pub const SIZE_LIMIT: u64 = 64 << 20;

/// Where a reader puts what it finds, in file order.
pub trait Sink {
    /// Takes one remittance.
    fn remittance(&mut self, remittance: Remittance);
    /// Takes one remark.
    fn problem(&mut self, problem: Problem);
}

/// One kind of remittance file. Pure: bytes in, remittances out.
pub struct RemittanceFormat {
    /// Key in commands and reports: `eml`, `csv`.
    pub code: &'static str,
    /// For people.
    pub title: &'static str,
    /// Does the file look like this format?
    pub recognises: fn(&[u8]) -> bool,
    /// Reads the file. Never fails: what is wrong goes to the sink as a [`Problem`].
    pub read: fn(&[u8], &mut dyn Sink),
}

/// Every remittance format, in the order in which they are tried.
pub const ALL: &[RemittanceFormat] = &[
    remt001::FORMAT,
    x12::FORMAT,
    stripe::FORMAT,
    attached::XLSX,
    attached::PDF,
    mail::FORMAT,
    csv::FORMAT,
];

/// A sink that keeps everything.
#[derive(Default, Debug)]
pub struct Collected {
    /// What was read, in file order.
    pub remittances: Vec<Remittance>,
    /// Remarks, in file order.
    pub problems: Vec<Problem>,
}

impl Sink for Collected {
    fn remittance(&mut self, remittance: Remittance) {
        self.remittances.push(remittance);
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

/// Reads a file of any format, gzip or not; returns the code of the format, or `None` (with a
/// problem in the sink) when no format knows it. `file_name` names the place of such problems.
pub fn read(bytes: &[u8], file_name: &str, sink: &mut dyn Sink) -> Option<&'static str> {
    let plain = match unpacked(bytes) {
        Ok(plain) => plain,
        Err(message) => {
            sink.problem(Problem::error(file_name, message));
            return None;
        }
    };
    let Some(format) = ALL.iter().find(|format| (format.recognises)(&plain)) else {
        let codes: Vec<&str> = ALL.iter().map(|format| format.code).collect();
        let known = codes.join(", ");
        sink.problem(Problem::error(
            file_name,
            format!(
                "is no remittance of a known format ({known}); check that it is the right file"
            ),
        ));
        return None;
    };
    (format.read)(&plain, sink);
    Some(format.code)
}

/// Does the beginning of a file look like a remittance of any known format?
pub fn recognises(head: &[u8]) -> bool {
    ALL.iter().any(|format| (format.recognises)(head))
}

fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let plain = if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes)
            .take(SIZE_LIMIT + 1)
            .read_to_end(&mut plain)
            .map_err(|problem| format!("cannot be unpacked ({problem}); fetch the file again"))?;
        plain
    } else {
        bytes.to_vec()
    };
    if plain.len() as u64 > SIZE_LIMIT {
        return Err("is larger than 64 MiB; split it".to_owned());
    }
    Ok(plain)
}

/// The text of a file: UTF-8 with or without its mark, UTF-16 with its mark, else Windows-1252.
fn decoded(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        return encoding.decode_without_bom_handling(rest).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
    }
}
