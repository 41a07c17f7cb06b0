//! The tests with the address sanitizer in the library and its dependencies.

use crate::Result;
use crate::target::{LINUX, cargo, run, target_folder};

/// Where mapped files, threads and signals meet.
const TESTS: [&str; 9] =
    ["--lib", "--test", "query", "--test", "resume", "--test", "city_store", "--test", "shrinking_files"];

/// Runs `cargo test` with the address sanitizer and arguments, or the tests above.
pub fn test(arguments: &[String]) -> Result<()> {
    let mut cargo = cargo("test");
    cargo.args(["--locked", "--no-fail-fast", "--target", LINUX, "--target-dir"]);
    cargo.arg(target_folder().join("sanitized"));
    // Sanitizers are for the nightly compiler, which this one is with all that they need.
    cargo.env("RUSTC_BOOTSTRAP", "1").env("CARGO_ENCODED_RUSTFLAGS", "-Zsanitizer=address");
    // What the process holds at its end is no leak.
    cargo.env("ASAN_OPTIONS", "detect_leaks=0");
    if arguments.is_empty() {
        cargo.args(TESTS);
    }
    run(cargo.args(arguments))
}
