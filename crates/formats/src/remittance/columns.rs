//! What the headings of tables and the labels of letters mean, in the languages of the desk.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::headings::HEADINGS;

/// What a column, or a labelled value of a letter, says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    Deposit,
    ItemNumber,
    CheckNumber,
    CheckAmount,
    PayerName,
    OnBehalf,
    PayerBank,
    PayerAccount,
    PaidOn,
    Document,
    IssuedOn,
    /// Only a reference: a document where the table has no other column for it.
    Reference,
    PaymentReference,
    Gross,
    Deduction,
    Paid,
    Fee,
    Reason,
    Currency,
    Text,
    Payout,
    PayoutOn,
    Processor,
    EntryKind,
    EntryOn,
    Count,
    Tax,
    ProcessorRef,
    Email,
    CustomerName,
    Payee,
    Total,
}

impl Role {
    /// Does such a column hold sums?
    pub(super) fn is_sum(self) -> bool {
        matches!(
            self,
            Role::Gross
                | Role::Deduction
                | Role::Paid
                | Role::Fee
                | Role::CheckAmount
                | Role::Total
        )
    }

    /// Does such a column hold days?
    pub(super) fn is_day(self) -> bool {
        matches!(
            self,
            Role::PaidOn | Role::IssuedOn | Role::PayoutOn | Role::EntryOn
        )
    }
}

/// What each word of [`HEADINGS`] means.
static ROLES: LazyLock<HashMap<&str, Role>> = LazyLock::new(|| {
    let mut roles = HashMap::new();
    for (role, words) in HEADINGS {
        for word in words.split(',').map(str::trim) {
            roles.entry(word).or_insert(*role);
        }
    }
    roles
});

/// What a heading or label means; exact after folding, never by resemblance.
pub(super) fn role_of(heading: &str) -> Option<Role> {
    if heading.len() > 60 {
        return None;
    }
    let folded = folded(heading);
    let without_currency = folded
        .strip_suffix(" eur")
        .or_else(|| folded.strip_suffix(" usd"))
        .or_else(|| folded.strip_suffix(" gbp"))
        .or_else(|| folded.strip_suffix(" chf"))
        .or_else(|| folded.strip_suffix(" pln"))
        .unwrap_or(&folded);
    ROLES
        .get(folded.as_str())
        .or_else(|| ROLES.get(without_currency))
        .copied()
        .or_else(|| composed(without_currency))
        .or_else(|| ROLES.get(spelled_out(without_currency).as_str()).copied())
}

/// A heading whose words are written out: `net amount` for `net amt`.
fn spelled_out(heading: &str) -> String {
    const SHORT: &[(&str, &str)] = &[
        ("adj", "adjustment"),
        ("amt", "amount"),
        ("chk", "check"),
        ("ded", "deduction"),
        ("disc", "discount"),
        ("doc", "document"),
        ("dt", "date"),
        ("inv", "invoice"),
        ("nbr", "number"),
        ("num", "number"),
        ("pmt", "payment"),
        ("pymt", "payment"),
        ("skto", "skonto"),
    ];
    let written = |word: &str| {
        let known = SHORT.iter().find(|(short, _)| *short == word);
        known.map_or_else(|| word.to_owned(), |(_, whole)| (*whole).to_owned())
    };
    let words: Vec<String> = heading.split(' ').map(written).collect();
    words.join(" ")
}

/// What two or three words mean that are known one by one: a day of a document (`inv date`,
/// `rg datum`, `date piece`), or what was taken off under two names (`disc ded`, `skonto abzug`).
fn composed(heading: &str) -> Option<Role> {
    const SHORT: &[&str] = &[
        "inv", "rg", "re", "rech", "doc", "bel", "fact", "fakt", "fatt",
    ];
    const CUT: &[&str] = &["disc", "ded", "deduct", "skto", "abz", "adj", "allowance"];
    let words: Vec<&str> = heading.split(' ').collect();
    if !(2..=3).contains(&words.len()) {
        return None;
    }
    let role = |word: &&str| {
        let known = ROLES.get(word).copied();
        known
            .or_else(|| SHORT.contains(word).then_some(Role::Document))
            .or_else(|| CUT.contains(word).then_some(Role::Deduction))
    };
    let roles: Vec<Option<Role>> = words.iter().map(role).collect();
    let all = |wanted: &[Role]| {
        roles
            .iter()
            .all(|role| role.is_some_and(|r| wanted.contains(&r)))
    };
    if roles.contains(&Some(Role::IssuedOn)) && all(&[Role::IssuedOn, Role::Document]) {
        return Some(Role::IssuedOn);
    }
    all(&[Role::Deduction]).then_some(Role::Deduction)
}

/// Lower case, accents off, everything that is no letter or digit one blank.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars().flat_map(char::to_lowercase) {
        let plain = match sign {
            'ä' | 'à' | 'á' | 'â' | 'ã' | 'ą' | 'å' | 'ă' => 'a',
            'ö' | 'ó' | 'ô' | 'ò' | 'õ' | 'ø' | 'ő' => 'o',
            'ü' | 'ú' | 'û' | 'ù' | 'ű' | 'ů' => 'u',
            'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ě' => 'e',
            'í' | 'î' | 'ï' | 'ì' | 'ı' => 'i',
            'ç' | 'ć' | 'č' => 'c',
            'ď' => 'd',
            'ğ' => 'g',
            'ñ' | 'ń' | 'ň' => 'n',
            'ł' | 'ľ' => 'l',
            'ř' => 'r',
            'ț' | 'ţ' | 'ť' => 't',
            'ý' => 'y',
            'ż' | 'ź' | 'ž' => 'z',
            'ß' | 'ś' | 'š' | 'ş' | 'ș' => 's',
            // The dot of a capital `İ` in lower case.
            '\u{307}' => continue,
            '°' | 'º' => ' ',
            other => other,
        };
        if plain.is_alphanumeric() {
            out.push(plain);
        } else if !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
    }
    out.trim_end().to_owned()
}

/// A number of a document where it stands as one word: two digits or more, no day, no sum.
pub(super) fn looks_like_document(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let fits = |sign: char| sign.is_alphanumeric() || "-/._#".contains(sign);
    digits >= 2
        && word.len() <= 35
        && word.chars().all(fits)
        && !super::amounts::looks_like_day(word)
        && !super::amounts::looks_like_amount(word)
}
