//! Cleans a city from south to north, island by island.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;

use super::border::Border;
use super::cluster::{Sets, joined_groups};
use super::on_grid::{Outcome, Prepared, prepare};
use super::ring::{GridBox, LIMIT, Ring, Shape, shape_area2};
use super::settings::{Settings, name_footprints};
use super::stray::Distances;
use super::tally::Tally;
use super::{Building, BuildingKey, Cleaned, CleanedIslands, Cleaning, FootprintPart, Known};
use crate::city::input::footprint::Footprint;
use crate::city::plane::area::Area;
use crate::city::plane::domain::{Domain, GRID};
use crate::city::plane::parameters::Parameters;
use crate::job::Context;
use crate::{Error, Result};

/// Cleans a city that is in memory, at once; `roofs` are the absolute elevations of the footprints' roofs.
///
/// # Errors
/// As [`Sweep::new`] and [`Sweep::advance`]; [`Error::InvalidArgument`] when the numbers of roofs and footprints
/// differ.
pub fn clean(
    footprints: &[Footprint],
    roofs: &[f64],
    area: &Area,
    parameters: &Parameters,
    context: &Context,
) -> Result<Cleaned> {
    if roofs.len() != footprints.len() {
        return Err(Error::invalid("roofs", roofs.len(), format!("one per footprint, {}", footprints.len())));
    }
    let given: Vec<GivenFootprint> = (0..)
        .zip(footprints.iter().zip(roofs))
        .map(|(index, (footprint, &roof))| GivenFootprint { index, footprint: footprint.clone(), roof })
        .collect();
    // All islands are cleaned together, so that none can stray into another.
    let mut sweep = Sweep::new(area, parameters, 0, context)?;
    let Islands { buildings, .. } = sweep.advance(given, None)?;
    let number = |wanted: &BuildingKey| {
        let key = |building: &Building| BuildingKey::new(building.members[0], &building.rings);
        let place = buildings.binary_search_by_key(wanted, key);
        place.map(|place| place as u64).map_err(|_| Error::Internal("no building has this place".into()))
    };
    let report = sweep.finish().report(number)?;
    Ok(Cleaned { buildings, report })
}

/// A footprint to clean.
#[derive(Clone, Debug)]
pub struct GivenFootprint {
    /// Its number among all footprints.
    pub index: u32,
    /// The footprint, in the mesh's reference system.
    pub footprint: Footprint,
    /// The elevation of its roof in metres; one that is not finite becomes no building.
    pub roof: f64,
}

/// Islands that were cleaned.
#[derive(Default)]
pub struct Islands {
    /// Their buildings, by smallest member, then by their first vertex.
    pub buildings: Vec<Building>,
    footprints: Vec<Known>,
}

impl Islands {
    /// Returns the names of footprints of theirs, given by their numbers.
    pub fn names(&self, footprints: &[u32]) -> Vec<String> {
        let name = |number: &u32| {
            let place = self.footprints.binary_search_by_key(number, |known| known.index);
            self.footprints[place.expect("the members of a building are of its island")].name()
        };
        footprints.iter().map(name).collect()
    }
}

/// The footprints of islands that are complete.
#[derive(Default)]
pub struct ToClean {
    footprints: Vec<Known>,
    outcomes: Vec<Outcome>,
    parts: Vec<FootprintPart>,
}

/// Cleans footprints that come from south to north.
///
/// Footprints that are near each other are of one island, and so are all polygons of a footprint. An island is cleaned
/// once no footprint that is still to come can belong to it. Nothing that is made of one island can meet what is made
/// of another; that outlines stay so near to their footprints is checked, and [`Sweep::has_strayed`] when one did not.
pub struct Sweep<'a> {
    domain: Domain,
    parameters: &'a Parameters,
    settings: Settings<'a>,
    context: &'a Context,
    border: Border,
    distances: Distances,
    /// No footprint that is still to come reaches farther south, in grid units.
    south: i32,
    /// The footprints of the islands that are not complete, and which of them are of one island.
    waiting: Vec<Waiting>,
    islands: Sets,
    has_strayed: bool,
    /// Whether all footprints are of one island, since outlines strayed however far islands were from each other.
    is_one: bool,
    tally: Tally,
}

/// A footprint whose island is not complete.
struct Waiting {
    known: Known,
    outcome: Outcome,
    parts: Vec<Shape>,
    /// How far north its parts reach; `None` when it has none.
    north: Option<i32>,
}

impl<'a> Sweep<'a> {
    /// Begins to clean the footprints of an area. Each step of `wider` doubles how far outlines may be from their
    /// footprints, until all footprints are cleaned together.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when a parameter or the domain is out of its range.
    pub fn new(area: &Area, parameters: &'a Parameters, wider: u32, context: &'a Context) -> Result<Sweep<'a>> {
        parameters.check()?;
        let domain = *area.domain();
        // Offsets may reach beyond the border of the domain.
        let limit = LIMIT - (1 << 20);
        let in_range =
            (0..2).all(|k| -limit <= domain.min[k] && domain.min[k] < domain.max[k] && domain.max[k] <= limit);
        if !in_range {
            let accepted = format!("smallest below largest, both within {:.0} m of the origin", limit as f64 * GRID);
            return Err(Error::invalid("domain", format!("{:?} to {:?}", domain.min, domain.max), accepted));
        }
        let settings = Settings::new(parameters, context);
        let border = Border::new(area, settings.detail);
        let distances = Distances::new(&settings, parameters.merge_buildings, border.margin(), wider);
        Ok(Sweep {
            domain,
            parameters,
            settings,
            context,
            border,
            distances,
            south: i32::MIN,
            waiting: Vec::new(),
            islands: Sets::new(0),
            has_strayed: false,
            is_one: wider >= Distances::WIDEST,
            tally: Tally::default(),
        })
    }

    /// Takes footprints, and returns the islands that are complete then. No footprint that is still to come reaches
    /// farther south than `next`, in grid units; with `None` there are none to come.
    ///
    /// # Errors
    /// [`Error::MemoryLimit`] and [`Error::NoMemory`] when footprints cross each other too often for the memory;
    /// [`Error::Cancelled`].
    pub fn advance(&mut self, footprints: Vec<GivenFootprint>, next: Option<i32>) -> Result<Islands> {
        let to_clean = self.gather(footprints, next)?;
        let cleaned = self.clean(&to_clean)?;
        Ok(self.take(to_clean, cleaned))
    }

    /// Takes footprints as [`Sweep::advance`] does, and returns the footprints of the islands that are complete then.
    ///
    /// # Errors
    /// As [`Sweep::advance`].
    pub fn gather(&mut self, footprints: Vec<GivenFootprint>, next: Option<i32>) -> Result<ToClean> {
        let come: Vec<Waiting> = footprints
            .into_par_iter()
            .with_min_len(64)
            .map(|given| self.bring_to_grid(given))
            .collect::<Result<_>>()?;
        self.take_in(come);
        self.join_islands()?;
        let complete = self.take_complete(next);
        self.south = next.unwrap_or(i32::MAX);
        let mut to_clean = ToClean::default();
        for (footprint, waiting) in (0..).zip(complete) {
            let part = |shape: Shape| FootprintPart { footprint, area2: shape_area2(&shape), shape };
            to_clean.parts.extend(waiting.parts.into_iter().map(part));
            to_clean.outcomes.push(waiting.outcome);
            to_clean.footprints.push(waiting.known);
        }
        Ok(to_clean)
    }

    /// Cleans the footprints of islands. What comes out depends on nothing but them and how this sweep began.
    ///
    /// # Errors
    /// As [`Sweep::advance`].
    pub fn clean(&self, to_clean: &ToClean) -> Result<CleanedIslands> {
        let cleaning = Cleaning {
            footprints: &to_clean.footprints,
            merging: self.parameters.merge_buildings,
            height_tolerance: self.parameters.merge_height_tolerance,
            settings: self.settings,
            context: self.context,
            border: &self.border,
            parts: &to_clean.parts,
            distances: self.distances,
            has_strayed: AtomicBool::new(false),
        };
        cleaning.clean(to_clean.outcomes.clone())
    }

    /// Returns the islands that were cleaned.
    pub fn take(&mut self, to_clean: ToClean, cleaned: CleanedIslands) -> Islands {
        let CleanedIslands { buildings, tally, has_strayed } = cleaned;
        self.has_strayed |= has_strayed;
        self.tally.add(tally);
        Islands { buildings, footprints: to_clean.footprints }
    }

    /// Returns a hash of all that the result of [`Sweep::clean`] depends on.
    pub fn hash(&self, to_clean: &ToClean) -> u128 {
        let mut hash = Xxh3::new();
        let ToClean { footprints, outcomes, parts } = to_clean;
        let reach = self.distances.reach;
        let text = serde_json::to_vec(&(crate::VERSION, self.parameters, &self.domain, reach, footprints, outcomes));
        hash.update(&text.expect("plain values are JSON"));
        for side in self.border.sides() {
            hash.update(bytemuck::must_cast_slice(&side));
        }
        for part in parts {
            hash.update(bytemuck::must_cast_slice(&[part.footprint, part.shape.len() as u32]));
            for ring in &part.shape {
                hash.update(&ring.len().to_le_bytes());
                hash.update(bytemuck::must_cast_slice(ring));
            }
        }
        hash.digest128()
    }

    /// Returns the number of footprints whose islands are not complete, and of their polygons' points.
    pub fn waiting(&self) -> (u64, u64) {
        let points = self.waiting.iter().flat_map(|f| f.parts.iter().flatten()).map(|ring| ring.len() as u64);
        (self.waiting.len() as u64, points.sum())
    }

    /// Returns the domain of the area.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Returns whether an outline was farther from its footprints than islands allow: then the city must be cleaned
    /// again with wider islands.
    pub fn has_strayed(&self) -> bool {
        self.has_strayed && !self.is_one
    }

    /// Returns the account of what was cleaned.
    pub fn finish(self) -> Tally {
        self.tally
    }

    /// Brings a footprint to the grid; one whose roof is not finite becomes no building.
    fn bring_to_grid(&self, GivenFootprint { index, footprint, roof }: GivenFootprint) -> Result<Waiting> {
        self.settings.check()?;
        let prepared = prepare(&footprint, &self.domain, &self.border, &self.settings)
            .map_err(|error| name_footprints(error, || vec![footprint.name(index)]))?;
        let Prepared { mut parts, mut outcome } = prepared;
        if !roof.is_finite() {
            // There is no ground that the height counts from. That is the reason only when there would be a building
            // otherwise, not for a footprint that is outside or empty.
            outcome.without_ground = !parts.is_empty();
            parts.clear();
        }
        let lod = footprint.lod.unwrap_or(self.parameters.lod);
        let known = Known { index, id: footprint.id, lod, polygons: footprint.polygons.len() as u64, roof };
        let north = parts.iter().map(|part| GridBox::of(&part[0]).max[1]).max();
        Ok(Waiting { known, outcome, parts, north })
    }

    /// Adds footprints to those that wait.
    fn take_in(&mut self, come: Vec<Waiting>) {
        // What brings footprints to the grid may move them a little.
        let south = self.south.saturating_sub(self.distances.room);
        let mut outlines = come.iter().flat_map(|footprint| &footprint.parts).map(|part| GridBox::of(&part[0]));
        self.has_strayed |= outlines.any(|bounds| bounds.min[1] < south);
        self.waiting.extend(come);
        self.islands.extend(self.waiting.len());
    }

    /// Joins the footprints that are near each other, of those that footprints still to come may be near to.
    fn join_islands(&mut self) -> Result<()> {
        let line = self.south.saturating_sub(self.distances.room + self.distances.reach);
        let mut owners: Vec<u32> = Vec::new();
        let mut shapes: Vec<&[Ring]> = Vec::new();
        for (n, footprint) in (0..).zip(&self.waiting).filter(|(_, f)| f.north.is_some_and(|north| north >= line)) {
            shapes.extend(footprint.parts.iter().map(Vec::as_slice));
            owners.resize(shapes.len(), n);
        }
        let pairs = joined_groups(&shapes, |p| owners[p], self.distances.reach, self.context.cancel_token());
        self.context.check()?;
        pairs.into_iter().for_each(|pair| self.islands.join(pair.map(|n| n as usize)));
        Ok(())
    }

    /// Takes out the footprints of all islands that end before those that are still to come, by their numbers.
    fn take_complete(&mut self, next: Option<i32>) -> Vec<Waiting> {
        let line = next.map_or(i32::MAX, |next| next.saturating_sub(self.distances.room + self.distances.reach));
        if self.is_one && next.is_some() {
            return Vec::new();
        }
        let mut complete: Vec<u32> = Vec::new();
        let mut others: Vec<Vec<u32>> = Vec::new();
        for island in std::mem::replace(&mut self.islands, Sets::new(0)).into_groups() {
            let ends = |&n: &u32| self.waiting[n as usize].north.is_none_or(|north| next.is_none() || north < line);
            if island.iter().all(ends) { complete.extend(island) } else { others.push(island) }
        }
        let mut waiting: Vec<Option<Waiting>> = std::mem::take(&mut self.waiting).into_iter().map(Some).collect();
        let mut take = |n: u32| waiting[n as usize].take().expect("each footprint is in one island");
        let mut taken: Vec<Waiting> = complete.into_iter().map(&mut take).collect();
        taken.sort_unstable_by_key(|footprint| footprint.known.index);
        self.islands = Sets::new(others.iter().map(Vec::len).sum());
        for island in others {
            let first = self.waiting.len();
            self.waiting.extend(island.into_iter().map(&mut take));
            (first + 1..self.waiting.len()).for_each(|n| self.islands.join([first, n]));
        }
        taken
    }
}
