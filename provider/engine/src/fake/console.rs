//! What people do behind Terraform's back, and what others have in the same account.

use std::collections::BTreeSet;

use tokio::time::Instant;

use super::world::{
    Endpoint, EndpointState, Group, Listener, Service, TagMap, World, service_name,
};
use crate::model::{
    RecordType,
    object::{
        Rule,
        listener::DEFAULT_IDLE_TIMEOUT_SECONDS,
        load_balancer::IpAddressType,
        target_group::{GroupAttributes, HealthCheck, IpFamily, Protocol, Target, TargetType},
    },
    tags::OWNER,
};

/// Something that somebody does in the console to an object of the path, the `usize`-th of its
/// kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drift {
    DeleteListener(usize),
    /// Sends a port to another group of the path.
    Forward(usize, usize),
    SetIdleTimeout(usize),
    EmptyGroup(usize),
    AddTarget(usize, u8),
    SetHealthCheck(usize),
    SetGroupAttributes(usize),
    /// Also takes our ownership tags away.
    EditTags(usize),
    SetBalancerAttributes,
    EnforceGroups,
    AddPrincipal,
    FlipAcceptance,
    RejectEndpoint,
    /// And AWS does not take it back.
    RejectForGood,
    FailEndpoint,
    DeleteEndpoint,
    DeleteRecord(usize),
    PointElsewhere(usize),
    AddRule(usize),
    DropRule(usize),
    DeleteUnusedGroup(usize),
}

fn pick<T>(items: Vec<T>, index: usize) -> Option<T> {
    let count = items.len();
    items.into_iter().nth(index.checked_rem(count)?)
}

impl World {
    fn ours<'a>(
        &self,
        owner: &str,
        all: impl Iterator<Item = (&'a String, &'a TagMap)>,
    ) -> Vec<String> {
        all.filter(|(_, tags)| tags.get(OWNER).is_some_and(|it| it == owner))
            .map(|(id, _)| id.clone())
            .collect()
    }

    /// Does it, where there is something to do it to.
    pub fn drift(&mut self, owner: &str, drift: &Drift) {
        self.try_drift(owner, drift, Instant::now());
    }

    fn listener(&mut self, owner: &str, index: usize) -> Option<(String, &mut Listener)> {
        let ids = self.ours(owner, self.listeners.iter().map(|(id, it)| (id, &it.tags)));
        let id = pick(ids, index)?;
        let listener = self.listeners.get_mut(&id)?;
        Some((id, listener))
    }

    fn group(&mut self, owner: &str, index: usize) -> Option<(String, &mut Group)> {
        let ids = self.ours(
            owner,
            self.target_groups.iter().map(|(id, it)| (id, &it.tags)),
        );
        let id = pick(ids, index)?;
        let group = self.target_groups.get_mut(&id)?;
        Some((id, group))
    }

    fn rules(&mut self, owner: &str, index: usize) -> Option<&mut BTreeSet<Rule>> {
        let ids = self.ours(
            owner,
            self.security_groups.iter().map(|(id, it)| (id, &it.tags)),
        );
        let id = pick(ids, index)?;
        Some(&mut self.security_groups.get_mut(&id)?.rules)
    }

    fn endpoint(&mut self, owner: &str) -> Option<(String, &mut Endpoint)> {
        let ids = self.ours(owner, self.endpoints.iter().map(|(id, it)| (id, &it.tags)));
        let id = pick(ids, 0)?;
        let endpoint = self.endpoints.get_mut(&id)?;
        let going = matches!(endpoint.state, EndpointState::Going(_));
        (!going).then_some((id, endpoint))
    }

    fn try_drift(&mut self, owner: &str, drift: &Drift, now: Instant) -> Option<()> {
        let deleting = self.pace.deleting;
        match drift {
            Drift::DeleteListener(index) => {
                let (id, _) = self.listener(owner, *index)?;
                self.listeners.remove(&id);
            }
            Drift::Forward(index, group) => {
                let (group, _) = self.group(owner, *group)?;
                self.listener(owner, *index)?.1.group = group;
            }
            Drift::SetIdleTimeout(index) => {
                let (_, listener) = self.listener(owner, *index)?;
                if listener.protocol == Protocol::Tcp {
                    listener.idle_timeout_seconds = 1000;
                }
            }
            Drift::EmptyGroup(index) => self.group(owner, *index)?.1.targets.clear(),
            Drift::AddTarget(index, host) => {
                let target = Target {
                    id: format!("10.0.7.{host}").into(),
                    port: 9094,
                    zone: None,
                };
                self.group(owner, *index)?.1.targets.insert(target, now);
            }
            Drift::SetHealthCheck(index) => {
                self.group(owner, *index)?.1.health_check.interval_seconds = 99;
            }
            Drift::SetGroupAttributes(index) => {
                let (_, group) = self.group(owner, *index)?;
                group.attributes.deregistration_delay_seconds = 1;
            }
            Drift::EditTags(index) => {
                let (_, group) = self.group(owner, *index)?;
                group.tags.clear();
                group
                    .tags
                    .insert("console".to_owned(), "was here".to_owned());
            }
            Drift::SetBalancerAttributes => {
                let ids = self.ours(owner, self.balancers.iter().map(|(id, it)| (id, &it.tags)));
                self.balancers.get_mut(&pick(ids, 0)?)?.cross_zone = false;
            }
            Drift::EnforceGroups => {
                let ids = self.ours(owner, self.balancers.iter().map(|(id, it)| (id, &it.tags)));
                self.balancers
                    .get_mut(&pick(ids, 0)?)?
                    .enforce_on_private_link = true;
            }
            Drift::AddPrincipal => {
                let ids = self.ours(owner, self.services.iter().map(|(id, it)| (id, &it.tags)));
                let service = self.services.get_mut(&pick(ids, 0)?)?;
                service.principals.insert("*".to_owned());
            }
            Drift::FlipAcceptance => {
                let ids = self.ours(owner, self.services.iter().map(|(id, it)| (id, &it.tags)));
                let service = self.services.get_mut(&pick(ids, 0)?)?;
                service.acceptance_required = !service.acceptance_required;
            }
            Drift::RejectEndpoint => {
                self.endpoint(owner)?.1.state = EndpointState::Rejected { for_good: false };
            }
            Drift::RejectForGood => {
                self.endpoint(owner)?.1.state = EndpointState::Rejected { for_good: true };
            }
            Drift::FailEndpoint => self.endpoint(owner)?.1.state = EndpointState::Failed,
            Drift::DeleteEndpoint => {
                self.endpoint(owner)?.1.state = EndpointState::Going(now + deleting);
            }
            Drift::DeleteRecord(index) => {
                let place = pick(self.own_records(owner), *index)?;
                self.records.remove(&place);
            }
            Drift::PointElsewhere(index) => {
                let place = pick(self.own_records(owner), *index)?;
                self.records
                    .insert(place, "elsewhere.example.com".to_owned());
            }
            Drift::AddRule(index) => {
                self.rules(owner, *index)?.insert(Rule::Other {
                    id: "sgr-1".to_owned(),
                    egress: false,
                    text: "all from everywhere".to_owned(),
                });
            }
            Drift::DropRule(index) => {
                self.rules(owner, *index)?.pop_first();
            }
            Drift::DeleteUnusedGroup(index) => {
                let (id, _) = self.group(owner, *index)?;
                if !self.listeners.values().any(|listener| listener.group == id) {
                    self.target_groups.remove(&id);
                }
            }
        }
        Some(())
    }

    fn own_records(&self, owner: &str) -> Vec<(String, String, RecordType)> {
        let zones = self.ours(owner, self.zones.iter().map(|(id, it)| (id, &it.tags)));
        let places = self.records.keys();
        places
            .filter(|(zone, _, _)| zones.contains(zone))
            .cloned()
            .collect()
    }

    /// Somebody else's listener on a load balancer, with a group of its own.
    pub fn add_foreign_listener(&mut self, balancer: &str, port: u16) -> String {
        let group = self.add_foreign_group();
        let id = self.new_id("arn:aws:elasticloadbalancing:listener/foreign/");
        let listener = Listener {
            balancer: balancer.to_owned(),
            port,
            protocol: Protocol::Tcp,
            group,
            certificate: None,
            ssl_policy: None,
            idle_timeout_seconds: DEFAULT_IDLE_TIMEOUT_SECONDS,
            tags: TagMap::new(),
        };
        self.listeners.insert(id.clone(), listener);
        id
    }

    /// Somebody else's target group.
    pub fn add_foreign_group(&mut self) -> String {
        let id = self.new_id("arn:aws:elasticloadbalancing:targetgroup/foreign/");
        let group = Group {
            name: format!("foreign-{}", self.target_groups.len()),
            vpc: "vpc-kafka".to_owned(),
            target_type: TargetType::Ip,
            protocol: Protocol::Tcp,
            port: 80,
            family: IpFamily::Ipv4,
            health_check: HealthCheck {
                protocol: "TCP".to_owned(),
                port: "traffic-port".to_owned(),
                interval_seconds: 30,
                timeout_seconds: 10,
                healthy_threshold: 5,
                unhealthy_threshold: 2,
            },
            attributes: GroupAttributes::default_of(TargetType::Ip, Protocol::Tcp),
            targets: Default::default(),
            tags: TagMap::from([(OWNER.to_owned(), "somebody".to_owned())]),
        };
        self.target_groups.insert(id.clone(), group);
        id
    }

    /// An endpoint service of another account; returns the name that it gives its consumers.
    pub fn add_foreign_service(&mut self, acceptance_required: bool) -> String {
        let id = self.new_id("vpce-svc-foreign");
        let service = Service {
            balancer: "arn:aws:elasticloadbalancing:loadbalancer/foreign".to_owned(),
            acceptance_required,
            principals: BTreeSet::from(["*".to_owned()]),
            ip_address_types: BTreeSet::from([IpFamily::Ipv4, IpFamily::Ipv6]),
            regions: BTreeSet::new(),
            zones: BTreeSet::new(),
            tags: TagMap::new(),
            available_at: Instant::now(),
            gone_at: None,
        };
        let name = service_name(&id);
        self.services.insert(id, service);
        name
    }

    /// The owner of a service lets in whoever asks.
    pub fn accept_all(&mut self) {
        let available_at = Instant::now() + self.pace.endpoint;
        for endpoint in self.endpoints.values_mut() {
            if endpoint.state == EndpointState::PendingAcceptance {
                endpoint.state = EndpointState::Accepted(available_at);
            }
        }
    }

    /// Somebody else's endpoint, connected to a service.
    pub fn add_foreign_endpoint(&mut self, service: &str) -> String {
        let id = self.new_id("vpce-foreign");
        let endpoint = Endpoint {
            service: service.to_owned(),
            account: "210987654321".to_owned(),
            vpc: "vpc-foreign".to_owned(),
            subnets: BTreeSet::from(["subnet-f".to_owned()]),
            security_groups: BTreeSet::new(),
            ip_address_type: IpAddressType::Ipv4,
            tags: TagMap::new(),
            state: EndpointState::Accepted(Instant::now()),
        };
        self.endpoints.insert(id.clone(), endpoint);
        id
    }
}
