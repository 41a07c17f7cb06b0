//! A server for pages on 127.0.0.1, which no other machine reaches, and no page of another address either.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use groma::job::CancelToken;
use groma::{Error, Result};
use tiny_http::{Header, Method, Request, Response};

/// The threads that answer.
const THREADS: usize = 4;

/// How long a thread waits for a request before it looks whether it is to end.
const PATIENCE: Duration = Duration::from_millis(100);

/// What a page may do: nothing but with what comes from this server. The decoder of compressed meshes is a program of
/// its own in the bundle, which is compiled when it is needed.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: data:; \
                      connect-src 'self' blob: data:; worker-src blob:; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// An answer.
pub enum Reply {
    /// Bytes, with their content type.
    Bytes(Vec<u8>, &'static str),
    /// A file, with its content type.
    File(File, &'static str),
    /// A question that makes no sense, and why.
    Refused(String),
    /// There is no such thing.
    NotFound,
}

/// A server that can be reached, and does not answer yet.
pub struct Server {
    http: tiny_http::Server,
    address: SocketAddrV4,
}

impl Server {
    /// Takes a port, a free one for 0.
    ///
    /// # Errors
    /// [`Error::Io`] where the port is taken.
    pub fn bind(port: u16) -> Result<Server> {
        let wanted = SocketAddrV4::new(Ipv4Addr::LOCALHOST, port);
        let failed = |cause| Error::Io { action: "serve on", subject: wanted.to_string().into(), cause };
        let listener = std::net::TcpListener::bind(wanted).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let http = tiny_http::Server::from_listener(listener, None);
        let http = http.map_err(|cause| failed(std::io::Error::other(cause)))?;
        Ok(Server { http, address: SocketAddrV4::new(Ipv4Addr::LOCALHOST, port) })
    }

    /// Returns the address of the page.
    pub fn address(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Answers until it is cancelled. `answer` gets the path and the query of an address as they were sent.
    ///
    /// # Errors
    /// [`Error::Io`] where no request can be taken any more.
    pub fn serve(&self, cancel: &CancelToken, answer: impl Fn(&str, &str) -> Reply + Sync) -> Result<()> {
        let work = || {
            while !cancel.is_cancelled() {
                let request = self.http.recv_timeout(PATIENCE).map_err(|cause| Error::Io {
                    action: "take a request on",
                    subject: self.address.to_string().into(),
                    cause,
                })?;
                if let Some(request) = request {
                    self.respond(request, &answer);
                }
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let others: Vec<_> = (1..THREADS).map(|_| scope.spawn(work)).collect();
            let own = work();
            others.into_iter().fold(own, |result, thread| {
                result.and(thread.join().unwrap_or_else(|_| Err(Error::Internal("a thread of the server".into()))))
            })
        })
    }

    fn respond(&self, request: Request, answer: &impl Fn(&str, &str) -> Reply) {
        // A page of another address can be made to point to this one; then the browser names that address.
        let host = request.headers().iter().find(|header| header.field.equiv("Host"));
        let host = host.map(|header| header.value.as_str().to_string()).unwrap_or_default();
        let port = self.address.port();
        let is_ours = [format!("127.0.0.1:{port}"), format!("localhost:{port}")].contains(&host);
        if !is_ours {
            return send(request, 403, text("this server answers on its own address alone"));
        }
        if !matches!(request.method(), Method::Get | Method::Head) {
            return send(request, 405, text("only GET and HEAD are answered"));
        }
        let url = request.url().to_string();
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        match answer(path, query) {
            Reply::Bytes(bytes, kind) => send(request, 200, with_kind(Response::from_data(bytes), kind)),
            Reply::File(file, kind) => send(request, 200, with_kind(Response::from_file(file), kind)),
            Reply::Refused(why) => send(request, 400, text(&why)),
            Reply::NotFound => send(request, 404, text("there is no such file")),
        }
    }
}

fn text(text: &str) -> Response<std::io::Cursor<Vec<u8>>> {
    with_kind(Response::from_data(format!("{text}\n")), "text/plain; charset=utf-8")
}

fn with_kind<R: std::io::Read>(response: Response<R>, kind: &str) -> Response<R> {
    response.with_header(header("Content-Type", kind))
}

fn send<R: std::io::Read>(request: Request, status: u16, response: Response<R>) {
    let url = request.url().to_string();
    let response = response
        .with_status_code(status)
        // The length of each answer is known, and said.
        .with_chunked_threshold(usize::MAX)
        .with_header(header("Content-Security-Policy", POLICY))
        .with_header(header("X-Content-Type-Options", "nosniff"))
        .with_header(header("Cross-Origin-Resource-Policy", "same-origin"))
        // A folder is written again by the next export.
        .with_header(header("Cache-Control", "no-cache"));
    log::debug!("{status} {url}");
    // Browsers hang up when they do not want an answer any more.
    if let Err(cause) = request.respond(response) {
        log::debug!("{url}: {cause}");
    }
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("names and values of headers here are plain")
}
