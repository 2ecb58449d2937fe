//! How a failed write goes on.

use engine::model::Observed;
use engine::reconcile::{Answer, CloudError, ErrorKind};

/// What kind of write failed: the same error means different things to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    Create,
    Change,
    Delete,
}

/// The answer to a write that AWS did not do at once. `observed` tells what is ours.
pub(super) fn of(writing: Writing, error: CloudError, observed: &Observed) -> Answer {
    if writing != Writing::Delete && is_final(&error, observed) {
        return Answer::Failed(error);
    }
    match (error.kind, writing) {
        (ErrorKind::NotFound, Writing::Delete) => Answer::Done(None),
        (ErrorKind::InUse, Writing::Delete) | (ErrorKind::NotYet | ErrorKind::Throttled, _) => {
            Answer::NotYet(error)
        }
        // A service of this run that "does not exist" is on its way: its name was read from AWS.
        (ErrorKind::NotFound, Writing::Create) if error.code == "InvalidServiceName" => {
            Answer::NotYet(error)
        }
        // A given one may have been made or opened a moment ago.
        (ErrorKind::Invalid, Writing::Create) if error.code == "InvalidServiceName" => {
            Answer::LookAgain(error)
        }
        (ErrorKind::NotFound | ErrorKind::Exists | ErrorKind::Unavailable, _) => {
            Answer::LookAgain(error)
        }
        (ErrorKind::Denied | ErrorKind::Credentials, _) => Answer::Failed(error),
        (ErrorKind::InUse | ErrorKind::Invalid, _) => Answer::Failed(error),
    }
}

/// What looks like something that comes with time, and does not.
fn is_final(error: &CloudError, observed: &Observed) -> bool {
    match error.code.as_str() {
        // Two subnets of one zone stay two.
        "DuplicateSubnetsInSameZone" => true,
        // What the configuration names and does not make is there, or is not.
        "CertificateNotFound"
        | "SubnetNotFound"
        | "InvalidSubnetID.NotFound"
        | "InvalidSubnetId.NotFound"
        | "InvalidVpcID.NotFound"
        | "InvalidVpcId.NotFound" => true,
        "InvalidGroup.NotFound" | "InvalidSecurityGroupId.NotFound" | "NoSuchHostedZone" => {
            let mut ids = observed.objects.values().filter_map(|seen| seen.id.known());
            !ids.any(|id| error.message.contains(id.as_str()))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::error::ours;
    use engine::model::{Key, Object, Slot, object::Zone, sight::seen};

    fn answer(writing: Writing, kind: ErrorKind) -> &'static str {
        match of(writing, ours("X", kind, ""), &Observed::default()) {
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
        let answer = of(Writing::Create, error, &Observed::default());
        assert!(matches!(answer, Answer::NotYet(_)));
    }

    /// What is asked again without knowing why ends after some tries.
    #[test]
    fn a_given_service_that_is_not_visible_is_asked_for_a_few_times_more() {
        let said = "does not exist";
        let error = refused("InvalidServiceName", ErrorKind::Invalid, said);
        let answer = of(Writing::Create, error, &Observed::default());
        assert!(matches!(answer, Answer::LookAgain(_)));
    }

    fn refused(code: &str, kind: ErrorKind, message: &str) -> CloudError {
        CloudError {
            code: code.to_owned(),
            ..ours("X", kind, message)
        }
    }

    #[test]
    fn what_the_configuration_names_and_is_not_there_ends_at_once() {
        for (code, kind) in [
            ("CertificateNotFound", ErrorKind::NotFound),
            ("InvalidSubnetID.NotFound", ErrorKind::NotFound),
            ("DuplicateSubnetsInSameZone", ErrorKind::Exists),
        ] {
            let error = refused(code, kind, "'it-1' does not exist");
            for writing in [Writing::Create, Writing::Change] {
                let answer = of(writing, error.clone(), &Observed::default());
                assert!(matches!(answer, Answer::Failed(_)), "{code} {writing:?}");
            }
        }
    }

    #[test]
    fn a_group_that_is_not_there_is_waited_for_where_it_is_ours() {
        let said = "The security group 'sg-1' does not exist";
        let error = refused("InvalidGroup.NotFound", ErrorKind::NotFound, said);
        let given = of(Writing::Create, error.clone(), &Observed::default());
        assert!(matches!(given, Answer::Failed(_)));
        let group = Object::Zone(Zone {
            name: "any".to_owned(),
            vpc: "vpc-1".into(),
            tags: BTreeMap::new(),
        });
        let key = Key::new(Slot::Zone, group.generation());
        let observed = Observed {
            objects: BTreeMap::from([(key, seen("sg-1", true, group))]),
            ..Observed::default()
        };
        let ours = of(Writing::Create, error, &observed);
        assert!(matches!(ours, Answer::LookAgain(_)));
    }
}
