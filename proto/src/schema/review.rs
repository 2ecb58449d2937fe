//! A schema's own soundness, for a provider's tests: what Terraform would refuse when it loads the
//! provider, and what a reader of the documentation would miss.

use std::collections::BTreeSet;

use super::{Attribute, Block, BlockNesting, Mode, NestedBlock};
use crate::Value;

/// Names that Terraform takes for itself at the root of a resource, data or provider block.
const RESERVED: [&str; 9] = [
    "alias",
    "connection",
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "provider",
    "provisioner",
    "version",
];

pub(super) fn review(root: &Block) -> Vec<String> {
    let mut faults = Vec::new();
    for name in names(root).filter(|name| RESERVED.contains(name)) {
        faults.push(format!("{name}: the name is Terraform's own"));
    }
    review_block(root, "", &mut faults);
    faults
}

fn names(block: &Block) -> impl Iterator<Item = &str> {
    let attributes = block
        .attributes
        .iter()
        .map(|attribute| attribute.name.as_str());
    attributes.chain(block.blocks.iter().map(|block| block.name.as_str()))
}

fn review_block(block: &Block, prefix: &str, faults: &mut Vec<String>) {
    if block.description.trim().is_empty() {
        let name = prefix.trim_end_matches('.');
        let name = if name.is_empty() { "the schema" } else { name };
        faults.push(format!("{name}: no description"));
    }
    review_names(names(block), prefix, faults);
    for attribute in &block.attributes {
        review_attribute(attribute, prefix, faults);
    }
    for nested in &block.blocks {
        review_nested_block(nested, prefix, faults);
    }
}

fn review_names<'a>(names: impl Iterator<Item = &'a str>, prefix: &str, faults: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for name in names {
        if !spells_a_name(name) {
            faults.push(format!(
                "{prefix}{name}: not lower-case letters, digits and underscores"
            ));
        }
        if !seen.insert(name) {
            faults.push(format!("{prefix}{name}: declared twice"));
        }
    }
}

fn spells_a_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    name.bytes().all(plain) && name.starts_with(|first: char| first.is_ascii_lowercase())
}

fn review_attribute(attribute: &Attribute, prefix: &str, faults: &mut Vec<String>) {
    let name = format!("{prefix}{}", attribute.name);
    let description = attribute.description.trim();
    if description.is_empty() {
        faults.push(format!("{name}: no description"));
    } else if !description.ends_with(['.', '`', ')', '|']) {
        faults.push(format!("{name}: the description does not end a sentence"));
    }
    if attribute.write_only && matches!(attribute.mode, Mode::Computed | Mode::OptionalComputed) {
        faults.push(format!(
            "{name}: write-only, so nothing can be computed into it"
        ));
    }
    if let Some(default) = &attribute.default
        && !takes(attribute, default)
    {
        faults.push(format!("{name}: its own default is refused"));
    }
    let inner = format!("{name}.");
    review_names(
        attribute.attributes().iter().map(|a| a.name.as_str()),
        &inner,
        faults,
    );
    for nested in attribute.attributes() {
        if attribute.mode == Mode::Computed && nested.mode != Mode::Computed {
            faults.push(format!(
                "{inner}{}: not computed, in a computed object",
                nested.name
            ));
        }
        review_attribute(nested, &inner, faults);
    }
}

/// Is it a value that the attribute declares to take?
fn takes(attribute: &Attribute, value: &Value) -> bool {
    let in_range = |number: u64| {
        let range = attribute.range.as_ref();
        range.is_none_or(|range| range.contains(&number))
    };
    match value {
        Value::Number(number) => number.as_u64().is_none_or(in_range),
        Value::String(text) => attribute.words.is_empty() || attribute.words.contains(text),
        _ => true,
    }
}

fn review_nested_block(nested: &NestedBlock, prefix: &str, faults: &mut Vec<String>) {
    let name = format!("{prefix}{}", nested.name);
    let most_is_one = matches!(nested.nesting, BlockNesting::Single | BlockNesting::Group);
    if most_is_one && nested.max_items > 1 {
        faults.push(format!(
            "{name}: a single block cannot occur {} times",
            nested.max_items
        ));
    }
    if nested.max_items != 0 && nested.min_items > nested.max_items {
        faults.push(format!(
            "{name}: at least {} but at most {}",
            nested.min_items, nested.max_items
        ));
    }
    review_block(&nested.block, &format!("{name}."), faults);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_named() {
        let object = Attribute::single("outer", [Attribute::string("inner").describe("In it.")]);
        let block = Block::new("").attributes([
            Attribute::string("count").describe("Terraform's own."),
            Attribute::string("Name").describe("Spelt badly."),
            Attribute::string("twice").describe("One."),
            Attribute::string("twice").describe("Two."),
            Attribute::string("silent"),
            Attribute::string("curt").describe("No full stop"),
            Attribute::string("secret")
                .write_only()
                .computed()
                .describe("Never stored."),
            object.computed().describe("An object."),
        ]);
        let empty = NestedBlock::single("role", Block::new("A role.")).items(3, 2);
        let expected = [
            "count: the name is Terraform's own",
            "the schema: no description",
            "Name: not lower-case letters, digits and underscores",
            "twice: declared twice",
            "silent: no description",
            "curt: the description does not end a sentence",
            "secret: write-only, so nothing can be computed into it",
            "outer.inner: not computed, in a computed object",
            "role: a single block cannot occur 2 times",
            "role: at least 3 but at most 2",
        ];
        assert_eq!(review(&block.blocks([empty])), expected);
    }
}
