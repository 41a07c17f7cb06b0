//! One walk over all triangles of a surface.

use crate::Result;
use crate::io::surface::{Triangle, TriangleSource};
use crate::job::Context;

/// Calls `each` with every triangle of a surface; stops when the job is asked to.
pub(super) fn walk(source: &dyn TriangleSource, context: &Context, each: &mut dyn FnMut(&Triangle, i32)) -> Result<()> {
    /// Triangles between two looks at the flag.
    const STRIDE: u64 = 1 << 14;
    let mut walked = 0u64;
    context.check()?;
    source.for_each(&mut |triangle, marker| {
        walked += 1;
        each(triangle, marker);
        if walked.is_multiple_of(STRIDE) {
            context.add_items(STRIDE);
            context.check()?;
        }
        Ok(())
    })
}
