//! What a plan is held against before anything is written: networks, instances and zones that the
//! path does not own. It is told about, and decides nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    ops::RangeInclusive,
};

use crate::model::{Side, object::target_group::IpFamily};

/// What to look at. What is empty is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inquiry {
    /// How names resolve in the consumers' VPC is somebody else's business.
    pub dns_is_elsewhere: bool,
    /// The only side that the resource has; `None`: both.
    pub side: Option<Side>,
    /// The endpoint service of somebody else, by its name.
    pub service_name: Option<String>,
    /// Its region, where that is another one.
    pub service_region: Option<String>,
    /// Of the load balancer: they lead to its VPC.
    pub service_subnets: BTreeSet<String>,
    /// Where the load balancer stands already.
    pub service_vpc: Option<String>,
    /// Do brokers have addresses, whose place in that VPC matters?
    pub has_addresses: bool,
    pub instances: BTreeSet<String>,
    /// Given groups of both sides.
    pub security_groups: BTreeSet<String>,
    pub consumer_subnets: BTreeSet<String>,
    pub consumer_vpc: Option<String>,
    /// The hosted zone that is given for the alias.
    pub hosted_zone: Option<String>,
    /// A given zone and the hostname in it, where records of ours are yet to be made.
    pub records_at: Option<(String, String)>,
    /// The name of a resource that is to be made.
    pub new_name: Option<String>,
    /// Does it matter whose credentials these are?
    pub needs_account: bool,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Survey {
    /// Those asked for, of both sides, by id. What does not exist is absent, here and below.
    pub subnets: Reading<BTreeMap<String, Subnet>>,
    /// The VPCs of both sides, by id.
    pub vpcs: Reading<BTreeMap<String, Vpc>>,
    /// All subnets of the load balancer's VPC.
    pub neighbours: Reading<Vec<Subnet>>,
    pub instances: Reading<BTreeMap<String, Instance>>,
    /// By id.
    pub security_groups: Reading<BTreeMap<String, SecurityGroup>>,
    /// `enableDnsSupport` of the endpoint's VPC; `None` where AWS does not say.
    pub dns_support: Reading<Option<bool>>,
    /// `enableDnsHostnames` of the endpoint's VPC; `None` where AWS does not say.
    pub dns_hostnames: Reading<Option<bool>>,
    /// Private zones that resolve in the endpoint's VPC, whoever owns them.
    pub private_zones: Reading<Vec<PrivateZone>>,
    /// The given one; `None` if it does not exist.
    pub hosted_zone: Reading<Option<HostedZone>>,
    /// What the given zone answers at the hostname: addresses and CNAMEs.
    pub records: Reading<Vec<Record>>,
    /// The given endpoint service, as its owner offers it to this account and region; `None` if it
    /// does not exist or is not offered to them, which AWS does not tell apart.
    pub offered: Reading<Option<OfferedService>>,
    /// Endpoint services that carry the new resource's name, or endpoints where it has no service.
    pub namesakes: Reading<Vec<Namesake>>,
    /// Account id of the credentials.
    pub account: Reading<String>,
    /// When it was begun.
    pub begun: Moment,
    /// Was some of it read before it was begun?
    pub is_recalled: bool,
}

/// A point in the order of a process's surveys. The default is before all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

/// One answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reading<T> {
    #[default]
    NotAsked,
    Known(T),
    Failed(Unread),
}

/// Whose fault it is that something was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// IAM does not allow it: the rest may be readable.
    Denied,
    /// AWS does not take the credentials: nothing is readable, and nothing will be.
    Credentials,
    /// Nobody answered.
    Unreached,
    Other,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// As IAM spells it: `ec2:DescribeSubnets`.
    pub action: &'static str,
    pub gap: Gap,
    /// AWS's words.
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subnet {
    pub id: String,
    pub vpc: String,
    /// The zone's name in this account: `us-east-1a`.
    pub zone: String,
    /// The zone's id, the same in every account: `use1-az1`. `None` where AWS does not say.
    pub zone_id: Option<String>,
    /// Blocks of both families that are in use, in CIDR notation.
    pub blocks: Vec<String>,
    /// IPv4 addresses that nothing has; `None` where AWS does not say.
    pub free: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroup {
    pub vpc: String,
    /// Ranges of TCP ports that some rule opens to somebody.
    pub open: Vec<RangeInclusive<u16>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vpc {
    /// Blocks of both families that are in use, in CIDR notation.
    pub blocks: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// AWS's word: `running`, `stopped`, `terminated`, ...
    pub state: String,
    /// Empty once it is terminated, as `zone` may be.
    pub vpc: String,
    pub zone: String,
}

/// A hosted zone by its name: lower case, no trailing dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateZone {
    pub id: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostedZone {
    pub name: String,
    pub is_private: bool,
    /// The VPCs of this region that it resolves in.
    pub vpcs: BTreeSet<String>,
}

/// A record of the hostname.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// `A`, `AAAA` or `CNAME`.
    pub kind: String,
    /// Where it leads, in Route 53's spelling but for a trailing dot: addresses or a name.
    pub to: Vec<String>,
    /// Which one of several it is, where a routing policy chooses.
    pub identifier: Option<String>,
}

/// An endpoint service of somebody else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfferedService {
    /// Zones that it serves, by their names in this account.
    pub zones: BTreeSet<String>,
    /// The same by id; empty where AWS does not say.
    pub zone_ids: BTreeSet<String>,
    pub acceptance_required: bool,
    /// Empty where AWS does not say.
    pub ip_families: BTreeSet<IpFamily>,
}

/// An object that carries a name: an endpoint service or an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namesake {
    pub id: String,
    /// The owner id in its tags; empty if it has none.
    pub owner: String,
}

/// As `A 192.0.2.1, 192.0.2.2`.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.to.join(", "))?;
        match &self.identifier {
            Some(identifier) => write!(f, " ({identifier})"),
            None => Ok(()),
        }
    }
}

impl<T> Reading<T> {
    pub fn known(&self) -> Option<&T> {
        match self {
            Reading::Known(value) => Some(value),
            Reading::NotAsked | Reading::Failed(_) => None,
        }
    }

    pub fn failure(&self) -> Option<&Unread> {
        match self {
            Reading::Failed(unread) => Some(unread),
            Reading::NotAsked | Reading::Known(_) => None,
        }
    }
}
