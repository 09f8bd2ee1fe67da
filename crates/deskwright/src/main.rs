//! deskwright
fn main() {}
