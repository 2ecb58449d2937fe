//! `target_group`.

use tfplugin::Attribute;

use crate::config::defaults;

pub(super) fn attribute() -> Attribute {
    Attribute::single(
        "target_group",
        [
            Attribute::string("target_type").optional_computed().describe(format!(
                "What `target` of a broker is: `ip` or `instance`. A change gives every broker a \
                 new target group. Default: `{}`.",
                defaults::TARGET_TYPE.as_str()
            )),
            Attribute::number("port").optional_computed().describe(format!(
                "Port on the brokers of the listener that advertises `hostname`: their external \
                 one, which often is not the default one. Kafka answers with the addresses of \
                 the listener that a connection came in on. 1 to 65535. Default: `{}`.",
                defaults::TARGET_PORT
            )),
            Attribute::string("protocol").optional_computed().describe(format!(
                "`TCP`, or `TLS` to encrypt anew between load balancer and brokers, which only \
                 works behind a `TLS` listener. A change gives every broker a new target group. \
                 Default: `{}`.",
                defaults::TARGET_PROTOCOL.as_str()
            )),
            Attribute::number("deregistration_delay_seconds").optional_computed().describe(
                format!(
                    "Seconds that connections to a broker that leaves are left alone. 0 to 3600. \
                     Default: `{}`.",
                    defaults::DEREGISTRATION_DELAY_SECONDS
                ),
            ),
            Attribute::bool("connection_termination").optional_computed().describe(format!(
                "Whether those connections are closed after that delay. Kafka's are never idle \
                 and would otherwise not end. Default: `{}`.",
                defaults::CONNECTION_TERMINATION
            )),
            Attribute::bool("preserve_client_ip").optional_computed().describe(format!(
                "Whether brokers see the addresses of clients that reach the load balancer \
                 directly. Has no effect on clients that come over PrivateLink. Default: `{}`.",
                defaults::PRESERVE_CLIENT_IP
            )),
            Attribute::bool("proxy_protocol_v2").optional_computed().describe(format!(
                "Whether every connection begins with a proxy protocol header. Kafka brokers do \
                 not understand it; something in front of them must. Default: `{}`.",
                defaults::PROXY_PROTOCOL_V2
            )),
            health_check(),
        ],
    )
    .optional_computed()
    .describe("Settings of all target groups: the one of all brokers, and each broker's own.")
}

fn health_check() -> Attribute {
    Attribute::single(
        "health_check",
        [
            Attribute::string("protocol").optional_computed().describe(format!(
                "`TCP`, or `HTTP` or `HTTPS` for something beside the broker that answers `/` \
                 with a status from 200 to 399. Default: `{}`.",
                defaults::HEALTH_CHECK_PROTOCOL
            )),
            Attribute::string("port").optional_computed().describe(format!(
                "Port that is checked: `traffic-port`, or a number from 1 to 65535. Another port \
                 keeps failed handshakes out of the logs of brokers whose listener speaks TLS. \
                 Default: `{}`.",
                defaults::HEALTH_CHECK_PORT
            )),
            Attribute::number("interval_seconds").optional_computed().describe(format!(
                "Seconds between checks. 5 to 300. Default: `{}`.",
                defaults::HEALTH_CHECK_INTERVAL_SECONDS
            )),
            Attribute::number("timeout_seconds").optional_computed().describe(format!(
                "Seconds without an answer after which a check has failed. 2 to 120, not more \
                 than `interval_seconds`. Default: `{}`.",
                defaults::HEALTH_CHECK_TIMEOUT_SECONDS
            )),
            Attribute::number("healthy_threshold").optional_computed().describe(format!(
                "Successful checks in a row that make a broker healthy. 2 to 10. Default: `{}`.",
                defaults::HEALTHY_THRESHOLD
            )),
            Attribute::number("unhealthy_threshold").optional_computed().describe(format!(
                "Failed checks in a row that make a broker unhealthy. 2 to 10. Default: `{}`.",
                defaults::UNHEALTHY_THRESHOLD
            )),
        ],
    )
    .optional_computed()
    .describe(
        "How the load balancer finds out which brokers are well. Brokers must let the load \
         balancer's security group reach the checked port.",
    )
}
