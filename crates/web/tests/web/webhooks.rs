//! Webhooks against a real listener: what arrives, how it is signed, where nothing may go.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::client::{Client, json, post};
use crate::server::{on_every_engine, on_every_engine_sending};

/// A message as it arrived.
struct Arrived {
    head: String,
    body: String,
}

impl Arrived {
    fn header(&self, name: &str) -> &str {
        let found = self.head.lines().find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then_some(value.trim())
        });
        found.unwrap_or_else(|| panic!("no {name} in {}", self.head))
    }
}

/// A receiver on the loopback that gives each message the next of the answers, the last for ever.
fn receiver(answers: &'static [&'static str]) -> (String, Receiver<Arrived>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let (sender, arrived) = channel();
    std::thread::spawn(move || {
        let mut place = 0;
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut bytes = Vec::new();
            let mut part = [0; 4096];
            let (head, body) = loop {
                let count = stream.read(&mut part).expect("read");
                bytes.extend_from_slice(&part[..count]);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else {
                    continue;
                };
                let length = head
                    .lines()
                    .find_map(|line| {
                        line.to_lowercase()
                            .strip_prefix("content-length: ")?
                            .parse()
                            .ok()
                    })
                    .unwrap_or(0);
                if length <= body.len() {
                    break (head.to_owned(), body.to_owned());
                }
            };
            let answer = answers[place.min(answers.len() - 1)];
            place += 1;
            let _ = write!(
                stream,
                "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            if sender.send(Arrived { head, body }).is_err() {
                return;
            }
        }
    });
    (url, arrived)
}

fn next(arrived: &Receiver<Arrived>) -> Arrived {
    // Only so that a lost message ends the test: a machine under load may take minutes.
    let limit = Duration::from_mins(20);
    arrived.recv_timeout(limit).expect("a message arrives")
}

/// Adds an endpoint by REST; its id and secret.
fn add(client: &Client, url: &str) -> (String, String) {
    let body = format!("{{\"url\":\"{url}\",\"events\":[\"period.closed\"]}}");
    let added = post(client, "/api/v1/webhook-endpoints", url, &body);
    assert_eq!(added.status, 200, "{}", added.body);
    let added = json(&added);
    let text = |name: &str| added[name].as_str().expect("a text").to_owned();
    (text("id"), text("secret"))
}

fn state(client: &Client, id: &str) -> String {
    let path = format!("/api/v1/webhook-endpoints/{id}");
    let found = json(&client.get(&path));
    found["state"].as_str().expect("a state").to_owned()
}

/// The attempts, once there are some: asked for as often as a server may need to keep one.
fn attempts(client: &Client) -> serde_json::Value {
    (0..5_000)
        .map(|_| json(&client.get("/api/v1/webhook-attempts")))
        .find(|page| page["data"].as_array().is_some_and(|rows| !rows.is_empty()))
        .expect("an attempt is kept")
}

#[test]
fn a_closed_period_is_told_with_a_signature_that_holds() {
    on_every_engine("hook", |fixture| {
        let owner = fixture.owner();
        let controller = fixture.program(&owner, "control", "controller");
        let (url, arrived) = receiver(&["204 No Content"]);
        let (id, secret) = add(&controller, &url);
        assert!(
            !controller
                .get("/api/v1/webhook-endpoints")
                .body
                .contains(&secret)
        );
        let closed = post(&controller, "/api/v1/periods/2025-01/close", "c-1", "");
        assert_eq!(closed.status, 200, "{}", closed.body);
        let message = next(&arrived);
        let told: serde_json::Value = serde_json::from_str(&message.body).expect("JSON");
        assert_eq!(told["type"], "period.closed");
        assert_eq!(told["data"]["subject"], "2025-01");
        assert_eq!(told["data"]["actor"], "token:control");
        let seconds = message
            .header("webhook-timestamp")
            .parse()
            .expect("seconds");
        let expected = books::connect::signature(
            &secret,
            message.header("webhook-id"),
            seconds,
            &message.body,
        );
        assert_eq!(
            message.header("webhook-signature"),
            expected.expect("signed")
        );
        assert_eq!(message.header("content-type"), "application/json");
        // The same message again on request, under the same id.
        let path = format!("/api/v1/webhook-endpoints/{id}/replays");
        let event = format!("{{\"event\":\"{}\"}}", message.header("webhook-id"));
        assert_eq!(post(&controller, &path, "r-1", &event).status, 200);
        let again = next(&arrived);
        assert_eq!(again.header("webhook-id"), message.header("webhook-id"));
        assert_eq!(again.body, message.body);
        assert_eq!(post(&controller, &path, "r-2", "{}").status, 422);
        assert_eq!(
            post(&controller, &path, "r-3", "{\"event\":\"evt_x\"}").status,
            422
        );
        fixture.verify();
    });
}

#[test]
fn a_receiver_that_is_gone_is_left_in_peace_and_redirects_are_not_followed() {
    on_every_engine("gone", |fixture| {
        let owner = fixture.owner();
        let controller = fixture.program(&owner, "control", "controller");
        let (url, arrived) = receiver(&["302 Found\r\nLocation: /other", "410 Gone"]);
        let (id, _) = add(&controller, &url);
        post(&controller, "/api/v1/periods/2025-01/close", "c-1", "");
        assert!(next(&arrived).head.starts_with("POST /hook "));
        assert_eq!(attempts(&controller)["data"][0]["outcome"], "answered 302");
        assert_eq!(state(&controller, &id), "enabled");
        // The clock of the test stands still: the next try comes when it is asked for.
        let verbs = format!("/api/v1/webhook-endpoints/{id}");
        assert_eq!(
            post(&controller, &format!("{verbs}/disable"), "d-1", "").status,
            200
        );
        assert_eq!(
            post(&controller, &format!("{verbs}/enable"), "e-1", "").status,
            200
        );
        next(&arrived);
        let mut states = (0..5_000).map(|_| state(&controller, &id));
        assert!(states.any(|state| state == "disabled"));
        let page = owner.get("/webhooks");
        assert!(
            page.body.contains("the receiver answered 410"),
            "{}",
            page.body
        );
        assert_eq!(owner.get("/webhook-attempts").status, 200);
        assert_eq!(
            post(&controller, &format!("{verbs}/remove"), "x-1", "").status,
            200
        );
        assert_eq!(controller.get(&verbs).status, 404);
        assert_eq!(
            post(&controller, &format!("{verbs}/enable"), "e-2", "").status,
            404
        );
    });
}

#[test]
fn nothing_goes_into_the_own_network_unless_it_is_allowed() {
    on_every_engine_sending("own_network", false, |fixture| {
        let owner = fixture.owner();
        let controller = fixture.program(&owner, "control", "controller");
        let auditor = fixture.program(&owner, "audit", "auditor");
        let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
        listener.set_nonblocking(true).expect("set");
        let port = listener.local_addr().expect("an address").port();
        // A name that leads to the loopback, so that only looking at the address helps.
        let (id, _) = add(&controller, &format!("https://localhost:{port}/"));
        let disable = format!("/api/v1/webhook-endpoints/{id}/disable");
        assert_eq!(post(&auditor, &disable, "d-0", "").status, 403);
        post(&controller, "/api/v1/periods/2025-01/close", "c-1", "");
        let attempts = attempts(&controller);
        let outcome = attempts["data"][0]["outcome"].as_str().expect("an outcome");
        assert!(outcome.contains("none of the public internet"), "{outcome}");
        assert!(listener.accept().is_err(), "nobody knocked");
        for (url, code) in [
            ("http://example.com/", "url_not_encrypted"),
            ("http://localhost:9/", "url_not_encrypted"),
            ("https://u:p@example.com/", "url_bears_login"),
            ("nowhere", "not_a_url"),
        ] {
            let body = format!("{{\"url\":\"{url}\"}}");
            let refused = post(&controller, "/api/v1/webhook-endpoints", url, &body);
            assert_eq!(refused.status, 422, "{}", refused.body);
            assert_eq!(json(&refused)["code"], code);
        }
    });
}
