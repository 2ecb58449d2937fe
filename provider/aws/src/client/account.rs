//! Accounts that the configuration allows or forbids.

use super::Settings;

/// What can be said without a call.
pub(super) fn check_settings(settings: &Settings) -> Result<(), String> {
    if !settings.allowed_account_ids.is_empty() && !settings.forbidden_account_ids.is_empty() {
        return Err("allowed_account_ids and forbidden_account_ids exclude each other".to_owned());
    }
    if matters(settings) && settings.skip_requesting_account_id {
        return Err(
            "allowed_account_ids and forbidden_account_ids need the account id, which \
             skip_requesting_account_id = true keeps us from asking for"
                .to_owned(),
        );
    }
    Ok(())
}

/// Does the account matter to the configuration?
pub(super) fn matters(settings: &Settings) -> bool {
    !settings.allowed_account_ids.is_empty() || !settings.forbidden_account_ids.is_empty()
}

/// Is the account allowed?
pub(super) fn judge(account: &str, settings: &Settings) -> Result<(), String> {
    let forbidden = settings
        .forbidden_account_ids
        .iter()
        .any(|id| id == account);
    let allowed = settings.allowed_account_ids.is_empty()
        || settings.allowed_account_ids.iter().any(|id| id == account);
    match allowed && !forbidden {
        true => Ok(()),
        false => Err(format!(
            "These credentials belong to AWS account {account}, which {} in the provider's \
             configuration. Use other credentials, or change the list.",
            if forbidden {
                "forbidden_account_ids forbids"
            } else {
                "allowed_account_ids does not name"
            }
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_obeyed() {
        let mut settings = Settings {
            allowed_account_ids: vec!["111111111111".to_owned()],
            ..Settings::default()
        };
        assert_eq!(judge("111111111111", &settings), Ok(()));
        assert!(
            judge("222222222222", &settings)
                .unwrap_err()
                .contains("222222222222")
        );
        settings.skip_requesting_account_id = true;
        assert!(check_settings(&settings).is_err());
        let settings = Settings {
            forbidden_account_ids: vec!["222222222222".to_owned()],
            ..Settings::default()
        };
        assert_eq!(judge("111111111111", &settings), Ok(()));
        assert!(
            judge("222222222222", &settings)
                .unwrap_err()
                .contains("forbids")
        );
    }
}
