//! Subnets that are given.

use tfplugin::Diagnostic;

use super::{Side, grouped};
use crate::{
    elements::known_in,
    finding::{error, list},
    lifecycle::preflight::CheckContext,
};
use engine::model::survey::Subnet;

const ARGUMENT: &str = "subnet_ids";

pub fn exist<A>(case: &CheckContext<'_, A>, sides: &[Side<'_>]) -> Vec<Diagnostic> {
    let Some(found) = case.survey.subnets.known() else {
        return Vec::new();
    };
    sides
        .iter()
        .filter_map(|side| {
            let missing: Vec<&String> = known_in(side.subnet_ids)
                .filter(|id| !found.contains_key(*id))
                .collect();
            let (do_not_exist, them) = match missing.len() {
                0 => return None,
                1 => ("does not exist", "its id"),
                _ => ("do not exist", "their ids"),
            };
            Some(error(
                (side.place)(ARGUMENT),
                "No such subnet",
                format!(
                    "{} {do_not_exist} in {}, as far as these credentials may see. Correct {them}, \
                     the region or the credentials.",
                    list(missing),
                    case.region
                ),
            ))
        })
        .collect()
}

/// Of the VPC that is settled already, or else of one.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html>
pub fn are_of_one_vpc<'a, A>(case: &CheckContext<'a, A>, sides: &[Side<'a>]) -> Vec<Diagnostic> {
    sides
        .iter()
        .filter_map(|side| {
            let object = side.object;
            let by_vpc = grouped(
                case.subnets(side.subnet_ids)
                    .into_iter()
                    .map(|subnet| (subnet.vpc.as_str(), &subnet.id)),
            );
            let is_right = match side.vpc {
                Some(vpc) => by_vpc.keys().all(|other| *other == vpc),
                None => by_vpc.len() < 2,
            };
            if is_right {
                return None;
            }
            let places = by_vpc
                .iter()
                .map(|(vpc, subnets)| format!("{} in VPC {vpc}", list(subnets)));
            let stands = match side.vpc {
                Some(vpc) => format!("The {object} is in VPC {vpc}"),
                None => format!("All subnets of the {object} have to be of one VPC"),
            };
            Some(error(
                (side.place)(ARGUMENT),
                "Subnets of another VPC",
                format!(
                    "{stands}, and of its subnets there are {}. Give subnets of one VPC.",
                    list(places)
                ),
            ))
        })
        .collect()
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html>
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html>
pub fn have_a_zone_each<'a, A>(case: &CheckContext<'a, A>, sides: &[Side<'a>]) -> Vec<Diagnostic> {
    let of_side = |side: &Side<'a>| {
        let zone = |subnet: &Subnet| (subnet.vpc.clone(), subnet.zone.clone());
        let subnets = case.subnets(side.subnet_ids).into_iter();
        let by_zone = grouped(subnets.map(|subnet| (zone(subnet), &subnet.id)));
        let (place, object) = (side.place, side.object);
        by_zone
            .into_iter()
            .filter(|(_, subnets)| subnets.len() > 1)
            .map(move |((_, zone), subnets)| {
                error(
                    place(ARGUMENT),
                    "Two subnets in one zone",
                    format!(
                        "{} are in {zone}. The {object} takes one subnet of each zone: keep one of \
                         them.",
                        list(subnets)
                    ),
                )
            })
    };
    sides.iter().flat_map(of_side).collect()
}
