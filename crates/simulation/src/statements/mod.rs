//! Bank statements as banks write them: one file a day and account; balances tie and chain.

mod bai2;
mod camt;
mod mt940;

use domain::calendar::Date;

use crate::bank::{Line, OwnAccount, Writing};
use crate::files::File;

/// One day of one account.
struct Day<'a> {
    account: &'a OwnAccount,
    number: usize,
    on: Date,
    opening: i64,
    closing: i64,
    lines: Vec<&'a Line>,
}

/// The name of the file in which a line stands.
pub(crate) fn file_name(account: &OwnAccount, on: Date) -> String {
    match account.writing {
        Writing::Camt => format!("{}_camt053_{on}.xml", account.code),
        Writing::Bai2 => format!("{}_bai2_{on}.txt", account.code),
        Writing::Mt940 => format!("{}_mt940_{on}.sta", account.code),
    }
}

/// Writes the statements of all accounts; the lines stand in order of account and day.
pub(crate) fn files(accounts: &[OwnAccount], lines: &[Line]) -> Vec<File> {
    let mut files = Vec::new();
    for (at, account) in accounts.iter().enumerate() {
        let mut balance = account.opening;
        let own: Vec<&Line> = lines.iter().filter(|line| line.account == at).collect();
        for (number, lines) in own.chunk_by(|a, b| a.on == b.on).enumerate() {
            let Some(first) = lines.first() else {
                continue;
            };
            let opening = balance;
            balance += lines.iter().map(|line| line.amount).sum::<i64>();
            let day = Day {
                account,
                number: number + 1,
                on: first.on,
                opening,
                closing: balance,
                lines: lines.to_vec(),
            };
            let text = match account.writing {
                Writing::Camt => camt::write(&day),
                Writing::Bai2 => bai2::write(&day),
                Writing::Mt940 => mt940::write(&day),
            };
            files.push(File {
                path: format!("statements/{}", file_name(account, first.on)),
                text,
            });
        }
    }
    files
}

/// The text in pieces of at most so many characters.
fn pieces(text: &str, length: usize) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters
        .chunks(length)
        .map(|piece| piece.iter().collect())
        .collect()
}
