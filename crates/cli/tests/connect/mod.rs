//! `webhooks` and `sign-in` from outside: what is shown once, what is refused.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

use serde_json::Value as Json;

use crate::{duebook, founded, text};

fn done(folder: &Path, arguments: &[&str]) -> Json {
    let all: Vec<&str> = ["--format", "json"]
        .iter()
        .chain(arguments)
        .copied()
        .collect();
    let output = duebook(folder, &all);
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {errors}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn refused(folder: &Path, arguments: &[&str], code: &str) {
    let output = duebook(folder, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    let errors = text(&output.stderr);
    assert!(errors.contains(&format!("error[{code}]")), "{errors}");
}

#[test]
fn a_message_is_delivered_once_off_and_sent_again() {
    let folder = founded("owner", &[]);
    let path = folder.path();
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let receiver = std::thread::spawn(move || {
        let mut ids = Vec::new();
        for stream in listener.incoming().take(2) {
            let mut stream = stream.expect("a connection");
            let mut part = [0; 8192];
            let count = stream.read(&mut part).expect("read");
            let head = String::from_utf8_lossy(&part[..count]).to_lowercase();
            let id = head.split("webhook-id: ").nth(1).expect("an id");
            ids.push(id.split('\r').next().unwrap_or_default().to_owned());
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        }
        ids
    });
    refused(
        path,
        &["webhooks", "add", "http://example.com/"],
        "url_not_encrypted",
    );
    refused(path, &["webhooks", "add", &url], "url_not_encrypted");
    refused(
        path,
        &[
            "webhooks",
            "add",
            &url,
            "--to-private",
            "--event",
            "moon.rose",
        ],
        "unknown_event_kind",
    );
    let add = ["webhooks", "add", &url, "--to-private", "--event"];
    let added = done(path, &[&add[..], &["period.closed"]].concat());
    let id = added["id"].as_str().expect("an id").to_owned();
    assert!(
        added["secret"]
            .as_str()
            .is_some_and(|secret| secret.starts_with("whsec_"))
    );
    let listed = done(path, &["webhooks", "list"]);
    assert_eq!(listed["endpoints"][0]["state"], "enabled");
    assert!(!listed.to_string().contains("whsec_"), "shown once");
    let closed = duebook(path, &["period", "close", "2020-01"]);
    assert_eq!(closed.status.code(), Some(0), "{}", text(&closed.stderr));
    let near = done(path, &["webhooks", "deliver"]);
    assert_eq!(near["failed"], 1, "not into the own network");
    done(
        path,
        &["webhooks", "replay", &id, "--since", "2020-01-01T00:00:00Z"],
    );
    let sent = done(path, &["webhooks", "deliver", "--to-private"]);
    assert_eq!(sent["taken"], 1);
    let events = done(path, &["webhooks", "events"]);
    let event = events["events"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    done(path, &["webhooks", "replay", &id, "--event", &event]);
    assert_eq!(
        done(path, &["webhooks", "deliver", "--to-private"])["taken"],
        1
    );
    let ids = receiver.join().expect("received");
    assert_eq!(ids, [event.clone(), event], "one id");
    let attempts = done(path, &["webhooks", "attempts"]);
    assert_eq!(attempts["attempts"].as_array().map(Vec::len), Some(3));
    refused(path, &["webhooks", "enable", &id], "endpoint_unchanged");
    done(path, &["webhooks", "remove", &id]);
    refused(path, &["webhooks", "enable", &id], "unknown_endpoint");
}

#[test]
fn the_policy_of_coming_in_is_kept_and_a_providers_secret_is_not_shown() {
    let folder = founded("owner", &[]);
    let path = folder.path();
    assert_eq!(done(path, &["sign-in", "show"])["least_length"], 10);
    refused(
        path,
        &["sign-in", "set", "--least-length", "4"],
        "not_a_policy",
    );
    let words = [
        "sign-in",
        "set",
        "--idle-minutes",
        "30",
        "--code-for",
        "controller",
    ];
    let kept = done(path, &words);
    assert_eq!(kept["idle_minutes"], 30);
    assert_eq!(kept["session_hours"], 12);
    assert_eq!(kept["code_for"][0], "controller");
    refused(
        path,
        &["sign-in", "reset-code", "nobody"],
        "no_second_factor",
    );
    std::fs::write(path.join("secret.txt"), "hidden-from-view\n").expect("written");
    let words = [
        "sign-in",
        "openid",
        "--name",
        "Example",
        "--issuer",
        "https://id.example.com",
        "--client-id",
        "duebook",
        "--client-secret-file",
        "secret.txt",
    ];
    let set = done(path, &words);
    assert_eq!(set["issuer"], "https://id.example.com");
    let audit = done(path, &["audit", "list"]);
    for shown in [set, done(path, &["sign-in", "openid"]), audit] {
        assert!(!shown.to_string().contains("hidden-from-view"), "{shown}");
    }
    let removed = done(path, &["sign-in", "openid", "--remove"]);
    assert!(removed.get("issuer").is_none());
}

#[cfg(unix)]
fn mode(file: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    let data = std::fs::metadata(file).expect("the file is there");
    data.permissions().mode() & 0o777
}

#[cfg(unix)]
#[test]
fn a_new_book_gets_a_key_file_and_its_secrets_need_it() {
    let folder = founded("owner", &[]);
    let path = folder.path();
    let file = path.join("duebook.db.keys");
    assert_eq!(mode(&file), 0o600);
    let add = ["webhooks", "add", "https://hooks.example.com/"];
    let secret = done(path, &add)["secret"].as_str().expect("one").to_owned();
    let stolen = std::fs::read(path.join("duebook.db")).expect("read");
    let stolen = String::from_utf8_lossy(&stolen);
    assert!(stolen.contains("hooks.example.com") && !stolen.contains(&secret));
    refused(path, &["keys", "make"], "keys_exist");
    let first = done(path, &["keys", "list"]);
    assert_eq!(first["keys"][0]["secrets"], 1);
    let rotated = done(path, &["keys", "rotate"]);
    assert_eq!(mode(&file), 0o600);
    assert_eq!(rotated["keys"][0]["secrets"], 1);
    assert_eq!(rotated["keys"][1]["key"], first["keys"][0]["key"]);
    assert_eq!(rotated["keys"][1]["secrets"], 0);
    // Keys may come from elsewhere, and only the new one is needed.
    let kept = std::fs::read_to_string(&file).expect("keys");
    let mut keys = kept.lines().filter(|line| !line.starts_with('#'));
    let (new, old) = (keys.next().expect("new"), keys.next().expect("old"));
    let with = |keys: &str, arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_duebook"));
        command.args(arguments).current_dir(path);
        let output = command.env("DUEBOOK_KEYS", keys).output().expect("built");
        text(&output.stderr).to_owned() + text(&output.stdout)
    };
    assert!(with(new, &["keys", "list"]).contains("seals"));
    assert!(with(old, &["keys", "list"]).contains("missing"));
    assert!(with(old, &["serve", "--listen", "127.0.0.1:0"]).contains("error[key_missing]"));
    assert!(with("abc", &["keys", "list"]).contains("error[not_a_key_ring]"));
    // Without the file nothing is guessed, and no new key hides that the old one is lost.
    std::fs::remove_file(&file).expect("lost");
    refused(path, &["keys", "make"], "key_missing");
    refused(path, &["serve", "--listen", "127.0.0.1:0"], "key_missing");
    refused(path, &add, "no_key");
    assert_eq!(duebook(path, &["verify"]).status.code(), Some(0));
    std::fs::write(&file, kept).expect("brought back");
    let mut rights = std::fs::metadata(&file).expect("there").permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o644);
    std::fs::set_permissions(&file, rights).expect("set");
    refused(path, &["keys", "list"], "keys_not_private");
}
