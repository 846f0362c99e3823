//! Files of remittances, as pages of advices find them. What the files say is not stored: it is
//! read of those of a page.

use std::str::FromStr;

use domain::ids::FileId;

use crate::remittances::AdviceKey;
use crate::reports::lists::{Filter, FilterKind, Key, List, filter};
use crate::reports::table::text;

/// Words of what is read, so that no statement compares them.
const TEXT: Filter = filter(
    "text",
    FilterKind::Contains,
    "",
    "Words of the payer, the sender, a reference or a document number",
);

/// How many advices of a file explain a bank line.
macro_rules! explaining {
    () => {
        "(SELECT COUNT(DISTINCT d.advice_place) FROM cash_decision d
          LEFT JOIN cash_decision n ON n.entity_id = d.entity_id AND n.replaces_id = d.id
          WHERE d.entity_id = f.entity_id AND d.advice_file_id = f.id AND n.id IS NULL)"
    };
}

const OF_FILES: [Filter; 4] = [
    filter(
        "file",
        FilterKind::Contains,
        "LOWER(f.name) LIKE {} ESCAPE '\\'",
        "Words of the name of the file",
    ),
    filter(
        "from",
        FilterKind::Since,
        "f.recorded_at >= {}",
        "Received on this day or later",
    ),
    filter(
        "to",
        FilterKind::Until,
        "f.recorded_at < {}",
        "Received on this day or before",
    ),
    filter(
        "explains",
        FilterKind::OneOf(&["nothing", "payment"]),
        concat!(
            "CASE '{}' WHEN 'nothing' THEN ",
            explaining!(),
            " < f.accepted ELSE 0 < ",
            explaining!(),
            " END"
        ),
        "nothing: no bank line is decided by it yet",
    ),
];

/// How advices can be narrowed.
pub const REMITTANCE_FILTERS: &[Filter] =
    &[TEXT, OF_FILES[0], OF_FILES[1], OF_FILES[2], OF_FILES[3]];

/// The file before which a page goes on: that of an advice may have more of them.
fn key(text: &str) -> Option<i64> {
    let file = FileId::from_str(text).ok().map(|file| file.0);
    let advice = || Some(text.parse::<AdviceKey>().ok()?.file.saturating_add(1));
    file.or_else(advice)
}

/// Files with remittances, the newest first; of no page of its own.
pub(crate) const REMITTANCE_FILES: List = List {
    name: "remittance-files",
    about: "Files with remittances",
    columns: &[text("id")],
    filters: &OF_FILES,
    is_control: false,
    select: "
    SELECT f.id FROM source_file f
    WHERE f.entity_id = $1 AND f.purpose = 'remittances' AND f.content IS NOT NULL",
    key_column: "f.id",
    key: Key::Id(key),
    read: |row| Ok(vec![FileId(row.int(0)?).to_string().into()]),
};
