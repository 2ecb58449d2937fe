//! `listener` and `target_group`: what all listeners, or all target groups, of a path have.

use tfplugin::Value;

use super::{
    View,
    roles::{Roles, Serving},
};
use crate::service_side::{listener::render as listeners, target_group::render as target_groups};
use engine::model::object::{Listener, TargetGroup};

pub(super) fn listener(view: &View<'_>, roles: &Roles<'_>) -> Value {
    let all: Vec<&Listener> = roles
        .all()
        .flat_map(|serving| serving.listeners.values())
        .filter_map(|seen| seen.object.as_listener())
        .collect();
    listeners::listener(&all, view.config().map(|config| &config.listener))
}

pub(super) fn target_group(view: &View<'_>, roles: &Roles<'_>) -> Value {
    let told = view.config().map(|config| &config.target_group);
    let all: Vec<&TargetGroup> = roles.all().filter_map(Serving::target_group).collect();
    let brokers = roles.brokers.values().filter_map(Serving::target_group);
    let brokers: Vec<&TargetGroup> = brokers.collect();
    target_groups::target_group(&all, &brokers, told)
}
