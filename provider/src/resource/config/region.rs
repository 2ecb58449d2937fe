//! Names of AWS regions. New ones appear every year, so only their shape is checked.

use super::field::{Fault, Ruling};

/// A name such as `us-east-1`, `us-gov-west-1` or `eusc-de-east-1`.
pub fn check(text: &str) -> Ruling<String> {
    if is_region(text) {
        return Ok(text.to_owned());
    }
    let hint = match text.trim_end_matches(|last: char| last.is_ascii_lowercase()) {
        region if region != text && is_region(region) => {
            format!("It looks like an availability zone: its region is {region:?}.")
        }
        _ if is_region(&text.trim().to_ascii_lowercase()) => {
            format!("Write {:?}.", text.trim().to_ascii_lowercase())
        }
        _ => "A region is named like \"us-east-1\".".to_owned(),
    };
    Err(Fault::new(
        "Invalid region",
        format!("{text:?} is not the name of an AWS region. {hint}"),
    ))
}

pub fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    match parts.as_slice() {
        [area, middle @ .., number] => {
            (2..=4).contains(&area.len())
                && word(area)
                && !middle.is_empty()
                && middle.iter().all(|part| word(part))
                && (1..=2).contains(&number.len())
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    }
}

/// The partition of a region: what ARNs begin with after `arn:`.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
pub fn partition(region: &str) -> &'static str {
    const BY_PREFIX: [(&str, &str); 7] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-isof-", "aws-iso-f"),
        ("eusc-", "aws-eusc"),
    ];
    BY_PREFIX
        .iter()
        .find(|(prefix, _)| region.starts_with(prefix))
        .map_or("aws", |(_, partition)| partition)
}
