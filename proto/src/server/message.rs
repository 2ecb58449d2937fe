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

/// Older versions of Terraform show no place at all for a path that goes further into a nested
/// attribute than `attribute["key"]`. So the path is cut to what every Terraform can show, and the
/// detail begins with the whole path.
fn diagnostic(diagnostic: Diagnostic) -> pb::Diagnostic {
    let whole = path(&diagnostic.path);
    let shown = whole
        .steps
        .iter()
        .enumerate()
        .take_while(|(depth, step)| match step.selector {
            Some(Selector::AttributeName(_)) => *depth == 0,
            Some(Selector::ElementKeyString(_)) => *depth == 1,
            Some(Selector::ElementKeyInt(_)) | None => false,
        })
        .map(|(_, step)| step.clone())
        .collect::<Vec<_>>();
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
        attribute: (!shown.is_empty()).then_some(pb::AttributePath { steps: shown }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    fn shown(path: Path) -> (usize, String) {
        let message = diagnostic(Diagnostic::error("Wrong", "It is.").at(path));
        (
            message.attribute.map_or(0, |path| path.steps.len()),
            message.detail,
        )
    }

    #[test]
    fn paths_are_cut_to_what_every_terraform_shows() {
        let broker = || Path::of("brokers").key("3");
        assert_eq!(shown(Path::root()), (0, "It is.".to_owned()));
        assert_eq!(shown(Path::of("name")), (1, "name: It is.".to_owned()));
        assert_eq!(shown(broker()), (2, r#"brokers["3"]: It is."#.to_owned()));
        let port = broker().attribute("port");
        assert_eq!(shown(port), (2, r#"brokers["3"].port: It is."#.to_owned()));
        let vpc = Path::of("endpoint").attribute("vpc_id");
        assert_eq!(shown(vpc), (1, "endpoint.vpc_id: It is.".to_owned()));
        let role = Path::of("assume_role").index(0).attribute("arn");
        assert_eq!(shown(role), (1, "assume_role[0].arn: It is.".to_owned()));
        let principal = Path::of("principals").element("*".into());
        assert_eq!(
            shown(principal),
            (1, r#"principals["*"]: It is."#.to_owned())
        );
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
