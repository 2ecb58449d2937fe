//! Messages are for people: none shows what the engine calls its parts.

/// Fails where a text has a name in it that only the code knows: `target-group/3#d33d27`.
#[track_caller]
pub fn check(text: &str) {
    let found = internal(text);
    assert_eq!(found, None, "a name that only the code knows: {text}");
}

fn internal(text: &str) -> Option<&str> {
    let ends = |letter: char| letter.is_whitespace() || ",;()[]\"'`".contains(letter);
    text.split(ends)
        .map(|word| word.trim_end_matches(['.', ':']))
        .find(|word| is_slot(word) || has_generation(word))
}

fn is_slot(word: &str) -> bool {
    let slots = ["load-balancer", "endpoint-service", "hosted-zone"];
    let kinds = ["target-group/", "listener/", "security-group/", "alias/"];
    slots.contains(&word) || kinds.iter().any(|kind| word.starts_with(kind))
}

fn has_generation(word: &str) -> bool {
    word.split_once('#').is_some_and(|(_, rest)| {
        rest.len() >= 6 && rest.bytes().take(6).all(|byte| byte.is_ascii_hexdigit())
    })
}

#[test]
fn names_of_the_code_are_told_from_words() {
    for bad in [
        "waiting until target-group/3#d33d27 serves",
        "(load-balancer is ready)",
        "listener/6003: no",
        "endpoint#00ab12",
    ] {
        assert!(internal(bad).is_some(), "{bad}");
    }
    for good in [
        "waiting until the target group of broker 3 serves",
        "aws elbv2 describe-ssl-policies --load-balancer-type network",
        "carries the tag kafka-privatelink:name",
        "issue #12",
    ] {
        assert_eq!(internal(good), None, "{good}");
    }
}
