//! Durations as Go writes them, which is how all providers take timeouts.
//! <https://pkg.go.dev/time#ParseDuration>

use std::time::Duration;

use tfplugin::object::Invalid;

/// A positive duration such as `45m`, `1h30m` or `1.5h`.
pub fn check(text: &str) -> Result<Duration, Invalid> {
    let hint = match text.parse::<u64>() {
        Ok(number) => format!("A unit is missing: write \"{number}m\" for minutes."),
        Err(_) => "Write it like \"45m\" or \"1h30m\", with the units h, m and s.".to_owned(),
    };
    parse(text)
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| {
            Invalid::new(
                "Invalid duration",
                format!("{text:?} is not a duration longer than nothing. {hint}"),
            )
        })
}

fn parse(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(digits);
        let letters = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let seconds = match unit {
            "ns" => 1e-9,
            "us" | "µs" | "μs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        let part = Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()?;
        total = total.checked_add(part)?;
        rest = after;
    }
    Some(total)
}
