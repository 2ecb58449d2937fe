//! The tags by which a path knows its objects.

use std::collections::BTreeMap;

use crate::model::{Maybe, Slot};

/// Tags of one object: key to value.
pub type Tags = BTreeMap<String, Maybe<String>>;

/// The path's name, for people and for import by name.
pub const NAME: &str = "kafka-privatelink:name";
/// The owner id of the instance that made the object.
pub const OWNER: &str = "kafka-privatelink:owner";
/// The object's slot.
pub const RESOURCE: &str = "kafka-privatelink:resource";
/// On a broker's target group: the target it was made for, as `Target` prints it.
pub const TARGET: &str = "kafka-privatelink:target";

/// On the first object that a create makes: who is making the resource, and until when that is
/// certain. See [`super::Lease`].
pub const CREATE: &str = "kafka-privatelink:create";

/// What clients resolve, lower case and without a trailing dot: on the endpoint service, since AWS
/// holds it nowhere else when consumers make their own endpoints, and on all objects of a resource
/// that is the consumers' side alone, which it tells from the consumers' side of a whole path.
pub const HOSTNAME: &str = "kafka-privatelink:hostname";

/// What AWS's console shows of an object. It is for people: theirs wherever they have set it.
pub const LABEL: &str = "Name";

/// All of ours begin so; users may not set such keys.
pub const PREFIX: &str = "kafka-privatelink:";

/// What an object of a path is called for people: `orders-target-group-3`.
pub fn label(name: &str, slot: Slot) -> String {
    format!("{name}-{}", slot.to_string().replace('/', "-"))
}
