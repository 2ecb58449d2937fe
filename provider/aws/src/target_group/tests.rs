use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types::{
    ProtocolEnum, TargetDescription, TargetHealth, TargetHealthStateEnum,
};

use super::*;
use engine::model::Scope;

fn raw(tags: &[(&str, &str)], targets: &[&str]) -> Raw {
    let healthy = TargetHealth::builder().state(TargetHealthStateEnum::Healthy);
    Raw {
        group: SdkGroup::builder()
            .target_group_arn("arn:tg")
            .target_group_name("orders-3-9f2c1a")
            .target_type(TargetTypeEnum::Ip)
            .protocol(ProtocolEnum::Tcp)
            .port(9092)
            .vpc_id("vpc-1")
            .build(),
        tags: tags
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
        attributes: Vec::new(),
        health: targets
            .iter()
            .map(|id| {
                TargetHealthDescription::builder()
                    .target(TargetDescription::builder().id(*id).port(9092).build())
                    .target_health(healthy.clone().build())
                    .build()
            })
            .collect(),
    }
}

fn group(raw: &Raw) -> TargetGroup {
    let scope = Scope::default();
    let claims = Claims::new(&scope, "mine".to_owned(), BTreeMap::new());
    let mut sight = Sight::new(&claims);
    let key = see(&mut sight, raw, &[]).unwrap();
    match sight.observed.objects.remove(&key).map(|seen| seen.object) {
        Some(Object::TargetGroup(group)) => group,
        other => panic!("{other:?}"),
    }
}

const OURS: [(&str, &str); 2] = [(tags::OWNER, "mine"), (tags::RESOURCE, "target-group/3")];

#[test]
fn what_is_not_reported_has_awss_default() {
    let group = group(&raw(&OURS, &["10.0.1.11"]));
    assert_eq!(group.role, Role::Broker(3));
    assert_eq!(group.family, IpFamily::Ipv4);
    assert_eq!(group.health_check.port, "traffic-port");
    assert_eq!(group.health_check.healthy_threshold, 5);
    assert_eq!(group.health_check.unhealthy_threshold, 2);
    assert!(!group.attributes.preserve_client_ip);
}

#[test]
fn the_target_that_a_group_was_made_for_outlives_its_registration() {
    let tagged = [OURS[0], OURS[1], (tags::TARGET, "10.0.1.11:9092")];
    for targets in [&[][..], &["10.0.1.66"], &["10.0.1.11", "10.0.1.66"]] {
        let made_for = group(&raw(&tagged, targets)).made_for.unwrap();
        assert_eq!(made_for.to_string(), "10.0.1.11:9092");
    }
    // Without the tag, the one target it has tells.
    let made_for = group(&raw(&OURS, &["10.0.1.66"])).made_for;
    assert_eq!(made_for.unwrap().to_string(), "10.0.1.66:9092");
    assert_eq!(
        group(&raw(&OURS, &["10.0.1.66", "10.0.1.67"])).made_for,
        None
    );
    let bootstrap = [OURS[0], (tags::RESOURCE, "target-group/bootstrap")];
    assert_eq!(group(&raw(&bootstrap, &["10.0.1.66"])).made_for, None);
}
