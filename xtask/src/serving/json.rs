//! As much of JSON as the answers of REST need: the workbench does without other crates.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

/// A value; numbers and the like are kept as they are written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Json {
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

impl Json {
    /// Reads a text; nothing where it is no JSON.
    pub(super) fn read(text: &str) -> Option<Json> {
        value(&mut text.chars().peekable())
    }

    /// The value under a path of names.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Json> {
        path.iter().try_fold(self, |json, name| match json {
            Json::Object(fields) => fields.get(*name),
            Json::Text(_) | Json::List(_) => None,
        })
    }

    /// The text under a path of names; empty where there is none.
    pub(super) fn text(&self, path: &[&str]) -> &str {
        match self.at(path) {
            Some(Json::Text(text)) => text,
            _ => "",
        }
    }

    /// The list under a name; empty where there is none.
    pub(super) fn list(&self, name: &str) -> &[Json] {
        match self.at(&[name]) {
            Some(Json::List(list)) => list,
            _ => &[],
        }
    }
}

type Letters<'a> = Peekable<Chars<'a>>;

fn blank(letters: &mut Letters<'_>) {
    while letters.next_if(|letter| letter.is_whitespace()).is_some() {}
}

fn value(letters: &mut Letters<'_>) -> Option<Json> {
    blank(letters);
    match letters.peek()? {
        '"' => text(letters).map(Json::Text),
        '{' => {
            let mut fields = BTreeMap::new();
            each(letters, '}', |letters| {
                let name = text(letters)?;
                blank(letters);
                letters.next_if_eq(&':')?;
                fields.insert(name, value(letters)?);
                Some(())
            })?;
            Some(Json::Object(fields))
        }
        '[' => {
            let mut all = Vec::new();
            each(letters, ']', |letters| {
                all.push(value(letters)?);
                Some(())
            })?;
            Some(Json::List(all))
        }
        _ => {
            let mut word = String::new();
            while let Some(letter) =
                letters.next_if(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(*letter))
            {
                word.push(letter);
            }
            (!word.is_empty()).then_some(Json::Text(word))
        }
    }
}

/// The parts between a bracket and the one that closes it.
fn each(
    letters: &mut Letters<'_>,
    close: char,
    mut part: impl FnMut(&mut Letters<'_>) -> Option<()>,
) -> Option<()> {
    letters.next();
    blank(letters);
    if letters.next_if_eq(&close).is_some() {
        return Some(());
    }
    loop {
        blank(letters);
        part(letters)?;
        blank(letters);
        match letters.next()? {
            ',' => {}
            letter if letter == close => return Some(()),
            _ => return None,
        }
    }
}

fn text(letters: &mut Letters<'_>) -> Option<String> {
    letters.next_if_eq(&'"')?;
    let mut found = String::new();
    loop {
        match letters.next()? {
            '"' => return Some(found),
            '\\' => match letters.next()? {
                'n' => found.push('\n'),
                't' => found.push('\t'),
                'u' => {
                    let digits: String = letters.by_ref().take(4).collect();
                    let code = u32::from_str_radix(&digits, 16).ok()?;
                    found.push(char::from_u32(code).unwrap_or('?'));
                }
                letter => found.push(letter),
            },
            letter => found.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read() {
        let text = r#" {"data": [ {"a": {"b": "x\"y"}, "n": -1.5, "z": null}, {} ], "next": "c"} "#;
        let json = Json::read(text).expect("JSON");
        let rows = json.list("data");
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].text(&["a", "b"]), "x\"y");
        assert_eq!(rows[0].text(&["n"]), "-1.5");
        assert_eq!(json.text(&["next"]), "c");
        assert_eq!(Json::read("{\"a\":"), None);
    }
}
