//! What a GeoParquet file says of itself: its column of geometries, their reference system, their boxes.

use std::path::Path;

use parquet::basic::LogicalType;
use parquet::file::statistics::Statistics;
use serde_json::Value;

use crate::io::parquet::ParquetFile;
use crate::{Error, Result};

/// The description of the geometries.
pub(super) struct About {
    /// The number of their column.
    pub geometry: usize,
    /// The reference system: a code, a name, or a description; `None` where the file says that it is not known.
    pub crs: Option<String>,
    /// The columns with the boxes of the geometries.
    pub covering: Option<Covering>,
    /// West, south, east, north of all geometries.
    pub extent: Option<[f64; 4]>,
    /// The name of the column of boxes.
    box_name: Option<String>,
}

/// The columns with the west, south, east and north edges of the geometries' boxes.
#[derive(Clone, Copy)]
pub(super) struct Covering {
    pub columns: [usize; 4],
}

/// The system of geometries where the file says nothing else: longitude and latitude.
const UNLESS_TOLD: &str = "OGC:CRS84";

impl About {
    pub fn of(file: &ParquetFile, path: &Path) -> Result<About> {
        let entries = file.metadata().file_metadata().key_value_metadata();
        let geo = entries.into_iter().flatten().find(|entry| entry.key == "geo").and_then(|entry| entry.value.as_ref());
        let unsupported = |what: String| Error::Unsupported { subject: path.to_path_buf(), what };
        let Some(geo) = geo else {
            return About::of_types(file).ok_or_else(|| {
                unsupported(
                    "this is a Parquet file without geometries (neither the metadata of GeoParquet nor a column of \
                     their type)"
                        .into(),
                )
            });
        };
        let bad = |seen: String| Error::bad_format(path, None, seen, "the metadata of GeoParquet 1.0 or 1.1");
        let geo: Value = serde_json::from_str(geo).map_err(|e| bad(format!("metadata \"geo\": {e}")))?;
        let name = geo["primary_column"].as_str().ok_or_else(|| bad("metadata without a primary_column".into()))?;
        let about = &geo["columns"][name];
        match about["encoding"].as_str() {
            Some("WKB") => {}
            other => {
                let what = format!(
                    "its geometries are encoded as {}; WKB is read: ogr2ogr -f Parquet -lco GEOMETRY_ENCODING=WKB \
                     wkb.parquet FILE writes it",
                    other.unwrap_or("nothing that is named")
                );
                return Err(unsupported(what));
            }
        }
        let number = column(file, name).ok_or_else(|| bad(format!("no column {name}, which is said to be primary")))?;
        let crs = match &about["crs"] {
            Value::Null if about.get("crs").is_some() => None,
            Value::Null => Some(UNLESS_TOLD.to_string()),
            described => Some(system(described)),
        };
        let edges = &about["covering"]["bbox"];
        let edge = |name: &str| {
            let parts: Option<Vec<&str>> = edges[name].as_array()?.iter().map(Value::as_str).collect();
            column(file, &parts?.join("."))
        };
        let columns = [edge("xmin"), edge("ymin"), edge("xmax"), edge("ymax")];
        let covering = match columns {
            [Some(west), Some(south), Some(east), Some(north)] => {
                Some(Covering { columns: [west, south, east, north] })
            }
            _ => None,
        };
        let box_name = edges["xmin"][0].as_str().map(String::from).filter(|_| covering.is_some());
        let numbers: Option<Vec<f64>> =
            about["bbox"].as_array().and_then(|all| all.iter().map(Value::as_f64).collect());
        let extent = match numbers.as_deref() {
            Some(&[west, south, east, north]) | Some(&[west, south, _, east, north, _]) => {
                Some([west, south, east, north])
            }
            _ => None,
        };
        Ok(About { geometry: number, crs, covering, extent, box_name })
    }

    /// Describes a file whose geometries are told by the type of their column.
    fn of_types(file: &ParquetFile) -> Option<About> {
        let typed = |column: &parquet::schema::types::ColumnDescPtr| match column.logical_type_ref() {
            Some(LogicalType::Geometry(of)) => Some(of.crs.clone()),
            Some(LogicalType::Geography(of)) => Some(of.crs.clone()),
            _ => None,
        };
        let (geometry, crs) =
            file.columns().iter().enumerate().find_map(|(number, column)| Some((number, typed(column)?)))?;
        let crs = match crs {
            None => UNLESS_TOLD.to_string(),
            Some(text) => serde_json::from_str(&text).map_or(text, |described| system(&described)),
        };
        Some(About { geometry, crs: Some(crs), covering: None, extent: None, box_name: None })
    }

    /// Returns whether a column is a part of the boxes.
    pub fn is_covering(&self, file: &ParquetFile, number: usize) -> bool {
        let parts = file.columns()[number].path().parts();
        self.box_name.as_ref().is_some_and(|name| parts.len() > 1 && parts[0] == *name)
    }
}

/// Returns the number of the column with this path.
fn column(file: &ParquetFile, path: &str) -> Option<usize> {
    file.columns().iter().position(|column| column.path().string() == path)
}

/// Returns the code or the name of a system in PROJJSON.
fn system(described: &Value) -> String {
    let id = |system: &Value| {
        let (authority, code) = (system["id"]["authority"].as_str()?, &system["id"]["code"]);
        let code = code.as_str().map(String::from).or_else(|| code.as_u64().map(|code| code.to_string()))?;
        Some(format!("{authority}:{code}"))
    };
    // Of a compound system the horizontal part is the first.
    let horizontal = described["components"].get(0).and_then(id);
    let name = || described["name"].as_str().map(String::from);
    id(described).or(horizontal).or_else(name).or_else(|| described.as_str().map(String::from)).unwrap_or_default()
}

impl Covering {
    /// Returns whether geometries of a group of rows may meet a box, by the least and the greatest values of its
    /// columns.
    pub fn may_meet(&self, file: &ParquetFile, group: usize, [west, south, east, north]: [f64; 4]) -> bool {
        let range = |number: usize| match file.metadata().row_group(group).column(number).statistics()? {
            Statistics::Double(all) => Some([*all.min_opt()?, *all.max_opt()?]),
            Statistics::Float(all) => Some([f64::from(*all.min_opt()?), f64::from(*all.max_opt()?)]),
            _ => None,
        };
        let [w, s, e, n] = self.columns.map(range);
        let beyond = |least: Option<[f64; 2]>, most: f64| least.is_some_and(|[least, _]| least > most);
        let short = |most: Option<[f64; 2]>, least: f64| most.is_some_and(|[_, most]| most < least);
        !(beyond(w, east) || beyond(s, north) || short(e, west) || short(n, south))
    }
}
