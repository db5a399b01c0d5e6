//! Token pipes in processes that may not do much: without /proc, as another user, in a sandbox, with descriptors of a thread's own.
//! What cannot be done safely is refused at once; nothing hangs, nothing dies, and no other file is touched.
#![cfg(target_os = "linux")]

mod common;

use std::os::fd::{AsRawFd, OwnedFd};

use common::{fifo, in_a_process_of_its_own};
use rustix::{
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    pipe::{PipeFlags, pipe_with},
    process::chroot,
    thread::{UnshareFlags, unshare_unsafe},
};
use sockpipe::{Deadline, Errno, Events, Never, TokenError, TokenPipe, TokenReader, TokenWriter, Wait};

const REFUSED: TokenError = TokenError::Failed(Errno::OPNOTSUPP);

/// Whether pipes need a twin in this configuration.
const PIPES_NEED_A_TWIN: bool = cfg!(sockpipe_force_no_nowait);
/// Whether FIFOs do. Other Unixes have no twins: there what is in blocking mode is polled first.
const FIFOS_NEED_A_TWIN: bool = !cfg!(sockpipe_force_unix);
/// Whether writes need one.
const WRITES_NEED_A_TWIN: bool = PIPES_NEED_A_TWIN || cfg!(all(sockpipe_force_no_nosignal, sockpipe_force_no_sigmask));

fn ends(make: impl FnOnce() -> (OwnedFd, OwnedFd)) -> (TokenReader, TokenWriter) {
    let (read, write) = make();
    (read.into(), write.into())
}

fn nonblocking_fifo() -> (OwnedFd, OwnedFd) {
    let (read, write) = fifo();
    for end in [&read, &write] {
        fcntl_setfl(end, fcntl_getfl(end).unwrap() | OFlags::NONBLOCK).unwrap();
    }
    (read, write)
}

/// All that a working pipe does, and that it is refused at once if it needs a twin.
fn works((reader, writer): (TokenReader, TokenWriter), refused: (bool, bool)) {
    if refused.0 {
        assert_eq!(reader.token_read(Deadline::Never, &Never), Err(REFUSED));
    } else {
        assert_eq!(reader.try_token_read(), Err(TokenError::WouldBlock));
    }
    if refused.1 {
        assert_eq!(writer.token_write(1, Deadline::Never, &Never), Err(REFUSED));
    } else {
        assert_eq!(writer.try_token_write(1), Ok(()));
    }
    if refused == (false, false) {
        assert_eq!(reader.try_token_read(), Ok(Some(1)));
    }
    drop(reader);
    // Where writes are refused, it depends on which of their ways is barred whether the readers are looked for first.
    let end = writer.token_write(1, Deadline::Never, &Never);
    assert!(end == Err(TokenError::BrokenPipe) || refused.1 && end == Err(REFUSED), "{end:?}");
}

/// Pipes made before `confine`, used after it.
fn pipes_survive(confine: impl FnOnce()) {
    let blocking = ends(|| pipe_with(PipeFlags::CLOEXEC).unwrap());
    let nonblocking = ends(|| pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).unwrap());
    let blocking_fifo = ends(fifo);
    let nonblocking_fifo = ends(nonblocking_fifo);
    let (used_reader, used_writer) = ends(fifo);
    assert_eq!(used_writer.try_token_write(1), Ok(()));
    assert_eq!(used_reader.try_token_read(), Ok(Some(1)));
    confine();
    let writes_are_refused = cfg!(all(sockpipe_force_no_nosignal, sockpipe_force_no_sigmask));
    works(blocking, (PIPES_NEED_A_TWIN, WRITES_NEED_A_TWIN));
    works(nonblocking, (false, writes_are_refused));
    works(blocking_fifo, (FIFOS_NEED_A_TWIN, FIFOS_NEED_A_TWIN));
    works(nonblocking_fifo, (false, writes_are_refused));
    works((used_reader, used_writer), (false, writes_are_refused));
}

#[test]
fn without_proc() {
    in_a_process_of_its_own("without_proc", || {
        let empty = tempfile::tempdir().unwrap();
        let permitted = chroot("/").is_ok();
        if !permitted {
            println!("skipped: this user may not change the root directory");
            return;
        }
        die_of_sigpipe();
        pipes_survive(|| chroot(empty.path()).unwrap());
    });
}

#[test]
fn as_another_user() {
    in_a_process_of_its_own("as_another_user", || {
        // SAFETY: always possible.
        if unsafe { libc::getuid() } != 0 {
            println!("skipped: only root can become another user");
            return;
        }
        die_of_sigpipe();
        pipes_survive(|| {
            // SAFETY: nobody's number; the C library changes all threads.
            assert_eq!(unsafe { libc::setuid(65534) }, 0);
        });
    });
}

#[test]
fn a_thread_with_descriptors_of_its_own() {
    in_a_process_of_its_own("a_thread_with_descriptors_of_its_own", || {
        let (decoy_read, decoy_write) = fifo();
        let decoy = (decoy_read.as_raw_fd(), decoy_write.as_raw_fd());
        std::thread::spawn(move || {
            // SAFETY: from here on this thread uses only descriptors that it makes itself.
            if unsafe { unshare_unsafe(UnshareFlags::FILES) }.is_err() {
                println!("skipped: this system does not let a thread have descriptors of its own");
                return;
            }
            // The same numbers, another FIFO.
            let (read, write) = fifo();
            for (ours, number) in [(read, decoy.0), (write, decoy.1)] {
                // SAFETY: the numbers are open, and nobody uses them in this thread's table.
                assert_eq!(unsafe { libc::dup2(ours.as_raw_fd(), number) }, number);
            }
            // SAFETY: open, and this thread's own.
            let own = unsafe { [decoy.0, decoy.1].map(|number| std::os::fd::FromRawFd::from_raw_fd(number)) };
            let [read, write]: [OwnedFd; 2] = own;
            let (reader, writer) = (TokenReader::from(read), TokenWriter::from(write));
            assert_eq!(writer.try_token_write(7), Ok(()));
            // This asks the descriptor itself, not its twin.
            assert_eq!(reader.wait_for(Events::RECV, Deadline::NOW, &Never), Ok(Events::RECV), "it went elsewhere");
            assert_eq!(reader.try_token_read(), Ok(Some(7)));
        })
        .join()
        .unwrap();
    });
}

/// Makes this process's calls of these numbers fail with `errno`. x86-64 and arm64 number them differently; the filter compares
/// numbers only, as nothing here calls by another architecture's.
fn forbid(calls: &[libc::c_long], errno: i32) {
    const fn statement(code: u32, jt: u8, jf: u8, k: u32) -> libc::sock_filter {
        libc::sock_filter { code: code as u16, jt, jf, k }
    }
    let mut program = vec![statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0)];
    for call in calls {
        program.push(statement(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 1, *call as u32));
        program.push(statement(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ERRNO | errno as u32));
    }
    program.push(statement(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW));
    let program = libc::sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    // SAFETY: these numbers are what the options take.
    assert_eq!(unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) }, 0);
    // SAFETY: the program is well formed, and is copied by the kernel.
    assert_eq!(unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &program) }, 0);
}

fn die_of_sigpipe() {
    // SAFETY: no handler is installed, only the default action.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
}

/// The clock is a bare system call, which a filter that was made for programs with a vDSO may forbid.
#[test]
fn a_sandbox_without_a_clock_makes_nobody_wait_for_ever() {
    in_a_process_of_its_own("a_sandbox_without_a_clock_makes_nobody_wait_for_ever", || {
        if cfg!(sockpipe_force_unix) {
            println!("skipped: in this configuration the C library reads the clock, without a system call");
            return;
        }
        let (reader, _writer) = TokenPipe::pair().unwrap();
        forbid(&[libc::SYS_clock_gettime], libc::EPERM);
        let end = reader.token_read(Deadline::Within(std::time::Duration::from_secs(3600)), &Never);
        assert_eq!(end, Err(TokenError::TimedOut));
        assert_eq!(reader.try_token_read(), Err(TokenError::WouldBlock));
    });
}

const VECTORED: [libc::c_long; 2] = [libc::SYS_preadv2, libc::SYS_pwritev2];

#[test]
fn a_kernel_without_the_calls() {
    in_a_process_of_its_own("a_kernel_without_the_calls", || {
        die_of_sigpipe();
        forbid(&VECTORED, libc::ENOSYS);
        works(ends(|| pipe_with(PipeFlags::CLOEXEC).unwrap()), (false, false));
        works(ends(fifo), (false, false));
    });
}

#[test]
fn a_sandbox_that_forbids_the_calls() {
    in_a_process_of_its_own("a_sandbox_that_forbids_the_calls", || {
        if cfg!(any(sockpipe_force_no_nowait, sockpipe_force_unix)) {
            println!("skipped: in this configuration the calls are not made");
            return;
        }
        die_of_sigpipe();
        forbid(&VECTORED, libc::EPERM);
        let (reader, writer) = TokenPipe::pair().unwrap();
        let forbidden = TokenError::Failed(Errno::from_raw(libc::EPERM));
        assert_eq!(reader.token_read(Deadline::Never, &Never), Err(forbidden));
        assert_eq!(writer.token_write(1, Deadline::Never, &Never), Err(forbidden));
    });
}

/// On a kernel without RWF_NOSIGNAL, that is. The write may be refused. It must not kill, now or when the mask is put back.
fn sandbox_without(call: libc::c_long) {
    die_of_sigpipe();
    let (reader, writer) = TokenPipe::pair().unwrap();
    let mut calls = vec![call];
    calls.extend(VECTORED);
    forbid(&calls, libc::ENOSYS);
    drop(reader);
    let error = writer.token_write(1, Deadline::Never, &Never).unwrap_err();
    assert!(matches!(error, TokenError::BrokenPipe | TokenError::Failed(_)), "{error:?}");
}

#[test]
fn a_sandbox_without_sigprocmask() {
    in_a_process_of_its_own("a_sandbox_without_sigprocmask", || sandbox_without(libc::SYS_rt_sigprocmask));
}

#[test]
fn a_sandbox_without_sigpending() {
    in_a_process_of_its_own("a_sandbox_without_sigpending", || sandbox_without(libc::SYS_rt_sigpending));
}

#[test]
fn a_sandbox_without_sigtimedwait() {
    in_a_process_of_its_own("a_sandbox_without_sigtimedwait", || sandbox_without(libc::SYS_rt_sigtimedwait));
}
