//! Applies each event to the model.

use crate::event::{Asked, CallStatus, Event, Role, Said, Workspace};
use crate::id::{Id, Map};
use crate::model::*;
use crate::table::{Layout, Table};

/// Initial capacity of a text that grows by deltas.
const REPLY_BYTES_FIRST: usize = 256;

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

fn settings(model: &str, policy: crate::event::Policy, mode: crate::event::Mode) -> Settings {
    Settings { model: model.to_owned(), policy, mode }
}

fn insert(set: &mut Vec<Id>, id: Id) {
    if !set.contains(&id) {
        set.push(id);
    }
}

fn erase<T: PartialEq>(set: &mut Vec<T>, is: impl Fn(&T) -> bool) {
    if let Some(place) = set.iter().position(is) {
        set.remove(place);
    }
}

impl<L: Layout> Turn<L> {
    fn new(thread: Id, thread_link: L::Link, message: Id) -> Self {
        Turn {
            thread,
            thread_link,
            state: TurnState::Said,
            last_seq: 0,
            blocks: 0,
            open_block: None,
            reply: None,
            input: None,
            ordinal: None,
            message,
            frozen: None,
            dispatched: false,
            provider_ref: None,
            usage: None,
            stop_reason: None,
            calls: Map::default(),
            running_calls: Vec::new(),
            requests: Vec::new(),
            open_requests: Vec::new(),
            pending_requests: 0,
        }
    }

    fn seal(&mut self) {
        let Some(open) = self.open_block.take() else { return };
        let blocks = self.reply.as_mut().map(|reply| &mut reply.blocks);
        if let Some(Block::Text { text, sealed, .. }) = blocks.and_then(|blocks| blocks.get_mut(open.index as usize)) {
            *sealed = true;
            text.shrink_to_fit();
        }
    }

    fn reply(&mut self, id: Id, messages: &mut Map<Id, Id>) -> &mut Message {
        self.reply.get_or_insert_with(|| {
            let reply = id.derive("assistant", "");
            messages.insert(reply, id);
            Message { id: reply, role: Role::Assistant, blocks: Vec::new() }
        })
    }

    fn leave_pending(&mut self, request: &Request) {
        if request.state != RequestState::Pending {
            return;
        }
        self.pending_requests = self.pending_requests.saturating_sub(1);
        if self.pending_requests == 0 && self.state == TurnState::Awaiting {
            self.state = TurnState::Running;
        }
    }
}

impl<L: Layout> Model<L> {
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::TextAppended { turn, seq, block, text, parent } => self.append(*turn, *seq, *block, text, *parent),
            Event::ProjectCreated { project, title, root, root_key, default_model } => {
                self.roots.insert((*root_key).to_owned(), *project);
                let created = Project {
                    title: (*title).to_owned(),
                    root: (*root).to_owned(),
                    root_key: (*root_key).to_owned(),
                    default_model: owned(*default_model),
                    threads: Vec::new(),
                    active: Default::default(),
                };
                self.projects.insert(*project, created);
            }
            Event::ProjectDeleted { project } => self.remove_project(*project),
            Event::ThreadCreated { thread, project, title, model, policy, mode, workspace } => {
                let Some(holder) = self.projects.get_mut(project) else { return };
                insert(&mut holder.threads, *thread);
                let worktree = match workspace {
                    Workspace::Root {} => None,
                    Workspace::NewWorktree { base_ref, name } => Some(((*base_ref).to_owned(), (*name).to_owned())),
                };
                let created = Thread {
                    project: *project,
                    title: (*title).to_owned(),
                    settings: settings(model, *policy, *mode),
                    worktree,
                    version: 1,
                    turns: Vec::new(),
                    turns_started: 0,
                    active: None,
                    session: None,
                    last_epoch: 0,
                    checkpoints: Vec::new(),
                    pending_checkpoints: Vec::new(),
                    next_checkpoint_ordinal: 1,
                };
                self.threads.insert(*thread, created);
            }
            Event::ThreadDeleted { thread } => self.remove_thread(*thread),
            Event::SessionBound { thread, epoch, session_ref } => {
                let Some(thread) = self.advance(*thread) else { return };
                thread.session = Some(Session { epoch: *epoch, session_ref: (*session_ref).to_owned() });
                thread.last_epoch = thread.last_epoch.max(*epoch);
            }
            Event::MessageAdded { message, thread, turn, role, blocks } => {
                self.add_message(*message, *thread, *turn, *role, blocks);
            }
            Event::TurnStarted { turn, thread, ordinal, message, frozen } => {
                let Some(link) = self.threads.link(*thread) else { return };
                let holder = self.threads.follow(link, *thread);
                holder.version += 1;
                insert(&mut holder.turns, *turn);
                holder.turns_started = holder.turns_started.max(*ordinal);
                holder.active = Some(*turn);
                if let Some(project) = self.projects.get_mut(&holder.project) {
                    project.active.insert(*turn);
                }
                self.active_turns.insert(*turn);
                if self.turns.find(*turn).is_none() {
                    self.turns.insert(*turn, Turn::new(*thread, link, *message));
                }
                let started = self.turns.find(*turn).expect("it was inserted");
                if started.state == TurnState::Said {
                    started.message = *message;
                }
                started.state = TurnState::Starting;
                started.ordinal = Some(*ordinal);
                started.frozen = Some(settings(frozen.model, frozen.policy, frozen.mode));
            }
            Event::TurnDispatched { turn, provider_turn_ref, .. } => {
                let Some(turn) = self.take(*turn, None) else { return };
                turn.dispatched = true;
                if turn.state == TurnState::Starting {
                    turn.state = TurnState::Running;
                }
                if turn.provider_ref.is_none() {
                    turn.provider_ref = owned(*provider_turn_ref);
                }
            }
            Event::TurnCompleted { turn, seq, stop_reason, usage } => {
                let id = *turn;
                let Some(turn) = self.take(id, Some(*seq)) else { return };
                turn.stop_reason = owned(*stop_reason);
                turn.usage = usage.or(turn.usage);
                turn.seal();
                turn.state = TurnState::Completed;
                let (link, thread) = (turn.thread_link, turn.thread);
                let thread = self.threads.follow(link, thread);
                if thread.active == Some(id) {
                    thread.active = None;
                }
                if let Some(project) = self.projects.get_mut(&thread.project) {
                    project.active.remove(&id);
                }
                self.active_turns.remove(&id);
            }
            Event::ToolCallStarted { turn, seq, block, call_id, name, input, parent, run_by_provider } => {
                let id = *turn;
                let Some(turn) = Self::taken(&mut self.turns, &mut self.threads, id, Some(*seq)) else { return };
                turn.seal();
                turn.reply(id, &mut self.messages).blocks.push(Block::ToolUse {
                    call_id: (*call_id).to_owned(),
                    name: (*name).to_owned(),
                    input: (*input).to_owned(),
                    parent: owned(*parent),
                });
                turn.blocks = turn.blocks.max(block + 1);
                let output = turn.calls.remove(*call_id).and_then(|call| call.output);
                let call = Call {
                    name: (*name).to_owned(),
                    parent: owned(*parent),
                    status: CallStatus::Running,
                    block: *block,
                    run_by_provider: *run_by_provider,
                    denied: false,
                    output,
                };
                turn.calls.insert((*call_id).to_owned(), call);
                if !turn.running_calls.iter().any(|running| running == call_id) {
                    turn.running_calls.push((*call_id).to_owned());
                }
            }
            Event::ToolCallFinished { turn, seq, call_id, status, output, is_error } => {
                let Some(turn) = self.take(*turn, *seq) else { return };
                let Some(call) = turn.calls.get_mut(*call_id) else { return };
                call.status = *status;
                if *status != CallStatus::Abandoned {
                    call.output = Some(((*output).to_owned(), *is_error));
                }
                erase(&mut turn.running_calls, |running| running == call_id);
            }
            Event::ApprovalRequested { request, turn, seq, provider_request, call_id, kind } => {
                let Asked::ToolApproval { name, summary } = kind;
                let asked = Request {
                    turn: *turn,
                    provider_id: (*provider_request).to_owned(),
                    tool_call: owned(*call_id),
                    name: (*name).to_owned(),
                    summary: (*summary).to_owned(),
                    state: RequestState::Pending,
                    decision: None,
                };
                let Some(turn) = self.take(*turn, Some(*seq)) else { return };
                turn.seal();
                insert(&mut turn.requests, *request);
                insert(&mut turn.open_requests, *request);
                turn.pending_requests += 1;
                if turn.state == TurnState::Running {
                    turn.state = TurnState::Awaiting;
                }
                self.requests.insert(*request, asked);
            }
            Event::ApprovalAnswered { request, decision } => self.answer(*request, decision),
            Event::ApprovalDelivered { request, seq } => {
                let id = *request;
                let Some(request) = self.requests.get_mut(&id) else { return };
                let Some(turn) = Self::taken(&mut self.turns, &mut self.threads, request.turn, *seq) else { return };
                turn.leave_pending(request);
                request.state = RequestState::Delivered;
                erase(&mut turn.open_requests, |open| *open == id);
                self.answered_requests.remove(&id);
            }
            Event::CheckpointCreated { checkpoint, thread, ordinal, kind, after_turn, label } => {
                let Some(holder) = self.advance(*thread) else { return };
                insert(&mut holder.checkpoints, *checkpoint);
                insert(&mut holder.pending_checkpoints, *checkpoint);
                holder.next_checkpoint_ordinal = holder.next_checkpoint_ordinal.max(ordinal + 1);
                self.pending_checkpoints.insert(*checkpoint);
                let created = Checkpoint {
                    thread: *thread,
                    ordinal: *ordinal,
                    kind: *kind,
                    after_turn: *after_turn,
                    label: owned(*label),
                    git_ref: None,
                };
                self.checkpoints.insert(*checkpoint, created);
            }
            Event::CheckpointGitRefAssigned { checkpoint, git_ref, files } => {
                let id = *checkpoint;
                let Some(checkpoint) = self.checkpoints.get_mut(&id) else { return };
                let thread = self.threads.find(checkpoint.thread);
                let was_pending = checkpoint.git_ref.is_none();
                if was_pending {
                    let files = files.iter().map(|&file| file.to_owned()).collect();
                    checkpoint.git_ref = Some(((*git_ref).to_owned(), files));
                    self.pending_checkpoints.remove(&id);
                }
                if let Some(thread) = thread {
                    thread.version += 1;
                    if was_pending {
                        erase(&mut thread.pending_checkpoints, |pending| *pending == id);
                    }
                }
            }
        }
    }

    fn append(&mut self, id: Id, seq: u64, place: u64, text: &str, parent: Option<&str>) {
        let Some(turn) = Self::taken(&mut self.turns, &mut self.threads, id, Some(seq)) else { return };
        if turn.open_block.as_ref().map(|open| open.index) == Some(place) {
            let reply = turn.reply(id, &mut self.messages);
            if let Some(Block::Text { text: whole, .. }) = reply.blocks.get_mut(place as usize) {
                whole.push_str(text);
            }
            return;
        }
        turn.seal();
        let mut whole = String::with_capacity(text.len().max(REPLY_BYTES_FIRST));
        whole.push_str(text);
        let said = Block::Text { text: whole, sealed: false, parent: owned(parent) };
        turn.reply(id, &mut self.messages).blocks.push(said);
        turn.open_block = Some(OpenBlock { index: place, parent: owned(parent) });
        turn.blocks = turn.blocks.max(place + 1);
    }

    fn add_message(&mut self, id: Id, thread: Id, turn: Id, role: Role, blocks: &[Said]) {
        let Some(link) = self.threads.link(thread) else { return };
        self.threads.follow(link, thread).version += 1;
        self.messages.insert(id, turn);
        let owned_block = |said: &Said| {
            let Said::Text { text, sealed, parent } = said;
            Block::Text { text: (*text).to_owned(), sealed: *sealed, parent: owned(*parent) }
        };
        let message = Message { id, role, blocks: blocks.iter().map(owned_block).collect() };
        if self.turns.find(turn).is_none() {
            self.turns.insert(turn, Turn::new(thread, link, id));
        }
        let turn = self.turns.find(turn).expect("it was inserted");
        match role {
            Role::User => turn.input = Some(message),
            Role::Assistant => turn.reply = Some(message),
        }
    }

    fn answer(&mut self, id: Id, decision: &crate::event::Decision) {
        let Some(request) = self.requests.get_mut(&id) else { return };
        let Some(turn) = Self::taken(&mut self.turns, &mut self.threads, request.turn, None) else { return };
        turn.leave_pending(request);
        request.state = RequestState::Answered;
        request.decision = Some(match decision {
            crate::event::Decision::Allow {} => Decision::Allow,
            crate::event::Decision::AllowForSession {} => Decision::AllowForSession,
            crate::event::Decision::Deny { feedback } => {
                let call = request.tool_call.as_ref().and_then(|call| turn.calls.get_mut(call));
                if let Some(call) = call {
                    call.denied = true;
                }
                Decision::Deny { feedback: owned(*feedback) }
            }
        });
        self.answered_requests.insert(id);
    }

    fn advance(&mut self, thread: Id) -> Option<&mut Thread> {
        let thread = self.threads.find(thread)?;
        thread.version += 1;
        Some(thread)
    }

    /// Returns the turn of a provider's event; updates its seq and advances its thread's version.
    fn take(&mut self, id: Id, seq: Option<u64>) -> Option<&mut Turn<L>> {
        Self::taken(&mut self.turns, &mut self.threads, id, seq)
    }

    #[inline(always)]
    fn taken<'m>(
        turns: &'m mut L::Table<Turn<L>>,
        threads: &mut L::Table<Thread>,
        id: Id,
        seq: Option<u64>,
    ) -> Option<&'m mut Turn<L>> {
        let turn = turns.find(id)?;
        if turn.state == TurnState::Said {
            return None;
        }
        turn.last_seq = turn.last_seq.max(seq.unwrap_or(0));
        threads.follow(turn.thread_link, turn.thread).version += 1;
        Some(turn)
    }

    fn remove_turn(&mut self, id: Id) {
        let Some(turn) = self.turns.remove(id) else { return };
        for request in turn.requests {
            self.requests.remove(&request);
            self.answered_requests.remove(&request);
            self.retired.insert(request);
        }
        for message in [Some(turn.message), turn.reply.map(|reply| reply.id)].into_iter().flatten() {
            self.messages.remove(&message);
            self.retired.insert(message);
        }
        self.active_turns.remove(&id);
        self.retired.insert(id);
    }

    fn remove_checkpoint(&mut self, id: Id, root: &str) {
        let Some(checkpoint) = self.checkpoints.remove(&id) else { return };
        if let Some((git_ref, _)) = checkpoint.git_ref {
            let key = id.derive("git-ref", &git_ref);
            let thread = checkpoint.thread;
            self.garbage.insert(key, Garbage::GitRef { thread, root: root.to_owned(), checkpoint: id, git_ref });
        }
        self.pending_checkpoints.remove(&id);
        self.retired.insert(id);
    }

    fn remove_thread(&mut self, id: Id) {
        let Some(thread) = self.threads.remove(id) else { return };
        let mut root = String::new();
        if let Some(project) = self.projects.get_mut(&thread.project) {
            erase(&mut project.threads, |held| *held == id);
            for turn in &thread.turns {
                project.active.remove(turn);
            }
            root.clone_from(&project.root);
        }
        if let Some(Session { epoch, session_ref }) = thread.session {
            let key = id.derive("session", &epoch.to_string());
            self.garbage.insert(key, Garbage::Session { thread: id, epoch, session_ref });
        }
        for turn in thread.turns {
            self.remove_turn(turn);
        }
        for checkpoint in thread.checkpoints {
            self.remove_checkpoint(checkpoint, &root);
        }
        self.retired.insert(id);
    }

    fn remove_project(&mut self, id: Id) {
        let Some(project) = self.projects.get(&id) else { return };
        for thread in project.threads.clone() {
            self.remove_thread(thread);
        }
        if let Some(project) = self.projects.remove(&id) {
            self.roots.remove(&project.root_key);
        }
        self.retired.insert(id);
    }
}
