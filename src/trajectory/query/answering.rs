//! A query of any kind that is being answered: prepares time steps for searches, spreads many points over threads.

use std::sync::Arc;

use rayon::prelude::*;

use super::dataset::Dataset;
use super::result::QueryResult;
use super::step_search::{Scratch, StepSearch};
use super::tables::{AtStep, TableSet};
use crate::Result;
use crate::job::CancelToken;
use crate::trajectory::periodic::PeriodicVolume;

/// A query that is being answered.
pub(super) struct Answering<'a> {
    pub dataset: &'a Dataset,
    pub cell_size: f32,
    pub tables: Arc<TableSet>,
    pub volume: Option<PeriodicVolume>,
    pub unwrapped: bool,
    pub cancel: &'a CancelToken,
}

impl<'a> Answering<'a> {
    /// Prepares a time step for one search or a few, or for `many`; `None` when the time step is known to be empty.
    pub fn step(&self, step: i32, many: bool) -> Result<Option<StepSearch<'a>>> {
        let mut tables = self.tables.clone();
        for may_build in [self.dataset.builds_missing(), false] {
            match self.dataset.at_step(&tables, step)? {
                AtStep::Table(table, shard) => {
                    return StepSearch::new(self.dataset, table, shard, step, many).map(Some);
                }
                AtStep::Empty => {
                    self.dataset.tell_of_gaps(step.into());
                    return Ok(None);
                }
                AtStep::Missing if may_build => {
                    self.dataset.build(self.cell_size, self.cancel)?;
                    tables = self.dataset.table_set(self.cell_size)?;
                }
                AtStep::Missing => return Err(tables.missing(step)),
            }
        }
        unreachable!("the second round returns")
    }

    /// Answers each of the questions, in their order; in parallel, `at_once` per thread, when there are more than that.
    pub fn answer_each<T: Sync>(
        &self,
        questions: &[T],
        at_once: usize,
        result: &mut QueryResult,
        answer: impl Fn(&T, &mut Scratch, &mut QueryResult) -> Result<()> + Sync,
    ) -> Result<()> {
        let answer_part = |questions: &[T], part: &mut QueryResult| {
            Scratch::lend(self.cancel, |scratch| {
                questions.iter().try_for_each(|question| {
                    scratch.check()?;
                    answer(question, scratch, part)
                })
            })
        };
        // A few questions are not worth starting threads for.
        if questions.len() <= at_once {
            return answer_part(questions, result);
        }
        let pool = self.dataset.pool()?;
        if pool.context().threads() == 1 {
            return answer_part(questions, result);
        }
        let part = |questions: &[T]| {
            let mut part = QueryResult::default();
            answer_part(questions, &mut part).map(|()| part)
        };
        let parts: Vec<QueryResult> =
            pool.install(|| questions.par_chunks(at_once).map(part).collect::<Result<_>>())?;
        parts.iter().for_each(|part| result.append(part));
        Ok(())
    }
}
