//! The interface endpoint.

pub(super) mod interfaces;
mod write;

use aws_sdk_ec2::types::{Filter, VpcEndpoint};

use super::{
    claim::{Claim, Claims},
    client::Regional,
    ec2_tags,
    sight::{Sight, all_or_before, or_before, seen},
};
use engine::model::{
    Key, Life, Maybe, Object, Outputs, Seen, Slot,
    object::{Endpoint, load_balancer::IpAddressType},
    observed::Stranger,
    tags,
};
use engine::reconcile::CloudError;
pub(super) use write::{accepted_before, change, create, delete};

/// Endpoints that carry our owner id, and those known by id.
pub(super) async fn find(
    aws: &Regional,
    claims: &Claims<'_>,
) -> Result<Vec<VpcEndpoint>, CloudError> {
    let mut found = match claims.owner.as_str() {
        "" => Vec::new(),
        owner => describe(aws, ec2_tags::filter(tags::OWNER, owner)).await?,
    };
    let mut ids = claims.ids(|slot| slot == Slot::Endpoint);
    ids.extend(claims.scope.endpoint_id.clone());
    ids.sort_unstable();
    ids.dedup();
    ids.retain(|id| {
        !found
            .iter()
            .any(|endpoint| endpoint.vpc_endpoint_id() == Some(id))
    });
    found.extend(by_ids(aws, ids).await?);
    Ok(found)
}

/// Endpoints with our name and another owner.
pub(super) async fn strangers(
    aws: &Regional,
    claims: &Claims<'_>,
) -> Result<Vec<Stranger>, CloudError> {
    let filter = ec2_tags::filter(tags::NAME, &claims.scope.name);
    let endpoints = describe(aws, filter).await?;
    let stays = |it: &&VpcEndpoint| life(it).is_some_and(|(_, life)| life != Life::Going);
    let staying = endpoints.iter().filter(stays);
    Ok(staying
        .filter_map(|it| claims.stranger(it.vpc_endpoint_id()?, &ec2_tags::raw(it.tags())))
        .collect())
}

/// These endpoints; those that are gone are left out.
pub(super) async fn by_ids(
    aws: &Regional,
    ids: Vec<String>,
) -> Result<Vec<VpcEndpoint>, CloudError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let filter = Filter::builder()
        .name("vpc-endpoint-id")
        .set_values(Some(ids))
        .build();
    describe(aws, filter).await
}

pub(super) async fn describe(
    aws: &Regional,
    filter: Filter,
) -> Result<Vec<VpcEndpoint>, CloudError> {
    let pages = aws
        .ec2
        .describe_vpc_endpoints()
        .filters(filter)
        .into_paginator()
        .items()
        .send();
    aws.gate
        .call("DescribeVpcEndpoints", pages.try_collect())
        .await
}

/// Its place, if it is ours. Its groups must have been seen before. `region`: its own.
pub(super) fn see(sight: &mut Sight<'_>, endpoint: &VpcEndpoint, region: &str) -> Option<Key> {
    let id = endpoint.vpc_endpoint_id()?;
    let tags = ec2_tags::raw(endpoint.tags());
    let named = sight.claims.scope.endpoint_id.as_deref() == Some(id);
    let owned = match sight.claims.claim(id, &tags) {
        Claim::Ours { owned, .. } => owned,
        // Whoever named it wants it.
        Claim::Nobodys | Claim::Foreign if named => false,
        Claim::Nobodys | Claim::Foreign => return None,
    };
    let (word, life) = life(endpoint)?;
    let before = sight.claims.before(id);
    let known = before.and_then(|seen| seen.object.as_endpoint());
    let subnets = endpoint.subnet_ids().iter().cloned().map(Maybe::Known);
    let groups = endpoint.groups().iter();
    let groups = sight.group_refs(groups.filter_map(|group| group.group_id()));
    let object = Endpoint {
        service: sight.service_ref(endpoint.service_name(), known),
        service_region: match endpoint.service_region() {
            Some(other) => (other != region).then(|| other.into()),
            None => known.and_then(|it| it.service_region.clone()),
        },
        vpc: or_before(endpoint.vpc_id(), known.map(|it| &it.vpc)),
        // An interface endpoint has both always.
        subnets: all_or_before(subnets.collect(), known.map(|it| &it.subnets)),
        security_groups: all_or_before(groups, known.map(|it| &it.security_groups)),
        ip_address_type: endpoint
            .ip_address_type()
            .and_then(|kind| IpAddressType::parse(kind.as_str()))
            .or(known.map(|it| it.ip_address_type))
            .unwrap_or(IpAddressType::Ipv4),
        accepted: accepted(&word),
        tags: sight.claims.visible(&tags),
    };
    let mut seen = seen(id, owned, Object::Endpoint(object));
    seen.life = life;
    seen.outputs = outputs(endpoint, id, &word, before.map(|seen| &seen.outputs));
    Some(sight.place(Slot::Endpoint, seen))
}

/// A service's owner let in what is past `pendingAcceptance` and was not sent away.
fn accepted(word: &str) -> bool {
    ["pending", "available", "partial", "deleting", ""]
        .iter()
        .any(|state| state.eq_ignore_ascii_case(word))
}

/// AWS's word and what it means; `None` if it is gone. AWS writes `pendingAcceptance` where its own
/// model of the API has `PendingAcceptance`.
fn life(endpoint: &VpcEndpoint) -> Option<(String, Life)> {
    let word = endpoint
        .state()
        .map(|state| state.as_str())
        .unwrap_or_default();
    let reason = || {
        let said = endpoint
            .last_error()
            .and_then(|error| error.message())
            .or(endpoint.failure_reason());
        match said {
            Some(said) => format!("{word}: {said}"),
            None => word.to_owned(),
        }
    };
    let life = match word.to_ascii_lowercase().as_str() {
        // Of one without a state AWS says when it is asked for more.
        "available" | "" => Life::Ready,
        "deleting" => Life::Going,
        "deleted" => return None,
        // Nothing leads back from these to `available`.
        "failed" | "expired" | "partial" => Life::Failed(reason()),
        // A rejected one may be accepted again.
        _ => Life::Coming,
    };
    Some((word.to_owned(), life))
}

fn outputs(endpoint: &VpcEndpoint, id: &str, word: &str, before: Option<&Outputs>) -> Outputs {
    let regional = endpoint
        .dns_entries()
        .iter()
        .find(|entry| entry.dns_name().is_some_and(|name| is_regional(name, id)));
    Outputs {
        dns_name: or_before(
            regional.and_then(|entry| entry.dns_name()),
            before.map(|it| &it.dns_name),
        )
        .map(|name| plain(&name)),
        hosted_zone_id: or_before(
            regional.and_then(|entry| entry.hosted_zone_id()),
            before.map(|it| &it.hosted_zone_id),
        ),
        network_interface_ids: Maybe::Known(
            endpoint.network_interface_ids().iter().cloned().collect(),
        ),
        state: word.into(),
        ..Outputs::default()
    }
}

/// The regional name is `ID-HASH.SERVICE...`, zonal names are `ID-HASH-ZONE.SERVICE...`. AWS does
/// not promise their order.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-saas.html>
pub(super) fn is_regional(name: &str, id: &str) -> bool {
    let name = plain(name);
    let label = name.split('.').next().unwrap_or_default();
    match label
        .strip_prefix(id)
        .and_then(|rest| rest.strip_prefix('-'))
    {
        Some(hash) => !hash.is_empty() && !hash.contains('-'),
        None => false,
    }
}

/// Lower case, no trailing dot.
pub(super) fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// Brings one that was seen before up to date; false if it is gone.
pub(super) fn refresh(known: &mut Seen, endpoint: &VpcEndpoint) -> bool {
    let Some((word, life)) = life(endpoint) else {
        return false;
    };
    if let Object::Endpoint(object) = &mut known.object {
        object.accepted = accepted(&word);
    }
    known.outputs = outputs(
        endpoint,
        endpoint.vpc_endpoint_id().unwrap_or_default(),
        &word,
        Some(&known.outputs),
    );
    known.life = life;
    true
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use aws_sdk_ec2::types::{DnsEntry, LastError, State};

    use super::*;
    use engine::model::Scope;

    const REGIONAL: &str = "vpce-0abc-1x2y3z.vpce-svc-1.us-east-1.vpce.amazonaws.com";

    fn endpoint(state: &str) -> VpcEndpoint {
        let entry = |name: &str, zone: &str| {
            DnsEntry::builder()
                .dns_name(name)
                .hosted_zone_id(zone)
                .build()
        };
        VpcEndpoint::builder()
            .vpc_endpoint_id("vpce-0abc")
            .vpc_id("vpc-1")
            .state(State::from(state))
            .last_error(LastError::builder().message("no capacity").build())
            .dns_entries(entry(
                "vpce-0abc-1x2y3z-us-east-1a.vpce-svc-1.us-east-1.vpce.amazonaws.com",
                "Z1",
            ))
            .dns_entries(entry(REGIONAL, "Z2"))
            .dns_entries(entry("kafka.test.com", "Z3"))
            .build()
    }

    fn seen_as(endpoint: &VpcEndpoint) -> Option<Seen> {
        let scope = Scope {
            endpoint_id: Some("vpce-0abc".to_owned()),
            ..Scope::default()
        };
        let claims = Claims::new(&scope, "mine".to_owned(), BTreeMap::new());
        let mut sight = Sight::new(&claims);
        let key = see(&mut sight, endpoint, "us-east-1")?;
        sight.observed.objects.remove(&key)
    }

    #[test]
    fn the_regional_name_is_known_by_its_shape() {
        let outputs = seen_as(&endpoint("available")).unwrap().outputs;
        assert_eq!(outputs.dns_name, REGIONAL.into());
        assert_eq!(outputs.hosted_zone_id, "Z2".into());
    }

    #[test]
    fn states_are_read_as_text_in_any_case() {
        for (state, life, accepted) in [
            ("pendingAcceptance", Life::Coming, false),
            ("PendingAcceptance", Life::Coming, false),
            ("pending", Life::Coming, true),
            ("available", Life::Ready, true),
            ("Available", Life::Ready, true),
            ("deleting", Life::Going, true),
            ("rejected", Life::Coming, false),
            (
                "failed",
                Life::Failed("failed: no capacity".to_owned()),
                false,
            ),
            (
                "expired",
                Life::Failed("expired: no capacity".to_owned()),
                false,
            ),
        ] {
            let seen = seen_as(&endpoint(state)).unwrap();
            assert_eq!(seen.life, life, "{state}");
            assert_eq!(seen.outputs.state, state.into());
            match seen.object {
                Object::Endpoint(endpoint) => assert_eq!(endpoint.accepted, accepted, "{state}"),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(seen_as(&endpoint("deleted")), None);
    }
}
