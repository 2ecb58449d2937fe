//! Where in a configuration or state something is.

use std::fmt;

use crate::value::Value;

/// One step from a value into it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// To an attribute or nested block of an object.
    Attribute(String),
    /// To an element of a map.
    Key(String),
    /// To an element of a list or tuple, counted from 0.
    Index(u64),
    /// To an element of a set, which is known by nothing but itself.
    Element(Box<Value>),
}

/// The way from the root of a resource, data source or provider configuration to a value.
///
/// ```
/// use tfplugin::Path;
/// let port = Path::of("brokers").key("3").attribute("port");
/// assert_eq!(port.to_string(), r#"brokers["3"].port"#);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(Vec<Step>);

impl Path {
    /// The whole value.
    pub fn root() -> Path {
        Path::default()
    }

    /// An attribute at the root.
    pub fn of(attribute: impl Into<String>) -> Path {
        Path::root().attribute(attribute)
    }

    /// On to an attribute of the object here.
    #[must_use]
    pub fn attribute(self, name: impl Into<String>) -> Path {
        self.step(Step::Attribute(name.into()))
    }

    /// On to an element of the map here.
    #[must_use]
    pub fn key(self, key: impl Into<String>) -> Path {
        self.step(Step::Key(key.into()))
    }

    /// On to an element of the list or tuple here, counted from 0.
    #[must_use]
    pub fn index(self, index: usize) -> Path {
        self.step(Step::Index(index as u64))
    }

    /// On to an element of the set here.
    #[must_use]
    pub fn element(self, element: Value) -> Path {
        self.step(Step::Element(Box::new(element)))
    }

    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    pub(crate) fn prepend(&mut self, step: Step) {
        self.0.insert(0, step);
    }

    fn step(mut self, step: Step) -> Path {
        self.0.push(step);
        self
    }
}

/// The attribute of that name at the root.
impl From<&str> for Path {
    fn from(attribute: &str) -> Path {
        Path::of(attribute)
    }
}

/// As one would write it in HCL. HCL has no notation for the elements of a set; those that are text
/// or numbers are shown in brackets, others as `[*]`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{}]", quoted(key))?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Element(element) => match element.as_ref() {
                    Value::String(text) => write!(f, "[{}]", quoted(text))?,
                    Value::Number(number) => write!(f, "[{number}]")?,
                    _ => f.write_str("[*]")?,
                },
            }
        }
        Ok(())
    }
}

/// Text as an HCL string literal, in which what cannot be seen is escaped.
/// (github.com/hashicorp/hcl, hclsyntax/spec.md, "Template Literals" and "Quoted Template Expression")
pub fn quoted(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            // `${` and `%{` begin a template.
            '$' | '%' if rest.peek() == Some(&'{') => literal.extend([character, character]),
            seen if !is_invisible(seen) => literal.push(seen),
            hidden => {
                let code = u32::from(hidden);
                let escape = match code {
                    ..=0xffff => format!("\\u{code:04x}"),
                    _ => format!("\\U{code:08x}"),
                };
                literal.push_str(&escape);
            }
        }
    }
    literal.push('"');
    literal
}

/// What Rust's own notation writes by its number, but for combining characters, which are seen with
/// the character that they stand after.
fn is_invisible(character: char) -> bool {
    let after_another = format!("a{character}");
    let notation: String = after_another.escape_debug().collect();
    notation.starts_with("a\\u") || character == '\0'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_hcl_reads_them() {
        let written = |key: &str| Path::of("tags").key(key).to_string();
        assert_eq!(written("team"), r#"tags["team"]"#);
        assert_eq!(written("it's"), r#"tags["it's"]"#);
        assert_eq!(written("a\"b\\c"), r#"tags["a\"b\\c"]"#);
        assert_eq!(written("a\nb\tc\r"), r#"tags["a\nb\tc\r"]"#);
        assert_eq!(
            written("${a} %{b} $c %d $"),
            r#"tags["$${a} %%{b} $c %d $"]"#
        );
        assert_eq!(written("\0\u{200b}\u{7f}"), r#"tags["\u0000\u200b\u007f"]"#);
        assert_eq!(written("\u{e0001}"), r#"tags["\U000e0001"]"#);
        assert_eq!(written("Größe 🦀 e\u{301}"), "tags[\"Größe 🦀 e\u{301}\"]");
        let element = Path::of("principals").element("\u{200b}".into());
        assert_eq!(element.to_string(), r#"principals["\u200b"]"#);
    }
}
