//! `groma completions` and `groma man`: completions for shells, and the manual pages.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;
use groma::io::output::make_folder;
use groma::io::{Durability, atomic, input};
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
        let mut pages = Vec::new();
        let mut command = Arguments::command().disable_help_subcommand(true);
        command.build();
        add_pages(command, &mut pages);
        make_folder(&self.folder, "folder")?;
        for page in &pages {
            page.refuse_to_replace_another_s(&self.folder)?;
        }
        for page in pages {
            atomic::write(&self.folder.join(page.name), &page.text, Durability::Unsynced)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

struct Page {
    /// The name of the file, as groma-city-build.1.
    name: String,
    text: Vec<u8>,
}

fn add_pages(command: Command, pages: &mut Vec<Page>) {
    command.get_subcommands().filter(|sub| !sub.is_hide_set()).for_each(|sub| add_pages(sub.clone(), pages));
    let page = clap_mangen::Man::new(command);
    let mut text = Vec::new();
    page.render(&mut text).expect("memory takes what is written");
    pages.push(Page { name: page.get_filename(), text });
}

impl Page {
    /// Refuses to replace a page of another program, told by its line .TH: the folder may have pages of all programs,
    /// and one of them may have the same name.
    fn refuse_to_replace_another_s(&self, folder: &Path) -> Result<()> {
        let path = folder.join(&self.name);
        let title = format!(".TH {} ", self.name.trim_end_matches(".1"));
        let is_own = |text: Vec<u8>| text.split(|&byte| byte == b'\n').any(|line| line.starts_with(title.as_bytes()));
        if input::read_small_if_there(&path)?.is_none_or(is_own) {
            return Ok(());
        }
        let seen = format!("{}, which no groma has written", path.display());
        Err(Error::InvalidArgument {
            name: "folder",
            seen,
            accepted: format!("a folder where {} is groma's or not there: move the file away", self.name),
        })
    }
}
