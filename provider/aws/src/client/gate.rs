//! What every call goes through: its lane's places and pace, and the bounds of the operation.

use std::{error::Error, future::Future};

use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::{bucket::Bucket, call::Call, lanes::Lanes};
use crate::error;
use engine::reconcile::{Bounds, CloudError};

#[derive(Clone, Debug)]
pub(crate) struct Gate {
    lanes: Lanes,
    region: String,
    /// How often a call may be repeated that failed on the way; `None`: as the bounds allow.
    repeats: Option<u32>,
    bounds: Bounds,
}

impl Gate {
    pub(super) fn new(lanes: Lanes, region: &str, repeats: Option<u32>, bounds: Bounds) -> Gate {
        Gate {
            lanes,
            region: region.to_owned(),
            repeats,
            bounds,
        }
    }

    /// The same gate for an operation with these bounds.
    pub(super) fn within(&self, bounds: &Bounds) -> Gate {
        Gate {
            bounds: bounds.clone(),
            ..self.clone()
        }
    }

    /// One call, or one paged listing. The error is classified.
    pub(crate) fn call<'a, T, E>(
        &'a self,
        operation: &'a str,
        call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>> + 'a,
    ) -> impl Future<Output = Result<T, CloudError>> + 'a
    where
        T: 'a,
        E: ProvideErrorMetadata + Error + 'static,
    {
        // The SDK's futures are large, and a survey or an observation holds a dozen of them.
        let call = Box::pin(call);
        async move {
            let lane = self.lanes.lane(&self.region, Bucket::of(operation));
            let on_its_way = Call::new(operation, &self.bounds, lane, self.repeats);
            let work = async {
                let answer = call.await;
                answer.map_err(|error| error::from_sdk(operation, &error))
            };
            on_its_way.run(work).await
        }
    }
}
