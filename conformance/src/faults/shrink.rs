//! Making a sequence that fails as short and as simple as it can be.

use std::vec::Vec;

use super::{Bell, Limit, Mismatch, Setting, Symbol, Tail, check};

/// The simplest that can be made of it by leaving symbols out, by simpler ones and by a simpler setting, and still fails.
pub fn shrink(mut found: Mismatch) -> Mismatch {
    loop {
        let fails = |(setting, script): (Setting, Vec<Symbol>)| check(found.operation, setting, &script).err();
        let Some(simpler) = simpler_than(&found).find_map(fails) else { return found };
        found = simpler;
    }
}

fn simpler_than(found: &Mismatch) -> impl Iterator<Item = (Setting, Vec<Symbol>)> {
    let Mismatch { setting, script, .. } = found;
    let shorter = (0..script.len()).map(|at| {
        let mut shorter = script.clone();
        shorter.remove(at);
        (*setting, shorter)
    });
    let easier = [
        Setting { tail: Tail::Well, ..*setting },
        Setting { tail: Tail::Silent, ..*setting },
        Setting { bell: Bell::Wakes, ..*setting },
        Setting { limit: Limit::At, ..*setting },
    ];
    let rank = |setting: &Setting| (setting.tail as u8, setting.bell as u8, setting.limit as u8);
    let easier =
        easier.into_iter().filter(move |easier| rank(easier) < rank(setting)).map(|easier| (easier, script.clone()));
    let plainer = (0..script.len()).flat_map(move |at| {
        let before = Symbol::ALL.into_iter().take(script[at] as usize);
        before.map(move |symbol| {
            let mut plainer = script.clone();
            plainer[at] = symbol;
            (*setting, plainer)
        })
    });
    shorter.chain(easier).chain(plainer)
}
