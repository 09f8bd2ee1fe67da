//! A small HTTP client for measuring: one connection, kept alive, one request at a time.
//!
//! It talks to this machine only and understands no more of HTTP than our server says.

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// GET, POST and so on.
    pub method: &'static str,
    /// Path with query.
    pub path: String,
    /// Header lines besides the host and the length.
    pub headers: Vec<(String, String)>,
    /// The body; empty for none.
    pub body: String,
}

impl Request {
    /// Asks for a page or a record.
    #[must_use]
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            method: "GET",
            path: path.into(),
            headers: Vec::new(),
            body: String::new(),
        }
    }

    /// Sends JSON.
    #[must_use]
    pub fn post(path: impl Into<String>, body: &serde_json::Value) -> Self {
        Self {
            method: "POST",
            path: path.into(),
            headers: Vec::new(),
            body: body.to_string(),
        }
        .header("content-type", "application/json")
    }

    /// Sends a form, as pages do.
    #[must_use]
    pub fn form(path: impl Into<String>, body: String) -> Self {
        Self {
            method: "POST",
            path: path.into(),
            headers: Vec::new(),
            body,
        }
        .header("content-type", "application/x-www-form-urlencoded")
    }

    /// Adds a header line.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// What was answered.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Header lines, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// Every value of a header.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |it| it.0 == name)
            .map(|it| it.1.as_str())
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// If it is none.
    pub fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_slice(&self.body)
            .with_context(|| format!("not JSON: {:.200}", String::from_utf8_lossy(&self.body)))
    }

    /// Whether the server was content.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 400
    }
}

/// One connection.
#[derive(Debug)]
pub struct Client {
    address: String,
    stream: BufReader<TcpStream>,
}

impl Client {
    /// Connects to a server on this machine.
    ///
    /// # Errors
    /// If it does not listen there.
    pub async fn connect(port: u16) -> Result<Self> {
        let address = format!("127.0.0.1:{port}");
        let stream = TcpStream::connect(&address)
            .await
            .context("the server does not listen")?;
        stream.set_nodelay(true).context("no socket")?;
        Ok(Self {
            address,
            stream: BufReader::with_capacity(64 * 1024, stream),
        })
    }

    /// Asks and waits for the whole answer.
    ///
    /// # Errors
    /// If the connection breaks before the answer is complete.
    pub async fn send(&mut self, request: &Request) -> Result<Response> {
        let mut text = format!(
            "{} {} HTTP/1.1\r\nhost: {}\r\n",
            request.method, request.path, self.address
        );
        for (name, value) in &request.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if request.method != "GET" {
            text.push_str(&format!("content-length: {}\r\n", request.body.len()));
        }
        text.push_str("\r\n");
        text.push_str(&request.body);
        self.stream
            .get_mut()
            .write_all(text.as_bytes())
            .await
            .context("the connection broke")?;
        self.receive().await
    }

    async fn receive(&mut self) -> Result<Response> {
        let status = self.line().await?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.context("the answer has no status")?;
        let mut headers = Vec::new();
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let value = |name: &str| {
            headers
                .iter()
                .find(|it| it.0 == name)
                .map(|it| it.1.as_str())
        };
        let body = if value("transfer-encoding") == Some("chunked") {
            self.chunks().await?
        } else {
            let length = value("content-length")
                .and_then(|it| it.parse().ok())
                .unwrap_or(0);
            self.exactly(length).await?
        };
        Ok(Response {
            status,
            headers,
            body,
        })
    }

    async fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.line().await?;
            let length = usize::from_str_radix(&line, 16).context("a chunk has no length")?;
            body.extend(self.exactly(length).await?);
            self.line().await?;
            if length == 0 {
                return Ok(body);
            }
        }
    }

    async fn exactly(&mut self, length: usize) -> Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.stream
            .read_exact(&mut bytes)
            .await
            .context("the answer ended early")?;
        Ok(bytes)
    }

    async fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self
            .stream
            .read_line(&mut line)
            .await
            .context("the connection broke")?
            == 0
        {
            bail!("the server closed the connection");
        }
        Ok(line.trim_end().to_owned())
    }
}
