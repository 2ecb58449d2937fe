//! Writes to the endpoint service.

use std::collections::BTreeSet;

use aws_sdk_ec2::{operation::RequestId, types::ResourceType};

use crate::{client::Regional, ec2_tags, error, need};
use engine::model::{Key, Object, Observed, object::Service};
use engine::reconcile::{CloudError, ErrorKind, Step, Write, step::ServiceChange};

const MODIFY: &str = "ModifyVpcEndpointServiceConfiguration";

/// One write to the service. Of a create, the id.
pub(crate) async fn write(
    aws: &Regional,
    token: &str,
    step: &Step,
    observed: &Observed,
) -> Result<Option<String>, CloudError> {
    let id = |operation| need::id(operation, step.key, observed);
    match &step.write {
        Write::Create(object) => match object.as_ref() {
            Object::Service(service) => {
                return create(aws, token, service, observed).await.map(Some);
            }
            _ => return Err(need::misfit(step.key)),
        },
        Write::Delete => {
            let operation = "DeleteVpcEndpointServiceConfigurations";
            let call = aws
                .ec2
                .delete_vpc_endpoint_service_configurations()
                .service_ids(id(operation)?);
            let answer = aws.gate.call(operation, call.send()).await?;
            error::from_items(operation, answer.unsuccessful(), answer.request_id())?;
        }
        Write::SetService(change) => {
            modify(aws, id(MODIFY)?, change, observed).await?;
        }
        Write::LearnZones => {
            let call = aws
                .ec2
                .modify_vpc_endpoint_service_configuration()
                .service_id(id(MODIFY)?);
            aws.gate.call(MODIFY, call.send()).await?;
        }
        Write::SetPrincipals { add, remove } => {
            let operation = "ModifyVpcEndpointServicePermissions";
            let add = need::all_known(operation, "a principal", add)?;
            let remove = remove.iter().cloned().collect();
            let call = aws
                .ec2
                .modify_vpc_endpoint_service_permissions()
                .service_id(id(operation)?)
                .set_add_allowed_principals(some(add))
                .set_remove_allowed_principals(some(remove));
            aws.gate.call(operation, call.send()).await?;
        }
        Write::RejectConnections(endpoints) => {
            let operation = "RejectVpcEndpointConnections";
            let call = aws
                .ec2
                .reject_vpc_endpoint_connections()
                .service_id(id(operation)?)
                .set_vpc_endpoint_ids(Some(endpoints.iter().cloned().collect()));
            let answer = aws.gate.call(operation, call.send()).await?;
            error::from_items(operation, answer.unsuccessful(), answer.request_id())
                .map_err(gone_meanwhile)?;
        }
        _ => return Err(need::misfit(step.key)),
    }
    Ok(None)
}

/// A connection that somebody ended in the meantime is in no state to be rejected: who is still
/// connected has to be looked at again. The others of the call were rejected.
fn gone_meanwhile(error: CloudError) -> CloudError {
    match error.code.as_str() {
        "InvalidState" => CloudError {
            kind: ErrorKind::NotFound,
            ..error
        },
        _ => error,
    }
}

async fn create(
    aws: &Regional,
    token: &str,
    service: &Service,
    observed: &Observed,
) -> Result<String, CloudError> {
    let operation = "CreateVpcEndpointServiceConfiguration";
    let balancer = service.load_balancer.ok_or_else(|| {
        error::ours(
            operation,
            ErrorKind::Invalid,
            "there is no load balancer to front",
        )
    })?;
    let regions = need::all_known(operation, "a region", &service.regions)?;
    let families = service
        .ip_address_types
        .iter()
        .map(|family| family.as_str().to_owned());
    let call = aws
        .ec2
        .create_vpc_endpoint_service_configuration()
        .network_load_balancer_arns(need::id(operation, balancer, observed)?)
        .acceptance_required(service.acceptance_required)
        .set_supported_ip_address_types(some(families.collect()))
        .set_supported_regions(some(regions))
        .tag_specifications(ec2_tags::born(
            operation,
            ResourceType::VpcEndpointService,
            &service.tags,
        )?)
        .client_token(token);
    let answer = aws.gate.call(operation, call.send()).await?;
    let made = answer.service_configuration();
    need::made(operation, made.and_then(|made| made.service_id()))
}

async fn modify(
    aws: &Regional,
    id: &str,
    change: &ServiceChange,
    observed: &Observed,
) -> Result<(), CloudError> {
    let families = |families: &BTreeSet<engine::model::object::target_group::IpFamily>| {
        some(
            families
                .iter()
                .map(|family| family.as_str().to_owned())
                .collect(),
        )
    };
    let mut call = aws
        .ec2
        .modify_vpc_endpoint_service_configuration()
        .service_id(id)
        .set_acceptance_required(change.acceptance_required)
        .set_add_supported_ip_address_types(families(&change.add_ip_address_types))
        .set_remove_supported_ip_address_types(families(&change.remove_ip_address_types))
        .set_add_supported_regions(some(need::all_known(
            MODIFY,
            "a region",
            &change.add_regions,
        )?))
        .set_remove_supported_regions(some(change.remove_regions.iter().cloned().collect()));
    if let Some(balancer) = change.attach {
        let (add, remove) = exchange(aws, id, balancer, observed).await?;
        call = call
            .set_add_network_load_balancer_arns(some(add))
            .set_remove_network_load_balancer_arns(some(remove));
    }
    aws.gate.call(MODIFY, call.send()).await.map(drop)
}

/// The load balancers to add and to remove, by what AWS has now.
async fn exchange(
    aws: &Regional,
    id: &str,
    balancer: Key,
    observed: &Observed,
) -> Result<(Vec<String>, Vec<String>), CloudError> {
    let ours = need::id(MODIFY, balancer, observed)?;
    let services = super::by_ids(aws, vec![id.to_owned()]).await?;
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

/// AWS refuses empty lists.
fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}
