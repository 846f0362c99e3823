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
}

/// Lower case, accents off, everything that is no letter or digit one blank.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars().flat_map(char::to_lowercase) {
        let plain = match sign {
            'ä' | 'à' | 'á' | 'â' | 'ã' | 'ą' => 'a',
            'ö' | 'ó' | 'ô' | 'ò' | 'õ' => 'o',
            'ü' | 'ú' | 'û' | 'ù' => 'u',
            'é' | 'è' | 'ê' | 'ë' | 'ę' => 'e',
            'í' | 'î' | 'ï' | 'ì' => 'i',
            'ç' | 'ć' => 'c',
            'ñ' | 'ń' => 'n',
            'ł' => 'l',
            'ż' | 'ź' => 'z',
            'ß' | 'ś' => 's',
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
