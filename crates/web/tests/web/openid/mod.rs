//! Log-in by a real provider of OpenID Connect: the npm package `oidc-provider` on the loopback.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use books::Db;
use books::access::{self, Provider};

use crate::client::{Answer, Client};
use crate::server::{Fixture, context, on_every_engine};

/// What our client is called at the provider; the secret has signs that must be escaped.
const SECRET: &str = "a:secret/with+signs";

/// A provider that ends with the test.
struct Running {
    child: Child,
    issuer: String,
    /// Kept open: a program that cannot write ends.
    _output: BufReader<ChildStdout>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Installs the provider into a folder; nothing where node, npm or the network is missing.
fn install(folder: &Path) -> Option<()> {
    let script = include_str!("provider.mjs");
    std::fs::write(folder.join("provider.mjs"), script).expect("written");
    let words = [
        "install",
        "--no-audit",
        "--no-fund",
        "--silent",
        "oidc-provider@8",
    ];
    let mut npm = Command::new("npm");
    npm.args(words).current_dir(folder);
    npm.stdout(Stdio::null()).stderr(Stdio::null());
    let node = Command::new("node")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    let is_there = node.is_ok_and(|status| status.success());
    (is_there && npm.status().is_ok_and(|status| status.success())).then_some(())
}

fn start(folder: &Path, back: &str) -> Running {
    let moment = context("").now.as_second().to_string();
    let mut child = Command::new("node")
        .args(["provider.mjs", back, &moment])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("node runs");
    let mut output = BufReader::new(child.stdout.take().expect("an output"));
    let mut issuer = String::new();
    while !issuer.starts_with("http://127.0.0.1:") {
        issuer.clear();
        let length = output.read_line(&mut issuer).expect("a line");
        assert!(length != 0, "the provider listens");
    }
    Running {
        child,
        issuer: issuer.trim().to_owned(),
        _output: output,
    }
}

/// A browser: two sites, each with its cookies.
struct Browser {
    cookies: BTreeMap<SocketAddr, BTreeMap<String, String>>,
}

impl Browser {
    fn new() -> Browser {
        Browser {
            cookies: BTreeMap::new(),
        }
    }

    fn send(&mut self, url: &str, form: Option<&[(&str, &str)]>) -> Answer {
        let rest = url.strip_prefix("http://").expect("a URL");
        let (host, path) = rest.split_once('/').expect("a path");
        let address: SocketAddr = host.parse().expect("an address");
        let jar = self.cookies.entry(address).or_default();
        let pairs: Vec<String> = jar
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let client = Client {
            cookie: pairs.join("; "),
            ..Client::new(address)
        };
        let path = format!("/{path}");
        let answer = match form {
            Some(fields) => client.post(&path, fields),
            None => client.get(&path),
        };
        for line in answer.head.lines() {
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            if name.eq_ignore_ascii_case("set-cookie") {
                let pair = value.split(';').next().unwrap_or_default().trim();
                let (name, value) = pair.split_once('=').expect("a cookie");
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Logs in at the provider and agrees; the address to which it sends back.
    fn through(&mut self, from: &str, who: &str, back: &str) -> String {
        let mut url = from.to_owned();
        for _ in 0..12 {
            if url.starts_with(back) {
                return url;
            }
            let is_asked = url.contains("/interaction/");
            let answer = if is_asked {
                let page = self.send(&url, None);
                let login = [("prompt", "login"), ("login", who), ("password", "x")];
                let agreed = [("prompt", "consent")];
                let form: &[_] = if page.body.contains("name=\"login\"") {
                    &login
                } else {
                    &agreed
                };
                self.send(&url, Some(form))
            } else {
                self.send(&url, None)
            };
            let to = answer
                .header("location")
                .unwrap_or_else(|| panic!("{}", answer.body));
            url = if to.starts_with("http") {
                to.to_owned()
            } else {
                let host = from.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
                format!("{host}{to}")
            };
        }
        panic!("no end at {url}");
    }
}

/// From our log-in page to the provider and back.
fn come_in(fixture: &Fixture, browser: &mut Browser, who: &str) -> (String, Answer) {
    let site = format!("http://{}", fixture.address);
    let page = browser.send(&format!("{site}/login?then=/aging"), None);
    let link = page.link("/login/openid?").replace("&amp;", "&");
    let sent = browser.send(&format!("{site}{link}"), None);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let to = sent.header("location").expect("a way").to_owned();
    assert!(to.contains("code_challenge_method=S256"), "{to}");
    let url = browser.through(&to, who, &format!("{site}/login/openid/callback"));
    let answer = browser.send(&url, None);
    (url, answer)
}

#[test]
fn a_provider_lets_in_whom_the_books_know_and_nobody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    if install(folder.path()).is_none() {
        eprintln!("skipped: node, npm or the npm registry is not there");
        return;
    }
    on_every_engine("openid", |fixture| {
        let site = format!("http://{}", fixture.address);
        let provider = start(folder.path(), &format!("{site}/login/openid/callback"));
        let owner = fixture.owner();
        fixture.person(&owner, "ann@example.com", "auditor");
        fixture.person(&owner, "eve@example.com", "auditor");
        let db = Db::open(&fixture.url).expect("the database opens");
        let db = db.with_keys(books::testing::keys());
        let set = |secret: &str| {
            let provider = Provider {
                name: "Example".into(),
                issuer: provider.issuer.clone(),
                client_id: "duebook".into(),
                client_secret: secret.into(),
            };
            let set = db.write(&context("owner"), None, |work| {
                access::set_openid(work, Some(&provider))
            });
            set.expect("set");
        };
        set(SECRET);
        let mut browser = Browser::new();
        let (url, answer) = come_in(fixture, &mut browser, "ann");
        assert_eq!(answer.header("location"), Some("/aging"), "{}", answer.body);
        let page = browser.send(&format!("{site}/aging"), None);
        assert!(page.status == 200 && page.body.contains("ann@example.com"));
        // The same answer again, from this browser or another, is no log-in.
        assert_eq!(browser.send(&url, None).status, 403);
        assert_eq!(Browser::new().send(&url, None).status, 403);
        // An answer to another browser's log-in is none of ours.
        let mut other = Browser::new();
        let link = other
            .send(&format!("{site}/login"), None)
            .link("/login/openid?");
        other.send(&format!("{site}{}", link.replace("&amp;", "&")), None);
        assert_eq!(other.send(&url, None).status, 403);
        // Known by the subject from now on; unverified addresses and strangers are nobody.
        let (_, again) = come_in(fixture, &mut Browser::new(), "ann");
        assert_eq!(again.header("location"), Some("/aging"));
        let before = owner.get("/people").body.matches("<tr>").count();
        for stranger in ["eve", "bob"] {
            let (_, answer) = come_in(fixture, &mut Browser::new(), stranger);
            assert_eq!(answer.status, 403, "{stranger}: {}", answer.body);
            assert!(answer.body.contains("no_login_here"), "{}", answer.body);
        }
        let after = owner.get("/people").body.matches("<tr>").count();
        assert_eq!(before, after, "nobody is added by a provider");
        // The log holds no secret, and a wrong one lets nobody in.
        set("another");
        let (_, refused) = come_in(fixture, &mut Browser::new(), "ann");
        assert_eq!(refused.status, 502, "{}", refused.body);
        let audit = owner.get("/audit?action=openid.set").body;
        assert!(
            audit.contains("openid.set") && !audit.contains(SECRET),
            "{audit}"
        );
        fixture.verify();
    });
}
