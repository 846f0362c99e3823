//! Promise 4: short-pays are what was parted off, and settle it there.

pub(in crate::verify) const SHORT_PAYS: &str =
    "SELECT COUNT(*) FROM short_pay WHERE entity_id = $1";

/// A short-pay and its credit are of one amount and value on one account; the credit settles the
/// document that was paid short, and both are taken back together.
pub(in crate::verify) const WRONG_SHORT_PAY: &str = "
    SELECT x.what, CAST(NULL AS BIGINT), CAST(NULL AS TEXT)
    FROM (SELECT 'short-pay ' || COALESCE(d.number, 'without a document')
            || ' is not what was parted off' AS what
        FROM short_pay s
        LEFT JOIN document d ON d.entity_id = $1 AND d.id = s.document_id AND d.kind = 'short_pay'
        LEFT JOIN document o ON o.entity_id = $1 AND o.id = s.credit_document_id
            AND o.kind = 'parted_off'
        LEFT JOIN open_item i ON i.entity_id = $1 AND i.id = s.item_id
        LEFT JOIN open_item c ON c.entity_id = $1 AND c.id = s.credit_item_id
        LEFT JOIN open_item f ON f.entity_id = $1 AND f.id = s.from_item_id
        WHERE s.entity_id = $1 AND (d.id IS NULL OR o.id IS NULL OR d.entry_id IS NULL
            OR o.entry_id IS NULL OR d.entry_id <> o.entry_id OR i.id IS NULL OR c.id IS NULL
            OR f.id IS NULL OR i.document_id <> s.document_id
            OR c.document_id <> s.credit_document_id OR f.document_id <> s.from_document_id
            OR i.amount + c.amount <> 0 OR i.functional + c.functional <> 0
            OR i.amount <= 0 OR i.currency <> f.currency OR c.currency <> f.currency
            OR i.account <> f.account OR c.account <> f.account
            OR i.party_id <> f.party_id OR c.party_id <> f.party_id OR i.due_on <> f.due_on)
        UNION ALL
        SELECT 'short-pay ' || d.number || ' is not settled in the document that was paid short'
        FROM short_pay s
        JOIN document d ON d.entity_id = $1 AND d.id = s.document_id
        JOIN open_item i ON i.entity_id = $1 AND i.id = s.item_id
        WHERE s.entity_id = $1 AND COALESCE((SELECT CAST(SUM(a.credit_amount) AS BIGINT)
                FROM application a WHERE a.entity_id = $1 AND a.credit_item_id = s.credit_item_id
                AND a.debit_item_id = s.from_item_id), 0)
            <> CASE WHEN EXISTS (SELECT 1 FROM document b
                WHERE b.entity_id = $1 AND b.reverses_id = s.document_id) THEN 0 ELSE i.amount END
        UNION ALL
        SELECT 'short-pay ' || d.number || ' was taken back in part'
        FROM short_pay s
        JOIN document d ON d.entity_id = $1 AND d.id = s.document_id
        WHERE s.entity_id = $1 AND CASE WHEN EXISTS (SELECT 1 FROM document b
                WHERE b.entity_id = $1 AND b.reverses_id = s.document_id) THEN 1 ELSE 0 END
            <> CASE WHEN EXISTS (SELECT 1 FROM document b
                WHERE b.entity_id = $1 AND b.reverses_id = s.credit_document_id) THEN 1 ELSE 0 END
        UNION ALL
        SELECT 'short-pay ' || d.number || ' has no case'
        FROM document d WHERE d.entity_id = $1 AND d.kind = 'short_pay' AND d.reverses_id IS NULL
            AND d.id NOT IN (SELECT document_id FROM short_pay WHERE entity_id = $1)
        UNION ALL
        SELECT d.number || ' parts off no short-pay'
        FROM document d WHERE d.entity_id = $1 AND d.kind = 'parted_off'
            AND d.reverses_id IS NULL
            AND d.id NOT IN (SELECT credit_document_id FROM short_pay WHERE entity_id = $1)
        UNION ALL
        SELECT 'an event is of no short-pay'
        FROM short_pay_event e WHERE e.entity_id = $1
            AND e.document_id NOT IN (SELECT document_id FROM short_pay WHERE entity_id = $1)) x
    ORDER BY x.what LIMIT 1";
