//! A server for pages on 127.0.0.1, which no other machine reaches, and no page of another address either.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::Arc;
use std::time::Duration;

use groma::job::CancelToken;
use groma::{Error, Result};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

/// How long a connection is waited for before it is looked whether the server is to end.
const PATIENCE: Duration = Duration::from_millis(100);

/// The bytes of the headers of a request that are read at most, those of the smallest buffer that hyper has.
const MOST_HEADERS: usize = 8192;

/// What a page may do: nothing but with what comes from this server. The decoder of compressed meshes is a program of
/// its own in the bundle, which is compiled when it is needed.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: data:; \
                      connect-src 'self' blob: data:; worker-src blob:; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// The content type of messages.
const TEXT: &str = "text/plain; charset=utf-8";

/// An answer.
pub enum Reply {
    /// Bytes, with their content type.
    Bytes(Vec<u8>, &'static str),
    /// A question that makes no sense, and why.
    Refused(String),
    /// There is no such thing.
    NotFound,
}

/// What gives the answer to the path and the query of an address, as they were sent.
type Answer = dyn Fn(&str, &str) -> Reply + Send + Sync;

/// A server that can be reached, and does not answer yet.
pub struct Server {
    runtime: tokio::runtime::Runtime,
    listener: TcpListener,
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
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let listener = runtime.block_on(TcpListener::bind(wanted)).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        Ok(Server { runtime, listener, address: SocketAddrV4::new(Ipv4Addr::LOCALHOST, port) })
    }

    /// Returns the address of the page.
    pub fn address(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Answers until it is cancelled.
    pub fn serve(self, cancel: &CancelToken, answer: Arc<Answer>) {
        let port = self.address.port();
        self.runtime.block_on(async {
            while !cancel.is_cancelled() {
                match tokio::time::timeout(PATIENCE, self.listener.accept()).await {
                    Ok(Ok((stream, _))) => drop(tokio::spawn(connection(stream, port, answer.clone()))),
                    Ok(Err(cause)) => {
                        // As where there are too many open files: it may be better in a moment.
                        log::warn!("a connection could not be taken: {cause}");
                        tokio::time::sleep(PATIENCE).await;
                    }
                    Err(_) => {}
                }
            }
        });
        // A browser keeps its connections.
        self.runtime.shutdown_timeout(PATIENCE);
    }
}

async fn connection(stream: TcpStream, port: u16, answer: Arc<Answer>) {
    let service = service_fn(move |request| respond(request, port, answer.clone()));
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).max_buf_size(MOST_HEADERS);
    // Browsers hang up when they do not want an answer any more.
    if let Err(cause) = http.serve_connection(TokioIo::new(stream), service).await {
        log::debug!("a connection ended: {cause}");
    }
}

async fn respond(
    request: Request<Incoming>,
    port: u16,
    answer: Arc<Answer>,
) -> std::result::Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_string();
    let query = request.uri().query().unwrap_or_default().to_string();
    // A page of another address can be made to point to this one; then the browser names that address.
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let ours = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    // A request may name the address in its first line, too.
    let is_ours = [Some(host), request.uri().authority().map(|named| named.as_str())]
        .into_iter()
        .flatten()
        .all(|named| ours.iter().any(|own| own == named));
    let (status, body, kind) = if !is_ours {
        (StatusCode::FORBIDDEN, b"this server answers on its own address alone\n".to_vec(), TEXT)
    } else if ![Method::GET, Method::HEAD].contains(request.method()) {
        (StatusCode::METHOD_NOT_ALLOWED, b"only GET and HEAD are answered\n".to_vec(), TEXT)
    } else {
        // Files and queries keep a thread waiting; meanwhile others are answered.
        let asked = path.clone();
        match tokio::task::spawn_blocking(move || answer(&asked, &query)).await {
            Ok(Reply::Bytes(bytes, kind)) => (StatusCode::OK, bytes, kind),
            Ok(Reply::Refused(why)) => (StatusCode::BAD_REQUEST, format!("{why}\n").into_bytes(), TEXT),
            Ok(Reply::NotFound) => (StatusCode::NOT_FOUND, b"there is no such file\n".to_vec(), TEXT),
            Err(cause) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{cause}\n").into_bytes(), TEXT),
        }
    };
    log::debug!("{status} {path}");
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        // A folder is written again by the next export.
        (header::CACHE_CONTROL, "no-cache"),
    ];
    response.headers_mut().extend(headers.map(|(name, value)| (name, HeaderValue::from_static(value))));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    Ok(response)
}
