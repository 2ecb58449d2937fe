//! The schema of the data source: what the resource declares, as something to be read.

use std::sync::LazyLock;

use tfplugin::{
    Attribute, Object, Schema, Type,
    schema::{AttributeKind, Mode},
};

use super::arguments::Arguments;
use crate::{lifecycle::left::DRIFT, schema};

pub static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let mut block = Arguments::block();
    let arguments: Vec<String> = block.attributes.iter().map(|it| it.name.clone()).collect();
    let declared = schema::SCHEMA.block.attributes.iter().cloned();
    let declared = declared.filter(|it| !arguments.contains(&it.name) && it.name != DRIFT);
    block.attributes.extend(declared.filter_map(read_only));
    let brokers = block.attributes.iter_mut().find(|it| it.name == "brokers");
    if let Some(AttributeKind::Nested(_, members)) = brokers.map(|it| &mut it.kind) {
        members.push(health());
    }
    Schema::new(0, block.attributes([connections(), service_state()]))
});

/// An argument or output of the resource as something that AWS holds; `None` where AWS does not.
fn read_only(attribute: Attribute) -> Option<Attribute> {
    if attribute.local {
        return None;
    }
    let kind = match attribute.kind {
        AttributeKind::Nested(nesting, members) => {
            AttributeKind::Nested(nesting, members.into_iter().filter_map(read_only).collect())
        }
        plain => plain,
    };
    // What follows in a description is how to choose a value, and what a change does.
    let description = match attribute.description.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => attribute.description,
    };
    Some(Attribute {
        kind,
        description,
        mode: Mode::Computed,
        sensitive: attribute.sensitive,
        ..Attribute::plain(attribute.name, Type::String)
    })
}

fn text(name: &str, description: &str) -> Attribute {
    Attribute::string(name).computed().describe(description)
}

fn health() -> Attribute {
    let members = [
        text("target", "IP address or instance id."),
        text(
            "state",
            "AWS's word: `healthy`, `unhealthy`, `initial`, `unused` or `unavailable`.",
        ),
        text(
            "reason",
            "AWS's reason code, such as `Target.FailedHealthChecks`; null where there is none.",
        ),
        text(
            "description",
            "AWS's sentence about the reason; null where there is none.",
        ),
    ];
    let about = "What the load balancer thinks of each target that is registered for the broker. \
                 Targets that are being deregistered are left out.";
    Attribute::list_nested("health", members)
        .computed()
        .describe(about)
}

fn connections() -> Attribute {
    let dns_names = Attribute::set_of("dns_names", Type::String).computed();
    let members = [
        text(
            "endpoint_id",
            "Id of the endpoint (`vpce-...`); null of what connects without one, such as a \
             transit gateway.",
        ),
        text("owner", "Id of the account that the endpoint belongs to."),
        text("region", "AWS region of the endpoint."),
        text(
            "state",
            "AWS's word: `pendingAcceptance`, `available`, `rejected` and others.",
        ),
        text(
            "created_at",
            "When the endpoint was made, as `2026-01-31T12:00:00Z`.",
        ),
        dns_names.describe("DNS names of the endpoint."),
    ];
    let about = "Endpoints of any account that are connected to the endpoint service, ask to be, \
                 or were rejected.";
    Attribute::list_nested("connections", members)
        .computed()
        .describe(about)
}

fn service_state() -> Attribute {
    text(
        "service_state",
        "AWS's word for the state of the endpoint service, such as `Available`.",
    )
}
