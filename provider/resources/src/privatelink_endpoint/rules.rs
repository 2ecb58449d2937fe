//! The rules between the arguments, and what a plan checks of the networks around them.

use tfplugin::{Diagnostic, Diagnostics, Path};

use super::{arguments::Arguments, service};
use crate::{
    consumer_side::{self, ConsumerSide, checks, rules},
    finding::error,
    lifecycle::{preflight::CheckContext, rules::Rules, tag_limit},
    network::{Side, elsewhere, security_groups, subnets, unread},
    syntax::{region::partition, service_name},
};
use engine::model::Maybe;

pub(super) fn rules() -> Rules<Arguments> {
    Rules {
        always: &[
            rules::has_subnets,
            rules::has_security_groups,
            rules::allowed_go_with_managed_group,
            rules::zone_goes_with_records,
            has_broker_ports,
            ports_fit_in_a_security_group,
            tag_limit::fit_on_an_object,
        ],
        beginnings: &[],
        advice: &[rules::somebody_gets_in],
        regional: &[
            service_is_where_it_is_said_to_be,
            service_is_in_the_partition,
        ],
    }
}

fn has_broker_ports(arguments: &Arguments) -> Vec<Diagnostic> {
    match arguments.broker_ports.known() {
        Some(ports) if ports.is_empty() => vec![error(
            Path::of("broker_ports"),
            "No ports of brokers",
            "Clients reach each broker on a port of its own, and through the bootstrap port none \
             but the first: give the ports that the brokers advertise.",
        )],
        _ => Vec::new(),
    }
}

fn ports_fit_in_a_security_group(arguments: &Arguments) -> Vec<Diagnostic> {
    let ports = arguments.ports();
    let found = ports.map(|ports| rules::rules_fit_in_a_group(arguments, &ports));
    found.unwrap_or_default()
}

/// AWS takes the service of another region only where the endpoint says so, and that is no accident:
/// it is billed.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region>
fn service_is_where_it_is_said_to_be(arguments: &Arguments, region: &str) -> Vec<Diagnostic> {
    let name = arguments.service_name.known();
    let (Some(name), Some(own)) = (name, name.and_then(|it| service_name::region_of(it))) else {
        return Vec::new();
    };
    let (argument, detail) = match &arguments.service_region {
        Maybe::Known(None) if own != region => (
            "service_name",
            format!(
                "{name} is in {own}, and the endpoint is to be made in {region}. Set service_region \
                 = {own:?} if that is meant: the service's owner has to have {region} in \
                 supported_regions, and AWS bills the traffic between the regions. Else set region \
                 = {own:?}, or give the name of a service in {region}."
            ),
        ),
        Maybe::Known(Some(said)) if said != own => (
            "service_region",
            format!("{name} is in {own}, and not in {said}: correct one of the two."),
        ),
        Maybe::Known(_) | Maybe::Unknown => return Vec::new(),
    };
    vec![error(
        Path::of(argument),
        "Service of another region",
        detail,
    )]
}

/// Nothing connects two partitions.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region>
fn service_is_in_the_partition(arguments: &Arguments, region: &str) -> Vec<Diagnostic> {
    let name = arguments.service_name.known();
    let Some(other) = name.and_then(|name| service_name::region_of(name)) else {
        return Vec::new();
    };
    if partition(other) == partition(region) {
        return Vec::new();
    }
    vec![error(
        Path::of("service_name"),
        "Another partition",
        format!(
            "The service is in the partition {:?}, and {region} in {:?}. AWS connects nothing between \
             partitions.",
            partition(other),
            partition(region)
        ),
    )]
}

type Case<'a> = CheckContext<'a, Arguments>;
type Check = fn(&Case<'_>) -> Vec<Diagnostic>;

/// What is named is there.
const EXISTENCE: &[Check] = &[
    |case| subnets::exist(case, &sides(case)),
    |case| security_groups::exist(case, &sides(case)),
    checks::vpc_exists,
];

const CHECKS: &[Check] = &[
    |case| subnets::are_of_one_vpc(case, &sides(case)),
    |case| subnets::have_a_zone_each(case, &sides(case)),
    |case| security_groups::are_of_the_vpc(case, &sides(case)),
    checks::security_groups_open_the_ports,
    service::is_offered,
    service::serves_the_zones,
    service::speaks_the_address_type,
    service::asks_for_acceptance,
    checks::vpc_resolves_names,
    checks::zone_exists,
    checks::zone_holds_the_hostname,
    checks::zone_resolves_in_the_vpc,
    checks::no_zone_is_in_the_way,
    checks::hostname_is_free,
    checks::zone_takes_the_record,
];

fn sides<'a>(case: &Case<'a>) -> Vec<Side<'a>> {
    consumer_side::side(case.config).into_iter().collect()
}

pub(super) fn check(case: &Case<'_>) -> Diagnostics {
    let vpc = case.config.endpoint.vpc_id.known();
    let elsewhere = elsewhere::all(case, &sides(case), vpc, Vec::new());
    let existence = match &elsewhere {
        Some(_) => &[],
        None => EXISTENCE,
    };
    let checks = existence.iter().chain(CHECKS);
    let found = elsewhere
        .into_iter()
        .chain(checks.flat_map(|check| check(case)));
    let vpc_exists = checks::vpc_exists(case).is_empty();
    found.chain(unread::told(case, vpc_exists)).collect()
}

/// Do both stand on the same networks, service and zone?
pub(super) fn is_checked_alike(before: &Arguments, after: &Arguments) -> bool {
    checks::ground(&before.endpoint) == checks::ground(&after.endpoint)
        && before.service_name == after.service_name
        && before.service_region == after.service_region
        && (before.hostname == after.hostname || after.endpoint.zone_id == Maybe::Known(None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::model::{
        Survey,
        survey::{Gap, Reading, Unread},
    };
    use tfplugin::Value;

    /// A permission that is missing leaves its check out, and that is told.
    #[test]
    fn a_service_that_may_not_be_read_is_told_with_the_action() {
        let name = "com.amazonaws.vpce.us-east-1.vpce-svc-0given";
        let written = Value::object([("service_name", Value::from(name))]);
        let (arguments, _) = Arguments::read(&written);
        let action = "ec2:DescribeVpcEndpointServices";
        let denied = Unread {
            action,
            gap: Gap::Denied,
            reason: "not authorized".to_owned(),
        };
        let survey = Survey {
            offered: Reading::Failed(denied),
            ..Survey::default()
        };
        let told = check(&Case {
            config: &arguments,
            region: "us-east-1",
            survey: &survey,
            owner: "",
            observed: None,
            is_new: true,
        });
        let told: Vec<&Diagnostic> = told.iter().collect();
        assert!(
            told.len() == 1 && told[0].detail.contains(action),
            "{told:?}"
        );
    }
}
