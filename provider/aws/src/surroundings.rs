//! What the path stands on and does not own: VPCs and their address blocks.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{Filter, Subnet, Vpc};
use aws_sdk_elasticloadbalancingv2::types::LoadBalancer;
use ipnet::IpNet;

use super::client::Regional;
use engine::model::{Maybe, Scope, Surroundings};
use engine::reconcile::CloudError;

/// VPCs as far as they matter here.
#[derive(Default)]
pub(super) struct Ground {
    service_vpc: Option<String>,
    consumer_vpc: Option<String>,
    blocks: BTreeMap<String, Vec<IpNet>>,
    subnet_zones: BTreeMap<String, String>,
}

/// `balancer` and `endpoint_vpc` are what exists and where it stands.
pub(super) async fn find(
    aws: &Regional,
    scope: &Scope,
    balancer: Option<&LoadBalancer>,
    endpoint_vpc: Option<String>,
) -> Result<Ground, CloudError> {
    let mut subnet_zones = balancer.map(zones_of).unwrap_or_default();
    let mut service_vpc = balancer.and_then(|it| it.vpc_id().map(str::to_owned));
    let new = scope.subnets.iter();
    let new = new.filter(|subnet| !subnet_zones.contains_key(*subnet));
    for subnet in subnets(aws, new.cloned().collect()).await? {
        if let (Some(id), Some(zone)) = (subnet.subnet_id(), subnet.availability_zone()) {
            subnet_zones.insert(id.to_owned(), zone.to_owned());
        }
        service_vpc = service_vpc.or(subnet.vpc_id);
    }
    let consumer_vpc = scope.consumer_vpc.clone().or(endpoint_vpc);
    let mut ids: Vec<String> = service_vpc.iter().chain(&consumer_vpc).cloned().collect();
    ids.dedup();
    let blocks = match ids.is_empty() {
        true => BTreeMap::new(),
        false => aws.or(BTreeMap::new(), blocks(aws, ids)).await?,
    };
    Ok(Ground {
        service_vpc,
        consumer_vpc,
        blocks,
        subnet_zones,
    })
}

fn zones_of(balancer: &LoadBalancer) -> BTreeMap<String, String> {
    let zones = balancer.availability_zones().iter();
    zones
        .filter_map(|zone| Some((zone.subnet_id()?.to_owned(), zone.zone_name()?.to_owned())))
        .collect()
}

async fn subnets(aws: &Regional, ids: Vec<String>) -> Result<Vec<Subnet>, CloudError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // A filter: a subnet that does not exist is for the preflight to report.
    let filter = Filter::builder()
        .name("subnet-id")
        .set_values(Some(ids))
        .build();
    let call = aws.ec2.describe_subnets().filters(filter);
    let answer = aws.gate.call("DescribeSubnets", call.send()).await?;
    Ok(answer.subnets.unwrap_or_default())
}

async fn blocks(
    aws: &Regional,
    ids: Vec<String>,
) -> Result<BTreeMap<String, Vec<IpNet>>, CloudError> {
    let filter = Filter::builder()
        .name("vpc-id")
        .set_values(Some(ids))
        .build();
    let call = aws.ec2.describe_vpcs().filters(filter);
    let answer = aws.gate.call("DescribeVpcs", call.send()).await?;
    Ok(answer
        .vpcs()
        .iter()
        .filter_map(|vpc| Some((vpc.vpc_id()?.to_owned(), blocks_of(vpc))))
        .collect())
}

/// Blocks that are associated, of both families.
pub(super) fn blocks_of(vpc: &Vpc) -> Vec<IpNet> {
    let live = |state: Option<&str>| state.is_none_or(|state| state == "associated");
    let four = vpc
        .cidr_block_association_set()
        .iter()
        .filter(|block| {
            live(
                block
                    .cidr_block_state()
                    .and_then(|state| Some(state.state()?.as_str())),
            )
        })
        .filter_map(|block| block.cidr_block());
    let six = vpc
        .ipv6_cidr_block_association_set()
        .iter()
        .filter(|block| {
            live(
                block
                    .ipv6_cidr_block_state()
                    .and_then(|state| Some(state.state()?.as_str())),
            )
        })
        .filter_map(|block| block.ipv6_cidr_block());
    vpc.cidr_block()
        .into_iter()
        .chain(four)
        .chain(six)
        .filter_map(|block| block.parse().ok())
        .collect()
}

impl Ground {
    /// Address blocks of the load balancer's VPC.
    pub(super) fn service_blocks(&self) -> &[IpNet] {
        self.service_vpc
            .as_ref()
            .and_then(|vpc| self.blocks.get(vpc))
            .map_or(&[], Vec::as_slice)
    }

    pub(super) fn surroundings(&self) -> Surroundings {
        let consumer = self
            .consumer_vpc
            .as_ref()
            .and_then(|vpc| self.blocks.get(vpc));
        let blocks = |is_wanted: fn(&IpNet) -> bool| {
            consumer.map_or(Maybe::Unknown, |blocks| {
                let blocks = blocks.iter().filter(|block| is_wanted(block));
                Maybe::Known(blocks.map(IpNet::to_string).collect())
            })
        };
        Surroundings {
            service_vpc: self
                .service_vpc
                .clone()
                .map_or(Maybe::Unknown, Maybe::Known),
            consumer_cidrs: blocks(|block| matches!(block, IpNet::V4(_))),
            consumer_ipv6_cidrs: blocks(|block| matches!(block, IpNet::V6(_))),
            subnet_zones: self.subnet_zones.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{VpcCidrBlockAssociation, VpcCidrBlockState, VpcCidrBlockStateCode};

    use super::*;

    #[test]
    fn only_associated_blocks_count() {
        let block = |cidr: &str, state: VpcCidrBlockStateCode| {
            VpcCidrBlockAssociation::builder()
                .cidr_block(cidr)
                .cidr_block_state(VpcCidrBlockState::builder().state(state).build())
                .build()
        };
        let vpc = Vpc::builder()
            .cidr_block("10.0.0.0/16")
            .cidr_block_association_set(block("10.0.0.0/16", VpcCidrBlockStateCode::Associated))
            .cidr_block_association_set(block("10.1.0.0/16", VpcCidrBlockStateCode::Associated))
            .cidr_block_association_set(block("10.2.0.0/16", VpcCidrBlockStateCode::Disassociated))
            .build();
        let ground = Ground {
            service_vpc: None,
            consumer_vpc: Some("vpc-1".to_owned()),
            blocks: BTreeMap::from([("vpc-1".to_owned(), blocks_of(&vpc))]),
            subnet_zones: BTreeMap::new(),
        };
        assert_eq!(
            ground.surroundings().consumer_cidrs,
            Maybe::Known(["10.0.0.0/16".to_owned(), "10.1.0.0/16".to_owned()].into())
        );
        assert_eq!(ground.surroundings().service_vpc, Maybe::Unknown);
    }
}
