//! Subnets, VPCs, security groups and instances. All by filters: what does not exist is left out of
//! the answer, where an id would fail the whole call.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

use aws_sdk_ec2::types::{self as sdk, Filter};

use super::recall::Asking;
use crate::{client::Regional, surroundings::blocks_of};
use engine::model::survey::{Instance, Reading, SecurityGroup, Subnet, Vpc};
use engine::reconcile::CloudError;

type Ids = BTreeSet<String>;

pub(super) async fn subnets(
    aws: &Regional,
    asking: &Asking,
    ids: &Ids,
) -> Reading<BTreeMap<String, Subnet>> {
    if ids.is_empty() {
        return Reading::NotAsked;
    }
    let read = async {
        let found = describe_subnets(aws, filter("subnet-id", ids)).await?;
        let by_id = found.into_iter().map(|it| (it.id.clone(), it));
        Ok(by_id.collect())
    };
    let memo = &asking.answers.subnets;
    asking
        .ask("ec2:DescribeSubnets", memo, ids.clone(), read)
        .await
}

/// All subnets of VPCs.
pub(super) async fn subnets_of(
    aws: &Regional,
    asking: &Asking,
    vpcs: &Ids,
) -> Reading<Vec<Subnet>> {
    let read = describe_subnets(aws, filter("vpc-id", vpcs));
    let memo = &asking.answers.subnets_of;
    asking
        .ask("ec2:DescribeSubnets", memo, vpcs.clone(), read)
        .await
}

async fn describe_subnets(aws: &Regional, filter: Filter) -> Result<Vec<Subnet>, CloudError> {
    let call = aws.ec2.describe_subnets().filters(filter);
    let answer = aws.gate.call("DescribeSubnets", call.send()).await?;
    Ok(answer.subnets().iter().filter_map(subnet).collect())
}

fn subnet(subnet: &sdk::Subnet) -> Option<Subnet> {
    let six = subnet
        .ipv6_cidr_block_association_set()
        .iter()
        .filter(|block| {
            let state = block.ipv6_cidr_block_state().and_then(|it| it.state());
            state.is_none_or(|state| state.as_str() == "associated")
        })
        .filter_map(|block| block.ipv6_cidr_block());
    Some(Subnet {
        id: subnet.subnet_id()?.to_owned(),
        vpc: subnet.vpc_id()?.to_owned(),
        zone: subnet.availability_zone()?.to_owned(),
        zone_id: subnet.availability_zone_id().map(str::to_owned),
        blocks: subnet
            .cidr_block()
            .into_iter()
            .chain(six)
            .map(str::to_owned)
            .collect(),
        free: subnet
            .available_ip_address_count()
            .and_then(|count| u32::try_from(count).ok()),
    })
}

pub(super) async fn vpcs(
    aws: &Regional,
    asking: &Asking,
    ids: &Ids,
) -> Reading<BTreeMap<String, Vpc>> {
    if ids.is_empty() {
        return Reading::NotAsked;
    }
    let read = async {
        let call = aws.ec2.describe_vpcs().filters(filter("vpc-id", ids));
        let answer = aws.gate.call("DescribeVpcs", call.send()).await?;
        let found = answer.vpcs().iter().filter_map(|vpc| {
            // The VPC's first block is also among the associations.
            let blocks: BTreeSet<String> = blocks_of(vpc).iter().map(ToString::to_string).collect();
            let blocks = blocks.into_iter().collect();
            Some((vpc.vpc_id()?.to_owned(), Vpc { blocks }))
        });
        Ok(found.collect())
    };
    let memo = &asking.answers.vpcs;
    asking
        .ask("ec2:DescribeVpcs", memo, ids.clone(), read)
        .await
}

pub(super) async fn security_groups(
    aws: &Regional,
    asking: &Asking,
    ids: &Ids,
) -> Reading<BTreeMap<String, SecurityGroup>> {
    if ids.is_empty() {
        return Reading::NotAsked;
    }
    let read = async {
        let call = aws.ec2.describe_security_groups();
        let call = call.filters(filter("group-id", ids));
        let answer = aws.gate.call("DescribeSecurityGroups", call.send()).await?;
        let found = answer.security_groups().iter();
        Ok(found.filter_map(security_group).collect())
    };
    let memo = &asking.answers.security_groups;
    asking
        .ask("ec2:DescribeSecurityGroups", memo, ids.clone(), read)
        .await
}

fn security_group(group: &sdk::SecurityGroup) -> Option<(String, SecurityGroup)> {
    let rules = group.ip_permissions().iter();
    let seen = SecurityGroup {
        vpc: group.vpc_id()?.to_owned(),
        open: rules.filter_map(opens).collect(),
    };
    Some((group.group_id()?.to_owned(), seen))
}

/// The TCP ports that a rule opens to anybody: `-1` is every protocol and every port.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html>
fn opens(rule: &sdk::IpPermission) -> Option<RangeInclusive<u16>> {
    let is_for_somebody = !rule.ip_ranges().is_empty()
        || !rule.ipv6_ranges().is_empty()
        || !rule.prefix_list_ids().is_empty()
        || !rule.user_id_group_pairs().is_empty();
    let port = |port: Option<i32>, missing: u16| match port {
        Some(port) => u16::try_from(port).ok(),
        None => Some(missing),
    };
    match rule.ip_protocol() {
        _ if !is_for_somebody => None,
        Some("-1") => Some(0..=u16::MAX),
        Some("tcp" | "6") => Some(port(rule.from_port(), 0)?..=port(rule.to_port(), u16::MAX)?),
        _ => None,
    }
}

pub(super) async fn instances(
    aws: &Regional,
    asking: &Asking,
    ids: &Ids,
) -> Reading<BTreeMap<String, Instance>> {
    if ids.is_empty() {
        return Reading::NotAsked;
    }
    let read = async {
        let call = aws.ec2.describe_instances();
        let call = call.filters(filter("instance-id", ids));
        let answer = aws.gate.call("DescribeInstances", call.send()).await?;
        let reservations = answer.reservations().iter();
        let found = reservations.flat_map(|it| it.instances()).filter_map(|it| {
            let state = it.state().and_then(|state| state.name());
            let zone = it.placement().and_then(|place| place.availability_zone());
            Some((
                it.instance_id()?.to_owned(),
                Instance {
                    state: state.map(|it| it.as_str().to_owned()).unwrap_or_default(),
                    vpc: it.vpc_id().unwrap_or_default().to_owned(),
                    zone: zone.unwrap_or_default().to_owned(),
                },
            ))
        });
        Ok(found.collect())
    };
    let memo = &asking.answers.instances;
    asking
        .ask("ec2:DescribeInstances", memo, ids.clone(), read)
        .await
}

fn filter(name: &str, values: &Ids) -> Filter {
    let values = values.iter().cloned().collect();
    Filter::builder()
        .name(name)
        .set_values(Some(values))
        .build()
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{
        SubnetCidrBlockState, SubnetCidrBlockStateCode, SubnetIpv6CidrBlockAssociation,
    };

    use super::*;

    #[test]
    fn a_subnet_has_the_blocks_that_are_in_use() {
        let six = |block: &str, state: SubnetCidrBlockStateCode| {
            let state = SubnetCidrBlockState::builder().state(state).build();
            SubnetIpv6CidrBlockAssociation::builder()
                .ipv6_cidr_block(block)
                .ipv6_cidr_block_state(state)
                .build()
        };
        let described = sdk::Subnet::builder()
            .subnet_id("subnet-1")
            .vpc_id("vpc-1")
            .availability_zone("us-east-1a")
            .cidr_block("10.0.1.0/24")
            .available_ip_address_count(7)
            .ipv6_cidr_block_association_set(six(
                "2600:1::/64",
                SubnetCidrBlockStateCode::Associated,
            ))
            .ipv6_cidr_block_association_set(six(
                "2600:2::/64",
                SubnetCidrBlockStateCode::Disassociated,
            ));
        let seen = subnet(&described.build()).unwrap();
        assert_eq!(seen.blocks, ["10.0.1.0/24", "2600:1::/64"]);
        assert_eq!(seen.free, Some(7));
        assert_eq!(subnet(&sdk::Subnet::builder().build()), None);
    }

    #[test]
    fn a_rule_opens_tcp_ports_to_whomever_it_names() {
        let somebody = || sdk::IpRange::builder().cidr_ip("10.0.0.0/8").build();
        let rule = |protocol: &str, ports: Option<(i32, i32)>| {
            let (from, to) = ports.unzip();
            sdk::IpPermission::builder()
                .ip_protocol(protocol)
                .set_from_port(from)
                .set_to_port(to)
        };
        let open =
            |protocol: &str, ports| opens(&rule(protocol, ports).ip_ranges(somebody()).build());
        assert_eq!(open("tcp", Some((6001, 6003))), Some(6001..=6003));
        assert_eq!(open("tcp", Some((0, 65535))), Some(0..=65535));
        assert_eq!(open("-1", None), Some(0..=65535));
        assert_eq!(open("udp", Some((6001, 6003))), None);
        assert_eq!(open("icmp", Some((-1, -1))), None);
        assert_eq!(opens(&rule("tcp", Some((6001, 6003))).build()), None);
        let group = sdk::UserIdGroupPair::builder().group_id("sg-1").build();
        let from_group = rule("6", Some((9091, 9091))).user_id_group_pairs(group);
        assert_eq!(opens(&from_group.build()), Some(9091..=9091));
    }
}
