//! Statements of short-pays.

use std::collections::HashMap;

use domain::calendar::Date;
use domain::documents::DocumentReferences;
use domain::ids::{DocumentId, EventId, ItemId, LineId, PartyId};
use domain::money::Money;
use domain::short_pays::{Parted, Reason};

use crate::db::{Row, Table, Value, table};
use crate::failure::Fault;
use crate::imports::currency;
use crate::short_pays::{Event, EventKind, Fresh, ShortPay, State, Undecided, Verdict};
use crate::work::Work;

const SHORT_PAY: Table = table!("short_pay": entity_id Int, document_id Int, item_id Int,
    credit_document_id Int, credit_item_id Int, from_document_id Int, from_item_id Int,
    decision_id Int, reason Text, stated Text, owner Text, answer_by Date, is_by_hand Int,
    actor Text, recorded_at At);
const SHORT_PAY_EVENT: Table = table!("short_pay_event": entity_id Int, id Int, document_id Int,
    kind Text, content Text, told Text, actor Text, recorded_at At);

/// What the audit log sums up.
pub(crate) const SUMMED: &[&Table] = &[&SHORT_PAY, &SHORT_PAY_EVENT];

pub(super) fn insert(work: &mut Work<'_>, rows: &[Fresh]) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let actor = work.actor().to_owned();
    let rows = rows.iter().map(|row| {
        vec![
            entity.into(),
            row.parted.document.0.into(),
            row.parted.item.0.into(),
            row.parted.credit_document.0.into(),
            row.parted.credit.0.into(),
            row.from_document.0.into(),
            row.from_item.0.into(),
            row.decision.into(),
            row.reason.code().into(),
            (&row.stated).into(),
            (&row.owner).into(),
            row.answer_by.into(),
            i64::from(row.is_by_hand).into(),
            (&actor).into(),
            now.into(),
        ]
    });
    work.connection.insert(&SHORT_PAY, rows)?;
    Ok(())
}

pub(super) fn insert_event(
    work: &mut Work<'_>,
    document: DocumentId,
    kind: EventKind,
    content: &str,
    told: &str,
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let actor = work.actor().to_owned();
    let id = work.ids.take();
    let row = vec![
        entity.into(),
        id.into(),
        document.0.into(),
        kind.code().into(),
        content.into(),
        told.into(),
        (&actor).into(),
        now.into(),
    ];
    work.connection.insert(&SHORT_PAY_EVENT, [row])?;
    Ok(())
}

/// The short-pays that credits among some items parted off: credit and short-pay.
pub(crate) fn parted_by(
    work: &mut Work<'_>,
    items: &[ItemId],
) -> Result<HashMap<ItemId, ItemId>, Fault> {
    let entity = work.entity_id();
    let keys = keys_of(items);
    let mut found = HashMap::new();
    work.connection.each_in(
        "SELECT credit_item_id, item_id FROM short_pay
         WHERE entity_id = $1 AND credit_item_id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            found.insert(ItemId(row.int(0)?), ItemId(row.int(1)?));
            Ok(())
        },
    )?;
    Ok(found)
}

/// The short-pays parted off some items, oldest first.
pub(crate) fn parted_from(
    work: &mut Work<'_>,
    items: &[ItemId],
) -> Result<HashMap<ItemId, Vec<ItemId>>, Fault> {
    let entity = work.entity_id();
    let keys = keys_of(items);
    let mut found: HashMap<ItemId, Vec<ItemId>> = HashMap::new();
    work.connection.each_in(
        "SELECT from_item_id, item_id FROM short_pay
         WHERE entity_id = $1 AND from_item_id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            let shorts = found.entry(ItemId(row.int(0)?)).or_default();
            shorts.push(ItemId(row.int(1)?));
            Ok(())
        },
    )?;
    for shorts in found.values_mut() {
        shorts.sort_unstable();
        shorts.dedup();
    }
    Ok(found)
}

/// What is open of short-pays, with the item that each was parted off: item, short-pay, minor units.
pub(crate) fn open_by_item(work: &mut Work<'_>) -> Result<Vec<(ItemId, ItemId, i64)>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT s.from_item_id, s.item_id, i.open_amount FROM short_pay s
         JOIN open_item i ON i.entity_id = s.entity_id AND i.id = s.item_id
         WHERE s.entity_id = $1 ORDER BY s.item_id",
        &[entity.into()],
        |row| Ok((ItemId(row.int(0)?), ItemId(row.int(1)?), row.int(2)?)),
    )
}

/// The numbers of short-pays, by the item that each was parted off.
pub(crate) fn numbers(work: &mut Work<'_>) -> Result<Vec<(u64, String)>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT s.from_item_id, d.number FROM short_pay s
         JOIN document d ON d.entity_id = s.entity_id AND d.id = s.document_id
         WHERE s.entity_id = $1 ORDER BY s.item_id",
        &[entity.into()],
        |row| Ok((row.int(0)?.cast_unsigned(), row.text(1)?)),
    )
}

/// Short-pays of a decision about a bank line, with the item that each was parted off.
pub(crate) fn of_decision(
    work: &mut Work<'_>,
    decision: i64,
) -> Result<Vec<(Parted, ItemId)>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT document_id, item_id, credit_document_id, credit_item_id, from_item_id
         FROM short_pay WHERE entity_id = $1 AND decision_id = $2 ORDER BY document_id",
        &[entity.into(), decision.into()],
        parted,
    )
}

fn parted(row: &Row<'_>) -> Result<(Parted, ItemId), Fault> {
    let parted = Parted {
        document: DocumentId(row.int(0)?),
        item: ItemId(row.int(1)?),
        credit_document: DocumentId(row.int(2)?),
        credit: ItemId(row.int(3)?),
    };
    Ok((parted, ItemId(row.int(4)?)))
}

/// Short-pays that credits parted off and of which nothing was settled, with the item that each
/// was parted off.
pub(crate) fn untouched(
    work: &mut Work<'_>,
    credits: &[ItemId],
) -> Result<Vec<(Parted, ItemId)>, Fault> {
    let entity = work.entity_id();
    let keys = keys_of(credits);
    let mut found: HashMap<ItemId, (Parted, ItemId)> = HashMap::new();
    work.connection.each_in(
        "SELECT s.document_id, s.item_id, s.credit_document_id, s.credit_item_id, s.from_item_id
         FROM short_pay s
         JOIN open_item i ON i.entity_id = s.entity_id AND i.id = s.item_id
         WHERE s.entity_id = $1 AND i.open_amount = i.amount AND s.credit_item_id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            let one = parted(row)?;
            found.insert(one.0.item, one);
            Ok(())
        },
    )?;
    let mut all: Vec<_> = found.into_values().collect();
    all.sort_by_key(|(parted, _)| parted.item);
    Ok(all)
}

/// What a document that is paid short says, by its items: number, party, and what it quotes.
pub(super) struct Paper {
    pub(super) number: String,
    pub(super) party: Option<PartyId>,
    pub(super) references: DocumentReferences,
}

pub(super) fn papers(
    work: &mut Work<'_>,
    items: &[ItemId],
) -> Result<HashMap<ItemId, Paper>, Fault> {
    let entity = work.entity_id();
    let keys = keys_of(items);
    let mut found = HashMap::new();
    work.connection.each_in(
        "SELECT i.id, d.number, d.party_id, d.purchase_order, d.contract, d.region
         FROM open_item i
         JOIN document d ON d.entity_id = i.entity_id AND d.id = i.document_id
         WHERE i.entity_id = $1 AND i.id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            let paper = Paper {
                number: row.text(1)?,
                party: row.opt_int(2)?.map(PartyId),
                references: DocumentReferences {
                    purchase_order: row.opt_text(3)?.unwrap_or_default(),
                    contract: row.opt_text(4)?.unwrap_or_default(),
                    region: row.opt_text(5)?.unwrap_or_default(),
                    ..DocumentReferences::default()
                },
            };
            found.insert(ItemId(row.int(0)?), paper);
            Ok(())
        },
    )?;
    Ok(found)
}

fn keys_of(items: &[ItemId]) -> Vec<Value<'static>> {
    let mut keys: Vec<i64> = items.iter().map(|item| item.0).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter().map(Value::Int).collect()
}

/// The latest of a kind of event about a case `s`, or what stood there first; of the events `e`
/// of which something more holds, where that is said.
macro_rules! latest {
    ($kind:literal, $first:literal) => {
        $crate::short_pays::sql::latest!($kind, $first, "")
    };
    ($kind:literal, $first:literal, $and:literal) => {
        concat!(
            "COALESCE((SELECT e.content FROM short_pay_event e WHERE e.entity_id = s.entity_id
                AND e.document_id = s.document_id AND e.kind = '",
            $kind,
            "'",
            $and,
            " ORDER BY e.id DESC LIMIT 1), ",
            $first,
            ")"
        )
    };
}
pub(crate) use latest;

/// What became of a case `s` whose item is `i`, in a word: see [`State`].
macro_rules! state {
    () => {
        concat!(
            "CASE WHEN EXISTS (SELECT 1 FROM document b WHERE b.entity_id = s.entity_id
                AND b.reverses_id = s.document_id) THEN 'taken_back'
            WHEN i.open_amount = 0 THEN CASE COALESCE((SELECT k.kind FROM application a
                JOIN open_item c ON c.entity_id = a.entity_id AND c.id = a.credit_item_id
                JOIN document k ON k.entity_id = c.entity_id AND k.id = c.document_id
                WHERE a.entity_id = s.entity_id AND a.debit_item_id = s.item_id
                AND a.undoes_id IS NULL AND NOT EXISTS (SELECT 1 FROM application u
                    WHERE u.entity_id = a.entity_id AND u.undoes_id = a.id)
                ORDER BY a.id DESC LIMIT 1), '')
                WHEN 'credit_memo' THEN 'credited' WHEN 'write_off' THEN 'written_off'
                ELSE 'paid' END
            ELSE ",
            $crate::short_pays::sql::latest!("decided", "'open'"),
            " END"
        )
    };
}
pub(crate) use state;

/// `gone` where the payment that was short no longer stands and the document `f` that it paid is open
/// again, while a case `s` was not taken back: its short-pay was settled, wholly or in part.
///
/// The payment is what the decision of the case applied there, or all money where a person parted
/// it off. Of several that were applied, one that stands is enough; where none was, none is gone.
macro_rules! payment_gone {
    () => {
        "CASE WHEN f.open_amount <> 0 AND NOT EXISTS (SELECT 1 FROM document b
                WHERE b.entity_id = s.entity_id AND b.reverses_id = s.document_id)
            AND (SELECT MAX(CASE WHEN EXISTS (SELECT 1 FROM application u
                    WHERE u.entity_id = a.entity_id AND u.undoes_id = a.id) THEN 0 ELSE 1 END)
                FROM application a
                JOIN open_item c ON c.entity_id = a.entity_id AND c.id = a.credit_item_id
                JOIN document k ON k.entity_id = c.entity_id AND k.id = c.document_id
                WHERE a.entity_id = s.entity_id AND a.debit_item_id = s.from_item_id
                AND a.undoes_id IS NULL AND k.kind IN ('receipt', 'transfer_in')
                AND (s.decision_id IS NULL OR EXISTS (SELECT 1 FROM cash_decision_document x
                    WHERE x.entity_id = s.entity_id AND x.decision_id = s.decision_id
                    AND x.document_id = c.document_id))) = 0 THEN 'gone' ELSE 'stands' END"
    };
}
pub(crate) use payment_gone;

/// The number of what settled the short-pay of a case `s` last; empty where nothing did.
macro_rules! settled_by {
    () => {
        "COALESCE((SELECT k.number FROM application a
            JOIN open_item c ON c.entity_id = a.entity_id AND c.id = a.credit_item_id
            JOIN document k ON k.entity_id = c.entity_id AND k.id = c.document_id
            WHERE a.entity_id = s.entity_id AND a.debit_item_id = s.item_id
            AND a.undoes_id IS NULL AND NOT EXISTS (SELECT 1 FROM application u
                WHERE u.entity_id = a.entity_id AND u.undoes_id = a.id)
            ORDER BY a.id DESC LIMIT 1), '')"
    };
}

/// Cases `s` with what they are about: short-pay `d` and its item `i`, the document `o` that was
/// paid short and its item `f`, the party `p`, the decision `l` about a bank line.
macro_rules! cases {
    () => {
        " FROM short_pay s
         JOIN document d ON d.entity_id = s.entity_id AND d.id = s.document_id
         JOIN document o ON o.entity_id = s.entity_id AND o.id = s.from_document_id
         JOIN open_item i ON i.entity_id = s.entity_id AND i.id = s.item_id
         JOIN open_item f ON f.entity_id = s.entity_id AND f.id = s.from_item_id
         JOIN party p ON p.entity_id = d.entity_id AND p.id = d.party_id
         LEFT JOIN cash_decision l ON l.entity_id = s.entity_id AND l.id = s.decision_id"
    };
}
pub(crate) use cases;

/// Everything about cases.
const CASES: &str = concat!(
    "SELECT s.document_id, d.number, p.code, p.name, o.number, s.from_document_id, i.amount,
        i.open_amount, i.currency, i.open_functional, i.opened_on, i.due_on, s.stated, ",
    latest!("reason", "s.reason"),
    ", ",
    latest!("assigned", "s.owner"),
    ", ",
    latest!("answer_by", "CAST(s.answer_by AS TEXT)"),
    ", ",
    latest!("decided", "''"),
    ", ",
    state!(),
    ", s.is_by_hand, s.actor, s.recorded_at, l.line_id, l.unit, l.receipt_id, r.number,
        s.item_id, p.id, d.entry_id, s.decision_id, c.number, s.credit_document_id, ",
    payment_gone!(),
    ", ",
    settled_by!(),
    cases!(),
    " JOIN document c ON c.entity_id = s.entity_id AND c.id = s.credit_document_id
     LEFT JOIN document r ON r.entity_id = l.entity_id AND r.id = l.receipt_id
     WHERE s.entity_id = $1"
);

/// Every case, oldest first.
pub(super) fn all(work: &mut Work<'_>) -> Result<Vec<ShortPay>, Fault> {
    let (entity, functional) = (work.entity_id(), work.functional());
    let sql = format!("{CASES} ORDER BY s.document_id");
    work.rows(&sql, &[entity.into()], |row| case(row, functional))
}

/// The case of a number or id.
pub(super) fn one(work: &mut Work<'_>, asked: &str) -> Result<Option<ShortPay>, Fault> {
    let (entity, functional) = (work.entity_id(), work.functional());
    if asked.contains('\0') {
        return Ok(None);
    }
    let (condition, key): (&str, Value<'_>) = match asked.parse::<DocumentId>() {
        Ok(id) => ("s.document_id = $2", id.0.into()),
        Err(_) => ("d.kind = 'short_pay' AND d.number = $2", asked.into()),
    };
    let sql = format!("{CASES} AND {condition}");
    work.row(&sql, &[entity.into(), key], |row| case(row, functional))
}

fn case(row: &Row<'_>, functional: domain::money::Currency) -> Result<ShortPay, Fault> {
    let own = currency(&row.text(8)?)?;
    let (reason, verdict, state) = (row.text(13)?, row.text(16)?, row.text(17)?);
    let unknown = |word: &str| Fault::new(format!("`{word}` is not known of short-pays"));
    let answer_by = row.text(15)?;
    Ok(ShortPay {
        document: DocumentId(row.int(0)?),
        number: row.text(1)?,
        party: PartyId(row.int(26)?),
        party_code: row.text(2)?,
        party_name: row.text(3)?,
        from_number: row.text(4)?,
        from: DocumentId(row.int(5)?),
        item: ItemId(row.int(25)?),
        amount: Money::new(row.int(6)?, own),
        open: Money::new(row.int(7)?, own),
        open_functional: Money::new(row.int(9)?, functional),
        opened_on: row.date(10)?,
        due_on: row.date(11)?,
        stated: row.text(12)?,
        reason: Reason::parse(&reason).ok_or_else(|| unknown(&reason))?,
        owner: row.text(14)?,
        answer_by: answer_by.parse::<Date>().map_err(|_| unknown(&answer_by))?,
        verdict: Verdict::parse(&verdict),
        state: State::parse(&state).ok_or_else(|| unknown(&state))?,
        is_by_hand: row.int(18)? == 1,
        actor: row.text(19)?,
        recorded_at: row.at(20)?,
        line: row.opt_int(21)?.map(LineId).map(|line| {
            let unit = row.opt_text(22).ok().flatten().unwrap_or_default();
            (line, unit)
        }),
        receipt: match row.opt_int(23)? {
            Some(id) => Some((DocumentId(id), row.opt_text(24)?.unwrap_or_default())),
            None => None,
        },
        credit_number: row.text(29)?,
        credit: DocumentId(row.int(30)?),
        payment_gone: row.text(31)? == "gone",
        settled_by: row.text(32)?,
        decision: row.opt_int(28)?,
    })
}

/// How many open cases nobody decided about, and how many of them are late on a day.
pub(super) fn undecided(work: &mut Work<'_>, on: Date) -> Result<Undecided, Fault> {
    let entity = work.entity_id();
    let days = work.rows(
        concat!(
            "SELECT s.document_id, ",
            latest!("answer_by", "CAST(s.answer_by AS TEXT)"),
            " FROM short_pay s
             JOIN open_item i ON i.entity_id = s.entity_id AND i.id = s.item_id
             WHERE s.entity_id = $1 AND i.open_amount <> 0 AND NOT EXISTS (
                SELECT 1 FROM short_pay_event e WHERE e.entity_id = s.entity_id
                AND e.document_id = s.document_id AND e.kind = 'decided')"
        ),
        &[entity.into()],
        |row| row.text(1),
    )?;
    let late = days
        .iter()
        .filter(|day| day.parse::<Date>().is_ok_and(|day| day < on));
    Ok(Undecided {
        all: days.len() as i64,
        late: late.count() as i64,
    })
}

/// What people did about a case, oldest first.
pub(super) fn events(work: &mut Work<'_>, document: DocumentId) -> Result<Vec<Event>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT id, kind, content, told, actor, recorded_at FROM short_pay_event
         WHERE entity_id = $1 AND document_id = $2 ORDER BY id",
        &[entity.into(), document.0.into()],
        |row| {
            let word = row.text(1)?;
            let kind = EventKind::parse(&word)
                .ok_or_else(|| Fault::new(format!("`{word}` is no event of a short-pay")))?;
            Ok(Event {
                id: EventId(row.int(0)?),
                kind,
                content: row.text(2)?,
                told: row.text(3)?,
                actor: row.text(4)?,
                recorded_at: row.at(5)?,
            })
        },
    )
}
