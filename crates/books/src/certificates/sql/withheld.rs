//! Statements of tax withheld: what stands of it, from which documents, when it was asked for.

use std::collections::HashMap;

use domain::calendar::Date;
use domain::certificates::Deducted;
use domain::ids::{DocumentId, PartyId};
use domain::money::Money;
use jiff::Timestamp;

use super::{Of, each};
use crate::certificates::{Invoice, Tax};
use crate::db::Value;
use crate::failure::Fault;
use crate::imports::currency;
use crate::work::Work;

/// Tax withheld as it stood on a day, as known at a moment. `$1` entity, `$2` as of, `$3` known at.
const DEDUCTED: &str = "
    SELECT d.id, d.number, d.party_id, p.code, p.name, d.posted_on, d.currency, ABS(d.gross),
        COALESCE(r.gross, 0), COALESCE(c.amount, 0)
    FROM document d
    JOIN party p ON p.entity_id = $1 AND p.id = d.party_id
    LEFT JOIN (SELECT reverses_id, CAST(SUM(ABS(gross)) AS BIGINT) AS gross FROM document
        WHERE entity_id = $1 AND kind = 'tax_withheld' AND reverses_id IS NOT NULL
            AND posted_on <= $2 AND recorded_at <= $3
        GROUP BY reverses_id) r ON r.reverses_id = d.id
    LEFT JOIN (SELECT document_id, CAST(SUM(amount) AS BIGINT) AS amount FROM certificate_cover
        WHERE entity_id = $1 AND covered_on <= $2 AND recorded_at <= $3
        GROUP BY document_id) c ON c.document_id = d.id
    WHERE d.entity_id = $1 AND d.kind = 'tax_withheld' AND d.reverses_id IS NULL
        AND d.posted_on <= $2 AND d.recorded_at <= $3";

/// Tax withheld as it stood on a day, as known at a moment, the oldest first.
pub(crate) fn deducted(
    work: &mut Work<'_>,
    of: &Of<'_>,
    (as_of, known_at): (Date, Timestamp),
) -> Result<Vec<Tax>, Fault> {
    let entity = work.entity_id();
    let (condition, keys) = of.condition("d.party_id", "d.id");
    let sql = format!("{DEDUCTED}{condition}");
    let params = [entity.into(), as_of.into(), known_at.into()];
    let mut all = Vec::new();
    each(work, &sql, &params, &keys, |row| {
        let currency = currency(&row.text(6)?)?;
        let deducted = Deducted {
            document: DocumentId(row.int(0)?),
            number: row.text(1)?,
            party: PartyId(row.int(2)?),
            on: row.date(5)?,
            withheld: Money::new(row.int(7)? - row.int(8)?, currency),
            covered: Money::new(row.int(9)?, currency),
        };
        all.push(Tax {
            deducted,
            party: row.text(3)?,
            name: row.text(4)?,
            invoices: Vec::new(),
            asked_on: None,
        });
        Ok(())
    })?;
    all.sort_by_key(|tax| (tax.deducted.on, tax.deducted.document));
    Ok(all)
}

/// The documents from which tax was withheld, as they stand settled by it.
pub(crate) fn invoices(
    work: &mut Work<'_>,
    documents: &[DocumentId],
) -> Result<HashMap<DocumentId, Vec<Invoice>>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = documents.iter().map(|one| one.0.into()).collect();
    let mut found: HashMap<DocumentId, Vec<Invoice>> = HashMap::new();
    work.connection.each_in(
        "SELECT t.document_id, v.id, v.number, v.issued_on, v.currency, v.net, v.gross
         FROM open_item t
         JOIN application a ON a.entity_id = $1 AND a.credit_item_id = t.id
         JOIN open_item i ON i.entity_id = $1 AND i.id = a.debit_item_id
         JOIN document v ON v.entity_id = $1 AND v.id = i.document_id
         WHERE t.entity_id = $1 AND a.undoes_id IS NULL AND v.kind <> 'tax_withheld'
             AND NOT EXISTS (SELECT 1 FROM application u
                 WHERE u.entity_id = $1 AND u.undoes_id = a.id)
             AND t.document_id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            let currency = currency(&row.text(4)?)?;
            let invoice = Invoice {
                document: DocumentId(row.int(1)?),
                number: row.text(2)?,
                issued_on: row.date(3)?,
                net: Money::new(row.int(5)?, currency),
                gross: Money::new(row.int(6)?, currency),
            };
            let all = found.entry(DocumentId(row.int(0)?)).or_default();
            if !all.contains(&invoice) {
                all.push(invoice);
            }
            Ok(())
        },
    )?;
    Ok(found)
}

/// When deductions were last asked for, until a day, as known at a moment.
pub(crate) fn last_asked(
    work: &mut Work<'_>,
    (as_of, known_at): (Date, Timestamp),
) -> Result<HashMap<DocumentId, Date>, Fault> {
    let entity = work.entity_id();
    let rows = work.rows(
        "SELECT x.document_id, MAX(a.asked_on) FROM certificate_asked x
         JOIN certificate_asking a ON a.entity_id = $1 AND a.id = x.asking_id
         WHERE x.entity_id = $1 AND a.asked_on <= $2 AND a.recorded_at <= $3
         GROUP BY x.document_id",
        &[entity.into(), as_of.into(), known_at.into()],
        |row| Ok((DocumentId(row.int(0)?), row.date(1)?)),
    )?;
    Ok(rows.into_iter().collect())
}
