//! Settings of an entity: small JSON values by name, changed by imports and commands.

pub(crate) mod sql;

use serde_json::{Value as Json, json};

use crate::failure::{Fault, Outcome};
use crate::work::Work;

/// Reads a setting.
pub(crate) fn get(work: &mut Work<'_>, name: &str) -> Result<Option<Json>, Fault> {
    let text = sql::get(work, name)?;
    text.map(|text| {
        serde_json::from_str(&text)
            .map_err(|problem| Fault::new(format!("setting {name} is no JSON: {problem}")))
    })
    .transpose()
}

/// Writes a setting and notes the change.
pub(crate) fn put(work: &mut Work<'_>, name: &str, value: &Json) -> Outcome<()> {
    let before = get(work, name)?;
    if before.as_ref() == Some(value) {
        return Ok(());
    }
    sql::put(work, name, &value.to_string())?;
    work.note(
        "setting.change",
        name,
        json!({ "before": before, "after": value }),
    );
    Ok(())
}
