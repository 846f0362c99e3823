//! `webhooks` and `sign-in` from outside: what is shown once, what is refused.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

use serde_json::Value as Json;

use crate::{duebook, text};

fn book() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let init = [
        "init",
        "--name",
        "Nordlicht",
        "--currency",
        "EUR",
        "--country",
        "DE",
    ];
    assert_eq!(duebook(folder.path(), &init).status.code(), Some(0));
    folder
}

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
    let folder = book();
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
    refused(
        path,
        &["webhooks", "add", &url, "--event", "moon.rose"],
        "unknown_event_kind",
    );
    let added = done(path, &["webhooks", "add", &url, "--event", "period.closed"]);
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
    let folder = book();
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
