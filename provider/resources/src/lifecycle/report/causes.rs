//! One cause, one message: steps that failed for the same reason are told of together.

use std::collections::BTreeMap;

use tfplugin::Path;

use engine::reconcile::{CloudError, ErrorKind, Step};

/// Steps that one cause stopped.
pub(super) struct Group<'a> {
    /// The first one's: the others say the same.
    pub(super) error: &'a CloudError,
    pub(super) steps: Vec<&'a Step>,
}

/// In the order in which the causes first show.
pub(super) fn grouped<'a>(
    failed: impl IntoIterator<Item = &'a (Step, CloudError)>,
) -> Vec<Group<'a>> {
    let mut groups: Vec<(Cause, Group<'a>)> = Vec::new();
    for (step, error) in failed {
        let cause = Cause::of(error);
        match groups.iter_mut().find(|(it, _)| *it == cause) {
            Some((_, group)) => group.steps.push(step),
            None => groups.push((
                cause,
                Group {
                    error,
                    steps: vec![step],
                },
            )),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// What makes two errors the same to people.
#[derive(PartialEq, Eq)]
struct Cause {
    kind: ErrorKind,
    operation: String,
    code: String,
    words: String,
}

impl Cause {
    fn of(error: &CloudError) -> Cause {
        let (operation, code, words) = match error.kind {
            // Whatever was called, these credentials were refused.
            ErrorKind::Credentials => Default::default(),
            // The words hold the object's name, and at EC2 a secret that differs each time.
            ErrorKind::Denied => (error.operation.as_str(), error.code.as_str(), String::new()),
            // The network and AWS itself, whatever was called.
            ErrorKind::Throttled | ErrorKind::Unavailable => {
                ("", error.code.as_str(), skeleton(&error.message))
            }
            _ => (
                error.operation.as_str(),
                error.code.as_str(),
                skeleton(&error.message),
            ),
        };
        Cause {
            kind: error.kind,
            // Where we say it, it names the object.
            operation: skeleton(operation),
            code: code.to_owned(),
            words,
        }
    }
}

/// The words without what names one object: whatever has a digit in it.
fn skeleton(message: &str) -> String {
    let words = message.split_whitespace().map(|word| {
        let is_name = word.contains(|letter: char| letter.is_ascii_digit());
        if is_name { "#" } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What the steps would have done, briefly: `create the target group of broker 1, 2, 4 to 49`.
pub(super) fn listed(steps: &[&Step]) -> String {
    let mut kinds: Vec<(String, Vec<u32>)> = Vec::new();
    for step in steps {
        let words = step.in_words();
        let (words, number) = match words.rsplit_once(' ') {
            Some((before, last)) => match last.parse::<u32>() {
                Ok(number) => (before.to_owned(), Some(number)),
                Err(_) => (words, None),
            },
            None => (words, None),
        };
        let at = kinds.iter().position(|(kind, _)| *kind == words);
        let at = at.unwrap_or_else(|| {
            kinds.push((words, Vec::new()));
            kinds.len() - 1
        });
        kinds[at].1.extend(number);
    }
    let told = kinds.into_iter().map(|(words, numbers)| {
        if numbers.is_empty() {
            words
        } else {
            format!("{words} {}", spans(numbers))
        }
    });
    told.collect::<Vec<_>>().join("; ")
}

/// `1, 2, 4 to 49`.
fn spans(mut numbers: Vec<u32>) -> String {
    numbers.sort_unstable();
    numbers.dedup();
    let mut spans: BTreeMap<u32, u32> = BTreeMap::new();
    let mut first = None;
    for number in numbers {
        let begun = match first {
            Some(begun) if spans.get(&begun).is_some_and(|last| last + 1 == number) => begun,
            _ => number,
        };
        spans.insert(begun, number);
        first = Some(begun);
    }
    let told = spans.into_iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first} to {last}"),
    });
    told.collect::<Vec<_>>().join(", ")
}

/// The argument that all of them are about: as much as their paths have in common.
pub(super) fn common(mut paths: impl Iterator<Item = Path>) -> Path {
    let first = paths.next().unwrap_or_default();
    paths.fold(first, |common, path| match common == path {
        true => common,
        false => match (root(&common), root(&path)) {
            (Some(a), Some(b)) if a == b => Path::of(a),
            // Of several arguments, the first.
            _ => common,
        },
    })
}

/// The argument, or its root, if all are about one; none otherwise.
pub(super) fn shared(paths: impl Iterator<Item = Path>) -> Path {
    let paths: Vec<Path> = paths.collect();
    let roots: Vec<Option<String>> = paths.iter().map(root).collect();
    match roots.iter().all(|it| *it == roots[0]) {
        true => common(paths.into_iter()),
        false => Path::root(),
    }
}

fn root(path: &Path) -> Option<String> {
    let text = path.to_string();
    let root = text.split(['.', '[']).next()?;
    (!root.is_empty()).then(|| root.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::model::{Key, Role, Slot};
    use engine::reconcile::Write;

    fn delete(slot: Slot) -> Step {
        Step {
            key: Key::only(slot),
            write: Write::Delete,
        }
    }

    fn error(operation: &str, kind: ErrorKind, code: &str, message: &str) -> CloudError {
        CloudError {
            operation: operation.to_owned(),
            kind,
            code: code.to_owned(),
            message: message.to_owned(),
            request_id: Some("r".to_owned()),
        }
    }

    #[test]
    fn steps_of_one_cause_are_listed_briefly() {
        let steps: Vec<Step> = [1, 2, 4, 5, 6, 9]
            .map(|id| delete(Slot::TargetGroup(Role::Broker(id))))
            .into_iter()
            .chain([delete(Slot::Listener(6001)), delete(Slot::Service)])
            .collect();
        let steps: Vec<&Step> = steps.iter().collect();
        assert_eq!(
            listed(&steps),
            "delete the target group of broker 1, 2, 4 to 6, 9; delete the listener on port 6001; \
             delete the endpoint service"
        );
    }

    #[test]
    fn one_cause_is_one_group_whatever_it_stopped() {
        let refused = |operation: &str, kind, code: &str, message: &str| {
            let step = delete(Slot::Service);
            (step, error(operation, kind, code, message))
        };
        use ErrorKind::{Credentials, Denied, Invalid, Unavailable};
        let all = [
            refused(
                "CreateTargetGroup",
                Invalid,
                "TooManyTargetGroups",
                "reached",
            ),
            refused(
                "CreateTargetGroup",
                Invalid,
                "TooManyTargetGroups",
                "reached",
            ),
            refused("A", Credentials, "ExpiredToken", "The token is expired"),
            refused("B", Credentials, "RequestExpired", "Request has expired."),
            refused("CreateListener", Denied, "AccessDenied", "on arn:1"),
            refused("CreateListener", Denied, "AccessDenied", "on arn:2"),
            refused("DeleteListener", Denied, "AccessDenied", "on arn:2"),
            refused("A", Unavailable, "", "h cannot be reached"),
            refused("B", Unavailable, "", "h cannot be reached"),
            refused("A", Invalid, "Invalid", "the group sg-1 is bad"),
            refused("A", Invalid, "Invalid", "the group sg-2 is bad"),
            refused("A", Invalid, "Invalid", "something else"),
        ];
        let sizes: Vec<usize> = grouped(&all).iter().map(|it| it.steps.len()).collect();
        assert_eq!(sizes, [2, 2, 2, 1, 2, 2, 1]);
    }
}
