//! Why a value and a type, or bytes and a type, do not fit.

use crate::path::{Path, Step};
use crate::value::Value;

/// Something at `path` does not fit the type that the schema gives it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", place(.path))]
pub struct ValueError {
    /// Where, from the root of the value.
    pub path: Path,
    /// What is wrong there, without a capital letter or full stop.
    pub message: String,
}

fn place(path: &Path) -> String {
    if path.steps().is_empty() {
        String::new()
    } else {
        format!("{path}: ")
    }
}

impl ValueError {
    pub(crate) fn new(message: impl Into<String>) -> ValueError {
        ValueError {
            path: Path::root(),
            message: message.into(),
        }
    }

    /// The same error seen from one level further out. Paths grow from the inside, so that nothing
    /// is allocated for them where all is well.
    pub(crate) fn inside(mut self, step: Step) -> ValueError {
        self.path.prepend(step);
        self
    }

    pub(crate) fn attribute(self, name: &str) -> ValueError {
        self.inside(Step::Attribute(name.to_owned()))
    }

    pub(crate) fn key(self, key: &str) -> ValueError {
        self.inside(Step::Key(key.to_owned()))
    }

    pub(crate) fn index(self, index: usize) -> ValueError {
        self.inside(Step::Index(index as u64))
    }

    pub(crate) fn element(self, element: &Value) -> ValueError {
        self.inside(Step::Element(Box::new(element.clone())))
    }
}
