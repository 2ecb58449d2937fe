//! Connections to the endpoint service, whoever made them.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

/// An endpoint, or something else of another account, that is connected to our service or asks to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Connection {
    /// `None` of what is no endpoint, such as a transit gateway: nobody accepts or rejects it by id.
    pub endpoint_id: Option<String>,
    /// AWS's id of the connection itself, where it has one.
    #[serde(default)]
    pub id: Option<String>,
    /// Account id.
    pub owner: String,
    /// AWS's word: `available`, `pendingAcceptance`, `rejected`, ...
    pub state: String,
    /// Of the endpoint, where AWS says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// When the endpoint was made, by RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// Of the endpoint.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub dns_names: BTreeSet<String>,
}

impl Connection {
    /// How AWS calls it.
    pub fn name(&self) -> String {
        match (&self.endpoint_id, &self.id) {
            (Some(endpoint), _) => endpoint.clone(),
            (None, Some(id)) => format!("connection {id} without an endpoint"),
            (None, None) => "a connection without an endpoint".to_owned(),
        }
    }

    /// Whether it is this endpoint's.
    pub fn is_of(&self, endpoint_id: &str) -> bool {
        self.endpoint_id.as_deref() == Some(endpoint_id)
    }

    /// Its owner asked, and nobody has answered yet.
    pub fn waits_for_acceptance(&self) -> bool {
        self.state.eq_ignore_ascii_case("pendingAcceptance")
    }

    /// To be answered, or open: AWS deletes no service that has such a connection. What AWS says
    /// nothing of may be open.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/delete-endpoint-service.html>
    pub fn is_live(&self) -> bool {
        let words = ["available", "pending", "pendingAcceptance", ""];
        words
            .iter()
            .any(|word| word.eq_ignore_ascii_case(&self.state))
    }
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Connection { owner, state, .. } = self;
        write!(f, "{} of account {owner} ({state})", self.name())
    }
}

/// An endpoint and the service that it asks for. AWS has no better name for their connection: its id
/// of one goes with neither call that answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionId {
    /// `vpce-svc-...`
    pub service: String,
    /// `vpce-...`
    pub endpoint: String,
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.service, self.endpoint)
    }
}

/// One endpoint's connection, as the service's owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointConnection {
    /// Account id.
    pub owner: String,
    /// Region of the endpoint, where AWS says it.
    pub region: Option<String>,
    /// AWS's word: `available`, `pendingAcceptance`, `rejected`, ...
    pub state: String,
}
