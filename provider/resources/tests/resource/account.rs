//! An account in one region: the in-memory AWS, and around it what a path stands on.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use engine::fake::{Fake, Pace, Zone};
use engine::model::{
    ConnectionId, EndpointConnection, Inquiry, Key, Maybe, Observed, Scope, Survey,
    observed::Stranger, ownership::RawTags, survey::Moment, tags::OWNER,
};
use engine::reconcile::{Answer, Bounds, Cloud, CloudError, Connections, ErrorKind, Step};
use resources::{Clouds, IgnoredTags, Settings};
use tfplugin::Diagnostic;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A hosted zone that is there already.
pub const GIVEN_ZONE: &str = "Z0GIVEN";

/// The provider, configured.
#[derive(Clone)]
pub struct Account {
    pub fake: Fake,
    settings: Arc<Mutex<Settings>>,
    surveys: Arc<Mutex<Surveys>>,
    way: Arc<Mutex<Way>>,
}

/// The way to AWS, and what happens on it.
#[derive(Default)]
struct Way {
    /// How often it was gone.
    calls: usize,
    /// From that call on.
    trouble: Option<(usize, Trouble)>,
    /// The machine sleeps until then.
    asleep: Option<Instant>,
}

// The oracle, which shares this file, makes trouble.
#[allow(dead_code)]
#[derive(Clone, Debug)]
pub enum Trouble {
    /// Ctrl-C reaches the provider while the call is under way.
    Interrupt(CancellationToken),
    /// The credentials are not valid any more.
    Expire,
    /// There is no way to AWS.
    Cut,
    /// The provider's process ends. What it has asked for by then AWS does.
    Kill(CancellationToken),
    /// Every answer takes longer than anybody waits.
    Stall,
    /// The machine sleeps for so long.
    Sleep(Duration),
}

/// What plans ask of the surroundings, and what they are told.
#[derive(Default)]
pub struct Surveys {
    pub asked: Vec<(Inquiry, Moment)>,
    /// The last one is told again and again; without any, nothing was read.
    pub told: Vec<Survey>,
    /// AWS cannot be reached.
    pub fails: bool,
    /// AWS never answers.
    pub hangs: bool,
}

impl Account {
    pub fn new() -> Account {
        let settings = Settings {
            region: Maybe::Known(Some("us-east-1".to_owned())),
            default_tags: Maybe::Known(BTreeMap::new()),
            ignored_tags: Maybe::Known(IgnoredTags::default()),
            restricted_regions: Maybe::Known(BTreeSet::new()),
            preflight: false,
        };
        let fake = Fake::new();
        fake.edit(|world| {
            // What takes long is for the engine's tests; here it would only be looked at for long.
            let short = Duration::from_millis(100);
            world.pace = Pace {
                balancer: short,
                service: short,
                endpoint: short,
                deleting: short,
                lingering: short,
                healthy: short,
                zone: Duration::ZERO,
                call: Duration::ZERO,
            };
            let zone = Zone {
                name: "test.com".to_owned(),
                vpc: "vpc-client".to_owned(),
                caller_reference: "by hand".to_owned(),
                tags: BTreeMap::new(),
            };
            world.zones.insert(GIVEN_ZONE.to_owned(), zone);
        });
        Account {
            fake,
            settings: Arc::new(Mutex::new(settings)),
            surveys: Arc::default(),
            way: Arc::default(),
        }
    }

    /// The same account, as another machine reaches it.
    #[allow(dead_code)]
    pub fn reached_elsewhere(&self) -> Account {
        Account {
            way: Arc::default(),
            ..self.clone()
        }
    }

    // The oracle, which shares this file, makes trouble.
    #[allow(dead_code)]
    /// From the call after so many others there is trouble, or none any more. Says how many there
    /// were since the last time.
    pub fn trouble(&self, after: usize, trouble: Option<Trouble>) -> usize {
        let mut way = self.way.lock().unwrap();
        way.trouble = trouble.map(|trouble| (after, trouble));
        std::mem::take(&mut way.calls)
    }

    /// Nothing is left but what was there before.
    pub fn is_empty(&self) -> bool {
        let world = self.fake.world();
        let zones: Vec<&String> = world.zones.keys().collect();
        world.balancers.is_empty()
            && world.target_groups.is_empty()
            && world.services.is_empty()
            && world.endpoints.is_empty()
            && world.security_groups.is_empty()
            && world.records.is_empty()
            && zones == [GIVEN_ZONE]
    }

    /// Changes the provider's configuration.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings.lock().unwrap());
    }

    pub fn surveys<T>(&self, change: impl FnOnce(&mut Surveys) -> T) -> T {
        change(&mut self.surveys.lock().unwrap())
    }
}

impl Clouds for Account {
    type Cloud = Grounded;

    fn settings(&self) -> Settings {
        self.settings.lock().unwrap().clone()
    }

    async fn cloud(&self, region: &str, _bounds: &Bounds) -> Result<Grounded, Diagnostic> {
        assert_eq!(region, "us-east-1");
        let grounded = Grounded(self.fake.clone(), Arc::clone(&self.way));
        match grounded.goes().await {
            Ok(()) => {
                grounded.stays().await;
                Ok(grounded)
            }
            Err(error) => Err(Diagnostic::error("No credentials", error.to_string())),
        }
    }

    async fn survey(
        &self,
        _region: &str,
        inquiry: &Inquiry,
        since: Moment,
        _bounds: &Bounds,
    ) -> Result<Survey, Diagnostic> {
        let (answer, hangs) = self.surveys(|surveys| {
            surveys.asked.push((inquiry.clone(), since));
            let answer = match surveys.told.len() {
                0 => Survey::default(),
                1 => surveys.told[0].clone(),
                _ => surveys.told.remove(0),
            };
            let error = Diagnostic::error("Cannot reach AWS", "There is no way.");
            (
                if surveys.fails {
                    Err(error)
                } else {
                    Ok(answer)
                },
                surveys.hangs,
            )
        });
        if hangs {
            std::future::pending::<()>().await;
        }
        answer
    }
}

/// The in-memory AWS with VPCs, and with what other owners have.
pub struct Grounded(Fake, Arc<Mutex<Way>>);

impl Grounded {
    fn trouble(&self) -> Option<Trouble> {
        let way = self.1.lock().unwrap();
        let (after, trouble) = way.trouble.as_ref()?;
        (way.calls > *after).then(|| trouble.clone())
    }

    /// On the way to AWS.
    async fn goes(&self) -> Result<(), CloudError> {
        self.1.lock().unwrap().calls += 1;
        let error = |kind, code: &str| {
            Err(CloudError {
                operation: "DescribeVpcEndpoints".to_owned(),
                kind,
                code: code.to_owned(),
                message: "trouble".to_owned(),
                request_id: None,
            })
        };
        match self.trouble() {
            Some(Trouble::Expire) => error(ErrorKind::Denied, "ExpiredToken"),
            Some(Trouble::Cut) => error(ErrorKind::Unavailable, ""),
            Some(Trouble::Stall) => {
                tokio::time::sleep(Duration::from_secs(3_600)).await;
                Ok(())
            }
            Some(Trouble::Interrupt(token)) => {
                token.cancel();
                Ok(())
            }
            Some(Trouble::Sleep(time)) => {
                let wakes = *self
                    .1
                    .lock()
                    .unwrap()
                    .asleep
                    .get_or_insert(Instant::now() + time);
                if wakes <= Instant::now() {
                    return Ok(());
                }
                // Connections do not outlive it.
                tokio::time::sleep_until(wakes).await;
                error(ErrorKind::Unavailable, "")
            }
            Some(Trouble::Kill(_)) | None => Ok(()),
        }
    }

    /// On the way back.
    async fn stays(&self) {
        if let Some(Trouble::Kill(token)) = self.trouble() {
            token.cancel();
            std::future::pending::<()>().await;
        }
    }

    /// The caller's scope, with what AWS knows of the ground, and whose service it is if only the
    /// service is named.
    fn grounded(&self, scope: &Scope) -> Scope {
        let mut scope = scope.clone();
        let world = self.0.world();
        if scope.owner.is_empty()
            && let Some(service) = scope
                .service_id
                .as_ref()
                .and_then(|id| world.services.get(id))
        {
            scope.owner = service.tags.get(OWNER).cloned().unwrap_or_default();
        }
        let ground = &mut scope.known.surroundings;
        if !scope.subnets.is_empty() || !world.balancers.is_empty() {
            ground.service_vpc = "vpc-kafka".into();
        }
        let consumer = scope.consumer_vpc.clone().or_else(|| {
            let mut endpoints = world.endpoints.values();
            let ours = endpoints.find(|it| it.tags.get(OWNER) == Some(&scope.owner));
            ours.map(|it| it.vpc.clone())
        });
        ground.consumer_cidrs = match consumer.as_deref() {
            Some("vpc-client") => Maybe::Known(BTreeSet::from(["10.1.0.0/16".to_owned()])),
            Some(_) => Maybe::Known(["10.2.0.0/16", "10.3.0.0/16"].map(str::to_owned).into()),
            None => Maybe::Unknown,
        };
        ground.consumer_ipv6_cidrs = match consumer.as_deref() {
            Some("vpc-client") => Maybe::Known(BTreeSet::from(["fd00:1::/56".to_owned()])),
            Some(_) => Maybe::Known(BTreeSet::new()),
            None => Maybe::Unknown,
        };
        scope
    }
}

impl Cloud for Grounded {
    async fn observe(&self, scope: &Scope) -> Result<Observed, CloudError> {
        self.goes().await?;
        let observed = self.0.observe(&self.grounded(scope)).await?;
        self.stays().await;
        Ok(observed)
    }

    async fn strangers(&self, scope: &Scope) -> Result<Vec<Stranger>, CloudError> {
        self.goes().await?;
        self.0.strangers(scope).await
    }

    async fn tags(&self, key: Key, id: &str) -> Result<Option<RawTags>, CloudError> {
        self.goes().await?;
        let tags = self.0.tags(key, id).await?;
        self.stays().await;
        Ok(tags)
    }

    async fn look(
        &self,
        scope: &Scope,
        keys: &BTreeSet<Key>,
        known: &mut Observed,
    ) -> Result<(), CloudError> {
        self.goes().await?;
        self.0.look(&self.grounded(scope), keys, known).await?;
        self.stays().await;
        Ok(())
    }

    async fn execute(&self, scope: &Scope, step: &Step, observed: &Observed) -> Answer {
        match self.goes().await {
            Ok(()) => {}
            Err(error) if error.kind == ErrorKind::Denied => return Answer::Failed(error),
            Err(error) => return Answer::LookAgain(error),
        }
        let answer = self.0.execute(&self.grounded(scope), step, observed).await;
        self.stays().await;
        answer
    }
}

impl Connections for Grounded {
    async fn connection(
        &self,
        id: &ConnectionId,
    ) -> Result<Option<EndpointConnection>, CloudError> {
        self.goes().await?;
        self.0.connection(id).await
    }

    async fn accept(&self, id: &ConnectionId) -> Result<(), CloudError> {
        self.goes().await?;
        self.0.accept(id).await
    }

    async fn reject(&self, id: &ConnectionId) -> Result<(), CloudError> {
        self.goes().await?;
        self.0.reject(id).await
    }
}
