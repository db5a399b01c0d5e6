//! Several ways to do the same, side by side.
//!
//! criterion times each for itself. The ratios come from rounds of their own, in which each way takes its turn, in an order
//! that rotates: what disturbs the machine for a moment disturbs all of them.

use std::{
    fmt,
    time::{Duration, Instant},
};

use criterion::{Criterion, Throughput};

/// One way to do it.
pub struct Case<'a> {
    pub(crate) name: &'static str,
    /// Does it so many times, and says how long that took.
    timed: Box<dyn FnMut(u64) -> Duration + 'a>,
}

impl<'a> Case<'a> {
    /// This way, under this name.
    pub fn new(name: &'static str, mut operation: impl FnMut() + 'a) -> Self {
        Self::timed(name, move |times| {
            let begin = Instant::now();
            (0..times).for_each(|_| operation());
            begin.elapsed()
        })
    }

    /// The same, and `after` is done behind each time, and not timed. For operations that are long beside two looks at a clock.
    pub fn with_after(name: &'static str, mut operation: impl FnMut() + 'a, mut after: impl FnMut() + 'a) -> Self {
        Self::timed(name, move |times| {
            let each = |_| {
                let begin = Instant::now();
                operation();
                let took = begin.elapsed();
                after();
                took
            };
            (0..times).map(each).sum()
        })
    }

    /// One that does it so many times, and says itself how long that took.
    pub fn timed(name: &'static str, timed: impl FnMut(u64) -> Duration + 'a) -> Self {
        Self { name, timed: Box::new(timed) }
    }

    /// Does it so many times, and says how long that took.
    pub(crate) fn time(&mut self, times: u64) -> Duration {
        (self.timed)(times)
    }
}

impl fmt::Debug for Case<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// How criterion measures: briefly, as the ratios are what counts.
pub fn settings() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(50)
}

/// Many short ones: what else runs on the machine spoils few of them.
const ROUNDS: usize = 1281;
/// A multiple of the numbers of operations after which some benches do something else, now and then.
const PER_ROUND: u64 = 64;

/// Times the cases with criterion, and prints how they stand to the first, which is the floor.
pub fn compare(criterion: &mut Criterion, group: &str, throughput: Throughput, cases: &mut [Case<'_>]) {
    let mut measured = criterion.benchmark_group(group);
    measured.throughput(throughput);
    for case in &mut *cases {
        measured.bench_function(case.name, |bencher| bencher.iter_custom(|times| case.time(times)));
    }
    measured.finish();
    if is_bench() && is_wanted(group) {
        ratios(group, cases);
    }
}

/// `cargo bench -- WORDS` is for the groups with these words in their names.
fn is_wanted(group: &str) -> bool {
    std::env::args().skip(1).find(|argument| !argument.starts_with('-')).is_none_or(|words| group.contains(&words))
}

/// As a test, each way is run once, and that is all.
pub(crate) fn is_bench() -> bool {
    let asked_for = |name| std::env::args().any(|argument| argument == name);
    asked_for("--bench") && !asked_for("--test")
}

fn ratios(group: &str, cases: &mut [Case<'_>]) {
    let mut nanos = vec![Vec::with_capacity(ROUNDS); cases.len()];
    for round in 0..ROUNDS {
        for turn in 0..cases.len() {
            let which = (turn + round) % cases.len();
            nanos[which].push(cases[which].time(PER_ROUND).as_nanos() as f64 / PER_ROUND as f64);
        }
    }
    let names: Vec<_> = cases.iter().map(|case| case.name).collect();
    table(&format!("{group}: {ROUNDS} rounds of {PER_ROUND}, in turns"), &names, &nanos);
}

/// What each way took in each round, and how that stands to the first way in the same round.
pub(crate) fn table(title: &str, names: &[&str], nanos: &[Vec<f64>]) {
    println!("{title}");
    println!("{:>10} {:>8}  {:<13} way", "median ns", "ratio", "its quartiles");
    for (name, own) in names.iter().zip(nanos) {
        let mut ratio: Vec<f64> = own.iter().zip(&nanos[0]).map(|(own, floor)| own / floor).collect();
        let (low, middle, high) = quartiles(&mut ratio);
        println!("{:>10.1} {middle:>8.3}  {low:.3}..{high:.3}  {name}", quartiles(&mut own.clone()).1);
    }
    println!();
}

/// The second is the median.
pub(crate) fn quartiles(values: &mut [f64]) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |quarter: usize| values[(values.len() - 1) * quarter / 4];
    (at(1), at(2), at(3))
}
