//! Owner ids: which instance of the resource made an object.

use tfplugin::Diagnostic;

/// Letters that cannot be taken for each other; 32 of them, so that every byte draws fairly.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// 8 random characters.
pub fn new_owner_id() -> Result<String, Diagnostic> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| {
        Diagnostic::error(
            "No random numbers",
            format!("The operating system gave none for the id of a new resource: {error}."),
        )
    })?;
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte % 32)]);
    Ok(bytes.into_iter().map(letter).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_id_has_eight_characters_and_is_not_drawn_twice() {
        let (one, other) = (new_owner_id().unwrap(), new_owner_id().unwrap());
        assert_eq!(one.len(), 8);
        assert_ne!(one, other);
    }
}
