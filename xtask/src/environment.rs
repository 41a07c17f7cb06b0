//! What to set so that compilers and programs find an installed library.

use std::path::Path;

/// What to set after an installation of a target's library in a prefix, as lines to give as they stand.
pub fn next_steps(prefix: &Path, triple: &str) -> String {
    if triple.contains("windows") { for_windows(prefix, cfg!(windows)) } else { for_unix(prefix, triple) }
}

fn for_unix(prefix: &Path, triple: &str) -> String {
    let variable = |name: &str, value: &str| format!("  export {name}={}\"${{{name}:+:${name}}}\"\n", quoted(value));
    let (prefix, lib) = (prefix.display().to_string(), prefix.join("lib").display().to_string());
    let search = if triple.contains("apple") { "DYLD_LIBRARY_PATH" } else { "LD_LIBRARY_PATH" };
    format!(
        "For pkg-config:\n{}For CMake:\n{}\
         For programs with the shared library, unless they are linked with -Wl,-rpath,{}:\n{}",
        variable("PKG_CONFIG_PATH", &format!("{lib}/pkgconfig")),
        variable("CMAKE_PREFIX_PATH", &prefix),
        quoted(&lib),
        variable(search, &lib),
    )
}

/// On Windows programs find a library beside them, or by PATH. An installation made elsewhere is copied there first.
fn for_windows(prefix: &Path, here: bool) -> String {
    let (prefix, cross) = match here {
        true => (prefix.display().to_string(), String::new()),
        false => (
            "C:\\groma".to_string(),
            format!(
                "For CMake on this machine:\n\
                 \x20 export CMAKE_PREFIX_PATH={}\"${{CMAKE_PREFIX_PATH:+:$CMAKE_PREFIX_PATH}}\"\n\
                 On Windows, where the folder is copied to C:\\groma or another:\n",
                quoted(&prefix.display().to_string())
            ),
        ),
    };
    format!(
        "{cross}For CMake:\n  set \"CMAKE_PREFIX_PATH={prefix};%CMAKE_PREFIX_PATH%\"\n\
         For pkg-config with MinGW:\n  set \"PKG_CONFIG_PATH={prefix}\\lib\\pkgconfig;%PKG_CONFIG_PATH%\"\n\
         For programs that groma.dll does not lie beside:\n  set \"PATH={prefix}\\bin;%PATH%\"\n"
    )
}

/// A word of a shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@,".contains(c);
    if text.chars().all(plain) { text.to_string() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_what_a_shell_takes() {
        let text = next_steps(Path::new("/home/it's me/groma"), "x86_64-unknown-linux-gnu");
        let quoted = "'/home/it'\\''s me/groma/lib/pkgconfig'";
        let line = format!("  export PKG_CONFIG_PATH={quoted}\"${{PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}}\"\n");
        assert!(text.contains(&line), "{text}");
        assert!(
            next_steps(Path::new("/opt/groma"), "aarch64-apple-darwin")
                .contains("export DYLD_LIBRARY_PATH=/opt/groma/lib")
        );
        let here = for_windows(Path::new("D:\\groma"), true);
        assert!(here.contains("set \"CMAKE_PREFIX_PATH=D:\\groma;%CMAKE_PREFIX_PATH%\"\n"), "{here}");
        let copied = for_windows(Path::new("/opt/groma"), false);
        assert!(copied.contains("export CMAKE_PREFIX_PATH=/opt/groma\"${CMAKE_PREFIX_PATH"), "{copied}");
        assert!(copied.contains("set \"PATH=C:\\groma\\bin;%PATH%\""), "{copied}");
    }
}
