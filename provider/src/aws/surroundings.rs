//! What the path stands on and does not own: VPCs and their address blocks.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{Filter, Vpc};
use ipnet::IpNet;

use super::client::Regional;
use crate::{
    model::{Maybe, Scope, Surroundings},
    reconcile::CloudError,
};

/// VPCs as far as they matter here.
#[derive(Default)]
pub(super) struct Ground {
    service_vpc: Option<String>,
    consumer_vpc: Option<String>,
    blocks: BTreeMap<String, Vec<IpNet>>,
}

/// `balancer_vpc` and `endpoint_vpc` are where those that exist stand.
pub(super) async fn find(
    aws: &Regional,
    scope: &Scope,
    balancer_vpc: Option<String>,
    endpoint_vpc: Option<String>,
) -> Result<Ground, CloudError> {
    let service_vpc = match balancer_vpc {
        Some(vpc) => Some(vpc),
        None => vpc_of_subnets(aws, scope).await?,
    };
    let consumer_vpc = scope.consumer_vpc.clone().or(endpoint_vpc);
    let mut ids: Vec<String> = service_vpc.iter().chain(&consumer_vpc).cloned().collect();
    ids.dedup();
    let blocks = match ids.is_empty() {
        true => BTreeMap::new(),
        false => blocks(aws, ids).await?,
    };
    Ok(Ground {
        service_vpc,
        consumer_vpc,
        blocks,
    })
}

async fn vpc_of_subnets(aws: &Regional, scope: &Scope) -> Result<Option<String>, CloudError> {
    if scope.subnets.is_empty() {
        return Ok(None);
    }
    // A filter: a subnet that does not exist is for the preflight to report.
    let filter = Filter::builder()
        .name("subnet-id")
        .set_values(Some(scope.subnets.iter().cloned().collect()))
        .build();
    let call = aws.ec2.describe_subnets().filters(filter);
    let answer = aws.gate.call("DescribeSubnets", call.send()).await?;
    Ok(answer
        .subnets()
        .iter()
        .find_map(|subnet| subnet.vpc_id().map(str::to_owned)))
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
        Surroundings {
            service_vpc: self
                .service_vpc
                .clone()
                .map_or(Maybe::Unknown, Maybe::Known),
            consumer_cidrs: consumer.map_or(Maybe::Unknown, |blocks| {
                Maybe::Known(
                    blocks
                        .iter()
                        .filter(|block| matches!(block, IpNet::V4(_)))
                        .map(IpNet::to_string)
                        .collect(),
                )
            }),
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
        };
        assert_eq!(
            ground.surroundings().consumer_cidrs,
            Maybe::Known(["10.0.0.0/16".to_owned(), "10.1.0.0/16".to_owned()].into())
        );
        assert_eq!(ground.surroundings().service_vpc, Maybe::Unknown);
    }
}
