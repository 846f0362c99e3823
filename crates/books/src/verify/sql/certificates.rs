//! Statements about tax withheld and the certificates that cover it.

pub(in crate::verify) const WITHHELD: &str =
    "SELECT COUNT(*) FROM document WHERE entity_id = $1 AND kind = 'tax_withheld'/*new id*/";

/// The report of tax withheld is made from documents, and the balance of its account from journal
/// lines: both must say the same of each document.
pub(in crate::verify) const UNTIED_WITHHELD: &str = "
    SELECT d.number || ' does not stand on withholding tax receivable as it was withheld',
        COALESCE(l.functional, 0) + i.functional,
        (SELECT currency FROM entity WHERE id = $1)
    FROM document d
    JOIN open_item i ON i.entity_id = $1 AND i.document_id = d.id
    LEFT JOIN (SELECT entry_id, CAST(SUM(functional) AS BIGINT) AS functional FROM journal_line
        WHERE entity_id = $1 AND account = '1350'/*new entry_id*/
        GROUP BY entry_id) l ON l.entry_id = d.entry_id
    WHERE d.entity_id = $1 AND d.kind = 'tax_withheld'/*new d.id*/ AND d.entry_id IS NOT NULL
        AND COALESCE(l.functional, 0) + i.functional <> 0
    ORDER BY d.id LIMIT 1";

pub(in crate::verify) const COVERS: &str =
    "SELECT COUNT(*) FROM certificate_cover WHERE entity_id = $1";

/// Between two, on a certificate, and on a deduction.
pub(in crate::verify) const WRONG_COVER: &str = "
    SELECT b.what, b.off, b.currency
    FROM (SELECT 'certificate ' || COALESCE(c.number, 'unknown') || ' covers '
            || COALESCE(d.number, 'nothing known') || ' wrongly' AS what, v.amount AS off,
            d.currency AS currency
        FROM (SELECT certificate_id, document_id, CAST(SUM(amount) AS BIGINT) AS amount
            FROM certificate_cover WHERE entity_id = $1
            GROUP BY certificate_id, document_id) v
        LEFT JOIN certificate c ON c.entity_id = $1 AND c.id = v.certificate_id
        LEFT JOIN document d ON d.entity_id = $1 AND d.id = v.document_id
            AND d.kind = 'tax_withheld' AND d.reverses_id IS NULL
        WHERE v.amount < 0 OR c.id IS NULL OR d.id IS NULL OR c.party_id <> d.party_id
            OR c.currency IS NULL OR c.currency <> d.currency
            OR v.amount <> 0 AND EXISTS (SELECT 1 FROM certificate_withdrawal w
                WHERE w.entity_id = $1 AND w.certificate_id = c.id)
        UNION ALL
        SELECT 'certificate ' || c.number || ' covers more than it says', v.amount - c.amount,
            c.currency
        FROM (SELECT certificate_id, CAST(SUM(amount) AS BIGINT) AS amount
            FROM certificate_cover WHERE entity_id = $1 GROUP BY certificate_id) v
        JOIN certificate c ON c.entity_id = $1 AND c.id = v.certificate_id
        WHERE v.amount > COALESCE(c.amount, 0)
        UNION ALL
        SELECT 'more than ' || d.number || ' is covered', v.amount + COALESCE(r.gross, 0)
            - ABS(d.gross), d.currency
        FROM (SELECT document_id, CAST(SUM(amount) AS BIGINT) AS amount
            FROM certificate_cover WHERE entity_id = $1 GROUP BY document_id) v
        JOIN document d ON d.entity_id = $1 AND d.id = v.document_id
        LEFT JOIN (SELECT reverses_id, CAST(SUM(ABS(gross)) AS BIGINT) AS gross FROM document
            WHERE entity_id = $1 AND kind = 'tax_withheld' AND reverses_id IS NOT NULL
            GROUP BY reverses_id) r ON r.reverses_id = d.id
        WHERE v.amount > ABS(d.gross) - COALESCE(r.gross, 0)) b
    ORDER BY b.what LIMIT 1";
