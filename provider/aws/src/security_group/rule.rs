//! Rules of security groups, from and to AWS's permissions.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{
    IpPermission, IpRange, Ipv6Range, PrefixListId, SecurityGroup as SdkGroup, SecurityGroupRule,
    UserIdGroupPair,
};

use crate::operation::{self, Context};
use engine::model::object::{Rule, security_group::Source};
use engine::reconcile::CloudError;

const ALL: &str = "-1";
const EVERYWHERE: &str = "0.0.0.0/0";
const EVERYWHERE_6: &str = "::/0";

/// The rules, or `None` if there are some that only their ids tell apart.
pub(super) fn of_permissions(group: &SdkGroup) -> Option<BTreeSet<Rule>> {
    let mut rules = BTreeSet::new();
    for permission in group.ip_permissions() {
        let (from, to) = tcp_ports(
            permission.ip_protocol(),
            permission.from_port(),
            permission.to_port(),
        )?;
        for pair in permission.user_id_group_pairs() {
            let is_own = pair.user_id().is_none_or(|it| Some(it) == group.owner_id());
            let id = pair.group_id().filter(|_| is_own)?;
            rules.insert(ingress(from, to, Source::SecurityGroup(id.into())));
        }
        for list in permission.prefix_list_ids() {
            let id = list.prefix_list_id()?;
            rules.insert(ingress(from, to, Source::PrefixList(id.into())));
        }
        for block in blocks(permission) {
            rules.insert(ingress(from, to, Source::Block(block.into())));
        }
    }
    let mut twin = false;
    for permission in group.ip_permissions_egress() {
        if permission.ip_protocol() != Some(ALL) || refers_elsewhere(permission) {
            return None;
        }
        for cidr in blocks(permission) {
            match cidr {
                EVERYWHERE => {
                    rules.insert(Rule::EgressAll);
                }
                EVERYWHERE_6 => twin = true,
                _ => return None,
            }
        }
    }
    (!twin || rules.contains(&Rule::EgressAll)).then_some(rules)
}

/// The same from rules listed one by one.
pub(super) fn of_listing(listed: &[SecurityGroupRule]) -> BTreeSet<Rule> {
    let all_egress = |rule: &SecurityGroupRule, block: Option<&str>| {
        rule.is_egress() == Some(true) && rule.ip_protocol() == Some(ALL) && block.is_some()
    };
    let is_all = |rule: &SecurityGroupRule| {
        all_egress(rule, rule.cidr_ipv4().filter(|block| *block == EVERYWHERE))
    };
    let is_twin = |rule: &SecurityGroupRule| {
        all_egress(
            rule,
            rule.cidr_ipv6().filter(|block| *block == EVERYWHERE_6),
        )
    };
    let has_all = listed.iter().any(is_all);
    listed
        .iter()
        .filter(|rule| !(has_all && is_twin(rule)))
        .map(|rule| {
            let ports = tcp_ports(rule.ip_protocol(), rule.from_port(), rule.to_port());
            match (rule.is_egress(), ports, source(rule)) {
                (Some(true), _, _) if is_all(rule) => Rule::EgressAll,
                (Some(false) | None, Some((from, to)), Some(source)) => ingress(from, to, source),
                _ => other(rule),
            }
        })
        .collect()
}

/// Whom a rule of the listing lets in; `None` of a security group of another account.
fn source(rule: &SecurityGroupRule) -> Option<Source> {
    if let Some(block) = rule.cidr_ipv4().or(rule.cidr_ipv6()) {
        return Some(Source::Block(block.into()));
    }
    if let Some(list) = rule.prefix_list_id() {
        return Some(Source::PrefixList(list.into()));
    }
    let group = rule.referenced_group_info()?;
    let is_own = group
        .user_id()
        .is_none_or(|it| Some(it) == rule.group_owner_id());
    let id = group.group_id().filter(|_| is_own)?;
    Some(Source::SecurityGroup(id.into()))
}

/// `AuthorizeSecurityGroupIngress` or `-Egress`, as the rules are.
pub(super) async fn authorize(
    context: Context<'_>,
    rules: &BTreeSet<Rule>,
) -> Result<(), CloudError> {
    let ec2 = &context.aws.ec2;
    if rules.contains(&Rule::EgressAll) {
        let operation = context.operation("AuthorizeSecurityGroupEgress");
        let call = ec2
            .authorize_security_group_egress()
            .group_id(operation.own_id()?)
            .ip_permissions(everything());
        return operation.send(call.send()).await.map(drop);
    }
    let operation = context.operation("AuthorizeSecurityGroupIngress");
    let call = ec2
        .authorize_security_group_ingress()
        .group_id(operation.own_id()?)
        .set_ip_permissions(Some(permissions(operation.name, rules)?));
    operation.send(call.send()).await.map(drop)
}

/// `RevokeSecurityGroupIngress` or `-Egress`. Rules of others go by their ids, which cannot be
/// mixed with permissions in one call; they come in a step of their own.
pub(super) async fn revoke(context: Context<'_>, rules: &BTreeSet<Rule>) -> Result<(), CloudError> {
    let ec2 = &context.aws.ec2;
    let ids: Vec<String> = rules
        .iter()
        .filter_map(|rule| match rule {
            Rule::Other { id, .. } => Some(id.clone()),
            _ => None,
        })
        .collect();
    let egress = rules
        .iter()
        .any(|rule| matches!(rule, Rule::EgressAll | Rule::Other { egress: true, .. }));
    if egress {
        let operation = context.operation("RevokeSecurityGroupEgress");
        let group = operation.own_id()?;
        if rules.contains(&Rule::EgressAll) {
            let call = ec2.revoke_security_group_egress().group_id(group);
            let call = call.ip_permissions(everything());
            operation.send(call.send()).await?;
        }
        if !ids.is_empty() {
            let call = ec2.revoke_security_group_egress().group_id(group);
            let call = call.set_security_group_rule_ids(Some(ids));
            operation.send(call.send()).await?;
        }
        return Ok(());
    }
    let operation = context.operation("RevokeSecurityGroupIngress");
    let group = operation.own_id()?;
    let permissions = permissions(operation.name, rules)?;
    if !permissions.is_empty() {
        let call = ec2.revoke_security_group_ingress().group_id(group);
        let call = call.set_ip_permissions(Some(permissions));
        operation.send(call.send()).await?;
    }
    if !ids.is_empty() {
        let call = ec2.revoke_security_group_ingress().group_id(group);
        let call = call.set_security_group_rule_ids(Some(ids));
        operation.send(call.send()).await?;
    }
    Ok(())
}

/// Of ingress rules; others have none.
fn permissions(operation: &str, rules: &BTreeSet<Rule>) -> Result<Vec<IpPermission>, CloudError> {
    let mut permissions = Vec::new();
    for rule in rules {
        let Rule::Ingress { from, to, source } = rule else {
            continue;
        };
        let permission = IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(i32::from(*from))
            .to_port(i32::from(*to));
        let permission = match source {
            Source::Block(block) => {
                let block = operation::known(operation, "a CIDR block", block)?;
                match block.contains(':') {
                    true => permission.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(block).build()),
                    false => permission.ip_ranges(IpRange::builder().cidr_ip(block).build()),
                }
            }
            Source::SecurityGroup(id) => {
                let id = operation::known(operation, "a security group", id)?;
                permission.user_id_group_pairs(UserIdGroupPair::builder().group_id(id).build())
            }
            Source::PrefixList(id) => {
                let id = operation::known(operation, "a prefix list", id)?;
                permission.prefix_list_ids(PrefixListId::builder().prefix_list_id(id).build())
            }
        };
        permissions.push(permission.build());
    }
    Ok(permissions)
}

fn everything() -> IpPermission {
    IpPermission::builder()
        .ip_protocol(ALL)
        .ip_ranges(IpRange::builder().cidr_ip(EVERYWHERE).build())
        .build()
}

fn ingress(from: u16, to: u16, source: Source) -> Rule {
    Rule::Ingress { from, to, source }
}

fn other(rule: &SecurityGroupRule) -> Rule {
    let peer = rule
        .cidr_ipv4()
        .or(rule.cidr_ipv6())
        .or(rule.prefix_list_id())
        .or_else(|| rule.referenced_group_info()?.group_id())
        .unwrap_or("?");
    let egress = rule.is_egress() == Some(true);
    Rule::Other {
        id: rule.security_group_rule_id().unwrap_or_default().to_owned(),
        egress,
        text: format!(
            "protocol {} {}-{} {} {peer}",
            rule.ip_protocol().unwrap_or(ALL),
            rule.from_port().unwrap_or(-1),
            rule.to_port().unwrap_or(-1),
            if egress { "to" } else { "from" },
        ),
    }
}

fn tcp_ports(protocol: Option<&str>, from: Option<i32>, to: Option<i32>) -> Option<(u16, u16)> {
    matches!(protocol, Some("tcp" | "6")).then_some(())?;
    Some((u16::try_from(from?).ok()?, u16::try_from(to?).ok()?))
}

fn refers_elsewhere(permission: &IpPermission) -> bool {
    !permission.user_id_group_pairs().is_empty() || !permission.prefix_list_ids().is_empty()
}

fn blocks(permission: &IpPermission) -> impl Iterator<Item = &str> {
    let four = permission.ip_ranges().iter().filter_map(IpRange::cidr_ip);
    let six = permission
        .ipv6_ranges()
        .iter()
        .filter_map(Ipv6Range::cidr_ipv6);
    four.chain(six)
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{ReferencedSecurityGroup, builders::SecurityGroupRuleBuilder};

    use super::*;

    fn block(from: u16, to: u16, block: &str) -> Rule {
        ingress(from, to, Source::Block(block.into()))
    }

    fn tcp(from: i32, to: i32, cidrs: &[&str]) -> IpPermission {
        let mut permission = IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(from)
            .to_port(to);
        for cidr in cidrs {
            permission = permission.ip_ranges(IpRange::builder().cidr_ip(*cidr).build());
        }
        permission.build()
    }

    #[test]
    fn permissions_become_one_rule_a_block() {
        let both = IpPermission::builder()
            .ip_protocol("-1")
            .ip_ranges(IpRange::builder().cidr_ip("0.0.0.0/0").build())
            .ipv6_ranges(Ipv6Range::builder().cidr_ipv6("::/0").build())
            .build();
        let group = SdkGroup::builder()
            .ip_permissions(tcp(6001, 6003, &["10.1.0.0/16", "10.2.0.0/16"]))
            .ip_permissions(tcp(9091, 9091, &["10.1.0.0/16"]))
            .ip_permissions_egress(both)
            .build();
        assert_eq!(
            of_permissions(&group),
            Some(BTreeSet::from([
                block(6001, 6003, "10.1.0.0/16"),
                block(6001, 6003, "10.2.0.0/16"),
                block(9091, 9091, "10.1.0.0/16"),
                Rule::EgressAll,
            ]))
        );
    }

    #[test]
    fn rules_of_others_need_their_ids() {
        let group = SdkGroup::builder()
            .ip_permissions(
                IpPermission::builder()
                    .ip_protocol("tcp")
                    .from_port(22)
                    .to_port(22)
                    .user_id_group_pairs(
                        UserIdGroupPair::builder()
                            .group_id("sg-9")
                            .user_id("210987654321")
                            .build(),
                    )
                    .build(),
            )
            .owner_id("123456789012")
            .build();
        assert_eq!(of_permissions(&group), None);
        let listed = SecurityGroupRule::builder()
            .security_group_rule_id("sgr-1")
            .is_egress(false)
            .ip_protocol("tcp")
            .from_port(22)
            .to_port(22)
            .group_owner_id("123456789012")
            .referenced_group_info(
                ReferencedSecurityGroup::builder()
                    .group_id("sg-9")
                    .user_id("210987654321")
                    .build(),
            )
            .build();
        let plain = SecurityGroupRule::builder()
            .security_group_rule_id("sgr-2")
            .is_egress(false)
            .ip_protocol("tcp")
            .from_port(9091)
            .to_port(9091)
            .cidr_ipv4("10.0.0.0/8")
            .build();
        assert_eq!(
            of_listing(&[listed, plain]),
            BTreeSet::from([
                block(9091, 9091, "10.0.0.0/8"),
                Rule::Other {
                    id: "sgr-1".to_owned(),
                    egress: false,
                    text: "protocol tcp 22-22 from sg-9".to_owned(),
                },
            ])
        );
    }

    #[test]
    fn groups_of_the_account_and_prefix_lists_are_told_by_themselves() {
        let listed = |rule: SecurityGroupRuleBuilder| {
            let rule = rule.is_egress(false).ip_protocol("tcp");
            let rule = rule.from_port(9091).to_port(9091);
            rule.group_owner_id("123456789012").build()
        };
        let group = ReferencedSecurityGroup::builder()
            .group_id("sg-1")
            .user_id("123456789012");
        let rules = [
            listed(SecurityGroupRule::builder().referenced_group_info(group.build())),
            listed(SecurityGroupRule::builder().prefix_list_id("pl-1")),
        ];
        assert_eq!(
            of_listing(&rules),
            BTreeSet::from([
                ingress(9091, 9091, Source::SecurityGroup("sg-1".into())),
                ingress(9091, 9091, Source::PrefixList("pl-1".into())),
            ])
        );
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let rules = BTreeSet::from([
            block(6001, 6003, "10.1.0.0/16"),
            block(9091, 9091, "fd00::/8"),
            ingress(9091, 9091, Source::SecurityGroup("sg-1".into())),
            ingress(6001, 6003, Source::PrefixList("pl-1".into())),
        ]);
        let group = SdkGroup::builder()
            .set_ip_permissions(Some(permissions("X", &rules).unwrap()))
            .build();
        assert_eq!(of_permissions(&group), Some(rules));
    }
}
