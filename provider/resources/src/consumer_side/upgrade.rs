//! States of older versions of the provider.

use tfplugin::Value;

use super::endpoint::DNS_MODE;

/// Fills in `dns` of the endpoint that `state` has the attributes of: what was made before there was
/// this argument is published by an alias. An import, which leaves everything to the read that
/// follows it, says no VPC.
pub fn with_dns(mut state: Value) -> Value {
    let is_filled = !state.get("vpc_id").is_null();
    if let Value::Object(endpoint) = &mut state
        && let Some(dns @ Value::Null) = endpoint.get_mut("dns")
        && is_filled
    {
        *dns = Value::object([("mode", DNS_MODE.into())]);
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_stored_before_the_argument_is_filled_in() {
        let state = |vpc: Value, dns: Value| Value::object([("vpc_id", vpc), ("dns", dns)]);
        let vpc = || Value::from("vpc-1");
        let of_mode = |mode: &str| Value::object([("mode", mode.into())]);
        for (before, after) in [
            (state(vpc(), Value::Null), state(vpc(), of_mode(DNS_MODE))),
            (state(vpc(), of_mode("none")), state(vpc(), of_mode("none"))),
            (
                state(Value::Null, Value::Null),
                state(Value::Null, Value::Null),
            ),
            (Value::Null, Value::Null),
        ] {
            assert_eq!(with_dns(before), after);
        }
    }
}
