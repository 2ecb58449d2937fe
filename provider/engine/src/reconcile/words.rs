//! A step in people's words.

use super::{Step, Write};

impl Step {
    /// What it does: `create the listener on port 6003`.
    pub fn in_words(&self) -> String {
        let object = self.key.slot.called();
        match &self.write {
            Write::Create(_) => format!("create {object}"),
            Write::Delete => format!("delete {object}"),
            Write::Tag { .. } => format!("tag {object}"),
            Write::Authorize(_) => format!("open ports of {object}"),
            Write::Revoke(_) => format!("close ports of {object}"),
            Write::SetSubnets(_) => format!("set the subnets of {object}"),
            Write::SetSecurityGroups { .. } => format!("set the security groups of {object}"),
            Write::SetIpAddressType(_) => format!("set the address type of {object}"),
            Write::SetLoadBalancerAttributes { .. } | Write::SetGroupAttributes(_) => {
                format!("set attributes of {object}")
            }
            Write::SetHealthCheck(_) => format!("set the health check of {object}"),
            Write::Register(_) => format!("register targets in {object}"),
            Write::Deregister(_) => format!("deregister targets from {object}"),
            Write::SetListener { .. } | Write::SetService(_) | Write::SetEndpoint(_) => {
                format!("change {object}")
            }
            Write::SetIdleTimeout(_) => format!("set the idle timeout of {object}"),
            Write::SetPrincipals { .. } => format!("set the allowed principals of {object}"),
            Write::LearnZones => format!("let {object} serve the load balancer's new zones"),
            Write::RejectConnections(_) => format!("reject connections to {object}"),
            Write::Accept => format!("accept {object}"),
            Write::Overwrite(_) => format!("take over the hostname for {object}"),
            Write::Point(_) => format!("point {object} at the endpoint"),
        }
    }
}
