//! Who may connect to the endpoint service.

use tfplugin::object::Invalid;

use super::{
    arn::{Arn, is_account},
    region,
};

/// Everybody.
pub const EVERYBODY: &str = "*";

/// An ARN, `*`, the id of an account, or an AWS service, kept as it was written.
///
/// AWS knows accounts, users, roles, organizational units and services of its own as principals,
/// and no paths, no sessions and no patterns: the ARN of a role with a path has to be given without
/// it.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions>
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllowedPrincipal.html>
pub fn check(text: &str) -> Result<String, Invalid> {
    if text == EVERYBODY || is_account(text) || is_service(text) {
        return Ok(text.to_owned());
    }
    let Some(arn) = Arn::parse(text) else {
        return Err(Invalid::new(
            "Invalid principal",
            format!(
                "{text:?} is neither an ARN such as \"arn:aws:iam::123456789012:root\", nor the \
                 id of an account in twelve digits, nor an AWS service such as \
                 \"NAME.amazonaws.com\", nor \"*\"."
            ),
        ));
    };
    if text.contains(['*', '?']) {
        return Err(pattern(text, &arn));
    }
    match arn.service {
        "iam" => identity(text, &arn),
        "sts" => Err(session(text, &arn)),
        "organizations" => unit(text, &arn),
        _ => Err(no_principal(text)),
    }
}

/// An account, or a principal of one: what AWS tells of a connection is its account and nothing
/// more.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpointConnection.html>
pub fn check_account(text: &str) -> Result<String, Invalid> {
    if text == EVERYBODY {
        return Err(Invalid::new(
            "Everybody as principal",
            "\"*\" is everybody. To accept everybody in allowed_principals at once, set \
             acceptance_required = false.",
        ));
    }
    let is_pattern = text.contains(['*', '?']);
    let is_identity = |arn: Arn<'_>| matches!(arn.service, "iam" | "sts") && !is_pattern;
    if is_account(text) || Arn::parse(text).is_some_and(is_identity) {
        return check(text);
    }
    Err(Invalid::new(
        "Principal without an account",
        format!(
            "{text:?} names no single account, and AWS tells of a connection only its account. \
             Write the id of each account in twelve digits, or an ARN such as \
             \"arn:aws:iam::123456789012:root\"."
        ),
    ))
}

/// `NAME.amazonaws.com`, as AWS spells its services.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services>
fn is_service(text: &str) -> bool {
    let name = text.strip_suffix(".cn").unwrap_or(text);
    let Some(name) = name.strip_suffix(".amazonaws.com") else {
        return false;
    };
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(plain);
    name.split('.').all(is_label)
}

fn identity(text: &str, arn: &Arn<'_>) -> Result<String, Invalid> {
    if !is_account(arn.account) {
        return Err(no_principal(text));
    }
    match arn.resource.split_once('/') {
        None if arn.resource == "root" => Ok(text.to_owned()),
        Some((kind @ ("user" | "role"), name)) => match name.rsplit_once('/') {
            None if !name.is_empty() => Ok(text.to_owned()),
            Some((_, last)) if !last.is_empty() => {
                let Arn {
                    partition, account, ..
                } = arn;
                Err(Invalid::new(
                    "Principal with a path",
                    format!(
                        "AWS does not take ARNs with a path here. Write \
                         \"arn:{partition}:iam::{account}:{kind}/{last}\" instead of {text:?}."
                    ),
                ))
            }
            _ => Err(no_principal(text)),
        },
        _ => Err(no_principal(text)),
    }
}

/// What `aws_caller_identity` calls somebody who has assumed a role. AWS answers
/// `InvalidPrincipal`. <https://github.com/hashicorp/terraform-provider-aws/issues/16657>
fn session(text: &str, arn: &Arn<'_>) -> Invalid {
    let Arn {
        partition, account, ..
    } = arn;
    let mut parts = arn.resource.split('/');
    let instead = match (parts.next(), parts.next()) {
        (Some("assumed-role"), Some(role)) if !role.is_empty() => format!(
            "the role, \"arn:{partition}:iam::{account}:role/{role}\", or the whole account, \
             \"{account}\""
        ),
        _ => format!("the account, \"{account}\""),
    };
    Invalid::new(
        "Session as principal",
        format!("{text:?} is a session, which ends, and AWS lets in no sessions. Write {instead}."),
    )
}

fn unit(text: &str, arn: &Arn<'_>) -> Result<String, Invalid> {
    match arn.resource.split_once('/') {
        Some(("ou", rest)) if rest.split('/').all(|part| !part.is_empty()) => Ok(text.to_owned()),
        Some(("organization", organization)) => {
            let Arn {
                partition, account, ..
            } = arn;
            Err(Invalid::new(
                "Organization as principal",
                format!(
                    "AWS takes organizational units here, and no whole organization. Instead of \
                     {text:?} name its units, like \
                     \"arn:{partition}:organizations::{account}:ou/{organization}/ou-...\", or its \
                     accounts."
                ),
            ))
        }
        _ => Err(no_principal(text)),
    }
}

fn pattern(text: &str, arn: &Arn<'_>) -> Invalid {
    let instead = match is_account(arn.account) {
        true => format!("the whole account, \"{}\"", arn.account),
        false => "the whole account by its id".to_owned(),
    };
    Invalid::new(
        "Pattern as principal",
        format!(
            "{text:?} has a wildcard, and AWS takes no patterns here but \"*\" alone, which is \
             everybody. Name each user or role, or {instead}."
        ),
    )
}

fn no_principal(text: &str) -> Invalid {
    Invalid::new(
        "Invalid principal",
        format!(
            "{text:?} names no account, user or role, and no organizational unit. Its last parts \
             must be the id of an account, and \"root\", \"user/NAME\" or \"role/NAME\"; of a \
             unit, \"ou/ORGANIZATION/UNIT\"."
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

/// The account that the principal is, or is in. Organizational units, services and `*` are in none.
pub fn account(text: &str) -> Option<&str> {
    if is_account(text) {
        return Some(text);
    }
    let arn = Arn::parse(text)?;
    (arn.service == "iam").then_some(arn.account)
}

/// The account whose root the principal is, in either spelling.
pub fn root_account(text: &str) -> Option<&str> {
    if is_account(text) {
        return Some(text);
    }
    let arn = Arn::parse(text)?;
    (arn.service == "iam" && arn.resource == "root").then_some(arn.account)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "210987654321";

    #[test]
    fn principals_of_accounts_count_as_their_account() {
        for text in [
            "210987654321",
            "arn:aws:iam::210987654321:root",
            "arn:aws-cn:iam::210987654321:role/reader",
            "arn:aws:iam::210987654321:user/eve",
        ] {
            assert_eq!(check_account(text).as_deref(), Ok(text));
            assert_eq!(account(text), Some(ACCOUNT), "{text}");
        }
    }

    #[test]
    fn what_names_no_account_is_refused_with_what_to_write() {
        for (text, instead) in [
            ("*", "acceptance_required = false"),
            ("vpce.amazonaws.com", "the id of each account"),
            (
                "arn:aws:organizations::210987654321:ou/o-a/ou-b",
                "the id of each account",
            ),
            (
                "arn:aws:organizations::210987654321:organization/o-a",
                "the id of each account",
            ),
            ("arn:aws:iam::*:root", "the id of each account"),
            ("arn:aws:iam::210987654321:role/*", "the id of each account"),
            ("reader", "the id of each account"),
            ("21098765432", "the id of each account"),
            (
                "arn:aws:sts::210987654321:assumed-role/reader/eve",
                "\"arn:aws:iam::210987654321:role/reader\"",
            ),
        ] {
            let refused = check_account(text).unwrap_err().detail;
            assert!(refused.contains(instead), "{text}: {refused}");
        }
    }
}
