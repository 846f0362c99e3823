//! Customers and vendors: new ones are added, known ones brought up to date.

use std::collections::{HashMap, HashSet};

use domain::access::{Area, Portfolio, Verb};
use domain::calendar::PaymentTerms;
use domain::credit::Limit;
use domain::documents::Side;
use domain::ids::PartyId;
use domain::money::{Currency, Money};
use domain::parties::is_mistyped_iban;
use formats::Problem;
use formats::exchange::{PartyRow, customers, vendors};
use serde_json::{Value as Json, json};

use crate::access;
use crate::approvals::{self, Asked, Wish};
use crate::credit;
use crate::failure::Outcome;
use crate::imports::sql::{self, StoredParty};
use crate::imports::withheld::Withheld;
use crate::imports::{ImportReport, Source};
use crate::work::Work;

/// What the file makes of its parties.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Customer,
    Vendor,
}

pub(super) fn take(
    work: &mut Work<'_>,
    source: &Source<'_>,
    role: Role,
    report: &mut ImportReport,
) -> Outcome<()> {
    let known = sql::parties(work)?;
    let reader = source.reader()?;
    let rows = match role {
        Role::Customer => customers(reader),
        Role::Vendor => vendors(reader),
    };
    let mut held = Held::open(work, role)?;
    let mut withheld = Withheld::open(work)?;
    let mut seen: HashMap<String, usize> = HashMap::new();
    let (mut fresh, mut changed, mut details) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let (line, row) = match row {
            Ok(found) => found,
            Err(problem) => {
                report.problems.push(problem);
                continue;
            }
        };
        if let Some(earlier) = seen.insert(row.party_id.clone(), line) {
            let code = &row.party_id;
            let what = format!("{code} stands in row {earlier} already; keep one of them");
            report
                .problems
                .push(Problem::error(format!("row {line}"), what));
            continue;
        }
        let stored = known.get(&row.party_id);
        let id = stored.map_or_else(|| PartyId(work.ids.take()), |stored| stored.id);
        if !is_sound((line, &row), role, stored, report) {
            continue;
        }
        let Some(row) = held.allow((line, row), stored, report) else {
            continue;
        };
        if held.keeps_new(line, &row, stored, report) {
            continue;
        }
        if !held.keeps_limit((line, &row), stored, report) {
            continue;
        }
        withheld.keep(line, &row, id);
        let party = party_of(&row, role, id, stored, work);
        match stored {
            None => {
                report.accepted += 1;
                fresh.push((row.party_id.clone(), party));
            }
            Some(stored) if *stored == party => report.already_known += 1,
            Some(_) => {
                report.accepted += 1;
                changed.push((row.party_id.clone(), party));
            }
        }
        details.push((id, row));
    }
    let waiting = held.new.iter().map(|row| (PartyId(0), row.clone()));
    let all: Vec<(PartyId, PartyRow)> = details.iter().cloned().chain(waiting).collect();
    check_parents(&known, &seen, &all, report);
    keep(work, &known, (&fresh, &changed), &details)?;
    withheld.take(work, report)?;
    held.ask(work, report)
}

/// Parties by their codes.
type Coded = [(String, StoredParty)];

fn keep(
    work: &mut Work<'_>,
    known: &HashMap<String, StoredParty>,
    (fresh, changed): (&Coded, &Coded),
    details: &[(PartyId, PartyRow)],
) -> Outcome<()> {
    sql::insert_parties(work, fresh)?;
    sql::update_parties(work, changed)?;
    for (code, party) in changed {
        let before = known.get(code).map(|stored| format!("{stored:?}"));
        let detail = json!({ "before": before, "after": format!("{party:?}") });
        work.note("party.change", code, detail);
    }
    Ok(sql::insert_party_details(work, details)?)
}

/// Is the party not there yet, or not on this side of the house?
fn is_new(role: Role, stored: Option<&StoredParty>) -> bool {
    stored.is_none_or(|stored| match role {
        Role::Customer => !stored.is_customer,
        Role::Vendor => !stored.is_vendor,
    })
}

fn role_of(side: Side) -> Role {
    match side {
        Side::Receivable => Role::Customer,
        Side::Payable => Role::Vendor,
    }
}

/// Of some rows those whose party is not there yet.
pub(crate) fn not_yet(
    work: &mut Work<'_>,
    side: Side,
    rows: &[PartyRow],
) -> Outcome<Vec<PartyRow>> {
    let known = sql::parties(work)?;
    let is_new = |row: &&PartyRow| is_new(role_of(side), known.get(&row.party_id));
    Ok(rows.iter().filter(is_new).cloned().collect())
}

/// Adds parties that others approved.
pub(crate) fn add_parties(work: &mut Work<'_>, side: Side, rows: &[PartyRow]) -> Outcome<()> {
    let known = sql::parties(work)?;
    let role = role_of(side);
    let (mut fresh, mut changed, mut details) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let stored = known.get(&row.party_id);
        let id = stored.map_or_else(|| PartyId(work.ids.take()), |stored| stored.id);
        let mut party = party_of(row, role, id, stored, work);
        if let Some(stored) = stored {
            // What stands on a known party stays: only the other side of the house is new.
            party = StoredParty {
                is_customer: party.is_customer,
                is_vendor: party.is_vendor,
                ..stored.clone()
            };
        }
        match stored {
            None => fresh.push((row.party_id.clone(), party)),
            Some(_) => changed.push((row.party_id.clone(), party)),
        }
        details.push((id, row.clone()));
    }
    let codes: Vec<&str> = rows
        .iter()
        .take(100)
        .map(|row| row.party_id.as_str())
        .collect();
    let subject = codes.first().copied().unwrap_or_default().to_owned();
    work.note(
        "party.add",
        subject,
        json!({ "count": rows.len(), "parties": codes }),
    );
    keep(work, &known, (&fresh, &changed), &details)
}

/// Who looks after a portfolio changes no party outside it and brings none in: what stood on a
/// party counts, and of a new one what the file says.
fn outside(
    portfolios: Option<&[Portfolio]>,
    line: usize,
    row: &PartyRow,
    stored: Option<&StoredParty>,
) -> Option<Problem> {
    let portfolios = portfolios?;
    let stored: Option<Json> =
        stored.map(|stored| serde_json::from_str(&stored.extra).unwrap_or(Json::Null));
    let is_in = portfolios.iter().any(|portfolio| match &stored {
        Some(stored) => portfolio.holds(|name| stored.get(name)?.as_str()),
        None => portfolio.holds(|name| {
            let found = row.extra.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.as_str())
        }),
    });
    let named: Vec<String> = portfolios.iter().map(ToString::to_string).collect();
    (!is_in).then(|| {
        let message = format!(
            "{} is outside your portfolio ({}); let whoever looks after it import it",
            row.party_id,
            named.join("; ")
        );
        Problem::error(format!("row {line}"), message)
    })
}

/// Can the row be taken as it is? What is only odd is told.
fn is_sound(
    (line, row): (usize, &PartyRow),
    role: Role,
    stored: Option<&StoredParty>,
    report: &mut ImportReport,
) -> bool {
    check_terms(line, row, report);
    check_accounts((line, row), role, stored, report)
}

/// An account that we pay to must be right. Whoever pays us is only recognised by theirs, which
/// old data often has wrong: it finds nobody, and is no reason to lose the customer.
fn check_accounts(
    (line, row): (usize, &PartyRow),
    role: Role,
    stored: Option<&StoredParty>,
    report: &mut ImportReport,
) -> bool {
    let is_paid = role == Role::Vendor || stored.is_some_and(|stored| stored.is_vendor);
    let place = format!("row {line}, column known_bank_accounts");
    let mistyped = row.known_bank_accounts.iter();
    let mistyped: Vec<&String> = mistyped.filter(|number| is_mistyped_iban(number)).collect();
    for number in &mistyped {
        let what = format!("`{number}` is no IBAN: its check digits are wrong");
        report.problems.push(if is_paid {
            Problem::error(&place, format!("{what}; copy it from the vendor's paper"))
        } else {
            Problem::warning(&place, format!("{what}; kept as written"))
        });
    }
    !is_paid || mistyped.is_empty()
}

/// Terms that are not understood are kept and told: documents on them are refused.
fn check_terms(line: usize, row: &PartyRow, report: &mut ImportReport) {
    let terms = row.payment_terms.as_deref().unwrap_or_default().trim();
    if let (false, Err(problem)) = (terms.is_empty(), terms.parse::<PaymentTerms>()) {
        let place = format!("row {line}, column payment_terms");
        let what = format!("{problem}; kept as written, and documents need terms of their own");
        report.problems.push(Problem::warning(place, what));
    }
}

/// What a file would change that others must approve: terms of known parties, bank accounts of
/// known parties and of every vendor. It is taken out of the rows and asked for.
struct Held {
    role: Role,
    /// The portfolios to which whoever imports is bound.
    portfolios: Option<Vec<Portfolio>>,
    /// Whether the policy wants it, and whether whoever imports may ask for it.
    terms: (bool, bool),
    /// The same of vendors that are no customers, whose terms whoever keeps vendors looks after.
    vendor_terms: (bool, bool),
    accounts: (bool, bool),
    /// Whether new parties need approval.
    parties: bool,
    /// Those that wait for it.
    new: Vec<PartyRow>,
    /// The accounts that are known.
    known: HashSet<(PartyId, String)>,
    changes: Vec<(String, String)>,
    vendor_changes: Vec<(String, String)>,
    fresh: Vec<(String, String)>,
    /// The limits that stand.
    stand: HashMap<PartyId, Limit>,
    limits: Vec<(String, Option<Limit>)>,
    /// How many new customers wait, whose limits and rates can be taken once they are there.
    without_limit: usize,
    functional: Currency,
}

impl Held {
    fn open(work: &mut Work<'_>, role: Role) -> Outcome<Held> {
        let mut asked = |area| -> Outcome<(bool, bool)> {
            let is_needed = approvals::is_needed(work, area, 1)?;
            Ok((is_needed, access::may(work, area, Verb::Do)?))
        };
        let (terms, accounts) = (asked(Area::Credit)?, asked(Area::BankDetails)?);
        let vendor_terms = asked(Area::Vendors)?;
        let known = if accounts.0 {
            sql::party_accounts(work)?
        } else {
            HashSet::new()
        };
        let area = match role {
            Role::Customer => Area::Customers,
            Role::Vendor => Area::Vendors,
        };
        let portfolios = access::grants(work)?.portfolios((area, Verb::Do));
        let parties = approvals::is_needed(work, area, 1)?;
        Ok(Held {
            parties,
            new: Vec::new(),
            role,
            portfolios,
            terms,
            vendor_terms,
            accounts,
            known,
            changes: Vec::new(),
            vendor_changes: Vec::new(),
            fresh: Vec::new(),
            stand: credit::all_limits(work)?,
            limits: Vec::new(),
            without_limit: 0,
            functional: work.functional(),
        })
    }

    /// The row as far as it may be taken at once; none where it is outside the portfolio.
    fn allow(
        &mut self,
        (line, mut row): (usize, PartyRow),
        stored: Option<&StoredParty>,
        report: &mut ImportReport,
    ) -> Option<PartyRow> {
        if let Some(problem) = outside(self.portfolios.as_deref(), line, &row, stored) {
            report.problems.push(problem);
            return None;
        }
        if !(self.parties && is_new(self.role, stored)) {
            self.hold(line, &mut row, stored, report);
        }
        Some(row)
    }

    /// Does the row wait whole, because the party is new?
    fn keeps_new(
        &mut self,
        line: usize,
        row: &PartyRow,
        stored: Option<&StoredParty>,
        report: &mut ImportReport,
    ) -> bool {
        if !self.parties || !is_new(self.role, stored) {
            return false;
        }
        if self.accounts.0 && !self.accounts.1 && !row.known_bank_accounts.is_empty() {
            report.problems.push(Problem::error(
                format!("row {line}, column known_bank_accounts"),
                "new bank accounts need approval; let somebody ask for them who may work on \
                 bank details",
            ));
        } else {
            let is_more = row.credit_limit.is_some() || row.withholding.is_some();
            self.without_limit += usize::from(is_more);
            self.new.push(row.clone());
        }
        true
    }

    /// Keeps another limit to ask for it; false where the row is refused for it.
    fn keeps_limit(
        &mut self,
        (line, row): (usize, &PartyRow),
        stored: Option<&StoredParty>,
        report: &mut ImportReport,
    ) -> bool {
        let Some((amount, covers)) = row.credit_limit else {
            return true;
        };
        let mut refuse = |message: String| {
            let place = format!("row {line}, column credit_limit");
            report.problems.push(Problem::error(place, message));
            false
        };
        let amount = match Money::exactly(amount, self.functional) {
            Ok(amount) => amount,
            Err(problem) => return refuse(problem.to_string()),
        };
        let limit = Limit { amount, covers };
        if stored.and_then(|stored| self.stand.get(&stored.id)) == Some(&limit) {
            return true;
        }
        if self.terms.0 && !self.terms.1 {
            return refuse(
                "a credit limit needs approval; let somebody ask for it who may work on credit"
                    .to_owned(),
            );
        }
        self.limits.push((row.party_id.clone(), Some(limit)));
        true
    }

    fn hold(
        &mut self,
        line: usize,
        row: &mut PartyRow,
        stored: Option<&StoredParty>,
        report: &mut ImportReport,
    ) {
        let mut refuse = |column: &str, message: &str| {
            let place = format!("row {line}, column {column}");
            report.problems.push(Problem::error(place, message));
        };
        let other_terms = stored
            .filter(|stored| stored.terms != row.payment_terms.as_deref().unwrap_or_default());
        let is_vendors =
            self.role == Role::Vendor && stored.is_some_and(|known| !known.is_customer);
        let (terms, changes) = if is_vendors {
            (self.vendor_terms, &mut self.vendor_changes)
        } else {
            (self.terms, &mut self.changes)
        };
        if let (true, Some(stored)) = (terms.0, other_terms) {
            let asked = row.payment_terms.replace(stored.terms.clone());
            if terms.1 {
                let asked = asked.unwrap_or_default();
                changes.push((row.party_id.clone(), asked));
            } else {
                refuse(
                    "payment_terms",
                    "other terms need approval; let somebody ask for them who may work on credit",
                );
            }
        }
        if !self.accounts.0 || (stored.is_none() && self.role == Role::Customer) {
            return;
        }
        let is_known = |number: &String| {
            stored.is_some_and(|stored| self.known.contains(&(stored.id, number.clone())))
        };
        let (known, fresh): (Vec<String>, Vec<String>) =
            std::mem::take(&mut row.known_bank_accounts)
                .into_iter()
                .partition(is_known);
        row.known_bank_accounts = known;
        if !fresh.is_empty() && !self.accounts.1 {
            refuse(
                "known_bank_accounts",
                "new bank accounts need approval; let somebody ask for them who may work on \
                 bank details",
            );
            return;
        }
        let fresh = fresh
            .into_iter()
            .map(|number| (row.party_id.clone(), number));
        self.fresh.extend(fresh);
    }

    fn ask(self, work: &mut Work<'_>, report: &mut ImportReport) -> Outcome<()> {
        // A file that is not taken asks for nothing.
        if 0 < report.refused() {
            return Ok(());
        }
        let reason = format!("import of {}", report.name);
        let mut wishes = Vec::new();
        if !self.new.is_empty() {
            let (side, who) = match self.role {
                Role::Customer => (Side::Receivable, "customers"),
                Role::Vendor => (Side::Payable, "vendors"),
            };
            let what = format!("{} new {who}", self.new.len());
            wishes.push((
                what,
                Wish::NewParties {
                    side,
                    rows: self.new,
                },
            ));
        }
        for changes in [self.changes, self.vendor_changes] {
            if !changes.is_empty() {
                let what = format!("other terms of {}", changes.len());
                wishes.push((what, Wish::Terms { changes }));
            }
        }
        if !self.limits.is_empty() {
            let changes = self.limits;
            wishes.push((
                format!("{} credit limits", changes.len()),
                Wish::CreditLimit { changes },
            ));
        }
        if 0 < self.without_limit {
            report.notes.push(format!(
                "the credit limits and rates of tax withheld of {} new customers are left out: \
                 import them again once the customers are approved",
                self.without_limit
            ));
        }
        if !self.fresh.is_empty() {
            let accounts = self.fresh;
            let what = format!("{} new bank accounts", accounts.len());
            wishes.push((what, Wish::BankDetails { accounts }));
        }
        for (what, wish) in wishes {
            if let Asked::Waits(id) = approvals::ask(work, &wish, &reason)? {
                report.notes.push(format!("{what} wait for approval: {id}"));
            }
        }
        Ok(())
    }
}

fn party_of(
    row: &PartyRow,
    role: Role,
    id: PartyId,
    stored: Option<&StoredParty>,
    work: &Work<'_>,
) -> StoredParty {
    let currency = row.currency.unwrap_or(work.functional());
    StoredParty {
        id,
        name: row.name.clone(),
        country: row.country.clone().unwrap_or_default(),
        currency: currency.code().to_owned(),
        parent: row.parent_id.clone(),
        email: row.email.clone().unwrap_or_default(),
        terms: row.payment_terms.clone().unwrap_or_default(),
        is_customer: role == Role::Customer || stored.is_some_and(|stored| stored.is_customer),
        is_vendor: role == Role::Vendor || stored.is_some_and(|stored| stored.is_vendor),
        extra: sql::extra_json(&row.extra),
    }
}

/// A parent must be there or come in the same file.
fn check_parents(
    known: &HashMap<String, StoredParty>,
    seen: &HashMap<String, usize>,
    details: &[(PartyId, PartyRow)],
    report: &mut ImportReport,
) {
    for (_, row) in details {
        let Some(parent) = &row.parent_id else {
            continue;
        };
        if !seen.contains_key(parent) && !known.contains_key(parent) || *parent == row.party_id {
            let line = seen.get(&row.party_id).copied().unwrap_or_default();
            report.problems.push(Problem::error(
                format!("row {line}, column parent_id"),
                format!("`{parent}` is no other party; name one of this file or of the books"),
            ));
        }
    }
}
