//! The refusals, read from the source: each `impl Refusal` with its codes, the sentence of its
//! `Display` and its hint. A refusal that cannot be read here is not described, so it fails.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{Arm, Expr, ExprLit, ImplItem, ItemImpl, Lit, LitStr, Member, Pat, Token};

/// Stands where a text is filled with what has no name.
const NAMELESS: &str = "\u{fffd}";

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
        "What the books say no to. The code never changes; words in capitals stand for what it was \
         about.",
    );
    let mut rooms: BTreeMap<String, BTreeMap<String, Refusing>> = BTreeMap::new();
    for path in sources(crates) {
        let text = fs::read_to_string(&path).expect("a source");
        let file = syn::parse_file(&text).expect("Rust");
        let room = room(path.strip_prefix(crates).expect("below"));
        let mut reader = Reader::default();
        reader.visit_file(&file);
        for (mut name, refusing) in reader.refusing {
            if refusing.is_whole() {
                // Another file of the room may have one of this name.
                let _ = write!(name, " of {}", path.display());
            }
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

    /// Does all of it stand in one file?
    fn is_whole(&self) -> bool {
        !self.codes.is_empty() && !self.sentences.is_empty()
    }

    fn rows(&self, name: &str) -> Vec<String> {
        self.codes
            .iter()
            .map(|(variant, code)| {
                let says = said(&self.sentences, variant);
                assert!(!says.is_empty(), "{name}::{variant} says nothing");
                let row = format!("| `{code}` | {says} | {} |\n", said(&self.hints, variant));
                let is_named = !row.contains(NAMELESS);
                assert!(
                    is_named,
                    "{name}::{variant} is filled with what has no name"
                );
                row
            })
            .collect()
    }
}

/// What a variant says, or what the type says of all of them.
fn said(all: &Variants, variant: &str) -> String {
    let raw = all.get(variant).or_else(|| all.get("")).cloned();
    cell(&raw.unwrap_or_default())
}

/// In a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// What a template says, with the names of what it is filled with: `{amount:?}` is `AMOUNT`.
fn filled(template: &str, arguments: &[Expr]) -> String {
    let mut text = String::new();
    let mut rest = template;
    let mut unnamed = arguments.iter();
    while let Some((before, (inside, behind))) = rest
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        let name = inside.split(':').next().unwrap_or_default();
        let name = match name {
            "" => unnamed.next().and_then(name_of),
            name => Some(name.to_owned()),
        };
        text.push_str(before);
        text.push_str(&name.map_or(NAMELESS.to_owned(), |name| name.to_uppercase()));
        rest = behind;
    }
    text + rest
}

/// The name of a value: that of its field or variable.
fn name_of(value: &Expr) -> Option<String> {
    match value {
        Expr::Field(field) => match &field.member {
            Member::Named(name) => Some(name.to_string()),
            Member::Unnamed(_) => None,
        },
        Expr::Path(path) => {
            let name = path.path.get_ident()?.to_string();
            (name != "self").then_some(name)
        }
        Expr::MethodCall(call) => name_of(&call.receiver),
        Expr::Reference(of) => name_of(&of.expr),
        Expr::Unary(of) => name_of(&of.expr),
        Expr::Call(call) => call.args.first().and_then(name_of),
        _ => None,
    }
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

    /// The first text of each variant; a sentence may be put together from several. What only
    /// stands between others is none.
    fn first(self) -> Variants {
        let mut first = Variants::new();
        for (variant, text) in self.all {
            if text.contains(char::is_alphabetic) {
                first.entry(variant).or_insert(text);
            }
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
        let all = call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        let all: Vec<Expr> = all.into_iter().flatten().collect();
        let text = all
            .iter()
            .enumerate()
            .find_map(|(place, argument)| match argument {
                Expr::Lit(ExprLit {
                    lit: Lit::Str(text),
                    ..
                }) => Some((place, text.value())),
                _ => None,
            });
        if let Some((place, template)) = text {
            self.take(filled(&template, &all[place + 1..]));
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
