//! A blob on its way in: a temporary file that goes away by itself, whatever becomes of the upload.

use std::path::PathBuf;

use base::{Error, Result};
use sha2::{Digest as _, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

/// Bytes from the beginning that are kept for recognising the type.
const HEAD: usize = 8 * 1024;

/// A blob whose bytes still come.
pub struct Incoming {
    file: File,
    path: Temporary,
    hash: Sha256,
    head: Vec<u8>,
    bytes: u64,
}

/// A blob that came whole and is not in the store yet. Dropping it takes the temporary file away.
pub struct Received {
    /// Digest in hexadecimal digits.
    pub sha256: String,
    /// Length.
    pub bytes: u64,
    /// The first bytes.
    pub head: Vec<u8>,
    path: Temporary,
}

/// Takes its file away when it goes.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            tracing::warn!(%error, "a temporary file could not be removed");
        }
    }
}

impl Incoming {
    pub(crate) async fn begin(path: PathBuf) -> Result<Self> {
        let file = File::create_new(&path).await.map_err(broken)?;
        Ok(Self {
            file,
            path: Temporary(path),
            hash: Sha256::new(),
            head: Vec::new(),
            bytes: 0,
        })
    }

    /// Bytes so far.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub async fn write(&mut self, part: &[u8]) -> Result<()> {
        let space = HEAD.saturating_sub(self.head.len()).min(part.len());
        self.head.extend_from_slice(&part[..space]);
        self.hash.update(part);
        self.bytes += part.len() as u64;
        self.file.write_all(part).await.map_err(broken)
    }

    /// All bytes have come.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub async fn finish(mut self) -> Result<Received> {
        self.file.flush().await.map_err(broken)?;
        Ok(Received {
            sha256: hex::encode(self.hash.finalize()),
            bytes: self.bytes,
            head: self.head,
            path: self.path,
        })
    }
}

impl Received {
    pub(crate) async fn open(&self) -> Result<File> {
        File::open(&self.path.0).await.map_err(broken)
    }
}

fn broken(error: std::io::Error) -> Error {
    Error::failed("a file that comes in cannot be kept", error)
}
