//! The resource as Terraform sees it.

use tfplugin::{
    ApplyRequest, ApplyResponse, Diagnostics, ImportResponse, PlanRequest, PlanResponse,
    ReadRequest, ReadResponse, RequestContext, Resource, Schema, Value, async_trait,
};

use crate::{
    apply::{self, making::Making},
    import,
    met::Met,
    plan,
    preflight::Preflight,
    read, schema,
    settings::Clouds,
    upgrade, validate,
};

/// `kafka_privatelink`, on AWS or on whatever else is given.
#[derive(Debug)]
pub struct KafkaPrivatelink<C> {
    clouds: C,
    met: Met,
    making: Making,
}

impl<C: Clouds> KafkaPrivatelink<C> {
    pub fn new(clouds: C) -> KafkaPrivatelink<C> {
        KafkaPrivatelink {
            clouds,
            met: Met::default(),
            making: Making::default(),
        }
    }
}

#[async_trait]
impl<C: Clouds> Resource for KafkaPrivatelink<C> {
    fn type_name(&self) -> &str {
        schema::TYPE_NAME
    }

    fn schema(&self) -> Schema {
        schema::schema()
    }

    async fn validate(&self, _ctx: RequestContext, config: Value) -> Diagnostics {
        self.met.validated(&config);
        validate::check(&config)
    }

    async fn upgrade_state(
        &self,
        _ctx: RequestContext,
        version: i64,
        raw: &[u8],
    ) -> Result<Value, Diagnostics> {
        upgrade::upgrade(version, raw)
    }

    async fn read(&self, ctx: RequestContext, request: ReadRequest) -> ReadResponse {
        let answer = read::read(&self.clouds, &ctx, request).await;
        self.met.read(&answer);
        answer
    }

    async fn plan(&self, ctx: RequestContext, mut request: PlanRequest) -> PlanResponse {
        let settings = self.clouds.settings();
        if let Some(prior) = &request.prior_state {
            self.met.stays(prior);
        }
        let preflight = Preflight::of(&settings, &request, &self.met);
        let Some(config) = request.config.take() else {
            return plan::destroy::destroy(&self.clouds, &ctx, request).await;
        };
        let is_written = self.met.is_written(&config);
        let mut answer = plan::plan(&settings, config, is_written, request);
        if let Some(preflight) = preflight {
            preflight.judge(&self.clouds, &ctx, &mut answer).await;
        }
        answer
    }

    async fn apply(&self, ctx: RequestContext, request: ApplyRequest) -> ApplyResponse {
        let _claim = match self.making.claim(&self.clouds.settings(), &request) {
            Ok(claim) => claim,
            Err(refusal) => {
                return ApplyResponse {
                    diagnostics: refusal.into(),
                    ..ApplyResponse::default()
                };
            }
        };
        if let Some(preflight) = Preflight::of_update(&self.clouds.settings(), &request) {
            let objections = preflight.objections(&self.clouds, &ctx).await;
            if objections.has_errors() {
                return ApplyResponse {
                    diagnostics: objections,
                    ..ApplyResponse::default()
                };
            }
        }
        apply::apply(&self.clouds, &ctx, request).await
    }

    async fn import(&self, ctx: RequestContext, id: &str) -> ImportResponse {
        import::import(&self.clouds, &ctx, id).await
    }
}
