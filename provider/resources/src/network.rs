//! The networks that a load balancer or an endpoint stands in: subnets and security groups of the
//! user's, what a preflight finds of them, and the one group that the resource manages.

pub mod elsewhere;
pub mod group_ids;
pub mod security_groups;
pub mod subnets;
pub mod unread;

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Path;

use crate::{
    elements::{Ids, known, known_in},
    lifecycle::preflight::CheckContext,
};
use engine::model::{Maybe, Slot, survey::Subnet};

/// A load balancer or an endpoint by where it stands.
pub struct Side<'a> {
    /// What messages call it.
    pub object: &'static str,
    /// Where one of its arguments is written.
    pub place: fn(&str) -> Path,
    pub subnet_ids: &'a Maybe<Ids>,
    pub security_group_ids: &'a Maybe<Option<Ids>>,
    /// The VPC that all of them have to be of, where that is known.
    pub vpc: Option<&'a str>,
}

impl<'a> Side<'a> {
    /// Ids of the security groups that are known.
    fn groups(&self) -> impl Iterator<Item = &'a String> + use<'a> {
        let groups = self.security_group_ids.known().and_then(Option::as_ref);
        groups.into_iter().flat_map(known)
    }
}

impl<'a, A> CheckContext<'a, A> {
    /// Those of the subnets that are known and exist.
    pub fn subnets(&self, ids: &'a Maybe<Ids>) -> Vec<&'a Subnet> {
        let Some(found) = self.survey.subnets.known() else {
            return Vec::new();
        };
        known_in(ids).filter_map(|id| found.get(id)).collect()
    }

    /// Ids of the hosted zones that are the path's own.
    pub fn own_zones(&self) -> BTreeSet<&'a str> {
        let seen = self
            .observed
            .into_iter()
            .flat_map(|observed| observed.of(Slot::Zone));
        seen.filter_map(|(_, zone)| zone.id.known().map(String::as_str))
            .collect()
    }
}

/// What belongs together, by what it has in common.
fn grouped<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, Vec<V>> {
    let mut groups: BTreeMap<K, Vec<V>> = BTreeMap::new();
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}
