//! Bank-to-customer messages of ISO 20022: camt.052 (report), camt.053 (statement) and camt.054
//! (notification), versions 001.01 to 001.14, alone or in an envelope with a business header.
//!
//! Entries are read one at a time, so that a file of any size stays small in memory. Interest,
//! card data, securities and the summary of entries are passed over, availability too. Days are
//! those that the bank wrote, whatever the zone. No XML Schema is needed; departures from it
//! that can be read over are warnings.

mod checks;
mod documents;
mod entry;
mod head;
mod reader;
mod remarks;
mod transaction;
pub(crate) mod values;

use super::{BankAccountId, StatementFormat};

/// camt in [`super::ALL`].
pub(super) const FORMAT: StatementFormat = StatementFormat {
    code: "camt",
    title: "ISO 20022 camt.052, camt.053, camt.054",
    recognises,
    read: reader::read,
};

/// Which of the three messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Message {
    Report,
    Statement,
    Notification,
}

impl Message {
    /// By the element in `Document`, which in version 1 ends with `V01`.
    fn of(name: &str) -> Option<Message> {
        match name.strip_suffix("V01").unwrap_or(name) {
            "BkToCstmrAcctRpt" => Some(Message::Report),
            "BkToCstmrStmt" => Some(Message::Statement),
            "BkToCstmrDbtCdtNtfctn" => Some(Message::Notification),
            _ => None,
        }
    }

    fn number(self) -> &'static str {
        match self {
            Message::Report => "camt.052",
            Message::Statement => "camt.053",
            Message::Notification => "camt.054",
        }
    }

    /// The element of one account.
    fn part(self) -> &'static str {
        match self {
            Message::Report => "Rpt",
            Message::Statement => "Stmt",
            Message::Notification => "Ntfctn",
        }
    }
}

/// What an entry must know of the statement that it stands in.
struct Context {
    message: Message,
    version: Option<u32>,
    account: BankAccountId,
}

impl Context {
    /// Does it hold booked entries only?
    fn is_statement(&self) -> bool {
        self.message == Message::Statement
    }

    /// Is the status a code in an element of its own (since version 8)?
    fn has_status_codes(&self) -> bool {
        self.version.is_some_and(|version| 8 <= version)
    }
}

fn recognises(head: &[u8]) -> bool {
    // Without its zero bytes UTF-16 can be looked at as ASCII; so can what has no mark.
    let head: Vec<u8> = head.iter().copied().filter(|byte| *byte != 0).collect();
    let head = ["\u{feff}".as_bytes(), b"\xff\xfe", b"\xfe\xff"]
        .iter()
        .find_map(|mark| head.strip_prefix(*mark))
        .unwrap_or(&head);
    let holds = |part: &[u8]| head.windows(part.len()).any(|window| window == part);
    head.trim_ascii_start().starts_with(b"<")
        && [
            &b"camt.052"[..],
            b"camt.053",
            b"camt.054",
            b"BkToCstmrAcctRpt",
            b"BkToCstmrStmt",
            b"BkToCstmrDbtCdtNtfctn",
        ]
        .iter()
        .any(|part| holds(part))
}

#[cfg(test)]
mod tests;
