//! Asking customers for certificates: one letter for each, and the fact that it was asked.
//!
//! What a letter says is made from facts, so that it can be written again as it was; only whom it
//! went to is gone once they were erased.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::certificates;
use domain::ids::{AskingId, ContactId, DocumentId, PartyId};
use domain::money::Money;
use domain::parties::{Contact, Task};
use formats::letters::{Awaited, CertificateLetter, language_of};
use serde_json::json;

use crate::access;
use crate::certificates::sql::{self, Address, Asking as Row, Of};
use crate::certificates::{RegisterRefusal, Tax, demand, look, now};
use crate::failure::Outcome;
use crate::parties;
use crate::settings;
use crate::work::Work;

/// Under which name the policy is kept.
const SETTING: &str = "certificates";

/// After how many days it is asked again where nothing was decided.
const AGAIN_AFTER: u16 = 30;

/// After how many days it is asked again.
pub(crate) fn policy(work: &mut Work<'_>) -> Outcome<u16> {
    let kept = settings::get(work, SETTING)?;
    let days = kept
        .as_ref()
        .and_then(|kept| kept.get("ask_again_after_days")?.as_u64());
    Ok(days
        .and_then(|days| u16::try_from(days).ok())
        .unwrap_or(AGAIN_AFTER))
}

/// After how many days it is asked again, for faces.
pub fn ask_again_after(work: &mut Work<'_>) -> Outcome<u16> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    policy(work)
}

/// Changes it; the reason stays in the audit log.
pub fn set_policy(work: &mut Work<'_>, days: u16, reason: &str) -> Outcome<()> {
    access::demand(work, Area::Settings, Verb::Do, None)?;
    if !(1..=365).contains(&days) {
        return Err(RegisterRefusal::Days.into());
    }
    if reason.trim().is_empty() {
        return Err(RegisterRefusal::NoReason.into());
    }
    work.gate()?;
    let kept = json!({ "ask_again_after_days": days, "reason": reason.trim() });
    settings::put(work, SETTING, &kept)
}

/// A customer that was asked, or would be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// The asking; none while it is only looked at.
    pub id: Option<AskingId>,
    /// The customer's code.
    pub party: String,
    /// The customer's name.
    pub name: String,
    /// For which deductions, by their numbers.
    pub documents: Vec<String>,
    /// How much, one sum for each currency.
    pub awaited: Vec<Money>,
    /// The letter.
    pub letter: Letter,
}

/// A letter, ready to be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Letter {
    /// The name of its file.
    pub file: String,
    /// To which address; empty where none is known.
    pub to: String,
    /// The mail.
    pub mail: Vec<u8>,
}

/// Asks every customer, or one, whose tax withheld no certificate covers, unless they were asked a
/// short while ago. Without `keep` it only tells what would be asked.
pub fn ask(work: &mut Work<'_>, party: Option<&str>, on: Date, keep: bool) -> Outcome<Vec<Asked>> {
    let own: BTreeSet<PartyId> = match party {
        None => BTreeSet::new(),
        Some(code) => parties::ids(work, &[code])?.into_iter().collect(),
    };
    if keep {
        work.gate()?;
    } else {
        access::demand(work, Area::Cash, Verb::See, None)?;
    }
    let of = match party {
        None => Of::All,
        Some(_) => Of::Parties(&own),
    };
    let again_after = policy(work)?;
    let mut due: BTreeMap<PartyId, Vec<Tax>> = BTreeMap::new();
    // What is covered or was asked by now is not asked for, whatever day the letters bear.
    for tax in look(work, &of, now())? {
        let is_due = tax.deducted.on <= on && certificates::is_due(tax.asked_on, on, again_after);
        if is_due && tax.deducted.awaited().is_positive() {
            due.entry(tax.deducted.party).or_default().push(tax);
        }
    }
    let whose: BTreeSet<PartyId> = due.keys().copied().collect();
    if keep {
        demand(work, &whose)?;
    }
    let addresses = sql::addresses(work, &whose)?;
    let contacts = parties::standing_contacts(work, &whose, on)?;
    let (mut rows, mut asked) = (Vec::new(), Vec::new());
    for (party, taxes) in &due {
        let Some(address) = addresses.get(party) else {
            continue;
        };
        let own = contacts.iter().filter(|(_, of, _)| of == party);
        let contact = whom(own.map(|(id, _, contact)| (*id, contact)));
        let id = AskingId(work.ids.take());
        rows.push(Row {
            id,
            party: *party,
            on,
            contact: contact.map(|(id, _)| id),
            asked: taxes
                .iter()
                .map(|tax| (tax.deducted.document, tax.deducted.awaited().minor()))
                .collect(),
        });
        let to = (address, contact.map(|(_, contact)| contact));
        asked.push(asked_of(work, (id, on), to, taxes, keep));
    }
    if keep {
        sql::insert_askings(work, &rows)?;
        for one in &asked {
            let detail = json!({
                "asking": one.id.map(|id| id.to_string()), "on": on.to_string(),
                "documents": one.documents,
            });
            work.note("certificate.ask", one.party.clone(), detail);
        }
    }
    Ok(asked)
}

/// Whom to ask: who pays bills before who looks after money, anybody with an address before nobody.
fn whom<'a>(
    contacts: impl Iterator<Item = (ContactId, &'a Contact)>,
) -> Option<(ContactId, &'a Contact)> {
    let rank = |task: Task| match task {
        Task::AccountsPayable => 0,
        Task::Treasurer => 1,
        Task::Billing => 2,
        Task::Other => 3,
        Task::AccountsReceivable => 4,
        Task::Trade => 5,
    };
    let reachable = contacts.filter(|(_, contact)| !contact.email.is_empty());
    reachable.min_by_key(|(id, contact)| (rank(contact.task), *id))
}

fn asked_of(
    work: &Work<'_>,
    (id, on): (AskingId, Date),
    to: (&Address, Option<&Contact>),
    taxes: &[Tax],
    is_kept: bool,
) -> Asked {
    let mut awaited: Vec<Money> = Vec::new();
    for tax in taxes {
        let one = tax.deducted.awaited();
        match awaited
            .iter_mut()
            .find(|sum| sum.currency() == one.currency())
        {
            Some(sum) => *sum += one,
            None => awaited.push(one),
        }
    }
    let amounts = taxes.iter().map(|tax| (tax, tax.deducted.awaited()));
    Asked {
        id: is_kept.then_some(id),
        party: to.0.code.clone(),
        name: to.0.name.clone(),
        documents: taxes
            .iter()
            .map(|tax| tax.deducted.number.clone())
            .collect(),
        awaited,
        letter: written(&work.entity().name, (id, on), to, amounts),
    }
}

/// Writes the letter.
fn written<'a>(
    from: &str,
    (id, on): (AskingId, Date),
    (address, contact): (&Address, Option<&Contact>),
    taxes: impl Iterator<Item = (&'a Tax, Money)>,
) -> Letter {
    let known = contact.map_or("", |contact| contact.language.as_str());
    let language = if known.is_empty() {
        language_of(&address.country)
    } else {
        known
    };
    let to = contact.map_or(&address.email, |contact| &contact.email);
    let rows = taxes.map(|(tax, awaited)| Awaited {
        invoices: tax
            .invoices
            .iter()
            .map(|invoice| (invoice.number.clone(), invoice.issued_on))
            .collect(),
        document: tax.deducted.number.clone(),
        on: tax.deducted.on,
        withheld: tax.deducted.withheld,
        awaited,
    });
    let letter = CertificateLetter {
        from: from.to_owned(),
        code: address.code.clone(),
        to_name: contact
            .map_or(&address.name, |contact| &contact.name)
            .clone(),
        to_email: to.clone(),
        language: language.to_owned(),
        on,
        id: id.to_string(),
        rows: rows.collect(),
    };
    let code: String = address
        .code
        .chars()
        .map(|sign| {
            if sign.is_alphanumeric() || sign == '-' {
                sign
            } else {
                '_'
            }
        })
        .collect();
    Letter {
        file: format!("certificates-{code}-{on}.eml"),
        to: to.clone(),
        mail: letter.mail(),
    }
}

/// The letter of an asking, as it was written.
pub fn letter(work: &mut Work<'_>, id: AskingId) -> Outcome<Letter> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let asking = sql::asking(work, id)?.ok_or(RegisterRefusal::NotAsked)?;
    let addresses = sql::addresses(work, &[asking.party].into())?;
    let address = addresses
        .get(&asking.party)
        .ok_or(RegisterRefusal::NotAsked)?;
    let contact = match asking.contact {
        Some(contact) => parties::contact(work, contact)?,
        None => None,
    };
    let documents = asking.asked.iter().map(|(document, _)| document.0);
    let taxes = look(work, &Of::Ids(documents.collect()), now())?;
    let amounts: BTreeMap<DocumentId, i64> = asking.asked.iter().copied().collect();
    let amounts = taxes.iter().filter_map(|tax| {
        let minor = amounts.get(&tax.deducted.document)?;
        Some((tax, Money::new(*minor, tax.deducted.withheld.currency())))
    });
    let from = work.entity().name.clone();
    let to = (address, contact.as_ref());
    Ok(written(&from, (id, asking.on), to, amounts))
}
