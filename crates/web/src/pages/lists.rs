//! Lists as pages: one row in [`SHOWN`] for each.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::Response;
use books::reports::lists::{self, Filter, FilterKind, List, Page};
use maud::{Markup, html};

use crate::app::{App, Door, read};
use crate::html::{Frame, Link, empty, pager, table, words};
use crate::pages::shown;
use crate::session::Signed;

/// How a list is shown.
pub(crate) struct Shown {
    /// Where.
    pub(crate) path: &'static str,
    list: &'static str,
    title: &'static str,
    hidden: &'static [&'static str],
    links: &'static [Link<'static>],
    /// What to say and do while there is nothing.
    how: &'static str,
}

const fn link(shown: &'static str, by: &'static str, path: &'static str) -> Link<'static> {
    Link { shown, by, path }
}

/// Where the cells of documents lead to.
pub(crate) const DOCUMENT_LINKS: &[Link<'_>] = &[
    link("number", "id", "/documents/"),
    link("party_code", "party_code", "/parties/"),
    link("party_name", "party_code", "/parties/"),
];

/// Where the cells of journal lines lead to.
pub(crate) const LINE_LINKS: &[Link<'_>] = &[
    link("document_number", "document_id", "/documents/"),
    link("party_code", "party_code", "/parties/"),
    link("posted_on", "entry_id", "/journal/"),
    link("account", "account", "/journal-lines?account="),
];

/// Where the cells of applications lead to.
pub(crate) const APPLICATION_LINKS: &[Link<'_>] = &[
    link("debit_number", "debit_document_id", "/documents/"),
    link("credit_number", "credit_document_id", "/documents/"),
];

/// Every list with a page of its own.
pub(crate) const SHOWN: &[Shown] = &[
    Shown {
        path: "/customers",
        list: "customers",
        title: "Customers",
        hidden: &["id"],
        links: &[
            link("code", "code", "/customers/"),
            link("name", "code", "/customers/"),
            link("parent", "parent", "/customers/"),
        ],
        how: "Import a file of them under Import files, or with duebook import customers FILE.csv",
    },
    Shown {
        path: "/vendors",
        list: "vendors",
        title: "Vendors",
        hidden: &["id"],
        links: &[
            link("code", "code", "/vendors/"),
            link("name", "code", "/vendors/"),
        ],
        how: "Import a file of them under Import files, or with duebook import vendors FILE.csv",
    },
    Shown {
        path: "/documents",
        list: "documents",
        title: "Documents",
        hidden: &["id", "item_id", "side", "party_code", "net", "tax", "memo"],
        links: DOCUMENT_LINKS,
        how: "Documents appear when opening items are imported or cash is applied.",
    },
    Shown {
        path: "/open-items",
        list: "open-items",
        title: "Open items",
        hidden: &["id", "document_id", "party_code"],
        links: &[
            link("number", "document_id", "/documents/"),
            link("party_name", "party_code", "/parties/"),
        ],
        how: "Nothing is open.",
    },
    Shown {
        path: "/applications",
        list: "applications",
        title: "Applications",
        hidden: &["id", "debit_document_id", "credit_document_id"],
        links: APPLICATION_LINKS,
        how: "They appear when cash is applied; they are undone on a document's page.",
    },
    Shown {
        path: "/certificate-askings",
        list: "certificate-askings",
        title: "Asked for certificates",
        hidden: &["party_code"],
        links: &[
            link("id", "id", "/certificate-askings/"),
            link("party_name", "party_code", "/parties/"),
        ],
        how: "Ask on the page of certificates.",
    },
    Shown {
        path: "/short-pays",
        list: "short-pays",
        title: "Short-pays",
        hidden: &[
            "id",
            "party_code",
            "document_id",
            "stated",
            "opened_on",
            "line",
        ],
        links: &[
            link("number", "id", "/short-pays/"),
            link("party_name", "party_code", "/parties/"),
            link("document_number", "document_id", "/documents/"),
        ],
        how: "They appear when payers hold an amount back for a reason; they can also be opened on a document's page.",
    },
    Shown {
        path: "/bank/statements",
        list: "bank-statements",
        title: "Bank statements",
        hidden: &[],
        links: &[link("id", "id", "/bank/lines?statement=")],
        how: "Import them on the page of bank accounts.",
    },
    Shown {
        path: "/bank/lines",
        list: "bank-lines",
        title: "Bank lines",
        hidden: &["id", "statement_id", "code", "end_to_end", "status"],
        links: &[
            link("reference", "id", "/cash/"),
            link("bank_account", "bank_account", "/bank/lines?bank_account="),
        ],
        how: "Import statements on the page of bank accounts.",
    },
    Shown {
        path: "/journal",
        list: "journal-entries",
        title: "Journal",
        hidden: &["id"],
        links: &[
            link("number", "id", "/journal/"),
            link("memo", "id", "/journal/"),
            link("reverses", "reverses", "/journal/"),
        ],
        how: "Entries appear with the first posting.",
    },
    Shown {
        path: "/journal-lines",
        list: "journal-lines",
        title: "Journal lines",
        hidden: &["id", "entry_id", "document_id", "item_id", "line_number"],
        links: LINE_LINKS,
        how: "Nothing was posted.",
    },
    Shown {
        path: "/audit",
        list: "audit",
        title: "Audit log",
        hidden: &["hash"],
        links: &[],
        how: "Every write adds a link here.",
    },
    Shown {
        path: "/webhook-events",
        list: "webhook-events",
        title: "Events sent to other programs",
        hidden: &[],
        links: &[link("id", "id", "/webhook-attempts?event=")],
        how: "Events are recorded once an endpoint subscribes to them.",
    },
    Shown {
        path: "/webhook-attempts",
        list: "webhook-attempts",
        title: "Attempts to deliver events",
        hidden: &["id"],
        links: &[],
        how: "Nothing was sent yet.",
    },
    Shown {
        path: "/runs",
        list: "runs",
        title: "Runs",
        hidden: &["id", "report"],
        links: &[link("kind", "id", "/runs/")],
        how: "Committed runs are listed here.",
    },
];

/// One page of a list.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    uri: Uri,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let place = SHOWN
        .iter()
        .find(|shown| shown.path == uri.path())
        .expect("routes come from the same list");
    let list = lists::find(place.list).expect("a list of this name");
    let ask = asked(&query);
    let page = read(&app, Door::Html, &signed.who, move |work| {
        let may_issue = list.name == "documents" && super::issue::may_any(work)?;
        Ok((lists::page(work, list, &ask)?, may_issue))
    })
    .await;
    let markup = page.map(|(page, may_issue)| {
        let actions = html! {
            @if may_issue { a.button href=(super::issue::NEW) data-key="n" { "New document " kbd { "n" } } }
            @if list.name == "audit" { (super::audit::files(&query)) }
        };
        render((place, actions), list, &page, &query, &signed)
    });
    shown(&signed, markup)
}

/// What a query asks of a list; empty fields ask nothing.
pub(crate) fn asked(query: &[(String, String)]) -> lists::Ask {
    let mut ask = lists::Ask::default();
    for (name, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        match name.as_str() {
            "after" => ask.after = Some(value.clone()),
            "told" => {}
            _ => ask.filters.push((name.clone(), value.clone())),
        }
    }
    ask
}

fn render(
    (place, actions): (&Shown, Markup),
    list: &List,
    page: &Page,
    query: &[(String, String)],
    signed: &Signed,
) -> Markup {
    let body = html! {
        (filters(list.filters, query))
        @if page.rows.is_empty() {
            (empty("Nothing here", place.how))
        } @else {
            (table(list.columns, &page.rows, place.hidden, place.links))
            (pager(place.path, query, page.next.as_deref()))
        }
    };
    let frame = Frame {
        actions,
        ..Frame::new(place.title, place.path)
    };
    frame.page(signed, &body)
}

/// The form by which a list is narrowed.
pub(crate) fn filters(filters: &[Filter], query: &[(String, String)]) -> Markup {
    let value = |name: &str| {
        let found = query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    html! {
        @if !filters.is_empty() {
            form.inline {
                @for filter in filters {
                    label.field title=(filter.about) {
                        span { (words(filter.name)) }
                        @match filter.kind {
                            FilterKind::OneOf(options) => select name=(filter.name) {
                                option value="" { "any" }
                                @for option in options {
                                    option value=(option) selected[value(filter.name) == *option] {
                                        (words(option))
                                    }
                                }
                            },
                            FilterKind::Date | FilterKind::Since | FilterKind::Until => input type="date" name=(filter.name)
                                value=(value(filter.name));,
                            FilterKind::Text | FilterKind::Prefix | FilterKind::Contains
                                | FilterKind::Id =>
                                input name=(filter.name) value=(value(filter.name)) size="12";,
                        }
                    }
                }
                button { "Show" }
            }
        }
    }
}
