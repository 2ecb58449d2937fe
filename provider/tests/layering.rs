//! Imports run downward only: see the first lines of the library.

// Clippy's allowance for tests does not reach the functions beside them.
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folder below `src`, and what its files may not name.
const FORBIDDEN: [(&str, &[&str]); 5] = [
    (
        "model",
        &[
            "crate::reconcile",
            "crate::resource",
            "crate::aws",
            "crate::fake",
            "tfplugin",
            "aws_sdk_",
            "tokio",
            "std::time",
            "std::env",
            "std::fs",
        ],
    ),
    (
        "reconcile",
        &[
            "crate::resource",
            "crate::aws",
            "crate::fake",
            "tfplugin",
            "aws_",
            "std::env",
            "std::fs",
        ],
    ),
    (
        "fake",
        &["crate::resource", "crate::aws", "tfplugin", "aws_sdk_"],
    ),
    ("aws", &["crate::resource", "crate::fake", "tfplugin"]),
    (
        "resource",
        &[
            "crate::aws",
            "aws_sdk_",
            "aws_smithy",
            "aws_types",
            "aws_config",
        ],
    ),
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
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut read = 0;
    for (layer, forbidden) in FORBIDDEN {
        let mut paths = vec![source.join(format!("{layer}.rs"))];
        files(&source.join(layer), &mut paths);
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
    assert!(read > 20, "only {read} files were read");
}

/// What is pure reads no clock and draws no number.
#[test]
fn only_the_loop_knows_the_time() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/reconcile");
    let mut paths = Vec::new();
    files(&source, &mut paths);
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if ["bounds", "converge", "convergence", "attempts"].contains(&name.as_str()) {
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
