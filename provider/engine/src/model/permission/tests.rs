use std::{env, fs, path::PathBuf};

use super::*;

#[test]
fn the_list_is_in_order_and_names_each_action_once() {
    let actions: Vec<&str> = PERMISSIONS.iter().map(|it| it.action).collect();
    assert!(actions.is_sorted_by(|a, b| a < b), "{actions:#?}");
    let listener = Some("elasticloadbalancing:CreateListener");
    assert_eq!(of("CreateListener"), listener);
    assert_eq!(of("Listener"), None);
}

/// The policies in README.md and docs/ are these; `make policy` writes them anew.
#[test]
fn the_documented_policies_are_the_list() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    for page in ["README.md", "docs/guides/iam-policies.md"] {
        let path = root.join(page);
        let before = fs::read_to_string(&path).unwrap();
        let mut after = before.clone();
        for (name, text) in [
            ("plan", plan_policy()),
            ("apply", apply_policy()),
            ("along", along()),
            ("endpoint", endpoint_policy()),
            ("data", data_policy()),
        ] {
            after = filled(&after, name, &text);
        }
        if env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&path, &after).unwrap();
        } else {
            assert!(
                before == after,
                "{page} is not what the list says: run `make policy`"
            );
        }
    }
    let guide = fs::read_to_string(root.join("docs/guides/iam-policies.md")).unwrap();
    assert!(guide.contains("ec2:GetSecurityGroupsForVpc"), "{guide}");
}

/// Fills what stands between two marks; a page without them stays as it is.
fn filled(page: &str, name: &str, text: &str) -> String {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let Some((before, rest)) = page.split_once(&begin) else {
        return page.to_owned();
    };
    let (_, after) = rest.split_once(&end).unwrap();
    format!("{before}{begin}{text}{end}{after}")
}

fn actions(is_wanted: impl Fn(Needed) -> bool) -> Vec<&'static str> {
    chosen(|it| is_wanted(it.needed))
}

fn chosen(is_wanted: impl Fn(&Permission) -> bool) -> Vec<&'static str> {
    let wanted = PERMISSIONS.iter().filter(|it| is_wanted(it));
    wanted.map(|it| it.action).collect()
}

fn plan_policy() -> String {
    policy(&[("Planned", actions(|it| it == Needed::ToPlan))])
}

fn apply_policy() -> String {
    policy(&[
        (
            "Called",
            actions(|it| matches!(it, Needed::ToPlan | Needed::ToApply)),
        ),
        (
            "CheckedAlongWithThem",
            actions(|it| matches!(it, Needed::AlongWith(_))),
        ),
    ])
}

fn endpoint_policy() -> String {
    let is_along = |it: &Permission| matches!(it.needed, Needed::AlongWith(_));
    policy(&[
        (
            "Endpoint",
            chosen(|it| it.is_of_consumers() && !is_along(it)),
        ),
        (
            "EndpointAlong",
            chosen(|it| it.is_of_consumers() && is_along(it)),
        ),
    ])
}

fn data_policy() -> String {
    policy(&[("Data", chosen(Permission::is_of_data))])
}

/// Written by hand, in the order in which people write policies.
fn policy(statements: &[(&str, Vec<&str>)]) -> String {
    let statements: Vec<String> = statements
        .iter()
        .map(|(sid, actions)| {
            let actions: Vec<String> = actions.iter().map(|it| format!("{it:?}")).collect();
            let actions = actions.join(",\n        ");
            format!(
                "    {{\n      \"Sid\": {sid:?},\n      \"Effect\": \"Allow\",\n      \
                 \"Resource\": \"*\",\n      \"Action\": [\n        {actions}\n      ]\n    }}"
            )
        })
        .collect();
    let policy = format!(
        "{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n{}\n  ]\n}}",
        statements.join(",\n")
    );
    serde_json::from_str::<serde_json::Value>(&policy).unwrap();
    format!("```json\n{policy}\n```\n")
}

fn along() -> String {
    let lines = PERMISSIONS.iter().filter_map(|it| match it.needed {
        Needed::AlongWith(call) => Some(format!("- `{}`: with {call}\n", it.action)),
        Needed::ToPlan | Needed::ToApply => None,
    });
    lines.collect()
}
