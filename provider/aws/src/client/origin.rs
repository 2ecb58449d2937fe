//! Where credentials come from, for people.

use std::fmt;

/// One of the places that AWS's tools look at, in their order, or the provider's arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Arguments,
    Environment,
    Profile {
        name: String,
        by: NamedBy,
        /// It logs in by AWS's single sign-on.
        sso: bool,
    },
    /// The token's file.
    WebIdentity(String),
    Container,
    Instance,
}

/// Who chose the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamedBy {
    Argument,
    Variable,
    /// Nobody: it is the one called `default`.
    Nobody,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Arguments => f.write_str("the provider's arguments access_key and secret_key"),
            Origin::Environment => {
                f.write_str("the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
            }
            Origin::Profile { name, by, .. } => match by {
                NamedBy::Argument => write!(f, "the profile {name:?} (the argument profile)"),
                NamedBy::Variable => write!(f, "the profile {name:?} (AWS_PROFILE)"),
                NamedBy::Nobody => write!(f, "the profile {name:?}"),
            },
            Origin::WebIdentity(file) => write!(
                f,
                "the web identity in {file} (AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN)"
            ),
            Origin::Container => f.write_str("the role of the container (AWS_CONTAINER_...)"),
            Origin::Instance => {
                f.write_str("the role of the instance (EC2's instance metadata service)")
            }
        }
    }
}

impl Origin {
    pub(super) fn is_profile(&self) -> bool {
        matches!(self, Origin::Profile { .. })
    }

    /// How people get new ones: a sentence without its full stop.
    pub(super) fn renewal(&self) -> String {
        match self {
            Origin::Arguments => {
                "Give access_key, secret_key and token of a new session".to_owned()
            }
            Origin::Environment => "Export AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and \
                                    AWS_SESSION_TOKEN of a new session"
                .to_owned(),
            Origin::Profile {
                name, sso: true, ..
            } => {
                format!("Run `aws sso login --profile {name}`")
            }
            Origin::Profile { name, .. } => {
                format!("Renew the keys of the profile {name:?} with whatever writes them")
            }
            Origin::WebIdentity(file) => {
                format!("Make sure that {file} holds a current token")
            }
            Origin::Container | Origin::Instance => {
                "AWS renews these by itself: if trying again does not help, the role was deleted \
                 or changed"
                    .to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_says_who_chose_it_and_how_it_is_renewed() {
        let profile = |by, sso| Origin::Profile {
            name: "prod".to_owned(),
            by,
            sso,
        };
        let told = profile(NamedBy::Variable, false).to_string();
        assert_eq!(told, "the profile \"prod\" (AWS_PROFILE)");
        let told = profile(NamedBy::Argument, true).renewal();
        assert_eq!(told, "Run `aws sso login --profile prod`");
    }
}
