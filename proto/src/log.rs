//! Logs for Terraform: one JSON object a line on stderr, in the format of HashiCorp's hclog.
//!
//! Terraform reads the lines, filters them and writes them where the user wants its log. Without
//! `TF_LOG` there is nobody to read them, so nothing is written.

mod line;

use std::io::Write;
use std::time::SystemTime;

use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

use line::Fields;

/// Logs events of our own crates, `targets` beside this one, to stderr from now on. What other
/// crates log is left out: it may hold what must not be written down, such as signed requests.
pub(crate) fn start(targets: &'static [&'static str]) {
    let level = level(|name| std::env::var(name).ok());
    if level == LevelFilter::OFF {
        return;
    }
    let layer = Hclog {
        targets,
        level,
        out: std::io::stderr,
    };
    let subscriber = tracing_subscriber::registry().with(layer);
    // Somebody else's subscriber, in a test, has the same right to the log.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// What the variables ask for: that for providers, or else that for everything.
fn level(variable: impl Fn(&str) -> Option<String>) -> LevelFilter {
    let given = |name| variable(name).filter(|text| !text.is_empty());
    match given("TF_LOG_PROVIDER").or_else(|| given("TF_LOG")) {
        Some(text) => match text.to_ascii_uppercase().as_str() {
            "OFF" => LevelFilter::OFF,
            "ERROR" => LevelFilter::ERROR,
            "WARN" => LevelFilter::WARN,
            "INFO" => LevelFilter::INFO,
            "DEBUG" => LevelFilter::DEBUG,
            // As Terraform has it: JSON is everything, in JSON, and so is what is not a level.
            _ => LevelFilter::TRACE,
        },
        None => LevelFilter::OFF,
    }
}

/// Writes lines to what `out` opens.
struct Hclog<O> {
    targets: &'static [&'static str],
    level: LevelFilter,
    out: fn() -> O,
}

impl<O> Hclog<O> {
    fn wants(&self, metadata: &Metadata<'_>) -> bool {
        let root = metadata.target().split("::").next().unwrap_or_default();
        let ours = root == env!("CARGO_CRATE_NAME") || self.targets.contains(&root);
        ours && *metadata.level() <= self.level
    }
}

impl<O, S> Layer<S> for Hclog<O>
where
    O: Write + 'static,
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        // Spans are kept at every level: their fields belong to the events inside them.
        metadata.is_span() || self.wants(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level.max(LevelFilter::INFO))
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in ctx
            .event_scope(event)
            .into_iter()
            .flat_map(|scope| scope.from_root())
        {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.extend(outer);
            }
        }
        event.record(&mut fields);
        let metadata = event.metadata();
        let level = match *metadata.level() {
            Level::ERROR => "error",
            Level::WARN => "warn",
            Level::INFO => "info",
            Level::DEBUG => "debug",
            Level::TRACE => "trace",
        };
        let line = fields.line(level, metadata.target(), SystemTime::now());
        // A log that cannot be written must not end what it tells about.
        let _ = (self.out)().write_all(line.as_bytes());
    }
}

#[cfg(test)]
mod tests;
