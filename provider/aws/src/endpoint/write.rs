//! Writes to the interface endpoint.

use aws_sdk_ec2::{
    operation::{RequestId, create_vpc_endpoint::builders::CreateVpcEndpointFluentBuilder},
    types::{IpAddressType as SdkAddressType, ResourceType, VpcEndpointType},
};

use crate::{ec2_tags, operation::Context};
use engine::model::object::{
    Endpoint, ServiceRef,
    endpoint::{Change, Modification},
};
use engine::reconcile::{CloudError, ErrorKind};

pub(crate) async fn create(
    context: Context<'_>,
    endpoint: &Endpoint,
) -> Result<String, CloudError> {
    let operation = context.operation("CreateVpcEndpoint");
    let answer = operation.send(request(context, endpoint)?.send()).await;
    // Of a given service that does not exist, or does not let this account ask, AWS says the same as
    // of one that was made or opened a moment ago: it is asked again for a while, not for ever.
    let is_given = !endpoint.service.is_managed();
    let answer = answer.map_err(|error| match error.code.as_str() {
        "InvalidServiceName" if is_given => CloudError {
            kind: ErrorKind::Invalid,
            ..error
        },
        _ => error,
    })?;
    let made = answer.vpc_endpoint();
    operation.made(made.and_then(|made| made.vpc_endpoint_id()))
}

fn request(
    context: Context<'_>,
    endpoint: &Endpoint,
) -> Result<CreateVpcEndpointFluentBuilder, CloudError> {
    let operation = context.operation("CreateVpcEndpoint");
    let service = match &endpoint.service {
        ServiceRef::Managed(key) => operation
            .seen(*key)
            .and_then(|service| service.outputs.service_name.known())
            .ok_or_else(|| {
                let message = "the name of the endpoint service has not been seen yet";
                operation.error(ErrorKind::NotYet, message)
            })?,
        ServiceRef::Given(name) => operation.known("the endpoint service", name)?,
    };
    let region = endpoint.service_region.as_ref();
    let region = region.map(|region| operation.known("the service's region", region));
    let groups = operation.groups(&endpoint.security_groups)?;
    let kind = ResourceType::VpcEndpoint;
    Ok(context
        .aws
        .ec2
        .create_vpc_endpoint()
        .vpc_endpoint_type(VpcEndpointType::Interface)
        .vpc_id(operation.known("the VPC", &endpoint.vpc)?)
        .service_name(service)
        .set_service_region(region.transpose()?.map(str::to_owned))
        .set_subnet_ids(Some(operation.all_known("a subnet", &endpoint.subnets)?))
        .set_security_group_ids(some(groups))
        .ip_address_type(SdkAddressType::from(endpoint.ip_address_type.as_str()))
        .private_dns_enabled(false)
        .tag_specifications(ec2_tags::born(operation, kind, &endpoint.tags)?)
        .client_token(context.token))
}

pub(crate) async fn delete(context: Context<'_>) -> Result<(), CloudError> {
    let operation = context.operation("DeleteVpcEndpoints");
    let id = operation.own_id()?;
    let call = context.aws.ec2.delete_vpc_endpoints();
    let answer = operation.send(call.vpc_endpoint_ids(id).send()).await?;
    operation.all_done(answer.unsuccessful(), answer.request_id())
}

pub(crate) async fn change(context: Context<'_>, change: &Change) -> Result<(), CloudError> {
    match change {
        Change::Modify(modification) => modify(context, modification).await,
        Change::Accept => accept(context).await,
    }
}

async fn modify(context: Context<'_>, change: &Modification) -> Result<(), CloudError> {
    let operation = context.operation("ModifyVpcEndpoint");
    let kind = change.ip_address_type;
    let call = context
        .aws
        .ec2
        .modify_vpc_endpoint()
        .vpc_endpoint_id(operation.own_id()?)
        .set_add_subnet_ids(some(operation.all_known("a subnet", &change.add_subnets)?))
        .set_remove_subnet_ids(some(change.remove_subnets.iter().cloned().collect()))
        .set_add_security_group_ids(some(operation.groups(&change.add_groups)?))
        .set_remove_security_group_ids(some(operation.groups(&change.remove_groups)?))
        .set_ip_address_type(kind.map(|kind| SdkAddressType::from(kind.as_str())));
    operation.send(call.send()).await.map(drop)
}

async fn accept(context: Context<'_>) -> Result<(), CloudError> {
    let operation = context.operation("AcceptVpcEndpointConnections");
    let endpoint = operation.seen(context.key);
    let endpoint = endpoint.and_then(|seen| seen.object.as_endpoint());
    let service = endpoint.and_then(|endpoint| endpoint.service.managed());
    let service = service.ok_or_else(|| {
        let message = "nobody but the owner of the endpoint service accepts connections to it";
        operation.error(ErrorKind::Invalid, message)
    })?;
    let call = context
        .aws
        .ec2
        .accept_vpc_endpoint_connections()
        .service_id(operation.id(service)?)
        .vpc_endpoint_ids(operation.own_id()?);
    let answer = operation.send(call.send()).await?;
    let accepted = operation.all_done(answer.unsuccessful(), answer.request_id());
    accepted.map_err(accepted_before)
}

/// The connection is in no state to be accepted: it was accepted before, since the answer was lost
/// or somebody else was faster.
pub(crate) fn accepted_before(error: CloudError) -> CloudError {
    match error.code.contains("State") {
        true => CloudError {
            kind: ErrorKind::Exists,
            ..error
        },
        false => error,
    }
}

/// AWS refuses empty lists.
fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

#[cfg(test)]
mod tests;
