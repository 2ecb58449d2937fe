//! Whether the endpoint's VPC exists.

use tfplugin::Diagnostic;

use crate::{consumer_side::ConsumerSide, finding::error, lifecycle::preflight::CheckContext};

pub fn vpc_exists<A: ConsumerSide>(case: &CheckContext<'_, A>) -> Vec<Diagnostic> {
    let vpc = case.config.endpoint().and_then(|it| it.vpc_id.known());
    let (Some(vpc), Some(found)) = (vpc, case.survey.vpcs.known()) else {
        return Vec::new();
    };
    if found.contains_key(vpc) {
        return Vec::new();
    }
    vec![error(
        A::place("vpc_id"),
        "No such VPC",
        format!(
            "{vpc} does not exist in {}, as far as these credentials may see. Correct its id, the \
             region or the credentials.",
            case.region
        ),
    )]
}
