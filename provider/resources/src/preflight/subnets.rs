//! The subnets of both sides.

use tfplugin::{Diagnostic, Path};

use super::{
    Case,
    case::{Ids, endpoint, grouped, known_ids, load_balancer},
    finding::{error, list, warning},
};
use crate::config::known;
use engine::model::{Maybe, Slot, survey::Subnet};

/// A side by its argument and what stands in its subnets.
fn sides<'a>(case: &Case<'a>) -> Vec<(Path, &'static str, &'a Maybe<Ids>)> {
    let service = (
        load_balancer("subnet_ids"),
        "load balancer",
        &case.config.load_balancer.subnet_ids,
    );
    let consumer = case
        .endpoint()
        .map(|it| (endpoint("subnet_ids"), "endpoint", &it.subnet_ids));
    [Some(service), consumer].into_iter().flatten().collect()
}

pub(super) fn exist(case: &Case<'_>) -> Vec<Diagnostic> {
    let Some(found) = case.survey.subnets.known() else {
        return Vec::new();
    };
    sides(case)
        .into_iter()
        .filter_map(|(path, _, ids)| {
            let missing: Vec<&String> = known_ids(ids)
                .filter(|id| !found.contains_key(*id))
                .collect();
            let (do_not_exist, them) = match missing.len() {
                0 => return None,
                1 => ("does not exist", "its id"),
                _ => ("do not exist", "their ids"),
            };
            Some(error(
                path,
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
pub(super) fn are_of_one_vpc(case: &Case<'_>) -> Vec<Diagnostic> {
    let endpoint_vpc = case.endpoint().and_then(|it| it.vpc_id.known());
    sides(case)
        .into_iter()
        .filter_map(|(path, object, ids)| {
            let settled = match object {
                "endpoint" => endpoint_vpc.map(String::as_str),
                _ => case.service_vpc(),
            };
            let by_vpc = grouped(
                case.subnets(ids)
                    .into_iter()
                    .map(|subnet| (subnet.vpc.as_str(), &subnet.id)),
            );
            let is_right = match settled {
                Some(vpc) => by_vpc.keys().all(|other| *other == vpc),
                None => by_vpc.len() < 2,
            };
            if is_right {
                return None;
            }
            let places = by_vpc
                .iter()
                .map(|(vpc, subnets)| format!("{} in VPC {vpc}", list(subnets)));
            let stands = match settled {
                Some(vpc) => format!("The {object} is in VPC {vpc}"),
                None => format!("All subnets of the {object} have to be of one VPC"),
            };
            Some(error(
                path,
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
pub(super) fn have_a_zone_each(case: &Case<'_>) -> Vec<Diagnostic> {
    sides(case)
        .into_iter()
        .flat_map(|(path, object, ids)| {
            let place = |subnet: &Subnet| (subnet.vpc.clone(), subnet.zone.clone());
            let subnets = case.subnets(ids).into_iter();
            let by_zone = grouped(subnets.map(|subnet| (place(subnet), &subnet.id)));
            by_zone
                .into_iter()
                .filter(|(_, subnets)| subnets.len() > 1)
                .map(move |((_, zone), subnets)| {
                    error(
                        path.clone(),
                        "Two subnets in one zone",
                        format!(
                            "{} are in {zone}. The {object} takes one subnet of each zone: keep \
                             one of them.",
                            list(subnets)
                        ),
                    )
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

/// "Each subnet must have at least 8 available IP addresses."
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer>
/// Controllers ask the same of Network Load Balancers.
/// <https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2446>
const FREE_ADDRESSES: u32 = 8;

/// Where the load balancer is to come; one that stands has its addresses.
pub(super) fn have_free_addresses(case: &Case<'_>) -> Vec<Diagnostic> {
    let kept = case.observed.filter(|_| !case.is_new);
    let seen = kept.and_then(|observed| observed.of(Slot::LoadBalancer).next());
    let seen = seen.and_then(|(_, seen)| seen.object.as_load_balancer());
    let stands = |id: &str| {
        let mut subnets = seen.into_iter().flat_map(|it| known(&it.subnets));
        subnets.any(|subnet| subnet == id)
    };
    let full: Vec<String> = case
        .service_subnets()
        .into_iter()
        .filter(|subnet| !stands(&subnet.id))
        .filter_map(|subnet| Some((&subnet.id, subnet.free?)))
        .filter(|(_, free)| *free < FREE_ADDRESSES)
        .map(|(id, free)| format!("{id} has {free}"))
        .collect();
    if full.is_empty() {
        return Vec::new();
    }
    vec![warning(
        load_balancer("subnet_ids"),
        "Few free addresses for the load balancer",
        format!(
            "AWS asks for {FREE_ADDRESSES} free addresses in each subnet of a load balancer, and {}. \
             Free some or give larger subnets, or AWS may refuse to make it.",
            list(full)
        ),
    )]
}
