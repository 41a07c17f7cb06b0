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

/// A projected system as Esri writes it, without a code.
fn esri(name: &str, datum: &str, spheroid: &str, method: &str, parameters: &[(&str, f64)]) -> Crs {
    let parameters: String = parameters.iter().map(|(name, value)| format!("PARAMETER[\"{name}\",{value}],")).collect();
    parse(&format!(
        "PROJCS[\"{name}\",GEOGCS[\"GCS\",DATUM[\"D_{datum}\",SPHEROID[{spheroid}]],PRIMEM[\"Greenwich\",0.0],\
         UNIT[\"Degree\",0.0174532925199433]],PROJECTION[\"{method}\"],{parameters}UNIT[\"Meter\",1.0]]"
    ))
}

const GRS_80: &str = "\"GRS_1980\",6378137.0,298.257222101";
const BESSEL: &str = "\"Bessel_1841\",6377397.155,299.1528128";

/// The parameters of a transverse Mercator of UTM's kind.
fn utm(meridian: f64) -> [(&'static str, f64); 5] {
    [
        ("False_Easting", 500_000.0),
        ("False_Northing", 0.0),
        ("Central_Meridian", meridian),
        ("Scale_Factor", 0.9996),
        ("Latitude_Of_Origin", 0.0),
    ]
}

#[test]
fn descriptions_without_a_code_are_the_systems_of_their_codes() {
    let swiss = [
        ("False_Easting", 2_600_000.0),
        ("False_Northing", 1_200_000.0),
        ("Scale_Factor", 1.0),
        ("Azimuth", 90.0),
        ("Longitude_Of_Center", 7.43958333333333),
        ("Latitude_Of_Center", 46.9524055555556),
    ];
    let krovak = [
        ("False_Easting", 0.0),
        ("False_Northing", 0.0),
        ("Pseudo_Standard_Parallel_1", 78.5),
        ("Scale_Factor", 0.9999),
        ("Azimuth", 30.28813975277778),
        ("Longitude_Of_Center", 24.83333333333333),
        ("Latitude_Of_Center", 49.5),
        ("X_Scale", -1.0),
        ("Y_Scale", 1.0),
        ("XY_Plane_Rotation", 90.0),
    ];
    let belgian = [
        ("False_Easting", 150_000.013),
        ("False_Northing", 5_400_088.438),
        ("Central_Meridian", 4.36748666666667),
        ("Standard_Parallel_1", 51.1666672333333),
        ("Standard_Parallel_2", 49.8333339),
        ("Latitude_Of_Origin", 90.0),
    ];
    let arctic =
        [("False_Easting", 0.0), ("False_Northing", 0.0), ("Central_Meridian", -45.0), ("Standard_Parallel_1", 70.0)];
    let international = "\"International_1924\",6378388.0,297.0";
    let wgs_84 = "\"WGS_1984\",6378137.0,298.257223563";
    for (described, code) in [
        (esri("ETRS_1989_UTM_Zone_32N", "ETRS_1989", GRS_80, "Transverse_Mercator", &utm(9.0)), 25832),
        (esri("CH1903+_LV95", "CH1903+", BESSEL, "Hotine_Oblique_Mercator_Azimuth_Center", &swiss), 2056),
        (esri("S-JTSK_Krovak_East_North", "S_JTSK", BESSEL, "Krovak", &krovak), 5514),
        (esri("Belge_Lambert_1972", "Belge_1972", international, "Lambert_Conformal_Conic", &belgian), 31370),
        (esri("WGS_1984_NSIDC", "WGS_1984", wgs_84, "Stereographic_North_Pole", &arctic), 3413),
    ] {
        let coded = Crs::of_epsg(code);
        assert_eq!(described.compare(&coded), Comparison::Same, "EPSG:{code}");
        assert_eq!(coded.compare(&described), Comparison::Same, "EPSG:{code}");
    }
    // Names of datums that differ by a sign, or are those of several.
    let old = [&[("False_Easting", 600_000.0), ("False_Northing", 200_000.0)], &swiss[2..]].concat();
    for (datum, wanted) in [("CH1903", Comparison::Same), ("CH1903+", Comparison::Different)] {
        let old = esri("CH1903_LV03", datum, BESSEL, "Hotine_Oblique_Mercator_Azimuth_Center", &old);
        assert_eq!(old.compare(&Crs::of_epsg(21781)), wanted, "{datum}");
    }
    // Another origin, and the axes of Krovak's own.
    let mut elsewhere = utm(9.0);
    elsewhere[0].1 += 1.0;
    let elsewhere = esri("ETRS_1989_UTM_Zone_32N", "ETRS_1989", GRS_80, "Transverse_Mercator", &elsewhere);
    assert_eq!(elsewhere.compare(&Crs::of_epsg(25832)), Comparison::Different);
    let mut turned = krovak;
    (turned[7].1, turned[9].1) = (1.0, 0.0);
    let turned = esri("S-JTSK_Krovak", "S_JTSK", BESSEL, "Krovak", &turned);
    assert_ne!(turned.compare(&Crs::of_epsg(5514)), Comparison::Same);
}

#[test]
fn one_projection_on_two_datums_is_two_systems_whoever_compares() {
    let nad_27 = esri(
        "NAD_1927_UTM_Zone_18N",
        "North_American_1927",
        "\"Clarke_1866\",6378206.4,294.9786982",
        "Transverse_Mercator",
        &utm(-75.0),
    );
    let ed_50 = esri(
        "ED_1950_UTM_Zone_32N",
        "European_1950",
        "\"International_1924\",6378388.0,297.0",
        "Transverse_Mercator",
        &utm(9.0),
    );
    let tokyo = esri("Tokyo_UTM_Zone_54N", "Tokyo", BESSEL, "Transverse_Mercator", &utm(141.0));
    for (described, own, other) in [(nad_27, 26718, 26918), (ed_50, 23032, 25832), (tokyo, 3095, 6691)] {
        assert_eq!(described.compare(&Crs::of_epsg(own)), Comparison::Same, "EPSG:{own}");
        assert_eq!(described.compare(&Crs::of_epsg(other)), Comparison::Different, "EPSG:{other}");
        assert_eq!(Crs::of_epsg(other).compare(&described), Comparison::Different, "EPSG:{other}");
    }
    // Systems in degrees, by their names and as PROJ has them.
    assert_eq!(parse("EPSG:4267").compare(&parse("EPSG:4269")), Comparison::Different);
    assert_eq!(parse("+proj=longlat +datum=NAD27").compare(&parse("NAD83")), Comparison::Different);
    assert_eq!(parse("OGC:CRS84").compare(&parse("EPSG:4326")), Comparison::Same);
    assert_eq!(parse("+proj=utm +zone=32 +datum=WGS84").compare(&parse("EPSG:32632")), Comparison::Same);
    assert_eq!(parse("+proj=utm +zone=33 +datum=WGS84").compare(&parse("EPSG:32632")), Comparison::Different);
    // A datum that nobody knows may be the same, unless it is on another ellipsoid.
    let nobodys = |spheroid: &str| esri("x", "Nobodys", spheroid, "Transverse_Mercator", &utm(9.0));
    assert_eq!(nobodys(GRS_80).compare(&Crs::of_epsg(25832)), Comparison::Unknown);
    assert_eq!(nobodys(BESSEL).compare(&Crs::of_epsg(25832)), Comparison::Different);
}

#[test]
fn lines_of_an_old_prj_tell_zone_and_datum() {
    let utm = |zone: i32, datum: &str| {
        parse(&format!(
            "Projection    UTM\nZone          {zone}\nDatum         {datum}\nUnits         METERS\nParameters\n"
        ))
    };
    assert_eq!(utm(32, "WGS84").compare(&parse("EPSG:32632")), Comparison::Same);
    assert_eq!(utm(-33, "WGS84").compare(&parse("EPSG:32733")), Comparison::Same);
    assert_eq!(utm(18, "NAD27").compare(&utm(18, "NAD83")), Comparison::Different);
    for other in [utm(33, "WGS84"), utm(33, "SOMEWHERE"), utm(-32, "SOMEWHERE")] {
        assert_eq!(utm(32, "SOMEWHERE").compare(&other), Comparison::Different, "{other}");
    }
    let lambert =
        |first: &str| parse(&format!("Projection LAMBERT\nUnits METERS\nParameters\n{first} 0 0.0 /* 1st parallel\n"));
    assert_ne!(lambert("49").compare(&lambert("50")), Comparison::Same);
    assert_eq!(lambert("49").compare(&lambert("49")), Comparison::Same);
}

#[test]
fn a_prj_is_a_description_or_a_code() {
    for text in [
        "EPSG:3006",
        "+proj=utm +zone=33 +ellps=GRS80",
        "PROJCS[\"x\",UNIT[\"m\",1]]",
        "LOCAL_CS[\"site\",UNIT[\"m\",1]]",
        "Projection    LAMBERT\nUnits METERS\n",
        "GEOGCS[\"x\"]",
    ] {
        assert!(Crs::of_prj(text).unwrap().is_some(), "{text}");
    }
    assert_eq!(Crs::of_prj(" \n\0"), Ok(None));
    for text in ["<html>not found</html>", "PROJCS[\"x\",GEOGCS[\"y\"", "hello", "NOTHING[\"x\"]", "{\"a\": 1}"] {
        let seen = Crs::of_prj(text).unwrap_err();
        assert!(seen.starts_with(&format!("\"{}", &text[..4].escape_debug())), "{seen}");
    }
}

#[test]
fn coordinates_that_count_to_the_west_or_the_south_are_found() {
    let system = |axes: &str| {
        format!("PROJCS[\"x\",GEOGCS[\"y\"],PROJECTION[\"Transverse_Mercator\"],UNIT[\"metre\",1],{axes}]")
    };
    for text in [
        "EPSG:2048".to_string(),
        "EPSG:5513".into(),
        "+proj=tmerc +lon_0=19 +axis=wsu +ellps=WGS84".into(),
        system("AXIS[\"Y\",WEST],AXIS[\"X\",SOUTH]"),
        system("AXIS[\"X\",SOUTH],AXIS[\"Y\",EAST]"),
        "PROJCRS[\"x\",CS[Cartesian,2],AXIS[\"southing (X)\",south],AXIS[\"westing (Y)\",west]]".into(),
    ] {
        let crs = parse(&text);
        assert_eq!(crs.fault, Some(Fault::Axes), "{text}");
        let why = Transform::new(&crs, &Crs::of_epsg(32632)).unwrap_err();
        assert!(why.contains("west or the south") && why.contains("gdalwarp -t_srs"), "{why}");
    }
    // Both axes lead away from a pole, or towards it.
    for text in [
        "EPSG:3413".to_string(),
        system("AXIS[\"Easting\",SOUTH],AXIS[\"Northing\",SOUTH]"),
        system("AXIS[\"Easting\",EAST],AXIS[\"Northing\",NORTH]"),
    ] {
        assert_eq!(parse(&text).fault, None, "{text}");
    }
}
