//! A wire to PostgreSQL that can be cut at the moment of a COMMIT.
//!
//! It reads the messages of the client one by one, as the protocol frames them, and passes them on whole.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// When the wire is cut, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The server never hears of the COMMIT.
    BeforeCommit,
    /// The server has committed, and its answer is lost.
    AfterCommit,
    /// The server hears of the COMMIT; the wire is cut while it is at it.
    WhileCommitting,
}

/// The wire.
pub struct Cutter {
    url: String,
    plan: Arc<Mutex<Plan>>,
}

#[derive(Default)]
struct Plan {
    armed: Option<Cut>,
    cuts: usize,
}

impl Cutter {
    /// A wire to the server of that address.
    pub fn before(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (start, rest) = url.rsplit_once('@').unwrap();
        let (server, database) = rest.split_once('/').unwrap();
        let url = format!("{start}@{}/{database}", listener.local_addr().unwrap());
        let plan = Arc::new(Mutex::new(Plan::default()));
        let (server, kept) = (server.to_owned(), Arc::clone(&plan));
        // The thread ends with the test's process.
        thread::spawn(move || {
            for client in listener.incoming() {
                join(client.unwrap(), &server, &kept).unwrap();
            }
        });
        Self { url, plan }
    }

    /// The address of the wire's near end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The next COMMIT is cut.
    pub fn arm(&self, cut: Cut) {
        self.plan.lock().unwrap().armed = Some(cut);
    }

    /// How often the wire was cut.
    pub fn cuts(&self) -> usize {
        self.plan.lock().unwrap().cuts
    }
}

fn join(client: TcpStream, server: &str, plan: &Arc<Mutex<Plan>>) -> io::Result<()> {
    let server = TcpStream::connect(server)?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let swallow = Arc::new(Mutex::new(false));
    let up = Wire {
        client: client.try_clone()?,
        server: server.try_clone()?,
        swallow: Arc::clone(&swallow),
    };
    let down = Wire {
        client,
        server,
        swallow,
    };
    let plan = Arc::clone(plan);
    // Either end may go at any moment; the other one is told by closing.
    thread::spawn(move || {
        let _ = up.carry_up(&plan);
        up.close();
    });
    thread::spawn(move || {
        let _ = down.carry_down();
        down.close();
    });
    Ok(())
}

/// Both ends of one connection.
struct Wire {
    client: TcpStream,
    server: TcpStream,
    /// Whether the server's next answer is kept from the client.
    swallow: Arc<Mutex<bool>>,
}

impl Wire {
    fn carry_up(&self, plan: &Mutex<Plan>) -> io::Result<()> {
        // The first message has no kind, only a length.
        self.pass(&frame(&self.client, 0)?)?;
        loop {
            let message = frame(&self.client, 1)?;
            match self.cut(plan, &message) {
                None => self.pass(&message)?,
                Some(Cut::BeforeCommit) => return Ok(()),
                Some(Cut::AfterCommit) => {
                    *self.swallow.lock().unwrap() = true;
                    self.pass(&message)?;
                }
                Some(Cut::WhileCommitting) => {
                    self.pass(&message)?;
                    return self.client.shutdown(Shutdown::Both);
                }
            }
        }
    }

    fn carry_down(&self) -> io::Result<()> {
        loop {
            let message = frame(&self.server, 1)?;
            let is_ready = message.first() == Some(&b'Z');
            match *self.swallow.lock().unwrap() {
                true if is_ready => return Ok(()),
                true => {}
                false => (&self.client).write_all(&message)?,
            }
        }
    }

    fn pass(&self, message: &[u8]) -> io::Result<()> {
        (&self.server).write_all(message)
    }

    /// What is planned for this message, if it is a COMMIT.
    fn cut(&self, plan: &Mutex<Plan>, message: &[u8]) -> Option<Cut> {
        let commits = message.first() == Some(&b'Q') && message.ends_with(b"COMMIT\0");
        let mut plan = plan.lock().unwrap();
        let cut = plan.armed.take_if(|_| commits)?;
        plan.cuts += 1;
        Some(cut)
    }

    fn close(&self) {
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }
}

/// One whole message: its kind where it has one, its length, its body.
fn frame(mut from: &TcpStream, kind: usize) -> io::Result<Vec<u8>> {
    let mut message = vec![0; kind + 4];
    from.read_exact(&mut message)?;
    let mut length = [0; 4];
    length.copy_from_slice(&message[kind..]);
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap();
    message.resize(kind + length, 0);
    from.read_exact(&mut message[kind + 4..])?;
    Ok(message)
}
