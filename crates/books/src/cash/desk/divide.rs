//! How a person divides a line: documents with what of them is no cash, and money on account of
//! several parties; and the rows that follow, which add up to the line.

use domain::cash::{Evidence, Kind, Row, Weight};
use domain::ids::DocumentId;
use domain::money::{Currency, Money};

use crate::cash::desk::refusal::{DeskRefusal, InPart};
use crate::cash::load::Names;
use crate::cash::{post, sql};
use crate::failure::Outcome;
use crate::work::Work;

/// A part of a line that a person applies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// The document: `NUMBER` or `PARTY/NUMBER`.
    pub document: String,
    /// What of it is settled, deductions included; all that is open (or all that is left of the
    /// line) when not named.
    pub amount: Option<Money>,
    /// What of that is not cash.
    pub deductions: Vec<Taken>,
}

/// What the payer took off a document, as a person says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// Discount, bank fee, tax withheld, short-pay, rounding, write-off.
    pub kind: Kind,
    /// How much, in the line's currency.
    pub amount: Money,
    /// Why, where somebody will ask: kept with the decision.
    pub reason: String,
}

/// Money of the line that stays with a party.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OnAccount {
    /// The party's code.
    pub party: String,
    /// How much; all that is left when not named.
    pub amount: Option<Money>,
}

/// What a person makes of a line. What it leaves over stays with the party of the first document.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Division {
    /// The documents, in this order.
    pub parts: Vec<Part>,
    /// What stays on account.
    pub on_account: Vec<OnAccount>,
}

/// The deductions that people may name at the desk, by the words under which they do.
pub const TAKEN: &[(&str, Kind)] = &[
    ("discount", Kind::EarlyPaymentDiscount),
    ("fee", Kind::BankFee),
    ("withholding", Kind::WithholdingTax),
    ("short-pay", Kind::ShortPayDispute),
    ("rounding", Kind::Rounding),
    ("write-off", Kind::WriteOff),
];

impl From<Vec<Part>> for Division {
    fn from(parts: Vec<Part>) -> Division {
        Division {
            parts,
            on_account: Vec::new(),
        }
    }
}

impl Division {
    /// Is something given up, which others must approve?
    pub fn gives_up(&self) -> bool {
        let mut taken = self.parts.iter().flat_map(|part| &part.deductions);
        taken.any(|taken| taken.kind == Kind::WriteOff)
    }

    /// The reasons that a person gave, as they are kept with the decision.
    pub(super) fn reasons(&self) -> Vec<Evidence> {
        let taken = self.parts.iter().flat_map(|part| {
            let given = part.deductions.iter();
            let given = given.filter(|taken| !taken.reason.trim().is_empty());
            given.map(|taken| (part.document.as_str(), taken))
        });
        taken
            .map(|(document, taken)| Evidence {
                weight: Weight::For,
                text: format!(
                    "{} of {:?} on {document}: {}",
                    word_of(taken.kind),
                    taken.amount,
                    taken.reason.trim()
                ),
            })
            .collect()
    }
}

fn word_of(kind: Kind) -> &'static str {
    let found = TAKEN.iter().find(|(_, known)| *known == kind);
    found.map_or("deduction", |(word, _)| word)
}

/// The parties and documents that a person named: not the whole book, which may be large.
pub(super) struct Known {
    pub(super) names: Names,
    items: Vec<NamedItem>,
}

/// An open item of a document that a person named.
struct NamedItem {
    id: u64,
    document: DocumentId,
    customer: usize,
    number: String,
    open: Money,
}

impl Known {
    pub(super) fn parties(work: &mut Work<'_>, codes: &[&str]) -> Outcome<Known> {
        let parties = sql::parties_by_code(work, codes)?;
        let names = Names {
            parties,
            ..Names::default()
        };
        Ok(Known {
            names,
            items: Vec::new(),
        })
    }

    /// Loads what `NUMBER` and `PARTY/NUMBER` may mean, and who is named beside them.
    pub(super) fn of(work: &mut Work<'_>, division: &Division) -> Outcome<Known> {
        let named: Vec<&str> = division
            .on_account
            .iter()
            .map(|part| part.party.as_str())
            .collect();
        let mut known = Known::parties(work, &named)?;
        let documents = division.parts.iter().map(|part| part.document.as_str());
        let documents: Vec<&str> = documents.collect();
        let after_slash = documents.iter().filter_map(|text| text.split_once('/'));
        let after_slash = after_slash.map(|(_, number)| number);
        let numbers: Vec<&str> = documents.iter().copied().chain(after_slash).collect();
        for row in sql::open_by_number(work, &numbers)? {
            let names = &mut known.names;
            let customer = place_of(names, &row.party_code).unwrap_or_else(|| {
                names.parties.push((row.party, row.party_code.clone()));
                names.parties.len() - 1
            });
            let id = row.item.0.cast_unsigned();
            names.numbers.insert(id, row.known_as);
            known.items.push(NamedItem {
                id,
                document: row.document,
                customer,
                number: row.number,
                open: row.open,
            });
        }
        Ok(known)
    }

    /// Keeps what a person wrote down about what was held back.
    pub(super) fn keep_reasons(&mut self, division: &Division) {
        for part in &division.parts {
            let Ok(items) = self.find(&part.document) else {
                continue;
            };
            let items: Vec<u64> = items.iter().map(|item| item.id).collect();
            let short = part.deductions.iter();
            for taken in short.filter(|taken| taken.kind == Kind::ShortPayDispute) {
                for item in &items {
                    self.names.said.tell(*item, &taken.reason);
                }
            }
        }
    }

    /// The open items of the one document that is meant: several where it is due in instalments.
    fn find(&self, document: &str) -> Result<Vec<&NamedItem>, DeskRefusal> {
        let of_party = document
            .split_once('/')
            .and_then(|(party, number)| Some((place_of(&self.names, party)?, number)));
        let means = |item: &&NamedItem| match of_party {
            Some((party, number)) => item.customer == party && item.number == number,
            None => item.number == document,
        };
        let found: Vec<&NamedItem> = self.items.iter().filter(means).collect();
        let number = || of_party.map_or(document, |(_, number)| number).to_owned();
        let Some(first) = found.first() else {
            return Err(DeskRefusal::UnknownDocument { number: number() });
        };
        if found.iter().any(|item| item.document != first.document) {
            return Err(DeskRefusal::AmbiguousDocument { number: number() });
        }
        Ok(found)
    }
}

pub(super) fn place_of(names: &Names, code: &str) -> Option<usize> {
    names.parties.iter().position(|(_, known)| known == code)
}

/// Turns a person's division into rows, and tells what it leaves of the line: that stays on
/// account.
pub(super) fn rows_of(
    known: &Known,
    line: Money,
    division: &Division,
) -> Outcome<(Vec<Row>, Money)> {
    let mut rows = Rows {
        line,
        left: line,
        all: Vec::new(),
    };
    let mut first = None;
    for (place, part) in division.parts.iter().enumerate() {
        let in_part = |why| InPart::document(place, why);
        let items = known.find(&part.document).map_err(in_part)?;
        first = first.or(items.first().map(|item| item.customer));
        rows.settle(&items, part).map_err(in_part)?;
    }
    for (place, part) in division.on_account.iter().enumerate() {
        let in_part = |why| InPart::on_account(place, why);
        let unknown = || DeskRefusal::UnknownParty {
            code: part.party.clone(),
        };
        let customer = place_of(&known.names, &part.party).ok_or_else(|| in_part(unknown()))?;
        first = first.or(Some(customer));
        let amount = part.amount.unwrap_or(rows.left);
        if part.amount.is_some() || amount.is_positive() {
            rows.check(amount).map_err(in_part)?;
            rows.push_on_account(Some(customer), amount);
        }
    }
    if rows.left.is_negative() {
        let asked = Money::new(
            line.minor().saturating_sub(rows.left.minor()),
            line.currency(),
        );
        return Err(DeskRefusal::TooMuch { line, asked }.into());
    }
    let left = rows.left;
    if left.is_positive() {
        rows.push_on_account(first, left);
    }
    Ok((rows.all, left))
}

/// The rows so far, and what they leave of the line.
struct Rows {
    line: Money,
    left: Money,
    all: Vec<Row>,
}

impl Rows {
    /// An amount is above zero, in the line's currency, and no more than a line can hold.
    fn check(&self, amount: Money) -> Result<(), DeskRefusal> {
        let expected = self.line.currency();
        if amount.currency() != expected {
            return Err(DeskRefusal::OtherCurrency { amount, expected });
        }
        if !amount.is_positive() {
            return Err(DeskRefusal::NotPositive);
        }
        if MOST < amount.minor() {
            let (line, asked) = (self.line, amount);
            return Err(DeskRefusal::TooMuch { line, asked });
        }
        Ok(())
    }

    fn push(
        &mut self,
        item: &NamedItem,
        (amount, kind): (Money, Kind),
        document_amount: Option<Money>,
    ) {
        self.left -= amount;
        self.all.push(Row {
            customer: Some(item.customer),
            item: Some(item.id),
            amount,
            document_amount,
            kind,
        });
    }

    fn push_on_account(&mut self, customer: Option<usize>, amount: Money) {
        self.left -= amount;
        self.all.push(Row {
            customer,
            item: None,
            amount,
            document_amount: None,
            kind: Kind::OverpaymentOnAccount,
        });
    }

    /// Settles a document: of several instalments the earliest due first.
    fn settle(&mut self, items: &[&NamedItem], part: &Part) -> Result<(), DeskRefusal> {
        let currency = self.line.currency();
        let whole = self.whole(items, part)?;
        let mut taken: Vec<Taken> = part.deductions.clone();
        for (item, share) in items.iter().zip(shares(items, whole)) {
            if !share.is_positive() {
                continue;
            }
            let is_credit = item.open.is_negative();
            let (amount, kind) = if is_credit {
                (-share, Kind::CreditMemoTaken)
            } else {
                (share, Kind::Payment)
            };
            let document_amount = (item.open.currency() != currency).then_some(item.open);
            self.push(item, (amount, kind), document_amount);
            let mut room = share;
            for taken in &mut taken {
                let here = Money::new(taken.amount.minor().min(room.minor()), currency);
                if !here.is_positive() {
                    continue;
                }
                taken.amount -= here;
                room -= here;
                let of_document = match (taken.kind, document_amount) {
                    (Kind::ShortPayDispute, Some(open)) => Some(-disputed(open, here, share)?),
                    _ => None,
                };
                self.push(item, (-here, taken.kind), of_document);
            }
        }
        Ok(())
    }

    /// How much of a document is settled, deductions included; never more than is open of it.
    fn whole(&self, items: &[&NamedItem], part: &Part) -> Result<Money, DeskRefusal> {
        let currency = self.line.currency();
        let open = items.iter().map(|item| item.open);
        let open = open.reduce(|all, one| all + one);
        let number = || {
            items
                .first()
                .map_or_else(String::new, |item| item.number.clone())
        };
        let here = open.filter(|open| open.currency() == currency);
        let is_credit = open.is_some_and(Money::is_negative);
        for taken in &part.deductions {
            self.check(taken.amount)?;
            if is_credit {
                return Err(DeskRefusal::NotDeductible { number: number() });
            }
        }
        let taken = sum(&part.deductions, currency);
        let rest = self.left + taken;
        let whole = match (part.amount, here) {
            (Some(amount), _) => {
                self.check(amount)?;
                amount
            }
            (None, Some(open)) if is_credit => open.abs(),
            (None, Some(open)) => Money::new(open.minor().min(rest.minor()), currency),
            (None, None) => rest,
        };
        if !whole.is_positive() {
            return Err(DeskRefusal::NothingLeft { number: number() });
        }
        if let Some(open) = here
            .map(Money::abs)
            .filter(|open| open.minor() < whole.minor())
        {
            return Err(DeskRefusal::MoreThanOpen {
                number: number(),
                open,
            });
        }
        if whole.minor() < taken.minor() {
            return Err(DeskRefusal::DeductionsExceed {
                number: number(),
                taken,
            });
        }
        Ok(whole)
    }
}

/// What of an amount settles each item: the earliest due first, in full as far as it reaches. In
/// another currency all are settled, each by its share.
fn shares(items: &[&NamedItem], whole: Money) -> Vec<Money> {
    let open = items.iter().map(|item| item.open.abs());
    if items
        .iter()
        .any(|item| item.open.currency() != whole.currency())
    {
        let weights: Vec<u64> = open.map(|open| open.minor().unsigned_abs()).collect();
        return whole.split(&weights);
    }
    let mut left = whole;
    open.map(|open| {
        let share = Money::new(open.minor().min(left.minor()), left.currency());
        left -= share;
        share
    })
    .collect()
}

/// What stays open of a document in another currency: its share of the whole.
fn disputed(open: Money, taken: Money, whole: Money) -> Result<Money, DeskRefusal> {
    post::share(open, taken, whole).map_err(|why| DeskRefusal::DoesNotFit {
        reason: why.to_string(),
    })
}

/// More than any line holds, and far from what cannot be counted.
const MOST: i64 = 1_000_000_000_000_000;

fn sum(taken: &[Taken], currency: Currency) -> Money {
    let amounts = taken.iter().map(|taken| taken.amount.minor());
    Money::new(amounts.fold(0, i64::saturating_add), currency)
}
