//! Which calls carry out a write: each kind of object has its own.

use super::{
    alias, ec2_tags, elb_tags, endpoint, listener, load_balancer,
    operation::{Context, Outcome},
    security_group, service, target_group, zone,
};
use engine::model::{Object, Slot, object::Change};
use engine::reconcile::{CloudError, Write};

pub(super) async fn write(context: Context<'_>, write: &Write) -> Result<Outcome, CloudError> {
    match write {
        Write::Create(object) => create(context, object).await,
        Write::Overwrite(alias) => alias::overwrite(context, alias).await,
        Write::Delete => delete(context).await.map(|()| Outcome::default()),
        Write::Tag { set, remove } => {
            let id = context.operation("tag").own_id()?;
            match context.key.slot {
                Slot::SecurityGroup(_) | Slot::Service | Slot::Endpoint => {
                    ec2_tags::write(context, id, set, remove).await?;
                }
                Slot::LoadBalancer | Slot::TargetGroup(_) | Slot::Listener(_) => {
                    elb_tags::write(context, id, set, remove).await?;
                }
                Slot::Zone => zone::write_tags(context, id, set, remove).await?,
                // Records have no tags that could differ.
                Slot::Alias(_) => {}
            }
            Ok(Outcome::default())
        }
        Write::Change(it) => change(context, it).await,
    }
}

async fn create(context: Context<'_>, object: &Object) -> Result<Outcome, CloudError> {
    let id = match object {
        Object::SecurityGroup(group) => security_group::create(context, group).await?,
        Object::LoadBalancer(balancer) => load_balancer::create(context, balancer).await?,
        Object::TargetGroup(group) => target_group::create(context, group).await?,
        Object::Listener(listener) => listener::create(context, listener).await?,
        Object::Service(service) => service::create(context, service).await?,
        Object::Endpoint(endpoint) => endpoint::create(context, endpoint).await?,
        Object::Zone(zone) => zone::create(context, zone).await?,
        Object::Alias(alias) => return alias::create(context, alias).await,
    };
    Ok(Outcome {
        id: Some(id),
        change: None,
    })
}

async fn delete(context: Context<'_>) -> Result<(), CloudError> {
    match context.key.slot {
        Slot::SecurityGroup(_) => security_group::delete(context).await,
        Slot::LoadBalancer => load_balancer::delete(context).await,
        Slot::TargetGroup(_) => target_group::delete(context).await,
        Slot::Listener(_) => listener::delete(context).await,
        Slot::Service => service::delete(context).await,
        Slot::Endpoint => endpoint::delete(context).await,
        Slot::Zone => zone::delete(context).await,
        Slot::Alias(_) => alias::delete(context).await,
    }
}

async fn change(context: Context<'_>, change: &Change) -> Result<Outcome, CloudError> {
    match change {
        Change::SecurityGroup(change) => security_group::change(context, change).await?,
        Change::LoadBalancer(change) => load_balancer::change(context, change).await?,
        Change::TargetGroup(change) => target_group::change(context, change).await?,
        Change::Listener(change) => listener::change(context, change).await?,
        Change::Service(change) => service::change(context, change).await?,
        Change::Endpoint(change) => endpoint::change(context, change).await?,
        Change::Alias(change) => return alias::change(context, change).await,
    }
    Ok(Outcome::default())
}
