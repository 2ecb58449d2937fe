//! What people are told when AWS does not take their credentials, or cannot be asked.

use std::time::{Duration, SystemTime};

use aws_smithy_types::{DateTime, date_time::Format};

use super::{
    super::*,
    keys,
    server::{Answer, Asked, Server},
};

const ROLE: &str = "arn:aws:iam::111111111111:role/deploy";

fn answer(status: u16, body: String) -> Answer {
    Answer {
        status,
        headers: vec![("x-amzn-requestid", "r-1".to_owned())],
        body,
    }
}

fn refusal(code: &str, message: &str) -> Answer {
    answer(
        403,
        format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}\
             </Message></Error><RequestId>r-1</RequestId></ErrorResponse>"
        ),
    )
}

fn identity() -> Answer {
    let result = "<Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>U</UserId>\
                  <Account>123456789012</Account>";
    answer(
        200,
        format!(
            "<GetCallerIdentityResponse><GetCallerIdentityResult>{result}\
             </GetCallerIdentityResult></GetCallerIdentityResponse>"
        ),
    )
}

fn session() -> Answer {
    answer(
        200,
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA</AccessKeyId>\
         <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
         <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>\
         </AssumeRoleResponse>"
            .to_owned(),
    )
}

fn asking(url: &str) -> Settings {
    Settings {
        endpoints: Endpoints {
            sts: Some(url.to_owned()),
            ..Endpoints::default()
        },
        ..keys()
    }
}

fn by_role(url: &str) -> Settings {
    Settings {
        assume_role: vec![AssumeRole {
            role_arn: ROLE.to_owned(),
            ..AssumeRole::default()
        }],
        ..asking(url)
    }
}

async fn proven(settings: Settings) -> Result<Clients, SetupError> {
    let clients = Clients::new(settings)?;
    clients.proven(None).await?;
    Ok(clients)
}

async fn told(settings: Settings) -> SetupError {
    let error = proven(settings).await.unwrap_err();
    for chatter in ["Error {", "dispatch failure", "service error", "unhandled"] {
        assert!(!error.detail.contains(chatter), "{}", error.detail);
    }
    assert!(error.detail.ends_with('.'), "{}", error.detail);
    assert!(!error.detail.contains("hunter2"), "{}", error.detail);
    error
}

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
}

#[tokio::test]
async fn good_credentials_are_proven_once() {
    let server = Server::start(|_| identity()).await;
    let clients = proven(asking(&server.url)).await.unwrap();
    clients.proven(Some("us-west-2")).await.unwrap();
    assert_eq!(server.actions(), ["GetCallerIdentity"]);
}

#[tokio::test]
async fn nobody_is_asked_where_the_configuration_says_so() {
    let server = Server::start(|_| identity()).await;
    let settings = Settings {
        skip_credentials_validation: true,
        ..asking(&server.url)
    };
    proven(settings.clone()).await.unwrap();
    assert_eq!(server.actions(), Vec::<String>::new());
    // Unless the account matters.
    let refused = Settings {
        forbidden_account_ids: vec!["123456789012".to_owned()],
        ..settings
    };
    let error = proven(refused).await.unwrap_err();
    has(&error.detail, &["123456789012", "forbidden_account_ids"]);
}

#[tokio::test]
async fn refused_credentials_say_which_from_where_and_what_to_do() {
    for (code, message, summary, parts) in [
        (
            "ExpiredToken",
            "The security token included in the request is expired",
            "The AWS session has ended",
            ["token of a new session", "ExpiredToken, request id r-1"],
        ),
        (
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
            "AWS does not know these credentials",
            ["deleted or switched off", "session token"],
        ),
        (
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match",
            "The AWS credentials are wrong",
            ["secret access key", "request id r-1"],
        ),
    ] {
        let server = Server::start(move |_| refusal(code, message)).await;
        let error = told(asking(&server.url)).await;
        assert_eq!(error.summary, summary);
        has(&error.detail, &parts);
        has(
            &error.detail,
            &[
                message.trim_end_matches('.'),
                "arguments access_key and secret_key",
            ],
        );
        assert_eq!(server.actions(), ["GetCallerIdentity"], "{code}");
    }
}

/// AWS, whose clock is an hour ahead of this machine's, and which says so.
fn an_hour_ahead(asked: &Asked, well: fn() -> Answer) -> Answer {
    let there = DateTime::from(SystemTime::now() + Duration::from_secs(3600));
    let hour = |time: &DateTime| time.fmt(Format::DateTime).unwrap()[..13].replace(['-', ':'], "");
    let signed = asked
        .head
        .lines()
        .find_map(|line| line.strip_prefix("x-amz-date: "))
        .unwrap()
        .to_uppercase();
    let mut answer = match signed.starts_with(&hour(&there)) {
        true => well(),
        false => refusal(
            "SignatureDoesNotMatch",
            "Signature expired: 20261127T200000Z is now earlier than 20261127T205500Z",
        ),
    };
    let date = there.fmt(Format::HttpDate).unwrap();
    answer.headers.push(("date", date));
    answer
}

#[tokio::test]
async fn a_clock_that_is_off_is_corrected_by_awss() {
    let server = Server::start(|asked| an_hour_ahead(asked, identity)).await;
    proven(asking(&server.url)).await.unwrap();
    assert_eq!(server.actions(), ["GetCallerIdentity", "GetCallerIdentity"]);
}

#[tokio::test]
async fn a_role_is_assumed_by_the_corrected_clock() {
    let server = Server::start(|asked| {
        let well = match asked.body.contains("Action=AssumeRole") {
            true => session,
            false => identity,
        };
        an_hour_ahead(asked, well)
    })
    .await;
    proven(by_role(&server.url)).await.unwrap();
    let asked = server.actions();
    assert_eq!(&asked[..2], ["AssumeRole", "AssumeRole"]);
    assert_eq!(asked.last().unwrap(), "GetCallerIdentity");
}

/// Without a `Date` nothing can be corrected.
#[tokio::test]
async fn a_clock_that_cannot_be_corrected_is_named() {
    let late = "Signature expired: 20261127T200000Z is now earlier than 20261127T205500Z";
    let server = Server::start(move |_| refusal("SignatureDoesNotMatch", late)).await;
    let error = told(asking(&server.url)).await;
    assert_eq!(error.summary, "This machine's clock is wrong");
    has(&error.detail, &["five minutes", "Set the clock"]);
}

#[tokio::test]
async fn an_aws_that_cannot_be_reached_is_named_with_the_region() {
    let error = told(asking("http://127.0.0.1:9")).await;
    assert_eq!(error.summary, "AWS cannot be reached");
    has(
        &error.detail,
        &[
            "eu-central-1",
            "127.0.0.1:9 cannot be reached: Connection refused.",
            "https_proxy",
            "skip_credentials_validation",
        ],
    );
}

#[tokio::test]
async fn a_page_that_is_not_awss_is_shown() {
    let page = "<html><head><style>p { color: red }</style><title>Blocked</title></head><body>\
                <p>Access to this site is blocked by ACME Corp.</p></body></html>";
    let server = Server::start(move |_| answer(403, page.to_owned())).await;
    let error = told(asking(&server.url)).await;
    has(
        &error.detail,
        &[
            "status 403",
            "\"Blocked Access to this site is blocked by ACME Corp.\"",
            "proxy",
        ],
    );
    assert!(!error.detail.contains("permission"), "{}", error.detail);
}

#[tokio::test]
async fn a_role_that_is_not_lent_is_told_in_awss_words() {
    let message = "User: arn:aws:iam::222222222222:user/ci is not authorized to perform: \
                   sts:AssumeRole on resource: arn:aws:iam::111111111111:role/deploy";
    let server = Server::start(move |_| refusal("AccessDenied", message)).await;
    let error = told(by_role(&server.url)).await;
    assert_eq!(error.summary, "The role cannot be assumed");
    has(
        &error.detail,
        &[
            ROLE,
            message,
            "AccessDenied, request id r-1",
            "trust policy",
            "with the provider's arguments access_key and secret_key",
        ],
    );
}

/// The credentials that were to assume the role are no good, and not the role.
#[tokio::test]
async fn an_ended_session_is_not_blamed_on_the_role() {
    let server = Server::start(|_| refusal("ExpiredToken", "The token is expired")).await;
    let error = told(by_role(&server.url)).await;
    assert_eq!(error.summary, "The AWS session has ended");
}

#[tokio::test]
async fn a_token_file_that_is_not_there_is_named() {
    let settings = Settings {
        assume_role_with_web_identity: Some(AssumeRoleWithWebIdentity {
            role_arn: ROLE.to_owned(),
            web_identity_token_file: Some("/nowhere/token".to_owned()),
            ..AssumeRoleWithWebIdentity::default()
        }),
        ..keys()
    };
    let error = told(settings).await;
    has(
        &error.detail,
        &[
            "web_identity_token_file names /nowhere/token",
            "No such file",
            "mounted",
        ],
    );
}
