//! Numbers as Terraform has them: decimal or binary fractions of up to 512 bits, compared by what
//! they amount to.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// A number of any size, kept exactly.
///
/// Equality and order are those of the numbers, however they were written: `1`, `1.0` and `10e-1`
/// are one number. Terraform's `0.1` is the decimal one tenth, while the float `0.1` is the nearest
/// binary fraction; they differ, as they do in Terraform.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Number {
    /// Zero is never negative.
    negative: bool,
    /// Decimal digits without zeros at either end; empty for zero.
    digits: String,
    /// The power of ten that the digits, read as a whole number, are multiplied with.
    exponent: i32,
}

/// The text is not a number in decimal notation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number")]
pub struct ParseNumberError;

/// A plain notation longer than this is written with an exponent instead. Beyond what any float
/// takes (309 digits before the point, 1074 after it), so only absurd exponents are affected.
const LONGEST_PLAIN: usize = 1500;

impl Number {
    /// The number, if it is whole and in range.
    pub fn as_i64(&self) -> Option<i64> {
        self.whole()?.parse().ok()
    }

    /// The number, if it is whole and in range.
    pub fn as_u64(&self) -> Option<u64> {
        self.whole()?.parse().ok()
    }

    /// The nearest float; infinite when the number is beyond all floats.
    pub fn as_f64(&self) -> f64 {
        // Our own notation is always one that Rust reads.
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// The float that amounts to exactly this number, if there is one.
    pub fn as_exact_f64(&self) -> Option<f64> {
        let nearest = self.as_f64();
        (Number::from_exact_f64(nearest).as_ref() == Some(self)).then_some(nearest)
    }

    /// Exactly what the float amounts to: for `0.1` a fraction of 55 digits. `None` for infinities
    /// and NaN.
    pub fn from_exact_f64(float: f64) -> Option<Number> {
        // The smallest float is 2^-1074, which has 1074 decimals.
        float
            .is_finite()
            .then(|| format!("{float:.1074}").parse().ok())?
    }

    /// The shortest decimal that reads back as the float, which is what a person means by it.
    /// `None` for infinities and NaN.
    pub fn from_f64(float: f64) -> Option<Number> {
        float.is_finite().then(|| float.to_string().parse().ok())?
    }

    /// Decimal notation of a whole number that is short enough to be a machine integer.
    fn whole(&self) -> Option<String> {
        let zeros = usize::try_from(self.exponent).ok()?;
        (self.digits.len() + zeros <= 20).then(|| self.to_string())
    }

    /// The power of ten of the first digit, counted from just before it: 0 for `0.5`, 1 for `5`.
    fn magnitude(&self) -> i64 {
        self.digits.len() as i64 + i64::from(self.exponent)
    }
}

impl FromStr for Number {
    type Err = ParseNumberError;

    fn from_str(text: &str) -> Result<Number, ParseNumberError> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (
                mantissa,
                exponent.parse::<i32>().map_err(|_| ParseNumberError)?,
            ),
            None => (text, 0),
        };
        let (negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits = [before, after].concat();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ParseNumberError);
        }
        let mut exponent = i64::from(exponent) - after.len() as i64;
        let kept = digits.trim_end_matches('0').len();
        exponent += (digits.len() - kept) as i64;
        digits.truncate(kept);
        digits.drain(..digits.len() - digits.trim_start_matches('0').len());
        if digits.is_empty() {
            return Ok(Number {
                negative: false,
                digits,
                exponent: 0,
            });
        }
        let exponent = i32::try_from(exponent).map_err(|_| ParseNumberError)?;
        Ok(Number {
            negative,
            digits,
            exponent,
        })
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.digits.is_empty() {
            return f.write_str("0");
        }
        if self.negative {
            f.write_str("-")?;
        }
        let magnitude = self.magnitude();
        if magnitude.unsigned_abs() as usize > LONGEST_PLAIN {
            return write!(f, "{}e{}", self.digits, self.exponent);
        }
        let length = self.digits.len() as i64;
        if magnitude >= length {
            let zeros = (magnitude - length) as usize;
            write!(f, "{}{:0<zeros$}", self.digits, "")
        } else if magnitude > 0 {
            let (before, after) = self.digits.split_at(magnitude as usize);
            write!(f, "{before}.{after}")
        } else {
            let zeros = magnitude.unsigned_abs() as usize;
            write!(f, "0.{:0<zeros$}{}", "", self.digits)
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        let sign = |number: &Number| match (number.negative, number.digits.is_empty()) {
            (true, _) => -1,
            (false, true) => 0,
            (false, false) => 1,
        };
        // Digits without trailing zeros compare like the fractions 0.digits.
        let size = |number: &Number, other: &Number| {
            number
                .magnitude()
                .cmp(&other.magnitude())
                .then_with(|| number.digits.cmp(&other.digits))
        };
        sign(self)
            .cmp(&sign(other))
            .then_with(|| match self.negative {
                true => size(other, self),
                false => size(self, other),
            })
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Number {
            fn from(integer: $integer) -> Number {
                let text = integer.to_string();
                let (negative, digits) = match text.strip_prefix('-') {
                    Some(digits) => (true, digits),
                    None => (false, text.as_str()),
                };
                let kept = digits.trim_end_matches('0');
                let exponent = if kept.is_empty() { 0 } else { (digits.len() - kept.len()) as i32 };
                Number { negative, digits: kept.to_owned(), exponent }
            }
        }
    )*};
}

from_integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);
