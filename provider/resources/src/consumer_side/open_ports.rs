//! Rules of the endpoint's managed security group: exactly the listeners' ports.

use std::collections::BTreeSet;

use engine::model::object::{Rule, security_group::Source};

/// One rule for each range of ports and each source, and the egress that every new group has.
pub(super) fn rules(ports: &BTreeSet<u16>, sources: &BTreeSet<Source>) -> BTreeSet<Rule> {
    let mut rules = BTreeSet::from([Rule::EgressAll]);
    for (from, to) in ranges(ports) {
        rules.extend(sources.iter().map(|source| Rule::Ingress {
            from,
            to,
            source: source.clone(),
        }));
    }
    rules
}

/// Neighbouring ports merged. A group has 60 inbound rules by default, fewer than a path may have
/// ports.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>
pub(super) fn ranges(ports: &BTreeSet<u16>) -> Vec<(u16, u16)> {
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for port in ports {
        match ranges.last_mut() {
            Some((_, to)) if to.checked_add(1) == Some(*port) => *to = *port,
            _ => ranges.push((*port, *port)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_range() {
        let ports = BTreeSet::from([9091, 6001, 6002, 6003, 6005, u16::MAX]);
        let expected = vec![
            (6001, 6003),
            (6005, 6005),
            (9091, 9091),
            (u16::MAX, u16::MAX),
        ];
        assert_eq!(ranges(&ports), expected);
    }

    #[test]
    fn each_range_is_open_to_each_source() {
        let sources = BTreeSet::from([
            Source::Block("10.1.0.0/16".into()),
            Source::SecurityGroup("sg-1".into()),
        ]);
        let rules = rules(&BTreeSet::from([6001, 6002, 9091]), &sources);
        let lines: Vec<String> = rules.iter().map(Rule::to_string).collect();
        let expected = [
            "tcp 6001-6002 from sg-1",
            "tcp 6001-6002 from 10.1.0.0/16",
            "tcp 9091 from sg-1",
            "tcp 9091 from 10.1.0.0/16",
            "all egress",
        ];
        assert_eq!(lines, expected);
    }
}
