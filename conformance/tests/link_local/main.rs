//! `link::local`: a listener has its address to itself, replaces what the dead have left, and touches nothing else.
#![cfg(target_os = "linux")]

#[path = "../common/mod.rs"]
mod common;

mod others;
mod rivals;

use std::{
    fs,
    os::unix::{
        fs::{FileTypeExt, symlink},
        net::UnixListener,
    },
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use common::one_at_a_time;
use sockpipe::{
    AcceptError, Address, BindError, ConnectError, Deadline, Errno, Never, Sink, Source, TokenPipe,
    link::local::{self, LocalListener, endpoint_exists, remove_endpoint},
};
use tempfile::TempDir;

const SOON: Deadline = Deadline::Within(Duration::from_secs(60));
const A_MOMENT: Deadline = Deadline::Within(Duration::from_millis(20));

/// A place for a socket, in a folder of its own.
struct Place {
    path: PathBuf,
    address: Address,
    _folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        Self { address: at(&path), path, _folder: folder }
    }

    fn lock_path(&self) -> PathBuf {
        self.path.with_extension("lock")
    }

    fn bind(&self) -> Result<LocalListener, BindError> {
        LocalListener::bind(&self.address)
    }

    fn exists(&self) -> bool {
        self.path.symlink_metadata().is_ok()
    }

    /// A socket file that nobody has.
    fn leave_a_stale_socket(&self) {
        drop(UnixListener::bind(&self.path).unwrap());
        assert!(self.exists());
    }
}

fn at(path: &Path) -> Address {
    Address::path(path.as_os_str().as_encoded_bytes()).unwrap()
}

/// A client gets through to this listener.
fn is_reached(listener: &LocalListener) {
    let client = local::connect(listener.address(), SOON, &Never).unwrap();
    let server = listener.accept(SOON, &Never).unwrap();
    client.send_complete(b"hello", SOON, &Never).unwrap();
    let mut hello = [0; 5];
    server.recv_exact(&mut hello, SOON, &Never).unwrap();
    assert_eq!(hello, *b"hello");
}

#[test]
fn a_path() {
    let _turn = one_at_a_time();
    let place = Place::new();
    for _ in 0..3 {
        let listener = place.bind().unwrap();
        is_reached(&listener);
        is_reached(&listener);
        assert!(place.path.symlink_metadata().unwrap().file_type().is_socket());
        assert_eq!(*listener.address(), place.address);
        assert_eq!(place.bind().err(), Some(BindError::Held));
        is_reached(&listener);
        drop(listener);
        assert!(!place.exists());
        let nobody = local::connect(&place.address, SOON, &Never);
        assert_eq!(nobody.err(), Some(ConnectError::Failed(Errno::NOENT)));
    }
    assert!(place.lock_path().exists());
}

#[test]
fn an_abstract_name() {
    let _turn = one_at_a_time();
    let address = Address::abstract_name(format!("sockpipe test {}", std::process::id()).as_bytes()).unwrap();
    for _ in 0..3 {
        let listener = LocalListener::bind(&address).unwrap();
        is_reached(&listener);
        assert_eq!(LocalListener::bind(&address).err(), Some(BindError::InUse));
        assert_eq!(remove_endpoint(&address), Ok(()));
        is_reached(&listener);
    }
    let nobody = local::connect(&address, SOON, &Never);
    assert_eq!(nobody.err(), Some(ConnectError::Failed(Errno::CONNREFUSED)));
}

#[test]
fn a_name_of_the_kernels_choice() {
    let _turn = one_at_a_time();
    let (a, b) = (LocalListener::bind(&Address::Unnamed).unwrap(), LocalListener::bind(&Address::Unnamed).unwrap());
    assert!(matches!(a.address(), Address::Abstract(name) if !name.is_empty()));
    assert_ne!(a.address(), b.address());
    is_reached(&a);
    is_reached(&b);
}

#[test]
fn the_longest_path() {
    let _turn = one_at_a_time();
    let folder = tempfile::tempdir().unwrap();
    let left = 107 - folder.path().as_os_str().len() - 1;
    let path = folder.path().join("x".repeat(left));
    let listener = LocalListener::bind(&at(&path)).unwrap();
    is_reached(&listener);
    assert_eq!(LocalListener::bind(&at(&path)).err(), Some(BindError::Held));
    drop(listener);
    assert!(!path.exists());
    drop(UnixListener::bind(&path).unwrap());
    is_reached(&LocalListener::bind(&at(&path)).unwrap());
    assert!(folder.path().join("x".repeat(left) + ".lock").exists());
}

#[test]
fn what_cannot_be() {
    let _turn = one_at_a_time();
    let error = |address: &Address| LocalListener::bind(address).err();
    let ip = Address::from(([127, 0, 0, 1], 1));
    assert_eq!(error(&ip), Some(BindError::Bind(Errno::AFNOSUPPORT)));
    assert_eq!(local::connect(&ip, SOON, &Never).err(), Some(ConnectError::Failed(Errno::AFNOSUPPORT)));
    assert!(endpoint_exists(&ip).is_err());
    assert_eq!(error(&Address::Path(heapless::Vec::new())), Some(BindError::Bind(Errno::INVAL)));
    assert_eq!(error(&at(Path::new("/nowhere/socket"))), Some(BindError::Lock(Errno::NOENT)));
    assert_eq!(error(&at(Path::new("/dev/null/socket"))), Some(BindError::Look(Errno::NOTDIR)));

    // Whoever may write to the folder could have us open, or make, another file.
    let place = Place::new();
    symlink(place.path.with_extension("elsewhere"), place.lock_path()).unwrap();
    assert_eq!(error(&place.address), Some(BindError::Lock(Errno::LOOP)));
    assert!(!place.path.with_extension("elsewhere").exists());
    fs::remove_file(place.lock_path()).unwrap();
    fs::create_dir(place.lock_path()).unwrap();
    assert!(matches!(error(&place.address), Some(BindError::Lock(_))));
    assert!(!place.exists());
}

#[test]
fn accepting_ends_in_time() {
    let _turn = one_at_a_time();
    let place = Place::new();
    let listener = place.bind().unwrap();
    assert_eq!(listener.accept(A_MOMENT, &Never).err(), Some(AcceptError::TimedOut));
    let (stop, stopper) = TokenPipe::pair().unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| listener.accept(SOON, &stop).err());
        stopper.try_token_write(0).unwrap();
        assert_eq!(waiting.join().unwrap(), Some(AcceptError::Interrupted));
    });
    is_reached(&listener);
}
