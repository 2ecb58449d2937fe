//! The name of a path.

use tfplugin::object::Invalid;

/// A name that can be part of the names of all objects.
///
/// AWS keeps `internal-` from the names of load balancers, and `sg-` from those of security groups
/// (`GroupName` in <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html>);
/// a name like the id of a service could not be told from one in an import.
pub fn check(text: &str) -> Result<String, Invalid> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let edges = [text.bytes().next(), text.bytes().next_back()];
    let why = if text.is_empty() || text.len() > 24 {
        "A name has 1 to 24 characters, because AWS takes 32 and the provider adds its own."
    } else if !text.bytes().all(|byte| plain(byte) || byte == b'-') {
        "A name has lower-case letters, digits and hyphens only."
    } else if !edges.into_iter().flatten().all(plain) {
        "A name starts and ends with a letter or digit."
    } else if text.starts_with("internal-") {
        "AWS does not allow names of load balancers to start with \"internal-\"."
    } else if text.starts_with("vpce-svc-") {
        "A name must not look like the id of an endpoint service: an import takes either."
    } else if text.starts_with("sg-") {
        "AWS does not allow names of security groups to start with \"sg-\"."
    } else {
        return Ok(text.to_owned());
    };
    Err(Invalid::new(
        "Invalid name",
        format!("{text:?} cannot be used. {why}"),
    ))
}

/// What others call an AWS object as such a name: what does not fit is left out.
pub fn of_text(text: &str) -> Option<String> {
    let fits = |c: char| match c {
        'a'..='z' | '0'..='9' => c,
        _ => '-',
    };
    let name: String = text
        .to_ascii_lowercase()
        .chars()
        .map(fits)
        .take(24)
        .collect();
    let name = name.trim_matches('-').to_owned();
    check(&name).ok()
}
