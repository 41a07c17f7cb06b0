//! Makes a small city, builds its mesh tile by tile, merges and checks it, and draws a picture.
//!
//! `cargo run --release --example city_mesh [FOLDER]`
use std::path::PathBuf;

use groma::city::build::{BuildCityMeshOptions, spawn_city_mesh};
use groma::city::check::{CheckOptions, check};
use groma::city::footprints::FootprintOptions;
use groma::city::generate::{self, FOOTPRINTS_FILE, GenerateOptions, TERRAIN_FILE};
use groma::city::merge::{MergeOptions, merge_to_file};
use groma::city::preview::{PreviewOptions, preview};
use groma::city::store::MeshStore;
use groma::city::{CityInput, Footprints, Ground};
use groma::job::{RunOptions, Runner};

fn main() -> groma::Result<()> {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("target/demo-city"), PathBuf::from);
    let [tiles, mesh, picture] = ["tiles", "city.ply", "city.png"].map(|name| folder.join(name));
    // What is there is not made again, and not overwritten.
    if !folder.join(FOOTPRINTS_FILE).exists() {
        generate::write(&folder, &GenerateOptions::new(1000))?;
    }

    // From files here; footprints and terrain may as well come from memory.
    let input = CityInput {
        footprints: Footprints::File(folder.join(FOOTPRINTS_FILE), FootprintOptions::default()),
        terrain: Ground::File(folder.join(TERRAIN_FILE)),
    };
    let options = BuildCityMeshOptions { tile_size: 500.0, ..BuildCityMeshOptions::default() };
    let job = spawn_city_mesh(input, &tiles, options, None)?;
    while !job.wait(Some(std::time::Duration::from_millis(200))) {
        println!("{:.0} %", 100.0 * job.poll().fraction);
    }
    println!("{}\n", job.finish()?);

    let store = MeshStore::open(&tiles)?;
    let mut runner = Runner::new(&RunOptions::default())?;
    merge_to_file(&store, &mesh, &MergeOptions::default(), &mut runner)?;

    // The store says what its mesh must cover and whose markers it has.
    let city = store.city()?;
    let (bounds, buildings) = (Some(city.domain.bounds()), Some(city.buildings));
    let report = check(&store, &CheckOptions { bounds, buildings, ..CheckOptions::default() }, runner.context())?;
    println!("{report}");
    preview(&store, &picture, &PreviewOptions { buildings, ..PreviewOptions::default() })?;

    println!("tiles    {}\nmesh     {}\npicture  {}", tiles.display(), mesh.display(), picture.display());
    Ok(())
}
