#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "evenfold/tests/support/by_shape.hpp"
#include "evenfold/tests/support/given.hpp"

// Every text of every command is accepted at its limit, and refused by its name if it is longer or empty.

namespace evenfold::orchestration::tests {
namespace {

struct TextCase {
    Story story;
    Command command; // accepted, with all its texts
};

/// The commands whose texts need a story of their own, or values that a command generated from its shape rarely has.
std::vector<TextCase> rows() {
    const Story bound = a_thread_with_a_starting_turn().and_then(bind_session());
    return {
        {nothing(), CreateProject{.project = the_project, .title = "t", .root = "/r", .default_model = "m"}},
        {a_project(), UpdateProject{.project = the_project, .title = "t", .root = "/r", .default_model = "m"}},
        {a_project(), create_thread()},
        {a_thread(),
         UpdateThread{
             .thread = the_thread, .title = "t", .model = "m", .policy = {}, .mode = {}, .expected_version = {}}},
        {a_thread(), start_turn(first_turn)},
        {a_thread_with_a_running_turn(), force_stop()},
        {a_thread(), bind_session()},
        {a_thread_with_a_running_turn(), lose_session()},
        {bound, confirm()},
        {bound, FailTurnDispatch{.turn = first_turn, .reason = "r"}},
        {a_thread_with_an_answered_request(), FailAnswerDelivery{.request = request_of(first_turn), .reason = "r"}},
        {a_thread(), CreateCheckpoint{.checkpoint = manual_checkpoint, .thread = the_thread, .label = "l"}},
        {a_thread().and_then(start_turn(first_turn)), assign_ref(baseline_of(the_thread))},
        {a_thread().and_then(start_turn(first_turn)),
         FailCheckpoint{.checkpoint = baseline_of(the_thread), .reason = "r"}},
        {a_reverting_thread(), FailRevert{.revert = the_revert, .reason = "r"}},
        {a_thread(), request_commit()},
        {a_thread_with_a_pending_commit(), AssignCommitRef{.commit = the_commit, .sha = "s", .branch = "b"}},
        {a_thread_with_a_pending_commit(), FailCommit{.commit = the_commit, .reason = "r"}},
        {a_thread_with_a_pending_worktree(), assign_worktree()},
        {a_thread_with_a_pending_worktree(), FailWorktree{.thread = the_thread, .reason = "r"}},
    };
}

const VariantShape& commands() {
    return std::get<VariantShape>(shape_of<Command>().kind);
}

/// Writes `text` to `object`, or to the optional there. Returns false if the object is of another type.
bool write_text(const Shape& shape, void* object, const std::string& text) {
    if (const auto* kind = std::get_if<TextShape>(&shape.kind)) {
        kind->write(object, text);
        return true;
    }
    const auto* optional = std::get_if<OptionalShape>(&shape.kind);
    if (!optional || !std::holds_alternative<TextShape>(optional->element().kind)) return false;
    void* held = optional->value(object);
    return write_text(optional->element(), held ? held : optional->emplace(object), text);
}

/// Returns `command` with `text` in that field, or nothing if the field holds no text.
std::optional<Command> with(Command command, const Field& field, const std::string& text) {
    if (!write_text(field.shape(), field.at(commands().value(&command)), text)) return std::nullopt;
    return command;
}

/// Writes `text` to each text of the command. Returns false if it has none.
bool write_texts(Command& command, const std::string& text) {
    const Shape& shape = commands().alternatives[command.index()]();
    bool has_text = false;
    for (const Field& field : std::get<StructureShape>(shape.kind).fields)
        has_text = write_text(field.shape(), field.at(commands().value(&command)), text) || has_text;
    return has_text;
}

/// Returns a command of that alternative, generated from its shape with all its texts, and a story after which it is
/// accepted.
std::optional<TextCase> drawn_row(std::size_t alternative) {
    const std::vector<Story> stories{nothing(),
                                     a_project(),
                                     a_thread(),
                                     a_thread_with_a_pending_worktree(),
                                     a_thread_with_a_running_turn(),
                                     a_thread_with_an_answered_request(),
                                     a_held_thread(),
                                     a_thread_with_a_completed_turn(),
                                     a_reverting_thread(),
                                     an_archived_thread(),
                                     a_thread_with_a_pending_commit()};
    testing::Random random(1);
    for (const Story& story : stories) {
        for (int tries = 0; tries < 100; ++tries) {
            testing::ChoiceSource source(random);
            Command asked = command_by_shape(source, alternative, story.model);
            if (write_texts(asked, "/t") && decide(asked, story.model)) return TextCase{story, std::move(asked)};
        }
    }
    return std::nullopt;
}

/// Returns a row for each command that has a text: those of rows(), and generated ones for the others.
std::vector<TextCase> all_rows() {
    std::vector<TextCase> all = rows();
    for (std::size_t alternative = 0; alternative < commands().alternatives.size(); ++alternative) {
        const auto is = [&](const TextCase& row) { return row.command.index() == alternative; };
        Command fresh;
        commands().emplace(&fresh, alternative);
        if (std::ranges::any_of(all, is) || !write_texts(fresh, "")) continue;
        if (auto row = drawn_row(alternative)) all.push_back(std::move(*row));
    }
    return all;
}

std::size_t limit_of(std::string_view field) {
    return field == "input" || field == "message" ? input_chars_max : label_bytes_max;
}

/// Returns a text of that size that the field accepts.
std::string text_for(const Field& field, std::size_t size) {
    return (field.name == "root" ? "/" : "a") + std::string(size - 1, 'a');
}

} // namespace

TEST_CASE("Limits: every text of a command is rejected if it is empty or too large, and accepted at its limit.") {
    std::set<std::size_t> seen;
    for (const TextCase& row : all_rows()) {
        const Shape& shape = commands().alternatives[row.command.index()]();
        seen.insert(row.command.index());
        for (const Field& field : std::get<StructureShape>(shape.kind).fields) {
            const std::size_t limit = limit_of(field.name);
            const std::string name(field.name);
            const auto largest = with(row.command, field, text_for(field, limit));
            if (!largest) continue;
            CAPTURE(shape.name);
            CAPTURE(name);
            given(row.story).when(*largest).then_accepted();
            given(row.story)
                .when(*with(row.command, field, text_for(field, limit + 1)))
                .then(rejection::TooLarge{.field = name, .limit = limit});
            given(row.story).when(*with(row.command, field, "")).then(rejection::EmptyField{name});
        }
    }
    for (std::size_t index = 0; index < commands().alternatives.size(); ++index) {
        const Shape& shape = commands().alternatives[index]();
        Command fresh;
        commands().emplace(&fresh, index);
        const bool has_text = write_texts(fresh, "");
        CAPTURE(shape.name);
        INFO("a command with texts that no draw makes acceptable needs a row in rows()");
        CHECK(seen.contains(index) == has_text);
    }
}

TEST_CASE("Limits: a command without an entry is generated from its shape, for a story that accepts it.") {
    std::size_t found = 0;
    for (const TextCase& row : rows()) found += drawn_row(row.command.index()) ? 1 : 0;
    CHECK(found >= 12); // of 20; the others need numbers or words that only their row has
    const std::size_t archive = Command(ArchiveThread{the_thread}).index();
    CHECK_FALSE(drawn_row(archive)); // it has no text
}

} // namespace evenfold::orchestration::tests
