//! Identities: time-ordered 64-bit numbers made by the application, shown as prefixed text.

/// Makes identities in rising order. Pure: the clock and the writer's mark are given to it.
#[derive(Clone, Debug)]
pub struct Ids {
    next: i64,
}

/// Low bits of an id: twelve that tell writers apart, ten that count.
const WRITER_BITS: u32 = 12;
const COUNTER_BITS: u32 = 10;

impl Ids {
    /// Ids from an instant (milliseconds since 2020-01-01T00:00Z) and a mark that tells
    /// concurrent writers apart. More than 1,024 ids run ahead of the clock, keeping the mark.
    pub fn starting(milliseconds: i64, writer: u16) -> Ids {
        let writer = i64::from(writer) & ((1 << WRITER_BITS) - 1);
        Ids {
            next: (milliseconds << (WRITER_BITS + COUNTER_BITS)) | (writer << COUNTER_BITS),
        }
    }

    /// Makes all further ids follow one that another writer made, keeping the own mark.
    pub fn follow(&mut self, last: i64) {
        let below = (1 << (WRITER_BITS + COUNTER_BITS)) - 1;
        if self.next <= last {
            let mark = self.next & below & !((1 << COUNTER_BITS) - 1);
            self.next = (last & !below) + below + 1 + mark;
        }
    }

    /// The id before the next one.
    pub fn last(&self) -> i64 {
        self.next - 1
    }

    /// The next id.
    pub fn take(&mut self) -> i64 {
        let id = self.next;
        let counter_mask = (1 << COUNTER_BITS) - 1;
        self.next = if id & counter_mask == counter_mask {
            (id & !counter_mask) + (1 << (WRITER_BITS + COUNTER_BITS))
        } else {
            id + 1
        };
        id
    }
}

/// Declares an identity type with the prefix under which people and programs see it.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(out, concat!($prefix, "_{}"), crate::ids::to_text(self.0))
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::ids::NotAnId;
            fn from_str(text: &str) -> Result<$name, crate::ids::NotAnId> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(crate::ids::from_text)
                    .map($name)
                    .ok_or_else(|| crate::ids::NotAnId { text: text.to_owned(), prefix: $prefix })
            }
        }
    };
}

id!(
    /// A legal entity.
    EntityId, "ent"
);
id!(
    /// A party.
    PartyId, "pty"
);
id!(
    /// A document.
    DocumentId, "doc"
);
id!(
    /// An open item.
    ItemId, "itm"
);
id!(
    /// An application of one item to another.
    ApplicationId, "app"
);
id!(
    /// A journal entry.
    EntryId, "je"
);
id!(
    /// A bank line.
    LineId, "line"
);
id!(
    /// A file as it came.
    FileId, "file"
);
id!(
    /// A run.
    RunId, "run"
);

id!(
    /// A contact at a party.
    ContactId, "con"
);
id!(
    /// A note about a party.
    NoteId, "note"
);
id!(
    /// A certificate of a party: of tax withheld, or of an exemption.
    CertificateId, "cert"
);
id!(
    /// That a party was asked for certificates.
    AskingId, "ask"
);
id!(
    /// A request for approval.
    RequestId, "req"
);
id!(
    /// Somebody deciding for somebody else while they are away.
    DelegationId, "dlg"
);
id!(
    /// A place to which events are sent.
    EndpointId, "whe"
);
id!(
    /// An event that programs are told of.
    EventId, "evt"
);
id!(
    /// One attempt to deliver an event.
    AttemptId, "try"
);

/// A text that is no id of the wanted kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotAnId {
    /// What stood there.
    pub text: String,
    /// The prefix that was expected.
    pub prefix: &'static str,
}

impl std::fmt::Display for NotAnId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "`{}` is not an id of the form {}_…",
            self.text, self.prefix
        )
    }
}

impl std::error::Error for NotAnId {}

/// Crockford's base 32 without letters that people misread; 13 digits keep the order of ids.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The thirteen digits of an id.
pub(crate) fn to_text(id: i64) -> String {
    let bits = id.cast_unsigned();
    (0..13)
        .rev()
        .map(|place| DIGITS[((bits >> (5 * place)) & 31) as usize] as char)
        .collect()
}

/// The id of thirteen digits.
pub(crate) fn from_text(text: &str) -> Option<i64> {
    if text.len() != 13 {
        return None;
    }
    let mut bits: u64 = 0;
    for byte in text.bytes() {
        let digit = DIGITS.iter().position(|known| *known == byte)? as u64;
        bits = bits.checked_mul(32)?.checked_add(digit)?;
    }
    i64::try_from(bits).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_and_keep_their_writer() {
        let mut ids = Ids::starting(1_000, 7);
        let made: Vec<i64> = (0..5_000).map(|_| ids.take()).collect();
        assert!(made.is_sorted_by(|a, b| a < b));
        assert!(made.iter().all(|id| (id >> COUNTER_BITS) & 0xfff == 7));
    }

    #[test]
    fn ids_follow_those_of_another_writer() {
        let (mut ahead, mut behind) = (Ids::starting(1_000, 9), Ids::starting(1_000, 7));
        let last = ahead.take();
        behind.follow(last);
        let next = behind.take();
        assert!(last < next);
        assert_eq!((next >> COUNTER_BITS) & 0xfff, 7);
        ahead.follow(next);
        behind.follow(last);
        assert!(next < ahead.take());
        assert_eq!(behind.take(), next + 1);
    }

    #[test]
    fn text_and_id_agree() {
        for id in [0, 1, 31, 32, 1_234_567_890_123_456_789, i64::MAX] {
            let text = DocumentId(id).to_string();
            assert_eq!(text.parse(), Ok(DocumentId(id)), "{text}");
        }
        assert!("inv_000".parse::<DocumentId>().is_err());
        assert!("doc_zzzzzzzzzzzzz".parse::<DocumentId>().is_err());
    }
}
