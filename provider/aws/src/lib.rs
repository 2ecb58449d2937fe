//! AWS behind the engine's door: the only place that names its SDK.
//!
//! One file a kind of object: how it is found, what its description means, and its writes. They
//! decide nothing: what to write is the engine's business, in which order too.

mod alias;
mod answer;
pub mod client;
mod connection;
mod ec2_tags;
mod elb_tags;
mod endpoint;
mod error;
mod listener;
mod load_balancer;
mod look;
mod newborn;
mod observe;
mod operation;
pub mod preflight;
mod security_group;
mod service;
mod surroundings;
mod target_group;
mod unclaimed;
mod unreached;
mod write;
mod written;
mod zone;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use ipnet::IpNet;
use sha2::{Digest, Sha256};

use answer::Writing;
use client::Regional;
use newborn::Newborns;
use operation::Context;
use operation::Outcome;
use written::Written;

use engine::model::{
    Key, Life, Observed, Scope,
    observed::Stranger,
    ownership::{self as claim, Claims, RawTags},
    sight,
};
use engine::reconcile::{Answer, Cloud, CloudError, Step, Write};

/// AWS in one region, for one run of the engine over one path.
#[derive(Debug)]
pub struct Aws {
    region: Regional,
    /// Drawn once: idempotency tokens made of names alone would replay the answers of yesterday.
    nonce: String,
    memory: Mutex<Memory>,
}

/// What AWS does not show at once.
#[derive(Debug, Default)]
struct Memory {
    made: Newborns,
    written: Written,
    /// How often a key was created or deleted: the next create of it is another one.
    births: BTreeMap<Key, u32>,
    /// Changes of records that Route 53 has not carried to all its servers yet.
    changes: BTreeMap<Key, String>,
    /// Address blocks of the load balancer's VPC.
    blocks: Vec<IpNet>,
}

impl Aws {
    pub fn new(region: Regional) -> Aws {
        let mut random = [0; 8];
        // Without a source of randomness the clock tells runs apart.
        if getrandom::fill(&mut random).is_err() {
            let now = std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .map_or(0, |age| age.as_nanos() as u64);
            random = now.to_be_bytes();
        }
        Aws {
            region,
            nonce: random.iter().map(|byte| format!("{byte:02x}")).collect(),
            memory: Mutex::default(),
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // Each use of it is one insertion or removal.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same for a create that is repeated after a lost answer, and for nothing else.
    fn token(&self, key: Key) -> String {
        let births = self.memory().births.get(&key).copied().unwrap_or_default();
        let digest = Sha256::digest(key.to_string());
        let hash: String = digest[..6]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("{}-{hash}-{births}", self.nonce)
    }

    async fn claims<'a>(&self, scope: &'a Scope) -> Result<Claims<'a>, CloudError> {
        let (made, written) = {
            let memory = self.memory();
            (memory.made.keys(), memory.written.objects())
        };
        let imported = scope.imported_id();
        let Some(id) = imported.filter(|_| scope.known.objects.is_empty()) else {
            return Ok(Claims::new(scope, scope.owner.clone(), made).remembers(written));
        };
        let tagged = observe::tagged_owner(&self.region, scope.side, id).await?;
        let owner = Some(scope.owner.clone()).filter(|owner| !owner.is_empty());
        let adopting = tagged.is_none();
        let owner = owner.or(tagged).unwrap_or_default();
        let claims = Claims::new(scope, owner, made).remembers(written);
        Ok(claims.adopts(adopting))
    }

    fn remember(&self, step: &Step, outcome: &Outcome, observed: &Observed) {
        let mut memory = self.memory();
        memory.written.add(step, outcome.id.as_deref(), observed);
        if let (Some(object), Some(id)) = (step.write.created(), &outcome.id) {
            memory.made.add(id, step.key, object);
            *memory.births.entry(step.key).or_default() += 1;
        }
        if step.write == Write::Delete {
            // What is made in its place is another one, also if its create was never answered.
            *memory.births.entry(step.key).or_default() += 1;
            if let Some(id) = observed.id(step.key) {
                memory.made.remove(id);
            }
        }
        if let Some(change) = &outcome.change {
            memory.changes.insert(step.key, change.clone());
        }
    }

    /// A record whose last change is still on its way is not ready.
    async fn settle(&self, observed: &mut Observed) -> Result<(), CloudError> {
        let changes = self.memory().changes.clone();
        for (key, change) in changes {
            let Some(seen) = observed.objects.get_mut(&key) else {
                continue;
            };
            if alias::in_sync(&self.region, &change).await? {
                self.memory().changes.remove(&key);
            } else {
                seen.life = Life::Coming;
            }
        }
        Ok(())
    }
}

impl Cloud for Aws {
    async fn observe(&self, scope: &Scope) -> Result<Observed, CloudError> {
        let claims = self.claims(scope).await?;
        let region = self.region.sparing(&scope.dispensable);
        let (mut observed, ground) = observe::observe(&region, &claims).await?;
        observed.refused = region.refused();
        {
            let mut memory = self.memory();
            memory.blocks = ground.service_blocks().to_vec();
            memory.made.keep(&mut observed, &scope.known.objects);
        }
        self.settle(&mut observed).await?;
        Ok(observed)
    }

    async fn strangers(&self, scope: &Scope) -> Result<Vec<Stranger>, CloudError> {
        let scope = Scope {
            known: Observed::default(),
            ..scope.clone()
        };
        let claims = Claims::new(&scope, scope.owner.clone(), self.memory().made.keys());
        observe::strangers(&self.region, &claims).await
    }

    async fn tags(&self, key: Key, id: &str) -> Result<Option<RawTags>, CloudError> {
        look::tags_of(&self.region, key, id).await
    }

    async fn look(
        &self,
        scope: &Scope,
        keys: &BTreeSet<Key>,
        known: &mut Observed,
    ) -> Result<(), CloudError> {
        let claims = self.claims(scope).await?;
        let blocks = self.memory().blocks.clone();
        let before = known.objects.clone();
        let looked = look::look(&self.region, &claims, keys, known, &blocks).await;
        self.memory().made.keep(known, &before);
        looked?;
        self.settle(known).await
    }

    async fn execute(&self, scope: &Scope, step: &Step, observed: &Observed) -> Answer {
        let writing = match &step.write {
            Write::Create(_) | Write::Overwrite(_) => Writing::Create,
            Write::Delete => Writing::Delete,
            Write::Tag { .. } | Write::Change(_) => Writing::Change,
        };
        let context = Context {
            aws: &self.region,
            owner: &scope.owner,
            scope,
            token: &self.token(step.key),
            key: step.key,
            observed,
        };
        match write::write(context, &step.write).await {
            Ok(outcome) => {
                self.remember(step, &outcome, observed);
                Answer::Done(outcome.id)
            }
            Err(error) => answer::of(writing, error, observed),
        }
    }
}
