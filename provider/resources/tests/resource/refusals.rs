//! What an apply refuses, and what is left when one fails.

use engine::fake::{Effect, Fault};
use engine::model::{Maybe, Slot};
use engine::reconcile::Write;
use tfplugin::{ApplyRequest, RequestContext, Resource, Value, testing::Action};

use crate::{
    account::Account,
    commands::{in_virtual_time as run, messages},
    configuration::{object, three_brokers},
    workspace::Workspace,
};

pub async fn made(account: &Account) -> (Workspace, Value) {
    let mut terraform = Workspace::new(account);
    let config = object(three_brokers());
    terraform.make(&config).await;
    account.fake.take_journal();
    (terraform, config)
}

#[test]
fn a_twin_is_refused_with_nothing_made_and_nothing_deleted() {
    run(async {
        let account = Account::new();
        let (first, config) = made(&account).await;
        let before = account.fake.world();
        let mut twin = Workspace::new(&account);
        let planned = twin.plan(&config).await.unwrap();
        let said = twin.apply(&planned, &config).await.unwrap_err();
        let text = messages(&said);
        assert!(twin.current.is_none());
        let id = first.state().get("id").as_str().unwrap();
        for part in [
            "orders",
            id,
            "terraform import",
            "create_before_destroy",
            "set here, or forced",
        ] {
            assert!(text.contains(part), "{part:?} is not in: {text}");
        }
        assert!(account.fake.take_journal().writes.is_empty());
        let after = account.fake.world();
        assert_eq!(before.balancers, after.balancers);
        assert_eq!(before.services, after.services);
    });
}

/// Terraform never asks for it.
#[test]
fn an_apply_of_nothing_to_nothing_deletes_nothing() {
    run(async {
        let account = Account::new();
        let (terraform, config) = made(&account).await;
        let resource = resources::KafkaPrivatelink::new(account.clone());
        for (planned, config) in [(None, None), (None, Some(&config)), (Some(&config), None)] {
            let request = ApplyRequest {
                prior: None,
                planned: planned.cloned(),
                config: config.cloned(),
                planned_private: terraform.private().to_vec(),
            };
            let answer = resource.apply(RequestContext::default(), request).await;
            let text = messages(&answer.diagnostics);
            assert!(answer.diagnostics.has_errors() && text.contains("Nothing was changed"));
            assert_eq!(answer.new_state, None);
            assert!(account.fake.take_journal().writes.is_empty());
        }
    });
}

#[test]
fn what_changed_since_the_plan_stops_the_apply_before_its_first_write() {
    run(async {
        let account = Account::new();
        let (mut terraform, _) = made(&account).await;
        let mut members = three_brokers();
        members.insert("tags", Value::map([("stage", "prod")]));
        let config = object(members);
        let planned = terraform.plan(&config).await.unwrap();
        account
            .fake
            .edit(|world| world.listeners.retain(|_, it| it.port != 6002));
        let prior = terraform.state().clone();
        let said = terraform.apply(&planned, &config).await.unwrap_err();
        let text = messages(&said);
        assert!(text.contains("changed since this plan was made"), "{text}");
        assert!(text.contains("plan again"), "{text}");
        assert!(text.contains("listener_arns[\"2\"]"), "{text}");
        assert!(account.fake.take_journal().writes.is_empty());
        assert_eq!(terraform.state(), &prior);
        assert!(terraform.refresh().await);
        assert_eq!(terraform.make(&config).await, Action::Update);
    });
}

/// Every write may be the one that fails: what exists is in the state, and the next run goes on.
#[test]
fn whatever_fails_the_state_says_what_exists_and_the_next_apply_goes_on() {
    let mut skip = 0;
    loop {
        let failed = run(async {
            let account = Account::new();
            account.fake.inject(Fault::after(skip, Effect::Refuse));
            let mut terraform = Workspace::new(&account);
            let config = object(three_brokers());
            let planned = terraform.plan(&config).await.unwrap();
            let Err(said) = terraform.apply(&planned, &config).await else {
                return false;
            };
            account.fake.heal();
            let text = messages(&said);
            assert!(text.contains("terraform untaint"), "{text}");
            assert!(text.contains("AccessDenied"), "{text}");
            if terraform.current.is_none() {
                assert!(account.is_empty(), "{text}");
            } else if skip.is_multiple_of(2) {
                // Untainted: the next apply completes it.
                terraform.current.as_mut().unwrap().tainted = false;
                assert!(terraform.refresh().await);
                assert_eq!(terraform.make(&config).await, Action::Update);
                assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
            }
            if terraform.current.is_some() {
                terraform.is_destroyed().await;
            }
            assert!(account.is_empty());
            true
        });
        if !failed {
            break;
        }
        skip += 1;
    }
    assert!(skip > 20, "only {skip} writes");
}

#[test]
fn a_destroy_that_fails_keeps_what_is_left() {
    run(async {
        let account = Account::new();
        let (mut terraform, _) = made(&account).await;
        let service = |step: &engine::reconcile::Step| {
            step.key.slot == Slot::Service && step.write == Write::Delete
        };
        account.fake.inject(Fault::new(Effect::Refuse, 1, service));
        terraform.destroy().await.unwrap_err();
        let left = terraform.state().clone();
        assert!(left.get("id").as_str().is_some());
        assert!(left.get("endpoint").is_null(), "{left:#?}");
        account.fake.heal();
        terraform.is_destroyed().await;
        assert!(account.is_empty());
    });
}

#[test]
fn lost_private_data_is_made_up_for() {
    run(async {
        let account = Account::new();
        let (mut terraform, config) = made(&account).await;
        let made = terraform.state().clone();
        for bytes in [&b""[..], b"{\"version\":99}", b"\xff\x00"] {
            terraform.set_private(bytes);
            let planned = terraform.plan(&config).await.unwrap();
            assert_eq!(planned.action, Action::Update);
            for name in ["id", "service_name"] {
                assert_eq!(planned.planned.get(name), made.get(name));
            }
            for name in ["load_balancer_arn", "load_balancer_dns_name"] {
                assert!(planned.planned.get(name).is_unknown(), "{name}");
            }
            assert!(planned.planned.get("endpoint").get("id").is_unknown());
            // Without a refresh the apply itself finds everything again, and has nothing to do.
            terraform.apply(&planned, &config).await.unwrap();
            assert_eq!(terraform.state(), &made);
            assert!(account.fake.take_journal().writes.is_empty());

            terraform.set_private(bytes);
            assert!(terraform.refresh().await);
            assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
            assert_eq!(terraform.state(), &made);
        }
    });
}

#[test]
fn a_restricted_region_takes_no_new_path_and_keeps_an_old_one() {
    run(async {
        let account = Account::new();
        let (terraform, config) = made(&account).await;
        account.configure(|settings| {
            settings.restricted_regions = Maybe::Known(["us-east-1".to_owned()].into());
        });
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
        let refused = Workspace::new(&account).plan(&config).await.unwrap_err();
        assert!(messages(&refused).contains("restricted_regions = []"));
    });
}

/// AWS allows 50 on an object, and four of them are ours.
#[test]
fn default_tags_count_towards_the_limit_of_tags() {
    run(async {
        let account = Account::new();
        let terraform = Workspace::new(&account);
        let mut members = three_brokers();
        members.insert("tags", Value::map([("stage", "prod"), ("team", "core")]));
        let config = object(members);
        for (defaults, fits) in [(44, true), (45, false)] {
            account.configure(|settings| {
                let tags = (0..defaults).map(|it| (format!("tag-{it}"), "x".into()));
                settings.default_tags = Maybe::Known(tags.collect());
            });
            let planned = terraform.plan(&config).await;
            assert_eq!(planned.is_ok(), fits, "{defaults} default tags");
            if let Err(found) = planned {
                let text = messages(&found);
                assert!(
                    text.contains("47 tags") && text.contains("default_tags"),
                    "{text}"
                );
                assert!(
                    found.iter().all(|it| it.path.to_string() == "tags"),
                    "{text}"
                );
            }
        }
    });
}
