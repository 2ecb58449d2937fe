use tfplugin::{Function, Value};

use super::*;

fn listeners(hostname: &str, base: Value, ids: Vec<Value>) -> Result<Value, FunctionError> {
    AdvertisedListeners.call(vec![hostname.into(), base, Value::List(ids)])
}

#[test]
fn a_listener_for_each_broker() {
    let ids = vec![Value::from(1), Value::from(2), Value::from(100)];
    assert_eq!(
        listeners("Kafka.test.com.", Value::from(6000), ids).unwrap(),
        Value::map([
            ("1", "kafka.test.com:6001"),
            ("2", "kafka.test.com:6002"),
            ("100", "kafka.test.com:6100"),
        ])
    );
    assert_eq!(
        listeners("kafka.test.com", Value::from(6000), Vec::new()).unwrap(),
        Value::map::<String, Value>([])
    );
}

#[test]
fn bootstrap_servers_is_hostname_and_port() {
    let servers = |port| BootstrapServers.call(vec!["Kafka.test.com.".into(), Value::from(port)]);
    assert_eq!(servers(9091).unwrap(), Value::from("kafka.test.com:9091"));
    let error = servers(0).unwrap_err();
    assert_eq!(error.argument, Some(1));
    assert!(error.text.contains("from 1 to 65535"), "{error}");
}

#[test]
fn wrong_arguments_are_named() {
    let half: Number = "1.5".parse().unwrap();
    for (hostname, base, ids, argument, says) in [
        (
            "kafka",
            Value::from(6000),
            vec![Value::from(1)],
            0,
            "two labels",
        ),
        (
            "kafka.test.com",
            Value::from(-1),
            vec![Value::from(1)],
            1,
            "from 0 to 65535",
        ),
        (
            "kafka.test.com",
            Value::from(65536),
            vec![],
            1,
            "from 0 to 65535",
        ),
        (
            "kafka.test.com",
            Value::from(6000),
            vec![Value::from(-1)],
            2,
            "-1 is not a whole number",
        ),
        (
            "kafka.test.com",
            Value::from(6000),
            vec![Value::from(half)],
            2,
            "1.5 is not a whole",
        ),
        (
            "kafka.test.com",
            Value::from(6000),
            vec![Value::Null],
            2,
            "must not be null",
        ),
        (
            "kafka.test.com",
            Value::from(65535),
            vec![Value::from(1)],
            2,
            "65536",
        ),
        (
            "kafka.test.com",
            Value::from(0),
            vec![Value::from(0)],
            2,
            "ports are 1 to 65535",
        ),
        (
            "kafka.test.com",
            Value::from(6000),
            vec![Value::from(7), Value::from(7)],
            2,
            "7 is there twice",
        ),
    ] {
        let error = listeners(hostname, base, ids).unwrap_err();
        assert_eq!(error.argument, Some(argument), "{error}");
        assert!(error.text.contains(says), "{error}");
    }
}

#[test]
fn no_arguments_are_no_panic() {
    assert!(AdvertisedListeners.call(Vec::new()).is_err());
    assert!(
        BootstrapServers
            .call(vec![Value::Null, Value::Null])
            .is_err()
    );
}
