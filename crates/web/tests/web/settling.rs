//! Settling in the browser: documents with credits, what is no cash, both sides of one party, and
//! receipts that are somebody else's or came back.

use crate::client::{Answer, Client};
use crate::server::on_every_engine;

const NEW: &str = "/documents/new";

/// The proof that was shown, in a hidden field.
fn seen(answer: &Answer) -> String {
    let after = answer.body.split("name=\"seen\" value=\"").nth(1);
    let seen = after.and_then(|rest| rest.split('"').next());
    seen.unwrap_or_else(|| panic!("nothing was shown: {}", answer.body))
        .to_owned()
}

/// Sends the form of a page, looks at what it does, and sends it again.
fn twice(client: &Client, page: &str, to: &str, fields: &[(&str, &str)]) -> Answer {
    let mut all = fields.to_vec();
    all.push(("act", "check"));
    let shown = client.submit(page, to, &all);
    assert_eq!(shown.status, 200, "{}", shown.body);
    let told = ["Would be posted", "No entry is posted"];
    assert!(
        told.iter().any(|text| shown.body.contains(text)),
        "{}",
        shown.body
    );
    let seen = seen(&shown);
    all.pop();
    // Who has not seen it does nothing.
    all.push(("act", "do"));
    let unseen = client.submit(page, to, &all);
    assert_eq!(unseen.status, 200, "{}", unseen.body);
    all.push(("seen", seen.as_str()));
    let done = client.submit(page, to, &all);
    assert_eq!(done.status, 303, "{}", done.body);
    done
}

/// Issues a document and answers with its path.
fn issue(client: &Client, fields: &[(&str, &str)]) -> String {
    let done = twice(client, NEW, NEW, fields);
    let to = done.header("location").unwrap_or_default();
    let path = to.split('?').next().unwrap_or_default();
    assert!(path.starts_with("/documents/doc_"), "{to}");
    path.to_owned()
}

fn receipt(client: &Client, amount: &str) -> String {
    issue(
        client,
        &[
            ("kind", "receipt"),
            ("party", "C-1"),
            ("issued_on", "2025-03-31"),
            ("currency", "EUR"),
            ("amount", amount),
            ("memo", "by cheque"),
        ],
    )
}

/// The item whose row of the form names a document.
fn item_of(page: &Answer, number: &str) -> String {
    let mark = format!("aria-label=\"Take {number}\"");
    let before = page.body.split(&mark).next().expect("its row");
    let after = before.rsplit("name=\"take\" value=\"").next();
    let item = after.and_then(|rest| rest.split('"').next());
    item.expect("an item").to_owned()
}

#[test]
fn an_invoice_is_settled_with_a_receipt_and_a_fee() {
    on_every_engine("settle_pages", |fixture| {
        let owner = fixture.owner();
        upload_bank(&owner);
        receipt(&owner, "115.00");
        let path = "/parties/C-1/settle";
        let form = owner.get(path);
        let (invoice, cash) = (item_of(&form, "INV-1"), item_of(&form, "RCT-000001"));
        let fields = [
            ("side", "receivable"),
            ("item", invoice.as_str()),
            ("amount", ""),
            ("item", cash.as_str()),
            ("amount", ""),
            ("take", invoice.as_str()),
            ("take", cash.as_str()),
            ("taken_of", invoice.as_str()),
            ("taken_kind", "fee"),
            ("taken_amount", "4.00"),
            ("discount", "none"),
        ];
        let wrong = |name: &str, value: &str, place: &str| {
            let mut all = fields.to_vec();
            all.retain(|(known, _)| *known != name || name == "amount");
            all.insert(1, (name, value));
            all.push(("act", "check"));
            let refused = owner.submit(path, path, &all);
            assert_eq!(refused.status, 422, "{name}: {}", refused.body);
            assert!(refused.body.contains(place), "{place}: {}", refused.body);
        };
        wrong("amount", "much", "id=\"wrong-amount-1\"");
        wrong("taken_amount", "much", "id=\"wrong-taken_amount-1\"");
        wrong("on", "never", "id=\"wrong-on\"");
        wrong("discount", "perhaps", "id=\"wrong-discount\"");
        twice(&owner, path, path, &fields);
        let page = owner.get("/open-items?party=C-1");
        assert!(!page.body.contains("INV-1</a>"), "{}", page.body);
        fixture.verify();
    });
}

#[test]
fn a_receipt_is_moved_and_another_comes_back() {
    on_every_engine("receipt_pages", |fixture| {
        let owner = fixture.owner();
        upload_bank(&owner);
        let first = receipt(&owner, "20.00");
        assert!(owner.get(&first).body.contains("Move it to whose it is"));
        let act = |page: &str, verb: &str, fields: &[(&str, &str)]| {
            owner.submit(page, &format!("{page}/{verb}"), fields)
        };
        let refused = act(&first, "move", &[("to", "nobody")]);
        assert_eq!(refused.status, 404, "{}", refused.body);
        assert!(refused.body.contains("class=\"error\""), "{}", refused.body);
        let refused = act(&first, "move", &[("to", ""), ("amount", "much")]);
        assert!(
            refused.body.contains("id=\"wrong-amount\""),
            "{}",
            refused.body
        );
        let to = |page: &str, verb: &str| format!("{page}/{verb}");
        twice(&owner, &first, &to(&first, "move"), &[("to", "")]);
        let second = receipt(&owner, "30.00");
        let refused = act(&second, "return", &[("reason", ""), ("fee", "")]);
        assert!(
            refused.body.contains("id=\"wrong-reason\""),
            "{}",
            refused.body
        );
        let back = [("reason", "R01 no money"), ("fee", "")];
        twice(&owner, &second, &to(&second, "return"), &back);
        let third = receipt(&owner, "40.00");
        let refused = act(&third, "reverse", &[("reason", "")]);
        assert!(
            refused.body.contains("id=\"wrong-reason\""),
            "{}",
            refused.body
        );
        let twice_typed = [("reason", "typed twice")];
        twice(&owner, &third, &to(&third, "reverse"), &twice_typed);
        assert_eq!(act(&third, "explode", &[("reason", "no")]).status, 404);
        let again = act(&third, "reverse", &[("reason", "typed twice")]);
        assert_eq!(again.status, 422, "{}", again.body);
        assert!(again.body.contains("class=\"error\""), "{}", again.body);
        // Who may not is not offered it.
        let auditor = fixture.person(&owner, "audit", "auditor");
        let page = auditor.get(&first);
        assert!(!page.body.contains("/return\""), "{}", page.body);
        assert!(
            !auditor
                .get("/parties/C-1/settle")
                .body
                .contains("name=\"take\"")
        );
        fixture.verify();
    });
}

#[test]
fn both_sides_of_one_party_are_netted() {
    on_every_engine("net_pages", |fixture| {
        let owner = fixture.owner();
        crate::uploads::take(
            &owner,
            "vendors",
            "vendor_id,name,country,currency\nC-1,Alpha Ltd,DE,EUR\n",
        );
        issue(
            &owner,
            &[
                ("kind", "bill"),
                ("party", "C-1"),
                ("number", "A-77"),
                ("issued_on", "2025-03-01"),
                ("description", "Repairs"),
                ("unit_price", "30.00"),
                ("memo", "as agreed"),
            ],
        );
        let path = "/parties/C-1/settle";
        assert!(owner.get(path).body.contains("What we owe them"));
        let net = |currency: &str, limit: &str| {
            let fields = [("currency", currency), ("limit", limit), ("on", "")];
            owner.submit(path, "/parties/C-1/net", &fields)
        };
        for (currency, limit, place) in [
            ("all", "5.00", "wrong-currency"),
            ("EUR", "much", "wrong-limit"),
            ("", "", "wrong-currency"),
        ] {
            let refused = net(currency, limit);
            assert_eq!(refused.status, 422, "{}", refused.body);
            let place = format!("id=\"{place}\"");
            assert!(refused.body.contains(&place), "{place}: {}", refused.body);
        }
        let fields = [("currency", "all"), ("limit", ""), ("on", "")];
        // It settles an invoice, which who pays vendors does not.
        let treasurer = fixture.person(&owner, "tess", "treasurer");
        let mut checked = fields.to_vec();
        checked.push(("act", "check"));
        let refused = treasurer.submit("/account", "/parties/C-1/net", &checked);
        assert_eq!(refused.status, 403, "{}", refused.body);
        twice(&owner, path, "/parties/C-1/net", &fields);
        assert!(
            !owner
                .get("/vendors/C-1")
                .body
                .contains("A-77</a></td><td>Bill")
        );
        fixture.verify();
    });
}

#[test]
fn a_treasurer_settles_bills_with_payments_and_no_invoices() {
    on_every_engine("settle_bills", |fixture| {
        let owner = fixture.owner();
        let vendor = "vendor_id,name,country,currency\nV-1,Supplies Ltd,DE,EUR\n";
        crate::uploads::take(&owner, "vendors", vendor);
        let bill = [
            ("kind", "bill"),
            ("party", "V-1"),
            ("number", "A-77"),
            ("issued_on", "2025-03-01"),
            ("description", "Repairs"),
            ("unit_price", "30.00"),
            ("memo", "as agreed"),
        ];
        let bill = issue(&owner, &bill);
        receipt(&owner, "20.00");
        let treasurer = fixture.person(&owner, "tess", "treasurer");
        let payment = [
            ("kind", "payment"),
            ("party", "V-1"),
            ("issued_on", "2025-03-30"),
            ("currency", "EUR"),
            ("amount", "30.00"),
        ];
        issue(&treasurer, &payment);
        let settle = |party: &str, numbers: [&str; 2]| {
            let path = format!("/parties/{party}/settle");
            let form = owner.get(&path);
            let items = numbers.map(|number| item_of(&form, number));
            let mut fields = vec![("discount", "in_time")];
            for item in &items {
                fields.extend([("item", item.as_str()), ("amount", ""), ("take", item)]);
            }
            fields.push(("act", "check"));
            let shown = treasurer.submit("/account", &path, &fields);
            if shown.status == 200 {
                fields.pop();
                // The page that shows the entry has more empty rows than the one before.
                assert!(shown.body.contains("name=\"taken_of\""), "{}", shown.body);
                let seen = seen(&shown);
                fields.extend([("taken_of", items[0].as_str()), ("taken_kind", "fee")]);
                fields.extend([("taken_amount", ""), ("other", ""), ("other_role", "with")]);
                fields.extend([("other_amount", ""), ("act", "do"), ("seen", &seen)]);
                let done = treasurer.submit(&path, &path, &fields);
                assert_eq!(done.status, 303, "{}", done.body);
            }
            shown
        };
        let settled = settle("V-1", ["A-77", "PAY-000001"]);
        assert_eq!(settled.status, 200, "{}", settled.body);
        let page = treasurer.get(&bill);
        assert!(page.body.contains("PAY-000001"), "{}", page.body);
        // Cash of customers is applied by others.
        let refused = settle("C-1", ["INV-2", "RCT-000001"]);
        assert_eq!(refused.status, 403, "{}", refused.body);
        let form = treasurer.get("/parties/C-1/settle");
        assert!(!form.body.contains("name=\"take\""), "{}", form.body);
        assert!(!treasurer.get("/customers/C-1").body.contains("/settle"));
        fixture.verify();
    });
}

/// An own bank account comes with a statement.
fn upload_bank(owner: &Client) {
    crate::work::take_statement(owner);
}
