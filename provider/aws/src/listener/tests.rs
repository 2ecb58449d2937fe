use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types::{ForwardActionConfig, TargetGroupTuple};

use super::*;
use crate::claim::Claims;
use engine::model::{Scope, tags};

fn on(port: i32, protocol: ProtocolEnum, groups: &[&str]) -> SdkListener {
    let tuples = groups
        .iter()
        .map(|arn| TargetGroupTuple::builder().target_group_arn(*arn).build())
        .collect();
    let config = ForwardActionConfig::builder().set_target_groups(Some(tuples));
    SdkListener::builder()
        .listener_arn(format!("arn:listener/{port}"))
        .port(port)
        .protocol(protocol)
        .ssl_policy("ELBSecurityPolicy-TLS13-1-2-2021-06")
        .certificates(Certificate::builder().certificate_arn("arn:cert").build())
        .default_actions(
            Action::builder()
                .r#type(ActionTypeEnum::Forward)
                .forward_config(config.build())
                .build(),
        )
        .build()
}

fn raw(listener: SdkListener, owner: &str) -> Raw {
    Raw {
        listener,
        tags: RawTags::from([(tags::OWNER.to_owned(), owner.to_owned())]),
        attributes: Vec::new(),
    }
}

#[test]
fn tls_settings_are_seen_on_tls_listeners_only() {
    let scope = Scope::default();
    let claims = Claims::new(&scope, "mine".to_owned(), BTreeMap::new());
    let mut sight = Sight::new(&claims);
    for (protocol, certificate) in [
        (ProtocolEnum::Tcp, None),
        (ProtocolEnum::Tls, Some(Maybe::from("arn:cert"))),
    ] {
        let key = see(&mut sight, &raw(on(6001, protocol, &[]), "mine")).unwrap();
        match &sight.observed.objects[&key].object {
            Object::Listener(listener) => {
                assert_eq!(listener.certificate, certificate);
                assert_eq!(listener.ssl_policy.is_some(), certificate.is_some());
                assert_eq!(listener.idle_timeout_seconds, 350);
                assert_eq!(listener.forward, None);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_listener_of_another_owner_is_foreign() {
    let scope = Scope::default();
    let claims = Claims::new(&scope, "mine".to_owned(), BTreeMap::new());
    let mut sight = Sight::new(&claims);
    let theirs = raw(on(6001, ProtocolEnum::Tcp, &[]), "theirs");
    assert_eq!(see(&mut sight, &theirs), None);
    assert!(sight.observed.foreign_listeners.contains(&6001));
    assert!(sight.observed.foreign.contains_key(&Slot::Listener(6001)));
}

#[test]
fn only_one_group_is_forwarded_to() {
    let to = |groups: &[&str]| forwards_to(&on(1, ProtocolEnum::Tcp, groups)).map(str::to_owned);
    assert_eq!(to(&["arn:a"]).as_deref(), Some("arn:a"));
    assert_eq!(to(&["arn:a", "arn:b"]), None);
    let mut plain = on(1, ProtocolEnum::Tcp, &[]);
    plain.default_actions = Some(vec![
        Action::builder()
            .r#type(ActionTypeEnum::Forward)
            .target_group_arn("arn:c")
            .build(),
    ]);
    assert_eq!(forwards_to(&plain), Some("arn:c"));
}
