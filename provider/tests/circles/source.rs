//! Which paths a file of Rust names, as far as its text tells: in `use` lines and in code.
//!
//! What stands below `#[cfg(test)]` is not read: tests may look at everything.

/// What one file holds, inline modules in it included.
#[derive(Debug, Default, PartialEq)]
pub struct Source {
    pub imports: Vec<Import>,
    /// Paths in code that have two segments or more, each with the inline modules around it.
    pub paths: Vec<(Vec<String>, Vec<String>)>,
    /// Inline modules.
    pub inline: Vec<Vec<String>>,
    /// Modules with a file of their own that only tests have.
    pub for_tests: Vec<String>,
}

/// One name that a `use` line brings into a module.
#[derive(Debug, PartialEq)]
pub struct Import {
    pub inside: Vec<String>,
    pub path: Vec<String>,
    /// `*` for everything.
    pub name: String,
}

/// Words, `::`, and single signs. Comments, texts and characters are left out.
pub fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let is_word = |it: &char| it.is_alphanumeric() || *it == '_';
    let at = |at: usize| chars.get(at).copied().unwrap_or('\n');
    let mut tokens = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        match (chars[i], at(i + 1)) {
            ('/', '/') => i += chars[i..].iter().take_while(|it| **it != '\n').count(),
            ('/', '*') => i = after_comment(&chars, i),
            ('"', _) => i = after_text(&chars, i),
            ('r', '"' | '#') if raw_text(&chars, i).is_some() => {
                i = raw_text(&chars, i).unwrap_or(chars.len());
            }
            ('\'', '\\') => {
                // An escaped character ends with the next quote but the one that is escaped.
                let rest = chars[i + 3..].iter().take_while(|it| **it != '\'');
                i += 4 + rest.count();
            }
            ('\'', _) if at(i + 2) == '\'' => i += 3,
            (':', ':') => {
                tokens.push("::".to_owned());
                i += 2;
            }
            (first, _) if is_word(&first) => {
                let word: String = chars[i..].iter().take_while(|it| is_word(it)).collect();
                i += word.chars().count();
                tokens.push(word);
            }
            (space, _) if space.is_whitespace() => i += 1,
            (sign, _) => {
                tokens.push(sign.to_string());
                i += 1;
            }
        }
    }
    tokens
}

/// Comments of this kind nest.
fn after_comment(chars: &[char], start: usize) -> usize {
    let (mut depth, mut i) = (0, start);
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => (depth, i) = (depth + 1, i + 2),
            ('*', Some('/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            break;
        }
    }
    i
}

fn after_text(chars: &[char], start: usize) -> usize {
    let mut i = start + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

/// Where the raw text that begins here ends.
fn raw_text(chars: &[char], start: usize) -> Option<usize> {
    let signs = chars[start + 1..].iter().take_while(|it| **it == '#');
    let signs = signs.count();
    let begin = start + 2 + signs;
    if start > 0 && (chars[start - 1].is_alphanumeric() || chars[start - 1] == '_') {
        return None;
    }
    (chars.get(begin - 1) == Some(&'"')).then_some(())?;
    let is_end =
        |i: &usize| chars[*i] == '"' && (1..=signs).all(|sign| chars.get(i + sign) == Some(&'#'));
    Some((begin..chars.len()).find(is_end)? + 1 + signs)
}

pub fn read(text: &str) -> Source {
    let mut source = Source::default();
    let tokens = tokens(text);
    Reader {
        tokens: &tokens,
        at: 0,
        source: &mut source,
    }
    .items(&[]);
    source
}

struct Reader<'a> {
    tokens: &'a [String],
    at: usize,
    source: &'a mut Source,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", String::as_str)
    }

    fn next(&mut self) -> String {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned().unwrap_or_default()
    }

    fn begins(&self, words: &str) -> bool {
        let mut words = words.split(' ').enumerate();
        words.all(|(ahead, word)| self.peek(ahead) == word)
    }

    /// Up to the brace that closes what is being read.
    fn items(&mut self, inside: &[String]) {
        let mut depth = 0;
        while self.at < self.tokens.len() {
            if self.begins("# [ cfg ( test ) ]") {
                self.at += 7;
                self.skip_item();
            } else if self.peek(0) == "mod" && self.peek(2) == "{" {
                let inner = [inside, &[self.peek(1).to_owned()]].concat();
                self.at += 3;
                self.source.inline.push(inner.clone());
                self.items(&inner);
            } else if self.peek(0) == "use" {
                self.at += 1;
                self.tree(inside, &[]);
            } else if self.peek(1) == "::" && is_name(self.peek(0)) {
                self.path(inside);
            } else {
                match self.next().as_str() {
                    "{" => depth += 1,
                    "}" if depth == 0 => return,
                    "}" => depth -= 1,
                    _ => {}
                }
            }
        }
    }

    /// One item that only tests have: to its `;` or its closing brace.
    fn skip_item(&mut self) {
        while self.begins("# [") {
            while self.at < self.tokens.len() && self.next() != "]" {}
        }
        if self.peek(0) == "mod" && self.peek(2) == ";" {
            self.source.for_tests.push(self.peek(1).to_owned());
        }
        let mut depth = 0;
        while self.at < self.tokens.len() {
            match self.next().as_str() {
                "{" => depth += 1,
                "}" if depth == 1 => return,
                "}" => depth -= 1,
                ";" if depth == 0 => return,
                _ => {}
            }
        }
    }

    fn path(&mut self, inside: &[String]) {
        // `Vec::<crate::x::Y>::new`, `<T as crate::x::Y>::z`: what follows is a path of its own.
        let is_head = self.at == 0 || self.tokens[self.at - 1] != "::";
        let mut path = vec![self.next()];
        while self.peek(0) == "::" && is_name(self.peek(1)) {
            self.at += 1;
            path.push(self.next());
        }
        if self.peek(0) == "::" {
            self.at += 1;
        }
        if is_head && path.len() > 1 {
            self.source.paths.push((inside.to_vec(), path));
        }
    }

    /// The rest of a `use` line, below `stem`.
    fn tree(&mut self, inside: &[String], stem: &[String]) {
        let mut path = stem.to_vec();
        loop {
            match self.next().as_str() {
                "::" => {}
                "{" => loop {
                    match self.peek(0) {
                        "}" => {
                            self.at += 1;
                            return;
                        }
                        "," => self.at += 1,
                        "" => return,
                        _ => self.tree(inside, &path),
                    }
                },
                "as" => {
                    let name = self.next();
                    return self.import(inside, path, name);
                }
                ";" => return self.named(inside, path),
                // Its brace or comma is the business of whoever reads the group.
                "," | "}" => {
                    self.at -= 1;
                    return self.named(inside, path);
                }
                "" => return,
                word => path.push(word.to_owned()),
            }
        }
    }

    fn named(&mut self, inside: &[String], mut path: Vec<String>) {
        if path.len() > 1 && path.last().is_some_and(|it| it == "self") {
            path.pop();
        }
        if let Some(name) = path.last().cloned() {
            self.import(inside, path, name);
        }
    }

    fn import(&mut self, inside: &[String], mut path: Vec<String>, name: String) {
        if path.len() > 1 && path.last().is_some_and(|it| it == "self") {
            path.pop();
        }
        self.source.imports.push(Import {
            inside: inside.to_vec(),
            path,
            name,
        });
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|it: char| it.is_alphabetic() || it == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(text: &str) -> Vec<String> {
        let imports = read(text).imports.into_iter();
        let shown = imports.map(|it| {
            let inside = it.inside.join("::");
            format!("{inside}|{} as {}", it.path.join("::"), it.name)
        });
        shown.collect()
    }

    fn paths(text: &str) -> Vec<String> {
        let paths = read(text).paths.into_iter();
        paths.map(|(_, path)| path.join("::")).collect()
    }

    #[test]
    fn a_use_line_names_each_of_its_leaves() {
        assert_eq!(
            imports("pub(super) use crate::{a::{self, B as C}, d::*,}; use super::e;"),
            [
                "|crate::a as a",
                "|crate::a::B as C",
                "|crate::d::* as *",
                "|super::e as e",
            ]
        );
        assert_eq!(
            imports("mod inner { use self::x::Y; } use z;"),
            ["inner|self::x::Y as Y", "|z as z"]
        );
        assert_eq!(imports("use a::{self as b};"), ["|a as b"]);
    }

    #[test]
    fn code_names_paths_wherever_they_stand() {
        assert_eq!(
            paths("fn f(x: &crate::a::B) { vec![super::c(1), Vec::<self::d::E>::new()]; }"),
            ["crate::a::B", "super::c", "self::d::E"]
        );
        assert_eq!(paths("x::y!(z::w)"), ["x::y", "z::w"]);
    }

    #[test]
    fn comments_and_texts_name_nothing() {
        let text = r####"
            // crate::a
            /* crate::b /* crate::c */ crate::d */
            const A: &str = "crate::e \" crate::f";
            const B: &str = r##"crate::g " "# crate::h"##;
            const C: char = '"'; const D: char = '\''; fn e<'a>(x: &'a str) { crate::i }
        "####;
        assert_eq!(paths(text), ["crate::i"]);
    }

    #[test]
    fn what_only_tests_have_is_left_out() {
        let text = "#[cfg(test)] mod tests; \
                    #[cfg(test)] #[path = \"x\"] mod more { use crate::a::B; fn f() { c::d } } \
                    #[cfg(test)] use crate::e::F; \
                    #[cfg(test)] fn g() { crate::h::i(); } \
                    #[cfg(unix)] use crate::j::K;";
        let source = read(text);
        assert_eq!(imports(text), ["|crate::j::K as K"]);
        assert_eq!(source.paths, []);
        assert_eq!(source.for_tests, ["tests"]);
    }
}
