//! Progress of a job: counters that workers add to, and snapshots of them.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use serde::Serialize;

use super::memory::MemoryBudget;

/// A phase of a job.
#[derive(Clone, Copy, Debug)]
pub struct Phase {
    /// The phase's name, one word.
    pub name: &'static str,
    /// The phase's share of the whole work, in any unit; only ratios count.
    pub weight: f64,
}

/// A snapshot of a job's progress.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Progress {
    /// The name of the current phase; empty before the first.
    pub phase: &'static str,
    /// The number of units of this phase that are done.
    pub units_done: u64,
    /// The number of units of this phase.
    pub units_total: u64,
    /// The number of items (room for samples, triangles) of this phase that are done.
    pub items_done: u64,
    /// The number of items of this phase, as far as known.
    pub items_total: u64,
    /// Bytes reserved for the job's buffers at the moment.
    pub bytes_now: u64,
    /// The most bytes reserved for the job's buffers at once.
    pub bytes_peak: u64,
    /// Seconds since the job began.
    pub seconds: f64,
    /// The share of the whole work that is done, 0 to 1, over all phases.
    pub fraction: f64,
    /// The estimated seconds to go; `None` until enough is done for an estimate.
    pub eta_seconds: Option<f64>,
}

/// The time that a phase took and the work it did.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PhaseReport {
    /// The phase's name.
    pub name: &'static str,
    /// The wall-clock time, in seconds.
    pub seconds: f64,
    /// The number of units done.
    pub units: u64,
    /// The number of items done.
    pub items: u64,
}

/// The counters behind [`Progress`]. Workers only add to atomics; the lock is for phase changes and snapshots.
#[derive(Debug)]
pub(super) struct Counters {
    started: Instant,
    phase: AtomicUsize,
    units_done: AtomicU64,
    units_total: AtomicU64,
    items_done: AtomicU64,
    items_total: AtomicU64,
    plan: Mutex<Plan>,
}

#[derive(Debug, Default)]
struct Plan {
    phases: Vec<Phase>,
    done: Vec<PhaseReport>,
    phase_started: Option<Instant>,
}

impl Default for Counters {
    fn default() -> Counters {
        Counters {
            started: Instant::now(),
            phase: AtomicUsize::new(0),
            units_done: AtomicU64::new(0),
            units_total: AtomicU64::new(0),
            items_done: AtomicU64::new(0),
            items_total: AtomicU64::new(0),
            plan: Mutex::new(Plan::default()),
        }
    }
}

impl Counters {
    pub fn set_plan(&self, phases: &[Phase]) {
        let mut plan = self.plan.lock().expect("no panic while held");
        let is_planned = |phase: &Phase| plan.phases.iter().any(|planned| planned.name == phase.name);
        if !phases.iter().all(is_planned) {
            self.close_phase(&mut plan);
            plan.phases = phases.to_vec();
            self.phase.store(0, Ordering::Relaxed);
        }
    }

    pub fn begin(&self, name: &'static str, units: u64, items: u64) {
        let mut plan = self.plan.lock().expect("no panic while held");
        self.close_phase(&mut plan);
        let index = plan.phases.iter().position(|p| p.name == name).unwrap_or(plan.phases.len());
        if index == plan.phases.len() {
            plan.phases.push(Phase { name, weight: 0.0 });
        }
        self.phase.store(index, Ordering::Relaxed);
        self.units_done.store(0, Ordering::Relaxed);
        self.units_total.store(units, Ordering::Relaxed);
        self.items_done.store(0, Ordering::Relaxed);
        self.items_total.store(items, Ordering::Relaxed);
        plan.phase_started = Some(Instant::now());
    }

    /// Ends the current phase and returns the reports of all phases so far.
    pub fn finish(&self) -> Vec<PhaseReport> {
        let mut plan = self.plan.lock().expect("no panic while held");
        if plan.phase_started.is_some() {
            self.close_phase(&mut plan);
            // More phases follow when this work is one part of a larger job.
            self.phase.fetch_add(1, Ordering::Relaxed);
        }
        plan.done.clone()
    }

    fn close_phase(&self, plan: &mut Plan) {
        if let Some(started) = plan.phase_started.take() {
            let report = PhaseReport {
                name: plan.phases[self.phase.load(Ordering::Relaxed)].name,
                seconds: started.elapsed().as_secs_f64(),
                units: self.units_done.load(Ordering::Relaxed),
                items: self.items_done.load(Ordering::Relaxed),
            };
            plan.done.push(report);
        }
    }

    pub fn add_items(&self, items: u64) {
        self.items_done.fetch_add(items, Ordering::Relaxed);
    }

    pub fn add_unit(&self) {
        self.units_done.fetch_add(1, Ordering::Relaxed);
    }

    pub fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    pub fn snapshot(&self, memory: &MemoryBudget) -> Progress {
        let plan = self.plan.lock().expect("no panic while held");
        let index = self.phase.load(Ordering::Relaxed);
        let running = plan.phase_started.is_some();
        let (items_done, items_total) =
            (self.items_done.load(Ordering::Relaxed), self.items_total.load(Ordering::Relaxed));
        let (units_done, units_total) =
            (self.units_done.load(Ordering::Relaxed), self.units_total.load(Ordering::Relaxed));
        let ratio = |done: u64, total: u64| if total == 0 { 0.0 } else { (done as f64 / total as f64).min(1.0) };
        let within = if items_total > 0 { ratio(items_done, items_total) } else { ratio(units_done, units_total) };
        let total: f64 = plan.phases.iter().map(|p| p.weight).sum();
        let before: f64 = plan.phases.iter().take(index).map(|p| p.weight).sum();
        let here = plan.phases.get(index).map_or(0.0, |p| p.weight);
        let done = if running { before + here * within } else { before };
        let fraction = if total > 0.0 { (done / total).min(1.0) } else { 0.0 };
        let seconds = self.seconds();
        Progress {
            phase: if running { plan.phases[index].name } else { "" },
            units_done,
            units_total,
            items_done,
            items_total,
            bytes_now: memory.now(),
            bytes_peak: memory.peak(),
            seconds,
            fraction,
            // The first two per cent of the work are too little for an estimate.
            eta_seconds: (running && within > 0.0 && fraction >= 0.02).then(|| seconds * (1.0 - fraction) / fraction),
        }
    }
}
