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
/// attribute than `attribute["key"]`. So the path is cut to what every Terraform can show, and the detail then
/// begins with the whole path.
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
    let detail = match shown.len() == diagnostic.path.steps().len() {
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
