//! Single connections, by AWS's rules.

use tokio::time::Instant;

use super::{EndpointState, Fake, World};
use crate::model::{ConnectionId, EndpointConnection};
use crate::reconcile::{CloudError, Connections, ErrorKind};

impl Connections for Fake {
    async fn connection(
        &self,
        id: &ConnectionId,
    ) -> Result<Option<EndpointConnection>, CloudError> {
        self.travel().await;
        let now = Instant::now();
        let mut inner = self.inner();
        let endpoint = inner.shown(now).endpoints.get(&id.endpoint).cloned();
        let endpoint = endpoint.filter(|endpoint| endpoint.service == id.service);
        Ok(endpoint.map(|endpoint| EndpointConnection {
            state: endpoint.state(now).to_owned(),
            owner: endpoint.account,
            region: Some("us-east-1".to_owned()),
        }))
    }

    async fn accept(&self, id: &ConnectionId) -> Result<(), CloudError> {
        self.travel().await;
        self.edit(|world| {
            let available_at = Instant::now() + world.pace.endpoint;
            let operation = "AcceptVpcEndpointConnections";
            let state = state(world, id, operation)?;
            match state {
                EndpointState::PendingAcceptance | EndpointState::Rejected { for_good: false } => {
                    *state = EndpointState::Accepted(available_at);
                    Ok(())
                }
                _ => Err(error(operation, ErrorKind::Exists, "InvalidState")),
            }
        })
    }

    async fn reject(&self, id: &ConnectionId) -> Result<(), CloudError> {
        self.travel().await;
        self.edit(|world| {
            let operation = "RejectVpcEndpointConnections";
            let state = state(world, id, operation)?;
            match state {
                EndpointState::PendingAcceptance | EndpointState::Accepted(_) => {
                    *state = EndpointState::Rejected { for_good: false };
                    Ok(())
                }
                _ => Err(error(operation, ErrorKind::NotFound, "InvalidState")),
            }
        })
    }
}

fn state<'a>(
    world: &'a mut World,
    id: &ConnectionId,
    operation: &str,
) -> Result<&'a mut EndpointState, CloudError> {
    let endpoint = world.endpoints.get_mut(&id.endpoint);
    let endpoint = endpoint.filter(|endpoint| endpoint.service == id.service);
    endpoint.map(|endpoint| &mut endpoint.state).ok_or_else(|| {
        let code = "InvalidVpcEndpoint.NotFound";
        error(operation, ErrorKind::NotFound, code)
    })
}

fn error(operation: &str, kind: ErrorKind, code: &str) -> CloudError {
    CloudError {
        operation: operation.to_owned(),
        kind,
        code: code.to_owned(),
        message: "it does not ask to be answered".to_owned(),
        request_id: Some("fake".to_owned()),
    }
}
