use super::*;

fn name(start: &[u8]) -> &'static str {
    of(start).map_or("", |format| format.name)
}

#[test]
fn formats_are_known_by_their_first_bytes() {
    let geopackage = [&b"SQLite format 3\0"[..], &[0; 52], b"GPKG"].concat();
    let tar = [&[b'a'; 257][..], b"ustar\x0000"].concat();
    let dbase = [0x03, 126, 11, 29, 5, 0, 0, 0, 97, 0, 30, 0, 0, 0];
    for (start, wanted) in [
        (&geopackage[..], "a GeoPackage"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"\0\0\x27\x0a\0\0\0\0", "a Shapefile"),
        (&dbase, "a dBASE table (the attributes of a Shapefile)"),
        (b"fgb\x03fgb\0", "a FlatGeobuf"),
        (b"\0\0\0\x0d\x0a\x09OSMHeader", "an OpenStreetMap PBF (in degrees)"),
        (b"PK\x03\x04\x14\0\0\0\x08\0doc.kml", "a KMZ (zipped KML, in degrees)"),
        (b"PK\x03\x04\x14\0\0\0\x08\0[Content_Types].xml", "an Excel workbook"),
        (b"PK\x03\x04\x14\0\0\0\x08\0dem.tif", "a ZIP archive"),
        (b"\x1f\x8b\x08\0", "a gzip archive"),
        (&tar, "a tar archive"),
        (b"PAR1\x15\x04", "a Parquet file"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file (netCDF-4 and BAG are, too)"),
        (b"CDF\x01\0\0", "a netCDF"),
        (b"EHFA_HEADER_TAG\0", "an Erdas Imagine raster (IMG)"),
        (b"Lerc2 \x06\0", "a LERC raster"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"\xff\xd8\xff\xe0", "a JPEG picture"),
        (b"LASF\0\0", "a point cloud (LAS or LAZ)"),
        (b"II*\0\x08\0", "a TIFF"),
        (b"<VRTDataset rasterXSize=\"3\">", "a virtual raster of GDAL (VRT)"),
        (b"<OGRVRTDataSource>", "a virtual layer of GDAL (VRT)"),
        (b"\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<!-- a > b -->\n<kml xmlns=\"x\">", "KML, in degrees"),
        (b"<?xml version='1.0'?><core:CityModel xmlns:core='x'>", "CityGML"),
        (b"<gml:FeatureCollection xmlns:gml='http://www.opengis.net/gml'>", "GML"),
        (b"<ogr:Roofs xmlns:gml='http://www.opengis.net/gml/3.2'>", "GML"),
        (b"<fcd-export><timestep", "floating car data of SUMO"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"<rows/>", "XML"),
        (b"{\"type\": \"CityJSON\", \"version\": \"2.0\"", "CityJSON"),
        (b"{\"vertices\": [[1, 2, {\"type\": \"x\"}]], \"CityObjects\": {", "CityJSON"),
        (b"{\"type\":\"Topology\",\"objects\":{", "TopoJSON"),
        (
            b"{\"type\": \"Feature\", \"properties\": {}}\n{\"type\":",
            "a sequence of GeoJSON features, one in each line",
        ),
        (b"\x1e{\"type\": \"Feature\"}", "a sequence of GeoJSON features, one in each line"),
        (
            b"{\"properties\": {\"type\": \"x}\\\"\"}, \"type\": \"Feature\"}",
            "a single GeoJSON feature, or one in each line",
        ),
        (b"{\"type\":\"Polygon\",", "a bare GeoJSON geometry, without features and their heights"),
        (b"{\"displayFieldName\": \"\", \"geometryType\"", "Esri JSON"),
        (b"{\"features\":[{\"attributes\":{\"h\":9},\"geometry\":{\"rings\":[[[", "Esri JSON"),
        (b"{\"objectIdFieldName\":\"OBJECTID\",\"fields\":[", "Esri JSON"),
        (b" {\"name\": \"FeatureCollection\", \"features\": [", "GeoJSON"),
        (b"\xff\xfei\0d\0,\0", "a text in UTF-16"),
        (b"i\0d\0,\0f\0r\0", "a text in UTF-16"),
        (b"\0i\0d\0,\0f\0r", "a text in UTF-16"),
        (b"100000.5 6000000.5 101.25\n", "a text of x, y and z"),
        (b"x;y;z\n1;2;3\n", "a text of x, y and z"),
        (b"NCOLS 3\nnrows 2\n", "an ESRI ASCII grid"),
        (b"id,frame,x,y,z\n1,0,1,2,3\n", "a table (CSV)"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS instead of the file"),
        (b"  0\r\nSECTION\r\n", "a DXF drawing"),
        (b"100000.5 6000000.5 101.25 2 17\n", "a text of x, y and z"),
        (b"1 2 3 ground\n", "a text of x, y and z"),
        (b"x;y;z;class\n1;2;3;ground\n", "a text of x, y and z"),
        (b"id;WKT\n1;\"POLYGON ((0 0, 1 0, 1 1, 0 0))\"\n", "a table (CSV)"),
        (b"y;x;z\n1;2;3\n", "a table (CSV)"),
        (b"z y x\n1 2 3\n", "a table (CSV)"),
        (b"1 2 3 4 5 6 7 8 9 10 11 12 13\n", ""),
        (b"", ""),
        (b"\0\0\0\0\0\0\0\0\0\0\0\0", ""),
    ] {
        assert_eq!(name(start), wanted, "{}", start.escape_ascii());
    }
}

#[test]
fn what_is_read_is_not_refused_and_the_rest_is_told_what_converts_it() {
    let refusal = |start: &[u8], path: &str, wanted| {
        refuse_others(Path::new(path), start, wanted).err().map(|e| e.to_string()).unwrap_or_default()
    };
    assert_eq!(refusal(b"{\"type\": \"FeatureCollection\"", "a.json", Wanted::Footprints), "");
    assert_eq!(refusal(b"II*\0", "a.tif", Wanted::Terrain), "");
    assert_eq!(refusal(b"ncols 3\n", "a.asc", Wanted::Terrain), "");
    assert_eq!(refusal(b"<VRTDataset", "a.vrt", Wanted::Terrain), "");
    assert_eq!(refusal(b"1,5 2,5 3\n", "a.xyz", Wanted::Terrain), "");
    assert_eq!(refusal(b"id,frame,x,y,z\n", "a.csv", Wanted::Trajectories), "");
    assert_eq!(refusal(b"1 2 3\n", "a.txt", Wanted::Trajectories), "");
    assert_eq!(refusal(b"1 2 3 4 5\n", "a.txt", Wanted::Trajectories), "");
    for (wanted, formats) in [(Wanted::Footprints, "GeoJSON, "), (Wanted::Terrain, "GeoTIFF, ")] {
        for start in [&b""[..], b" \r\n\n", b"\xEF\xBB\xBF"] {
            let empty = refusal(start, "a", wanted);
            assert!(empty.starts_with("a at byte 0: an empty file; accepted: ") && empty.contains(formats), "{empty}");
        }
    }
    let to_geojson = format!(
        "my roofs.tab: this is a MapInfo TAB; footprints are read from {FOOTPRINT_FORMATS}: ogr2ogr metres.geojson 'my \
         roofs.tab' (-t_srs EPSG:CODE projects it to metres)"
    );
    let unpack = format!(
        "rows.csv.gz: this is a gzip archive; trajectories are read from {TRAJECTORY_FORMATS}: gunzip -k rows.csv.gz"
    );
    for (start, path, wanted, message) in [
        (&b"!table"[..], "my roofs.tab", Wanted::Footprints, to_geojson.as_str()),
        (
            b"CDF\x01",
            "dem.nc",
            Wanted::Terrain,
            "dem.nc: this is a netCDF; terrain is read from GeoTIFF, ESRI ASCII grid, XYZ grid, SRTM tile and VRT: \
             gdalinfo dem.nc lists its variables, and gdal_translate NAME metres.tif takes one by the name told there",
        ),
        (
            b"MM\0*",
            "dem.tif",
            Wanted::Footprints,
            "dem.tif: this is a TIFF, which holds no footprints; a TIFF is given as terrain (--terrain)",
        ),
        (b"\x1f\x8b", "rows.csv.gz", Wanted::Trajectories, unpack.as_str()),
    ] {
        assert_eq!(refusal(start, path, wanted), message);
    }
    let swapped = refusal(b"{\"type\": \"FeatureCollection\"", "a.json", Wanted::Terrain);
    assert!(swapped.contains("holds no terrain; footprints are the first argument"), "{swapped}");
}

#[test]
fn any_bytes_are_looked_at_without_a_panic() {
    let mut state = 1_u64;
    for len in 0..600 {
        let bytes: Vec<u8> = (0..len)
            .map(|k| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let alphabet = b"{}[]\":,\\<>!-? \n0a\xff\0";
                if k < len / 2 { alphabet[(state >> 33) as usize % alphabet.len()] } else { (state >> 40) as u8 }
            })
            .collect();
        of(&bytes);
    }
}
