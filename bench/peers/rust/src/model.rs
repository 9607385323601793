//! The model of orchestration: all parts that the events of the mix can fill. (digest.rs adds the parts that only other
//! events fill, such as reverts, commits and the queue, as empty.) A turn holds its share of the transcript.

use crate::event::{CallStatus, CheckpointKind, Mode, Policy, Role, Usage};
use crate::id::{Id, Map, Set};
use crate::table::Layout;

pub struct Model<L: Layout> {
    pub projects: Map<Id, Project>,
    pub roots: Map<String, Id>,
    pub threads: L::Table<Thread>,
    pub turns: L::Table<Turn<L>>,
    pub messages: Map<Id, Id>,
    pub requests: Map<Id, Request>,
    pub checkpoints: Map<Id, Checkpoint>,
    pub garbage: Map<Id, Garbage>,
    pub retired: Set<Id>,
    pub active_turns: Set<Id>,
    pub pending_checkpoints: Set<Id>,
    pub answered_requests: Set<Id>,
}

impl<L: Layout> Default for Model<L> {
    fn default() -> Self {
        Model {
            projects: Map::default(),
            roots: Map::default(),
            threads: Default::default(),
            turns: Default::default(),
            messages: Map::default(),
            requests: Map::default(),
            checkpoints: Map::default(),
            garbage: Map::default(),
            retired: Set::default(),
            active_turns: Set::default(),
            pending_checkpoints: Set::default(),
            answered_requests: Set::default(),
        }
    }
}

pub struct Project {
    pub title: String,
    pub root: String,
    pub root_key: String,
    pub default_model: Option<String>,
    pub threads: Vec<Id>,
    pub active: Set<Id>,
}

pub struct Settings {
    pub model: String,
    pub policy: Policy,
    pub mode: Mode,
}

pub struct Session {
    pub epoch: u64,
    pub session_ref: String,
}

/// Small ordered sets are vectors, because few items are open at once.
pub struct Thread {
    pub project: Id,
    pub title: String,
    pub settings: Settings,
    pub worktree: Option<(String, String)>, // base ref and name
    pub version: u64,
    pub turns: Vec<Id>,
    pub turns_started: u64,
    pub active: Option<Id>,
    pub session: Option<Session>,
    pub last_epoch: u64,
    pub checkpoints: Vec<Id>,
    pub pending_checkpoints: Vec<Id>,
    pub next_checkpoint_ordinal: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TurnState {
    Said, // its message arrived, but it has not started
    Starting,
    Running,
    Awaiting,
    Completed,
}

pub struct OpenBlock {
    pub index: u64,
    pub parent: Option<String>,
}

pub struct Turn<L: Layout> {
    pub thread: Id,
    pub thread_link: L::Link,
    pub state: TurnState,
    pub last_seq: u64,
    pub blocks: u64,
    pub open_block: Option<OpenBlock>,
    pub reply: Option<Message>,
    pub input: Option<Message>,
    pub ordinal: Option<u64>,
    pub message: Id,
    pub frozen: Option<Settings>,
    pub dispatched: bool,
    pub provider_ref: Option<String>,
    pub usage: Option<Usage>,
    pub stop_reason: Option<String>,
    pub calls: Map<String, Call>,
    pub running_calls: Vec<String>,
    pub requests: Vec<Id>,
    pub open_requests: Vec<Id>,
    pub pending_requests: u64,
}

pub struct Message {
    pub id: Id,
    pub role: Role,
    pub blocks: Vec<Block>,
}

pub enum Block {
    Text { text: String, sealed: bool, parent: Option<String> },
    ToolUse { call_id: String, name: String, input: String, parent: Option<String> },
}

pub struct Call {
    pub name: String,
    pub parent: Option<String>,
    pub status: CallStatus,
    pub block: u64,
    pub run_by_provider: bool,
    pub denied: bool,
    pub output: Option<(String, bool)>, // and whether it is an error
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum RequestState {
    Pending,
    Answered,
    Delivered,
}

pub enum Decision {
    Allow,
    AllowForSession,
    Deny { feedback: Option<String> },
}

/// Asks whether a tool may run.
pub struct Request {
    pub turn: Id,
    pub provider_id: String,
    pub tool_call: Option<String>,
    pub name: String,
    pub summary: String,
    pub state: RequestState,
    pub decision: Option<Decision>,
}

pub struct Checkpoint {
    pub thread: Id,
    pub ordinal: u64,
    pub kind: CheckpointKind,
    pub after_turn: Option<Id>,
    pub label: Option<String>,
    pub git_ref: Option<(String, Vec<String>)>, // and files
}

pub enum Garbage {
    GitRef { thread: Id, root: String, checkpoint: Id, git_ref: String },
    Session { thread: Id, epoch: u64, session_ref: String },
}
