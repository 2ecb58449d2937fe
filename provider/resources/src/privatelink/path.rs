//! Which argument a step is about.

use tfplugin::Path;

use crate::{config::Config, consumer_side};
use engine::model::{
    Desired, Observed, Role, Side, Slot,
    object::{Change, listener, load_balancer, service, target_group},
};
use engine::reconcile::{Step, Write};

/// The argument that asks for a step, for messages. Steps on what is no longer configured are
/// about the collection that it left.
pub fn path(step: &Step, desired: &Desired, observed: &Observed) -> Path {
    let slot = step.key.slot;
    match &step.write {
        Write::Create(_) | Write::Overwrite(_) | Write::Delete => part(slot, desired, observed),
        Write::Tag { .. } => Path::of("tags"),
        Write::Change(change) => changed(change, slot, desired, observed),
    }
}

fn changed(change: &Change, slot: Slot, desired: &Desired, observed: &Observed) -> Path {
    if let Some(path) = consumer_side::argument::of_change::<Config>(slot, change) {
        return path;
    }
    match change {
        Change::LoadBalancer(change) => {
            let balancer = Path::of("load_balancer");
            match change {
                load_balancer::Change::SetSubnets(_) => balancer.attribute("subnet_ids"),
                load_balancer::Change::SetSecurityGroups { .. } => {
                    balancer.attribute("security_group_ids")
                }
                load_balancer::Change::SetIpAddressType(_) => balancer.attribute("ip_address_type"),
                load_balancer::Change::ModifyAttributes { .. } => balancer,
            }
        }
        Change::TargetGroup(change) => match change {
            target_group::Change::ModifyHealthCheck(_) => {
                Path::of("target_group").attribute("health_check")
            }
            target_group::Change::ModifyAttributes(_) => Path::of("target_group"),
            target_group::Change::Register(_) | target_group::Change::Deregister(_) => match slot {
                Slot::TargetGroup(Role::Broker(id)) if configured(id, desired) => {
                    Path::of("brokers").key(id.to_string()).attribute("target")
                }
                _ => Path::of("brokers"),
            },
        },
        Change::Listener(change) => match change {
            listener::Change::Modify { .. } => part(slot, desired, observed),
            listener::Change::SetIdleTimeout(_) => {
                Path::of("listener").attribute("tcp_idle_timeout_seconds")
            }
        },
        Change::Service(change) => match change {
            service::Change::Modify(_) | service::Change::RejectConnections(_) => {
                Path::of("endpoint_service")
            }
            service::Change::ModifyPermissions { .. } => {
                Path::of("endpoint_service").attribute("allowed_principals")
            }
            service::Change::AcceptConnections(_) => {
                Path::of("endpoint_service").attribute("auto_accept_principals")
            }
            service::Change::LearnZones => Path::of("load_balancer").attribute("subnet_ids"),
        },
        Change::SecurityGroup(_) | Change::Endpoint(_) | Change::Alias(_) => {
            part(slot, desired, observed)
        }
    }
}

/// The argument that asks for an object.
pub fn part(slot: Slot, desired: &Desired, observed: &Observed) -> Path {
    match slot {
        Slot::SecurityGroup(Side::Service) | Slot::LoadBalancer => Path::of("load_balancer"),
        Slot::TargetGroup(Role::Broker(id)) if configured(id, desired) => {
            Path::of("brokers").key(id.to_string())
        }
        Slot::TargetGroup(_) => Path::of("brokers"),
        Slot::Listener(port) => match role(port, desired, observed) {
            Some(Role::Bootstrap) => Path::of("bootstrap_port"),
            Some(Role::Broker(id)) if configured(id, desired) => {
                Path::of("brokers").key(id.to_string()).attribute("port")
            }
            Some(Role::Broker(_)) | None => Path::of("brokers"),
        },
        Slot::Service => Path::of("endpoint_service"),
        Slot::SecurityGroup(Side::Consumer) | Slot::Endpoint | Slot::Zone | Slot::Alias(_) => {
            consumer_side::argument::of_object::<Config>(slot).unwrap_or_default()
        }
    }
}

fn configured(id: u32, desired: &Desired) -> bool {
    desired
        .objects
        .keys()
        .any(|key| key.slot == Slot::TargetGroup(Role::Broker(id)))
}

/// Whom a port is to serve, or serves.
fn role(port: u16, desired: &Desired, observed: &Observed) -> Option<Role> {
    let slot = Slot::Listener(port);
    let wanted = desired.objects.iter().find(|(key, _)| key.slot == slot);
    let object = match wanted {
        Some((_, object)) => object,
        None => &observed.of(slot).next()?.1.object,
    };
    match object.as_listener()?.forward?.slot {
        Slot::TargetGroup(role) => Some(role),
        _ => None,
    }
}
