//! Pages that show an output in a browser, served to this machine alone.
//!
//! | file | what it holds |
//! |---|---|
//! | `folder` | the files below a folder, and no others |
//! | `server` | the server on the loopback |
//! | `pages` | the pages, which are part of the program |
//! | `city` | `groma city view` |
//! | `trajectories` | `groma trajectories view`: time steps and answers to queries |

mod city;
mod folder;
mod pages;
mod server;
mod trajectories;

use std::sync::Arc;

use clap::Args;
use groma::Result;
use groma::job::CancelToken;

pub use city::{CityView, refuse_others};
use server::{Reply, Server};
pub use trajectories::TrajectoriesView;

use crate::terminal::{end_by_interrupt, println};

/// What the commands that serve pages have in common.
#[derive(Args)]
pub struct Serve {
    /// The port on 127.0.0.1 [default: one that is free]
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// Open the page in the browser
    #[arg(long)]
    open: bool,
}

impl Serve {
    /// Serves until Ctrl-C. The address is printed on stdout once it can be opened.
    fn run(&self, cancel: &CancelToken, answer: impl Fn(&str, &str) -> Reply + Send + Sync + 'static) -> Result<()> {
        let server = Server::bind(self.port.unwrap_or(0))?;
        end_by_interrupt();
        println(&format!("{}  (Ctrl-C ends it)", server.address()))?;
        if self.open
            && let Err(cause) = open_browser(&server.address())
        {
            log::warn!("the browser cannot be started ({cause}); open the address in it");
        }
        server.serve(cancel, Arc::new(answer));
        Ok(())
    }
}

/// Asks the system to open an address in the browser, and does not wait for it.
fn open_browser(address: &str) -> std::io::Result<()> {
    use std::process::{Command, Stdio};
    let (program, before): (_, &[&str]) = if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(before).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map(drop)
}
