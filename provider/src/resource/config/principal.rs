//! Who may connect to the endpoint service.

use super::{
    arn::{Arn, is_account},
    field::{Fault, Ruling},
    region,
};

/// Everybody.
pub const EVERYBODY: &str = "*";

/// An ARN, `*`, or the id of an account, kept as it was written.
///
/// AWS knows accounts, users, roles and organizational units as principals, and no paths: the ARN
/// of a role with a path has to be given without it.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions>
pub fn check(text: &str) -> Ruling<String> {
    if text == EVERYBODY || is_account(text) {
        return Ok(text.to_owned());
    }
    let Some(arn) = Arn::parse(text) else {
        return Err(Fault::new(
            "Invalid principal",
            format!(
                "{text:?} is neither an ARN such as \"arn:aws:iam::123456789012:root\", nor the \
                 id of an account in twelve digits, nor \"*\"."
            ),
        ));
    };
    match (arn.service, arn.resource.split_once('/')) {
        ("iam", _) if !is_account(arn.account) => Err(no_principal(text)),
        ("iam", None) if arn.resource == "root" => Ok(text.to_owned()),
        ("iam", Some((kind @ ("user" | "role"), name))) => match name.rsplit_once('/') {
            None if !name.is_empty() => Ok(text.to_owned()),
            Some((_, last)) if !last.is_empty() => {
                let Arn {
                    partition, account, ..
                } = arn;
                Err(Fault::new(
                    "Principal with a path",
                    format!(
                        "AWS does not take ARNs with a path here. Write \
                         \"arn:{partition}:iam::{account}:{kind}/{last}\" instead of {text:?}."
                    ),
                ))
            }
            _ => Err(no_principal(text)),
        },
        ("iam", _) => Err(no_principal(text)),
        _ => Ok(text.to_owned()),
    }
}

fn no_principal(text: &str) -> Fault {
    Fault::new(
        "Invalid principal",
        format!(
            "{text:?} names no account, user or role. Its last parts must be the id of an \
             account, and \"root\", \
             \"user/NAME\" or \"role/NAME\"."
        ),
    )
}

/// As AWS writes it: the id of an account becomes the ARN of its root, in the partition of
/// `region`.
pub fn canonical(text: &str, region: &str) -> String {
    if is_account(text) {
        format!("arn:{}:iam::{text}:root", region::partition(region))
    } else {
        text.to_owned()
    }
}

/// The account whose root the principal is, in either spelling.
pub fn root_account(text: &str) -> Option<&str> {
    if is_account(text) {
        return Some(text);
    }
    let arn = Arn::parse(text)?;
    (arn.service == "iam" && arn.resource == "root").then_some(arn.account)
}
