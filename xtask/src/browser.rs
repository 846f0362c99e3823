//! What the tests of pages need: a browser with its driver, LibreOffice where it is there, and
//! axe-core, a checker of accessibility, kept in the user's cache.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::machine;

/// The version of the checker; a newer one may find more.
const AXE: &str = "4.10.3";

/// Finds or installs the browser, fetches the checker, and answers where that is. What cannot be
/// had is said; the tests do without it.
pub(crate) fn ready() -> Option<PathBuf> {
    let chromium = ["chromium", "chromium-browser", "google-chrome"];
    let is_there = chromium.iter().any(|name| machine::on_path(name).is_some());
    if (!is_there || machine::on_path("chromedriver").is_none())
        && let Err(message) = machine::install(&["chromium", "chromium-driver"])
    {
        println!("without a browser: {message}");
        return None;
    }
    if machine::on_path("soffice").is_none() {
        println!("without LibreOffice: apt-get install libreoffice-calc to compare XLSX files");
    }
    match checker() {
        Ok(file) => Some(file),
        Err(message) => {
            println!("without axe-core: {message}");
            None
        }
    }
}

/// The checker's file, fetched once.
fn checker() -> Result<PathBuf, String> {
    let cache = match (std::env::var_os("XDG_CACHE_HOME"), std::env::var_os("HOME")) {
        (Some(cache), _) => PathBuf::from(cache),
        (None, Some(home)) => Path::new(&home).join(".cache"),
        (None, None) => std::env::temp_dir(),
    };
    let folder = cache.join("duebook").join(format!("axe-core-{AXE}"));
    let file = folder.join("package/axe.min.js");
    if file.is_file() {
        return Ok(file);
    }
    std::fs::create_dir_all(&folder).map_err(|error| format!("no folder in the cache: {error}"))?;
    let address = format!("https://registry.npmjs.org/axe-core/-/axe-core-{AXE}.tgz");
    let packed = folder.join("axe-core.tgz");
    let mut fetch = Command::new("curl");
    fetch.args(["--fail", "--silent", "--show-error", "--location"]);
    fetch.args(["--max-time", "60", "--output"]).arg(&packed);
    succeed(fetch.arg(&address), "curl")?;
    let mut unpack = Command::new("tar");
    unpack.arg("-xzf").arg(&packed).arg("-C").arg(&folder);
    succeed(unpack.arg("package/axe.min.js"), "tar")?;
    Ok(file)
}

fn succeed(command: &mut Command, name: &str) -> Result<(), String> {
    let status = command.stdin(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(format!("{name} did not succeed; see above")),
        Err(error) => Err(format!("cannot run {name}: {error}")),
    }
}
