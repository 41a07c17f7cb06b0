//! The tests with a sanitizer in the library, its dependencies and, for threads, the standard library.

use crate::Result;
use crate::target::{LINUX, cargo, cargo_with_std, run, target_folder};

const MISSING: &str = "the thread sanitizer needs the standard library's source and a compiler of its version: apt install rustc-web \
     cargo-web rust-web-src clang libclang-rt-dev";

/// Where threads and mapped files meet.
const TESTS: [&str; 9] =
    ["--lib", "--test", "query", "--test", "resume", "--test", "city_store", "--test", "shrinking_files"];

/// Runs `cargo test` with a sanitizer, `address` or `thread`, and arguments, or the tests above.
pub fn test(arguments: &[String]) -> Result<()> {
    let (sanitizer, arguments) = arguments.split_first().ok_or("which sanitizer, address or thread?")?;
    let flags = format!("-Zsanitizer={sanitizer}");
    let (mut cargo, flags) = match sanitizer.as_str() {
        "address" => (cargo("test"), vec![flags]),
        "thread" => {
            // That compiler comes without a sanitizer's runtime library; clang has it.
            let more = ["-Zexternal-clangrt", "-Clinker=clang", "-Clink-arg=-fsanitize=thread"];
            (cargo_with_std("test"), [vec![flags], more.map(String::from).to_vec()].concat())
        }
        other => return Err(format!("no sanitizer {other:?}: address or thread")),
    };
    cargo.args(["--locked", "--no-fail-fast", "--target", LINUX, "--target-dir"]);
    cargo.arg(target_folder().join("sanitized").join(sanitizer));
    // Sanitizers are for the nightly compiler, which this one is with all that they need.
    cargo.env("RUSTC_BOOTSTRAP", "1").env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    // The first error ends a test; what the process holds at its end is no leak.
    cargo.env("ASAN_OPTIONS", "detect_leaks=0").env("TSAN_OPTIONS", "halt_on_error=1:second_deadlock_stack=1");
    if arguments.is_empty() {
        cargo.args(TESTS);
    }
    run(cargo.args(arguments)).map_err(|e| if sanitizer == "thread" { format!("{e}\n{MISSING}") } else { e })
}
