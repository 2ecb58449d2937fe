//! Whose account it is.

use aws::client::{AssumeRole, Clients, Settings};

use crate::world::{settings, world};

#[tokio::test]
#[ignore = "needs SANDBOX_URL; acceptance-tests/test_contract.py runs it"]
async fn accounts_are_checked_and_roles_are_assumed() {
    let world = world(8).await;
    let forbidden = Settings {
        allowed_account_ids: Vec::new(),
        forbidden_account_ids: vec![world.ground.account.clone()],
        ..settings(&world.url, &world.ground.account)
    };
    let refused = Clients::new(forbidden).unwrap().proven(None).await;
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains(&world.ground.account)
    );

    // A role of another account: what is called then is that account.
    let other = format!(
        "{:012}",
        999_000_000_000_u64 + u64::from(std::process::id())
    );
    let through_role = Settings {
        allowed_account_ids: vec![other.clone()],
        assume_role: vec![AssumeRole {
            role_arn: format!("arn:aws:iam::{other}:role/deployer"),
            external_id: Some("secret-handshake".to_owned()),
            ..AssumeRole::default()
        }],
        ..settings(&world.url, &world.ground.account)
    };
    let clients = Clients::new(through_role).unwrap();
    let region = clients.proven(None).await.unwrap();
    let vpcs = region.ec2.describe_vpcs().send().await.unwrap();
    let ours = |id| vpcs.vpcs().iter().any(|vpc| vpc.vpc_id() == Some(id));
    assert!(!ours(world.ground.service_vpc.as_str()));
}
