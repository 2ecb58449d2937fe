//! Which module of a crate takes something from which other one.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Import, Source};

/// From the root of the crate: empty for the root itself.
pub type Module = Vec<String>;

/// The modules of one crate, and what their files say.
#[derive(Debug, Default)]
pub struct Crate {
    files: BTreeMap<Module, Source>,
    modules: BTreeSet<Module>,
}

/// Which file takes what from which other one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    pub from: Module,
    pub to: Module,
    pub name: String,
}

/// So many names that stand for others are followed: nobody means to go round.
const HOPS: u32 = 20;

impl Crate {
    pub fn new(files: BTreeMap<Module, Source>) -> Crate {
        let mut modules: BTreeSet<Module> = files.keys().cloned().collect();
        for (module, source) in &files {
            let inline = source.inline.iter();
            modules.extend(inline.map(|it| [module.as_slice(), it].concat()));
        }
        Crate { files, modules }
    }

    pub fn arrows(&self) -> BTreeSet<Arrow> {
        let mut arrows = BTreeSet::new();
        for (file, source) in &self.files {
            let imports = source.imports.iter().map(|it| (&it.inside, &it.path));
            let paths = source.paths.iter().map(|(inside, path)| (inside, path));
            for (inside, path) in imports.chain(paths) {
                let module = [file.as_slice(), inside].concat();
                let Some((to, name)) = self.item(&module, path, HOPS) else {
                    continue;
                };
                let to = self.file(&to);
                if to != *file {
                    let from = file.clone();
                    arrows.insert(Arrow { from, to, name });
                }
            }
        }
        arrows
    }

    /// The module that defines what the path leads to, and its name there. `None` where it leads
    /// out of the crate, or to a module: what is taken from that shows where it is used.
    fn item(&self, from: &Module, path: &[String], hops: u32) -> Option<(Module, String)> {
        match self.lead(from, path, hops)? {
            End::Item(module, name) => Some((module, name)),
            End::Module(_) => None,
        }
    }

    fn lead(&self, from: &Module, path: &[String], hops: u32) -> Option<End> {
        let hops = hops.checked_sub(1)?;
        let (first, rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => Module::new(),
            "self" => from.clone(),
            "super" => from.split_last()?.1.to_vec(),
            name => match self.known(from, name, hops)? {
                End::Module(module) => module,
                item @ End::Item(..) => return Some(item),
            },
        };
        for name in rest {
            if name == "super" {
                at = at.split_last()?.1.to_vec();
                continue;
            }
            match self.known(&at, name, hops) {
                Some(End::Module(module)) => at = module,
                Some(item) => return Some(item),
                None if self.is_imported(&at, name) => return None,
                None => return Some(End::Item(at, name.clone())),
            }
        }
        Some(End::Module(at))
    }

    /// What a module calls by this name, of its modules and its imports.
    fn known(&self, module: &Module, name: &str, hops: u32) -> Option<End> {
        let child = [module.as_slice(), &[name.to_owned()]].concat();
        if self.modules.contains(&child) {
            return Some(End::Module(child));
        }
        let mut imports = self.imports(module);
        let path = imports.find(|it| it.name == name).map(|it| &it.path)?;
        self.lead(module, path, hops)
    }

    fn is_imported(&self, module: &Module, name: &str) -> bool {
        self.imports(module).any(|it| it.name == name)
    }

    fn imports(&self, module: &Module) -> impl Iterator<Item = &Import> {
        let file = self.file(module);
        let inside = module[file.len()..].to_vec();
        let imports = self.files.get(&file).into_iter().flat_map(|it| &it.imports);
        imports.filter(move |it| it.inside == inside)
    }

    /// The module whose file this one stands in.
    fn file(&self, module: &Module) -> Module {
        let mut ancestors = (0..=module.len()).rev().map(|length| &module[..length]);
        let file = ancestors.find(|it| self.files.contains_key(*it));
        file.unwrap_or_default().to_vec()
    }
}

enum End {
    Module(Module),
    Item(Module, String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::read;

    fn arrows(files: &[(&str, &str)]) -> Vec<String> {
        let files = files.iter().map(|(name, text)| {
            let module = name.split("::").filter(|it| !it.is_empty());
            (module.map(str::to_owned).collect(), read(text))
        });
        let arrows = Crate::new(files.collect()).arrows().into_iter();
        let shown = arrows.map(|it| {
            format!(
                "{} -> {}: {}",
                it.from.join("::"),
                it.to.join("::"),
                it.name
            )
        });
        shown.collect()
    }

    #[test]
    fn names_lead_to_the_file_that_defines_them() {
        let files = [
            (
                "",
                "mod a; mod b; pub use b::c::D; use std::fmt; use other::E;",
            ),
            (
                "a",
                "use crate::D; use super::b::{self, c}; fn f() { b::g(); c::h() }",
            ),
            ("b", "pub mod c; pub fn g() { fmt::x() }"),
            (
                "b::c",
                "pub struct D; pub fn h() { self::inner::x() } mod inner { fn x() {} }",
            ),
        ];
        assert_eq!(
            arrows(&files),
            [" -> b::c: D", "a -> b: g", "a -> b::c: D", "a -> b::c: h"]
        );
    }

    #[test]
    fn full_paths_and_inline_modules_count() {
        let files = [
            ("", ""),
            (
                "a",
                "mod inner { fn f() { super::super::b::X } fn g() { crate::b::inner::Y } }",
            ),
            ("b", "mod inner { pub struct Y; }"),
        ];
        assert_eq!(arrows(&files), ["a -> b: X", "a -> b: Y"]);
    }

    #[test]
    fn names_that_lead_nowhere_or_round_are_left() {
        let files = [
            ("", "pub use a::X;"),
            (
                "a",
                "pub use crate::X; use serde::Y; fn f() { Y::new(); Z::new() }",
            ),
            ("b", "use crate::a::Y; use super::X;"),
        ];
        assert_eq!(arrows(&files), Vec::<String>::new());
    }
}
