//! Paths that others built are taken over by tagging, and keep their listeners and groups.

use std::collections::BTreeMap;

use engine::fake::World;
use engine::reconcile::Write;
use tfplugin::{
    Severity, Value,
    testing::{Action, Plan},
};

use crate::{
    account::Account,
    commands::in_virtual_time as run,
    configuration::{object, three_brokers},
    workspace::Workspace,
};

type Members = BTreeMap<&'static str, Value>;

fn broker(target: &str, port: u16, target_port: u16) -> Value {
    Value::object([
        ("target", Value::from(target)),
        ("port", port.into()),
        ("target_port", target_port.into()),
    ])
}

fn three(ids: [&'static str; 3], third_target_port: u16) -> Value {
    Value::map([
        (ids[0], broker("10.0.1.11", 6001, 9092)),
        (ids[1], broker("10.0.2.11", 6002, 9092)),
        (ids[2], broker("10.0.3.11", 6003, third_target_port)),
    ])
}

fn service_side(brokers: Value) -> Members {
    let mut members = three_brokers();
    members.remove("endpoint");
    members.insert("brokers", brokers);
    members
}

/// A path for somebody to have built: three brokers, the service side alone.
pub fn three_brokers_without_endpoint() -> Value {
    object(service_side(three(["1", "2", "3"], 9092)))
}

pub struct HandMade {
    pub account: Account,
    service: String,
    /// Of the load balancer.
    group: String,
}

impl HandMade {
    /// As the resource makes it, less all tags.
    pub async fn of(config: &Value) -> HandMade {
        let account = Account::new();
        let mut builder = Workspace::new(&account);
        builder.make(config).await;
        let state = builder.state().clone();
        let text = |name: &str| state.get(name).as_str().unwrap().to_owned();
        account.fake.edit(|world| {
            (world.balancers.values_mut().map(|it| &mut it.tags))
                .chain(world.target_groups.values_mut().map(|it| &mut it.tags))
                .chain(world.listeners.values_mut().map(|it| &mut it.tags))
                .chain(world.services.values_mut().map(|it| &mut it.tags))
                .chain(world.security_groups.values_mut().map(|it| &mut it.tags))
                .for_each(BTreeMap::clear);
        });
        account.fake.take_journal();
        HandMade {
            service: text("id"),
            group: text("load_balancer_security_group_id"),
            account,
        }
    }

    /// The configuration that describes it, with these brokers.
    pub fn config(&self, brokers: Value) -> Value {
        self.with(brokers, [])
    }

    /// The configuration that describes three brokers, with these members of `load_balancer`.
    pub fn config_with<const N: usize>(&self, more: [(&'static str, Value); N]) -> Value {
        self.with(three(["1", "2", "3"], 9092), more)
    }

    fn with<const N: usize>(&self, brokers: Value, more: [(&'static str, Value); N]) -> Value {
        let mut members = service_side(brokers);
        let subnets = ["subnet-a", "subnet-b", "subnet-c"];
        let balancer = [
            ("subnet_ids", Value::set(subnets)),
            ("security_group_ids", Value::set([self.group.as_str()])),
        ];
        members.insert(
            "load_balancer",
            Value::object(balancer.into_iter().chain(more)),
        );
        object(members)
    }

    pub async fn imported(&self) -> Workspace {
        let mut terraform = Workspace::new(&self.account);
        terraform.import(&self.service).await.unwrap();
        terraform
    }

    /// The load balancer's group, which is nobody's managed one now.
    pub fn group(&self) -> &str {
        &self.group
    }

    /// Every write since it was asked last, but for tags.
    pub fn writes(&self) -> Vec<String> {
        let writes = self.account.fake.take_journal().writes;
        let others = writes.iter().map(|(step, _)| step);
        let others = others.filter(|step| !matches!(step.write, Write::Tag { .. }));
        others.map(ToString::to_string).collect()
    }
}

fn warnings(planned: &Plan) -> Vec<String> {
    let warnings = planned.said.iter();
    let warnings = warnings.filter(|it| it.severity == Severity::Warning);
    warnings.map(|it| it.detail.clone()).collect()
}

fn keys(state: &Workspace, name: &str) -> Vec<String> {
    let state = state.state();
    state.get(name).as_map().unwrap().keys().cloned().collect()
}

#[test]
fn what_is_configured_is_taken_over_by_tags_alone() {
    run(async {
        let built = HandMade::of(&object(service_side(three(["1", "2", "3"], 9092)))).await;
        let mut terraform = built.imported().await;
        let state = terraform.state().clone();
        assert_eq!(keys(&terraform, "brokers"), ["1", "2", "3"]);
        assert_eq!(keys(&terraform, "drift"), ["ownership"]);
        assert!(state.get("hostname").is_null());
        // Reading again changes nothing.
        assert!(terraform.refresh().await);
        assert_eq!(terraform.state(), &state);

        let config = built.config(three(["1", "2", "3"], 9092));
        assert_eq!(terraform.make(&config).await, Action::Update);
        assert_eq!(built.writes(), Vec::<String>::new());
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
    });
}

#[test]
fn the_configuration_says_who_the_brokers_are() {
    run(async {
        let built = HandMade::of(&object(service_side(three(["1", "2", "3"], 9092)))).await;
        let mut terraform = built.imported().await;
        let config = built.config(three(["70", "5", "6"], 9092));
        let planned = terraform.plan(&config).await.unwrap();
        assert_eq!(warnings(&planned), Vec::<String>::new());
        terraform.make(&config).await;
        assert_eq!(built.writes(), Vec::<String>::new());
        assert_eq!(
            keys(&terraform, "target_group_arns"),
            ["5", "6", "70", "bootstrap"]
        );
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
    });
}

fn without_bootstrap(world: &mut World) {
    world.listeners.retain(|_, it| it.port != 9091);
    world.target_groups.retain(|_, it| it.targets.len() == 1);
}

/// Without bootstrap, a broker on a port of its own looks like something else. It is not forgotten
/// between the import and the plan, and needs only to be configured.
#[test]
fn what_looked_like_something_else_is_taken_in_when_it_is_configured() {
    run(async {
        let built = HandMade::of(&object(service_side(three(["1", "2", "3"], 9999)))).await;
        built.account.fake.edit(without_bootstrap);
        let mut terraform = built.imported().await;
        assert_eq!(keys(&terraform, "brokers"), ["1", "2"]);
        assert!(terraform.refresh().await);
        let config = built.config(three(["1", "2", "3"], 9999));
        terraform.make(&config).await;
        let writes = built.writes();
        let creates: Vec<&String> = writes.iter().filter(|it| it.contains("create")).collect();
        assert_eq!(creates.len(), 2, "{writes:#?}");
        assert!(
            creates
                .iter()
                .all(|it| it.contains("bootstrap") || it.contains("9091"))
        );
        assert!(
            !writes.iter().any(|it| it.contains("delete")),
            "{writes:#?}"
        );
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
    });
}

#[test]
fn what_is_not_configured_is_forgotten_and_keeps_the_load_balancer() {
    run(async {
        let built = HandMade::of(&object(service_side(three(["1", "2", "3"], 9092)))).await;
        let mut terraform = built.imported().await;
        let two = Value::map([
            ("1", broker("10.0.1.11", 6001, 9092)),
            ("2", broker("10.0.2.11", 6002, 9092)),
        ]);
        let config = built.config(two);
        let planned = terraform.plan(&config).await.unwrap();
        assert!(warnings(&planned).iter().any(|it| it.contains("broker 3")));
        let third = |world: World| -> Vec<_> {
            let mut listeners = world.listeners.into_values();
            let listener = listeners.find(|it| it.port == 6003).unwrap();
            vec![
                format!("{listener:?}"),
                format!("{:?}", world.target_groups[&listener.group]),
            ]
        };
        let before = third(built.account.fake.world());
        terraform.make(&config).await;
        assert_eq!(third(built.account.fake.world()), before);

        let planned = terraform.plan(&config).await.unwrap();
        assert_eq!(planned.action, Action::NoOp);
        assert_eq!(warnings(&planned), Vec::<String>::new());
        built.writes();
        let refused = terraform.plan_destroy().await;
        assert!(refused.has_errors());
        let says_why = |it: &tfplugin::Diagnostic| it.detail.contains("6003");
        assert!(refused.iter().any(says_why));
        assert_eq!(built.writes(), Vec::<String>::new());
    });
}
