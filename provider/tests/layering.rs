//! Imports run downward only: see the first lines of the library.

// Clippy's allowance for tests does not reach the functions beside them.
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folder, and what its files may not name. Crates keep the rest of the order: what is no dependency
/// cannot be imported.
const FORBIDDEN: [(&str, &[&str]); 5] = [
    (
        "engine/src/model",
        &[
            "crate::reconcile",
            "crate::fake",
            "tokio",
            "std::time",
            "std::env",
            "std::fs",
        ],
    ),
    (
        "engine/src/reconcile",
        &["crate::fake", "std::env", "std::fs"],
    ),
    ("aws/src", &["engine::fake"]),
    ("resources/src", &["engine::fake"]),
    ("src", &["engine::fake"]),
];

/// Crate, and what it may not depend on.
const NO_DEPENDENCY: [(&str, &[&str]); 3] = [
    ("engine", &["tfplugin", "aws", "resources"]),
    ("aws", &["tfplugin", "resources"]),
    ("resources", &["aws"]),
];

fn files(of: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(of).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn imports_run_downward_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut read = 0;
    for (layer, forbidden) in FORBIDDEN {
        let mut paths = vec![root.join(format!("{layer}.rs"))];
        files(&root.join(layer), &mut paths);
        for path in paths.iter().filter(|path| path.is_file()) {
            let text = fs::read_to_string(path).unwrap();
            read += 1;
            let lines = text.lines().map(str::trim_start);
            for line in lines.filter(|line| !line.starts_with("//")) {
                for name in forbidden {
                    assert!(!line.contains(name), "{}: {line}", path.display());
                }
            }
        }
    }
    assert!(read > 200, "only {read} files were read");
}

#[test]
fn crates_depend_downward_only() {
    for (name, forbidden) in NO_DEPENDENCY {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let manifest = fs::read_to_string(path.join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("name = \"{name}\"")));
        for line in manifest.lines() {
            let dependency = line.split(['.', ' ', '=']).next().unwrap();
            // The SDK is the adapters' alone.
            let is_sdk = dependency.starts_with("aws-") && name != "aws";
            assert!(
                !forbidden.contains(&dependency) && !is_sdk,
                "{name}: {line}"
            );
        }
    }
}

/// What is pure reads no clock and draws no number.
#[test]
fn only_the_loop_knows_the_time() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("engine/src/reconcile");
    let mut paths = Vec::new();
    files(&source, &mut paths);
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if ["attempts", "bounds", "converge", "convergence", "creation"].contains(&name.as_str()) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for word in [
            "Instant",
            "SystemTime",
            "tokio",
            "rand",
            "tracing",
            "HashMap",
        ] {
            let mut lines = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            assert!(
                !lines.any(|line| line.contains(word)),
                "{name} names {word}"
            );
        }
    }
}
