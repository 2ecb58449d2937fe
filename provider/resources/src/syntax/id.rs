//! Ids of AWS objects. Only what tells one kind from another is checked: a subnet where a VPC
//! belongs, an ARN or a name where an id belongs.

use tfplugin::object::Invalid;

pub fn vpc(text: &str) -> Result<String, Invalid> {
    prefixed(text, "vpc-", "a VPC")
}

pub fn subnet(text: &str) -> Result<String, Invalid> {
    prefixed(text, "subnet-", "a subnet")
}

pub fn security_group(text: &str) -> Result<String, Invalid> {
    prefixed(text, "sg-", "a security group")
}

pub fn prefix_list(text: &str) -> Result<String, Invalid> {
    prefixed(text, "pl-", "a prefix list")
}

pub fn endpoint_service(text: &str) -> Result<String, Invalid> {
    prefixed(text, "vpce-svc-", "an endpoint service")
}

/// An interface endpoint, and no endpoint service, whose ids begin like its own.
pub fn endpoint(text: &str) -> Result<String, Invalid> {
    let kind = "an interface endpoint";
    match text.starts_with("vpce-svc-") {
        true => Err(Invalid::new(
            format!("Not the id of {kind}"),
            format!("{text:?} is the id of an endpoint service. Give that of the endpoint."),
        )),
        false => prefixed(text, "vpce-", kind),
    }
}

fn prefixed(text: &str, prefix: &str, kind: &str) -> Result<String, Invalid> {
    if is_id(text, prefix) {
        return Ok(text.to_owned());
    }
    Err(Invalid::new(
        format!("Not the id of {kind}"),
        format!("{text:?} is not an id of {kind}: those begin with \"{prefix}\"."),
    ))
}

pub(super) fn is_id(text: &str, prefix: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.strip_prefix(prefix)
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(plain))
}

/// The bare id of a hosted zone.
pub fn hosted_zone(text: &str) -> Result<String, Invalid> {
    let fits = |id: &str| {
        (2..=32).contains(&id.len())
            && id.starts_with('Z')
            && id
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    if fits(text) {
        return Ok(text.to_owned());
    }
    let hint = match text.rsplit_once('/') {
        Some((_, bare)) if fits(bare) => format!("Write {bare:?}."),
        _ => "It begins with Z and has upper-case letters and digits only.".to_owned(),
    };
    Err(Invalid::new(
        "Not the id of a hosted zone",
        format!("{text:?} is not the id of a Route 53 hosted zone. {hint}"),
    ))
}

/// `all`, or the name of an availability zone.
pub fn availability_zone(text: &str) -> Result<String, Invalid> {
    let named = |text: &str| {
        let mut last = text.bytes().rev();
        text.contains('-')
            && last.next().is_some_and(|byte| byte.is_ascii_lowercase())
            && last.next().is_some_and(|byte| byte.is_ascii_digit())
    };
    if text == "all" || named(text) {
        return Ok(text.to_owned());
    }
    let hint = match text.contains("-az") {
        true => "It looks like the id of a zone; the name is needed.",
        false => "Write \"all\" or a name such as \"us-east-1a\".",
    };
    Err(Invalid::new(
        "Invalid availability zone",
        format!("{text:?} is not the name of an availability zone. {hint}"),
    ))
}
