use serde_json::json;
use tfplugin::{Severity, Type, check::check as check_schema, json, schema::AttributeKind};

use super::*;
use crate::schema::schema;
use aws::client::{RetryMode, Secret};

fn decoded(config: &serde_json::Value) -> Value {
    json::decode(config.to_string().as_bytes(), &schema().implied_type()).unwrap()
}

fn told(config: &serde_json::Value) -> Vec<String> {
    let config = decoded(config);
    let by_schema = check_schema(&config, &schema().block);
    let found = match by_schema.has_errors() {
        true => by_schema,
        false => Arguments::read(&config).1,
    };
    let line = |d: &tfplugin::Diagnostic| {
        assert_eq!(d.severity, Severity::Error);
        format!("{}: {}", d.path, d.detail)
    };
    found.iter().map(line).collect()
}

#[test]
fn nothing_configured_is_all_defaults() {
    let (arguments, found) = Arguments::read(&decoded(&json!({})));
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(arguments.settings, Settings::default());
    assert_eq!(arguments.region, Maybe::Known(None));
    assert_eq!(arguments.default_tags, Maybe::Known(BTreeMap::new()));
    assert_eq!(arguments.preflight, Maybe::Known(true));
    let restricted = ["af-south-1".to_owned(), "us-west-1".to_owned()];
    assert_eq!(
        arguments.restricted_regions,
        Maybe::Known(restricted.into())
    );
    assert_eq!(arguments.unknown, Vec::<Path>::new());
}

#[test]
fn everything_configured_is_read() {
    let (arguments, found) = Arguments::read(&decoded(&json!({
        "region": "eu-west-1", "profile": "p", "access_key": "AKIA", "secret_key": "s",
        "token": "t", "shared_config_files": ["c"], "shared_credentials_files": ["d", "e"],
        "sts_region": "us-east-1", "ec2_metadata_service_endpoint": "http://127.0.0.1:1338",
        "allowed_account_ids": ["123456789012"], "skip_region_validation": true,
        "skip_credentials_validation": true, "max_retries": 3, "retry_mode": "adaptive",
        "http_proxy": "http://p:1", "https_proxy": "http://p:2", "no_proxy": "a,b",
        "insecure": true, "custom_ca_bundle": "/ca.pem", "use_fips_endpoint": true,
        "use_dualstack_endpoint": false, "preflight": false, "restricted_regions": [],
        "assume_role": [
            {"role_arn": "arn:aws:iam::123456789012:role/hub"},
            {
                "role_arn": "arn:aws:iam::123456789012:role/team/spoke", "duration": "1h",
                "external_id": "x", "policy": "{}", "policy_arns": ["arn:aws:iam::aws:policy/P"],
                "session_name": "n", "source_identity": "i", "tags": {"a": "b"},
                "transitive_tag_keys": ["a"],
            },
        ],
        "assume_role_with_web_identity": [{
            "role_arn": "arn:aws:iam::123456789012:role/web", "web_identity_token_file": "/token",
        }],
        "default_tags": [{"tags": {"team": "streaming"}}],
        "ignore_tags": [{"keys": ["k"], "key_prefixes": ["p:"]}],
        "endpoints": [{"ec2": "http://h:1", "elbv2": "http://h:2"}, {"sts": "http://h:3"}],
    })));
    assert!(found.is_empty(), "{found:?}");
    let Arguments { settings, .. } = &arguments;
    assert_eq!(settings.region.as_deref(), Some("eu-west-1"));
    assert_eq!(settings.secret_key, Some(Secret::new("s")));
    assert_eq!(settings.shared_credentials_files, ["d", "e"]);
    assert_eq!(settings.max_retries, Some(3));
    assert_eq!(settings.retry_mode, Some(RetryMode::Adaptive));
    assert_eq!(settings.use_dualstack_endpoint, Some(false));
    assert!(settings.insecure && settings.skip_region_validation);
    assert_eq!(settings.endpoints.ec2.as_deref(), Some("http://h:1"));
    assert_eq!(
        settings.endpoints.elasticloadbalancingv2.as_deref(),
        Some("http://h:2")
    );
    assert_eq!(settings.endpoints.sts.as_deref(), Some("http://h:3"));
    let [hub, spoke] = settings.assume_role.as_slice() else {
        panic!("{:?}", settings.assume_role);
    };
    assert_eq!(hub.duration, None);
    assert_eq!(spoke.duration, Some(std::time::Duration::from_secs(3600)));
    assert_eq!(spoke.tags["a"], "b");
    assert_eq!(spoke.policy_arns, ["arn:aws:iam::aws:policy/P"]);
    assert!(settings.assume_role_with_web_identity.is_some());
    assert_eq!(
        arguments.ignored_keys,
        Maybe::Known(["k".to_owned()].into())
    );
    assert_eq!(
        arguments.ignored_prefixes,
        Maybe::Known(["p:".to_owned()].into())
    );
    assert_eq!(arguments.restricted_regions, Maybe::Known(BTreeSet::new()));
    assert_eq!(arguments.preflight, Maybe::Known(false));
}

#[test]
fn mistakes_are_told_where_and_what() {
    let role = |more: serde_json::Value| {
        let mut role = json!({"role_arn": "arn:aws:iam::123456789012:role/r"});
        role.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({ "assume_role": [role] })
    };
    let many: serde_json::Map<_, _> = (0..47).map(|n| (format!("k{n}"), json!("v"))).collect();
    for (config, says) in [
        (
            json!({"region": "mars"}),
            "region: \"mars\" does not look like",
        ),
        (
            json!({"region": "us-east-1a"}),
            "region: \"us-east-1a\" does not look like",
        ),
        (json!({"region": " "}), "region: Leave the argument out"),
        (json!({"sts_region": "moon"}), "sts_region: \"moon\""),
        (
            json!({"access_key": "AKIA"}),
            "access_key: access_key goes with secret_key",
        ),
        (
            json!({"secret_key": "s"}),
            "secret_key: secret_key goes with access_key",
        ),
        (
            json!({"retry_mode": "often"}),
            "retry_mode: \"often\" is not possible",
        ),
        (
            json!({"max_retries": -1}),
            "max_retries: -1 is not a whole number",
        ),
        (
            json!({"allowed_account_ids": ["1"]}),
            "allowed_account_ids[\"1\"]: \"1\" is not the id",
        ),
        (
            json!({
                "allowed_account_ids": ["123456789012"],
                "forbidden_account_ids": ["210987654321"],
            }),
            "forbidden_account_ids: allowed_account_ids refuses",
        ),
        (
            json!({
                "allowed_account_ids": ["123456789012"],
                "skip_requesting_account_id": true,
            }),
            "skip_requesting_account_id: ",
        ),
        (
            json!({"endpoints": [{"ec2": "localhost:4566"}]}),
            "endpoints[0].ec2: \"localhost",
        ),
        (
            json!({"endpoints": [{"sts": "http://"}]}),
            "endpoints[0].sts: ",
        ),
        (
            json!({"endpoints": [{"elbv2": "http://a"}, {"elasticloadbalancing": "http://b"}]}),
            "endpoints[1].elasticloadbalancing: ",
        ),
        (
            json!({"ec2_metadata_service_endpoint": "169.254.169.254"}),
            "not a URL",
        ),
        (
            json!({"assume_role": [{"role_arn": "deployer"}]}),
            "assume_role[0].role_arn: \"deploy",
        ),
        (
            role(json!({"duration": "10m"})),
            "assume_role[0].duration: AWS lends",
        ),
        (
            role(json!({"duration": "13h"})),
            "assume_role[0].duration: AWS lends",
        ),
        (role(json!({"duration": "60"})), "write \"60m\""),
        (
            role(json!({"policy": "[]"})),
            "assume_role[0].policy: A policy is an object",
        ),
        (
            role(json!({"policy_arns": ["P"]})),
            "assume_role[0].policy_arns[\"P\"]: ",
        ),
        (
            json!({"assume_role_with_web_identity": [{
                "role_arn": "arn:aws:iam::123456789012:role/web",
                "web_identity_token": "t", "web_identity_token_file": "f",
            }]}),
            "assume_role_with_web_identity[0].web_identity_token_file: ",
        ),
        (
            json!({"default_tags": [{"tags": {"aws:x": "y"}}]}),
            "default_tags[0].tags[\"aws:x\"]: ",
        ),
        (
            json!({"default_tags": [{"tags": {"x": null}}]}),
            "default_tags[0].tags[\"x\"]: ",
        ),
        (
            json!({"default_tags": [{ "tags": many }]}),
            "default_tags[0].tags: 47 tags",
        ),
        (
            json!({"restricted_regions": ["mars"]}),
            "restricted_regions[\"mars\"]: ",
        ),
    ] {
        let found = told(&config);
        assert_eq!(found.len(), 1, "{config}: {found:#?}");
        assert!(found[0].contains(says), "{config}: {found:#?}");
    }
}

#[test]
fn any_region_will_do_without_validation() {
    let config = json!({"region": "mars", "sts_region": "moon", "skip_region_validation": true});
    assert_eq!(told(&config), Vec::<String>::new());
}

#[test]
fn unknown_arguments_are_named_and_not_judged() {
    let mut config = decoded(&json!({
        "access_key": "AKIA",
        "assume_role": [{"role_arn": "arn:aws:iam::123456789012:role/r"}],
        "default_tags": [{"tags": {"team": "streaming"}}],
    }));
    let Value::Object(members) = &mut config else {
        panic!("a configuration is an object");
    };
    members.insert("secret_key".to_owned(), Value::Unknown);
    members.insert("region".to_owned(), Value::Unknown);
    members.insert("preflight".to_owned(), Value::Unknown);
    let Some(Value::List(roles)) = members.get_mut("assume_role") else {
        panic!("one role");
    };
    let Value::Object(role) = &mut roles[0] else {
        panic!("a role is an object");
    };
    role.insert("role_arn".to_owned(), Value::Unknown);
    let (arguments, found) = Arguments::read(&config);
    assert!(found.is_empty(), "{found:?}");
    let unknown: Vec<String> = arguments.unknown.iter().map(Path::to_string).collect();
    assert_eq!(unknown, ["assume_role[0].role_arn", "region", "secret_key"]);
    assert_eq!(arguments.region, Maybe::Unknown);
    assert_eq!(arguments.preflight, Maybe::Unknown);
    let tags = [("team".to_owned(), Maybe::Known("streaming".to_owned()))];
    assert_eq!(arguments.default_tags, Maybe::Known(tags.into()));
}

#[test]
fn unknown_blocks_leave_tags_unknown() {
    let mut config = decoded(&json!({}));
    let Value::Object(members) = &mut config else {
        panic!("a configuration is an object");
    };
    for block in ["default_tags", "ignore_tags", "endpoints"] {
        members.insert(block.to_owned(), Value::Unknown);
    }
    let (arguments, found) = Arguments::read(&config);
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(arguments.default_tags, Maybe::Unknown);
    assert_eq!(arguments.ignored_keys, Maybe::Unknown);
    assert_eq!(arguments.unknown, [Path::of("endpoints")]);
}

/// Every text, list and set of the schema, and every block.
#[test]
fn null_and_empty_arguments_mean_not_set() {
    let set = json!({"region": "eu-west-1"});
    let (plain, _) = Arguments::read(&decoded(&set));
    let mut tried = 0;
    let mut same = |what: &str, more: serde_json::Value| {
        let mut config = set.clone();
        let members = config.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        assert_eq!(told(&config), Vec::<String>::new(), "{what}");
        let (arguments, _) = Arguments::read(&decoded(&config));
        // An empty list of them lifts the restriction, by design.
        let expected = match what {
            "restricted_regions = []" => Maybe::Known(BTreeSet::new()),
            _ => plain.restricted_regions.clone(),
        };
        assert_eq!(arguments.restricted_regions, expected, "{what}");
        let arguments = Arguments {
            restricted_regions: plain.restricted_regions.clone(),
            ..arguments
        };
        assert_eq!(arguments, plain, "{what}");
        tried += 1;
    };
    let empties = |attribute: &tfplugin::Attribute| -> Vec<serde_json::Value> {
        match &attribute.kind {
            AttributeKind::Plain(Type::String) => vec![json!(null), json!("")],
            AttributeKind::Plain(Type::List(_) | Type::Set(_)) => {
                vec![json!(null), json!([]), json!([""])]
            }
            AttributeKind::Plain(Type::Map(_)) => vec![json!(null), json!({})],
            _ => vec![json!(null)],
        }
    };
    let block = schema().block;
    for attribute in block.attributes.iter().filter(|it| it.name != "region") {
        for empty in empties(attribute) {
            if attribute.name == "restricted_regions" && empty == json!([""]) {
                continue;
            }
            let what = format!("{} = {empty}", attribute.name);
            same(&what, json!({ &attribute.name: empty }));
        }
    }
    for nested in &block.blocks {
        same(&nested.name, json!({ &nested.name: [{}] }));
        for attribute in &nested.block.attributes {
            for empty in empties(attribute) {
                let what = format!("{}.{} = {empty}", nested.name, attribute.name);
                same(&what, json!({ &nested.name: [{ &attribute.name: empty }] }));
            }
        }
    }
    assert!(tried > 80, "{tried}");
}

/// What comes with a role means nothing without it, and an empty text inside a role is left out.
#[test]
fn a_role_that_is_not_set_is_not_assumed() {
    for role in [json!(null), json!("")] {
        let block = json!([{"role_arn": role, "session_name": "ci", "duration": "1h"}]);
        let config = json!({"assume_role": block, "assume_role_with_web_identity": block});
        assert_eq!(told(&config), Vec::<String>::new());
        let (arguments, _) = Arguments::read(&decoded(&config));
        assert_eq!(arguments.settings, Settings::default());
    }
    let role = "arn:aws:iam::123456789012:role/r";
    let config = json!({"assume_role": [{"role_arn": role, "external_id": "", "policy": ""}]});
    assert_eq!(told(&config), Vec::<String>::new());
    let [assumed] = Arguments::read(&decoded(&config))
        .0
        .settings
        .assume_role
        .try_into()
        .unwrap();
    assert_eq!((assumed.external_id, assumed.policy), (None, None));
}

/// Half a pair of keys stays half a pair.
#[test]
fn an_empty_key_is_a_missing_one() {
    let found = told(&json!({"access_key": "AKIA", "secret_key": ""}));
    assert!(found[0].contains("goes with secret_key"), "{found:?}");
    assert_eq!(
        told(&json!({"access_key": "", "secret_key": ""})),
        Vec::<String>::new()
    );
}
