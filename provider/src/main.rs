//! The plugin binary that Terraform starts.

fn main() {}
