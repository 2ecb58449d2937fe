//! The second resource goes through the same life as the first.

use std::collections::BTreeMap;

use resources::lifecycle::Managed;
use tfplugin::{ApplyRequest, PlanRequest, ReadRequest, RequestContext, Resource, Type, Value};

use super::{Front, READS, SHAPE};
use crate::{
    account::Account,
    commands::{in_virtual_time, messages},
};

/// One instance in Terraform's state.
struct Session {
    resource: Managed<Front, Account>,
    state: Option<Value>,
    private: Vec<u8>,
}

impl Session {
    /// Plans and applies. How often a configuration was read in each.
    async fn make(&mut self, config: Option<&Value>) -> (usize, usize) {
        READS.set(0);
        let request = PlanRequest {
            prior_state: self.state.clone(),
            config: config.cloned(),
            proposed: None,
            prior_private: self.private.clone(),
        };
        let plan = self.resource.plan(RequestContext::default(), request).await;
        assert!(
            plan.diagnostics.is_empty(),
            "{}",
            messages(&plan.diagnostics)
        );
        let planned = READS.replace(0);
        let request = ApplyRequest {
            prior: self.state.clone(),
            planned: plan.planned_state,
            config: config.cloned(),
            planned_private: plan.planned_private,
        };
        let done = self
            .resource
            .apply(RequestContext::default(), request)
            .await;
        assert!(
            done.diagnostics.is_empty(),
            "{}",
            messages(&done.diagnostics)
        );
        (self.state, self.private) = (done.new_state, done.private);
        (planned, READS.replace(0))
    }

    /// Reads what is there. How often a configuration was read.
    async fn refresh(&mut self) -> usize {
        let request = ReadRequest {
            state: self.state.clone().unwrap(),
            private: self.private.clone(),
        };
        READS.set(0);
        let read = self.resource.read(RequestContext::default(), request).await;
        assert!(
            read.diagnostics.is_empty(),
            "{}",
            messages(&read.diagnostics)
        );
        (self.state, self.private) = (read.state, read.private);
        READS.replace(0)
    }
}

fn config(accepts: bool, team: Option<&str>) -> Value {
    let Type::Object(attributes) = &SHAPE.ty else {
        panic!("no object");
    };
    let mut config: BTreeMap<String, Value> = attributes
        .keys()
        .map(|name| (name.clone(), Value::Null))
        .collect();
    config.insert("name".to_owned(), "front".into());
    config.insert("acceptance_required".to_owned(), accepts.into());
    let tags = team.map(|team| Value::map([("team", team)]));
    config.insert("tags".to_owned(), tags.unwrap_or_default());
    Value::Object(config)
}

#[test]
fn a_second_resource_lives_the_same_life() {
    in_virtual_time(async {
        let account = Account::new();
        account.configure(|settings| settings.preflight = true);
        let mut front = Session {
            resource: Managed::new(account.clone()),
            state: None,
            private: Vec::new(),
        };
        front.make(Some(&config(true, None))).await;
        let made = front.state.clone().unwrap();
        let id = made.get("id").as_str().unwrap().to_owned();
        front.refresh().await;
        assert_eq!(front.state.as_ref(), Some(&made));

        front.make(Some(&config(false, Some("data")))).await;
        let world = account.fake.world();
        assert!(!world.services[&id].acceptance_required);
        assert_eq!(world.services[&id].tags["team"], "data");
        let state = front.state.clone().unwrap();
        assert_eq!(*state.get("tags_all"), Value::map([("team", "data")]));

        account.fake.edit(|world| {
            let service = world.services.values_mut().next().unwrap();
            service.acceptance_required = true;
        });
        front.refresh().await;
        assert_ne!(front.state.as_ref(), Some(&state), "damage shows");
        front.make(Some(&config(false, Some("data")))).await;
        assert_eq!(front.state.as_ref(), Some(&state));

        let imported = front.resource.import(RequestContext::default(), &id).await;
        assert!(imported.diagnostics.is_empty());
        (front.state, front.private) = (imported.state, imported.private);
        front.refresh().await;
        let again = front.state.clone().unwrap();
        assert_eq!(again.get("owner_id"), made.get("owner_id"));

        front.make(None).await;
        assert!(front.state.is_none() && account.is_empty());
    });
}

/// What Terraform hands over is read once: the configuration, and what was last applied, which is in
/// the private data.
#[test]
fn nothing_is_read_twice() {
    in_virtual_time(async {
        let account = Account::new();
        account.configure(|settings| settings.preflight = true);
        let mut front = Session {
            resource: Managed::new(account),
            state: None,
            private: Vec::new(),
        };
        assert_eq!(
            front.make(Some(&config(true, None))).await,
            (1, 1),
            "create"
        );
        assert_eq!(front.refresh().await, 1, "what was last applied");
        assert_eq!(
            front.make(Some(&config(false, None))).await,
            (2, 2),
            "update"
        );
        assert_eq!(front.make(None).await, (1, 1), "destroy");
    });
}
