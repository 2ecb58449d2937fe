//! `endpoint_service.auto_accept_principals`: connections that plans and applies accept.

use engine::fake::EndpointState;
use tfplugin::{
    Path, Value,
    testing::{Action, Ignored},
};
use tokio::time::Instant;

use crate::{
    account::Account,
    commands::{in_virtual_time as run, messages},
    configuration::{object, three_brokers},
    workspace::Workspace,
};

const FRIEND: &str = "210987654321";
const STRANGER: &str = "333333333333";

/// Three brokers, a service that both accounts may connect to, and whom it accepts.
fn accepting<const N: usize>(accounts: [&str; N]) -> Value {
    let mut members = three_brokers();
    let service = Value::object([
        ("allowed_principals", Value::set([FRIEND, STRANGER])),
        ("auto_accept_principals", Value::set(accounts)),
    ]);
    members.insert("endpoint_service", service);
    object(members)
}

/// An endpoint of this account asks to be connected.
fn ask(account: &Account, owner: &str) -> String {
    account.fake.edit(|world| {
        let service = world.services.keys().next().cloned().unwrap();
        let id = world.add_foreign_endpoint(&service);
        let endpoint = world.endpoints.get_mut(&id).unwrap();
        owner.clone_into(&mut endpoint.account);
        endpoint.state = EndpointState::PendingAcceptance;
        id
    })
}

fn waits(account: &Account, endpoint: &str) -> bool {
    let world = account.fake.world();
    world.endpoints[endpoint].state(Instant::now()) == "pendingAcceptance"
}

fn drift(terraform: &Workspace) -> &Value {
    terraform.state().get("drift").get("endpoint-service")
}

/// Terraform applies nothing where nothing differs: who waits shows in `drift`.
#[test]
fn who_waits_is_drift_and_the_next_apply_accepts() {
    run(async {
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
        let config = accepting(["arn:aws:iam::210987654321:role/reader"]);
        terraform.make(&config).await;
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
        let (friend, stranger) = (ask(&account, FRIEND), ask(&account, STRANGER));
        assert!(terraform.refresh().await);
        let told = format!("has connections that wait to be accepted: {friend}");
        assert_eq!(drift(&terraform), &Value::from(told));

        account.fake.take_journal();
        let planned = terraform.plan(&config).await.unwrap();
        assert_eq!(planned.action, Action::Update);
        // The plan says of those alone that go on waiting that somebody has to accept them.
        let text = messages(&planned.said);
        assert!(text.contains("Connections wait to be accepted"), "{text}");
        assert!(
            text.contains(&stranger) && !text.contains(&friend),
            "{text}"
        );
        terraform.apply(&planned, &config).await.unwrap();
        assert_eq!(account.fake.take_journal().writes.len(), 1);
        assert!(!waits(&account, &friend) && waits(&account, &stranger));
        assert!(drift(&terraform).is_null());
        assert!(terraform.refresh().await);
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
    });
}

#[test]
fn an_account_that_is_named_later_is_accepted_at_once() {
    run(async {
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
        terraform.make(&accepting([FRIEND])).await;
        let stranger = ask(&account, STRANGER);
        assert!(terraform.refresh().await);
        assert!(drift(&terraform).is_null());
        let both = accepting([FRIEND, STRANGER]);
        assert_eq!(terraform.make(&both).await, Action::Update);
        assert!(!waits(&account, &stranger));
        assert_eq!(terraform.plan(&both).await.unwrap().action, Action::NoOp);
        // Taken out again, it stays connected: that is for people to decide.
        account.fake.take_journal();
        terraform.make(&accepting([FRIEND])).await;
        assert!(account.fake.take_journal().writes.is_empty());
    });
}

/// What is ignored is left, also by an apply of something else, and plans go on telling it.
#[test]
fn who_waits_and_is_ignored_is_left_waiting() {
    run(async {
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
        let config = accepting([FRIEND]);
        terraform.make(&config).await;
        let friend = ask(&account, FRIEND);
        assert!(terraform.refresh().await);
        terraform.ignored = Ignored::Paths(vec![Path::of("drift")]);
        let planned = terraform.change(terraform.current.as_ref(), &config, false);
        let planned = planned.await.unwrap();
        assert_eq!(planned.action, Action::NoOp);
        let text = messages(&planned.said);
        assert!(text.contains(&friend), "{text}");

        let mut members = three_brokers();
        let service = config.get("endpoint_service").clone();
        members.insert("endpoint_service", service);
        members.insert("tags", Value::map([("team", "streams")]));
        let tagged = object(members);
        assert_eq!(terraform.make(&tagged).await, Action::Update);
        assert!(waits(&account, &friend));
    });
}
