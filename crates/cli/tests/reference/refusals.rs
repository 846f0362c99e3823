//! The refusals, read from the source: each `impl Refusal` with its codes, the sentence of its
//! `Display` and its hint. A refusal that cannot be read here is not described, so it fails.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::Visit;
use syn::{Arm, ImplItem, ItemImpl, LitStr, Pat};

/// What one variant of a refusal says.
type Variants = BTreeMap<String, String>;

/// One type that refuses.
#[derive(Default)]
struct Refusing {
    codes: Vec<(String, String)>,
    sentences: Variants,
    hints: Variants,
}

/// The page of all refusals, by the room they stand in.
pub(super) fn page(crates: &Path) -> String {
    let mut page = super::page(
        "Refusals",
        "What the books say no to. The code never changes; `…` stands for what it was about.",
    );
    let mut rooms: BTreeMap<String, BTreeMap<String, Refusing>> = BTreeMap::new();
    for path in sources(crates) {
        let text = fs::read_to_string(&path).expect("a source");
        let file = syn::parse_file(&text).expect("Rust");
        let room = room(path.strip_prefix(crates).expect("below"));
        let mut reader = Reader::default();
        reader.visit_file(&file);
        for (name, refusing) in reader.refusing {
            let stands = rooms
                .entry(room.clone())
                .or_default()
                .entry(name)
                .or_default();
            stands.take(refusing);
        }
    }
    for (room, refusing) in rooms {
        let rows: Vec<String> = refusing
            .iter()
            .flat_map(|(name, refusing)| refusing.rows(name))
            .collect();
        if rows.is_empty() {
            continue;
        }
        let _ = write!(
            page,
            "\n## {room}\n\n| code | says | what to do |\n|---|---|---|\n{}",
            rows.concat()
        );
    }
    page
}

impl Refusing {
    /// `Display` and `Refusal` of one type may stand in two files of a room.
    fn take(&mut self, other: Refusing) {
        self.codes.extend(other.codes);
        self.sentences.extend(other.sentences);
        self.hints.extend(other.hints);
    }

    fn rows(&self, name: &str) -> Vec<String> {
        self.codes
            .iter()
            .map(|(variant, code)| {
                let says = said(&self.sentences, variant);
                assert!(!says.is_empty(), "{name}::{variant} says nothing");
                format!("| `{code}` | {says} | {} |\n", said(&self.hints, variant))
            })
            .collect()
    }
}

/// What a variant says, or what the type says of all of them.
fn said(all: &Variants, variant: &str) -> String {
    let raw = all.get(variant).or_else(|| all.get("")).cloned();
    blanked(&raw.unwrap_or_default())
}

/// `{amount:?}` is of no use to a reader.
fn blanked(template: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in template.chars() {
        match letter {
            '{' => inside = true,
            '}' if inside => {
                inside = false;
                text.push('…');
            }
            '|' => text.push_str("\\|"),
            '\n' => text.push(' '),
            _ if inside => {}
            _ => text.push(letter),
        }
    }
    text
}

#[derive(Default)]
struct Reader {
    refusing: BTreeMap<String, Refusing>,
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let Some((path, _)) = &item.trait_ else {
            return;
        };
        let syn::Type::Path(of) = &*item.self_ty else {
            return;
        };
        let (Some(of), Some(what)) = (of.path.segments.last(), path.segments.last()) else {
            return;
        };
        let name = of.ident.to_string();
        let refusing = self.refusing.entry(name.clone()).or_default();
        for part in &item.items {
            let ImplItem::Fn(function) = part else {
                continue;
            };
            let said = Said::of(&name, &function.block);
            match (
                what.ident.to_string().as_str(),
                function.sig.ident.to_string().as_str(),
            ) {
                ("Refusal", "code") => refusing.codes.extend(said.all),
                ("Refusal", "hint") => refusing.hints.extend(said.first()),
                ("Display", "fmt") => refusing.sentences.extend(said.first()),
                _ => {}
            }
        }
    }
}

/// The texts of a function, each with the variant whose arm it stands in.
#[derive(Default)]
struct Said {
    refusal: String,
    variants: Vec<String>,
    all: Vec<(String, String)>,
}

impl Said {
    fn of(refusal: &str, block: &syn::Block) -> Said {
        let mut said = Said {
            refusal: refusal.to_owned(),
            ..Said::default()
        };
        said.visit_block(block);
        said
    }

    /// The first text of each variant; a sentence may be put together from several.
    fn first(self) -> Variants {
        let mut first = Variants::new();
        for (variant, text) in self.all {
            first.entry(variant).or_insert(text);
        }
        first
    }

    /// The variants of the refusal itself that a pattern names; other enums tell nothing here.
    fn variants_of(&self, pattern: &Pat) -> Vec<String> {
        let path = match pattern {
            Pat::Or(or) => {
                return or
                    .cases
                    .iter()
                    .flat_map(|case| self.variants_of(case))
                    .collect();
            }
            Pat::Struct(of) => &of.path,
            Pat::TupleStruct(of) => &of.path,
            Pat::Path(of) => &of.path,
            _ => return Vec::new(),
        };
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|part| part.ident.to_string())
            .collect();
        match names.as_slice() {
            [of, variant] if *of == self.refusal || of == "Self" => vec![variant.clone()],
            _ => Vec::new(),
        }
    }

    fn take(&mut self, text: String) {
        if self.variants.is_empty() {
            self.all.push((String::new(), text));
        } else {
            let variants = self.variants.clone();
            self.all
                .extend(variants.into_iter().map(|variant| (variant, text.clone())));
        }
    }
}

impl<'ast> Visit<'ast> for Said {
    fn visit_arm(&mut self, arm: &'ast Arm) {
        let found = self.variants_of(&arm.pat);
        if found.is_empty() {
            return self.visit_expr(&arm.body);
        }
        let outer = std::mem::replace(&mut self.variants, found);
        self.visit_expr(&arm.body);
        self.variants = outer;
    }

    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        self.take(text.value());
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        // `write!(out, "…", …)` and `format!("…")`: the first text is the template.
        let template = call
            .tokens
            .clone()
            .into_iter()
            .find_map(|token| syn::parse2::<LitStr>(token.into()).ok());
        if let Some(template) = template {
            self.take(template.value());
        }
    }
}

/// `books/src/cash/desk/refusal.rs` stands in `cash`.
fn room(path: &Path) -> String {
    let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
    match parts.as_slice() {
        [layer @ ("cli" | "web"), ..] => (*layer).to_owned(),
        [_, "src", file] => file.trim_end_matches(".rs").to_owned(),
        [_, "src", area, ..] => (*area).to_owned(),
        _ => "duebook".to_owned(),
    }
}

pub(super) fn sources(crates: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = fs::read_dir(crates)
        .expect("the crates")
        .filter_map(|entry| Some(entry.ok()?.path().join("src")))
        .collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
