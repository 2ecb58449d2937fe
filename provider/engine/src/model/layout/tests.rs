use super::*;
use crate::model::{
    Life, Maybe,
    object::{
        Listener, TargetGroup,
        target_group::{GroupAttributes, HealthCheck, IpFamily, Protocol, TargetType},
    },
    tags::Tags,
};

fn listener(port: u16) -> Seen {
    let object = Object::Listener(Listener {
        port,
        protocol: Protocol::Tcp,
        forward: None,
        certificate: None,
        ssl_policy: None,
        idle_timeout_seconds: 350,
        tags: Tags::new(),
    });
    nobodys(&format!("arn:listener/{port}"), object)
}

fn group(id: &str, targets: &[&str]) -> Seen {
    let object = Object::TargetGroup(TargetGroup {
        name: id.to_owned(),
        role: Role::Bootstrap,
        vpc: "vpc-1".into(),
        target_type: TargetType::Ip,
        protocol: Protocol::Tcp,
        port: 9092,
        family: IpFamily::Ipv4,
        made_for: None,
        health_check: HealthCheck {
            protocol: "TCP".to_owned(),
            port: "traffic-port".to_owned(),
            interval_seconds: 30,
            timeout_seconds: 10,
            healthy_threshold: 3,
            unhealthy_threshold: 3,
        },
        attributes: GroupAttributes::default_of(TargetType::Ip, Protocol::Tcp),
        targets: targets.iter().map(|text| text.parse().unwrap()).collect(),
        tags: Tags::new(),
    });
    nobodys(id, object)
}

fn nobodys(id: &str, object: Object) -> Seen {
    Seen {
        owned: false,
        life: Life::Ready,
        ..Seen::newborn(object, Maybe::Known(id.to_owned()))
    }
}

/// Each port with the targets behind it; a group of its own for each.
fn on(ports: &[(u16, &[&str])]) -> BTreeMap<u16, Unclaimed> {
    let unclaimed = |(port, targets): &(u16, &[&str])| {
        let group = Some(group(&format!("arn:group/{port}"), targets));
        let listener = listener(*port);
        (*port, Unclaimed { listener, group })
    };
    ports.iter().map(unclaimed).collect()
}

const A: &str = "10.0.1.11:9092";
const B: &str = "10.0.2.11:9092";
const C: &str = "10.0.3.11:9092";

fn guessed(ports: &[(u16, &[&str])]) -> Vec<(u16, String)> {
    let roles = guess(&on(ports));
    let text = |(port, role): (u16, Role)| (port, role.to_string());
    roles.into_iter().map(text).collect()
}

fn expected(roles: &[(u16, &str)]) -> Vec<(u16, String)> {
    let owned = |(port, role): &(u16, &str)| (*port, (*role).to_owned());
    roles.iter().map(owned).collect()
}

#[test]
fn brokers_are_counted_from_the_usual_base_or_a_round_one() {
    let three = |first: u16| {
        [
            (first, &[A][..]),
            (first + 1, &[B][..]),
            (first + 2, &[C][..]),
        ]
    };
    let ids = |first: u16| -> Vec<String> {
        guessed(&three(first))
            .into_iter()
            .map(|(_, role)| role)
            .collect()
    };
    assert_eq!(ids(6001), ["1", "2", "3"]);
    assert_eq!(ids(6101), ["101", "102", "103"]);
    assert_eq!(ids(19001), ["1", "2", "3"]);
    assert_eq!(ids(9200), ["0", "1", "2"]);
    // Nothing tells that these are 1, 2 and 3: a configuration has to.
    assert_eq!(ids(9094), ["4", "5", "6"]);
    // Over more than one ten they are counted from a hundred, and so on.
    assert_eq!(ids(19009), ["9", "10", "11"]);
    assert_eq!(ids(19099), ["99", "100", "101"]);
}

#[test]
fn bootstrap_leads_to_what_others_lead_to_singly() {
    let all: &[&str] = &[A, B];
    let usual = [(6001, &[A][..]), (6002, &[B]), (9091, all)];
    assert_eq!(
        guessed(&usual),
        expected(&[(6001, "1"), (6002, "2"), (9091, "bootstrap")])
    );
    // On any port, and above what leads to several strangers.
    let strangers: &[&str] = &["10.0.1.11:8081", "10.0.2.11:8081"];
    let other = [
        (19001, &[A][..]),
        (19002, &[B]),
        (8081, strangers),
        (19092, all),
    ];
    assert_eq!(
        guessed(&other),
        expected(&[(19001, "1"), (19002, "2"), (19092, "bootstrap")])
    );
    // One broker: only the usual port tells.
    let single = [(6001, &[A][..]), (9091, &[A])];
    assert_eq!(
        guessed(&single),
        expected(&[(6001, "1"), (9091, "bootstrap")])
    );
    // Brokers on 9091 and up are no bootstrap.
    let from_9091 = [(9091, &[A][..]), (9092, &[B])];
    assert_eq!(guessed(&from_9091), expected(&[(9091, "1"), (9092, "2")]));
}

#[test]
fn what_serves_something_else_is_nobodys() {
    let all: &[&str] = &[A, B];
    let neighbours = [
        (443, &["10.0.1.99:443"][..]),
        (6001, &[A]),
        (6002, &[B]),
        // Bootstrap lacks this one, but it is where brokers listen.
        (6003, &[C]),
        (8083, &["10.0.1.11:8083"]),
        (8090, &[]),
        (9091, all),
    ];
    assert_eq!(
        guessed(&neighbours),
        expected(&[(6001, "1"), (6002, "2"), (6003, "3"), (9091, "bootstrap")])
    );
    assert_eq!(guessed(&[]), []);
}

#[test]
fn a_second_port_to_the_same_target_is_the_same_broker() {
    let twice = [(6001, &[A][..]), (6002, &[B]), (6901, &[A])];
    assert_eq!(
        guessed(&twice),
        expected(&[(6001, "1"), (6002, "2"), (6901, "1")])
    );
}

fn observed(ports: &[(u16, &[&str])]) -> Observed {
    Observed {
        unclaimed: on(ports),
        foreign_listeners: ports.iter().map(|(port, _)| *port).collect(),
        ..Observed::default()
    }
}

/// Every listener and whom its group serves.
fn places(observed: &Observed) -> Vec<String> {
    let listeners = observed.objects.values();
    let place = |seen: &Seen| {
        let listener = seen.object.as_listener()?;
        let group = listener.forward.map(|key| key.slot.to_string());
        Some(format!("{} {}", listener.port, group.unwrap_or_default()))
    };
    listeners.filter_map(place).collect()
}

#[test]
fn what_is_named_takes_its_place_and_the_rest_stays_foreign() {
    let mut found = observed(&[(443, &["10.0.1.99:443"]), (6001, &[A]), (9091, &[A, B])]);
    let roles = guess(&found.unclaimed);
    take_in(&mut found, &roles);
    assert_eq!(
        places(&found),
        ["6001 target-group/1", "9091 target-group/bootstrap"]
    );
    assert_eq!(found.foreign_listeners, BTreeSet::from([443]));
    assert_eq!(found.unclaimed.keys().collect::<Vec<_>>(), [&443]);

    // The configuration knows better, and may want what looked like something else.
    let told = BTreeMap::from([
        (443, Role::Broker(9)),
        (6001, Role::Broker(7)),
        (9091, Role::Bootstrap),
    ]);
    take_in(&mut found, &told);
    assert_eq!(
        places(&found),
        [
            "443 target-group/9",
            "6001 target-group/7",
            "9091 target-group/bootstrap"
        ]
    );
    assert!(found.foreign_listeners.is_empty() && found.unclaimed.is_empty());
    let seventh = found
        .of(Slot::TargetGroup(Role::Broker(7)))
        .next()
        .unwrap()
        .1;
    let made_for = seventh.object.as_target_group().unwrap().made_for.clone();
    assert_eq!(made_for.unwrap().to_string(), A);
    assert!(
        found
            .of(Slot::TargetGroup(Role::Broker(1)))
            .next()
            .is_none()
    );

    let again = found.clone();
    take_in(&mut found, &told);
    assert_eq!(found, again);
}

#[test]
fn two_brokers_change_places() {
    let mut found = observed(&[(6001, &[A]), (6002, &[B])]);
    let roles = guess(&found.unclaimed);
    take_in(&mut found, &roles);
    take_in(
        &mut found,
        &BTreeMap::from([(6001, Role::Broker(2)), (6002, Role::Broker(1))]),
    );
    assert_eq!(
        places(&found),
        ["6001 target-group/2", "6002 target-group/1"]
    );
}

/// One group cannot serve two roles: with the others' targets in it, a broker's port would lead to
/// all of them.
#[test]
fn a_group_of_one_target_is_its_brokers_also_where_bootstrap_uses_it() {
    let mut listeners = on(&[(6001, &[A]), (9091, &[A])]);
    listeners.get_mut(&9091).unwrap().group = listeners[&6001].group.clone();
    let mut found = Observed {
        unclaimed: listeners,
        ..Observed::default()
    };
    let roles = guess(&found.unclaimed);
    take_in(&mut found, &roles);
    assert_eq!(
        places(&found),
        ["6001 target-group/1", "9091 target-group/1"]
    );
}

#[test]
fn of_two_groups_that_are_alike_the_second_stays_nobodys() {
    let mut found = observed(&[(6001, &[A]), (6901, &[A])]);
    let roles = guess(&found.unclaimed);
    take_in(&mut found, &roles);
    // The listener is the broker's; that it leads to another group is for an apply to mend.
    assert_eq!(places(&found), ["6001 target-group/1", "6901 "]);
    let groups = found
        .objects
        .keys()
        .filter(|key| matches!(key.slot, Slot::TargetGroup(_)));
    assert_eq!(groups.count(), 1);
}

#[test]
fn what_carries_our_tags_keeps_its_place() {
    let mut found = observed(&[(6001, &[A])]);
    let roles = guess(&found.unclaimed);
    take_in(&mut found, &roles);
    for seen in found.objects.values_mut() {
        seen.owned = true;
    }
    let before = found.clone();
    take_in(&mut found, &BTreeMap::from([(6001, Role::Broker(5))]));
    assert_eq!(found, before);
}
