//! The tests on ARM without ARM: built with GCC's cross compiler, run by qemu.

use crate::Result;
use crate::target::{cargo, run, target_folder};

const MISSING: &str = "rustup target add aarch64-unknown-linux-gnu; apt install gcc-aarch64-linux-gnu qemu-user";

/// Arithmetic, formats, queries and meshes. Not what starts programs: qemu runs one, not those that it starts.
const TESTS: [&str; 7] = ["--lib", "--test", "byte_identity", "--test", "query", "--test", "city"];

/// Runs `cargo test` for 64-bit ARM with `arguments`, or with the tests above.
pub fn test(arguments: &[String]) -> Result<()> {
    let mut cargo = cargo("test");
    cargo.args(["--locked", "--no-fail-fast", "--target", "aarch64-unknown-linux-gnu"]);
    cargo.arg("--target-dir").arg(target_folder().join("arm"));
    cargo.env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", "aarch64-linux-gnu-gcc");
    cargo.env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER", "qemu-aarch64 -L /usr/aarch64-linux-gnu");
    cargo.env_remove("GROMA_REQUIRE_ALL");
    if arguments.is_empty() {
        cargo.args(TESTS);
    }
    run(cargo.args(arguments)).map_err(|e| format!("{e}\n{MISSING}"))
}
