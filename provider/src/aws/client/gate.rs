//! How many calls may be in flight: AWS throttles describes per account, whoever makes them.

use std::{error::Error, future::Future, sync::Arc, time::Instant};

use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tokio::sync::Semaphore;

use crate::{aws::error, reconcile::CloudError};

/// Calls in flight per region and provider configuration, over all resources. Load balancing
/// refills 10 describes a second at the least, and answers in about 100 ms.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/load-balancer-getting-started.html>
const IN_FLIGHT: usize = 16;

#[derive(Clone, Debug)]
pub(in crate::aws) struct Gate(Arc<Semaphore>);

impl Gate {
    pub(super) fn new() -> Gate {
        Gate(Arc::new(Semaphore::new(IN_FLIGHT)))
    }

    /// One call, or one paged listing. The error is classified.
    pub(in crate::aws) async fn call<T, E>(
        &self,
        operation: &str,
        call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, CloudError>
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        // Nobody closes the semaphore.
        let _place = self.0.acquire().await;
        let begun = Instant::now();
        let answer = call
            .await
            .map_err(|error| error::from_sdk(operation, &error));
        let milliseconds = begun.elapsed().as_millis();
        match &answer {
            Ok(_) => tracing::debug!(operation, milliseconds, "AWS answered"),
            Err(error) => {
                tracing::debug!(operation, milliseconds, code = error.code, "AWS refused");
            }
        }
        answer
    }
}
