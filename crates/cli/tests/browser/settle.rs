//! Netting, moving and taking for returned in the browser, by keyboard: what is refused stands
//! beside its field, and the entry is seen before the button that makes it.

use super::driver::{Browser, ENTER, TAB};
use super::office::Office;
use super::welcome;

const VENDOR: &str = "vendor_id,name,country,currency\nC-1,Alpha Ltd,DE,EUR\n";

const PAPERS: &str = r#"[
 {"kind":"bill","party":"C-1","number":"A-77","issued_on":"2025-03-01","currency":"EUR",
  "lines":[{"description":"Repairs","unit_price":"30.00"}]},
 {"kind":"receipt","party":"C-2","issued_on":"2025-03-31","currency":"EUR","amount":"20.00"},
 {"kind":"receipt","party":"C-3","issued_on":"2025-03-31","currency":"EUR","amount":"45.50"}]"#;

/// A customer who is a vendor, two receipts, and a bank account.
fn prepare(office: &Office) {
    for (name, content) in [("both.csv", VENDOR), ("papers.json", PAPERS)] {
        std::fs::write(office.folder.path().join(name), content).expect("a file");
    }
    office.asked(&["import", "vendors", "both.csv"]);
    office.asked(&["import", "statements", "statement.sta"]);
    office.asked(&["document", "issue", "papers.json"]);
}

/// Puts the cursor where a person would go with the tabulator.
fn cursor_at(browser: &Browser, form: &str, name: &str) {
    const FOCUS: &str = "const [form, name] = arguments; const field = \
        document.querySelector(`form[action$='${form}'] [name='${name}']`); \
        field.focus(); field.select?.()";
    browser.script(FOCUS, &[form.into(), name.into()]);
}

/// The field that has the cursor is the one that is refused, and says why.
fn is_refused(browser: &Browser, name: &str) {
    const SAID: &str = "const field = document.activeElement; \
        const why = document.getElementById(field.getAttribute('aria-describedby')); \
        return [field.name, field.getAttribute('aria-invalid'), !!why?.textContent.trim()]";
    let said = browser.script(SAID, &[]);
    let wanted = serde_json::json!([name, "true", true]);
    assert_eq!(said, wanted, "{}", browser.text());
}

/// The entry is shown, and the button that makes it has the cursor.
fn is_shown(browser: &Browser, deed: &str) {
    browser.reads("Would be posted");
    let button = "return document.activeElement.textContent";
    assert_eq!(browser.script(button, &[]), deed);
}

/// All of it.
pub(super) fn settling(office: &Office, browser: &Browser) {
    prepare(office);
    welcome(browser, &office.first);
    net(browser);
    moved(browser);
    returned(browser);
    let kept = office.asked(&["verify"]);
    assert!(kept.lines().all(|line| line.ends_with("ok")), "{kept}");
}

fn net(browser: &Browser) {
    browser.go("/parties/C-1/settle");
    cursor_at(browser, "/net", "limit");
    browser.press("5.00");
    browser.press_on(ENTER);
    is_refused(browser, "currency");
    browser.put("/parties/C-1/net", "currency", "EUR");
    browser.press(TAB);
    browser.press("much");
    browser.press_on(ENTER);
    is_refused(browser, "limit");
    cursor_at(browser, "/net", "limit");
    browser.press("10.00");
    browser.press_on(ENTER);
    is_shown(browser, "Net");
    browser.reads("10.00");
    browser.press_on(ENTER);
    browser.reads("It is netted");
    browser.go("/search?q=A-77");
    browser.reads("20.00");
}

fn moved(browser: &Browser) {
    browser.go("/search?q=RCT-000001");
    for (to, amount, name) in [
        ("C-404", "", "to"),
        ("C-2", "", "to"),
        ("C-1", "x", "amount"),
    ] {
        cursor_at(browser, "/move", "to");
        browser.press(&format!("{to}{TAB}{amount}"));
        browser.press_on(ENTER);
        is_refused(browser, name);
    }
    cursor_at(browser, "/move", "amount");
    browser.press("20.00");
    browser.press_on(ENTER);
    is_shown(browser, "Move");
    browser.press_on(ENTER);
    browser.reads("The receipt is moved");
}

fn returned(browser: &Browser) {
    browser.go("/search?q=RCT-000002");
    for (name, wrong) in [("amount", "much"), ("amount", "46.00"), ("fee", "x")] {
        cursor_at(browser, "/return", "reason");
        browser.press("R01 no money");
        cursor_at(browser, "/return", name);
        browser.press(wrong);
        browser.press_on(ENTER);
        is_refused(browser, name);
        cursor_at(browser, "/return", name);
        browser.press(super::driver::BACK);
    }
    browser.press("2.00");
    browser.press_on(ENTER);
    is_shown(browser, "Record as returned");
    browser.reads("45.50");
    browser.press_on(ENTER);
    browser.reads("It is recorded as returned");
}
