//! A server to measure: one that runs already, or one started here on a book.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use super::client::{Client, between};

/// What the first who comes in gets for a password, unless told otherwise.
const PASSWORD: &str = "three words in a row";

/// Which server, and who comes in.
#[derive(Clone)]
pub(super) struct Site {
    /// The address of a running server.
    pub(super) at: Option<String>,
    /// The book to serve, like `sqlite:books.db`.
    pub(super) book: Option<String>,
    /// The program that serves it.
    pub(super) program: PathBuf,
    pub(super) login: String,
    pub(super) password: String,
    /// What else `serve` is told, like `--no-paused-runs`.
    pub(super) serve: Vec<String>,
}

impl Site {
    pub(super) fn new() -> Site {
        Site {
            at: None,
            book: None,
            program: crate::root().join("target/release/duebook"),
            login: "owner".into(),
            password: PASSWORD.into(),
            serve: Vec::new(),
        }
    }

    /// Takes an option that tells the site; whether it was one.
    pub(super) fn takes(&mut self, option: &str, value: &str) -> bool {
        match option {
            "--at" => self.at = Some(value.to_owned()),
            "--book" => self.book = Some(value.to_owned()),
            "--program" => self.program = PathBuf::from(value),
            "--login" => value.clone_into(&mut self.login),
            "--password" => value.clone_into(&mut self.password),
            "--serve" => self
                .serve
                .extend(value.split_whitespace().map(str::to_owned)),
            _ => return false,
        }
        true
    }
}

/// A server that answers; one that was started here ends with it.
pub(super) struct Host {
    child: Option<Child>,
    pub(super) at: String,
    first: Option<String>,
}

impl Host {
    pub(super) fn open(site: &Site) -> Result<Host, String> {
        match (&site.at, &site.book) {
            (Some(at), _) => Ok(Host {
                child: None,
                at: at.clone(),
                first: None,
            }),
            (None, Some(book)) => Host::start(site, book),
            (None, None) => Err("say --at HOST:PORT or --book sqlite:FILE|postgres://…".into()),
        }
    }

    fn start(site: &Site, book: &str) -> Result<Host, String> {
        if !site.program.is_file() {
            return Err(format!(
                "there is no {}: cargo build --release -p duebook, or say --program PATH",
                site.program.display()
            ));
        }
        let mut child = Command::new(&site.program)
            .args(["--db", book, "serve", "--listen", "127.0.0.1:0"])
            .args(&site.serve)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", site.program.display()))?;
        let said = child.stdout.take().map(BufReader::new);
        let mut lines = said.into_iter().flat_map(BufRead::lines);
        let mut host = Host {
            child: Some(child),
            at: String::new(),
            first: None,
        };
        let Some(Ok(line)) = lines.next() else {
            return Err("the server ended before it answered".to_owned());
        };
        let at = between(&line, "http://", "/").unwrap_or_default();
        at.clone_into(&mut host.at);
        // The second line is the first link, where nobody came in yet. Who reads on would wait
        // for the server's end, so that is left to a thread.
        let (told, heard) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            lines
                .map_while(Result::ok)
                .try_for_each(|line| told.send(line))
        });
        if let Ok(line) = heard.recv_timeout(std::time::Duration::from_millis(500)) {
            let link = line.split_once("/welcome/");
            host.first = link.map(|(_, secret)| format!("/welcome/{}", secret.trim()));
        }
        Ok(host)
    }

    /// Comes in: by the first link, or with login and password.
    pub(super) fn enter(&self, site: &Site) -> Result<Client, String> {
        let mut client = Client::new(&self.at);
        let answer = match &self.first {
            Some(link) => client.post(link, &[("password", &site.password)])?,
            None => {
                let fields = [("login", &*site.login), ("password", &site.password)];
                client.post("/login", &fields)?
            }
        };
        client.keep(&answer)?;
        Ok(client)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // Whoever ended already needs no end.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_may_be_told_more() {
        let mut site = Site::new();
        assert!(site.takes("--serve", "--no-paused-runs --webhooks-to-private"));
        assert_eq!(site.serve, ["--no-paused-runs", "--webhooks-to-private"]);
        assert!(!site.takes("--served", ""));
    }
}
