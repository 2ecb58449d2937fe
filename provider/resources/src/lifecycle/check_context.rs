//! What a check of a preflight goes by.

use engine::model::{Observed, Survey};

/// One configuration beside what was found around it.
pub struct CheckContext<'a, A> {
    pub config: &'a A,
    pub region: &'a str,
    pub survey: &'a Survey,
    /// Owner of the path, or of the one that it replaces; empty where nothing was kept of it.
    pub owner: &'a str,
    /// What was kept of it.
    pub observed: Option<&'a Observed>,
    /// Is the path yet to be made, as far as this plan goes?
    pub is_new: bool,
}
