use super::*;

fn number(text: &str) -> Number {
    text.parse().unwrap()
}

#[test]
fn numbers_are_equal_by_what_they_amount_to() {
    for (a, b) in [
        ("1", "1.0"),
        ("1", "10e-1"),
        ("100", "1e2"),
        ("0", "-0.00"),
        ("-12.50", "-1.25e1"),
        ("+7", "7"),
        (".5", "0.5"),
    ] {
        assert_eq!(number(a), number(b), "{a} {b}");
    }
    assert_ne!(number("0.1"), Number::from_exact_f64(0.1).unwrap());
    assert_eq!(number("0.1"), Number::from_f64(0.1).unwrap());
    assert_eq!(number("0.5"), Number::from_exact_f64(0.5).unwrap());
}

#[test]
fn numbers_are_ordered() {
    let ascending = [
        "-1e9", "-2", "-1.5", "-0.001", "0", "0.001", "0.01", "1", "1.5", "2", "10",
    ];
    for pair in ascending.windows(2) {
        assert!(number(pair[0]) < number(pair[1]), "{pair:?}");
    }
}

#[test]
fn numbers_print_in_plain_notation() {
    for (given, printed) in [
        ("0", "0"),
        ("1200", "1200"),
        ("-12.5", "-12.5"),
        ("0.00120", "0.0012"),
        ("99999999999999999999.5", "99999999999999999999.5"),
        ("1e3", "1000"),
        ("1e2000", "1e2000"),
        ("-5e-2000", "-5e-2000"),
    ] {
        assert_eq!(number(given).to_string(), printed);
    }
}

#[test]
fn what_is_no_number_is_refused() {
    for text in [
        "",
        "-",
        ".",
        "1e",
        "1e99999999999",
        "0x1",
        "1_000",
        "NaN",
        "Inf",
        "1.2.3",
        "１",
    ] {
        assert!(text.parse::<Number>().is_err(), "{text}");
    }
    assert_eq!(Number::from_f64(f64::NAN), None);
    assert_eq!(Number::from_exact_f64(f64::INFINITY), None);
}

#[test]
fn machine_integers_come_back() {
    for integer in [0, 1, -1, 10, -1000, i64::MAX, i64::MIN] {
        assert_eq!(Number::from(integer).as_i64(), Some(integer));
        assert_eq!(number(&integer.to_string()), Number::from(integer));
    }
    assert_eq!(Number::from(u64::MAX).as_u64(), Some(u64::MAX));
    assert_eq!(Number::from(u64::MAX).as_i64(), None);
    assert_eq!(number("18446744073709551616").as_u64(), None);
    assert_eq!(number("1.5").as_i64(), None);
    assert_eq!(number("1e400").as_f64(), f64::INFINITY);
}

#[test]
fn sets_are_equal_without_regard_to_order() {
    assert_eq!(Value::set(["a", "b"]), Value::set(["b", "a"]));
    assert_ne!(Value::set(["a", "b"]), Value::set(["a"]));
    let unknowns = |count| Value::Set(vec![Value::Unknown; count]);
    assert_ne!(unknowns(1), unknowns(2));
    let nested = |first, second| Value::list([Value::set([first, second])]);
    assert_eq!(nested(1, 2), nested(2, 1));
    assert_ne!(Value::list(["a", "b"]), Value::list(["b", "a"]));
}

#[test]
fn members_are_reached_as_in_hcl() {
    let value = Value::object([
        ("endpoint", Value::object([("id", Value::from("vpce-1"))])),
        ("other", Value::Unknown),
        ("nothing", Value::Null),
    ]);
    assert_eq!(value.get("endpoint").get("id").as_str(), Some("vpce-1"));
    assert!(value.get("other").get("id").is_unknown());
    assert!(value.get("nothing").get("id").is_null());
    assert!(value.get("absent").is_null());
    assert!(!value.is_wholly_known());
    assert!(value.get("endpoint").is_wholly_known());
}

#[test]
fn dynamic_values_are_seen_through() {
    let dynamic = Value::Dynamic(Box::new((Type::String, Value::from("text"))));
    assert_eq!(dynamic.as_str(), Some("text"));
    let unknown = Value::Dynamic(Box::new((Type::String, Value::Unknown)));
    assert!(unknown.is_unknown() && !unknown.is_wholly_known());
}
