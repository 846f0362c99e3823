//! PDF as lines of text: pieces by their place on the page, cells apart by two blanks.
//!
//! Reads what a program wrote as text in one of its encodings. Scanned pages, forms within
//! forms and encrypted files have no text that can be had here; that is told, never guessed.
//! ISO 32000-1, 9.4 (text objects).

#![expect(
    clippy::float_arithmetic,
    reason = "places on a page are not whole; no money is counted here"
)]

use std::collections::HashMap;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Encoding, LoadOptions, Object};

/// The most that the streams of a file or page may unpack to.
const UNPACKED: usize = 32 << 20;
/// Pages beyond these are not read.
const PAGES: usize = 500;
/// Columns of characters of a line.
const WIDTH: usize = 400;

/// The text of a file, page after page; `Err` says why there is none.
pub(super) fn to_text(bytes: &[u8]) -> Result<String, String> {
    let options = LoadOptions {
        max_decompressed_size: Some(UNPACKED),
        ..LoadOptions::default()
    };
    let document = Document::load_mem_with_options(bytes, options)
        .map_err(|problem| format!("cannot be read as PDF ({problem})"))?;
    if document.is_encrypted() {
        return Err("is an encrypted PDF; open it and look at it by hand".to_owned());
    }
    let mut out = String::new();
    for page in document.page_iter().take(PAGES) {
        let mut pieces = Vec::new();
        Reader::of(&document, page, &mut pieces)
            .map_err(|problem| format!("cannot be read as PDF ({problem})"))?;
        lines(pieces, &mut out);
        out.push('\n');
    }
    if out.trim().is_empty() {
        return Err("is a PDF without text, perhaps a scan; look at it by hand".to_owned());
    }
    Ok(out)
}

/// A run of characters on a page.
struct Piece {
    x: f32,
    end: f32,
    y: f32,
    size: f32,
    text: String,
}

/// A font as far as it matters: what its codes mean and how wide they are.
struct Font<'a> {
    encoding: Encoding<'a>,
    widths: HashMap<u32, f32>,
    usual: f32,
    two_bytes: bool,
}

impl Font<'_> {
    /// The width of a string in thousandths of the size.
    fn width(&self, bytes: &[u8]) -> f32 {
        let of = |code: u32| self.widths.get(&code).copied().unwrap_or(self.usual);
        if self.two_bytes {
            let codes = bytes.chunks(2).map(|pair| {
                let next = |code: u32, byte: &u8| code * 256 + u32::from(*byte);
                pair.iter().fold(0, next)
            });
            codes.map(of).sum()
        } else {
            bytes.iter().map(|byte| of(u32::from(*byte))).sum()
        }
    }
}

fn font<'a>(document: &'a Document, dictionary: &'a Dictionary) -> Option<Font<'a>> {
    let encoding = dictionary
        .get_font_encoding_with_limit(document, UNPACKED)
        .ok()?;
    let mut widths = HashMap::new();
    let array = |dictionary: &'a Dictionary, key: &[u8]| {
        let found = dictionary.get_deref(key, document).ok()?;
        found.as_array().ok()
    };
    let descendant = array(dictionary, b"DescendantFonts")
        .and_then(|fonts| document.dereference(fonts.first()?).ok())
        .and_then(|(_, font)| font.as_dict().ok());
    if let Some(descendant) = descendant {
        wide(
            array(descendant, b"W").map_or(&[], Vec::as_slice),
            &mut widths,
        );
        let usual = descendant.get(b"DW").and_then(Object::as_float);
        return Some(Font {
            encoding,
            widths,
            usual: usual.unwrap_or(1000.0),
            two_bytes: true,
        });
    }
    let first = dictionary.get(b"FirstChar").and_then(Object::as_i64);
    let first = first.ok().and_then(|code| u32::try_from(code).ok());
    let listed = array(dictionary, b"Widths").map_or(&[][..], Vec::as_slice);
    for (code, width) in (first.unwrap_or(0)..).zip(listed.iter().take(256)) {
        widths.extend(width.as_float().ok().map(|width| (code, width)));
    }
    Some(Font {
        encoding,
        widths,
        usual: 500.0,
        two_bytes: false,
    })
}

/// `W` of a composite font: `first [w w …]` or `first last w`.
fn wide(all: &[Object], widths: &mut HashMap<u32, f32>) {
    let code = |object: &Object| object.as_i64().ok().and_then(|at| u32::try_from(at).ok());
    let mut rest = all;
    while let [first, second, after @ ..] = rest {
        let Some(from) = code(first) else { return };
        if let Ok(listed) = second.as_array() {
            for (at, width) in (from..).zip(listed.iter().take(65_536)) {
                widths.extend(width.as_float().ok().map(|width| (at, width)));
            }
            rest = after;
        } else if let (Some(to), [width, after @ ..]) = (code(second), after) {
            let width = width.as_float().unwrap_or(1000.0);
            widths.extend((from..=to.min(65_535)).map(|at| (at, width)));
            rest = after;
        } else {
            return;
        }
    }
}

/// `[a b c d e f]` of the standard.
type Matrix = [f32; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First `one`, then `two`.
#[expect(
    clippy::many_single_char_names,
    reason = "the letters of the standard and those after them"
)]
fn times(one: Matrix, two: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = one;
    let [g, h, i, j, k, l] = two;
    [
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + l,
    ]
}

struct Reader<'a> {
    fonts: HashMap<Vec<u8>, Font<'a>>,
    pieces: &'a mut Vec<Piece>,
    page: Matrix,
    kept: Vec<Matrix>,
    line: Matrix,
    text: Matrix,
    font: Vec<u8>,
    size: f32,
    leading: f32,
}

impl<'a> Reader<'a> {
    fn of(
        document: &'a Document,
        page: lopdf::ObjectId,
        pieces: &'a mut Vec<Piece>,
    ) -> Result<(), lopdf::Error> {
        let fonts = document.get_page_fonts(page)?;
        let fonts = fonts.into_iter();
        let mut reader = Reader {
            fonts: fonts
                .filter_map(|(name, found)| Some((name, font(document, found)?)))
                .collect(),
            pieces,
            page: IDENTITY,
            kept: Vec::new(),
            line: IDENTITY,
            text: IDENTITY,
            font: Vec::new(),
            size: 0.0,
            leading: 0.0,
        };
        let content = document.get_page_content_with_limit(page, UNPACKED)?;
        for operation in Content::decode(&content)?.operations {
            reader.take(&operation.operator, &operation.operands);
        }
        Ok(())
    }

    fn take(&mut self, operator: &str, operands: &[Object]) {
        let number = |at: usize| operands.get(at).and_then(|object| object.as_float().ok());
        let matrix = || {
            let mut all = IDENTITY;
            for (at, slot) in all.iter_mut().enumerate() {
                *slot = number(at)?;
            }
            Some(all)
        };
        match operator {
            "q" if self.kept.len() < 64 => self.kept.push(self.page),
            "Q" => self.page = self.kept.pop().unwrap_or(self.page),
            "cm" => self.page = matrix().map_or(self.page, |by| times(by, self.page)),
            "BT" => (self.line, self.text) = (IDENTITY, IDENTITY),
            "Tf" => {
                let name = operands.first().and_then(|name| name.as_name().ok());
                self.font = name.unwrap_or_default().to_vec();
                self.size = number(1).unwrap_or(self.size);
            }
            "TL" => self.leading = number(0).unwrap_or(self.leading),
            "Tm" => {
                self.line = matrix().unwrap_or(self.line);
                self.text = self.line;
            }
            "Td" | "TD" => {
                let (x, y) = (number(0).unwrap_or(0.0), number(1).unwrap_or(0.0));
                if operator == "TD" {
                    self.leading = -y;
                }
                self.next_line(x, y);
            }
            "T*" => self.next_line(0.0, -self.leading),
            "Tj" => self.show(operands),
            "'" | "\"" => {
                self.next_line(0.0, -self.leading);
                self.show(operands.last().map_or(&[], std::slice::from_ref));
            }
            "TJ" => {
                let all = operands.first().and_then(|all| all.as_array().ok());
                self.show(all.map_or(&[], Vec::as_slice));
            }
            _ => {}
        }
    }

    fn next_line(&mut self, x: f32, y: f32) {
        self.line = times([1.0, 0.0, 0.0, 1.0, x, y], self.line);
        self.text = self.line;
    }

    /// Strings, with numbers between them that move the next one back.
    fn show(&mut self, parts: &[Object]) {
        for part in parts {
            let moved = if let Ok(bytes) = part.as_str() {
                self.piece(bytes)
            } else {
                -part.as_float().unwrap_or(0.0) / 1000.0 * self.size
            };
            self.text = times([1.0, 0.0, 0.0, 1.0, moved, 0.0], self.text);
        }
    }

    fn piece(&mut self, bytes: &[u8]) -> f32 {
        let Some(font) = self.fonts.get(&self.font) else {
            return 0.0;
        };
        let width = font.width(bytes) / 1000.0 * self.size;
        let text = Document::decode_text(&font.encoding, bytes).unwrap_or_default();
        let [a, b, _, _, x, y] = times(self.text, self.page);
        let scale = a.hypot(b);
        if !text.trim().is_empty() && [x, y, scale, width].iter().all(|one| one.is_finite()) {
            self.pieces.push(Piece {
                x,
                end: x + width * scale,
                y,
                size: (self.size * scale).abs().max(1.0),
                text,
            });
        }
        width
    }
}

/// Puts the pieces of a page in lines, as they stand.
fn lines(mut pieces: Vec<Piece>, out: &mut String) {
    pieces.sort_by(|one, two| two.y.total_cmp(&one.y));
    let mut rest = pieces.as_mut_slice();
    let left = rest.iter().map(|piece| piece.x).fold(f32::MAX, f32::min);
    while let Some(first) = rest.first() {
        let (y, size) = (first.y, first.size);
        let count = rest
            .iter()
            .take_while(|piece| y - piece.y < size * 0.4)
            .count();
        let (line, after) = rest.split_at_mut(count.max(1));
        line.sort_by(|one, two| one.x.total_cmp(&two.x));
        push_line(line, left, out);
        rest = after;
    }
}

fn push_line(line: &[Piece], left: f32, out: &mut String) {
    let mut length = 0;
    let mut before: Option<f32> = None;
    for piece in line {
        let gap = before.map_or(f32::MAX, |end| (piece.x - end) / piece.size);
        let blanks = if 0.8 <= gap {
            // Cells stand under their headings: half the size is a usual width.
            let column = column_of((piece.x - left) / (piece.size * 0.5));
            let least = if before.is_some() { 2 } else { 0 };
            column.saturating_sub(length).max(least)
        } else {
            usize::from(0.12 <= gap && !out.ends_with(' '))
        };
        out.extend(std::iter::repeat_n(' ', blanks));
        out.push_str(&piece.text.replace(['\n', '\t'], " "));
        length += blanks + piece.text.chars().count();
        before = Some(piece.end);
    }
    out.push('\n');
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "held between 0 and the width of a line"
)]
fn column_of(place: f32) -> usize {
    (place.max(0.0) as usize).min(WIDTH)
}
