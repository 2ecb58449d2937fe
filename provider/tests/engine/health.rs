//! `wait_for_healthy`: an old target leaves bootstrap only when the new ones are healthy there.

use std::time::Duration;

use provider::reconcile::Write;
use tokio::time::Instant;

use crate::{
    config::Config,
    rig::{Rig, assert_settled, run},
};

#[test]
fn a_machine_leaves_when_its_successor_is_healthy() {
    for waits in [false, true] {
        run(async {
            let mut rig = Rig::default();
            let mut config = Config::of(3);
            assert_settled(&rig.apply(&config).await);
            rig.fake
                .edit(|world| world.pace.healthy = Duration::from_secs(90));
            config.policy.wait_for_healthy = waits;
            config.brokers.get_mut(&3).unwrap().target = "10.0.9.9".to_owned();
            let begun = Instant::now();
            let end = rig.apply(&config).await;
            assert_settled(&end);
            assert_eq!(begun.elapsed() > Duration::from_secs(90), waits);
            let last = end
                .done
                .iter()
                .rfind(|step| matches!(step.write, Write::Deregister(_)));
            assert!(last.unwrap().to_string().contains("10.0.0.4:9094"));
        });
    }
}

/// What never becomes healthy is awaited until the deadline, and named.
#[test]
fn what_stays_unhealthy_is_awaited() {
    run(async {
        let mut rig = Rig::default();
        let mut config = Config::of(3);
        assert_settled(&rig.apply(&config).await);
        rig.fake
            .edit(|world| world.pace.healthy = Duration::from_secs(1_000_000));
        rig.time_limit = Some(Duration::from_secs(600));
        config.policy.wait_for_healthy = true;
        config.brokers.get_mut(&3).unwrap().target = "10.0.9.9".to_owned();
        let end = rig.apply(&config).await;
        assert!(end.timed_out);
        let awaited: Vec<String> = end
            .left
            .awaited
            .iter()
            .map(|it| it.slot.to_string())
            .collect();
        assert_eq!(awaited, ["target-group/bootstrap"]);
    });
}
