//! What a path is looked for by.

use tfplugin::{Diagnostic, Maybe, Object, Path};

use crate::{
    lifecycle::import::{ImportTarget, Wanted},
    syntax::{id, name, region, service_name},
};

/// A path of `kafka_privatelink` as AWS has it now, with the health of its brokers and the connections
/// of its endpoint service: for checks, and for configurations that do not manage the path.
///
/// Exactly one of `id`, `service_name` and `name` is given. The path must belong to the account of
/// the credentials. What IAM does not let them read is null, and a warning names the action that is
/// missing. Arguments of the resource that AWS does not hold, such as `timeouts`, are not here.
#[derive(Object)]
pub struct Arguments {
    /// Id of the endpoint service (`vpce-svc-...`).
    #[attr(optional, computed, rule = id::endpoint_service)]
    pub id: Maybe<Option<String>>,
    /// Name of the endpoint service (`com.amazonaws.vpce.REGION.vpce-svc-...`).
    #[attr(optional, computed, rule = service_name::check)]
    pub service_name: Maybe<Option<String>>,
    /// Name of the path, which its endpoint service carries in the tag `kafka-privatelink:name`.
    #[attr(optional, computed, rule = name::check)]
    pub name: Maybe<Option<String>>,
    /// AWS region of the path. Default: the one that `service_name` says, or else the provider's.
    #[attr(optional, computed, rule = region::check)]
    pub region: Maybe<Option<String>>,
}

/// What to look for, and the argument that says it.
pub struct Sought {
    pub argument: Path,
    pub target: ImportTarget,
}

impl Arguments {
    /// What is wrong with the arguments together.
    pub fn faults(&self) -> Vec<Diagnostic> {
        let identities = self.identities();
        let given: Vec<&str> = identities
            .iter()
            .filter(|(_, value)| matches!(value, Maybe::Known(Some(_))))
            .map(|(name, _)| *name)
            .collect();
        let may_be_given = identities.iter().any(|(_, value)| value.is_unknown());
        let count = match given.as_slice() {
            [] if !may_be_given => Some(none_given()),
            [first, second, ..] => Some(
                Diagnostic::error(
                    "More than one path named",
                    format!("Both {first} and {second} are given: leave one of them out."),
                )
                .at(*second),
            ),
            _ => None,
        };
        count.into_iter().chain(self.elsewhere()).collect()
    }

    /// The only one that is given, of arguments that are wholly known.
    pub fn sought(&self) -> Result<Sought, Diagnostic> {
        if let Some(fault) = self.faults().into_iter().next() {
            return Err(fault);
        }
        let given = |value: &Maybe<Option<String>>| value.known().cloned().flatten();
        let [id, service_name, name] = self.identities().map(|(_, value)| given(value));
        let said = service_name.as_deref().and_then(service_name::region_of);
        let region = given(&self.region).or(said.map(str::to_owned));
        let (argument, wanted) = match (id, service_name, name) {
            (Some(id), _, _) => ("id", service(&id)),
            (_, Some(name), _) => ("service_name", service(&name)),
            (_, _, Some(name)) => ("name", Wanted::Name(name)),
            _ => return Err(none_given()),
        };
        Ok(Sought {
            argument: Path::of(argument),
            target: ImportTarget { wanted, region },
        })
    }

    fn identities(&self) -> [(&'static str, &Maybe<Option<String>>); 3] {
        [
            ("id", &self.id),
            ("service_name", &self.service_name),
            ("name", &self.name),
        ]
    }

    /// A service name says its region.
    fn elsewhere(&self) -> Option<Diagnostic> {
        let region = self.region.known()?.as_deref()?;
        let said = service_name::region_of(self.service_name.known()?.as_deref()?)?;
        (said != region).then(|| {
            Diagnostic::error(
                "Another region than the service's",
                format!("service_name is of {said}: leave region out, or set it to {said:?}."),
            )
            .at("region")
        })
    }
}

/// An id is the last part of the name of its service.
fn service(text: &str) -> Wanted {
    Wanted::Id {
        id: text.rsplit('.').next().unwrap_or(text).to_owned(),
        endpoint: None,
    }
}

fn none_given() -> Diagnostic {
    Diagnostic::error(
        "No path named",
        "Give one of id, service_name and name. One of them that is null does not count.",
    )
    .at("id")
}
