//! Kinds of JSON, by the members of the outermost object that the first bytes show.

use super::{Format, NOT_TERRAIN, NOT_TRAJECTORIES, Treatment};

const TO_GEOJSON: &str = "ogr2ogr metres.geojson FILE (-t_srs EPSG:CODE projects it to metres)";

/// The member in which Esri has the outlines of a polygon.
const RINGS: &[u8] = b"\"rings\"";

const GEOJSON: Format = Format::new(
    "GeoJSON",
    Treatment::Read,
    Treatment::Not("footprints are the first argument, terrain (--terrain) is a GeoTIFF or an ESRI ASCII grid"),
    NOT_TRAJECTORIES,
);
/// Buildings with their surfaces.
const CITYJSON: Format = Format { name: "CityJSON", ..GEOJSON };
const CITYJSON_SEQUENCE: Format = Format { name: "a sequence of CityJSON features, one in each line", ..GEOJSON };
pub(super) const SEQUENCE: Format = Format { name: "a sequence of GeoJSON features, one in each line", ..GEOJSON };

impl Format {
    /// Returns whether this is CityJSON, or a sequence of its features.
    pub(crate) fn is_cityjson(&self) -> bool {
        *self == CITYJSON || *self == CITYJSON_SEQUENCE
    }
}

/// Returns the format of a JSON object of this `type`; `None` for a feature collection and for unknown types.
pub(super) fn of_type(kind: &str) -> Option<Format> {
    Some(match kind {
        "CityJSON" => CITYJSON,
        "CityJSONFeature" => CITYJSON_SEQUENCE,
        "Topology" => Format::shapes("TopoJSON", TO_GEOJSON),
        "Feature" => Format { name: "a single GeoJSON feature, or one in each line", ..GEOJSON },
        "Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon" | "MultiPolygon"
        | "GeometryCollection" => {
            Format { name: "a bare GeoJSON geometry, without features and their heights", ..GEOJSON }
        }
        _ => return None,
    })
}

/// Returns whether the text behind an opening bracket is a JSON value, and not, say, the name of a section.
pub(super) fn is_array(text: &[u8]) -> bool {
    let inside = text[1..].trim_ascii_start();
    inside.first().is_none_or(|c| b"{[]\"-0123456789".contains(c))
        || ["true", "false", "null"].iter().any(|word| inside.starts_with(word.as_bytes()))
}

/// Returns the format of a text that begins with `{` or `[`.
pub(super) fn of(text: &[u8]) -> Option<Format> {
    let start = Start::read(text);
    let is = |key: &str| start.keys.iter().any(|k| k == key);
    let has_rings = || start.kind.is_none() && text.windows(RINGS.len()).any(|word| word == RINGS);
    if is("geometryType") && is("spatialReference") || is("displayFieldName") || is("objectIdFieldName") || has_rings()
    {
        return Some(Format::shapes("Esri JSON", "ogr2ogr metres.geojson ESRIJSON:FILE"));
    }
    match start.kind.as_deref() {
        Some("CityJSON") if start.goes_on => of_type("CityJSONFeature"),
        Some("Feature") if start.goes_on => Some(SEQUENCE),
        Some("FeatureCollection") => Some(GEOJSON),
        Some(kind) => of_type(kind),
        None if is("features") => Some(GEOJSON),
        None if is("CityObjects") => of_type("CityJSON"),
        None => Some(Format::new("JSON", Treatment::Read, NOT_TERRAIN, NOT_TRAJECTORIES)),
    }
}

/// The part of the outermost value that the first bytes show.
#[derive(Default)]
struct Start {
    /// The value of its member `type`, if that is a text.
    kind: Option<String>,
    /// The names of its members.
    keys: Vec<String>,
    /// Whether another value follows it.
    goes_on: bool,
}

impl Start {
    fn read(text: &[u8]) -> Start {
        let mut start = Start::default();
        let (mut depth, mut at) = (0_usize, 0);
        // The last text at depth 1, and whether a colon followed, which makes it a member's name.
        let mut last: Option<String> = None;
        let mut key: Option<String> = None;
        while at < text.len() {
            match text[at] {
                b'"' => {
                    let Some(len) = closing(&text[at + 1..]) else { break };
                    if depth == 1 {
                        let word = String::from_utf8_lossy(&text[at + 1..at + 1 + len]).into_owned();
                        if key.as_deref() == Some("type") {
                            start.kind = Some(word.clone());
                        }
                        last = Some(word);
                    }
                    at += len + 1;
                }
                b':' if depth == 1 => {
                    key = last.take();
                    start.keys.extend(key.clone());
                }
                b',' if depth == 1 => key = None,
                b'{' | b'[' => {
                    depth += 1;
                    key = key.filter(|_| depth == 1);
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        let rest = text[at + 1..].trim_ascii_start();
                        start.goes_on = rest.starts_with(b"{") || rest.starts_with(b"\x1e");
                        break;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        start
    }
}

/// Returns where a text ends whose opening quote has been read.
fn closing(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    text.iter().position(|&byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}
