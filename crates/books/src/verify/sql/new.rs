//! The statements of the checks, over new facts alone: a comment in a statement tells by which
//! column a fact is new, or that it is about an item that was touched.

/// A statement of the checks over the facts made since `$2` alone; none where it has no place
/// that tells them and is asked whole.
pub(in crate::verify) fn of_new(sql: &str) -> Option<String> {
    let mut text = String::with_capacity(sql.len() + 64);
    let mut rest = sql;
    let mut is_told = false;
    while let Some(start) = rest.find("/*") {
        let end = start + rest[start..].find("*/")?;
        let condition = match rest[start + 2..end].split_once(' ') {
            Some(("new", column)) => format!(" AND {column} >= $2"),
            Some(("touched", column)) => format!(" AND {column} IN ({TOUCHED})"),
            Some(_) | None => rest[start..end + 2].to_owned(),
        };
        is_told |= condition.starts_with(' ');
        text.push_str(&rest[..start]);
        text.push_str(&condition);
        rest = &rest[end + 2..];
    }
    text.push_str(rest);
    is_told.then_some(text)
}

/// Items opened, applied or valued since `$2`.
const TOUCHED: &str = "SELECT id FROM open_item WHERE entity_id = $1 AND id >= $2
    UNION SELECT debit_item_id FROM application WHERE entity_id = $1 AND id >= $2
    UNION SELECT credit_item_id FROM application WHERE entity_id = $1 AND id >= $2
    UNION SELECT item_id FROM item_valuation WHERE entity_id = $1 AND entry_id >= $2";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_facts_are_told_by_their_id() {
        let whole = "SELECT id FROM run WHERE entity_id = $1/*new run.id*/ ORDER BY id/*lock*/";
        let new = "SELECT id FROM run WHERE entity_id = $1 AND run.id >= $2 ORDER BY id/*lock*/";
        assert_eq!(of_new(whole).as_deref(), Some(new));
        assert_eq!(of_new("SELECT id FROM run WHERE entity_id = $1"), None);
        let touched = of_new("SELECT id FROM run WHERE entity_id = $1/*touched i.id*/");
        assert!(touched.is_some_and(|text| text.contains("AND i.id IN (SELECT id FROM open_item")));
    }
}
