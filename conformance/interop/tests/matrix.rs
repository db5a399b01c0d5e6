//! The matrix as tests, a test a cell.

use interop::{Verdict, cells};
use libtest_mimic::{Arguments, Completion, Trial};

fn main() {
    let trial = |cell: interop::Cell| {
        Trial::ignorable_test(cell.to_string(), move || match cell.run() {
            Verdict::Passed(_) => Ok(Completion::Completed),
            Verdict::Skipped(why) => Ok(Completion::ignored_with(why)),
            Verdict::Failed(why) => Err(why.into()),
        })
    };
    libtest_mimic::run(&Arguments::from_args(), cells().into_iter().map(trial).collect()).exit();
}
