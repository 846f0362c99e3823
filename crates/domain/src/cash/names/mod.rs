//! Company names as keys, and which customers a name on a statement could be.
//!
//! Looking up never walks over all customers: exact keys first, then names cut short, names with
//! something added, abbreviations, acronyms and slips of the pen.

mod written;

use std::collections::BTreeMap;

use crate::cash::behalf::{FOR, ON_BEHALF, behind, without_title};
use crate::cash::keys::Map;
use crate::cash::model::{Customer, PastPayment};
#[cfg(test)]
pub(super) use written::never_met;
pub(super) use written::{Ends, key, words};
use written::{is_number, key_of, with_numbers};

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
    shapes: Vec<Shape>,
    exact: Map<String, u32>,
    /// Names written without blanks, with and without their legal form.
    joined: Map<String, u32>,
    /// Names by their words in alphabetical order.
    turned: Map<String, u32>,
    sorted: BTreeMap<String, u32>,
    /// By the beginning of a word and the first letter of the key.
    starts: Map<[u8; 4], Vec<u32>>,
    /// How many there are, whatever the first letter.
    starts_total: Map<[u8; 3], u32>,
    initials: Map<String, Vec<u32>>,
    /// By three letters in a row and the length of the key.
    grams: Map<[u8; 4], Vec<u32>>,
    /// How many there are, whatever the length.
    grams_total: Map<[u8; 3], u32>,
    /// Names with numbers in them, all words: a key leaves numbers out.
    numbered: Map<String, Vec<u32>>,
}

/// What rules most keys out without reading them.
#[derive(Clone, Copy, Debug)]
struct Shape {
    first: u8,
    /// One bit for each letter and digit that occurs.
    letters: u64,
}

impl Shape {
    fn of(key: &str) -> Shape {
        Shape {
            first: key.bytes().next().unwrap_or(0),
            letters: key.bytes().fold(0, |seen, byte| {
                seen | match byte {
                    b' ' => 0,
                    b'0'..=b'Z' => 1 << (byte - b'0'),
                    _ => 1 << 63,
                }
            }),
        }
    }

    /// Can so few slips of the pen turn one into the other? A slip changes two letters at most.
    fn within(self, other: Shape, slips: u32) -> bool {
        (self.letters ^ other.letters).count_ones() <= 2 * slips
    }
}

const MANY: usize = 6000;

/// The words of a key in alphabetical order: `PETRA WINKLER` and `WINKLER PETRA` are one.
fn turned(key: &str) -> Option<String> {
    let mut words: Vec<&str> = key.split(' ').collect();
    if !(2..=4).contains(&words.len()) {
        return None;
    }
    words.sort_unstable();
    Some(words.join(" "))
}

fn length(key: &str) -> u8 {
    u8::try_from(key.len()).unwrap_or(u8::MAX)
}

impl NameIndex {
    /// The names of customers, and those under which they paid.
    pub(super) fn of(customers: &[Customer], history: &[PastPayment]) -> NameIndex {
        let mut index = NameIndex::default();
        for (customer, here) in customers.iter().zip(0..) {
            for name in std::iter::once(&customer.name).chain(&customer.aliases) {
                index.add(name, here);
            }
        }
        let mut last: Vec<&str> = vec![""; customers.len()];
        for past in history {
            for customer in past.customers() {
                // Who pays again mostly pays under the same name, which is known by now.
                if let Some(last) = last.get_mut(customer)
                    && *last != past.payer
                {
                    index.add(&past.payer, customer as u32);
                    *last = &past.payer;
                }
            }
        }
        index
    }

    /// One more name of a customer.
    pub(super) fn add(&mut self, name: &str, customer: u32) {
        let words = words(name);
        let key = key_of(&words);
        if key.is_empty() {
            return;
        }
        if words.iter().any(|word| is_number(word)) {
            let list = self.numbered.entry(with_numbers(&words)).or_default();
            if list.last() != Some(&customer) && !list.contains(&customer) {
                list.push(customer);
            }
        }
        if let Some(at) = self.exact.get(&key) {
            let list = &mut self.keys[*at as usize].1;
            if list.last() != Some(&customer) && !list.contains(&customer) {
                list.push(customer);
            }
            return;
        }
        let at = self.keys.len() as u32;
        self.exact.insert(key.clone(), at);
        self.joined.entry(key.replace(' ', "")).or_insert(at);
        self.joined.entry(words.concat()).or_insert(at);
        if let Some(turned) = turned(&key) {
            self.turned.entry(turned).or_insert(at);
        }
        self.sorted.insert(key.clone(), at);
        let shape = Shape::of(&key);
        let words: Vec<&str> = key.split(' ').collect();
        for word in &words {
            if let Some(start) = start(word) {
                let list = self.starts.entry(with(start, shape.first)).or_default();
                list.push(at);
                *self.starts_total.entry(start).or_default() += 1;
            }
        }
        if words.len() >= 3 {
            let initials: String = words.iter().filter_map(|w| w.chars().next()).collect();
            self.initials.entry(initials).or_default().push(at);
        }
        for gram in grams(&key) {
            let list = self.grams.entry(with(gram, length(&key))).or_default();
            if list.last() != Some(&at) {
                list.push(at);
                *self.grams_total.entry(gram).or_default() += 1;
            }
        }
        self.shapes.push(shape);
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
        let words = words(name);
        let principal = behind(&words, FOR).map(|principal| self.find_words(principal));
        let found = self.find_words(&words);
        let is_whole =
            |(ids, likeness): &(Vec<u32>, Likeness)| !ids.is_empty() && *likeness >= Likeness::Cut;
        if let Some(principal) = principal.as_ref().filter(|p| is_whole(p))
            && found.1 < Likeness::Same
        {
            return principal.clone();
        }
        if !found.0.is_empty() {
            return found;
        }
        let bare = without_title(&words);
        if !bare.is_empty() && bare.len() < words.len() {
            let found = self.find_words(bare);
            if !found.0.is_empty() {
                return found;
            }
        }
        principal.unwrap_or(found)
    }

    /// For whom a name says that it pays: `Agent Ltd on behalf of Debtor Ltd`.
    pub(super) fn principal(&self, name: &str) -> Vec<u32> {
        let words = words(name);
        let found = behind(&words, ON_BEHALF).map(|principal| self.find_words(principal));
        found.map_or_else(Vec::new, |(ids, _)| ids)
    }

    /// The same in a sentence: the longest beginning of what stands behind that is a name.
    pub(super) fn principal_in(&self, text: &str) -> Vec<u32> {
        let words = words(text);
        let Some(behind) = behind(&words, ON_BEHALF) else {
            return Vec::new();
        };
        let most = behind.len().min(6);
        let mut names = (1..=most).rev().map(|n| self.same(&key_of(&behind[..n])));
        names.find(|ids| !ids.is_empty()).unwrap_or(&[]).to_vec()
    }

    fn find_words(&self, words: &[String]) -> (Vec<u32>, Likeness) {
        let (ids, likeness) = self.search(&key_of(words), true);
        if likeness == Likeness::Same && ids.len() > 1 && words.iter().any(|w| is_number(w)) {
            // Only the number tells one branch from another.
            let numbered = self.numbered.get(&with_numbers(words));
            let alike = numbered.into_iter().flatten().copied();
            let alike: Vec<u32> = alike.filter(|customer| ids.contains(customer)).collect();
            if !alike.is_empty() {
                return (alike, likeness);
            }
        }
        (ids, likeness)
    }

    /// The same by a key and without slips of the pen: for names that may be no names at all.
    pub(super) fn find_written(&self, key: &str) -> (Vec<u32>, Likeness) {
        self.search(key, false)
    }

    fn search(&self, key: &str, slips: bool) -> (Vec<u32>, Likeness) {
        if key.is_empty() {
            return (Vec::new(), Likeness::Typo);
        }
        if let Some(at) = self
            .exact
            .get(key)
            .or_else(|| self.joined.get(&key.replace(' ', "")))
        {
            return (self.keys[*at as usize].1.clone(), Likeness::Same);
        }
        if let Some(at) = turned(key).and_then(|turned| self.turned.get(&turned)) {
            return (self.keys[*at as usize].1.clone(), Likeness::Same);
        }
        let words: Vec<&str> = key.split(' ').collect();
        let begins = self.cut(key);
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
        let slipped = self.slip(key);
        (self.customers(&slipped), Likeness::Typo)
    }

    fn customers(&self, hits: &[u32]) -> Vec<u32> {
        if let [one] = hits {
            return self.keys[*one as usize].1.clone();
        }
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
        let total = |start: &[u8; 3]| self.starts_total.get(start).copied().unwrap_or(0);
        let starts = words.iter().filter_map(|word| start(word));
        let Some(rarest) = starts.min_by_key(total) else {
            return Vec::new();
        };
        let first = words.first().and_then(|w| w.bytes().next()).unwrap_or(0);
        let list = self.starts.get(&with(rarest, first));
        let mut out: Vec<u32> = list
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .take(MANY)
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
        let mut rare: Vec<(u32, [u8; 3])> = grams
            .into_iter()
            .filter_map(|gram| Some((*self.grams_total.get(&gram)?, gram)))
            .collect();
        rare.sort_by_key(|(total, _)| *total);
        let allowed = if key.len() < 9 { 1 } else { 2 };
        let shape = Shape::of(key);
        let shortest = length(key).saturating_sub(allowed);
        let longest = length(key).saturating_add(allowed);
        let mut seen: Vec<u32> = rare
            .iter()
            .take(6)
            .flat_map(|(_, gram)| (shortest..=longest).map(|length| with(*gram, length)))
            .filter_map(|gram| self.grams.get(&gram))
            .flat_map(|list| list.iter().take(MANY).copied())
            .filter(|at| shape.within(self.shapes[*at as usize], u32::from(allowed)))
            .collect();
        seen.sort_unstable();
        let allowed = usize::from(allowed);
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

/// The first three letters of a word.
fn start(word: &str) -> Option<[u8; 3]> {
    word.get(..3)?.as_bytes().try_into().ok()
}

fn with(letters: [u8; 3], byte: u8) -> [u8; 4] {
    let [a, b, c] = letters;
    [a, b, c, byte]
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

    #[test]
    fn who_pays_for_another_is_not_the_debtor() {
        let mut index = NameIndex::default();
        index.add("Talgrund Keramik OHG", 3);
        index.add("Nordhafen Treuhand GmbH", 4);
        for written in [
            "Nordhafen Treuhand GmbH on behalf of Talgrund Keramik OHG",
            "Nordhafen Treuhand i.A. Talgrund Keramik",
            "RA Kuhn als Insolvenzverwalter der Talgrund Keramik OHG",
            "Hafen Payments per conto di TALGRUND KERAM",
        ] {
            assert_eq!(index.principal(written), vec![3], "{written}");
        }
        assert!(index.principal("Nordhafen Treuhand GmbH").is_empty());
        let text = "Zahlung im Auftrag der Talgrund Keramik OHG Rechnung 4711";
        assert_eq!(index.principal_in(text), vec![3]);
        assert_eq!(index.find("Hub BV for Talgrund Keramik").0, vec![3]);
    }

    #[test]
    fn titles_order_blanks_and_wrong_encodings_hide_no_name() {
        let mut index = NameIndex::default();
        index.add("Bäckerei Jörg Kühn e.K.", 1);
        index.add("Talgrund Keramik OHG", 3);
        index.add("Petra Winkler", 5);
        for (written, customer) in [
            ("Fa. Talgrund Keramik", 3),
            ("TALGRUNDKERAMIKOHG", 3),
            ("Winkler, Petra", 5),
            ("BÃ¤ckerei JÃ¶rg KÃ¼hn", 1),
        ] {
            assert_eq!(index.find(written).0, vec![customer], "{written}");
        }
    }

    #[test]
    fn a_number_tells_namesakes_apart() {
        let mut index = NameIndex::default();
        for customer in 0..20 {
            index.add(&format!("Filiale {customer} GmbH"), customer);
        }
        assert_eq!(index.find("FILIALE 12").0, vec![12]);
        assert_eq!(index.find("Filiale GmbH, 10115 Berlin").0.len(), 20);
    }
}
