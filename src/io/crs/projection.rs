//! The PROJ string of a reference system that well-known text describes.
//!
//! WKT 1 as OGC, GDAL and Esri write it, and WKT 2. The words come without the plus signs; the datum is named by an
//! EPSG code or by the letters of its name, as `epsgdatum=6258` or `datumname=etrs1989`, which `definition`
//! understands.

use super::letters;
use super::wkt::Node;

/// What a parameter of a projection becomes.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Angle,
    Length,
    Number,
}

/// Returns the PROJ words of a projected or a geographic system; `None` where a part of it is not known.
pub(super) fn words(node: &Node) -> Option<String> {
    match node.keyword.as_str() {
        "PROJCS" | "PROJCRS" | "PROJECTEDCRS" => {
            let base = node.children_of(&["GEOGCS", "BASEGEOGCRS", "BASEGEODCRS", "GEOGCRS", "GEODCRS"]).next()?;
            let (_, to_metre) = node.unit().unwrap_or(("metre", 1.0));
            let mut words = projection(node, base, to_metre)?;
            let is_sphere = words.iter().any(|word| word.starts_with("b="));
            let is_shape = |word: &String| ["a=", "b=", "rf="].iter().any(|key| word.starts_with(key));
            words.extend(ellipsoid_and_datum(base)?.into_iter().filter(|word| !is_sphere || !is_shape(word)));
            if to_metre != 1.0 {
                words.push(format!("to_meter={to_metre}"));
            }
            Some(words.join(" "))
        }
        "GEOGCS" | "GEOGCRS" | "GEOGRAPHICCRS" | "GEODCRS" | "GEODETICCRS" => {
            let is_in_degrees = (angle(node) - 1.0).abs() < 1e-9;
            let is_cartesian = node.children_of(&["CS"]).any(|cs| cs.words.iter().any(|w| letters(w) == "cartesian"));
            let mut words = vec!["proj=longlat".to_string()];
            words.extend(ellipsoid_and_datum(node)?);
            (is_in_degrees && !is_cartesian).then(|| words.join(" "))
        }
        _ => None,
    }
}

/// Returns the length of a geographic system's unit of angles, in degrees.
fn angle(base: &Node) -> f64 {
    const UNITS: [&str; 2] = ["UNIT", "ANGLEUNIT"];
    let axes = base.children_of(&["AXIS"]).flat_map(|axis| axis.children_of(&UNITS));
    let unit = base.children_of(&UNITS).chain(axes).next();
    let radians = unit.and_then(|unit| unit.words.first()?.parse::<f64>().ok());
    let degrees = radians.map_or(1.0, f64::to_degrees);
    // Writers round the number of radians.
    if (degrees - 1.0).abs() < 1e-9 { 1.0 } else { degrees }
}

fn projection(system: &Node, base: &Node, to_metre: f64) -> Option<Vec<String>> {
    let conversion = system.children_of(&["CONVERSION"]).next().unwrap_or(system);
    let method = conversion.children_of(&["PROJECTION", "METHOD"]).next()?;
    let mut words = Vec::new();
    let mut numbers = Vec::new();
    for parameter in conversion.children_of(&["PARAMETER"]) {
        let value: f64 = parameter.words.first()?.parse().ok()?;
        let (name, kind) = known_parameter(&letters(parameter.name()))?;
        let unit = parameter.children_of(&["ANGLEUNIT", "LENGTHUNIT", "UNIT", "SCALEUNIT"]).next();
        let unit = unit.and_then(|unit| unit.words.first()?.parse::<f64>().ok());
        let value = match kind {
            Kind::Number => value,
            Kind::Length => value * unit.unwrap_or(to_metre),
            Kind::Angle => {
                let degrees = unit.map_or_else(|| angle(base), f64::to_degrees);
                value * if (degrees - 1.0).abs() < 1e-9 { 1.0 } else { degrees }
            }
        };
        numbers.push((name, value));
    }
    let get = |wanted: &str| numbers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
    let two_parallels = get("lat_2").is_some();
    let is_web = is_spherical(method, system);
    let proj = match letters(method.name()).as_str() {
        "transversemercator" | "gausskruger" => "tmerc",
        "lambertconformalconic2sp" | "lambertconicconformal2sp" => "lcc",
        "lambertconformalconic1sp" | "lambertconicconformal1sp" => "lcc",
        "lambertconformalconic" => "lcc",
        "lambertazimuthalequalarea" => "laea",
        "albersconicequalarea" | "albersequalarea" | "albers" => "aea",
        "mercator1sp" | "mercator2sp" | "mercator" | "mercatorvarianta" | "mercatorvariantb" => "merc",
        "popularvisualisationpseudomercator" | "mercatorauxiliarysphere" => "merc",
        "obliquestereographic" | "doublestereographic" => "sterea",
        "swissobliquecylindrical" => "somerc",
        "cassinisoldner" | "cassini" => "cass",
        _ => return None,
    };
    words.push(format!("proj={proj}"));
    for (name, value) in &numbers {
        let name = match (proj, *name) {
            // One standard parallel is the latitude of origin, unless a second one follows.
            ("lcc", "lat_0") if !two_parallels && get("lat_1").is_none() => {
                words.push(format!("lat_1={value}"));
                "lat_0"
            }
            ("merc", "lat_1") => "lat_ts",
            (_, name) => name,
        };
        // Esri states what its spherical Mercator leaves out.
        if name != "auxiliary" {
            words.push(format!("{name}={value}"));
        }
    }
    if is_web {
        words.extend(["a=6378137", "b=6378137"].map(String::from));
    }
    Some(words)
}

/// Returns whether a Mercator projection takes latitudes of the ellipsoid for those of a sphere.
fn is_spherical(method: &Node, system: &Node) -> bool {
    let method = letters(method.name());
    let has_sphere = |extension: &Node| {
        extension.texts.get(1).is_some_and(|proj| proj.contains("+proj=merc") && proj.contains("+b=6378137"))
    };
    method.contains("pseudomercator")
        || method.contains("auxiliarysphere")
        || system.children_of(&["EXTENSION"]).any(has_sphere)
}

/// Looks up a parameter by the letters of its name.
fn known_parameter(name: &str) -> Option<(&'static str, Kind)> {
    Some(match name {
        "centralmeridian"
        | "longitudeoforigin"
        | "longitudeofcenter"
        | "longitudeofnaturalorigin"
        | "longitudeoffalseorigin"
        | "longitudeofprojectioncentre" => ("lon_0", Kind::Angle),
        "latitudeoforigin"
        | "latitudeofcenter"
        | "latitudeofnaturalorigin"
        | "latitudeoffalseorigin"
        | "latitudeofprojectioncentre" => ("lat_0", Kind::Angle),
        "standardparallel1" | "latitudeof1ststandardparallel" => ("lat_1", Kind::Angle),
        "standardparallel2" | "latitudeof2ndstandardparallel" => ("lat_2", Kind::Angle),
        "scalefactor" | "scalefactoratnaturalorigin" | "scalefactoratprojectioncentre" => ("k_0", Kind::Number),
        "falseeasting" | "eastingatfalseorigin" | "eastingatprojectioncentre" => ("x_0", Kind::Length),
        "falsenorthing" | "northingatfalseorigin" | "northingatprojectioncentre" => ("y_0", Kind::Length),
        "auxiliaryspheretype" => ("auxiliary", Kind::Number),
        _ => return None,
    })
}

fn ellipsoid_and_datum(base: &Node) -> Option<Vec<String>> {
    let datum = base.children_of(&["DATUM", "ENSEMBLE", "TRF", "GEODETICDATUM"]).next()?;
    let ellipsoid = datum.children_of(&["SPHEROID", "ELLIPSOID"]).next()?;
    let numbers: Vec<f64> = ellipsoid.words.iter().map_while(|word| word.parse().ok()).collect();
    let &[axis, flattening, ..] = numbers.as_slice() else { return None };
    let shape = if flattening == 0.0 { format!("b={axis}") } else { format!("rf={flattening}") };
    let mut words = vec![format!("a={axis}"), shape];
    match datum.authority().or(base.authority()) {
        Some((authority, code)) if authority.eq_ignore_ascii_case("EPSG") => {
            let kind = if datum.authority().is_some() { "epsgdatum" } else { "epsgbase" };
            words.push(format!("{kind}={code}"));
        }
        _ => words.push(format!("datumname={}", letters(datum.name()))),
    }
    if let Some(shift) = datum.children_of(&["TOWGS84"]).next() {
        words.push(format!("towgs84={}", shift.words.join(",")));
    }
    let meridian = base.children_of(&["PRIMEM", "PRIMEMERIDIAN"]).next();
    let longitude = meridian.and_then(|meridian| meridian.words.first()?.parse::<f64>().ok()).unwrap_or(0.0);
    if longitude != 0.0 {
        words.push(format!("pm={}", longitude * angle(base)));
    }
    Some(words)
}
