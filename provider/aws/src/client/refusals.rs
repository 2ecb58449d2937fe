//! Calls that IAM may refuse: what is only shown can do without what they tell.

use std::{
    collections::BTreeSet,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use engine::reconcile::{CloudError, ErrorKind};

/// The calls that one observation can do without, and those of them that IAM refused.
#[derive(Clone, Debug, Default)]
pub(super) struct Refusals {
    dispensable: BTreeSet<&'static str>,
    met: Arc<Mutex<BTreeSet<String>>>,
}

impl Refusals {
    pub(super) fn of(dispensable: &BTreeSet<&'static str>) -> Refusals {
        Refusals {
            dispensable: dispensable.clone(),
            met: Arc::default(),
        }
    }

    pub(super) fn met(&self) -> BTreeSet<String> {
        let met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        met.clone()
    }

    /// What was read, or `instead` where IAM refused a call that can be done without.
    pub(super) async fn or<T>(
        &self,
        instead: T,
        reading: impl Future<Output = Result<T, CloudError>>,
    ) -> Result<T, CloudError> {
        match reading.await {
            Err(error)
                if error.kind == ErrorKind::Denied
                    && self.dispensable.contains(error.operation.as_str()) =>
            {
                let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
                met.insert(error.operation);
                Ok(instead)
            }
            answer => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(operation: &str, kind: ErrorKind) -> Result<Vec<u8>, CloudError> {
        Err(CloudError {
            operation: operation.to_owned(),
            kind,
            code: "AccessDenied".to_owned(),
            message: String::new(),
            request_id: None,
        })
    }

    #[tokio::test]
    async fn only_a_refusal_of_a_dispensable_call_is_done_without() {
        let refusals = Refusals::of(&["DescribeVpcs"].into());
        for (operation, kind, is_spared) in [
            ("DescribeVpcs", ErrorKind::Denied, true),
            ("DescribeVpcs", ErrorKind::Credentials, false),
            ("DescribeVpcs", ErrorKind::Unavailable, false),
            ("DescribeSubnets", ErrorKind::Denied, false),
        ] {
            let answer = refusals.or(vec![1], async { refused(operation, kind) });
            assert_eq!(answer.await.is_ok(), is_spared, "{operation} {kind:?}");
        }
        assert_eq!(refusals.met(), ["DescribeVpcs".to_owned()].into());
    }
}
