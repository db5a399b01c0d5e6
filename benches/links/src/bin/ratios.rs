//! The works of `../`, with vox-stream among the peers of links.
//!
//!     cargo run --release --bin ratios -- [--quick] [--report DIR] [FILTER]

use std::process::ExitCode;

use ::links::vox;
use benches::{
    Case, Plan, ratios,
    works::{self, links},
};
use clap::Parser as _;

fn main() -> ExitCode {
    ratios::main(&ratios::Args::parse(), works::all().into_iter().map(with_vox).collect())
}

const NAME: &str = "vox-stream";

/// What a frame's title begins with says what is done.
fn with_vox(plan: Plan) -> Plan {
    for (family, pair) in benches::connections::FAMILIES {
        if plan.title() == format!("{} frames of 16 B in one send, {family}", links::BATCH) {
            return plan.with(move || vec![links::batch("vox-stream, all at the same time", pair, vox::batch)]);
        }
        for (length, name) in links::LENGTHS {
            let of = |what: &str| plan.title() == format!("frames of {name}{what}, {family}");
            let case: Box<dyn FnOnce() -> Case<'static>> = if of(", a send each") {
                Box::new(move || links::one(NAME, pair, length, vox::send))
            } else if of(" to a peer who receives them") {
                Box::new(move || links::to_a_thread(NAME, pair, length, vox::send, vox::recv))
            } else if of(" there and back on one CPU") {
                Box::new(move || links::round_trip(NAME, pair, length, vox::round_trip, vox::echo))
            } else {
                continue;
            };
            return plan.with(move || vec![case()]);
        }
    }
    plan
}
