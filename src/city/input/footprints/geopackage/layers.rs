//! The layers of a GeoPackage, and the choice of one.

use crate::io::sqlite::Database;
use crate::{Error, Result};

/// A layer of features.
pub(super) struct Layer {
    pub table: String,
    /// The column of the geometries.
    pub geometry: String,
    /// The type of its geometries, in capitals.
    kind: String,
    /// The reference system, as a code or a description.
    pub crs: Option<String>,
    /// West, south, east, north of all features, if the file says it.
    pub extent: Option<[f64; 4]>,
    /// The columns beside the geometry.
    pub columns: Vec<String>,
}

/// The types of geometries that may hold polygons.
const WITH_POLYGONS: [&str; 8] = [
    "GEOMETRY",
    "POLYGON",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
    "GEOMCOLLECTION",
    "MULTISURFACE",
    "SURFACE",
    "CURVEPOLYGON",
];

impl Layer {
    /// Chooses the layer of this name, or the only one that may have polygons.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] that lists the layers when none has the name, and when there are several to choose
    /// from; [`Error::Unsupported`] for a layer without polygons.
    pub fn choose(database: &Database, asked: Option<&str>) -> Result<Layer> {
        let path = database.path();
        if !database.has_table("gpkg_geometry_columns")? {
            let seen = "a GeoPackage without gpkg_geometry_columns, the list of layers with geometries";
            return Err(Error::bad_format(path, None, seen, "a GeoPackage with a layer of polygons"));
        }
        let list =
            "SELECT table_name, column_name, upper(geometry_type_name) FROM gpkg_geometry_columns ORDER BY rowid";
        let layers: Vec<[String; 3]> = database.all(list, [], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?;
        let has_polygons = |kind: &str| WITH_POLYGONS.contains(&kind);
        let names = || {
            let names = layers.iter().map(|[table, _, kind]| format!("{table} ({kind})"));
            names.collect::<Vec<_>>().join(", ")
        };
        let chosen: Vec<&[String; 3]> = match asked {
            Some(name) => layers.iter().filter(|[table, ..]| table == name).collect(),
            None => layers.iter().filter(|[_, _, kind]| has_polygons(kind)).collect(),
        };
        let chosen = match (chosen[..].first(), chosen.len(), asked) {
            (None, _, Some(name)) => {
                let accepted = format!("a layer (--layer) of {}: {}", path.display(), names());
                return Err(Error::invalid("layer", name, accepted));
            }
            (None, _, None) => {
                let what = match layers.len() {
                    0 => "this is a GeoPackage without a layer of features".to_string(),
                    _ => format!("this is a GeoPackage without a layer of polygons; it has {}", names()),
                };
                return Err(Error::Unsupported { subject: path.to_path_buf(), what });
            }
            (Some(_), 2.., None) => {
                let accepted = format!("one of the layers (--layer) of {}: {}", path.display(), names());
                return Err(Error::invalid("layer", "not given", accepted));
            }
            (Some(layer), ..) => *layer,
        };
        let [table, geometry, kind] = chosen.clone();
        if !has_polygons(&kind) {
            let what = format!("layer {table} has geometries of the type {kind}; footprints are polygons");
            return Err(Error::Unsupported { subject: path.to_path_buf(), what });
        }
        let mut layer = Layer { table, geometry, kind, crs: None, extent: None, columns: Vec::new() };
        layer.crs = layer.read_crs(database)?;
        layer.extent = layer.read_extent(database)?;
        let columns = database.columns(&layer.table)?;
        if !columns.iter().any(|name| name.eq_ignore_ascii_case(&layer.geometry)) {
            let seen = format!("layer {} without its column {} of type {}", layer.table, layer.geometry, layer.kind);
            return Err(Error::bad_format(path, None, seen, "a layer with geometries"));
        }
        layer.columns = columns.into_iter().filter(|name| !name.eq_ignore_ascii_case(&layer.geometry)).collect();
        Ok(layer)
    }

    fn read_crs(&self, database: &Database) -> Result<Option<String>> {
        if !database.has_table("gpkg_spatial_ref_sys")? {
            return Ok(None);
        }
        let system = "SELECT s.organization, s.organization_coordsys_id, s.definition, s.srs_id \
                      FROM gpkg_geometry_columns g JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id \
                      WHERE g.table_name = ?1";
        type System = (Option<String>, Option<i64>, Option<String>, i64);
        let found: Option<System> =
            database.first(system, [&self.table], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        Ok(found.and_then(|(organization, code, definition, id)| match (organization, code) {
            // Cartesian and geographic coordinates of no known place.
            _ if id == -1 || id == 0 => None,
            (Some(organization), Some(code)) if organization.eq_ignore_ascii_case("EPSG") => {
                Some(format!("EPSG:{code}"))
            }
            (Some(organization), Some(code)) if organization.eq_ignore_ascii_case("ESRI") => {
                Some(format!("ESRI:{code}"))
            }
            _ => definition.filter(|definition| !definition.is_empty() && definition != "undefined"),
        }))
    }

    fn read_extent(&self, database: &Database) -> Result<Option<[f64; 4]>> {
        if !database.has_table("gpkg_contents")? {
            return Ok(None);
        }
        let extent = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?1";
        let found = database.first(extent, [&self.table], |row| {
            let side = |n| row.get::<_, Option<f64>>(n);
            Ok([side(0)?, side(1)?, side(2)?, side(3)?])
        })?;
        Ok(found.and_then(|[west, south, east, north]| Some([west?, south?, east?, north?])))
    }

    /// Returns the name of the spatial index, if the layer is a table and has one.
    pub fn index(&self, database: &Database) -> Result<Option<String>> {
        let name = format!("rtree_{}_{}", self.table, self.geometry);
        Ok((database.has_table(&self.table)? && database.has_table(&name)?).then_some(name))
    }
}
