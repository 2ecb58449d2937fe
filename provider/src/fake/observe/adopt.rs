//! What a path that others built consists of, while it is being imported.

use super::Sight;
use crate::{
    fake::world::{Listener, TagMap},
    model::{Role, Seen, Slot, Unclaimed, layout, tags::OWNER},
};

impl Sight<'_> {
    /// Of a path that is being imported and that others built, what carries no owner may be a part.
    pub(super) fn is_nobodys(&self, tags: &TagMap) -> bool {
        let first = self.scope.owner.is_empty() || !self.scope.known.objects.is_empty();
        self.scope.is_adopting() && first && !tags.contains_key(OWNER)
    }

    /// What an import names, and the load balancer behind it.
    pub(super) fn behind_import(&self, id: &str) -> Option<Slot> {
        let service = self.scope.service_id.as_deref()?;
        let balancer = self
            .world
            .services
            .get(service)
            .map(|it| it.balancer.as_str());
        let is = |named: Option<&str>| named == Some(id);
        if is(Some(service)) {
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
        self.observed.unclaimed.insert(it.port, unclaimed);
    }

    fn unclaimed_group(&self, id: &str) -> Option<Seen> {
        let group = self.world.target_groups.get(id)?;
        let nobodys = !self.known.contains_key(id) && self.is_nobodys(&group.tags);
        nobodys.then(|| self.target_group(id, group, Role::Bootstrap, false))
    }

    /// The first look takes in what looks like a part.
    pub(super) fn take_in(&mut self) {
        if self.known.is_empty() {
            let roles = layout::guess(&self.observed.unclaimed);
            layout::take_in(&mut self.observed, &roles);
        }
    }
}
