//! Which argument a step is about, and how its object is called.

use tfplugin::Path;

use crate::{
    model::{Desired, Observed, Role, Side, Slot},
    reconcile::{CloudError, Step, Write},
};

/// The argument that asks for a step, for messages. Steps on what is no longer configured are
/// about the collection that it left.
pub fn path(step: &Step, desired: &Desired, observed: &Observed) -> Path {
    let slot = step.key.slot;
    match &step.write {
        Write::Create(_) | Write::Delete => object(slot, desired, observed),
        Write::Tag { .. } => Path::of("tags"),
        Write::Authorize(_) | Write::Revoke(_) => match slot {
            Slot::SecurityGroup(Side::Consumer) => {
                Path::of("endpoint").attribute("allowed_cidr_blocks")
            }
            _ => object(slot, desired, observed),
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
        Write::SetListener { .. } => object(slot, desired, observed),
        Write::SetIdleTimeout(_) => Path::of("listener").attribute("tcp_idle_timeout_seconds"),
        Write::SetService(_) | Write::RejectConnections(_) => Path::of("endpoint_service"),
        Write::SetPrincipals { .. } => Path::of("endpoint_service").attribute("allowed_principals"),
        Write::LearnZones => Path::of("load_balancer").attribute("subnet_ids"),
        Write::SetEndpoint(_) | Write::Accept => Path::of("endpoint"),
        Write::Point(_) => Path::of("hostname"),
    }
}

/// The argument that AWS refused: its code may know better than the step what that is.
pub fn refused(step: &Step, error: &CloudError, desired: &Desired, observed: &Observed) -> Path {
    match error.code.as_str() {
        "CertificateNotFound" | "UnsupportedCertificate" => {
            Path::of("listener").attribute("certificate_arn")
        }
        _ => path(step, desired, observed),
    }
}

fn object(slot: Slot, desired: &Desired, observed: &Observed) -> Path {
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
        Slot::Zone | Slot::Alias => Path::of("hostname"),
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

/// An object, for people.
pub fn name(slot: Slot) -> String {
    match slot {
        Slot::SecurityGroup(Side::Service) => "the load balancer's security group".to_owned(),
        Slot::SecurityGroup(Side::Consumer) => "the endpoint's security group".to_owned(),
        Slot::LoadBalancer => "the load balancer".to_owned(),
        Slot::TargetGroup(Role::Bootstrap) => "the target group of all brokers".to_owned(),
        Slot::TargetGroup(Role::Broker(id)) => format!("the target group of broker {id}"),
        Slot::Listener(port) => format!("the listener on port {port}"),
        Slot::Service => "the endpoint service".to_owned(),
        Slot::Endpoint => "the endpoint".to_owned(),
        Slot::Zone => "the hosted zone".to_owned(),
        Slot::Alias => "the alias record".to_owned(),
    }
}

/// What a step does, for people: `create the listener on port 6003`.
pub fn action(step: &Step) -> String {
    let object = name(step.key.slot);
    match &step.write {
        Write::Create(_) => format!("create {object}"),
        Write::Delete => format!("delete {object}"),
        Write::Tag { .. } => format!("tag {object}"),
        Write::Authorize(_) => format!("open ports of {object}"),
        Write::Revoke(_) => format!("close ports of {object}"),
        Write::SetSubnets(_) => format!("set the subnets of {object}"),
        Write::SetSecurityGroups { .. } => format!("set the security groups of {object}"),
        Write::SetIpAddressType(_) => format!("set the address type of {object}"),
        Write::SetLoadBalancerAttributes { .. } | Write::SetGroupAttributes(_) => {
            format!("set attributes of {object}")
        }
        Write::SetHealthCheck(_) => format!("set the health check of {object}"),
        Write::Register(_) => format!("register targets in {object}"),
        Write::Deregister(_) => format!("deregister targets from {object}"),
        Write::SetListener { .. } | Write::SetService(_) | Write::SetEndpoint(_) => {
            format!("change {object}")
        }
        Write::SetIdleTimeout(_) => format!("set the idle timeout of {object}"),
        Write::SetPrincipals { .. } => format!("set the allowed principals of {object}"),
        Write::LearnZones => format!("let {object} serve the load balancer's new zones"),
        Write::RejectConnections(_) => format!("reject connections to {object}"),
        Write::Accept => format!("accept {object}"),
        Write::Point(_) => format!("point {object} at the endpoint"),
    }
}
