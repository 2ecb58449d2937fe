//! Whatever ends an apply or a destroy, and at whatever moment: no object is forgotten.
//!
//! Each way to lose a path, with each trouble, at each call that is made of AWS. The table is
//! printed by `cargo test --test oracle no_object_is_ever_forgotten -- --nocapture --test-threads=1`.

use std::time::Duration;

use engine::fake::{Effect, Fault, World};
use engine::model::tags::OWNER;
use engine::reconcile::Write;
use tfplugin::{Diagnostics, Value, testing::Plan};
use tokio_util::sync::CancellationToken;

use crate::{
    account::Trouble,
    bench::Bench,
    cases::Step,
    commands::{in_virtual_time, messages},
};

/// What Terraform is at when it happens.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// There is nothing.
    Create,
    /// A create failed before it was done; now it is replaced.
    TaintedInPart,
    /// `terraform taint`, of a whole path.
    Tainted,
    TaintedDestroy,
    /// `-replace`, and `replace_triggered_by`, which Terraform treats alike.
    Replace,
    /// The same with `create_before_destroy`, which takes another name.
    CreateBeforeDestroy,
    TaintedCreateBeforeDestroy,
    Update,
    Destroy,
}

const TROUBLES: [&str; 5] = [
    "Ctrl-C",
    "credentials expired",
    "AWS not reachable",
    "provider killed",
    "timeout",
];

fn step(name: &str) -> Step {
    Step::with::<6, 0>(small(name), [])
}

/// A path of two brokers and an endpoint.
fn small(name: &str) -> [(&'static str, Value); 6] {
    [
        ("endpoint", true.into()),
        ("name", name.into()),
        ("brokers.2", false.into()),
        ("brokers.3", false.into()),
        ("brokers.4", false.into()),
        ("brokers.5", false.into()),
    ]
}

/// That path, and another hostname, other targets and a third broker of it.
pub fn small_and_changed() -> (Step, Step) {
    let [a, b, _, d, e, f] = small("orders");
    let hostname = ("hostname", "events.test.com".into());
    let changed = Step::with::<7, 0>([a, b, d, e, f, hostname, ("targets", 1.into())], []);
    (step("orders"), changed)
}

/// What replaces a path while that is there: in one VPC a hosted zone of a name is there once.
fn beside(name: &str, hostname: &'static str) -> Step {
    let [a, b, c, d, e, f] = small(name);
    Step::with::<7, 0>([a, b, c, d, e, f, ("hostname", hostname.into())], [])
}

/// What is there when it begins, and the configuration that is to be.
async fn beginning(way: Way) -> (Bench, Step) {
    let mut bench = Bench::new();
    let first = step("orders");
    match way {
        Way::Create => {}
        Way::TaintedInPart => {
            let plan = bench.plan(&first).await;
            bench.fake.inject(Fault::new(
                Effect::Refuse,
                9,
                |step| matches!(&step.write, Write::Create(object) if object.as_service().is_some()),
            ));
            let applied = bench.terraform.apply(&plan, &first.config).await;
            assert!(applied.is_err());
            bench.fake.heal();
        }
        _ => {
            bench.apply(&first).await;
        }
    }
    let taints = matches!(
        way,
        Way::Tainted | Way::TaintedDestroy | Way::TaintedCreateBeforeDestroy
    );
    if let Some(current) = &mut bench.terraform.current {
        current.tainted |= taints;
    }
    let creates_first = matches!(
        way,
        Way::CreateBeforeDestroy | Way::TaintedCreateBeforeDestroy
    );
    bench.terraform.create_before_destroy = creates_first;
    let next = match way {
        _ if creates_first => beside("billing", "billing.test.com"),
        Way::Update => Step::with::<3, 0>(
            [
                ("endpoint", true.into()),
                ("hostname", "events.test.com".into()),
                ("targets", 1.into()),
            ],
            [],
        ),
        _ => first,
    };
    (bench, next)
}

enum Command {
    Apply(Plan),
    Destroy,
}

async fn command(bench: &mut Bench, way: Way, next: &Step) -> Command {
    let terraform = &mut bench.terraform;
    match way {
        Way::Destroy | Way::TaintedDestroy => Command::Destroy,
        Way::Replace | Way::CreateBeforeDestroy => {
            Command::Apply(terraform.plan_replacement(&next.config).await.unwrap())
        }
        _ => Command::Apply(terraform.plan(&next.config).await.unwrap()),
    }
}

fn trouble(bench: &mut Bench, name: &str) -> Trouble {
    let token = CancellationToken::new();
    match name {
        "Ctrl-C" => {
            bench.terraform.interrupted = token.clone();
            Trouble::Interrupt(token)
        }
        "credentials expired" => Trouble::Expire,
        "AWS not reachable" => Trouble::Cut,
        "provider killed" => {
            bench.terraform.killed = token.clone();
            Trouble::Kill(token)
        }
        _ => Trouble::Stall,
    }
}

/// The owners of everything that was made here and is there.
fn owners(bench: &Bench) -> Vec<String> {
    let others = tagged(bench.others());
    let mut all = tagged(&bench.fake.world());
    all.retain(|owner| !others.contains(owner));
    all
}

fn tagged(world: &World) -> Vec<String> {
    let mut all: Vec<String> = world
        .security_groups
        .values()
        .map(|it| &it.tags)
        .chain(world.balancers.values().map(|it| &it.tags))
        .chain(world.target_groups.values().map(|it| &it.tags))
        .chain(world.listeners.values().map(|it| &it.tags))
        .chain(world.zones.values().map(|it| &it.tags))
        .chain(world.services.values().map(|it| &it.tags))
        .chain(world.endpoints.values().map(|it| &it.tags))
        .filter_map(|tags| tags.get(OWNER).cloned())
        .collect();
    all.sort();
    all.dedup();
    all
}

/// The owners that the states know.
fn known(bench: &Bench) -> Vec<String> {
    let instances = [&bench.terraform.current, &bench.terraform.deposed];
    let owner = |state: &Value| state.get("owner_id").as_str().map(str::to_owned);
    let states = instances.into_iter().flatten();
    states.filter_map(|it| owner(&it.state)).collect()
}

enum Outcome {
    Kept,
    Lost(String),
    /// Everything was done before it came, with so many calls.
    Untroubled(usize),
}

/// Trouble at one moment.
async fn strike(way: Way, name: &str, moment: usize) -> Outcome {
    let (mut bench, next) = beginning(way).await;
    let command = command(&mut bench, way, &next).await;
    let before = owners(&bench);
    let trouble = trouble(&mut bench, name);
    bench.account.trouble(moment, Some(trouble));
    let done: Result<Diagnostics, Diagnostics> = match &command {
        Command::Apply(plan) => bench.terraform.apply(plan, &next.config).await,
        Command::Destroy => bench.terraform.destroy().await,
    };
    let calls = bench.account.trouble(0, None);
    bench.terraform.interrupted = CancellationToken::new();
    bench.terraform.killed = CancellationToken::new();
    if calls <= moment {
        let said = done.err().map(|said| messages(&said));
        assert_eq!(said, None, "{way:?} fails without any trouble");
        return Outcome::Untroubled(calls);
    }
    let mut unrecorded = owners(&bench);
    unrecorded.retain(|owner| !before.contains(owner) && !known(&bench).contains(owner));
    let forgotten: Vec<String> = owners(&bench)
        .into_iter()
        .filter(|owner| before.contains(owner) && !known(&bench).contains(owner))
        .collect();
    if !forgotten.is_empty() {
        return Outcome::Lost(format!("the state forgot {forgotten:?}"));
    }
    if !unrecorded.is_empty() && name != "provider killed" {
        return Outcome::Lost(format!("the state never knew {unrecorded:?}"));
    }
    // What the state knows is found again.
    let gone = bench.terraform.refresh().await;
    if let Err(said) = gone {
        return Outcome::Lost(format!("cannot be read: {}", messages(&said)));
    }
    // Of a create whose provider died Terraform is told nothing, and records nothing; the next
    // create finds it.
    let lost: Vec<String> = owners(&bench)
        .into_iter()
        .filter(|owner| !known(&bench).contains(owner) && !unrecorded.contains(owner))
        .collect();
    if !lost.is_empty() {
        return Outcome::Lost(format!("reading lost {lost:?}"));
    }
    // What is half made has taken the name, and goes when there is another.
    let is_half_made = unrecorded.is_empty()
        && bench
            .terraform
            .current
            .as_ref()
            .is_some_and(|it| it.tainted);
    let next = match bench.terraform.create_before_destroy && is_half_made {
        true => beside("invoices", "invoices.test.com"),
        false => next,
    };
    let mut again = match &command {
        Command::Apply(_) if !unrecorded.is_empty() => {
            let Command::Apply(plan) = self::command(&mut bench, way, &next).await else {
                return Outcome::Lost("it is destroyed".to_owned());
            };
            bench.terraform.apply(&plan, &next.config).await
        }
        Command::Apply(_) => match bench.terraform.plan(&next.config).await {
            Ok(plan) => bench.terraform.apply(&plan, &next.config).await,
            Err(said) => Err(said),
        },
        Command::Destroy => Ok(Diagnostics::new()),
    };
    if again.is_ok() && !unrecorded.iter().all(|owner| known(&bench).contains(owner)) {
        return Outcome::Lost("the next create made another one".to_owned());
    }
    // It had just ended its create, and could not tell Terraform: an import finds the whole path.
    if let Err(said) = &again
        && !unrecorded.is_empty()
        && messages(said).contains("exists already")
    {
        let name = next.config.get("name").as_str().unwrap().to_owned();
        let mut heir = bench.elsewhere();
        if let Err(said) = heir.import(&name).await {
            return Outcome::Lost(format!("it cannot be imported: {}", messages(&said)));
        }
        if let Err(said) = heir.destroy().await {
            return Outcome::Lost(format!("the heir fails: {}", messages(&said)));
        }
        again = Ok(Diagnostics::new());
    }
    if let Err(said) = again {
        return Outcome::Lost(format!("another apply fails: {}", messages(&said)));
    }
    let destroyed = bench.terraform.destroy().await;
    if let Err(said) = destroyed {
        return Outcome::Lost(format!("a destroy fails: {}", messages(&said)));
    }
    match owners(&bench) {
        left if left.is_empty() => Outcome::Kept,
        left => Outcome::Lost(format!("a destroy leaves {left:?}")),
    }
}

/// A row for each trouble. The first moments are tried one by one, and of the later ones a few;
/// with `KEPT_EVERY=1` each, with another number every so manieth.
#[allow(clippy::print_stdout)] // The table is what `--nocapture` is for.
fn never_forgotten(way: Way) {
    const FIRST: usize = 4;
    const LATER: usize = 5;
    let every = std::env::var("KEPT_EVERY").ok();
    let every: Option<usize> = every.map(|every| every.parse().unwrap());
    let mut table = String::new();
    let mut lost = Vec::new();
    for name in TROUBLES {
        let Outcome::Untroubled(calls) = in_virtual_time(strike(way, name, usize::MAX)) else {
            panic!("{way:?} is troubled by nothing");
        };
        assert!(calls > 2, "{way:?} asks AWS for nothing");
        let every = every.unwrap_or_else(|| (calls / LATER).max(1));
        let later = (FIRST..calls).step_by(every);
        let (mut tried, before) = (0, lost.len());
        for moment in (0..FIRST.min(calls)).chain(later) {
            match in_virtual_time(strike(way, name, moment)) {
                Outcome::Kept => {}
                Outcome::Lost(how) => lost.push(format!("{way:?}, {name}, call {moment}: {how}")),
                // Waiting takes more calls one time than another.
                Outcome::Untroubled(_) => continue,
            }
            tried += 1;
        }
        let word = match lost.len() - before {
            0 => "kept".to_owned(),
            lost => format!("LOST at {lost}"),
        };
        let way = format!("{way:?}");
        let row = format!("{way:<28}{name:<22}{word}: {tried} of {calls} calls tried");
        table.push_str(&row);
        table.push('\n');
    }
    println!("{table}");
    assert!(lost.is_empty(), "{table}{}", lost.join("\n"));
}

mod no_object_is_ever_forgotten {
    use super::{Way, never_forgotten};

    macro_rules! ways {
        ($($name:ident: $way:ident,)*) => {$(
            #[test]
            fn $name() {
                never_forgotten(Way::$way);
            }
        )*};
    }

    ways! {
        create: Create,
        tainted_in_part: TaintedInPart,
        tainted: Tainted,
        tainted_destroy: TaintedDestroy,
        replace: Replace,
        create_before_destroy: CreateBeforeDestroy,
        tainted_create_before_destroy: TaintedCreateBeforeDestroy,
        update: Update,
        destroy: Destroy,
    }
}

/// Of a replacement the delete is handed private data of the new path, which say nothing of the old.
#[test]
fn the_delete_of_a_tainted_path_takes_no_longer_than_its_state_allows() {
    in_virtual_time(async {
        let mut bench = Bench::new();
        let mut limited = step("orders");
        if let Value::Object(members) = &mut limited.config {
            let unset = ["create", "read", "update"].map(|name| (name, Value::Null));
            let timeouts = Value::object(unset.into_iter().chain([("delete", "90s".into())]));
            members.insert("timeouts".to_owned(), timeouts);
        }
        limited.foreseen = limited.config.clone();
        bench.apply(&limited).await;
        bench.terraform.current.as_mut().unwrap().tainted = true;
        let plan = bench.plan(&limited).await;
        bench.account.trouble(1, Some(Trouble::Stall));
        let begun = tokio::time::Instant::now();
        let said = bench.terraform.apply(&plan, &limited.config).await;
        assert!(said.unwrap_err().has_errors());
        assert!(
            begun.elapsed() < Duration::from_secs(120),
            "{:?}",
            begun.elapsed()
        );
        bench.account.trouble(0, None);
        bench.apply(&limited).await;
        bench.leaves_nothing().await;
    });
}

/// Terraform does not mix them up; a state that was damaged by an older version has them so.
#[test]
fn private_data_of_another_path_is_not_believed() {
    in_virtual_time(async {
        let mut bench = Bench::new();
        let (ours, theirs) = (
            step("orders"),
            Step::with::<1, 0>([("name", "billing".into())], []),
        );
        bench.apply(&ours).await;
        let mut other = bench.elsewhere();
        let plan = other.plan(&theirs.config).await.unwrap();
        other.apply(&plan, &theirs.config).await.unwrap();
        let foreign = other.current.clone().unwrap().private;

        bench.terraform.current.as_mut().unwrap().private = foreign.clone();
        bench.is_in_place(&ours.config).await;

        // An update that is planned with them, without a read before it.
        bench.terraform.current.as_mut().unwrap().private = foreign.clone();
        let current = bench.terraform.current.clone();
        let changed = step("orders-2");
        let plan = bench
            .terraform
            .change(current.as_ref(), &changed.config, false)
            .await
            .unwrap();
        bench.terraform.apply(&plan, &changed.config).await.unwrap();
        bench.is_in_place(&changed.config).await;

        let mut current = bench.terraform.current.clone().unwrap();
        current.private = foreign;
        let (left, said) = bench.terraform.delete_with_its_private_data(current).await;
        assert!(left.is_none() && !said.has_errors(), "{}", messages(&said));

        crate::bench::nothing_to_do(&mut other, &theirs.config).await;
        other.destroy().await.unwrap();
        bench.only_others_are_left();
    });
}
