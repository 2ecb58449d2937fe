//! `kafka_privatelink_connection`: the consent of a service's owner to one endpoint.

use std::{sync::Arc, time::Duration};

use engine::fake::EndpointState;
use resources::PrivatelinkConnection;
use tfplugin::{
    Diagnostics, Resource, Value,
    testing::{Action, Terraform, configuration},
};
use tokio::time::{Instant, sleep};

use crate::{
    account::{Account, Trouble},
    commands::{in_virtual_time, messages},
};

struct Case {
    account: Account,
    terraform: Terraform,
    service: String,
    endpoint: String,
}

impl Case {
    /// A service of this account, and somebody's endpoint that asks for it.
    fn new() -> Case {
        let account = Account::new();
        let (service, endpoint) = account.fake.edit(|world| {
            let name = world.add_foreign_service(true);
            let service = name.rsplit('.').next().unwrap().to_owned();
            let endpoint = world.add_foreign_endpoint(&service);
            (service, endpoint)
        });
        let mut terraform = Terraform::new(Arc::new(PrivatelinkConnection::new(account.clone())));
        terraform.hear = |said: &Diagnostics| {
            for it in said.iter() {
                testing::plainly::check(&format!("{} {}", it.summary, it.detail));
            }
        };
        let case = Case {
            account,
            terraform,
            service,
            endpoint,
        };
        case.becomes(EndpointState::PendingAcceptance);
        case
    }

    fn becomes(&self, state: EndpointState) {
        let change = |it: &mut engine::fake::World| {
            it.endpoints.get_mut(&self.endpoint).unwrap().state = state;
        };
        self.account.fake.edit(change);
    }

    fn state_in_aws(&self) -> &'static str {
        let world = self.account.fake.world();
        world.endpoints[&self.endpoint].state(Instant::now())
    }

    fn config(&self, more: &[(&str, Value)]) -> Value {
        let ids = [
            ("service_id", Value::from(&self.service)),
            ("endpoint_id", Value::from(&self.endpoint)),
        ];
        let written = Value::object(ids.into_iter().chain(more.iter().cloned()));
        configuration::complete(self.terraform.schema(), &written)
    }

    async fn apply(&mut self, config: &Value) -> (Action, Result<Diagnostics, Diagnostics>) {
        let plan = self.terraform.plan(config).await.unwrap();
        let action = plan.action;
        (action, self.terraform.apply(&plan, config).await)
    }

    /// Creates it, and nothing is said.
    async fn accept(&mut self) -> Value {
        let config = self.config(&[]);
        let (action, said) = self.apply(&config).await;
        let said = said.unwrap_or_else(|said| panic!("{}", messages(&said)));
        assert!(said.is_empty(), "{}", messages(&said));
        assert_eq!(action, Action::Create);
        config
    }

    fn shown(&self) -> &str {
        self.terraform.state().get("state").as_str().unwrap()
    }
}

fn timeouts(limit: &str) -> (&'static str, Value) {
    let both = [("create", limit.into()), ("delete", limit.into())];
    ("timeouts", Value::object(both))
}

#[test]
fn it_accepts_and_waits_until_the_endpoint_is_available() {
    in_virtual_time(async {
        let mut case = Case::new();
        let config = case.config(&[]);
        let plan = case.terraform.plan(&config).await.unwrap();
        let id = format!("{},{}", case.service, case.endpoint);
        assert_eq!(plan.planned.get("id").as_str(), Some(id.as_str()));
        assert_eq!(plan.planned.get("region").as_str(), Some("us-east-1"));
        assert!(plan.planned.get("state").is_unknown() && plan.planned.get("owner").is_unknown());

        case.accept().await;
        assert_eq!(case.state_in_aws(), "available");
        let state = case.terraform.state();
        assert_eq!(state.get("state").as_str(), Some("available"));
        assert_eq!(state.get("owner").as_str(), Some("210987654321"));
        assert_eq!(state.get("endpoint_region").as_str(), Some("us-east-1"));
        let again = case.terraform.plan(&config).await.unwrap();
        assert_eq!(again.action, Action::NoOp);
    });
}

#[test]
fn what_was_accepted_before_is_taken_as_it_is() {
    in_virtual_time(async {
        let mut case = Case::new();
        case.becomes(EndpointState::Accepted(Instant::now()));
        case.account.trouble(0, None);
        let config = case.accept().await;
        assert_eq!(case.account.trouble(0, None), 2, "the way, and one look");
        let again = case.terraform.plan(&config).await.unwrap();
        assert_eq!(again.action, Action::NoOp);
    });
}

#[test]
fn an_endpoint_that_is_on_its_way_is_waited_for() {
    in_virtual_time(async {
        let mut case = Case::new();
        let fake = case.account.fake.clone();
        let endpoint = case.endpoint.clone();
        let hidden = fake.edit(|world| world.endpoints.remove(&endpoint).unwrap());
        let comes = async {
            sleep(Duration::from_secs(20)).await;
            fake.edit(|world| world.endpoints.insert(endpoint, hidden));
        };
        let (_, _) = tokio::join!(case.accept(), comes);
        assert_eq!(case.shown(), "available");
    });
}

#[test]
fn one_that_never_comes_ends_with_the_time_and_leaves_nothing() {
    in_virtual_time(async {
        let mut case = Case::new();
        let endpoint = case.endpoint.clone();
        case.account
            .fake
            .edit(|world| world.endpoints.remove(&endpoint));
        let config = case.config(&[timeouts("1m")]);
        let begun = Instant::now();
        let said = case.apply(&config).await.1.unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(70));
        let text = messages(&said);
        for part in [
            "endpoint_id: ",
            "Could not accept",
            "Check both ids",
            "`timeouts`",
        ] {
            assert!(text.contains(part), "{text}");
        }
        assert!(case.terraform.current.is_none());
    });
}

#[test]
fn what_is_accepted_and_slow_is_a_success_that_is_told_of() {
    in_virtual_time(async {
        let mut case = Case::new();
        let fake = &case.account.fake;
        fake.edit(|world| world.pace.endpoint = Duration::from_secs(3600));
        let config = case.config(&[timeouts("1m")]);
        let said = case.apply(&config).await.1.unwrap();
        assert!(
            messages(&said).contains("not available yet"),
            "{}",
            messages(&said)
        );
        assert_eq!(case.shown(), "pending");
        let again = case.terraform.plan(&config).await.unwrap();
        assert_eq!(again.action, Action::NoOp);
    });
}

#[test]
fn what_never_opens_is_refused_with_what_to_do() {
    in_virtual_time(async {
        for (state, word) in [
            (EndpointState::Failed, "failed"),
            (
                EndpointState::Going(Instant::now() + Duration::from_secs(60)),
                "deleting",
            ),
        ] {
            let mut case = Case::new();
            case.becomes(state);
            let config = case.config(&[]);
            let text = messages(&case.apply(&config).await.1.unwrap_err());
            assert!(
                text.contains(word) && text.contains("another endpoint"),
                "{text}"
            );
            assert!(text.contains("endpoint_id: Could not accept"), "{text}");
            assert!(case.terraform.current.is_none());
        }
    });
}

#[test]
fn what_somebody_rejected_is_accepted_again_in_place() {
    in_virtual_time(async {
        let mut case = Case::new();
        let config = case.accept().await;
        for state in [
            EndpointState::Rejected { for_good: false },
            EndpointState::PendingAcceptance,
        ] {
            case.becomes(state);
            let plan = case.terraform.plan(&config).await.unwrap();
            assert_eq!(plan.action, Action::Update);
            assert!(plan.planned.get("state").is_unknown());
            case.terraform.apply(&plan, &config).await.unwrap();
            assert_eq!(
                (case.shown(), case.state_in_aws()),
                ("available", "available")
            );
        }
    });
}

#[test]
fn where_aws_takes_no_rejection_back_the_apply_ends_soon_and_says_so() {
    in_virtual_time(async {
        let mut case = Case::new();
        let config = case.accept().await;
        case.becomes(EndpointState::Rejected { for_good: true });
        let begun = Instant::now();
        let text = messages(&case.apply(&config).await.1.unwrap_err());
        assert!(text.contains("InvalidState"), "{text}");
        assert!(begun.elapsed() < Duration::from_secs(60));
        assert_eq!(case.shown(), "rejected");
    });
}

#[test]
fn one_that_failed_afterwards_stays_and_is_warned_of() {
    in_virtual_time(async {
        let mut case = Case::new();
        let config = case.accept().await;
        case.becomes(EndpointState::Failed);
        let plan = case.terraform.plan(&config).await.unwrap();
        assert_eq!(plan.action, Action::NoOp);
        let text = messages(&plan.said);
        assert!(
            text.contains("Warning endpoint_id: The connection is failed"),
            "{text}"
        );
    });
}

#[test]
fn what_is_gone_leaves_the_state_and_is_planned_anew() {
    in_virtual_time(async {
        let mut case = Case::new();
        let config = case.accept().await;
        case.becomes(EndpointState::Going(
            Instant::now() + Duration::from_secs(60),
        ));
        case.terraform.refresh().await.unwrap();
        assert!(case.terraform.current.is_none());
        let plan = case.terraform.plan(&config).await.unwrap();
        assert_eq!(plan.action, Action::Create);
    });
}

#[test]
fn another_endpoint_replaces_it_and_so_does_one_that_is_not_known_yet() {
    in_virtual_time(async {
        let mut case = Case::new();
        case.accept().await;
        let service = case.service.clone();
        let other = case
            .account
            .fake
            .edit(|world| world.add_foreign_endpoint(&service));
        let unknown = case.config(&[("endpoint_id", Value::Unknown)]);
        let plan = case.terraform.plan(&unknown).await.unwrap();
        assert_eq!(plan.action, Action::Replace);
        assert!(plan.planned.get("id").is_unknown());

        let config = case.config(&[("endpoint_id", other.as_str().into())]);
        let (action, said) = case.apply(&config).await;
        said.unwrap();
        assert_eq!(action, Action::Replace);
        assert_eq!(case.state_in_aws(), "rejected", "the one before");
        assert_eq!(
            *case.terraform.state().get("endpoint_id"),
            other.as_str().into()
        );
        let abroad = case.config(&[
            ("endpoint_id", other.as_str().into()),
            ("region", "eu-west-1".into()),
        ]);
        let plan = case.terraform.plan(&abroad).await.unwrap();
        assert_eq!(plan.action, Action::Replace);
    });
}

#[test]
fn timeouts_change_without_a_call() {
    in_virtual_time(async {
        let mut case = Case::new();
        case.accept().await;
        let config = case.config(&[timeouts("3m")]);
        let plan = case.terraform.plan(&config).await.unwrap();
        assert_eq!(plan.action, Action::Update);
        case.account.trouble(0, None);
        case.terraform.apply(&plan, &config).await.unwrap();
        assert_eq!(case.account.trouble(0, None), 0);
    });
}

#[test]
fn a_destroy_rejects_what_is_still_there_to_reject() {
    in_virtual_time(async {
        for (state, after) in [
            (EndpointState::Accepted(Instant::now()), "rejected"),
            (EndpointState::PendingAcceptance, "rejected"),
            (EndpointState::Rejected { for_good: false }, "rejected"),
            (EndpointState::Failed, "failed"),
        ] {
            let mut case = Case::new();
            case.accept().await;
            case.becomes(state);
            let begun = Instant::now();
            case.terraform.destroy().await.unwrap();
            assert_eq!(begun.elapsed(), Duration::ZERO);
            assert!(case.terraform.current.is_none());
            assert_eq!(case.state_in_aws(), after);
        }
    });
}

#[test]
fn a_destroy_of_what_is_gone_is_done() {
    in_virtual_time(async {
        let mut case = Case::new();
        case.accept().await;
        case.terraform.refreshes = false;
        let endpoint = case.endpoint.clone();
        case.account
            .fake
            .edit(|world| world.endpoints.remove(&endpoint));
        case.terraform.destroy().await.unwrap();
        assert!(case.terraform.current.is_none());
    });
}

#[test]
fn an_import_leaves_nothing_to_plan() {
    in_virtual_time(async {
        let mut case = Case::new();
        let config = case.accept().await;
        let state = case.terraform.state().clone();
        let id = format!("{},{}", case.service, case.endpoint);
        for id in [
            id.clone(),
            format!(" {}, {} @ us-east-1", case.service, case.endpoint),
        ] {
            case.terraform.current = None;
            case.terraform.import(&id).await.unwrap();
            assert_eq!(*case.terraform.state(), state);
            let plan = case.terraform.plan(&config).await.unwrap();
            assert_eq!(plan.action, Action::NoOp);
        }
        for (id, said) in [
            (case.endpoint.clone(), "Give the ids"),
            (
                format!("{},{}", case.endpoint, case.service),
                "Give the ids",
            ),
            (format!("{id}@nowhere"), "cannot be imported"),
            (format!("{id}0"), "non-existent remote object"),
        ] {
            case.terraform.current = None;
            let text = messages(&case.terraform.import(&id).await.unwrap_err());
            assert!(text.contains(said), "{text}");
        }
    });
}

#[test]
fn what_is_no_id_is_refused_before_anything_is_read() {
    in_virtual_time(async {
        let case = Case::new();
        for (name, text) in [
            ("service_id", "com.amazonaws.vpce.us-east-1.vpce-svc-1"),
            ("service_id", "vpce-1"),
            ("endpoint_id", "vpce-svc-1"),
            ("endpoint_id", "orders"),
        ] {
            let config = case.config(&[(name, text.into())]);
            let said = messages(&case.terraform.validate(&config).await.unwrap_err());
            assert!(said.contains(&format!("{name}: Not the id of")), "{said}");
        }
    });
}

/// Errors leave the state as it was, and say which permission is missing.
#[test]
fn trouble_is_told_and_nothing_is_forgotten() {
    in_virtual_time(async {
        let mut case = Case::new();
        let config = case.accept().await;
        case.becomes(EndpointState::Rejected { for_good: false });
        let plan = case.terraform.plan(&config).await.unwrap();
        case.account.trouble(2, Some(Trouble::Expire));
        let text = messages(&case.terraform.apply(&plan, &config).await.unwrap_err());
        assert!(
            text.contains("Could not accept") && text.contains("permission"),
            "{text}"
        );
        assert_eq!(case.shown(), "rejected");
        case.account.trouble(0, Some(Trouble::Cut));
        case.terraform.refresh().await.unwrap_err();
        assert_eq!(case.shown(), "rejected");
        case.account.trouble(
            1,
            Some(Trouble::Interrupt(case.terraform.interrupted.clone())),
        );
        let text = messages(&case.terraform.apply(&plan, &config).await.unwrap_err());
        assert!(text.contains("interrupted"), "{text}");
    });
}

#[test]
fn the_schema_keeps_the_rules_of_schemas() {
    let resource = PrivatelinkConnection::new(Account::new());
    assert_eq!(resource.type_name(), "kafka_privatelink_connection");
    assert_eq!(resource.schema().version, 0);
}
