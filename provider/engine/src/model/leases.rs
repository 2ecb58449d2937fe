//! Which objects carry a lease.

use crate::model::{Desired, Key, Lease, Observed, Side, Slot};

/// The object that is made before all others and carries the lease: the managed security group of
/// the side that comes first, else what it would have protected. Both are found without an id.
pub fn anchor(desired: &Desired, side: Option<Side>) -> Option<Key> {
    let side = side.unwrap_or(Side::Service);
    let protected = match side {
        Side::Service => Slot::LoadBalancer,
        Side::Consumer => Slot::Endpoint,
    };
    let of = |slot: Slot| desired.objects.keys().find(|key| key.slot == slot).copied();
    of(Slot::SecurityGroup(side)).or_else(|| of(protected))
}

/// The objects that carry a lease.
pub fn all(observed: &Observed) -> impl Iterator<Item = (Key, Lease)> {
    let objects = observed.objects.iter();
    objects.filter_map(|(key, seen)| Some((*key, Lease::of(&seen.object)?)))
}

/// Those that carry one which nobody has ended.
pub fn open(observed: &Observed) -> impl Iterator<Item = (Key, Lease)> {
    all(observed).filter(|(_, lease)| lease.is_open())
}
