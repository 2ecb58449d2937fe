use aws_sdk_ec2::operation::create_vpc_endpoint::CreateVpcEndpointInput;

use super::*;
use crate::client::{Clients, Regional, Secret, Settings};
use engine::model::{
    Key, Maybe, Object, Observed, Scope, Slot,
    object::{GroupRef, Service, load_balancer::IpAddressType},
    sight::seen,
};

const GIVEN: &str = "com.amazonaws.vpce.eu-west-1.vpce-svc-0given";

/// Clients that nobody has to answer.
async fn regional() -> Regional {
    let settings = Settings {
        region: Some("eu-central-1".to_owned()),
        access_key: Some("AKIDEXAMPLE".to_owned()),
        secret_key: Some(Secret::new("hunter2")),
        ..Settings::default()
    };
    Clients::new(settings).unwrap().region(None).await.unwrap()
}

fn endpoint(service: ServiceRef, service_region: Option<Maybe<String>>) -> Endpoint {
    Endpoint {
        service,
        service_region,
        vpc: "vpc-1".into(),
        subnets: ["subnet-x".into(), "subnet-y".into()].into(),
        security_groups: [GroupRef::Given("sg-1".into())].into(),
        ip_address_type: IpAddressType::Ipv4,
        accepted: true,
        tags: Default::default(),
    }
}

fn key(endpoint: &Endpoint) -> Key {
    Key::new(Slot::Endpoint, endpoint.generation())
}

async fn asked(
    endpoint: &Endpoint,
    observed: &Observed,
) -> Result<CreateVpcEndpointInput, CloudError> {
    let context = Context {
        aws: &regional().await,
        owner: "mine",
        scope: &Scope::default(),
        token: "token-1",
        key: key(endpoint),
        observed,
    };
    let request = request(context, endpoint)?;
    Ok(request.as_input().clone().build().unwrap())
}

/// A path with a service of its own beside it.
fn with_own_service() -> Observed {
    let service = Object::Service(Service {
        load_balancer: None,
        acceptance_required: true,
        principals: Default::default(),
        ip_address_types: Default::default(),
        regions: Default::default(),
        tags: Default::default(),
    });
    let mut service = seen("vpce-svc-0own", true, service);
    service.outputs.service_name = "com.amazonaws.vpce.eu-central-1.vpce-svc-0own".into();
    let mut observed = Observed::default();
    observed.objects.insert(Key::only(Slot::Service), service);
    observed
}

#[tokio::test]
async fn an_endpoint_asks_for_a_given_service_by_its_name() {
    let given = || ServiceRef::Given(GIVEN.into());
    for observed in [Observed::default(), with_own_service()] {
        let asked = asked(&endpoint(given(), None), &observed).await.unwrap();
        assert_eq!(asked.service_name(), Some(GIVEN));
        assert_eq!(asked.service_region(), None);
        assert_eq!(asked.vpc_id(), Some("vpc-1"));
        assert_eq!(asked.subnet_ids(), ["subnet-x", "subnet-y"]);
        assert_eq!(asked.security_group_ids(), ["sg-1"]);
        assert_eq!(asked.private_dns_enabled(), Some(false));
        assert_eq!(asked.client_token(), Some("token-1"));
    }
    let elsewhere = endpoint(given(), Some("eu-west-1".into()));
    let asked = asked(&elsewhere, &Observed::default()).await.unwrap();
    assert_eq!(asked.service_region(), Some("eu-west-1"));
}

#[tokio::test]
async fn an_endpoint_of_the_path_asks_for_the_service_that_was_seen() {
    let own = endpoint(ServiceRef::default(), None);
    let seen = asked(&own, &with_own_service()).await.unwrap();
    let name = "com.amazonaws.vpce.eu-central-1.vpce-svc-0own";
    assert_eq!(seen.service_name(), Some(name));
    assert_eq!(seen.service_region(), None);
    let unseen = asked(&own, &Observed::default()).await.unwrap_err();
    assert_eq!(unseen.kind, ErrorKind::NotYet);
}

#[tokio::test]
async fn nothing_is_accepted_on_a_given_service() {
    let given = endpoint(ServiceRef::Given(GIVEN.into()), None);
    let key = key(&given);
    let mut observed = with_own_service();
    let made = seen("vpce-1", true, Object::Endpoint(given));
    observed.objects.insert(key, made);
    let context = Context {
        aws: &regional().await,
        owner: "mine",
        scope: &Scope::default(),
        token: "token-1",
        key,
        observed: &observed,
    };
    // Nobody listens: a call would end otherwise.
    let refused = change(context, &Change::Accept).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Invalid);
    assert!(refused.message.contains("owner"), "{refused}");
}
