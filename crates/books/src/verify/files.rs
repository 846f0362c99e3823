//! Promise 2: files that are kept are what was taken in. The audit log sums up their hashes; here
//! the hash is made again of what is there.

use sha2::{Digest, Sha256};

use crate::audit::hex;
use crate::failure::Fault;
use crate::verify::{Found, sql};
use crate::work::Work;

/// How many files are kept, and the first whose content is not that of its hash.
pub(super) fn unchanged(work: &mut Work<'_>) -> Result<Found, Fault> {
    let (mut files, mut problem) = (0, None);
    sql::each_kept_file(work, |name, sha256, content| {
        files += 1;
        if problem.is_none() && hex(&Sha256::digest(content)) != sha256 {
            problem = Some(format!("{name} is not the file that was taken in"));
        }
    })?;
    Ok((files, problem))
}
