//! `cargo xtask pages`: how long the pages of a running server take with several users at once,
//! one JSON line for each page. Every page that home links to is asked, and one page deeper.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// What to ask, and how.
struct Options {
    at: String,
    login: String,
    password: String,
    users: usize,
    n: usize,
}

/// One answer.
struct Answer {
    status: u16,
    head: String,
    body: String,
    took: Duration,
}

/// Measures the pages.
pub(crate) fn run(arguments: &[String]) -> Result<bool, String> {
    let options = read(arguments)?;
    let cookie = log_in(&options)?;
    let mut good = true;
    for page in pages(&options, &cookie)? {
        let mut times = ask_at_once(&options, &cookie, &page)?;
        times.sort_unstable();
        let of = |part: usize| times.get(times.len() * part / 100).copied();
        let median = of(50).unwrap_or_default();
        good &= median < Duration::from_millis(100);
        println!(
            "{{\"program\":\"duebook\",\"version\":\"{}\",\"workload\":\"pages\",\"page\":{page:?},\
             \"n\":{},\"users\":{},\"median_ms\":{},\"p95_ms\":{}}}",
            env!("CARGO_PKG_VERSION"),
            times.len(),
            options.users,
            tenths(median),
            tenths(of(95).unwrap_or_default()),
        );
    }
    Ok(good)
}

fn tenths(time: Duration) -> String {
    let tenths = time.as_micros() / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn read(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options {
        at: "127.0.0.1:8080".into(),
        login: "owner".into(),
        password: String::new(),
        users: 8,
        n: 80,
    };
    let mut rest = arguments;
    while let [option, value, more @ ..] = rest {
        let number = || value.parse().map_err(|_| format!("{value} is no number"));
        match option.as_str() {
            "--at" => options.at.clone_from(value),
            "--login" => options.login.clone_from(value),
            "--password" => options.password.clone_from(value),
            "--users" => options.users = number()?,
            "--n" => options.n = number()?,
            _ => return Err(format!("cannot read {option} {value}")),
        }
        rest = more;
    }
    match rest {
        [] => Ok(options),
        _ => Err(format!("cannot read {}", rest.join(" "))),
    }
}

fn log_in(options: &Options) -> Result<String, String> {
    let body = format!(
        "login={}&password={}",
        form(&options.login),
        form(&options.password)
    );
    let answer = send(options, "", "POST", "/login", &body)?;
    let cookie = answer
        .head
        .split("duebook_session=")
        .nth(1)
        .and_then(|rest| rest.split(';').next());
    cookie
        .map(str::to_owned)
        .ok_or_else(|| format!("the log-in was answered with {}", answer.status))
}

fn form(text: &str) -> String {
    let escaped = text.bytes().map(|byte| match byte {
        b' ' => "+".to_owned(),
        byte if byte.is_ascii_alphanumeric() => (byte as char).to_string(),
        byte => format!("%{byte:02X}"),
    });
    escaped.collect()
}

/// The pages that home links to, and of each the first link that leads deeper.
fn pages(options: &Options, cookie: &str) -> Result<Vec<String>, String> {
    let mut all = vec!["/".to_owned()];
    let mut kinds = BTreeSet::new();
    let mut place = 0;
    while let Some(page) = all.get(place).cloned() {
        place += 1;
        let answer = send(options, cookie, "GET", &page, "")?;
        for link in answer.body.split("href=\"/").skip(1) {
            let link = link.split('"').next().unwrap_or_default();
            let link = format!("/{}", link.replace("&amp;", "&"));
            let is_file = ["/assets", "/api"]
                .iter()
                .any(|part| link.starts_with(part))
                || [".csv", ".xlsx", ".json"]
                    .iter()
                    .any(|part| link.contains(part));
            // Things of one kind differ in their last part or their query.
            let kind = link.rsplit_once(['/', '=']).map(|(kind, _)| kind);
            let is_place = link.matches('/').count() == 1 && !link.contains('?');
            let key = if is_place { Some(&*link) } else { kind };
            if !is_file && kinds.insert(key.unwrap_or_default().to_owned()) {
                all.push(link);
            }
        }
    }
    Ok(all)
}

fn ask_at_once(options: &Options, cookie: &str, page: &str) -> Result<Vec<Duration>, String> {
    // The first answer is worked out, the others are what people see between two writes.
    send(options, cookie, "GET", page, "")?;
    let each = options.n.div_ceil(options.users.max(1));
    let ask = || -> Result<Vec<Duration>, String> {
        let answers = (0..each).map(|_| send(options, cookie, "GET", page, ""));
        answers.map(|answer| Ok(answer?.took)).collect()
    };
    std::thread::scope(|scope| {
        let users: Vec<_> = (0..options.users).map(|_| scope.spawn(ask)).collect();
        let mut times = Vec::new();
        for user in users {
            times.extend(user.join().map_err(|_| "a user broke off".to_owned())??);
        }
        Ok(times)
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the workbench tells how long pages take"
)]
fn send(
    options: &Options,
    cookie: &str,
    method: &str,
    path: &str,
    body: &str,
) -> Result<Answer, String> {
    let failed = |error: std::io::Error| format!("{path}: {error}");
    let started = Instant::now();
    let mut stream = TcpStream::connect(&options.at).map_err(failed)?;
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
         Cookie: duebook_session={cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        options.at,
        body.len()
    );
    stream.write_all(request.as_bytes()).map_err(failed)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).map_err(failed)?;
    let took = started.elapsed();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.get(9..12).and_then(|digits| digits.parse().ok());
    let status = status.ok_or_else(|| format!("{path}: no answer of HTTP"))?;
    if 400 <= status {
        return Err(format!("{path} was answered with {status}"));
    }
    Ok(Answer {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
        took,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_escaped_and_times_have_tenths() {
        assert_eq!(form("a b&ü"), "a+b%26%C3%BC");
        assert_eq!(tenths(Duration::from_micros(12_345)), "12.3");
    }
}
