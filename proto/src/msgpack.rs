//! Values as Terraform sends and takes them: MessagePack, read and written by a type.
//!
//! Unknown values are extensions of any code; what an extension says about the unknown value is
//! dropped. A value of dynamic type is a pair of its type in JSON and itself.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::decode;
pub use write::encode;
