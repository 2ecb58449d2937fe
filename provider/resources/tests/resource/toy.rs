//! A second resource, as small as can be: a load balancer and its endpoint service. It counts how
//! often it is asked to read a configuration.

mod life;

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
        Common, DesiredBuilder, PathContext, ResourceType, Shape, View,
        import::{ImportTarget, Wanted},
        rules::Rules,
        tag_limit, text,
    },
};
use tfplugin::{Attribute, Block, Diagnostic, Diagnostics, Path, Schema, Type, Value};

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
        Attribute::single("timeouts", [Attribute::string("read").optional()])
            .optional()
            .local(),
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
    const NOUN: &'static str = "front";
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
