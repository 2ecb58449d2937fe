//! The parts of ARNs that CloudWatch's metrics are named by.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html>

use tfplugin::Value;

/// `net/orders-9f2c1a/0123456789abcdef`.
pub fn of_balancer(arn: &Value) -> Value {
    match arn {
        Value::String(arn) => match arn.split_once(":loadbalancer/") {
            Some((_, suffix)) => suffix.into(),
            None => Value::Null,
        },
        other => other.clone(),
    }
}

/// `targetgroup/orders-3-9f2c1a/0123456789abcdef`, by the same keys.
pub fn of_groups(arns: &Value) -> Value {
    let suffix = |arn: &Value| match arn {
        Value::String(arn) => match arn.rsplit_once(':') {
            Some((_, suffix)) => suffix.into(),
            None => Value::Null,
        },
        other => other.clone(),
    };
    match arns {
        Value::Map(arns) => Value::map(arns.iter().map(|(key, arn)| (key.clone(), suffix(arn)))),
        other => other.clone(),
    }
}
