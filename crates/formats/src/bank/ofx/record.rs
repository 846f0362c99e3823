//! One small aggregate of OFX (`STMTTRN`, `LEDGERBAL`, `BANKACCTFROM`) as a list of its values.
//!
//! SGML leaves the end tags of values out, so whether an element without a value holds others is
//! known only once its end tag has come or not: the elements are kept flat until the record ends.

/// More elements than any real record has.
const ELEMENT_LIMIT: usize = 400;

/// An element of a record.
#[derive(Clone, Debug)]
struct Element {
    name: String,
    value: Option<String>,
    line: u64,
    /// Index past the last element inside, where an end tag made it an aggregate.
    end: Option<usize>,
    closed: bool,
}

/// The elements between the start and the end of an aggregate.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) name: String,
    pub(super) line: u64,
    elements: Vec<Element>,
    pub(super) too_long: bool,
}

/// A value with its line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Value<'a> {
    pub(super) text: &'a str,
    pub(super) line: u64,
}

impl Record {
    pub(super) fn new(name: String, line: u64) -> Record {
        Record {
            name,
            line,
            elements: Vec::new(),
            too_long: false,
        }
    }

    pub(super) fn open(&mut self, name: String, line: u64, closed: bool) {
        if self.elements.len() >= ELEMENT_LIMIT {
            self.too_long = true;
            return;
        }
        self.elements.push(Element {
            name,
            value: None,
            line,
            end: None,
            closed,
        });
    }

    /// The text of the element that was opened last.
    pub(super) fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(last) = self.elements.last_mut().filter(|last| !last.closed) {
            match &mut last.value {
                Some(value) => {
                    value.push(' ');
                    value.push_str(text);
                }
                None => last.value = Some(text.to_owned()),
            }
        }
    }

    pub(super) fn close(&mut self, name: &str) {
        let count = self.elements.len();
        let found = self
            .elements
            .iter_mut()
            .enumerate()
            .rfind(|(_, element)| element.name == name && !element.closed);
        if let Some((index, element)) = found {
            element.closed = true;
            if index + 1 < count && element.value.is_none() {
                element.end = Some(count);
            }
        }
    }

    /// The first value of that name that stands in no aggregate of the record, or in `inside`.
    fn find(&self, inside: Option<&str>, name: &str) -> Option<Value<'_>> {
        let mut index = 0;
        while let Some(element) = self.elements.get(index) {
            if let Some(end) = element.end {
                if inside == Some(element.name.as_str()) {
                    let found = self
                        .elements
                        .get(index + 1..end)?
                        .iter()
                        .find(|inner| inner.name == name);
                    if let Some(found) = found {
                        return Some(Value {
                            text: found.value.as_deref().unwrap_or_default(),
                            line: found.line,
                        });
                    }
                }
                index = end;
                continue;
            }
            if inside.is_none() && element.name == name {
                return Some(Value {
                    text: element.value.as_deref().unwrap_or_default(),
                    line: element.line,
                });
            }
            index += 1;
        }
        None
    }

    /// A value, which may be empty.
    pub(super) fn value(&self, name: &str) -> Option<Value<'_>> {
        self.find(None, name)
    }

    /// A value that says something.
    pub(super) fn said(&self, name: &str) -> Option<&str> {
        self.find(None, name)
            .map(|value| value.text)
            .filter(|text| !text.is_empty())
    }

    /// A value of an aggregate inside the record (`PAYEE/NAME`) that says something.
    pub(super) fn said_in(&self, aggregate: &str, name: &str) -> Option<&str> {
        self.find(Some(aggregate), name)
            .map(|value| value.text)
            .filter(|text| !text.is_empty())
    }

    /// Does no element say anything?
    pub(super) fn is_silent(&self) -> bool {
        self.elements.iter().all(|element| element.value.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_an_aggregate_only_with_an_end_tag_behind_others() {
        let mut record = Record::new("STMTTRN".to_owned(), 1);
        // <CATEGORY> <TRNAMT>5 <PAYEE><NAME>A</PAYEE> <MEMO></MEMO>
        record.open("CATEGORY".to_owned(), 2, false);
        record.open("TRNAMT".to_owned(), 3, false);
        record.text("5");
        record.open("PAYEE".to_owned(), 4, false);
        record.open("NAME".to_owned(), 5, false);
        record.text("A");
        record.close("PAYEE");
        record.open("MEMO".to_owned(), 6, false);
        record.close("MEMO");
        assert_eq!(record.said("TRNAMT"), Some("5"));
        assert_eq!(record.said("NAME"), None);
        assert_eq!(record.said_in("PAYEE", "NAME"), Some("A"));
        assert_eq!(record.value("MEMO"), Some(Value { text: "", line: 6 }));
    }
}
