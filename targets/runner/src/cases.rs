//! What the list printed: the verdict on each case, in each world.

use std::collections::BTreeMap;

use anyhow::{Result, bail, ensure};
use tap_parser::{DirectiveKind, TapParser, TapStatement};

/// What came of one case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    Passed,
    Skipped(String),
    Failed(String),
}

/// All of them, by id and world: "S_01 unix".
#[derive(Debug, Default)]
pub struct Cases {
    pub verdicts: BTreeMap<String, Verdict>,
    /// The system, its release, and the machine, as it says itself.
    pub uname: Option<String>,
}

impl Cases {
    /// Reads TAP between whatever else is on a console. All that was planned must be there.
    pub fn read(output: &str) -> Result<Self> {
        if let Some(line) = output.lines().find(|line| line.starts_with("Bail out!")) {
            bail!("{line}");
        }
        let tidy = tidy(output);
        ensure!(!tidy.is_empty(), "it printed no TAP, but: {}", last(output));
        let statements = match TapParser::new().parse(&tidy) {
            Ok(statements) => statements,
            Err(error) => bail!("it ended too early ({error}): {}", last(output)),
        };
        let mut cases = Self { uname: uname(output), ..Self::default() };
        let mut planned = 0;
        for statement in &statements {
            let test = match statement {
                TapStatement::Plan(plan) => {
                    planned = plan.count;
                    continue;
                }
                TapStatement::TestPoint(test) => test,
                _ => continue,
            };
            let claim = test.desc.unwrap_or_default();
            let key = claim.split(':').next().unwrap_or_default().to_owned();
            let verdict = match &test.directive {
                Some(why) if why.kind == DirectiveKind::Skip => {
                    Verdict::Skipped(why.reason.unwrap_or_default().to_owned())
                }
                _ if test.result => Verdict::Passed,
                _ => Verdict::Failed(test.yaml.iter().map(|line| line.trim()).collect::<Vec<_>>().join(", ")),
            };
            ensure!(cases.verdicts.insert(key, verdict).is_none(), "it has two cases of one name: {claim}");
        }
        ensure!(
            cases.verdicts.len() == planned,
            "it ended too early, without all of {planned} cases: {}",
            last(output)
        );
        Ok(cases)
    }
}

/// What the program says of the system under it.
pub fn uname(output: &str) -> Option<String> {
    let line = output.lines().find_map(|line| line.trim_end().strip_prefix("# uname: "))?;
    Some(line.replace('"', ""))
}

/// The TAP among what was printed. A console has the kernel's words, too, ends its lines otherwise, and begins with what clears it.
fn tidy(output: &str) -> String {
    let begin = output.find("TAP version").unwrap_or(output.len());
    let lines = output[begin..].lines().map(|line| line.trim_end_matches('\r'));
    let tap =
        lines.filter(|line| ["TAP version", "1..", "ok ", "not ok ", "  "].iter().any(|start| line.starts_with(start)));
    tap.flat_map(|line| [line, "\n"]).collect()
}

fn last(output: &str) -> String {
    let lines: Vec<_> = output.lines().collect();
    lines[lines.len().saturating_sub(5)..].join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONSOLE: &str = "[    0.0] Booting\r\n\u{1b}[2JTAP version 14\r\n1..3\r\n# uname: \"Linux\" \"6.1.0\" \"aarch64\"\r\nok 1 - S_01 unix: a: b\r\n\
        [    1.2] random: ready\r\nnot ok 2 - S_02 unix: c\r\n  ---\r\n  at: here\r\n  ...\r\nok 3 - S_03 unix: d # SKIP no reason\r\n1 passed\r\n";

    #[test]
    fn a_console() {
        let cases = Cases::read(CONSOLE).unwrap();
        assert_eq!(cases.uname.as_deref(), Some("Linux 6.1.0 aarch64"));
        let verdicts: Vec<_> = cases.verdicts.into_iter().collect();
        assert_eq!(verdicts[0], ("S_01 unix".into(), Verdict::Passed));
        assert_eq!(verdicts[1], ("S_02 unix".into(), Verdict::Failed("at: here".into())));
        assert_eq!(verdicts[2], ("S_03 unix".into(), Verdict::Skipped("no reason".into())));
    }

    #[test]
    fn what_dies_on_the_way_is_no_result() {
        let cut = CONSOLE.find("ok 3").unwrap();
        assert!(Cases::read(&CONSOLE[..cut]).unwrap_err().to_string().starts_with("it ended too early"));
        assert!(Cases::read(&CONSOLE.replace("1 passed", "Bail out! it panicked")).is_err());
        assert!(Cases::read("[    0.0] Kernel panic\n").unwrap_err().to_string().contains("Kernel panic"));
    }
}
