//! Kinds of XML, by the root element.

use super::{Format, NOT_FOOTPRINTS, NOT_TERRAIN, NOT_TRAJECTORIES, Treatment};

const TO_GEOJSON: &str = "ogr2ogr metres.geojson FILE (-t_srs EPSG:CODE projects it to metres)";
const FROM_DEGREES: &str = "ogr2ogr -t_srs EPSG:CODE metres.geojson FILE";

/// A virtual raster.
pub const VRT: Format =
    Format::new("a virtual raster of GDAL (VRT)", NOT_FOOTPRINTS, Treatment::Read, NOT_TRAJECTORIES);

/// Returns the format of a text that begins with `<`.
pub(super) fn of(text: &[u8]) -> Format {
    let root = root(text).unwrap_or_default();
    let name = root.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
    let has = |words: &[&str]| {
        let text = text.to_ascii_lowercase();
        words.iter().any(|word| text.windows(word.len()).any(|w| w == word.as_bytes()))
    };
    match name.as_str() {
        "vrtdataset" => VRT,
        "ogrvrtdatasource" => Format::shapes("a virtual layer of GDAL (VRT)", TO_GEOJSON),
        "pamdataset" => Format::other("what GDAL notes beside a raster (.aux.xml)", "name the raster itself"),
        "kml" => Format::shapes("KML, in degrees", FROM_DEGREES),
        "citymodel" => Format::shapes(
            "CityGML",
            "ogr2ogr -f GeoJSON -nlt MULTIPOLYGON metres.geojson FILE (ogrinfo FILE lists its layers)",
        ),
        "featurecollection" | "gml" | "wfs_featurecollection" => Format::shapes("GML", TO_GEOJSON),
        _ if has(&["http://www.opengis.net/gml"]) => Format::shapes("GML", TO_GEOJSON),
        "osm" | "osmchange" => Format::shapes(
            "OpenStreetMap XML, in degrees",
            "ogr2ogr -t_srs EPSG:CODE metres.geojson FILE multipolygons",
        ),
        "gpx" => Format::table(
            "GPX, in degrees",
            "ogr2ogr -t_srs EPSG:CODE -f CSV -lco GEOMETRY=AS_XYZ samples.csv FILE track_points, and name its columns \
             id, frame, x, y, z",
        ),
        "fcd-export" => Format::new("floating car data of SUMO", NOT_FOOTPRINTS, NOT_TERRAIN, Treatment::Read),
        "tracks" => Format::new("tracks of TrackMate", NOT_FOOTPRINTS, NOT_TERRAIN, Treatment::Read),
        "trackmate" => Format::table(
            "a session of TrackMate",
            "open it in TrackMate and export its tracks (\"Export tracks to XML file\") or its spots as CSV",
        ),
        "landxml" => Format::new(
            "LandXML",
            NOT_FOOTPRINTS,
            Treatment::Convert("gdal_grid makes a raster of the points of its surface"),
            NOT_TRAJECTORIES,
        ),
        "html" | "!doctype" => Format::other(
            "a web page",
            "most likely a download that failed: open it in a browser, and download the file itself",
        ),
        "serviceexceptionreport" | "exceptionreport" => {
            Format::other("a service's report of an error", "read it, and ask the service again")
        }
        "svg" => Format::other("an SVG picture", "get the data that it was made from"),
        _ => Format::new(
            "XML",
            Treatment::Convert(TO_GEOJSON),
            NOT_TERRAIN,
            Treatment::Convert("ogr2ogr -f CSV samples.csv FILE"),
        ),
    }
}

/// Returns the name of the first element, or `!DOCTYPE` for a web page.
fn root(text: &[u8]) -> Option<String> {
    let mut rest = text;
    loop {
        let at = rest.iter().position(|&b| b == b'<')?;
        rest = &rest[at + 1..];
        let skip_past =
            |rest: &'_ [u8], end: &[u8]| rest.windows(end.len()).position(|w| w == end).map(|at| at + end.len());
        if rest.starts_with(b"?") {
            rest = &rest[skip_past(rest, b"?>")?..];
        } else if rest.starts_with(b"!--") {
            rest = &rest[skip_past(rest, b"-->")?..];
        } else if rest.starts_with(b"!") {
            let declaration = rest[..rest.len().min(40)].to_ascii_lowercase();
            if declaration.starts_with(b"!doctype html") {
                return Some("!doctype".into());
            }
            rest = &rest[skip_past(rest, b">")?..];
        } else {
            let end =
                rest.iter().position(|&b| b.is_ascii_whitespace() || b == b'>' || b == b'/').unwrap_or(rest.len());
            return Some(String::from_utf8_lossy(&rest[..end]).into_owned());
        }
    }
}
