//! The certificate of TLS listeners, as far as its ARN tells: the provider does not call ACM.

use tfplugin::{Diagnostic, Path};

use super::Case;
use crate::{
    config::arn::{Arn, is_account},
    finding::warning,
};

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/tls-listener-certificates.html>
pub(super) fn is_of_this_account(case: &Case<'_>) -> Vec<Diagnostic> {
    let text = case.config.listener.certificate_arn.known();
    let (Some(text), Some(account)) =
        (text.and_then(Option::as_deref), case.survey.account.known())
    else {
        return Vec::new();
    };
    match Arn::parse(text) {
        Some(arn) if is_account(arn.account) && is_account(account) && arn.account != account => {
            vec![warning(
                Path::of("listener").attribute("certificate_arn"),
                "Certificate of another account",
                format!(
                    "The certificate belongs to account {}, and these credentials to {account}: a \
                     load balancer uses certificates of its own account. Request or import it in \
                     {account} too.",
                    arn.account
                ),
            )]
        }
        _ => Vec::new(),
    }
}
