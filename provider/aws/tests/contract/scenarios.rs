//! The scenarios that the in-memory AWS is held to as well.

use aws::Aws;
use aws_sdk_ec2::types::{
    IpPermission, IpRange, ResourceType, Tag as Ec2Tag, TagSpecification, VpcEndpointType,
};
use aws_sdk_elasticloadbalancingv2::types::{Action, ActionTypeEnum, ProtocolEnum, Tag};
use engine::model::{Object, Seen, tags::Tags};
use testing::contract::{self, Account, Ground};

use crate::world::{World, world};

impl Account for World {
    type Cloud = Aws;

    fn ground(&self) -> &Ground {
        &self.ground
    }

    fn cloud(&self) -> Aws {
        Aws::new(self.region.clone())
    }

    fn certificate(&self) -> String {
        World::certificate(self)
    }

    async fn connect_endpoint(&self, service: &Seen) -> String {
        let made = self
            .region
            .ec2
            .create_vpc_endpoint()
            .vpc_endpoint_type(VpcEndpointType::Interface)
            .vpc_id(&self.ground.consumer_vpc)
            .service_name(service.outputs.service_name.known().unwrap())
            .subnet_ids(&self.ground.consumer_subnets[0])
            .send()
            .await
            .unwrap();
        let made = made.vpc_endpoint().unwrap();
        made.vpc_endpoint_id().unwrap().to_owned()
    }

    async fn add_listener(&self, balancer: &str, port: u16, group: &str) {
        let forward = Action::builder()
            .r#type(ActionTypeEnum::Forward)
            .target_group_arn(group);
        let listener = self
            .region
            .elb
            .create_listener()
            .load_balancer_arn(balancer)
            .port(port.into())
            .protocol(ProtocolEnum::Tcp)
            .default_actions(forward.build());
        listener.send().await.unwrap();
    }

    async fn add_rule(&self, security_group: &str) {
        let permission = IpPermission::builder()
            .ip_protocol("icmp")
            .from_port(8)
            .to_port(-1)
            .ip_ranges(IpRange::builder().cidr_ip("10.7.0.0/16").build())
            .build();
        let rule = self.region.ec2.authorize_security_group_ingress();
        let rule = rule.group_id(security_group).ip_permissions(permission);
        rule.send().await.unwrap();
    }

    async fn tag_group(&self, group: &str, key: &str, value: Option<&str>) {
        let elb = &self.region.elb;
        match value {
            Some(value) => {
                let tag = Tag::builder().key(key).value(value).build();
                let call = elb.add_tags().resource_arns(group).tags(tag);
                call.send().await.unwrap();
            }
            None => {
                let call = elb.remove_tags().resource_arns(group).tag_keys(key);
                call.send().await.unwrap();
            }
        }
    }

    async fn copy_security_group(&self, group: &Seen, tags: &Tags) -> String {
        let Object::SecurityGroup(group) = &group.object else {
            panic!("{group:?}");
        };
        let tags = tags.iter().map(|(key, value)| {
            let tag = Ec2Tag::builder().key(key);
            tag.value(value.known().unwrap()).build()
        });
        let tags = TagSpecification::builder()
            .resource_type(ResourceType::SecurityGroup)
            .set_tags(Some(tags.collect()));
        let call = self.region.ec2.create_security_group();
        let call = call.group_name("copy").description("copy");
        let call = call.vpc_id(group.vpc.known().unwrap());
        let answer = call.tag_specifications(tags.build()).send().await.unwrap();
        answer.group_id().unwrap().to_owned()
    }
}

/// Each scenario has an account of its own, beyond those that tests of this crate alone name.
fn number(scenario: &str) -> u32 {
    let bytes = scenario.bytes();
    let hash = bytes.fold(7_u32, |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(byte.into())
    });
    100 + hash % 999_900
}

macro_rules! on_the_sandbox {
    ($($scenario:ident)*) => {
        $(
            #[tokio::test]
            #[ignore = "needs SANDBOX_URL; acceptance-tests/test_contract.py runs it"]
            async fn $scenario() {
                let world = world(number(stringify!($scenario))).await;
                contract::$scenario(&world).await;
            }
        )*
    };
}

testing::each_scenario!(on_the_sandbox);
