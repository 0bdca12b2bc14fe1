//! Writes the client's code from the published descriptor set, without protoc.
use std::{env, error::Error, fs};

use prost::Message;
use prost_types::FileDescriptorSet;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-env-changed=DESCRIPTORS");
    let descriptors = FileDescriptorSet::decode(fs::read(env::var("DESCRIPTORS")?)?.as_slice())?;
    tonic_prost_build::configure().build_server(false).include_file("protos.rs").compile_fds(descriptors)?;
    Ok(())
}
