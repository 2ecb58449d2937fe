//! `endpoints`.

use tfplugin::Object;

use super::rules::url;
use aws::client;

/// URLs of AWS's services.
#[derive(Object)]
pub(crate) struct Endpoints {
    /// URL of EC2.
    #[attr(optional, rule = url)]
    pub ec2: Option<String>,
    /// URL of Elastic Load Balancing (version 2).
    #[attr(optional, rule = url)]
    pub elasticloadbalancing: Option<String>,
    /// URL of Elastic Load Balancing; the same as `elasticloadbalancing`.
    #[attr(optional, rule = url)]
    pub elasticloadbalancingv2: Option<String>,
    /// URL of Elastic Load Balancing; the same as `elasticloadbalancing`.
    #[attr(optional, rule = url)]
    pub elbv2: Option<String>,
    /// URL of Route 53.
    #[attr(optional, rule = url)]
    pub route53: Option<String>,
    /// URL of the Security Token Service.
    #[attr(optional, rule = url)]
    pub sts: Option<String>,
}

impl Endpoints {
    /// Several blocks count as one.
    pub fn settings(blocks: &[Endpoints]) -> client::Endpoints {
        let last = |url: fn(&Endpoints) -> Option<&String>| {
            blocks.iter().filter_map(url).next_back().cloned()
        };
        client::Endpoints {
            ec2: last(|it| it.ec2.as_ref()),
            elasticloadbalancingv2: last(|it| {
                let names = [
                    &it.elbv2,
                    &it.elasticloadbalancingv2,
                    &it.elasticloadbalancing,
                ];
                names.into_iter().flatten().next()
            }),
            route53: last(|it| it.route53.as_ref()),
            sts: last(|it| it.sts.as_ref()),
        }
    }
}
