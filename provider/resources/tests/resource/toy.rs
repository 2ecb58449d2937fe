//! A second resource, as small as can be: a load balancer and its endpoint service. It goes through
//! the same life, and counts how often it is asked to read a configuration.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
    time::Duration,
};

use engine::model::{
    Desired, Maybe, Object, Observed, Policy, Scope, Slot,
    object::{LoadBalancer, Service, load_balancer::IpAddressType, target_group::IpFamily},
    tags::Tags,
};
use resources::{
    config::Timeouts,
    lifecycle::{
        Common, DesiredBuilder, Managed, PathContext, ResourceType, Shape, View,
        import::{ImportTarget, Wanted},
        rules::Rules,
        tag_limit, text,
    },
};
use tfplugin::{
    ApplyRequest, Attribute, Block, Diagnostic, Diagnostics, Path, PlanRequest, ReadRequest,
    RequestContext, Resource, Schema, Type, Value,
};

use crate::{account::Account, terraform::messages, terraform::run};

#[derive(Clone, Debug, Default, PartialEq)]
struct Front;

#[derive(Clone, Debug, PartialEq)]
struct Arguments {
    name: Maybe<String>,
    region: Maybe<Option<String>>,
    tags: Maybe<Option<BTreeMap<String, Maybe<String>>>>,
    timeouts: Timeouts,
    acceptance_required: bool,
}

impl Common for Arguments {
    fn name(&self) -> &Maybe<String> {
        &self.name
    }
    fn region(&self) -> &Maybe<Option<String>> {
        &self.region
    }
    fn tags(&self) -> &Maybe<Option<BTreeMap<String, Maybe<String>>>> {
        &self.tags
    }
    fn timeouts(&self) -> &Timeouts {
        &self.timeouts
    }
}

static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
    let attributes = [
        Attribute::string("name").required(),
        Attribute::string("region").optional_computed(),
        Attribute::map_of("tags", Type::String).optional(),
        Attribute::single("timeouts", [Attribute::string("read").optional()]).optional(),
        Attribute::bool("acceptance_required").required(),
        Attribute::string("id").computed(),
        Attribute::map_of("tags_all", Type::String).computed(),
        Attribute::string("owner_id").computed(),
        Attribute::map_of("drift", Type::String).optional_computed(),
    ];
    Shape::new(Schema::new(0, Block::new("A toy.").attributes(attributes)))
});

thread_local! {
    static READS: Cell<usize> = const { Cell::new(0) };
}

impl ResourceType for Front {
    const NAME: &'static str = "kafka_front";
    const IDENTITY: Slot = Slot::Service;

    type Arguments = Arguments;

    fn shape() -> &'static Shape {
        &SHAPE
    }

    fn read(value: &Value) -> (Arguments, Diagnostics) {
        READS.set(READS.get() + 1);
        let limit = || Maybe::Known(Duration::from_secs(600));
        let tags = value.get("tags").as_map().map(|tags| {
            let tag = |(key, it): (&String, &Value)| Some((key.clone(), Maybe::Known(text(it)?)));
            tags.iter().filter_map(tag).collect()
        });
        let arguments = Arguments {
            name: text(value.get("name")).map_or(Maybe::Unknown, Maybe::Known),
            region: Maybe::Known(text(value.get("region"))),
            tags: Maybe::Known(tags),
            timeouts: Timeouts {
                create: limit(),
                read: limit(),
                update: limit(),
                delete: limit(),
            },
            acceptance_required: value.get("acceptance_required").as_bool() == Some(true),
        };
        (arguments, Diagnostics::new())
    }

    fn rules() -> Rules<Arguments> {
        Rules {
            always: &[tag_limit::fit_on_an_object],
            beginnings: &[],
            advice: &[],
            regional: &[],
        }
    }

    fn scope(_: &Arguments, _: &mut Scope) {}

    fn named(state: &Value) -> BTreeMap<String, Slot> {
        let id = text(state.get("id"));
        id.into_iter().map(|id| (id, Slot::Service)).collect()
    }

    fn desired(arguments: &Arguments, context: &PathContext<'_>, observed: &Observed) -> Desired {
        let mut builder = DesiredBuilder::new(arguments, context, observed);
        let balancer = Object::LoadBalancer(LoadBalancer {
            name: String::new(),
            subnets: BTreeSet::from(["subnet-a".into()]),
            security_groups: BTreeSet::new(),
            enforce_on_private_link: false,
            ip_address_type: IpAddressType::Ipv4,
            cross_zone: true,
            deletion_protection: false,
            tags: Tags::new(),
        });
        let service = Object::Service(Service {
            load_balancer: Some(builder.add(Slot::LoadBalancer, balancer)),
            acceptance_required: arguments.acceptance_required,
            principals: BTreeSet::new(),
            ip_address_types: BTreeSet::from([IpFamily::Ipv4]),
            regions: BTreeSet::new(),
            tags: Tags::new(),
        });
        builder.add(Slot::Service, service);
        builder.build(Policy::default())
    }

    fn render(view: &View<'_, Arguments>) -> Value {
        let seen = view.observed.of(Slot::Service).next().map(|(_, it)| it);
        let service = seen.and_then(|seen| seen.object.as_service());
        let accepts = service.map(|service| service.acceptance_required);
        let name = view.arguments.and_then(|it| it.name.known().cloned());
        let id = seen.map_or(&Maybe::Unknown, |seen| &seen.id).clone();
        Value::object([
            ("name", name.unwrap_or_else(|| "front".to_owned()).into()),
            ("acceptance_required", accepts.into()),
            ("id", id.known().map_or(Value::Unknown, |id| id.into())),
        ])
    }

    fn argument(_: Slot, _: &Desired, _: &Observed) -> Path {
        Path::of("acceptance_required")
    }

    fn import(id: &str) -> Result<ImportTarget, Diagnostic> {
        let wanted = Wanted::Id {
            id: id.to_owned(),
            endpoint: None,
        };
        let region = None;
        Ok(ImportTarget { wanted, region })
    }
}

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
        assert!(plan.diagnostics.is_empty(), "{}", messages(&plan.diagnostics));
        let planned = READS.replace(0);
        let request = ApplyRequest {
            prior: self.state.clone(),
            planned: plan.planned_state,
            config: config.cloned(),
            planned_private: plan.planned_private,
        };
        let done = self.resource.apply(RequestContext::default(), request).await;
        assert!(done.diagnostics.is_empty(), "{}", messages(&done.diagnostics));
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
        assert!(read.diagnostics.is_empty(), "{}", messages(&read.diagnostics));
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
    run(async {
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

/// What Terraform hands over is read once: a plan's configuration, what was last applied (in the
/// private data), and the state, which rules compare with; the last for its timeouts in a delete.
#[test]
fn nothing_is_read_twice() {
    run(async {
        let account = Account::new();
        account.configure(|settings| settings.preflight = true);
        let mut front = Session {
            resource: Managed::new(account),
            state: None,
            private: Vec::new(),
        };
        assert_eq!(front.make(Some(&config(true, None))).await, (1, 1), "create");
        assert_eq!(front.refresh().await, 1, "what was last applied");
        assert_eq!(front.make(Some(&config(false, None))).await, (3, 2), "update");
        assert_eq!(front.make(None).await, (1, 2), "destroy");
    });
}
