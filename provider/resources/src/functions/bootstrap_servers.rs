//! `provider::kafka::bootstrap_servers`.

use tfplugin::{Function, FunctionError, Parameter, Signature, Type, Value};

use super::{advertised_name, mistyped, whole};

/// What clients begin with, before anything is built.
#[derive(Debug, Clone, Copy)]
pub struct BootstrapServers;

impl Function for BootstrapServers {
    fn name(&self) -> &str {
        "bootstrap_servers"
    }

    fn signature(&self) -> Signature {
        Signature::returning(Type::String)
            .describe(
                "What clients set `bootstrap.servers` to",
                "Returns what the attribute `bootstrap_servers` of a `kafka_privatelink` is: \
                 `hostname:port`. Use it to configure clients before the path is built.",
            )
            .parameter(Parameter::new(
                "hostname",
                Type::String,
                "DNS name that all brokers advertise.",
            ))
            .parameter(Parameter::new(
                "port",
                Type::Number,
                "The port that clients begin on: `bootstrap_port` of the resource.",
            ))
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let [hostname, port] = arguments.as_slice() else {
            return Err(FunctionError::new(
                "Two arguments are needed: hostname and port.",
            ));
        };
        let hostname = advertised_name(0, hostname.as_str().ok_or_else(|| mistyped(0))?)?;
        let port = whole(1, port.as_number().ok_or_else(|| mistyped(1))?, 1, 65535)?;
        Ok(Value::String(format!("{hostname}:{port}")))
    }
}
