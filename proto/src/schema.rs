//! Schemas: which arguments a provider, resource or data source has.
//!
//! ```
//! use tfplugin::{Attribute, Block, Schema, Type};
//! let schema = Schema::new(
//!     0,
//!     Block::new("A path to a cluster.").attributes([
//!         Attribute::string("name").required().describe("Name of the path."),
//!         Attribute::map_of("tags", Type::String).optional().describe("Tags of every object."),
//!         Attribute::map_nested(
//!             "brokers",
//!             [Attribute::number("port").optional_computed().describe("Port of the broker.")],
//!         )
//!         .required()
//!         .describe("Brokers by id."),
//!         Attribute::string("id").computed().describe("Id that AWS gave."),
//!     ]),
//! );
//! assert_eq!(schema.review(), Vec::<String>::new());
//! ```

mod assume;
mod attribute;
mod complete;
mod review;
mod shape;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use crate::types::{ParseTypeError, Type};
pub use attribute::{Attribute, AttributeKind, Canonical, Mode, Nesting};

/// The schema of a provider, resource or data source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schema {
    /// Version of the resource's state: what
    /// [`upgrade_state`](crate::Resource::upgrade_state) upgrades to. 0 for others than resources.
    pub version: i64,
    /// The arguments.
    pub block: Block,
}

impl Schema {
    /// A schema of that version.
    pub fn new(version: i64, block: Block) -> Schema {
        Schema { version, block }
    }

    /// The type of the whole: an object with every attribute and nested block.
    pub fn implied_type(&self) -> Type {
        self.block.implied_type()
    }

    /// What is wrong with the schema itself; empty when it is sound. Meant for a provider's tests.
    ///
    /// Every attribute and block has a description in sentences and a name that HCL can spell, no
    /// name occurs twice or is one of Terraform's own at the root, write-only attributes can be
    /// configured, and block limits make sense.
    pub fn review(&self) -> Vec<String> {
        review::review(&self.block)
    }
}

/// Attributes and nested blocks between one pair of braces.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Block {
    /// In the order of the documentation.
    pub attributes: Vec<Attribute>,
    /// Blocks written without an equals sign.
    pub blocks: Vec<NestedBlock>,
    /// Markdown.
    pub description: String,
    /// What to use instead, if the whole is deprecated.
    pub deprecated: Option<String>,
}

impl Block {
    /// An empty block, described in Markdown.
    pub fn new(description: impl Into<String>) -> Block {
        Block {
            description: description.into(),
            ..Block::default()
        }
    }

    /// Adds attributes.
    #[must_use]
    pub fn attributes(mut self, attributes: impl IntoIterator<Item = Attribute>) -> Block {
        self.attributes.extend(attributes);
        self
    }

    /// Adds nested blocks.
    #[must_use]
    pub fn blocks(mut self, blocks: impl IntoIterator<Item = NestedBlock>) -> Block {
        self.blocks.extend(blocks);
        self
    }

    /// Marks the whole as deprecated, saying what to use instead.
    #[must_use]
    pub fn deprecated(self, instead: impl Into<String>) -> Block {
        Block {
            deprecated: Some(instead.into()),
            ..self
        }
    }

    /// An object type with every attribute and nested block.
    pub fn implied_type(&self) -> Type {
        let attributes = self
            .attributes
            .iter()
            .map(|a| (a.name.clone(), a.implied_type()));
        let blocks = self
            .blocks
            .iter()
            .map(|b| (b.name.clone(), b.implied_type()));
        Type::Object(attributes.chain(blocks).collect::<BTreeMap<_, _>>())
    }
}

/// A block inside a block, written `name { ... }`.
///
/// New schemas are better off with nested attributes ([`Attribute::single`] and its siblings):
/// blocks cannot be null or unknown as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct NestedBlock {
    /// The block's type name.
    pub name: String,
    /// How several of them form a value.
    pub nesting: BlockNesting,
    /// What is in each.
    pub block: Block,
    /// Fewest blocks; Terraform enforces it.
    pub min_items: u32,
    /// Most blocks; 0 for no limit.
    pub max_items: u32,
}

/// How the blocks of one name form a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockNesting {
    /// At most one block; null when there is none.
    Single,
    /// A list of objects.
    List,
    /// A set of objects.
    Set,
    /// A map of objects; the block has a label.
    Map,
    /// At most one block; an object of nulls when there is none.
    Group,
}

impl NestedBlock {
    /// At most one block.
    pub fn single(name: impl Into<String>, block: Block) -> NestedBlock {
        NestedBlock::new(name.into(), BlockNesting::Single, block)
    }

    /// Blocks whose order counts.
    pub fn list(name: impl Into<String>, block: Block) -> NestedBlock {
        NestedBlock::new(name.into(), BlockNesting::List, block)
    }

    /// Blocks in no order.
    pub fn set(name: impl Into<String>, block: Block) -> NestedBlock {
        NestedBlock::new(name.into(), BlockNesting::Set, block)
    }

    /// Fewest and most blocks; a `most` of 0 means no limit.
    #[must_use]
    pub fn items(self, fewest: u32, most: u32) -> NestedBlock {
        NestedBlock {
            min_items: fewest,
            max_items: most,
            ..self
        }
    }

    fn new(name: String, nesting: BlockNesting, block: Block) -> NestedBlock {
        NestedBlock {
            name,
            nesting,
            block,
            min_items: 0,
            max_items: 0,
        }
    }

    fn implied_type(&self) -> Type {
        let object = self.block.implied_type();
        match self.nesting {
            BlockNesting::Single | BlockNesting::Group => object,
            BlockNesting::List => Type::list(object),
            BlockNesting::Set => Type::set(object),
            BlockNesting::Map => Type::map(object),
        }
    }
}
