//! Addresses of the network interfaces of endpoints, for records that hold them.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use aws_sdk_ec2::types::{Filter, NetworkInterface, VpcEndpoint};

use crate::{claim::Claims, client::Regional, sight::Sight};
use engine::model::{Maybe, Outputs, Slot, object::DnsMode};
use engine::reconcile::{CloudError, ErrorKind};

/// By the ids of interfaces.
pub(crate) type Interfaces = BTreeMap<String, BTreeSet<IpAddr>>;

/// Most values of a filter.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html>
const AT_ONCE: usize = 200;

/// Those of these endpoints, where records may hold their addresses: `holds_addresses`, if one was
/// seen that does.
pub(crate) async fn find(
    aws: &Regional,
    claims: &Claims<'_>,
    endpoints: &[VpcEndpoint],
    holds_addresses: bool,
) -> Result<Interfaces, CloudError> {
    if !holds_addresses && !claims.scope.needs_addresses() {
        return Ok(Interfaces::new());
    }
    let ids = endpoints
        .iter()
        .flat_map(VpcEndpoint::network_interface_ids);
    let ids: Vec<String> = ids.cloned().collect();
    let mut found = Interfaces::new();
    for ids in ids.chunks(AT_ONCE) {
        match aws.or(Vec::new(), of_ids(aws, ids.to_vec())).await {
            Ok(interfaces) => found.extend(interfaces.iter().filter_map(read)),
            // On suspicion alone: whoever wants no such records needs no permission.
            Err(error)
                if error.kind == ErrorKind::Denied && claims.scope.dns != DnsMode::Records =>
            {
                return Ok(Interfaces::new());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

async fn of_ids(aws: &Regional, ids: Vec<String>) -> Result<Vec<NetworkInterface>, CloudError> {
    // A filter, and not the parameter for ids: one that is gone is no error then.
    let filter = Filter::builder()
        .name("network-interface-id")
        .set_values(Some(ids));
    let pages = aws
        .ec2
        .describe_network_interfaces()
        .filters(filter.build())
        .into_paginator()
        .items()
        .send();
    aws.gate
        .call("DescribeNetworkInterfaces", pages.try_collect())
        .await
}

fn read(interface: &NetworkInterface) -> Option<(String, BTreeSet<IpAddr>)> {
    let four = interface.private_ip_addresses().iter();
    let four = four.filter_map(|it| it.private_ip_address());
    let six = interface.ipv6_addresses().iter();
    let six = six.filter_map(|it| it.ipv6_address());
    let only = interface.private_ip_address();
    let all = only.into_iter().chain(four).chain(six);
    let addresses = all.filter_map(|address| address.parse().ok()).collect();
    Some((interface.network_interface_id()?.to_owned(), addresses))
}

/// Adds them to the endpoints that were seen.
pub(crate) fn see(sight: &mut Sight<'_>, interfaces: &Interfaces) {
    let objects = sight.observed.objects.iter_mut();
    for (_, seen) in objects.filter(|(key, _)| key.slot == Slot::Endpoint) {
        set(&mut seen.outputs, interfaces);
    }
}

/// Of an endpoint whose interfaces are not all known nothing is said: a record would lose addresses
/// that answer. Its own are always of IPv4, IPv6 or both, as its type says.
pub(crate) fn set(outputs: &mut Outputs, interfaces: &Interfaces) {
    let ids = outputs.network_interface_ids.known().into_iter().flatten();
    let each: Option<Vec<&BTreeSet<IpAddr>>> = ids.map(|id| interfaces.get(id)).collect();
    let all = each.filter(|all| !all.is_empty());
    outputs.addresses = match all {
        Some(all) => Maybe::Known(all.into_iter().flatten().copied().collect()),
        None => Maybe::Unknown,
    };
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{NetworkInterfaceIpv6Address, NetworkInterfacePrivateIpAddress};

    use super::*;
    use engine::model::RecordType;

    fn interface(id: &str, address: &str) -> NetworkInterface {
        let four = NetworkInterfacePrivateIpAddress::builder().private_ip_address(address);
        let six = NetworkInterfaceIpv6Address::builder().ipv6_address("2001:DB8:0::A");
        NetworkInterface::builder()
            .network_interface_id(id)
            .private_ip_address(address)
            .private_ip_addresses(four.build())
            .ipv6_addresses(six.build())
            .build()
    }

    #[test]
    fn addresses_are_known_when_those_of_every_interface_are() {
        let listed = [
            interface("eni-1", "10.1.0.4"),
            interface("eni-2", "10.1.1.5"),
        ];
        let all: Interfaces = listed.iter().filter_map(read).collect();
        let mut outputs = Outputs {
            network_interface_ids: Maybe::Known(["eni-1".to_owned(), "eni-2".to_owned()].into()),
            ..Outputs::default()
        };
        set(&mut outputs, &all);
        let four: Vec<String> = outputs
            .addresses_of(RecordType::A)
            .iter()
            .map(IpAddr::to_string)
            .collect();
        assert_eq!(four, ["10.1.0.4", "10.1.1.5"]);
        let six = outputs.addresses_of(RecordType::Aaaa);
        assert_eq!(six, BTreeSet::from(["2001:db8::a".parse().unwrap()]));

        let one: Interfaces = listed[..1].iter().filter_map(read).collect();
        set(&mut outputs, &one);
        assert_eq!(outputs.addresses, Maybe::Unknown);
        set(&mut Outputs::default(), &all);
        assert_eq!(Outputs::default().addresses, Maybe::Unknown);
    }
}
