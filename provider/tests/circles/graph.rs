//! Circles of a graph.

use std::collections::{BTreeMap, BTreeSet};

/// Who points at whom.
pub type Graph<T> = BTreeMap<T, BTreeSet<T>>;

/// Whoever comes back to itself, each with all that it shares a circle with.
pub fn circles<T: Ord + Clone>(graph: &Graph<T>) -> Vec<BTreeSet<T>> {
    let reached: BTreeMap<&T, BTreeSet<&T>> =
        graph.keys().map(|it| (it, reached(graph, it))).collect();
    let mut circles = BTreeSet::new();
    for (from, all) in &reached {
        if all.contains(from) {
            let back = |it: &&&T| reached.get(**it).is_some_and(|all| all.contains(from));
            let circle: BTreeSet<T> = all.iter().filter(back).map(|it| (*it).clone()).collect();
            circles.insert(circle);
        }
    }
    circles.into_iter().collect()
}

fn reached<'a, T: Ord>(graph: &'a Graph<T>, from: &'a T) -> BTreeSet<&'a T> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(at) = next.pop() {
        for to in graph.get(at).into_iter().flatten() {
            if reached.insert(to) {
                next.push(to);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(arrows: &str) -> Vec<String> {
        let mut graph = Graph::new();
        for arrow in arrows.split_whitespace() {
            let (from, to) = arrow.split_once('>').unwrap();
            graph.entry(from).or_insert_with(BTreeSet::new).insert(to);
        }
        let circles = circles(&graph).into_iter();
        let shown = circles.map(|circle| circle.into_iter().collect());
        shown.collect()
    }

    #[test]
    fn who_comes_back_is_in_a_circle() {
        assert_eq!(found("a>b b>c a>c d>a"), Vec::<String>::new());
        assert_eq!(found("a>b b>a"), ["ab"]);
        assert_eq!(found("a>b b>c c>a c>d x>a"), ["abc"]);
        assert_eq!(found("a>b b>a b>c c>d d>c"), ["ab", "cd"]);
        assert_eq!(found("a>b b>a b>c c>b"), ["abc"]);
    }
}
