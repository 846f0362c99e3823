//! MCP over stdio: one message a line, answered in order, until the input ends.

use std::io::{self, BufRead, Read, Write};

use books::{Context, Db};
use jiff::Timestamp;

use crate::mcp::{Desk, answer};

/// The longest message.
const LONGEST: u64 = 1 << 20;

/// Answers messages until there are no more. What is no message is answered with what is wrong.
pub fn serve(
    db: &Db,
    context: &Context,
    entity: Option<&str>,
    clock: fn() -> Timestamp,
    mut input: impl BufRead,
    mut output: impl Write,
) -> io::Result<()> {
    loop {
        let mut line = Vec::new();
        let length = input.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
        if length == 0 {
            return Ok(());
        }
        if length as u64 == LONGEST && line.last() != Some(&b'\n') {
            // The rest of the line is passed over without being kept.
            skip_line(&mut input)?;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let desk = Desk {
            db,
            context: Context {
                door: "mcp",
                now: clock(),
                ..context.clone()
            },
            entity: entity.map(str::to_owned),
        };
        if let Some(answer) = answer(&desk, &line) {
            writeln!(output, "{answer}")?;
            output.flush()?;
        }
    }
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        match buffer.iter().position(|byte| *byte == b'\n') {
            Some(end) => {
                input.consume(end + 1);
                return Ok(());
            }
            None => {
                let length = buffer.len();
                input.consume(length);
            }
        }
    }
}
