//! Security groups that the resource manages itself.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use super::{
    field,
    wording::{Wording, list},
};
use crate::model::{Generation, Key, Maybe, tags::Tags};

/// A security group of ours: the load balancer's, or the interface endpoint's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityGroup {
    pub name: String,
    pub vpc: Maybe<String>,
    pub rules: BTreeSet<Rule>,
    pub tags: Tags,
}

/// One rule of a security group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Rule {
    /// TCP from one source to the ports `from..=to`.
    Ingress {
        from: u16,
        to: u16,
        /// The first states knew CIDR blocks alone.
        #[serde(rename = "cidr")]
        source: Source,
    },
    /// Everything to everywhere over IPv4, as every new group has it. The IPv6 twin that AWS adds
    /// in a VPC with an IPv6 block counts as a part of it.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>
    EgressAll,
    /// Anything else, put there by somebody else: AWS's rule id and what it says.
    Other {
        id: String,
        egress: bool,
        text: String,
    },
}

/// Who may open connections by a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Source {
    /// The network interfaces of a security group of this account, by its id.
    SecurityGroup(Maybe<String>),
    /// The CIDR blocks of a prefix list, by its id.
    PrefixList(Maybe<String>),
    #[serde(untagged)]
    Block(Maybe<String>),
}

/// A group that an object is in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum GroupRef {
    Managed(Key),
    Given(Maybe<String>),
}

/// A call that changes the rules of a group. Ingress and egress are different calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// `AuthorizeSecurityGroupIngress` or `-Egress`.
    Authorize(BTreeSet<Rule>),
    /// `RevokeSecurityGroupIngress` or `-Egress`.
    Revoke(BTreeSet<Rule>),
}

/// The calls that lead from `seen` to `wanted`.
pub fn diff(wanted: &SecurityGroup, seen: &SecurityGroup) -> Vec<Change> {
    let calls = |rules: BTreeSet<Rule>, change: fn(BTreeSet<Rule>) -> Change| {
        let (ingress, egress): (BTreeSet<Rule>, BTreeSet<Rule>) =
            rules.into_iter().partition(Rule::is_ingress);
        let calls = [ingress, egress].into_iter();
        calls.filter(|rules| !rules.is_empty()).map(change)
    };
    calls(&wanted.rules - &seen.rules, Change::Authorize)
        .chain(calls(&seen.rules - &wanted.rules, Change::Revoke))
        .collect()
}

impl Change {
    /// Brings the group to what it is after the call.
    pub fn apply(&self, group: &mut SecurityGroup) {
        match self {
            Change::Authorize(rules) => group.rules.extend(rules.clone()),
            Change::Revoke(rules) => group.rules.retain(|rule| !rules.contains(rule)),
        }
    }

    pub(super) fn wording(&self, of: Key) -> Wording {
        let object = of.slot.called();
        match self {
            Change::Authorize(rules) => Wording {
                line: format!("open {of}: {}", list(rules)),
                action: format!("open ports of {object}"),
                defect: format!("does not allow {}", list(rules)),
            },
            Change::Revoke(rules) => Wording {
                line: format!("close {of}: {}", list(rules)),
                action: format!("close ports of {object}"),
                defect: format!("also allows {}", list(rules)),
            },
        }
    }
}

impl SecurityGroup {
    /// A group never leaves its VPC.
    pub fn generation(&self) -> Generation {
        Generation::of([field(&self.vpc)])
    }

    /// The call takes name, VPC and tags. AWS adds the rule that allows all egress.
    pub fn newborn(&self) -> SecurityGroup {
        SecurityGroup {
            rules: BTreeSet::from([Rule::EgressAll]),
            ..self.clone()
        }
    }
}

impl Rule {
    fn is_ingress(&self) -> bool {
        match self {
            Rule::Ingress { .. } => true,
            Rule::EgressAll => false,
            Rule::Other { egress, .. } => !egress,
        }
    }
}

impl GroupRef {
    pub fn managed(&self) -> Option<Key> {
        match self {
            GroupRef::Managed(key) => Some(*key),
            GroupRef::Given(_) => None,
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Ingress { from, to, source } if from == to => {
                write!(f, "tcp {from} from {source}")
            }
            Rule::Ingress { from, to, source } => write!(f, "tcp {from}-{to} from {source}"),
            Rule::EgressAll => f.write_str("all egress"),
            Rule::Other { text, .. } => f.write_str(text),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Source::SecurityGroup(it) | Source::PrefixList(it) | Source::Block(it)) = self;
        it.fmt(f)
    }
}

impl fmt::Display for GroupRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GroupRef::Managed(key) => key.fmt(f),
            GroupRef::Given(id) => id.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_rule_of_before_is_one_of_a_block() {
        let kept = r#"{"Ingress":{"from":9091,"to":9091,"cidr":{"Known":"10.1.0.0/16"}}}"#;
        let of = |source| Rule::Ingress {
            from: 9091,
            to: 9091,
            source,
        };
        let block = of(Source::Block("10.1.0.0/16".into()));
        assert_eq!(serde_json::from_str::<Rule>(kept).unwrap(), block);
        assert_eq!(serde_json::to_string(&block).unwrap(), kept);
        for source in [
            Source::SecurityGroup("sg-1".into()),
            Source::PrefixList("pl-1".into()),
            Source::Block(Maybe::Unknown),
            Source::PrefixList(Maybe::Unknown),
        ] {
            let text = serde_json::to_string(&of(source.clone())).unwrap();
            assert_eq!(serde_json::from_str::<Rule>(&text).unwrap(), of(source));
        }
    }
}
