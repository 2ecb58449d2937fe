//! What is wrong with arguments of the provider.

use tfplugin::{Diagnostic, Maybe, Path, Value, object::Invalid};

use super::Arguments;
use resources::syntax::{
    arn::{Arn, is_account},
    region::is_region,
    tag::MOST,
};

/// Names of one service.
const LOAD_BALANCING: [&str; 3] = ["elasticloadbalancing", "elasticloadbalancingv2", "elbv2"];

type Rule = fn(&Value, &Arguments) -> Vec<Diagnostic>;

const RULES: &[Rule] = &[
    regions_look_like_regions,
    keys_go_together,
    accounts_are_allowed_or_forbidden,
    accounts_are_asked_for,
    one_web_identity_token,
    one_url_for_load_balancing,
    default_tags_fit_on_an_object,
];

/// The rules between arguments.
pub(super) fn check(config: &Value, arguments: &Arguments) -> Vec<Diagnostic> {
    RULES
        .iter()
        .flat_map(|rule| rule(config, arguments))
        .collect()
}

fn error(path: Path, summary: &str, detail: impl Into<String>) -> Diagnostic {
    Diagnostic::error(summary, detail).at(path)
}

fn regions_look_like_regions(config: &Value, _: &Arguments) -> Vec<Diagnostic> {
    let skip = config.get("skip_region_validation");
    if skip.is_unknown() || skip.as_bool() == Some(true) {
        return Vec::new();
    }
    ["region", "sts_region"]
        .into_iter()
        .filter_map(|name| Some((name, config.get(name).as_str()?)))
        .filter(|(_, region)| !region.trim().is_empty() && !is_region(region))
        .map(|(name, region)| {
            error(
                Path::of(name),
                "Invalid region",
                format!(
                    "{region:?} does not look like the name of an AWS region, such as \
                     \"us-east-1\". Set skip_region_validation = true if it is one all the same."
                ),
            )
        })
        .collect()
}

fn keys_go_together(config: &Value, _: &Arguments) -> Vec<Diagnostic> {
    let (access, secret) = (config.get("access_key"), config.get("secret_key"));
    let (missing, given) = match (access.is_null(), secret.is_null()) {
        (true, false) => ("access_key", "secret_key"),
        (false, true) => ("secret_key", "access_key"),
        _ => return Vec::new(),
    };
    // An unknown one may still turn out to be null.
    if config.get(given).is_unknown() {
        return Vec::new();
    }
    vec![error(
        Path::of(given),
        "Half a pair of keys",
        format!("{given} goes with {missing}: give both, or neither."),
    )]
}

fn accounts_are_allowed_or_forbidden(_: &Value, arguments: &Arguments) -> Vec<Diagnostic> {
    let settings = &arguments.settings;
    if settings.allowed_account_ids.is_empty() || settings.forbidden_account_ids.is_empty() {
        return Vec::new();
    }
    vec![error(
        Path::of("forbidden_account_ids"),
        "Accounts both allowed and forbidden",
        "allowed_account_ids refuses every account that it does not name, so \
         forbidden_account_ids has nothing to add: remove one of the two.",
    )]
}

fn accounts_are_asked_for(_: &Value, arguments: &Arguments) -> Vec<Diagnostic> {
    let settings = &arguments.settings;
    let limited =
        !settings.allowed_account_ids.is_empty() || !settings.forbidden_account_ids.is_empty();
    if !limited || !settings.skip_requesting_account_id {
        return Vec::new();
    }
    vec![error(
        Path::of("skip_requesting_account_id"),
        "Account that is not asked for",
        "allowed_account_ids and forbidden_account_ids are compared with the account, which this \
         keeps the provider from asking for. Remove it, or them.",
    )]
}

fn one_web_identity_token(_: &Value, arguments: &Arguments) -> Vec<Diagnostic> {
    match &arguments.settings.assume_role_with_web_identity {
        Some(role)
            if role.web_identity_token.is_some() && role.web_identity_token_file.is_some() =>
        {
            vec![error(
                Path::of("assume_role_with_web_identity")
                    .index(0)
                    .attribute("web_identity_token_file"),
                "Two tokens",
                "web_identity_token is the token itself, and web_identity_token_file another one: \
                 remove one of the two.",
            )]
        }
        _ => Vec::new(),
    }
}

fn one_url_for_load_balancing(config: &Value, _: &Arguments) -> Vec<Diagnostic> {
    let blocks = config.get("endpoints").as_slice().unwrap_or_default();
    let mut first: Option<&str> = None;
    for (index, block) in blocks.iter().enumerate() {
        for name in LOAD_BALANCING {
            let Some(url) = block.get(name).as_str() else {
                continue;
            };
            if first.is_some_and(|first| first != url) {
                return vec![error(
                    Path::of("endpoints").index(index).attribute(name),
                    "Two URLs for one service",
                    format!(
                        "{} are names of one service: give one URL.",
                        LOAD_BALANCING.join(", ")
                    ),
                )];
            }
            first = Some(url);
        }
    }
    Vec::new()
}

fn default_tags_fit_on_an_object(_: &Value, arguments: &Arguments) -> Vec<Diagnostic> {
    match &arguments.default_tags {
        Maybe::Known(tags) if tags.len() > MOST => vec![error(
            Path::of("default_tags").index(0).attribute("tags"),
            "Too many tags",
            format!(
                "{} tags are too many: AWS allows 50 on an object, and the provider needs {} of \
                 them to know its own.",
                tags.len(),
                50 - MOST
            ),
        )],
        _ => Vec::new(),
    }
}

pub(super) fn account_id(text: &str) -> Result<String, Invalid> {
    if is_account(text) {
        return Ok(text.to_owned());
    }
    Err(Invalid::new(
        "Invalid account id",
        format!("{text:?} is not the id of an AWS account, which has twelve digits."),
    ))
}

pub(super) fn arn(text: &str) -> Result<String, Invalid> {
    if Arn::parse(text).is_some() {
        return Ok(text.to_owned());
    }
    Err(Invalid::new(
        "Invalid ARN",
        format!("{text:?} is not an ARN, such as \"arn:aws:iam::123456789012:role/deployer\"."),
    ))
}

pub(super) fn json(text: &str) -> Result<String, Invalid> {
    match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(Invalid::new(
            "Invalid policy",
            format!("A policy is an object in JSON, and this is not one: {error}."),
        )),
    }
}

/// A URL of HTTP. Clients say what else is wrong with it.
pub(super) fn url(text: &str) -> Result<String, Invalid> {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let fits = |host: &str| {
        !host.is_empty() && !host.starts_with('/') && !host.contains(char::is_whitespace)
    };
    if host.is_some_and(fits) {
        return Ok(text.to_owned());
    }
    Err(Invalid::new(
        "Invalid URL",
        format!("{text:?} is not a URL of the form \"https://host\" or \"http://host:port\"."),
    ))
}
