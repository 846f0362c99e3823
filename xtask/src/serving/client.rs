//! A small HTTP/1.1 client: one request, one connection; cookies, tokens and marks by hand.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Nobody waits longer for a page.
const PATIENCE: Duration = Duration::from_mins(2);

/// One answer.
pub(super) struct Answer {
    /// What was asked.
    pub(super) asked: String,
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
    pub(super) took: Duration,
}

impl Answer {
    /// What is between two texts, the first time.
    pub(super) fn between(&self, before: &str, after: &str) -> Option<&str> {
        between(&self.body, before, after)
    }

    /// Everything between two texts.
    pub(super) fn all_between(&self, before: &str, after: &str) -> Vec<String> {
        let parts = self.body.split(before).skip(1);
        parts
            .filter_map(|part| part.split_once(after))
            .map(|(found, _)| found.replace("&amp;", "&"))
            .collect()
    }

    /// The links of a page.
    pub(super) fn links(&self) -> Vec<String> {
        self.all_between("href=\"", "\"")
    }

    /// What a form of this page carries to show where it comes from.
    pub(super) fn mark(&self) -> &str {
        self.between("name=\"csrf\" value=\"", "\"")
            .unwrap_or_default()
    }

    /// The code of a refusal, as REST tells it.
    pub(super) fn code(&self) -> &str {
        self.between("\"code\":\"", "\"").unwrap_or_default()
    }
}

/// What is between two texts.
pub(super) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

/// Somebody with a browser, or a program with a token.
#[derive(Clone, Default)]
pub(super) struct Client {
    pub(super) at: String,
    pub(super) cookie: String,
    pub(super) token: String,
}

impl Client {
    pub(super) fn new(at: &str) -> Client {
        Client {
            at: at.to_owned(),
            ..Client::default()
        }
    }

    pub(super) fn get(&self, path: &str) -> Result<Answer, String> {
        self.send("GET", path, &[], "")
    }

    /// Sends a form.
    pub(super) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, String> {
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", escaped(value)))
            .collect();
        let kind = ("Content-Type", "application/x-www-form-urlencoded");
        self.send("POST", path, &[kind], &pairs.join("&"))
    }

    /// Sends JSON to REST under a key of its own.
    pub(super) fn rest(&self, path: &str, key: &str, body: &str) -> Result<Answer, String> {
        let headers = [
            ("Content-Type", "application/json"),
            ("Idempotency-Key", key),
        ];
        self.send("POST", path, &headers, body)
    }

    /// Sends a file by the form of a page.
    pub(super) fn upload(&self, path: &str, mark: &str, file: &str) -> Result<Answer, String> {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{mark}\r\n\
             --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"s.sta\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n{file}\r\n--x--\r\n"
        );
        let kind = ("Content-Type", "multipart/form-data; boundary=x");
        self.send("POST", path, &[kind], &body)
    }

    /// Takes the cookie of an answer.
    pub(super) fn keep(&mut self, answer: &Answer) -> Result<(), String> {
        let cookie = between(&answer.head, "duebook_session=", ";");
        let cookie = cookie.ok_or_else(|| format!("the log-in was answered {}", answer.status))?;
        cookie.clone_into(&mut self.cookie);
        Ok(())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the workbench tells how long pages take"
    )]
    pub(super) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer, String> {
        let failed = |error: std::io::Error| format!("{method} {path}: {error}");
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n",
            self.at,
            body.len()
        );
        if !self.cookie.is_empty() {
            head.push_str(&format!("Cookie: duebook_session={}\r\n", self.cookie));
        }
        if !self.token.is_empty() {
            head.push_str(&format!("Authorization: Bearer {}\r\n", self.token));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let started = Instant::now();
        let mut stream = TcpStream::connect(&self.at).map_err(failed)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
        let request = format!("{head}\r\n{body}");
        stream.write_all(request.as_bytes()).map_err(failed)?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).map_err(failed)?;
        let took = started.elapsed();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.get(9..12).and_then(|digits| digits.parse().ok());
        let status = status.ok_or_else(|| format!("{method} {path}: no answer of HTTP"))?;
        Ok(Answer {
            asked: format!("{method} {path}"),
            status,
            head: head.to_owned(),
            body: body.to_owned(),
            took,
        })
    }
}

/// A text as it stands in forms and queries.
pub(super) fn escaped(text: &str) -> String {
    let escaped = text.bytes().map(|byte| match byte {
        b' ' => "+".to_owned(),
        byte if byte.is_ascii_alphanumeric() => (byte as char).to_string(),
        byte => format!("%{byte:02X}"),
    });
    escaped.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_escaped_and_answers_are_read() {
        assert_eq!(escaped("a b&ü"), "a+b%26%C3%BC");
        let answer = Answer {
            asked: String::new(),
            status: 303,
            head: "HTTP/1.1 303 See Other\r\nLocation: /cash\r\n".into(),
            body: "<a href=\"/a?b=1&amp;c=2\">x</a><input name=\"csrf\" value=\"m\">".into(),
            took: Duration::ZERO,
        };
        assert_eq!(answer.links(), ["/a?b=1&c=2"]);
        assert_eq!(answer.mark(), "m");
    }
}
