//! What counts as given: null and empty arguments mean "not set", as they do for `hashicorp/aws`.
//!
//! People write `profile = var.profile` and `assume_role { role_arn = var.role }` once, and leave
//! the variables null or empty where nothing is to be set: on laptops, in another stage.
//! <https://github.com/hashicorp/terraform-provider-aws/issues/39296>

use tfplugin::Value;

/// Blocks that are about a role, and mean nothing without one.
const ROLES: [&str; 2] = ["assume_role", "assume_role_with_web_identity"];

/// The configuration without what is empty. Texts in maps stay: an empty tag is a tag.
pub(super) fn given(config: &Value) -> Value {
    let Value::Object(members) = config else {
        return config.clone();
    };
    Value::object(members.iter().map(|(name, member)| {
        let mut member = filled(member);
        if ROLES.contains(&name.as_str())
            && let Value::List(blocks) = &mut member
        {
            let without = blocks.iter_mut();
            let without = without.filter(|block| block.get("role_arn").is_null());
            without.for_each(|block| *block = emptied(block));
        }
        (name.clone(), member)
    }))
}

fn filled(value: &Value) -> Value {
    match value {
        Value::String(text) if text.is_empty() => Value::Null,
        Value::Object(members) => Value::object(
            members
                .iter()
                .map(|(name, member)| (name.clone(), filled(member))),
        ),
        Value::List(elements) => Value::List(elements.iter().map(filled).filter(is_some).collect()),
        Value::Set(elements) => Value::Set(elements.iter().map(filled).filter(is_some).collect()),
        other => other.clone(),
    }
}

/// The block stays, so that the others keep their places.
fn emptied(block: &Value) -> Value {
    let members = block.as_map().into_iter().flatten();
    Value::object(members.map(|(name, _)| (name.clone(), Value::Null)))
}

fn is_some(value: &Value) -> bool {
    !value.is_null()
}
