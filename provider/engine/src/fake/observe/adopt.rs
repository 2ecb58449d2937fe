//! What a path that others built consists of, while it is being imported.

use super::Sight;
use crate::fake::world::Listener;
use crate::model::{Role, Seen, Slot, Unclaimed, layout, ownership::Claim};

impl Sight<'_> {
    /// What an import names, and the load balancer behind it.
    pub(super) fn behind_import(&self, id: &str) -> Option<Slot> {
        let service = self.scope.service_id.as_deref();
        let balancer = service.and_then(|service| self.world.services.get(service));
        let balancer = balancer.map(|it| it.balancer.as_str());
        let is = |named: Option<&str>| named == Some(id);
        if is(service) {
            Some(Slot::Service)
        } else if is(balancer) {
            Some(Slot::LoadBalancer)
        } else {
            is(self.scope.endpoint_id.as_deref()).then_some(Slot::Endpoint)
        }
    }

    /// A listener that nobody claims, and the group behind it.
    pub(super) fn note(&mut self, it: &Listener, listener: Seen) {
        let group = self.unclaimed_group(&it.group);
        let unclaimed = Unclaimed { listener, group };
        self.path.observed.unclaimed.insert(it.port, unclaimed);
    }

    fn unclaimed_group(&self, id: &str) -> Option<Seen> {
        let group = self.world.target_groups.get(id)?;
        let is_nobodys = self.path.claims.claim(id, &group.tags) == Claim::Nobodys;
        is_nobodys.then(|| self.target_group(id, group, Role::Bootstrap, false))
    }

    /// The first look takes in what looks like a part.
    pub(super) fn take_in(&mut self) {
        if self.earlier.objects.is_empty() {
            let roles = layout::guess(&self.path.observed.unclaimed);
            layout::take_in(&mut self.path.observed, &roles);
        }
    }
}
