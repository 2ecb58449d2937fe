//! Terraform over an account.

use std::{future::Future, sync::Arc};

use engine::reconcile::plan;
use resources::{
    Clouds as _, Privatelink,
    desired::desired,
    lifecycle::{Configured, Instance, Kept, Managed, ResourceType},
};
use tfplugin::{Diagnostic, Diagnostics, Value, testing::Terraform};

use crate::account::Account;

/// Sleeping costs nothing.
pub fn in_virtual_time<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(work)
}

/// An empty state in that account. Every message is for people.
pub fn terraform(account: &Account) -> Terraform {
    terraform_of::<Privatelink>(account)
}

/// The same of any resource.
pub fn terraform_of<T: ResourceType>(account: &Account) -> Terraform {
    let mut terraform = Terraform::new(Arc::new(Managed::<T, _>::new(account.clone())));
    terraform.hear = |said| {
        for it in said.iter() {
            testing::plainly::check(&format!("{} {}", it.summary, it.detail));
        }
    };
    terraform
}

/// What was said, for a failing test.
pub fn messages(said: &Diagnostics) -> String {
    let line = |it: &Diagnostic| {
        let (severity, path) = (it.severity, &it.path);
        format!("{severity:?} {path}: {}: {}", it.summary, it.detail)
    };
    said.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Terraform applies nothing where nothing is planned: then nothing may be left to do.
pub fn is_idle(account: &Account, terraform: &Terraform, config: &Value) {
    let current = terraform.current.as_ref().expect("an object");
    let kept = Kept::<Privatelink>::decode(&current.private).expect("readable private data");
    let observed = kept.observed.clone();
    let settings = account.settings();
    let region = "us-east-1".to_owned();
    let instance = Instance::new(kept, Some(&current.state), region, &settings);
    let configured = Configured::<Privatelink>::new(config.clone()).unwrap();
    let desired = desired(&configured.arguments, &instance.context(), &observed);
    let left = plan(&desired, &observed).steps;
    let lines: Vec<String> = left.iter().map(|it| it.step.to_string()).collect();
    assert!(lines.is_empty(), "planned nothing, and left: {lines:#?}");
}
