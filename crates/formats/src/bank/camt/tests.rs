use super::super::testing::{check_corpus, check_mutations, check_samples};
use super::FORMAT;

#[test]
fn samples_read_as_expected() {
    check_samples(&FORMAT);
}

#[test]
fn files_of_others_are_read_or_refused_as_they_should() {
    check_corpus(&FORMAT, &[]);
}

#[test]
fn no_bytes_make_it_panic() {
    check_mutations(&FORMAT, 20_000);
}
