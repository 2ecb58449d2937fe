//! Amazon Resource Names.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>

use tfplugin::object::Invalid;

/// The parts of `arn:partition:service:region:account:resource`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    pub partition: &'a str,
    pub service: &'a str,
    /// Empty where the service is global.
    pub region: &'a str,
    /// Twelve digits, or `aws` for what AWS itself owns, or empty.
    pub account: &'a str,
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    pub fn parse(text: &'a str) -> Option<Arn<'a>> {
        let mut parts = text.splitn(6, ':');
        let (arn, partition) = (parts.next()?, parts.next()?);
        let (service, region) = (parts.next()?, parts.next()?);
        let (account, resource) = (parts.next()?, parts.next()?);
        let whole = arn == "arn"
            && (partition == "aws" || partition.starts_with("aws-"))
            && !service.is_empty()
            && (account.is_empty() || account == "aws" || is_account(account))
            && !resource.is_empty()
            && !text.contains(char::is_whitespace);
        whole.then_some(Arn {
            partition,
            service,
            region,
            account,
            resource,
        })
    }
}

/// Is it the id of an account: twelve digits?
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The ARN of a certificate that a TLS listener takes: of ACM, or of IAM's server certificates.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/tls-listener-certificates.html>
pub fn certificate(text: &str) -> Result<String, Invalid> {
    let fits = Arn::parse(text).is_some_and(|arn| match arn.service {
        "acm" => arn.resource.starts_with("certificate/") && !arn.region.is_empty(),
        "iam" => arn.resource.starts_with("server-certificate/"),
        _ => false,
    });
    if fits {
        return Ok(text.to_owned());
    }
    Err(Invalid::new(
        "Invalid certificate ARN",
        format!(
            "{text:?} is not the ARN of a certificate in ACM \
             (arn:aws:acm:REGION:ACCOUNT:certificate/ID) or of an IAM server certificate."
        ),
    ))
}
