//! Customers and vendors: invented names, terms, accounts at banks, and habits of paying.

use crate::random::Chance;

/// How a customer pays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Habit {
    /// Every invoice by itself, in full.
    Exact,
    /// Takes the early-payment discount.
    Discount,
    /// Deducts now and then, and says why.
    ShortPays,
    /// Banks on the way keep something.
    BankFee,
    /// Keeps tax for its own tax office.
    Withholds,
    /// Several invoices in one sum.
    Groups,
    /// Quotes numbers as somebody typed them.
    Mangles,
    /// Nets credit memos.
    Nets,
}

/// Somebody who buys from the company.
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) country: &'static str,
    /// Currency of its documents.
    pub(crate) currency: &'static str,
    /// Currency of our account into which it pays.
    pub(crate) pays_in: &'static str,
    pub(crate) region: &'static str,
    pub(crate) parent: Option<usize>,
    pub(crate) email: String,
    pub(crate) net_days: i64,
    /// Percent and days of the early-payment discount.
    pub(crate) discount: Option<(i64, i64)>,
    pub(crate) account: String,
    /// Whether our master data know the account.
    pub(crate) account_known: bool,
    pub(crate) alias: Option<String>,
    pub(crate) habit: Habit,
}

/// Somebody from whom the company buys.
pub(crate) struct Vendor {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) country: &'static str,
    pub(crate) currency: &'static str,
    pub(crate) net_days: i64,
    pub(crate) account: String,
}

/// Where parties sit: country, currency of documents, of payments, region, legal forms.
struct Home {
    country: &'static str,
    currency: &'static str,
    pays_in: &'static str,
    region: &'static str,
    forms: &'static [&'static str],
}

const HOMES: &[Home] = &[
    home("DE", "EUR", "EUR", "DACH", &["GmbH", "AG", "GmbH & Co. KG"]),
    home("DE", "EUR", "EUR", "DACH", &["GmbH", "KG"]),
    home("FR", "EUR", "EUR", "South", &["SAS", "SARL"]),
    home("NL", "EUR", "EUR", "Benelux", &["B.V."]),
    home("ES", "EUR", "EUR", "South", &["S.L.", "S.A."]),
    home("CH", "CHF", "EUR", "DACH", &["AG", "Sàrl"]),
    home("SE", "SEK", "EUR", "Nordics", &["AB"]),
    home(
        "US",
        "USD",
        "USD",
        "North America",
        &["Inc.", "LLC", "Corp."],
    ),
    home("US", "USD", "USD", "North America", &["LLC", "Co."]),
    home("IN", "USD", "USD", "Asia", &["Pvt. Ltd."]),
    home("GB", "GBP", "GBP", "UK", &["Ltd", "PLC"]),
    home("GB", "GBP", "GBP", "UK", &["Limited"]),
];

const fn home(
    country: &'static str,
    currency: &'static str,
    pays_in: &'static str,
    region: &'static str,
    forms: &'static [&'static str],
) -> Home {
    Home {
        country,
        currency,
        pays_in,
        region,
        forms,
    }
}

const BEGINNINGS: &[&str] = &[
    "Alder", "Bram", "Cask", "Dorn", "Elm", "Fenn", "Grove", "Hald", "Ister", "Jarro", "Kelm",
    "Lind", "Morr", "Nield", "Orsa", "Pell", "Quill", "Rask", "Søl", "Tarn", "Ulm", "Vess", "Wick",
    "Yarrow", "Zell", "Über", "Épine", "Roble",
];
const ENDINGS: &[&str] = &[
    "bach", "crest", "dale", "field", "gard", "holm", "ingen", "kamp", "low", "mere", "nova",
    "ridge", "stad", "tor", "vik", "wald",
];
const TRADES: &[&str] = &[
    "Optics",
    "Pumps",
    "Foods",
    "Textiles",
    "Marine",
    "Dental",
    "Logistics",
    "Glass",
    "Paper",
    "Tools",
    "Robotics",
    "Ceramics",
    "Valves",
    "Printing",
    "Lighting",
    "Brewing",
];

fn name(chance: &mut Chance, home: &Home) -> (String, String) {
    let stem = format!("{}{}", chance.pick(BEGINNINGS), chance.pick(ENDINGS));
    let trade = chance.pick(TRADES);
    let form = chance.pick(home.forms);
    (stem.clone(), format!("{stem} {trade} {form}"))
}

/// Makes so many customers; about one in ten belongs to an earlier one, which pays for it.
pub(crate) fn customers(chance: &mut Chance, count: usize) -> Vec<Customer> {
    let mut customers: Vec<Customer> = Vec::with_capacity(count);
    for number in 0..count {
        let home = chance.pick(HOMES);
        let (stem, name) = name(chance, home);
        let parent = parent(chance, &customers, home);
        let habit = habit(chance, home);
        let discount = (habit == Habit::Discount || chance.percent(15)).then_some((2, 14));
        customers.push(Customer {
            id: format!("K{:05}", 20_000 + number),
            email: format!("accounts{number}@{}.example", plain(&stem).to_lowercase()),
            name,
            country: home.country,
            currency: home.currency,
            pays_in: home.pays_in,
            region: home.region,
            parent,
            net_days: *chance.pick(&[14, 30, 30, 45, 60]),
            discount,
            account: account(chance, home.country),
            account_known: chance.percent(60),
            alias: chance.percent(12).then(|| format!("{stem} Trading")),
            habit,
        });
    }
    customers
}

/// An earlier customer that deals in the same money and belongs to nobody itself.
fn parent(chance: &mut Chance, earlier: &[Customer], home: &Home) -> Option<usize> {
    if earlier.is_empty() || !chance.percent(30) {
        return None;
    }
    let at = chance.between(0, earlier.len() as i64 - 1) as usize;
    let fits = |other: &Customer| {
        other.parent.is_none() && other.pays_in == home.pays_in && other.currency == home.currency
    };
    earlier.get(at).is_some_and(fits).then_some(at)
}

fn habit(chance: &mut Chance, home: &Home) -> Habit {
    if home.country == "IN" {
        return Habit::Withholds;
    }
    if home.currency != home.pays_in {
        return Habit::Exact;
    }
    match chance.between(0, 99) {
        0..35 => Habit::Exact,
        35..50 => Habit::Discount,
        50..58 => Habit::ShortPays,
        58..65 => Habit::BankFee,
        65..82 => Habit::Groups,
        82..92 => Habit::Mangles,
        _ => Habit::Nets,
    }
}

/// Makes so many vendors.
pub(crate) fn vendors(chance: &mut Chance, count: usize) -> Vec<Vendor> {
    (0..count)
        .map(|number| {
            let home = chance.pick(HOMES);
            let (_, name) = name(chance, home);
            Vendor {
                id: format!("V{:05}", 70_000 + number),
                name,
                country: home.country,
                currency: home.currency,
                net_days: *chance.pick(&[14, 30, 30, 60]),
                account: account(chance, home.country),
            }
        })
        .collect()
}

/// An account at a bank: an IBAN with right check digits, or routing and account number.
pub(crate) fn account(chance: &mut Chance, country: &str) -> String {
    let bban = match country {
        "DE" => chance.digits(18),
        "FR" => chance.digits(23),
        "NL" => format!("VESS{}", chance.digits(10)),
        "ES" | "SE" => chance.digits(20),
        "CH" => chance.digits(17),
        "GB" => format!("WICK{}", chance.digits(14)),
        _ => return format!("0910000{}-{}", chance.digits(2), chance.digits(9)),
    };
    iban(country, &bban)
}

/// ISO 13616: the check digits make the whole leave 1 modulo 97.
fn iban(country: &str, bban: &str) -> String {
    let rest = format!("{bban}{country}00")
        .bytes()
        .fold(0_u32, |rest, b| match b {
            b'0'..=b'9' => (rest * 10 + u32::from(b - b'0')) % 97,
            _ => (rest * 100 + u32::from(b - b'A') + 10) % 97,
        });
    format!("{country}{:02}{bban}", 98 - rest)
}

/// The text in ASCII, as old bank formats need it.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'Ü' => 'U',
            'ü' => 'u',
            'É' => 'E',
            'é' => 'e',
            'ø' => 'o',
            'à' => 'a',
            c if c.is_ascii() => c,
            _ => ' ',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_the_standard() {
        // The example of the IBAN registry for Germany.
        assert_eq!(iban("DE", "370400440532013000"), "DE89370400440532013000");
        assert_eq!(iban("GB", "NWBK60161331926819"), "GB29NWBK60161331926819");
    }
}
