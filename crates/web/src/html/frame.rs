//! The frame around every page: where one is, where one can go, who one is.

use maud::{DOCTYPE, Markup, html};

use crate::html::csrf;
use crate::session::Signed;

/// Where one can go: path, words, key after `g`.
type Place = (&'static str, &'static str, &'static str);

/// The places in groups.
const PLACES: &[(&str, &[Place])] = &[
    (
        "",
        &[
            ("/", "Home", "h"),
            ("/cash", "Cash desk", "c"),
            // Those of both sides.
            ("/documents", "Documents", "d"),
        ],
    ),
    (
        "Receivable",
        &[
            ("/customers", "Customers", "u"),
            ("/aging", "Aging", "a"),
            ("/short-pays", "Short-pays", ""),
            ("/remittances", "Remittances", ""),
            ("/applications", "Applications", ""),
            ("/certificates", "Certificates", ""),
        ],
    ),
    (
        "Payable",
        &[
            ("/vendors", "Vendors", "v"),
            ("/aging?side=payable", "Aging of payables", ""),
        ],
    ),
    (
        "Bank and books",
        &[
            ("/bank", "Bank accounts", "b"),
            ("/imports", "Import files", "i"),
            ("/journal", "Journal", "j"),
            ("/reports/trial-balance", "Trial balance", "t"),
            ("/reports", "Reports", "r"),
            ("/periods", "Periods", "p"),
        ],
    ),
    (
        "Control",
        &[
            ("/approvals", "Approvals", "o"),
            ("/people", "Users and roles", ""),
            ("/audit", "Audit log", ""),
            ("/runs", "Runs", ""),
            ("/components", "Shortcuts", "?"),
            ("/webhooks", "Webhooks", ""),
        ],
    ),
];

/// Places of those who may see users: nobody is led to where they are refused.
const OF_CONTROL: &[&str] = &["/people", "/audit", "/webhooks"];

/// What a page says about itself.
pub(crate) struct Frame<'a> {
    /// The heading.
    pub(crate) title: &'a str,
    /// The place in the navigation.
    pub(crate) path: &'a str,
    /// Something that was done, to be told.
    pub(crate) told: Option<&'a str>,
    /// Links and buttons beside the heading.
    pub(crate) actions: Markup,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(title: &'a str, path: &'a str) -> Frame<'a> {
        Frame {
            title,
            path,
            told: None,
            actions: html! {},
        }
    }

    /// The whole page.
    pub(crate) fn page(self, signed: &Signed, body: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                (head(self.title, &signed.who.entity_name))
                body {
                    a.skip href="#main" { "To the content" }
                    header.top {
                        a.brand href="/" { "Duebook" }
                        span.entity { (signed.who.entity_name) }
                        form.search action="/search" role="search" {
                            input type="search" name="q" id="search" aria-label="Search"
                                placeholder="Customer, vendor, number";
                        }
                        form.who method="post" action="/logout" {
                            (csrf(&signed.csrf()))
                            a href="/account" { (signed.who.login) }
                            button.quiet { "Log out" }
                        }
                    }
                    (places(self.path, signed.sees_users))
                    main #main tabindex="-1" {
                        div.heading { h1 { (self.title) } div.actions { (self.actions) } }
                        @if let Some(told) = self.told { p.told role="status" { (told) } }
                        (body)
                    }
                }
            }
        }
    }
}

fn places(path: &str, sees_users: bool) -> Markup {
    let is_open = |place: &&Place| sees_users || !OF_CONTROL.contains(&place.0);
    html! {
        nav.places aria-label="Places" {
            @for (group, places) in PLACES {
                @if !group.is_empty() { span.group { (group) } }
                @for (href, words, key) in places.iter().filter(is_open) {
                    a href=(href) data-key=[(!key.is_empty()).then_some(key)]
                        aria-current=[(*href == path).then_some("page")] { (words) }
                }
            }
        }
    }
}

fn head(title: &str, entity: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) @if !entity.is_empty() { " · " (entity) } " · Duebook" }
            link rel="stylesheet" href="/assets/style.css";
            link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
            script src="/assets/keys.js" defer {}
        }
    }
}

/// A page without navigation: before one is known.
pub(crate) fn bare(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(title, ""))
            body.bare { main #main { p.brand { "Duebook" } h1 { (title) } (body) } }
        }
    }
}
