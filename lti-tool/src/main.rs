//! The LTI 1.3 tool that awards Open Badges.

fn main() {}
