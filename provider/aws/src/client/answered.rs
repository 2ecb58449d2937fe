//! What came back from one attempt of a call, as far as it decides about the next.

use std::{borrow::Cow, error::Error};

use aws_smithy_runtime_api::client::{
    interceptors::context::InterceptorContext,
    orchestrator::{HttpRequest, HttpResponse},
};

/// An attempt that did not give what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) sort: Sort,
    /// AWS's code; empty where AWS said nothing.
    pub(super) code: String,
    pub(super) message: String,
    pub(super) request_id: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// Too many calls: this one counts for nothing, and goes again when it is its turn.
    Throttled,
    /// AWS failed, or its answer got lost: it may or may not have been done.
    Failed,
    /// Nothing came back in time.
    Silent,
    /// No connection could be made.
    Unreachable,
    /// The clock of this machine is off: the SDK or its settings may correct that.
    Clock,
    /// An answer like another: asking again would give the same.
    Final,
}

/// `None`: it gave what was asked for.
pub(super) fn read(context: &InterceptorContext) -> Option<Refusal> {
    let error = match context.output_or_error()? {
        Ok(_) => return None,
        Err(error) => error,
    };
    let said = |sort, code: &str, message: String| Refusal {
        sort,
        code: code.to_owned(),
        message,
        request_id: context.response().and_then(request_id),
    };
    if error.is_timeout_error() {
        return Some(said(Sort::Silent, "", String::new()));
    }
    if let Some(error) = error.as_connector_error() {
        let sort = match (is_unconnected(error), error.is_user()) {
            (true, _) => Sort::Unreachable,
            (false, true) => Sort::Final,
            (false, false) if error.is_timeout() => Sort::Silent,
            (false, false) => Sort::Failed,
        };
        return Some(said(sort, "", innermost(error)));
    }
    let Some(response) = context.response() else {
        return Some(said(Sort::Final, "", innermost(error)));
    };
    let body = response.body().bytes().map(String::from_utf8_lossy);
    let body = body.unwrap_or(Cow::Borrowed(""));
    let code = element(&body, "Code").unwrap_or_default();
    let message = element(&body, "Message").unwrap_or_default();
    Some(said(
        sort(code, response.status().as_u16()),
        code,
        plain(message),
    ))
}

fn sort(code: &str, status: u16) -> Sort {
    match code {
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "SlowDown"
        | "BandwidthLimitExceeded"
        | "EC2ThrottledException"
        // Route 53 is at work on the zone: the same as far as waiting goes.
        | "PriorRequestNotComplete" => Sort::Throttled,
        "RequestTimeTooSkewed" | "RequestExpired" | "RequestInTheFuture" => Sort::Clock,
        "RequestTimeout" | "RequestTimeoutException" => Sort::Failed,
        _ if status == 429 => Sort::Throttled,
        _ if status >= 500 => Sort::Failed,
        _ => Sort::Final,
    }
}

/// The connection itself failed: nothing was sent.
fn is_unconnected(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let hyper = error.downcast_ref::<hyper_util::client::legacy::Error>();
        if hyper.is_some_and(hyper_util::client::legacy::Error::is_connect)
            || error.to_string().contains("connect timeout")
        {
            return true;
        }
        cause = error.source();
    }
    false
}

fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

pub(super) fn request_id(response: &HttpResponse) -> Option<String> {
    let header = response.headers().get("x-amzn-requestid");
    if let Some(id) = header {
        return Some(id.to_owned());
    }
    // EC2 says it in the text alone.
    let body = response.body().bytes().map(String::from_utf8_lossy)?;
    let names = ["RequestId", "RequestID", "requestId"];
    let id = names.iter().find_map(|name| element(&body, name))?;
    Some(id.to_owned())
}

/// The text of the first element of this name. All three services answer in XML.
fn element<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = body.split_once(&format!("<{name}>"))?;
    rest.split_once("</").map(|(text, _)| text)
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// The object that a request is about, by its id, ARN or name: the first parameter that says one.
pub(super) fn subject(request: &HttpRequest) -> Option<String> {
    let path = request.uri().split_once("://").map_or("", |(_, rest)| rest);
    let path = path.split_once('/').map_or("", |(_, path)| path);
    let path = path.split('?').next().unwrap_or_default();
    if let Some((_, rest)) = path.split_once("hostedzone/") {
        return rest.split('/').next().map(str::to_owned);
    }
    if let Some((_, change)) = path.split_once("change/") {
        return Some(change.to_owned());
    }
    let body = request.body().bytes().map(String::from_utf8_lossy)?;
    let first = body.split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let name = name.split('.').next().unwrap_or_default();
        names_an_object(name).then(|| decoded(value))
    });
    first.map(|text| match text.strip_prefix("arn:") {
        // The last part of an ARN says all that the account and region leave open.
        Some(arn) => arn.splitn(5, ':').last().unwrap_or_default().to_owned(),
        None => text,
    })
}

/// Nothing that could be secret has such a name.
fn names_an_object(parameter: &str) -> bool {
    [
        "LoadBalancerArn",
        "LoadBalancerArns",
        "TargetGroupArn",
        "TargetGroupArns",
        "ListenerArn",
        "ListenerArns",
        "ResourceArns",
        "Names",
        "Name",
        "GroupName",
        "GroupId",
        "ServiceId",
        "ServiceName",
        "VpcEndpointId",
        "VpcId",
        "SubnetId",
        "InstanceId",
        "ResourceId",
    ]
    .contains(&parameter)
}

/// Of a form: what is not plain is written in hexadecimal.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        let hex = |bytes: &[u8]| u8::from_str_radix(std::str::from_utf8(bytes).ok()?, 16).ok();
        match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                if let Some(byte) = hex(&[*high, *low]) {
                    bytes.push(byte);
                    rest = after;
                }
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn request(uri: &str, body: &str) -> HttpRequest {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_uri(uri).unwrap();
        request
    }

    #[test]
    fn a_request_says_what_it_is_about() {
        let elb = "https://elasticloadbalancing.us-east-1.amazonaws.com/";
        for (uri, body, about) in [
            (
                elb,
                "Action=DescribeTargetHealth&Version=2015-12-01&TargetGroupArn=arn%3Aaws%3A\
                 elasticloadbalancing%3Aus-east-1%3A1%3Atargetgroup%2Forders-3%2F9f",
                Some("targetgroup/orders-3/9f"),
            ),
            (
                elb,
                "Action=CreateListener&LoadBalancerArn=a&Port=9091",
                Some("a"),
            ),
            (
                "https://ec2.us-east-1.amazonaws.com/",
                "Action=CreateVpcEndpoint&VpcId=vpc-1&ServiceName=com.amazonaws.vpce.x",
                Some("vpc-1"),
            ),
            (
                "https://ec2.us-east-1.amazonaws.com/",
                "Action=DescribeSecurityGroups&Filter.1.Name=tag%3Aowner&Filter.1.Value.1=x",
                None,
            ),
            (
                "https://route53.amazonaws.com/2013-04-01/hostedzone/Z1/rrset?maxitems=1",
                "",
                Some("Z1"),
            ),
            (
                "https://sts.amazonaws.com/",
                "Action=AssumeRoleWithWebIdentity&WebIdentityToken=secret",
                None,
            ),
        ] {
            assert_eq!(subject(&request(uri, body)).as_deref(), about, "{body}");
        }
    }

    #[test]
    fn answers_are_sorted_by_what_they_mean_for_the_next_attempt() {
        for (code, status, expected) in [
            ("Throttling", 400, Sort::Throttled),
            ("RequestLimitExceeded", 503, Sort::Throttled),
            ("PriorRequestNotComplete", 400, Sort::Throttled),
            ("", 429, Sort::Throttled),
            ("InternalFailure", 500, Sort::Failed),
            ("Unavailable", 503, Sort::Failed),
            ("RequestExpired", 400, Sort::Clock),
            ("TargetGroupNotFound", 400, Sort::Final),
            ("UnauthorizedOperation", 403, Sort::Final),
        ] {
            assert_eq!(sort(code, status), expected, "{code} {status}");
        }
    }

    #[test]
    fn elements_are_found_in_every_service_s_xml() {
        let ec2 = "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Slow &amp; \
                   steady</Message></Error></Errors><RequestID>r-1</RequestID></Response>";
        assert_eq!(element(ec2, "Code"), Some("RequestLimitExceeded"));
        assert_eq!(plain(element(ec2, "Message").unwrap()), "Slow & steady");
        assert_eq!(element(ec2, "RequestID"), Some("r-1"));
        assert_eq!(element("<html>", "Code"), None);
    }
}
