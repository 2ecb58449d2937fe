//! What AWS and the provider decide.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Maybe, Object};

/// The attributes of `kafka_privatelink` that are no arguments.
#[derive(Object)]
pub struct Computed {
    /// Id of the endpoint service (`vpce-svc-...`).
    #[attr(computed)]
    pub id: Maybe<Option<String>>,
    /// Name of the endpoint service, which consumers make their endpoints to.
    #[attr(computed)]
    pub service_name: Maybe<Option<String>>,
    /// Ids of the availability zones that the service serves. Unlike the names of zones they mean
    /// the same in every account.
    #[attr(computed)]
    pub service_availability_zone_ids: Maybe<BTreeSet<Maybe<String>>>,
    /// What clients set `bootstrap.servers` to: `hostname:bootstrap_port`.
    #[attr(computed)]
    pub bootstrap_servers: Maybe<Option<String>>,
    /// What each broker must advertise, as `hostname:port` by `node.id`.
    #[attr(computed)]
    pub advertised_listeners: Maybe<BTreeMap<String, Maybe<String>>>,
    /// ARN of the load balancer.
    #[attr(computed)]
    pub load_balancer_arn: Maybe<Option<String>>,
    /// The part of its ARN that CloudWatch names the load balancer by.
    #[attr(computed)]
    pub load_balancer_arn_suffix: Maybe<Option<String>>,
    /// Hosted zone of `load_balancer_dns_name`, which alias records of your own need.
    #[attr(computed)]
    pub load_balancer_zone_id: Maybe<Option<String>>,
    /// DNS name of the load balancer.
    #[attr(computed)]
    pub load_balancer_dns_name: Maybe<Option<String>>,
    /// Id of the load balancer's managed security group; null where `security_group_ids` is given.
    /// Allow this group on the brokers' target and health check ports.
    #[attr(computed)]
    pub load_balancer_security_group_id: Maybe<Option<String>>,
    /// ARNs of the target groups: of the one of all brokers as `bootstrap`, and each broker's by
    /// `node.id`.
    #[attr(computed)]
    pub target_group_arns: Maybe<BTreeMap<String, Maybe<String>>>,
    /// The parts of `target_group_arns` that CloudWatch names the target groups by, under the same
    /// keys.
    #[attr(computed)]
    pub target_group_arn_suffixes: Maybe<BTreeMap<String, Maybe<String>>>,
    /// ARNs of the listeners: `bootstrap`, and each broker's by `node.id`.
    #[attr(computed)]
    pub listener_arns: Maybe<BTreeMap<String, Maybe<String>>>,
    /// Tags of every object: the provider's `default_tags` and `tags`.
    #[attr(computed)]
    pub tags_all: Maybe<BTreeMap<String, Maybe<String>>>,
    /// Identifies the path as the owner of its objects: chosen at random when the path is created,
    /// and the value of the tag `kafka-privatelink:owner` on each of them.
    #[attr(computed)]
    pub owner_id: Maybe<Option<String>>,
    /// What was found to differ from what was last applied and shows in no argument: which object,
    /// and how. The next apply repairs it, so it is `{}` after every apply. To have it left alone,
    /// name it in `lifecycle { ignore_changes = [drift] }`, or one of its keys:
    /// `[drift["alias"]]`; an object that the configuration itself changes is changed all the same.
    /// It takes no value.
    #[attr(optional, computed)]
    pub drift: Maybe<BTreeMap<String, Maybe<String>>>,
}
