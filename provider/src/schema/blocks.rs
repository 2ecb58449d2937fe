//! The nested blocks of the `provider` block.

use tfplugin::{Attribute, Block, NestedBlock, Type};

pub(super) fn all() -> Vec<NestedBlock> {
    vec![
        assume_role(),
        assume_role_with_web_identity(),
        default_tags(),
        ignore_tags(),
        endpoints(),
    ]
}

/// What both ways to assume a role have in common.
fn role() -> Vec<Attribute> {
    vec![
        Attribute::string("role_arn")
            .optional()
            .describe("ARN of the role."),
        Attribute::string("duration").optional().describe(
            "How long the credentials last, from `15m` to `12h`. Default: AWS's one hour.",
        ),
        Attribute::string("policy")
            .optional()
            .describe("Policy in JSON that narrows what the role may do in this session."),
        Attribute::set_of("policy_arns", Type::String)
            .optional()
            .describe("ARNs of policies that narrow what the role may do in this session."),
        Attribute::string("session_name")
            .optional()
            .describe("Name of the session, as it shows in AWS's logs."),
    ]
}

fn assume_role() -> NestedBlock {
    let attributes = [
        Attribute::string("external_id")
            .optional()
            .describe("External id that the role's owner asks for."),
        Attribute::string("source_identity")
            .optional()
            .describe("Source identity that the session carries."),
        Attribute::map_of("tags", Type::String)
            .optional()
            .describe("Tags of the session."),
        Attribute::set_of("transitive_tag_keys", Type::String)
            .optional()
            .describe("Keys of tags that sessions made from this one carry too."),
    ];
    let block = Block::new(
        "A role to assume with the credentials found so far. Several are assumed one after the \
         other.",
    );
    NestedBlock::list(
        "assume_role",
        block.attributes(role()).attributes(attributes),
    )
}

fn assume_role_with_web_identity() -> NestedBlock {
    let attributes = [
        Attribute::string("web_identity_token")
            .optional()
            .sensitive()
            .describe("The token itself. Conflicts with `web_identity_token_file`."),
        Attribute::string("web_identity_token_file")
            .optional()
            .describe(
                "File that the token is read from. Conflicts with `web_identity_token`. Default: \
             `AWS_WEB_IDENTITY_TOKEN_FILE`.",
            ),
    ];
    let block = Block::new("A role to assume with a token of an OpenID Connect provider.");
    NestedBlock::list(
        "assume_role_with_web_identity",
        block.attributes(role()).attributes(attributes),
    )
    .items(0, 1)
}

fn default_tags() -> NestedBlock {
    let block = Block::new("Tags of every object that the provider makes.").attributes([
        Attribute::map_of("tags", Type::String)
            .optional()
            .describe("The tags. A resource's `tags` win over them."),
    ]);
    NestedBlock::list("default_tags", block).items(0, 1)
}

fn ignore_tags() -> NestedBlock {
    let block = Block::new("Tags that others manage: they are neither shown, set nor removed.")
        .attributes([
            Attribute::set_of("keys", Type::String)
                .optional()
                .describe("Their keys."),
            Attribute::set_of("key_prefixes", Type::String)
                .optional()
                .describe("What their keys begin with."),
        ]);
    NestedBlock::list("ignore_tags", block).items(0, 1)
}

fn endpoints() -> NestedBlock {
    let url = |name: &str, service: &str| {
        Attribute::string(name)
            .optional()
            .describe(format!("URL of {service}."))
    };
    let block = Block::new(
        "URLs to call instead of AWS's own. Default: `AWS_ENDPOINT_URL` and its siblings.",
    )
    .attributes([
        url("ec2", "EC2"),
        url("elasticloadbalancing", "Elastic Load Balancing (version 2)"),
        url(
            "elasticloadbalancingv2",
            "Elastic Load Balancing; the same as `elasticloadbalancing`",
        ),
        url(
            "elbv2",
            "Elastic Load Balancing; the same as `elasticloadbalancing`",
        ),
        url("route53", "Route 53"),
        url("sts", "the Security Token Service"),
    ]);
    NestedBlock::list("endpoints", block)
}
