//! Whatever goes wrong with one write, or with two: running the command again is the whole answer.
//!
//! Every write of every operation, of both resources that own objects, meets every fault that the
//! in-memory AWS knows. Then AWS is well again, the same command is run once more, and what is there
//! is what an undisturbed run makes: nothing over, nothing twice, nothing of others touched.
//! `make faults` prints the table.

use engine::fake::{Effect, EndpointState, Fault};
use tfplugin::{Value, testing::Terraform};

use crate::{
    bench::{Bench, differences, nothing_to_do},
    cases::Step,
    commands::{in_virtual_time, messages},
    endpoint, kept,
};

const EFFECTS: [(&str, Effect); 8] = [
    ("refused", Effect::Refuse),
    ("AWS fails", Effect::Break),
    ("answer lost", Effect::LoseAnswer),
    ("not kept", Effect::Forget),
    ("not yet", Effect::PutOff),
    ("not found", Effect::Miss),
    ("hangs", Effect::Hang),
    ("done, never answered", Effect::Silence),
];

#[derive(Clone, Copy, Debug)]
enum Operation {
    Create,
    Update,
    Replace,
    Import,
    Destroy,
}

const OPERATIONS: [Operation; 5] = [
    Operation::Create,
    Operation::Update,
    Operation::Replace,
    Operation::Import,
    Operation::Destroy,
];

/// A resource: how its account begins, and two configurations of it.
struct Subject {
    name: &'static str,
    bench: fn() -> Bench,
    steps: fn() -> (Step, Step),
}

const SUBJECTS: [Subject; 2] = [
    Subject {
        name: "kafka_privatelink",
        bench: Bench::new,
        steps: kept::small_and_changed,
    },
    Subject {
        name: "kafka_privatelink_endpoint",
        bench: endpoint::open_service,
        steps: endpoint::plain_and_changed,
    },
];

/// What is there before it, the operation, and what is to be after it.
async fn beginning(subject: &Subject, operation: Operation) -> (Bench, Option<Step>) {
    let (first, changed) = (subject.steps)();
    let mut bench = (subject.bench)();
    match operation {
        Operation::Create => return (bench, Some(first)),
        Operation::Update | Operation::Replace | Operation::Destroy => {
            bench.apply(&first).await;
        }
        Operation::Import => {
            bench.apply(&first).await;
            let id = bench
                .terraform
                .state()
                .get("id")
                .as_str()
                .unwrap()
                .to_owned();
            bench.terraform.current = None;
            bench.terraform.import(&id).await.unwrap();
        }
    }
    bench.fake.take_journal();
    match operation {
        Operation::Replace => (bench, Some(first)),
        Operation::Destroy => (bench, None),
        _ => (bench, Some(changed)),
    }
}

/// Runs the command, once; a failed one is said.
async fn run(
    terraform: &mut Terraform,
    operation: Operation,
    next: Option<&Step>,
    is_first: bool,
) -> Result<(), String> {
    let Some(next) = next else {
        return terraform
            .destroy()
            .await
            .map(drop)
            .map_err(|said| messages(&said));
    };
    let plan = match operation {
        Operation::Replace if is_first => terraform.plan_replacement(&next.config).await,
        _ => terraform.plan(&next.config).await,
    };
    let plan = plan.map_err(|said| messages(&said))?;
    let applied = terraform.apply(&plan, &next.config).await;
    applied.map(drop).map_err(|said| messages(&said))
}

/// A state without what AWS or chance decides.
fn masked(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(mask(text)),
        Value::Object(members) => Value::object(members.iter().map(|(name, it)| {
            let it = match name.as_str() {
                "owner_id" => Value::from("#"),
                _ => masked(it),
            };
            (name.as_str(), it)
        })),
        Value::Map(members) => {
            Value::map(members.iter().map(|(name, it)| (name.as_str(), masked(it))))
        }
        Value::Set(items) => Value::set(items.iter().map(masked)),
        Value::List(items) => Value::list(items.iter().map(masked)),
        other => other.clone(),
    }
}

/// Runs of letters and digits that are ids: long, or with a digit in them.
fn mask(text: &str) -> String {
    let parts = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let masked = parts.map(|part| {
        let word = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_hash = word.len() == 6 && word.chars().all(|c| c.is_ascii_hexdigit());
        let is_id = is_hash || word.len() >= 5 && word.chars().any(|c| c.is_ascii_digit());
        match is_id {
            true => format!("#{}", &part[word.len()..]),
            false => part.to_owned(),
        }
    });
    masked.collect()
}

/// How many objects of each kind there are, others' included.
fn census(bench: &Bench) -> [usize; 8] {
    let world = bench.fake.world();
    [
        world.security_groups.len(),
        world.balancers.len(),
        world.target_groups.len(),
        world.listeners.len(),
        world.services.len(),
        world
            .endpoints
            .values()
            .filter(|it| !matches!(it.state, EndpointState::Going(_)))
            .count(),
        world.zones.len(),
        world.records.len(),
    ]
}

struct Undisturbed {
    writes: u32,
    state: Value,
    census: [usize; 8],
}

async fn undisturbed(subject: &Subject, operation: Operation) -> Undisturbed {
    let (mut bench, next) = beginning(subject, operation).await;
    let ended = run(&mut bench.terraform, operation, next.as_ref(), true).await;
    ended.unwrap_or_else(|said| panic!("{} {operation:?}: {said}", subject.name));
    let writes = bench.fake.take_journal().writes.len();
    Undisturbed {
        writes: u32::try_from(writes).unwrap(),
        state: masked(bench.terraform.state()),
        census: census(&bench),
    }
}

/// Strikes, runs the command again, and says what is not as it would have been.
async fn strike(
    subject: &Subject,
    operation: Operation,
    faults: Vec<Fault>,
    expected: &Undisturbed,
) -> Result<(), String> {
    let (mut bench, next) = beginning(subject, operation).await;
    for fault in faults {
        bench.fake.inject(fault);
    }
    let first = run(&mut bench.terraform, operation, next.as_ref(), true).await;
    bench.fake.heal();
    // Whoever was told of a failure runs it again; whoever was not has nothing left to do.
    if first.is_err() {
        let again = run(&mut bench.terraform, operation, next.as_ref(), false).await;
        again.map_err(|said| format!("running it again fails: {said}"))?;
    }
    let census = census(&bench);
    if census != expected.census {
        return Err(format!(
            "{census:?} objects, undisturbed {:?}",
            expected.census
        ));
    }
    let state = masked(bench.terraform.state());
    if state != expected.state {
        return Err(differences(&expected.state, &state));
    }
    if let Some(next) = &next {
        let read = bench.terraform.refresh().await;
        read.map_err(|said| messages(&said))?;
        nothing_to_do(&mut bench.terraform, &next.config).await;
        let destroyed = bench.terraform.destroy().await;
        destroyed.map_err(|said| format!("a destroy fails: {}", messages(&said)))?;
    }
    bench.only_others_are_left();
    Ok(())
}

/// Every write with every fault.
#[allow(clippy::print_stdout)] // The table is what `--nocapture` is for.
fn every_fault(subject: &Subject) -> usize {
    let mut tried = 0;
    let mut bad = Vec::new();
    for operation in OPERATIONS {
        let expected = in_virtual_time(undisturbed(subject, operation));
        assert!(
            expected.writes > 0,
            "{} {operation:?} writes nothing",
            subject.name
        );
        for (name, effect) in EFFECTS {
            let before = bad.len();
            for nth in 0..expected.writes {
                let faults = vec![Fault::after(nth, effect)];
                let found = in_virtual_time(strike(subject, operation, faults, &expected));
                if let Err(how) = found {
                    bad.push(format!(
                        "{} {operation:?}, {name}, write {nth}: {how}",
                        subject.name
                    ));
                }
            }
            tried += expected.writes as usize;
            println!(
                "{:<28}{:<10}{name:<22}{:>4} writes, {:>4} converged",
                subject.name,
                format!("{operation:?}"),
                expected.writes,
                expected.writes as usize - (bad.len() - before)
            );
        }
    }
    assert!(
        bad.is_empty(),
        "{} of {tried}:\n{}",
        bad.len(),
        bad.join("\n")
    );
    tried
}

#[test]
fn running_it_again_is_the_whole_answer_to_any_fault() {
    let tried = every_fault(&SUBJECTS[0]);
    assert!(tried >= 500, "{tried} cases");
}

#[test]
fn running_it_again_is_the_whole_answer_to_any_fault_of_an_endpoint() {
    let tried = every_fault(&SUBJECTS[1]);
    assert!(tried >= 100, "{tried} cases");
}

/// Two faults in one run, wherever they fall.
#[test]
fn running_it_again_is_the_whole_answer_to_two_faults() {
    let mut tried = 0;
    // Any order will do that visits all parts of both.
    let mut random = 0x9e37_79b9_u32;
    let mut draw = |below: u32| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) % below
    };
    for subject in &SUBJECTS {
        for operation in OPERATIONS {
            let expected = in_virtual_time(undisturbed(subject, operation));
            for _ in 0..30 {
                let of = |draw: &mut dyn FnMut(u32) -> u32| {
                    let (name, effect) = EFFECTS[draw(EFFECTS.len() as u32) as usize];
                    (draw(expected.writes), name, effect)
                };
                let (one, other) = (of(&mut draw), of(&mut draw));
                let faults = vec![Fault::after(one.0, one.2), Fault::after(other.0, other.2)];
                let found = in_virtual_time(strike(subject, operation, faults, &expected));
                if let Err(how) = found {
                    panic!(
                        "{} {operation:?}, {one:?} and {other:?}: {how}",
                        subject.name
                    );
                }
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 300);
}
