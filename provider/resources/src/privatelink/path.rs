//! Which argument a step is about.

use tfplugin::Path;

use engine::model::{Desired, Observed, Role, Side, Slot};
use engine::reconcile::{Step, Write};

/// The argument that asks for a step, for messages. Steps on what is no longer configured are
/// about the collection that it left.
pub fn path(step: &Step, desired: &Desired, observed: &Observed) -> Path {
    let slot = step.key.slot;
    match &step.write {
        Write::Create(_) | Write::Overwrite(_) | Write::Delete => part(slot, desired, observed),
        Write::Tag { .. } => Path::of("tags"),
        Write::Authorize(_) | Write::Revoke(_) => match slot {
            Slot::SecurityGroup(Side::Consumer) => {
                Path::of("endpoint").attribute("allowed_cidr_blocks")
            }
            _ => part(slot, desired, observed),
        },
        Write::SetSubnets(_) => Path::of("load_balancer").attribute("subnet_ids"),
        Write::SetSecurityGroups { .. } => {
            Path::of("load_balancer").attribute("security_group_ids")
        }
        Write::SetIpAddressType(_) => Path::of("load_balancer").attribute("ip_address_type"),
        Write::SetLoadBalancerAttributes { .. } => Path::of("load_balancer"),
        Write::SetHealthCheck(_) => Path::of("target_group").attribute("health_check"),
        Write::SetGroupAttributes(_) => Path::of("target_group"),
        Write::Register(_) | Write::Deregister(_) => match slot {
            Slot::TargetGroup(Role::Broker(id)) if configured(id, desired) => {
                Path::of("brokers").key(id.to_string()).attribute("target")
            }
            _ => Path::of("brokers"),
        },
        Write::SetListener { .. } => part(slot, desired, observed),
        Write::SetIdleTimeout(_) => Path::of("listener").attribute("tcp_idle_timeout_seconds"),
        Write::SetService(_) | Write::RejectConnections(_) => Path::of("endpoint_service"),
        Write::SetPrincipals { .. } => Path::of("endpoint_service").attribute("allowed_principals"),
        Write::LearnZones => Path::of("load_balancer").attribute("subnet_ids"),
        Write::SetEndpoint(_) | Write::Accept => Path::of("endpoint"),
        Write::Point(_) => Path::of("hostname"),
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
        Slot::SecurityGroup(Side::Consumer) | Slot::Endpoint => Path::of("endpoint"),
        Slot::Zone | Slot::Alias(_) => Path::of("hostname"),
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
