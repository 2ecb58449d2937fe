//! Changes that AWS makes without complaint and that brokers or clients have to follow.

use tfplugin::{Diagnostic, Path};

use crate::config::{Config, hostname};
use engine::model::{
    BrokerId, Connection, Maybe, Observed, Slot,
    object::{Change, service},
};
use engine::reconcile::{Foresight, Write};

pub(super) fn warnings(before: &Config, after: &Config) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    found.extend(hostname_changes(before, after));
    found.extend(protocol_changes(before, after));
    found.extend(ports_move(before, after));
    found
}

/// Somebody waits for the owner of the service, and sees nothing but an endpoint that does not work.
/// Told in every plan while it is so, since nothing else in Terraform shows it. The path's own
/// endpoint is accepted by the apply, and so are those of `auto_accept_principals`.
pub(super) fn waiting(foresight: &Foresight, observed: &Observed) -> Option<Diagnostic> {
    let accepted = |it: &Connection| {
        foresight.steps().any(|step| match &step.write {
            Write::Change(Change::Service(service::Change::AcceptConnections(ids))) => {
                ids.iter().any(|id| it.is_of(id))
            }
            _ => false,
        })
    };
    let own: Vec<&String> = observed
        .of(Slot::Endpoint)
        .filter_map(|(_, seen)| seen.id.known())
        .collect();
    let waits = |it: &&Connection| {
        let is_own = own.iter().any(|own| it.is_of(own.as_str()));
        it.waits_for_acceptance() && !is_own && !accepted(it)
    };
    let waiting: Vec<&Connection> = observed.connections.iter().filter(waits).collect();
    if waiting.is_empty() {
        return None;
    }
    let told: Vec<String> = waiting
        .iter()
        .map(|it| format!("{} of account {}", it.name(), it.owner))
        .collect();
    let ids = waiting.iter().filter_map(|it| it.endpoint_id.as_deref());
    let ids: Vec<&str> = ids.collect();
    let services = observed.of(Slot::Service);
    let service = services.filter_map(|(_, seen)| seen.id.known()).next();
    let how = match service {
        Some(service) if !ids.is_empty() => format!(
            ": aws ec2 accept-vpc-endpoint-connections --service-id {service} --vpc-endpoint-ids \
             {ids}, or reject-vpc-endpoint-connections with the same",
            ids = ids.join(" ")
        ),
        _ => String::new(),
    };
    let found = Diagnostic::warning(
        "Connections wait to be accepted",
        format!(
            "Clients behind these get no connection to the brokers until you accept them: {}. \
             Accept or reject them{how}.",
            told.join(", ")
        ),
    );
    Some(found.at("endpoint_service"))
}

fn hostname_changes(before: &Config, after: &Config) -> Option<Diagnostic> {
    let (from, to) = (before.hostname.known()?, after.hostname.known()?);
    (hostname::canonical(from) != hostname::canonical(to)).then(|| {
        Diagnostic::warning(
            "The hostname changes",
            format!(
                "Brokers advertise {from} until their configuration is changed: set their \
                 advertised listeners to {to}, restart them, and make sure that their \
                 certificates carry the new name. Until this apply ends, both names resolve."
            ),
        )
        .at("hostname")
    })
}

fn protocol_changes(before: &Config, after: &Config) -> Option<Diagnostic> {
    let (from, to) = (
        before.listener.protocol.known()?,
        after.listener.protocol.known()?,
    );
    (from != to).then(|| {
        Diagnostic::warning(
            "The protocol of all listeners changes",
            format!(
                "Every client's next connection is answered with {} instead of {}: clients have \
                 to be configured for it at the same time.",
                to.as_str(),
                from.as_str()
            ),
        )
        .at(Path::of("listener").attribute("protocol"))
    })
}

/// A port that was additional before is known to the broker.
fn ports_move(before: &Config, after: &Config) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let ports = (before.bootstrap_port.known(), after.bootstrap_port.known());
    if let (Some(from), Some(to)) = ports
        && from != to
    {
        found.push(
            Diagnostic::warning(
                "The bootstrap port moves",
                format!(
                    "Clients are to begin on port {to} instead of {from}: change their \
                     bootstrap.servers. Established clients are not affected."
                ),
            )
            .at("bootstrap_port"),
        );
    }
    let (Some(was), Some(is)) = (before.brokers.known(), after.brokers.known()) else {
        return found;
    };
    for (id, broker) in is {
        let Some(old) = was.get(id) else { continue };
        let (Some(from), Some(to)) = (old.port.known(), broker.port.known()) else {
            continue;
        };
        let has = |ports: &Maybe<std::collections::BTreeSet<Maybe<u16>>>, port: u16| {
            ports
                .known()
                .is_some_and(|ports| ports.contains(&Maybe::Known(port)))
        };
        if from != to && after.bootstrap_port.known() == Some(from) {
            // Bootstrap goes on leading to it there, to it alone as long as there is no other.
            if is.len() > 1 {
                found.push(parts(*id, *from, *to));
            }
        } else if from != to && !has(&broker.additional_ports, *from) {
            found.push(
                Diagnostic::warning(
                    format!("The port of broker {id} moves"),
                    format!(
                        "Clients reach broker {id} on port {from} until it advertises {to}, which \
                         a broker does after a restart. To move it without an outage, keep {from} \
                         in additional_ports until then."
                    ),
                )
                .at(Path::of("brokers").key(id.to_string()).attribute("port")),
            );
        }
    }
    found
}

/// A broker had the bootstrap port to itself, and gets others beside it.
fn parts(id: BrokerId, from: u16, to: u16) -> Diagnostic {
    Diagnostic::warning(
        format!("The port of broker {id} moves"),
        format!(
            "Clients reach broker {id} on port {from} until it advertises {to}, which a broker does \
             after a restart, and from this apply on {from} leads to every broker. To let nobody \
             come out at another broker, give broker {id} the port {to} first, restart it, and add \
             the others then."
        ),
    )
    .at(Path::of("brokers").key(id.to_string()).attribute("port"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::model::{
        Key, Object, Seen,
        object::{Endpoint, load_balancer::IpAddressType},
    };

    fn connection(endpoint: Option<&str>, owner: &str, state: &str) -> Connection {
        Connection {
            endpoint_id: endpoint.map(str::to_owned),
            id: None,
            owner: owner.to_owned(),
            state: state.to_owned(),
            ..Connection::default()
        }
    }

    #[test]
    fn who_waits_is_told_and_nobody_else() {
        let mut observed = Observed {
            connections: vec![
                connection(Some("vpce-1"), "111111111111", "available"),
                connection(Some("vpce-2"), "222222222222", "PendingAcceptance"),
                connection(Some("vpce-3"), "333333333333", "rejected"),
                connection(Some("vpce-4"), "444444444444", "pending"),
                connection(None, "555555555555", "pendingAcceptance"),
            ],
            ..Observed::default()
        };
        let nothing = Foresight::default();
        let told = waiting(&nothing, &observed).unwrap();
        assert_eq!(told.severity, tfplugin::Severity::Warning);
        assert!(
            told.detail.contains("vpce-2 of account 222222222222"),
            "{told:?}"
        );
        assert!(told.detail.contains("of account 555555555555"), "{told:?}");
        for other in ["vpce-1", "vpce-3", "vpce-4"] {
            assert!(!told.detail.contains(other), "{other}: {told:?}");
        }
        let own = Object::Endpoint(Endpoint {
            service: Default::default(),
            service_region: None,
            vpc: Maybe::Unknown,
            subnets: Default::default(),
            security_groups: Default::default(),
            ip_address_type: IpAddressType::Ipv4,
            accepted: false,
            tags: Default::default(),
        });
        let key = Key::only(Slot::Endpoint);
        let own = Seen::newborn(own, Maybe::Known("vpce-2".to_owned()));
        observed.objects.insert(key, own);
        let told = waiting(&nothing, &observed).unwrap();
        assert!(!told.detail.contains("vpce-2"), "{told:?}");
        observed.connections.truncate(4);
        assert_eq!(waiting(&nothing, &observed), None);
    }
}
