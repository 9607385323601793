#include <algorithm>
#include <map>
#include <set>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/testing/choices.hpp"
#include "evenfold/tests/laws/suite.hpp"
#include "evenfold/tests/laws/suite/law_parts.hpp"
#include "evenfold/tests/support/asks.hpp"
#include "evenfold/tests/support/random_commands.hpp"

namespace evenfold::orchestration::tests {
namespace {

/// Returns the provider event that the step accepted and that added something new, or null.
const IngestProviderEvent* told_by(const CoreStep& step) {
    return step.decision && !step.decision->empty() ? std::get_if<IngestProviderEvent>(&step.command) : nullptr;
}

/// Returns the text of a delta, or null.
template <class Said> // a ProviderEvent, const or not
auto* text_in(Said& said) {
    auto* text = std::get_if<provider::TextDelta>(&said);
    auto* thinking = std::get_if<provider::ThinkingDelta>(&said);
    return text ? &text->text : thinking ? &thinking->text : nullptr;
}

/// Returns two deltas that a provider might have sent as one, joined into one.
std::optional<IngestProviderEvent> joined(const IngestProviderEvent& one, IngestProviderEvent other) {
    if (one.turn != other.turn || one.epoch != other.epoch) return std::nullopt;
    ProviderEvent head = other.event; // the second delta with the text of the first
    const auto* before = text_in(one.event);
    auto* after = text_in(other.event);
    if (!before || !after) return std::nullopt;
    *text_in(head) = *before;
    if (auto* thinking = std::get_if<provider::ThinkingDelta>(&head)) thinking->signature.reset();
    if (!(head == one.event)) return std::nullopt;
    *after = std::string(*before) + std::string(*after);
    return other;
}

/// Decides the commands of a history again, with the deltas of its turns split in other places and some of them joined.
class Recut {
public:
    explicit Recut(std::uint64_t seed) : random_(seed) {}

    /// Returns false if a command is refused that was accepted before.
    bool again(const CoreStep& step) {
        if (!step.decision || step.decision->empty()) return true;
        const auto* told = std::get_if<IngestProviderEvent>(&step.command);
        auto both = told && held_ ? joined(*held_, *told) : std::nullopt;
        if (both) {
            held_ = std::move(both);
            return true;
        }
        if (!let_go()) return false;
        if (told && text_in(told->event) && random_.next() % 2 == 0) {
            held_ = *told;
            return true;
        }
        return told ? tell(*told) : say(step.command);
    }

    /// Decides the delta that was held back to be joined.
    bool let_go() {
        const auto held = std::exchange(held_, std::nullopt);
        return !held || tell(*held);
    }

    [[nodiscard]] const Model& model() const { return model_; }

private:
    bool say(const Command& command) {
        if (const auto* update = std::get_if<UpdateThread>(&command)) {
            UpdateThread unguarded = *update;
            unguarded.expected_version.reset();
            return ask(unguarded);
        }
        return ask(command);
    }

    bool tell(const IngestProviderEvent& told) {
        return std::ranges::all_of(cut(told.event), [&](const ProviderEvent& piece) {
            return ask(
                IngestProviderEvent{.turn = told.turn, .epoch = told.epoch, .seq = ++seqs_[told.turn], .event = piece});
        });
    }

    bool ask(const Command& command) {
        const Decision decision = Core::decide(command, model_);
        if (!decision) return false;
        model_ = folded<Core>(std::move(model_), *decision);
        return true;
    }

    /// Splits some deltas in two or three parts, which may be empty. Everything else stays whole. A signature stays
    /// with the last part.
    std::vector<ProviderEvent> cut(const ProviderEvent& event) {
        const auto* text = std::get_if<provider::TextDelta>(&event);
        const auto* thinking = std::get_if<provider::ThinkingDelta>(&event);
        const InlineText* bytes = text_in(event);
        std::vector<ProviderEvent> parts;
        std::size_t from = 0;
        while (bytes && parts.size() < 2 && random_.next() % 2 == 0) {
            const std::size_t length = random_.next() % (bytes->size() - from + 1);
            const std::string part(bytes->view().substr(from, length));
            from += length;
            parts.push_back(text ? ProviderEvent(says(part, text->parent)) : thinks(part, {}, thinking->parent));
        }
        parts.push_back(event);
        if (bytes) *text_in(parts.back()) = bytes->view().substr(from);
        return parts;
    }

    testing::Random random_;
    Model model_{};
    std::map<TurnId, std::uint64_t> seqs_;
    std::optional<IngestProviderEvent> held_;
};

/// Returns the model with all seqs and versions set to 0.
Model uncounted(const Model& counted) {
    Model model = counted;
    for (const Turn* turn : counted->index.turns.sorted()) model->index.turns.find(turn->id)->last_seq = 0;
    for (const Thread* thread : counted->index.threads.sorted()) model->index.threads.find(thread->id)->version = 0;
    return model;
}

Verdict cut_otherwise(const CoreHistory& history) {
    Recut recut(history.steps.size());
    for (const CoreStep& step : history.steps) {
        if (!recut.again(step)) return breaks("split differently, this is refused: " + testing::code_of(step.command));
    }
    if (!recut.let_go()) return breaks("split differently, the last delta is refused");
    return testing::equal("split differently, the model differs", uncounted(history.model), uncounted(recut.model()));
}

/// The output of a turn in the provider's order: kind, parent and bytes; neighbours of one kind are joined.
class Flow {
public:
    void add(const std::string& kind, const std::optional<std::string>& parent, const std::string& bytes) {
        const std::string head = kind + parent.value_or("");
        if (bytes.empty()) return;
        if (pieces_.empty() || pieces_.back().first != head)
            pieces_.emplace_back(head, bytes);
        else
            pieces_.back().second += bytes;
    }
    void call(const std::string& id, const std::string& name, const std::string& input) {
        pieces_.emplace_back("call", id + ' ' + name + ' ' + input);
    }
    void sign(const std::optional<std::string>& signature) {
        if (signature) pieces_.emplace_back("signature", *signature);
    }

    friend bool operator==(const Flow&, const Flow&) = default;

private:
    std::vector<std::pair<std::string, std::string>> pieces_;
};

Flow flow_of(const CompactVector<Block>& blocks) {
    Flow flow;
    for (const Block& block : blocks) {
        if (const auto* text = std::get_if<Text>(&block)) flow.add("text", text->parent, text->text);
        if (const auto* thinking = std::get_if<Thinking>(&block)) {
            flow.add("thinking", thinking->parent, thinking->text);
            flow.sign(thinking->signature);
        }
        if (const auto* call = std::get_if<ToolUse>(&block)) flow.call(call->call_id, call->name, call->input);
    }
    return flow;
}

/// The results of tool calls, by call id.
using Outputs = std::multimap<std::string, std::pair<std::string, bool>>;

bool was_told(const ToolOutput& output, const Outputs& outputs) {
    const auto [first, last] = outputs.equal_range(output.id);
    return std::any_of(first, last, [&](const auto& told) {
        return told.second == std::pair(std::string(output.output), output.is_error);
    });
}

Verdict keeps_order(const CoreHistory& history) {
    std::map<TurnId, Flow> flows;
    std::map<TurnId, std::vector<std::string>> calls;
    std::map<TurnId, Outputs> outputs;
    std::set<TurnId> taken_back; // turns with a discarded message, whose blocks L24 checks
    for (const CoreStep& step : history.steps) {
        const auto* told = told_by(step);
        if (!told) continue;
        Flow& flow = flows[told->turn];
        if (std::holds_alternative<provider::MessageDiscarded>(told->event)) taken_back.insert(told->turn);
        if (const auto* text = std::get_if<provider::TextDelta>(&told->event))
            flow.add("text", text->parent, text->text);
        if (const auto* thinking = std::get_if<provider::ThinkingDelta>(&told->event)) {
            flow.add("thinking", thinking->parent, thinking->text);
            flow.sign(thinking->signature);
        }
        if (const auto* result = std::get_if<provider::ToolResult>(&told->event))
            outputs[told->turn].emplace(result->call_id, std::pair(result->output, result->is_error));
        const auto* call = std::get_if<provider::ToolCall>(&told->event);
        if (!call || std::ranges::count(calls[told->turn], std::string(call->call_id)) > 0) continue;
        calls[told->turn].push_back(call->call_id);
        flow.call(call->call_id, call->name, call->input);
    }
    for (const Exchange* exchange : history.model->transcript.exchanges.sorted()) {
        const Flow got = exchange->reply ? flow_of(exchange->reply->blocks) : Flow();
        if (!taken_back.contains(exchange->id) && !(flows[exchange->id] == got))
            return breaks("a reply differs from the provider's output");
        for (const ToolOutput* output : exchange->outputs.sorted()) {
            if (!was_told(*output, outputs[exchange->id])) return breaks("a call has an output that no provider sent");
        }
    }
    return holds();
}

Verdict once_and_no_gaps(const Model& before, const CoreStep& step, const Model& after) {
    const auto* told = told_by(step);
    if (!told) return holds();
    const Decision again = Core::decide(step.command, after);
    if (after->index.find(told->turn) && (!again || !again->empty()))
        return breaks("a repeated provider event is not ignored");
    IngestProviderEvent later = *told;
    ++later.seq;
    const Decision early = Core::decide(later, before);
    return !early && early.error() == Error(rejection::ProviderGap{.expected = told->seq, .got = told->seq + 1})
               ? holds()
               : breaks("a lost provider event is not noticed");
}

/// Breaks unless two neighbouring events from different threads can be exchanged.
Verdict commute(const CoreHistory& history) {
    std::size_t place = 0;
    return testing::each_step(history, [&](const CoreStep& step, const Model& before) {
        const CoreStep* next = ++place < history.steps.size() ? &history.steps[place] : nullptr;
        const auto* first = told_by(step);
        const auto* second = next ? told_by(*next) : nullptr;
        if (!first || !second) return holds();
        const Turn* one = before->index.find(first->turn);
        const Turn* other = before->index.find(second->turn);
        if (!one || !other || one->thread == other->thread) return holds();
        const auto late = accepted(before, next->command);
        const auto both = late ? accepted(*late, step.command) : std::nullopt;
        const Model expected = folded<Core>(folded<Core>(before, *step.decision), *next->decision);
        return both && *both == expected ? holds() : breaks("events of two threads do not commute");
    });
}

Verdict total_and_stale(const Model& model) {
    std::uint32_t seed = 0;
    for (const Turn* turn : model->index.turns.sorted()) {
        const Thread* thread = model->index.find(turn->thread);
        if (!thread) continue;
        const std::uint64_t epoch = thread->session ? thread->session->epoch : 0;
        seed = seed * 31 + static_cast<std::uint32_t>(turn->last_seq + turn->blocks + thread->version);
        const auto ask = [&](std::uint64_t of) {
            return Core::decide(ingest(turn->last_seq + 1, random_provider_event(seed), turn->id, of), model);
        };
        const bool live = is_active(turn->state) && thread->session;
        const Decision answer = ask(epoch);
        if (answer.has_value() != live)
            return breaks(live ? "the next provider event is refused" : "a turn that is not active accepts content");
        if (ask(epoch + 1) || ask(epoch - 1)) return breaks("content of another epoch is accepted");
        if (live && folded<Core>(model, *answer)->index.find(turn->id)->last_seq != turn->last_seq + 1)
            return breaks("accepted content does not advance the sequence number");
    }
    return holds();
}

/// Breaks unless payloads beyond every limit, or without the ids that they need, become notices and the stream
/// continues.
Verdict any_payload(const CoreHistory& history) {
    static const std::string large(content_bytes_max + 1, 'x');
    static const std::vector<ProviderEvent> payloads{says(large),
                                                     thinks(large, large),
                                                     calls(large, large),
                                                     calls("c9", large),
                                                     calls(""),
                                                     returns("c1", large),
                                                     returns(large),
                                                     asks(large),
                                                     asks(""),
                                                     provider::Notice{.level = NoticeLevel::info, .text = large}};
    const Model& model = history.model;
    for (const TurnId& id : model->index.active_turns.sorted()) {
        const Turn* turn = model->index.find(id);
        const Thread* thread = turn ? model->index.find(turn->thread) : nullptr;
        if (!thread || !thread->session) continue;
        for (const ProviderEvent& payload : payloads) {
            if (!accepted(model, ingest(turn->last_seq + 1, payload, id, thread->session->epoch)))
                return breaks("a large payload, or one without an id, stops the stream");
        }
    }
    return holds();
}

} // namespace

CoreLaws streaming_laws() {
    return section({
        {{"L25", "deltas that are split or joined differently give the same blocks", cut_otherwise}},
        {{"L26", "text, thinking and calls are in the provider's order", keeps_order}},
        all_of(
            "L27", "a repeated provider event changes nothing, a lost one is noticed, and those of two threads commute",
            {part([](const CoreHistory& history) { return each_change(history, once_and_no_gaps); }), part(commute)}),
        all_of("L28", "events after the end or of an old epoch change nothing; any other next event is accepted",
               {structural("L28", ""),
                part([](const CoreHistory& history) { return each_model(history, total_and_stale); }),
                part(any_payload, 32)}),
    });
}

} // namespace evenfold::orchestration::tests
