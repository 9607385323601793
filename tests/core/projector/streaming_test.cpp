#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <fmt/format.h>

#include "evenfold/tests/support/law.hpp"
#include "evenfold/tests/support/shown.hpp"
#include "evenfold/tests/support/stories.hpp"

namespace evenfold::orchestration::tests {
namespace {

using evenfold::tests::law;

/// A piece of a provider's output: of a text, a thought or a call, as `kind` says.
struct Piece {
    unsigned kind = 0; // 0 and 1 text, 2 and 3 thinking, 4 text of a subagent, 5 a call
    std::string bytes;
};

ProviderEvent provider_event_of(const Piece& piece, std::size_t index) {
    switch (piece.kind) {
    case 0:
    case 1: return says(piece.bytes);
    case 2:
    case 3: return thinks(piece.bytes);
    case 4: return says(piece.bytes, "c0");
    default: return calls(fmt::format("c{}", index + 1), piece.bytes);
    }
}

Model after(const std::vector<ProviderEvent>& all) {
    Model model = a_thread_with_a_running_turn().model;
    std::uint64_t seq = 0;
    for (const ProviderEvent& event : all) {
        const Decision decision = decide(ingest(++seq, event), model);
        law(decision.has_value(), decision ? "" : shown(decision.error()));
        model = fold(std::move(model), *decision);
    }
    return model;
}

/// Returns the model with its seq and version set to 0.
Model uncounted(Model model) {
    model->index.turns.find(first_turn)->last_seq = 0;
    model->index.threads.find(the_thread)->version = 0;
    return model;
}

/// Returns random bytes, including zero and invalid UTF-8.
std::string some_bytes() {
    return *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
}

std::vector<Piece> some_pieces() {
    std::vector<Piece> pieces(*rc::gen::inRange<std::size_t>(0, 12));
    for (Piece& piece : pieces) piece = {.kind = *rc::gen::inRange(0U, 6U), .bytes = some_bytes()};
    return pieces;
}

/// Returns the pieces, each cut at random positions; calls stay whole.
std::vector<ProviderEvent> cut(const std::vector<Piece>& pieces) {
    std::vector<ProviderEvent> all;
    for (std::size_t index = 0; index < pieces.size(); ++index) {
        std::string left = pieces[index].bytes;
        while (pieces[index].kind != 5 && !left.empty() && *rc::gen::inRange(0, 3) != 0) {
            const auto length = *rc::gen::inRange<std::size_t>(0, left.size() + 1);
            all.push_back(provider_event_of({.kind = pieces[index].kind, .bytes = left.substr(0, length)}, index));
            left = left.substr(length);
        }
        all.push_back(provider_event_of({.kind = pieces[index].kind, .bytes = left}, index));
    }
    return all;
}

std::vector<ProviderEvent> whole(const std::vector<Piece>& pieces) {
    std::vector<ProviderEvent> all;
    for (std::size_t index = 0; index < pieces.size(); ++index) all.push_back(provider_event_of(pieces[index], index));
    return all;
}

const CompactVector<Block>& blocks_of(const Model& model) {
    static const CompactVector<Block> none;
    const Exchange* exchange = model->transcript.exchanges.find(first_turn);
    return exchange && exchange->reply ? exchange->reply->blocks : none;
}

/// Returns a letter for the kind of a block or piece, and its bytes.
std::string mark(const Block& block) {
    if (const auto* text = std::get_if<Text>(&block)) return (text->parent ? "s:" : "t:") + std::string(text->text);
    if (const auto* thinking = std::get_if<Thinking>(&block)) return "h:" + std::string(thinking->text);
    if (const auto* call = std::get_if<ToolUse>(&block)) return "c:" + std::string(call->input);
    return "?";
}

/// Returns the marks that the blocks must have: neighbours of one kind are joined and empty pieces left out.
std::vector<std::string> expected_marks(const std::vector<Piece>& pieces) {
    static constexpr std::string_view letters = "tthhsc";
    std::vector<std::string> marks;
    for (const Piece& piece : pieces) {
        if (piece.bytes.empty() && piece.kind != 5) continue;
        const std::string head = {letters[piece.kind], ':'};
        if (!marks.empty() && piece.kind != 5 && marks.back().starts_with(head))
            marks.back() += piece.bytes;
        else
            marks.push_back(head + piece.bytes);
    }
    return marks;
}

} // namespace

TEST_CASE(
    "orchestration law L24 and L26: blocks are the concatenated deltas, in the provider's order, byte for byte.") {
    CHECK(rc::check("pieces", [] {
        const std::vector<Piece> pieces = some_pieces();
        std::vector<std::string> marks;
        const Model model = after(cut(pieces));
        for (const Block& block : blocks_of(model)) marks.push_back(mark(block));
        law(marks == expected_marks(pieces));
    }));
}

TEST_CASE("orchestration law L25: deltas cut in another way give the same model.") {
    CHECK(rc::check("pieces", [] {
        const std::vector<Piece> pieces = some_pieces();
        law(uncounted(after(cut(pieces))) == uncounted(after(whole(pieces))));
    }));
}

TEST_CASE("Streaming: a character that is split between two deltas is restored.") {
    const Model model = after({says("caf\xc3"), says("\xa9"), thinks("\xf0\x9f"), thinks("\x98\x80")});
    REQUIRE(blocks_of(model).size() == 2);
    CHECK(mark(blocks_of(model)[0]) == "t:caf\xc3\xa9");
    CHECK(mark(blocks_of(model)[1]) == "h:\xf0\x9f\x98\x80");
}

TEST_CASE("Streaming: the next block seals a block, and the end of the turn seals the last one.") {
    const Story story = a_thread_with_a_running_turn().and_then(ingest(1, says("a"))).and_then(ingest(2, thinks("b")));
    const auto sealed = [](const Story& at, std::size_t index) {
        REQUIRE(index < at.exchange().reply->blocks.size());
        return std::visit(
            [](const auto& block) {
                if constexpr (requires { block.sealed; })
                    return block.sealed;
                else
                    return true;
            },
            at.exchange().reply->blocks[index]);
    };
    CHECK(sealed(story, 0));
    CHECK(!sealed(story, 1));
    for (const Command& next : std::vector<Command>{ingest(3, calls("c1")), ingest(3, asks()), ingest(3, completes()),
                                                    force_stop(), lose_session()}) {
        CHECK(sealed(story.and_then(next), 1));
        CHECK(!story.and_then(next).at(first_turn).open_block);
    }
}

TEST_CASE("Streaming: a signature seals the thinking block; outputs and notices are not blocks.") {
    const Story story = a_thread_with_a_running_turn()
                            .and_then(ingest(1, thinks("a", "one")))
                            .and_then(ingest(2, thinks("b", "two")))
                            .and_then(ingest(3, calls("c1")))
                            .and_then(ingest(4, returns("c1", "out", true)))
                            .and_then(ingest(5, errs(false)));
    const Exchange& exchange = story.exchange();
    CHECK(exchange.reply->id == reply_id(first_turn));
    CHECK(exchange.reply->blocks ==
          std::vector<Block>{Thinking{.text = "a", .signature = "one", .sealed = true, .parent = {}},
                             Thinking{.text = "b", .signature = "two", .sealed = true, .parent = {}},
                             ToolUse{.call_id = "c1", .name = "shell", .input = "{}", .parent = {}}});
    REQUIRE(exchange.outputs.find("c1"));
    CHECK(*exchange.outputs.find("c1") == ToolOutput{.id = "c1", .output = "out", .is_error = true});
    CHECK(exchange.notices == std::vector{NoticeEntry{.level = NoticeLevel::error, .text = "overloaded: try later"}});
    const ToolCall* call = story.at(first_turn).tool_calls.find("c1");
    REQUIRE(call);
    CHECK(call->status == ToolCallStatus::failed);
    CHECK(call->block == 2);
}

TEST_CASE("Streaming: an abandoned call has no output.") {
    const Story story = a_thread_with_a_running_turn().and_then(ingest(1, calls("c1"))).and_then(force_stop());
    CHECK(story.exchange().outputs.empty());
    CHECK(story.at(first_turn).tool_calls.find("c1")->status == ToolCallStatus::abandoned);
}

} // namespace evenfold::orchestration::tests
