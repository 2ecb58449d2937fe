//! `#[derive(Object)]` for `tfplugin::Object`: a struct is an object of the configuration, and each
//! field of it is an argument. The trait's documentation says what can be declared.

mod doc;
mod field;
mod generate;

use proc_macro::TokenStream;
use syn::{Data, DeriveInput, Error, Fields, parse_macro_input};

use field::Field;

/// What is said of the whole struct in `#[object(...)]`.
#[derive(Default)]
struct Whole {
    /// Another object whose attributes follow, such as those that the provider computes.
    with: Vec<syn::Type>,
    /// `fn(&mut Self, &Reader)`, which completes what one argument for itself cannot know.
    finish: Option<syn::Path>,
}

/// Declares an object of Terraform's configuration.
#[proc_macro_derive(Object, attributes(object, attr))]
pub fn derive_object(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    object(&input)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

fn object(input: &DeriveInput) -> syn::Result<proc_macro2::TokenStream> {
    let fields = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => &fields.named,
            _ => return Err(Error::new_spanned(input, "an Object has named fields")),
        },
        _ => return Err(Error::new_spanned(input, "an Object is a struct")),
    };
    let fields = fields
        .iter()
        .map(Field::parse)
        .collect::<syn::Result<Vec<_>>>()?;
    Ok(generate::implementation(input, &whole(input)?, &fields))
}

fn whole(input: &DeriveInput) -> syn::Result<Whole> {
    let mut whole = Whole::default();
    for attribute in input.attrs.iter().filter(|it| it.path().is_ident("object")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("with") {
                whole.with.push(meta.value()?.parse()?);
            } else if meta.path.is_ident("finish") {
                whole.finish = Some(meta.value()?.parse()?);
            } else {
                return Err(meta.error("expected `with` or `finish`"));
            }
            Ok(())
        })?;
    }
    Ok(whole)
}
