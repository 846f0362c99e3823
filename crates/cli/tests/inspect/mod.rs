//! `duebook bank inspect`.

use std::fs;

use super::{duebook, text};

#[test]
fn a_file_of_no_known_format_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.pdf"), "%PDF-1.7").unwrap();
    let output = duebook(
        folder.path(),
        &["--format", "json", "bank", "inspect", "a.pdf"],
    );
    assert_eq!(output.status.code(), Some(1));
    let printed = text(&output.stdout);
    assert!(
        printed.starts_with("{\"files\":[{\"path\":\"a.pdf\",\"statements\":[],\"problems\":[{\"severity\":\"error\",\"where\":\"file\","),
        "{printed}"
    );
    let told = text(&output.stderr);
    assert!(
        told.starts_with("{\"error\":{\"code\":\"file_has_errors\",\"file\":\"a.pdf\","),
        "{told}"
    );
}

#[test]
fn a_path_that_is_not_there_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let output = duebook(folder.path(), &["bank", "inspect", "none.sta"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let told = text(&output.stderr);
    assert!(
        told.starts_with("error[file_not_readable]: none.sta: "),
        "{told}"
    );
    assert!(told.contains("\nhint: "), "{told}");
}
