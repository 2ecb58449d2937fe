//! What hangs on the load balancer of a path that is being imported and carries nobody's tags.

use ipnet::IpNet;

use super::{claim::Claim, listener, sight::Sight, target_group};
use engine::model::{Role, Unclaimed, layout};

/// Notes nobody's listeners with their groups and, as long as nothing of the path is known, takes
/// in those that look like a part of it. Later the configuration says which are.
pub(super) fn see(
    sight: &mut Sight<'_>,
    listeners: &[listener::Raw],
    groups: &[target_group::Raw],
    blocks: &[IpNet],
) {
    for raw in listeners {
        if let Some((port, unclaimed)) = unclaimed(sight, raw, groups, blocks) {
            sight.observed.unclaimed.insert(port, unclaimed);
        }
    }
    if sight.claims.scope.known.objects.is_empty() {
        let roles = layout::guess(&sight.observed.unclaimed);
        layout::take_in(&mut sight.observed, &roles);
    }
}

fn unclaimed(
    sight: &Sight<'_>,
    raw: &listener::Raw,
    groups: &[target_group::Raw],
    blocks: &[IpNet],
) -> Option<(u16, Unclaimed)> {
    let arn = raw.listener.listener_arn()?;
    if sight.claims.claim(arn, &raw.tags) != Claim::Nobodys {
        return None;
    }
    let listener = listener::describe(sight, raw)?;
    let to = listener::forwards_to(&raw.listener);
    let group = groups
        .iter()
        .find(|group| to.is_some() && group.group.target_group_arn() == to)
        .filter(|group| {
            let arn = group.group.target_group_arn().unwrap_or_default();
            sight.claims.claim(arn, &group.tags) == Claim::Nobodys
        })
        // The role is decided later, and with it what the group was made for.
        .and_then(|group| target_group::describe(sight, group, Role::Bootstrap, blocks));
    let port = listener.object.as_listener()?.port;
    Some((port, Unclaimed { listener, group }))
}
