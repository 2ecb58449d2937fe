//! The profile in use, as far as messages need it.

use std::{borrow::Cow, env};

use aws_config::profile;
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_types::os_shim_internal::{Env, Fs};

use super::{
    Settings,
    origin::{NamedBy, Origin},
};

/// What shows that a profile logs in by AWS's single sign-on.
const SSO: [&str; 2] = ["sso_session", "sso_start_url"];

#[derive(Clone, Debug)]
pub(super) struct Profile {
    name: String,
    by: NamedBy,
    sso: bool,
    /// The names of all profiles, where the chosen one is not among them.
    others: Option<Vec<String>>,
}

impl Profile {
    pub(super) async fn read(settings: &Settings, files: Option<&EnvConfigFiles>) -> Profile {
        let variable = env::var("AWS_PROFILE").ok().filter(|it| !it.is_empty());
        let (name, by) = match (&settings.profile, variable) {
            (Some(name), _) => (name.clone(), NamedBy::Argument),
            (None, Some(name)) => (name, NamedBy::Variable),
            (None, None) => ("default".to_owned(), NamedBy::Nobody),
        };
        let standard = EnvConfigFiles::default();
        let files = files.unwrap_or(&standard);
        let chosen = Some(Cow::from(name.clone()));
        let mut profile = Profile {
            name,
            by,
            sso: false,
            others: None,
        };
        // What is wrong with the files, the provider of credentials says.
        if let Ok(all) = profile::load(&Fs::real(), &Env::real(), files, chosen).await {
            match all.get_profile(&profile.name) {
                Some(found) => profile.sso = SSO.iter().any(|it| found.get(it).is_some()),
                None => profile.others = Some(all.profiles().map(str::to_owned).collect()),
            }
        }
        profile
    }

    pub(super) fn origin(&self) -> Origin {
        Origin::Profile {
            name: self.name.clone(),
            by: self.by,
            sso: self.sso,
        }
    }

    /// Why it cannot be used: somebody asked for it, and it does not exist.
    pub(super) fn missing(&self) -> Option<String> {
        let others = self
            .others
            .as_ref()
            .filter(|_| self.by != NamedBy::Nobody)?;
        let mut others: Vec<String> = others.iter().map(|it| format!("{it:?}")).collect();
        others.sort();
        let there = match others.is_empty() {
            true => "they hold no profile at all".to_owned(),
            false => format!("they hold {}", others.join(", ")),
        };
        Some(format!(
            "{} is not in the AWS configuration and credentials files (shared_config_files and \
             shared_credentials_files, AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, or \
             ~/.aws): {there}.",
            self.origin()
        ))
    }
}
