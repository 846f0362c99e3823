//! What is done in a day, by keyboard where a clerk would.

use std::path::Path;
use std::thread::JoinHandle;

use super::driver::{self, BACK, Browser, ENTER, TAB};
use super::office::Office;
use super::{log_in, welcome};
use crate::text;

/// Log in, import a statement, apply cash by keyboard.
pub(crate) fn the_morning(office: &Office, browser: &Browser) {
    welcome(browser, &office.first);
    browser.reads("Home");
    browser.press("g");
    browser.press_on("b");
    let statement = office.folder.path().join("statement.sta");
    browser.fill("/bank/import", "file", &statement.display().to_string());
    browser.send("/bank/import");
    browser.reads("mt940");
    browser.press("g");
    browser.press_on("c");
    browser.press_on("r");
    browser.reads("4 payments looked at, 1 applied");
    browser.reads("3 lines wait");
    // The first is as proposed; the second is divided between two invoices.
    browser.reads("RECHNUNG");
    browser.press_on("1");
    browser.reads("2 lines wait");
    browser.reads("DANKE");
    browser.press("a");
    browser.press(&format!("INV-2001{TAB}100.00{TAB}INV-1002{TAB}49.00"));
    assert_eq!(
        left(browser),
        "1.00",
        "what is left is shown while one types"
    );
    browser.press(&format!("{BACK}{BACK}{BACK}{BACK}{BACK}50.00"));
    assert_eq!(left(browser), "0.00");
    browser.press_on(ENTER);
    browser.reads("1 line waits");
    browser.reads("HELLO");
    // Nobody knows who it is: what is done about it is noted, by key.
    browser.press("n");
    browser.press("asked the bank who it is");
    browser.send_note();
    browser.reads("The note is kept");
    browser.reads("asked the bank who it is");
    browser.reads("maria, 20");
    let kept = office.asked(&["verify"]);
    assert!(kept.lines().all(|line| line.ends_with("ok")), "{kept}");
}

/// What the desk shows as left of the line.
fn left(browser: &Browser) -> String {
    let shown = browser.script(
        "return document.querySelector('[data-left]').textContent",
        &[],
    );
    shown.as_str().unwrap_or_default().to_owned()
}

/// The morning, a correction, a write-off by two people, and what the books say in the end.
pub(crate) fn the_day(office: &Office, browser: &Browser) {
    the_morning(office, browser);
    correct(browser);
    write_off(browser);
    look(browser);
    let sheet = export(office, browser);
    talk(browser);
    take_back(browser);
    issue(browser);
    take_in(office, browser);
    if let Some(sheet) = sheet {
        sheet.join().expect("the sheet has the figures");
    }
    browser.send("/logout");
    browser.go("/cash");
    assert!(browser.address().starts_with("/login"), "logged out");
    log_in(browser, "maria");
}

/// The money of Beta was not for Alpha's invoice: it is taken back and applied anew.
fn correct(browser: &Browser) {
    browser.press_on("v");
    browser.reads("1 wait");
    browser.click("nav.lines [data-row]:nth-child(2) a");
    browser.reads("DANKE");
    // What taking it back posts is shown first; the button that does it has the cursor.
    browser.press_on("u");
    browser.reads("Would be posted");
    browser.press_on(ENTER);
    browser.reads("Undone");
    browser.reads("DANKE");
    browser.press("a");
    browser.press(&format!("INV-2001{TAB}150.00"));
    browser.press_on(ENTER);
    browser.reads("Applied");
    // Nobody known is parked under the party that a telephone call named: the key asks for it.
    browser.reads("HELLO");
    browser.press("p");
    browser.press("C-1");
    browser.press_on(ENTER);
    browser.reads("Parked on account");
    // It turns out to be money of another: the key asks whose, the entry is seen before.
    browser.go("/cash?show=all");
    browser.click("nav.lines [data-row]:nth-child(1) a");
    browser.reads("HELLO");
    browser.press("m");
    browser.press("C-404");
    browser.press_on(ENTER);
    browser.reads("C-404");
    // The cursor is in the field; what stands there is marked and typed over.
    browser.script("document.activeElement.select()", &[]);
    browser.press("C-3");
    browser.click("form[action$='/move'] button[value='check']");
    browser.reads("Would be posted");
    browser.press_on(ENTER);
    browser.reads("Moved; it is unapplied with its party");
    browser.go("/customers/C-3");
    browser.reads("7.77");
    // And back to where the telephone call said.
    browser.go("/cash?show=all");
    browser.click("nav.lines [data-row]:nth-child(1) a");
    browser.press("m");
    browser.press("C-1");
    browser.press_on(ENTER);
    browser.reads("Moved");
    // What was noted about the line is in the picture of the party that it turned out to be of.
    browser.go("/customers/C-1");
    browser.reads("asked the bank who it is");
}

fn write_off(browser: &Browser) {
    browser.go("/people");
    for (name, value) in [("login", "sam"), ("name", "Sam"), ("role", "Senior A/R")] {
        browser.fill("/people/add", name, value);
    }
    browser.send("/people/add");
    let link = browser.script("return document.querySelector('p.mono').innerText", &[]);
    let link = link.as_str().expect("a link").to_owned();
    // Down from the aging to the document.
    browser.press("g");
    browser.press_on("a");
    browser.click("a[href='/customers/C-3']");
    browser.click_words("INV-3001");
    browser.fill("/ask/write_off", "amount", "5.50");
    browser.fill("/ask/write_off", "reason", "too small to pursue");
    browser.send("/ask/write_off");
    browser.reads("It waits for approval by somebody else");
    browser.send("/logout");
    welcome(browser, &link);
    browser.press("g");
    browser.press_on("o");
    browser.reads("too small to pursue");
    browser.click("button[value='approve']");
    browser.reads("Approved and done");
    browser.send("/logout");
    log_in(browser, "maria");
}

/// What was done is seen in aging, document and journal.
fn look(browser: &Browser) {
    browser.go("/aging?by=document");
    // 504.50 were open; 119, 80, 150 and 5.50 are gone.
    browser.reads("150.00");
    browser.press("/");
    browser.press("INV-3001");
    browser.press_on(ENTER);
    browser.reads("40.00");
    browser.press("g");
    browser.press_on("j");
    browser.reads("Write-off");
}

/// An application is taken back on the page of its document.
fn take_back(browser: &Browser) {
    browser.go("/search?q=INV-1001");
    browser.script("document.querySelector('details').open = true", &[]);
    let reason = "form[action^='/applications/'] [name='reason']";
    let typed = format!("document.querySelector(\"{reason}\").value = 'wrong customer'");
    browser.script(&typed, &[]);
    browser.click("form[action^='/applications/'] button");
    browser.reads("No entry is posted");
    browser.press_on(ENTER);
    browser.reads("The application is undone");
    browser.reads("119.00");
}

/// An invoice is looked at and issued by keyboard, then settled with a credit memo of its size.
fn issue(browser: &Browser) {
    for (kind, number) in [("invoice", "INV-"), ("credit_memo", "CM-")] {
        browser.go("/documents");
        browser.press_on("n");
        browser.go(&format!("/documents/new?kind={kind}&party=C-3"));
        browser.put("/documents/new", "issued_on", "2025-03-31");
        browser.put("/documents/new", "description", "Paper");
        browser.put("/documents/new", "unit_price", "10.00");
        browser.put("/documents/new", "memo", "as ordered");
        browser.send("/documents/new");
        browser.reads("Would be posted");
        browser.reads("10.00");
        browser.click("button[value='do']");
        if kind == "invoice" {
            browser.reads("is issued");
            browser.reads(number);
        }
    }
    browser.go("/customers/C-3");
    browser.click_words("Settle");
    browser.click("button[value='check']");
    browser.reads("What is settled");
}

/// Customers are taken in from a file, the same file once more, and one that is refused.
fn take_in(office: &Office, browser: &Browser) {
    let file = office.folder.path().join("more.csv");
    let good = "customer_id,name,country,currency\nC-9,Delta AG,DE,EUR\n";
    let bad = "customer_id,name,country,currency\nC-10,Epsilon AG,DE,GOLD\n";
    for (content, told) in [
        (good, "Accepted"),
        (good, "imported before"),
        (bad, "Nothing was imported"),
    ] {
        std::fs::write(&file, content).expect("a file");
        browser.press("g");
        browser.press_on("i");
        browser.fill("/imports", "file", &file.display().to_string());
        browser.send("/imports");
        browser.reads(told);
    }
    browser.reads("GOLD");
}

/// A contact is added, found wrong, and changed; a note is written.
fn talk(browser: &Browser) {
    browser.go("/customers/C-1");
    browser.script("document.querySelector('details').open = true", &[]);
    let form = "/parties/C-1/contacts";
    browser.fill(form, "name", "Ann Miller");
    browser.put(form, "email", "ann");
    browser.send_anyhow(form);
    browser.reads("`ann` is no e-mail address");
    browser.put(form, "email", "ann@alpha.example");
    browser.click(&format!("form[action='{form}'] button"));
    browser.reads("The contact is saved");
    browser.script("document.querySelector('td details').open = true", &[]);
    let change = "form[action^='/contacts/'][action$='/change']";
    let typed =
        format!("document.querySelector(\"{change} [name='telephone']\").value = '+49 30 123'");
    browser.script(&typed, &[]);
    browser.click(&format!("{change} button"));
    browser.reads("The contact is changed");
    browser.reads("+49 30 123");
    browser.fill("/parties/C-1/notes", "text", "promised to pay on Friday");
    browser.send("/parties/C-1/notes");
    browser.reads("promised to pay on Friday");
}

/// The aging as XLSX has the figures of the CSV, as LibreOffice reads it meanwhile.
fn export(office: &Office, browser: &Browser) -> Option<JoinHandle<()>> {
    browser.go("/aging");
    let here = browser.script(
        "document.querySelector('a[href^=\"/reports/aging.xlsx\"]').click()",
        &[],
    );
    assert!(here.is_null());
    let sheet = browser.downloaded("aging.xlsx");
    let Some(soffice) = driver::program(&["soffice", "libreoffice"]) else {
        eprintln!("skipped: no LibreOffice to open the XLSX");
        return None;
    };
    let told = office.asked(&["report", "aging", "--format", "csv"]);
    let folder = browser.folder.path().to_owned();
    Some(std::thread::spawn(move || {
        is_the_same(&soffice, &folder, &sheet, &told);
    }))
}

fn is_the_same(soffice: &Path, folder: &Path, sheet: &Path, told: &str) {
    let profile = format!("-env:UserInstallation=file://{}/office", folder.display());
    let converted = std::process::Command::new(soffice)
        .args([&profile, "--headless", "--convert-to", "csv", "--outdir"])
        .arg(folder)
        .arg(sheet)
        .output()
        .expect("LibreOffice runs");
    assert!(converted.status.success(), "{}", text(&converted.stderr));
    let opened = std::fs::read_to_string(folder.join("aging.csv")).expect("converted");
    let total = |csv: &str| csv.lines().find(|line| line.contains("TOTAL")).map(figures);
    assert_eq!(total(&opened), total(told), "{opened}\n{told}");
}

/// The figures of a row, without the zeros that only form shows.
fn figures(row: &str) -> Vec<String> {
    let is_figure = |cell: &&str| cell.ends_with(|last: char| last.is_ascii_digit());
    let plain = |cell: &str| match cell.split_once('.') {
        Some((whole, part)) => format!("{whole}.{part:0<2}"),
        None => format!("{cell}.00"),
    };
    row.split(',').filter(is_figure).map(plain).collect()
}
