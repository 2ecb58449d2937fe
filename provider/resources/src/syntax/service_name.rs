//! Names of endpoint services: `com.amazonaws.vpce.REGION.vpce-svc-...`, in China with `cn.` before
//! it.
//! <https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html>

use tfplugin::object::Invalid;

use super::{id::is_id, region};

pub fn check(text: &str) -> Result<String, Invalid> {
    if region_of(text).is_some() {
        return Ok(text.to_owned());
    }
    let hint = match text.split(['/', ':', '.']).find(|it| is_service(it)) {
        Some(id) => format!(
            "An id does not say the region: write \"com.amazonaws.vpce.REGION.{id}\" with the \
             service's region."
        ),
        None => "It begins with \"com.amazonaws.vpce.\", and its owner knows it: it is the \
                 service_name of a kafka_privatelink."
            .to_owned(),
    };
    Err(Invalid::new(
        "Not the name of an endpoint service",
        format!("{text:?} is not the name of an endpoint service. {hint}"),
    ))
}

/// The region of the service, which its name says.
pub fn region_of(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("cn.").unwrap_or(name);
    let (region, id) = rest.strip_prefix("com.amazonaws.vpce.")?.split_once('.')?;
    (is_service(id) && region::check(region).is_ok()).then_some(region)
}

fn is_service(id: &str) -> bool {
    is_id(id, "vpce-svc-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_its_region() {
        let us = "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b";
        let cn = "cn.com.amazonaws.vpce.cn-north-1.vpce-svc-0a1b";
        assert_eq!(region_of(us), Some("us-east-1"));
        assert_eq!(region_of(cn), Some("cn-north-1"));
        assert_eq!(check(us).unwrap(), us);
    }

    #[test]
    fn what_is_no_name_is_refused_with_what_to_write() {
        for (text, said) in [
            ("vpce-svc-0a1b", "com.amazonaws.vpce.REGION.vpce-svc-0a1b"),
            (
                "arn:aws:ec2:us-east-1:123456789012:vpc-endpoint-service/vpce-svc-0a1b",
                "com.amazonaws.vpce.REGION.vpce-svc-0a1b",
            ),
            ("com.amazonaws.us-east-1.s3", "its owner knows it"),
            (
                "com.amazonaws.vpce.us-east-1.vpce-0a1b",
                "its owner knows it",
            ),
            ("com.amazonaws.vpce..vpce-svc-0a1b", "REGION"),
            ("", "its owner knows it"),
        ] {
            let refused = check(text).unwrap_err();
            assert!(refused.detail.contains(said), "{}", refused.detail);
        }
    }
}
