//! Makes tiles: those of a list that are not up to date, on the threads of the job.

use std::borrow::Cow;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::options::{FinishedTile, TileCallback};
use super::source::TileSource;
use super::tile::{self, MadeTile, State, TileInputs, state};
use crate::city::plane::cells::Tile;
use crate::city::tiles::store::{MeshStore, PREPARED_FOLDER, TileHeader};
use crate::io::in_use::remove_if_there;
use crate::io::lock::Lock;
use crate::job::{Context, Runner};
use crate::{Error, Result};

/// The tiles of a store, and what they are made from.
pub(super) struct Maker<'a> {
    pub source: &'a TileSource,
    pub store: MeshStore,
    pub context: &'a Context,
    pub on_tile: Option<&'a TileCallback>,
    /// The inputs of tiles, as far as they are known; those of others are collected when they are made.
    pub inputs: HashMap<Tile, TileInputs>,
    /// Whether other processes may be at work on the same tiles, which then tell each other by locks.
    pub shares: bool,
}

/// The halo of a tile, in metres.
#[derive(Clone, Copy, Debug)]
pub(super) struct Halo {
    /// The halo with which the tile is made.
    pub made: f64,
    /// The least halo with which its file must have been made for the file to be kept.
    pub kept: f64,
}

/// The outcome of making a tile.
pub(super) enum Outcome {
    Made(Box<MadeTile>),
    Renumbered(Box<TileHeader>),
    /// Its file was valid already.
    UpToDate,
    /// Another process is making it.
    Elsewhere,
    Failed(Error),
}

impl Maker<'_> {
    /// Makes the tiles of a list that are not up to date.
    ///
    /// # Errors
    /// Those of reading what tiles are made from; [`Error::Cancelled`].
    pub fn make_all(
        &self,
        runner: &mut Runner,
        tiles: &[Tile],
        halo: impl Fn(&Tile) -> Halo + Sync,
    ) -> Result<Vec<(Tile, Outcome)>> {
        let mut outcomes = Vec::with_capacity(tiles.len());
        let budget = self.context.memory().for_buffers().saturating_sub(self.context.memory().now());
        let share = budget / self.context.threads() as u64;
        // Tiles that need more than a thread's share of the memory are made one at a time.
        let (mut large, mut small) = (Vec::new(), Vec::new());
        for &tile in tiles {
            let bytes = self.source.estimate(&tile, halo(&tile).made)?.bytes;
            if bytes > share { large.push(tile) } else { small.push(tile) }
        }
        for (tiles, at_once) in [(small, self.context.threads()), (large, 1)] {
            runner.run_units(
                tiles,
                at_once,
                |tile| Ok((tile, self.make_one(&tile, halo(&tile))?)),
                |(tile, outcome)| {
                    self.announce(&tile, &outcome);
                    outcomes.push((tile, outcome));
                    Ok(())
                },
            )?;
        }
        Ok(outcomes)
    }

    /// Returns the inputs of a tile. Those that are collected now must be those that the manifest of the store has.
    fn inputs_of(&self, tile: &Tile) -> Result<Cow<'_, TileInputs>> {
        if let Some(known) = self.inputs.get(tile) {
            return Ok(Cow::Borrowed(known));
        }
        let inputs = TileInputs::new(self.source, tile)?;
        self.source.check_terrain()?;
        self.source.release();
        let name = tile.name();
        if self.store.inputs_of(&name) == Some(&inputs.text(self.source)) {
            return Ok(Cow::Owned(inputs));
        }
        let seen = format!("other inputs of tile {name} than were planned: files were damaged or changed");
        let accepted = "the files as they were planned; plan the city again (groma city plan)";
        Err(Error::bad_format(self.store.folder().join(PREPARED_FOLDER), None, seen, accepted))
    }

    /// Makes a tile, unless its file is valid and was made with a halo that is wide enough.
    fn make_one(&self, tile: &Tile, halo: Halo) -> Result<Outcome> {
        let inputs = &*self.inputs_of(tile)?;
        let name = tile.name();
        let state = || state(&self.store, &name, inputs, self.source, halo.kept);
        if let State::UpToDate = state()? {
            // A process that was killed right after it made the tile may have left the note of an earlier failure.
            return remove_if_there(&self.store.failure_path(&name)?).map(|()| Outcome::UpToDate);
        }
        let mut _claim = None;
        if self.shares {
            let path = self.store.claim_path(&name)?;
            match Lock::acquire(path, |_| "another process or job makes this tile".into()) {
                Err(Error::Busy { .. }) => return Ok(Outcome::Elsewhere),
                other => _claim = Some(other?),
            }
        }
        self.context.check_output()?;
        let make = || match state()? {
            State::UpToDate => Ok(Outcome::UpToDate),
            State::ToRenumber => tile::renumber(self.source, tile, inputs, &self.store)
                .map(|header| Outcome::Renumbered(Box::new(header))),
            State::Missing | State::Stale => {
                tile::make(self.source, tile, halo.made, inputs, &self.store, self.context)
                    .map(|made| Outcome::Made(Box::new(made)))
            }
        };
        // A panic in one tile must not end the others.
        let result = catch_unwind(AssertUnwindSafe(make)).unwrap_or_else(|panic| Err(Error::from_panic(&*panic)));
        match result {
            // Nobody wants the tiles any more.
            Err(e @ (Error::Cancelled | Error::Busy { .. })) => Err(e),
            Err(e) => {
                self.store.note_failure(&name, &e);
                Ok(Outcome::Failed(e))
            }
            other => other,
        }
    }

    /// Calls the caller's function for a tile that was made.
    fn announce(&self, tile: &Tile, outcome: &Outcome) {
        let header = match outcome {
            Outcome::Made(made) => &made.header,
            Outcome::Renumbered(header) => header,
            Outcome::UpToDate | Outcome::Elsewhere | Outcome::Failed(_) => return,
        };
        if let Some(on_tile) = self.on_tile
            && !self.context.is_silent()
        {
            on_tile(FinishedTile { name: &tile.name(), header });
        }
    }
}
