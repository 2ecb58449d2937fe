//! Target groups: one of all brokers, and one a broker.

mod change;

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::field;
use crate::model::{Generation, Maybe, Role, tags::Tags};
pub use change::{Change, diff};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetGroup {
    pub name: String,
    pub role: Role,
    pub vpc: Maybe<String>,
    pub target_type: TargetType,
    pub protocol: Protocol,
    /// Only the default of AWS's console: every target is registered with a port of its own.
    pub port: u16,
    pub family: IpFamily,
    /// On a broker's group, the target it was made for. A new machine is a new group: in a shared
    /// one AWS would mix both for minutes. A foreign or missing target in it is repaired in place.
    pub made_for: Option<Target>,
    pub health_check: HealthCheck,
    pub attributes: GroupAttributes,
    /// Registered targets; those that are draining are not.
    pub targets: BTreeSet<Target>,
    pub tags: Tags,
}

/// One broker as a load balancer reaches it. Prints as `10.0.1.11:9092`, `[fd00::1]:9092` or
/// `10.9.0.1:9092@all`, and parses back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Target {
    /// IP address or instance id.
    pub id: Maybe<String>,
    pub port: u16,
    /// `all` or a zone: only for addresses outside the VPC's subnets, where AWS requires it.
    pub zone: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TargetType {
    Ip,
    Instance,
}

/// Of listeners and target groups. `Other` is what somebody else configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Protocol {
    Tcp,
    Tls,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum IpFamily {
    Ipv4,
    Ipv6,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCheck {
    /// `TCP`, `HTTP` or `HTTPS`.
    pub protocol: String,
    /// `traffic-port` or a number.
    pub port: String,
    pub interval_seconds: u32,
    pub timeout_seconds: u32,
    pub healthy_threshold: u32,
    pub unhealthy_threshold: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupAttributes {
    pub deregistration_delay_seconds: u32,
    pub connection_termination: bool,
    pub preserve_client_ip: bool,
    pub proxy_protocol_v2: bool,
    /// `target_group_health.dns_failover.minimum_healthy_targets.count`: 1 or `off`. Off on the
    /// groups of one broker, or one dead broker would mark whole zones unhealthy in DNS.
    pub dns_failover: String,
    /// `load_balancing.cross_zone.enabled`: `use_load_balancer_configuration`, `true` or `false`.
    pub cross_zone: String,
}

impl TargetGroup {
    /// Type, protocol, VPC and address family cannot change. Neither does the target that a
    /// broker's group was made for.
    pub fn generation(&self) -> Generation {
        let mut fields = vec![
            format!(
                "{:?}/{:?}/{:?}",
                self.target_type, self.protocol, self.family
            ),
            field(&self.vpc),
        ];
        if let Some(target) = &self.made_for {
            fields.push(match target.id {
                Maybe::Known(_) => target.to_string(),
                Maybe::Unknown => format!("?:{}", target.port),
            });
        }
        Generation::of(fields)
    }

    /// The call takes everything but attributes and targets.
    pub fn newborn(&self) -> TargetGroup {
        TargetGroup {
            attributes: GroupAttributes::default_of(self.target_type, self.protocol),
            targets: BTreeSet::new(),
            ..self.clone()
        }
    }
}

impl GroupAttributes {
    /// AWS's defaults for a group behind a Network Load Balancer.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html>
    pub fn default_of(target_type: TargetType, protocol: Protocol) -> GroupAttributes {
        GroupAttributes {
            deregistration_delay_seconds: 300,
            connection_termination: false,
            // "The default is disabled if the target group type is IP address and the target group
            // protocol is TCP or TLS. Otherwise, the default is enabled."
            preserve_client_ip: target_type == TargetType::Instance || protocol == Protocol::Other,
            proxy_protocol_v2: false,
            dns_failover: "1".to_owned(),
            cross_zone: "use_load_balancer_configuration".to_owned(),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.id {
            Maybe::Known(id) if id.contains(':') => write!(f, "[{id}]:{}", self.port)?,
            id => write!(f, "{id}:{}", self.port)?,
        }
        match &self.zone {
            Some(zone) => write!(f, "@{zone}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Target, String> {
        let unreadable = || format!("{text:?} is not a target");
        let (place, zone) = match text.split_once('@') {
            Some((place, zone)) => (place, Some(zone.to_owned())),
            None => (text, None),
        };
        let (id, port) = place.rsplit_once(':').ok_or_else(unreadable)?;
        let id = id.trim_start_matches('[').trim_end_matches(']');
        if id.is_empty() {
            return Err(unreadable());
        }
        Ok(Target {
            id: id.into(),
            port: port.parse().map_err(|_| unreadable())?,
            zone,
        })
    }
}

impl TargetType {
    pub fn as_str(self) -> &'static str {
        match self {
            TargetType::Ip => "ip",
            TargetType::Instance => "instance",
        }
    }
}

impl Protocol {
    pub fn as_str(self) -> &'static str {
        match self {
            Protocol::Tcp => "TCP",
            Protocol::Tls => "TLS",
            Protocol::Other => "another protocol",
        }
    }
}

impl IpFamily {
    /// Of a CIDR block.
    pub fn of_block(block: &str) -> IpFamily {
        match block.contains(':') {
            true => IpFamily::Ipv6,
            false => IpFamily::Ipv4,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            IpFamily::Ipv4 => "ipv4",
            IpFamily::Ipv6 => "ipv6",
        }
    }

    /// As AWS writes it, in any case.
    pub fn parse(text: &str) -> Option<IpFamily> {
        [IpFamily::Ipv4, IpFamily::Ipv6]
            .into_iter()
            .find(|family| family.as_str().eq_ignore_ascii_case(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_prints_and_parses() {
        for text in [
            "10.0.1.11:9092",
            "[fd00::1]:9092",
            "i-0abc:9094",
            "10.9.0.1:9092@all",
        ] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
        for text in ["", "10.0.1.11", ":9092", "10.0.1.11:port"] {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
    }
}
