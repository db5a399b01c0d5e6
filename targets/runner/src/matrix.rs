//! The table as a picture: a row a target, a column a group of cases.

use std::path::Path;

use anyhow::Result;
use conformance::GROUPS;
use svg::{
    Document,
    node::element::{Group, Rectangle, Text, Title},
};

use crate::results::Row;

const NAMES: usize = 170;
const WIDTH: usize = 48;
const HEIGHT: usize = 20;
const HEAD: usize = 30;

/// Draws it into this file.
pub fn write(rows: &[Row], path: &Path) -> Result<()> {
    let (width, height) = (NAMES + GROUPS.len() * WIDTH + 10, HEAD + rows.len() * HEIGHT + 10);
    let mut picture = Document::new()
        .set("viewBox", (0, 0, width, height))
        .set("font-family", "sans-serif")
        .set("font-size", 12)
        .add(Title::new("Cases that passed, by target and group"))
        // Whoever reads in the dark sees the letters, too.
        .add(Rectangle::new().set("width", width).set("height", height).set("fill", "white"));
    for (column, group) in GROUPS.iter().enumerate() {
        let head = Group::new().add(Title::new(group.title));
        picture =
            picture.add(head.add(text(&group.letter.to_string(), NAMES + column * WIDTH + WIDTH / 2, 20, "middle")));
    }
    for (line, row) in rows.iter().enumerate() {
        let y = HEAD + line * HEIGHT;
        picture = picture.add(text(&row.name, NAMES - 8, y + 14, "end"));
        for (column, cell) in row.groups.iter().enumerate() {
            picture = picture.add(square(*cell, row.is_good(), NAMES + column * WIDTH, y));
        }
    }
    Ok(svg::save(path, &picture)?)
}

/// One cell: green where everything passed, yellow where something was skipped, red where the target failed.
fn square((passed, all): (usize, usize), good: bool, x: usize, y: usize) -> Group {
    let (colour, words) = match (passed == all, good) {
        (true, _) => ("#a6d96a", passed.to_string()),
        (false, true) => ("#ffffbf", format!("{passed}/{all}")),
        (false, false) => ("#f46d43", format!("{passed}/{all}")),
    };
    let rectangle = Rectangle::new().set("x", x + 1).set("y", y + 1).set("width", WIDTH - 2).set("height", HEIGHT - 2);
    let size = if words.len() > 5 { 10 } else { 12 };
    Group::new()
        .add(rectangle.set("fill", colour))
        .add(text(&words, x + WIDTH / 2, y + 14, "middle").set("font-size", size))
}

fn text(words: &str, x: usize, y: usize, anchor: &str) -> Text {
    Text::new(words).set("x", x).set("y", y).set("text-anchor", anchor)
}
