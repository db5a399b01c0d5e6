//! Several who want the same place, and owners that end badly.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    os::unix::net::UnixListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Barrier,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
    thread,
};

use rustix::fs::{FlockOperation, flock};
use sockpipe::{
    BindError,
    link::local::{LocalListener, endpoint_exists},
};

use crate::{
    Place, at,
    common::{again, is_the_child, one_at_a_time},
    is_reached,
};

/// Several threads at the same moment, at a place that is empty, or has an old file: one gets it, the others are told.
#[test]
fn one_of_several_gets_it() {
    const RIVALS: usize = 4;
    let _turn = one_at_a_time();
    let place = Place::new();
    for round in 0..300 {
        if round % 2 == 1 {
            place.leave_a_stale_socket();
        }
        let start = Barrier::new(RIVALS);
        let results = thread::scope(|scope| {
            let rivals: [_; RIVALS] = std::array::from_fn(|_| {
                scope.spawn(|| {
                    start.wait();
                    place.bind()
                })
            });
            rivals.map(|rival| rival.join().unwrap())
        });
        let (winners, losers): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
        assert_eq!(winners.len(), 1, "round {round}: {losers:?}");
        assert!(losers.iter().all(|loser| matches!(loser, Err(BindError::Held))), "{losers:?}");
        is_reached(winners[0].as_ref().unwrap());
    }
}

/// The same in processes that come and go at the same place, and may leave an old file there: whoever has it makes a file that nobody else may
/// have at the same time.
#[test]
fn processes_that_come_and_go() {
    const NAME: &str = "rivals::processes_that_come_and_go";
    const ROUNDS: usize = 300;
    if is_the_child(NAME) {
        let path = PathBuf::from(std::env::var_os("SOCKPIPE_PLACE").unwrap());
        let (address, proof) = (at(&path), path.with_extension("mine"));
        let mut won = 0;
        while won < ROUNDS {
            let listener = match LocalListener::bind(&address) {
                Ok(listener) => listener,
                Err(BindError::Held) => {
                    thread::yield_now();
                    continue;
                }
                Err(error) => panic!("{error:?}"),
            };
            File::create_new(&proof).expect("nobody else has the place");
            is_reached(&listener);
            if won % 2 == 1 {
                // As if it had been killed: a file stays that nobody has.
                fs::remove_file(&path).unwrap();
                drop(UnixListener::bind(&path).unwrap());
            }
            fs::remove_file(&proof).unwrap();
            won += 1;
        }
        return;
    }
    let _turn = one_at_a_time();
    let place = Place::new();
    let rivals: Vec<Child> = (0..3)
        .map(|_| {
            let mut command = again(NAME);
            command.env("SOCKPIPE_PLACE", &place.path).stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    for rival in rivals {
        let output = rival.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        assert!(said.contains("1 passed"));
    }
}

/// SIGKILL: no destructor runs, the kernel ends the lock, and the file stays until somebody else comes.
#[test]
fn an_owner_that_is_killed() {
    const NAME: &str = "rivals::an_owner_that_is_killed";
    if is_the_child(NAME) {
        let path = PathBuf::from(std::env::var_os("SOCKPIPE_PLACE").unwrap());
        let _listener = LocalListener::bind(&at(&path)).unwrap();
        eprintln!("listening");
        loop {
            thread::park();
        }
    }
    let _turn = one_at_a_time();
    let place = Place::new();
    for _ in 0..3 {
        let mut command = again(NAME);
        command.env("SOCKPIPE_PLACE", &place.path).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut owner = command.spawn().unwrap();
        let mut said = String::new();
        BufReader::new(owner.stderr.as_mut().unwrap()).read_line(&mut said).unwrap();
        assert_eq!(said, "listening\n");
        assert_eq!(place.bind().err(), Some(BindError::Held));
        assert_eq!(endpoint_exists(&place.address), Ok(true));
        owner.kill().unwrap();
        owner.wait().unwrap();
        assert!(place.exists());
        assert_eq!(endpoint_exists(&place.address), Ok(false));
        is_reached(&place.bind().unwrap());
    }
}

/// A program that was started meanwhile, and lives on, does not keep the place.
#[test]
fn children_do_not_keep_it() {
    let _turn = one_at_a_time();
    let place = Place::new();
    let listener = place.bind().unwrap();
    let mut child = Command::new("sleep").arg("60").spawn().unwrap();
    drop(listener);
    is_reached(&place.bind().unwrap());
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Nor does a copy of this process, which has copies of all descriptors until it becomes another program, and longer if it does not.
#[test]
fn copies_do_not_keep_it() {
    let _turn = one_at_a_time();
    let place = Place::new();
    let listener = place.bind().unwrap();
    // SAFETY: the copy makes two system calls, and never returns.
    let copy = match unsafe { libc::fork() } {
        0 => loop {
            // SAFETY: an alarm without a handler ends the process, and does nothing else.
            unsafe { libc::alarm(60) };
            // SAFETY: it does nothing.
            unsafe { libc::pause() };
        },
        copy => copy,
    };
    assert!(copy > 0);
    drop(listener);
    let again = place.bind();
    // SAFETY: it is a child of ours that nobody has waited for.
    unsafe { libc::kill(copy, libc::SIGKILL) };
    // SAFETY: as above; it writes nothing.
    unsafe { libc::waitpid(copy, std::ptr::null_mut(), 0) };
    is_reached(&again.unwrap());
}

/// A neighbour as vox-stream is: it takes the lock when it can, and removes the file of it before it gives it up. Whoever has opened that
/// file before must not believe to have the lock: another one would then get it, too.
#[test]
fn a_neighbour_that_removes_the_lock_file() {
    let _turn = one_at_a_time();
    let place = Place::new();
    let lock_path = place.lock_path();
    let try_lock = || {
        let file = File::options().create(true).write(true).truncate(false).open(&lock_path).unwrap();
        flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok().then_some(file)
    };
    let (done, theirs) = (AtomicBool::new(false), AtomicU32::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Relaxed) {
                if let Some(_lock) = try_lock() {
                    fs::remove_file(&lock_path).unwrap();
                    theirs.fetch_add(1, Relaxed);
                }
            }
        });
        let mut ours = 0;
        while ours < 2000 {
            match place.bind() {
                Ok(_listener) => {
                    ours += 1;
                    assert!(try_lock().is_none(), "after {ours} rounds two had the lock");
                }
                Err(error) => assert_eq!(error, BindError::Held),
            }
        }
        done.store(true, Relaxed);
    });
    println!("the neighbour had it {} times", theirs.load(Relaxed));
}
