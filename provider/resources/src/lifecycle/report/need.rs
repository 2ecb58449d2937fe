//! How much of a used-up quota the path takes. What the account has of it in all, only Service Quotas
//! tells, with permissions of its own.

use std::collections::BTreeMap;

use engine::model::{
    Object, Slot,
    object::{security_group::Rule, target_group::Target},
};
use engine::reconcile::Step;

/// How many of what a quota counts these objects of one path are; `None` where it counts something
/// else than its objects.
pub(super) fn count<'a>(
    code: &str,
    step: &Step,
    objects: impl Iterator<Item = (Slot, &'a Object)>,
) -> Option<usize> {
    let objects: Vec<(Slot, &Object)> = objects.collect();
    let count = |is_counted: fn(&Slot) -> bool| {
        let slots = objects.iter().map(|(slot, _)| slot);
        slots.filter(|slot| is_counted(slot)).count()
    };
    Some(match code {
        "TooManyLoadBalancers" => count(|slot| matches!(slot, Slot::LoadBalancer)),
        "TooManyTargetGroups" | "TooManyUniqueTargetGroupsPerLoadBalancer" => {
            count(|slot| matches!(slot, Slot::TargetGroup(_)))
        }
        "TooManyListeners" => count(|slot| matches!(slot, Slot::Listener(_))),
        "VpcEndpointLimitExceeded" => count(|slot| matches!(slot, Slot::Endpoint)),
        "SecurityGroupLimitExceeded" => count(|slot| matches!(slot, Slot::SecurityGroup(_))),
        "TooManyHostedZones" => count(|slot| matches!(slot, Slot::Zone)),
        "RulesPerSecurityGroupLimitExceeded" => {
            let own = objects.iter().filter(|(slot, _)| *slot == step.key.slot);
            let groups = own.filter_map(|(_, object)| object.as_security_group());
            let is_ingress = |rule: &&Rule| match rule {
                Rule::Ingress { .. } => true,
                Rule::EgressAll => false,
                Rule::Other { egress, .. } => !egress,
            };
            groups
                .map(|group| group.rules.iter().filter(is_ingress).count())
                .max()
                .unwrap_or(0)
        }
        "TooManyRegistrationsForTargetId" => {
            let mut times: BTreeMap<&Target, usize> = BTreeMap::new();
            let groups = objects.iter();
            let groups = groups.filter_map(|(_, object)| object.as_target_group());
            for target in groups.flat_map(|group| &group.targets) {
                *times.entry(target).or_default() += 1;
            }
            times.into_values().max().unwrap_or(0)
        }
        _ => return None,
    })
}
