//! Certificates from the command line: kept with their paper, asked for by letters, charged back.

use std::fs;

use crate::{assert_good, founded, json, refused};

const INVOICE: &str = r#"{"kind":"invoice","party":"C-1","issued_on":"2026-01-20",
 "memo":"sold","lines":[{"unit_price":"100.00","tax_rate":"0"}]}"#;
const RECEIPT: &str = r#"{"kind":"receipt","party":"C-1","issued_on":"2026-02-20",
 "amount":"90.00","currency":"EUR"}"#;

#[test]
fn tax_withheld_is_asked_for_covered_and_charged_back() {
    let files = [
        (
            "customers.csv",
            "customer_id,name,country,email\nC-1,Alpha SA,FR,ap@alpha.example\n",
        ),
        ("invoice.json", INVOICE),
        ("receipt.json", RECEIPT),
        ("scan.pdf", "%PDF-1.4"),
    ];
    let folder = founded("olga", &files);
    let path = folder.path();
    let run = |words: &str| {
        let words: Vec<&str> = words.split_whitespace().collect();
        json(path, "olga", &words)
    };
    run("import customers customers.csv");
    run("document issue invoice.json");
    run("document issue receipt.json");
    run("item apply INV-000001 --with RCT-000001 --withholding 10.00EUR --on 2026-02-20");
    let told = run("certificate ask --dry-run --as-of 2026-03-01");
    assert_eq!(told[0]["awaited"][0]["amount"], "10.00", "{told}");
    assert!(!path.join("letters").exists(), "nothing is written");
    let asked = run("certificate ask --as-of 2026-03-01");
    assert_eq!(asked[0]["to"], "ap@alpha.example", "{asked}");
    let letter = asked[0]["letter"].as_str().expect("a letter");
    let letter = fs::read_to_string(path.join(letter)).expect("written");
    assert!(
        letter.contains("INV-000001") && letter.contains("10,00 EUR"),
        "{letter}"
    );
    assert_eq!(
        run("certificate ask --as-of 2026-03-02"),
        serde_json::json!([])
    );
    let id = asked[0]["id"].as_str().expect("an asking");
    let again = run(&format!("certificate letter {id} --out again"));
    let again = path.join(again["letter"].as_str().expect("a letter"));
    assert_eq!(fs::read_to_string(again).expect("written"), letter);
    let kept = run(
        "certificate add C-1 --number A/1 --authority DGFiP --country FR \
        --issued 2026-04-01 --from 2026-01-01 --until 2026-03-31 --amount 4.00EUR --file scan.pdf",
    );
    assert_eq!(kept["covers"][0]["amount"]["amount"], "4.00", "{kept}");
    let shown = run("certificate show A/1");
    assert_eq!(shown["certificate"]["state"], "used", "{shown}");
    assert_eq!(shown["certificate"]["file"], "scan.pdf", "{shown}");
    assert_eq!(run("certificate list --party C-1")[0]["number"], "A/1");
    let charge = [
        "certificate",
        "charge-back",
        "TW-000001",
        "--amount",
        "7.00EUR",
        "--reason",
        "x",
    ];
    assert_eq!(refused(path, "olga", &charge), "covered_by_certificate");
    run("certificate charge-back TW-000001 --reason none");
    let report = run("report withholding");
    assert_eq!(report["rows"][0]["awaited"]["amount"], "0.00", "{report}");
    let aging = run("report aging --as-of 2026-12-31");
    assert!(aging.to_string().contains("6.00"), "{aging}");
    run("certificate uncover A/1 TW-000001");
    run("certificate cover A/1");
    run("certificate withdraw A/1 --reason forged");
    assert_eq!(run("certificate policy")["state"], "30");
    run("certificate policy 45 --reason quarterly");
    assert_good(path);
}
