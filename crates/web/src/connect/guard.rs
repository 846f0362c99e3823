//! The guard against requests into the own network (SSRF): every address that a name leads to is
//! looked at when the connection is made, so that a name cannot change its mind in between.

use domain::connect::is_public;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Finds addresses, and of them leaves only public ones unless others are allowed.
#[derive(Debug, Default)]
pub(super) struct Guard {
    pub(super) to_private: bool,
    names: DefaultResolver,
}

impl Guard {
    pub(super) fn new(to_private: bool) -> Guard {
        Guard {
            to_private,
            names: DefaultResolver::default(),
        }
    }
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.names.resolve(uri, config, timeout)?;
        if self.to_private {
            return Ok(found);
        }
        let mut public = self.empty();
        for address in found.iter().filter(|address| is_public(address.ip())) {
            public.push(*address);
        }
        if public.is_empty() {
            let why =
                "the address is none of the public internet, and --webhooks-to-private is off";
            return Err(ureq::Error::Other(why.into()));
        }
        Ok(public)
    }
}
