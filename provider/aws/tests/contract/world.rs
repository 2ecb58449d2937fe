//! An account of the sandbox of its own, with the networks that a path stands on.

use std::{
    io::{Read, Write as _},
    net::TcpStream,
};

use aws::client::{Clients, Endpoints, Regional, Secret, Settings};
use aws_sdk_ec2::types::{Filter, Vpc};
use serde_json::{Value, json};
use testing::contract::Ground;

pub struct World {
    pub url: String,
    pub region: Regional,
    pub ground: Ground,
}

/// `SANDBOX_URL` names the sandbox.
pub async fn world(test: u32) -> World {
    let url = std::env::var("SANDBOX_URL").expect("SANDBOX_URL names a running sandbox");
    let run = std::process::id() % 1_000_000;
    let account = format!("{run:06}{test:06}");
    let clients = Clients::new(settings(&url, &account)).unwrap();
    let region = clients.region(None).await.unwrap();
    let service_vpc = vpc(&region, "10.0.0.0/16").await;
    let consumer_vpc = vpc(&region, "10.1.0.0/16").await;
    let service_subnets = subnets(&region, &service_vpc, 0).await;
    let consumer_subnets = subnets(&region, &consumer_vpc, 1).await;
    World {
        url,
        region,
        ground: Ground {
            account,
            service_vpc,
            consumer_vpc,
            service_subnets,
            consumer_subnets,
        },
    }
}

pub fn settings(url: &str, account: &str) -> Settings {
    let here = || Some(url.to_owned());
    Settings {
        region: Some("us-east-1".to_owned()),
        access_key: Some(account.to_owned()),
        secret_key: Some(Secret::new("sandbox")),
        endpoints: Endpoints {
            ec2: here(),
            elasticloadbalancingv2: here(),
            route53: here(),
            sts: here(),
        },
        allowed_account_ids: vec![account.to_owned()],
        ..Settings::default()
    }
}

async fn vpc(region: &Regional, block: &str) -> String {
    let made = region.ec2.create_vpc().cidr_block(block).send().await;
    made.unwrap()
        .vpc()
        .and_then(Vpc::vpc_id)
        .unwrap()
        .to_owned()
}

async fn subnets(region: &Regional, vpc: &str, second: u8) -> Vec<String> {
    let mut ids = Vec::new();
    for (number, zone) in ["us-east-1a", "us-east-1b", "us-east-1c"]
        .iter()
        .enumerate()
    {
        let made = region
            .ec2
            .create_subnet()
            .vpc_id(vpc)
            .cidr_block(format!("10.{second}.{number}.0/24"))
            .availability_zone(*zone)
            .send()
            .await
            .unwrap();
        ids.push(made.subnet().unwrap().subnet_id().unwrap().to_owned());
    }
    ids
}

impl World {
    /// The calls since the last `forget_calls`, as `action` and `user_agent`.
    pub fn calls(&self) -> Vec<(String, String)> {
        let calls = self.control(
            "GET",
            &format!("calls?account={}", self.ground.account),
            None,
        );
        let text = |call: &Value, name: &str| call[name].as_str().unwrap_or_default().to_owned();
        calls
            .as_array()
            .unwrap()
            .iter()
            .map(|call| (text(call, "action"), text(call, "user_agent")))
            .collect()
    }

    pub fn forget_calls(&self) {
        self.control(
            "DELETE",
            &format!("calls?account={}", self.ground.account),
            None,
        );
    }

    pub fn set(&self, mut settings: Value) {
        settings["account"] = self.ground.account.as_str().into();
        self.control("POST", "config", Some(settings));
    }

    pub fn fault(&self, mut fault: Value) {
        fault["account"] = self.ground.account.as_str().into();
        self.control("POST", "faults", Some(fault));
    }

    /// How many endpoints there are, whoever made them.
    pub async fn endpoints(&self) -> usize {
        let filter = Filter::builder()
            .name("vpc-id")
            .values(&self.ground.consumer_vpc)
            .build();
        let answer = self.region.ec2.describe_vpc_endpoints().filters(filter);
        answer.send().await.unwrap().vpc_endpoints().len()
    }

    /// A certificate of this account, for listeners.
    pub fn certificate(&self) -> String {
        let made = rcgen::generate_simple_self_signed(["kafka.test.com".to_owned()]).unwrap();
        let blob = |pem: String| Value::from(aws_smithy_types::base64::encode(pem));
        let body = json!({
            "Certificate": blob(made.cert.pem()),
            "PrivateKey": blob(made.signing_key.serialize_pem()),
        });
        let signed = format!(
            "X-Amz-Target: CertificateManager.ImportCertificate\r\n\
             Content-Type: application/x-amz-json-1.1\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential={}/20260101/us-east-1/acm/aws4_request, \
             SignedHeaders=host, Signature=0\r\n",
            self.ground.account
        );
        let answer = self.http("POST", "/", &signed, &body.to_string());
        answer["CertificateArn"].as_str().unwrap().to_owned()
    }

    fn control(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        self.http(method, &format!("/sandbox/{path}"), "", &body)
    }

    fn http(&self, method: &str, path: &str, headers: &str, body: &str) -> Value {
        let host = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nHost: {host}\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(" 200"), "{method} {path}: {answer}");
        serde_json::from_str(body).unwrap()
    }
}
