//! One AWS write, as data.

use std::{collections::BTreeSet, fmt};

use crate::model::{
    Key, Maybe, Object,
    object::{
        GroupRef, Rule, ZoneRef,
        load_balancer::IpAddressType,
        target_group::{GroupAttributes, HealthCheck, IpFamily, Protocol, Target},
    },
    tags::Tags,
};

/// A write and the object it is done to. Prints as one line of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub key: Key,
    pub write: Write,
}

/// One variant per kind of AWS write. A step holds everything but ids, which are looked up by key
/// in the observation when it is executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// The bare create call: it takes what [`Object::newborn`] keeps, tags included where AWS
    /// takes them there. Of an alias, a record that must not exist yet.
    Create(Box<Object>),
    Delete,
    /// Sets and removes tags.
    Tag {
        set: Tags,
        remove: BTreeSet<String>,
    },

    /// Security group: `AuthorizeSecurityGroupIngress` or `-Egress`, never both in one step.
    Authorize(BTreeSet<Rule>),
    /// Security group: `RevokeSecurityGroupIngress` or `-Egress`, never both in one step.
    Revoke(BTreeSet<Rule>),

    /// Load balancer: the whole set (`SetSubnets`).
    SetSubnets(BTreeSet<Maybe<String>>),
    /// Load balancer: groups and enforcement go in one call (`SetSecurityGroups`).
    SetSecurityGroups {
        groups: BTreeSet<GroupRef>,
        enforce_on_private_link: bool,
    },
    /// Load balancer: `SetIpAddressType`.
    SetIpAddressType(IpAddressType),
    /// Load balancer: `ModifyLoadBalancerAttributes`.
    SetLoadBalancerAttributes {
        cross_zone: bool,
        deletion_protection: bool,
    },

    /// Target group: `ModifyTargetGroup`.
    SetHealthCheck(HealthCheck),
    /// Target group: `ModifyTargetGroupAttributes`.
    SetGroupAttributes(GroupAttributes),
    Register(BTreeSet<Target>),
    Deregister(BTreeSet<Target>),

    /// Listener: `ModifyListener` with protocol, group, certificate and policy together.
    SetListener {
        protocol: Protocol,
        forward: Key,
        certificate: Option<Maybe<String>>,
        ssl_policy: Option<Maybe<String>>,
    },
    /// Listener: `ModifyListenerAttributes`.
    SetIdleTimeout(u32),

    /// Service: `ModifyVpcEndpointServiceConfiguration`; only what differs.
    SetService(ServiceChange),
    /// Service: `ModifyVpcEndpointServicePermissions`.
    SetPrincipals {
        add: BTreeSet<Maybe<String>>,
        remove: BTreeSet<String>,
    },
    /// Service: `ModifyVpcEndpointServiceConfiguration` with the id alone, by which it learns the
    /// zones that its load balancer got since.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html>
    LearnZones,
    /// Service: `RejectVpcEndpointConnections`, by endpoint id.
    RejectConnections(BTreeSet<String>),

    /// Endpoint: `ModifyVpcEndpoint`; only what differs.
    SetEndpoint(EndpointChange),
    /// Endpoint: `AcceptVpcEndpointConnections` on our service, for our endpoint alone.
    Accept,

    /// Alias: `UPSERT` over a record that is ours, to point at this endpoint.
    Point(Key),
    /// Alias: in one batch, whatever else is at its name goes, and the record is made.
    Overwrite(Box<Object>),
}

/// What is to change of an endpoint service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceChange {
    pub acceptance_required: Option<bool>,
    /// Attach ours; another one found there is detached in the same call.
    pub attach: Option<Key>,
    pub add_ip_address_types: BTreeSet<IpFamily>,
    pub remove_ip_address_types: BTreeSet<IpFamily>,
    pub add_regions: BTreeSet<Maybe<String>>,
    pub remove_regions: BTreeSet<String>,
}

/// What is to change of an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndpointChange {
    pub add_subnets: BTreeSet<Maybe<String>>,
    pub remove_subnets: BTreeSet<String>,
    pub add_groups: BTreeSet<GroupRef>,
    pub remove_groups: BTreeSet<GroupRef>,
    pub ip_address_type: Option<IpAddressType>,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key;
        match &self.write {
            Write::Create(object) => write!(f, "create {key}{}", birth(object)),
            Write::Delete => write!(f, "delete {key}"),
            Write::Tag { set, remove } => {
                let set = set.iter().map(|(key, value)| format!("{key}={value}"));
                let remove = remove.iter().map(|key| format!("-{key}"));
                write!(f, "tag {key}: {}", list(set.chain(remove)))
            }
            Write::Authorize(rules) => write!(f, "open {key}: {}", list(rules)),
            Write::Revoke(rules) => write!(f, "close {key}: {}", list(rules)),
            Write::SetSubnets(subnets) => write!(f, "set subnets of {key}: {}", list(subnets)),
            Write::SetSecurityGroups {
                groups,
                enforce_on_private_link,
            } => write!(
                f,
                "set security groups of {key}: {}, enforced on PrivateLink: {enforce_on_private_link}",
                list(groups)
            ),
            Write::SetIpAddressType(kind) => write!(f, "set address type of {key}: {kind}"),
            Write::SetLoadBalancerAttributes {
                cross_zone,
                deletion_protection,
            } => write!(
                f,
                "set attributes of {key}: cross zone {cross_zone}, deletion protection {deletion_protection}"
            ),
            Write::SetHealthCheck(check) => write!(
                f,
                "set health check of {key}: {} on {}, every {} s, timeout {} s, thresholds {}/{}",
                check.protocol,
                check.port,
                check.interval_seconds,
                check.timeout_seconds,
                check.healthy_threshold,
                check.unhealthy_threshold
            ),
            Write::SetGroupAttributes(attributes) => write!(
                f,
                "set attributes of {key}: delay {} s, termination {}, client ip {}, proxy {}, \
                 dns failover {}, cross zone {}",
                attributes.deregistration_delay_seconds,
                attributes.connection_termination,
                attributes.preserve_client_ip,
                attributes.proxy_protocol_v2,
                attributes.dns_failover,
                attributes.cross_zone
            ),
            Write::Register(targets) => write!(f, "register in {key}: {}", list(targets)),
            Write::Deregister(targets) => write!(f, "deregister from {key}: {}", list(targets)),
            Write::SetListener {
                protocol,
                forward,
                certificate,
                ssl_policy,
            } => {
                write!(f, "set {key}: {} to {forward}", protocol.as_str())?;
                if let Some(certificate) = certificate {
                    write!(f, " with {certificate}")?;
                }
                match ssl_policy {
                    Some(policy) => write!(f, " by {policy}"),
                    None => Ok(()),
                }
            }
            Write::SetIdleTimeout(seconds) => write!(f, "set idle timeout of {key}: {seconds} s"),
            Write::SetService(change) => write!(f, "set {key}: {}", change.lines().join(", ")),
            Write::SetPrincipals { add, remove } => {
                let add = add.iter().map(|principal| format!("+{principal}"));
                let remove = remove.iter().map(|principal| format!("-{principal}"));
                write!(f, "set principals of {key}: {}", list(add.chain(remove)))
            }
            Write::LearnZones => write!(f, "let {key} learn the load balancer's zones"),
            Write::RejectConnections(ids) => write!(f, "reject on {key}: {}", list(ids)),
            Write::SetEndpoint(change) => write!(f, "set {key}: {}", change.lines().join(", ")),
            Write::Accept => write!(f, "accept {key}"),
            Write::Point(endpoint) => write!(f, "point {key} at {endpoint}"),
            Write::Overwrite(object) => write!(f, "take over {key}{}", birth(object)),
        }
    }
}

fn birth(object: &Object) -> String {
    match object {
        Object::TargetGroup(group) => match &group.made_for {
            Some(target) => format!(" for {target}"),
            None => String::new(),
        },
        Object::Listener(listener) => match listener.forward {
            Some(group) => format!(": {} to {group}", listener.protocol.as_str()),
            None => String::new(),
        },
        Object::Alias(alias) => match (alias.target, &alias.zone) {
            (Some(endpoint), ZoneRef::Managed(_)) => format!(": {} to {endpoint}", alias.name),
            (Some(endpoint), ZoneRef::Given(zone)) => {
                format!(": {} to {endpoint}, in {zone}", alias.name)
            }
            (None, _) => String::new(),
        },
        Object::Zone(zone) => format!(": {}", zone.name),
        _ => String::new(),
    }
}

impl ServiceChange {
    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        lines.extend(
            self.acceptance_required
                .map(|on| format!("acceptance {on}")),
        );
        lines.extend(self.attach.map(|key| format!("front {key}")));
        lines.extend(
            self.add_ip_address_types
                .iter()
                .map(|kind| format!("+{}", kind.as_str())),
        );
        lines.extend(
            self.remove_ip_address_types
                .iter()
                .map(|kind| format!("-{}", kind.as_str())),
        );
        lines.extend(self.add_regions.iter().map(|region| format!("+{region}")));
        lines.extend(
            self.remove_regions
                .iter()
                .map(|region| format!("-{region}")),
        );
        lines
    }
}

impl EndpointChange {
    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        lines.extend(self.add_subnets.iter().map(|id| format!("+{id}")));
        lines.extend(self.remove_subnets.iter().map(|id| format!("-{id}")));
        lines.extend(self.add_groups.iter().map(|group| format!("+{group}")));
        lines.extend(self.remove_groups.iter().map(|group| format!("-{group}")));
        lines.extend(
            self.ip_address_type
                .map(|kind| format!("address type {kind}")),
        );
        lines
    }
}

fn list<T: fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    items
        .into_iter()
        .map(|item| item.to_string())
        .collect::<Vec<_>>()
        .join(", ")
}
