//! The arguments of `kafka_privatelink_connection`, and what it computes.

use std::{sync::LazyLock, time::Duration};

use tfplugin::{Maybe, Object, Schema};

use crate::syntax::{duration, id, region};

/// Goes up when a stored state needs changing to be read by this version.
const VERSION: i64 = 0;

/// The schema, made once.
pub static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::new(VERSION, Arguments::block()));

/// The consent of a service's owner to one endpoint: accepts its connection to an endpoint service
/// of this account, and rejects it when destroyed. For teams that approve consumers one by one.
///
/// The service is that of a `kafka_privatelink`, or any other of the account. It has to require
/// acceptance, or AWS lets every endpoint in by itself, and only the destroy of this resource changes
/// something.
#[derive(Clone, Debug, PartialEq, Object)]
#[object(with = Computed)]
pub struct Arguments {
    /// Id of the endpoint service, such as `vpce-svc-0123456789abcdef0`: `id` of a
    /// `kafka_privatelink`. Another one replaces the resource.
    #[attr(required, replaces, rule = id::endpoint_service)]
    pub service_id: Maybe<String>,
    /// Id of the endpoint, such as `vpce-0123456789abcdef0`, of any account. Another one replaces
    /// the resource.
    #[attr(required, replaces, rule = id::endpoint)]
    pub endpoint_id: Maybe<String>,
    /// AWS region of the service. Default: the provider's region when the resource is made; where
    /// that changes later, or this argument is removed, the resource stays where it is, and plans
    /// warn of it. Another region here replaces the resource.
    #[attr(optional, computed, replaces, rule = region::check)]
    pub region: Maybe<Option<String>>,
    /// How long an operation may take.
    #[attr(object, optional, local)]
    pub timeouts: Timeouts,
}

/// `timeouts`, with the default where there is none.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct Timeouts {
    /// How long accepting may take, as a duration such as `10m`: until AWS shows the connection,
    /// and then until the endpoint is available.
    #[attr(optional, default = "10m", rule = duration::check)]
    pub create: Maybe<Duration>,
    /// How long rejecting may take, as a duration such as `10m`.
    #[attr(optional, default = "10m", rule = duration::check)]
    pub delete: Maybe<Duration>,
}

/// What AWS decides.
#[derive(Object)]
pub struct Computed {
    /// Service and endpoint: `vpce-svc-0123456789abcdef0,vpce-0123456789abcdef0`.
    #[attr(computed)]
    pub id: Maybe<String>,
    /// Id of the account that the endpoint belongs to.
    #[attr(computed)]
    pub owner: Maybe<String>,
    /// AWS region of the endpoint, where AWS says it.
    #[attr(computed)]
    pub endpoint_region: Maybe<Option<String>>,
    /// State of the connection in AWS's words: `available` once the endpoint may be used. One that
    /// is `pendingAcceptance` or was `rejected` by somebody is accepted by the next apply.
    #[attr(computed)]
    pub state: Maybe<String>,
}
