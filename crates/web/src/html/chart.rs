//! Charts as SVG, drawn on the server: no script is needed to see them.

use domain::money::Money;
use maud::{Markup, html};

use crate::html::amount;

/// Bars of one currency: label and sum, in the order of time. The table beside has the numbers.
pub(crate) fn aging_chart(title: &str, bars: &[(&str, Money)]) -> Markup {
    const WIDTH: i64 = 420;
    const ROW: i64 = 30;
    const LABEL: i64 = 96;
    const FIGURE: i64 = 118;
    let largest = bars.iter().map(|(_, sum)| sum.minor().saturating_abs());
    let largest = i128::from(largest.max().unwrap_or_default().max(1));
    let room = i128::from(WIDTH - LABEL - FIGURE);
    let width = |sum: Money| (i128::from(sum.minor().saturating_abs()) * room / largest).max(1);
    let height = ROW * bars.len() as i64;
    html! {
        svg.chart viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label=(title) {
            title { (title) }
            @for (place, (label, sum)) in bars.iter().enumerate() {
                @let y = place as i64 * ROW;
                text.label x="0" y=(y + 20) { (label) }
                rect class=(format!("bar step{place}{}", if sum.is_negative() { " minus" } else { "" }))
                    x=(LABEL) y=(y + 6) width=(width(*sum)) height="18" rx="2" {}
                text.figure x=(WIDTH) y=(y + 20) text-anchor="end" { (amount(*sum)) }
            }
        }
    }
}
