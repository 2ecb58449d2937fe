//! Schemas as messages.

use std::collections::{BTreeMap, HashMap};

use super::catalogue::{Callable, Entry};
use crate::schema::{AttributeKind, BlockNesting, Mode, Nesting};
use crate::wire::tfplugin6 as pb;
use crate::{Attribute, Block, NestedBlock, Parameter, Schema, Signature};

const MARKDOWN: i32 = pb::StringKind::Markdown as i32;

pub(super) fn all<T: ?Sized>(entries: &BTreeMap<String, Entry<T>>) -> HashMap<String, pb::Schema> {
    entries
        .iter()
        .map(|(name, entry)| (name.clone(), schema(&entry.shape.schema)))
        .collect()
}

pub(super) fn schema(schema: &Schema) -> pb::Schema {
    pb::Schema {
        version: schema.version,
        block: Some(block(&schema.block)),
    }
}

fn block(block: &Block) -> pb::schema::Block {
    pb::schema::Block {
        attributes: block.attributes.iter().map(attribute).collect(),
        block_types: block.blocks.iter().map(nested_block).collect(),
        description: block.description.clone(),
        description_kind: MARKDOWN,
        deprecated: block.deprecated.is_some(),
        deprecation_message: block.deprecated.clone().unwrap_or_default(),
        ..pb::schema::Block::default()
    }
}

fn attribute(attribute: &Attribute) -> pb::schema::Attribute {
    let (ty, nested_type) = match &attribute.kind {
        AttributeKind::Plain(ty) => (ty.to_json(), None),
        AttributeKind::Nested(nesting, attributes) => {
            (Vec::new(), Some(object(*nesting, attributes)))
        }
    };
    pb::schema::Attribute {
        name: attribute.name.clone(),
        r#type: ty,
        nested_type,
        description: attribute.description.clone(),
        required: attribute.mode == Mode::Required,
        optional: matches!(attribute.mode, Mode::Optional | Mode::OptionalComputed),
        computed: matches!(attribute.mode, Mode::Computed | Mode::OptionalComputed),
        sensitive: attribute.sensitive,
        description_kind: MARKDOWN,
        deprecated: attribute.deprecated.is_some(),
        write_only: attribute.write_only,
        deprecation_message: attribute.deprecated.clone().unwrap_or_default(),
    }
}

fn object(nesting: Nesting, attributes: &[Attribute]) -> pb::schema::Object {
    use pb::schema::object::NestingMode;
    let nesting = match nesting {
        Nesting::Single => NestingMode::Single,
        Nesting::List => NestingMode::List,
        Nesting::Set => NestingMode::Set,
        Nesting::Map => NestingMode::Map,
    };
    let attributes = attributes.iter().map(attribute).collect();
    pb::schema::Object {
        attributes,
        nesting: nesting.into(),
    }
}

fn nested_block(nested: &NestedBlock) -> pb::schema::NestedBlock {
    use pb::schema::nested_block::NestingMode;
    let nesting = match nested.nesting {
        BlockNesting::Single => NestingMode::Single,
        BlockNesting::List => NestingMode::List,
        BlockNesting::Set => NestingMode::Set,
        BlockNesting::Map => NestingMode::Map,
        BlockNesting::Group => NestingMode::Group,
    };
    pb::schema::NestedBlock {
        type_name: nested.name.clone(),
        block: Some(block(&nested.block)),
        nesting: nesting.into(),
        min_items: nested.min_items.into(),
        max_items: nested.max_items.into(),
    }
}

pub(super) fn functions(functions: &BTreeMap<String, Callable>) -> HashMap<String, pb::Function> {
    functions
        .iter()
        .map(|(name, callable)| (name.clone(), function(&callable.signature)))
        .collect()
}

fn function(signature: &Signature) -> pb::Function {
    pb::Function {
        parameters: signature.parameters.iter().map(parameter).collect(),
        variadic_parameter: signature.variadic.as_ref().map(parameter),
        r#return: Some(pb::function::Return {
            r#type: signature.returns.to_json(),
        }),
        summary: signature.summary.clone(),
        description: signature.description.clone(),
        description_kind: MARKDOWN,
        deprecation_message: String::new(),
    }
}

fn parameter(parameter: &Parameter) -> pb::function::Parameter {
    pb::function::Parameter {
        name: parameter.name.clone(),
        r#type: parameter.ty.to_json(),
        allow_null_value: parameter.allow_null,
        allow_unknown_values: parameter.allow_unknown,
        description: parameter.description.clone(),
        description_kind: MARKDOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Type;

    #[test]
    fn an_attribute_has_a_type_or_a_nested_type_never_both() {
        let broker = Attribute::map_nested("brokers", [Attribute::number("port").optional()]);
        let message = attribute(&broker.required().describe("Brokers.").deprecated("Do not."));
        assert_eq!(message.r#type, b"");
        let nested = message.nested_type.unwrap();
        assert_eq!(
            nested.nesting,
            i32::from(pb::schema::object::NestingMode::Map)
        );
        assert_eq!(nested.attributes[0].r#type, b"\"number\"");
        assert!(message.required && message.deprecated);
        assert_eq!(message.deprecation_message, "Do not.");
        let plain = attribute(
            &Attribute::set_of("ids", Type::String)
                .computed()
                .sensitive(),
        );
        assert_eq!(plain.r#type, b"[\"set\",\"string\"]");
        assert!(plain.nested_type.is_none() && plain.computed && plain.sensitive);
    }

    #[test]
    fn blocks_keep_their_limits() {
        let role = NestedBlock::list("assume_role", Block::new("A role.")).items(0, 1);
        let message = block(&Block::new("A provider.").blocks([role]));
        let [role] = &message.block_types[..] else {
            panic!("{message:?}")
        };
        assert_eq!(
            (role.type_name.as_str(), role.min_items, role.max_items),
            ("assume_role", 0, 1)
        );
        assert_eq!(
            role.nesting,
            i32::from(pb::schema::nested_block::NestingMode::List)
        );
    }

    #[test]
    fn functions_tell_what_they_take() {
        let signature = Signature::returning(Type::String)
            .parameter(Parameter::new("ids", Type::list(Type::Number), "Ids.").allow_unknown())
            .variadic(Parameter::new("more", Type::String, "More.").allow_null());
        let message = function(&signature);
        assert_eq!(message.r#return.unwrap().r#type, b"\"string\"");
        let ids = &message.parameters[0];
        assert!(ids.allow_unknown_values && !ids.allow_null_value);
        assert!(message.variadic_parameter.unwrap().allow_null_value);
    }
}
