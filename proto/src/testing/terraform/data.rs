//! A data source, as Terraform reads it.

use crate::{DataSource, Diagnostics, RequestContext, Value, check, testing::rules};

use super::report::{CallReport, broken};

/// Validates a configuration and, where that finds nothing wrong and all of it is known, reads it:
/// the data and the warnings. `readDataSource` in node_resource_abstract_instance.go.
///
/// # Errors
///
/// What the data source reports as wrong.
pub async fn read_data(
    source: &dyn DataSource,
    config: &Value,
) -> Result<(Value, Diagnostics), Diagnostics> {
    let (schema, context) = (source.schema(), RequestContext::default);
    let ty = schema.implied_type();
    let config = rules::over_the_wire(config, &ty)
        .unwrap_or_else(|error| panic!("the configuration is not of the schema: {error}"));
    let hears = |call, said: &Diagnostics| {
        let places = rules::resolves(&schema, said);
        let report = CallReport::of(call).said(said);
        report.hold("a message points at an attribute", places);
    };
    let mut found = check::check(&config, &schema.block);
    if !found.has_errors() {
        found.extend(source.validate(context(), config.clone()).await);
    }
    hears("validate", &found);
    if found.has_errors() {
        return Err(found);
    }
    assert!(
        config.is_wholly_known(),
        "Terraform reads nothing while the configuration has unknown values"
    );
    let answer = source.read(context(), config.clone()).await;
    hears("read", &answer.diagnostics);
    if answer.diagnostics.has_errors() {
        return Err(answer.diagnostics);
    }
    found.extend(answer.diagnostics);
    let report = CallReport::of("read").value("the configuration", &config);
    let Some(data) = answer.state else {
        broken("a read without an error has data", &report);
    };
    let report = report.value("answered", &data);
    let data = rules::over_the_wire(&data, &ty)
        .unwrap_or_else(|error| broken(&format!("data are of the schema: {error}"), &report));
    report.hold("data are known throughout", rules::wholly_known(&data));
    let changed = rules::keeps(&schema, &config, &data);
    report.hold("data keep what is configured", changed);
    Ok((data, found))
}
