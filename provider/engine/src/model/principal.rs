//! Whom a principal of an endpoint service lets in.

use crate::model::Maybe;

/// Whether the principal may let this account in, by all that is known of it.
///
/// AWS names the account of a connection and nothing more, so that any user or role stands for its
/// account. `*` is everybody. Which accounts belong to an organization or one of its units, and from
/// which ones its services connect, only AWS knows, and a principal that is yet to be decided may be
/// any.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions>
pub fn may_cover(principal: &Maybe<String>, account: &str) -> bool {
    let Maybe::Known(principal) = principal else {
        return true;
    };
    // arn:partition:service:region:account:resource
    let mut parts = principal.split(':').skip(2);
    match (parts.next(), parts.nth(1)) {
        (Some("iam"), Some(owner)) => owner == account,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_covered_by_itself_and_by_what_could_contain_it() {
        const ACCOUNT: &str = "210987654321";
        for (principal, covered) in [
            ("*", true),
            ("arn:aws:iam::210987654321:root", true),
            ("arn:aws-cn:iam::210987654321:role/reader", true),
            ("arn:aws:iam::210987654321:user/eve", true),
            ("arn:aws:iam::111111111111:root", false),
            ("arn:aws:iam::111111111111:role/210987654321", false),
            ("arn:aws:organizations::111111111111:ou/o-a/ou-b", true),
            ("arn:aws:organizations::111111111111:organization/o-a", true),
            ("vpce.amazonaws.com", true),
            // What is left of a role that was deleted.
            ("AROAEXAMPLE", true),
        ] {
            assert_eq!(
                may_cover(&principal.into(), ACCOUNT),
                covered,
                "{principal}"
            );
        }
        assert!(may_cover(&Maybe::Unknown, ACCOUNT));
    }
}
