//! What the machine has, and how it gets what is missing: the package manager, asked politely.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A program found on `PATH`.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Whether we are root.
pub(crate) fn is_root() -> bool {
    let id = Command::new("id").arg("-u").stderr(Stdio::null()).output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// The user and group id of an account of this machine.
pub(crate) fn account(name: &str) -> Option<(u32, u32)> {
    let accounts = std::fs::read_to_string("/etc/passwd").ok()?;
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        let user = fields.nth(1)?.parse().ok()?;
        let group = fields.next()?.parse().ok()?;
        Some((user, group))
    })
}

/// Installs Debian packages; the error says what a person should type.
pub(crate) fn install(packages: &[&str]) -> Result<(), String> {
    let list = packages.join(" ");
    if on_path("apt-get").is_none() {
        return Err(format!(
            "no apt-get here; install {list} with this system's package manager"
        ));
    }
    let sudo = !is_root();
    if sudo && on_path("sudo").is_none() {
        return Err(format!(
            "neither root nor sudo; as root: apt-get update && apt-get install -y {list}"
        ));
    }
    eprintln!("installing {list}");
    // A stale list of packages is better than none, so a failed update is not the end.
    apt(sudo, &["update", "-qq"]);
    let mut words = vec!["install", "-y", "-qq", "--no-install-recommends"];
    words.extend(packages);
    if apt(sudo, &words) {
        Ok(())
    } else {
        Err(format!("apt-get could not install {list}; see above"))
    }
}

fn apt(sudo: bool, words: &[&str]) -> bool {
    let mut command = if sudo {
        let mut command = Command::new("sudo");
        // Without a terminal sudo must fail rather than wait for a password.
        command.args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        command
    } else {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    command.args(words).stdin(Stdio::null());
    // Its chatter belongs beside ours, not in the result.
    command.stdout(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
