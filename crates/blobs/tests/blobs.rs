//! What a store of files promises: the same content once, nothing left of what broke off, damage told.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where what it needs is missing"
)]

use std::path::{Path, PathBuf};

use base::Uuid;
use blobs::{Blobs, Fault, Received};

/// A folder that goes with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        drop(std::fs::remove_dir_all(&folder));
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

async fn receive(blobs: &Blobs, id: u128, content: &[u8]) -> Received {
    let mut incoming = blobs.receive(Uuid::from_u128(id)).await.unwrap();
    for part in content.chunks(3) {
        incoming.write(part).await.unwrap();
    }
    incoming.finish().await.unwrap()
}

#[tokio::test]
async fn what_was_altered_or_lost_is_told() {
    let folder = Folder::new("told");
    let (blobs, tenant) = (Blobs::in_folder(&folder.0).unwrap(), Uuid::from_u128(1));
    let received = receive(&blobs, 2, b"some words").await;
    let sha256 = received.sha256.clone();
    assert_eq!(
        blobs.fault(tenant, &sha256).await.unwrap(),
        Some(Fault::Missing)
    );
    blobs.keep(tenant, &received).await.unwrap();
    drop(received);
    assert_eq!(blobs.fault(tenant, &sha256).await.unwrap(), None);
    assert_eq!(
        blobs.fault(Uuid::from_u128(3), &sha256).await.unwrap(),
        Some(Fault::Missing)
    );
    let path = folder
        .0
        .join("blobs")
        .join(tenant.to_string())
        .join(&sha256);
    std::fs::write(&path, b"some lords").unwrap();
    assert_eq!(
        blobs.fault(tenant, &sha256).await.unwrap(),
        Some(Fault::Altered)
    );
    blobs.delete(tenant, &sha256).await.unwrap();
    blobs.delete(tenant, &sha256).await.unwrap();
    assert_eq!(
        blobs.fault(tenant, &sha256).await.unwrap(),
        Some(Fault::Missing)
    );
    assert_eq!(std::fs::read_dir(folder.0.join("tmp")).unwrap().count(), 0);
}

#[tokio::test]
async fn what_was_cut_short_is_stored_anew() {
    let folder = Folder::new("anew");
    let (blobs, tenant) = (Blobs::in_folder(&folder.0).unwrap(), Uuid::from_u128(1));
    let received = receive(&blobs, 2, b"some words").await;
    let path = folder.0.join("blobs").join(tenant.to_string());
    std::fs::create_dir_all(&path).unwrap();
    std::fs::write(path.join(&received.sha256), b"some").unwrap();
    blobs.keep(tenant, &received).await.unwrap();
    assert_eq!(blobs.fault(tenant, &received.sha256).await.unwrap(), None);
}
