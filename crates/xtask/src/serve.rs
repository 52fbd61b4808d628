//! Serving the page on this machine.

use std::env;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use crate::arguments::ServeOptions;
use crate::failure::{Failure, Outcome};
use crate::program;
use crate::site::{self, Profile};
use crate::workshop::Workshop;

/// Sets up, builds and serves; ends only when it is stopped.
pub(crate) fn serve(workshop: &Workshop, options: &ServeOptions) -> Outcome {
    // First of all, because nobody should wait for a build to learn that the port is taken.
    ensure_port_is_free(options.port)?;
    let tools = workshop.tools()?;
    let profile = if options.dev { Profile::Dev } else { Profile::Release };
    site::compile(workshop, profile)?;
    let open = !options.no_open && has_screen();
    println!("Ringside comes up on http://127.0.0.1:{}/ (Ctrl-C stops it).", options.port);
    tools
        .trunk(&workshop.project)
        .args(["serve", "--address", "127.0.0.1", "--port", &options.port.to_string()])
        .args(profile.argument())
        .arg(format!("--open={open}"))
        .become_it("The page compiled, but trunk could not serve it: see its message above.")
}

/// Fails when another program listens on the port.
fn ensure_port_is_free(port: u16) -> Outcome {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let taken = || {
        Failure::new(format!(
            "Port {port} on 127.0.0.1 is taken by another program. Stop that program, or choose \
             another port: `cargo xtask serve --port {}`.",
            if port < 65_000 { port + 1 } else { 8080 }
        ))
    };
    // Closed again at once: below, only another program may answer.
    match TcpListener::bind(address).map(drop) {
        // Some systems let two programs listen where one of them listens on every address.
        Ok(()) if TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok() => {
            Err(taken())
        }
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(taken()),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Err(Failure::new(format!(
            "This system does not let you listen on port {port}. Choose one above 1023: `cargo \
             xtask serve --port 8080`."
        ))),
        Err(error) => Err(Failure::new(format!("Port {port} can't be listened on ({error})."))),
    }
}

/// Whether there is a screen that a browser could open on.
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
    fn a_taken_port_is_told_with_a_way_out() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let message = ensure_port_is_free(port).unwrap_err().to_string();
        assert!(message.contains("is taken by another program"), "{message}");
        assert!(message.contains("--port"), "{message}");
    }
}
