//! What tests of any crate need of the engines; nothing here is used by the program.

use crate::db::Connection;
use crate::failure::Fault;

/// Makes an empty database on a PostgreSQL server, dropping one of that name.
pub fn fresh_database(server: &str, name: &str) -> Result<(), Fault> {
    let mut connection = Connection::postgres(server)?;
    connection.batch(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
    connection.batch(&format!(
        "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"
    ))?;
    Ok(())
}

/// Runs statements behind the books' back, as an intruder with the database in hand would.
pub fn tamper(url: &str, sql: &str) -> Result<(), Fault> {
    let mut connection = match url.strip_prefix("sqlite:") {
        Some(path) => Connection::sqlite(std::path::Path::new(path))?,
        None => Connection::postgres(url)?,
    };
    connection.batch(sql)
}
