//! A part of a total, as long as it lives.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Adds an amount to a total until it is dropped.
#[derive(Debug)]
pub(super) struct Counted {
    amount: u64,
    total: Arc<AtomicU64>,
}

impl Counted {
    pub fn new(amount: u64, total: &Arc<AtomicU64>) -> Counted {
        total.fetch_add(amount, Ordering::Relaxed);
        Counted { amount, total: total.clone() }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.total.fetch_sub(self.amount, Ordering::Relaxed);
    }
}
