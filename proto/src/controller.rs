//! The services that go-plugin expects of every plugin: an end on request, two streams that stay
//! open and carry nothing, and a health check.

use std::pin::Pin;

use futures::stream::{self, Stream, StreamExt};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming};

use crate::wire::health::health_check_response::ServingStatus;
use crate::wire::health::health_server::Health;
use crate::wire::health::{HealthCheckRequest, HealthCheckResponse};
use crate::wire::plugin::grpc_broker_server::GrpcBroker;
use crate::wire::plugin::grpc_controller_server::GrpcController;
use crate::wire::plugin::grpc_stdio_server::GrpcStdio;
use crate::wire::plugin::{ConnInfo, Empty, StdioData};

/// The name under which go-plugin asks for a plugin's health.
const SERVICE: &str = "plugin";

/// All four services. `end` is cancelled by a request to end, and ends the streams.
#[derive(Debug, Clone)]
pub(crate) struct Controller {
    pub(crate) end: CancellationToken,
}

type Held<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

impl Controller {
    /// A stream of these items that then stays open until the end.
    fn hold<T: Send + 'static>(&self, items: Vec<T>) -> Held<T> {
        let end = self.end.clone();
        let items = stream::iter(items.into_iter().map(Ok));
        let silence = stream::once(end.cancelled_owned()).filter_map(|()| async { None });
        Box::pin(items.chain(silence))
    }
}

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.end.cancel();
        Ok(Response::new(Empty {}))
    }
}

#[tonic::async_trait]
impl GrpcBroker for Controller {
    type StartStreamStream = Held<ConnInfo>;

    async fn start_stream(
        &self,
        _: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        Ok(Response::new(self.hold(Vec::new())))
    }
}

#[tonic::async_trait]
impl GrpcStdio for Controller {
    type StreamStdioStream = Held<StdioData>;

    async fn stream_stdio(
        &self,
        _: Request<()>,
    ) -> Result<Response<Self::StreamStdioStream>, Status> {
        Ok(Response::new(self.hold(Vec::new())))
    }
}

#[tonic::async_trait]
impl Health for Controller {
    type WatchStream = Held<HealthCheckResponse>;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        match health(&request.into_inner().service) {
            ServingStatus::Serving => Ok(Response::new(answer(ServingStatus::Serving))),
            _ => Err(Status::not_found("no such service")),
        }
    }

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let status = health(&request.into_inner().service);
        Ok(Response::new(self.hold(vec![answer(status)])))
    }
}

fn health(service: &str) -> ServingStatus {
    match service {
        "" | SERVICE => ServingStatus::Serving,
        _ => ServingStatus::ServiceUnknown,
    }
}

fn answer(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse {
        status: status.into(),
    }
}
