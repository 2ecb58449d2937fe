//! The notes through Terraform's commands, held to its rules.

#![allow(clippy::unwrap_used, clippy::unreachable)]

use std::sync::atomic::{AtomicU32, Ordering};

use proptest::{prelude::*, sample::select};
use tfplugin::testing::{
    Action, Terraform, configuration,
    generator::{Drawing, choices},
    read_data,
};

use super::*;

/// A directory of its own, gone with the test.
struct Desk {
    directory: PathBuf,
    terraform: Terraform,
}

impl Desk {
    fn new() -> Desk {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let own = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("notes-{}-{own}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        fs::create_dir(&directory).unwrap();
        let shelf = Shelf(Arc::new(Mutex::new(Some(directory.clone()))));
        Desk {
            directory,
            terraform: Terraform::new(Arc::new(Note { shelf })),
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.directory).unwrap();
    }
}

fn schema() -> Schema {
    let shelf = Shelf::default();
    Note { shelf }.schema()
}

/// What each argument may be. `panic` would end the test, and `forget` breaks a rule.
fn values(place: &str) -> Vec<Value> {
    match place {
        "name" => ["a", "b"].map(Value::from).to_vec(),
        "text" => ["", "milk", "milk, eggs"].map(Value::from).to_vec(),
        "seconds" => vec![0.into()],
        "fault" => vec!["error".into()],
        _ => unreachable!("{place}"),
    }
}

fn drawings() -> impl Strategy<Value = Value> {
    let all = choices(&schema(), &|_| Vec::new(), &|place, _| values(place));
    let drawn: Vec<_> = all.iter().map(|(_, it)| select(it.clone())).collect();
    drawn.prop_map(move |values| Drawing::new(&all, values).config(&schema()))
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().build().unwrap();
    runtime.block_on(work)
}

/// Applies a configuration of which some places are unknown at plan. Only what is asked to fail
/// does.
async fn apply(terraform: &mut Terraform, config: &Value, unknown: &[prop::sample::Index]) {
    let places = configuration::places(&schema(), config);
    let foreseen = unknown.iter().fold(config.clone(), |config, place| {
        configuration::with_unknown(config, place.get(&places))
    });
    let plan = terraform.plan(&foreseen).await.unwrap();
    let applied = terraform.apply(&plan, config).await;
    // An update of something unknown may turn out to be none.
    let changes = match plan.action {
        Action::NoOp => false,
        Action::Update => terraform.state() != &plan.before,
        _ => true,
    };
    let fails = !config.get("fault").is_null() && changes;
    assert_eq!(applied.is_err(), fails, "{applied:?}");
}

fn unknowns() -> impl Strategy<Value = Vec<prop::sample::Index>> {
    prop::collection::vec(any::<prop::sample::Index>(), 0..3)
}

proptest! {
    #[test]
    fn a_note_is_written_and_changed_and_read_and_removed(
        (first, next) in (drawings(), drawings()),
        (first_unknown, next_unknown) in (unknowns(), unknowns()),
    ) {
        run(async {
            let mut desk = Desk::new();
            let terraform = &mut desk.terraform;
            apply(terraform, &first, &first_unknown).await;
            apply(terraform, &next, &next_unknown).await;
            let current = terraform.current.as_mut().unwrap();
            current.tainted = false;
            assert_eq!(terraform.plan(&next).await.unwrap().action, Action::NoOp);

            let known = terraform.state().clone();
            let mut other = Terraform::new(Arc::new(Note {
                shelf: Shelf(Arc::new(Mutex::new(Some(desk.directory.clone())))),
            }));
            other.import(known.get("name").as_str().unwrap()).await.unwrap();
            assert_eq!(other.state().get("length"), known.get("length"));

            desk.terraform.destroy().await.unwrap();
            assert_eq!(fs::read_dir(&desk.directory).unwrap().count(), 0);
        });
    }
}

#[test]
#[should_panic(expected = "what was made without an error has a state")]
fn a_note_that_is_forgotten_is_noticed() {
    run(async {
        let mut desk = Desk::new();
        let written = [("name", "a"), ("fault", "forget")];
        let written = Value::object(written.map(|(name, value)| (name, value.into())));
        let config = configuration::complete(&schema(), &written);
        let plan = desk.terraform.plan(&config).await.unwrap();
        let _ = desk.terraform.apply(&plan, &config).await;
    });
}

#[test]
fn a_note_that_exists_is_read_as_data() {
    run(async {
        let mut desk = Desk::new();
        let written = Value::object([("name", Value::from("a")), ("text", "milk".into())]);
        apply(
            &mut desk.terraform,
            &configuration::complete(&schema(), &written),
            &[],
        )
        .await;
        let existing = Existing {
            shelf: Shelf(Arc::new(Mutex::new(Some(desk.directory.clone())))),
        };
        let named = |name: &str| Value::object([("name", name.into()), ("text", Value::Null)]);
        let (data, said) = read_data(&existing, &named("a")).await.unwrap();
        assert_eq!(data.get("text"), &Value::from("milk"));
        assert!(said.is_empty());
        assert!(read_data(&existing, &named("b")).await.is_err());
    });
}
