//! Tags.

use engine::model::tags::PREFIX;
use tfplugin::object::Invalid;

/// AWS allows 50 tags on an object.
const LIMIT: usize = 50;
/// Ours where there are most: name, owner, resource, and the target of a broker's group or the
/// hostname of the endpoint service.
const OURS: usize = 4;
/// What is left for the user, default tags of the provider included.
pub const MOST: usize = LIMIT - OURS;

/// One tag, `key` with `value`.
///
/// Load balancers take fewer characters than other objects do, and all objects of a path carry the
/// same tags.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Tag.html>
pub fn check(key: &str, value: &str) -> Result<String, Invalid> {
    let taken = ["aws:", PREFIX]
        .into_iter()
        .find(|prefix| key.to_lowercase().starts_with(prefix));
    let why = if let Some(prefix) = taken {
        let owner = if prefix == PREFIX {
            "this provider"
        } else {
            "AWS"
        };
        format!("Keys that begin with \"{prefix}\" are {owner}'s own: choose another.")
    } else if key.is_empty() || key.chars().count() > 128 {
        "A key has 1 to 128 characters.".to_owned()
    } else if value.chars().count() > 256 {
        "A value has at most 256 characters.".to_owned()
    } else if let Some(c) = key.chars().chain(value.chars()).find(|c| !allowed(*c)) {
        format!(
            "Load balancers do not take the character {c:?} in tags: letters, digits, spaces and \
             + - = . _ : / @ are possible."
        )
    } else {
        return Ok(value.to_owned());
    };
    Err(Invalid::new(
        "Invalid tag",
        format!("The tag {key:?} cannot be set. {why}"),
    ))
}

fn allowed(c: char) -> bool {
    c.is_alphanumeric() || c == ' ' || "+-=._:/@".contains(c)
}
