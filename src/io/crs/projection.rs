//! The PROJ string of a reference system that well-known text describes.
//!
//! WKT 1 as OGC, GDAL and Esri write it, and WKT 2. The words come without the plus signs; the datum is named by an
//! EPSG code or by the letters of its name, as `epsgdatum=6258` or `datumname=etrs1989`, which `definition`
//! understands.

use super::definition::letters_of_datum;
use super::letters;
use super::wkt::Node;

/// What a parameter of a projection becomes.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Angle,
    Length,
    Number,
}

/// Returns whether a system's coordinates count to the west or the south. Both axes of one about a pole lead away from
/// it, or towards it.
pub(super) fn is_turned(system: &Node) -> bool {
    let axes = system.children_of(&["AXIS"]).filter_map(|axis| axis.words.first());
    let directions: Vec<String> = axes.map(|word| word.to_ascii_lowercase()).collect();
    let count = |wanted: &str| directions.iter().filter(|word| *word == wanted).count();
    count("west") > 0 || count("south") == 1
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
    let method_name = letters(method.name());
    let method_name = method_name.as_str();
    if ["polarstereographic", "stereographicnorthpole", "stereographicsouthpole"]
        .iter()
        .any(|known| method_name.starts_with(known))
    {
        return polar(method_name, &numbers);
    }
    let get = |wanted: &str| value_of(&numbers, wanted);
    let two_parallels = get("lat_2").is_some();
    let is_web = is_spherical(method, system);
    let proj = match method_name {
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
        "hotineobliquemercatorazimuthcenter" | "hotineobliquemercatorvariantb" if is_swiss(&numbers) => "somerc",
        "hotineobliquemercatorazimuthcenter" | "hotineobliquemercatorvariantb" => "omerc",
        "krovak" | "krovaknorthorientated" if is_east_north(&numbers) => "krovak",
        "cassinisoldner" | "cassini" => "cass",
        "polyconic" | "americanpolyconic" => "poly",
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
            ("omerc", "lon_0") => "lonc",
            // These are the same for all systems of the projection.
            ("somerc", "alpha" | "gamma") | ("krovak", "lat_1") => continue,
            // Esri states what its spherical Mercator and its Krovak leave out.
            (_, "auxiliary" | "x_scale" | "y_scale" | "turn") => continue,
            (_, name) => name,
        };
        words.push(format!("{name}={value}"));
    }
    if is_web {
        words.extend(["a=6378137", "b=6378137"].map(String::from));
    }
    Some(words)
}

fn value_of(numbers: &[(&'static str, f64)], wanted: &str) -> Option<f64> {
    numbers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value)
}

/// Returns the words of a stereographic projection about a pole. The latitude that a system states is that of true
/// lengths, or the pole itself with a factor of scale.
fn polar(method: &str, numbers: &[(&'static str, f64)]) -> Option<Vec<String>> {
    let get = |wanted: &str| value_of(numbers, wanted);
    let latitude = get("lat_1").or(get("lat_0"))?;
    let is_south = method == "stereographicsouthpole" || latitude < 0.0;
    let mut words = vec!["proj=stere".to_string(), format!("lat_0={}", if is_south { -90 } else { 90 })];
    if latitude.abs() != 90.0 {
        words.push(format!("lat_ts={latitude}"));
    }
    let others = ["lon_0", "k_0", "x_0", "y_0"].into_iter().filter_map(|name| Some((name, get(name)?)));
    words.extend(others.map(|(name, value)| format!("{name}={value}")));
    Some(words)
}

/// Returns whether an oblique Mercator is along a parallel, which is the projection of Switzerland: the formulas for
/// other azimuths end there.
fn is_swiss(numbers: &[(&'static str, f64)]) -> bool {
    ["alpha", "gamma"].iter().all(|name| value_of(numbers, name).is_none_or(|v| (v - 90.0).abs() < 1e-9))
}

/// Returns whether Krovak's projection has its first axis to the east and its second to the north.
fn is_east_north(numbers: &[(&'static str, f64)]) -> bool {
    match ["x_scale", "y_scale", "turn"].map(|name| value_of(numbers, name)) {
        [None, None, None] => true,
        stated => stated == [Some(-1.0), Some(1.0), Some(90.0)],
    }
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
        | "longitudeofprojectioncentre"
        | "straightverticallongitudefrompole" => ("lon_0", Kind::Angle),
        "latitudeoforigin"
        | "latitudeofcenter"
        | "latitudeofnaturalorigin"
        | "latitudeoffalseorigin"
        | "latitudeofprojectioncentre" => ("lat_0", Kind::Angle),
        "standardparallel1"
        | "latitudeof1ststandardparallel"
        | "latitudeofstandardparallel"
        | "pseudostandardparallel1"
        | "latitudeofpseudostandardparallel" => ("lat_1", Kind::Angle),
        "standardparallel2" | "latitudeof2ndstandardparallel" => ("lat_2", Kind::Angle),
        "scalefactor"
        | "scalefactoratnaturalorigin"
        | "scalefactoratprojectioncentre"
        | "scalefactoronpseudostandardparallel" => ("k_0", Kind::Number),
        "azimuth" | "azimuthatprojectioncentre" | "colatitudeofconeaxis" => ("alpha", Kind::Angle),
        "rectifiedgridangle" | "anglefromrectifiedtoskewgrid" => ("gamma", Kind::Angle),
        "xscale" => ("x_scale", Kind::Number),
        "yscale" => ("y_scale", Kind::Number),
        "xyplanerotation" => ("turn", Kind::Number),
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
        _ => words.push(format!("datumname={}", letters_of_datum(datum.name()))),
    }
    if let Some(shift) = datum.children_of(&["TOWGS84"]).next() {
        words.push(format!("towgs84={}", shift.words.join(",")));
    }
    let meridian = base.children_of(&["PRIMEM", "PRIMEMERIDIAN"]).next();
    let longitude = meridian.and_then(|meridian| meridian.words.first()?.parse::<f64>().ok()).unwrap_or(0.0);
    if longitude != 0.0 {
        let own = meridian.and_then(|meridian| meridian.children_of(&["ANGLEUNIT"]).next());
        let own = own.and_then(|unit| unit.words.first()?.parse::<f64>().ok()).map(f64::to_degrees);
        // GDAL and Esri write it in degrees, whatever the unit of WKT 1 is.
        let degrees = own.unwrap_or_else(|| if base.keyword == "GEOGCS" { 1.0 } else { angle(base) });
        words.push(format!("pm={}", longitude * degrees));
    }
    Some(words)
}
