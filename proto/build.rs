//! Compiles the protocol. `protox` is a protobuf compiler in Rust: nobody needs `protoc`.

use std::error::Error;

const FILES: [&str; 3] = ["tfplugin6.proto", "plugin.proto", "health.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    let files = protox::compile(FILES, ["proto"])?;
    tonic_prost_build::configure()
        .build_transport(false)
        // The crate serves; only its tests call.
        .client_mod_attribute(".", "#[cfg(test)]")
        .compile_fds(files)?;
    Ok(())
}
