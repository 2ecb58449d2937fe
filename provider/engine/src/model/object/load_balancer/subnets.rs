//! In which calls a load balancer changes its subnets.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Maybe;

type Subnets = BTreeSet<Maybe<String>>;

/// The set to give next on the way from `seen` to `wanted`; `None` where there is no way.
///
/// A zone takes another subnet only after it has let go of the first, and a load balancer needs one
/// subnet at least: where no subnet stays, one zone serves on while the others change.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html>
pub fn next(wanted: &Subnets, seen: &Subnets, zones: &BTreeMap<String, String>) -> Option<Subnets> {
    let kept = wanted & seen;
    let exchanges = kept.len() < wanted.len() && kept.len() < seen.len();
    // What is unknown may turn out to be what is there: then nothing is exchanged.
    if !exchanges || wanted.contains(&Maybe::Unknown) {
        return Some(wanted.clone());
    }
    if !kept.is_empty() {
        return Some(kept);
    }
    let zone = |subnet: &Maybe<String>| zones.get(subnet.known()?);
    let zones_of = |subnets: &Subnets| subnets.iter().map(zone).collect::<Option<BTreeSet<_>>>();
    let (Some(taken), Some(needed)) = (zones_of(seen), zones_of(wanted)) else {
        // Only a plan does not know yet in which zones new subnets are.
        return Some(wanted.clone());
    };
    let is_in = |subnet: &Maybe<String>, zones: &BTreeSet<_>| {
        zone(subnet).is_some_and(|zone| zones.contains(zone))
    };
    let new_zones: Subnets = wanted
        .iter()
        .filter(|subnet| !is_in(subnet, &taken))
        .cloned()
        .collect();
    if !new_zones.is_empty() {
        return Some(seen | &new_zones);
    }
    if seen.len() == 1 {
        return None;
    }
    let unneeded = seen.iter().find(|subnet| !is_in(subnet, &needed));
    let stays = unneeded.or_else(|| seen.first());
    Some(stays.into_iter().cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(subnets: &str) -> Subnets {
        subnets.split_whitespace().map(Maybe::from).collect()
    }

    /// Each call on the way, as AWS takes them: `a2` is in zone `a`.
    fn way(from: &str, to: &str) -> Vec<String> {
        let all = set("a a2 b b2 c c2");
        let zones = all.iter().filter_map(Maybe::known);
        let zones = zones.map(|it| (it.clone(), it[..1].to_owned())).collect();
        let (mut seen, wanted) = (set(from), set(to));
        let mut calls = Vec::new();
        while seen != wanted {
            let Some(next) = next(&wanted, &seen, &zones) else {
                calls.push("no way".to_owned());
                break;
            };
            let zone = |it: &Maybe<String>| zones[it.known().unwrap()].clone();
            let left: BTreeSet<_> = seen.difference(&next).map(zone).collect();
            let come: BTreeSet<_> = next.difference(&seen).map(zone).collect();
            assert!(!next.is_empty() && left.is_disjoint(&come), "{calls:?}");
            let names: Vec<String> = next.iter().map(Maybe::to_string).collect();
            calls.push(names.join(" "));
            seen = next;
        }
        calls
    }

    #[test]
    fn every_exchange_goes_zone_by_zone() {
        for (from, to, calls) in [
            ("a b", "a b c", vec!["a b c"]),
            ("a b", "a", vec!["a"]),
            ("a b", "a c", vec!["a", "a c"]),
            ("a b", "a b2", vec!["a", "a b2"]),
            ("a b", "a2 b2", vec!["a", "a b2", "b2", "a2 b2"]),
            ("a b", "a2", vec!["b", "a2 b", "a2"]),
            ("a", "a2 b", vec!["a b", "b", "a2 b"]),
            ("a b", "c", vec!["a b c", "c"]),
            ("a", "a2", vec!["no way"]),
        ] {
            assert_eq!(way(from, to), calls, "{from} to {to}");
        }
    }

    #[test]
    fn what_is_not_known_yet_is_left_to_the_apply() {
        let zones = BTreeMap::new();
        let wanted = set("a2 b2");
        assert_eq!(next(&wanted, &set("a b"), &zones), Some(wanted.clone()));
        let unknown = BTreeSet::from([Maybe::Unknown, "a2".into()]);
        assert_eq!(next(&unknown, &set("a b"), &zones), Some(unknown.clone()));
    }
}
