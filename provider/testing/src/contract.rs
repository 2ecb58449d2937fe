//! What every cloud has to keep to: the adapters of AWS on the sandbox, and the in-memory AWS.
//!
//! A scenario is an async function of an account. [`each_scenario`] names them all, so that none is
//! run on one of the two alone.

mod given;
mod imports;
mod others;
mod ownership;
mod path;
mod reads;
mod run;
mod writes;

use engine::{
    model::{Seen, tags::Tags},
    reconcile::Cloud,
};

pub use given::*;
pub use imports::*;
pub use others::*;
pub use ownership::*;
pub use path::{OWNER, Path};
pub use reads::*;
pub use run::{converged, walk};
pub use writes::*;

/// The networks that a path stands on.
#[derive(Clone, Debug)]
pub struct Ground {
    pub account: String,
    pub service_vpc: String,
    pub consumer_vpc: String,
    /// One a zone, three at least.
    pub service_subnets: Vec<String>,
    pub consumer_subnets: Vec<String>,
}

/// An account, and what its people do in it by hand.
#[allow(
    async_fn_in_trait,
    reason = "a test awaits it where it stands, on whatever thread that is"
)]
pub trait Account {
    type Cloud: Cloud;

    fn ground(&self) -> &Ground;

    /// As one run of the provider has it.
    fn cloud(&self) -> Self::Cloud;

    /// A certificate that listeners may use.
    fn certificate(&self) -> String;

    /// Connects an endpoint of somebody else to the service; returns its id.
    async fn connect_endpoint(&self, service: &Seen) -> String;

    /// Adds a listener of somebody else that forwards to a target group of the path.
    async fn add_listener(&self, balancer: &str, port: u16, group: &str);

    /// Adds a rule to a security group that no path would have.
    async fn add_rule(&self, security_group: &str);

    /// Sets one tag of a target group; `None` takes it away.
    async fn tag_group(&self, group: &str, key: &str, value: Option<&str>);

    /// Makes a security group as this one is, but for its name and rules, with these tags; returns
    /// its id.
    async fn copy_security_group(&self, group: &Seen, tags: &Tags) -> String;
}

/// Hands the names of all scenarios to a macro.
#[macro_export]
macro_rules! each_scenario {
    ($run:ident) => {
        $run! {
            every_write_leaves_what_the_engine_believes
            listeners_change_between_tcp_and_tls
            a_look_sees_what_an_observation_sees
            an_endpoint_of_somebody_else_is_seen_as_a_connection_only
            an_endpoint_of_somebody_else_is_accepted_once
            an_endpoint_of_a_given_service_waits_for_the_services_owner
            an_import_finds_the_consumers_side_by_its_endpoint
            what_is_not_ours_is_seen_and_not_taken
            what_lost_its_owner_tag_stays_ours_and_what_another_owner_tagged_does_not
            what_lost_its_owner_tag_goes_with_its_broker_and_what_another_owner_tagged_stays
            of_two_in_one_place_the_one_that_the_state_knew_has_it
            names_carry_a_hash_and_fit_and_objects_carry_their_owner
            an_import_finds_the_path_by_its_service
            a_path_without_tags_is_taken_over_by_what_hangs_together
        }
    };
}
