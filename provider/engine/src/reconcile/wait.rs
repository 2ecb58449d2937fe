//! What a step waits for: a fact of the observation, and the order that asks for it.

use std::fmt;

use crate::model::{BrokerId, Key, Role, object::target_group::IpFamily};
use crate::reconcile::Conflict;

/// A fact that must be seen before a step may start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    pub order: Order,
    pub fact: Fact,
}

/// Why a step waits. Laws hold always; courtesies give way when nothing else can move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    /// What a step points at is there, and far enough.
    Reference,
    /// A delete waits until nothing points at the object.
    Release,
    /// A listener needs one of the load balancer's places.
    Room,
    /// A target leaves a group only when those that replace it are in.
    RegisterFirst,
    /// A principal leaves only when the connections that it alone let in are rejected: afterwards
    /// nobody could tell them from those that were left on purpose.
    RejectFirst,
    /// What users or AWS put in the way.
    Conflict,
    /// A listener stops serving a role only when the role's new listeners serve.
    Handover,
    /// A removed broker is out of bootstrap before its listener goes.
    LeaveFirst,
    /// A new broker joins bootstrap when its own listeners serve.
    JoinLast,
    /// A group that goes is emptied first, so that its connections drain as configured.
    Drain,
    /// The old generation of a slot goes when the new one is ready.
    Successor,
    /// A port closes after its listener, and after what replaces its rule is open.
    CloseLast,
    /// Not an order between steps: courtesies give way.
    Yield,
}

/// How far an object must be for another to point at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    Exists,
    Ready,
    /// A target group holds what it may offer; a load balancer has all its listeners.
    Serves,
}

/// One fact of the observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    Until(Key, Need),
    /// `by` points at `key` no more.
    Released {
        key: Key,
        by: Key,
    },
    Gone(Key),
    /// No endpoint is connected to the service.
    Disconnected,
    /// No endpoint is connected that only a principal that leaves let in.
    Rejected,
    /// The load balancer and its service are in the zones where they are to be.
    Placed,
    /// An endpoint is listed as one that asks to be accepted.
    Asking(Key),
    /// An address family is spoken by this object.
    Speaks(Key, IpFamily),
    /// An address family is used by nothing that points at this object.
    Unspoken(Key, IpFamily),
    /// Every wanted listener of the role forwards to the role's wanted group.
    Served(Role),
    /// No bootstrap group that serves, or is to serve, holds a target of this broker alone.
    Left(BrokerId),
    /// The broker's wanted targets are in the wanted bootstrap group.
    Joined(BrokerId),
    /// The group holds every wanted target that may be in it by now.
    Registered(Key),
    /// The broker's wanted targets are healthy in the wanted bootstrap group.
    Healthy(BrokerId),
    /// Bootstrap holds no target of this group that is not to be in it.
    Dismissed(Key),
    /// The group holds no target.
    Empty(Key),
    /// Every wanted rule of the security group is in force.
    Open(Key),
    /// The load balancer has a free listener place.
    Room,
    /// Nothing else of the path has to stay.
    Whole,
    /// Never: somebody must decide first.
    Never(Conflict),
}

impl Wait {
    pub(super) fn new(order: Order, fact: Fact) -> Wait {
        Wait { order, fact }
    }

    pub(super) fn never(conflict: Conflict) -> Wait {
        Wait::new(Order::Conflict, Fact::Never(conflict))
    }
}

impl Order {
    pub const ALL: [Order; 13] = [
        Order::Reference,
        Order::Release,
        Order::Room,
        Order::RegisterFirst,
        Order::RejectFirst,
        Order::Conflict,
        Order::Handover,
        Order::LeaveFirst,
        Order::JoinLast,
        Order::Drain,
        Order::Successor,
        Order::CloseLast,
        Order::Yield,
    ];

    /// Whether it may be dropped when no step can run otherwise.
    pub fn is_courtesy(self) -> bool {
        match self {
            Order::Handover | Order::LeaveFirst | Order::JoinLast | Order::Drain => true,
            Order::Successor | Order::CloseLast => true,
            Order::Reference | Order::Release | Order::Room | Order::RegisterFirst => false,
            Order::RejectFirst | Order::Conflict | Order::Yield => false,
        }
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fact.fmt(f)
    }
}

/// In people's words; with `{:#}` by keys, as stories tell two generations of one part apart.
impl Fact {
    /// The object by which it comes about, where it is one.
    pub(super) fn object(&self) -> Option<Key> {
        match self {
            Fact::Until(key, _) | Fact::Released { by: key, .. } | Fact::Gone(key) => Some(*key),
            Fact::Speaks(key, _) => Some(*key),
            _ => None,
        }
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by_key = f.alternate();
        let part = |key: &Key| match by_key {
            true => key.to_string(),
            false => key.slot.called(),
        };
        match self {
            Fact::Until(key, Need::Exists) => write!(f, "{} exists", part(key)),
            Fact::Until(key, Need::Ready) => write!(f, "{} is ready", part(key)),
            Fact::Until(key, Need::Serves) => write!(f, "{} serves", part(key)),
            Fact::Released { key, by } => {
                write!(f, "{} no longer uses {}", part(by), part(key))
            }
            Fact::Gone(key) => write!(f, "{} is gone", part(key)),
            Fact::Disconnected => f.write_str("no endpoint is connected"),
            Fact::Rejected => f.write_str("those that lose their permission are rejected"),
            Fact::Placed => f.write_str(
                "the load balancer has its subnets, and the endpoint service serves their zones",
            ),
            Fact::Asking(key) => write!(f, "{} asks to be accepted", part(key)),
            Fact::Speaks(key, family) => write!(f, "{} serves {}", part(key), family.as_str()),
            Fact::Unspoken(key, family) => {
                write!(f, "nothing uses {} on {}", family.as_str(), part(key))
            }
            Fact::Served(role) => write!(f, "the listeners of {} serve", role.called()),
            Fact::Left(id) => write!(f, "broker {id} has left bootstrap"),
            Fact::Joined(id) => write!(f, "broker {id} has joined bootstrap"),
            Fact::Registered(key) => write!(f, "{} holds its targets", part(key)),
            Fact::Healthy(id) => {
                write!(
                    f,
                    "broker {id} is healthy in the target group of all brokers"
                )
            }
            Fact::Dismissed(key) => write!(
                f,
                "the target group of all brokers no longer holds the targets of {}",
                part(key)
            ),
            Fact::Empty(key) => write!(f, "{} is empty", part(key)),
            Fact::Open(key) => write!(f, "{} has its new rules", part(key)),
            Fact::Room => f.write_str("the load balancer has room for another listener"),
            Fact::Whole => f.write_str("nothing of the path has to stay"),
            Fact::Never(conflict) => conflict.fmt(f),
        }
    }
}
