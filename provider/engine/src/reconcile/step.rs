//! One AWS write, as data.

use std::{collections::BTreeSet, fmt};

use crate::model::{
    Key, Object,
    object::{Alias, Change, ZoneRef, alias::Form},
    tags::Tags,
};

/// A write and the object it is done to. Prints as one line of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub key: Key,
    pub write: Write,
}

/// A step holds everything but ids, which are looked up by key in the observation when it is
/// executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// The bare create call: it takes what [`Object::newborn`] keeps, tags included where AWS
    /// takes them there. Of an alias, a record that must not exist yet.
    Create(Box<Object>),
    /// In one batch of Route 53's, whatever else is at the record's name goes, and it is made.
    Overwrite(Box<Alias>),
    Delete,
    /// Sets and removes tags.
    Tag {
        set: Tags,
        remove: BTreeSet<String>,
    },
    /// A call that only its kind of object knows.
    Change(Change),
}

impl Write {
    /// What AWS holds right after a write that makes an object.
    pub fn created(&self) -> Option<Object> {
        match self {
            Write::Create(object) => Some(object.newborn()),
            Write::Overwrite(alias) => Some(Object::Alias(Alias::clone(alias))),
            Write::Delete | Write::Tag { .. } | Write::Change(_) => None,
        }
    }
}

impl Step {
    /// What it does, in people's words: `create the listener on port 6003`.
    pub fn in_words(&self) -> String {
        let object = match &self.write {
            Write::Create(object) => called(self.key, object.as_alias()),
            Write::Overwrite(alias) => called(self.key, Some(alias)),
            Write::Delete | Write::Tag { .. } | Write::Change(_) => self.key.slot.called(),
        };
        match &self.write {
            Write::Create(_) => format!("create {object}"),
            Write::Overwrite(_) => format!("take over the hostname for {object}"),
            Write::Delete => format!("delete {object}"),
            Write::Tag { .. } => format!("tag {object}"),
            Write::Change(change) => change.wording(self.key, None).action,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key;
        match &self.write {
            Write::Create(object) => write!(f, "create {key}{}", birth(object)),
            Write::Overwrite(alias) => write!(f, "take over {key}{}", birth_of_record(alias)),
            Write::Delete => write!(f, "delete {key}"),
            Write::Tag { set, remove } => {
                let set = set.iter().map(|(key, value)| format!("{key}={value}"));
                let remove = remove.iter().map(|key| format!("-{key}"));
                let tags: Vec<String> = set.chain(remove).collect();
                write!(f, "tag {key}: {}", tags.join(", "))
            }
            Write::Change(change) => f.write_str(&change.wording(key, None).line),
        }
    }
}

/// A record of addresses is no alias.
fn called(key: Key, alias: Option<&Alias>) -> String {
    match alias {
        Some(alias) if alias.form == Form::Addresses => {
            format!("the {} record", alias.kind.as_str())
        }
        _ => key.slot.called(),
    }
}

fn birth(object: &Object) -> String {
    match object {
        Object::TargetGroup(group) => match &group.made_for {
            Some(target) => format!(" for {target}"),
            None => String::new(),
        },
        Object::Listener(listener) => match listener.forward {
            Some(group) => format!(": {} to {group}", listener.protocol.as_str()),
            None => String::new(),
        },
        Object::Alias(alias) => birth_of_record(alias),
        Object::Zone(zone) => format!(": {}", zone.name),
        Object::SecurityGroup(_)
        | Object::LoadBalancer(_)
        | Object::Service(_)
        | Object::Endpoint(_) => String::new(),
    }
}

fn birth_of_record(alias: &Alias) -> String {
    let form = match alias.form {
        Form::Name => "",
        Form::Addresses => "the addresses of ",
    };
    match (alias.target, &alias.zone) {
        (Some(endpoint), ZoneRef::Managed(_)) => format!(": {} to {form}{endpoint}", alias.name),
        (Some(endpoint), ZoneRef::Given(zone)) => {
            format!(": {} to {form}{endpoint}, in {zone}", alias.name)
        }
        (None, _) => String::new(),
    }
}
