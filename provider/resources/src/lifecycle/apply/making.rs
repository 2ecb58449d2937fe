//! Paths that this process is making.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use tfplugin::{ApplyRequest, Diagnostic, Operation};

use crate::settings::Settings;

type Names = Arc<Mutex<BTreeSet<(String, String)>>>;

/// Region and name of each. Two that begin at once see no endpoint service of each other, by which
/// a path of a taken name is refused otherwise.
#[derive(Clone, Debug, Default)]
pub struct Making(Names);

/// The name is taken for as long as this is there.
#[derive(Debug)]
pub struct Claim(Names, (String, String));

impl Making {
    /// Takes the name of what a request creates; `None` where it creates nothing.
    pub fn claim(
        &self,
        settings: &Settings,
        request: &ApplyRequest,
    ) -> Result<Option<Claim>, Diagnostic> {
        let planned = match (&request.planned, request.operation()) {
            (Some(planned), Operation::Create) => planned,
            _ => return Ok(None),
        };
        let region = planned.get("region").as_str().map(str::to_owned);
        let region = region.or_else(|| settings.region.known()?.clone());
        let (Some(name), Some(region)) = (planned.get("name").as_str(), region) else {
            return Ok(None);
        };
        let claimed = (region, name.to_owned());
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match names.insert(claimed.clone()) {
            true => Ok(Some(Claim(Arc::clone(&self.0), claimed))),
            false => Err(Diagnostic::error(
                format!("Another resource called {name} is being made"),
                format!(
                    "Another resource of this configuration has the same name and the same region, \
                     {}, and this apply is making it. Nothing was made for this one. Give each its \
                     own name.",
                    claimed.0
                ),
            )
            .at("name")),
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.remove(&self.1);
    }
}
