//! The events of the mix. Texts are slices of the input: see json.rs.

use crate::id::Id;
use crate::json::{Read, Reader};

/// Defines an enumeration by its names in JSON.
macro_rules! names {
    ($type:ident { $($case:ident = $name:literal),* }) => {
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub enum $type { $($case),* }
        impl $type {
            pub fn name(self) -> &'static str {
                match self { $($type::$case => $name),* }
            }
        }
        impl Read<'_> for $type {
            fn read(reader: &mut Reader) -> Self {
                match reader.name() {
                    $($name => $type::$case,)*
                    other => panic!("{} has no {other}", stringify!($type)),
                }
            }
        }
    };
}

/// Defines alternatives by name, each with its fields.
macro_rules! alternatives {
    ($type:ident { $($case:ident { $($field:ident: $kind:ty),* })* }) => {
        #[allow(dead_code)] // fields that are read but not kept
        pub enum $type<'a> { $($case { $($field: $kind),* }),* }
        impl<'a> $type<'a> {
            fn fields_of(name: &str, reader: &mut Reader<'a>) -> Self {
                match name {
                    $(stringify!($case) => {
                        $(let mut $field: Option<$kind> = None;)*
                        $(if reader.skips_field(concat!("\"", stringify!($field), "\":")) {
                            $field = Some(<$kind>::read(reader));
                        })*
                        reader.fields(|_reader, name| match name {
                            $(stringify!($field) => $field = Some(<$kind>::read(_reader)),)*
                            other => panic!("{} has no {other}", stringify!($case)),
                        });
                        $type::$case { $($field: $field.unwrap_or_else(|| <$kind>::absent(stringify!($field)))),* }
                    })*
                    other => panic!("{} has no {other}", stringify!($type)),
                }
            }
        }
    };
}

/// Reads alternatives within events: with `type` beside their fields.
macro_rules! values {
    ($($type:ident)*) => {
        $(impl<'a> Read<'a> for $type<'a> {
            fn read(reader: &mut Reader<'a>) -> Self {
                reader.expect("{\"type\":");
                let name = reader.name();
                $type::fields_of(name, reader)
            }
        })*
    };
}

names!(Policy { ApprovalRequired = "approval_required", AutoEdit = "auto_edit", Full = "full" });
names!(Mode { Default = "default", Plan = "plan" });
names!(Role { User = "user", Assistant = "assistant" });
names!(CheckpointKind { Baseline = "baseline", TurnEnd = "turn_end", Manual = "manual", Rescue = "rescue" });
names!(CallStatus {
    Running = "running",
    Succeeded = "succeeded",
    Failed = "failed",
    Denied = "denied",
    Abandoned = "abandoned"
});

#[derive(Clone, Copy)]
pub struct Usage {
    pub input_tokens: u64,
    pub output_tokens: u64,
    pub cache_read_tokens: u64,
    pub cache_write_tokens: u64,
    pub cost_usd_micros: Option<u64>,
}

impl Read<'_> for Usage {
    fn read(reader: &mut Reader) -> Self {
        let mut usage = Usage {
            input_tokens: 0,
            output_tokens: 0,
            cache_read_tokens: 0,
            cache_write_tokens: 0,
            cost_usd_micros: None,
        };
        reader.expect("{");
        reader.fields(|reader, name| match name {
            "input_tokens" => usage.input_tokens = u64::read(reader),
            "output_tokens" => usage.output_tokens = u64::read(reader),
            "cache_read_tokens" => usage.cache_read_tokens = u64::read(reader),
            "cache_write_tokens" => usage.cache_write_tokens = u64::read(reader),
            "cost_usd_micros" => usage.cost_usd_micros = Some(u64::read(reader)),
            other => panic!("Usage has no {other}"),
        });
        usage
    }
}

pub struct Settings<'a> {
    pub model: &'a str,
    pub policy: Policy,
    pub mode: Mode,
}

impl<'a> Read<'a> for Settings<'a> {
    fn read(reader: &mut Reader<'a>) -> Self {
        let (mut model, mut policy, mut mode) = (None, None, None);
        reader.expect("{");
        reader.fields(|reader, name| match name {
            "model" => model = Some(reader.text()),
            "policy" => policy = Some(Policy::read(reader)),
            "mode" => mode = Some(Mode::read(reader)),
            other => panic!("TurnSettings has no {other}"),
        });
        Settings { model: model.unwrap(), policy: policy.unwrap(), mode: mode.unwrap() }
    }
}

alternatives!(Workspace {
    Root {}
    NewWorktree { base_ref: &'a str, name: &'a str }
});
alternatives!(Said {
    Text { text: &'a str, sealed: bool, parent: Option<&'a str> }
});
alternatives!(Asked {
    ToolApproval { name: &'a str, summary: &'a str }
});
alternatives!(Decision {
    Allow {}
    AllowForSession {}
    Deny { feedback: Option<&'a str> }
});
values!(Workspace Said Asked Decision);

alternatives!(Event {
    ProjectCreated { project: Id, title: &'a str, root: &'a str, root_key: &'a str, default_model: Option<&'a str> }
    ProjectDeleted { project: Id }
    ThreadCreated {
        thread: Id, project: Id, title: &'a str, model: &'a str, policy: Policy, mode: Mode, workspace: Workspace<'a>
    }
    ThreadDeleted { thread: Id }
    SessionBound { thread: Id, epoch: u64, session_ref: &'a str }
    MessageAdded { message: Id, thread: Id, turn: Id, role: Role, blocks: Vec<Said<'a>> }
    TurnStarted { turn: Id, thread: Id, ordinal: u64, message: Id, frozen: Settings<'a> }
    TurnDispatched { turn: Id, epoch: u64, provider_turn_ref: Option<&'a str> }
    TurnCompleted { turn: Id, seq: u64, stop_reason: Option<&'a str>, usage: Option<Usage> }
    TextAppended { turn: Id, seq: u64, block: u64, text: &'a str, parent: Option<&'a str> }
    ToolCallStarted {
        turn: Id, seq: u64, block: u64, call_id: &'a str, name: &'a str, input: &'a str, parent: Option<&'a str>,
        run_by_provider: bool
    }
    ToolCallFinished {
        turn: Id, seq: Option<u64>, call_id: &'a str, status: CallStatus, output: &'a str, is_error: bool
    }
    ApprovalRequested {
        request: Id, turn: Id, seq: u64, provider_request: &'a str, call_id: Option<&'a str>, kind: Asked<'a>
    }
    ApprovalAnswered { request: Id, decision: Decision<'a> }
    ApprovalDelivered { request: Id, seq: Option<u64> }
    CheckpointCreated {
        checkpoint: Id, thread: Id, ordinal: u64, kind: CheckpointKind, after_turn: Option<Id>, label: Option<&'a str>
    }
    CheckpointGitRefAssigned { checkpoint: Id, git_ref: &'a str, files: Vec<&'a str> }
});

impl<'a> Event<'a> {
    /// Reads the event of the next line.
    pub fn read(reader: &mut Reader<'a>) -> Self {
        // Nine in ten events are of this type.
        if reader.skips("{\"type\":\"TextAppended\",\"version\":1,\"data\":{") {
            let event = Event::fields_of("TextAppended", reader);
            reader.expect("}\n");
            return event;
        }
        reader.expect("{\"type\":");
        let name = reader.name();
        reader.expect(",\"version\":1,\"data\":{");
        let event = Event::fields_of(name, reader);
        reader.expect("}\n");
        event
    }
}
