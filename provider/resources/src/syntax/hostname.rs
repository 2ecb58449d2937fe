//! The one DNS name that every broker advertises.

use std::net::IpAddr;

use tfplugin::object::Invalid;

/// A DNS name of two labels or more, kept as it was written.
pub fn check(text: &str) -> Result<String, Invalid> {
    match wrong(text) {
        Some(why) => Err(Invalid::new(
            "Invalid hostname",
            format!("{text:?} is not a name that clients can resolve. {why}"),
        )),
        None => Ok(text.to_owned()),
    }
}

/// What DNS takes for the same name: lower case, no trailing dot.
pub fn canonical(text: &str) -> String {
    text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase()
}

fn wrong(text: &str) -> Option<&'static str> {
    let name = text.strip_suffix('.').unwrap_or(text);
    let labels: Vec<&str> = name.split('.').collect();
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if name.contains("://") || name.contains('/') {
        return Some("Write the name alone, without scheme and path.");
    }
    if name.parse::<IpAddr>().is_ok() || labels.last().is_some_and(|top| is_number(top)) {
        return Some("An address cannot be given an alias record: choose a DNS name.");
    }
    if name.contains(':') {
        return Some(
            "Write the name without a port: bootstrap_port and broker_port_base say those.",
        );
    }
    if name.contains('*') {
        return Some("One name serves all brokers, by ports: write it without a wildcard.");
    }
    if !name.is_ascii() {
        return Some("Write names in other scripts in their ASCII form (xn--...).");
    }
    if name.len() > 253 {
        return Some("A name has at most 253 characters.");
    }
    if labels.len() < 2 {
        return Some("It needs at least two labels, such as kafka.example.com.");
    }
    if labels
        .iter()
        .any(|label| label.is_empty() || label.len() > 63)
    {
        return Some("Each label between the dots has 1 to 63 characters.");
    }
    if !labels.iter().all(|label| label.bytes().all(fits)) {
        return Some("Labels have letters, digits and hyphens only.");
    }
    if labels
        .iter()
        .any(|label| label.starts_with('-') || label.ends_with('-'))
    {
        return Some("A label neither starts nor ends with a hyphen.");
    }
    None
}

fn is_number(label: &str) -> bool {
    !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_digit())
}
