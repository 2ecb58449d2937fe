//! What a plan is held against: reads of what the path stands on and does not own.
//!
//! A survey makes at most 13 calls, in two rounds: the load balancer's subnets lead to their VPC. A
//! read that fails leaves a gap in the survey and is told of there.

mod dns;
mod network;
mod recall;

use std::collections::BTreeSet;

use futures::join;

use super::{client::Regional, ec2_tags, service};
use engine::model::{
    Inquiry, Survey,
    survey::{Gap, Moment, Namesake, Reading},
    tags,
};
use engine::reconcile::{CloudError, ErrorKind};

use recall::Asking;
pub use recall::Recall;

/// Looks at what the inquiry names. What was read since `since` is not read again.
pub async fn survey(aws: &Regional, recall: &Recall, inquiry: &Inquiry, since: Moment) -> Survey {
    let asking = &recall.asking(since);
    let ids: BTreeSet<String> = inquiry
        .service_subnets
        .union(&inquiry.consumer_subnets)
        .cloned()
        .collect();
    let places = async {
        let subnets = network::subnets(aws, asking, &ids).await;
        let service: BTreeSet<String> = match (&inquiry.service_vpc, subnets.known()) {
            (Some(vpc), _) => BTreeSet::from([vpc.clone()]),
            (None, Some(found)) => found
                .values()
                .filter(|subnet| inquiry.service_subnets.contains(&subnet.id))
                .map(|subnet| subnet.vpc.clone())
                .collect(),
            (None, None) => BTreeSet::new(),
        };
        let has_addresses = inquiry.has_addresses && !service.is_empty();
        let mut vpcs: BTreeSet<String> = inquiry.consumer_vpc.iter().cloned().collect();
        if has_addresses {
            vpcs.extend(service.iter().cloned());
        }
        let neighbours = async {
            match has_addresses {
                true => network::subnets_of(aws, asking, &service).await,
                false => Reading::NotAsked,
            }
        };
        let (neighbours, vpcs) = join!(neighbours, network::vpcs(aws, asking, &vpcs));
        (subnets, neighbours, vpcs)
    };
    let consumer_vpc = inquiry.consumer_vpc.as_deref();
    let (
        (subnets, neighbours, vpcs),
        instances,
        security_groups,
        (dns_support, dns_hostnames, private_zones),
        hosted_zone,
        records,
        namesakes,
        account,
    ) = join!(
        places,
        network::instances(aws, asking, &inquiry.instances),
        network::security_groups(aws, asking, &inquiry.security_groups),
        dns::of_vpc(aws, asking, consumer_vpc),
        dns::hosted_zone(aws, asking, inquiry.hosted_zone.as_deref()),
        dns::records(aws, asking, inquiry.records_at.as_ref()),
        namesakes(aws, asking, inquiry.new_name.as_deref()),
        account(aws, asking, inquiry.needs_account),
    );
    Survey {
        subnets,
        vpcs,
        neighbours,
        instances,
        security_groups,
        dns_support,
        dns_hostnames,
        private_zones,
        hosted_zone,
        records,
        namesakes,
        account,
        begun: asking.begun(),
        is_recalled: asking.is_recalled(),
    }
}

/// Services are what an apply refuses to be second to.
async fn namesakes(aws: &Regional, asking: &Asking, name: Option<&str>) -> Reading<Vec<Namesake>> {
    let Some(name) = name else {
        return Reading::NotAsked;
    };
    let read = async {
        let found = service::describe(aws, Some(ec2_tags::filter(tags::NAME, name))).await?;
        let named = found.iter().filter_map(|service| {
            Some(Namesake {
                id: service.service_id()?.to_owned(),
                owner: ec2_tags::raw(service.tags())
                    .remove(tags::OWNER)
                    .unwrap_or_default(),
            })
        });
        Ok(named.collect())
    };
    let memo = &asking.answers.namesakes;
    let action = "ec2:DescribeVpcEndpointServiceConfigurations";
    asking.ask(action, memo, name.to_owned(), read).await
}

async fn account(aws: &Regional, asking: &Asking, is_needed: bool) -> Reading<String> {
    let Some(sts) = aws.sts.as_ref().filter(|_| is_needed) else {
        return Reading::NotAsked;
    };
    if let Some(account) = aws.account.get() {
        return Reading::Known(account.clone());
    }
    let read = async {
        let call = sts.get_caller_identity();
        let answer = aws.gate.call("GetCallerIdentity", call.send()).await?;
        Ok(answer.account().unwrap_or_default().to_owned())
    };
    let memo = &asking.answers.account;
    asking.ask("sts:GetCallerIdentity", memo, (), read).await
}

/// Bad credentials are refused as well, and no policy helps there.
fn gap(error: &CloudError) -> Gap {
    match error.kind {
        ErrorKind::Denied if error.code != "OptInRequired" => Gap::Denied,
        ErrorKind::Credentials => Gap::Credentials,
        ErrorKind::Unavailable if error.code.is_empty() => Gap::Unreached,
        _ => Gap::Other,
    }
}
