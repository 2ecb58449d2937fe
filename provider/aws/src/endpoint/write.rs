//! Writes to the interface endpoint.

use aws_sdk_ec2::{
    operation::RequestId,
    types::{IpAddressType as SdkAddressType, ResourceType, VpcEndpointType},
};

use crate::{client::Regional, ec2_tags, error, need};
use engine::model::{Key, Object, Observed, Slot, object::Endpoint};
use engine::reconcile::{CloudError, ErrorKind, Step, Write, step::EndpointChange};

/// One write to the endpoint. Of a create, the id.
pub(crate) async fn write(
    aws: &Regional,
    token: &str,
    step: &Step,
    observed: &Observed,
) -> Result<Option<String>, CloudError> {
    let id = |operation| need::id(operation, step.key, observed);
    match &step.write {
        Write::Create(object) => match object.as_ref() {
            Object::Endpoint(endpoint) => {
                return create(aws, token, endpoint, observed).await.map(Some);
            }
            _ => return Err(need::misfit(step.key)),
        },
        Write::Delete => {
            let operation = "DeleteVpcEndpoints";
            let call = aws
                .ec2
                .delete_vpc_endpoints()
                .vpc_endpoint_ids(id(operation)?);
            let answer = aws.gate.call(operation, call.send()).await?;
            error::from_items(operation, answer.unsuccessful(), answer.request_id())?;
        }
        Write::SetEndpoint(change) => {
            let operation = "ModifyVpcEndpoint";
            modify(aws, operation, id(operation)?, change, observed).await?;
        }
        Write::Accept => {
            let operation = "AcceptVpcEndpointConnections";
            let service = need::id(operation, Key::only(Slot::Service), observed)?;
            let call = aws
                .ec2
                .accept_vpc_endpoint_connections()
                .service_id(service)
                .vpc_endpoint_ids(id(operation)?);
            let answer = aws.gate.call(operation, call.send()).await?;
            let refused = error::from_items(operation, answer.unsuccessful(), answer.request_id());
            // It was accepted before: the answer was lost, or somebody else was faster.
            refused.map_err(|error| match error.code.contains("State") {
                true => CloudError {
                    kind: ErrorKind::Exists,
                    ..error
                },
                false => error,
            })?;
        }
        _ => return Err(need::misfit(step.key)),
    }
    Ok(None)
}

async fn create(
    aws: &Regional,
    token: &str,
    endpoint: &Endpoint,
    observed: &Observed,
) -> Result<String, CloudError> {
    let operation = "CreateVpcEndpoint";
    let service = observed
        .get(Key::only(Slot::Service))
        .and_then(|service| service.outputs.service_name.known())
        .ok_or_else(|| {
            error::ours(
                operation,
                ErrorKind::NotYet,
                "the name of the endpoint service has not been seen yet",
            )
        })?;
    let groups = need::groups(operation, &endpoint.security_groups, observed)?;
    let call = aws
        .ec2
        .create_vpc_endpoint()
        .vpc_endpoint_type(VpcEndpointType::Interface)
        .vpc_id(need::known(operation, "the VPC", &endpoint.vpc)?)
        .service_name(service)
        .set_subnet_ids(Some(need::all_known(
            operation,
            "a subnet",
            &endpoint.subnets,
        )?))
        .set_security_group_ids(some(groups))
        .ip_address_type(SdkAddressType::from(endpoint.ip_address_type.as_str()))
        .private_dns_enabled(false)
        .tag_specifications(ec2_tags::born(
            operation,
            ResourceType::VpcEndpoint,
            &endpoint.tags,
        )?)
        .client_token(token);
    let answer = aws.gate.call(operation, call.send()).await?;
    let made = answer.vpc_endpoint();
    need::made(operation, made.and_then(|made| made.vpc_endpoint_id()))
}

async fn modify(
    aws: &Regional,
    operation: &str,
    id: &str,
    change: &EndpointChange,
    observed: &Observed,
) -> Result<(), CloudError> {
    let call = aws
        .ec2
        .modify_vpc_endpoint()
        .vpc_endpoint_id(id)
        .set_add_subnet_ids(some(need::all_known(
            operation,
            "a subnet",
            &change.add_subnets,
        )?))
        .set_remove_subnet_ids(some(change.remove_subnets.iter().cloned().collect()))
        .set_add_security_group_ids(some(need::groups(operation, &change.add_groups, observed)?))
        .set_remove_security_group_ids(some(need::groups(
            operation,
            &change.remove_groups,
            observed,
        )?))
        .set_ip_address_type(
            change
                .ip_address_type
                .map(|kind| SdkAddressType::from(kind.as_str())),
        );
    aws.gate.call(operation, call.send()).await.map(drop)
}

/// AWS refuses empty lists.
fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}
