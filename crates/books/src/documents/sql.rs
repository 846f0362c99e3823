//! Statements of documents.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::str::FromStr;

use domain::documents::{
    Document, DocumentKind, DocumentLine, DocumentReferences, Offset, Side, forms_of_number,
};
use domain::ids::{DocumentId, EntryId, ItemId, LineId, PartyId};
use domain::money::Money;
use rust_decimal::Decimal;

use crate::db::{Row, Value};
use crate::documents::decide::PartyRow;
use crate::documents::find::FoundItem;
use crate::documents::numbers::VendorNumber;
use crate::failure::Fault;
use crate::imports::currency;
use crate::work::Work;

pub(super) fn parties(
    work: &mut Work<'_>,
    codes: &BTreeSet<&str>,
) -> Result<HashMap<String, PartyRow>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = codes.iter().map(|code| Value::from(*code)).collect();
    let mut found = HashMap::new();
    work.connection.each_in(
        "SELECT code, id, currency, terms, is_customer, is_vendor FROM party
         WHERE entity_id = $1 AND code IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            let party = PartyRow {
                id: PartyId(row.int(1)?),
                currency: currency(&row.text(2)?)?,
                terms: row.text(3)?,
                is_customer: row.int(4)? == 1,
                is_vendor: row.int(5)? == 1,
            };
            found.insert(row.text(0)?, party);
            Ok(())
        },
    )?;
    Ok(found)
}

/// The papers of vendors that stand; of a paper taken back nothing is paid.
const STANDING: &str = "SELECT d.kind, d.number, d.party_id, d.id FROM document d
     LEFT JOIN document r ON r.entity_id = d.entity_id AND r.reverses_id = d.id
     WHERE d.entity_id = $1 AND d.side = 'payable' AND r.id IS NULL AND d.reverses_id IS NULL
       AND d.kind IN ('bill', 'vendor_debit_memo', 'vendor_credit') AND d.party_id IS NOT NULL";
/// As the index `document_by_form` has it, and as [`forms_of_number`] makes it.
const FORM: &str = "LOWER(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(
       REPLACE(d.number, '0', ''), ' ', ''), '-', ''), '/', ''), '.', ''), '_', ''), '#', ''),
       ',', ''), ':', ''), '*', ''))";

/// The numbers of vendors' papers that stand, oldest first: all, or those that may be like some.
pub(super) fn standing_numbers(
    work: &mut Work<'_>,
    like: Option<&BTreeSet<&str>>,
) -> Result<Vec<VendorNumber>, Fault> {
    let entity = work.entity_id();
    let mut found: Vec<(i64, VendorNumber)> = Vec::new();
    let mut take = |row: &Row<'_>| {
        let number = (kind(&row.text(0)?)?, row.text(1)?, PartyId(row.int(2)?));
        found.push((row.int(3)?, number));
        Ok(())
    };
    match like {
        None => work.connection.each(STANDING, &[entity.into()], take)?,
        Some(numbers) => {
            let forms = numbers.iter().flat_map(|number| forms_of_number(number));
            let forms: BTreeSet<String> = forms.collect();
            let keys: Vec<Value<'_>> = forms.iter().map(|form| form.as_str().into()).collect();
            let sql = format!("{STANDING} AND {FORM} IN (/*keys*/)");
            let own = [entity.into()];
            work.connection.each_in(&sql, &own, &keys, &mut take)?;
        }
    }
    // Asked for in this order, SQLite walks all papers of vendors instead of the index of forms.
    found.sort_by_key(|(id, _)| *id);
    Ok(found.into_iter().map(|(_, number)| number).collect())
}

/// Which of some numbers vendors' documents have already.
pub(super) fn vendor_numbers(
    work: &mut Work<'_>,
    numbers: &BTreeSet<&str>,
) -> Result<HashSet<VendorNumber>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = numbers.iter().map(|number| Value::from(*number)).collect();
    let mut found = HashSet::new();
    work.connection.each_in(
        "SELECT kind, number, party_id FROM document
         WHERE entity_id = $1 AND party_id IS NOT NULL AND number IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            found.insert((kind(&row.text(0)?)?, row.text(1)?, PartyId(row.int(2)?)));
            Ok(())
        },
    )?;
    Ok(found)
}

pub(super) const BY_NUMBER: &str = "
    SELECT d.id, i.id, d.kind, d.number, d.party_id
    FROM document d JOIN open_item i ON i.entity_id = d.entity_id AND i.document_id = d.id
    WHERE d.entity_id = $1 AND d.number IN (/*keys*/)";
pub(super) const BY_DOCUMENT: &str = "
    SELECT d.id, i.id, d.kind, d.number, d.party_id
    FROM document d JOIN open_item i ON i.entity_id = d.entity_id AND i.document_id = d.id
    WHERE d.entity_id = $1 AND d.id IN (/*keys*/)";
pub(super) const BY_ITEM: &str = "
    SELECT d.id, i.id, d.kind, d.number, d.party_id
    FROM open_item i JOIN document d ON d.entity_id = i.entity_id AND d.id = i.document_id
    WHERE i.entity_id = $1 AND i.id IN (/*keys*/)";

pub(super) fn items_by(
    work: &mut Work<'_>,
    sql: &str,
    keys: &[Value<'_>],
) -> Result<Vec<FoundItem>, Fault> {
    let entity = work.entity_id();
    let mut found = Vec::new();
    work.connection
        .each_in(sql, &[entity.into()], keys, |row| {
            found.push(FoundItem {
                document: DocumentId(row.int(0)?),
                item: ItemId(row.int(1)?),
                kind: kind(&row.text(2)?)?,
                number: row.text(3)?,
                party: row.opt_int(4)?.map(PartyId),
            });
            Ok(())
        })?;
    Ok(found)
}

/// The kind of a document that was stored.
pub(crate) fn kind(code: &str) -> Result<DocumentKind, Fault> {
    DocumentKind::parse(code).ok_or_else(|| Fault::new(format!("`{code}` is no kind of document")))
}

/// A document as it was stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) document: Document,
    pub(super) origin: String,
    pub(super) is_taken_back: bool,
    /// The bank line whose decision issued it.
    pub(super) line: Option<LineId>,
}

/// Whole documents with their lines, by id.
pub(super) fn documents(work: &mut Work<'_>, ids: &[DocumentId]) -> Result<Vec<Stored>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = ids.iter().map(|id| Value::from(id.0)).collect();
    let mut found: Vec<Stored> = Vec::with_capacity(ids.len());
    work.connection.each_in(
        "SELECT d.id, d.kind, d.side, d.number, d.party_id, d.issued_on, d.posted_on, d.currency,
            d.net, d.tax, d.gross, d.reverses_id, d.entry_id, d.purchase_order, d.contract,
            d.region, d.memo, d.origin,
            (SELECT COUNT(*) FROM document r WHERE r.entity_id = d.entity_id
                AND r.reverses_id = d.id),
            (SELECT MAX(c.line_id) FROM cash_decision_document x
                JOIN cash_decision c ON c.entity_id = x.entity_id AND c.id = x.decision_id
                WHERE x.entity_id = d.entity_id AND x.document_id = d.id)
         FROM document d WHERE d.entity_id = $1 AND d.id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            found.push(stored(row)?);
            Ok(())
        },
    )?;
    found.sort_by_key(|one| one.document.id);
    found.dedup_by_key(|one| one.document.id);
    let mut lines = lines(work, &keys)?;
    for one in &mut found {
        one.document.lines = lines
            .remove(&one.document.id)
            .unwrap_or_default()
            .into_values()
            .collect();
    }
    Ok(found)
}

fn stored(row: &Row<'_>) -> Result<Stored, Fault> {
    let side = row.text(2)?;
    let currency = currency(&row.text(7)?)?;
    let word = |column: usize| Ok::<String, Fault>(row.opt_text(column)?.unwrap_or_default());
    let document = Document {
        id: DocumentId(row.int(0)?),
        kind: kind(&row.text(1)?)?,
        side: Side::parse(&side).ok_or_else(|| Fault::new(format!("`{side}` is no side")))?,
        number: row.text(3)?,
        party: row.opt_int(4)?.map(PartyId),
        issued_on: row.date(5)?,
        posted_on: row.date(6)?,
        net: Money::new(row.int(8)?, currency),
        tax: Money::new(row.int(9)?, currency),
        gross: Money::new(row.int(10)?, currency),
        reverses: row.opt_int(11)?.map(DocumentId),
        entry: row.opt_int(12)?.map(EntryId),
        references: DocumentReferences {
            purchase_order: word(13)?,
            contract: word(14)?,
            region: word(15)?,
            memo: Cow::Owned(word(16)?),
        },
        lines: Vec::new(),
    };
    Ok(Stored {
        document,
        origin: row.text(17)?,
        is_taken_back: 0 < row.int(18)?,
        line: row.opt_int(19)?.map(LineId),
    })
}

type Lines = HashMap<DocumentId, BTreeMap<i64, DocumentLine>>;

fn lines(work: &mut Work<'_>, keys: &[Value<'_>]) -> Result<Lines, Fault> {
    let entity = work.entity_id();
    let mut found = Lines::new();
    work.connection.each_in(
        "SELECT l.document_id, l.line_number, l.description, l.account, l.quantity, l.unit_price,
            l.net, l.tax, l.tax_rate, l.tax_category, d.currency
         FROM document_line l
         JOIN document d ON d.entity_id = l.entity_id AND d.id = l.document_id
         WHERE l.entity_id = $1 AND l.document_id IN (/*keys*/)",
        &[entity.into()],
        keys,
        |row| {
            let currency = currency(&row.text(10)?)?;
            let line = DocumentLine {
                description: row.text(2)?,
                account: Cow::Owned(row.text(3)?),
                quantity: decimal(&row.text(4)?)?,
                unit_price: decimal(&row.text(5)?)?,
                net: Money::new(row.int(6)?, currency),
                tax: Money::new(row.int(7)?, currency),
                tax_rate: decimal(&row.text(8)?)?,
                tax_category: row.text(9)?,
            };
            let document = DocumentId(row.int(0)?);
            found.entry(document).or_default().insert(row.int(1)?, line);
            Ok(())
        },
    )?;
    Ok(found)
}

fn decimal(text: &str) -> Result<Decimal, Fault> {
    Decimal::from_str(text).map_err(|_| Fault::new(format!("`{text}` is no decimal")))
}

/// A line of an entry as it was stored.
#[derive(Clone, Debug)]
pub(super) struct StoredLine {
    pub(super) entry: EntryId,
    pub(super) number: i64,
    pub(super) account: String,
    pub(super) name: String,
    pub(super) has_item: bool,
    pub(super) amount: Money,
    pub(super) functional: Money,
}

/// The lines of entries, in their order.
pub(super) fn entry_lines(
    work: &mut Work<'_>,
    entries: &[EntryId],
) -> Result<Vec<StoredLine>, Fault> {
    let (entity, functional) = (work.entity_id(), work.functional());
    let keys: Vec<Value<'_>> = entries.iter().map(|id| Value::from(id.0)).collect();
    let mut found = Vec::new();
    work.connection.each_in(
        "SELECT l.entry_id, l.line_number, l.account, COALESCE(a.name, ''), l.item_id, l.currency,
            l.amount, l.functional
         FROM journal_line l
         LEFT JOIN account a ON a.entity_id = l.entity_id AND a.code = l.account
         WHERE l.entity_id = $1 AND l.entry_id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            found.push(StoredLine {
                entry: EntryId(row.int(0)?),
                number: row.int(1)?,
                account: row.text(2)?,
                name: row.text(3)?,
                has_item: row.opt_int(4)?.is_some(),
                amount: Money::new(row.int(6)?, currency(&row.text(5)?)?),
                functional: Money::new(row.int(7)?, functional),
            });
            Ok(())
        },
    )?;
    found.sort_by_key(|line| (line.entry, line.number));
    found.dedup_by_key(|line| (line.entry, line.number));
    Ok(found)
}

/// The other side of documents, as their entries posted it, unsigned like an offset.
pub(super) fn offsets(
    work: &mut Work<'_>,
    documents: &[Stored],
) -> Result<HashMap<DocumentId, Vec<Offset>>, Fault> {
    let mut entries: Vec<EntryId> = documents
        .iter()
        .filter_map(|one| one.document.entry)
        .collect();
    entries.sort_unstable();
    entries.dedup();
    let mut by_entry: HashMap<EntryId, Vec<StoredLine>> = HashMap::new();
    for line in entry_lines(work, &entries)? {
        if !line.has_item {
            by_entry.entry(line.entry).or_default().push(line);
        }
    }
    let mut all = HashMap::new();
    for one in documents {
        let document = &one.document;
        let sign = -document.kind.kind().direction.sign();
        let lines = document.entry.and_then(|entry| by_entry.get(&entry));
        let offsets = lines.into_iter().flatten().map(|line| Offset {
            account: Cow::Owned(line.account.clone()),
            amount: signed(line.amount, sign),
            functional: signed(line.functional, sign),
        });
        all.insert(document.id, offsets.collect());
    }
    Ok(all)
}

fn signed(money: Money, sign: i64) -> Money {
    if sign < 0 { -money } else { money }
}
