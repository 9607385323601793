/// The limit of the fold: the projector's work for the events of the mix, hand-written and without overhead.
/// Shape: tagged structs whose entities are indices into vectors, resolved in advance; a switch; append to std::string.
/// Source: design F0 of the measured limits. Its final state is converted to a Model, so that digests can be compared.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::bench {

/// An event with indices instead of ids: `entity` is the turn, thread, checkpoint or request of the event, `owner` the
/// thread or turn that contains it. Rare fields are read from `whole`, which must outlive the event.
struct BareEvent {
    std::uint8_t kind;
    std::uint32_t owner;
    std::uint32_t entity;
    std::uint64_t seq;
    std::uint64_t block;
    std::string_view text;
    const orchestration::Event* whole;
};

/// Assigns an index to every id, which is work that a bare fold does not have to do.
class IndexResolver {
public:
    [[nodiscard]] BareEvent operator()(const orchestration::Event& event);

    /// Returns the index of an id that an event has named.
    [[nodiscard]] std::uint32_t of(const Uuid& id) const { return indices_.find(id)->second; }

private:
    [[nodiscard]] std::uint32_t index_for(const Uuid& id, std::uint32_t& next);

    boost::unordered_flat_map<Uuid, std::uint32_t, std::hash<Uuid>> indices_;
    std::uint32_t projects_ = 0, threads_ = 0, turns_ = 0, checkpoints_ = 0, requests_ = 0;
};

/// The state, in plain vectors. A deleted entity keeps its index and nothing else.
class BareModel {
public:
    void fold(std::span<const BareEvent> events);

    /// Returns the state as the projector's model, for comparison only.
    [[nodiscard]] orchestration::Model model() const;

private:
    friend class BareDecider;

    struct BareCall {
        std::string id, name, input, output;
        bool answered = false;
        std::uint64_t block = 0;
    };
    /// A text, or a call if `call` >= 0.
    struct BarePiece {
        std::string text;
        std::int32_t call = -1;
        bool sealed = false;
    };
    struct BareTurn {
        Uuid id, message, reply;
        std::string input;
        std::uint32_t thread = 0;
        bool live = false, replied = false, running = false, awaiting = false, ended = false;
        std::int64_t open = -1;
        std::uint64_t ordinal = 0, last_seq = 0, epoch = 0;
        std::vector<BarePiece> pieces;
        std::vector<BareCall> calls;
        std::vector<std::uint32_t> requests;
        std::uint32_t pending = 0;
    };
    struct BareThread {
        Uuid id;
        std::uint32_t project = 0;
        bool live = false;
        std::string title, model_name, session_ref;
        std::uint64_t version = 0, turns_started = 0, next_checkpoint = 1, epoch = 0;
        std::vector<std::uint32_t> turns, checkpoints;
        std::uint32_t active = none;
    };
    struct BareProject {
        Uuid id;
        bool live = false;
        std::string title, root, root_key;
        std::vector<std::uint32_t> threads;
    };
    struct BareCheckpoint {
        Uuid id;
        std::uint32_t thread = 0;
        bool live = false, assigned = false;
        std::uint64_t ordinal = 0;
        orchestration::CheckpointKind kind{};
        Uuid after;
        bool has_after = false;
        std::string git_ref;
        std::vector<CompactString> files;
    };
    struct BareRequest {
        Uuid id;
        std::uint32_t turn = 0;
        bool live = false;
        std::string provider_id, call;
        bool has_call = false;
        orchestration::RequestState state{};
    };
    static constexpr std::uint32_t none = ~0U;

    void append(const BareEvent& event);
    void on_text_appended(const BareEvent& event);
    void on_project_created(const BareEvent& event);
    void on_project_deleted(const BareEvent& event);
    void on_thread_created(const BareEvent& event);
    void on_session_bound(const BareEvent& event);
    void on_message_added(const BareEvent& event);
    void on_turn_started(const BareEvent& event);
    void on_turn_dispatched(const BareEvent& event);
    void on_call_started(const BareEvent& event);
    void on_call_finished(const BareEvent& event);
    void on_approval_requested(const BareEvent& event);
    void on_approval_answered(const BareEvent& event);
    void on_approval_delivered(const BareEvent& event);
    void on_turn_completed(const BareEvent& event);
    void on_checkpoint_created(const BareEvent& event);
    void on_checkpoint_assigned(const BareEvent& event);
    void seal(BareTurn& turn);
    void remove_thread(std::uint32_t index);
    void remove_turn(BareTurn& turn);
    void remove_checkpoint(BareCheckpoint& checkpoint);
    static void add_pieces(const BareTurn& bare, orchestration::Turn& turn, orchestration::Exchange& exchange);
    void add_requests(const BareTurn& bare, orchestration::Turn& turn, orchestration::Index& index) const;
    void add_turns(orchestration::Model& model) const;
    void add_threads(orchestration::Model& model) const;

    std::vector<BareProject> projects_;
    std::vector<BareThread> threads_;
    std::vector<BareTurn> turns_;
    std::vector<BareCheckpoint> checkpoints_;
    std::vector<BareRequest> requests_;
    std::vector<Uuid> retired_;
    std::vector<orchestration::Resource> garbage_;
};

} // namespace evenfold::bench
