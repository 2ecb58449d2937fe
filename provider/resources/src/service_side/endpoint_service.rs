//! `endpoint_service`.

pub mod desired;
pub mod rules;

use std::collections::BTreeSet;

use tfplugin::Object;

use crate::syntax::{principal, region};
use engine::model::{Maybe, object::target_group::IpFamily};

pub const ACCEPTANCE_REQUIRED: bool = true;
pub const REJECT_REMOVED_PRINCIPALS: bool = true;
pub const ON_DESTROY: OnDestroy = OnDestroy::Refuse;

const FAMILIES: [(&str, IpFamily); 2] = [("ipv4", IpFamily::Ipv4), ("ipv6", IpFamily::Ipv6)];

/// `endpoint_service`.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct ServiceConfig {
    /// Whether connections wait until somebody accepts them. The resource accepts its own
    /// `endpoint`, those of `auto_accept_principals`, and no other.
    #[attr(default = ACCEPTANCE_REQUIRED)]
    pub acceptance_required: Maybe<bool>,
    // As written; `principal::canonical` is what to compare and to send.
    /// Who may connect: ARNs of accounts (`arn:aws:iam::123456789012:root`), users, roles (without a
    /// path) or organizational units, bare ids of accounts, AWS services (`NAME.amazonaws.com`), or
    /// `*` for everybody. AWS takes no sessions of roles, no whole organizations and no patterns.
    /// AWS leaves the existing connections of a principal that is removed; see
    /// `reject_removed_principals`.
    #[attr(default = [], rule = principal::check)]
    pub allowed_principals: Maybe<BTreeSet<Maybe<String>>>,
    /// Which endpoints may connect: `ipv4`, `ipv6` or both. `ipv6` needs a load balancer with
    /// `ip_address_type` `dualstack`. Default: `ipv4`, and what `endpoint.ip_address_type` needs.
    #[attr(optional, computed, words = FAMILIES)]
    pub supported_ip_address_types: Maybe<Option<BTreeSet<Maybe<IpFamily>>>>,
    // As written; AWS does not hold it.
    /// Whose connections are accepted: each apply accepts what waits of these accounts, and leaves
    /// the others waiting. Ids of accounts, or ARNs of accounts, users or roles, of which the
    /// account counts: AWS tells no more of a connection. Connections that were rejected stay
    /// rejected.
    #[attr(default = [], rule = principal::check_account, local)]
    pub auto_accept_principals: Maybe<BTreeSet<Maybe<String>>>,
    // As written, with or without the service's own region.
    /// Other regions from which endpoints may connect. The service's own region is always supported,
    /// named or not.
    #[attr(default = [], rule = region::check)]
    pub supported_regions: Maybe<BTreeSet<Maybe<String>>>,
    /// Whether removing a principal also rejects the connections that it alone let in: those of
    /// accounts that no remaining principal covers. AWS tells the account of a connection only, so
    /// that any user or role of an account covers all of it, and `*` or an organizational unit,
    /// whose accounts are not known here, covers every account. The service's own account is never
    /// rejected.
    #[attr(default = REJECT_REMOVED_PRINCIPALS, local)]
    pub reject_removed_principals: Maybe<bool>,
    /// What a destroy does about endpoints of others that are connected, with which AWS deletes no
    /// service. `refuse`: already the plan of the destroy fails and lists them.
    /// `reject_connections`: they are rejected, and the service is deleted as soon as AWS no longer
    /// counts them. A destroy uses the value that was last applied: change it and apply, then
    /// destroy.
    #[attr(
        default = ON_DESTROY.as_str(),
        words = OnDestroy::ALL.map(|choice| (choice.as_str(), choice)),
        local
    )]
    pub on_destroy: Maybe<OnDestroy>,
}

/// What becomes of the connections of others when the path is destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDestroy {
    /// They keep the path.
    Refuse,
    RejectConnections,
}

impl OnDestroy {
    pub const ALL: [OnDestroy; 2] = [OnDestroy::Refuse, OnDestroy::RejectConnections];

    pub fn as_str(self) -> &'static str {
        match self {
            OnDestroy::Refuse => "refuse",
            OnDestroy::RejectConnections => "reject_connections",
        }
    }
}
