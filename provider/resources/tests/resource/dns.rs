//! Records of the hostname that an import finds, and those that it leaves to others.

use std::collections::BTreeMap;

use engine::model::RecordType;
use tfplugin::{Value, testing::Action};

use crate::{
    account::{Account, GIVEN_ZONE},
    commands::in_virtual_time as run,
    configuration::{object, three_brokers},
    workspace::Workspace,
};

type Records = BTreeMap<(String, String, RecordType), String>;

fn of_mode(mode: &str, zone_id: Option<&str>) -> Value {
    let mut members = three_brokers();
    let endpoint = [
        ("vpc_id", Value::from("vpc-client")),
        ("subnet_ids", Value::set(["subnet-a9", "subnet-b9"])),
        ("dns", Value::object([("mode", Value::from(mode))])),
        ("zone_id", Value::from(zone_id.map(str::to_owned).as_ref())),
    ];
    members.insert("endpoint", Value::object(endpoint));
    object(members)
}

fn place(name: &str) -> (String, String, RecordType) {
    (GIVEN_ZONE.to_owned(), name.to_owned(), RecordType::A)
}

fn records(account: &Account) -> Records {
    account.fake.world().records
}

/// A path whose hostname is published so, the addresses of its endpoint, and its service.
async fn made(mode: &str, zone_id: Option<&str>) -> (Account, String, String) {
    let account = Account::new();
    let mut terraform = Workspace::new(&account);
    terraform.make(&of_mode("records", Some(GIVEN_ZONE))).await;
    let addresses = records(&account)[&place("kafka.test.com")].clone();
    terraform.make(&of_mode(mode, zone_id)).await;
    let id = terraform.state().get("id").as_str().unwrap().to_owned();
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    (account, addresses, id)
}

async fn imported(account: &Account, id: &str) -> Workspace {
    let mut terraform = Workspace::new(account);
    terraform.import(id).await.unwrap();
    terraform
}

#[test]
fn an_import_leaves_records_of_others_alone() {
    run(async {
        for mode in ["alias", "records"] {
            let (account, addresses, id) = made(mode, Some(GIVEN_ZONE)).await;
            let one = addresses.split(' ').next().unwrap();
            account.fake.edit(|world| {
                world.records.insert(place("a.test.com"), one.to_owned());
                world.records.insert(place("z.test.com"), addresses.clone());
            });
            let before = records(&account);
            let mut terraform = imported(&account, &id).await;
            let state = terraform.state().clone();
            assert_eq!(state.get("hostname"), &Value::from("kafka.test.com"));
            assert_eq!(state.get("endpoint").get("dns").get("mode"), &mode.into());
            let action = terraform.make(&of_mode(mode, Some(GIVEN_ZONE))).await;
            assert!(matches!(action, Action::NoOp | Action::Update));
            assert_eq!(records(&account), before);
            terraform.make(&of_mode("none", None)).await;
            let theirs = records(&account);
            assert_eq!(theirs.get(&place("a.test.com")).unwrap(), one);
            assert_eq!(theirs.get(&place("z.test.com")).unwrap(), &addresses);
        }
    });
}

/// Whoever runs DNS has made an alias, which the first apply after the import leaves to them.
#[test]
fn with_dns_of_others_an_import_forgets_their_records() {
    run(async {
        for mode in ["alias", "records"] {
            let (account, _, id) = made(mode, Some(GIVEN_ZONE)).await;
            let before = records(&account);
            let mut terraform = imported(&account, &id).await;
            let config = of_mode("none", None);
            terraform.make(&config).await;
            assert_eq!(records(&account), before, "{mode}");
            assert!(terraform.refresh().await);
            assert_eq!(terraform.make(&config).await, Action::NoOp);
            terraform.is_destroyed().await;
            assert_eq!(records(&account), before, "{mode}");
        }
    });
}

/// The managed zone is ours, and so is what is in it.
#[test]
fn with_dns_of_others_an_imported_managed_zone_goes() {
    run(async {
        let (account, _, id) = made("alias", None).await;
        let mut terraform = imported(&account, &id).await;
        terraform.make(&of_mode("none", None)).await;
        assert_eq!(records(&account), Records::new());
        assert_eq!(account.fake.world().zones.len(), 1);
    });
}

#[test]
fn an_import_without_records_shows_that_nothing_is_published() {
    run(async {
        let (account, _, id) = made("none", None).await;
        let terraform = imported(&account, &id).await;
        let mode = terraform
            .state()
            .get("endpoint")
            .get("dns")
            .get("mode")
            .clone();
        assert_eq!(mode, Value::from("none"));
    });
}
