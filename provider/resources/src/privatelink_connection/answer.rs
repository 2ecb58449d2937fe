//! Accepts or rejects a connection, however long AWS takes to show it.

use std::time::Duration;

use tfplugin::Diagnostic;
use tokio::time::sleep;

use super::state::{Phase, dead, phase};
use crate::lifecycle::report::{refusal, unreadable};
use engine::model::{ConnectionId, EndpointConnection};
use engine::reconcile::{Bounds, CloudError, Connections, ErrorKind};

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// AWS's reads have caught up long before AWS refuses to accept for the last of these times.
const REFUSALS: u32 = 6;

/// What the service's owner says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Accept,
    Reject,
}

/// What an operation has come to, also where it fails.
#[derive(Debug, Default)]
pub struct Progress {
    /// What AWS showed last.
    pub seen: Option<EndpointConnection>,
    /// Was anything changed?
    pub wrote: bool,
}

enum Next {
    Done,
    Wait,
    Write,
    Never,
}

fn next(answer: Answer, seen: Option<&EndpointConnection>) -> Next {
    use Phase::{Asks, Available, Coming, Dead, Gone, Rejected};
    let Some(seen) = seen else {
        return match answer {
            // The endpoint may have been made a moment ago.
            Answer::Accept => Next::Wait,
            Answer::Reject => Next::Done,
        };
    };
    match (answer, phase(&seen.state)) {
        (Answer::Accept, Available) | (Answer::Reject, Rejected | Dead | Gone) => Next::Done,
        (Answer::Accept, Asks | Rejected) => Next::Write,
        (Answer::Reject, Asks | Coming | Available) => Next::Write,
        (Answer::Accept, Coming) => Next::Wait,
        (Answer::Accept, Dead | Gone) => Next::Never,
    }
}

/// Accepts the connection and waits until the endpoint is available, or rejects it if there is
/// something to reject. A warning where all is done but AWS's part.
pub async fn give(
    answer: Answer,
    cloud: &impl Connections,
    bounds: &Bounds,
    id: &ConnectionId,
    progress: &mut Progress,
) -> Result<Option<Diagnostic>, Diagnostic> {
    let (mut pause, mut refusals, mut cause) = (FIRST_PAUSE, 0, None);
    loop {
        match cloud.connection(id).await {
            Ok(seen) => progress.seen = seen,
            Err(error) if bounds.ended().is_some() => {
                cause = Some(error);
                break;
            }
            Err(error) => return Err(unreadable(&error)),
        }
        let seen = progress.seen.as_ref();
        match next(answer, seen) {
            Next::Done => return Ok(None),
            Next::Never => {
                let state = seen.map_or("", |seen| &seen.state);
                return Err(could_not(answer, dead(id, state)));
            }
            Next::Wait => {}
            Next::Write => {
                let sent = match answer {
                    Answer::Accept => cloud.accept(id).await,
                    Answer::Reject => cloud.reject(id).await,
                };
                match sent {
                    Ok(()) if answer == Answer::Reject => return Ok(None),
                    Ok(()) => progress.wrote = true,
                    Err(error) => {
                        refusals += u32::from(error.kind == ErrorKind::Exists);
                        if is_final(&error) || refusals == REFUSALS {
                            return Err(could_not(answer, refusal(&error)));
                        }
                        progress.wrote |= error.kind == ErrorKind::Unavailable;
                        cause = Some(error);
                    }
                }
            }
        }
        tokio::select! {
            () = sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
            _ = bounds.end() => break,
        }
    }
    let seen = progress.seen.as_ref();
    match seen.is_some_and(|seen| phase(&seen.state) == Phase::Coming) {
        true if answer == Answer::Accept => Ok(Some(not_available_yet(id))),
        _ => Err(ended(answer, bounds, id, seen, cause)),
    }
}

/// Neither time nor another look helps.
fn is_final(error: &CloudError) -> bool {
    use ErrorKind::{Credentials, Denied, Invalid};
    matches!(error.kind, Denied | Credentials | Invalid)
}

fn could_not(answer: Answer, detail: String) -> Diagnostic {
    let summary = match answer {
        Answer::Accept => "Could not accept the connection",
        Answer::Reject => "Could not reject the connection",
    };
    Diagnostic::error(summary, detail).at("endpoint_id")
}

fn ended(
    answer: Answer,
    bounds: &Bounds,
    id: &ConnectionId,
    seen: Option<&EndpointConnection>,
    cause: Option<CloudError>,
) -> Diagnostic {
    let said = match (cause, seen) {
        (Some(error), _) => refusal(&error),
        (None, Some(seen)) => format!("AWS still calls it {}.", seen.state),
        (None, None) => format!(
            "AWS shows no connection of {} to {}. Check both ids, the region, and that the \
             endpoint is one of this service.",
            id.endpoint, id.service
        ),
    };
    let end = match bounds.is_interrupted() {
        true => "It was interrupted.",
        false => "The time is up. `timeouts` allows more.",
    };
    could_not(answer, format!("{said} {end}"))
}

fn not_available_yet(id: &ConnectionId) -> Diagnostic {
    let detail = format!(
        "The connection of {} was accepted, and AWS has not opened it yet. Nothing is left to do \
         here.",
        id.endpoint
    );
    Diagnostic::warning("The endpoint is not available yet", detail).at("endpoint_id")
}
