//! A PostgreSQL server of our own: a temporary folder, a free port on 127.0.0.1, an ordinary user.
//!
//! A small shell keeps it and waits on a pipe from us. When the pipe closes, because we are done,
//! failed, were interrupted or killed, the shell stops the server and removes the folder.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::machine;

/// Whether the server waits for the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// As in real life, for measuring.
    Real,
    /// Not at all: test data are thrown away anyway.
    None,
}

/// A running server; dropping it stops it and removes its folder.
pub(crate) struct Server {
    keeper: Child,
    port: u16,
}

/// Makes the database, starts it, says so, waits for the pipe to close, cleans up.
/// `$1` folder, `$2` folder of binaries, `$3` port, `$4…` further options of the server.
const KEEPER: &str = r#"
dir=$1 bin=$2 port=$3
shift 3
clean() {
    "$bin/pg_ctl" stop -D "$dir/data" -m immediate >/dev/null 2>&1
    rm -rf "$dir"
}
trap clean EXIT
# Whoever waited for the word may be gone before it is said.
trap 'exit 1' PIPE HUP INT TERM
cd "$dir" || exit 1
"$bin/initdb" -D "$dir/data" -U duebook -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1 &&
"$bin/pg_ctl" start -w -t 60 -D "$dir/data" -l "$dir/log" -o "-h 127.0.0.1 -p $port $*" >>"$dir/log" 2>&1 || {
    echo failed
    tail -n 20 "$dir/log"
    exit 1
}
echo ready
read -r _
exit 0
"#;

impl Server {
    /// Finds or installs PostgreSQL and starts a server.
    pub(crate) fn start(durability: Durability) -> Result<Server, String> {
        let binaries = if let Some(folder) = binaries() {
            folder
        } else {
            machine::install(&["postgresql"])
                .map_err(|error| format!("the tests need a PostgreSQL server: {error}"))?;
            binaries().ok_or("PostgreSQL was installed, but initdb is not to be found")?
        };
        let mut last = String::new();
        // Between finding a free port and using it somebody else may take it.
        for _ in 0..3 {
            match Self::attempt(&binaries, durability) {
                Ok(server) => return Ok(server),
                Err(message) => last = message,
            }
        }
        Err(last)
    }

    /// The address, as `--db` and the tests understand it.
    pub(crate) fn url(&self) -> String {
        format!("postgres://duebook@127.0.0.1:{}/postgres", self.port)
    }

    fn attempt(binaries: &Path, durability: Durability) -> Result<Server, String> {
        let port = free_port().map_err(|error| format!("no free port: {error}"))?;
        let (folder, owner) =
            folder(port).map_err(|error| format!("no temporary folder: {error}"))?;
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "keeper"]);
        command.arg(&folder).arg(binaries).arg(port.to_string());
        command.args(["-c", "unix_socket_directories="]);
        command.args(["-c", "max_connections=200"]);
        if durability == Durability::None {
            command.args(["-c", "fsync=off", "-c", "synchronous_commit=off"]);
            command.args(["-c", "full_page_writes=off"]);
        }
        if let Some((user, group)) = owner {
            command.uid(user).gid(group);
        }
        // A group of its own: Ctrl-C ends us, and our end tells the keeper.
        command.process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut keeper = command
            .spawn()
            .map_err(|error| format!("cannot start sh: {error}"))?;
        let said = keeper.stdout.take().map(BufReader::new);
        let mut lines = said.into_iter().flat_map(BufRead::lines);
        if lines
            .next()
            .is_some_and(|line| line.is_ok_and(|l| l == "ready"))
        {
            return Ok(Server { keeper, port });
        }
        let why: Vec<String> = lines.map_while(Result::ok).collect();
        // The keeper is on its way out; nothing is left to do when it cannot be awaited.
        let _ = keeper.wait();
        Err(format!("PostgreSQL did not start:\n{}", why.join("\n")))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // A failure here leaves nothing that could be done about it.
        let _ = self.keeper.wait();
    }
}

/// The folder that holds `initdb` and its siblings, the newest version first.
fn binaries() -> Option<PathBuf> {
    let complete = |folder: &Path| {
        ["initdb", "pg_ctl", "postgres"]
            .iter()
            .all(|program| folder.join(program).is_file())
    };
    // What stands on PATH may be a link that finds its siblings elsewhere.
    if let Some(initdb) = machine::on_path("initdb")
        && let Ok(real) = initdb.canonicalize()
        && let Some(folder) = real.parent()
        && complete(folder)
    {
        return Some(folder.to_path_buf());
    }
    let mut versions: Vec<(u32, PathBuf)> = ["/usr/lib/postgresql", "/opt/homebrew/opt"]
        .iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let digits = name.trim_start_matches("postgresql@");
            (digits.parse().unwrap_or(0), entry.path().join("bin"))
        })
        .filter(|(_, folder)| complete(folder))
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder)
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A fresh folder and, when we are root, the user to whom it was given: PostgreSQL refuses root.
fn folder(port: u16) -> std::io::Result<(PathBuf, Option<(u32, u32)>)> {
    let owner = if machine::is_root() {
        machine::account("postgres").or_else(|| machine::account("nobody"))
    } else {
        None
    };
    // Root's own temporary folder is often closed to others; /tmp never is.
    let base = match owner {
        Some(_) => PathBuf::from("/tmp"),
        None => std::env::temp_dir(),
    };
    let folder = base.join(format!("duebook-postgres-{}-{port}", std::process::id()));
    std::fs::create_dir(&folder)?;
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700))?;
    if let Some((user, group)) = owner {
        chown(&folder, Some(user), Some(group))?;
    }
    Ok((folder, owner))
}
