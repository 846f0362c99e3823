//! Money in another currency is posted at a rate of its days, or waits for one.

use formats::exchange::Kind as File;

use crate::cash::{is_good, outcomes, take};
use crate::cash_runs::run;
use crate::engines::{context, found, on_every_engine};

const COMPANY: &str = r#"{ "names": ["Nordlicht GmbH"], "accounts": [
  { "account": "USD", "id": "000445", "currency": "USD" } ] }"#;
const CUSTOMERS: &str = "customer_id,name,country,currency\nK1,Harbor Supply Inc,US,USD\n";
const ITEMS: &str = "document_number,type,customer_id,issue_date,due_date,currency,amount,\
open_amount\nHB-20250101,invoice,K1,2025-01-10,2025-02-09,USD,100.00,100.00\n";
const STATEMENT: &str = ":20:ST1\n:25:000445\n:28C:1/1\n:60F:C250220USD0,00\n\
:61:2502200220C100,00NTRFNONREF//U-1\n\
:86:166?00GUTSCHRIFT?20SVWZ+HB-20250101?32HARBOR SUPPLY INC\n:62F:C250220USD100,00\n-\n";

fn rate(day: &str) -> String {
    format!("date,from_currency,to_currency,rate\n{day},USD,EUR,0.9\n")
}

#[test]
fn a_line_waits_for_a_rate_that_is_new_enough() {
    on_every_engine("cash_old_rate", |fixture| {
        let db = &fixture.db;
        found(db);
        for (kind, name, text) in [
            (File::Company, "company.json", COMPANY.to_owned()),
            (File::Customers, "customers.csv", CUSTOMERS.to_owned()),
            (File::Rates, "january.csv", rate("2025-01-15")),
            (File::OpenItems, "items.csv", ITEMS.to_owned()),
        ] {
            take(db, Some(kind), name, text);
        }
        take(db, None, "february.sta", STATEMENT);
        let waits = books::cash::apply(db, &context(), None, None, true).expect("run");
        let [why] = &waits.refused[..] else {
            panic!("{:?}", waits.refused);
        };
        let told = "the newest exchange rate for USD is of 2025-01-15, more than 35 days before \
                    2025-02-20; import rates and run again";
        assert!(why.contains(told), "{why}");
        is_good(db);

        take(db, Some(File::Rates), "february.csv", rate("2025-02-19"));
        run(db);
        assert_eq!(outcomes(db), ["U-1 100.00 applied K1"]);
        is_good(db);
    });
}
