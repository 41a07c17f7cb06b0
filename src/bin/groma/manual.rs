//! `groma completions` and `groma man`: what shells and readers are told of the commands.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use groma::{Error, Result};

use crate::{Arguments, terminal};

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  mkdir -p ~/.local/share/bash-completion/completions
  groma completions bash > ~/.local/share/bash-completion/completions/groma

  mkdir -p ~/.zfunc          # and in ~/.zshrc, before compinit: fpath+=(~/.zfunc)
  groma completions zsh > ~/.zfunc/_groma

  groma completions fish > ~/.config/fish/completions/groma.fish
  groma completions powershell >> $PROFILE";

#[derive(Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn run(self) -> Result<ExitCode> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "groma", &mut script);
        terminal::println(String::from_utf8_lossy(&script).trim_end())?;
        Ok(ExitCode::SUCCESS)
    }
}

const MAN_EXAMPLES: &str = "\
Example:
  groma man ~/.local/share/man/man1";

#[derive(Args)]
#[command(after_help = MAN_EXAMPLES)]
pub struct Man {
    /// The folder to write groma.1, groma-city.1, groma-city-build.1 and so on into
    folder: PathBuf,
}

impl Man {
    pub fn run(self) -> Result<ExitCode> {
        let failed = |cause| Error::Io { action: "write manual pages into", path: self.folder.clone(), cause };
        std::fs::create_dir_all(&self.folder).map_err(failed)?;
        clap_mangen::generate_to(Arguments::command(), &self.folder).map_err(failed)?;
        Ok(ExitCode::SUCCESS)
    }
}
