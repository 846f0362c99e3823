//! Puts tags together to statements: one page after another, one field in memory at a time.

use domain::calendar::Date;
use domain::money::Currency;

use super::details::{self, Details};
use super::movement::{Movement, bank_line};
use super::statement_line::{self, amount};
use super::tags::{Field, account_of, balance, closing_brace, place, tag_of};
use crate::Problem;
use crate::bank::fields::{Day, filled, quoted};
use crate::bank::lines::{Line, Lines};
use crate::bank::parts::Parts;
use crate::bank::{Balance, LineStatus, Sink};

/// Lines of one field, and movements that wait for a currency: more are refused.
const MOST: usize = 1000;

/// One message: from `:20:` to the next.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one thing seen in the message, in any combination"
)]
struct Page {
    parts: Parts,
    reference: String,
    number: String,
    currency: Option<Currency>,
    /// `:62M:`: another page may follow.
    goes_on: bool,
    /// A closing balance was read: a `:86:` now speaks of the statement.
    is_closed: bool,
    is_interim: bool,
    is_anything: bool,
    /// The last day on which a movement was booked.
    last_booked: Option<Date>,
    movement: Option<Movement>,
    waiting: Vec<Movement>,
    debits: Sum,
    credits: Sum,
}

#[derive(Default)]
struct Sum {
    count: u64,
    minor: i128,
}

/// A file that is being read.
#[derive(Default)]
pub(super) struct Reader {
    page: Page,
    /// The page before, when it ended with `:62M:`.
    held: Option<Box<Page>>,
    field: Option<Field>,
    first_kind: Option<&'static str>,
    interim_follows: bool,
    any_tag: bool,
    line: u64,
}

impl Reader {
    /// Reads a whole file; returns the kind of the first message.
    pub(super) fn read(from: &mut dyn std::io::BufRead, sink: &mut dyn Sink) -> String {
        let mut reader = Reader::default();
        let mut lines = Lines::of(from);
        while let Some(line) = lines.next(sink) {
            reader.line = line.number;
            reader.take_line(&line, sink);
        }
        reader.end_message(sink);
        reader.release_held(sink);
        if !reader.any_tag {
            sink.problem(Problem::error(
                "file",
                "no tag such as :20:, :25: or :60F: begins a line; expected a SWIFT MT940 or MT942",
            ));
        }
        reader.first_kind.unwrap_or("mt940").to_owned()
    }

    fn take_line(&mut self, line: &Line, sink: &mut dyn Sink) {
        let mut text = line.text.as_str();
        if let Some(at) = text.find("-}") {
            let (before, behind) = text.split_at(at);
            if !before.is_empty() {
                self.take_text(line.number, before, sink);
            }
            self.end_message(sink);
            text = behind.get(2..).unwrap_or_default();
        }
        if let Some(rest) = self.blocks(text) {
            text = rest;
            if text.is_empty() {
                return;
            }
        }
        let mark = text.trim_end();
        if mark
            .strip_prefix('-')
            .is_some_and(|rest| rest.bytes().all(|b| b == b'X'))
        {
            self.end_message(sink);
            return;
        }
        self.take_text(line.number, text, sink);
    }

    /// Takes SWIFT block headers off the front of a line.
    fn blocks<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let mut rest = text;
        while rest.starts_with("{1:")
            || rest.starts_with("{2:")
            || rest.starts_with("{3:")
            || rest.starts_with("{4:")
            || rest.starts_with("{5:")
        {
            if let Some(body) = rest.strip_prefix("{4:") {
                return Some(body);
            }
            if let Some(kind) = rest.strip_prefix("{2:") {
                self.interim_follows = kind.get(1..4) == Some("942");
            }
            rest = match closing_brace(rest) {
                Some(end) => rest.get(end + 1..).unwrap_or_default(),
                None => "",
            };
        }
        (rest.len() < text.len()).then_some(rest)
    }

    fn take_text(&mut self, number: u64, text: &str, sink: &mut dyn Sink) {
        if let Some((tag, rest)) = tag_of(text) {
            self.end_field(sink);
            self.any_tag = true;
            self.field = Some(Field {
                line: number,
                tag: tag.to_owned(),
                lines: vec![rest.to_owned()],
            });
            return;
        }
        match &mut self.field {
            Some(field) if field.lines.len() < MOST => field.lines.push(text.to_owned()),
            Some(field) if field.lines.len() == MOST => {
                let problem = format!("more than {MOST} lines; the rest is not read");
                sink.problem(Problem::error(field.place(), problem));
                field.lines.push(String::new());
            }
            // Lines in front of the first tag are the bank's own envelope.
            Some(_) | None => {}
        }
    }

    fn end_field(&mut self, sink: &mut dyn Sink) {
        if let Some(field) = self.field.take() {
            self.take_field(&field, sink);
        }
    }

    fn take_field(&mut self, field: &Field, sink: &mut dyn Sink) {
        match field.tag.as_str() {
            "20" => {
                if self.page.is_anything {
                    self.end_page(sink);
                }
                field.first().trim().clone_into(&mut self.page.reference);
                self.page.is_anything = true;
            }
            "25" | "25P" => self.account(field),
            "28" | "28C" => {
                field.first().trim().clone_into(&mut self.page.number);
                self.page.is_anything = true;
            }
            "60F" | "60M" => self.opening(field, sink),
            "61" => self.statement_line(field, sink),
            "86" => self.information(field, sink),
            "NS" => {
                if let Some(movement) = &mut self.page.movement {
                    details::merge(&mut movement.details, details::non_swift(&field.lines));
                }
            }
            "62F" | "62M" => self.closing(field, sink),
            "64" | "65" | "65F" => self.available(field, sink),
            "34F" => self.floor_limit(field, sink),
            "13" | "13D" => self.time(field, sink),
            "90C" | "90D" => self.control_sum(field, sink),
            "21" => {}
            other => sink.problem(Problem::warning(
                field.place(),
                format!("tag :{other}: belongs to no MT940 or MT942; left out"),
            )),
        }
    }

    fn account(&mut self, field: &Field) {
        let bic = field.lines.get(1).and_then(|line| filled(line));
        let id = account_of(field.first(), bic.as_deref());
        self.page.currency = self.page.currency.or(id.currency);
        self.page.parts.statement.account = id;
        self.page.is_anything = true;
    }

    fn opening(&mut self, field: &Field, sink: &mut dyn Sink) {
        self.page.is_anything = true;
        // A page goes on from the day on which the one before it ended.
        let held = self.held.as_ref().filter(|_| field.tag == "60M");
        let carried = held.and_then(|held| held.parts.statement.closing?.on);
        let Some(balance) = balance(field, self.page.currency, &[carried], sink) else {
            self.release_held(sink);
            return;
        };
        if field.tag == "60M" && self.continue_held(balance, field, sink) {
            return;
        }
        self.release_held(sink);
        if self.page.parts.statement.opening.is_some() {
            let second = "a second opening balance in one statement; the first is kept";
            sink.problem(Problem::warning(field.place(), second));
            return;
        }
        self.page.parts.statement.opening = Some(balance);
        self.know_currency(balance.amount.currency(), sink);
    }

    /// Puts this page behind the one before when both are of one statement.
    fn continue_held(&mut self, balance: Balance, field: &Field, sink: &mut dyn Sink) -> bool {
        let page = &self.page;
        let same = self.held.as_ref().is_some_and(|held| {
            held.parts.statement.account.id == page.parts.statement.account.id
                && number(&held.number) == number(&page.number)
        });
        if !same {
            return false;
        }
        let Some(held) = self.held.take() else {
            return false;
        };
        let carried = held.parts.statement.closing;
        if carried.is_some_and(|carried| carried.amount != balance.amount) {
            let differs = "differs from :62M: of the page before; a page may be missing";
            sink.problem(Problem::warning(field.place(), differs));
        }
        let reference = std::mem::take(&mut self.page.reference);
        let number = std::mem::take(&mut self.page.number);
        self.page = *held;
        self.page.reference = reference;
        self.page.number = number;
        self.page.parts.statement.closing = None;
        self.page.goes_on = false;
        self.page.is_closed = false;
        true
    }

    fn statement_line(&mut self, field: &Field, sink: &mut dyn Sink) {
        self.release_held(sink);
        self.end_movement(sink);
        self.page.is_anything = true;
        self.page.is_closed = false;
        match statement_line::parse(&field.lines) {
            Ok(parsed) => {
                self.page.last_booked = self.page.last_booked.max(Some(parsed.booked_on));
                for odd in &parsed.odd {
                    sink.problem(Problem::warning(field.place(), odd.clone()));
                }
                self.page.movement = Some(Movement {
                    line: field.line,
                    parsed,
                    details: Details::default(),
                });
            }
            Err(problem) => sink.problem(Problem::error(
                field.place(),
                format!("{problem}; the line is not taken"),
            )),
        }
    }

    fn information(&mut self, field: &Field, sink: &mut dyn Sink) {
        match &mut self.page.movement {
            Some(movement) => {
                details::merge(&mut movement.details, details::parse(&field.lines));
            }
            None if self.page.is_closed => {}
            None => sink.problem(Problem::warning(
                field.place(),
                "stands behind no :61: and no closing balance; left out",
            )),
        }
    }

    fn closing(&mut self, field: &Field, sink: &mut dyn Sink) {
        self.release_held(sink);
        self.page.is_anything = true;
        let opened_on = self
            .page
            .parts
            .statement
            .opening
            .and_then(|opening| opening.on);
        let others = [self.page.last_booked, opened_on];
        if let Some(balance) = balance(field, self.page.currency, &others, sink) {
            self.know_currency(balance.amount.currency(), sink);
            self.end_movement(sink);
            self.page.parts.statement.closing = Some(balance);
            self.page.parts.statement.to = balance.on;
        } else {
            self.end_movement(sink);
        }
        self.page.goes_on = field.tag == "62M";
        self.page.is_closed = true;
    }

    fn available(&mut self, field: &Field, sink: &mut dyn Sink) {
        self.end_movement(sink);
        self.page.is_closed = true;
        let mut unread = Unread::default();
        let currency = balance(field, self.page.currency, &[], &mut unread)
            .map(|balance| balance.amount.currency());
        match currency {
            Some(currency) => self.page.is_anything |= self.page.currency == Some(currency),
            None => sink.problem(Problem::warning(
                field.place(),
                format!(
                    "{}; this balance is not needed and left out",
                    unread.message()
                ),
            )),
        }
    }

    fn floor_limit(&mut self, field: &Field, sink: &mut dyn Sink) {
        self.page.is_interim = true;
        self.page.is_anything = true;
        match field.first().get(..3).and_then(Currency::parse) {
            Some(currency) => self.know_currency(currency, sink),
            None => sink.problem(Problem::warning(
                field.place(),
                format!("{} begins with no currency", quoted(field.first())),
            )),
        }
    }

    fn time(&mut self, field: &Field, sink: &mut dyn Sink) {
        self.page.is_interim = true;
        self.page.is_anything = true;
        match field.first().get(..6).and_then(Day::yymmdd) {
            Some(day) => self.page.parts.statement.to = Some(day.date),
            None => sink.problem(Problem::warning(
                field.place(),
                format!("{} is not a time YYMMDDhhmm", quoted(field.first())),
            )),
        }
    }

    /// `:90D:3EUR12,30`: number and sum of the movements of a report.
    fn control_sum(&mut self, field: &Field, sink: &mut dyn Sink) {
        let text = field.first().trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, rest) = text.split_at(digits);
        let stated = rest.split_at_checked(3).and_then(|(code, sum)| {
            let currency = Currency::parse(code)?;
            Some((count.parse::<u64>().ok()?, amount(sum, currency).ok()?))
        });
        let Some((count, sum)) = stated else {
            let message = format!("{} is not a number and sum such as 3EUR12,30", quoted(text));
            sink.problem(Problem::warning(field.place(), message));
            return;
        };
        self.know_currency(sum.currency(), sink);
        self.end_movement(sink);
        self.page.is_closed = true;
        self.page.is_interim |= self.page.parts.statement.opening.is_none();
        let read = if field.tag == "90D" {
            &self.page.debits
        } else {
            &self.page.credits
        };
        if read.count != count || read.minor != i128::from(sum.minor()) {
            sink.problem(Problem::warning(
                field.place(),
                format!(
                    "states {count} movements of {sum} {} in sum, {} were read; a line may be \
                     missing",
                    sum.currency(),
                    read.count
                ),
            ));
        }
    }

    fn know_currency(&mut self, currency: Currency, sink: &mut dyn Sink) {
        if self.page.currency.is_none() {
            self.page.currency = Some(currency);
        }
        for movement in std::mem::take(&mut self.page.waiting) {
            self.push(&movement, sink);
        }
    }

    fn end_movement(&mut self, sink: &mut dyn Sink) {
        let Some(movement) = self.page.movement.take() else {
            return;
        };
        if self.page.currency.is_some() {
            self.push(&movement, sink);
        } else if self.page.waiting.len() < MOST {
            self.page.waiting.push(movement);
        } else {
            sink.problem(Problem::error(
                place(movement.line, "61"),
                "no :60F: before it says the currency; the line is not taken",
            ));
        }
    }

    /// Takes movements whose currency no balance of the message says in none (`XXX`).
    fn push_waiting(&mut self, sink: &mut dyn Sink) {
        let page = &self.page;
        let (None, Some(first)) = (page.currency, page.waiting.first()) else {
            return;
        };
        let is_piece = page.reference.is_empty()
            && page.number.is_empty()
            && page.parts.statement.account.id.is_empty();
        let why = if is_piece {
            "stands outside of a statement (no :20:, :25:, :60F:): its account is not known, and"
        } else {
            "the statement has no balance that says the currency:"
        };
        let message = format!("{why} its sums are given in XXX (none)");
        sink.problem(Problem::warning(place(first.line, "61"), message));
        if let Some(none) = Currency::parse("XXX") {
            self.know_currency(none, sink);
        }
    }

    fn push(&mut self, movement: &Movement, sink: &mut dyn Sink) {
        let Some(currency) = self.page.currency else {
            return;
        };
        let mut line = match bank_line(movement, currency, sink) {
            Ok(line) => line,
            Err(problem) => {
                sink.problem(Problem::error(
                    place(movement.line, "61"),
                    format!("{problem}; the line is not taken"),
                ));
                return;
            }
        };
        let interim = self.page.is_interim && self.page.parts.statement.opening.is_none();
        if interim || self.interim_follows || movement.parsed.expected {
            line.status = LineStatus::Pending;
        }
        let sum = if movement.parsed.is_debit {
            &mut self.page.debits
        } else {
            &mut self.page.credits
        };
        sum.count += 1;
        sum.minor += i128::from(line.amount.minor()).abs();
        name_statement(&mut self.page);
        self.page.parts.push(line, sink);
    }

    fn end_message(&mut self, sink: &mut dyn Sink) {
        self.end_field(sink);
        self.end_page(sink);
        self.interim_follows = false;
    }

    fn end_page(&mut self, sink: &mut dyn Sink) {
        self.end_movement(sink);
        self.push_waiting(sink);
        let mut page = std::mem::take(&mut self.page);
        if page.is_interim || self.interim_follows {
            self.first_kind.get_or_insert("mt942");
        } else if page.is_anything {
            self.first_kind.get_or_insert("mt940");
        }
        name_statement(&mut page);
        let statement = &page.parts.statement;
        let empty = statement.id.is_empty()
            && statement.account.id.is_empty()
            && statement.opening.is_none()
            && statement.closing.is_none()
            && !page.parts.has_lines();
        if empty {
            return;
        }
        if page.goes_on {
            self.release_held(sink);
            self.held = Some(Box::new(page));
            return;
        }
        self.release_held(sink);
        self.finish(page, sink);
    }

    fn release_held(&mut self, sink: &mut dyn Sink) {
        if let Some(held) = self.held.take() {
            self.finish(*held, sink);
        }
    }

    fn finish(&self, page: Page, sink: &mut dyn Sink) {
        let place = format!("line {}", self.line);
        if page.parts.statement.account.id.is_empty() {
            let message = "the statement that ends here names no account (:25: is missing)";
            sink.problem(Problem::warning(place.clone(), message));
        }
        page.parts.finish(&place, sink);
    }
}

/// Gives the statement its id before the first part is handed over.
fn name_statement(page: &mut Page) {
    let statement = &mut page.parts.statement;
    if statement.id.is_empty() {
        let id = if page.number.is_empty() {
            &page.reference
        } else {
            &page.number
        };
        statement.id.clone_from(id);
    }
    if statement.account.currency.is_none() {
        statement.account.currency = page.currency.filter(|currency| !currency.is_none());
    }
}

fn number(text: &str) -> &str {
    text.split('/')
        .next()
        .unwrap_or(text)
        .trim_start_matches('0')
}

/// Keeps the last remark, for balances that may be left out.
#[derive(Default)]
struct Unread(Option<Problem>);

impl Unread {
    fn message(&self) -> &str {
        self.0
            .as_ref()
            .map_or("not a balance", |problem| &problem.message)
    }
}

impl Sink for Unread {
    fn statement(&mut self, _: crate::bank::BankStatement, _: bool) {}

    fn problem(&mut self, problem: Problem) {
        self.0 = Some(problem);
    }
}
