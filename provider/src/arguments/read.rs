//! From Terraform's value to the typed arguments.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use tfplugin::{Diagnostics, Path, Value};

use super::{Arguments, RESTRICTED_REGIONS};
use crate::arguments::rules;
use aws::client::{AssumeRole, AssumeRoleWithWebIdentity, Endpoints, RetryMode, Secret, Settings};
use engine::model::Maybe;
use resources::config::{
    duration, field, known,
    reader::{Notes, Reader},
    region, tag,
};

/// What no AWS client depends on.
const FOR_PLANNING: [&str; 4] = [
    "default_tags",
    "ignore_tags",
    "preflight",
    "restricted_regions",
];
const RETRY_MODES: [(&str, RetryMode); 2] = [
    ("standard", RetryMode::Standard),
    ("adaptive", RetryMode::Adaptive),
];
const ROLE_LASTS: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(15 * 60)..=Duration::from_secs(12 * 3600);

pub(super) fn read(config: &Value) -> (Arguments, Diagnostics) {
    let notes = RefCell::new(Notes::default());
    let root = Reader::new(config, &notes);
    let region = root.text_or_null("region", field::anything);
    let arguments = Arguments {
        settings: settings(&root, &region),
        region,
        default_tags: default_tags(&root),
        ignored_keys: ignored(&root, "keys"),
        ignored_prefixes: ignored(&root, "key_prefixes"),
        restricted_regions: restricted_regions(&root),
        preflight: root.bool_or("preflight", true),
        unknown: unknown(config),
    };
    (arguments, notes.into_inner().faults)
}

fn settings(root: &Reader<'_>, region: &Maybe<Option<String>>) -> Settings {
    let text = |name| given(root.text_or_null(name, field::anything));
    let url = |name| given(root.text_or_null(name, rules::url));
    let secret = |name| text(name).map(Secret::new);
    let on = |name| root.bool_or(name, false) == Maybe::Known(true);
    Settings {
        region: region.clone().into_known().flatten(),
        profile: text("profile"),
        access_key: text("access_key"),
        secret_key: secret("secret_key"),
        token: secret("token"),
        shared_config_files: root.list("shared_config_files", field::anything),
        shared_credentials_files: root.list("shared_credentials_files", field::anything),
        assume_role: roles(root, "assume_role")
            .map(|it| assume_role(&it))
            .collect(),
        assume_role_with_web_identity: roles(root, "assume_role_with_web_identity")
            .next()
            .map(|it| assume_role_with_web_identity(&it)),
        endpoints: endpoints(&root.blocks("endpoints")),
        allowed_account_ids: texts(root, "allowed_account_ids", rules::account_id),
        forbidden_account_ids: texts(root, "forbidden_account_ids", rules::account_id),
        max_retries: given(root.number_or_null("max_retries", 0..=1000)),
        retry_mode: given(root.word_or_null("retry_mode", &RETRY_MODES)),
        skip_region_validation: on("skip_region_validation"),
        skip_credentials_validation: on("skip_credentials_validation"),
        skip_requesting_account_id: on("skip_requesting_account_id"),
        sts_region: text("sts_region"),
        http_proxy: text("http_proxy"),
        https_proxy: text("https_proxy"),
        no_proxy: text("no_proxy"),
        insecure: on("insecure"),
        custom_ca_bundle: text("custom_ca_bundle"),
        use_fips_endpoint: given(root.bool_or_null("use_fips_endpoint")),
        use_dualstack_endpoint: given(root.bool_or_null("use_dualstack_endpoint")),
        ec2_metadata_service_endpoint: url("ec2_metadata_service_endpoint"),
    }
}

/// The blocks that name a role; others do not count.
fn roles<'a>(root: &Reader<'a>, name: &str) -> impl Iterator<Item = Reader<'a>> + use<'a> {
    let blocks = root.blocks(name).into_iter();
    blocks.filter(|block| !block.is_null("role_arn"))
}

fn assume_role(block: &Reader<'_>) -> AssumeRole {
    let text = |name| given(block.text_or_null(name, field::anything));
    AssumeRole {
        role_arn: role_arn(block),
        duration: given(block.text_or_null("duration", role_lasts)),
        external_id: text("external_id"),
        policy: given(block.text_or_null("policy", rules::json)),
        policy_arns: texts(block, "policy_arns", rules::arn),
        session_name: text("session_name"),
        source_identity: text("source_identity"),
        tags: given(block.text_map_or_null("tags", |_, text| Ok(text.to_owned())))
            .into_iter()
            .flatten()
            .filter_map(|(key, value)| Some((key, value.into_known()?)))
            .collect(),
        transitive_tag_keys: texts(block, "transitive_tag_keys", field::anything),
    }
}

fn assume_role_with_web_identity(block: &Reader<'_>) -> AssumeRoleWithWebIdentity {
    let text = |name| given(block.text_or_null(name, field::anything));
    AssumeRoleWithWebIdentity {
        role_arn: role_arn(block),
        duration: given(block.text_or_null("duration", role_lasts)),
        policy: given(block.text_or_null("policy", rules::json)),
        policy_arns: texts(block, "policy_arns", rules::arn),
        session_name: text("session_name"),
        web_identity_token: text("web_identity_token").map(Secret::new),
        web_identity_token_file: text("web_identity_token_file"),
    }
}

fn role_arn(block: &Reader<'_>) -> String {
    given(block.text_or_null("role_arn", rules::arn)).unwrap_or_default()
}

fn role_lasts(text: &str) -> field::Ruling<Duration> {
    let lasts = duration::check(text)?;
    if ROLE_LASTS.contains(&lasts) {
        return Ok(lasts);
    }
    Err(field::Fault::new(
        "Session too short or too long",
        format!("AWS lends a role for 15 minutes to 12 hours, not for {text:?}."),
    ))
}

/// Several blocks count as one.
fn endpoints(blocks: &[Reader<'_>]) -> Endpoints {
    let url = |names: &[&str]| {
        let urls = blocks.iter().flat_map(|block| {
            names
                .iter()
                .filter_map(|name| given(block.text_or_null(name, rules::url)))
        });
        urls.last()
    };
    Endpoints {
        ec2: url(&["ec2"]),
        elasticloadbalancingv2: url(&rules::LOAD_BALANCING),
        route53: url(&["route53"]),
        sts: url(&["sts"]),
    }
}

fn default_tags(root: &Reader<'_>) -> Maybe<BTreeMap<String, Maybe<String>>> {
    match root.blocks("default_tags").first() {
        Some(block) => block
            .text_map_or_null("tags", tag::check)
            .map(Option::unwrap_or_default),
        None if root.is_unknown("default_tags") => Maybe::Unknown,
        None => Maybe::Known(BTreeMap::new()),
    }
}

fn ignored(root: &Reader<'_>, name: &str) -> Maybe<BTreeSet<String>> {
    match root.blocks("ignore_tags").first() {
        Some(block) => settled(block.texts(name, field::anything)),
        None if root.is_unknown("ignore_tags") => Maybe::Unknown,
        None => Maybe::Known(BTreeSet::new()),
    }
}

fn restricted_regions(root: &Reader<'_>) -> Maybe<BTreeSet<String>> {
    match root.texts_or_null("restricted_regions", region::check) {
        Maybe::Known(Some(regions)) => settled(Maybe::Known(regions)),
        Maybe::Known(None) => Maybe::Known(RESTRICTED_REGIONS.map(str::to_owned).into()),
        Maybe::Unknown => Maybe::Unknown,
    }
}

/// A set of which every element is known, or else nothing.
fn settled(set: Maybe<BTreeSet<Maybe<String>>>) -> Maybe<BTreeSet<String>> {
    let elements = set
        .known()
        .map(|set| set.iter().map(|e| e.known().cloned()).collect());
    match elements {
        Some(Some(elements)) => Maybe::Known(elements),
        Some(None) | None => Maybe::Unknown,
    }
}

fn texts(
    reader: &Reader<'_>,
    name: &str,
    rule: impl Fn(&str) -> field::Ruling<String>,
) -> Vec<String> {
    let set = reader.texts(name, rule);
    set.known().into_iter().flat_map(known).cloned().collect()
}

/// What is known and not null.
fn given<T>(value: Maybe<Option<T>>) -> Option<T> {
    value.into_known().flatten()
}

fn unknown(config: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    for (name, value) in config.as_map().into_iter().flatten() {
        if !FOR_PLANNING.contains(&name.as_str()) {
            collect_unknown(value, Path::of(name), &mut found);
        }
    }
    found
}

fn collect_unknown(value: &Value, path: Path, found: &mut Vec<Path>) {
    match value {
        Value::Unknown => found.push(path),
        Value::Object(members) => {
            for (name, member) in members {
                collect_unknown(member, path.clone().attribute(name), found);
            }
        }
        Value::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect_unknown(element, path.clone().index(index), found);
            }
        }
        // An element of a set or map is not worth a place of its own.
        other if !other.is_wholly_known() => found.push(path),
        _ => {}
    }
}
