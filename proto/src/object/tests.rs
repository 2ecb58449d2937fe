use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::{
    Maybe, Schema, Type,
    schema::{AttributeKind, Mode, Nesting},
};

/// A garden.
///
/// With all that a declaration can say.
#[derive(Clone, Debug, PartialEq, crate::Object)]
#[object(with = Weather, finish = Garden::water)]
struct Garden {
    /// Name of
    /// the garden.
    #[attr(required, rule = not_empty, canonical = lower, replaces)]
    name: Maybe<String>,
    /// Beds. {range}, and `{default}` otherwise.
    #[attr(default = 3, range = 1..=9)]
    beds: Maybe<u16>,
    /// Kind of soil.
    #[attr(optional, words = [("sand", 1u32), ("clay", 2)])]
    soil: Maybe<Option<u32>>,
    /// Whether it is open.
    #[attr(name = "open_to_all", optional, computed, default = true)]
    open: Maybe<bool>,
    /// Who works there.
    #[attr(default = ["me"], rule = not_empty)]
    gardeners: Maybe<BTreeSet<Maybe<String>>>,
    /// Labels.
    #[attr(optional, entry = label)]
    labels: Maybe<Option<BTreeMap<String, Maybe<String>>>>,
    /// The shed.
    #[attr(object, optional, computed)]
    shed: Shed,
    /// The pond.
    #[attr(object, optional)]
    pond: Maybe<Option<Pond>>,
    /// Trees by number.
    #[attr(required, key = number)]
    trees: Maybe<BTreeMap<u32, Pond>>,
    /// A gate.
    #[attr(block, most = 2)]
    gate: Vec<Pond>,
    #[attr(flatten)]
    fence: Fence,
    #[attr(skip)]
    watered: bool,
}

/// What the provider finds out.
#[derive(Clone, Debug, PartialEq, crate::Object)]
struct Weather {
    /// Rain in the last hour.
    #[attr(computed)]
    rain: Maybe<Option<String>>,
}

/// A shed.
#[derive(Clone, Debug, PartialEq, crate::Object)]
struct Shed {
    /// Key of the shed.
    #[attr(optional, sensitive)]
    key: Option<String>,
    /// Shelves.
    #[attr(optional, rule = not_empty)]
    shelves: Vec<String>,
}

/// A pond.
#[derive(Clone, Debug, PartialEq, crate::Object)]
struct Pond {
    /// Depth.
    #[attr(default = 50, range = 0..=100)]
    depth: Maybe<u32>,
}

/// A fence.
#[derive(Clone, Debug, PartialEq, crate::Object)]
struct Fence {
    /// Colour of the fence.
    #[attr(optional, shape)]
    colour: Maybe<Option<String>>,
}

impl Garden {
    fn water(&mut self, from: &Reader<'_>) {
        self.watered = true;
        if from.member("name").value().as_str() == Some("desert") {
            from.member("beds").refuse(Invalid::new("Too dry", "Move."));
        }
    }
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}

fn label(key: &str, value: &str) -> Result<String, Invalid> {
    match key {
        "bad" => Err(Invalid::new("Bad label", "Choose another.")),
        _ => Ok(value.to_owned()),
    }
}

fn number(key: &str) -> Result<u32, Invalid> {
    key.parse()
        .map_err(|_| Invalid::new("No number", "Count the trees."))
}

fn schema() -> Schema {
    Schema::new(0, Garden::block())
}

fn attribute(name: &str) -> Attribute {
    let mut all = Garden::attributes().into_iter();
    all.find(|it| it.name == name).unwrap()
}

fn read(members: &[(&str, Value)]) -> (Garden, Vec<(String, String)>) {
    let (garden, found) = Garden::parse(&Value::object(members.iter().cloned()));
    let found = found.iter();
    let found = found.map(|it| (it.summary.clone(), it.path.to_string()));
    (garden, found.collect())
}

#[test]
fn the_schema_has_every_attribute_in_order() {
    assert_eq!(schema().review(), Vec::<String>::new());
    assert_eq!(
        schema().block.description,
        "A garden.\n\nWith all that a declaration can say."
    );
    let names: Vec<String> = Garden::attributes().into_iter().map(|it| it.name).collect();
    let expected = [
        "name",
        "beds",
        "soil",
        "open_to_all",
        "gardeners",
        "labels",
        "shed",
        "pond",
        "trees",
        "colour",
        "rain",
    ];
    assert_eq!(names, expected);
    let gate = &Garden::blocks()[0];
    assert_eq!((gate.name.as_str(), gate.max_items), ("gate", 2));
    assert_eq!(gate.block.description, "A gate.");
}

#[test]
fn an_attribute_is_what_its_field_declares() {
    let name = attribute("name");
    assert_eq!(name.mode, Mode::Required);
    assert_eq!(name.description, "Name of the garden.");
    assert_eq!(name.canonical.map(|it| it.0("ABC")), Some("abc".to_owned()));
    assert!(name.replaces && !name.gives_shape);

    let beds = attribute("beds");
    assert_eq!(beds.description, "Beds. 1 to 9, and `3` otherwise.");
    assert_eq!(beds.mode, Mode::OptionalComputed);
    assert_eq!(beds.range, Some(1..=9));
    assert_eq!(beds.default, Some(3.into()));
    assert!(beds.gives_shape);

    assert_eq!(attribute("soil").words, ["sand", "clay"]);
    assert_eq!(attribute("soil").mode, Mode::Optional);
    assert_eq!(
        attribute("open_to_all").description,
        "Whether it is open. Default: `true`."
    );
    let gardeners = attribute("gardeners");
    assert_eq!(gardeners.implied_type(), Type::set(Type::String));
    assert_eq!(
        gardeners.description,
        "Who works there. Default: `[\"me\"]`."
    );
    assert_eq!(attribute("labels").implied_type(), Type::map(Type::String));
    assert!(attribute("shed").attributes()[0].sensitive);
    assert_eq!(
        attribute("shed").attributes()[1].implied_type(),
        Type::list(Type::String)
    );
    assert!(!attribute("shed").gives_shape && attribute("pond").gives_shape);
    assert!(matches!(
        attribute("trees").kind,
        AttributeKind::Nested(Nesting::Map, _)
    ));
    assert!(attribute("colour").gives_shape);
    assert_eq!(attribute("rain").mode, Mode::Computed);
}

#[test]
fn null_is_the_default_or_means_something() {
    let (garden, found) = read(&[("name", "Eden".into())]);
    assert_eq!(found, []);
    let me = BTreeSet::from([Maybe::Known("me".to_owned())]);
    let expected = Garden {
        name: Maybe::Known("Eden".to_owned()),
        beds: Maybe::Known(3),
        soil: Maybe::Known(None),
        open: Maybe::Known(true),
        gardeners: Maybe::Known(me),
        labels: Maybe::Known(None),
        shed: Shed {
            key: None,
            shelves: Vec::new(),
        },
        pond: Maybe::Known(None),
        trees: Maybe::Known(BTreeMap::new()),
        gate: Vec::new(),
        fence: Fence {
            colour: Maybe::Known(None),
        },
        watered: true,
    };
    assert_eq!(garden, expected);
}

#[test]
fn unknown_is_unknown() {
    let names = Garden::attributes().into_iter().map(|it| it.name);
    let all: Vec<(String, Value)> = names.map(|name| (name, Value::Unknown)).collect();
    let all: Vec<(&str, Value)> = all.iter().map(|(n, v)| (n.as_str(), v.clone())).collect();
    let (garden, found) = read(&all);
    assert_eq!(found, []);
    assert!(garden.name.is_unknown() && garden.beds.is_unknown() && garden.soil.is_unknown());
    assert!(garden.gardeners.is_unknown() && garden.labels.is_unknown());
    assert!(garden.pond.is_unknown() && garden.trees.is_unknown());
    assert_eq!(garden.shed.key, None);
}

#[test]
fn what_breaks_its_rule_is_unknown_and_noted_once_where_it_is() {
    let pond = |depth: u64| Value::object([("depth", Value::from(depth))]);
    let trees = Value::map([("1", pond(7)), ("two", pond(8)), ("3", pond(101))]);
    let (garden, found) = read(&[
        ("name", " ".into()),
        ("beds", 10.into()),
        ("soil", "peat".into()),
        ("gardeners", Value::set(["you", ""])),
        ("labels", Value::map([("bad", "x"), ("good", "y")])),
        ("shed", Value::object([("shelves", Value::list(["a", ""]))])),
        ("trees", trees),
        ("gate", Value::list([pond(1), pond(200)])),
    ]);
    let expected = [
        ("Empty text", "name"),
        ("Number out of range", "beds"),
        ("Value not among the choices", "soil"),
        ("Empty text", "gardeners[\"\"]"),
        ("Bad label", "labels[\"bad\"]"),
        ("Empty text", "shed.shelves[1]"),
        ("Number out of range", "trees[\"3\"].depth"),
        ("No number", "trees[\"two\"]"),
        ("Number out of range", "gate[1].depth"),
    ];
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(s, p)| (s.as_str(), p.as_str()))
        .collect();
    assert_eq!(found, expected);
    assert!(garden.name.is_unknown() && garden.beds.is_unknown() && garden.soil.is_unknown());
    assert_eq!(garden.shed.shelves, ["a"]);
    assert_eq!(garden.gate.len(), 2);
    let trees: Vec<u32> = garden.trees.known().unwrap().keys().copied().collect();
    assert_eq!(trees, [1, 3]);
}

#[test]
fn a_map_without_a_key_that_counts_is_unknown() {
    let trees = Value::map([("one", Value::object([("depth", Value::Null)]))]);
    let (garden, found) = read(&[("name", "Eden".into()), ("trees", trees)]);
    assert!(garden.trees.is_unknown());
    assert_eq!(found.len(), 1);
}

#[test]
fn what_follows_from_others_is_refused_afterwards() {
    let (_, found) = read(&[("name", "desert".into())]);
    assert_eq!(found, [("Too dry".to_owned(), "beds".to_owned())]);
}
