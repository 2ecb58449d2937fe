//! The private hosted zone that the resource manages.

use std::collections::BTreeSet;

use aws_sdk_route53::types::{HostedZone, HostedZoneConfig, Tag, TagResourceType, Vpc, VpcRegion};

use super::{
    claim::{Claim, Claims, RawTags},
    client::Regional,
    endpoint::plain,
    operation::{Context, Operation},
    sight::{Sight, or_before, seen},
};
use engine::model::{
    Key, Object, Slot,
    object::{DnsMode, Zone, ZoneRef},
    tags::{self, Tags},
};
use engine::reconcile::{CloudError, ErrorKind};

/// A zone and what takes calls of their own.
pub(super) struct Raw {
    pub(super) zone: HostedZone,
    pub(super) vpcs: Vec<Vpc>,
    pub(super) tags: RawTags,
}

impl Raw {
    pub(super) fn id(&self) -> &str {
        bare(self.zone.id())
    }
}

/// Zones cannot be tagged at create: one whose tags were never written is known by this.
pub(super) fn caller_reference(owner: &str, token: &str) -> String {
    format!("{}{owner}:{token}", tags::PREFIX)
}

/// Zones known by id, and those named as the hostname that a create of ours made.
pub(super) async fn find(aws: &Regional, claims: &Claims<'_>) -> Result<Vec<Raw>, CloudError> {
    let mut ids = claims.ids(|slot| slot == Slot::Zone);
    // A create that was killed may have had another mode.
    let publishes = claims.scope.dns != DnsMode::Nothing || claims.scope.unfinished;
    if let (true, None, Some(hostname), false) = (
        ids.is_empty() && publishes,
        &claims.scope.zone_id,
        &claims.scope.hostname,
        claims.owner.is_empty(),
    ) {
        ids = named(aws, hostname, &claims.owner).await?;
    }
    let mut found = Vec::new();
    for id in ids {
        found.extend(by_id(aws, &id).await?);
    }
    Ok(found)
}

async fn named(aws: &Regional, hostname: &str, owner: &str) -> Result<Vec<String>, CloudError> {
    let call = aws.route53.list_hosted_zones_by_name().dns_name(hostname);
    let answer = aws.gate.call("ListHostedZonesByName", call.send()).await?;
    let prefix = caller_reference(owner, "");
    Ok(answer
        .hosted_zones()
        .iter()
        .take_while(|zone| plain(zone.name()) == hostname)
        .filter(|zone| zone.caller_reference().starts_with(&prefix))
        .map(|zone| bare(zone.id()).to_owned())
        .collect())
}

/// `None` if it is gone.
pub(super) async fn by_id(aws: &Regional, id: &str) -> Result<Option<Raw>, CloudError> {
    let zone = aws
        .gate
        .call("GetHostedZone", aws.route53.get_hosted_zone().id(id).send());
    let tags = aws.route53.list_tags_for_resource();
    let tags = tags
        .resource_type(TagResourceType::Hostedzone)
        .resource_id(id);
    let tags = aws.gate.call("ListTagsForResource", tags.send());
    let (zone, tags) = match futures::try_join!(zone, tags) {
        Ok(answers) => answers,
        Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let Some(hosted) = zone.hosted_zone else {
        return Ok(None);
    };
    let tags = tags
        .resource_tag_set
        .map(|set| set.tags.unwrap_or_default());
    Ok(Some(Raw {
        zone: hosted,
        vpcs: zone.vpcs.unwrap_or_default(),
        tags: raw_tags(&tags.unwrap_or_default()),
    }))
}

/// Ids of the private zones that resolve in a VPC, except those that AWS's own services keep.
pub(super) async fn of_vpc(aws: &Regional, vpc: &str) -> Result<Vec<String>, CloudError> {
    let mut ids = Vec::new();
    let mut next = None;
    loop {
        let call = aws
            .route53
            .list_hosted_zones_by_vpc()
            .vpc_id(vpc)
            .vpc_region(VpcRegion::from(aws.region.as_str()))
            .set_next_token(next);
        let answer = aws.gate.call("ListHostedZonesByVPC", call.send()).await?;
        ids.extend(
            answer
                .hosted_zone_summaries()
                .iter()
                .filter(|zone| {
                    zone.owner()
                        .is_none_or(|owner| owner.owning_service().is_none())
                })
                .map(|zone| bare(zone.hosted_zone_id()).to_owned()),
        );
        next = answer.next_token;
        if next.is_none() {
            return Ok(ids);
        }
    }
}

/// Its place, if it is ours.
pub(super) fn see(sight: &mut Sight<'_>, raw: &Raw) -> Option<Key> {
    let id = raw.id();
    let born = !sight.claims.owner.is_empty()
        && raw
            .zone
            .caller_reference()
            .starts_with(&caller_reference(&sight.claims.owner, ""));
    let owned = match sight.claims.claim(id, &raw.tags) {
        Claim::Ours {
            slot: Some(Slot::Zone),
            owned,
        } => owned || born,
        _ if born => true,
        _ => return None,
    };
    let wanted = sight.claims.scope.consumer_vpc.as_deref();
    let vpc = raw
        .vpcs
        .iter()
        .find(|vpc| wanted.is_some() && vpc.vpc_id() == wanted)
        .or(raw.vpcs.first());
    let before = sight.claims.before(id);
    let known = before.and_then(|seen| match &seen.object {
        Object::Zone(zone) => Some(&zone.vpc),
        _ => None,
    });
    let object = Zone {
        name: plain(raw.zone.name()),
        vpc: or_before(vpc.and_then(Vpc::vpc_id), known),
        tags: sight.claims.visible(&raw.tags),
    };
    Some(sight.place(Slot::Zone, seen(id, owned, Object::Zone(object))))
}

pub(super) async fn create(context: Context<'_>, zone: &Zone) -> Result<String, CloudError> {
    let operation = context.operation("CreateHostedZone");
    let aws = context.aws;
    let call = aws
        .route53
        .create_hosted_zone()
        .name(&zone.name)
        .vpc(
            Vpc::builder()
                .vpc_id(operation.known("the VPC", &zone.vpc)?)
                .vpc_region(VpcRegion::from(aws.region.as_str()))
                .build(),
        )
        .hosted_zone_config(
            HostedZoneConfig::builder()
                .comment("Kafka over PrivateLink")
                .private_zone(true)
                .build(),
        )
        .caller_reference(caller_reference(context.owner, context.token));
    let answer = operation.send(call.send()).await?;
    operation.made(answer.hosted_zone().map(|zone| bare(zone.id())))
}

pub(super) async fn delete(context: Context<'_>) -> Result<(), CloudError> {
    let operation = context.operation("DeleteHostedZone");
    let id = operation.own_id()?;
    let call = context.aws.route53.delete_hosted_zone().id(id);
    operation.send(call.send()).await.map(drop)
}

/// `ChangeTagsForResource`.
pub(super) async fn write_tags(
    context: Context<'_>,
    id: &str,
    set: &Tags,
    remove: &BTreeSet<String>,
) -> Result<(), CloudError> {
    let operation = context.operation("ChangeTagsForResource");
    let add: Vec<Tag> = operation
        .tags(set)?
        .into_iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect();
    let remove: Vec<String> = remove.iter().cloned().collect();
    let call = context
        .aws
        .route53
        .change_tags_for_resource()
        .resource_type(TagResourceType::Hostedzone)
        .resource_id(id)
        .set_add_tags((!add.is_empty()).then_some(add))
        .set_remove_tag_keys((!remove.is_empty()).then_some(remove));
    operation.send(call.send()).await.map(drop)
}

fn raw_tags(tags: &[Tag]) -> RawTags {
    tags.iter()
        .filter_map(|tag| {
            Some((
                tag.key()?.to_owned(),
                tag.value().unwrap_or_default().to_owned(),
            ))
        })
        .collect()
}

/// Route 53 writes ids with their kind before them: `/hostedzone/Z123`.
pub(super) fn bare(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// The id of a zone by reference.
pub(super) fn id_of(operation: Operation<'_>, zone: &ZoneRef) -> Result<String, CloudError> {
    match zone {
        ZoneRef::Managed(key) => operation.id(*key).map(str::to_owned),
        ZoneRef::Given(id) => {
            let id = operation.known("the hosted zone", id)?;
            Ok(bare(id).to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::model::Scope;

    fn hosted(reference: &str) -> Raw {
        let zone = HostedZone::builder()
            .id("/hostedzone/Z123")
            .name("Kafka.Test.com.")
            .caller_reference(reference);
        Raw {
            zone: zone.build().unwrap(),
            vpcs: vec![
                Vpc::builder().vpc_id("vpc-other").build(),
                Vpc::builder().vpc_id("vpc-1").build(),
            ],
            tags: RawTags::new(),
        }
    }

    #[test]
    fn a_zone_without_tags_is_ours_by_its_caller_reference() {
        let scope = Scope {
            consumer_vpc: Some("vpc-1".to_owned()),
            ..Scope::default()
        };
        let claims = Claims::new(&scope, "mine".to_owned(), Default::default());
        let mut sight = Sight::new(&claims);
        for reference in [
            "kafka-privatelink:theirs:1",
            "mine",
            "kafka-privatelink:minefield:1",
        ] {
            assert_eq!(see(&mut sight, &hosted(reference)), None, "{reference}");
        }
        let key = see(&mut sight, &hosted(&caller_reference("mine", "t"))).unwrap();
        let seen = &sight.observed.objects[&key];
        assert_eq!(seen.id, "Z123".into());
        assert!(seen.owned);
        match &seen.object {
            Object::Zone(zone) => {
                assert_eq!(zone.name, "kafka.test.com");
                assert_eq!(zone.vpc, "vpc-1".into());
            }
            other => panic!("{other:?}"),
        }
    }
}
