//! Which pages there are: every GET route of the program, with ids that the book has.

use super::client::{Answer, Client, escaped};

/// The list of routes, as the program has it.
const ROUTES: &str = include_str!("../../../crates/web/src/routes.rs");
/// The lists that have a page of their own.
const LISTS: &str = include_str!("../../../crates/web/src/pages/lists.rs");

/// Routes that are no page to look at, and why.
const NO_PAGES: &[(&str, &str)] = &[
    ("/assets/style.css", "an asset"),
    ("/assets/keys.js", "an asset"),
    ("/assets/icon.svg", "an asset"),
    ("/login/openid", "leads to a provider"),
    ("/login/openid/callback", "comes from a provider"),
    ("/welcome/{secret}", "works once"),
    ("/audit/{file}", "a file"),
];

/// Pages asked in other ways that people use; `CODE`, `NAME`, `ACCOUNT` are of the book.
const ASKED: &[&str] = &[
    "/cash?show=all",
    "/remittances?explains=nothing",
    "/aging?by=region",
    "/aging?by=currency",
    "/aging?by=document",
    "/aging?by=document&start=5000",
    "/aging?side=payable",
    "/aging?as_of=2025-09-30",
    "/customers?name=NAME",
    "/documents?party=CODE",
    "/documents?kind=credit_memo",
    "/documents?number=NUMBER",
    "/documents?side=payable",
    "/documents?open=yes",
    "/open-items?party=CODE",
    "/open-items?side=payable",
    "/open-items?due_before=2025-09-30",
    "/journal-lines?account=ACCOUNT",
    "/reports/aging?by=currency",
    "/reports/trial-balance?by=currency",
    "/reports/tie-out?as_of=2025-09-30",
    "/reports/statement-of-account?party=CODE",
    "/reports/documents?party=CODE",
    "/search?q=NUMBER",
    "/search?q=INV",
    "/search?q=WITHIN",
    "/search?q=nobodyhasthisname",
];

/// What of the book stands in addresses.
struct Known {
    code: String,
    name: String,
    number: String,
    account: String,
}

/// Every page, and the routes for which the book has nothing to show.
pub(super) fn all(client: &Client) -> Result<(Vec<String>, Vec<String>), String> {
    let templates = templates();
    let mut pages = Vec::new();
    let mut without = Vec::new();
    for template in &templates {
        if NO_PAGES.iter().any(|(path, _)| path == template) {
            continue;
        }
        let found = fill(client, template, &templates)?;
        if found.is_empty() {
            without.push(template.clone());
        }
        pages.extend(found);
    }
    let known = known(client)?;
    for asked in ASKED {
        let within = known.name.get(1..5).unwrap_or(&known.name);
        let page = asked
            .replace("CODE", &escaped(&known.code))
            .replace("NAME", &escaped(known.name.get(..3).unwrap_or_default()))
            .replace("NUMBER", &escaped(&known.number))
            .replace("ACCOUNT", &escaped(&known.account))
            .replace("WITHIN", &escaped(within));
        pages.push(page);
    }
    let lists = list_paths();
    for list in lists {
        let answer = client.get(&list)?;
        pages.extend(next_of(&answer, &list));
    }
    pages.dedup();
    Ok((pages, without))
}

/// The address of the second page of a list.
fn next_of(answer: &Answer, list: &str) -> Option<String> {
    let links = answer.links();
    let next = format!("{list}?after=");
    links.into_iter().find(|link| link.starts_with(&next))
}

/// Every route of pages that answers to GET.
fn templates() -> Vec<String> {
    let before_api = ROUTES.split("fn api()").next().unwrap_or_default();
    let mut all: Vec<String> = before_api
        .split(".route(")
        .skip(1)
        .filter(|route| route.contains("get("))
        .filter_map(|route| super::client::between(route, "\"", "\""))
        .map(str::to_owned)
        .collect();
    all.extend(list_paths());
    all
}

fn list_paths() -> Vec<String> {
    let found = LISTS.split("        path: \"").skip(1);
    found
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

/// A route with an id from the page that lists such things; of reports every one.
fn fill(client: &Client, template: &str, templates: &[String]) -> Result<Vec<String>, String> {
    let Some((prefix, _)) = template.split_once('{') else {
        return Ok(vec![template.to_owned()]);
    };
    let from = match prefix {
        "/parties/" => "/customers/",
        prefix => prefix,
    };
    let listed = client.get(from.trim_end_matches('/'))?;
    if prefix == "/cash/" {
        let line = listed.between("/cash?line=", "\"");
        return Ok(line
            .map(|line| format!("/cash/{line}"))
            .into_iter()
            .collect());
    }
    let links = listed.links();
    let mut fitting = links.iter().filter_map(|link| {
        let rest = link.strip_prefix(from)?;
        let is_file = [".csv", ".json", ".xlsx"]
            .iter()
            .any(|end| rest.ends_with(end));
        let is_one = !rest.is_empty() && !rest.contains(['/', '?']) && !is_file;
        let is_other = templates.iter().any(|other| other == link);
        (is_one && !is_other).then(|| format!("{prefix}{rest}"))
    });
    Ok(if prefix == "/reports/" {
        // Documents of a party are asked with their party below.
        let mut all: Vec<String> = fitting
            .filter(|page| page != "/reports/documents")
            .collect();
        all.sort();
        all.dedup();
        all
    } else {
        fitting.next().into_iter().collect()
    })
}

fn known(client: &Client) -> Result<Known, String> {
    let customers = client.get("/customers")?;
    let code = customers.between("href=\"/customers/", "\"");
    let code = code.unwrap_or_default().to_owned();
    let mut names = customers.all_between(&format!("href=\"/customers/{code}\">"), "<");
    let open = client.get("/open-items")?;
    let number = open.between("href=\"/documents/", "</a>");
    let number = number.and_then(|link| link.split_once('>'));
    let balance = client.get("/reports/trial-balance")?;
    let account = balance.between("/journal-lines?account=", "\"");
    Ok(Known {
        code,
        name: names.pop().unwrap_or_default(),
        number: number
            .map(|(_, number)| number.to_owned())
            .unwrap_or_default(),
        account: account.unwrap_or_default().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_routes_of_the_program_are_read() {
        let all = templates();
        for page in [
            "/",
            "/aging",
            "/customers/{code}",
            "/approvals/policies",
            "/audit",
        ] {
            assert!(all.iter().any(|known| known == page), "{page} in {all:?}");
        }
        assert!(!all.iter().any(|page| page.starts_with("/api")), "{all:?}");
        assert!(
            !all.iter().any(|page| page == "/logout"),
            "only GET: {all:?}"
        );
        for (path, _) in NO_PAGES {
            assert!(all.iter().any(|known| known == path), "{path} is no route");
        }
    }
}
