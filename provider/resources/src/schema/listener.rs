//! `listener`.

use tfplugin::Attribute;

use crate::config::defaults;

pub(super) fn attribute() -> Attribute {
    Attribute::single(
        "listener",
        [
            Attribute::string("protocol").optional_computed().describe(format!(
                "`TCP` passes connections through as they are, TLS to the brokers included. `TLS` \
                 ends TLS at the load balancer: client certificates do not reach the brokers. \
                 Default: `{}`.",
                defaults::LISTENER_PROTOCOL.as_str()
            )),
            Attribute::string("certificate_arn").optional().describe(
                "Certificate for `hostname`, in ACM in this region or in IAM. Required with \
                 protocol `TLS`, refused without.",
            ),
            Attribute::string("ssl_policy").optional_computed().describe(
                "Name of the security policy: which versions of TLS and which ciphers are \
                 accepted. Only with protocol `TLS`. Default: AWS decides.",
            ),
            Attribute::number("tcp_idle_timeout_seconds").optional_computed().describe(format!(
                "Seconds after which a silent connection is forgotten. 60 to 6000, only with \
                 protocol `TCP`. Endpoints forget after 350 seconds in any case, so clients need \
                 `connections.max.idle.ms` below 350000. Default: `{}`.",
                defaults::IDLE_TIMEOUT_SECONDS
            )),
        ],
    )
    .optional_computed()
    .describe(
        "Settings of all listeners: the one for bootstrap, and each broker's. Changed in place; \
         a change of `protocol` affects every client's next connection.",
    )
}
