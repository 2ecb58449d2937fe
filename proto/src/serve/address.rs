//! Where a plugin is reached, as go-plugin tells Terraform.

/// An address in go-plugin's notation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Address {
    /// `unix` or `tcp`.
    pub(super) network: &'static str,
    /// Path, or IP address and port.
    pub(super) text: String,
}
