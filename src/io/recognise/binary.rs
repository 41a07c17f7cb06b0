//! Formats that begin with fixed bytes.

use super::{Format, NOT_FOOTPRINTS, NOT_TERRAIN, NOT_TRAJECTORIES, Treatment, molecules};

const TO_GEOJSON: &str = "ogr2ogr metres.geojson FILE (-t_srs EPSG:CODE projects it to metres)";
const TO_TIFF: &str = "gdal_translate FILE metres.tif";
const VARIABLE_TO_TIFF: &str =
    "gdalinfo FILE lists its variables, and gdal_translate NAME metres.tif takes one by the name told there";
const PICTURE: &str = "a picture of heights has lost them; get the raster that it was made from";
const HEIGHTS_OF_POINTS: &str = "pdal translate FILE metres.tif --writer gdal --writers.gdal.resolution=1 \
                                 --writers.gdal.output_type=idw makes a raster of its points";

const LERC_ALONE: &str = "its bytes do not say where it lies: convert the raster that it is a part of (an MRF, a tile \
                          layer) with gdal_translate";

/// A signature: its offset, its bytes, and the format.
type Signature = (usize, &'static [u8], Format);

/// Layers of features in an SQLite database.
pub(crate) const GEOPACKAGE: Format = Format::new(
    "a GeoPackage",
    if cfg!(feature = "sqlite") {
        Treatment::Read
    } else {
        Treatment::Convert("ogr2ogr metres.geojson FILE LAYER (this build has no sqlite; ogrinfo FILE lists layers)")
    },
    Treatment::Convert(TO_TIFF),
    NOT_TRAJECTORIES,
);
/// A database of SQLite, which may be one of JuPedSim.
pub(crate) const SQLITE: Format = Format::new(
    "an SQLite database",
    Treatment::Convert("ogr2ogr metres.geojson FILE LAYER (ogrinfo FILE lists its layers)"),
    Treatment::Convert(TO_TIFF),
    if cfg!(feature = "sqlite") {
        Treatment::Read
    } else {
        Treatment::Convert(
            "sqlite3 -header -csv FILE 'SELECT id, frame, x, y, z FROM TABLE' > samples.csv (this build has no sqlite, \
             which reads databases of JuPedSim)",
        )
    },
);
const GEOTIFF: Format =
    Format::new("a TIFF", Treatment::Not("a TIFF is given as terrain (--terrain)"), Treatment::Read, NOT_TRAJECTORIES);
/// Features with an index, in one file.
pub(crate) const FLATGEOBUF: Format = Format::new("a FlatGeobuf", Treatment::Read, NOT_TERRAIN, NOT_TRAJECTORIES);
/// Shapes, which their attributes (.dbf) lie beside.
pub(crate) const SHAPEFILE: Format = Format::new("a Shapefile", Treatment::Read, NOT_TERRAIN, NOT_TRAJECTORIES);
const KMZ: Format = Format::shapes("a KMZ (zipped KML, in degrees)", "ogr2ogr -t_srs EPSG:CODE metres.geojson FILE");
const WORKBOOK: Format =
    Format::table("an Excel workbook", "ogr2ogr -f CSV samples.csv FILE, or save it as \"CSV UTF-8\"");
const ZIP: Format = Format::new(
    "a ZIP archive",
    Treatment::Convert("unzip FILE, and name the file inside (of a zipped Shapefile the .shp)"),
    Treatment::Convert("unzip FILE"),
    Treatment::Convert("unzip FILE"),
);
const NETCDF: Format = Format::raster("a netCDF", VARIABLE_TO_TIFF);
const HDF5: Format = Format::new(
    "an HDF5 file (netCDF-4 and BAG are, too)",
    NOT_FOOTPRINTS,
    Treatment::Convert(VARIABLE_TO_TIFF),
    Treatment::Convert("h5dump or Python's h5py writes a table of it as CSV with the columns id, frame, x, y, z"),
);
/// A table in columns.
pub(crate) const PARQUET: Format = Format::new(
    "a Parquet file",
    if cfg!(feature = "parquet") {
        Treatment::Read
    } else {
        Treatment::Convert(
            "ogr2ogr -f GPKG footprints.gpkg FILE, or build groma with it: cargo install --path . --locked --features \
             parquet",
        )
    },
    NOT_TERRAIN,
    if cfg!(feature = "parquet") {
        Treatment::Read
    } else {
        Treatment::Convert(
            "python3 -c 'import sys, pandas; pandas.read_parquet(sys.argv[1]).to_csv(\"samples.csv\")' FILE (this \
             build has no parquet: cargo install --path . --locked --features parquet)",
        )
    },
);
const ENCRYPTED_PARQUET: Format =
    Format::other("an encrypted Parquet file", "write it without encryption, by the program that has the key");
const ARROW: Format = Format::new(
    "an Arrow or Feather file",
    Treatment::Convert(TO_GEOJSON),
    NOT_TERRAIN,
    Treatment::Convert(
        "python3 -c 'import sys, pandas; pandas.read_feather(sys.argv[1]).to_csv(\"samples.csv\")' FILE",
    ),
);
const PNG: Format = Format::new(
    "a PNG picture",
    NOT_FOOTPRINTS,
    Treatment::Convert(
        "gdal_translate FILE metres.tif, where its numbers are heights in metres and a .wld file places it",
    ),
    NOT_TRAJECTORIES,
);
/// SRTM heights. The format has no signature; the extension tells it.
pub(super) const HGT: Format = Format::new("an SRTM tile (.hgt)", NOT_FOOTPRINTS, Treatment::Read, NOT_TRAJECTORIES);
/// A file with zero bytes that is none of the known formats.
pub(super) const UNKNOWN: Format = Format::new(
    "no text and no format that groma knows",
    Treatment::Convert("ogr2ogr metres.geojson FILE, where ogrinfo FILE shows its layers"),
    Treatment::Convert("gdal_translate FILE metres.tif, where gdalinfo FILE shows a raster"),
    Treatment::Convert("the program that made it may write a CSV with the columns id, frame, x, y, z"),
);
const JPEG_2000: Format = Format::raster("a JPEG 2000", TO_TIFF);
const WEB_P: Format = Format::other("a WebP picture", PICTURE);

const SIGNATURES: [Signature; 54] = [
    (0, b"II*\0", GEOTIFF),
    (0, b"MM\0*", GEOTIFF),
    (0, b"II+\0", GEOTIFF),
    (0, b"MM\0+", GEOTIFF),
    (0, b"\0\0\x27\x0a", SHAPEFILE),
    (0, b"fgb", FLATGEOBUF),
    (
        4,
        b"\x0a\x09OSMHeader",
        Format::shapes(
            "an OpenStreetMap PBF (in degrees)",
            "ogr2ogr -t_srs EPSG:CODE metres.geojson FILE multipolygons",
        ),
    ),
    (0, b"!table", Format::shapes("a MapInfo TAB", TO_GEOJSON)),
    (0, b"AC10", Format::shapes("a DWG drawing", "save it as DXF, then ogr2ogr metres.geojson drawing.dxf")),
    (0, b"PK\x05\x06", ZIP),
    (0, b"PK\x07\x08", ZIP),
    (0, b"\x1f\x8b", Format::wrapping("a gzip archive", "gunzip -k FILE")),
    (0, b"\x1f\x9d", Format::wrapping("an archive of compress", "uncompress FILE")),
    (0, b"BZh", Format::wrapping("a bzip2 archive", "bunzip2 -k FILE")),
    (0, b"\xfd7zXZ\0", Format::wrapping("an xz archive", "unxz -k FILE")),
    (0, b"\x28\xb5\x2f\xfd", Format::wrapping("a Zstandard archive", "unzstd FILE")),
    (0, b"\x04\x22\x4d\x18", Format::wrapping("an LZ4 archive", "unlz4 FILE")),
    (0, b"7z\xbc\xaf\x27\x1c", Format::wrapping("a 7z archive", "7z x FILE")),
    (0, b"Rar!\x1a\x07", Format::wrapping("a RAR archive", "unrar x FILE")),
    (257, b"ustar", Format::wrapping("a tar archive", "tar -xf FILE")),
    (0, b"PAR1", PARQUET),
    (0, b"PARE", ENCRYPTED_PARQUET),
    (0, b"ARROW1", ARROW),
    (0, b"FEA1", ARROW),
    (0, b"\x89HDF\r\n\x1a\n", HDF5),
    (0, b"CDF\x01", NETCDF),
    (0, b"CDF\x02", NETCDF),
    (0, b"CDF\x05", NETCDF),
    (0, b"\x0e\x03\x13\x01", Format::raster("an HDF4 file", VARIABLE_TO_TIFF)),
    (0, b"GRIB", Format::raster("a GRIB file", TO_TIFF)),
    (0, b"EHFA_HEADER_TAG", Format::raster("an Erdas Imagine raster (IMG)", TO_TIFF)),
    (0, b"Lerc2 ", Format::raster("a LERC raster", LERC_ALONE)),
    (0, b"CntZImage ", Format::raster("a LERC raster", LERC_ALONE)),
    (0, b"DSAA", Format::raster("a Surfer grid", TO_TIFF)),
    (0, b"DSBB", Format::raster("a Surfer grid", TO_TIFF)),
    (0, b"DSRB", Format::raster("a Surfer grid", TO_TIFF)),
    (
        0,
        b"GRID1.",
        Format::raster(
            "the header of an Esri grid",
            "gdal_translate FOLDER metres.tif, with the folder that it lies in",
        ),
    ),
    (0, b"SIMPLE  =", Format::raster("a FITS raster", TO_TIFF)),
    (0, b"NITF", Format::raster("an NITF raster", TO_TIFF)),
    (0, b"\0\0\0\x0cjP  ", JPEG_2000),
    (0, b"\xff\x4f\xff\x51", JPEG_2000),
    (0, b"LASF", Format::raster("a point cloud (LAS or LAZ)", HEIGHTS_OF_POINTS)),
    (0, b"ASTM-E57", Format::raster("a point cloud (E57)", HEIGHTS_OF_POINTS)),
    (0, b"\x89PNG\r\n\x1a\n", PNG),
    (0, b"\xff\xd8\xff", Format::other("a JPEG picture", PICTURE)),
    (0, b"GIF8", Format::other("a GIF picture", PICTURE)),
    (0, b"%PDF", Format::other("a PDF document", "get the data that it was made from")),
    (0, b"\xd0\xcf\x11\xe0", Format::table("an old Excel workbook", "save it as \"CSV UTF-8\"")),
    (0, b"glTF", Format::other("a glTF model", "get the footprints or heights that it was made from")),
    (0, b"ply\n", Format::other("a PLY mesh or point cloud", "get the footprints or heights that it was made from")),
    (0, b"ply\r", Format::other("a PLY mesh or point cloud", "get the footprints or heights that it was made from")),
    (0, b"TDDB", Format::other("a shard of trajectories", "hash tables are built of the folder that it lies in")),
    (
        0,
        b"THST",
        Format::other("a hash table of trajectories", "the data set that it belongs to is asked for what is in it"),
    ),
    (0, b"gromaArr", Format::other("a mapped array of groma", "it is opened by groma_mapped_array_open")),
];

/// Returns the format by its signature.
pub(super) fn of(start: &[u8]) -> Option<Format> {
    let stands = |at: usize, bytes: &[u8]| start.get(at..at + bytes.len()) == Some(bytes);
    if stands(0, b"SQLite format 3\0") {
        return Some(if stands(68, b"GPKG") || stands(68, b"GP1") { GEOPACKAGE } else { SQLITE });
    }
    if stands(0, b"PK\x03\x04") {
        return Some(zipped(start));
    }
    if stands(0, b"RIFF") && stands(8, b"WEBP") {
        return Some(WEB_P);
    }
    if is_dbase(start) {
        return Some(Format::new(
            "a dBASE table (the attributes of a Shapefile)",
            Treatment::Not("name the .shp beside it"),
            NOT_TERRAIN,
            Treatment::Convert("ogr2ogr -f CSV samples.csv FILE"),
        ));
    }
    let by_signature = SIGNATURES.iter().find(|(at, bytes, _)| stands(*at, bytes)).map(|(_, _, format)| *format);
    by_signature.or_else(|| molecules::of_binary(start))
}

/// Returns the format of a ZIP archive by the names of its first entries.
fn zipped(start: &[u8]) -> Format {
    let has = |name: &[u8]| start.windows(name.len()).any(|w| w.eq_ignore_ascii_case(name));
    if has(b".kml") {
        KMZ
    } else if has(b"[Content_Types].xml") || has(b"xl/workbook") {
        WORKBOOK
    } else {
        ZIP
    }
}

/// Returns whether this is the header of a dBASE table: a version, a date, sizes that fit fields of 32 bytes.
fn is_dbase(start: &[u8]) -> bool {
    let Some(&[version, _, month, day, _, _, _, _, low, high, record_low, record_high]) = start.first_chunk::<12>()
    else {
        return false;
    };
    let header = u16::from_le_bytes([low, high]);
    matches!(version, 0x03 | 0x30 | 0x31 | 0x83 | 0x8b | 0xf5)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && header >= 65
        && matches!(header % 32, 0 | 1 | 8)
        && u16::from_le_bytes([record_low, record_high]) > 0
}
