use super::*;
use crate::Status;
use crate::city::output::check::box_city::BoxCity;
use crate::io::surface::Surface;

fn pixels(surface: &Surface, options: &PreviewOptions) -> (u32, u32, Vec<u8>) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.png");
    preview(surface, &path, &PreviewOptions { caption: false, ..options.clone() }).unwrap();
    let decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(info.color_type, png::ColorType::Rgb);
    (info.width, info.height, pixels)
}

#[test]
fn from_above_roofs_are_red_where_they_are_and_shade_what_is_south_east() {
    // One building in the middle ninth of a square of 90 m.
    let city =
        BoxCity { cells: 9, cell: 10.0, origin: [320_000.0, 6_400_000.0], relief: 0.0, ..BoxCity::one([3, 3], 3) };
    let options = PreviewOptions { width: 90, view: View::Top, ..PreviewOptions::default() };
    let (width, height, pixels) = pixels(&city.surface(), &options);
    assert_eq!((width, height), (90, 90));
    let at = |east: usize, north: usize| -> [u8; 3] {
        let i = 3 * ((89 - north) * 90 + east);
        pixels[i..i + 3].try_into().unwrap()
    };
    let is_red = |[r, g, b]: [u8; 3]| r > g + 20 && r > b + 20;
    for east in 0..90 {
        for north in 0..90 {
            let inside = |v: usize| (30..60).contains(&v);
            assert_eq!(is_red(at(east, north)), inside(east) && inside(north), "{east} {north}: {:?}", at(east, north));
        }
    }
    let brightness = |p: [u8; 3]| p.iter().map(|&c| u32::from(c)).sum::<u32>();
    assert!(brightness(at(45, 25)) < brightness(at(10, 10)) * 3 / 4, "south of the building is its shadow");
    assert_eq!(at(45, 65), at(10, 10), "north of it is none");
}

#[test]
fn from_the_south_west_all_is_in_the_picture() {
    let city = BoxCity { cells: 9, cell: 10.0, ..BoxCity::one([3, 3], 3) };
    let options = PreviewOptions { width: 200, ..PreviewOptions::default() };
    let (width, height, pixels) = pixels(&city.surface(), &options);
    let sky = shade::SKY.map(|c| (c * 255.0 + 0.5) as u8);
    let is_sky = |x: u32, y: u32| pixels[3 * (y * width + x) as usize..][..3] == sky;
    for corner in [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)] {
        assert!(is_sky(corner.0, corner.1));
    }
    assert!((0..width).all(|x| is_sky(x, 0) && is_sky(x, height - 1)));
    assert!((width / 4..width * 3 / 4).all(|x| !is_sky(x, height / 2)));
}

#[test]
fn what_cannot_be_drawn_is_refused_and_leaves_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.png");
    let city = BoxCity::one([1, 1], 1).surface();
    let draw = |surface: &Surface, options: PreviewOptions| preview(surface, &path, &options).unwrap_err().status();
    let width = |width| PreviewOptions { width, ..PreviewOptions::default() };
    assert_eq!(draw(&city, width(0)), Status::InvalidArgument);
    assert_eq!(draw(&city, width(u32::MAX)), Status::InvalidArgument);
    assert_eq!(draw(&Surface::default(), width(100)), Status::InvalidArgument);
    let elsewhere = PreviewOptions { bounds: Some([-9.0, -9.0, -8.0, -8.0]), ..width(100) };
    assert_eq!(draw(&city, elsewhere), Status::InvalidArgument);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_surface_of_one_line_or_far_apart_is_drawn() {
    let line = [[0.0, 0.0, 0.0], [0.0, 5.0, 0.0], [0.0, 9.0, 1.0]];
    let far = [[0.0, 0.0, 0.0], [1e12, 0.0, -1e12], [0.0, 1e-3, f64::from(i32::MAX)]];
    for vertices in [line, far] {
        let surface = Surface { vertices: vertices.to_vec(), faces: vec![[0, 1, 2]], ..Surface::default() };
        for view in [View::Top, View::Oblique] {
            let (width, height, _) = pixels(&surface, &PreviewOptions { width: 32, view, ..PreviewOptions::default() });
            assert!(width == 32 && (1..=128).contains(&height));
        }
    }
}

#[test]
fn the_colours_and_the_legend_are_the_ground_s() {
    let options = PreviewOptions::default();
    let runner = Runner::new(&RunOptions::default()).unwrap();
    let camera = Camera::new(options.view);
    let extent = |surface: &Surface| Extent::of(surface, &camera, &options, runner.context()).unwrap().0;
    let mut city = BoxCity { relief: 8.0, ..BoxCity::one([1, 1], 2) };
    city.buildings[0].2 = 90.0;
    let surface = city.surface();
    let markers = surface.markers.as_ref().unwrap();
    let ground = surface.faces.iter().zip(markers).filter(|(_, m)| **m < 0).flat_map(|(face, _)| *face);
    let heights: Vec<f64> = ground.map(|v| surface.vertices[v as usize][2]).collect();
    let range = [heights.iter().copied().fold(f64::INFINITY, f64::min), heights.iter().copied().fold(0.0, f64::max)];
    let found = extent(&surface);
    assert!(range[1] <= 8.0 && found.high[2] == 98.0);
    assert_eq!(found.ground, range);
    // Without markers, all triangles that are not upright have the ground's colours; roofs alone have no ground.
    let bare = Surface { markers: None, ..surface.clone() };
    assert_eq!(extent(&bare).ground, [range[0], 98.0]);
    let roof: Vec<usize> = (0..markers.len()).filter(|&t| markers[t] == 1).collect();
    let faces = roof.iter().map(|&t| surface.faces[t]).collect();
    let roofs = Surface { faces, markers: Some(vec![1; roof.len()]), ..surface };
    assert_eq!(extent(&roofs).ground, [98.0; 2]);
}

/// A picture drawn in bands is the same; a picture that does not fit is refused, with a width that does.
#[test]
fn a_memory_limit_makes_bands_or_an_error_with_the_width_that_fits() {
    let city = BoxCity { cells: 9, cell: 10.0, ..BoxCity::one([3, 3], 3) }.surface();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.png");
    let draw = |width: u32, for_buffers: u64| {
        let memory_limit = MemoryBudget::OVERHEAD + for_buffers;
        let mut runner = Runner::new(&RunOptions { threads: 1, memory_limit, ..RunOptions::default() }).unwrap();
        preview_with(&city, &path, &PreviewOptions { width, ..PreviewOptions::default() }, &mut runner)?;
        let peak = runner.context().memory().peak();
        assert!(peak <= for_buffers, "{peak} of {for_buffers}");
        Ok((std::fs::read(&path).unwrap(), peak))
    };
    let (whole, all) = draw(400, 64 << 20).unwrap();
    std::fs::remove_file(&path).unwrap();
    let Err(Error::MemoryLimit { needed, what, .. }) = draw(400, 1 << 20) else { panic!("no room for it") };
    assert!(!path.exists());
    let least = needed - MemoryBudget::OVERHEAD;
    assert!(least < all / 2, "{least} of {all} is no smaller band");
    for room in [least, (least + all) / 2] {
        assert!(draw(400, room).unwrap().0 == whole, "{room} bytes");
    }
    let fitting = what.split_once("where ").unwrap().1.split_once(' ').unwrap().0.parse().unwrap();
    draw(fitting, 1 << 20).unwrap();
    let fitting_not: std::result::Result<_, Error> = draw(fitting + 1, 1 << 20);
    assert!(matches!(fitting_not, Err(Error::MemoryLimit { .. })));
}
