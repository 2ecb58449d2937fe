use std::sync::Mutex;

use serde_json::Value as Json;

use super::*;

static WRITTEN: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Shared;

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        WRITTEN.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn asked(variables: &[(&str, &str)]) -> LevelFilter {
    level(|name| {
        variables
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn the_variable_for_providers_goes_before_the_one_for_all() {
    assert_eq!(asked(&[]), LevelFilter::OFF);
    assert_eq!(asked(&[("TF_LOG", "")]), LevelFilter::OFF);
    assert_eq!(asked(&[("TF_LOG", "info")]), LevelFilter::INFO);
    assert_eq!(asked(&[("TF_LOG", "JSON")]), LevelFilter::TRACE);
    assert_eq!(
        asked(&[("TF_LOG", "DEBUG"), ("TF_LOG_PROVIDER", "ERROR")]),
        LevelFilter::ERROR
    );
    assert_eq!(
        asked(&[("TF_LOG", "DEBUG"), ("TF_LOG_PROVIDER", "off")]),
        LevelFilter::OFF
    );
}

#[test]
fn lines_are_those_of_hclog() {
    let layer = Hclog {
        targets: &["kafka"],
        level: LevelFilter::INFO,
        out: || Shared,
    };
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::with_default(subscriber, || {
        let span = tracing::info_span!(target: "kafka", "rpc", tf_rpc = "ReadResource");
        let _inside = span.enter();
        tracing::info!(target: "kafka::aws", count = 3, "Read \"all\"\nof it");
        tracing::debug!(target: "kafka", "below the level");
        tracing::error!(target: "aws_smithy", "Authorization: secret");
    });
    let written = String::from_utf8(WRITTEN.lock().unwrap().clone()).unwrap();
    assert_eq!(written.lines().count(), 1, "{written}");
    let line: Json = serde_json::from_str(&written).unwrap();
    assert_eq!(line["@message"], "Read \"all\"\nof it");
    assert_eq!(line["@level"], "info");
    assert_eq!(line["@module"], "kafka::aws");
    assert_eq!(line["tf_rpc"], "ReadResource");
    assert_eq!(line["count"], 3);
    let time = line["@timestamp"].as_str().unwrap();
    assert_eq!(
        (time.len(), time.ends_with('Z')),
        ("2006-01-02T15:04:05.000000Z".len(), true)
    );
}
