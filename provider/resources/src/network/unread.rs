//! What could not be read, and so was not checked. A permission that is missing, or a read that AWS
//! fails, is no reason to fail a plan; credentials that AWS refuses are, for no apply could follow.

use std::collections::BTreeMap;

use tfplugin::Diagnostic;

use crate::{
    finding::list,
    lifecycle::preflight::{CheckContext, SWITCH},
};
use engine::model::survey::{Gap, Unread};

/// One warning for all that IAM does not allow, one for all that failed otherwise. One error where
/// AWS takes no call at all. `vpc_exists`: of a VPC that does not exist nothing else can be read.
pub fn told<A>(case: &CheckContext<'_, A>, vpc_exists: bool) -> Vec<Diagnostic> {
    let failures = failures(case, vpc_exists);
    let of = |gap| failures.iter().find(move |(unread, _)| unread.gap == gap);
    if let Some((unread, _)) = of(Gap::Credentials) {
        return vec![refused(unread)];
    }
    if let Some((unread, _)) = of(Gap::Unreached) {
        return vec![unreached(unread)];
    }
    let is_denied = |it: &&(&Unread, _)| it.0.gap == Gap::Denied;
    let denied = by_action(failures.iter().filter(is_denied));
    let failed = by_action(failures.iter().filter(|it| !is_denied(it)));
    let mut told = Vec::new();
    if !denied.is_empty() {
        let actions = denied.iter();
        let actions = actions.map(|(action, (_, what))| format!("{action} ({})", list(what)));
        told.push(Diagnostic::warning(
            "Not everything was checked: permissions are missing",
            format!(
                "These credentials may not call {}. Allow it to the identity that plans; {SWITCH}.",
                list(actions)
            ),
        ));
    }
    if !failed.is_empty() {
        let lines = failed.values();
        let lines: Vec<String> = lines
            .map(|(unread, what)| format!("{}: {}", list(what), unread.reason))
            .collect();
        told.push(Diagnostic::warning(
            "Not everything was checked: AWS could not be read",
            format!("Left out:\n{}\n{SWITCH}.", lines.join("\n")),
        ));
    }
    told
}

/// Each failure and what it kept from being checked.
fn failures<'a, A>(
    case: &CheckContext<'a, A>,
    vpc_exists: bool,
) -> Vec<(&'a Unread, &'static str)> {
    let survey = case.survey;
    let in_vpc =
        |unread: Option<&'a Unread>| unread.filter(|it| vpc_exists || it.gap != Gap::Other);
    let readings = [
        (survey.subnets.failure(), "subnets"),
        (survey.vpcs.failure(), "address blocks of VPCs"),
        (survey.neighbours.failure(), "zones of brokers"),
        (survey.instances.failure(), "instances"),
        (survey.security_groups.failure(), "security groups"),
        (
            in_vpc(survey.dns_support.failure()),
            "DNS support of the endpoint's VPC",
        ),
        (
            in_vpc(survey.dns_hostnames.failure()),
            "DNS host names of the endpoint's VPC",
        ),
        (
            in_vpc(survey.private_zones.failure()),
            "private zones in the way",
        ),
        (survey.hosted_zone.failure(), "the given hosted zone"),
        (survey.records.failure(), "records of the hostname"),
        (survey.offered.failure(), "the endpoint service"),
        (survey.namesakes.failure(), "paths of the same name"),
        (survey.account.failure(), "the certificate's account"),
    ];
    readings
        .into_iter()
        .filter_map(|(unread, what)| Some((unread?, what)))
        .collect()
}

/// The first failure of each action, and all that it kept from being checked.
fn by_action<'a>(
    failures: impl Iterator<Item = &'a (&'a Unread, &'static str)>,
) -> BTreeMap<&'static str, (&'a Unread, Vec<&'static str>)> {
    let mut actions = BTreeMap::new();
    for (unread, what) in failures {
        let entry = actions
            .entry(unread.action)
            .or_insert_with(|| (*unread, Vec::new()));
        entry.1.push(*what);
    }
    actions
}

fn refused(unread: &Unread) -> Diagnostic {
    Diagnostic::error(
        "AWS refuses the credentials",
        format!(
            "{}. Renew the credentials, or correct where the provider takes them from, and run \
             again.",
            unread.reason.trim_end_matches('.')
        ),
    )
}

fn unreached(unread: &Unread) -> Diagnostic {
    Diagnostic::error(
        "AWS cannot be reached",
        format!(
            "{}. Check the region, the network and the proxy (http_proxy, https_proxy and \
             no_proxy, as arguments or variables), and the provider's `endpoints` where they are \
             set. {SWITCH}.",
            unread.reason.trim_end_matches('.')
        ),
    )
}
