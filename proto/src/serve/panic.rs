//! Panics, told the way Terraform understands.

use std::backtrace::Backtrace;
use std::io;
use std::panic::{PanicHookInfo, set_hook};

use super::say;
use crate::server::panic_message;

/// From a raw line that begins with `panic: `, Terraform knows that the provider crashed, and shows
/// that line and those after it.
pub(super) fn print_as_terraform_expects() {
    set_hook(Box::new(|panic: &PanicHookInfo<'_>| {
        let message = panic_message(panic.payload());
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        // Only with RUST_BACKTRACE: a released binary has no names to show.
        let backtrace = Backtrace::capture();
        let text = format!("panic: {message}\n\nat {place}\n{backtrace}\n");
        say(io::stderr(), &text);
    }));
}
