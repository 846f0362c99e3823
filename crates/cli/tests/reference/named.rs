//! Commands and options that texts name: hints and notes of the program, and the documents.
//! What a person is told to type must be there to be typed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use syn::LitStr;
use syn::visit::Visit;

use super::refusals::sources;

/// Every command by its words, with its help; `duebook` itself stands under no words.
struct Commands(BTreeMap<String, String>);

impl Commands {
    /// Read from `docs/reference/commands.md`, which is held true by a test of its own.
    fn read(page: &str) -> Commands {
        let told = page.split("\n#").filter_map(|section| {
            let (heading, help) = section.split_once('\n')?;
            let words = heading.trim_start_matches('#').trim();
            let words = words.strip_prefix("duebook")?;
            Some((words.trim().to_owned(), help.to_owned()))
        });
        Commands(told.collect())
    }

    fn help(&self, words: &str) -> &str {
        self.0.get(words).map_or("", String::as_str)
    }

    fn has_below(&self, words: &str) -> bool {
        self.help(words).contains("\nCommands:\n")
    }

    /// What of a phrase like `cash apply --dry-run` cannot be typed. Words may be alternatives,
    /// as in `document issue|show` and `item apply, net`.
    fn unknown(&self, phrase: &str) -> Vec<String> {
        let mut path = String::new();
        for word in phrase.split_whitespace() {
            if !self.has_below(&path) || !word.starts_with(|letter: char| letter.is_lowercase()) {
                break;
            }
            let below = |word: &str| format!("{path} {word}").trim_start().to_owned();
            let (word, more_follow) = match word.strip_suffix(',') {
                Some(word) => (word, true),
                None => (word, false),
            };
            let missing = word
                .split('|')
                .find(|word| !self.0.contains_key(&below(word)));
            if let Some(missing) = missing {
                return vec![below(missing)];
            }
            if !more_follow {
                path = below(word.split('|').next().unwrap_or(word));
            }
        }
        let told = [self.help(&path), self.help("")].concat();
        let missing = options(phrase).filter(|option| !told.contains(*option));
        missing.map(|option| format!("{path} {option}")).collect()
    }

    /// What cannot be typed of all that a text names.
    fn unknown_in(&self, text: &str) -> Vec<String> {
        let lines = text.lines().map(str::trim);
        let lines = lines.filter_map(|line| line.strip_prefix("duebook "));
        let quoted = text.split('`').skip(1).step_by(2).filter_map(|quoted| {
            let (first, rest) = quoted.split_once(' ')?;
            let named = first == "duebook" || !rest.is_empty() && self.0.contains_key(first);
            named.then(|| quoted.strip_prefix("duebook ").unwrap_or(quoted))
        });
        let phrases = lines.chain(quoted);
        phrases.flat_map(|phrase| self.unknown(phrase)).collect()
    }

    /// What a text quotes to type without `duebook` before it, so that it cannot be pasted.
    fn quoted_bare(&self, text: &str) -> Vec<String> {
        let quoted = text.split('`').skip(1).step_by(2);
        let bare = quoted.filter(|quoted| {
            let (first, rest) = quoted.split_once(' ').unwrap_or((quoted, ""));
            !rest.is_empty() && self.0.contains_key(first)
        });
        bare.map(str::to_owned).collect()
    }

    /// Commands of two words, such as `cash show`, that a text names without `duebook` or quotes.
    fn bare(&self, text: &str) -> Vec<String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let pairs = words.windows(3).filter_map(|three| match three {
            [before, first, second] if before.trim_matches('`') != "duebook" => {
                Some(format!("{first} {second}"))
            }
            _ => None,
        });
        pairs
            .filter(|pair| self.0.contains_key(pair.as_str()))
            .collect()
    }

    fn knows_option(&self, option: &str) -> bool {
        self.0.values().any(|help| help.contains(option))
    }
}

/// The words of a text that are long options.
fn options(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|letter: char| !(letter.is_ascii_lowercase() || letter == '-'));
    words.filter(|word| {
        word.strip_prefix("--")
            .is_some_and(|name| name.starts_with(|letter: char| letter.is_lowercase()))
    })
}

#[derive(Default)]
struct Texts(Vec<String>);

impl<'ast> Visit<'ast> for Texts {
    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        self.0.push(text.value());
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let tokens = call.tokens.clone().into_iter();
        let texts = tokens.filter_map(|token| syn::parse2::<LitStr>(token.into()).ok());
        self.0.extend(texts.map(|text| text.value()));
    }
}

#[test]
fn what_texts_say_to_type_can_be_typed() {
    let root = super::root();
    let page = fs::read_to_string(root.join("docs/reference/commands.md")).expect("a page");
    let commands = Commands::read(&page);
    assert!(commands.unknown("cash apply --dry-run").is_empty());
    assert_eq!(commands.unknown("cash aply"), ["cash aply"]);
    assert_eq!(commands.unknown("revalue --sure"), ["revalue --sure"]);
    assert_eq!(
        commands.quoted_bare("see `cash show LINE`"),
        ["cash show LINE"]
    );
    assert_eq!(commands.bare("undo it: cash undo LINE"), ["cash undo"]);

    let mut wrong = Vec::new();
    for path in sources(&root.join("crates")) {
        let source = fs::read_to_string(&path).expect("a source");
        let mut texts = Texts::default();
        texts.visit_file(&syn::parse_file(&source).expect("Rust"));
        for text in texts.0 {
            let odd = options(&text).filter(|option| !commands.knows_option(option));
            let odd = odd.map(str::to_owned).chain(commands.unknown_in(&text));
            let bare = commands.quoted_bare(&text).into_iter();
            let bare = bare.map(|bare| format!("{bare}: write `duebook` before it"));
            wrong.extend(odd.chain(bare).map(|odd| (path.clone(), odd)));
        }
    }
    let refusals = fs::read_to_string(root.join("docs/reference/refusals.md")).expect("a page");
    let bare = commands.bare(&refusals).into_iter();
    wrong.extend(bare.map(|bare| (root.join("docs/reference/refusals.md"), bare)));
    for path in documents(&root) {
        let text = fs::read_to_string(&path).expect("a document");
        let odd = commands.unknown_in(&text).into_iter();
        wrong.extend(odd.map(|odd| (path.clone(), odd)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The documents that people read; what changed is history, and the reference is made.
fn documents(root: &Path) -> Vec<std::path::PathBuf> {
    let folders = [
        root.to_owned(),
        root.join("docs"),
        root.join("docs/decisions"),
    ];
    let files = folders.iter().flat_map(|folder| {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path())
    });
    let is_document = |path: &std::path::PathBuf| {
        path.extension().is_some_and(|end| end == "md") && !path.ends_with("CHANGELOG.md")
    };
    files.filter(is_document).collect()
}
