//! A small subtree in memory, for one record of a file.

use super::pull::{Fault, Tag};

/// Room for one record, where its reader does not ask for more.
const LARGEST: usize = 4 << 20;

/// An element with all that is in it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Element {
    /// The name without its prefix.
    pub(crate) name: String,
    /// The line of its start tag.
    pub(crate) line: u64,
    /// Names as written, with their values.
    pub(crate) attributes: Vec<(String, String)>,
    text: String,
    /// The elements directly in it.
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// Its text without blanks around it.
    pub(crate) fn text(&self) -> &str {
        self.text.trim()
    }

    /// An attribute by its name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name)?;
        Some(found.1.trim())
    }

    /// The elements directly in it that have this name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element on a path such as `RltdPties/Dbtr/Nm`, going back where one fails.
    pub(crate) fn at(&self, path: &str) -> Option<&Element> {
        match path.split_once('/') {
            None => self.children.iter().find(|child| child.name == path),
            Some((first, rest)) => self
                .children
                .iter()
                .filter(|child| child.name == first)
                .find_map(|child| child.at(rest)),
        }
    }

    /// The filled text on the first of these paths that has one.
    pub(crate) fn first(&self, paths: &[&str]) -> Option<String> {
        paths.iter().find_map(|path| {
            let text = self.at(path)?.text();
            (!text.is_empty()).then(|| text.to_owned())
        })
    }
}

/// Puts an element together from events.
pub(crate) struct Builder {
    open: Vec<Element>,
    size: usize,
    largest: usize,
}

impl Default for Builder {
    fn default() -> Builder {
        Builder::up_to(LARGEST)
    }
}

impl Builder {
    /// For records of up to so many bytes.
    pub(crate) fn up_to(largest: usize) -> Builder {
        Builder {
            open: Vec::new(),
            size: 0,
            largest,
        }
    }

    /// Is an element being put together?
    pub(crate) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Names of the open elements, outermost first.
    pub(crate) fn path(&self) -> impl Iterator<Item = &str> {
        self.open.iter().map(|element| element.name.as_str())
    }

    /// A start tag.
    pub(crate) fn start(&mut self, tag: Tag, line: u64) -> Result<(), Fault> {
        let attributes: usize = tag.attributes.iter().map(|(k, v)| k.len() + v.len()).sum();
        self.grow(size_of::<Element>() / 4 + attributes)?;
        self.open.push(Element {
            name: tag.name,
            line,
            attributes: tag.attributes,
            text: String::new(),
            children: Vec::new(),
        });
        Ok(())
    }

    /// Text in the innermost element.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Fault> {
        let Some(innermost) = self.open.last_mut() else {
            return Ok(());
        };
        // Blanks that lay out the file are not worth their memory.
        if innermost.text.is_empty() && text.trim().is_empty() {
            return Ok(());
        }
        innermost.text.push_str(text);
        self.grow(text.len())
    }

    /// An end tag: hands the innermost element out.
    pub(crate) fn end(&mut self) -> Option<Element> {
        let ended = self.open.pop()?;
        if self.open.is_empty() {
            self.size = 0;
        }
        Some(ended)
    }

    /// Puts an ended element into the one around it, or gives it back where there is none.
    pub(crate) fn keep(&mut self, element: Element) -> Option<Element> {
        match self.open.last_mut() {
            Some(around) => {
                around.children.push(element);
                None
            }
            None => Some(element),
        }
    }

    /// Forgets the size of what was handed out and not kept.
    pub(crate) fn forget(&mut self) {
        self.size = 0;
    }

    fn grow(&mut self, by: usize) -> Result<(), Fault> {
        self.size += by;
        if self.largest < self.size {
            let room = self.largest >> 20;
            return Err(Fault(format!("one record is larger than {room} MiB")));
        }
        Ok(())
    }
}
