//! `cargo xtask bench`: workloads, each in a process of its own, one JSON line each.
//!
//! The parent builds the workbench with optimizations and the feature `workloads`, starts a
//! PostgreSQL server when asked, and runs one child per workload, so that peaks are its own.

#[cfg(feature = "workloads")]
mod books;
#[cfg(any(test, feature = "workloads"))]
mod measure;
#[cfg(feature = "workloads")]
mod workloads;

use std::process::Stdio;

use crate::cargo;
use crate::server::{Durability, Server};

/// Options of the command.
struct Options {
    postgres: bool,
    only: Option<String>,
    n: Option<String>,
}

/// Runs the workloads.
pub(crate) fn run(arguments: &[String]) -> Result<bool, String> {
    let options = read(arguments)?;
    let server = if options.postgres {
        Some(Server::start(Durability::Real)?)
    } else {
        None
    };
    let mut good = true;
    for name in names(&options)? {
        let mut child = optimized();
        child.arg("bench-one").arg(&name);
        child.arg(options.n.as_deref().unwrap_or("usual"));
        if let Some(server) = &server {
            child.arg(server.url());
        }
        let status = child.stdin(Stdio::null()).status();
        good &= status
            .map_err(|error| format!("cannot run {name}: {error}"))?
            .success();
    }
    Ok(good)
}

fn optimized() -> std::process::Command {
    let mut command = cargo();
    command.args(["run", "--release", "--quiet", "--package", "xtask"]);
    command.args(["--features", "workloads", "--"]);
    command
}

/// The names that were asked for, or all.
fn names(options: &Options) -> Result<Vec<String>, String> {
    let output = optimized()
        .args(["bench-one", "list"])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot build the workloads: {error}"))?;
    if !output.status.success() {
        return Err("the workloads do not build; see above".to_owned());
    }
    let list = String::from_utf8_lossy(&output.stdout).into_owned();
    let known: Vec<&str> = list.lines().collect();
    let Some(only) = &options.only else {
        return Ok(known.into_iter().map(str::to_owned).collect());
    };
    let mut chosen = Vec::new();
    for name in only.split(',') {
        if !known.contains(&name) {
            return Err(format!(
                "no workload {name}; there are {}",
                known.join(", ")
            ));
        }
        chosen.push(name.to_owned());
    }
    Ok(chosen)
}

fn read(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options {
        postgres: false,
        only: None,
        n: None,
    };
    let mut rest = arguments;
    while let [option, value, more @ ..] = rest {
        match (option.as_str(), value.as_str()) {
            ("--engine", "sqlite") => options.postgres = false,
            ("--engine", "postgres") => options.postgres = true,
            ("--only", names) => options.only = Some(names.to_owned()),
            ("--n", n) if n.parse::<u64>().is_ok() => options.n = Some(n.to_owned()),
            _ => return Err(format!("cannot read {option} {value}")),
        }
        rest = more;
    }
    match rest {
        [] => Ok(options),
        _ => Err(format!("cannot read {}", rest.join(" "))),
    }
}

/// The child: `list`, or a name, a number and perhaps the address of a server.
#[cfg(feature = "workloads")]
pub(crate) fn run_one(arguments: &[String]) -> Result<bool, String> {
    workloads::run_one(arguments)
}

/// Without the feature there is nothing to run.
#[cfg(not(feature = "workloads"))]
pub(crate) fn run_one(_arguments: &[String]) -> Result<bool, String> {
    Err("built without the feature workloads; run cargo xtask bench".to_owned())
}
