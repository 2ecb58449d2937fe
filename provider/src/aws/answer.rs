//! How a failed write goes on.

use crate::reconcile::{Answer, CloudError, ErrorKind};

/// What kind of write failed: the same error means different things to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    Create,
    Change,
    Delete,
}

/// The answer to a write that AWS did not do at once.
pub(super) fn of(writing: Writing, error: CloudError) -> Answer {
    match (error.kind, writing) {
        (ErrorKind::NotFound, Writing::Delete) => Answer::Done(None),
        (ErrorKind::InUse, Writing::Delete) | (ErrorKind::NotYet | ErrorKind::Throttled, _) => {
            Answer::NotYet(error)
        }
        // A service of this run that "does not exist" is on its way: its name was read from AWS.
        (ErrorKind::NotFound, Writing::Create) if error.code == "InvalidServiceName" => {
            Answer::NotYet(error)
        }
        (ErrorKind::NotFound | ErrorKind::Exists | ErrorKind::Unavailable, _) => {
            Answer::LookAgain(error)
        }
        (ErrorKind::Denied | ErrorKind::Credentials, _) => Answer::Failed(error),
        (ErrorKind::InUse | ErrorKind::Invalid, _) => Answer::Failed(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::error::ours;

    fn answer(writing: Writing, kind: ErrorKind) -> &'static str {
        match of(writing, ours("X", kind, "")) {
            Answer::Done(_) => "done",
            Answer::NotYet(_) => "not yet",
            Answer::LookAgain(_) => "look again",
            Answer::Failed(_) => "failed",
        }
    }

    #[test]
    fn each_kind_of_error_has_its_answer() {
        use ErrorKind::*;
        for (kind, create, change, delete) in [
            (NotFound, "look again", "look again", "done"),
            (Exists, "look again", "look again", "look again"),
            (InUse, "failed", "failed", "not yet"),
            (NotYet, "not yet", "not yet", "not yet"),
            (Throttled, "not yet", "not yet", "not yet"),
            (Denied, "failed", "failed", "failed"),
            (Credentials, "failed", "failed", "failed"),
            (Invalid, "failed", "failed", "failed"),
            (Unavailable, "look again", "look again", "look again"),
        ] {
            assert_eq!(answer(Writing::Create, kind), create, "{kind:?}");
            assert_eq!(answer(Writing::Change, kind), change, "{kind:?}");
            assert_eq!(answer(Writing::Delete, kind), delete, "{kind:?}");
        }
    }

    #[test]
    fn a_service_of_ours_that_is_not_visible_yet_is_waited_for() {
        let mut error = ours("CreateVpcEndpoint", ErrorKind::NotFound, "does not exist");
        error.code = "InvalidServiceName".to_owned();
        assert!(matches!(of(Writing::Create, error), Answer::NotYet(_)));
    }
}
