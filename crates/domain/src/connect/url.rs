//! Addresses to which something may be sent: `https`, or `http` within the own network.
//!
//! Checks the form alone (RFC 3986); whether a name leads to a public address is seen when
//! something is sent, because names can be pointed elsewhere at any time.

use std::fmt;
// Addresses as values; nothing here is connected to.
use core::net::{IpAddr, Ipv6Addr};

use crate::refusal::Refusal;

/// The longest address.
const LONGEST: usize = 2_000;

/// How far messages go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// To public addresses over `https`.
    Public,
    /// Into one's own network as well, where `http` will do.
    OwnNetwork,
}

impl Reach {
    /// How far messages go where the own network is allowed, or is not.
    pub fn allowing_own_network(is_allowed: bool) -> Reach {
        if is_allowed {
            Reach::OwnNetwork
        } else {
            Reach::Public
        }
    }
}

/// Why nothing can be sent to an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UrlRefusal {
    /// It is no URL with a host.
    NotAUrl,
    /// It is neither `https` nor `http` within the own network, where messages go there.
    NotEncrypted,
    /// It bears a login.
    BearsLogin,
}

impl fmt::Display for UrlRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UrlRefusal::NotAUrl => write!(out, "This is not a URL to send to."),
            UrlRefusal::NotEncrypted => write!(out, "Webhooks are sent over https only."),
            UrlRefusal::BearsLogin => write!(out, "The URL contains a login."),
        }
    }
}

impl Refusal for UrlRefusal {
    fn code(&self) -> &'static str {
        match self {
            UrlRefusal::NotAUrl => "not_a_url",
            UrlRefusal::NotEncrypted => "url_not_encrypted",
            UrlRefusal::BearsLogin => "url_bears_login",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            UrlRefusal::NotAUrl => "write it like https://example.com/duebook".into(),
            UrlRefusal::NotEncrypted => {
                "begin it with https://; http:// is for addresses in one's own network, where sending \
                 there is allowed: `duebook serve --webhooks-to-private`, `duebook webhooks add URL \
                 --to-private`"
                    .into()
            }
            UrlRefusal::BearsLogin => {
                "leave the login out; the signature shows who sent the message".into()
            }
        })
    }

    fn field(&self) -> Option<&'static str> {
        Some("url")
    }
}

/// Checks the form of an address to which messages go so far.
pub fn check_url(text: &str, reach: Reach) -> Result<(), UrlRefusal> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_plain || LONGEST < text.len() || text.contains(['#', '\\', '"', '<', '>']) {
        return Err(UrlRefusal::NotAUrl);
    }
    let (scheme, rest) = text.split_once("://").ok_or(UrlRefusal::NotAUrl)?;
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(UrlRefusal::BearsLogin);
    }
    let host = host_of(authority).ok_or(UrlRefusal::NotAUrl)?;
    match scheme {
        "https" => Ok(()),
        "http" if reach == Reach::OwnNetwork && is_near(host) => Ok(()),
        _ => Err(UrlRefusal::NotEncrypted),
    }
}

/// The host of `host:port`, without the brackets of an IPv6 address.
fn host_of(authority: &str) -> Option<&str> {
    let (host, rest) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => authority
            .find(':')
            .map_or((authority, ""), |at| authority.split_at(at)),
    };
    let port = rest.strip_prefix(':').unwrap_or(rest);
    let is_port = port.is_empty() || port.parse::<u16>().is_ok_and(|port| 0 < port);
    (!host.is_empty() && is_port && rest.is_empty() == port.is_empty()).then_some(host)
}

/// Is it this machine or an address of a private network, by its own form?
fn is_near(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => !is_public(address),
        Err(_) => host == "localhost",
    }
}

/// Is it an address of the public internet? Anything else may be a machine behind the firewall
/// that trusts whoever can reach it.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [one, two, three, _] = v4.octets();
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_broadcast()
                || v4.is_documentation()
                || v4.is_multicast()
                || one == 0
                || 240 <= one
                // Carrier-grade NAT, protocol assignments, benchmarks, 6to4 relays.
                || one == 100 && (64..128).contains(&two)
                || (one, two, three) == (192, 0, 0)
                || one == 198 && (18..20).contains(&two)
                || (one, two, three) == (192, 88, 99))
        }
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(v4) = address.to_ipv4_mapped() {
        return is_public(IpAddr::V4(v4));
    }
    let inner = |high: u16, low: u16| {
        let [one, two] = high.to_be_bytes();
        let [three, four] = low.to_be_bytes();
        is_public(IpAddr::from([one, two, three, four]))
    };
    match address.segments() {
        // NAT64 and 6to4 carry an IPv4 address.
        [0x64, 0xff9b, 0, 0, _, _, high, low] | [0x2002, high, low, ..] => inner(high, low),
        // Teredo, protocol assignments, documentation.
        [0x2001, 0..0x200 | 0xdb8, ..] | [0x3fff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_by_their_form() {
        let cases = [
            ("https://example.com/hook?x=1", ""),
            ("https://[2606:4700::1111]:8443/", ""),
            ("http://127.0.0.1:9000/hook", ""),
            ("http://localhost/hook", ""),
            ("http://example.com/hook", "url_not_encrypted"),
            ("ftp://example.com/", "url_not_encrypted"),
            ("https://ann:secret@example.com/", "url_bears_login"),
            ("https://example.com:0/", "not_a_url"),
            ("https://example.com:/", "not_a_url"),
            ("https:///hook", "not_a_url"),
            ("https://exa mple.com/", "not_a_url"),
            ("https://example.com/#part", "not_a_url"),
            ("example.com", "not_a_url"),
            ("", "not_a_url"),
        ];
        for (text, code) in cases {
            let found = check_url(text, Reach::OwnNetwork);
            let found = found.map_or_else(|refusal| refusal.code(), |()| "");
            assert_eq!(found, code, "{text}");
        }
        // Where nothing would be sent, nothing is taken.
        let near = check_url("http://localhost/hook", Reach::Public);
        assert_eq!(near, Err(UrlRefusal::NotEncrypted));
        assert_eq!(check_url("https://example.com/", Reach::Public), Ok(()));
    }

    #[test]
    fn the_own_network_is_told_from_the_public_one() {
        let near = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
        ];
        for text in near {
            assert!(!is_public(text.parse().expect("an address")), "{text}");
        }
        for text in [
            "1.1.1.1",
            "93.184.216.34",
            "2606:4700::1111",
            "64:ff9b::101:101",
        ] {
            assert!(is_public(text.parse().expect("an address")), "{text}");
        }
    }
}
