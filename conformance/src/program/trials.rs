//! The list as it is to be run: every case in every world, ordered by case.

use conformance::{GROUPS, Group, Suite, Verdict, World, worlds};

/// One case in one world.
pub struct Trial {
    /// The case's id.
    pub id: &'static str,
    /// What it claims.
    pub claim: &'static str,
    /// The world's name.
    pub world: &'static str,
    /// Runs it, in a new world.
    pub run: fn() -> Verdict,
}

/// How a case is run in a world of this type: a function for each, as there are no closures over types.
trait Runs: World + Default + 'static {
    const TRIALS: &'static [fn() -> Verdict];
}

macro_rules! as_functions {
    ([] $($id:ident $module:ident :: $case:ident $claim:literal)*) => {
        impl<W: World + Default + 'static> Runs for W {
            const TRIALS: &'static [fn() -> Verdict] = &[$(|| conformance::cases::$module::$case(&W::default())),*];
        }
    };
}
conformance::for_each_case!(as_functions);

fn trials<W: Runs>() -> impl Iterator<Item = Trial> {
    let cases = Suite::<W>::ALL.iter().zip(W::TRIALS);
    cases.map(|(case, run)| Trial { id: case.id, claim: case.claim, world: W::NAME, run: *run })
}

/// All of a group, in the worlds that this machine has.
pub fn of(group: Group, only: &[String]) -> Vec<Trial> {
    let wanted = |trial: &Trial| group.has(trial.id) && (only.is_empty() || only.iter().any(|id| names(id, trial.id)));
    let mut all: Vec<_> = trials::<worlds::Loopback>().filter(wanted).collect();
    #[cfg(target_os = "linux")]
    {
        all.extend(trials::<worlds::threads::Unix>().filter(wanted));
        all.extend(trials::<worlds::threads::Tcp>().filter(wanted));
    }
    all.sort_by_key(|trial| trial.id);
    all
}

/// Whether it is this case's id, or the letters that it begins with.
pub fn names(wanted: &str, id: &str) -> bool {
    id.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

/// How many there are in all groups.
pub fn count(only: &[String]) -> usize {
    GROUPS.iter().map(|group| of(*group, only).len()).sum()
}
