//! How names resolve in the endpoint's VPC.

use aws_sdk_ec2::types::VpcAttributeName;
use aws_sdk_route53::types::VpcRegion;
use futures::join;

use super::recall::Asking;
use crate::{alias, client::Regional, endpoint::plain, zone::bare};
use engine::model::survey::{HostedZone, PrivateZone, Reading, Record};
use engine::reconcile::{CloudError, ErrorKind};

/// Pages of 100 private zones that are read of a VPC; a zone behind them is not seen to be in the
/// way. A survey of everything else makes nine calls, for brokers have addresses or are instances.
const PAGES: usize = 3;

/// `enableDnsSupport`, `enableDnsHostnames`, and the private zones that resolve there.
pub(super) async fn of_vpc(
    aws: &Regional,
    asking: &Asking,
    vpc: Option<&str>,
) -> (
    Reading<Option<bool>>,
    Reading<Option<bool>>,
    Reading<Vec<PrivateZone>>,
) {
    let Some(vpc) = vpc else {
        return (Reading::NotAsked, Reading::NotAsked, Reading::NotAsked);
    };
    let memo = &asking.answers.private_zones;
    let zones = asking.ask(
        "route53:ListHostedZonesByVPC",
        memo,
        vpc.to_owned(),
        private_zones(aws, vpc),
    );
    join!(
        attribute(aws, asking, vpc, VpcAttributeName::EnableDnsSupport),
        attribute(aws, asking, vpc, VpcAttributeName::EnableDnsHostnames),
        zones,
    )
}

async fn attribute(
    aws: &Regional,
    asking: &Asking,
    vpc: &str,
    name: VpcAttributeName,
) -> Reading<Option<bool>> {
    let question = (vpc.to_owned(), name.as_str().to_owned());
    let read = async {
        let call = aws.ec2.describe_vpc_attribute();
        let call = call.vpc_id(vpc).attribute(name);
        let answer = aws.gate.call("DescribeVpcAttribute", call.send()).await?;
        let value = answer
            .enable_dns_support()
            .or(answer.enable_dns_hostnames());
        Ok(value.and_then(|it| it.value()))
    };
    let memo = &asking.answers.dns_attributes;
    asking
        .ask("ec2:DescribeVpcAttribute", memo, question, read)
        .await
}

async fn private_zones(aws: &Regional, vpc: &str) -> Result<Vec<PrivateZone>, CloudError> {
    let mut found = Vec::new();
    let mut next = None;
    for _ in 0..PAGES {
        let call = aws
            .route53
            .list_hosted_zones_by_vpc()
            .vpc_id(vpc)
            .vpc_region(VpcRegion::from(aws.region.as_str()))
            .set_next_token(next);
        let answer = aws.gate.call("ListHostedZonesByVPC", call.send()).await?;
        found.extend(
            answer
                .hosted_zone_summaries()
                .iter()
                .map(|zone| PrivateZone {
                    id: bare(zone.hosted_zone_id()).to_owned(),
                    name: plain(zone.name()),
                }),
        );
        next = answer.next_token;
        if next.is_none() {
            break;
        }
    }
    Ok(found)
}

/// Addresses and CNAMEs of one name in a zone; none in a zone that does not exist.
pub(super) async fn records(
    aws: &Regional,
    asking: &Asking,
    place: Option<&(String, String)>,
) -> Reading<Vec<Record>> {
    let Some((zone, name)) = place else {
        return Reading::NotAsked;
    };
    let read = async {
        let found = match alias::at(aws, bare(zone), name).await {
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(Vec::new()),
            found => found?,
        };
        Ok(found.iter().filter_map(alias::record).collect())
    };
    let memo = &asking.answers.records;
    asking
        .ask(
            "route53:ListResourceRecordSets",
            memo,
            (zone.clone(), name.clone()),
            read,
        )
        .await
}

pub(super) async fn hosted_zone(
    aws: &Regional,
    asking: &Asking,
    id: Option<&str>,
) -> Reading<Option<HostedZone>> {
    let Some(id) = id else {
        return Reading::NotAsked;
    };
    let read = async {
        let call = aws.route53.get_hosted_zone().id(id);
        let answer = match aws.gate.call("GetHostedZone", call.send()).await {
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
            answer => answer?,
        };
        let vpcs = answer.vpcs().iter();
        Ok(answer.hosted_zone().map(|zone| HostedZone {
            name: plain(zone.name()),
            is_private: zone.config().is_some_and(|config| config.private_zone()),
            vpcs: vpcs
                .filter_map(|vpc| vpc.vpc_id())
                .map(str::to_owned)
                .collect(),
        }))
    };
    let memo = &asking.answers.hosted_zones;
    asking
        .ask("route53:GetHostedZone", memo, id.to_owned(), read)
        .await
}
