//! `duebook bank inspect`.

use std::fs;
use std::io::Write;
use std::path::Path;

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

/// The samples of the formats with what is printed for them: `UPDATE=1` rewrites `expected/`.
#[test]
fn samples_print_as_expected() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../formats/src/bank");
    for (name, format, paths, status) in [
        (
            "ofx.json",
            "json",
            &["ofx/samples/two-accounts-xml.qfx"][..],
            0,
        ),
        ("broken.json", "json", &["ofx/samples/broken.ofx"], 1),
        (
            "two-files.json",
            "json",
            &["ofx/samples/checking-sgml.ofx", "csv/samples/paypal.csv"],
            0,
        ),
        ("paypal.txt", "table", &["csv/samples/paypal.csv"], 0),
        ("sparkasse.csv", "csv", &["csv/samples/sparkasse.csv"], 1),
        ("german.json", "json", &["mt940/samples/german.sta"], 0),
    ] {
        let mut arguments = vec!["--format", format, "bank", "inspect"];
        arguments.extend(paths);
        let output = duebook(&samples, &arguments);
        assert_eq!(output.status.code(), Some(status), "{name}");
        let expected = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/inspect/expected")
            .join(name);
        if update() {
            fs::create_dir_all(expected.parent().expect("a folder")).expect("made");
            fs::write(&expected, &output.stdout).expect("written");
        }
        let wanted = fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(text(&output.stdout), wanted, "{name}");
        if format == "json" {
            let document: serde_json::Value =
                serde_json::from_slice(&output.stdout).expect("one JSON document");
            assert_eq!(
                document["files"].as_array().map(Vec::len),
                Some(paths.len())
            );
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests rewrite what they expect on demand"
)]
fn update() -> bool {
    std::env::var("UPDATE").is_ok()
}

#[test]
fn a_profile_of_the_user_reads_packed_csv() {
    let folder = tempfile::tempdir().unwrap();
    let profile = "name = mine\ndelimiter = ;\ndecimal = ,\ndate = DD.MM.YYYY\ncurrency = EUR\n\
                   account = 4711\ncolumn.booked_on = Tag\ncolumn.amount = Betrag\n";
    fs::write(folder.path().join("mine.profile"), profile).unwrap();
    let packed = fs::File::create(folder.path().join("a.csv.gz")).unwrap();
    let mut packed = flate2::write::GzEncoder::new(packed, flate2::Compression::default());
    packed
        .write_all(b"Tag;Betrag\n01.02.2025;1.000,50\n")
        .unwrap();
    packed.finish().unwrap();
    let command = [
        "bank",
        "inspect",
        "a.csv.gz",
        "--format",
        "csv",
        "--profile",
    ];
    let output = duebook(folder.path(), &[&command[..], &["mine.profile"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(
        text(&output.stdout).contains("a.csv.gz,,4711,2025-02-01,,1000.50,EUR,booked,"),
        "{}",
        text(&output.stdout)
    );
    let output = duebook(folder.path(), &[&command[..], &["none"]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("or one of: sparkasse, paypal"));
}
