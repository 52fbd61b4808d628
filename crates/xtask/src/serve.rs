//! `cargo xtask serve`: the page, built and served on this machine.

use std::env;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use anyhow::{Result, anyhow, bail};

use crate::arguments::ServeOptions;
use crate::context::Context;
use crate::program;
use crate::site::{self, Profile};

/// Installs missing tools, builds the page and serves it until the process is stopped.
pub(crate) fn serve(context: &Context, options: &ServeOptions) -> Result<()> {
    // First, so that a taken port is reported before the build and not after it.
    ensure_port_is_free(options.port)?;
    let tools = context.tools()?;
    let profile = if options.dev { Profile::Dev } else { Profile::Release };
    site::compile(context, profile)?;
    let open = !options.no_open && has_screen();
    println!(
        "Ringside is going to be served on http://127.0.0.1:{}/ (Ctrl-C stops it).",
        options.port
    );
    tools
        .trunk(&context.project)
        .args(["serve", "--address", "127.0.0.1", "--port", &options.port.to_string()])
        .args(profile.argument())
        .arg(format!("--open={open}"))
        .exec("The page compiled, but trunk could not serve it: see its message above.")
}

/// Fails if another program listens on the port.
fn ensure_port_is_free(port: u16) -> Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let taken = || {
        anyhow!(
            "Port {port} on 127.0.0.1 is taken by another program. Stop that program, or choose \
             another port: `cargo xtask serve --port {}`.",
            if port < 65_000 { port + 1 } else { 8080 }
        )
    };
    // Closed again at once, so that below only another program can answer.
    match TcpListener::bind(address).map(drop) {
        // Some systems let a second program listen if the first one listens on every address.
        Ok(()) if TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok() => {
            Err(taken())
        }
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(taken()),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => bail!(
            "This system does not let you listen on port {port}. Choose one above 1023: `cargo \
             xtask serve --port 8080`."
        ),
        Err(error) => bail!("Port {port} can't be listened on ({error})."),
    }
}

/// Whether there is a screen on which a browser can open.
fn has_screen() -> bool {
    if cfg!(any(windows, target_os = "macos")) {
        return true;
    }
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    (is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")) && program::find("xdg-open").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_of_a_taken_port_names_another_port() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let message = ensure_port_is_free(port).unwrap_err().to_string();
        assert!(message.contains("is taken by another program"), "{message}");
        assert!(message.contains("--port"), "{message}");
    }
}
