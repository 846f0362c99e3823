//! HTML of mails as plain lines: cells of a table row apart by tabs, blocks by line ends.
//!
//! Not a browser: styles, scripts and hidden text are not understood; scripts and styles are
//! left out.

/// The text of an HTML body.
pub(super) fn to_text(html: &str) -> String {
    let mut out = String::with_capacity(html.len() / 2);
    let mut rest = html;
    let mut first_cell = true;
    let mut quoted = false;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        if quoted && out.ends_with('\n') && !before.trim().is_empty() {
            out.push_str("> ");
        }
        push_words(&mut out, before);
        if let Some(after) = tag.strip_prefix("<!--") {
            rest = after.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let Some((inner, after)) = tag.get(1..).unwrap_or_default().split_once('>') else {
            return out;
        };
        rest = after;
        let name: String = inner
            .chars()
            .take_while(|sign| sign.is_ascii_alphanumeric() || *sign == '/')
            .flat_map(char::to_lowercase)
            .collect();
        match name.as_str() {
            "script" | "style" | "head" | "title" => {
                let end = format!("</{name}");
                let lower = rest.to_ascii_lowercase();
                rest = lower
                    .find(&end)
                    .and_then(|at| rest.get(at..))
                    .unwrap_or_default();
            }
            "td" | "th" => {
                if !first_cell {
                    out.push('\t');
                }
                first_cell = false;
            }
            "blockquote" | "/blockquote" => {
                line_end(&mut out);
                first_cell = true;
                quoted = name == "blockquote";
            }
            "tr" | "/tr" => {
                line_end(&mut out);
                first_cell = true;
            }
            "table" | "/table" | "/p" | "/ul" | "/ol" => {
                line_end(&mut out);
                out.push('\n');
                first_cell = true;
            }
            // Inside a cell a block does not end the row.
            "br" | "br/" | "p" | "div" | "/div" | "li" | "h1" | "h2" | "h3" | "/h1" | "/h2"
            | "/h3"
                if first_cell =>
            {
                line_end(&mut out);
            }
            _ => {}
        }
    }
    push_words(&mut out, rest);
    out
}

fn line_end(out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

/// Text between tags: runs of white space are one blank, entities are decoded.
fn push_words(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        let decoded = if sign == '&' { entity(rest) } else { None };
        let (found, length) = decoded.unwrap_or((sign, sign.len_utf8()));
        if found.is_whitespace() {
            if !out.is_empty() && !out.ends_with(char::is_whitespace) {
                out.push(' ');
            }
        } else {
            out.push(found);
        }
        rest = rest.get(length..).unwrap_or_default();
    }
}

fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(10).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let sign = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" | "thinsp" | "ensp" | "emsp" => ' ',
        "euro" => '€',
        "pound" => '£',
        "deg" => '°',
        "ordm" => 'º',
        "ndash" => '–',
        "mdash" => '—',
        "minus" => '−',
        "rsquo" | "lsquo" => '’',
        "bull" => '•',
        "aacute" => 'á',
        "iacute" => 'í',
        "oacute" => 'ó',
        "uacute" => 'ú',
        "igrave" => 'ì',
        "ograve" => 'ò',
        "ugrave" => 'ù',
        "acirc" => 'â',
        "ecirc" => 'ê',
        "icirc" => 'î',
        "ocirc" => 'ô',
        "ucirc" => 'û',
        "euml" => 'ë',
        "iuml" => 'ï',
        "Eacute" => 'É',
        "Agrave" => 'À',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "Auml" => 'Ä',
        "Ouml" => 'Ö',
        "Uuml" => 'Ü',
        "szlig" => 'ß',
        "eacute" => 'é',
        "egrave" => 'è',
        "agrave" => 'à',
        "ccedil" => 'ç',
        "ntilde" => 'ñ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((sign, end + 1))
}
