//! Creates that are ended from outside, and several of one name at the same moment.

use std::time::Duration;

use engine::fake::{Effect, Fault, World};
use engine::model::{
    Lease, Observed,
    tags::{CREATE, NAME, OWNER},
};
use engine::reconcile::{Step, Write};
use tfplugin::{Diagnostics, Value};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    account::{Account, GIVEN_ZONE, Trouble},
    commands::{in_virtual_time as run, messages},
    configuration::{object, three_brokers},
    refusals::made,
    workspace::Workspace,
};

/// The leases of everything in the account.
fn leases(world: &World) -> Vec<Lease> {
    let groups = world.security_groups.values().map(|it| &it.tags);
    let tags = groups.chain(world.balancers.values().map(|it| &it.tags));
    tags.filter_map(|tags| tags.get(CREATE)?.parse().ok())
        .collect()
}

/// Writes for the sake of the lease.
fn renewals(writes: &[(Step, Observed)]) -> usize {
    let is_one =
        |step: &Step| matches!(&step.write, Write::Tag { set, .. } if set.contains_key(CREATE));
    writes.iter().filter(|(step, _)| is_one(step)).count()
}

/// With security groups that others made, the load balancer is what is made first.
fn given_groups() -> Value {
    let mut members = three_brokers();
    let subnets = Value::set(["subnet-a", "subnet-b", "subnet-c"]);
    let groups = Value::set(["sg-given"]);
    members.insert(
        "load_balancer",
        Value::object([("subnet_ids", subnets), ("security_group_ids", groups)]),
    );
    object(members)
}

/// Applies in that workspace, and is killed after so many calls of AWS. Says how many there were.
async fn killed_after(calls: usize, account: &Account, config: &Value) -> usize {
    let mut terraform = Workspace::new(account);
    let plan = terraform.plan(config).await.unwrap();
    let token = CancellationToken::new();
    terraform.killed = token.clone();
    account.trouble(calls, Some(Trouble::Kill(token)));
    let _ = terraform.apply(&plan, config).await;
    account.trouble(0, None)
}

async fn apply(terraform: &mut Workspace, config: &Value) -> Result<Diagnostics, Diagnostics> {
    let plan = terraform.plan(config).await.unwrap();
    terraform.apply(&plan, config).await
}

#[test]
fn the_first_object_carries_the_lease_until_the_create_is_over() {
    for (config, first) in [
        (object(three_brokers()), "create security-group/service"),
        (given_groups(), "create load-balancer"),
    ] {
        run(async {
            let account = Account::new();
            let mut terraform = Workspace::new(&account);
            terraform.make(&config).await;
            let writes = account.fake.take_journal().writes;
            assert!(
                writes[0].0.to_string().starts_with(first),
                "{}",
                writes[0].0
            );
            let begun = leases(&account.fake.world()).len();
            assert_eq!(begun, 1);
            let (last, _) = writes.last().unwrap();
            assert!(last.to_string().ends_with(" ended"), "{last}");
            assert_eq!(renewals(&writes), 1, "its end");
            assert!(!leases(&account.fake.world())[0].is_open());
            // What the lease says is nobody's argument, and no drift.
            assert!(terraform.refresh().await);
            terraform.make(&config).await;
            assert!(account.fake.take_journal().writes.is_empty());
            terraform.is_destroyed().await;
            assert!(account.is_empty());
        });
    }
}

/// Whatever the moment: the next create goes on with what there is, and keeps the service's name.
#[test]
fn a_create_that_was_killed_is_finished_by_the_next() {
    for config in [object(three_brokers()), given_groups()] {
        let mut calls = 0;
        let mut taken_over = 0;
        loop {
            let is_over = run(async {
                let account = Account::new();
                let all = killed_after(calls, &account, &config).await;
                let left = account.fake.world();
                let begun = Instant::now();
                let mut terraform = Workspace::new(&account);
                let said = match apply(&mut terraform, &config).await {
                    Ok(said) => said,
                    // The very last call was answered, and Terraform was not: an import finds it.
                    Err(said) if all <= calls + 1 => {
                        assert!(leases(&left).iter().all(|lease| !lease.is_open()));
                        assert!(messages(&said).contains("terraform import"));
                        return true;
                    }
                    Err(said) => panic!("after {calls} calls: {}", messages(&said)),
                };
                assert!(said.is_empty(), "after {calls} calls: {}", messages(&said));
                assert!(
                    begun.elapsed() < Duration::from_secs(140),
                    "after {calls} calls"
                );
                let world = account.fake.world();
                assert_eq!(world.balancers.len(), 1, "after {calls} calls");
                assert_eq!(world.services.len(), 1, "after {calls} calls");
                assert_eq!(world.target_groups.len(), 4, "after {calls} calls");
                for id in left.services.keys().chain(left.balancers.keys()) {
                    let is_there =
                        world.services.contains_key(id) || world.balancers.contains_key(id);
                    assert!(is_there, "{id} was made anew after {calls} calls");
                    taken_over += 1;
                }
                assert!(leases(&world).iter().all(|lease| !lease.is_open()));
                assert!(terraform.refresh().await);
                terraform.make(&config).await;
                terraform.is_destroyed().await;
                assert!(account.is_empty(), "after {calls} calls");
                false
            });
            if is_over {
                break;
            }
            calls += 1;
        }
        assert!(taken_over > 10, "{taken_over}");
    }
}

/// Whoever was ended can have been of another configuration.
#[test]
fn what_is_taken_over_becomes_what_the_next_configuration_says() {
    run(async {
        for calls in (6..60).step_by(3) {
            let account = Account::new();
            killed_after(calls, &account, &object(three_brokers())).await;
            let mut members = three_brokers();
            let broker = |target: &str| Value::object([("target", Value::from(target))]);
            members.insert(
                "brokers",
                Value::map([("1", broker("10.0.1.99")), ("7", broker("10.0.1.17"))]),
            );
            let config = object(members);
            let mut terraform = Workspace::new(&account);
            if let Err(said) = apply(&mut terraform, &config).await {
                assert!(
                    messages(&said).contains("exists already"),
                    "{}",
                    messages(&said)
                );
                continue;
            }
            let world = account.fake.world();
            assert_eq!(world.target_groups.len(), 3, "after {calls} calls");
            terraform.is_destroyed().await;
            assert!(account.is_empty(), "after {calls} calls");
        }
    });
}

/// Terraform is killed, and its provider notices: nobody has to wait for the lease to run out.
#[test]
fn a_create_without_a_caller_hands_over_at_once() {
    run(async {
        let account = Account::new();
        let config = object(three_brokers());
        let mut terraform = Workspace::new(&account);
        let plan = terraform.plan(&config).await.unwrap();
        let token = CancellationToken::new();
        terraform.abandoned = token.clone();
        terraform.interrupted = token.clone();
        account.trouble(25, Some(Trouble::Interrupt(token)));
        let _ = terraform.apply(&plan, &config).await;
        account.trouble(0, None);
        assert!(!account.is_empty());
        let begun = Instant::now();
        let mut next = Workspace::new(&account);
        apply(&mut next, &config).await.unwrap();
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "{:?}",
            begun.elapsed()
        );
        assert_eq!(account.fake.world().balancers.len(), 1);
        next.is_destroyed().await;
        assert!(account.is_empty());
    });
}

/// Another apply is at work: nothing is made beside it.
#[test]
fn a_name_that_is_being_taken_is_refused() {
    run(async {
        let account = Account::new();
        // It takes longer than a lease.
        account
            .fake
            .edit(|world| world.pace.balancer = Duration::from_secs(400));
        let config = object(three_brokers());
        let mut first = Workspace::new(&account.reached_elsewhere());
        let mut second = Workspace::new(&account);
        let (done, refused) = tokio::join!(apply(&mut first, &config), async {
            sleep(Duration::from_secs(100)).await;
            apply(&mut second, &config).await
        });
        done.unwrap();
        let text = messages(&refused.unwrap_err());
        for part in [
            "being made by another apply",
            "orders",
            "terraform import",
            "Nothing was made",
        ] {
            assert!(text.contains(part), "{part:?} is not in {text}");
        }
        assert!(second.current.is_none());
        // One small write a minute, and the end.
        let tagged = renewals(&account.fake.take_journal().writes);
        assert!((6..=9).contains(&tagged), "{tagged} writes in 400 s");
        first.is_destroyed().await;
        assert!(account.is_empty());
    });
}

/// However the calls of two applies fall: one of them makes the path, and the other nothing.
#[test]
fn of_two_creates_at_the_same_moment_one_wins() {
    let mut apart = 0;
    for config in [object(three_brokers()), given_groups()] {
        for case in 0..60 {
            run(async {
                let account = Account::new();
                account.fake.edit(|world| {
                    world.pace.call = Duration::from_millis(7);
                    if case % 2 == 0 {
                        // What is removed for the winner is there for longer than a lease.
                        world.pace.lingering = Duration::from_secs(300);
                    }
                });
                let mut first = Workspace::new(&account.reached_elsewhere());
                let mut second = Workspace::new(&account);
                let (one, other) = tokio::join!(apply(&mut first, &config), async {
                    sleep(Duration::from_millis(case)).await;
                    apply(&mut second, &config).await
                });
                let (winner, loser, said) = match (one, other) {
                    (Ok(_), Err(said)) => (&mut first, &second, said),
                    (Err(said), Ok(_)) => (&mut second, &first, said),
                    (Ok(_), Ok(_)) => panic!("{case}: both have made one"),
                    (Err(one), Err(other)) => {
                        panic!(
                            "{case}: neither has:\n{}\n{}",
                            messages(&one),
                            messages(&other)
                        )
                    }
                };
                let text = messages(&said);
                assert!(text.contains("terraform import"), "{text}");
                assert!(
                    text.contains(winner.state().get("owner_id").as_str().unwrap()),
                    "{text}"
                );
                assert!(loser.current.is_none(), "{text}");
                apart += usize::from(text.contains("removed again"));
                let world = account.fake.world();
                assert_eq!(world.balancers.len(), 1, "{case}");
                assert_eq!(world.services.len(), 1, "{case}");
                winner.is_destroyed().await;
                assert!(account.is_empty(), "{case}");
            });
        }
    }
    assert!(apart >= 5, "{apart} of 120 had begun to make something");
}

/// The same of what was killed before: one of them goes on with it.
#[test]
fn of_two_who_take_over_one_goes_on() {
    for case in 0..40 {
        run(async {
            let account = Account::new();
            let config = object(three_brokers());
            killed_after(16, &account, &config).await;
            account
                .fake
                .edit(|world| world.pace.call = Duration::from_millis(7));
            let mut first = Workspace::new(&account.reached_elsewhere());
            let mut second = Workspace::new(&account);
            let (one, other) = tokio::join!(apply(&mut first, &config), async {
                sleep(Duration::from_millis(case * 3)).await;
                apply(&mut second, &config).await
            });
            let (mut winner, loser, said) = match (one, other) {
                (Ok(_), Err(said)) => (first, second, said),
                (Err(said), Ok(_)) => (second, first, said),
                (one, other) => panic!("{case}: {one:?}\n{other:?}"),
            };
            assert!(
                messages(&said).contains("terraform import"),
                "{}",
                messages(&said)
            );
            assert!(loser.current.is_none());
            assert_eq!(account.fake.world().balancers.len(), 1, "{case}");
            assert!(winner.refresh().await);
            winner.make(&config).await;
            winner.is_destroyed().await;
            assert!(account.is_empty(), "{case}");
        });
    }
}

/// A state that has what was made goes on with it, whatever the lease says and whoever else has a
/// path of that name.
#[test]
fn an_update_ends_a_lease_that_its_create_could_not_end() {
    run(async {
        let account = Account::new();
        let config = object(three_brokers());
        account.fake.inject(Fault::new(Effect::Refuse, 9, |step| {
            step.to_string().ends_with(" ended")
        }));
        let mut terraform = Workspace::new(&account);
        let said = messages(&apply(&mut terraform, &config).await.unwrap());
        assert!(said.contains("take this for unfinished"), "{said}");
        assert!(said.contains("AccessDenied"), "{said}");
        account.fake.heal();
        assert!(leases(&account.fake.world())[0].is_open());
        assert!(terraform.refresh().await);
        terraform.make(&config).await;
        // Somebody renames another path to this name.
        let mut other = Workspace::new(&account);
        let members = |name: &str| {
            let mut members = three_brokers();
            members.insert("name", name.to_owned().into());
            members.insert("hostname", "events.test.com".into());
            object(members)
        };
        other.make(&members("billing")).await;
        other.make(&members("orders")).await;
        let mut members = three_brokers();
        members.insert("tags", Value::map([("stage", "prod")]));
        let changed = object(members);
        terraform.make(&changed).await;
        assert!(
            leases(&account.fake.world())
                .iter()
                .all(|lease| !lease.is_open())
        );
        assert_eq!(account.fake.world().services.len(), 2);
        terraform.is_destroyed().await;
        other.is_destroyed().await;
        assert!(account.is_empty());
    });
}

/// A machine that sleeps in the middle of a create finds, when it wakes, that another apply went on.
#[test]
fn who_comes_back_too_late_leaves_everything_to_the_other() {
    run(async {
        let configs = [object(three_brokers()), given_groups()];
        let moments = (8..50).step_by(4);
        for (calls, config) in moments.flat_map(|calls| configs.clone().map(|it| (calls, it))) {
            let account = Account::new();
            let machine = account.reached_elsewhere();
            let mut asleep = Workspace::new(&machine);
            let mut next = Workspace::new(&account);
            machine.trouble(calls, Some(Trouble::Sleep(Duration::from_secs(600))));
            let (late, done) = tokio::join!(apply(&mut asleep, &config), async {
                sleep(Duration::from_secs(200)).await;
                apply(&mut next, &config).await
            });
            if let Err(said) = &done {
                let text = messages(said);
                assert!(text.contains("exists already"), "{calls}: {text}");
                assert!(late.is_ok(), "{calls}");
                continue;
            }
            let late = late.expect_err(&format!("{calls}: both have made it"));
            let text = messages(&late);
            assert!(asleep.current.is_none(), "{calls}: {text}");
            let is_told = text.contains("has taken over") || text.contains("exists already");
            assert!(is_told, "{calls}: {text}");
            assert!(next.refresh().await);
            next.make(&config).await;
            assert_eq!(account.fake.world().services.len(), 1, "{calls}");
            next.is_destroyed().await;
            assert!(account.is_empty(), "{calls}");
        }
    });
}

/// A state of which somebody else has taken over the objects says so, and touches nothing.
#[test]
fn a_second_state_of_the_same_objects_is_noticed() {
    run(async {
        let account = Account::new();
        let (mut terraform, _) = made(&account).await;
        account.fake.edit(|world| {
            for group in world.security_groups.values_mut() {
                if let Some(lease) = group.tags.get_mut(CREATE) {
                    *lease = Lease::ended("another2").to_string();
                }
            }
        });
        let before = account.fake.world();
        let said = messages(
            &tfplugin::testing::Terraform::refresh(&mut terraform)
                .await
                .unwrap_err(),
        );
        assert!(said.contains("Another apply has taken over"), "{said}");
        let mut members = three_brokers();
        members.insert("tags", Value::map([("stage", "prod")]));
        let changed = object(members);
        let plan = terraform.plan(&changed).await.unwrap();
        let refused = terraform.apply(&plan, &changed).await.unwrap_err();
        assert!(
            messages(&refused).contains("another2"),
            "{}",
            messages(&refused)
        );
        let refused = terraform.destroy().await.unwrap_err();
        assert!(
            messages(&refused).contains("another2"),
            "{}",
            messages(&refused)
        );
        assert!(terraform.current.is_some());
        assert_eq!(account.fake.world().balancers, before.balancers);
    });
}

/// Parts without a lease belong to a state: they are told of, and left alone.
#[test]
fn parts_that_another_state_has_are_left_alone() {
    run(async {
        let account = Account::new();
        let (mut theirs, config) = made(&account).await;
        // As a destroy that is under way leaves them.
        account.fake.edit(|world| {
            world.services.clear();
            world.endpoints.clear();
            world.records.clear();
            world.zones.retain(|id, _| id == GIVEN_ZONE);
        });
        let owner = theirs.state().get("owner_id").as_str().unwrap().to_owned();
        let mut terraform = Workspace::new(&account);
        let said = messages(&apply(&mut terraform, &config).await.unwrap());
        assert!(said.contains("They were not touched"), "{said}");
        assert!(said.contains(&owner), "{said}");
        assert_ne!(
            terraform.state().get("owner_id").as_str(),
            Some(owner.as_str())
        );
        terraform.is_destroyed().await;
        let left = account.fake.world();
        let own = |tags: &std::collections::BTreeMap<String, String>| {
            tags.get(OWNER) == Some(&owner) && tags.get(NAME).is_some_and(|name| name == "orders")
        };
        assert!(left.balancers.values().all(|it| own(&it.tags)));
        assert_eq!(left.balancers.len(), 1);
        theirs.refresh().await;
    });
}
