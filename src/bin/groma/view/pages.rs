//! The pages and their program, made by `npm run build` in the folder `viewer`.

use super::server::Reply;

const CITY: &str = include_str!("../../../../viewer/dist/city.html");
const TRAJECTORIES: &str = include_str!("../../../../viewer/dist/trajectories.html");
const PROGRAM: &str = include_str!("../../../../viewer/dist/viewer.js");
const STYLE: &str = include_str!("../../../../viewer/dist/viewer.css");

/// The pages that there are.
#[derive(Clone, Copy)]
pub enum Page {
    City,
    Trajectories,
}

impl Page {
    /// Returns the page or a part of it; `None` for another path.
    pub fn part(self, path: &str) -> Option<Reply> {
        let (text, kind) = match path {
            "/" => (self.text(), "text/html; charset=utf-8"),
            "/viewer.js" => (PROGRAM, "text/javascript; charset=utf-8"),
            "/viewer.css" => (STYLE, "text/css; charset=utf-8"),
            _ => return None,
        };
        Some(Reply::Bytes(text.as_bytes().to_vec(), kind))
    }

    fn text(self) -> &'static str {
        match self {
            Page::City => CITY,
            Page::Trajectories => TRAJECTORIES,
        }
    }
}
