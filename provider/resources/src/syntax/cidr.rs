//! CIDR blocks.

use ipnet::IpNet;

use tfplugin::object::Invalid;

/// A block whose address has no bits beyond its prefix, as AWS writes it.
pub fn check(text: &str) -> Result<String, Invalid> {
    let block = match text.parse::<IpNet>() {
        Ok(block) => block,
        Err(_) => {
            return Err(Invalid::new(
                "Invalid CIDR block",
                format!("{text:?} is not a block such as \"10.1.0.0/16\" or \"fd00:1::/64\"."),
            ));
        }
    };
    if block.trunc().to_string() == text {
        return Ok(text.to_owned());
    }
    Err(Invalid::new(
        "Invalid CIDR block",
        format!(
            "{text:?} is not how AWS writes this block. Write {:?}.",
            block.trunc().to_string()
        ),
    ))
}
