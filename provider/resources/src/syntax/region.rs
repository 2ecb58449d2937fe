//! Names of AWS regions.

use tfplugin::object::Invalid;

/// A name such as `us-east-1`.
///
/// Only what cannot be the name of a region is refused here. Whether it looks like one of AWS's is
/// a question for [`is_region`], which the provider's `skip_region_validation` can turn off.
pub fn check(text: &str) -> Result<String, Invalid> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let lower = text.trim().to_ascii_lowercase();
    let zone = text.trim_end_matches(|last: char| last.is_ascii_lowercase());
    let hint = if zone != text && is_region(zone) {
        format!("It looks like an availability zone: its region is {zone:?}.")
    } else if text.contains('-') && text.bytes().all(plain) {
        return Ok(text.to_owned());
    } else if is_region(&lower) {
        format!("Write {lower:?}.")
    } else {
        "A region is named like \"us-east-1\".".to_owned()
    };
    Err(Invalid::new(
        "Invalid region",
        format!("{text:?} is not the name of an AWS region. {hint}"),
    ))
}

/// Is it a name as AWS gives them: `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`? New regions
/// appear every year, so only the shape counts.
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
