//! Contacts of parties: added, changed, ended, erased; nothing is overwritten but by erasing.

use std::collections::{BTreeSet, HashMap};

use domain::access::{Area, Permission, Verb};
use domain::calendar::Date;
use domain::ids::{ContactId, PartyId};
use domain::parties::Contact;
use formats::Problem;
use jiff::Timestamp;
use serde_json::json;

use crate::access;
use crate::failure::{Fault, Outcome};
use crate::parties::people_sql as sql;
use crate::parties::{PeopleRefusal, side_of};
use crate::work::Work;

/// A contact that is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// Its identity.
    pub id: ContactId,
    /// At whom.
    pub party: PartyId,
    /// Who and how; none where it was erased.
    pub contact: Option<Contact>,
    /// Whether another stands in its place.
    pub is_replaced: bool,
    /// Who kept it.
    pub actor: String,
    /// When.
    pub recorded_at: Timestamp,
}

impl Kept {
    /// `stands`, `ended`, `not yet`, `replaced` or `erased`.
    pub fn state(&self, day: Date) -> &'static str {
        match &self.contact {
            None => "erased",
            Some(_) if self.is_replaced => "replaced",
            Some(contact) if contact.holds_on(day) => "stands",
            Some(contact) if contact.valid_from.is_some_and(|from| day < from) => "not yet",
            Some(_) => "ended",
        }
    }
}

/// The permission by which the actor keeps contacts of a party; refuses where they have none.
fn demand(work: &mut Work<'_>, party: PartyId, code: &str) -> Outcome<()> {
    let (is_customer, is_vendor) = side_of(work, party)?;
    let areas: Vec<Area> = [
        (Area::Customers, is_customer),
        (Area::Collections, is_customer),
        (Area::Vendors, is_vendor),
    ]
    .into_iter()
    .filter_map(|(area, is_theirs)| is_theirs.then_some(area))
    .collect();
    let mut refused = None;
    for area in areas {
        let permission: Permission = (area, Verb::Do);
        let asked = access::demand(work, area, Verb::Do, None)
            .and_then(|()| access::demand_within(work, permission, |_| Ok([party].into())));
        match asked {
            Ok(()) => return Ok(()),
            Err(why) => refused = refused.or(Some(why)),
        }
    }
    let unknown = || PeopleRefusal::NoParty { code: code.into() }.into();
    Err(refused.unwrap_or_else(unknown))
}

/// Adds somebody at a party.
pub fn add_contact(work: &mut Work<'_>, code: &str, contact: &Contact) -> Outcome<ContactId> {
    let party = super::id(work, code)?;
    demand(work, party, code)?;
    contact.check()?;
    work.gate()?;
    keep(work, (party, code), contact, None)
}

fn keep(
    work: &mut Work<'_>,
    (party, code): (PartyId, &str),
    contact: &Contact,
    replaces: Option<&Kept>,
) -> Outcome<ContactId> {
    let id = ContactId(work.ids.take());
    let row = sql::Fresh {
        id,
        party,
        replaces: replaces.map(|kept| kept.id),
        contact,
    };
    sql::insert_contacts(work, std::slice::from_ref(&row))?;
    // Who it is stays out of the audit log, which nobody can erase: it names what is other than
    // before, and how it was stands in the contact that was replaced.
    let before = replaces.and_then(|kept| kept.contact.as_ref());
    let detail = json!({
        "contact": id.to_string(), "role": contact.task.code(),
        "replaces": replaces.map(|kept| kept.id.to_string()),
        "changed": before.map(|before| contact.differs_from(before)),
    });
    work.note("party.contact", code, detail);
    Ok(id)
}

fn standing(work: &mut Work<'_>, id: ContactId) -> Outcome<(Kept, String)> {
    let kept = sql::contact(work, id)?.ok_or(PeopleRefusal::NoContact { id })?;
    let fields = super::fields(work, &[kept.party].into())?;
    let code = fields.into_iter().next().map(|(_, code, _)| code);
    let code = code.ok_or_else(|| Fault::new("a contact belongs to no party"))?;
    demand(work, kept.party, &code)?;
    if kept.is_replaced {
        return Err(PeopleRefusal::Replaced { id }.into());
    }
    Ok((kept, code))
}

/// Puts another in the place of a contact. Where nothing is other than before, it stays.
pub fn change_contact(work: &mut Work<'_>, id: ContactId, contact: &Contact) -> Outcome<ContactId> {
    work.gate()?;
    let (kept, code) = standing(work, id)?;
    contact.check()?;
    if kept.contact.as_ref() == Some(contact) {
        return Ok(id);
    }
    keep(work, (kept.party, &code), contact, Some(&kept))
}

/// Ends a contact with a day: it holds no longer, and stays among those that were.
pub fn end_contact(work: &mut Work<'_>, id: ContactId, on: Date) -> Outcome<ContactId> {
    work.gate()?;
    let (kept, code) = standing(work, id)?;
    let contact = kept.contact.clone().ok_or(PeopleRefusal::Erased { id })?;
    let ended = Contact {
        valid_until: Some(on),
        ..contact
    };
    ended.check()?;
    keep(work, (kept.party, &code), &ended, Some(&kept))
}

/// Erases who a contact is and how they are reached, of it and of those in whose place it came.
/// That there was one stays.
pub fn erase_contact(work: &mut Work<'_>, id: ContactId, reason: &str) -> Outcome<()> {
    if reason.trim().is_empty() {
        return Err(PeopleRefusal::NoReason.into());
    }
    work.gate()?;
    let kept = sql::contact(work, id)?.ok_or(PeopleRefusal::NoContact { id })?;
    let fields = super::fields(work, &[kept.party].into())?;
    let code = fields.into_iter().next().map(|(_, code, _)| code);
    let code = code.unwrap_or_default();
    demand(work, kept.party, &code)?;
    let all = sql::contacts(work, &[kept.party].into())?;
    let before: HashMap<ContactId, Option<ContactId>> = all
        .iter()
        .map(|(kept, replaces)| (kept.id, *replaces))
        .collect();
    let mut chain = BTreeSet::new();
    let mut next = Some(id);
    while let Some(id) = next.filter(|id| chain.insert(*id)) {
        next = before.get(&id).copied().flatten();
    }
    sql::erase(work, &chain)?;
    let ids: Vec<String> = chain.iter().map(ToString::to_string).collect();
    let detail = json!({ "contacts": ids, "reason": reason.trim() });
    work.note("party.contact_erased", code, detail);
    Ok(())
}

/// Contacts of a party: those that hold on a day, or all that ever were.
pub fn contacts(work: &mut Work<'_>, code: &str, on: Option<Date>) -> Outcome<Vec<Kept>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let party = super::id(work, code)?;
    let mut all: Vec<Kept> = sql::contacts(work, &[party].into())?
        .into_iter()
        .map(|(kept, _)| kept)
        .collect();
    if let Some(day) = on {
        all.retain(|kept| {
            let contact = kept.contact.as_ref();
            !kept.is_replaced && contact.is_some_and(|contact| contact.holds_on(day))
        });
    }
    Ok(all)
}

/// The contacts of parties that hold on a day.
pub(crate) fn standing_contacts(
    work: &mut Work<'_>,
    parties: &BTreeSet<PartyId>,
    day: Date,
) -> Result<Vec<(ContactId, PartyId, Contact)>, Fault> {
    let all = sql::contacts(work, parties)?.into_iter();
    let standing = all.filter(|(kept, _)| !kept.is_replaced);
    let standing = standing.filter_map(|(kept, _)| Some((kept.id, kept.party, kept.contact?)));
    Ok(standing
        .filter(|(.., contact)| contact.holds_on(day))
        .collect())
}

/// Who a contact is; nobody where they were erased.
pub(crate) fn contact(work: &mut Work<'_>, id: ContactId) -> Result<Option<Contact>, Fault> {
    Ok(sql::contact(work, id)?.and_then(|kept| kept.contact))
}

/// What an import makes of contacts, in numbers, and the rows that it refuses.
#[derive(Default)]
pub(crate) struct Taken {
    pub(crate) accepted: u64,
    pub(crate) already_known: u64,
    pub(crate) problems: Vec<Problem>,
}

/// Takes contacts of a file in: who stands there with this name and task is changed where
/// something differs, everybody else is added. A few statements for the whole file.
pub(crate) fn take_contacts(
    work: &mut Work<'_>,
    rows: &[(usize, PartyId, String, Contact)],
) -> Outcome<Taken> {
    work.gate()?;
    let parties: BTreeSet<PartyId> = rows.iter().map(|(_, party, ..)| *party).collect();
    let refused = not_ours(work, &parties)?;
    let mut known: HashMap<(PartyId, String, &str), (ContactId, Contact)> = HashMap::new();
    for (kept, _) in sql::contacts(work, &parties)? {
        if let Some(contact) = kept.contact.filter(|_| !kept.is_replaced) {
            let key = (kept.party, contact.name.clone(), contact.task.code());
            known.insert(key, (kept.id, contact));
        }
    }
    let mut taken = Taken::default();
    let mut fresh = Vec::new();
    let mut seen: HashMap<(PartyId, &str, &str), usize> = HashMap::new();
    for (line, party, code, contact) in rows {
        let problem = |message: String| Problem::error(format!("row {line}"), message);
        if let Some(why) = refused.get(party) {
            taken.problems.push(problem(format!("{code}: {why}")));
            continue;
        }
        let key = (*party, contact.name.as_str(), contact.task.code());
        if let Some(earlier) = seen.insert(key, *line) {
            let message = format!("stands in row {earlier} already; keep one of them");
            taken.problems.push(problem(message));
            continue;
        }
        let before = known.get(&(*party, contact.name.clone(), contact.task.code()));
        if before.is_some_and(|(_, known)| known == contact) {
            taken.already_known += 1;
            continue;
        }
        taken.accepted += 1;
        fresh.push(sql::Fresh {
            id: ContactId(work.ids.take()),
            party: *party,
            replaces: before.map(|(id, _)| *id),
            contact,
        });
    }
    sql::insert_contacts(work, &fresh)?;
    Ok(taken)
}

/// The parties whose contacts the actor does not keep, each with the reason.
fn not_ours(work: &mut Work<'_>, parties: &BTreeSet<PartyId>) -> Outcome<HashMap<PartyId, String>> {
    let may = |work: &mut Work<'_>, area| access::may(work, area, Verb::Do);
    let ours = [
        (may(work, Area::Customers)?, Area::Customers, true),
        (may(work, Area::Collections)?, Area::Collections, true),
        (may(work, Area::Vendors)?, Area::Vendors, false),
    ];
    let grants = access::grants(work)?;
    let sides = sql::sides(work, parties)?;
    let mut refused = HashMap::new();
    for (party, _, fields) in super::fields(work, parties)? {
        let (is_customer, is_vendor) = sides.get(&party).copied().unwrap_or_default();
        let is_within = |area: Area| match grants.portfolios((area, Verb::Do)) {
            None => true,
            Some(portfolios) => {
                let field = |name: &str| fields.get(name)?.as_str();
                portfolios.iter().any(|portfolio| portfolio.holds(field))
            }
        };
        let is_ours = ours.iter().any(|(may, area, of_customers)| {
            let is_theirs = if *of_customers {
                is_customer
            } else {
                is_vendor
            };
            *may && is_theirs && is_within(*area)
        });
        if !is_ours {
            let why = "its contacts are kept by others; let whoever keeps the party import them";
            refused.insert(party, why.to_owned());
        }
    }
    Ok(refused)
}
