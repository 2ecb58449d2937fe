//! Writes to the endpoint service.

use std::collections::BTreeSet;

use aws_sdk_ec2::{operation::RequestId, types::ResourceType};

use crate::{
    ec2_tags,
    operation::{Context, Operation},
};
use engine::model::{
    Key,
    object::{
        Service,
        service::{Change, Modification},
        target_group::IpFamily,
    },
};
use engine::reconcile::{CloudError, ErrorKind};

const MODIFY: &str = "ModifyVpcEndpointServiceConfiguration";

pub(crate) async fn create(context: Context<'_>, service: &Service) -> Result<String, CloudError> {
    let operation = context.operation("CreateVpcEndpointServiceConfiguration");
    let balancer = service.load_balancer.ok_or_else(|| {
        let message = "there is no load balancer to front";
        operation.error(ErrorKind::Invalid, message)
    })?;
    let regions = operation.all_known("a region", &service.regions)?;
    let kind = ResourceType::VpcEndpointService;
    let call = context
        .aws
        .ec2
        .create_vpc_endpoint_service_configuration()
        .network_load_balancer_arns(operation.id(balancer)?)
        .acceptance_required(service.acceptance_required)
        .set_supported_ip_address_types(families(&service.ip_address_types))
        .set_supported_regions(some(regions))
        .tag_specifications(ec2_tags::born(operation, kind, &service.tags)?)
        .client_token(context.token);
    let answer = operation.send(call.send()).await?;
    let made = answer.service_configuration();
    operation.made(made.and_then(|made| made.service_id()))
}

pub(crate) async fn delete(context: Context<'_>) -> Result<(), CloudError> {
    let operation = context.operation("DeleteVpcEndpointServiceConfigurations");
    let id = operation.own_id()?;
    let call = context.aws.ec2.delete_vpc_endpoint_service_configurations();
    let answer = operation.send(call.service_ids(id).send()).await?;
    operation.all_done(answer.unsuccessful(), answer.request_id())
}

pub(crate) async fn change(context: Context<'_>, change: &Change) -> Result<(), CloudError> {
    let ec2 = &context.aws.ec2;
    match change {
        Change::Modify(modification) => modify(context, modification).await,
        Change::LearnZones => {
            let operation = context.operation(MODIFY);
            let call = ec2
                .modify_vpc_endpoint_service_configuration()
                .service_id(operation.own_id()?);
            operation.send(call.send()).await.map(drop)
        }
        Change::ModifyPermissions { add, remove } => {
            let operation = context.operation("ModifyVpcEndpointServicePermissions");
            let call = ec2
                .modify_vpc_endpoint_service_permissions()
                .set_add_allowed_principals(some(operation.all_known("a principal", add)?))
                .service_id(operation.own_id()?)
                .set_remove_allowed_principals(some(remove.iter().cloned().collect()));
            operation.send(call.send()).await.map(drop)
        }
        Change::RejectConnections(endpoints) => {
            let operation = context.operation("RejectVpcEndpointConnections");
            let call = ec2
                .reject_vpc_endpoint_connections()
                .service_id(operation.own_id()?)
                .set_vpc_endpoint_ids(Some(endpoints.iter().cloned().collect()));
            let answer = operation.send(call.send()).await?;
            let rejected = operation.all_done(answer.unsuccessful(), answer.request_id());
            rejected.map_err(gone_meanwhile)
        }
        Change::AcceptConnections(endpoints) => {
            let operation = context.operation("AcceptVpcEndpointConnections");
            let call = ec2
                .accept_vpc_endpoint_connections()
                .service_id(operation.own_id()?)
                .set_vpc_endpoint_ids(Some(endpoints.iter().cloned().collect()));
            let answer = operation.send(call.send()).await?;
            let accepted = operation.all_done(answer.unsuccessful(), answer.request_id());
            accepted.map_err(gone_meanwhile)
        }
    }
}

/// A connection that somebody ended or accepted in the meantime is in no state to be rejected or
/// accepted: who is connected, and who still asks, has to be looked at again. The others of the
/// call were answered.
pub(crate) fn gone_meanwhile(error: CloudError) -> CloudError {
    match error.code.as_str() {
        "InvalidState" => CloudError {
            kind: ErrorKind::NotFound,
            ..error
        },
        _ => error,
    }
}

async fn modify(context: Context<'_>, change: &Modification) -> Result<(), CloudError> {
    let operation = context.operation(MODIFY);
    let mut call = context
        .aws
        .ec2
        .modify_vpc_endpoint_service_configuration()
        .service_id(operation.own_id()?)
        .set_acceptance_required(change.acceptance_required)
        .set_add_supported_ip_address_types(families(&change.add_ip_address_types))
        .set_remove_supported_ip_address_types(families(&change.remove_ip_address_types))
        .set_add_supported_regions(some(operation.all_known("a region", &change.add_regions)?))
        .set_remove_supported_regions(some(change.remove_regions.iter().cloned().collect()));
    if let Some(balancer) = change.attach {
        let (add, remove) = exchange(context, operation, balancer).await?;
        call = call
            .set_add_network_load_balancer_arns(some(add))
            .set_remove_network_load_balancer_arns(some(remove));
    }
    operation.send(call.send()).await.map(drop)
}

/// The load balancers to add and to remove, by what AWS has now.
async fn exchange(
    context: Context<'_>,
    operation: Operation<'_>,
    balancer: Key,
) -> Result<(Vec<String>, Vec<String>), CloudError> {
    let ours = operation.id(balancer)?;
    let id = operation.own_id()?.to_owned();
    let services = super::by_ids(context.aws, vec![id]).await?;
    let mut there: Vec<String> = services
        .iter()
        .flat_map(|service| service.network_load_balancer_arns())
        .cloned()
        .collect();
    let add = match there.iter().any(|arn| arn == ours) {
        true => Vec::new(),
        false => vec![ours.to_owned()],
    };
    there.retain(|arn| arn != ours);
    Ok((add, there))
}

fn families(families: &BTreeSet<IpFamily>) -> Option<Vec<String>> {
    let names = families.iter().map(|family| family.as_str().to_owned());
    some(names.collect())
}

/// AWS refuses empty lists.
fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}
