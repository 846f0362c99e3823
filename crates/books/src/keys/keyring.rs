//! The ring of keys, as it stands in a file or in the environment.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::{Digest, Sha256};

use crate::audit::hex;
use crate::failure::{Fault, Outcome};
use crate::keys::KeyRefusal;

/// Begins everything that is sealed; what does not begin so was kept in clear by an earlier
/// Duebook.
const MARK: &str = "sealed:1:";

#[derive(Clone)]
struct Key {
    id: String,
    bytes: [u8; 32],
}

/// Keys: the first one seals, every one opens what it sealed.
#[derive(Clone, Default)]
pub struct Keyring {
    keys: Vec<Key>,
}

impl fmt::Debug for Keyring {
    /// Without the keys, which must not stand in a log.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.ids()).finish()
    }
}

impl Keyring {
    /// Reads keys of 64 hexadecimal digits, parted by blanks, commas or lines; `#` begins a
    /// remark.
    pub fn parse(text: &str) -> Result<Keyring, KeyRefusal> {
        let lines = text
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default());
        let words = lines.flat_map(|line| line.split([' ', '\t', ',']));
        let words = words.filter(|word| !word.is_empty());
        let keys = words.enumerate().map(|(place, word)| {
            let bytes = bytes_of(word).ok_or(KeyRefusal::NotAKey { place: place + 1 })?;
            Ok(Key::of(bytes))
        });
        Ok(Keyring {
            keys: keys.collect::<Result<_, _>>()?,
        })
    }

    /// The same with a new key in front, which seals from now on.
    pub fn with_new(&self) -> Result<Keyring, Fault> {
        let mut bytes = [0_u8; 32];
        fill(&mut bytes)?;
        let mut keys = vec![Key::of(bytes)];
        keys.extend(self.keys.iter().cloned());
        Ok(Keyring { keys })
    }

    /// As it is read again: a key a line.
    pub fn text(&self) -> String {
        let lines = self.keys.iter().map(|key| hex(&key.bytes) + "\n");
        lines.collect()
    }

    /// The names of the keys, the sealing one first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| key.id.as_str())
    }

    /// Seals a secret for its place.
    pub(super) fn seal(&self, place: &str, secret: &str) -> Outcome<String> {
        let key = self.keys.first().ok_or(KeyRefusal::NoKey)?;
        let mut nonce = [0_u8; NONCE_LEN];
        fill(&mut nonce)?;
        let mut sealed = secret.as_bytes().to_vec();
        let cipher = key.cipher()?;
        let place = Aad::from(place.as_bytes());
        cipher
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), place, &mut sealed)
            .map_err(|_| Fault::new("a secret could not be sealed"))?;
        let bytes = [nonce.as_slice(), &sealed].concat();
        Ok(format!(
            "{MARK}{}:{}",
            key.id,
            STANDARD_NO_PAD.encode(bytes)
        ))
    }

    /// Opens what was sealed for a place; what was never sealed is clear already.
    pub(super) fn unseal(&self, place: &str, kept: &str) -> Outcome<String> {
        let Some((id, text)) = parts(kept) else {
            return Ok(kept.to_owned());
        };
        let key = self.keys.iter().find(|key| key.id == id);
        let key = key.ok_or_else(|| KeyRefusal::KeyMissing { id: id.to_owned() })?;
        let cipher = key.cipher()?;
        let opened = STANDARD_NO_PAD.decode(text).ok().and_then(|bytes| {
            let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LEN>()?;
            let nonce = Nonce::assume_unique_for_key(*nonce);
            let mut sealed = sealed.to_vec();
            let place = Aad::from(place.as_bytes());
            let opened = cipher.open_in_place(nonce, place, &mut sealed).ok()?;
            String::from_utf8(opened.to_vec()).ok()
        });
        Ok(opened.ok_or_else(|| KeyRefusal::NotOpened { id: id.to_owned() })?)
    }
}

/// The name of the key with which something was sealed, and the rest.
fn parts(kept: &str) -> Option<(&str, &str)> {
    kept.strip_prefix(MARK)?.split_once(':')
}

/// The name of the key with which something was sealed; none where it stands in clear.
pub(super) fn key_of(kept: &str) -> Option<&str> {
    parts(kept).map(|(id, _)| id)
}

impl Key {
    /// A key is named by its hash, so that no name can stand beside the wrong one.
    fn of(bytes: [u8; 32]) -> Key {
        let digest = Sha256::digest([b"duebook key ".as_slice(), &bytes].concat());
        Key {
            id: hex(&digest).chars().take(8).collect(),
            bytes,
        }
    }

    fn cipher(&self) -> Result<LessSafeKey, Fault> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, &self.bytes);
        Ok(LessSafeKey::new(
            key.map_err(|_| Fault::new("a key has no good length"))?,
        ))
    }
}

fn bytes_of(word: &str) -> Option<[u8; 32]> {
    if word.len() != 64 || !word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0_u8; 32];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(word.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(bytes)
}

fn fill(bytes: &mut [u8]) -> Result<(), Fault> {
    getrandom::fill(bytes)
        .map_err(|problem| Fault::new(format!("no randomness to be had: {problem}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh() -> Keyring {
        Keyring::default().with_new().expect("a key")
    }

    fn code<T>(outcome: Outcome<T>) -> &'static str {
        outcome.map_or_else(|failure| failure.code(), |_| "")
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_in_its_place_and_nowhere_else() {
        let ring = fresh();
        let sealed = ring.seal("app 1 ann", "JBSWY3DP").expect("sealed");
        assert!(!sealed.contains("JBSWY3DP"));
        let again = ring.seal("app 1 ann", "JBSWY3DP").expect("sealed");
        assert_ne!(sealed, again, "each time with a nonce of its own");
        let opened = ring.unseal("app 1 ann", &sealed);
        assert_eq!(opened.ok().as_deref(), Some("JBSWY3DP"));
        assert_eq!(code(ring.unseal("app 1 bob", &sealed)), "secret_not_opened");
        assert_eq!(code(fresh().unseal("app 1 ann", &sealed)), "key_missing");
        assert_eq!(code(Keyring::default().seal("app 1 ann", "x")), "no_key");
        let (head, last) = sealed.split_at(sealed.len() - 1);
        let changed = format!("{head}{}", if last == "A" { "B" } else { "A" });
        assert_eq!(
            code(ring.unseal("app 1 ann", &changed)),
            "secret_not_opened"
        );
        let short = format!("{MARK}{}:AAAA", ring.ids().next().unwrap_or_default());
        assert_eq!(code(ring.unseal("app 1 ann", &short)), "secret_not_opened");
        assert_eq!(ring.unseal("x", "clear").ok().as_deref(), Some("clear"));
    }

    #[test]
    fn rings_are_read_as_they_were_written_and_grow_in_front() {
        let old = fresh();
        let sealed = old.seal("p", "s").expect("sealed");
        let new = old.with_new().expect("grown");
        assert_eq!(
            new.ids().skip(1).collect::<Vec<_>>(),
            old.ids().collect::<Vec<_>>()
        );
        assert_eq!(new.unseal("p", &sealed).ok().as_deref(), Some("s"));
        let read = Keyring::parse(&format!("# of a book\n\n{}", new.text())).expect("read");
        assert_eq!(read.text(), new.text());
        let in_a_line = new.text().replace('\n', ",");
        assert_eq!(Keyring::parse(&in_a_line).expect("read").text(), new.text());
        assert_eq!(Keyring::parse(" \n").expect("empty").ids().count(), 0);
        let refused = Keyring::parse(&format!("{}abc", new.text()));
        assert_eq!(refused.err(), Some(KeyRefusal::NotAKey { place: 3 }));
        assert!(!format!("{new:?}").contains(&new.text()[..64]));
    }
}
