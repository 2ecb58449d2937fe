//! The schema of the `provider` block.

use tfplugin::Schema;

use crate::arguments::Arguments;

pub fn schema() -> Schema {
    Schema::new(0, Arguments::block())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_argument_is_described_and_named_well() {
        assert_eq!(schema().review(), Vec::<String>::new());
    }

    #[test]
    fn secrets_are_hidden() {
        let sensitive: Vec<String> = schema()
            .block
            .attributes
            .into_iter()
            .filter(|attribute| attribute.sensitive)
            .map(|attribute| attribute.name)
            .collect();
        assert_eq!(sensitive, ["access_key", "secret_key", "token"]);
    }
}
