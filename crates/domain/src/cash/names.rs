//! Company names as keys, and which customers a name on a statement could be.
//!
//! A key has no case, accents, punctuation or legal form; legal forms are words of company law,
//! not of any book. Looking up never walks over all customers: exact keys first, then names cut
//! short, names with something added, abbreviations, acronyms and slips of the pen.

use std::collections::BTreeMap;

use super::keys::Map;

const LEGAL: &[&str] = &[
    "AB",
    "AE",
    "AG",
    "AKTIEBOLAG",
    "AKTIENGESELLSCHAFT",
    "AND",
    "AS",
    "ASA",
    "APS",
    "BESCHRANKTER",
    "BV",
    "BVBA",
    "CIE",
    "CO",
    "COKG",
    "COMPANY",
    "CORP",
    "CORPORATION",
    "CV",
    "DAC",
    "DE",
    "EG",
    "EI",
    "EK",
    "EKFM",
    "EPE",
    "EURL",
    "EV",
    "GBR",
    "GES",
    "GESELLSCHAFT",
    "GESMBH",
    "GMBH",
    "GMBHCOKG",
    "HAFTUNG",
    "HAFTUNGSBESCHR",
    "HAFTUNGSBESCHRANKT",
    "HB",
    "IKE",
    "INC",
    "INCORPORATED",
    "KB",
    "KFT",
    "KG",
    "KGAA",
    "KOMMANDITGESELLSCHAFT",
    "LDA",
    "LIMITADA",
    "LIMITED",
    "LLC",
    "LLP",
    "LP",
    "LTD",
    "LTDA",
    "MBH",
    "MIT",
    "NV",
    "OE",
    "OG",
    "OHG",
    "OO",
    "OOO",
    "OSAKEYHTIO",
    "OY",
    "OYJ",
    "PC",
    "PLC",
    "PRIVATE",
    "PTE",
    "PTY",
    "PUBLIC",
    "PVT",
    "RL",
    "SA",
    "SARL",
    "SAS",
    "SASU",
    "SCA",
    "SCS",
    "SE",
    "SL",
    "SLU",
    "SNC",
    "SP",
    "SPA",
    "SPJ",
    "SPK",
    "SPOL",
    "SPOLKA",
    "SPRL",
    "SPZOO",
    "SRL",
    "SRO",
    "THE",
    "UG",
    "ULC",
    "UND",
    "VOF",
    "ZO",
    "ZOO",
];

/// The name without case, accents, punctuation and legal form.
pub(super) fn key(name: &str) -> String {
    let words = words(name);
    let kept: Vec<&str> = words
        .iter()
        .enumerate()
        .filter(|(i, word)| {
            !LEGAL.contains(&word.as_str()) && (*i == 0 || word.len() > 1) && !is_number(word)
        })
        .map(|(_, word)| word.as_str())
        .collect();
    if kept.is_empty() {
        words.join(" ")
    } else {
        kept.join(" ")
    }
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

/// The words of a name: upper case ASCII, one spelling for umlauts.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    for c in name.chars() {
        if matches!(c, '.' | '\'' | '’') {
            continue;
        }
        let plain = if c.is_ascii() {
            None
        } else {
            deunicode::deunicode_char(c)
        };
        if !c.is_alphanumeric() {
            out.push(String::new());
        } else if let Some(last) = out.last_mut() {
            match plain {
                Some(plain) => last.push_str(&plain.to_ascii_uppercase()),
                None => last.push(c.to_ascii_uppercase()),
            }
        }
    }
    out.retain(|word| !word.is_empty());
    for word in &mut out {
        let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
        if letters >= 3 && letters < word.len() {
            *word = word.replace('0', "O").replace('1', "I");
        }
        for (two, one) in [("AE", "A"), ("OE", "O"), ("UE", "U"), ("AA", "A")] {
            if word.len() > 3 && word.contains(two) {
                *word = word.replace(two, one);
            }
        }
    }
    out
}

/// How a name was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Likeness {
    /// A slip of the pen away.
    Typo,
    /// The initials.
    Acronym,
    /// Shortened words.
    Abbreviated,
    /// Ours with something behind it.
    Longer,
    /// The beginning of ours.
    Cut,
    /// The same key.
    Same,
}

/// Names of customers, found by what is left of them on a statement.
#[derive(Debug, Default)]
pub(super) struct NameIndex {
    keys: Vec<(String, Vec<u32>)>,
    /// First letter and length of each key, to rule most of them out without reading them.
    shapes: Vec<(u8, u8)>,
    exact: Map<String, u32>,
    joined: Map<String, u32>,
    sorted: BTreeMap<String, u32>,
    starts: Map<String, Vec<u32>>,
    initials: Map<String, Vec<u32>>,
    grams: Map<[u8; 3], Vec<u32>>,
}

const MANY: usize = 6000;

impl NameIndex {
    /// One more name of a customer.
    pub(super) fn add(&mut self, name: &str, customer: u32) {
        let key = key(name);
        if key.is_empty() {
            return;
        }
        if let Some(at) = self.exact.get(&key) {
            let list = &mut self.keys[*at as usize].1;
            if !list.contains(&customer) {
                list.push(customer);
            }
            return;
        }
        let at = self.keys.len() as u32;
        self.exact.insert(key.clone(), at);
        self.joined.entry(key.replace(' ', "")).or_insert(at);
        self.sorted.insert(key.clone(), at);
        let words: Vec<&str> = key.split(' ').collect();
        for word in &words {
            if let Some(start) = word.get(..3) {
                self.starts.entry(start.to_owned()).or_default().push(at);
            }
        }
        if words.len() >= 3 {
            let initials: String = words.iter().filter_map(|w| w.chars().next()).collect();
            self.initials.entry(initials).or_default().push(at);
        }
        for gram in grams(&key) {
            let list = self.grams.entry(gram).or_default();
            if list.last() != Some(&at) {
                list.push(at);
            }
        }
        let first = key.bytes().next().unwrap_or(0);
        let length = u8::try_from(key.len()).unwrap_or(u8::MAX);
        self.shapes.push((first, length));
        self.keys.push((key, vec![customer]));
    }

    /// Customers whose name is exactly this key.
    pub(super) fn same(&self, key: &str) -> &[u32] {
        self.exact
            .get(key)
            .map_or(&[], |at| &self.keys[*at as usize].1)
    }

    /// The customers a name could be, and how it was found; empty when it could be none.
    pub(super) fn find(&self, name: &str) -> (Vec<u32>, Likeness) {
        self.search(name, true)
    }

    /// The same without slips of the pen: for names that may be no names at all.
    pub(super) fn find_written(&self, name: &str) -> (Vec<u32>, Likeness) {
        self.search(name, false)
    }

    fn search(&self, name: &str, slips: bool) -> (Vec<u32>, Likeness) {
        let key = key(name);
        if key.is_empty() {
            return (Vec::new(), Likeness::Typo);
        }
        if let Some(at) = self
            .exact
            .get(&key)
            .or_else(|| self.joined.get(&key.replace(' ', "")))
        {
            return (self.keys[*at as usize].1.clone(), Likeness::Same);
        }
        let words: Vec<&str> = key.split(' ').collect();
        let begins = self.cut(&key);
        if !begins.is_empty() {
            return (self.customers(&begins), Likeness::Cut);
        }
        let longer = self.longer(&words);
        if !longer.is_empty() {
            return (self.customers(&longer), Likeness::Longer);
        }
        let shortened = self.abbreviated(&words);
        if !shortened.is_empty() {
            return (self.customers(&shortened), Likeness::Abbreviated);
        }
        let initials = self.acronym(&words);
        if !initials.is_empty() || !slips {
            return (self.customers(&initials), Likeness::Acronym);
        }
        let slipped = self.slip(&key);
        (self.customers(&slipped), Likeness::Typo)
    }

    fn customers(&self, hits: &[u32]) -> Vec<u32> {
        let mut out = Vec::new();
        for at in hits {
            for customer in &self.keys[*at as usize].1 {
                if !out.contains(customer) {
                    out.push(*customer);
                }
            }
        }
        out
    }

    fn cut(&self, key: &str) -> Vec<u32> {
        if key.len() < 8 {
            return Vec::new();
        }
        self.sorted
            .range(key.to_owned()..)
            .take_while(|(other, _)| other.starts_with(key))
            .take(50)
            .map(|(_, at)| *at)
            .collect()
    }

    fn longer(&self, words: &[&str]) -> Vec<u32> {
        for n in (1..words.len()).rev() {
            let shorter = words[..n].join(" ");
            if shorter.len() >= 6
                && let Some(at) = self.exact.get(&shorter)
            {
                return vec![*at];
            }
        }
        Vec::new()
    }

    fn abbreviated(&self, words: &[&str]) -> Vec<u32> {
        let Some(rarest) = words
            .iter()
            .filter_map(|word| word.get(..3))
            .map(|start| self.starts.get(start).map_or(&[][..], Vec::as_slice))
            .min_by_key(|list| list.len())
        else {
            return Vec::new();
        };
        let first = words.first().and_then(|w| w.bytes().next()).unwrap_or(0);
        let mut out: Vec<u32> = rarest
            .iter()
            .take(MANY)
            .filter(|at| self.shapes[**at as usize].0 == first)
            .filter(|at| shortens(words, &self.keys[**at as usize].0))
            .copied()
            .collect();
        out.dedup();
        out
    }

    fn acronym(&self, words: &[&str]) -> Vec<u32> {
        match words {
            [one] => self.initials.get(*one).cloned().unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    fn slip(&self, key: &str) -> Vec<u32> {
        if key.len() < 6 {
            return Vec::new();
        }
        let mut grams = grams(key);
        grams.sort_unstable();
        grams.dedup();
        let mut lists: Vec<&Vec<u32>> = grams
            .into_iter()
            .filter_map(|gram| self.grams.get(&gram))
            .collect();
        lists.sort_by_key(|list| list.len());
        let allowed = if key.len() < 9 { 1 } else { 2 };
        let fits = |at: &u32| {
            let other = usize::from(self.shapes[*at as usize].1);
            other.abs_diff(key.len()) <= allowed
        };
        let mut seen: Vec<u32> = lists
            .iter()
            .take(6)
            .flat_map(|list| list.iter().take(MANY).copied().filter(fits))
            .collect();
        seen.sort_unstable();
        let mut best: Vec<(usize, u32)> = seen
            .chunk_by(|a, b| a == b)
            .filter(|same| same.len() >= 2)
            .filter_map(|same| {
                let other = &self.keys[same[0] as usize].0;
                let distance = strsim::osa_distance(key, other);
                (distance <= allowed).then_some((distance, same[0]))
            })
            .collect();
        best.sort_unstable();
        let least = best.first().map_or(0, |(distance, _)| *distance);
        best.into_iter()
            .take_while(|(distance, _)| *distance == least)
            .map(|(_, at)| at)
            .collect()
    }
}

fn grams(key: &str) -> Vec<[u8; 3]> {
    key.as_bytes()
        .windows(3)
        .map(|w| [w[0], w[1], w[2]])
        .collect()
}

/// Is each word, in order, the beginning or a contraction of a word of the full name, starting
/// with its first?
fn shortens(words: &[&str], full: &str) -> bool {
    let mut rest = full.split(' ').peekable();
    if words.first().and_then(|w| w.chars().next()) != full.chars().next() {
        return false;
    }
    words.iter().all(|word| {
        rest.by_ref().any(|other| {
            other.starts_with(word)
                || (word.len() >= 3
                    && other.as_bytes().first() == word.as_bytes().first()
                    && contracted(word, other))
        })
    })
}

fn contracted(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    short.chars().all(|c| rest.any(|other| other == c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_forms_and_spelling_do_not_count() {
        for (written, key_expected) in [
            ("Bäckerei Grün Ges.m.b.H. & Co. KG", "BACKEREI GRUN"),
            ("BAECKEREI GRUEN", "BACKEREI GRUN"),
            ("Kowalska Sp. z o.o.", "KOWALSKA"),
            ("Acme S.A. de C.V.", "ACME"),
            ("N0RTHWIND LLC", "NORTHWIND"),
        ] {
            assert_eq!(key(written), key_expected, "{written}");
        }
    }

    #[test]
    fn a_name_is_found_in_what_is_left_of_it() {
        let mut index = NameIndex::default();
        index.add("Hansen & Petersen Bootsbau GmbH", 1);
        index.add("Alpina Seilbahnen Service AG", 2);
        index.add("Talgrund Keramik OHG", 3);
        for (written, customer, likeness) in [
            ("HANSEN + PETERSEN BOOTSBAU", 1, Likeness::Same),
            ("HANSEN + PETERSE", 1, Likeness::Cut),
            ("Talgrund Keramik OHG, 99999 Jena", 3, Likeness::Longer),
            ("Hansen u. Peters. Bootsb. GmbH", 1, Likeness::Abbreviated),
            ("ASS AG", 2, Likeness::Acronym),
            ("Talgrnud Keramik", 3, Likeness::Typo),
        ] {
            assert_eq!(index.find(written), (vec![customer], likeness), "{written}");
        }
        assert!(index.find("Unbekannt GmbH").0.is_empty());
    }
}
