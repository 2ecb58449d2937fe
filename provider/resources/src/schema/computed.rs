//! What AWS and the provider decide.

use tfplugin::{Attribute, Type};

pub(super) fn attributes() -> Vec<Attribute> {
    let string = |name: &str, about: &str| Attribute::string(name).computed().describe(about);
    let map = |name: &str, about: &str| {
        Attribute::map_of(name, Type::String)
            .computed()
            .describe(about)
    };
    vec![
        string("id", "Id of the endpoint service (`vpce-svc-...`)."),
        string(
            "service_name",
            "Name of the endpoint service, which consumers make their endpoints to.",
        ),
        Attribute::set_of("service_availability_zone_ids", Type::String)
            .computed()
            .describe(
                "Ids of the availability zones that the service serves. Unlike the names of zones \
             they mean the same in every account.",
            ),
        string(
            "bootstrap_servers",
            "What clients set `bootstrap.servers` to: `hostname:bootstrap_port`.",
        ),
        map(
            "advertised_listeners",
            "What each broker must advertise, as `hostname:port` by `node.id`.",
        ),
        string("load_balancer_arn", "ARN of the load balancer."),
        string(
            "load_balancer_arn_suffix",
            "The part of its ARN that CloudWatch names the load balancer by.",
        ),
        string(
            "load_balancer_zone_id",
            "Hosted zone of `load_balancer_dns_name`, which alias records of your own need.",
        ),
        string("load_balancer_dns_name", "DNS name of the load balancer."),
        string(
            "load_balancer_security_group_id",
            "Id of the load balancer's managed security group; null where `security_group_ids` \
             is given. Allow this group on the brokers' target and health check ports.",
        ),
        map(
            "target_group_arns",
            "ARNs of the target groups: of the one of all brokers as `bootstrap`, and each \
             broker's by `node.id`.",
        ),
        map(
            "target_group_arn_suffixes",
            "The parts of `target_group_arns` that CloudWatch names the target groups by, under \
             the same keys.",
        ),
        map(
            "listener_arns",
            "ARNs of the listeners: `bootstrap`, and each broker's by `node.id`.",
        ),
        map(
            "tags_all",
            "Tags of every object: the provider's `default_tags` and `tags`.",
        ),
        string(
            "owner_id",
            "Which instance of this resource made the objects: drawn when the path is created, and \
             the value of the tag `kafka-privatelink:owner` on each of them.",
        ),
        Attribute::map_of("drift", Type::String)
            .optional_computed()
            .describe(
                "What was found to differ from what was last applied and shows in no argument: \
                 which object, and how. The next apply repairs it, so it is `{}` after every \
                 apply. To have it left alone, name it in `lifecycle { ignore_changes = [drift] }`, \
                 or one of its keys: `[drift[\"alias\"]]`; an object that the configuration itself \
                 changes is changed all the same. It takes no value.",
            ),
    ]
}
