//! Links: a run packed into the fragment of an address.
//!
//! ```text
//!   base64url( version: 1 byte | checksum: 4 bytes | deflate( postcard( Packed ) ) ) [?anything]
//! ```
//!
//! The part after a question mark is the page's view of the run. It does not affect the run.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ringside_store::Instant;
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use super::command::Command;
use crate::error::LinkError;
use crate::scenario::Scenario;

/// The version of the format and of the rules of runs. It is raised whenever an old link would lead to another
/// run.
pub(crate) const VERSION: u8 = 3;

/// The longest link that is read, and the longest content, in bytes.
const LONGEST_LINK: usize = 200_000;
const LONGEST_UNPACKED: usize = 4_000_000;

/// The content of a link: all that determines a run, and the moment at which the link was copied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Packed {
    pub(crate) scenario: Scenario,
    pub(crate) commands: Vec<(Instant, Command)>,
    pub(crate) moment: Instant,
}

impl Packed {
    /// Packs a run into text that is safe in an address.
    pub(crate) fn pack(&self) -> String {
        // Packing can only fail for want of memory, which aborts.
        let plain = postcard::to_allocvec(self).unwrap_or_default();
        let body = miniz_oxide::deflate::compress_to_vec(&plain, 9);
        let mut bytes = vec![VERSION];
        bytes.extend(checksum(&body));
        bytes.extend(body);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Unpacks a link's text, with or without a leading `#`.
    ///
    /// # Errors
    ///
    /// Refuses a damaged link, and one of another version. The scenario is not checked yet.
    pub(crate) fn unpack(link: &str) -> Result<Self, LinkError> {
        let link = link.trim().trim_start_matches('#');
        // The part after it belongs to the page.
        let link = link.split_once('?').map_or(link, |(run, _)| run);
        if link.len() > LONGEST_LINK {
            return Err(LinkError::Damaged);
        }
        let bytes = URL_SAFE_NO_PAD.decode(link).map_err(|_| LinkError::Damaged)?;
        let (&version, rest) = bytes.split_first().ok_or(LinkError::Damaged)?;
        if version != VERSION {
            return Err(LinkError::Version { found: version });
        }
        let (sum, body) = rest.split_at_checked(4).ok_or(LinkError::Damaged)?;
        if sum != checksum(body) {
            return Err(LinkError::Damaged);
        }
        let plain = miniz_oxide::inflate::decompress_to_vec_with_limit(body, LONGEST_UNPACKED)
            .map_err(|_| LinkError::Damaged)?;
        match postcard::take_from_bytes(&plain) {
            Ok((packed, [])) => Ok(packed),
            _ => Err(LinkError::Damaged),
        }
    }
}

fn checksum(body: &[u8]) -> [u8; 4] {
    (XxHash3_64::oneshot(body) as u32).to_le_bytes()
}
