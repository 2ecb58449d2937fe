//! Stories of settings: one or several arguments of one object change, and ports and sides come
//! and go.

use std::collections::BTreeSet;

use engine::model::{
    Object, Observed, Side, Slot,
    object::{
        GroupRef, Rule,
        load_balancer::IpAddressType,
        security_group::Source,
        target_group::{IpFamily, Protocol},
    },
};
use engine::reconcile::foresee;

use crate::{
    config::{Config, set},
    stories::{change, check, edit, story, tell},
};

/// From what `config` asks for to what it asks for when its objects are edited.
fn set_on(name: &str, title: &str, config: &Config, edit: impl Fn(&mut Object)) {
    let built = foresee(&config.desired(), &Observed::default()).end;
    let mut desired = config.desired();
    desired.objects.values_mut().for_each(edit);
    check(name, &tell(title, &desired, &built).0);
}

#[test]
fn add_a_port() {
    change(
        "additional-port",
        "Broker 3 gets port 7003 too.",
        |config| {
            edit(config, 3).additional_ports.insert(7003);
        },
    );
}

#[test]
fn change_every_port() {
    change("broker-port-base", "Every broker's port moves.", |config| {
        for id in 1..=3 {
            edit(config, id).port = 7000 + id as u16;
        }
    });
}

#[test]
fn renew_the_certificate() {
    let config = Config {
        protocol: Protocol::Tls,
        ..Config::of(2)
    };
    set_on(
        "certificate",
        "The listeners get another certificate and another policy.",
        &config,
        |object| {
            if let Object::Listener(listener) = object {
                listener.certificate = Some("arn:aws:acm:us-east-1:1:certificate/2".into());
                listener.ssl_policy = Some("ELBSecurityPolicy-TLS13-1-3-2021-06".into());
            }
        },
    );
}

#[test]
fn change_the_idle_timeout() {
    let title = "Silent connections are forgotten earlier.";
    set_on("idle-timeout", title, &Config::of(2), |object| {
        if let Object::Listener(listener) = object {
            listener.idle_timeout_seconds = 120;
        }
    });
}

#[test]
fn add_a_subnet() {
    change(
        "subnet-added",
        "The load balancer gets a subnet. Once AWS shows its zone, the service learns it.",
        |config| {
            config.subnets.insert("subnet-c".to_owned());
        },
    );
}

#[test]
fn change_the_load_balancer() {
    set_on(
        "load-balancer-settings",
        "Every setting of the load balancer changes.",
        &Config::of(1),
        |object| {
            if let Object::LoadBalancer(balancer) = object {
                balancer.enforce_on_private_link = true;
                balancer.ip_address_type = IpAddressType::Dualstack;
                balancer.cross_zone = false;
                balancer.deletion_protection = true;
            }
        },
    );
}

#[test]
fn change_the_service() {
    set_on(
        "service-settings",
        "Endpoints of another region may connect, and those with IPv6.",
        &Config::of(1),
        |object| match object {
            Object::Service(service) => {
                service.ip_address_types.insert(IpFamily::Ipv6);
                service.regions.insert("eu-west-1".into());
            }
            Object::LoadBalancer(balancer) => balancer.ip_address_type = IpAddressType::Dualstack,
            _ => {}
        },
    );
}

#[test]
fn give_groups() {
    let config = Config::of(1);
    let built = foresee(&config.desired(), &Observed::default()).end;
    let mut desired = config.desired();
    desired.objects.retain(|key, _| {
        !matches!(
            key.slot,
            Slot::SecurityGroup(Side::Service | Side::Consumer)
        )
    });
    for object in desired.objects.values_mut() {
        match object {
            Object::LoadBalancer(it) => it.security_groups = given("sg-brokers"),
            Object::Endpoint(it) => it.security_groups = given("sg-clients"),
            _ => {}
        }
    }
    let title = "Given security groups take the place of the managed ones.";
    check("given-groups", &tell(title, &desired, &built).0);
}

fn given(group: &str) -> BTreeSet<GroupRef> {
    BTreeSet::from([GroupRef::Given(group.into())])
}

#[test]
fn the_endpoint_comes_and_goes() {
    let with = Config::of(1);
    let without = Config {
        endpoint: None,
        ..with.clone()
    };
    let comes = "The consumers' side comes.";
    story("endpoint-comes", comes, Some(&without), Some(&with));
    let goes = "The consumers' side goes.";
    story("endpoint-goes", goes, Some(&with), Some(&without));
}

#[test]
fn change_the_endpoints_subnets() {
    let title = "The endpoint leaves one subnet and joins another.";
    change("endpoint-subnets", title, |config| {
        config.endpoint.as_mut().unwrap().subnets = set(["subnet-x", "subnet-z"]);
    });
}

/// As a path has them whose arguments name no blocks.
#[test]
fn let_security_groups_and_prefix_lists_in() {
    let title = "Members of a security group and a prefix list's blocks reach the endpoint.";
    set_on("allowed-sources", title, &Config::of(1), |object| {
        let Object::SecurityGroup(group) = object else {
            return;
        };
        let sources = [
            Source::SecurityGroup("sg-client".into()),
            Source::PrefixList("pl-client".into()),
        ];
        group.rules = std::mem::take(&mut group.rules)
            .into_iter()
            .flat_map(|rule| match rule {
                Rule::Ingress { from, to, .. } => sources
                    .iter()
                    .map(|source| Rule::Ingress {
                        from,
                        to,
                        source: source.clone(),
                    })
                    .collect(),
                rule => vec![rule],
            })
            .collect();
    });
}

#[test]
fn change_who_reaches_the_endpoint() {
    let title = "Other addresses may reach the endpoint.";
    set_on("allowed-cidr-blocks", title, &Config::of(1), |object| {
        let Object::SecurityGroup(group) = object else {
            return;
        };
        group.rules = std::mem::take(&mut group.rules)
            .into_iter()
            .map(|rule| match rule {
                Rule::Ingress { from, to, .. } => Rule::Ingress {
                    from,
                    to,
                    source: Source::Block("10.1.7.0/24".into()),
                },
                rule => rule,
            })
            .collect();
    });
}

#[test]
fn change_the_endpoints_address_type() {
    let title = "The endpoint gets IPv6, which the service must support first.";
    set_on(
        "endpoint-address-type",
        title,
        &Config::of(1),
        |object| match object {
            Object::Endpoint(endpoint) => endpoint.ip_address_type = IpAddressType::Dualstack,
            Object::Service(service) => {
                service.ip_address_types.insert(IpFamily::Ipv6);
            }
            Object::LoadBalancer(balancer) => balancer.ip_address_type = IpAddressType::Dualstack,
            _ => {}
        },
    );
}

#[test]
fn give_a_zone() {
    let title = "The alias moves to a given zone.";
    change("given-zone", title, |config| {
        config.endpoint.as_mut().unwrap().zone_id = Some("Z0GIVEN".to_owned());
    });
}
