//! What administrators may change about requests: what they may about any ticket.

use engine::SettingDef;

use crate::ticket::settings::{
    HOLD_REASON_SHAPE, HoldReasons, OpenTasks, PriorityMatrix, ROUTING_SHAPE, Route,
    default_hold_reasons, default_matrix, ticket_settings,
};

/// All settings of the practice.
pub const ALL: &[SettingDef] = ticket_settings!("request",);
