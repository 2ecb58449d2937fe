use super::*;
use crate::NestedBlock;

fn block() -> Block {
    Block::new("").attributes([
        Attribute::string("name").required(),
        Attribute::string("id").computed(),
        Attribute::string("region").optional_computed(),
        Attribute::map_of("tags", Type::String).optional(),
        Attribute::map_nested(
            "brokers",
            [
                Attribute::string("target").required(),
                Attribute::set_of("ports", Type::Number).optional_computed(),
                Attribute::string("arn").computed(),
            ],
        )
        .required(),
        Attribute::single("endpoint", [Attribute::string("vpc_id").required()]).optional(),
        Attribute::plain(
            "rules",
            Type::list(Type::object([("cidrs", Type::set(Type::String))])),
        )
        .optional(),
    ])
}

fn found(changes: &[(&str, Value)]) -> Vec<String> {
    found_in(&block(), changes)
}

fn found_in(block: &Block, changes: &[(&str, Value)]) -> Vec<String> {
    let broker = Value::object([("target", "10.0.0.1")].map(|(name, text)| (name, text.into())));
    let mut config = Value::object([
        ("name", "orders".into()),
        ("brokers", Value::map([("1", broker)])),
    ]);
    if let Value::Object(attributes) = &mut config {
        attributes.extend(
            changes
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone())),
        );
    }
    let found = check(&config, block);
    found
        .iter()
        .map(|found| format!("{}: {}", found.path, found.summary))
        .collect()
}

fn broker(attribute: &str, value: Value) -> Value {
    let target = Value::from("10.0.0.2");
    let mut attributes = vec![("target", target)];
    attributes.push((attribute, value));
    Value::map([("2", Value::object(attributes))])
}

#[test]
fn a_sound_configuration_passes() {
    assert_eq!(found(&[]), [""; 0]);
    assert_eq!(
        found(&[("endpoint", Value::object([("vpc_id", "vpc-1".into())]))]),
        [""; 0]
    );
}

#[test]
fn unknown_values_pass_wherever_a_value_may_be() {
    for name in ["name", "region", "tags", "brokers", "endpoint", "rules"] {
        assert_eq!(found(&[(name, Value::Unknown)]), [""; 0], "{name}");
    }
    assert_eq!(
        found(&[("brokers", Value::map([("1", Value::Unknown)]))]),
        [""; 0]
    );
    assert_eq!(
        found(&[("brokers", broker("target", Value::Unknown))]),
        [""; 0]
    );
    assert_eq!(
        found(&[("tags", Value::map([("a", Value::Unknown)]))]),
        [""; 0]
    );
}

#[test]
fn computed_values_are_not_given() {
    assert_eq!(
        found(&[("id", "x".into())]),
        ["id: Value for a read-only attribute"]
    );
    assert_eq!(
        found(&[("id", Value::Unknown)]),
        ["id: Value for a read-only attribute"]
    );
    let given = found(&[("brokers", broker("arn", "x".into()))]);
    assert_eq!(
        given,
        [r#"brokers["2"].arn: Value for a read-only attribute"#]
    );
}

#[test]
fn required_values_are_not_null() {
    assert_eq!(found(&[("name", Value::Null)]), ["name: Missing value"]);
    let null = found(&[("brokers", broker("target", Value::Null))]);
    assert_eq!(null, [r#"brokers["2"].target: Missing value"#]);
    let null = found(&[("endpoint", Value::object([("vpc_id", Value::Null)]))]);
    assert_eq!(null, ["endpoint.vpc_id: Missing value"]);
}

#[test]
fn elements_are_not_null() {
    let null = found(&[("tags", Value::map([("a", Value::Null)]))]);
    assert_eq!(null, [r#"tags["a"]: Null element"#]);
    let null = found(&[("brokers", Value::map([("1", Value::Null)]))]);
    assert_eq!(null, [r#"brokers["1"]: Null element"#]);
    let null = found(&[(
        "brokers",
        broker("ports", Value::Set(vec![1.into(), Value::Null])),
    )]);
    assert_eq!(null, [r#"brokers["2"].ports[*]: Null element"#]);
    let rule = Value::object([("cidrs", Value::Set(vec![Value::Null]))]);
    assert_eq!(
        found(&[("rules", Value::list([rule]))]),
        ["rules[0].cidrs[*]: Null element"]
    );
}

#[test]
fn blocks_are_checked_too() {
    let inner = Block::new("").attributes([
        Attribute::string("arn").required(),
        Attribute::string("session").computed(),
    ]);
    let block = block().blocks([
        NestedBlock::list("assume_role", inner.clone()),
        NestedBlock::single("ignore", inner),
    ]);
    let filled = || Value::object([("arn", Value::Null), ("session", "s".into())]);
    assert_eq!(
        found_in(
            &block,
            &[
                ("assume_role", Value::list([filled()])),
                ("ignore", filled())
            ]
        ),
        [
            "assume_role[0].arn: Missing value",
            "assume_role[0].session: Value for a read-only attribute",
            "ignore.arn: Missing value",
            "ignore.session: Value for a read-only attribute",
        ]
    );
    assert_eq!(
        found_in(&block, &[("assume_role", Value::list::<Value>([]))]),
        [""; 0]
    );
}
