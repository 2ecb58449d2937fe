//! One field: what its type, its doc comment and `#[attr(...)]` declare.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Expr, GenericArgument, Ident, PathArguments, Type};

use crate::doc;

pub struct Field {
    pub ident: Ident,
    pub ty: Type,
    /// The name in HCL.
    pub name: String,
    pub doc: String,
    pub role: Role,
    /// `required`, `optional`, `computed`, or the last two.
    pub mode: TokenStream,
    pub default: Option<Expr>,
    pub canonical: Option<Expr>,
    pub sensitive: bool,
    pub replaces: bool,
    pub shape: bool,
    pub local: bool,
}

/// What a field is.
pub enum Role {
    /// A value that the rule makes something of.
    Value { leaf: Type, rule: TokenStream },
    /// Objects in one of the forms that `Nest` knows.
    Object { element: Type },
    /// A map of objects, whose keys the rule makes something of.
    Map { element: Type, key: Expr },
    /// Blocks, at most so many.
    Block { element: Type, most: u32 },
    /// The members of another object, as if they were written here.
    Flatten,
    /// No argument.
    Skip,
}

/// The words of `#[attr(...)]`.
#[derive(Default)]
struct Words {
    flags: Vec<String>,
    name: Option<String>,
    default: Option<Expr>,
    canonical: Option<Expr>,
    key: Option<Expr>,
    most: Option<u32>,
    rules: Vec<TokenStream>,
}

const FLAGS: [&str; 11] = [
    "required",
    "optional",
    "computed",
    "sensitive",
    "replaces",
    "shape",
    "local",
    "object",
    "block",
    "flatten",
    "skip",
];

impl Words {
    fn of(field: &syn::Field) -> syn::Result<Words> {
        let mut words = Words::default();
        for attribute in field.attrs.iter().filter(|it| it.path().is_ident("attr")) {
            attribute.parse_nested_meta(|meta| {
                let word = meta
                    .path
                    .get_ident()
                    .map(Ident::to_string)
                    .unwrap_or_default();
                match word.as_str() {
                    "name" => words.name = Some(meta.value()?.parse::<syn::LitStr>()?.value()),
                    "default" => words.default = Some(meta.value()?.parse()?),
                    "canonical" => words.canonical = Some(meta.value()?.parse()?),
                    "key" => words.key = Some(meta.value()?.parse()?),
                    "most" => {
                        words.most = Some(meta.value()?.parse::<syn::LitInt>()?.base10_parse()?);
                    }
                    "rule" => words.rules.push(rule(&meta, &quote!(text))?),
                    "entry" => words.rules.push(rule(&meta, &quote!(entry))?),
                    "range" => words.rules.push(rule(&meta, &quote!(range))?),
                    "words" => {
                        let list: Expr = meta.value()?.parse()?;
                        words
                            .rules
                            .push(quote!(::tfplugin::object::words(&(#list))));
                    }
                    flag if FLAGS.contains(&flag) => words.flags.push(word),
                    _ => return Err(meta.error("tfplugin knows no such declaration")),
                }
                Ok(())
            })?;
        }
        if words.rules.len() > 1 {
            return Err(Error::new_spanned(field, "one rule is enough"));
        }
        Ok(words)
    }

    fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|it| it == flag)
    }

    fn mode(&self) -> Option<TokenStream> {
        let said = (
            self.has("required"),
            self.has("optional"),
            self.has("computed"),
        );
        match said {
            (true, false, false) => Some(quote!(required)),
            (false, true, false) => Some(quote!(optional)),
            (false, false, true) => Some(quote!(computed)),
            (false, true, true) => Some(quote!(optional_computed)),
            // Terraform shows a default only where the provider may put it in.
            (false, false, false) if self.default.is_some() => Some(quote!(optional_computed)),
            _ => None,
        }
    }

    fn role(&self, field: &syn::Field) -> syn::Result<Role> {
        let element = leaf(&field.ty);
        if self.has("skip") {
            return Ok(Role::Skip);
        }
        if self.has("flatten") {
            return Ok(Role::Flatten);
        }
        if self.has("block") {
            let most = self.most.unwrap_or_default();
            return Ok(Role::Block { element, most });
        }
        if let Some(key) = self.key.clone() {
            return Ok(Role::Map { element, key });
        }
        if self.has("object") {
            return Ok(Role::Object { element });
        }
        let rule = match self.rules.first() {
            Some(rule) => rule.clone(),
            None => quote!(::tfplugin::object::plain::<#element>()),
        };
        Ok(Role::Value {
            leaf: element,
            rule,
        })
    }
}

fn rule(meta: &syn::meta::ParseNestedMeta<'_>, kind: &TokenStream) -> syn::Result<TokenStream> {
    let rule: Expr = meta.value()?.parse()?;
    Ok(quote!(::tfplugin::object::#kind(#rule)))
}

impl Field {
    pub fn parse(field: &syn::Field) -> syn::Result<Field> {
        let words = Words::of(field)?;
        let ident = field
            .ident
            .clone()
            .ok_or_else(|| Error::new_spanned(field, "an argument has a name"))?;
        let role = words.role(field)?;
        let needs_mode = matches!(
            role,
            Role::Value { .. } | Role::Object { .. } | Role::Map { .. }
        );
        let mode = match words.mode() {
            Some(mode) => mode,
            None if needs_mode => {
                return Err(Error::new_spanned(
                    field,
                    "say `required`, `optional`, `computed`, or `optional, computed`",
                ));
            }
            None => TokenStream::new(),
        };
        Ok(Field {
            name: words.name.clone().unwrap_or_else(|| ident.to_string()),
            ty: field.ty.clone(),
            doc: doc::text(&field.attrs),
            sensitive: words.has("sensitive"),
            replaces: words.has("replaces"),
            shape: words.has("shape"),
            local: words.has("local"),
            default: words.default,
            canonical: words.canonical,
            ident,
            role,
            mode,
        })
    }
}

/// What `Maybe`, `Option` and collections are of: `T` of `Maybe<Option<BTreeSet<Maybe<T>>>>`.
fn leaf(ty: &Type) -> Type {
    if let Type::Path(path) = ty
        && let Some(last) = path.path.segments.last()
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(GenericArgument::Type(inner)) = arguments.args.last()
    {
        return leaf(inner);
    }
    ty.clone()
}
