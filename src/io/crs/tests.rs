use super::*;

fn parse(text: &str) -> Crs {
    Crs::parse(text).unwrap_or_else(|| panic!("{text}"))
}

fn unit(text: &str) -> Option<(bool, f64)> {
    let crs = parse(text);
    let of_heights = match crs.heights {
        Heights::Other(fault) => Some(fault),
        _ => None,
    };
    match of_heights.or(crs.fault) {
        Some(Fault::Unit { of_heights, metres, .. }) => Some((of_heights, metres.unwrap())),
        None => None,
        other => panic!("{text}: {other:?}"),
    }
}

const US_FOOT: f64 = 0.304_800_609_601_219_2;

#[test]
fn codes_are_read_in_all_their_forms() {
    for text in [
        "EPSG:3006",
        "epsg::3006",
        "3006",
        "urn:ogc:def:crs:EPSG::3006",
        "urn:ogc:def:crs:EPSG:9.8.15:3006",
        "http://www.opengis.net/def/crs/EPSG/0/3006",
        "https://www.opengis.net/def/crs/EPSG/9.9.1/3006",
        "http://www.opengis.net/gml/srs/epsg.xml#3006",
        "http://spatialreference.org/ref/epsg/3006/proj4/",
        "EPSG:3006+5613",
        "EPSG:5845",
        "urn:ogc:def:crs,crs:EPSG::3006,crs:EPSG::5613",
        "https://www.opengis.net/def/crs-compound?1=http://www.opengis.net/def/crs/EPSG/0/3006&2=http://www.opengis.net/def/crs/EPSG/0/5613",
        "+init=epsg:3006 +type=crs",
        r#"PROJCS["SWEREF99 TM",GEOGCS["SWEREF99",AUTHORITY["EPSG","4619"]],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AUTHORITY["EPSG","3006"]]"#,
        r#"PROJCRS["SWEREF99 TM",BASEGEOGCRS["SWEREF99",ID["EPSG",4619]],CS[Cartesian,2],AXIS["northing (N)",north,ORDER[1],LENGTHUNIT["metre",1]],ID["EPSG",3006]]"#,
    ] {
        let crs = parse(text);
        assert_eq!((crs.code, &crs.fault), (Some((Authority::Epsg, 3006)), &None), "{text}");
        assert_eq!((crs.epsg(), crs.compare(&Crs::of_epsg(3006))), (Some(3006), Comparison::Same), "{text}");
    }
    assert_eq!(Crs::parse(" \0"), None);
}

#[test]
fn units_are_found_wherever_they_are_told() {
    for (text, wanted) in [
        ("EPSG:2263", Some((false, US_FOOT))),
        ("EPSG:2222", Some((false, 0.3048))),
        ("EPSG:2263+6360", Some((true, US_FOOT))),
        ("EPSG:2263+5703", Some((false, US_FOOT))),
        ("EPSG:32618+6360", Some((true, US_FOOT))),
        ("EPSG:8720", Some((true, US_FOOT))),
        ("ESRI:102718", Some((false, US_FOOT))),
        ("EPSG:25832+7837", None),
        (
            r#"PROJCS["NAD_1983_Feet",GEOGCS["x",UNIT["Degree",0.0174532925199433]],UNIT["Foot_US",0.3048006096012192]]"#,
            Some((false, US_FOOT)),
        ),
        (r#"PROJCS["x",GEOGCS["x"],UNIT["Meter",1.0]],VERTCS["NAVD_1988",UNIT["Foot",0.3048]]"#, Some((true, 0.3048))),
        (
            r#"COMPD_CS["x",PROJCS["x",UNIT["metre",1]],VERT_CS["y",UNIT["US survey foot",0.304800609601219]]]"#,
            Some((true, 0.304800609601219)),
        ),
        (
            r#"COMPOUNDCRS["x",PROJCRS["x",CS[Cartesian,2],AXIS["e",east,LENGTHUNIT["US survey foot",0.304800609601219]]],VERTCRS["y"]]"#,
            Some((false, 0.304800609601219)),
        ),
        (
            r#"BOUNDCRS[SOURCECRS[PROJCRS["x",CS[Cartesian,2],AXIS["e",east],LENGTHUNIT["foot",0.3048]]],TARGETCRS[GEOGCRS["WGS 84"]]]"#,
            Some((false, 0.3048)),
        ),
        (r#"LOCAL_CS["site",UNIT["foot",0.3048]]"#, Some((false, 0.3048))),
        ("+proj=lcc +lat_1=41 +units=us-ft +no_defs", Some((false, 12.0 / 39.37))),
        ("+proj=utm +zone=18 +to_meter=0.3048", Some((false, 0.3048))),
        ("+proj=utm +zone=18 +units=m +vunits=ft", Some((true, 0.3048))),
        ("+proj=utm +zone=33 +ellps=GRS80 +units=m", None),
        ("NAD83 / New York Long Island (ftUS)", Some((false, 12.0 / 39.37))),
        ("NAD83 / UTM zone 18N + NAVD88 height (ftUS)", Some((true, 12.0 / 39.37))),
        ("NAD_1983_StatePlane_New_York_Long_Island_FIPS_3104_Feet", Some((false, 0.3048))),
        ("Projection    STATEPLANE\nZunits        NO\nUnits         FEET\n", Some((false, 0.3048))),
        ("Projection    UTM\nZunits        FEET\nUnits         METERS\n", Some((true, 0.3048))),
        ("SWEREF99 TM", None),
        ("Amersfoort / RD New", None),
    ] {
        // Programs write factors with more or fewer digits.
        let rounded = |unit: Option<(bool, f64)>| unit.map(|(of_heights, metres)| (of_heights, (metres * 1e9).round()));
        assert_eq!(rounded(unit(text)), rounded(wanted), "{text}");
    }
}

#[test]
fn degrees_and_world_mercator_are_found() {
    for text in [
        "EPSG:4326",
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "OGC:CRS84h",
        "EPSG:4979",
        "EPSG:7844",
        "EPSG:4978",
        "EPSG:9518",
        "WGS 84",
        "ESRI:104199",
        "+proj=longlat +datum=WGS84",
        r#"GEOGCS["WGS 84",AUTHORITY["EPSG","4326"]]"#,
        r#"COMPD_CS["x",GEOGCS["WGS 84"],VERT_CS["EGM96",UNIT["metre",1]]]"#,
        "Projection    GEOGRAPHIC\nUnits   DD\n",
    ] {
        assert_eq!(parse(text).fault, Some(Fault::Degrees), "{text}");
    }
    for text in [
        "EPSG:3857",
        "EPSG:3785",
        "EPSG:900913",
        "ESRI:102100",
        "WGS 84 / Pseudo-Mercator",
        "+proj=webmerc +datum=WGS84",
        "+proj=merc +a=6378137 +b=6378137 +units=m",
        r#"PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",UNIT["Meter",1.0]]"#,
        r#"PROJCS["x",PROJECTION["Mercator_1SP"],UNIT["m",1],EXTENSION["PROJ4","+proj=merc +a=6378137 +b=6378137 +nadgrids=@null"]]"#,
        r#"PROJCRS["x",CONVERSION["y",METHOD["Popular Visualisation Pseudo Mercator"]],LENGTHUNIT["metre",1]]"#,
    ] {
        assert_eq!(parse(text).fault, Some(Fault::Mercator), "{text}");
    }
    for text in [
        "+proj=merc +ellps=GRS80 +units=m",
        r#"PROJCS["x",PROJECTION["Mercator_1SP"],PARAMETER["scale_factor",1],UNIT["m",1]]"#,
        r#"PROJCS["x",PROJECTION["Mercator"],PARAMETER["Standard_Parallel_1",0.0],UNIT["m",1]]"#,
    ] {
        assert_eq!(parse(text).fault, Some(Fault::Mercator), "{text}");
    }
    // A Mercator projection made for one country is true to scale there.
    for text in [
        "+proj=merc +lat_ts=42 +ellps=krass",
        "+proj=merc +k=0.997 +lon_0=110",
        r#"PROJCS["x",PROJECTION["Mercator_2SP"],PARAMETER["standard_parallel_1",42],UNIT["m",1]]"#,
        r#"PROJCS["x",PROJECTION["Mercator_1SP"],PARAMETER["scale_factor",0.997],UNIT["m",1]]"#,
        r#"PROJCS["x",PROJECTION["Transverse_Mercator"],PARAMETER["scale_factor",1],UNIT["m",1]]"#,
    ] {
        assert_eq!(parse(text).fault, None, "{text}");
    }
}

#[test]
fn heights_that_count_downwards_are_found() {
    for text in [
        "EPSG:25832+5715",
        r#"COMPD_CS["x",PROJCS["y",UNIT["metre",1]],VERT_CS["MSL depth",UNIT["metre",1],AXIS["Depth",DOWN]]]"#,
        r#"COMPOUNDCRS["x",PROJCRS["y",LENGTHUNIT["metre",1]],VERTCRS["z",AXIS["depth (D)",down,LENGTHUNIT["metre",1]]]]"#,
        r#"COMPD_CS["x",PROJCS["y",UNIT["metre",1]],VERT_CS["z",UNIT["metre",1],AUTHORITY["EPSG","5861"]]]"#,
    ] {
        assert!(matches!(parse(text).heights, Heights::Other(Fault::Depths { .. })), "{text}");
        assert!(parse(text).complaint().unwrap().contains("count downwards"), "{text}");
    }
    let up = r#"COMPD_CS["x",PROJCS["y",UNIT["metre",1]],VERT_CS["z",UNIT["metre",1],AXIS["Up",UP]]]"#;
    assert_eq!((parse(up).fault, parse(up).heights), (None, Heights::Metres));
}

#[test]
fn systems_are_told_apart_only_where_that_is_sure() {
    for (a, b, wanted) in [
        ("EPSG:3006", "urn:ogc:def:crs:EPSG::3006", Comparison::Same),
        ("EPSG:7415", "EPSG:28992", Comparison::Same),
        ("EPSG:2263", "EPSG:3006", Comparison::Different),
        ("SWEREF99 TM", "SWEREF99_TM", Comparison::Same),
        ("ETRS89 / UTM zone 32N", "ETRS89 / UTM zone 32N + DHHN2016 height", Comparison::Same),
        ("ETRS89 / UTM zone 32N", "ETRS_1989_UTM_Zone_33N", Comparison::Different),
        ("ETRS89 / UTM zone 32N", "ETRS_1989_UTM_Zone_32N", Comparison::Unknown),
        ("ETRS_1989_UTM_Zone_33N", "EPSG:25832", Comparison::Different),
        ("WGS 84 / UTM zone 33S", "EPSG:32733", Comparison::Unknown),
        ("EPSG:5972", "EPSG:25832", Comparison::Same),
        ("EPSG:5972", "EPSG:25833", Comparison::Different),
        ("EPSG:4647", "EPSG:25832", Comparison::Different),
        ("SWEREF99 TM", "EPSG:3006", Comparison::Unknown),
        ("ESRI:102718", "EPSG:2263", Comparison::Unknown),
        ("unnamed", "unnamed", Comparison::Unknown),
    ] {
        assert_eq!(parse(a).compare(&parse(b)), wanted, "{a}, {b}");
        assert_eq!(parse(b).compare(&parse(a)), wanted, "{b}, {a}");
    }
}

#[test]
fn broken_descriptions_give_what_can_be_read() {
    let whole = r#"COMPD_CS["x ""y""",PROJCS["x",UNIT["metre",1]],VERT_CS["y",UNIT["foot",0.3048]]]"#;
    assert_eq!(unit(whole), Some((true, 0.3048)));
    for end in 0..whole.len() {
        Crs::parse(&whole[..end]);
    }
    assert!(Crs::parse(&"PROJCS[".repeat(10_000)).is_some());
}
