//! What the owner of an endpoint service offers to this account.

use aws_sdk_ec2::types::ServiceDetail;

use super::recall::Asking;
use crate::client::Regional;
use engine::model::{
    Inquiry,
    object::target_group::IpFamily,
    survey::{OfferedService, Reading},
};

/// AWS answers `InvalidServiceName` for a service that does not exist, that does not allow this
/// account, and that is not offered in this region alike.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>
const UNSEEN: &str = "InvalidServiceName";

pub(super) async fn service(
    aws: &Regional,
    asking: &Asking,
    inquiry: &Inquiry,
) -> Reading<Option<OfferedService>> {
    let Some(name) = &inquiry.service_name else {
        return Reading::NotAsked;
    };
    let region = &inquiry.service_region;
    let read = async {
        let call = aws.ec2.describe_vpc_endpoint_services().service_names(name);
        let call = call.set_service_regions(region.clone().map(|region| vec![region]));
        let answer = aws.gate.call("DescribeVpcEndpointServices", call.send());
        match answer.await {
            Ok(answer) => Ok(answer.service_details().first().map(offered)),
            Err(error) if error.code == UNSEEN => Ok(None),
            Err(error) => Err(error),
        }
    };
    let memo = &asking.answers.offered;
    let action = "ec2:DescribeVpcEndpointServices";
    asking
        .ask(action, memo, (name.clone(), region.clone()), read)
        .await
}

fn offered(service: &ServiceDetail) -> OfferedService {
    let families = service.supported_ip_address_types().iter();
    OfferedService {
        zones: service.availability_zones().iter().cloned().collect(),
        zone_ids: service.availability_zone_ids().iter().cloned().collect(),
        acceptance_required: service.acceptance_required().unwrap_or_default(),
        ip_families: families
            .filter_map(|it| IpFamily::parse(it.as_str()))
            .collect(),
    }
}
