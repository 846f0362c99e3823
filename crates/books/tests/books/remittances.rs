//! Remittance advices looked at: found, listed page by page, and told which line they explain.

use books::remittances::{self, AdvicePage, ShownAdvice};
use books::reports::lists::Ask;
use books::{Db, testing};
use domain::ids::FileId;

use crate::cash::{is_good, take, taken_over};
use crate::cash_runs::{ADVICES, DEPOSIT, FIRST, ITEMS, SECOND, run, take_remittances};
use crate::engines::{Fixture, context, on_every_engine};

const LATER: &str = "\
ISA*00*          *00*          *ZZ*PAYER          *ZZ*PAYEE          *250122*1200*U*00401*000000002*0*P*>~
GS*RA*PAYER*PAYEE*20250122*1200*2*X*004010~
ST*820*0001~
BPR*C*77*C*ACH*CTX*01*021000021*DA*777*1999999999**01*021000089*DA*998877*20250123~
TRN*1*REF-4711~
N1*PR*Nordwind 100% AG~
ENT*1~
RMR*IV*RG-2025-0199**77~
SE*7*0001~
GE*1*2~
IEA*1*000000002~
";

/// Runs a test on a book of each engine with two advices of one file, then a deposit, then one
/// advice in a folder.
fn on_every_book(name: &str, test: impl Fn(&Fixture, &Db)) {
    on_every_engine(name, |fixture| {
        let db = &fixture.db;
        taken_over(db, ITEMS);
        take_remittances(db, "advices.820", ADVICES);
        take_remittances(db, "deposit.csv", DEPOSIT);
        take_remittances(db, "march/Über_weg.820", LATER);
        test(fixture, db);
        is_good(db);
    });
}

fn shown(db: &Db, asked: &str) -> Result<Vec<ShownAdvice>, &'static str> {
    let all = db.read(&context(), None, |work| remittances::show(work, asked));
    all.map_err(|refused| refused.code())
}

fn page(db: &Db, ask: &Ask) -> Result<AdvicePage, &'static str> {
    let page = db.read(&context(), None, |work| remittances::page(work, ask));
    page.map_err(|refused| refused.code())
}

/// The totals of the advices that a filter leaves.
fn totals(db: &Db, name: &str, value: &str) -> Result<Vec<String>, &'static str> {
    let filters = vec![(name.to_owned(), value.to_owned())];
    let found = page(
        db,
        &Ask {
            filters,
            ..Ask::default()
        },
    )?;
    assert_eq!(found.next, None);
    let totals = found.advices.iter().filter_map(|one| one.advice.total);
    Ok(totals.map(|total| total.to_string()).collect())
}

#[test]
fn an_advice_shows_what_was_read_and_which_line_it_explains() {
    on_every_book("advices_shown", |_, db| {
        take(db, None, "1.sta", FIRST);
        run(db);
        let both = shown(db, "advices.820").expect("two advices");
        let [first, second] = &both[..] else {
            panic!("{both:?}");
        };
        let paid = |at: usize| first.advice.items[at].paid.map(|paid| paid.to_string());
        assert_eq!(first.advice.items[0].document, "RG-2025-0103");
        assert_eq!([paid(0), paid(1)], [Some("310".into()), Some("190".into())]);
        assert_eq!(first.joined.len(), 1);
        assert_eq!(first.joined[0].outcome, "applied");
        assert_eq!(first.why_not, None);
        assert_eq!(second.joined, []);
        let why_not = |one: &ShownAdvice| one.why_not.as_ref().map(ToString::to_string);
        assert_eq!(
            why_not(second).as_deref(),
            Some("no payment of 400.00 EUR has come")
        );
        assert_eq!(
            shown(db, &second.id).expect("by its id"),
            std::slice::from_ref(second)
        );
        assert_eq!(shown(db, "nothing.eml"), Err("unknown_remittance"));
        assert_eq!(shown(db, " "), Err("unknown_remittance"));
        take(db, None, "2.sta", SECOND);
        let why = why_not(&shown(db, &second.id).expect("by its id")[0]);
        let why = why.unwrap_or_default();
        assert!(why.ends_with("has not been run yet"), "{why}");
        // The line names the advice, too.
        let line = first.joined[0].name();
        let desk = |work: &mut books::Work<'_>| books::cash::desk::show(work, &line);
        let told = db.read(&context(), None, desk).expect("shown");
        assert_eq!(told["decisions"][0]["advice"]["id"], first.id.as_str());
        assert_eq!(told["decisions"][0]["advice"]["file"], "advices.820");
    });
}

#[test]
fn an_advice_is_found_by_file_id_or_reference_and_its_file_is_handed_out() {
    on_every_book("advices_found", |fixture, db| {
        let by_name = shown(db, "Über_weg.820").expect("by the end of its name");
        assert_eq!(by_name.len(), 1);
        for asked in ["march/Über_weg.820", "REF-4711", &by_name[0].id] {
            assert_eq!(shown(db, asked).as_ref(), Ok(&by_name), "{asked}");
        }
        for asked in ["weg.820", "Über%weg.820", "deposit.csv", "EF-4711"] {
            assert_eq!(shown(db, asked), Err("unknown_remittance"), "{asked}");
        }
        let source = |id: &str| {
            let found = db.read(&context(), None, |work| remittances::source(work, id));
            found.expect("looked for")
        };
        let file = ("march/Über_weg.820".to_owned(), LATER.as_bytes().to_vec());
        assert_eq!(source(&by_name[0].id), Some(file));
        // Other files are none of an advice.
        take(db, None, "1.sta", FIRST);
        let statement = "SELECT MAX(id) FROM source_file WHERE purpose = 'statements'";
        let statement = testing::count(&fixture.url, statement).expect("a file");
        for id in [
            format!("{}.0", FileId(statement)),
            "line_1.0".into(),
            "file_1".into(),
        ] {
            assert_eq!(source(&id), None, "{id}");
            let one = db.read(&context(), None, |work| remittances::one(work, &id));
            assert_eq!(one.expect("looked for"), None, "{id}");
        }
    });
}

#[test]
fn advices_come_page_by_page_and_are_narrowed() {
    on_every_book("advices_paged", |_, db| {
        let ask = |after: Option<String>| Ask {
            after,
            limit: Some(2),
            ..Ask::default()
        };
        let first = page(db, &ask(None)).expect("a page");
        let files: Vec<&str> = first.advices.iter().map(|one| &*one.file).collect();
        assert_eq!(files, ["march/Über_weg.820", "advices.820"]);
        assert_eq!(first.read_back_to, None);
        assert_eq!(first.next.as_ref(), Some(&first.advices[1].id));
        let second = page(db, &ask(first.next)).expect("a page");
        assert_eq!(second.advices.len(), 1);
        assert_eq!(second.advices[0].advice.total, Some(400.into()));
        assert_eq!(second.next, None);
        let after_file = second.advices[0].id.split_once('.').expect("a place").0;
        let none = page(db, &ask(Some(after_file.to_owned()))).expect("a page");
        assert_eq!(none.advices, []);
        let some = |name: &str, value: &str| totals(db, name, value).expect(value);
        assert_eq!(some("file", "ADVICES.8"), ["500", "400"]);
        assert_eq!(some("file", "weg%"), [""; 0]);
        assert_eq!(some("text", "nordwind 100% ag"), ["77"]);
        assert_eq!(some("text", "rg-2025-0104"), ["500"]);
        assert_eq!(some("text", "ref-4711"), ["77"]);
        assert_eq!(some("from", "2025-03-31").len(), 3);
        assert_eq!(some("from", "2025-04-01"), [""; 0]);
        assert_eq!(some("to", "2025-03-30"), [""; 0]);
        assert_eq!(some("explains", "payment"), [""; 0]);
        take(db, None, "1.sta", FIRST);
        run(db);
        assert_eq!(some("explains", "payment"), ["500"]);
        assert_eq!(some("explains", "nothing"), ["77", "400"]);
        take(db, None, "2.sta", SECOND);
        run(db);
        assert_eq!(some("explains", "payment"), ["500", "400"]);
        assert_eq!(some("explains", "nothing"), ["77"]);
        for (name, value, code) in [
            ("explains", "everything", "not_a_value"),
            ("from", "soon", "not_a_value"),
            ("color", "red", "unknown_filter"),
        ] {
            assert_eq!(totals(db, name, value), Err(code), "{name}");
        }
        let wrong = ask(Some("yesterday".into()));
        assert_eq!(page(db, &wrong).map(|_| ()), Err("not_a_cursor"));
        let many = Ask {
            limit: Some(501),
            ..Ask::default()
        };
        assert_eq!(page(db, &many).map(|_| ()), Err("not_a_limit"));
    });
}
