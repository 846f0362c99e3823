//! `duebook mcp`: the books for an agent over stdio, by the Model Context Protocol.

use std::io::{BufReader, stdin, stdout};

use books::Context;

use super::Globals;
use crate::errors::Failure;

/// Who it is when nobody is named: in a claimed book this agent needs a role as any other.
const AGENT: &str = "agent:mcp";

/// Answers until the input ends.
pub(crate) fn run(globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let context = Context {
        actor: globals.user.clone().unwrap_or_else(|| AGENT.to_owned()),
        ..context
    };
    let (input, output) = (BufReader::new(stdin()), stdout());
    web::serve_stdio(
        &db,
        &context,
        globals.entity(),
        super::serve::now,
        input,
        output,
    )
    .map_err(|error| Failure::fault("agent_lost", format!("{error}.")))
}
