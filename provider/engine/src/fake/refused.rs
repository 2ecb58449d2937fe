//! Single reads that IAM refuses.

use std::collections::BTreeSet;

use crate::model::{Object, Observed, Scope};
use crate::reconcile::{CloudError, ErrorKind};

/// The observation of somebody whose reads are refused: without what they would have shown, as far
/// as the scope can do without.
pub(super) fn without(
    mut observed: Observed,
    refused: &BTreeSet<&'static str>,
    scope: &Scope,
) -> Result<Observed, CloudError> {
    for call in refused {
        if !scope.dispensable.contains(call) {
            return Err(CloudError {
                operation: (*call).to_owned(),
                kind: ErrorKind::Denied,
                code: "AccessDenied".to_owned(),
                message: "injected".to_owned(),
                request_id: None,
            });
        }
        hide(&mut observed, call);
        observed.refused.insert((*call).to_owned());
    }
    Ok(observed)
}

fn hide(observed: &mut Observed, call: &str) {
    if call == "DescribeVpcEndpointConnections" {
        observed.connections.clear();
    }
    observed.objects.retain(|_, seen| match &seen.object {
        Object::Endpoint(_) => call != "DescribeVpcEndpoints",
        Object::SecurityGroup(_) => !call.starts_with("DescribeSecurityGroup"),
        Object::Zone(_) => !matches!(call, "GetHostedZone" | "ListHostedZonesByVPC"),
        Object::Alias(_) => !matches!(call, "ListResourceRecordSets" | "ListHostedZonesByVPC"),
        _ => true,
    });
    for seen in observed.objects.values_mut() {
        match &mut seen.object {
            Object::TargetGroup(group) if call == "DescribeTargetHealth" => {
                group.targets.clear();
                seen.health.clear();
            }
            Object::Service(service) if call == "DescribeVpcEndpointServicePermissions" => {
                service.principals.clear();
            }
            _ => {}
        }
    }
}
