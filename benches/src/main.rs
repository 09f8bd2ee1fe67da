//! Measures the server over HTTP and prints what it found.
fn main() {}
