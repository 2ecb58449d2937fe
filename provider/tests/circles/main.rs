//! Modules of a crate take from each other in one direction only.
//!
//! Two questions, of files and of folders. No file comes back to itself by what it takes from other
//! files. And where folders stand side by side, each counts as one with all that is in it: what
//! the inside of one takes from the inside of another, the folder takes.
//!
//! A module and what is inside it are one family: what a file takes from the modules that it is
//! in is no circle, as parts may use what their whole defines.

// Clippy's allowance for tests does not reach the functions beside them.
#![allow(clippy::unwrap_used)]

mod graph;
mod modules;
mod source;

use std::{collections::BTreeMap, fs, path::Path};

use graph::{Graph, circles};
use modules::{Arrow, Crate, Module};
use source::{Source, read};

/// Folder of each crate's sources, beside this crate's own.
const CRATES: [&str; 5] = [
    "../proto/src",
    "engine/src",
    "resources/src",
    "aws/src",
    "src",
];

#[test]
fn no_crate_has_a_circle_of_modules() {
    let mut found = Vec::new();
    for folder in CRATES {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let files = sources(&root);
        assert!(files.len() > 8, "{folder}: only {files:?}");
        let arrows = Crate::new(files).arrows().into_iter().collect::<Vec<_>>();
        assert!(arrows.len() > 8, "{folder}: only {arrows:?}");
        let circles = all_circles(&arrows).into_iter();
        found.extend(circles.map(|circle| format!("{folder}, {circle}")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Every circle, each with what ties it.
fn all_circles(arrows: &[Arrow]) -> Vec<String> {
    let mut found = Vec::new();
    for ends in [of_files, of_folders] {
        let mut graph: Graph<Module> = Graph::new();
        for (from, to) in arrows.iter().filter_map(ends) {
            graph.entry(from).or_default().insert(to);
        }
        for circle in circles(&graph) {
            let ties = arrows.iter().filter(|arrow| {
                ends(arrow).is_some_and(|(from, to)| circle.contains(&from) && circle.contains(&to))
            });
            let ties: Vec<String> = ties.map(shown).collect();
            found.push(format!("a circle:\n{}", ties.join("\n")));
        }
    }
    found.sort();
    found.dedup();
    found
}

fn shown(arrow: &Arrow) -> String {
    let name = |module: &Module| format!("crate::{}", module.join("::"));
    let (from, to) = (name(&arrow.from), name(&arrow.to));
    format!("  {from} takes {} from {to}", arrow.name)
}

fn of_files(arrow: &Arrow) -> Option<(Module, Module)> {
    let is_inside = arrow.from.starts_with(&arrow.to);
    (!is_inside).then(|| (arrow.from.clone(), arrow.to.clone()))
}

/// The two that stand side by side and hold the ends.
fn of_folders(arrow: &Arrow) -> Option<(Module, Module)> {
    let pairs = arrow.from.iter().zip(&arrow.to);
    let side = pairs.take_while(|(from, to)| from == to).count() + 1;
    Some((
        arrow.from.get(..side)?.to_vec(),
        arrow.to.get(..side)?.to_vec(),
    ))
}

/// What the program is made of: no tests, and no second root.
fn sources(root: &Path) -> BTreeMap<Module, Source> {
    let mut found = BTreeMap::new();
    walk(root, &Module::new(), &mut found);
    let for_tests: Vec<Module> = found
        .iter()
        .flat_map(|(module, source): (&Module, &Source)| {
            let names = source.for_tests.iter();
            names.map(|name| [module.as_slice(), std::slice::from_ref(name)].concat())
        })
        .collect();
    found.retain(|module, _| !for_tests.iter().any(|it| module.starts_with(it)));
    found
}

fn walk(folder: &Path, module: &Module, found: &mut BTreeMap<Module, Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let inner = [module.as_slice(), std::slice::from_ref(&name)].concat();
        if path.is_dir() {
            walk(&path, &inner, found);
        } else if path.extension().is_some_and(|it| it == "rs") && name != "main" {
            let source = read(&fs::read_to_string(&path).unwrap());
            match name.as_str() {
                "lib" | "mod" => found.insert(module.clone(), source),
                _ => found.insert(inner, source),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(arrows: &[(&str, &str)]) -> Vec<String> {
        let module = |text: &str| -> Module {
            let names = text.split("::").filter(|it| !it.is_empty());
            names.map(str::to_owned).collect()
        };
        let arrows: Vec<Arrow> = arrows
            .iter()
            .map(|(from, to)| Arrow {
                from: module(from),
                to: module(to),
                name: "X".to_owned(),
            })
            .collect();
        all_circles(&arrows)
    }

    #[test]
    fn files_that_take_from_each_other_are_a_circle() {
        assert_eq!(found(&[("a", "b"), ("b", "c"), ("a", "c")]).len(), 0);
        let circle = found(&[("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")]);
        assert_eq!(
            circle,
            [
                "a circle:\n  crate::a takes X from crate::b\n  crate::b takes X from crate::c\n  \
              crate::c takes X from crate::a"
            ]
        );
    }

    #[test]
    fn a_part_may_take_from_its_whole() {
        assert_eq!(
            found(&[("a", "a::b"), ("a::b", "a"), ("a::b", "")]).len(),
            0
        );
        // The whole may not come back by a part of another.
        assert_eq!(found(&[("a", "a::b"), ("a::b", "c"), ("c", "a")]).len(), 2);
    }

    #[test]
    fn folders_that_take_from_each_other_are_a_circle() {
        assert_eq!(found(&[("a::x", "b::x"), ("b::y", "a::y")]).len(), 1);
        assert_eq!(found(&[("a::x", "a::y"), ("a::y", "b")]).len(), 0);
    }
}
