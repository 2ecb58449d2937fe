//! Paths, diagnostics and capabilities as messages.

use crate::path::Step;
use crate::wire::tfplugin6 as pb;
use crate::wire::tfplugin6::attribute_path::step::Selector;
use crate::{ClientCapabilities, Diagnostic, Diagnostics, Path, RequestContext, Severity};

pub(super) fn context(capabilities: Option<pb::ClientCapabilities>) -> RequestContext {
    let capabilities = capabilities.unwrap_or_default();
    RequestContext {
        client: ClientCapabilities {
            deferral_allowed: capabilities.deferral_allowed,
            write_only_attributes_allowed: capabilities.write_only_attributes_allowed,
        },
        ..RequestContext::default()
    }
}

/// The path as far as a message can say it: up to the first element of a set.
pub(super) fn path(path: &Path) -> pb::AttributePath {
    let selectors = path.steps().iter().map_while(|step| match step {
        Step::Attribute(name) => Some(Selector::AttributeName(name.clone())),
        Step::Key(key) => Some(Selector::ElementKeyString(key.clone())),
        Step::Index(index) => i64::try_from(*index).ok().map(Selector::ElementKeyInt),
        Step::Element(_) => None,
    });
    let steps = selectors.map(|selector| pb::attribute_path::Step {
        selector: Some(selector),
    });
    pb::AttributePath {
        steps: steps.collect(),
    }
}

/// Terraform prints the source of the whole argument with every message, so that each invalid element
/// of a collection of thousands costs thousands of lines.
const MOST_OF_AN_ARGUMENT: usize = 20;

pub(super) fn diagnostics(diagnostics: Diagnostics) -> Vec<pb::Diagnostic> {
    shortened(diagnostics).map(diagnostic).collect()
}

/// The first messages of each severity about each argument, then one that counts the others.
fn shortened(diagnostics: Diagnostics) -> impl Iterator<Item = Diagnostic> {
    let mut told: Vec<(Severity, Path, usize)> = Vec::new();
    let mut shown = Vec::new();
    for diagnostic in diagnostics {
        let argument = argument(&diagnostic.path);
        let same = |(severity, path, _): &(Severity, Path, usize)| {
            *severity == diagnostic.severity && *path == argument
        };
        let place = match told.iter().position(same) {
            Some(place) => place,
            None => {
                told.push((diagnostic.severity, argument, 0));
                told.len() - 1
            }
        };
        told[place].2 += 1;
        if told[place].2 <= MOST_OF_AN_ARGUMENT {
            shown.push(diagnostic);
        } else {
            let Diagnostic { path, detail, .. } = &diagnostic;
            tracing::debug!(%path, summary = diagnostic.summary, "Not shown: {detail}");
        }
    }
    let unshown = told.into_iter().filter_map(|(severity, path, all)| {
        let more = all.checked_sub(MOST_OF_AN_ARGUMENT).filter(|it| *it > 0)?;
        let word = match severity {
            Severity::Error => "errors",
            Severity::Warning => "warnings",
        };
        Some(Diagnostic {
            severity,
            summary: format!("{more} more {word}"),
            detail: format!(
                "The first {MOST_OF_AN_ARGUMENT} are shown; with TF_LOG_PROVIDER=debug all are in \
                 the log."
            ),
            path,
        })
    });
    shown.into_iter().chain(unshown)
}

/// The attribute at the root that a path leads into; the root itself where it leads into none.
fn argument(path: &Path) -> Path {
    match path.steps().first() {
        Some(Step::Attribute(name)) => Path::of(name),
        _ => Path::root(),
    }
}

/// Terraform looks for the line of a path in the configuration as it is written, and panics at a key
/// step when a key of the object there is written as a number, `1 = {...}`, as its own generators
/// write it (`key.AsString()`: internal/tfdiags/contextual.go, every Terraform up to 1.17 and OpenTofu
/// up to 1.12). Newer ones read an attribute step into an object in the same way; older ones look for
/// it in the resource itself, where it may mean another attribute. So a message names the attribute at
/// the root and nothing in it, and the detail begins with the whole path.
fn diagnostic(diagnostic: Diagnostic) -> pb::Diagnostic {
    let argument = argument(&diagnostic.path);
    let attribute = (!argument.steps().is_empty()).then(|| path(&argument));
    let detail = match diagnostic.path.steps().is_empty() {
        true => diagnostic.detail,
        false => format!("{}: {}", diagnostic.path, diagnostic.detail),
    };
    let severity = match diagnostic.severity {
        Severity::Error => pb::diagnostic::Severity::Error,
        Severity::Warning => pb::diagnostic::Severity::Warning,
    };
    pb::Diagnostic {
        severity: severity.into(),
        summary: diagnostic.summary,
        detail,
        attribute,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    fn sent(path: Path) -> (Vec<Selector>, String) {
        let message = diagnostic(Diagnostic::error("Wrong", "It is.").at(path));
        let steps = message.attribute.map_or_else(Vec::new, |path| path.steps);
        let selectors = steps.into_iter().map(|step| step.selector.unwrap());
        (selectors.collect(), message.detail)
    }

    #[test]
    fn a_message_names_the_attribute_at_the_root_and_nothing_in_it() {
        let attribute = |name: &str| vec![Selector::AttributeName(name.to_owned())];
        assert_eq!(sent(Path::root()), (Vec::new(), "It is.".to_owned()));
        assert_eq!(sent(Path::root().key("3")).0, Vec::new());
        let broker = || Path::of("brokers").key("3");
        for (path, root, detail) in [
            (Path::of("name"), "name", "name: It is."),
            (broker(), "brokers", r#"brokers["3"]: It is."#),
            (
                broker().attribute("port"),
                "brokers",
                r#"brokers["3"].port: It is."#,
            ),
            (
                Path::of("endpoint").attribute("vpc_id"),
                "endpoint",
                "endpoint.vpc_id: It is.",
            ),
            (
                Path::of("assume_role").index(0).attribute("arn"),
                "assume_role",
                "assume_role[0].arn: It is.",
            ),
            (
                Path::of("principals").element("*".into()),
                "principals",
                r#"principals["*"]: It is."#,
            ),
        ] {
            assert_eq!(sent(path), (attribute(root), detail.to_owned()));
        }
    }

    #[test]
    fn of_thousands_of_errors_in_one_argument_the_first_are_shown() {
        let principal = |text: String| Path::of("principals").element(text.as_str().into());
        let wrong = |index: usize| {
            Diagnostic::error(format!("Wrong {index}"), "").at(principal(index.to_string()))
        };
        let mut all: Diagnostics = (0..30_000).map(wrong).collect();
        all.push(Diagnostic::warning("Odd", "").at(principal("x".to_owned())));
        all.push(Diagnostic::error("No subnet", "").at("subnets"));
        let summaries = |all| {
            let sent = diagnostics(all).into_iter();
            sent.map(|it| it.summary).collect::<Vec<_>>()
        };
        let mut expected: Vec<String> = (0..20).map(|index| format!("Wrong {index}")).collect();
        expected.extend(["Odd", "No subnet", "29980 more errors"].map(str::to_owned));
        assert_eq!(summaries(all), expected);
        let few: Diagnostics = (0..20).map(wrong).collect();
        assert_eq!(summaries(few).len(), 20);
    }

    #[test]
    fn replacement_paths_go_to_their_end_or_to_a_set() {
        assert_eq!(
            path(&Path::of("a").index(1).attribute("b").key("c"))
                .steps
                .len(),
            4
        );
        assert_eq!(
            path(&Path::of("a").element(Value::Null).attribute("b"))
                .steps
                .len(),
            1
        );
    }
}
