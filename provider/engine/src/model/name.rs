//! Names of new AWS objects. A name is used once, at create, and never read back.

use sha2::{Digest, Sha256};

use crate::model::{Key, Role, Side, Slot};

/// The limit of load balancers and target groups.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html>
const LIMIT: usize = 32;

/// Readable parts and a short hash: `orders-3-9f2c1a`, at most 32 of `[a-z0-9-]`.
///
/// The hash covers the owner and the key, so that a second generation, another instance and an
/// instance that is just being deleted can all stand beside this one.
pub fn aws_name(name: &str, owner: &str, key: Key) -> String {
    let part = match key.slot {
        Slot::TargetGroup(Role::Bootstrap) => "-bootstrap".to_owned(),
        Slot::TargetGroup(Role::Broker(id)) => format!("-{id}"),
        Slot::SecurityGroup(Side::Service) => "-service".to_owned(),
        Slot::SecurityGroup(Side::Consumer) => "-consumer".to_owned(),
        _ => String::new(),
    };
    let digest = Sha256::digest(format!("{owner}\0{key}"));
    let hash = format!("-{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2]);
    let room = LIMIT - part.len() - hash.len();
    let readable: String = name.chars().take(room).collect();
    format!("{}{part}{hash}", readable.trim_end_matches('-'))
}

/// Could an object of this AWS name have been made for a path of that `name`? Its tags tell. Of a
/// long name only the beginning may be in it.
pub fn is_called_after(aws_name: &str, name: &str) -> bool {
    const SHORTEST: usize = LIMIT - "-4294967295".len() - "-9f2c1a".len();
    let readable: String = name.chars().take(SHORTEST).collect();
    aws_name.starts_with(readable.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Generation;

    #[test]
    fn names_fit_whatever_the_parts() {
        for slot in [
            Slot::LoadBalancer,
            Slot::TargetGroup(Role::Bootstrap),
            Slot::TargetGroup(Role::Broker(u32::MAX)),
            Slot::SecurityGroup(Side::Consumer),
        ] {
            let name = aws_name(&"o".repeat(24), "k3j9x2ab", Key::new(slot, Generation(7)));
            assert!(name.len() <= LIMIT, "{name}");
            assert!(name.starts_with("oooo"), "{name}");
            assert!(is_called_after(&name, &"o".repeat(24)), "{name}");
            assert!(!name.contains("--"), "{name}");
        }
    }

    #[test]
    fn an_object_is_found_by_what_its_name_begins_with() {
        let key = Key::only(Slot::LoadBalancer);
        assert!(is_called_after(
            &aws_name("orders", "k3j9x2ab", key),
            "orders"
        ));
        assert!(!is_called_after("payments-1a2b3c", "orders"));
    }

    #[test]
    fn another_generation_or_owner_is_another_name() {
        let slot = Slot::TargetGroup(Role::Broker(3));
        let first = aws_name("orders", "aaaaaaaa", Key::new(slot, Generation(1)));
        assert!(first.starts_with("orders-3-"), "{first}");
        assert_ne!(
            first,
            aws_name("orders", "aaaaaaaa", Key::new(slot, Generation(2)))
        );
        assert_ne!(
            first,
            aws_name("orders", "bbbbbbbb", Key::new(slot, Generation(1)))
        );
    }
}
