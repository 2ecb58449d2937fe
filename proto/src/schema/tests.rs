use super::*;
use crate::{Path, Value};

fn schema() -> Schema {
    let pond = [
        Attribute::number("depth").with_default(5).gives_shape(),
        Attribute::string("fish").spelled(str::to_lowercase),
        Attribute::string("id").computed(),
    ];
    let tree = [
        Attribute::number("height").gives_shape(),
        Attribute::string("kind"),
    ];
    let shed = [
        Attribute::bool("lit")
            .optional_computed()
            .with_default(false)
            .local(),
        Attribute::string("lamp").gives_shape(),
    ];
    Schema::new(
        0,
        Block::new("A garden.").attributes([
            Attribute::string("name").spelled(str::to_lowercase),
            Attribute::set_of("beds", Type::Number).gives_shape(),
            Attribute::set_of("roses", Type::String),
            Attribute::single("pond", pond).gives_shape(),
            Attribute::single("shed", shed).optional_computed(),
            Attribute::map_nested("trees", tree).gives_shape(),
            Attribute::single("hours", [Attribute::string("opens")]).local(),
            Attribute::bool("open")
                .optional_computed()
                .with_default(true)
                .local(),
            Attribute::string("id").computed(),
        ]),
    )
}

/// A value with every attribute: null where `written` has none.
fn complete(attributes: &[Attribute], written: &Value) -> Value {
    Value::object(attributes.iter().map(|attribute| {
        let value = written.get(&attribute.name);
        let value = match (&attribute.kind, value) {
            (AttributeKind::Nested(Nesting::Single, inner), Value::Object(_)) => {
                complete(inner, value)
            }
            (AttributeKind::Nested(Nesting::Map, inner), Value::Map(elements)) => Value::map(
                elements
                    .iter()
                    .map(|(key, it)| (key.clone(), complete(inner, it))),
            ),
            _ => value.clone(),
        };
        (attribute.name.clone(), value)
    }))
}

fn garden<const N: usize>(members: [(&str, Value); N]) -> Value {
    complete(&schema().block.attributes, &Value::object(members))
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::object(members)
}

fn shape(config: &Value) -> Vec<String> {
    let found = schema().unknown_shape(config);
    found.iter().map(Path::to_string).collect()
}

#[test]
fn numbers_and_objects_that_are_unknown_leave_the_shape_open() {
    let unknown = || Value::Unknown;
    assert_eq!(shape(&garden([("name", unknown())])), [""; 0]);
    assert_eq!(shape(&garden([("pond", unknown())])), ["pond"]);
    assert_eq!(shape(&garden([("trees", unknown())])), ["trees"]);
    assert_eq!(shape(&garden([("shed", unknown())])), ["shed.lamp"]);
    let beds = Value::Set(vec![1.into(), Value::Unknown]);
    assert_eq!(shape(&garden([("beds", beds)])), ["beds"]);
    let roses = Value::Set(vec!["red".into(), Value::Unknown]);
    assert_eq!(shape(&garden([("roses", roses)])), [""; 0]);
    let tree = object([("height", unknown()), ("kind", unknown())]);
    let trees = Value::map([("a", tree), ("b", Value::Unknown)]);
    assert_eq!(
        shape(&garden([("trees", trees)])),
        ["trees[\"a\"].height", "trees[\"b\"].height"]
    );
}

#[test]
fn what_is_unknown_and_gives_shape_is_assumed_to_stay() {
    let before = garden([
        ("name", "Eden".into()),
        (
            "pond",
            object([("depth", 7.into()), ("fish", "Carp".into())]),
        ),
        ("shed", object([("lamp", "oil".into())])),
        ("trees", Value::map([("a", object([("height", 3.into())]))])),
    ]);
    let unknown = garden([
        ("name", Value::Unknown),
        ("pond", Value::Unknown),
        ("shed", Value::Unknown),
    ]);
    let assumed = schema().assume(&unknown, &before);
    assert!(assumed.get("name").is_unknown(), "a text gives no shape");
    assert_eq!(assumed.get("pond"), before.get("pond"));
    assert_eq!(assumed.get("shed").get("lamp"), &Value::from("oil"));

    let fish = object([("depth", Value::Unknown), ("fish", Value::Unknown)]);
    let height = object([("height", Value::Unknown)]);
    let trees = Value::map([("a", height.clone()), ("b", height)]);
    let some = garden([("pond", fish), ("trees", trees)]);
    let assumed = schema().assume(&some, &before);
    assert_eq!(assumed.get("pond").get("depth"), &Value::from(7));
    assert!(assumed.get("pond").get("fish").is_unknown());
    assert_eq!(assumed.get("trees").get("a").get("height"), &Value::from(3));
    assert!(assumed.get("trees").get("b").get("height").is_unknown());
    let without = garden([]);
    let assumed = schema().assume(&some, &without);
    assert!(
        assumed.get("pond").get("depth").is_unknown(),
        "there was no pond"
    );
}

#[test]
fn local_arguments_come_from_the_configuration() {
    let rendered = garden([("shed", object([])), ("open", Value::Null)]);
    let completed = schema().with_local(rendered.clone(), &Value::Null);
    assert_eq!(completed.get("open"), &Value::from(true));
    assert_eq!(completed.get("shed").get("lit"), &Value::from(false));
    assert_eq!(completed.get("hours"), &Value::Null);
    assert_eq!(completed.get("pond"), &Value::Null);

    let hours = object([("opens", "9".into())]);
    let config = garden([
        ("open", false.into()),
        ("hours", hours.clone()),
        (
            "shed",
            object([("lit", true.into()), ("lamp", "oil".into())]),
        ),
    ]);
    let completed = schema().with_local(rendered, &config);
    assert_eq!(completed.get("open"), &Value::from(false));
    assert_eq!(completed.get("hours"), &hours);
    assert_eq!(completed.get("shed").get("lit"), &Value::from(true));
    assert_eq!(completed.get("shed").get("lamp"), &Value::Null);

    let gone = schema().with_local(garden([]), &config);
    assert_eq!(gone.get("shed"), &Value::Null);
}

#[test]
fn what_means_the_same_keeps_its_spelling() {
    let pond = |fish: &str| object([("fish", fish.into())]);
    let rendered = garden([("name", "eden".into()), ("pond", pond("carp"))]);
    let written = garden([("name", "Eden".into()), ("pond", pond("Pike"))]);
    let kept = schema().keep_spelling(rendered, &written);
    assert_eq!(kept.get("name"), &Value::from("Eden"));
    assert_eq!(kept.get("pond").get("fish"), &Value::from("carp"));
}

#[test]
fn what_the_provider_decides_is_computed() {
    let computed = schema().computed();
    let computed: Vec<String> = computed.iter().map(Path::to_string).collect();
    assert_eq!(computed, ["pond.id", "id"]);
}

#[test]
fn a_default_that_is_refused_is_a_fault_of_the_schema() {
    let number = |default: u64| Attribute {
        range: Some(1..=9),
        ..Attribute::number("beds").with_default(default)
    };
    let word = |default: &str| Attribute {
        words: vec!["sand".to_owned()],
        ..Attribute::string("soil").with_default(default)
    };
    let faults = |attribute: Attribute| {
        let block = Block::new("A garden.").attributes([attribute.describe("It.")]);
        Schema::new(0, block).review().len()
    };
    assert_eq!((faults(number(9)), faults(number(10))), (0, 1));
    assert_eq!((faults(word("sand")), faults(word("peat"))), (0, 1));
}
