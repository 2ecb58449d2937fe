//! One path in one account, taken through Terraform's commands in virtual time.

use engine::fake::{Fake, World};
use engine::model::Maybe;
use resources::{Privatelink, lifecycle::ResourceType};
use tfplugin::{
    Path, Value,
    testing::{Action, Plan, Terraform, tree},
};

use crate::{
    account::Account,
    cases::Step,
    commands::{messages, terraform, terraform_of},
};

pub struct Bench {
    pub fake: Fake,
    pub terraform: Terraform,
    pub account: Account,
    /// What others have in the account.
    others: World,
}

impl Bench {
    /// An account in which others have things, too.
    pub fn new() -> Bench {
        Bench::of::<Privatelink>(|_| {})
    }

    /// The same for any resource, with what else others have.
    pub fn of<T: ResourceType>(add: impl FnOnce(&mut World)) -> Bench {
        let account = Account::new();
        account.configure(|settings| {
            let tags = [("stage", "any"), ("owner", "platform")];
            let tags = tags.map(|(key, value)| (key.to_owned(), Maybe::from(value)));
            settings.default_tags = Maybe::Known(tags.into());
        });
        let fake = account.fake.clone();
        fake.edit(|world| {
            world.add_foreign_group();
            add(world);
        });
        Bench {
            terraform: terraform_of::<T>(&account),
            others: fake.world(),
            fake,
            account,
        }
    }

    /// Another workspace on the same account, with an empty state.
    pub fn elsewhere(&self) -> Terraform {
        terraform(&self.account)
    }

    /// Plans what is foreseen, and applies what it turned out to be.
    pub async fn apply(&mut self, step: &Step) -> Action {
        let plan = self.plan(step).await;
        let applied = self.terraform.apply(&plan, &step.config).await;
        applied.unwrap_or_else(|said| panic!("the apply failed: {}", messages(&said)));
        plan.action
    }

    pub async fn plan(&mut self, step: &Step) -> Plan {
        let plan = self.terraform.plan(&step.foreseen).await;
        plan.unwrap_or_else(|said| panic!("the plan failed: {}", messages(&said)))
    }

    /// Reading changes nothing, and there is nothing to do.
    pub async fn is_in_place(&mut self, config: &Value) {
        self.is_at_rest(config).await;
        assert_eq!(
            self.terraform.state().get("drift"),
            &Value::map::<&str, Value>([])
        );
    }

    /// The same, with drift that is ignored.
    pub async fn is_at_rest(&mut self, config: &Value) {
        let before = self.terraform.state().clone();
        let read = self.terraform.refresh().await;
        read.unwrap_or_else(|said| panic!("the read failed: {}", messages(&said)));
        let after = self.terraform.state();
        assert!(
            before == *after,
            "reading changed the state:\n{}",
            differences(&before, after)
        );
        nothing_to_do(&mut self.terraform, config).await;
    }

    /// Destroys, and finds the account as it was.
    pub async fn leaves_nothing(&mut self) {
        let destroyed = self.terraform.destroy().await;
        destroyed.unwrap_or_else(|said| panic!("the destroy failed: {}", messages(&said)));
        assert!(self.terraform.current.is_none(), "a state is left");
        self.only_others_are_left();
    }

    pub fn others(&self) -> &World {
        &self.others
    }

    pub fn only_others_are_left(&self) {
        let (left, others) = (self.fake.world(), &self.others);
        assert_eq!(left.security_groups, others.security_groups);
        assert_eq!(left.balancers, others.balancers);
        assert_eq!(left.target_groups, others.target_groups);
        assert_eq!(left.listeners, others.listeners);
        assert_eq!(left.services, others.services);
        assert_eq!(left.endpoints, others.endpoints);
        assert_eq!(left.zones, others.zones);
        assert_eq!(left.records, others.records);
    }
}

/// "No changes."
pub async fn nothing_to_do(terraform: &mut Terraform, config: &Value) {
    let plan = terraform.plan(config).await;
    let plan = plan.unwrap_or_else(|said| panic!("the plan failed: {}", messages(&said)));
    let changes = differences(&plan.before, &plan.planned);
    assert_eq!(
        plan.action,
        Action::NoOp,
        "there is still something to do:\n{changes}"
    );
}

/// The places that differ, one a line, for a failing test.
pub fn differences(before: &Value, after: &Value) -> String {
    let mut lines = String::new();
    compare(before, after, &Path::root(), &mut |path, was, is| {
        lines.push_str(&format!("  {path}: {} -> {}\n", tree(was), tree(is)));
    });
    lines
}

/// The places that differ, or may.
pub fn changed(before: &Value, after: &Value) -> Vec<String> {
    let mut paths = Vec::new();
    compare(before, after, &Path::root(), &mut |path, _, _| {
        paths.push(path.to_string());
    });
    paths
}

fn compare(
    before: &Value,
    after: &Value,
    path: &Path,
    found: &mut impl FnMut(&Path, &Value, &Value),
) {
    match (before, after) {
        (Value::Object(was), Value::Object(_)) => {
            for (name, was) in was {
                compare(was, after.get(name), &path.clone().attribute(name), found);
            }
        }
        _ if before == after && before.is_wholly_known() => {}
        _ => found(path, before, after),
    }
}
