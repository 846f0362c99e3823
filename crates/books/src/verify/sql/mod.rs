//! Statements of the checks. `$1` is the entity; a broken fact is told in words, with the amount
//! it is off by and its currency where there is one. `/*new x*/` stands where facts made since a
//! moment can be told by their id, `/*touched x*/` where items can that such facts touch; see
//! [`Since`](crate::verify::Since).

mod certificates;
mod new;
mod short_pays;

pub(super) use certificates::{COVERS, UNTIED_WITHHELD, WITHHELD, WRONG_COVER};
pub(super) use new::of_new;
pub(super) use short_pays::{SHORT_PAYS, WRONG_SHORT_PAY};

use crate::failure::Fault;
use crate::verify::Found;
use crate::work::Work;

// Promise 1: entries balance.

pub(super) const LINES: &str =
    "SELECT COUNT(*) FROM journal_line WHERE entity_id = $1/*new entry_id*/";
pub(super) const ENTRIES: &str =
    "SELECT COUNT(*) FROM journal_entry WHERE entity_id = $1/*new id*/";

/// Only suspicious entries are grouped by currency: the key's order serves the first pass.
pub(super) const UNBALANCED: &str = "
    SELECT 'entry ' || COALESCE(CAST(e.number AS TEXT), 'without a head') || ' does not balance',
        b.difference, b.currency
    FROM (SELECT entry_id, currency, CAST(SUM(amount) AS BIGINT) AS difference
        FROM journal_line
        WHERE entity_id = $1/*new entry_id*/ AND entry_id IN (SELECT entry_id FROM journal_line
            WHERE entity_id = $1/*new entry_id*/ GROUP BY entry_id
            HAVING SUM(amount) <> 0 OR MIN(currency) <> MAX(currency))
        GROUP BY entry_id, currency HAVING SUM(amount) <> 0) b
    LEFT JOIN journal_entry e ON e.entity_id = $1 AND e.id = b.entry_id
    ORDER BY e.number, b.currency LIMIT 1";

pub(super) const UNBALANCED_FUNCTIONAL: &str = "
    SELECT 'entry ' || COALESCE(CAST(e.number AS TEXT), 'without a head') || ' does not balance',
        b.difference, (SELECT currency FROM entity WHERE id = $1)
    FROM (SELECT entry_id, CAST(SUM(functional) AS BIGINT) AS difference FROM journal_line
        WHERE entity_id = $1/*new entry_id*/ GROUP BY entry_id HAVING SUM(functional) <> 0) b
    LEFT JOIN journal_entry e ON e.entity_id = $1 AND e.id = b.entry_id
    ORDER BY e.number LIMIT 1";

pub(super) const TORN_ENTRY: &str = "
    SELECT t.what, CAST(NULL AS BIGINT), CAST(NULL AS TEXT)
    FROM (SELECT 'entry ' || e.number || ' has no lines' AS what
        FROM journal_entry e WHERE e.entity_id = $1/*new e.id*/ AND NOT EXISTS (SELECT 1
            FROM journal_line l WHERE l.entity_id = $1 AND l.entry_id = e.id)
        UNION ALL
        SELECT CASE WHEN e.id IS NULL THEN 'lines of ' || l.count || ' have no entry'
            WHEN l.count <> l.last THEN 'entry ' || e.number || ' has lost a line'
            ELSE 'entry ' || e.number || ' of ' || e.posted_on || ' has lines of ' || l.first_on
            END
        FROM (SELECT entry_id, COUNT(*) AS count, MAX(line_number) AS last,
                MIN(posted_on) AS first_on, MAX(posted_on) AS last_on
            FROM journal_line WHERE entity_id = $1/*new entry_id*/ GROUP BY entry_id) l
        LEFT JOIN journal_entry e ON e.entity_id = $1 AND e.id = l.entry_id
        WHERE e.id IS NULL OR l.count <> l.last
            OR e.posted_on <> l.first_on OR e.posted_on <> l.last_on) t
    ORDER BY t.what LIMIT 1";

pub(super) const UNKNOWN_ACCOUNT: &str = "
    SELECT 'account ' || l.account || ' is not in the chart', CAST(NULL AS BIGINT),
        CAST(NULL AS TEXT)
    FROM (SELECT account FROM journal_line WHERE entity_id = $1/*new entry_id*/ GROUP BY account) l
    WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.entity_id = $1 AND a.code = l.account)
    ORDER BY l.account LIMIT 1";

// Promise 2: posted facts are never changed; corrections point at them.

pub(super) fn guards(work: &mut Work<'_>) -> Result<Found, Fault> {
    let (expected, missing) = work.connection.guards()?;
    Ok((
        expected,
        missing.map(|name| format!("the guard {name} is missing, switched off or changed")),
    ))
}

pub(super) const REVERSALS: &str =
    "SELECT COUNT(*) FROM journal_entry WHERE entity_id = $1 AND reverses_id IS NOT NULL";

pub(super) const WRONG_REVERSAL: &str = "
    SELECT 'entry ' || r.number || ' ' || r.what, CAST(NULL AS BIGINT), CAST(NULL AS TEXT)
    FROM (SELECT e.number, 'reverses an entry that is not there' AS what
        FROM journal_entry e WHERE e.entity_id = $1 AND e.reverses_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM journal_entry o
                WHERE o.entity_id = $1 AND o.id = e.reverses_id)
        UNION ALL
        SELECT MAX(e.number), 'reverses an entry that another one reversed'
        FROM journal_entry e WHERE e.entity_id = $1 AND e.reverses_id IS NOT NULL
        GROUP BY e.reverses_id HAVING COUNT(*) > 1
        UNION ALL
        SELECT m.number, 'does not negate the entry that it reverses'
        FROM (SELECT e.number, l.account, l.party_id, l.currency, l.amount, l.functional
            FROM journal_entry e JOIN journal_line l ON l.entity_id = $1 AND l.entry_id = e.id
            WHERE e.entity_id = $1 AND e.reverses_id IS NOT NULL
            UNION ALL
            SELECT e.number, l.account, l.party_id, l.currency, l.amount, l.functional
            FROM journal_entry e
            JOIN journal_line l ON l.entity_id = $1 AND l.entry_id = e.reverses_id
            WHERE e.entity_id = $1 AND e.reverses_id IS NOT NULL) m
        GROUP BY m.number, m.account, m.party_id, m.currency
        HAVING SUM(m.amount) <> 0 OR SUM(m.functional) <> 0) r
    ORDER BY r.number LIMIT 1";

pub(super) const TAKEN_BACK: &str =
    "SELECT COUNT(*) FROM document WHERE entity_id = $1 AND reverses_id IS NOT NULL";

pub(super) const WRONG_TAKING_BACK: &str = "
    SELECT d.kind || ' ' || d.number || ' takes back '
            || COALESCE(o.kind || ' ' || o.number, 'a document that is not there'),
        CAST(NULL AS BIGINT), CAST(NULL AS TEXT)
    FROM document d
    LEFT JOIN document o ON o.entity_id = $1 AND o.id = d.reverses_id
    WHERE d.entity_id = $1 AND d.reverses_id IS NOT NULL AND (o.id IS NULL OR o.kind <> d.kind)
    ORDER BY d.id LIMIT 1";

// Promise 3: the subledger is the detail of the ledger.

pub(super) const MOVEMENTS: &str = "
    SELECT (SELECT COUNT(*) FROM journal_line l
            WHERE l.entity_id = $1/*new l.entry_id*/ AND l.account IN
            (SELECT code FROM account WHERE entity_id = $1 AND is_control = 1))
        + (SELECT COUNT(*) FROM open_item WHERE entity_id = $1/*new id*/)
        + (SELECT COUNT(*) FROM item_valuation WHERE entity_id = $1/*new entry_id*/)
        + 2 * (SELECT COUNT(*) FROM application WHERE entity_id = $1/*new id*/)";

/// Ledger less subledger moves by nothing on any day, so they are equal at every day's end.
pub(super) const UNTIED: &str = "
    SELECT 'account ' || m.account || ' and the open items of '
            || COALESCE((SELECT code FROM party WHERE entity_id = $1 AND id = m.party_id),
                'unknown payers')
            || ' in ' || m.currency || ' part on ' || m.day,
        CASE WHEN m.amount <> 0 THEN m.amount ELSE m.functional END,
        CASE WHEN m.amount <> 0 THEN m.currency
            ELSE (SELECT currency FROM entity WHERE id = $1) END
    FROM (SELECT account, party_id, currency, day, CAST(SUM(amount) AS BIGINT) AS amount,
            CAST(SUM(functional) AS BIGINT) AS functional
        FROM (SELECT account, party_id, currency, posted_on AS day, amount, functional
            FROM journal_line WHERE entity_id = $1/*new entry_id*/ AND account IN
                (SELECT code FROM account WHERE entity_id = $1 AND is_control = 1)
            UNION ALL
            SELECT account, party_id, currency, opened_on, -amount, -functional
            FROM open_item WHERE entity_id = $1/*new id*/
            UNION ALL
            SELECT i.account, i.party_id, i.currency, e.posted_on, 0, i.functional - v.functional
            FROM item_valuation v
            JOIN open_item i ON i.entity_id = $1 AND i.id = v.item_id
            JOIN journal_entry e ON e.entity_id = $1 AND e.id = v.entry_id
            WHERE v.entity_id = $1/*new v.entry_id*/
            UNION ALL
            SELECT i.account, i.party_id, i.currency, a.applied_on, a.debit_amount,
                a.debit_functional
            FROM application a JOIN open_item i ON i.entity_id = $1 AND i.id = a.debit_item_id
            WHERE a.entity_id = $1/*new a.id*/
            UNION ALL
            SELECT i.account, i.party_id, i.currency, a.applied_on, -a.credit_amount,
                -a.credit_functional
            FROM application a JOIN open_item i ON i.entity_id = $1 AND i.id = a.credit_item_id
            WHERE a.entity_id = $1/*new a.id*/) moves
        GROUP BY party_id, day, currency, account
        HAVING SUM(amount) <> 0 OR SUM(functional) <> 0) m
    ORDER BY m.day, m.account, m.currency LIMIT 1";

// Promise 4: no application exceeds an item, no item crosses zero.

pub(super) const APPLICATIONS: &str =
    "SELECT COUNT(*) FROM application WHERE entity_id = $1/*new id*/";
pub(super) const ITEMS: &str = "SELECT COUNT(*) FROM open_item WHERE entity_id = $1/*new id*/";
pub(super) const UNDOINGS: &str =
    "SELECT COUNT(*) FROM application WHERE entity_id = $1 AND undoes_id IS NOT NULL";

pub(super) const WRONG_APPLICATION: &str = "
    SELECT 'the application of ' || COALESCE(cd.kind || ' ' || cd.number, 'an item not there')
            || ' to ' || COALESCE(dd.kind || ' ' || dd.number, 'an item not there') || ' on '
            || a.applied_on || CASE
            WHEN d.id IS NULL OR c.id IS NULL THEN ' settles nothing'
            WHEN d.amount <= 0 OR c.amount >= 0 THEN ' joins two items of one column'
            WHEN a.applied_on < d.opened_on OR a.applied_on < c.opened_on
                THEN ' counts before they were opened'
            WHEN d.currency = c.currency AND a.debit_amount <> a.credit_amount
                THEN ' takes two amounts in one currency'
            ELSE ' has the wrong sign' END,
        CAST(NULL AS BIGINT), CAST(NULL AS TEXT)
    FROM application a
    LEFT JOIN open_item d ON d.entity_id = $1 AND d.id = a.debit_item_id
    LEFT JOIN open_item c ON c.entity_id = $1 AND c.id = a.credit_item_id
    LEFT JOIN document dd ON dd.entity_id = $1 AND dd.id = d.document_id
    LEFT JOIN document cd ON cd.entity_id = $1 AND cd.id = c.document_id
    WHERE a.entity_id = $1/*new a.id*/ AND (d.id IS NULL OR c.id IS NULL OR d.amount <= 0 OR c.amount >= 0
        OR a.applied_on < d.opened_on OR a.applied_on < c.opened_on
        OR d.currency = c.currency AND a.debit_amount <> a.credit_amount
        OR a.undoes_id IS NULL AND (a.debit_amount <= 0 OR a.credit_amount <= 0)
        OR a.undoes_id IS NOT NULL AND (a.debit_amount >= 0 OR a.credit_amount >= 0))
    ORDER BY a.id LIMIT 1";

pub(super) const WRONG_UNDOING: &str = "
    SELECT 'the undoing on ' || u.applied_on || CASE
            WHEN u.a_id IS NULL THEN ' of an application that is not there'
            WHEN u.times > 1 THEN ' of an application undone before'
            ELSE ' is not the opposite of its application' END,
        CAST(NULL AS BIGINT), CAST(NULL AS TEXT)
    FROM (SELECT u.id, u.applied_on, a.id AS a_id,
            COUNT(*) OVER (PARTITION BY u.undoes_id) AS times,
            CASE WHEN u.debit_item_id = a.debit_item_id AND u.credit_item_id = a.credit_item_id
                AND u.debit_amount = -a.debit_amount AND u.credit_amount = -a.credit_amount
                AND u.debit_functional = -a.debit_functional
                AND u.credit_functional = -a.credit_functional
                AND a.undoes_id IS NULL AND u.applied_on >= a.applied_on
                THEN 1 ELSE 0 END AS is_opposite
        FROM application u LEFT JOIN application a ON a.entity_id = $1 AND a.id = u.undoes_id
        WHERE u.entity_id = $1 AND u.undoes_id IS NOT NULL) u
    WHERE u.a_id IS NULL OR u.times > 1 OR u.is_opposite = 0
    ORDER BY u.id LIMIT 1";

pub(super) const CROSSES_ZERO: &str = "
    SELECT d.kind || ' ' || d.number || CASE WHEN r.settled < 0
            THEN ' is more than whole on ' ELSE ' crosses zero on ' END || r.applied_on,
        CASE WHEN r.settled < 0 THEN r.settled ELSE r.settled - ABS(i.amount) END, i.currency
    FROM (SELECT m.item_id, m.id, m.applied_on, CAST(SUM(m.amount) OVER (PARTITION BY m.item_id
            ORDER BY m.applied_on, m.id ROWS UNBOUNDED PRECEDING) AS BIGINT) AS settled
        FROM (SELECT debit_item_id AS item_id, id, applied_on, debit_amount AS amount
            FROM application WHERE entity_id = $1/*touched debit_item_id*/
            UNION ALL
            SELECT credit_item_id, id, applied_on, credit_amount
            FROM application WHERE entity_id = $1/*touched credit_item_id*/) m) r
    JOIN open_item i ON i.entity_id = $1 AND i.id = r.item_id
    JOIN document d ON d.entity_id = $1 AND d.id = i.document_id
    WHERE r.settled < 0 OR r.settled > ABS(i.amount)
    ORDER BY r.applied_on, r.id LIMIT 1";

pub(super) const WRONG_CACHE: &str = "
    SELECT d.kind || ' ' || d.number || ' is cached with another open amount',
        CASE WHEN c.amount <> 0 THEN c.amount ELSE c.functional END,
        CASE WHEN c.amount <> 0 THEN c.currency
            ELSE (SELECT currency FROM entity WHERE id = $1) END
    FROM (SELECT i.id, i.document_id, i.currency,
            i.open_amount - i.amount + COALESCE(m.amount, 0) AS amount,
            i.open_functional - COALESCE(v.functional, i.functional)
                + COALESCE(m.functional, 0) AS functional
        FROM open_item i
        LEFT JOIN (SELECT item_id, CAST(SUM(amount) AS BIGINT) AS amount,
                CAST(SUM(functional) AS BIGINT) AS functional
            FROM (SELECT debit_item_id AS item_id, debit_amount AS amount,
                    debit_functional AS functional
                FROM application WHERE entity_id = $1/*touched debit_item_id*/
                UNION ALL
                SELECT credit_item_id, -credit_amount, -credit_functional
                FROM application WHERE entity_id = $1/*touched credit_item_id*/) taken
            GROUP BY item_id) m ON m.item_id = i.id
        LEFT JOIN item_valuation v ON v.entity_id = $1 AND v.item_id = i.id
        WHERE i.entity_id = $1/*touched i.id*/) c
    JOIN document d ON d.entity_id = $1 AND d.id = c.document_id
    WHERE c.amount <> 0 OR c.functional <> 0
    ORDER BY c.id LIMIT 1";

// Promise 5: closed periods.

pub(super) const DATED: &str = "
    SELECT (SELECT COUNT(*) FROM journal_entry WHERE entity_id = $1/*new id*/)
        + (SELECT COUNT(*) FROM open_item WHERE entity_id = $1/*new id*/)
        + (SELECT COUNT(*) FROM application WHERE entity_id = $1/*new id*/)";

pub(super) const CLOSES: &str =
    "SELECT COUNT(*) FROM period_event WHERE entity_id = $1 AND action = 'closed'";

pub(super) const INTO_CLOSED: &str = "
    SELECT f.what || ' was recorded in period ' || c.period || ' after its close'
    FROM (SELECT 'entry ' || number AS what, recorded_at,
            SUBSTR(CAST(posted_on AS TEXT), 1, 7) AS period
        FROM journal_entry WHERE entity_id = $1/*new id*/
        UNION ALL
        SELECT 'an open item of ' || opened_on, recorded_at,
            SUBSTR(CAST(opened_on AS TEXT), 1, 7)
        FROM open_item WHERE entity_id = $1/*new id*/
        UNION ALL
        SELECT 'an application of ' || applied_on, recorded_at,
            SUBSTR(CAST(applied_on AS TEXT), 1, 7)
        FROM application WHERE entity_id = $1/*new id*/) f
    CROSS JOIN (SELECT c.period, c.recorded_at AS closed_at, (SELECT MIN(r.recorded_at)
            FROM period_event r WHERE r.entity_id = $1 AND r.period = c.period
                AND r.action = 'reopened' AND r.id > c.id) AS reopened_at
        FROM period_event c WHERE c.entity_id = $1 AND c.action = 'closed') c
    WHERE c.period = f.period AND f.recorded_at > c.closed_at
        AND (c.reopened_at IS NULL OR f.recorded_at < c.reopened_at)
    ORDER BY f.recorded_at, f.what LIMIT 1";

// Promise 6: numbers without gap and twin.

pub(super) fn each_issued_number(
    work: &mut Work<'_>,
    first_id: i64,
    mut take: impl FnMut(String, String),
) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.connection.each(
        "SELECT kind, number FROM document WHERE entity_id = $1 AND origin = 'issued' AND id >= $2",
        &[entity.into(), first_id.into()],
        |row| {
            take(row.text(0)?, row.text(1)?);
            Ok(())
        },
    )
}

pub(super) fn each_entry_number(
    work: &mut Work<'_>,
    first_id: i64,
    mut take: impl FnMut(i64),
) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.connection.each(
        "SELECT number FROM journal_entry WHERE entity_id = $1 AND id >= $2",
        &[entity.into(), first_id.into()],
        |row| {
            take(row.int(0)?);
            Ok(())
        },
    )
}

/// The series with the last number that each has given.
pub(super) fn series(work: &mut Work<'_>) -> Result<Vec<(String, i64)>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT kind, next - 1 FROM number_series WHERE entity_id = $1 ORDER BY kind",
        &[entity.into()],
        |row| Ok((row.text(0)?, row.int(1)?)),
    )
}

// Promise 7: who, when, by which door and why.

pub(super) const LINKS: &str = "SELECT COUNT(*) FROM audit_log WHERE entity_id = $1";

pub(super) const ANONYMOUS: &str = "
    SELECT 'link ' || sequence || ' does not say who did what', CAST(NULL AS BIGINT),
        CAST(NULL AS TEXT)
    FROM audit_log WHERE entity_id = $1 AND (actor = '' OR door = '' OR action = '')
    ORDER BY sequence LIMIT 1";

/// Moments at which something was recorded.
macro_rules! moments {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            "(SELECT recorded_at FROM document WHERE entity_id = $1/*new id*/
            UNION SELECT recorded_at FROM open_item WHERE entity_id = $1/*new id*/
            UNION SELECT recorded_at FROM application WHERE entity_id = $1/*new id*/
            UNION SELECT recorded_at FROM journal_entry WHERE entity_id = $1/*new id*/
            UNION SELECT recorded_at FROM period_event WHERE entity_id = $1/*new id*/
            UNION SELECT recorded_at FROM source_file WHERE entity_id = $1/*new id*/
            UNION SELECT recorded_at FROM bank_line WHERE entity_id = $1/*new id*/
            UNION SELECT recorded_at FROM cash_decision WHERE entity_id = $1/*new id*/
            UNION SELECT recorded_at FROM certificate WHERE entity_id = $1/*new id*/
            UNION SELECT recorded_at FROM certificate_cover WHERE entity_id = $1/*new id*/
            UNION SELECT recorded_at FROM certificate_asking WHERE entity_id = $1/*new id*/
            UNION SELECT recorded_at FROM party_withholding WHERE entity_id = $1/*new id*/
            UNION SELECT recorded_at FROM run WHERE entity_id = $1/*new id*/
            UNION SELECT recorded_at FROM short_pay WHERE entity_id = $1/*new document_id*/
            UNION SELECT recorded_at FROM short_pay_event WHERE entity_id = $1/*new id*/
            UNION SELECT recorded_at FROM revaluation WHERE entity_id = $1/*new id*/)",
            $after
        )
    };
}

pub(super) const WRITES: &str = moments!("SELECT COUNT(*) FROM ", " w");

pub(super) const UNLINKED: &str = moments!(
    "SELECT 'what was recorded at ' || w.recorded_at || ' has no link', CAST(NULL AS BIGINT),
        CAST(NULL AS TEXT) FROM ",
    " w WHERE w.recorded_at NOT IN (SELECT recorded_at FROM audit_log WHERE entity_id = $1)
    ORDER BY w.recorded_at LIMIT 1"
);

// Promise 8: what comes from outside is taken once.

pub(super) const FILES: &str = "SELECT COUNT(*) FROM source_file WHERE entity_id = $1";

pub(super) const FILE_TWICE: &str = "
    SELECT 'file ' || MAX(name) || ' was taken ' || COUNT(*) || ' times', CAST(NULL AS BIGINT),
        CAST(NULL AS TEXT)
    FROM source_file WHERE entity_id = $1 GROUP BY purpose, sha256 HAVING COUNT(*) > 1
    ORDER BY MIN(id) LIMIT 1";

/// Every file whose content is kept: name, hash and content.
pub(super) fn each_kept_file(
    work: &mut Work<'_>,
    mut take: impl FnMut(&str, &str, &[u8]),
) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.connection.each(
        "SELECT name, sha256, content FROM source_file
         WHERE entity_id = $1 AND content IS NOT NULL ORDER BY id",
        &[entity.into()],
        |row| {
            take(&row.text(0)?, &row.text(1)?, &row.bytes(2)?);
            Ok(())
        },
    )
}

pub(super) const REQUESTS: &str = "SELECT COUNT(*) FROM taken_request WHERE entity_id = $1";

pub(super) const REQUEST_TWICE: &str = "
    SELECT 'request ' || request_key || ' was taken ' || COUNT(*) || ' times',
        CAST(NULL AS BIGINT), CAST(NULL AS TEXT)
    FROM taken_request WHERE entity_id = $1 GROUP BY request_key HAVING COUNT(*) > 1
    ORDER BY request_key LIMIT 1";

pub(super) const BANK_LINES: &str = "SELECT COUNT(*) FROM bank_line WHERE entity_id = $1";

pub(super) const BANK_LINE_TWICE: &str = "
    SELECT 'bank line ' || MAX(reference) || ' of ' || MAX(booked_on) || ' was taken '
            || COUNT(*) || ' times', CAST(NULL AS BIGINT), CAST(NULL AS TEXT)
    FROM bank_line WHERE entity_id = $1 GROUP BY bank_account_id, fingerprint
    HAVING COUNT(*) > 1 ORDER BY MIN(id) LIMIT 1";

pub(super) const DETAILS: &str =
    "SELECT COUNT(*) FROM bank_line WHERE entity_id = $1 AND parent_id IS NOT NULL";

pub(super) const WRONG_DETAILS: &str = "
    SELECT 'the details of bank line ' || COALESCE(p.reference || ' of ' || p.booked_on, 'none')
            || ' exceed it', ABS(d.amount) - ABS(COALESCE(p.amount, 0)), d.currency
    FROM (SELECT parent_id, currency, CAST(SUM(amount) AS BIGINT) AS amount
        FROM bank_line WHERE entity_id = $1 AND parent_id IS NOT NULL
        GROUP BY parent_id, currency) d
    LEFT JOIN bank_line p ON p.entity_id = $1 AND p.id = d.parent_id
    WHERE p.id IS NULL OR p.currency = d.currency AND ABS(d.amount) > ABS(p.amount)
    ORDER BY d.parent_id LIMIT 1";

pub(super) const DECISIONS: &str = "SELECT COUNT(*) FROM cash_decision WHERE entity_id = $1";

pub(super) const DECIDED_TWICE: &str = "
    SELECT CASE WHEN l.id IS NULL THEN 'a decision on ' || d.entry_ref || ' has no bank line'
            ELSE 'bank line ' || d.entry_ref || ' ' || d.unit || ' has ' || d.times
                || ' standing decisions' END, CAST(NULL AS BIGINT), CAST(NULL AS TEXT)
    FROM (SELECT s.line_id, s.unit, MAX(s.entry_ref) AS entry_ref, COUNT(*) AS times
        FROM cash_decision s WHERE s.entity_id = $1 AND NOT EXISTS (SELECT 1
            FROM cash_decision n WHERE n.entity_id = $1 AND n.replaces_id = s.id)
        GROUP BY s.line_id, s.unit) d
    LEFT JOIN bank_line l ON l.entity_id = $1 AND l.id = d.line_id
    WHERE d.times > 1 OR l.id IS NULL
    ORDER BY d.line_id, d.unit LIMIT 1";

pub(super) const LINE_RECEIPTS: &str =
    "SELECT COUNT(*) FROM cash_decision WHERE entity_id = $1 AND receipt_id IS NOT NULL";

pub(super) const WRONG_LINE_RECEIPT: &str = "
    SELECT CASE WHEN r.id IS NULL THEN 'the receipt of bank line ' || d.entry_ref
                || ' is not there'
            ELSE r.kind || ' ' || r.number || ' stands for ' || d.units || ' bank lines' END,
        CAST(NULL AS BIGINT), CAST(NULL AS TEXT)
    FROM (SELECT u.receipt_id, MAX(u.entry_ref) AS entry_ref, COUNT(*) AS units
        FROM (SELECT receipt_id, line_id, unit, MAX(entry_ref) AS entry_ref FROM cash_decision
            WHERE entity_id = $1 AND receipt_id IS NOT NULL
            GROUP BY receipt_id, line_id, unit) u
        GROUP BY u.receipt_id) d
    LEFT JOIN document r ON r.entity_id = $1 AND r.id = d.receipt_id
    WHERE r.id IS NULL OR d.units > 1
    ORDER BY d.receipt_id LIMIT 1";

// Promise 10: nothing leaks.

pub(super) const DOCUMENTS: &str = "SELECT COUNT(*) FROM document WHERE entity_id = $1";
pub(super) const DOCUMENT_LINES: &str = "SELECT COUNT(*) FROM document_line WHERE entity_id = $1";

pub(super) const APPROVALS: &str =
    "SELECT COUNT(*) FROM approval_voice WHERE entity_id = $1 AND verdict = 'approved'";

pub(super) const OWN_APPROVALS: &str = "
    SELECT v.actor || ' approved what ' || r.maker || ' asked for: ' || r.kind || ' '
        || r.subject, CAST(NULL AS BIGINT), CAST(NULL AS TEXT)
    FROM approval_voice v
    JOIN approval_request r ON r.entity_id = v.entity_id AND r.id = v.request_id
    WHERE v.entity_id = $1 AND v.verdict = 'approved'
        AND (v.actor = r.maker OR v.stands_for = r.maker OR v.actor LIKE 'agent:%')
    ORDER BY r.id LIMIT 1";

pub(super) const WRONG_GROSS: &str = "
    SELECT kind || ' ' || number || ' has another gross than net and tax', gross - net - tax,
        currency
    FROM document WHERE entity_id = $1 AND gross <> net + tax ORDER BY id LIMIT 1";

pub(super) const WRONG_LINES: &str = "
    SELECT COALESCE(d.kind || ' ' || d.number, 'no document') || ' is not the sum of its lines',
        CASE WHEN d.net = s.net THEN s.tax - d.tax ELSE s.net - d.net END, d.currency
    FROM (SELECT document_id, CAST(SUM(net) AS BIGINT) AS net, CAST(SUM(tax) AS BIGINT) AS tax
        FROM document_line WHERE entity_id = $1 GROUP BY document_id) s
    LEFT JOIN document d ON d.entity_id = $1 AND d.id = s.document_id
    WHERE d.id IS NULL OR d.net <> s.net OR d.tax <> s.tax
    ORDER BY s.document_id LIMIT 1";

pub(super) const WRONG_ITEM: &str = "
    SELECT w.what, w.difference, w.currency
    FROM (SELECT d.id, d.kind || ' ' || d.number || CASE WHEN i.id IS NULL THEN ' opens no item'
                ELSE ' and its open items differ' END AS what,
            ABS(i.amount) - ABS(d.gross) AS difference, d.currency
        FROM document d LEFT JOIN (SELECT MIN(id) AS id, document_id, MIN(party_id) AS party_id,
                MIN(side) AS side, MIN(currency) AS currency, MIN(opened_on) AS opened_on,
                CAST(SUM(amount) AS BIGINT) AS amount
            FROM open_item WHERE entity_id = $1 GROUP BY document_id) i ON i.document_id = d.id
        WHERE d.entity_id = $1 AND (i.id IS NULL OR ABS(i.amount) <> ABS(d.gross)
            OR i.currency <> d.currency OR i.side <> d.side
            OR COALESCE(i.party_id, 0) <> COALESCE(d.party_id, 0))
        UNION ALL
        SELECT i.id, 'no document stands behind an open item of ' || i.opened_on, i.amount,
            i.currency
        FROM open_item i LEFT JOIN document d ON d.entity_id = $1 AND d.id = i.document_id
        WHERE i.entity_id = $1 AND d.id IS NULL) w
    ORDER BY w.id LIMIT 1";
