//! `provider::kafka::advertised_listeners`.

use std::collections::BTreeMap;

use tfplugin::{Function, FunctionError, Parameter, Signature, Type, Value};

use super::{advertised_name, mistyped, whole};

/// What each broker advertises, before anything is built.
#[derive(Debug, Clone, Copy)]
pub struct AdvertisedListeners;

impl Function for AdvertisedListeners {
    fn name(&self) -> &str {
        "advertised_listeners"
    }

    fn signature(&self) -> Signature {
        Signature::returning(Type::map(Type::String))
            .describe(
                "What each broker advertises",
                "Returns what the attribute `advertised_listeners` of a `kafka_privatelink` is \
                 for brokers without a `port` of their own: `hostname:port` by `node.id`, as text. \
                 The port of broker n is `port_base` plus n. Use it to start brokers, which have \
                 to advertise these addresses, before the path to them is built.",
            )
            .parameter(Parameter::new(
                "hostname",
                Type::String,
                "DNS name that all brokers advertise.",
            ))
            .parameter(Parameter::new(
                "port_base",
                Type::Number,
                "What is added to a broker's id: `broker_port_base` of the resource.",
            ))
            .parameter(Parameter::new(
                "ids",
                Type::list(Type::Number),
                "The brokers' `node.id`s, as a list or set.",
            ))
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let [hostname, base, ids] = arguments.as_slice() else {
            return Err(FunctionError::new(
                "Three arguments are needed: hostname, port_base, ids.",
            ));
        };
        let hostname = advertised_name(0, hostname.as_str().ok_or_else(|| mistyped(0))?)?;
        let base = whole(1, base.as_number().ok_or_else(|| mistyped(1))?, 0, 65535)?;
        let mut listeners = BTreeMap::new();
        for id in ids.as_slice().ok_or_else(|| mistyped(2))? {
            let Some(id) = id.as_number() else {
                return Err(FunctionError::argument(2, "An id must not be null."));
            };
            let id = whole(2, id, 0, i32::MAX as u64)?;
            let port = base + id;
            if !(1..=65535).contains(&port) {
                return Err(FunctionError::argument(
                    2,
                    format!(
                        "Broker {id} would have the port {base} + {id} = {port}, and ports are 1 \
                         to 65535. Choose another port_base, or give that broker a port of its \
                         own in the resource and leave it out here."
                    ),
                ));
            }
            if listeners.insert(id, format!("{hostname}:{port}")).is_some() {
                let text = format!("The id {id} is there twice: each broker has its own.");
                return Err(FunctionError::argument(2, text));
            }
        }
        Ok(Value::map(
            listeners
                .into_iter()
                .map(|(id, listener)| (id.to_string(), listener)),
        ))
    }
}
