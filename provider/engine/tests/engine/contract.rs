//! The in-memory AWS keeps to what the adapters are held to on the sandbox.

use engine::{
    fake::{EndpointState, Fake, Pace},
    model::{Seen, object::Rule, tags::Tags},
};
use testing::contract::{self, Account, Ground};

use crate::rig::run;

struct InMemory {
    fake: Fake,
    ground: Ground,
}

impl InMemory {
    fn new() -> InMemory {
        let fake = Fake::new();
        fake.edit(|world| world.pace = Pace::brisk());
        let subnets = ["subnet-a", "subnet-b", "subnet-c"].map(str::to_owned);
        InMemory {
            fake,
            ground: Ground {
                account: "123456789012".to_owned(),
                service_vpc: "vpc-kafka".to_owned(),
                consumer_vpc: "vpc-client".to_owned(),
                service_subnets: subnets.to_vec(),
                consumer_subnets: subnets.to_vec(),
            },
        }
    }
}

fn id(seen: &Seen) -> String {
    seen.id.known().unwrap().clone()
}

impl Account for InMemory {
    type Cloud = Fake;

    fn ground(&self) -> &Ground {
        &self.ground
    }

    fn cloud(&self) -> Fake {
        self.fake.clone()
    }

    fn certificate(&self) -> String {
        let number = self.fake.world().listeners.len();
        format!("arn:aws:acm:us-east-1:123456789012:certificate/{number}")
    }

    async fn connect_endpoint(&self, service: &Seen) -> String {
        let service = id(service);
        self.fake.edit(|world| {
            let endpoint = world.add_foreign_endpoint(&service);
            if world.services[&service].acceptance_required {
                let made = world.endpoints.get_mut(&endpoint).unwrap();
                made.state = EndpointState::PendingAcceptance;
            }
            endpoint
        })
    }

    async fn add_listener(&self, balancer: &str, port: u16, group: &str) {
        self.fake.edit(|world| {
            let listener = world.add_foreign_listener(balancer, port);
            world.listeners.get_mut(&listener).unwrap().group = group.to_owned();
        });
    }

    async fn add_rule(&self, security_group: &str) {
        let rule = Rule::Other {
            id: "sgr-1".to_owned(),
            egress: false,
            text: "icmp from 10.7.0.0/16".to_owned(),
        };
        self.fake.edit(|world| {
            let group = world.security_groups.get_mut(security_group).unwrap();
            group.rules.insert(rule);
        });
    }

    async fn tag_group(&self, group: &str, key: &str, value: Option<&str>) {
        self.fake.edit(|world| {
            let tags = &mut world.target_groups.get_mut(group).unwrap().tags;
            match value {
                Some(value) => tags.insert(key.to_owned(), value.to_owned()),
                None => tags.remove(key),
            };
        });
    }

    async fn copy_security_group(&self, group: &Seen, tags: &Tags) -> String {
        // Before the other by its id, so that order alone would let it win.
        let copy = "sg-0-copy".to_owned();
        self.fake.edit(|world| {
            let mut made = world.security_groups[&id(group)].clone();
            made.name = "copy".to_owned();
            made.rules.clear();
            let tags = tags.iter();
            let known = tags.map(|(key, value)| (key.clone(), value.known().unwrap().clone()));
            made.tags = known.collect();
            world.security_groups.insert(copy.clone(), made);
        });
        copy
    }
}

macro_rules! in_memory {
    ($($scenario:ident)*) => {
        $(
            #[test]
            fn $scenario() {
                run(async { contract::$scenario(&InMemory::new()).await });
            }
        )*
    };
}

testing::each_scenario!(in_memory);
