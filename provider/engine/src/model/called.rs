//! What people call the parts of a path.

use super::{BrokerId, Role, Side, Slot, key::RecordType};

impl Slot {
    /// `the listener on port 6003`. Messages never show a key.
    pub fn called(self) -> String {
        match self {
            Slot::SecurityGroup(Side::Service) => "the load balancer's security group".to_owned(),
            Slot::SecurityGroup(Side::Consumer) => "the endpoint's security group".to_owned(),
            Slot::LoadBalancer => "the load balancer".to_owned(),
            Slot::TargetGroup(Role::Bootstrap) => "the target group of all brokers".to_owned(),
            Slot::TargetGroup(Role::Broker(id)) => format!("the target group of broker {id}"),
            Slot::Listener(port) => format!("the listener on port {port}"),
            Slot::Service => "the endpoint service".to_owned(),
            Slot::Endpoint => "the endpoint".to_owned(),
            Slot::Zone => "the hosted zone".to_owned(),
            Slot::Alias(RecordType::A) => "the alias record".to_owned(),
            Slot::Alias(RecordType::Aaaa) => "the alias record for IPv6".to_owned(),
            Slot::Alias(RecordType::Cname) => "the CNAME record".to_owned(),
        }
    }
}

impl Role {
    /// `broker 3`.
    pub fn called(self) -> String {
        match self {
            Role::Bootstrap => "bootstrap".to_owned(),
            Role::Broker(id) => broker(id),
        }
    }
}

fn broker(id: BrokerId) -> String {
    format!("broker {id}")
}
