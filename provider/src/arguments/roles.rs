//! `assume_role` and `assume_role_with_web_identity`.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
    time::Duration,
};

use tfplugin::{
    Maybe, Object,
    object::{Invalid, not_empty},
};

use super::rules;
use aws::client::{self, Secret};
use resources::syntax::duration;

const LASTS: RangeInclusive<Duration> =
    Duration::from_secs(15 * 60)..=Duration::from_secs(12 * 3600);

/// What both ways to assume a role have in common.
#[derive(Object)]
pub(crate) struct Role {
    /// ARN of the role.
    #[attr(optional, rule = rules::arn)]
    pub role_arn: Maybe<Option<String>>,
    /// How long the credentials last, from `15m` to `12h`. Default: AWS's one hour.
    #[attr(optional, rule = lasts)]
    pub duration: Option<Duration>,
    /// Policy in JSON that narrows what the role may do in this session.
    #[attr(optional, rule = rules::json)]
    pub policy: Option<String>,
    /// ARNs of policies that narrow what the role may do in this session.
    #[attr(optional, rule = rules::arn)]
    pub policy_arns: BTreeSet<String>,
    /// Name of the session, as it shows in AWS's logs.
    #[attr(optional, rule = not_empty)]
    pub session_name: Option<String>,
}

impl Role {
    /// Blocks that name no role do not count.
    fn arn(&self) -> Option<String> {
        match &self.role_arn {
            Maybe::Known(arn) => arn.clone(),
            Maybe::Unknown => Some(String::new()),
        }
    }
}

/// A role to assume.
#[derive(Object)]
pub(crate) struct AssumeRole {
    #[attr(flatten)]
    pub role: Role,
    /// External id that the role's owner asks for.
    #[attr(optional, rule = not_empty)]
    pub external_id: Option<String>,
    /// Source identity that the session carries.
    #[attr(optional, rule = not_empty)]
    pub source_identity: Option<String>,
    /// Tags of the session.
    #[attr(optional)]
    pub tags: Maybe<BTreeMap<String, Maybe<String>>>,
    /// Keys of tags that sessions made from this one carry too.
    #[attr(optional, rule = not_empty)]
    pub transitive_tag_keys: BTreeSet<String>,
}

impl AssumeRole {
    pub fn settings(self) -> Option<client::AssumeRole> {
        let tags = self.tags.into_known().unwrap_or_default().into_iter();
        let known = |(key, value): (String, Maybe<String>)| Some((key, value.into_known()?));
        Some(client::AssumeRole {
            role_arn: self.role.arn()?,
            duration: self.role.duration,
            external_id: self.external_id,
            policy: self.role.policy,
            policy_arns: self.role.policy_arns.into_iter().collect(),
            session_name: self.role.session_name,
            source_identity: self.source_identity,
            tags: tags.filter_map(known).collect(),
            transitive_tag_keys: self.transitive_tag_keys.into_iter().collect(),
        })
    }
}

/// A role to assume with a token.
#[derive(Object)]
pub(crate) struct AssumeRoleWithWebIdentity {
    #[attr(flatten)]
    pub role: Role,
    /// The token itself. Conflicts with `web_identity_token_file`.
    #[attr(optional, sensitive, rule = not_empty)]
    pub web_identity_token: Option<String>,
    /// File that the token is read from. Conflicts with `web_identity_token`. Default:
    /// `AWS_WEB_IDENTITY_TOKEN_FILE`.
    #[attr(optional, rule = not_empty)]
    pub web_identity_token_file: Option<String>,
}

impl AssumeRoleWithWebIdentity {
    pub fn settings(self) -> Option<client::AssumeRoleWithWebIdentity> {
        Some(client::AssumeRoleWithWebIdentity {
            role_arn: self.role.arn()?,
            duration: self.role.duration,
            policy: self.role.policy,
            policy_arns: self.role.policy_arns.into_iter().collect(),
            session_name: self.role.session_name,
            web_identity_token: self.web_identity_token.map(Secret::new),
            web_identity_token_file: self.web_identity_token_file,
        })
    }
}

fn lasts(text: &str) -> Result<Duration, Invalid> {
    let lasts = duration::check(text)?;
    if LASTS.contains(&lasts) {
        return Ok(lasts);
    }
    Err(Invalid::new(
        "Session too short or too long",
        format!("AWS lends a role for 15 minutes to 12 hours, not for {text:?}."),
    ))
}
