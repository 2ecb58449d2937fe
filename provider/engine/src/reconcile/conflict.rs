//! What no step of ours can settle: somebody must decide first.

use std::{collections::BTreeSet, fmt};

use crate::model::{Connection, Key, Slot};

/// Prints what is in the way and what to do about it, as sentences for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conflict {
    /// Something that is not ours stands where ours would.
    Taken { slot: Slot, what: String },
    /// More than one object carries the tags of one.
    Twins { key: Key, ids: BTreeSet<String> },
    /// The load balancer was created without security groups and can never get any.
    BornWithoutGroups,
    /// The load balancer was created with security groups and can never be without.
    BornWithGroups,
    /// The object failed for good, and is not one that is replaced below a living path.
    Failed { key: Key, reason: String },
    /// Listeners of others that would die with the load balancer.
    ForeignListeners(BTreeSet<u16>),
    /// Records of others in a hosted zone that is to go.
    ForeignRecords(BTreeSet<String>),
    /// Connections of others to a service that is to go.
    Connections(BTreeSet<Connection>),
    /// Connected endpoints that keep the load balancer's subnets.
    ConnectedSubnets(BTreeSet<String>),
    /// The load balancer's only subnet, which is to be exchanged for another of its zone.
    OnlySubnet,
    /// Nobody but the owner of the given service lets the endpoint in. Service and endpoint by AWS's
    /// name and id.
    Unaccepted {
        service: String,
        endpoint: String,
        is_rejected: bool,
    },
    /// A load balancer never leaves its VPC.
    MovesVpc { from: String, to: String },
    /// Deletion protection is on.
    Protected,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Conflict::Taken {
                slot: Slot::Listener(port),
                what,
            } => write!(
                f,
                "port {port} of the load balancer is taken by a listener that is not ours \
                 ({what}). Choose another port, or delete that listener"
            ),
            Conflict::Taken {
                slot: Slot::Alias(_),
                what,
            } => write!(
                f,
                "the hostname has a record that is not ours ({what}). Delete it, choose another \
                 hostname, or set endpoint.overwrite_record = true to take it over"
            ),
            Conflict::Taken { slot, what } => write!(
                f,
                "the place of {} is taken by {what}, which is not ours. Remove it, or choose \
                 another name",
                slot.called()
            ),
            Conflict::Twins { key, ids } => write!(
                f,
                "more than one object carries the tags of {}: {}. Delete the ones that are not in \
                 use, or remove their kafka-privatelink tags",
                key.slot.called(),
                list(ids)
            ),
            Conflict::BornWithoutGroups => f.write_str(
                "the load balancer was created without security groups, and AWS never adds any to \
                 such a load balancer. Replace the whole resource (terraform apply -replace), \
                 which gives a new service name",
            ),
            Conflict::BornWithGroups => f.write_str(
                "the load balancer was created with security groups, and AWS never removes the \
                 last of them. Keep at least one group",
            ),
            Conflict::Failed { key, reason } => write!(
                f,
                "{} failed permanently: {reason}. Remove the cause, then replace the whole \
                 resource (terraform apply -replace)",
                key.slot.called()
            ),
            Conflict::ForeignListeners(ports) => write!(
                f,
                "the load balancer has listeners that are not ours, which would be deleted with \
                 it: {}. Delete them or move them first",
                list(ports)
            ),
            Conflict::ForeignRecords(records) => write!(
                f,
                "the hosted zone holds records that are not ours: {}. Delete them or move them \
                 first",
                list(records)
            ),
            Conflict::Connections(connections) => write!(
                f,
                "AWS deletes an endpoint service only without connections, and it has: {}. Ask \
                 their owners to delete these endpoints. Or have them rejected: set \
                 endpoint_service.on_destroy = \"reject_connections\" and apply that before \
                 destroying, since a destroy uses the value that was last applied{}",
                list(connections),
                match connections.iter().any(|it| it.endpoint_id.is_none()) {
                    true => {
                        ". What is connected without an endpoint, such as a transit gateway, \
                         cannot be rejected: its owner has to disconnect it"
                    }
                    false => "",
                }
            ),
            Conflict::ConnectedSubnets(ids) => write!(
                f,
                "AWS takes no subnet from a load balancer while endpoints are connected to its \
                 endpoint service: {}. Keep the subnets, or reject or delete the endpoints first",
                list(ids)
            ),
            Conflict::OnlySubnet => f.write_str(
                "AWS exchanges the subnet of a zone by taking the zone from the load balancer \
                 first, and leaves no load balancer without any. Apply with a subnet of another \
                 zone beside it, then without",
            ),
            Conflict::Unaccepted {
                service,
                endpoint,
                is_rejected: false,
            } => write!(
                f,
                "the owner of the endpoint service {service} has not accepted {endpoint} yet. Ask \
                 them to accept it{}, then apply again",
                acceptance(service, endpoint)
            ),
            Conflict::Unaccepted {
                service, endpoint, ..
            } => write!(
                f,
                "the owner of the endpoint service {service} has rejected {endpoint}. Ask them to \
                 accept it{}, or delete it to ask anew, then apply again",
                acceptance(service, endpoint)
            ),
            Conflict::MovesVpc { from, to } => write!(
                f,
                "the load balancer is in {from} and can never move to {to}. Keep the subnets, or \
                 replace the whole resource (terraform apply -replace), which gives a new service \
                 name"
            ),
            Conflict::Protected => f.write_str(
                "deletion protection of the load balancer is on. Apply \
                 load_balancer.deletion_protection_enabled = false first",
            ),
        }
    }
}

/// How the service's owner does that. AWS's own name of a service is
/// `com.amazonaws.vpce.REGION.SERVICE-ID`; others say nothing of either.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html>
fn acceptance(service: &str, endpoint: &str) -> String {
    let mut parts = service.rsplitn(3, '.');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(id), Some(region), Some(_)) if id.starts_with("vpce-svc-") => format!(
            " (aws ec2 accept-vpc-endpoint-connections --region {region} --service-id {id} \
             --vpc-endpoint-ids {endpoint})"
        ),
        _ => String::new(),
    }
}

fn list<T: ToString>(items: &BTreeSet<T>) -> String {
    items
        .iter()
        .map(T::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
