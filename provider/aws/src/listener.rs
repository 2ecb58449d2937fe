//! Listeners of the load balancer.

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, Certificate, Listener as SdkListener, ListenerAttribute, ProtocolEnum,
};

use super::{
    claim::{Claim, RawTags},
    client::Regional,
    elb_tags,
    operation::{Context, Operation},
    sight::{Sight, seen},
    target_group,
};
use engine::model::{
    Key, Maybe, Object, Seen, Slot,
    object::{
        Listener,
        listener::{Change, DEFAULT_IDLE_TIMEOUT_SECONDS},
        target_group::Protocol,
    },
};
use engine::reconcile::{CloudError, ErrorKind};

const IDLE_TIMEOUT: &str = "tcp.idle_timeout.seconds";

/// A listener and what takes calls of their own.
pub(super) struct Raw {
    pub(super) listener: SdkListener,
    pub(super) tags: RawTags,
    pub(super) attributes: Vec<ListenerAttribute>,
}

pub(super) async fn of_balancer(
    aws: &Regional,
    balancer_arn: &str,
) -> Result<Vec<SdkListener>, CloudError> {
    let pages = aws
        .elb
        .describe_listeners()
        .load_balancer_arn(balancer_arn)
        .into_paginator()
        .items()
        .send();
    match aws
        .gate
        .call("DescribeListeners", pages.try_collect())
        .await
    {
        Err(error) if error.kind == ErrorKind::NotFound => Ok(Vec::new()),
        answer => answer,
    }
}

/// Only TCP listeners have attributes; asking for others' is an error.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html>
pub(super) async fn attributes(
    aws: &Regional,
    listener: &SdkListener,
) -> Result<Vec<ListenerAttribute>, CloudError> {
    let (Some(arn), Some(ProtocolEnum::Tcp)) = (listener.listener_arn(), listener.protocol())
    else {
        return Ok(Vec::new());
    };
    let call = aws.elb.describe_listener_attributes().listener_arn(arn);
    match aws
        .gate
        .call("DescribeListenerAttributes", call.send())
        .await
    {
        Ok(answer) => Ok(answer.attributes.unwrap_or_default()),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Its place, if it is ours; else it is noted as a foreign one.
pub(super) fn see(sight: &mut Sight<'_>, raw: &Raw) -> Option<Key> {
    let arn = raw.listener.listener_arn()?;
    let port = u16::try_from(raw.listener.port()?).ok()?;
    let slot = Slot::Listener(port);
    let Claim::Ours { owned, .. } = sight.claims.claim(arn, &raw.tags) else {
        sight.observed.foreign_listeners.insert(port);
        sight
            .observed
            .foreign
            .insert(slot, format!("listener {arn}"));
        return None;
    };
    let mut seen = describe(sight, raw)?;
    seen.owned = owned;
    Some(sight.place(slot, seen))
}

/// A listener, whosever it is.
pub(super) fn describe(sight: &Sight<'_>, raw: &Raw) -> Option<Seen> {
    let arn = raw.listener.listener_arn()?;
    let port = u16::try_from(raw.listener.port()?).ok()?;
    let before = sight.claims.before(arn);
    let known = before.and_then(|seen| seen.object.as_listener());
    let protocol = target_group::protocol(
        raw.listener.protocol().map(ProtocolEnum::as_str),
        known.map(|it| it.protocol),
    );
    let tls = |value: Option<&str>| match protocol {
        Protocol::Tls => value.map(Maybe::from),
        Protocol::Tcp | Protocol::Other => None,
    };
    // Of a TLS listener both are there, told or not.
    let kept = |before: Option<Maybe<String>>| before.filter(|_| protocol == Protocol::Tls);
    let certificates = raw.listener.certificates();
    let object = Listener {
        port,
        protocol,
        // A listener has an action always.
        forward: match raw.listener.default_actions() {
            [] => known.and_then(|it| it.forward),
            _ => forwards_to(&raw.listener).and_then(|arn| sight.key(arn)),
        },
        certificate: tls(certificates.first().and_then(Certificate::certificate_arn))
            .or_else(|| kept(known.and_then(|it| it.certificate.clone()))),
        ssl_policy: tls(raw.listener.ssl_policy())
            .or_else(|| kept(known.and_then(|it| it.ssl_policy.clone()))),
        idle_timeout_seconds: raw
            .attributes
            .iter()
            .find(|attribute| attribute.key() == Some(IDLE_TIMEOUT))
            .and_then(|attribute| attribute.value()?.parse().ok())
            .or(known
                .filter(|_| protocol == Protocol::Tcp)
                .map(|it| it.idle_timeout_seconds))
            .unwrap_or(DEFAULT_IDLE_TIMEOUT_SECONDS),
        tags: sight.claims.visible(&raw.tags),
    };
    Some(seen(arn, false, Object::Listener(object)))
}

/// The ARN of the one group that a listener forwards to.
pub(super) fn forwards_to(listener: &SdkListener) -> Option<&str> {
    let [action] = listener.default_actions() else {
        return None;
    };
    match action.forward_config().map(|config| config.target_groups()) {
        Some([group]) => group.target_group_arn(),
        Some([_, ..]) => None,
        Some([]) | None => action.target_group_arn(),
    }
}

pub(super) async fn create(
    context: Context<'_>,
    listener: &Listener,
) -> Result<String, CloudError> {
    let operation = context.operation("CreateListener");
    let forward = listener.forward.ok_or_else(|| {
        let message = "there is no target group to forward to";
        operation.error(ErrorKind::Invalid, message)
    })?;
    let call = context
        .aws
        .elb
        .create_listener()
        .load_balancer_arn(operation.id(Key::only(Slot::LoadBalancer))?)
        .port(i32::from(listener.port))
        .protocol(ProtocolEnum::from(listener.protocol.as_str()))
        .default_actions(forward_to(operation, forward)?)
        .set_certificates(certificates(operation, listener.certificate.as_ref())?)
        .set_ssl_policy(policy(listener.ssl_policy.as_ref()))
        .set_tags(Some(elb_tags::sdk(operation, &listener.tags)?));
    let answer = operation.send(call.send()).await?;
    let first = answer.listeners().first();
    let arn = operation.made(first.and_then(SdkListener::listener_arn))?;
    elb_tags::check_owner(context, operation.name, &arn).await?;
    Ok(arn)
}

pub(super) async fn delete(context: Context<'_>) -> Result<(), CloudError> {
    let operation = context.operation("DeleteListener");
    let arn = operation.own_id()?;
    let call = context.aws.elb.delete_listener().listener_arn(arn);
    operation.send(call.send()).await.map(drop)
}

pub(super) async fn change(context: Context<'_>, change: &Change) -> Result<(), CloudError> {
    let elb = &context.aws.elb;
    match change {
        Change::Modify {
            protocol,
            forward,
            certificate,
            ssl_policy,
        } => {
            let operation = context.operation("ModifyListener");
            let call = elb
                .modify_listener()
                .listener_arn(operation.own_id()?)
                .protocol(ProtocolEnum::from(protocol.as_str()))
                .default_actions(forward_to(operation, *forward)?)
                .set_certificates(certificates(operation, certificate.as_ref())?)
                .set_ssl_policy(policy(ssl_policy.as_ref()));
            operation.send(call.send()).await.map(drop)
        }
        Change::SetIdleTimeout(seconds) => {
            let operation = context.operation("ModifyListenerAttributes");
            let attribute = ListenerAttribute::builder()
                .key(IDLE_TIMEOUT)
                .value(seconds.to_string());
            let call = elb
                .modify_listener_attributes()
                .listener_arn(operation.own_id()?)
                .attributes(attribute.build());
            operation.send(call.send()).await.map(drop)
        }
    }
}

fn forward_to(operation: Operation<'_>, group: Key) -> Result<Action, CloudError> {
    Ok(Action::builder()
        .r#type(ActionTypeEnum::Forward)
        .target_group_arn(operation.id(group)?)
        .build())
}

fn certificates(
    operation: Operation<'_>,
    certificate: Option<&Maybe<String>>,
) -> Result<Option<Vec<Certificate>>, CloudError> {
    certificate
        .map(|arn| {
            let arn = operation.known("the certificate", arn)?;
            Ok(vec![Certificate::builder().certificate_arn(arn).build()])
        })
        .transpose()
}

/// AWS chooses, or keeps what it has, where none is given.
fn policy(policy: Option<&Maybe<String>>) -> Option<String> {
    policy.and_then(|name| name.known().cloned())
}

#[cfg(test)]
mod tests;
