//! Runs the matrix, or those cells whose lines contain what is given, and prints a line for each.

use std::process::ExitCode;

use interop::{Verdict, cells, peers};

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    for peer in peers() {
        println!("{} {}", peer.name(), peer.version().unwrap_or_else(|why| format!("is missing: {why}")));
    }
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for cell in cells().into_iter().filter(|cell| cell.to_string().contains(&wanted)) {
        let (result, what, count) = match cell.run() {
            Verdict::Passed(what) => ("ok", what, &mut passed),
            Verdict::Failed(what) => ("FAILED", what, &mut failed),
            Verdict::Skipped(why) => ("skipped", why, &mut skipped),
        };
        *count += 1;
        println!("{:<45} {result}: {what}", cell.to_string());
    }
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
