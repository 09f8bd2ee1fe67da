//! Bytes of files, known by their SHA-256: received into a temporary file, moved into the store, read in parts.
//!
//! Knows no record and asks for no permission. What is stored under a digest never changes, so it is stored
//! once, however often it is sent; names that people give to files are never names of files here.

mod incoming;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{Error, Result, Timestamp, Uuid};
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::{GetOptions, GetRange, GetResult, ObjectStore, ObjectStoreExt as _, path};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncReadExt as _;

pub use incoming::{Incoming, Received};

/// Bytes of one part on the way from the temporary file into the store.
const PART: usize = 1024 * 1024;
/// A temporary file that is older belongs to nobody any more.
const STALE_MICROS: i64 = base::MICROS_PER_DAY;

/// Where blobs are kept, and where they are received.
#[derive(Clone)]
pub struct Blobs {
    temporary: PathBuf,
    store: Arc<dyn ObjectStore>,
}

/// What is wrong with the content of a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The store does not have it.
    Missing,
    /// It is not what was stored.
    Altered,
}

/// The content of a blob, part by part.
pub type Content = BoxStream<'static, std::io::Result<Bytes>>;

impl Blobs {
    /// Blobs in a folder of this machine: `blobs` in it for what is kept, `tmp` for what is on its way.
    ///
    /// # Errors
    /// Where the folders cannot be made.
    pub fn in_folder(data: &Path) -> Result<Self> {
        let (kept, temporary) = (data.join("blobs"), data.join("tmp"));
        for folder in [&kept, &temporary] {
            std::fs::create_dir_all(folder)
                .map_err(|error| Error::failed("the folder of files cannot be made", error))?;
        }
        let store = LocalFileSystem::new_with_prefix(&kept)
            .map_err(|error| Error::failed("the folder of files cannot be opened", error))?;
        Ok(Self {
            temporary,
            // An acknowledged upload survives a power cut, as records do.
            store: Arc::new(store.with_fsync(true)),
        })
    }

    /// Begins to receive a blob under that id.
    ///
    /// # Errors
    /// Where no temporary file can be made.
    pub async fn receive(&self, id: Uuid) -> Result<Incoming> {
        Incoming::begin(self.temporary.join(id.simple().to_string())).await
    }

    /// Moves what was received into the store, unless the same content is there already.
    ///
    /// # Errors
    /// Where it cannot be stored.
    pub async fn keep(&self, tenant: Uuid, received: &Received) -> Result<()> {
        let place = place(tenant, &received.sha256);
        match self.store.head(&place).await {
            Ok(there) if there.size == received.bytes => return Ok(()),
            Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(failed(error)),
        }
        let mut file = received.open().await?;
        let mut upload = self.store.put_multipart(&place).await.map_err(failed)?;
        loop {
            let mut part = Vec::with_capacity(PART);
            let mut limited = (&mut file).take(PART as u64);
            let read = limited.read_to_end(&mut part).await;
            let read =
                read.map_err(|error| Error::failed("a received file cannot be read", error))?;
            if read == 0 {
                break;
            }
            if let Err(error) = upload.put_part(part.into()).await {
                drop(upload.abort().await);
                return Err(failed(error));
            }
        }
        upload.complete().await.map_err(failed)?;
        Ok(())
    }

    /// A part of the content of a blob; nothing where the store has no such blob.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn read(
        &self,
        tenant: Uuid,
        sha256: &str,
        range: Range<u64>,
    ) -> Result<Option<Content>> {
        if range.is_empty() {
            let there = self.has(tenant, sha256).await?;
            return Ok(there.then(|| futures::stream::empty().boxed()));
        }
        let options = GetOptions {
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        match self.store.get_opts(&place(tenant, sha256), options).await {
            Ok(found) => Ok(Some(content(found))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// The whole content of a blob; nothing where the store has no such blob.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn whole(&self, tenant: Uuid, sha256: &str) -> Result<Option<Content>> {
        match self.store.get(&place(tenant, sha256)).await {
            Ok(found) => Ok(Some(content(found))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// The bytes of a blob, all at once; nothing where the store has no such blob. For files whose size is limited.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn bytes(&self, tenant: Uuid, sha256: &str) -> Result<Option<Vec<u8>>> {
        match self.store.get(&place(tenant, sha256)).await {
            Ok(found) => Ok(Some(found.bytes().await.map_err(failed)?.to_vec())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// Whether the store has that blob.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn has(&self, tenant: Uuid, sha256: &str) -> Result<bool> {
        match self.store.head(&place(tenant, sha256)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    /// What is wrong with the content of a blob; nothing where it is whole. Reads all of it.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn fault(&self, tenant: Uuid, sha256: &str) -> Result<Option<Fault>> {
        let found = match self.store.get(&place(tenant, sha256)).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(Some(Fault::Missing)),
            Err(error) => return Err(failed(error)),
        };
        let mut hash = Sha256::new();
        let mut content = found.into_stream();
        while let Some(part) = content.next().await {
            hash.update(part.map_err(failed)?);
        }
        let is_whole = hex::encode(hash.finalize()) == sha256;
        Ok((!is_whole).then_some(Fault::Altered))
    }

    /// Takes a blob away; one that is not there is no error.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn delete(&self, tenant: Uuid, sha256: &str) -> Result<()> {
        match self.store.delete(&place(tenant, sha256)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }

    /// Takes temporary files away that a process left behind when it ended badly; how many there were.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub async fn clean_up(&self, now: Timestamp) -> Result<u64> {
        let unreadable =
            |error| Error::failed("the folder of received files cannot be read", error);
        let mut gone = 0;
        let mut entries = tokio::fs::read_dir(&self.temporary)
            .await
            .map_err(unreadable)?;
        while let Some(entry) = entries.next_entry().await.map_err(unreadable)? {
            let changed = entry.metadata().await.and_then(|it| it.modified());
            let since = changed
                .ok()
                .and_then(|it| it.duration_since(std::time::UNIX_EPOCH).ok());
            let since = since.and_then(|it| i64::try_from(it.as_micros()).ok());
            let is_stale = since.is_some_and(|it| it < now.plus_micros(-STALE_MICROS).micros());
            if is_stale && tokio::fs::remove_file(entry.path()).await.is_ok() {
                gone += 1;
            }
        }
        Ok(gone)
    }
}

fn content(found: GetResult) -> Content {
    let parts = found.into_stream();
    parts.map(|it| it.map_err(std::io::Error::other)).boxed()
}

fn place(tenant: Uuid, sha256: &str) -> path::Path {
    path::Path::from_iter([tenant.to_string().as_str(), sha256])
}

fn failed(error: object_store::Error) -> Error {
    Error::failed("the store of files does not do its work", error)
}
