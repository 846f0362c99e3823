//! A real browser, driven: Chromium through its WebDriver, with the words of a person at it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value as Json, json};
use tokio::runtime::Runtime;

/// The key that sends a form.
pub(crate) const ENTER: &str = "\u{e007}";
/// The key to the next field.
pub(crate) const TAB: &str = "\u{e004}";
/// The key that takes the sign before the cursor away.
pub(crate) const BACK: &str = "\u{e003}";

/// The longest time a page may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is asked whether the next page is there.
const BEAT: Duration = Duration::from_millis(15);

/// How the screen is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Look {
    Light,
    Dark,
    Phone,
}

/// A browser with a profile of its own; it goes when dropped.
pub(crate) struct Browser {
    runtime: Runtime,
    client: Option<Client>,
    driver: Child,
    /// Where the driver listens, and the session there.
    session: (String, String),
    base: String,
    /// Where downloads go.
    pub(crate) folder: tempfile::TempDir,
}

/// A program of this machine, by the first of its names that is there.
pub(crate) fn program(names: &[&str]) -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests find programs by their environment"
    )]
    let path = std::env::var("PATH").ok()?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let places = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.into_iter().find(|file| file.is_file())
}

impl Browser {
    /// Opens one that knows the server; none when the machine has none, which is said.
    pub(crate) fn open(base: &str) -> Option<Browser> {
        let chromium = program(&["chromium", "chromium-browser", "google-chrome"]);
        let (Some(chromium), Some(driver)) = (chromium, program(&["chromedriver"])) else {
            eprintln!("skipped: no chromium and chromedriver; apt-get install chromium-driver");
            return None;
        };
        let mut driver = Command::new(driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let address = address(&mut driver);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let wishes = wishes(&chromium, folder.path());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let opened = runtime.block_on(async {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(wishes).connect(&address).await
        });
        let opened = opened.expect("a browser");
        let session = runtime.block_on(opened.session_id()).expect("asked");
        let session = (address, session.expect("a session"));
        let client = Some(opened);
        let base = base.to_owned();
        Some(Browser {
            runtime,
            client,
            driver,
            session,
            base,
            folder,
        })
    }

    fn client(&self) -> &Client {
        self.client.as_ref().expect("open until dropped")
    }

    /// Opens a path of the server, or a whole address of it.
    pub(crate) fn go(&self, path: &str) {
        let to = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        };
        let gone = self.runtime.block_on(self.client().goto(&to));
        gone.unwrap_or_else(|problem| panic!("{to}: {problem}"));
    }

    /// Looks at the page in other colours or on another screen, without loading it again.
    pub(crate) fn look(&self, look: Look) {
        let colours = if look == Look::Dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": colours }]);
        self.devtools(
            "Emulation.setEmulatedMedia",
            &json!({ "features": features }),
        );
        let (width, height) = if look == Look::Phone {
            (390, 844)
        } else {
            (1366, 900)
        };
        let screen = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": look == Look::Phone,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", &screen);
    }

    /// Lets every page that is opened from now on know a script.
    pub(crate) fn teach(&self, script: &str) {
        let known = json!({ "source": script });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", &known);
    }

    /// Tells the browser what no page can: a command of its developer's tools.
    fn devtools(&self, command: &str, parameters: &Json) {
        let (address, session) = &self.session;
        let host = address.trim_start_matches("http://");
        let body = json!({ "cmd": command, "params": parameters }).to_string();
        let mut stream = TcpStream::connect(host).expect("the driver listens");
        let length = body.len();
        let head = format!(
            "POST /session/{session}/goog/cdp/execute HTTP/1.1\r\nHost: {host}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n"
        );
        stream
            .write_all(format!("{head}{body}").as_bytes())
            .expect("told");
        let mut first = String::new();
        BufReader::new(stream)
            .read_line(&mut first)
            .expect("answered");
        assert!(first.contains(" 200 "), "{command}: {first}");
    }

    /// Runs a script in the page.
    pub(crate) fn script(&self, text: &str, arguments: &[Json]) -> Json {
        let ran = self.client().execute(text, arguments.to_vec());
        let answer = self.runtime.block_on(ran);
        answer.unwrap_or_else(|problem| panic!("{text}: {problem}"))
    }

    /// Runs a script that answers later.
    pub(crate) fn script_later(&self, text: &str, arguments: &[Json]) -> Json {
        let ran = self.client().execute_async(text, arguments.to_vec());
        let answer = self.runtime.block_on(ran);
        answer.unwrap_or_else(|problem| panic!("{problem}"))
    }

    /// Presses keys where the page has them, and stays there.
    pub(crate) fn press(&self, keys: &str) {
        let pressed = async {
            let active = self.client().active_element().await?;
            active.send_keys(keys).await
        };
        let pressed = self.runtime.block_on(pressed);
        pressed.unwrap_or_else(|problem| panic!("{keys}: {problem}"));
    }

    /// Presses keys once the page has put the cursor into a field: keys pressed before are lost.
    pub(crate) fn press_first(&self, keys: &str) {
        let wait = self.client().wait().at_most(PATIENCE).every(BEAT);
        let field = self
            .runtime
            .block_on(wait.for_element(Locator::Css("input:focus")));
        assert!(
            field.is_ok(),
            "no field has the cursor on {}",
            self.address()
        );
        self.press(keys);
    }

    /// Presses keys that lead to another page, and waits for it.
    pub(crate) fn press_on(&self, keys: &str) {
        self.leaving(|| self.press(keys));
    }

    /// Clicks what a selector finds, and waits for the next page.
    pub(crate) fn click(&self, selector: &str) {
        self.leaving(|| {
            let found = async {
                let found = self.client().find(Locator::Css(selector)).await?;
                found.click().await
            };
            let clicked = self.runtime.block_on(found);
            clicked.unwrap_or_else(|problem| panic!("{selector}: {problem}\n{}", self.text()));
        });
    }

    /// Clicks a link or button of the main part by its words.
    pub(crate) fn click_words(&self, words: &str) {
        let place = format!("//main//*[self::a or self::button][contains(., '{words}')]");
        self.leaving(|| {
            let found = async {
                let found = self.client().find(Locator::XPath(&place)).await?;
                found.click().await
            };
            let clicked = self.runtime.block_on(found);
            clicked.unwrap_or_else(|problem| panic!("{words}: {problem}\n{}", self.text()));
        });
    }

    fn leaving(&self, act: impl Fn()) {
        self.script(
            "document.documentElement.setAttribute('data-left', '')",
            &[],
        );
        act();
        let fresh = "html:not([data-left]) body";
        let wait = self.client().wait().at_most(PATIENCE).every(BEAT);
        let arrived = self.runtime.block_on(wait.for_element(Locator::Css(fresh)));
        assert!(arrived.is_ok(), "no new page after {}", self.address());
    }

    /// Types into a field of the form that posts to a path.
    pub(crate) fn fill(&self, form: &str, name: &str, value: &str) {
        let selector = format!("form[action='{form}'] [name='{name}']");
        let filled = self.runtime.block_on(async {
            let field = self.client().find(Locator::Css(&selector)).await?;
            field.send_keys(value).await
        });
        filled.unwrap_or_else(|problem| panic!("{selector}: {problem}\n{}", self.text()));
    }

    /// Sets the first field of a name, whatever it may hold, and whether or not it is seen.
    pub(crate) fn put(&self, form: &str, name: &str, value: &str) {
        const PUT: &str = "const [form, name, value] = arguments; \
            document.querySelector(`form[action='${form}'] [name='${name}']`).value = value";
        self.script(PUT, &[json!(form), json!(name), json!(value)]);
    }

    /// Sends a form whatever stands in it, and waits for the next page.
    pub(crate) fn send_anyhow(&self, form: &str) {
        const SEND: &str = "const form = document.querySelector(`form[action='${arguments[0]}']`); \
            form.noValidate = true; form.requestSubmit()";
        self.leaving(|| {
            self.script(SEND, &[json!(form)]);
        });
    }

    /// Keeps the note that was typed at the cash desk.
    pub(crate) fn send_note(&self) {
        self.click("form[action$='/note'] button");
    }

    /// Presses the button of the form that posts to a path.
    pub(crate) fn send(&self, form: &str) {
        self.click(&format!("form[action='{form}'] button"));
    }

    /// What a person reads in the main part.
    pub(crate) fn text(&self) -> String {
        let text = self.script("return document.querySelector('main').innerText", &[]);
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Where it is, without the server.
    pub(crate) fn address(&self) -> String {
        let url = self.script("return location.href", &[]);
        let url = url.as_str().unwrap_or_default();
        url.strip_prefix(&self.base).unwrap_or(url).to_owned()
    }

    /// The page says this.
    pub(crate) fn reads(&self, words: &str) {
        let text = self.text();
        assert!(
            text.contains(words),
            "`{words}` is not on {}:\n{text}",
            self.address()
        );
    }

    /// The file of a name once it is downloaded.
    pub(crate) fn downloaded(&self, name: &str) -> PathBuf {
        let file = self.folder.path().join(name);
        for _ in 0..200 {
            if file.is_file() {
                return file;
            }
            self.script_later("setTimeout(arguments[0], 50)", &[]);
        }
        panic!("{name} was not downloaded");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            // When it cannot be closed, its driver takes it along.
            let _ = self.runtime.block_on(client.close());
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Where the driver listens, as it says itself.
fn address(driver: &mut Child) -> String {
    let stdout = driver.stdout.take().expect("piped");
    let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
    let started = lines.find(|line| line.contains("started successfully on port"));
    let port: String = started
        .as_deref()
        .and_then(|line| line.rsplit("port ").next())
        .map(|rest| rest.chars().filter(char::is_ascii_digit).collect())
        .expect("chromedriver says its port");
    format!("http://127.0.0.1:{port}")
}

/// What the browser is to be.
fn wishes(chromium: &Path, folder: &Path) -> fantoccini::wd::Capabilities {
    let arguments = vec![
        "--headless=new".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        // What scrolls smoothly is somewhere else when it is clicked.
        "--force-prefers-reduced-motion".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--window-size=1366,900".to_owned(),
        format!("--user-data-dir={}", folder.join("profile").display()),
    ];
    let options = json!({
        "binary": chromium.display().to_string(),
        "args": arguments,
        "prefs": { "download.default_directory": folder.display().to_string() },
    });
    let Json::Object(wishes) = json!({ "browserName": "chrome", "goog:chromeOptions": options })
    else {
        unreachable!("an object was written")
    };
    wishes
}
