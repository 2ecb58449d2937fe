//! A workspace with one path: Terraform, which holds every answer to its rules, and what a scenario
//! holds this resource to beyond them.

use std::ops::{Deref, DerefMut};

use tfplugin::{
    Diagnostics, Value,
    testing::{Action, Plan, Terraform},
};

use crate::{
    account::Account,
    commands::{is_idle, messages, terraform},
};

pub struct Workspace {
    pub account: Account,
    terraform: Terraform,
}

impl Deref for Workspace {
    type Target = Terraform;

    fn deref(&self) -> &Terraform {
        &self.terraform
    }
}

impl DerefMut for Workspace {
    fn deref_mut(&mut self) -> &mut Terraform {
        &mut self.terraform
    }
}

impl Workspace {
    /// An empty state. A scenario says itself when its path is read.
    pub fn new(account: &Account) -> Workspace {
        let mut terraform = terraform(account);
        terraform.refreshes = false;
        Workspace {
            account: account.clone(),
            terraform,
        }
    }

    pub fn private(&self) -> &[u8] {
        let current = self.current.as_ref();
        current.map_or(&[], |current| &current.private)
    }

    pub fn set_private(&mut self, bytes: &[u8]) {
        let current = self.current.as_mut();
        current.expect("an object").private = bytes.to_vec();
    }

    /// Reads the stored state and brings it up to date, without a word. `false` if the object is
    /// gone.
    pub async fn refresh(&mut self) -> bool {
        let read = self.terraform.refresh().await;
        assert!(read.as_ref().is_ok_and(Diagnostics::is_empty), "{read:?}");
        self.current.is_some()
    }

    /// `terraform plan -refresh=false`. Only paths that change are named as requiring replacement,
    /// and where nothing is planned, nothing is left to do: Terraform would not apply it.
    pub async fn plan(&self, config: &Value) -> Result<Plan, Diagnostics> {
        let current = self.current.as_ref();
        let plan = self.change(current, config, false).await?;
        assert_eq!(plan.named, plan.replaces);
        if plan.action == Action::NoOp {
            is_idle(&self.account, self, config);
        }
        Ok(plan)
    }

    /// Plans and applies; everything must go well.
    pub async fn make(&mut self, config: &Value) -> Action {
        let planned = self.plan(config).await;
        let planned = planned.unwrap_or_else(|said| panic!("{}", messages(&said)));
        let applied = self.apply(&planned, config).await;
        applied.unwrap_or_else(|said| panic!("{}", messages(&said)));
        planned.action
    }

    /// What `terraform plan -destroy -refresh=false` says. Private data stay as they are.
    pub async fn plan_destroy(&mut self) -> Diagnostics {
        let planned = self.terraform.plan_destroy().await;
        planned.map_or_else(
            |said| said,
            |plan| {
                let plan = plan.expect("an object");
                assert_eq!(plan.private, self.private());
                plan.said
            },
        )
    }

    /// Destroys, without a word of the apply.
    pub async fn is_destroyed(&mut self) {
        let said = self.destroy().await.unwrap_or_else(|said| said);
        assert!(said.is_empty(), "{}", messages(&said));
        assert!(self.current.is_none());
    }
}
