//! What the people and programs of the load do all day, through pages and REST.

use super::client::{Client, between};
use super::json::Json;
use super::load::Tally;
use super::statement::{Account, Payment, mt940, own_account};
use super::{mark_of_now, places};

/// The day on which the made-up statements are booked.
const DAY: &str = "2025-09-30";
/// Everybody's password.
const PASSWORD: &str = "three words in a row";

/// What somebody does.
#[derive(Clone, Copy)]
enum Job {
    /// Opens pages.
    Reads,
    /// Applies what waits at the cash desk, parks, takes back.
    Desk,
    /// Takes statements in and applies them through REST.
    Takes,
    /// Issues invoices through REST.
    Bills,
    /// Asks for write-offs.
    Asks,
    /// Approves, and takes reports away.
    Approves,
}

/// Somebody at work.
#[derive(Clone)]
pub(super) struct Worker {
    job: Job,
    client: Client,
    pages: Vec<String>,
    /// The bank account of the statements.
    account: Account,
    after: String,
    pub(super) dice: u64,
}

/// Everybody.
pub(super) type Staff = Vec<Worker>;

/// An open invoice.
struct Open {
    item: String,
    number: String,
    party: String,
    cents: u64,
}

/// Adds people and tokens with one role each, and lets them come in.
pub(super) fn hire(owner: &Client) -> Result<Staff, String> {
    let (pages, _) = places::all(owner)?;
    // What everybody sees differs from what few may see.
    let auditor = person(owner, "reader", "auditor")?;
    let account = own_account(owner)?;
    let worker = |job: Job, client: Client| Worker {
        job,
        client,
        pages: pages.clone(),
        account: account.clone(),
        after: String::new(),
        dice: 1,
    };
    Ok(vec![
        worker(Job::Reads, auditor.clone()),
        worker(Job::Reads, auditor),
        worker(Job::Desk, person(owner, "clerk-a", "cash_application")?),
        worker(Job::Desk, person(owner, "clerk-b", "cash_application")?),
        worker(Job::Takes, token(owner, "taker", "ar_specialist")?),
        worker(Job::Bills, token(owner, "biller", "billing")?),
        worker(Job::Asks, token(owner, "credit", "credit")?),
        worker(Job::Approves, person(owner, "controller", "controller")?),
    ])
}

fn person(owner: &Client, name: &str, role: &str) -> Result<Client, String> {
    let login = format!("{name}-{}", mark_of_now());
    let page = owner.get("/people")?;
    let fields = [
        ("csrf", page.mark()),
        ("login", &*login),
        ("name", name),
        ("role", role),
        ("limit", ""),
        ("portfolio", ""),
    ];
    let answer = owner.post("/people/add", &fields)?;
    let link = answer.between("/welcome/", "<");
    let link = link.and_then(|link| link.split(['"', '<', ' ']).next());
    let link = link.ok_or_else(|| format!("{login} was not added: {}", answer.status))?;
    let mut client = Client::new(&owner.at);
    let answer = client.post(&format!("/welcome/{link}"), &[("password", PASSWORD)])?;
    client.keep(&answer)?;
    Ok(client)
}

/// A program with a role.
pub(super) fn token(owner: &Client, name: &str, role: &str) -> Result<Client, String> {
    let name = format!("{name}-{}", mark_of_now());
    let page = owner.get("/people")?;
    let fields = [
        ("csrf", page.mark()),
        ("name", &*name),
        ("role", role),
        ("days", "2"),
    ];
    let answer = owner.post("/people/token", &fields)?;
    let secret = answer.all_between(">", "<");
    let secret = secret.into_iter().find(|text| is_secret(text));
    let mut client = Client::new(&owner.at);
    client.token = secret.ok_or_else(|| format!("no token for {name}: {}", answer.status))?;
    Ok(client)
}

fn is_secret(text: &str) -> bool {
    let text = text.trim();
    64 <= text.len() && !text.contains(char::is_whitespace)
}

impl Worker {
    /// Does the next thing.
    pub(super) fn act(&mut self, tally: &Tally) {
        match self.job {
            Job::Reads => self.read(tally),
            Job::Desk => self.desk(tally),
            Job::Takes => self.take(tally),
            Job::Bills => self.bill(tally),
            Job::Asks => self.ask(tally),
            Job::Approves => self.approve(tally),
        }
    }

    /// A number below another, from a seeded row.
    fn roll(&mut self, below: usize) -> usize {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        (self.dice % below.max(1) as u64) as usize
    }

    fn read(&mut self, tally: &Tally) {
        let at = self.roll(self.pages.len());
        if let Some(page) = self.pages.get(at) {
            let expected: &[&str] = if page.starts_with("/journal/new") {
                &["403"]
            } else {
                &[]
            };
            tally.count("page", self.client.get(page), expected);
        }
    }

    fn desk(&mut self, tally: &Tally) {
        let is_back = self.roll(4) == 0;
        let path = if is_back { "/cash?show=all" } else { "/cash" };
        let Some(desk) = tally.count("desk: open", self.client.get(path), &[]) else {
            return;
        };
        let lines = desk.all_between("href=\"/cash?line=", "\"");
        let at = self.roll(lines.len());
        let Some(line) = lines.get(at) else {
            return;
        };
        let shown = self.client.get(&format!("/cash?line={line}"));
        let Some(shown) = tally.count("desk: line", shown, &["unknown_line", "404"]) else {
            return;
        };
        let form = |verb: &str| shown.between("action=\"/cash/", &format!("/{verb}\""));
        let name = line.split('&').next().unwrap_or_default();
        let mark = shown.mark();
        let to = |verb: &str| format!("/cash/{name}/{verb}");
        // Two work at one desk: what one settled the other finds settled. Refunds and what is
        // given up are not theirs to do.
        let settled = ["422", "409", "403"];
        if is_back && form("undo").is_some() {
            // Its entry is looked at before it is made.
            let looked = self.client.post(&to("undo"), &[("csrf", mark)]);
            let looked = tally.count("desk: look at taking back", looked, &settled);
            let seen = looked.and_then(|page| {
                let seen = page.between("name=\"seen\" value=\"", "\"");
                seen.map(str::to_owned)
            });
            if let Some(seen) = seen {
                let fields = [("csrf", mark), ("act", "do"), ("seen", &*seen)];
                let done = self.client.post(&to("undo"), &fields);
                tally.count("desk: take back", done, &settled);
            }
        } else if shown.body.contains(&format!("action=\"{}\"", to("accept"))) {
            let fields = [("csrf", mark), ("rank", "1"), ("next", "")];
            let done = self.client.post(&to("accept"), &fields);
            tally.count("desk: accept", done, &settled);
        } else if shown.body.contains(&format!("action=\"{}\"", to("park"))) {
            let party = self.party(tally);
            let fields = [("csrf", mark), ("party", &*party), ("next", "")];
            let done = self.client.post(&to("park"), &fields);
            tally.count("desk: park", done, &settled);
        }
    }

    /// The code of some customer.
    fn party(&mut self, tally: &Tally) -> String {
        let page = tally.count("page", self.client.get("/customers"), &[]);
        let codes = page.map(|page| page.all_between("href=\"/customers/", "\""));
        let codes = codes.unwrap_or_default();
        let at = self.roll(codes.len());
        codes.get(at).cloned().unwrap_or_default()
    }

    /// Some open invoices in the currency of the bank account, further down the list each time.
    fn open(&mut self, tally: &Tally) -> Vec<Open> {
        let mut path = "/api/v1/documents?kind=invoice&open=yes&limit=50".to_owned();
        if !self.after.is_empty() {
            path.push_str(&format!("&after={}", self.after));
        }
        let answer = tally.count("rest: open invoices", self.client.get(&path), &[]);
        let json = answer.and_then(|answer| Json::read(&answer.body));
        let Some(json) = json else {
            return Vec::new();
        };
        json.text(&["next"]).clone_into(&mut self.after);
        let rows = json.list("data").iter();
        let own = &self.account.currency;
        rows.filter(|row| row.text(&["open", "currency"]) == own)
            .filter_map(|row| {
                Some(Open {
                    item: row.text(&["item_id"]).to_owned(),
                    number: row.text(&["number"]).to_owned(),
                    party: row.text(&["party_code"]).to_owned(),
                    cents: cents(row.text(&["open", "amount"]))?,
                })
            })
            .filter(|open| 100 < open.cents)
            .collect()
    }

    fn take(&mut self, tally: &Tally) {
        let open = self.open(tally);
        let count = 1 + self.roll(5);
        let payments: Vec<Payment> = open
            .iter()
            .take(count)
            .map(|open| Payment {
                cents: open.cents,
                quotes: open.number.clone(),
                payer: "Load".to_owned(),
            })
            .collect();
        if payments.is_empty() {
            return;
        }
        let mark = mark_of_now();
        let file = mt940(&self.account, mark, DAY, &payments);
        let headers = [("Idempotency-Key", &*format!("statement-{mark}"))];
        let path = "/api/v1/bank-statements";
        let taken = self.client.send("POST", path, &headers, &file);
        if tally.count("rest: statement", taken, &[]).is_none() {
            return;
        }
        let lines = self.client.get("/api/v1/bank-lines?limit=20");
        let lines = tally.count("rest: bank lines", lines, &[]);
        let Some(lines) = lines.and_then(|lines| Json::read(&lines.body)) else {
            return;
        };
        for line in lines.list("data") {
            let reference = line.text(&["reference"]);
            let place = reference.strip_prefix(&mark.to_string());
            let place = place.and_then(|place| place.parse::<usize>().ok());
            if let Some(open) = place.and_then(|place| open.get(place)) {
                self.apply(tally, line.text(&["id"]), open);
            }
        }
    }

    fn apply(&mut self, tally: &Tally, line: &str, open: &Open) {
        // What is open may have been written off or paid since.
        let changed = [
            "does_not_fit",
            "unknown_document",
            "too_much",
            "line_settled",
        ];
        let path = format!("/api/v1/bank-lines/{line}/apply");
        let body = format!(
            "{{\"parts\":[{{\"document\":\"{}/{}\"}}]}}",
            open.party, open.number
        );
        let key = format!("apply-{line}");
        let done = self.client.rest(&path, &key, &body);
        if tally.count("rest: apply", done, &changed).is_none() {
            return;
        }
        // The same request again is answered with the same.
        if self.roll(5) == 0 {
            let again = self.client.rest(&path, &key, &body);
            tally.count("rest: apply again", again, &[]);
        }
        if self.roll(3) == 0 {
            let path = format!("/api/v1/bank-lines/{line}/undo");
            let undone = self.client.rest(&path, &format!("undo-{line}"), "{}");
            tally.count("rest: undo", undone, &["nothing_to_undo"]);
        }
    }

    fn bill(&mut self, tally: &Tally) {
        let open = self.open(tally);
        let at = self.roll(open.len());
        let Some(party) = open.get(at).map(|open| &open.party) else {
            return;
        };
        let today = self.client.get("/api/v1/periods");
        tally.count("rest: periods", today, &[]);
        let body = format!(
            "{{\"kind\":\"document\",\"reason\":\"load\",\"document\":{{\"kind\":\"invoice\",\
             \"party\":\"{party}\",\"issued_on\":\"{DAY}\",\"currency\":\"EUR\",\"lines\":[\
             {{\"description\":\"Paper\",\"quantity\":\"2\",\"unit_price\":\"10.50\",\
             \"tax_rate\":\"19\"}}]}}}}"
        );
        let key = format!("invoice-{}", mark_of_now());
        let asked = self.client.rest("/api/v1/approvals", &key, &body);
        tally.count("rest: invoice", asked, &[]);
    }

    fn ask(&mut self, tally: &Tally) {
        let open = self.open(tally);
        let at = self.roll(open.len());
        let Some(open) = open.get(at) else {
            return;
        };
        let body = format!(
            "{{\"kind\":\"write_off\",\"reason\":\"load\",\"item\":\"{}\",\"on\":\"{DAY}\",\
             \"amount\":{{\"amount\":\"1.00\",\"currency\":\"{}\"}}}}",
            open.item, self.account.currency
        );
        let key = format!("write-off-{}", mark_of_now());
        let asked = self.client.rest("/api/v1/approvals", &key, &body);
        tally.count("rest: ask for a write-off", asked, &[]);
    }

    fn approve(&mut self, tally: &Tally) {
        let Some(page) = tally.count("approvals: open", self.client.get("/approvals"), &[]) else {
            return;
        };
        let waiting = page.all_between("action=\"/approvals/req_", "\"");
        for request in waiting.iter().take(5) {
            let fields = [
                ("csrf", page.mark()),
                ("verdict", "approve"),
                ("reason", ""),
            ];
            let path = format!("/approvals/req_{request}");
            let done = self.client.post(&path, &fields);
            // Since it was asked for, the item may have been paid.
            tally.count("approvals: approve", done, &["422", "409"]);
        }
        let files = [
            "/reports/trial-balance.xlsx",
            "/reports/tie-out.csv",
            "/reports/cash-position.csv",
            "/reports/aging.csv?by=currency",
        ];
        let at = self.roll(files.len() * 4);
        if let Some(file) = files.get(at) {
            tally.count("export", self.client.get(file), &[]);
        }
    }
}

/// Cents of an amount like `1234.50`.
fn cents(amount: &str) -> Option<u64> {
    let digits = amount.replace('.', "");
    let is_plain = between(&format!("{amount}|"), ".", "|").is_some_and(|cents| cents.len() == 2);
    is_plain.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_are_read_of_plain_amounts_alone() {
        assert_eq!(cents("12.30"), Some(1_230));
        assert_eq!(cents("-12.30"), None);
        assert_eq!(cents("12"), None);
    }
}
