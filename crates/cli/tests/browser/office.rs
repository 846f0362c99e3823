//! A book of its own with a server over it, started as a person would.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::{duebook, text};

const CUSTOMERS: &str = "\
customer_id,name,country,currency,parent_id,email,payment_terms,known_bank_accounts,aliases
C-1,Alpha Ltd,DE,EUR,,,NET30,,
C-2,Beta Werke GmbH,DE,EUR,,ap@beta.example,NET30,DE02120300000000202051,
C-3,Gamma AG,DE,EUR,,,NET30,,
";

const VENDORS: &str = "\
vendor_id,name,country,currency,payment_terms
V-1,Papier & Söhne,DE,EUR,NET30
";

const ITEMS: &str = "\
document_number,type,customer_id,issue_date,due_date,currency,amount,open_amount
INV-1001,invoice,C-1,2025-01-10,2025-02-09,EUR,119.00,119.00
INV-1002,invoice,C-1,2025-01-20,2025-02-19,EUR,60.00,60.00
INV-2001,invoice,C-2,2025-01-10,2025-02-09,EUR,200.00,200.00
INV-2002,invoice,C-2,2025-01-15,2025-02-14,EUR,80.00,80.00
INV-3001,invoice,C-3,2025-02-15,2025-03-14,EUR,45.50,45.50
";

/// One payment that quotes its invoice, two that say nothing of a payer who is known, and one of
/// nobody known.
const STATEMENT: &str = ":20:S1\r\n:25:DE89370400440532013000\r\n:28C:1/1\r\n\
:60F:C250330EUR100,00\r\n\
:61:2503310331C119,00NTRFNONREF//A1\r\n:86:166?00UEBERWEISUNG?20INV-1001?32Alpha Ltd\r\n\
:61:2503310331C80,00NTRFNONREF//A2\r\n\
:86:166?00UEBERWEISUNG?20RECHNUNG?31DE02120300000000202051?32Beta Werke GmbH\r\n\
:61:2503310331C150,00NTRFNONREF//A3\r\n\
:86:166?00UEBERWEISUNG?20DANKE?31DE02120300000000202051?32Beta Werke GmbH\r\n\
:61:2503310331C7,77NTRFNONREF//A4\r\n:86:166?00UEBERWEISUNG?20HELLO?32Nobody Knows\r\n\
:62F:C250331EUR456,77\r\n-\r\n";

/// A book and its server; both go when dropped.
pub(crate) struct Office {
    /// Where the book and its files are.
    pub(crate) folder: tempfile::TempDir,
    /// The server's address.
    pub(crate) base: String,
    /// The founder's one-time link.
    pub(crate) first: String,
    db: String,
    server: Child,
}

impl Office {
    /// A book at a database, or in a file of the folder.
    pub(crate) fn open(db: Option<String>) -> Office {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let db = db.unwrap_or_else(|| "sqlite:duebook.db".to_owned());
        for (name, content) in [
            ("customers.csv", CUSTOMERS),
            ("vendors.csv", VENDORS),
            ("items.csv", ITEMS),
            ("statement.sta", STATEMENT),
        ] {
            std::fs::write(folder.path().join(name), content).expect("a file");
        }
        let founding = ["--name", "Nordlicht GmbH", "--currency", "EUR"];
        let founding = [&["init"][..], &founding, &["--country", "DE"]].concat();
        let as_owner = ["--db", &db, "--as", "maria"];
        for words in [
            &founding[..],
            &["import", "customers", "customers.csv"],
            &["import", "vendors", "vendors.csv"],
            &["import", "open-items", "items.csv"],
        ] {
            let done = duebook(folder.path(), &[&as_owner[..], words].concat());
            assert!(done.status.success(), "{words:?}: {}", text(&done.stderr));
        }
        let (server, base, first) = serve(folder.path(), &as_owner);
        Office {
            folder,
            base,
            first,
            db,
            server,
        }
    }

    /// What the command prints about the book.
    pub(crate) fn asked(&self, words: &[&str]) -> String {
        let globals = ["--db", &self.db, "--as", "maria"];
        let words = [&globals[..], words].concat();
        let done = duebook(self.folder.path(), &words);
        assert!(done.status.success(), "{words:?}: {}", text(&done.stderr));
        text(&done.stdout).to_owned()
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A server on a free port, its address, and the link it tells.
fn serve(folder: &Path, globals: &[&str]) -> (Child, String, String) {
    let mut server = Command::new(env!("CARGO_BIN_EXE_duebook"))
        .args(globals)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .current_dir(folder)
        .env_remove("DUEBOOK_DB")
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command is built");
    let stdout = server.stdout.take().expect("piped");
    let told: Vec<String> = BufReader::new(stdout)
        .lines()
        .take(2)
        .map(|line| line.expect("it tells where it listens"))
        .collect();
    let address = |line: Option<&String>| {
        let place = line.and_then(|line| line.split_once("http://"));
        let place = place.map(|(_, rest)| format!("http://{rest}"));
        place.unwrap_or_else(|| panic!("no address: {told:?}"))
    };
    let base = address(told.first()).trim_end_matches('/').to_owned();
    let first = address(told.get(1));
    // Nobody reads on: what it would tell later is of no matter here.
    let _ = std::io::stderr().flush();
    (server, base, first)
}
