use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::*;
use crate::schema::Type;
use crate::value::{Number, Value};
use crate::{ValueError, json};

/// One line for each form that Terraform may send.
#[test]
fn known_bytes_are_read() {
    let object = Type::object([("a", Type::String), ("n", Type::Number)]);
    let number = |text: &str| Value::Number(text.parse().unwrap());
    for (bytes, ty, value) in [
        (&b"\xc0"[..], Type::String, Value::Null),
        (b"\xa1x", Type::String, "x".into()),
        (b"\xd9\x01x", Type::String, "x".into()),
        (b"\xc3", Type::Bool, true.into()),
        (b"\x07", Type::Number, 7.into()),
        (b"\xff", Type::Number, (-1).into()),
        (
            b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff",
            Type::Number,
            u64::MAX.into(),
        ),
        (
            b"\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00",
            Type::Number,
            number("1.5"),
        ),
        (b"\xca\x3f\xc0\x00\x00", Type::Number, number("1.5")),
        (
            b"\xb499999999999999999999",
            Type::Number,
            number("99999999999999999999"),
        ),
        // Unknown: of code 0, and of code 12 with a refinement (not null).
        (b"\xd4\x00\x00", Type::String, Value::Unknown),
        (b"\xc7\x03\x0c\x81\x01\xc2", object.clone(), Value::Unknown),
        (
            b"\x92\xa1b\xa1a",
            Type::set(Type::String),
            Value::set(["a", "b"]),
        ),
        (
            b"\xdc\x00\x01\xd4\x00\x00",
            Type::list(Type::Bool),
            Value::list([Value::Unknown]),
        ),
        (
            b"\x81\xa1k\xc0",
            Type::map(Type::Bool),
            Value::map([("k", Value::Null)]),
        ),
        (
            b"\x82\xa1n\x01\xa1a\xc0",
            object,
            Value::object([("a", Value::Null), ("n", 1.into())]),
        ),
        (
            b"\x92\xc4\x08\"string\"\xa1x",
            Type::Dynamic,
            Value::Dynamic(Box::new((Type::String, "x".into()))),
        ),
    ] {
        assert_eq!(decode(bytes, &ty), Ok(value), "{bytes:x?}");
    }
}

#[test]
fn numbers_take_the_shortest_exact_form() {
    for (text, bytes) in [
        ("5", &b"\x05"[..]),
        ("-1", b"\xff"),
        (
            "18446744073709551615",
            b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff",
        ),
        ("1.5", b"\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00"),
        ("0.1", b"\xa30.1"),
        ("99999999999999999999", b"\xb499999999999999999999"),
    ] {
        let number: Number = text.parse().unwrap();
        assert_eq!(
            encode(&number.into(), &Type::Number).unwrap(),
            bytes,
            "{text}"
        );
    }
}

fn fails_at(outcome: Result<impl std::fmt::Debug, ValueError>, message: &str) {
    assert_eq!(outcome.unwrap_err().to_string(), message);
}

#[test]
fn errors_carry_the_path() {
    let broker = Type::object([("port", Type::Number)]);
    let ty = Type::object([("brokers", Type::map(broker))]);
    let with = |broker: Value| Value::object([("brokers", Value::map([("3", broker)]))]);
    fails_at(
        encode(&with(Value::object([("port", "x".into())])), &ty),
        r#"brokers["3"].port: a number is expected, not a string"#,
    );
    fails_at(
        encode(&with(Value::object::<&str>([])), &ty),
        r#"brokers["3"].port: the attribute is missing"#,
    );
    fails_at(
        encode(
            &with(Value::object([("port", 1.into()), ("prt", 1.into())])),
            &ty,
        ),
        r#"brokers["3"].prt: the schema has no such attribute"#,
    );
    fails_at(
        decode(b"\x81\xa7brokers\x81\xa13\x81\xa4port\xc3", &ty),
        r#"brokers["3"].port: a number is expected, not a bool"#,
    );
    fails_at(
        decode(b"\x81\xa7brokers\x81\xa13\x80", &ty),
        r#"brokers["3"].port: the attribute is missing"#,
    );
    fails_at(
        encode(&Value::set([1]), &Type::set(Type::String)),
        "[1]: a string is expected, not a number",
    );
    fails_at(
        decode(b"\x92\x01\xc3", &Type::list(Type::Number)),
        "[1]: a number is expected, not a bool",
    );
}

#[test]
fn hostile_bytes_are_refused_without_harm() {
    let list = Type::list(Type::Bool);
    // Announces 4 billion elements, and sends none.
    fails_at(
        decode(b"\xdd\xff\xff\xff\xff", &list),
        "[0]: the bytes end within the value",
    );
    fails_at(
        decode(b"\xdb\xff\xff\xff\xff", &Type::String),
        "the bytes end within the value",
    );
    fails_at(
        decode(b"\xc9\xff\xff\xff\xff", &list),
        "the bytes end within the value",
    );
    fails_at(decode(b"\xa1\xff", &Type::String), "the text is not UTF-8");
    fails_at(decode(b"\xc3\xc3", &Type::Bool), "bytes follow the value");
    fails_at(
        decode(b"\xc1", &Type::Bool),
        "a bool is expected, not an invalid byte",
    );
    fails_at(
        decode(b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00", &Type::Number),
        "not a finite decimal number",
    );
    let deep = b"\x92\xc4\x09\"dynamic\"".repeat(100_000);
    fails_at(decode(&deep, &Type::Dynamic), "the value nests too deeply");
}

fn types() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![
        Just(Type::Bool),
        Just(Type::Number),
        Just(Type::String),
        Just(Type::Dynamic)
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            btree_map("[a-c]", inner.clone(), 0..4).prop_map(Type::Object),
            vec(inner, 0..4).prop_map(Type::Tuple),
        ]
    })
}

fn numbers() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("finite", Number::from_exact_f64),
        "-?[0-9]{1,30}(\\.[0-9]{1,30})?(e-?[0-9]{1,3})?".prop_map(|text| text.parse().unwrap()),
    ]
}

fn values(ty: &Type, unknowns: bool) -> BoxedStrategy<Value> {
    let known = match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => numbers().prop_map(Value::Number).boxed(),
        Type::String => any::<String>().prop_map(Value::String).boxed(),
        Type::List(inner) => vec(values(inner, unknowns), 0..4)
            .prop_map(Value::List)
            .boxed(),
        Type::Set(inner) => vec(values(inner, unknowns), 0..4)
            .prop_map(Value::Set)
            .boxed(),
        Type::Map(inner) => btree_map(any::<String>(), values(inner, unknowns), 0..4)
            .prop_map(Value::Map)
            .boxed(),
        Type::Object(attributes) => attributes
            .iter()
            .map(|(name, ty)| (Just(name.clone()), values(ty, unknowns)))
            .collect::<Vec<_>>()
            .prop_map(|members| Value::Object(BTreeMap::from_iter(members)))
            .boxed(),
        Type::Tuple(types) => types
            .iter()
            .map(|ty| values(ty, unknowns))
            .collect::<Vec<_>>()
            .prop_map(Value::Tuple)
            .boxed(),
        Type::Dynamic => prop_oneof![Just(Type::String), Just(Type::list(Type::Number))]
            .prop_flat_map(move |ty| (Just(ty.clone()), values(&ty, unknowns)))
            .prop_map(|typed| Value::Dynamic(Box::new(typed)))
            .boxed(),
    };
    let unknown = if unknowns {
        Value::Unknown
    } else {
        Value::Null
    };
    prop_oneof![8 => known, 1 => Just(Value::Null), 1 => Just(unknown)].boxed()
}

fn typed(unknowns: bool) -> impl Strategy<Value = (Type, Value)> {
    types().prop_flat_map(move |ty| (Just(ty.clone()), values(&ty, unknowns)))
}

proptest! {
    #[test]
    fn what_is_written_is_read_again((ty, value) in typed(true)) {
        let bytes = encode(&value, &ty).unwrap();
        prop_assert_eq!(decode(&bytes, &ty), Ok(value));
    }

    #[test]
    fn json_that_is_written_is_read_again((ty, value) in typed(false)) {
        let bytes = json::encode(&value, &ty).unwrap();
        prop_assert_eq!(json::decode(&bytes, &ty), Ok(value));
    }

    #[test]
    fn types_in_json_are_read_again(ty in types()) {
        prop_assert_eq!(Type::from_json(&ty.to_json()), Ok(ty));
    }

    #[test]
    fn any_bytes_are_safe(bytes in vec(any::<u8>(), 0..64), ty in types()) {
        let _ = decode(&bytes, &ty);
        let _ = json::decode(&bytes, &ty);
        let _ = Type::from_json(&bytes);
    }

    #[test]
    fn damaged_values_are_safe(
        (ty, value) in typed(true),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = encode(&value, &ty).unwrap();
        for (index, byte) in damage {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        // What is still accepted is a value that can be written.
        if let Ok(value) = decode(&bytes, &ty) {
            prop_assert!(encode(&value, &ty).is_ok());
        }
        let _ = decode(&bytes[..cut.index(bytes.len())], &ty);
    }
}
