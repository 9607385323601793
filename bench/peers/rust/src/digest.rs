//! The digest of the whole model (docs/digest.md): equal to evenfold's if and only if the models are equal.

use crate::event::Usage;
use crate::id::Id;
use crate::model::*;
use crate::sha256::Sha256;
use crate::table::{Layout, Table};

struct Walk(Sha256);

impl Walk {
    fn number(&mut self, value: u64) {
        self.0.update(&value.to_be_bytes());
    }
    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.update(text.as_bytes());
    }
    fn id(&mut self, id: Id) {
        self.0.update(&id.to_bytes());
    }
    fn optional<T>(&mut self, value: Option<T>, mut tell: impl FnMut(&mut Self, T)) {
        self.number(u64::from(value.is_some()));
        if let Some(value) = value {
            tell(self, value);
        }
    }
    fn list<T>(&mut self, all: impl ExactSizeIterator<Item = T>, mut tell: impl FnMut(&mut Self, T)) {
        self.number(all.len() as u64);
        for one in all {
            tell(self, one);
        }
    }
    fn sorted<'i>(&mut self, all: impl Iterator<Item = &'i Id>) {
        let mut ids: Vec<Id> = all.copied().collect();
        ids.sort();
        self.list(ids.into_iter(), Self::id);
    }

    // Fields: their name, then their value.

    fn named(&mut self, name: &str) -> &mut Self {
        self.text(name);
        self
    }
    fn ids(&mut self, name: &str, ids: &[Id]) {
        self.named(name).list(ids.iter(), |walk, &id| walk.id(id));
    }
    fn optional_text(&mut self, name: &str, text: &Option<String>) {
        self.named(name).optional(text.as_deref(), Self::text);
    }
    fn optional_id(&mut self, name: &str, id: Option<Id>) {
        self.named(name).optional(id, Self::id);
    }
    /// Adds a set or an optional that no event of the mix fills.
    fn empty(&mut self, name: &str) {
        self.named(name).number(0);
    }
    fn alternative(&mut self, name: &str, fields: u64) {
        self.text(name);
        self.number(fields);
    }

    fn project(&mut self, id: Id, project: &Project) {
        self.number(7);
        self.named("id").id(id);
        self.named("title").text(&project.title);
        self.named("root").text(&project.root);
        self.named("root_key").text(&project.root_key);
        self.optional_text("default_model", &project.default_model);
        self.ids("threads", &project.threads);
        self.named("active").sorted(project.active.iter());
    }

    fn settings(&mut self, settings: &Settings) {
        self.number(3);
        self.named("model").text(&settings.model);
        self.named("policy").text(settings.policy.name());
        self.named("mode").text(settings.mode.name());
    }

    fn thread(&mut self, id: Id, thread: &Thread) {
        self.number(19);
        self.named("id").id(id);
        self.named("project").id(thread.project);
        self.named("title").text(&thread.title);
        self.named("settings").settings(&thread.settings);
        self.text("workspace");
        if let Some((base_ref, name)) = &thread.worktree {
            self.alternative("Worktree", 3);
            self.named("base_ref").text(base_ref);
            self.named("name").text(name);
            self.named("location").alternative("Pending", 0);
        } else {
            self.alternative("Root", 0);
        }
        self.named("archived").number(0);
        self.named("version").number(thread.version);
        self.ids("turns", &thread.turns);
        self.named("turns_started").number(thread.turns_started);
        self.optional_id("active", thread.active);
        self.empty("queue");
        self.empty("hold");
        self.named("session").optional(thread.session.as_ref(), |walk, session| {
            walk.number(2);
            walk.named("epoch").number(session.epoch);
            walk.named("session_ref").text(&session.session_ref);
        });
        self.named("last_epoch").number(thread.last_epoch);
        self.ids("checkpoints", &thread.checkpoints);
        self.ids("pending_checkpoints", &thread.pending_checkpoints);
        self.named("next_checkpoint_ordinal").number(thread.next_checkpoint_ordinal);
        self.empty("revert");
        self.empty("commits");
    }

    fn turn<L: Layout>(&mut self, id: Id, turn: &Turn<L>) {
        self.number(21);
        self.named("id").id(id);
        self.named("thread").id(turn.thread);
        self.named("ordinal").optional(turn.ordinal, Self::number);
        self.named("state").text(match turn.state {
            TurnState::Said => unreachable!("it is no turn so far"),
            TurnState::Starting => "starting",
            TurnState::Running => "running",
            TurnState::Awaiting => "awaiting",
            TurnState::Completed => "completed",
        });
        self.named("message").id(turn.message);
        self.optional_id("reply", turn.reply.as_ref().map(|reply| reply.id));
        self.named("frozen").optional(turn.frozen.as_ref(), Self::settings);
        self.named("dispatched").number(u64::from(turn.dispatched));
        self.text("provider_ref");
        if let Some(value) = &turn.provider_ref {
            self.alternative("Assigned", 1);
            self.named("value").text(value);
        } else {
            self.alternative("Pending", 0);
        }
        self.named("last_seq").number(turn.last_seq);
        self.named("blocks").number(turn.blocks);
        self.named("open_block").optional(turn.open_block.as_ref(), |walk, open| {
            walk.number(3);
            walk.named("index").number(open.index);
            walk.named("kind").text("text");
            walk.optional_text("parent", &open.parent);
        });
        self.named("usage").optional(turn.usage.as_ref(), Self::usage);
        self.optional_text("stop_reason", &turn.stop_reason);
        self.empty("reason");
        let calls = sorted_calls(turn);
        self.named("tool_calls").list(calls.iter(), |walk, (id, call)| walk.call(id, call));
        self.named("running_calls").list(turn.running_calls.iter(), |walk, id| walk.text(id));
        self.ids("requests", &turn.requests);
        self.ids("open_requests", &turn.open_requests);
        self.named("pending_requests").number(turn.pending_requests);
        self.empty("messages");
    }

    fn usage(&mut self, usage: &Usage) {
        self.number(5);
        self.named("input_tokens").number(usage.input_tokens);
        self.named("output_tokens").number(usage.output_tokens);
        self.named("cache_read_tokens").number(usage.cache_read_tokens);
        self.named("cache_write_tokens").number(usage.cache_write_tokens);
        self.named("cost_usd_micros").optional(usage.cost_usd_micros, Self::number);
    }

    fn call(&mut self, id: &str, call: &Call) {
        self.number(7);
        self.named("id").text(id);
        self.named("name").text(&call.name);
        self.optional_text("parent", &call.parent);
        self.named("status").text(call.status.name());
        self.named("block").number(call.block);
        self.named("run_by_provider").number(u64::from(call.run_by_provider));
        self.named("denied").number(u64::from(call.denied));
    }

    fn request(&mut self, id: Id, request: &Request) {
        self.number(8);
        self.named("id").id(id);
        self.named("turn").id(request.turn);
        self.named("provider_id").text(&request.provider_id);
        self.optional_text("tool_call", &request.tool_call);
        self.named("kind").alternative("ToolApproval", 2);
        self.named("name").text(&request.name);
        self.named("summary").text(&request.summary);
        self.named("state").text(match request.state {
            RequestState::Pending => "pending",
            RequestState::Answered => "answered",
            RequestState::Delivered => "delivered",
        });
        self.named("decision").optional(request.decision.as_ref(), |walk, decision| match decision {
            Decision::Allow => walk.alternative("Allow", 0),
            Decision::AllowForSession => walk.alternative("AllowForSession", 0),
            Decision::Deny { feedback } => {
                walk.alternative("Deny", 1);
                walk.optional_text("feedback", feedback);
            }
        });
        self.empty("expiry");
    }

    fn checkpoint(&mut self, id: Id, checkpoint: &Checkpoint) {
        self.number(7);
        self.named("id").id(id);
        self.named("thread").id(checkpoint.thread);
        self.named("ordinal").number(checkpoint.ordinal);
        self.named("kind").text(checkpoint.kind.name());
        self.optional_id("after_turn", checkpoint.after_turn);
        self.optional_text("label", &checkpoint.label);
        self.text("ref");
        if let Some((git_ref, files)) = &checkpoint.git_ref {
            self.alternative("Assigned", 1);
            self.named("value").number(2);
            self.named("git_ref").text(git_ref);
            self.named("files").list(files.iter(), |walk, file| walk.text(file));
        } else {
            self.alternative("Pending", 0);
        }
    }

    fn garbage(&mut self, id: Id, garbage: &Garbage) {
        self.number(2);
        self.named("id").id(id);
        self.text("resource");
        match garbage {
            Garbage::GitRef { thread, root, checkpoint, git_ref } => {
                self.alternative("GitRefResource", 4);
                self.named("thread").id(*thread);
                self.named("root").text(root);
                self.named("checkpoint").id(*checkpoint);
                self.named("git_ref").text(git_ref);
            }
            Garbage::Session { thread, epoch, session_ref } => {
                self.alternative("SessionResource", 3);
                self.named("thread").id(*thread);
                self.named("epoch").number(*epoch);
                self.named("session_ref").text(session_ref);
            }
        }
    }

    fn exchange<L: Layout>(&mut self, id: Id, turn: &Turn<L>) {
        self.number(5);
        self.named("id").id(id);
        self.named("input").optional(turn.input.as_ref(), |walk, message| walk.message(id, message));
        self.named("reply").optional(turn.reply.as_ref(), |walk, message| walk.message(id, message));
        let told = |(id, call): (&'_ str, &'_ Call)| call.output.clone().map(|output| (id.to_owned(), output));
        let outputs: Vec<_> = sorted_calls(turn).into_iter().filter_map(told).collect();
        self.named("outputs").list(outputs.iter(), |walk, (id, (output, is_error))| {
            walk.number(3);
            walk.named("id").text(id);
            walk.named("output").text(output);
            walk.named("is_error").number(u64::from(*is_error));
        });
        self.empty("notices");
    }

    fn message(&mut self, turn: Id, message: &Message) {
        self.number(4);
        self.named("id").id(message.id);
        self.named("turn").id(turn);
        self.named("role").text(message.role.name());
        self.named("blocks").list(message.blocks.iter(), |walk, block| match block {
            Block::Text { text, sealed, parent } => {
                walk.alternative("Text", 3);
                walk.named("text").text(text);
                walk.named("sealed").number(u64::from(*sealed));
                walk.optional_text("parent", parent);
            }
            Block::ToolUse { call_id, name, input, parent } => {
                walk.alternative("ToolUse", 4);
                walk.named("call_id").text(call_id);
                walk.named("name").text(name);
                walk.named("input").text(input);
                walk.optional_text("parent", parent);
            }
        });
    }
}

fn sorted_calls<L: Layout>(turn: &Turn<L>) -> Vec<(&str, &Call)> {
    let mut calls: Vec<_> = turn.calls.iter().map(|(id, call)| (id.as_str(), call)).collect();
    calls.sort_by_key(|&(id, _)| id);
    calls
}

fn by_id<K: Ord + Copy, T, S>(table: &std::collections::HashMap<K, T, S>) -> std::vec::IntoIter<(K, &T)> {
    let mut all: Vec<_> = table.iter().map(|(&id, entity)| (id, entity)).collect();
    all.sort_by_key(|&(id, _)| id);
    all.into_iter()
}

/// Returns the 64 hexadecimal digits of the model's digest.
pub fn digest<L: Layout>(model: &Model<L>) -> String {
    let mut walk = Walk(Sha256::new());
    let exchanges = model.turns.sorted();
    let started = |turn: &&(Id, &Turn<L>)| turn.1.state != TurnState::Said;
    let turns: Vec<_> = exchanges.iter().filter(started).collect();
    let mut roots: Vec<_> = model.roots.iter().collect();
    roots.sort();
    walk.number(2);
    walk.named("index").number(16);
    walk.named("projects").list(by_id(&model.projects), |walk, (id, project)| walk.project(id, project));
    walk.named("roots").list(roots.into_iter(), |walk, (key, &project)| {
        walk.number(2);
        walk.named("id").text(key);
        walk.named("project").id(project);
    });
    walk.named("threads").list(model.threads.sorted().into_iter(), |walk, (id, thread)| walk.thread(id, thread));
    walk.named("turns").list(turns.into_iter(), |walk, (id, turn)| walk.turn(*id, turn));
    walk.named("messages").list(by_id(&model.messages), |walk, (id, &turn)| {
        walk.number(2);
        walk.named("id").id(id);
        walk.named("turn").id(turn);
    });
    walk.named("requests").list(by_id(&model.requests), |walk, (id, request)| walk.request(id, request));
    walk.named("checkpoints").list(by_id(&model.checkpoints), |walk, (id, one)| walk.checkpoint(id, one));
    walk.empty("reverts");
    walk.empty("commits");
    walk.named("garbage").list(by_id(&model.garbage), |walk, (id, garbage)| walk.garbage(id, garbage));
    walk.named("retired").sorted(model.retired.iter());
    walk.named("active_turns").sorted(model.active_turns.iter());
    walk.empty("pending_worktrees");
    walk.named("pending_checkpoints").sorted(model.pending_checkpoints.iter());
    walk.empty("pending_commits");
    walk.named("answered_requests").sorted(model.answered_requests.iter());
    walk.named("transcript").number(1);
    walk.named("exchanges").list(exchanges.iter(), |walk, (id, turn)| walk.exchange(*id, turn));
    walk.0.finish().iter().map(|byte| format!("{byte:02x}")).collect()
}
