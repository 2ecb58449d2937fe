//! The implementation of `Object` for a struct.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Expr};

use crate::{
    Whole, doc,
    field::{Field, Role},
};

pub fn implementation(input: &DeriveInput, whole: &Whole, fields: &[Field]) -> TokenStream {
    let (name, about) = (&input.ident, doc::text(&input.attrs));
    let (with, finish) = (&whole.with, whole.finish.iter());
    let attributes = fields.iter().map(attributes);
    let blocks = fields.iter().map(blocks);
    let members = fields.iter().map(|field| {
        let (ident, read) = (&field.ident, read(field));
        quote!(#ident: #read)
    });
    quote! {
        #[automatically_derived]
        impl ::tfplugin::Object for #name {
            const ABOUT: &'static str = #about;

            fn attributes() -> ::std::vec::Vec<::tfplugin::Attribute> {
                let mut all = ::std::vec::Vec::new();
                #(#attributes)*
                #(all.extend(<#with as ::tfplugin::Object>::attributes());)*
                all
            }

            fn blocks() -> ::std::vec::Vec<::tfplugin::NestedBlock> {
                let mut all = ::std::vec::Vec::new();
                #(#blocks)*
                all
            }

            fn read(from: &::tfplugin::object::Reader<'_>) -> Self {
                let mut object = #name { #(#members),* };
                #(#finish(&mut object, from);)*
                object
            }
        }
    }
}

fn attributes(field: &Field) -> TokenStream {
    let (name, doc, ty) = (&field.name, &field.doc, &field.ty);
    let declared = match &field.role {
        Role::Value { leaf, rule } => {
            quote!(::tfplugin::object::attribute::<#ty, #leaf>(#name, &#rule))
        }
        Role::Object { element } => {
            quote!(::tfplugin::object::nested::<#ty, #element>(#name))
        }
        Role::Map { element, .. } => {
            quote!(::tfplugin::object::map_nested::<#element>(#name))
        }
        Role::Flatten => {
            return quote!(all.extend(<#ty as ::tfplugin::Object>::attributes()););
        }
        Role::Block { .. } | Role::Skip => return TokenStream::new(),
    };
    let mode = &field.mode;
    let default = field.default.iter().map(|default| {
        let value = value(default);
        quote!(.with_default(#value))
    });
    let canonical = field.canonical.iter().map(|it| quote!(.spelled(#it)));
    let sensitive = field.sensitive.then(|| quote!(.sensitive()));
    let replaces = field.replaces.then(|| quote!(.replaces()));
    let shape = field.shape.then(|| quote!(.gives_shape()));
    let local = field.local.then(|| quote!(.local()));
    quote! {
        all.push(
            #declared.#mode() #(#default)* #(#canonical)* #sensitive #replaces #shape #local
                .document(#doc)
        );
    }
}

fn blocks(field: &Field) -> TokenStream {
    let (name, doc, ty) = (&field.name, &field.doc, &field.ty);
    match &field.role {
        Role::Block { element, most } => {
            quote!(all.push(::tfplugin::object::block::<#ty, #element>(#name, #doc).items(0, #most));)
        }
        Role::Flatten => quote!(all.extend(<#ty as ::tfplugin::Object>::blocks());),
        _ => TokenStream::new(),
    }
}

fn read(field: &Field) -> TokenStream {
    let (name, ty) = (&field.name, &field.ty);
    match &field.role {
        Role::Value { leaf, rule } => {
            let read = quote!(<#ty as ::tfplugin::object::Shape<#leaf>>::read);
            match &field.default {
                None => quote!(#read(&from.member(#name), &#rule)),
                Some(default) => {
                    let value = value(default);
                    quote!({
                        let default = #value;
                        #read(&from.member(#name).or(&default), &#rule)
                    })
                }
            }
        }
        Role::Object { element } => {
            quote!(<#ty as ::tfplugin::object::Nest<#element>>::read(&from.member(#name)))
        }
        Role::Map { key, .. } => quote!(::tfplugin::object::read_map(&from.member(#name), #key)),
        Role::Block { element, .. } => {
            quote!(<#ty as ::tfplugin::object::Blocks<#element>>::read(&from.member(#name)))
        }
        Role::Flatten => quote!(<#ty as ::tfplugin::Object>::read(from)),
        Role::Skip => quote!(::std::default::Default::default()),
    }
}

/// A default as Terraform's value; `[...]` is a set.
fn value(default: &Expr) -> TokenStream {
    match default {
        Expr::Array(array) => {
            let elements = array.elems.iter();
            quote!(::tfplugin::Value::Set(::std::vec![
                #(::tfplugin::Value::from(#elements)),*
            ]))
        }
        other => quote!(::tfplugin::Value::from(#other)),
    }
}
