//! What the engine does, told step by step: `stories/*.txt`. `UPDATE_EXPECT=1` writes them anew;
//! read each as a story before you commit it.

use std::{fmt::Write as _, fs, path::PathBuf};

use engine::fake::World;
use engine::model::{Desired, Observed, Role, Slot};
use engine::reconcile::foresee;

use crate::config::Config;

pub fn tell(title: &str, desired: &Desired, observed: &Observed) -> (String, Observed) {
    let foresight = foresee(desired, observed);
    let mut story = format!("{title}\n");
    for (number, round) in foresight.rounds.iter().enumerate() {
        let _ = writeln!(story, "\n{}.", number + 1);
        for step in round {
            let _ = writeln!(story, "   {step}");
        }
    }
    if foresight.rounds.is_empty() {
        story.push_str("\nNothing to do.\n");
    }
    if !foresight.blocked.is_empty() {
        story.push_str("\nBlocked:\n");
    }
    for planned in &foresight.blocked {
        let waits: Vec<String> = planned.waits.iter().map(|it| format!("{it:#}")).collect();
        let _ = writeln!(
            story,
            "   {}\n      until {}",
            planned.step,
            waits.join(", and ")
        );
    }
    (story, foresight.end)
}

pub fn check(name: &str, story: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/stories/{name}.txt"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, story).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        story, expected,
        "{name}: run with UPDATE_EXPECT=1 and read the difference"
    );
}

/// From `before` as built to `after`.
pub fn story(name: &str, title: &str, before: Option<&Config>, after: Option<&Config>) {
    let built = before.map_or_else(Observed::default, |config| {
        tell("", &config.desired(), &Observed::default()).1
    });
    let desired = after.map_or_else(Desired::nothing, Config::desired);
    check(name, &tell(title, &desired, &built).0);
}

#[test]
fn create() {
    story(
        "create",
        "Create three brokers with an endpoint.",
        None,
        Some(&Config::of(3)),
    );
}

/// After an import: names and tags are those of others, nothing serves bootstrap, and broker 3 is
/// not configured.
#[test]
fn adopt() {
    let mut before = Config::of(3);
    before.endpoint = None;
    let mut after = Config::of(2);
    after.endpoint = None;
    after.policy.forget_unowned = true;
    let mut built = tell("", &before.desired(), &Observed::default()).1;
    built.objects.retain(|key, _| {
        key.slot != Slot::Listener(9091) && key.slot != Slot::TargetGroup(Role::Bootstrap)
    });
    for seen in built.objects.values_mut() {
        seen.owned = false;
        if let Some(tags) = seen.object.tags_mut() {
            tags.clear();
        }
    }
    let title = "Take over what others built: bootstrap is missing, broker 3 is not configured.";
    check("adopt", &tell(title, &after.desired(), &built).0);
}

#[test]
fn nothing_to_do() {
    let config = Config::of(3);
    story(
        "nothing-to-do",
        "Nothing changed.",
        Some(&config),
        Some(&config),
    );
}

#[test]
fn destroy() {
    story("destroy", "Destroy everything.", Some(&Config::of(2)), None);
}

#[test]
fn add_a_broker() {
    story(
        "add-broker",
        "Add broker 3.",
        Some(&Config::of(2)),
        Some(&Config::of(3)),
    );
}

#[test]
fn remove_a_broker() {
    story(
        "remove-broker",
        "Remove broker 3.",
        Some(&Config::of(3)),
        Some(&Config::of(2)),
    );
}

/// A change of the three-broker path.
pub fn change(name: &str, title: &str, edit: impl FnOnce(&mut Config)) {
    let before = Config::of(3);
    let mut after = before.clone();
    edit(&mut after);
    story(name, title, Some(&before), Some(&after));
}

pub fn edit(config: &mut Config, id: u32) -> &mut crate::config::Broker {
    config.brokers.get_mut(&id).unwrap()
}

#[test]
fn replace_a_broker() {
    change(
        "replace-broker",
        "Broker 3 moves to a new machine.",
        |config| {
            edit(config, 3).target = "10.0.9.3".to_owned();
        },
    );
}

#[test]
fn swap_ports() {
    change("swap-ports", "Brokers 1 and 2 swap ports.", |config| {
        edit(config, 1).port = 6002;
        edit(config, 2).port = 6001;
    });
}

#[test]
fn swap_targets() {
    change("swap-targets", "Brokers 1 and 2 swap machines.", |config| {
        edit(config, 1).target = "10.0.0.3".to_owned();
        edit(config, 2).target = "10.0.0.2".to_owned();
    });
}

#[test]
fn move_a_port() {
    change(
        "move-port",
        "Broker 3 moves from port 6003 to 7003.",
        |config| {
            edit(config, 3).port = 7003;
        },
    );
}

#[test]
fn change_the_bootstrap_port() {
    change("bootstrap-port", "The bootstrap port changes.", |config| {
        config.bootstrap_port = 9092;
    });
}

#[test]
fn change_the_target_port() {
    change("target-port", "Brokers listen on another port.", |config| {
        for id in 1..=3 {
            edit(config, id).target_port = 9095;
        }
    });
}

#[test]
fn change_the_protocol() {
    change("protocol", "Listeners terminate TLS.", |config| {
        config.protocol = engine::model::object::target_group::Protocol::Tls;
    });
}

#[test]
fn change_group_settings() {
    change(
        "group-settings",
        "Health check and attributes of the groups change.",
        |config| {
            config.health_interval = 10;
            config.proxy_protocol = true;
        },
    );
}

#[test]
fn change_tags() {
    change("tags", "One tag goes, and another one comes.", |config| {
        config.tags.insert("stage".to_owned(), "test".to_owned());
        config.tags.remove("team");
        config.policy.retired_tags.insert("team".to_owned());
    });
}

#[test]
fn change_who_may_connect() {
    change(
        "principals",
        "Another principal, and no acceptance.",
        |config| {
            config.principals = crate::config::set(["arn:aws:iam::111111111111:root"]);
            config.acceptance = false;
        },
    );
}

#[test]
fn change_the_hostname() {
    change("hostname", "The hostname changes.", |config| {
        config.hostname = "orders.test.com".to_owned();
    });
}

#[test]
fn change_the_endpoints_vpc() {
    change(
        "endpoint-vpc",
        "The endpoint moves to another VPC.",
        |config| {
            let endpoint = config.endpoint.as_mut().unwrap();
            endpoint.vpc = "vpc-other".to_owned();
            endpoint.subnets = crate::config::set(["subnet-o", "subnet-p"]);
        },
    );
}

#[test]
fn change_subnets() {
    change(
        "subnets",
        "The load balancer gets a subnet, and the endpoint another one.",
        |config| {
            config.subnets = crate::config::set(["subnet-a", "subnet-b", "subnet-c"]);
            config.endpoint.as_mut().unwrap().subnets =
                crate::config::set(["subnet-x", "subnet-z"]);
        },
    );
}

/// Both zones get another subnet: AWS takes that zone by zone, and never the last one.
#[test]
fn exchange_subnets() {
    let mut before = Config::of(1);
    before.endpoint = None;
    let mut after = before.clone();
    after.subnets = crate::config::set(["subnet-a2", "subnet-b2"]);
    let mut built = tell("", &before.desired(), &Observed::default()).1;
    let subnets = before.subnets.union(&after.subnets);
    built.surroundings.subnet_zones = subnets
        .map(|subnet| (subnet.clone(), World::zone_of(subnet)))
        .collect();
    let title = "Every subnet of the load balancer is exchanged inside its zone.";
    check("exchange-subnets", &tell(title, &after.desired(), &built).0);
}

/// An endpoint that connects first would keep the subnet for ever.
#[test]
fn add_the_endpoint_and_remove_a_subnet() {
    let mut before = Config::of(1);
    let mut after = before.clone();
    before.endpoint = None;
    after.subnets = crate::config::set(["subnet-a"]);
    story(
        "endpoint-and-subnets",
        "The endpoint comes, and a subnet of the load balancer goes.",
        Some(&before),
        Some(&after),
    );
}

#[test]
fn rename() {
    change("rename", "The path gets another name.", |config| {
        config.name = "payments".to_owned();
    });
}
