//! From Terraform's value to the typed configuration, argument by argument.

use std::cell::RefCell;

use tfplugin::{Diagnostics, Value, object::Invalid};

use super::{
    BrokerConfig, Config, EndpointConfig, HealthCheckConfig, ListenerConfig, LoadBalancerConfig,
    OnDestroy, ServiceConfig, TargetGroupConfig, Timeouts, arn, cidr, defaults, duration, field,
    hostname, id, name, principal,
    reader::{Notes, Reader},
    region, tag, target,
};
use engine::model::{
    BrokerId, Maybe,
    object::{
        load_balancer::IpAddressType,
        target_group::{IpFamily, Protocol, TargetType},
    },
};

const PORTS: std::ops::RangeInclusive<u16> = 1..=65535;
const PROTOCOLS: [(&str, Protocol); 2] = [("TCP", Protocol::Tcp), ("TLS", Protocol::Tls)];
const TARGET_TYPES: [(&str, TargetType); 2] =
    [("ip", TargetType::Ip), ("instance", TargetType::Instance)];
const FAMILIES: [(&str, IpFamily); 2] = [("ipv4", IpFamily::Ipv4), ("ipv6", IpFamily::Ipv6)];
const IPV4_OR_BOTH: [(&str, IpAddressType); 2] = [
    ("ipv4", IpAddressType::Ipv4),
    ("dualstack", IpAddressType::Dualstack),
];
const ADDRESS_TYPES: [(&str, IpAddressType); 3] = [
    ("ipv4", IpAddressType::Ipv4),
    ("dualstack", IpAddressType::Dualstack),
    ("ipv6", IpAddressType::Ipv6),
];
const HEALTH_CHECKS: [(&str, &str); 3] = [("TCP", "TCP"), ("HTTP", "HTTP"), ("HTTPS", "HTTPS")];

impl Config {
    /// Reads a value of the schema's type. The second half says what is wrong with single
    /// arguments; each of those is unknown in the first.
    pub fn read(value: &Value) -> (Config, Diagnostics) {
        let notes = RefCell::new(Notes::default());
        let config = read(&Reader::new(value, &notes));
        let Notes {
            faults,
            unknown_shape,
        } = notes.into_inner();
        let config = Config {
            unknown_shape,
            ..config
        };
        (config, faults)
    }

    /// Reads a configuration that has been validated.
    pub fn parse(value: &Value) -> Result<Config, Diagnostics> {
        let (config, faults) = Config::read(value);
        if faults.has_errors() {
            return Err(faults);
        }
        Ok(config)
    }
}

fn read(root: &Reader<'_>) -> Config {
    for name in ["name", "hostname", "region"] {
        root.shape(name);
    }
    let base = root.number_or("broker_port_base", defaults::BROKER_PORT_BASE, 0..=65535);
    let target_group = target_group(&root.object("target_group"));
    let portless = RefCell::new(Vec::new());
    let brokers = root.objects("brokers", field::broker_id, |id, object| {
        if object.is_null("port")
            && base
                .known()
                .is_some_and(|base| defaults::broker_port(*base, *id).is_none())
        {
            portless.borrow_mut().push(id.to_string());
        }
        broker(object, *id, &base, &target_group.port)
    });
    if let (Maybe::Known(base), [first, ..]) = (&base, portless.into_inner().as_slice()) {
        root.fault("broker_port_base", no_port(*base, first));
    }
    Config {
        name: root.text("name", name::check),
        hostname: root.text("hostname", hostname::check),
        region: root.text_or_null("region", region::check),
        bootstrap_port: root.number_or("bootstrap_port", defaults::BOOTSTRAP_PORT, PORTS),
        brokers,
        broker_port_base: base,
        load_balancer: load_balancer(&root.object("load_balancer")),
        listener: listener(&root.object("listener")),
        target_group,
        wait_for_healthy: root.bool_or("wait_for_healthy", defaults::WAIT_FOR_HEALTHY),
        endpoint_service: endpoint_service(&root.object("endpoint_service")),
        endpoint: root.object_or_null("endpoint", endpoint),
        tags: root.text_map_or_null("tags", tag::check),
        timeouts: timeouts(&root.object("timeouts")),
        unknown_shape: Vec::new(),
    }
}

fn no_port(base: u16, id: &str) -> Invalid {
    Invalid::new(
        "No port for a broker",
        format!(
            "{base} plus the broker's id {id} is no port from 1 to 65535. Choose another \
             broker_port_base, or give that broker a port of its own."
        ),
    )
}

fn broker(
    broker: &Reader<'_>,
    id: BrokerId,
    base: &Maybe<u16>,
    target_port: &Maybe<u16>,
) -> BrokerConfig {
    let port = match base {
        // Where there is none, `base_leaves_ports` says so.
        Maybe::Known(base) => defaults::broker_port(*base, id).map_or(Maybe::Unknown, Maybe::Known),
        Maybe::Unknown => Maybe::Unknown,
    };
    broker.shape("availability_zone");
    BrokerConfig {
        target: broker.text("target", target::check),
        port: broker.number_or_else("port", port, PORTS),
        target_port: broker.number_or_else("target_port", target_port.clone(), PORTS),
        availability_zone: broker.text_or_null("availability_zone", id::availability_zone),
        additional_ports: broker.numbers("additional_ports", PORTS),
    }
}

fn load_balancer(balancer: &Reader<'_>) -> LoadBalancerConfig {
    const ENFORCE: &str = "enforce_security_group_inbound_rules_on_private_link_traffic";
    balancer.shape("security_group_ids");
    LoadBalancerConfig {
        subnet_ids: balancer.texts("subnet_ids", id::subnet),
        security_group_ids: balancer.texts_or_null("security_group_ids", id::security_group),
        enforce_on_private_link: balancer.word_or_null(ENFORCE, &[("on", true), ("off", false)]),
        ip_address_type: balancer.word_or(
            "ip_address_type",
            defaults::LOAD_BALANCER_IP_ADDRESS_TYPE,
            &IPV4_OR_BOTH,
        ),
        cross_zone_enabled: balancer.bool_or("cross_zone_enabled", defaults::CROSS_ZONE_ENABLED),
        deletion_protection_enabled: balancer.bool_or(
            "deletion_protection_enabled",
            defaults::DELETION_PROTECTION_ENABLED,
        ),
    }
}

fn listener(listener: &Reader<'_>) -> ListenerConfig {
    ListenerConfig {
        protocol: listener.word_or("protocol", defaults::LISTENER_PROTOCOL, &PROTOCOLS),
        certificate_arn: listener.text_or_null("certificate_arn", arn::certificate),
        ssl_policy: listener.text_or_null("ssl_policy", field::anything),
        tcp_idle_timeout_seconds: listener.number_or(
            "tcp_idle_timeout_seconds",
            defaults::IDLE_TIMEOUT_SECONDS,
            60..=6000,
        ),
    }
}

fn target_group(group: &Reader<'_>) -> TargetGroupConfig {
    TargetGroupConfig {
        target_type: group.word_or("target_type", defaults::TARGET_TYPE, &TARGET_TYPES),
        port: group.number_or("port", defaults::TARGET_PORT, PORTS),
        protocol: group.word_or("protocol", defaults::TARGET_PROTOCOL, &PROTOCOLS),
        deregistration_delay_seconds: group.number_or(
            "deregistration_delay_seconds",
            defaults::DEREGISTRATION_DELAY_SECONDS,
            0..=3600,
        ),
        connection_termination: group
            .bool_or("connection_termination", defaults::CONNECTION_TERMINATION),
        preserve_client_ip: group.bool_or("preserve_client_ip", defaults::PRESERVE_CLIENT_IP),
        proxy_protocol_v2: group.bool_or("proxy_protocol_v2", defaults::PROXY_PROTOCOL_V2),
        health_check: health_check(&group.object("health_check")),
    }
}

fn health_check(check: &Reader<'_>) -> HealthCheckConfig {
    let number = |name, default, range| check.number_or(name, default, range);
    check.shape("port");
    HealthCheckConfig {
        protocol: check
            .word_or("protocol", defaults::HEALTH_CHECK_PROTOCOL, &HEALTH_CHECKS)
            .map(str::to_owned),
        port: check.text_or(
            "port",
            defaults::HEALTH_CHECK_PORT.to_owned(),
            field::health_check_port,
        ),
        interval_seconds: number(
            "interval_seconds",
            defaults::HEALTH_CHECK_INTERVAL_SECONDS,
            5..=300,
        ),
        timeout_seconds: number(
            "timeout_seconds",
            defaults::HEALTH_CHECK_TIMEOUT_SECONDS,
            2..=120,
        ),
        healthy_threshold: number("healthy_threshold", defaults::HEALTHY_THRESHOLD, 2..=10),
        unhealthy_threshold: number("unhealthy_threshold", defaults::UNHEALTHY_THRESHOLD, 2..=10),
    }
}

fn endpoint_service(service: &Reader<'_>) -> ServiceConfig {
    ServiceConfig {
        acceptance_required: service.bool_or("acceptance_required", defaults::ACCEPTANCE_REQUIRED),
        allowed_principals: service.texts("allowed_principals", principal::check),
        supported_ip_address_types: service.texts_or_null("supported_ip_address_types", |text| {
            field::word(text, &FAMILIES)
        }),
        supported_regions: service.texts("supported_regions", region::check),
        reject_removed_principals: service.bool_or(
            "reject_removed_principals",
            defaults::REJECT_REMOVED_PRINCIPALS,
        ),
        on_destroy: service.word_or(
            "on_destroy",
            defaults::ON_DESTROY,
            &OnDestroy::ALL.map(|choice| (choice.as_str(), choice)),
        ),
    }
}

fn endpoint(endpoint: &Reader<'_>) -> EndpointConfig {
    endpoint.shape("security_group_ids");
    EndpointConfig {
        vpc_id: endpoint.text("vpc_id", id::vpc),
        subnet_ids: endpoint.texts("subnet_ids", id::subnet),
        security_group_ids: endpoint.texts_or_null("security_group_ids", id::security_group),
        allowed_cidr_blocks: endpoint.texts_or_null("allowed_cidr_blocks", cidr::check),
        ip_address_type: endpoint.word_or_null("ip_address_type", &ADDRESS_TYPES),
        zone_id: endpoint.text_or_null("zone_id", id::hosted_zone),
        overwrite_record: endpoint.bool_or("overwrite_record", defaults::OVERWRITE_RECORD),
    }
}

fn timeouts(timeouts: &Reader<'_>) -> Timeouts {
    let timeout = |name| timeouts.text_or(name, defaults::TIMEOUT, duration::check);
    Timeouts {
        create: timeout("create"),
        read: timeout("read"),
        update: timeout("update"),
        delete: timeout("delete"),
    }
}
