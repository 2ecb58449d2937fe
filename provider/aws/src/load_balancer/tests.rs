use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types::{
    AvailabilityZone, LoadBalancerState, LoadBalancerStateEnum,
};

use super::*;
use engine::model::{Scope, object::GroupRef, tags};

fn balancer(state: LoadBalancerStateEnum) -> SdkBalancer {
    let zone = |name: &str, subnet: &str| {
        AvailabilityZone::builder()
            .zone_name(name)
            .subnet_id(subnet)
            .build()
    };
    SdkBalancer::builder()
        .load_balancer_arn("arn:lb")
        .load_balancer_name("orders-9f2c1a")
        .dns_name("Orders-9f2c1a-0123.elb.us-east-1.amazonaws.com")
        .canonical_hosted_zone_id("Z26RNL4JYFTOTI")
        .r#type(LoadBalancerTypeEnum::Network)
        .availability_zones(zone("us-east-1b", "subnet-b"))
        .availability_zones(zone("us-east-1a", "subnet-a"))
        .security_groups("sg-given")
        .state(
            LoadBalancerState::builder()
                .code(state)
                .reason("no free addresses")
                .build(),
        )
        .build()
}

fn sight_of(balancer: SdkBalancer, attributes: &[(&str, &str)]) -> Seen {
    let scope = Scope::default();
    let claims = Claims::new(&scope, "mine".to_owned(), BTreeMap::new());
    let mut sight = Sight::new(&claims);
    let raw = Raw {
        balancer,
        attributes: attributes
            .iter()
            .map(|(key, value)| {
                LoadBalancerAttribute::builder()
                    .key(*key)
                    .value(*value)
                    .build()
            })
            .collect(),
        tags: RawTags::from([(tags::OWNER.to_owned(), "mine".to_owned())]),
    };
    let key = see(&mut sight, &raw).unwrap();
    sight.observed.objects.remove(&key).unwrap()
}

#[test]
fn a_description_becomes_a_load_balancer() {
    let seen = sight_of(
        balancer(LoadBalancerStateEnum::Active),
        &[(CROSS_ZONE, "true"), (DELETION_PROTECTION, "false")],
    );
    let Object::LoadBalancer(object) = &seen.object else {
        panic!("{seen:?}");
    };
    assert_eq!(
        object.subnets,
        ["subnet-a".into(), "subnet-b".into()].into()
    );
    let given = GroupRef::Given("sg-given".into());
    assert_eq!(object.security_groups, [given].into());
    // AWS's default, where groups are and nothing is reported.
    assert!(object.enforce_on_private_link);
    assert!(object.cross_zone && !object.deletion_protection);
    assert!(seen.owned);
    assert_eq!(seen.life, Life::Ready);
    assert_eq!(
        seen.outputs.dns_name,
        "orders-9f2c1a-0123.elb.us-east-1.amazonaws.com".into()
    );
}

#[test]
fn states_are_what_they_mean() {
    use LoadBalancerStateEnum::{Active, ActiveImpaired, Failed, Provisioning};
    for (state, life) in [
        (Provisioning, Life::Coming),
        (Active, Life::Ready),
        (ActiveImpaired, Life::Ready),
        (Failed, Life::Failed("no free addresses".to_owned())),
    ] {
        assert_eq!(sight_of(balancer(state), &[]).life, life);
    }
}

#[test]
fn enforcement_is_on_or_off() {
    let mut off = balancer(LoadBalancerStateEnum::Active);
    off.enforce_security_group_inbound_rules_on_private_link_traffic = Some("off".to_owned());
    let mut bare = balancer(LoadBalancerStateEnum::Active);
    bare.security_groups = None;
    for balancer in [off, bare] {
        let Object::LoadBalancer(object) = sight_of(balancer, &[]).object else {
            panic!("not a load balancer");
        };
        assert!(!object.enforce_on_private_link);
    }
}
