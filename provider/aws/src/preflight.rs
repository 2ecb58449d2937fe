//! What a plan is held against: reads of what the path stands on and does not own.
//!
//! A survey makes at most 14 calls, in two rounds: the load balancer's subnets lead to their VPC. A
//! read that fails leaves a gap in the survey and is told of there.

mod dns;
mod network;
mod offered;
mod recall;

use std::collections::BTreeSet;

use futures::join;

use super::{client::Regional, ec2_tags, endpoint, service};
use engine::model::{
    Inquiry, Side, Slot, Survey,
    ownership::{RawTags, is_of_consumers},
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
    let consumer_vpc = consumer_vpc.filter(|_| !inquiry.dns_is_elsewhere);
    let (
        (subnets, neighbours, vpcs),
        instances,
        security_groups,
        (dns_support, dns_hostnames, private_zones),
        hosted_zone,
        records,
        offered,
        namesakes,
        account,
    ) = join!(
        places,
        network::instances(aws, asking, &inquiry.instances),
        network::security_groups(aws, asking, &inquiry.security_groups),
        dns::of_vpc(aws, asking, consumer_vpc),
        dns::hosted_zone(aws, asking, inquiry.hosted_zone.as_deref()),
        dns::records(aws, asking, inquiry.records_at.as_ref()),
        offered::service(aws, asking, inquiry),
        namesakes(aws, asking, inquiry),
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
        offered,
        namesakes,
        account,
        begun: asking.begun(),
        is_recalled: asking.is_recalled(),
    }
}

/// What an apply refuses to be second to: services, or endpoints of resources without one.
async fn namesakes(aws: &Regional, asking: &Asking, inquiry: &Inquiry) -> Reading<Vec<Namesake>> {
    let Some(name) = inquiry.new_name.as_deref() else {
        return Reading::NotAsked;
    };
    let is_alone = inquiry.side == Some(Side::Consumer);
    let named = ec2_tags::filter(tags::NAME, name);
    let read = async {
        let found: Vec<(Option<String>, RawTags)> = match is_alone {
            true => {
                let found = endpoint::describe(aws, named).await?.into_iter();
                let found = found.map(|it| (ec2_tags::raw(it.tags()), it.vpc_endpoint_id));
                let alone = found.filter(|(tags, _)| is_of_consumers(Slot::Endpoint, tags));
                alone.map(|(tags, id)| (id, tags)).collect()
            }
            false => {
                let found = service::describe(aws, Some(named)).await?.into_iter();
                found
                    .map(|it| (it.service_id().map(str::to_owned), ec2_tags::raw(it.tags())))
                    .collect()
            }
        };
        let named = found.into_iter().filter_map(|(id, mut tags)| {
            Some(Namesake {
                id: id?,
                owner: tags.remove(tags::OWNER).unwrap_or_default(),
            })
        });
        Ok(named.collect())
    };
    let memo = &asking.answers.namesakes;
    let action = match is_alone {
        true => "ec2:DescribeVpcEndpoints",
        false => "ec2:DescribeVpcEndpointServiceConfigurations",
    };
    asking
        .ask(action, memo, (is_alone, name.to_owned()), read)
        .await
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
