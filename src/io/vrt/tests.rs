use super::*;
use crate::io::raster::RasterSource;
use crate::io::raster_file;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        // 1 2 3 / 4 5 6, and 10 20 / 30 -9999.
        folder.put("a.asc", "ncols 3\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2 3\n4 5 6\n");
        let b = "ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\nNODATA_value -9999\n10 20\n30 -9999\n";
        folder.put("b.asc", b);
        folder
    }

    fn put(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    fn open(&self, text: &str) -> Result<Box<dyn RasterSource>> {
        self.put("dem.vrt", text);
        raster_file::open(&self.0.path().join("dem.vrt"), 1 << 20)
    }

    fn read(&self, text: &str) -> Result<Vec<f32>> {
        let mut source = self.open(text)?;
        source.interpret(&[], None)?;
        let header = *source.header();
        let mut values = vec![f32::INFINITY; header.pixels() as usize];
        source.read(&header.whole(), &mut |row, col, part| {
            values[row * header.cols + col..][..part.len()].copy_from_slice(part);
            Ok(())
        })?;
        Ok(values)
    }
}

fn rect(name: &str, [x, y, cols, rows]: [f64; 4]) -> String {
    format!(r#"<{name} xOff="{x}" yOff="{y}" xSize="{cols}" ySize="{rows}"/>"#)
}

fn source(kind: &str, file: &str, from: [f64; 4], at: [f64; 4], more: &str) -> String {
    format!(
        r#"<{kind}><SourceFilename relativeToVRT="1">{file}</SourceFilename><SourceBand>1</SourceBand>{}{}{more}</{kind}>"#,
        rect("SrcRect", from),
        rect("DstRect", at)
    )
}

fn dataset(cols: usize, rows: usize, band: &str) -> String {
    format!(
        r#"<VRTDataset rasterXSize="{cols}" rasterYSize="{rows}"><SRS dataAxisToSRSAxisMapping="1,2">EPSG:25832</SRS>
        <GeoTransform> 5.0e+05, 2.0, 0, 5.8e+06, 0, -2.0</GeoTransform>
        <VRTRasterBand dataType="Float32" band="1">{band}</VRTRasterBand></VRTDataset>"#
    )
}

const NAN: f32 = f32::NAN;

fn assert_same(values: &[f32], wanted: &[f32]) {
    let same = |(a, b): (&f32, &f32)| a == b || a.is_nan() && b.is_nan();
    assert!(values.len() == wanted.len() && values.iter().zip(wanted).all(same), "{values:?}, {wanted:?}");
}

#[test]
fn sources_lie_where_they_belong_the_last_on_top() {
    let folder = Folder::new();
    let a = source("SimpleSource", "a.asc", [0.0, 0.0, 3.0, 2.0], [0.0, 0.0, 3.0, 2.0], "");
    let b = source("ComplexSource", "b.asc", [0.0, 0.0, 2.0, 2.0], [2.0, 1.0, 2.0, 2.0], "<NODATA>-9999</NODATA>");
    let text = dataset(4, 3, &format!("<NoDataValue>-1</NoDataValue>{a}{b}"));
    let opened = folder.open(&text).unwrap();
    assert_eq!(opened.header().bounds(), [500_000.0, 5_799_994.0, 500_008.0, 5_800_000.0]);
    assert_eq!(opened.header().epsg, Some(25832));
    let wanted = [1.0, 2.0, 3.0, NAN, 4.0, 5.0, 10.0, 20.0, NAN, NAN, 30.0, NAN];
    assert_same(&folder.read(&text).unwrap(), &wanted);
    // A window of a source; without its own no-data value a simple source gives what it stores.
    let part = source("SimpleSource", "b.asc", [0.0, 1.0, 2.0, 1.0], [1.0, 0.0, 2.0, 1.0], "");
    assert_same(&folder.read(&dataset(3, 1, &part)).unwrap(), &[NAN, 30.0, -9999.0]);
    let stored = dataset(3, 1, &format!("<NoDataValue>-9999</NoDataValue>{part}"));
    assert_same(&folder.read(&stored).unwrap(), &[NAN, 30.0, NAN]);
}

#[test]
fn scales_and_offsets_of_sources_and_of_the_band_are_applied() {
    let folder = Folder::new();
    let more = "<ScaleOffset>100</ScaleOffset><ScaleRatio>2</ScaleRatio><NODATA>3</NODATA>";
    let a = source("ComplexSource", "a.asc", [0.0, 0.0, 3.0, 2.0], [0.0, 0.0, 3.0, 2.0], more);
    assert_same(&folder.read(&dataset(3, 2, &a)).unwrap(), &[102.0, 104.0, NAN, 108.0, 110.0, 112.0]);
    let band = format!("<NoDataValue>104</NoDataValue><Scale>0.5</Scale><Offset>1</Offset><UnitType>m</UnitType>{a}");
    assert_same(&folder.read(&dataset(3, 2, &band)).unwrap(), &[52.0, NAN, NAN, 55.0, 56.0, 57.0]);
    let feet = dataset(3, 2, &format!("<UnitType>ft</UnitType>{a}"));
    assert_eq!(folder.read(&feet).unwrap()[0], (102.0 * 0.3048) as f32);
}

#[test]
fn parts_of_another_size_are_interpolated() {
    let folder = Folder::new();
    // Each pixel becomes two by two: a quarter of a pixel from its centre.
    let a = source("SimpleSource", "a.asc", [0.0, 0.0, 3.0, 2.0], [0.0, 0.0, 6.0, 4.0], "");
    let values = folder.read(&dataset(6, 4, &a)).unwrap();
    assert_eq!(values[..6], [1.0, 1.25, 1.75, 2.25, 2.75, 3.0]);
    assert_eq!([values[6], values[12], values[18]], [1.75, 3.25, 4.0]);
}

#[test]
fn what_is_not_read_is_named() {
    let folder = Folder::new();
    let a = |more: &str| source("SimpleSource", "a.asc", [0.0, 0.0, 3.0, 2.0], [0.0, 0.0, 3.0, 2.0], more);
    let good = dataset(3, 2, &a(""));
    assert!(folder.read(&good).is_ok());
    for (text, wanted) in [
        (good.replacen("<VRTDataset", "<VRTDataset subClass=\"VRTWarpedDataset\"", 1), "a VRTWarpedDataset"),
        (
            good.replacen("<VRTRasterBand", "<VRTRasterBand subClass=\"VRTDerivedRasterBand\"", 1),
            "VRTDerivedRasterBand",
        ),
        (good.replace("SimpleSource", "AveragedSource"), "AveragedSource"),
        (good.replace("SimpleSource", "KernelFilteredSource"), "a KernelFilteredSource"),
        (good.replace("<SourceBand>1", "<SourceBand>2"), "takes the band 2"),
        (good.replace("a.asc", "/vsicurl/https://example.com/a.tif"), "which is no plain file"),
        (
            dataset(
                3,
                2,
                &source("ComplexSource", "a.asc", [0.0, 0.0, 3.0, 2.0], [0.0, 0.0, 3.0, 2.0], "<LUT>0:1</LUT>"),
            ),
            "LUT",
        ),
        (good.replace("</VRTDataset>", "<VRTRasterBand band=\"2\"/></VRTDataset>"), "it has 2 bands"),
        (good.replace("</VRTDataset>", "<MaskBand/></VRTDataset>"), "a MaskBand"),
        (good.replace("2.0, 0, 5.8e+06", "2.0, 0"), "the GeoTransform \""),
        (good.replace("-2.0<", "0<"), "the GeoTransform \""),
        (good.replace("rasterXSize=\"3\"", "rasterXSize=\"0\""), "rasterXSize is \"0\""),
        (good.replace("rasterXSize=\"3\"", "rasterXSize=\"99999999999\""), "rasterXSize is \"99999999999\""),
        (good.replace("ySize=\"2\"", "ySize=\"0\""), "an empty "),
        (good.replace("xOff=\"0\"", "xOff=\"nan\""), "xOff is \"nan\""),
        (good.replace("</VRTDataset>", ""), "closed"),
        ("<VRTDataset>".repeat(5000), ""),
    ] {
        let error = folder.read(&text).err().unwrap_or_else(|| panic!("{text}")).to_string();
        assert!(error.contains(wanted) && error.contains("dem.vrt"), "{wanted}: {error}");
    }
    // The sources are looked at when they are read.
    for (text, wanted) in [
        (good.replace("a.asc", "none.asc"), "none.asc"),
        (good.replace("xSize=\"3\"", "xSize=\"30\""), "3 x 2 pixels"),
        (good.replace("a.asc", "dem.vrt"), "a virtual raster inside another"),
    ] {
        let error = folder.read(&text).unwrap_err().to_string();
        assert!(error.contains(wanted), "{wanted}: {error}");
    }
    let entity = good.replacen(
        "<VRTDataset",
        "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><VRTDataset",
        1,
    );
    assert!(folder.read(&entity).is_err());
}

#[test]
fn what_stands_for_no_data_is_not_interpolated_with() {
    let folder = Folder::new();
    let whole = ([0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 4.0, 4.0]);
    for (kind, more) in [("SimpleSource", ""), ("ComplexSource", "<NODATA>-9999</NODATA>")] {
        let band = format!("<NoDataValue>-9999</NoDataValue>{}", source(kind, "b.asc", whole.0, whole.1, more));
        let values = folder.read(&dataset(4, 4, &band)).unwrap();
        assert!(values.iter().all(|v| v.is_nan() || (10.0..=30.0).contains(v)), "{kind}: {values:?}");
        let gaps: Vec<usize> = (0..16).filter(|&k| values[k].is_nan()).collect();
        assert_eq!(gaps, [10, 11, 14, 15], "{kind}: {values:?}");
    }
}
