//! How often a call is repeated, and how, by the configuration or the environment.
//!
//! Read here and not by the SDK, which takes three attempts for "nobody said so", and panics at
//! what is not a number.

use std::env;

use aws_config::SdkConfig;
use aws_types::service_config::ServiceConfigKey;

use super::{RetryMode, Settings};

/// Retries after the first attempt: `max_retries`, or AWS_MAX_ATTEMPTS or the profile's
/// `max_attempts` less one. `None` where nobody said how many. An error is a sentence about what is
/// not a number.
pub(super) fn retries(settings: &Settings, config: &SdkConfig) -> Result<Option<u32>, String> {
    if let Some(retries) = settings.max_retries {
        return Ok(Some(retries));
    }
    said(config, "AWS_MAX_ATTEMPTS", "max_attempts")
        .map(|(place, attempts)| after_the_first(&place, &attempts))
        .transpose()
}

/// `retry_mode`, AWS_RETRY_MODE or the profile's.
pub(super) fn mode(settings: &Settings, config: &SdkConfig) -> Result<RetryMode, String> {
    if let Some(mode) = settings.retry_mode {
        return Ok(mode);
    }
    match said(config, "AWS_RETRY_MODE", "retry_mode") {
        Some((place, mode)) => named(&place, &mode),
        None => Ok(RetryMode::Standard),
    }
}

/// A setting, and who made it: the environment, or else the profile in use.
fn said(config: &SdkConfig, variable: &str, setting: &str) -> Option<(String, String)> {
    if let Some(text) = env::var(variable).ok().filter(|it| !it.trim().is_empty()) {
        return Some((variable.to_owned(), text));
    }
    // No variable has this name: it was looked at before.
    let key = ServiceConfigKey::builder().service_id("none");
    let key = key.profile(setting).env("KAFKA_PRIVATELINK_NONE");
    let text = config.service_config()?.load_config(key.build().ok()?)?;
    Some((format!("{setting} of the AWS profile"), text))
}

fn after_the_first(place: &str, attempts: &str) -> Result<u32, String> {
    match attempts.trim().parse::<u32>() {
        Ok(attempts @ 1..) => Ok(attempts - 1),
        _ => Err(format!(
            "{place} is {attempts:?}, which is not a number of attempts: give 1 or more, or leave \
             it out."
        )),
    }
}

fn named(place: &str, mode: &str) -> Result<RetryMode, String> {
    match mode.trim().to_lowercase().as_str() {
        // The first SDKs' way, which this one has not.
        "standard" | "legacy" => Ok(RetryMode::Standard),
        "adaptive" => Ok(RetryMode::Adaptive),
        _ => Err(format!(
            "{place} is {mode:?}, which is no retry mode: give \"standard\" or \"adaptive\", or leave \
             it out."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_counted_from_the_first() {
        for (attempts, retries) in [("1", 0), ("2", 1), ("3", 2), (" 4 ", 3)] {
            assert_eq!(after_the_first("X", attempts), Ok(retries), "{attempts}");
        }
        for wrong in ["0", "-1", "many", "1.5"] {
            let told = after_the_first("X", wrong).unwrap_err();
            assert!(told.contains(wrong) && told.starts_with("X is"), "{told}");
        }
    }

    #[test]
    fn modes_are_named() {
        assert_eq!(named("X", "Adaptive"), Ok(RetryMode::Adaptive));
        assert_eq!(named("X", "legacy"), Ok(RetryMode::Standard));
        let told = named("X", "often").unwrap_err();
        assert!(
            told.contains("\"often\"") && told.contains("adaptive"),
            "{told}"
        );
    }

    #[test]
    fn the_argument_wins() {
        let config = SdkConfig::builder().build();
        let four = Settings {
            max_retries: Some(4),
            retry_mode: Some(RetryMode::Adaptive),
            ..Settings::default()
        };
        assert_eq!(retries(&four, &config), Ok(Some(4)));
        assert_eq!(mode(&four, &config), Ok(RetryMode::Adaptive));
    }
}
