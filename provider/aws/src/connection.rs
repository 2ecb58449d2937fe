//! Single connections to an endpoint service: how its owner finds, accepts and rejects one.

use aws_sdk_ec2::{
    operation::RequestId,
    types::{Filter, VpcEndpointConnection},
};

use crate::{Aws, endpoint, error, service};
use engine::model::{ConnectionId, EndpointConnection};
use engine::reconcile::{CloudError, Connections};

impl Connections for Aws {
    async fn connection(
        &self,
        id: &ConnectionId,
    ) -> Result<Option<EndpointConnection>, CloudError> {
        let filter = |name, value: &str| Filter::builder().name(name).values(value).build();
        let pages = self
            .region
            .ec2
            .describe_vpc_endpoint_connections()
            .filters(filter("service-id", &id.service))
            .filters(filter("vpc-endpoint-id", &id.endpoint))
            .into_paginator()
            .items()
            .send();
        let call = self
            .region
            .gate
            .call("DescribeVpcEndpointConnections", pages.try_collect());
        let found: Vec<VpcEndpointConnection> = call.await?;
        // What a filter means is AWS's to say, and another endpoint is not to be answered.
        let asked = found
            .iter()
            .find(|it| it.vpc_endpoint_id() == Some(id.endpoint.as_str()));
        Ok(asked.map(seen))
    }

    async fn accept(&self, id: &ConnectionId) -> Result<(), CloudError> {
        let operation = "AcceptVpcEndpointConnections";
        let call = self.region.ec2.accept_vpc_endpoint_connections();
        let call = call.service_id(&id.service).vpc_endpoint_ids(&id.endpoint);
        let answer = self.region.gate.call(operation, call.send()).await?;
        let (refused, request) = (answer.unsuccessful(), answer.request_id());
        error::from_items(operation, refused, request).map_err(endpoint::accepted_before)
    }

    async fn reject(&self, id: &ConnectionId) -> Result<(), CloudError> {
        let operation = "RejectVpcEndpointConnections";
        let call = self.region.ec2.reject_vpc_endpoint_connections();
        let call = call.service_id(&id.service).vpc_endpoint_ids(&id.endpoint);
        let answer = self.region.gate.call(operation, call.send()).await?;
        let (refused, request) = (answer.unsuccessful(), answer.request_id());
        error::from_items(operation, refused, request).map_err(service::gone_meanwhile)
    }
}

fn seen(connection: &VpcEndpointConnection) -> EndpointConnection {
    let owner = connection.vpc_endpoint_owner();
    let state = connection.vpc_endpoint_state();
    EndpointConnection {
        owner: owner.unwrap_or_default().to_owned(),
        region: connection.vpc_endpoint_region().map(str::to_owned),
        state: state.map_or_else(String::new, |state| state.as_str().to_owned()),
    }
}
