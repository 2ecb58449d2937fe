//! What a path is looked for by.

use tfplugin::{Diagnostic, Maybe, Object, Path};

use crate::{
    lifecycle::import::{ImportTarget, Wanted},
    syntax::{id, name, region, service_name},
};

/// A path of `kafka_privatelink` as AWS has it now, with the health of its brokers and the
/// connections of its endpoint service: for checks, and for configurations that do not manage the path.
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
    pub fn fault(&self) -> Option<Diagnostic> {
        let identities = self.identities();
        let mut given = identities.iter().filter(|it| known(it.1).is_some());
        let may_be_given = identities.iter().any(|(_, value)| value.is_unknown());
        match (given.next(), given.next()) {
            (None, _) if !may_be_given => Some(none_given()),
            (Some((first, _)), Some((second, _))) => {
                let text = format!("Both {first} and {second} are given: leave one of them out.");
                Some(Diagnostic::error("More than one path named", text).at(*second))
            }
            _ => self.elsewhere(),
        }
    }

    /// The only one that is given, of arguments that are wholly known.
    pub fn sought(&self) -> Result<Sought, Diagnostic> {
        let mut identities = self.identities().into_iter();
        let given = identities.find_map(|(name, value)| Some((name, known(value)?)));
        let (argument, text) = given.ok_or_else(none_given)?;
        let region = known(&self.region).or(self.region_of_service());
        let wanted = match argument {
            "name" => Wanted::Name(text.to_owned()),
            _ => service(text),
        };
        Ok(Sought {
            argument: Path::of(argument),
            target: ImportTarget {
                wanted,
                region: region.map(str::to_owned),
            },
        })
    }

    fn identities(&self) -> [(&'static str, &Maybe<Option<String>>); 3] {
        [
            ("id", &self.id),
            ("service_name", &self.service_name),
            ("name", &self.name),
        ]
    }

    fn region_of_service(&self) -> Option<&str> {
        service_name::region_of(known(&self.service_name)?)
    }

    fn elsewhere(&self) -> Option<Diagnostic> {
        let said = self.region_of_service()?;
        let text = format!("service_name is of {said}: leave region out, or set it to {said:?}.");
        let error = Diagnostic::error("Another region than the service's", text).at("region");
        (known(&self.region)? != said).then_some(error)
    }
}

fn known(value: &Maybe<Option<String>>) -> Option<&str> {
    value.known()?.as_deref()
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
