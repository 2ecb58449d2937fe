//! Whatever ends an apply or a destroy, and at whatever moment: no object is forgotten.
//!
//! Each way to lose a path, with each trouble, at each call that is made of AWS. The table is
//! printed by `cargo test --test oracle no_object_is_ever_forgotten -- --nocapture --test-threads=1`.

use std::fmt::Write as _;

use provider::{
    fake::{Effect, Fault},
    model::tags::OWNER,
    reconcile::Write,
};
use tfplugin::{Diagnostics, Value};
use tokio_util::sync::CancellationToken;

use crate::{
    account::Trouble,
    bench::{Bench, in_virtual_time, told},
    cases::Step,
    terraform::Plan,
};

/// What Terraform is at when it happens.
#[derive(Clone, Copy, Debug)]
enum Way {
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
    let given = [
        ("endpoint", true.into()),
        ("name", name.into()),
        ("brokers.2", false.into()),
        ("brokers.3", false.into()),
        ("brokers.4", false.into()),
        ("brokers.5", false.into()),
    ];
    Step::with::<6, 0>(given, [])
}

/// What is there when it begins, and the configuration that is to be.
async fn beginning(way: Way) -> (Bench, Step) {
    let mut bench = Bench::new();
    let first = step("orders");
    match way {
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
        _ if creates_first => step("billing"),
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
    let world = bench.fake.world();
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

/// Trouble at one moment. `None` where everything was done before it came.
async fn strike(way: Way, name: &str, moment: usize) -> Option<Result<&'static str, String>> {
    let (mut bench, next) = beginning(way).await;
    let command = command(&mut bench, way, &next).await;
    let before = owners(&bench);
    let trouble = trouble(&mut bench, name);
    bench.account.trouble(moment, Some(trouble));
    let done: Result<(), Diagnostics> = match &command {
        Command::Apply(plan) => bench.terraform.apply(plan, &next.config).await,
        Command::Destroy => bench.terraform.destroy().await,
    };
    let calls = bench.account.trouble(0, None);
    bench.terraform.interrupted = CancellationToken::new();
    bench.terraform.killed = CancellationToken::new();
    if calls <= moment {
        let said = done.err().map(|said| told(&said));
        assert_eq!(said, None, "{way:?} fails without any trouble");
        return None;
    }
    // Of a create whose provider died Terraform is told nothing, and records nothing.
    let mut unrecorded = owners(&bench);
    unrecorded.retain(|owner| !before.contains(owner) && !known(&bench).contains(owner));
    let forgotten: Vec<String> = owners(&bench)
        .into_iter()
        .filter(|owner| before.contains(owner) && !known(&bench).contains(owner))
        .collect();
    if !forgotten.is_empty() {
        return Some(Err(format!("the state forgot {forgotten:?}")));
    }
    if !unrecorded.is_empty() && name != "provider killed" {
        return Some(Err(format!("the state never knew {unrecorded:?}")));
    }
    if !unrecorded.is_empty() {
        return Some(Ok("killed create"));
    }
    // What the state knows is found again.
    let gone = bench.terraform.refresh().await;
    if let Err(said) = gone {
        return Some(Err(format!("cannot be read: {}", told(&said))));
    }
    let lost: Vec<String> = owners(&bench)
        .into_iter()
        .filter(|owner| !known(&bench).contains(owner))
        .collect();
    if !lost.is_empty() {
        return Some(Err(format!("reading lost {lost:?}")));
    }
    let again = match &command {
        Command::Apply(_) => match bench.terraform.plan(&next.config).await {
            Ok(plan) => bench.terraform.apply(&plan, &next.config).await,
            Err(said) => Err(said),
        },
        Command::Destroy => Ok(()),
    };
    if let Err(said) = again {
        return Some(Err(format!("another apply fails: {}", told(&said))));
    }
    let destroyed = bench.terraform.destroy().await;
    if let Err(said) = destroyed {
        return Some(Err(format!("a destroy fails: {}", told(&said))));
    }
    match owners(&bench) {
        left if left.is_empty() => Some(Ok("kept")),
        left => Some(Err(format!("a destroy leaves {left:?}"))),
    }
}

/// A row for each trouble. The first moments are tried one by one, and of the later ones every
/// `KEPT_EVERY`th, which is each of them where that is 1.
#[allow(clippy::print_stdout)] // The table is what `--nocapture` is for.
fn never_forgotten(way: Way) {
    let every = std::env::var("KEPT_EVERY").map_or(4, |every| every.parse().unwrap());
    let mut table = String::new();
    let mut lost = Vec::new();
    for name in TROUBLES {
        let (mut moment, mut tried, mut unrecorded, before) = (0, 0, 0, lost.len());
        while let Some(outcome) = in_virtual_time(strike(way, name, moment)) {
            match outcome {
                Ok("kept") => {}
                Ok(_) => unrecorded += 1,
                Err(how) => lost.push(format!("{way:?}, {name}, call {moment}: {how}")),
            }
            tried += 1;
            moment += if moment < 6 { 1 } else { every };
        }
        assert!(tried > 2, "{way:?} asks AWS for nothing");
        let word = if lost.len() > before { "LOST" } else { "kept" };
        let way = format!("{way:?}");
        write!(
            table,
            "{way:<28}{name:<22}{word} at {tried} moments of {moment}"
        )
        .unwrap();
        if unrecorded > 0 {
            write!(
                table,
                " ({unrecorded} of a create that was killed: told by the next)"
            )
            .unwrap();
        }
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
        assert!(left.is_none() && !said.has_errors(), "{}", told(&said));

        crate::bench::nothing_to_do(&mut other, &theirs.config).await;
        other.destroy().await.unwrap();
        bench.only_others_are_left();
    });
}
