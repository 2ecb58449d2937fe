//! Where a broker is: an IP address, or an instance.

use std::net::{IpAddr, Ipv4Addr};

use tfplugin::object::Invalid;

use super::id::is_id;

/// What kind of target a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Address(IpAddr),
    Instance,
}

impl Kind {
    pub fn of(text: &str) -> Option<Kind> {
        match text.parse() {
            Ok(address) => Some(Kind::Address(address)),
            Err(_) => is_id(text, "i-").then_some(Kind::Instance),
        }
    }

    /// For messages.
    pub fn as_str(&self) -> &'static str {
        match self {
            Kind::Address(IpAddr::V4(_)) => "an IPv4 address",
            Kind::Address(IpAddr::V6(_)) => "an IPv6 address",
            Kind::Instance => "an instance id",
        }
    }
}

/// An address that a load balancer can reach, or an instance id, kept as it was written.
///
/// Whether the address lies in the VPC is for AWS to know: a VPC may use public addresses for
/// itself, and all of IPv6 there is global.
pub fn check(text: &str) -> Result<String, Invalid> {
    let refuse = |detail: String| Err(Invalid::new("Invalid target", detail));
    match Kind::of(text) {
        Some(Kind::Address(address)) => match unreachable(address) {
            Some(what) => refuse(format!(
                "{text} is {what}, which no load balancer can reach. Give the broker's address in \
                 its own network."
            )),
            None => Ok(text.to_owned()),
        },
        Some(Kind::Instance) => Ok(text.to_owned()),
        None => refuse(format!(
            "{text:?} is neither an IP address nor an instance id. A load balancer does not \
             resolve names: give the address itself."
        )),
    }
}

/// The one spelling of an address; instance ids have but one.
pub fn canonical(text: &str) -> String {
    match text.parse::<IpAddr>() {
        Ok(address) => address.to_string(),
        Err(_) => text.to_owned(),
    }
}

fn unreachable(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) if v4.is_unspecified() || v4.octets()[0] == 0 => {
            Some("an unspecified address")
        }
        IpAddr::V4(v4) if v4.is_loopback() => Some("a loopback address"),
        IpAddr::V4(v4) if v4.is_link_local() => Some("a link-local address"),
        IpAddr::V4(v4) if v4.is_multicast() => Some("a multicast address"),
        IpAddr::V4(v4) if v4 == Ipv4Addr::BROADCAST => Some("the broadcast address"),
        IpAddr::V4(_) => None,
        IpAddr::V6(v6) if v6.is_unspecified() => Some("an unspecified address"),
        IpAddr::V6(v6) if v6.is_loopback() => Some("a loopback address"),
        IpAddr::V6(v6) if v6.is_unicast_link_local() => Some("a link-local address"),
        IpAddr::V6(v6) if v6.is_multicast() => Some("a multicast address"),
        IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some() => {
            Some("an IPv4 address in IPv6 clothing (write it as IPv4)")
        }
        IpAddr::V6(_) => None,
    }
}
