use std::collections::BTreeMap;

use aws_sdk_ec2::{
    primitives::DateTime,
    types::{DnsEntry, ServiceConnectivityType, ServiceState, State, SupportedRegionDetail},
};

use super::*;
use engine::model::Scope;

fn configuration(state: ServiceState) -> ServiceConfiguration {
    let region = |name: &str, state: &str| {
        SupportedRegionDetail::builder()
            .region(name)
            .service_state(state)
            .build()
    };
    ServiceConfiguration::builder()
        .service_id("vpce-svc-1")
        .service_name("com.amazonaws.vpce.us-east-1.vpce-svc-1")
        .service_state(state)
        .acceptance_required(true)
        .network_load_balancer_arns("arn:another")
        .supported_ip_address_types(ServiceConnectivityType::Ipv4)
        .supported_regions(region("us-east-1", "Available"))
        .supported_regions(region("eu-west-1", "Available"))
        .supported_regions(region("eu-west-2", "Deleting"))
        .build()
}

fn seen_as(configuration: ServiceConfiguration) -> Option<Seen> {
    let scope = Scope {
        service_id: Some("vpce-svc-1".to_owned()),
        ..Scope::default()
    };
    let claims = Claims::new(&scope, String::new(), BTreeMap::new());
    let mut sight = Sight::new(&claims);
    let raw = Raw {
        configuration,
        principals: vec![AllowedPrincipal::builder().principal("*").build()],
        connections: Vec::new(),
    };
    let key = see(&mut sight, &raw)?;
    sight.observed.objects.remove(&key)
}

#[test]
fn the_own_region_says_nothing() {
    let seen = seen_as(configuration(ServiceState::Available)).unwrap();
    match &seen.object {
        Object::Service(service) => {
            assert_eq!(service.regions, ["eu-west-1".into()].into());
            assert_eq!(service.principals, ["*".into()].into());
            assert_eq!(service.ip_address_types, [IpFamily::Ipv4].into());
            // It fronts one that was not seen to be ours.
            assert_eq!(service.load_balancer, None);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn states_are_what_they_mean() {
    for (state, life) in [
        (ServiceState::Pending, Some(Life::Coming)),
        (ServiceState::Available, Some(Life::Ready)),
        (ServiceState::Deleting, Some(Life::Going)),
        (ServiceState::Deleted, None),
    ] {
        assert_eq!(seen_as(configuration(state)).map(|seen| seen.life), life);
    }
}

/// Such as a transit gateway's.
#[test]
fn a_connection_without_an_endpoint_is_seen() {
    let connection = VpcEndpointConnection::builder()
        .vpc_endpoint_connection_id("vpce-con-1")
        .vpc_endpoint_owner("111111111111")
        .vpc_endpoint_state(State::Available)
        .build();
    let seen = connected(&[connection]);
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].endpoint_id, None);
    assert!(seen[0].is_live());
    assert!(seen[0].name().contains("vpce-con-1"));
}

#[test]
fn connections_keep_awss_words_in_a_stable_order() {
    let connection = |id: &str, state: &str| {
        VpcEndpointConnection::builder()
            .vpc_endpoint_id(id)
            .vpc_endpoint_owner("111111111111")
            .vpc_endpoint_state(State::from(state))
            .build()
    };
    let seen = connected(&[
        connection("vpce-2", "available"),
        connection("vpce-1", "pendingAcceptance"),
    ]);
    let words: Vec<_> = seen.iter().map(|it| it.state.as_str()).collect();
    assert_eq!(words, ["pendingAcceptance", "available"]);
}

#[test]
fn connections_tell_of_their_endpoints() {
    let name = |name: &str| DnsEntry::builder().dns_name(name).build();
    let endpoint = VpcEndpointConnection::builder()
        .vpc_endpoint_id("vpce-1")
        .vpc_endpoint_owner("210987654321")
        .vpc_endpoint_state(State::PendingAcceptance)
        .vpc_endpoint_region("eu-west-1")
        .creation_timestamp(DateTime::from_secs(1_769_860_800))
        .dns_entries(name("vpce-1.amazonaws.com"))
        .dns_entries(name("vpce-1-a.amazonaws.com"))
        .build();
    let bare = VpcEndpointConnection::builder().build();
    let [bare, endpoint] = &connected(&[endpoint, bare])[..] else {
        panic!("two connections");
    };
    assert_eq!(*bare, Connection::default());
    assert_eq!(endpoint.region.as_deref(), Some("eu-west-1"));
    assert_eq!(endpoint.created_at.as_deref(), Some("2026-01-31T12:00:00Z"));
    assert_eq!(endpoint.dns_names.len(), 2);
}
