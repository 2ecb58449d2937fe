mod proof;
mod server;

use super::*;

fn keys() -> Settings {
    Settings {
        region: Some("eu-central-1".to_owned()),
        access_key: Some("AKIDEXAMPLE".to_owned()),
        secret_key: Some(Secret::new("hunter2")),
        ..Settings::default()
    }
}

#[tokio::test]
async fn clients_are_made_once_a_region_without_a_call() {
    // Nobody listens there: a call would fail.
    let nowhere = || Some("http://127.0.0.1:9".to_owned());
    let clients = Clients::new(Settings {
        endpoints: Endpoints {
            ec2: nowhere(),
            elasticloadbalancingv2: nowhere(),
            route53: nowhere(),
            sts: nowhere(),
        },
        ..keys()
    })
    .unwrap();
    assert_eq!(clients.region(None).await.unwrap().region, "eu-central-1");
    let other = clients.region(Some("us-west-2")).await.unwrap();
    assert_eq!(other.region, "us-west-2");
    assert_eq!(clients.lock().len(), 2);
    clients.region(Some("us-west-2")).await.unwrap();
    assert_eq!(clients.lock().len(), 2);
}

#[tokio::test]
async fn half_a_pair_of_keys_is_refused() {
    let settings = Settings {
        secret_key: None,
        ..keys()
    };
    let refused = Clients::new(settings).unwrap().region(None).await;
    assert!(refused.unwrap_err().detail.contains("secret_key"));
}

#[tokio::test]
async fn a_profile_that_is_not_there_is_an_error_that_names_the_ways() {
    let settings = Settings {
        region: Some("eu-central-1".to_owned()),
        profile: Some("nobody".to_owned()),
        shared_config_files: vec!["/dev/null".to_owned()],
        shared_credentials_files: vec!["/dev/null".to_owned()],
        ..Settings::default()
    };
    let refused = Clients::new(settings).unwrap().region(None).await;
    let text = refused.unwrap_err().detail;
    for word in ["nobody", "access_key", "AWS_PROFILE", "aws sso login"] {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[tokio::test]
async fn a_misspelt_region_is_refused_unless_that_is_skipped() {
    let misspelt = Settings {
        region: Some("eu-central1".to_owned()),
        ..keys()
    };
    let refused = Clients::new(misspelt.clone()).unwrap().region(None).await;
    assert!(
        refused
            .unwrap_err()
            .detail
            .contains("skip_region_validation")
    );
    let skipped = Settings {
        skip_region_validation: true,
        ..misspelt
    };
    assert!(Clients::new(skipped).unwrap().region(None).await.is_ok());
}

#[test]
fn regions_are_told_from_other_words() {
    for good in [
        "us-east-1",
        "us-gov-west-1",
        "ap-southeast-5",
        "us-isob-east-1",
    ] {
        assert_eq!(check_region(good), Ok(()), "{good}");
    }
    for bad in [
        "",
        "us",
        "us-east",
        "us-east-1a",
        "US-EAST-1",
        "us_east_1",
        "useast-1",
        "us--1",
    ] {
        assert!(check_region(bad).is_err(), "{bad}");
    }
}

#[test]
fn nothing_secret_shows() {
    let text = format!("{:?}", Clients::new(keys()).unwrap());
    assert!(!text.contains("hunter2"), "{text}");
}

/// `~/` is what people write, wherever a path is taken.
#[tokio::test]
async fn paths_below_the_home_folder_are_found() {
    let home = env::var("HOME").unwrap();
    let settings = Settings {
        custom_ca_bundle: Some("~/no-such-bundle.pem".to_owned()),
        ..keys()
    };
    let error = Clients::new(settings).unwrap_err();
    assert!(
        error.detail.contains(&format!("{home}/no-such-bundle.pem")),
        "{error}"
    );
    let settings = Settings {
        assume_role_with_web_identity: Some(AssumeRoleWithWebIdentity {
            role_arn: "arn:aws:iam::111111111111:role/deploy".to_owned(),
            web_identity_token_file: Some("~/no-such-token".to_owned()),
            ..AssumeRoleWithWebIdentity::default()
        }),
        ..keys()
    };
    let error = Clients::new(settings)
        .unwrap()
        .region(None)
        .await
        .unwrap_err();
    assert!(
        error.detail.contains(&format!("{home}/no-such-token")),
        "{error}"
    );
}
