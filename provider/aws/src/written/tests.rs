//! Every optional field that is read of AWS's answers, and what becomes of it when it is missing.
//!
//! Of the fields in the tables below it is what was last known. Of the others:
//!
//! | field | missing |
//! |---|---|
//! | ids and ARNs of objects, `Port` of a listener | the object is passed over: nothing could be written to it |
//! | `SecurityGroups` of a load balancer never known with any | none: it was born without |
//! | `PrivateDnsName`, `FailureReason`, `LastError`, `State.Reason` | there is none |
//! | `AvailabilityZoneIds` of a service | none to show; nothing hangs on them |
//! | `ServiceState`, `State` of load balancer and endpoint | ready: what is not, AWS refuses for the time being |
//! | `VpcEndpointState` of a connection | it may be open, and counts |
//! | `VpcEndpointId` of a connection | it is no endpoint's, counts, and is never accepted or rejected |
//! | `Principal` of a permission | passed over |
//! | `Port` of a target | its group's |
//! | `AvailabilityZone` of a target | it was not chosen by anybody |
//! | state and reason of a target's health | empty: not healthy |
//! | ports and protocol of a security group's rule | a rule of others |
//! | `State` of a VPC's address block | it is in use |
//! | `AvailabilityZone` of a subnet, `VpcId` of a load balancer | read of the subnets, or not known |
//! | tags | none |

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{
    DnsEntry, SecurityGroup as SdkSecurityGroup, SecurityGroupIdentifier, ServiceConfiguration,
    ServiceConnectivityType, ServiceState, State, SupportedRegionDetail, VpcEndpoint,
};
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, AvailabilityZone, Certificate, Listener as SdkListener,
    ListenerAttribute, LoadBalancer as SdkBalancer, LoadBalancerAttribute, LoadBalancerState,
    LoadBalancerStateEnum, LoadBalancerTypeEnum, ProtocolEnum, TargetGroup as SdkGroup,
    TargetGroupAttribute, TargetGroupIpAddressTypeEnum, TargetTypeEnum,
};
use aws_sdk_route53::types::{HostedZone, Vpc};

use super::*;
use crate::{endpoint, listener, load_balancer, security_group, service, target_group, zone};
use engine::model::{
    Outputs, Scope,
    object::{Change, GroupRef, load_balancer as balancer},
    ownership::{Claims, RawTags},
    sight::Sight,
    tags,
};

fn ours(resource: &str) -> RawTags {
    RawTags::from([
        (tags::OWNER.to_owned(), "mine".to_owned()),
        (tags::RESOURCE.to_owned(), resource.to_owned()),
    ])
}

fn ec2_tags(resource: &str) -> Vec<aws_sdk_ec2::types::Tag> {
    ours(resource)
        .into_iter()
        .map(|(key, value)| {
            let tag = aws_sdk_ec2::types::Tag::builder();
            tag.key(key).value(value).build()
        })
        .collect()
}

/// What is seen by somebody who knew `known` and has written `written`.
fn seen_by(known: Observed, written: Written, see: impl FnOnce(&mut Sight<'_>)) -> Observed {
    let scope = Scope {
        owner: "mine".to_owned(),
        known,
        ..Scope::default()
    };
    let claims =
        Claims::new(&scope, "mine".to_owned(), BTreeMap::new()).remembers(written.objects());
    let mut sight = Sight::new(&claims);
    see(&mut sight);
    sight.observed
}

/// All that a plan or another object could hang on.
fn essence(observed: &Observed) -> Vec<(Key, Object, engine::model::Life, Outputs)> {
    let objects = observed.objects.iter();
    objects
        .map(|(key, seen)| {
            let outputs = Outputs {
                state: Maybe::Unknown,
                network_interface_ids: Maybe::Unknown,
                ..seen.outputs.clone()
            };
            (*key, seen.object.clone(), seen.life.clone(), outputs)
        })
        .collect()
}

type Trim<R> = (&'static str, fn(&mut R));

/// Each field left out by itself, and then all of them, changes nothing of what is seen.
#[track_caller]
fn missing_says_nothing<R>(
    whole: impl Fn() -> R,
    see: impl Fn(&mut Sight<'_>, &R),
    fields: &[Trim<R>],
) {
    let full = seen_by(Observed::default(), Written::default(), |sight| {
        see(sight, &whole());
    });
    assert!(!full.objects.is_empty());
    let trimmed = |trims: &[Trim<R>]| {
        let mut raw = whole();
        trims.iter().for_each(|(_, trim)| trim(&mut raw));
        essence(&seen_by(full.clone(), Written::default(), |sight| {
            see(sight, &raw);
        }))
    };
    for field in fields {
        assert_eq!(trimmed(&[*field]), essence(&full), "without {}", field.0);
    }
    assert_eq!(trimmed(fields), essence(&full));
}

fn balancer() -> load_balancer::Raw {
    let zone = |name: &str| {
        AvailabilityZone::builder()
            .zone_name(format!("us-east-1{name}"))
            .subnet_id(format!("subnet-{name}"))
            .build()
    };
    let attribute = |key: &str| {
        let attribute = LoadBalancerAttribute::builder().key(key);
        attribute.value("true").build()
    };
    load_balancer::Raw {
        balancer: SdkBalancer::builder()
            .load_balancer_arn("arn:lb")
            .load_balancer_name("orders-9f2c1a")
            .dns_name("orders-9f2c1a-0123.elb.us-east-1.amazonaws.com")
            .canonical_hosted_zone_id("Z26RNL4JYFTOTI")
            .r#type(LoadBalancerTypeEnum::Network)
            .ip_address_type("dualstack".into())
            .enforce_security_group_inbound_rules_on_private_link_traffic("off")
            .availability_zones(zone("a"))
            .availability_zones(zone("b"))
            .security_groups("sg-given")
            .state(
                LoadBalancerState::builder()
                    .code(LoadBalancerStateEnum::Active)
                    .build(),
            )
            .build(),
        attributes: [
            "load_balancing.cross_zone.enabled",
            "deletion_protection.enabled",
        ]
        .map(attribute)
        .into(),
        tags: ours("load-balancer"),
    }
}

#[test]
fn of_a_load_balancer() {
    let nameless = |raw: &mut load_balancer::Raw| {
        let zones = raw.balancer.availability_zones.iter_mut().flatten();
        zones.for_each(|zone| zone.zone_name = None);
    };
    missing_says_nothing(
        balancer,
        |sight, raw| {
            load_balancer::see(sight, raw);
        },
        &[
            ("LoadBalancerName", |raw| {
                raw.balancer.load_balancer_name = None;
            }),
            ("DNSName", |raw| raw.balancer.dns_name = None),
            ("CanonicalHostedZoneId", |raw| {
                raw.balancer.canonical_hosted_zone_id = None;
            }),
            ("Type", |raw| raw.balancer.r#type = None),
            ("IpAddressType", |raw| raw.balancer.ip_address_type = None),
            ("ZoneName", nameless),
            ("AvailabilityZones", |raw| {
                raw.balancer.availability_zones = None;
            }),
            ("SecurityGroups", |raw| raw.balancer.security_groups = None),
            ("State", |raw| raw.balancer.state = None),
            (
                "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
                |raw| {
                    raw.balancer
                        .enforce_security_group_inbound_rules_on_private_link_traffic = None;
                },
            ),
            ("attributes", |raw| raw.attributes.clear()),
        ],
    );
}

fn group() -> target_group::Raw {
    let attribute = |(key, value): (&str, &str)| {
        let attribute = TargetGroupAttribute::builder().key(key);
        attribute.value(value).build()
    };
    target_group::Raw {
        group: SdkGroup::builder()
            .target_group_arn("arn:tg")
            .target_group_name("orders-3-9f2c1a")
            .target_type(TargetTypeEnum::Instance)
            .protocol(ProtocolEnum::Tls)
            .port(9094)
            .vpc_id("vpc-1")
            .ip_address_type(TargetGroupIpAddressTypeEnum::Ipv6)
            .health_check_protocol(ProtocolEnum::Http)
            .health_check_port("8080")
            .health_check_interval_seconds(17)
            .health_check_timeout_seconds(7)
            .healthy_threshold_count(3)
            .unhealthy_threshold_count(4)
            .build(),
        attributes: [
            ("deregistration_delay.timeout_seconds", "17"),
            (
                "deregistration_delay.connection_termination.enabled",
                "true",
            ),
            ("preserve_client_ip.enabled", "false"),
            ("proxy_protocol_v2.enabled", "true"),
            (
                "target_group_health.dns_failover.minimum_healthy_targets.count",
                "off",
            ),
            ("load_balancing.cross_zone.enabled", "true"),
        ]
        .map(attribute)
        .into(),
        tags: ours("target-group/3"),
        health: Vec::new(),
    }
}

#[test]
fn of_a_target_group() {
    missing_says_nothing(
        group,
        |sight, raw| {
            target_group::see(sight, raw, &[]);
        },
        &[
            ("TargetGroupName", |raw| raw.group.target_group_name = None),
            ("TargetType", |raw| raw.group.target_type = None),
            ("Protocol", |raw| raw.group.protocol = None),
            ("Port", |raw| raw.group.port = None),
            ("VpcId", |raw| raw.group.vpc_id = None),
            ("IpAddressType", |raw| raw.group.ip_address_type = None),
            ("HealthCheckProtocol", |raw| {
                raw.group.health_check_protocol = None;
            }),
            ("HealthCheckPort", |raw| raw.group.health_check_port = None),
            ("HealthCheckIntervalSeconds", |raw| {
                raw.group.health_check_interval_seconds = None;
            }),
            ("HealthCheckTimeoutSeconds", |raw| {
                raw.group.health_check_timeout_seconds = None;
            }),
            ("HealthyThresholdCount", |raw| {
                raw.group.healthy_threshold_count = None;
            }),
            ("UnhealthyThresholdCount", |raw| {
                raw.group.unhealthy_threshold_count = None;
            }),
            ("attributes", |raw| raw.attributes.clear()),
        ],
    );
}

fn on_port(protocol: ProtocolEnum) -> listener::Raw {
    let idle = ListenerAttribute::builder().key("tcp.idle_timeout.seconds");
    let action = Action::builder().r#type(ActionTypeEnum::Forward);
    listener::Raw {
        listener: SdkListener::builder()
            .listener_arn("arn:listener")
            .port(6003)
            .protocol(protocol.clone())
            .ssl_policy("ELBSecurityPolicy-TLS13-1-2-2021-06")
            .certificates(Certificate::builder().certificate_arn("arn:cert").build())
            .default_actions(action.target_group_arn("arn:tg").build())
            .build(),
        tags: ours("listener/6003"),
        attributes: match protocol {
            ProtocolEnum::Tcp => vec![idle.value("1000").build()],
            _ => Vec::new(),
        },
    }
}

#[test]
fn of_a_listener() {
    let fields: [Trim<listener::Raw>; 5] = [
        ("Protocol", |raw| raw.listener.protocol = None),
        ("Certificates", |raw| raw.listener.certificates = None),
        ("SslPolicy", |raw| raw.listener.ssl_policy = None),
        ("DefaultActions", |raw| raw.listener.default_actions = None),
        ("attributes", |raw| raw.attributes.clear()),
    ];
    for protocol in [ProtocolEnum::Tcp, ProtocolEnum::Tls] {
        missing_says_nothing(
            || on_port(protocol.clone()),
            |sight, raw| {
                target_group::see(sight, &group(), &[]);
                listener::see(sight, raw);
            },
            &fields,
        );
    }
}

fn configuration() -> service::Raw {
    let region = |name: &str| {
        SupportedRegionDetail::builder()
            .region(name)
            .service_state("Available")
            .build()
    };
    service::Raw {
        configuration: ServiceConfiguration::builder()
            .service_id("vpce-svc-1")
            .service_name("com.amazonaws.vpce.us-east-1.vpce-svc-1")
            .service_state(ServiceState::Available)
            .acceptance_required(false)
            .network_load_balancer_arns("arn:lb")
            .supported_ip_address_types(ServiceConnectivityType::Ipv4)
            .supported_ip_address_types(ServiceConnectivityType::Ipv6)
            .supported_regions(region("us-east-1"))
            .supported_regions(region("eu-west-1"))
            .availability_zones("us-east-1a")
            .availability_zones("us-east-1b")
            .set_tags(Some(ec2_tags("endpoint-service")))
            .build(),
        principals: Vec::new(),
        connections: Vec::new(),
    }
}

#[test]
fn of_an_endpoint_service() {
    missing_says_nothing(
        configuration,
        |sight, raw| {
            load_balancer::see(sight, &balancer());
            service::see(sight, raw);
        },
        &[
            ("ServiceName", |raw| raw.configuration.service_name = None),
            ("ServiceState", |raw| raw.configuration.service_state = None),
            ("AcceptanceRequired", |raw| {
                raw.configuration.acceptance_required = None;
            }),
            ("NetworkLoadBalancerArns", |raw| {
                raw.configuration.network_load_balancer_arns = None;
            }),
            ("SupportedIpAddressTypes", |raw| {
                raw.configuration.supported_ip_address_types = None;
            }),
            ("SupportedRegions", |raw| {
                raw.configuration.supported_regions = None;
            }),
            ("AvailabilityZones", |raw| {
                raw.configuration.availability_zones = None;
            }),
        ],
    );
}

fn interface_endpoint() -> VpcEndpoint {
    let entry = DnsEntry::builder()
        .dns_name("vpce-0abc-1x2y3z.vpce-svc-1.us-east-1.vpce.amazonaws.com")
        .hosted_zone_id("Z2");
    VpcEndpoint::builder()
        .vpc_endpoint_id("vpce-0abc")
        .service_name("com.amazonaws.vpce.us-east-1.vpce-svc-1")
        .vpc_id("vpc-1")
        .subnet_ids("subnet-x")
        .groups(SecurityGroupIdentifier::builder().group_id("sg-1").build())
        .ip_address_type("dualstack".into())
        .state(State::from("available"))
        .dns_entries(entry.build())
        .set_tags(Some(ec2_tags("endpoint")))
        .build()
}

#[test]
fn of_an_endpoint() {
    missing_says_nothing(
        interface_endpoint,
        |sight, raw| {
            endpoint::see(sight, raw, "us-east-1");
        },
        &[
            ("ServiceName", |raw| raw.service_name = None),
            ("VpcId", |raw| raw.vpc_id = None),
            ("SubnetIds", |raw| raw.subnet_ids = None),
            ("Groups", |raw| raw.groups = None),
            ("IpAddressType", |raw| raw.ip_address_type = None),
            ("State", |raw| raw.state = None),
            ("DnsEntries", |raw| raw.dns_entries = None),
            ("NetworkInterfaceIds", |raw| {
                raw.network_interface_ids = None;
            }),
        ],
    );
}

#[test]
fn of_a_security_group() {
    let whole = || security_group::Raw {
        group: SdkSecurityGroup::builder()
            .group_id("sg-1")
            .group_name("orders-9f2c1a")
            .vpc_id("vpc-1")
            .set_tags(Some(ec2_tags("security-group/consumer")))
            .build(),
        rules: Vec::new(),
    };
    missing_says_nothing(
        whole,
        |sight, raw| {
            let raw = security_group::Raw {
                group: raw.group.clone(),
                rules: raw.rules.clone(),
            };
            security_group::see(sight, &[raw]);
        },
        &[
            ("GroupName", |raw| raw.group.group_name = None),
            ("VpcId", |raw| raw.group.vpc_id = None),
        ],
    );
}

#[test]
fn of_a_hosted_zone() {
    let whole = || zone::Raw {
        zone: HostedZone::builder()
            .id("/hostedzone/Z123")
            .name("kafka.test.com.")
            .caller_reference("by hand")
            .build()
            .unwrap(),
        vpcs: vec![Vpc::builder().vpc_id("vpc-1").build()],
        tags: ours("hosted-zone"),
    };
    missing_says_nothing(
        whole,
        |sight, raw| {
            zone::see(sight, raw);
        },
        &[
            ("VPCId", |raw| {
                raw.vpcs.iter_mut().for_each(|vpc| vpc.vpc_id = None);
            }),
            ("VPCs", |raw| raw.vpcs.clear()),
        ],
    );
}

/// What this run wrote counts more than what the state kept.
#[test]
fn a_write_of_this_run_is_remembered() {
    let whole = |sight: &mut Sight<'_>| {
        load_balancer::see(sight, &balancer());
    };
    let before = seen_by(Observed::default(), Written::default(), whole);
    let mut written = Written::default();
    let step = Step {
        key: Key::only(Slot::LoadBalancer),
        write: Write::Change(Change::LoadBalancer(balancer::Change::SetSecurityGroups {
            groups: BTreeSet::from([GroupRef::Given("sg-given".into())]),
            enforce_on_private_link: true,
        })),
    };
    written.add(&step, None, &before);
    let after = seen_by(before, written, |sight| {
        let mut raw = balancer();
        raw.balancer
            .enforce_security_group_inbound_rules_on_private_link_traffic = None;
        load_balancer::see(sight, &raw);
    });
    let seen = after.get(Key::only(Slot::LoadBalancer)).unwrap();
    let balancer = seen.object.as_load_balancer().unwrap();
    assert!(balancer.enforce_on_private_link);
}

/// A service that does not tell its zones is told of new ones of its load balancer once.
#[test]
fn a_new_service_serves_the_zones_of_its_load_balancer() {
    let whole = |sight: &mut Sight<'_>| {
        load_balancer::see(sight, &balancer());
    };
    let before = seen_by(Observed::default(), Written::default(), whole);
    let wanted = seen_by(before.clone(), Written::default(), |sight| {
        load_balancer::see(sight, &balancer());
        service::see(sight, &configuration());
    });
    let key = Key::only(Slot::Service);
    let object = wanted.get(key).unwrap().object.clone();
    let mut written = Written::default();
    let step = Step {
        key,
        write: Write::Create(Box::new(object)),
    };
    written.add(&step, Some("vpce-svc-1"), &before);
    let zones = &written.objects()["vpce-svc-1"].outputs.zones;
    let expected = ["us-east-1a", "us-east-1b"].map(str::to_owned).into();
    assert_eq!(*zones, Maybe::Known(expected));
}
