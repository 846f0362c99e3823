//! Damaged files, and a disk or database that fails: a clear word, the right exit status, nothing
//! half done, and no panic.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{FOUNDING, assert_good, duebook, founded, text};

const HEAD: &str = "customer_id,name,country,currency,parent_id,email,payment_terms,\
                    known_bank_accounts,aliases\n";

fn customers(letter: char, count: usize) -> String {
    let mut file = HEAD.to_owned();
    for place in 0..count {
        let _ = writeln!(
            file,
            "{letter}-{place},Customer {place} GmbH,DE,EUR,,,NET30,,"
        );
    }
    file
}

fn packed(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).expect("memory");
    encoder.finish().expect("memory")
}

/// The command said this, with this exit status, and did not panic.
fn assert_told(output: &Output, status: i32, words: &str) {
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{told}");
    assert!(told.contains(words), "`{words}` is not in: {told}");
    assert!(told.contains("error[") && told.contains("hint: "), "{told}");
    assert!(!told.contains("panicked"), "{told}");
}

#[test]
fn damaged_files_are_refused_whole() {
    let folder = founded("owner", &[]);
    let whole = packed(customers('C', 2000).as_bytes());
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0xff;
    let row = |name: &str| format!("{HEAD}C-1,{name},DE,EUR,,,NET30,,\n");
    let latin: Vec<u8> = row("M~ller")
        .bytes()
        .map(|byte| if byte == b'~' { 0xfc } else { byte })
        .collect();
    let wide: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(row("Müller").encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let cases: [(&str, Vec<u8>, &str); 9] = [
        (
            "cut.csv.gz",
            whole[..whole.len() / 2].to_vec(),
            "cannot be read",
        ),
        ("flipped.csv.gz", flipped, "row "),
        (
            "half.csv",
            format!("{HEAD}C-1,Whole,DE,EUR,,,,,\nC-2,\"Cut Gm").into(),
            "row 2",
        ),
        ("latin.csv", latin, "is not UTF-8 text"),
        ("wide.csv", wide, "is UTF-16 text"),
        (
            "huge.csv",
            row(&"x".repeat(20_000_000)).into(),
            "is longer than",
        ),
        (
            "quote.csv",
            format!("{HEAD}\"{}", "y,".repeat(2_000_000)).into(),
            "a quote left open",
        ),
        ("nul.csv", row("a\0b").into(), "holds a NUL"),
        ("empty.csv", Vec::new(), "is not a header"),
    ];
    for (name, content, words) in cases {
        std::fs::write(folder.path().join(name), content).unwrap();
        let output = duebook(folder.path(), &["import", "customers", name]);
        assert_told(&output, 1, words);
        assert!(text(&output.stderr).contains(name), "{name}");
    }
    let counted = duebook(folder.path(), &["verify"]);
    assert!(counted.status.success());
    std::fs::write(folder.path().join("good.csv.gz"), whole).unwrap();
    let taken = duebook(
        folder.path(),
        &["import", "customers", "good.csv.gz", "--format", "json"],
    );
    assert!(
        text(&taken.stdout).contains("\"accepted\": 2000")
            || text(&taken.stdout).contains("\"accepted\":2000")
    );
}

#[test]
fn a_database_that_is_none_exits_3() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("text.db"),
        "hello, world; this is no database",
    )
    .unwrap();
    for (db, words) in [
        ("sqlite:no/such/folder/x.db", "unable to open"),
        ("sqlite:text.db", "is not a database"),
        (
            "postgres://nobody@127.0.0.1:1/none",
            "error connecting to server: ",
        ),
    ] {
        let output = duebook(folder.path(), &["--db", db, "verify"]);
        assert_told(&output, 3, words);
    }
}

#[test]
fn a_database_of_an_unknown_kind_exits_2() {
    let folder = tempfile::tempdir().unwrap();
    for (db, words) in [
        ("mysql://root:secret@host/acme", "`mysql` is not a database"),
        ("books.db", "`books.db` is not a database"),
    ] {
        for command in [&["verify"][..], &["keys", "make"], &["cash", "lines"]] {
            let output = duebook(folder.path(), &[&["--db", db], command].concat());
            assert_told(&output, 2, words);
            let told = text(&output.stderr);
            assert!(told.contains("sqlite:PATH or postgres://"), "{told}");
            assert!(!told.contains("secret"), "{told}");
        }
    }
}

#[test]
#[cfg(unix)]
fn a_full_disk_exits_3_and_keeps_nothing() {
    let folder = founded("owner", &[]);
    std::fs::write(folder.path().join("c.csv"), customers('C', 20_000)).unwrap();
    // The shell lets no file grow beyond 600 blocks, which to a program is a full disk.
    let script = format!(
        "trap '' XFSZ; ulimit -f 1200; exec '{}' import customers c.csv",
        env!("CARGO_BIN_EXE_duebook")
    );
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder.path())
        .env_remove("DUEBOOK_DB")
        .output()
        .expect("there is a shell");
    assert_told(&output, 3, "error[");
    assert!(duebook(folder.path(), &["verify"]).status.success());
    let again = duebook(folder.path(), &["import", "customers", "c.csv"]);
    assert!(again.status.success(), "{}", text(&again.stderr));
    assert!(text(&again.stdout).contains("20000"), "all were new");
}

#[test]
#[cfg(unix)]
fn a_read_only_database_exits_3() {
    use std::os::unix::fs::PermissionsExt;
    let folder = founded("owner", &[]);
    std::fs::write(folder.path().join("c.csv"), customers('C', 2)).unwrap();
    let open = |path: &Path, mode: u32| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    open(&folder.path().join("duebook.db"), 0o444);
    open(&folder.path().join("c.csv"), 0o444);
    open(folder.path(), 0o555);
    let mut command = Command::new(env!("CARGO_BIN_EXE_duebook"));
    if std::fs::write(folder.path().join("probe"), "x").is_ok() {
        // Root writes everywhere: let nobody try instead.
        std::fs::remove_file(folder.path().join("probe")).unwrap();
        command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.arg(env!("CARGO_BIN_EXE_duebook"));
    }
    let output = command
        .args(["import", "customers", "c.csv"])
        .current_dir(folder.path())
        .env_remove("DUEBOOK_DB")
        .output();
    open(folder.path(), 0o755);
    match output {
        Ok(output) if output.status.code() != Some(127) => assert_told(&output, 3, "error["),
        _ => eprintln!("skipped: there is no setpriv, and root writes everywhere"),
    }
}

fn start(folder: &Path, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_duebook"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("DUEBOOK_DB")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command is built")
}

#[test]
fn programs_on_one_file_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let founders: Vec<Child> = (0..6).map(|_| start(folder.path(), &FOUNDING)).collect();
    let founded = founders
        .into_iter()
        .map(|child| child.wait_with_output().unwrap());
    let (good, refused): (Vec<Output>, Vec<Output>) =
        founded.partition(|output| output.status.success());
    assert_eq!(good.len(), 1, "one of them founds the book");
    for output in refused {
        assert_told(&output, 1, "entity_exists");
    }
    let mut keys = std::fs::read_dir(folder.path()).unwrap();
    let partial = |name: &str| name.contains("keys-partial");
    assert!(
        !keys.any(|entry| partial(&entry.unwrap().file_name().to_string_lossy())),
        "the keys were made once, and nothing is left of the others"
    );
    let writers: Vec<Child> = ('A'..='H')
        .map(|letter| {
            let name = format!("{letter}.csv");
            std::fs::write(folder.path().join(&name), customers(letter, 500)).unwrap();
            start(folder.path(), &["import", "customers", &name])
        })
        .collect();
    for child in writers {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains("500"));
    }
    assert_good(folder.path());
}
