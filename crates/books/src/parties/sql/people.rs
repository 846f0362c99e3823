//! Statements of contacts and notes, and of what happened about a party.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::calendar::Date;
use domain::ids::{ContactId, DocumentId, LineId, NoteId, PartyId};
use domain::parties::{Contact, Task, Way};

use crate::db::{Table, Value, table};
use crate::failure::Fault;
use crate::parties::contacts::Kept;
use crate::parties::history::Event;
use crate::parties::notes::Note;
use crate::work::Work;

const PARTY_CONTACT: Table = table!("party_contact": entity_id Int, id Int, party_id Int,
    replaces_id Int, task Text, valid_from Date, valid_until Date, actor Text, recorded_at At);
const PARTY_NOTE: Table = table!("party_note": entity_id Int, id Int, party_id Int,
    document_id Int, line_id Int, corrects_id Int, noted_on Date, content Text, actor Text,
    recorded_at At);

/// What the audit log sums up; not who a contact was, for that can be erased.
pub(crate) const SUMMED: &[&Table] = &[&PARTY_CONTACT, &PARTY_NOTE];

const CONTACT_DETAIL: Table = table!("contact_detail": entity_id Int, contact_id Int, name Text,
    email Text, telephone Text, language Text, preferred Text);

/// A contact to keep.
pub(in crate::parties) struct Fresh<'a> {
    pub(in crate::parties) id: ContactId,
    pub(in crate::parties) party: PartyId,
    pub(in crate::parties) replaces: Option<ContactId>,
    pub(in crate::parties) contact: &'a Contact,
}

pub(in crate::parties) fn insert_contacts(
    work: &mut Work<'_>,
    rows: &[Fresh<'_>],
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let actor = work.actor().to_owned();
    let heads = rows.iter().map(|row| {
        vec![
            entity.into(),
            row.id.0.into(),
            row.party.0.into(),
            row.replaces.map(|id| id.0).into(),
            row.contact.task.code().into(),
            row.contact.valid_from.into(),
            row.contact.valid_until.into(),
            (&actor).into(),
            now.into(),
        ]
    });
    work.connection.insert(&PARTY_CONTACT, heads)?;
    let details = rows.iter().map(|row| {
        let contact = row.contact;
        vec![
            entity.into(),
            row.id.0.into(),
            (&contact.name).into(),
            (&contact.email).into(),
            (&contact.telephone).into(),
            (&contact.language).into(),
            contact.preferred.map_or("", Way::code).into(),
        ]
    });
    work.connection.insert(&CONTACT_DETAIL, details)?;
    Ok(())
}

const CONTACTS: &str = "
    SELECT c.id, c.party_id, c.replaces_id, c.task, c.valid_from, c.valid_until, c.actor,
        c.recorded_at, d.name, d.email, d.telephone, d.language, d.preferred,
        CAST(CASE WHEN n.id IS NULL THEN 0 ELSE 1 END AS BIGINT)
    FROM party_contact c
    LEFT JOIN contact_detail d ON d.entity_id = c.entity_id AND d.contact_id = c.id
    LEFT JOIN party_contact n ON n.entity_id = c.entity_id AND n.replaces_id = c.id
    WHERE c.entity_id = $1";

/// Contacts of parties, the oldest first, each with the one in whose place it came.
pub(in crate::parties) fn contacts(
    work: &mut Work<'_>,
    parties: &BTreeSet<PartyId>,
) -> Result<Vec<(Kept, Option<ContactId>)>, Fault> {
    let keys: Vec<Value<'_>> = parties.iter().map(|party| party.0.into()).collect();
    let mut all = read(work, "c.party_id IN (/*keys*/)", &keys)?;
    all.sort_by_key(|(kept, _)| kept.id);
    Ok(all)
}

/// One contact.
pub(in crate::parties) fn contact(
    work: &mut Work<'_>,
    id: ContactId,
) -> Result<Option<Kept>, Fault> {
    let found = read(work, "c.id IN (/*keys*/)", &[id.0.into()])?;
    Ok(found.into_iter().next().map(|(kept, _)| kept))
}

fn read(
    work: &mut Work<'_>,
    condition: &str,
    keys: &[Value<'_>],
) -> Result<Vec<(Kept, Option<ContactId>)>, Fault> {
    let entity = work.entity_id();
    let mut all = Vec::new();
    let sql = format!("{CONTACTS} AND {condition}");
    work.connection
        .each_in(&sql, &[entity.into()], keys, |row| {
            let word = row.text(3)?;
            let task = Task::parse(&word)
                .ok_or_else(|| Fault::new(format!("`{word}` is no task of a contact")))?;
            let contact = match row.opt_text(8)? {
                None => None,
                Some(name) => Some(Contact {
                    name,
                    task,
                    email: row.text(9)?,
                    telephone: row.text(10)?,
                    language: row.text(11)?,
                    preferred: Way::parse(&row.text(12)?),
                    valid_from: row.opt_date(4)?,
                    valid_until: row.opt_date(5)?,
                }),
            };
            let kept = Kept {
                id: ContactId(row.int(0)?),
                party: PartyId(row.int(1)?),
                contact,
                is_replaced: row.int(13)? == 1,
                actor: row.text(6)?,
                recorded_at: row.at(7)?,
            };
            all.push((kept, row.opt_int(2)?.map(ContactId)));
            Ok(())
        })?;
    Ok(all)
}

/// Takes away who contacts are and how they are reached.
pub(in crate::parties) fn erase(
    work: &mut Work<'_>,
    contacts: &BTreeSet<ContactId>,
) -> Result<(), Fault> {
    let entity = work.entity_id();
    // A person has been somebody's contact a few times at most.
    for id in contacts {
        work.execute(
            "DELETE FROM contact_detail WHERE entity_id = $1 AND contact_id = $2",
            &[entity.into(), id.0.into()],
        )?;
    }
    Ok(())
}

/// Whether parties are customers and vendors.
pub(in crate::parties) fn sides(
    work: &mut Work<'_>,
    parties: &BTreeSet<PartyId>,
) -> Result<HashMap<PartyId, (bool, bool)>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = parties.iter().map(|party| party.0.into()).collect();
    let mut found = HashMap::new();
    work.connection.each_in(
        "SELECT id, is_customer, is_vendor FROM party WHERE entity_id = $1 AND id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            let sides = (row.int(1)? == 1, row.int(2)? == 1);
            found.insert(PartyId(row.int(0)?), sides);
            Ok(())
        },
    )?;
    Ok(found)
}

/// A note to keep.
pub(in crate::parties) struct FreshNote<'a> {
    pub(in crate::parties) id: NoteId,
    pub(in crate::parties) party: Option<PartyId>,
    pub(in crate::parties) on: Date,
    pub(in crate::parties) content: &'a str,
    pub(in crate::parties) document: Option<DocumentId>,
    pub(in crate::parties) line: Option<LineId>,
    pub(in crate::parties) corrects: Option<NoteId>,
}

pub(in crate::parties) fn insert_note(
    work: &mut Work<'_>,
    row: &FreshNote<'_>,
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let actor = work.actor().to_owned();
    let row = vec![
        entity.into(),
        row.id.0.into(),
        row.party.map(|id| id.0).into(),
        row.document.map(|id| id.0).into(),
        row.line.map(|id| id.0).into(),
        row.corrects.map(|id| id.0).into(),
        row.on.into(),
        row.content.into(),
        actor.into(),
        now.into(),
    ];
    work.connection.insert(&PARTY_NOTE, [row])?;
    Ok(())
}

const NOTES: &str = "
    SELECT n.id, n.noted_on, n.content, n.document_id, COALESCE(d.number, ''), n.line_id,
        n.corrects_id, c.id, n.actor, n.recorded_at, COALESCE(p.code, '')
    FROM party_note n
    LEFT JOIN party p ON p.entity_id = n.entity_id AND p.id = n.party_id
    LEFT JOIN document d ON d.entity_id = n.entity_id AND d.id = n.document_id
    LEFT JOIN party_note c ON c.entity_id = n.entity_id AND c.corrects_id = n.id
    WHERE n.entity_id = $1";

/// The notes about a party, and those about bank lines that are settled as its money, the latest
/// first.
pub(in crate::parties) fn notes(work: &mut Work<'_>, party: PartyId) -> Result<Vec<Note>, Fault> {
    let of_party = "(n.party_id = $2 OR (n.party_id IS NULL AND EXISTS (
        SELECT 1 FROM cash_decision s
        LEFT JOIN cash_decision r ON r.entity_id = s.entity_id AND r.replaces_id = s.id
        WHERE s.entity_id = n.entity_id AND s.line_id = n.line_id AND s.party_id = $2
          AND s.outcome IN ('applied', 'applied_by_hand', 'on_account', 'unapplied')
          AND r.id IS NULL)))";
    read_notes(work, of_party, party.0)
}

/// The notes on a bank line, the latest first.
pub(in crate::parties) fn notes_on_line(
    work: &mut Work<'_>,
    line: LineId,
) -> Result<Vec<Note>, Fault> {
    read_notes(work, "n.line_id = $2", line.0)
}

fn read_notes(work: &mut Work<'_>, condition: &str, key: i64) -> Result<Vec<Note>, Fault> {
    let entity = work.entity_id();
    let sql = format!("{NOTES} AND {condition} ORDER BY n.id DESC");
    work.rows(&sql, &[entity.into(), key.into()], |row| {
        let number = row.text(4)?;
        Ok(Note {
            id: NoteId(row.int(0)?),
            party: row.text(10)?,
            on: row.date(1)?,
            content: row.text(2)?,
            document: row.opt_int(3)?.map(|id| (DocumentId(id), number)),
            line: row.opt_int(5)?.map(LineId),
            corrects: row.opt_int(6)?.map(NoteId),
            corrected_by: row.opt_int(7)?.map(NoteId),
            actor: row.text(8)?,
            recorded_at: row.at(9)?,
        })
    })
}

/// A document of a party by its number or id; the latest where several have the number.
pub(in crate::parties) fn document_of(
    work: &mut Work<'_>,
    party: PartyId,
    document: &str,
) -> Result<Option<DocumentId>, Fault> {
    let entity = work.entity_id();
    let id = document.parse::<DocumentId>().map_or(0, |id| id.0);
    work.row(
        "SELECT id FROM document
         WHERE entity_id = $1 AND party_id = $2 AND (number = $3 OR id = $4)
         ORDER BY id DESC LIMIT 1",
        &[entity.into(), party.0.into(), document.into(), id.into()],
        |row| Ok(DocumentId(row.int(0)?)),
    )
}

pub(in crate::parties) fn has_line(work: &mut Work<'_>, line: LineId) -> Result<bool, Fault> {
    let entity = work.entity_id();
    let found = work.count(
        "SELECT COUNT(*) FROM bank_line WHERE entity_id = $1 AND id = $2",
        &[entity.into(), line.0.into()],
    )?;
    Ok(0 < found)
}

/// Bank accounts of several parties.
pub(in crate::parties) fn accounts_of(
    work: &mut Work<'_>,
    parties: &BTreeSet<PartyId>,
) -> Result<BTreeMap<PartyId, BTreeSet<String>>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = parties.iter().map(|party| party.0.into()).collect();
    let mut found: BTreeMap<PartyId, BTreeSet<String>> = BTreeMap::new();
    work.connection.each_in(
        "SELECT party_id, number FROM party_bank_account
         WHERE entity_id = $1 AND party_id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            let numbers = found.entry(PartyId(row.int(0)?)).or_default();
            numbers.insert(row.text(1)?);
            Ok(())
        },
    )?;
    Ok(found)
}

/// Due date, currency and open amount of the open items of a party on a side.
pub(in crate::parties) fn open(
    work: &mut Work<'_>,
    party: PartyId,
    side: &str,
) -> Result<Vec<(Date, String, i64)>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT due_on, currency, open_amount FROM open_item
         WHERE entity_id = $1 AND party_id = $2 AND side = $3 AND open_amount <> 0",
        &[entity.into(), party.0.into(), side.into()],
        |row| Ok((row.date(0)?, row.text(1)?, row.int(2)?)),
    )
}

/// The latest documents of a party as events.
pub(in crate::parties) fn document_events(
    work: &mut Work<'_>,
    party: PartyId,
    limit: i64,
) -> Result<Vec<Event>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT id, kind, number, posted_on, gross, currency, recorded_at FROM document
         WHERE entity_id = $1 AND party_id = $2 ORDER BY id DESC LIMIT $3",
        &[entity.into(), party.0.into(), limit.into()],
        |row| {
            Ok(Event {
                at: row.at(6)?,
                on: Some(row.date(3)?),
                what: row.text(1)?,
                subject: row.text(2)?,
                amount: Some(super::amount(row.int(4)?, &row.text(5)?)?),
                actor: String::new(),
                reason: String::new(),
                document: Some(DocumentId(row.int(0)?)),
            })
        },
    )
}

/// The latest applications to the latest debits of a party as events.
pub(in crate::parties) fn application_events(
    work: &mut Work<'_>,
    party: PartyId,
    limit: i64,
) -> Result<Vec<Event>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT a.applied_on, a.undoes_id, c.number, d.number, a.debit_amount, i.currency,
            a.recorded_at, d.id
         FROM (SELECT id, number FROM document WHERE entity_id = $1 AND party_id = $2
            ORDER BY id DESC LIMIT 200) d
         JOIN open_item i ON i.entity_id = $1 AND i.document_id = d.id
         JOIN application a ON a.entity_id = i.entity_id AND a.debit_item_id = i.id
         JOIN open_item k ON k.entity_id = a.entity_id AND k.id = a.credit_item_id
         JOIN document c ON c.entity_id = k.entity_id AND c.id = k.document_id
         ORDER BY a.id DESC LIMIT $3",
        &[entity.into(), party.0.into(), limit.into()],
        |row| {
            let what = match row.opt_int(1)? {
                None => "applied",
                Some(_) => "taken back",
            };
            Ok(Event {
                at: row.at(6)?,
                on: Some(row.date(0)?),
                what: what.to_owned(),
                subject: format!("{} to {}", row.text(2)?, row.text(3)?),
                amount: Some(super::amount(row.int(4)?, &row.text(5)?)?),
                actor: String::new(),
                reason: String::new(),
                document: Some(DocumentId(row.int(7)?)),
            })
        },
    )
}

/// The latest changes of what is agreed with a party, from the audit log.
pub(in crate::parties) fn change_events(
    work: &mut Work<'_>,
    code: &str,
    limit: i64,
) -> Result<Vec<Event>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT action, actor, reason, recorded_at FROM audit_log
         WHERE entity_id = $1 AND subject = $2
           AND (action LIKE 'party.%' OR action LIKE 'credit.%')
         ORDER BY sequence DESC LIMIT $3",
        &[entity.into(), code.into(), limit.into()],
        |row| {
            Ok(Event {
                at: row.at(3)?,
                on: None,
                what: row.text(0)?.replace('.', " "),
                subject: String::new(),
                amount: None,
                actor: row.text(1)?,
                reason: row.text(2)?,
                document: None,
            })
        },
    )
}
