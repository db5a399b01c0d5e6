//! What came of it as a picture: a line for each work, a dot for each way, as far to the right as it takes long beside the floor.

use svg::{
    Document,
    node::element::{Circle, Group, Line, Rectangle, Text, Title},
};

use super::{Measured, report};

const NAMES: usize = 430;
const WIDTH: usize = 560;
const HEIGHT: usize = 17;
const HEAD: usize = 60;
/// The ratios at the left and at the right end, as powers of ten.
const LEAST: f64 = -2.5;
const MOST: f64 = 3.0;

/// Whose dots are of which colour: by the first word of a name.
const COLOURS: [(&str, &str); 9] = [
    ("ours", "#1a9641"),
    ("bare", "#222222"),
    ("Core", "#d7191c"),
    ("std", "#2b83ba"),
    ("tokio", "#984ea3"),
    ("vox-stream", "#e66101"),
    ("mio", "#a6761d"),
    ("polling", "#e7298a"),
    ("others", "#bbbbbb"),
];

fn colour(name: &str) -> &'static str {
    let word = name.split([' ', '-', ':', ',']).next().unwrap_or_default();
    let known = COLOURS.iter().find(|(family, _)| family.split('-').next() == Some(word));
    known.map_or(COLOURS[COLOURS.len() - 1].1, |(_, colour)| colour)
}

/// Draws it.
pub fn draw(measured: &[Measured]) -> Document {
    let height = HEAD + measured.len() * HEIGHT + 30;
    let width = NAMES + WIDTH + 20;
    let mut picture = Document::new()
        .set("viewBox", (0, 0, width, height))
        .set("font-family", "sans-serif")
        .set("font-size", 11)
        .add(Title::new("Times beside the floor"))
        // Whoever reads in the dark sees the letters, too.
        .add(Rectangle::new().set("width", width).set("height", height).set("fill", "white"));
    picture = picture.add(words("times as long as the floor, which is the first way of each work", NAMES, 14, "start"));
    let mut x = NAMES;
    for (name, colour) in COLOURS {
        picture = picture.add(Circle::new().set("cx", x).set("cy", 28).set("r", 4).set("fill", colour));
        picture = picture.add(words(name, x + 7, 32, "start"));
        x += 20 + 7 * name.len();
    }
    for power in LEAST.ceil() as i32..=MOST.floor() as i32 {
        let x = place(10f64.powi(power));
        let line = Line::new().set("x1", x).set("x2", x).set("y1", HEAD - 8).set("y2", height - 25);
        let stroke = if power == 0 { "#222222" } else { "#dddddd" };
        picture = picture.add(line.set("stroke", stroke));
        let label = if power < 0 {
            format!("{:.*}", -power as usize, 10f64.powi(power))
        } else {
            10_i64.pow(power as u32).to_string()
        };
        picture = picture.add(words(&label, x as usize, HEAD - 12, "middle"));
    }
    for (line, work) in measured.iter().enumerate() {
        let y = HEAD + line * HEIGHT + HEIGHT / 2;
        picture = picture.add(words(&work.title, NAMES - 10, y + 4, "end"));
        // Ours last, so that nothing hides it.
        let mut names = work.names.clone();
        names.sort_by_key(|name| name.starts_with("ours"));
        for name in names {
            let Some((_, ratio, _)) = work.ratio(name, work.names[0]) else { continue };
            let title = Title::new(format!("{name}: {ratio:.3}"));
            let dot = Circle::new().set("cx", place(ratio)).set("cy", y).set("r", 4).set("fill", colour(name));
            picture = picture.add(Group::new().add(title).add(dot.set("fill-opacity", 0.85)));
        }
    }
    picture.add(words(&report::machine(), width - 10, height - 8, "end"))
}

fn place(ratio: f64) -> f64 {
    let power = ratio.log10().clamp(LEAST, MOST);
    NAMES as f64 + (power - LEAST) / (MOST - LEAST) * WIDTH as f64
}

fn words(words: &str, x: usize, y: usize, anchor: &str) -> Text {
    Text::new(words).set("x", x).set("y", y).set("text-anchor", anchor)
}
