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

pub(super) fn diagnostics(diagnostics: Diagnostics) -> Vec<pb::Diagnostic> {
    diagnostics.into_iter().map(diagnostic).collect()
}

/// Terraform looks for the line of a path in the configuration as it is written, and panics at a key
/// step when a key of the object there is written as a number, `1 = {...}`, as its own generators
/// write it (`key.AsString()`: internal/tfdiags/contextual.go, every Terraform up to 1.17 and OpenTofu
/// up to 1.12). Newer ones read an attribute step into an object in the same way; older ones look for
/// it in the resource itself, where it may mean another attribute. So a message names the attribute at
/// the root and nothing in it, and the detail begins with the whole path.
fn diagnostic(diagnostic: Diagnostic) -> pb::Diagnostic {
    let attribute = match diagnostic.path.steps().first() {
        Some(Step::Attribute(name)) => Some(path(&Path::of(name))),
        _ => None,
    };
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
