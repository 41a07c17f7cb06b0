//! The JSON of a tileset: tiles with boxes and errors.

use serde::Deserialize;
use serde_json::Value;

use crate::city::output::tileset::place::Place;

/// How deep tiles may be within one file.
const MOST_DEPTH: usize = 64;

/// A file of a tileset.
#[derive(Debug)]
pub struct TilesetFile {
    pub error: f64,
    pub transform: Option<[f64; 16]>,
    /// The extensions that it asks for.
    pub required: Vec<String>,
    /// Whether groma says that it has written it.
    pub is_of_groma: bool,
    /// Where groma says that it is.
    pub place: Result<Place, String>,
    pub root: TileNode,
}

/// A tile.
#[derive(Debug)]
pub struct TileNode {
    /// The lowest and the highest corner of its box.
    pub bounds: [[f64; 3]; 2],
    pub error: f64,
    pub uri: Option<String>,
    pub children: Vec<TileNode>,
}

/// Reads a file.
///
/// # Errors
/// The first fault, as a part of a sentence.
pub fn parse(bytes: &[u8]) -> Result<TilesetFile, String> {
    let value: Value = serde_json::from_slice(bytes).map_err(|e| format!("no JSON: {e}"))?;
    if value["asset"]["version"] != "1.1" {
        return Err(format!("version {} of 3D Tiles, where 1.1 is checked", value["asset"]["version"]));
    }
    if value["root"]["refine"] != "REPLACE" {
        return Err(format!("refine {} at its root, where REPLACE is", value["root"]["refine"]));
    }
    let transform = match &value["root"]["transform"] {
        Value::Null => None,
        matrix => Some(numbers::<16>(matrix).ok_or("a transform that is no matrix of 16 numbers")?),
    };
    let asset = &value["asset"];
    let extras = &asset["extras"]["groma"];
    let by_name = asset["generator"].as_str().is_some_and(|generator| generator.starts_with("groma "));
    let required = value["extensionsRequired"].as_array().map_or(&[][..], Vec::as_slice);
    Ok(TilesetFile {
        error: error_of(&value)?,
        transform,
        required: required.iter().map(|name| name.as_str().map_or_else(|| name.to_string(), String::from)).collect(),
        is_of_groma: by_name || !extras.is_null(),
        place: Place::deserialize(extras).map_err(|e| e.to_string()),
        root: tile(&value["root"], 0)?,
    })
}

fn tile(value: &Value, depth: usize) -> Result<TileNode, String> {
    if depth == MOST_DEPTH {
        return Err(format!("tiles more than {MOST_DEPTH} deep"));
    }
    let volume = &value["boundingVolume"]["box"];
    let numbers = numbers::<12>(volume).ok_or("a tile whose bounding volume is no box of 12 numbers")?;
    let [x, y, z, a, _, _, _, b, _, _, _, c] = numbers;
    let turned = [4, 5, 6, 8, 9, 10].iter().any(|&n| numbers[n] != 0.0);
    if turned || [a, b, c].iter().any(|&half| half <= 0.0) {
        return Err(format!("the box {volume}, which is turned or has no extent in some direction"));
    }
    if depth > 0 && !value["transform"].is_null() {
        return Err("a transform below the root".into());
    }
    if depth > 0 && !matches!(&value["refine"], Value::Null | Value::String(_) if value["refine"] != "ADD") {
        return Err(format!("refine {} below the root", value["refine"]));
    }
    let children = value["children"].as_array().map_or(&[][..], Vec::as_slice);
    let content = &value["content"];
    let uri = content["uri"].as_str().map(String::from);
    if uri.is_none() && !content.is_null() {
        return Err("a content without a uri".into());
    }
    Ok(TileNode {
        bounds: [[x - a, y - b, z - c], [x + a, y + b, z + c]],
        error: error_of(value)?,
        uri,
        children: children.iter().map(|child| tile(child, depth + 1)).collect::<Result<_, String>>()?,
    })
}

fn error_of(value: &Value) -> Result<f64, String> {
    let error = value["geometricError"].as_f64().filter(|error| *error >= 0.0);
    error.ok_or_else(|| format!("a geometricError of {}", value["geometricError"]))
}

fn numbers<const N: usize>(value: &Value) -> Option<[f64; N]> {
    let values: Option<Vec<f64>> = value.as_array()?.iter().map(Value::as_f64).collect();
    <[f64; N]>::try_from(values?).ok()
}
