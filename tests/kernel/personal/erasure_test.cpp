#include <doctest/doctest.h>

#include <fmt/format.h>

#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/kernel/register_domain.hpp"
#include "evenfold/tests/kernel/personal/club_journal.hpp"
#include "evenfold/tests/kernel/test_journals.hpp"

namespace evenfold::club {
namespace {

constexpr kernel::DomainEntry club_entry = kernel::register_domain<Members>("members");

const Name& name_of(const Kernel& kernel, const MemberId& member) {
    const auto snapshot = kernel.snapshot();
    const Person* person = snapshot->model.members.find(member);
    REQUIRE(person);
    static thread_local Name name;
    return name = person->name;
}

/// A sealer whose erasures are not counted, for negative controls.
class UncountedSealer final : public codec::Sealer {
public:
    explicit UncountedSealer(codec::Sealer& inner) : inner_(inner) {}
    std::expected<codec::SealedValue, system::Failure>
    seal(const codec::FieldPath& field, std::string_view subject, std::string_view text) override {
        return inner_.seal(field, subject, text);
    }
    std::expected<std::optional<std::string>, system::Failure>
    unseal(const codec::FieldPath& field, const codec::SealedValue& value) override {
        return inner_.unseal(field, value);
    }
    std::string keyed_hash(const codec::FieldPath& field, std::string_view subject, std::string_view text) override {
        return inner_.keyed_hash(field, subject, text);
    }
    std::uint64_t erasures() override { return 0; }

private:
    codec::Sealer& inner_;
};

} // namespace

TEST_CASE("Erasure: no file has a personal text, before and after.") {
    ClubJournal club;
    const auto kernel = club.open();
    REQUIRE(kernel->submit(enroll(1, ada, ada_name)));
    REQUIRE(kernel->submit(enroll(2, grace, grace_name)));
    REQUIRE(kernel->submit(command(3, RequestErasure{ada})));
    CHECK(club.files_with("Enrolled") >= 1); // the search finds what is stored
    CHECK(club.files_with("$sealed") >= 1);
    for (const char* text : {ada_name, grace_name, "Augusta", "Hopper"}) CHECK(club.files_with(text) == 0);
    CHECK(club.keys().erase(to_text(ada)).value());
    REQUIRE(kernel->submit(command(4, MarkErased{ada})));
    for (const char* text : {ada_name, grace_name, "Augusta", "Hopper"}) CHECK(club.files_with(text) == 0);
}

TEST_CASE("Erasure: negative control: a text that is not personal is found in the files.") {
    ClubJournal club;
    journal::Batch batch{
        .command = CommandId{{{7}}},
        .fingerprint = std::string(64, 'a'),
        .actor = Actor::user,
        .cause = {},
        .correlation = CommandId{{{7}}},
        .at = {},
        .stored_at = {},
        .expectations = {},
        .events = {
            {.stream = "s", .type = "Note", .type_version = 1, .data = fmt::format(R"({{"name":"{}"}})", ada_name)}}};
    REQUIRE(club.journal().append(std::vector{batch}, std::nullopt));
    CHECK(club.files_with(ada_name) >= 1);
}

TEST_CASE("Erasure: the model of a live kernel loses the values with the next batch, and keeps those of others.") {
    ClubJournal club;
    const auto kernel = club.open();
    REQUIRE(kernel->submit(enroll(1, ada, ada_name)));
    REQUIRE(kernel->submit(enroll(2, grace, grace_name)));
    const auto held = kernel->snapshot();
    CHECK(KeyStore::open(club.key_folder()).value()->erase(to_text(ada)).value()); // as another process does it
    REQUIRE(kernel->submit(command(3, RequestErasure{ada})));
    CHECK(name_of(*kernel, ada) == Erased{});
    CHECK(name_of(*kernel, grace) == Name(grace_name));
    CHECK(held->model.members.find(ada)->name == Name(ada_name)); // its holder must release it
    CHECK(kernel->copies() <= 3);
    const auto reopened = club.open();
    CHECK(reopened->snapshot()->model == kernel->snapshot()->model);
}

TEST_CASE("Erasure: catch_up is enough, and nothing is replayed when nothing was erased.") {
    ClubJournal club;
    const auto kernel = club.open();
    REQUIRE(kernel->submit(enroll(1, ada, ada_name)));
    REQUIRE(kernel->submit(enroll(2, grace, grace_name)));
    REQUIRE(kernel->catch_up());
    CHECK(kernel->snapshot()->erasures.of_sealer == 0);
    CHECK(club.keys().erase(to_text(grace)).value());
    CHECK(kernel->catch_up() == 2);
    CHECK(kernel->snapshot()->erasures.of_sealer == 1);
    CHECK(name_of(*kernel, grace) == Erased{});
}

TEST_CASE("Erasure: a model reflects erased keys and removed payloads at once, so that nothing is folded again.") {
    class JournalWithRemoval final : public journal::MemoryJournal {
        std::expected<journal::JournalPosition, journal::Failure> position() override {
            return journal::JournalPosition{.head = head().value(), .erasures = 1};
        }
    };
    ClubJournal club;
    REQUIRE(club.open()->submit(enroll(1, ada, ada_name)));
    CHECK(club.keys().erase(to_text(ada)).value());
    JournalWithRemoval journal;
    const auto kernel = kernel::Kernel<Members>::open(journal, &kernel::now, {.sealer = &club.keys()});
    REQUIRE(kernel);
    REQUIRE((*kernel)->submit(enroll(1, grace, grace_name)));
    const auto before = (*kernel)->snapshot();
    CHECK(before->erasures == kernel::Erasures{.of_journal = 1, .of_sealer = 1});
    REQUIRE((*kernel)->catch_up());
    CHECK(&*before == &*(*kernel)->snapshot()); // the same copy
}

TEST_CASE("Erasure: a starting state from before it is discarded.") {
    ClubJournal club;
    {
        const auto kernel = club.open();
        REQUIRE(kernel->submit(enroll(1, ada, ada_name)));
        REQUIRE(kernel->submit(enroll(2, grace, grace_name)));
    }
    const auto state = kernel::replay<Members>(club.journal(), {}, 1, &club.keys()).value();
    CHECK(name_of(*club.open(&club.keys(), state), ada) == Name(ada_name));
    CHECK(club.keys().erase(to_text(ada)).value());
    CHECK(name_of(*club.open(&club.keys(), state), ada) == Erased{});
    // Negative control: with a sealer that does not count erasures, the old value comes back.
    UncountedSealer uncounted(club.keys());
    CHECK(name_of(*club.open(&uncounted, state), ada) == Name(ada_name));
}

TEST_CASE("Erasure: a repeated command still returns its receipt, and a changed one is refused.") {
    ClubJournal club;
    const auto kernel = club.open();
    const auto receipt = kernel->submit(enroll(1, ada, ada_name));
    REQUIRE(receipt);
    const auto refused_as_conflict = [&](Kernel::Command other) {
        const auto outcome = kernel->submit(std::move(other));
        return !outcome && std::holds_alternative<CommandIdConflict>(outcome.error());
    };
    CHECK(kernel->submit(enroll(1, ada, ada_name)) == receipt);
    CHECK(refused_as_conflict(enroll(1, ada, grace_name)));
    CHECK(club.keys().erase(to_text(ada)).value());
    CHECK(kernel->submit(enroll(1, ada, ada_name)) == receipt);
    CHECK(refused_as_conflict(enroll(1, ada, grace_name)));
    CHECK(refused_as_conflict(command(1, Enroll{.member = ada, .name = Erased{}, .telephone = {}})));
    CHECK(kernel->snapshot()->head == 1);
}

TEST_CASE("Erasure: nothing new is stored about an erased person, and the kernel goes on.") {
    ClubJournal club;
    const auto kernel = club.open();
    REQUIRE(kernel->submit(enroll(1, ada, ada_name)));
    REQUIRE(kernel->submit(enroll(2, grace, grace_name)));
    CHECK(club.keys().erase(to_text(ada)).value());
    const Recommend both{.member = grace, .praise = "x", .sponsor = ada, .signature = "Ada"};
    const auto outcomes = kernel->submit_all({command(3, both), command(4, RequestErasure{grace})});
    REQUIRE_FALSE(outcomes[0]);
    const auto* failure = std::get_if<journal::Failure>(&outcomes[0].error());
    REQUIRE(failure);
    CHECK(failure->kind == journal::FailureKind::erased);
    CHECK(failure->what.starts_with("Recommended/signature: the personal values of this subject were erased, as key "));
    REQUIRE(outcomes[1]);
    CHECK(outcomes[1]->first == 3);
}

TEST_CASE("Erasure: a signed journal verifies before and after, because its bytes stay.") {
    const auto key = journal::chain::JournalKey::from_secret("a test secret of more than thirty-two bytes");
    ClubJournal club({.domain = "members", .signing = journal::SigningOptions{*key}});
    const auto kernel = club.open();
    REQUIRE(kernel->submit(enroll(1, ada, ada_name)));
    CHECK(club.keys().erase(to_text(ada)).value());
    REQUIRE(kernel->submit(enroll(2, grace, grace_name)));
    const auto source = club.journal().signatures()->open_chain();
    REQUIRE(source);
    journal::chain::ChainTrust trust;
    trust.secrets.push_back(*key);
    const auto report = journal::chain::verify(**source, trust);
    REQUIRE(report);
    CHECK(report->ok());
    CHECK(report->events == 2);
}

TEST_CASE("Kernel: a domain with personal fields requires the journal's key store.") {
    ClubJournal club;
    const auto without = Kernel::open(club.journal(), [] { return Instant{}; });
    REQUIRE_FALSE(without);
    CHECK(without.error().kind == journal::FailureKind::defect);
    CHECK(without.error().remedy == "pass the key store of the journal as `sealer`, for example in KernelOptions");
    REQUIRE(club.open()->submit(enroll(1, ada, ada_name)));
    ClubJournal other;
    const auto wrong = Kernel::open(club.journal(), [] { return Instant{}; }, {.sealer = &other.keys()});
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().kind == journal::FailureKind::not_found);
    CHECK(wrong.error().what.starts_with(
        "event 1 cannot be read: Enrolled/name: expected the key of a sealed value; got "));
    CHECK(wrong.error().remedy.starts_with("open the journal with the key store with which it was written"));
}

TEST_CASE("Kernel: the key of a person is durable before the first event that needs it is stored.") {
    ClubJournal club;
    bank::FailingJournal watched(club.journal());
    std::vector<bool> has_key;
    const auto count_keys = [&] {
        return std::distance(std::filesystem::directory_iterator(club.key_folder() / "keys"), {});
    };
    watched.before_append = [&] { has_key.push_back(count_keys() == 1); };
    const auto kernel = Kernel::open(watched, [] { return Instant{}; }, {.sealer = &club.keys()}).value();
    CHECK(count_keys() == 0);
    REQUIRE(kernel->submit(enroll(1, ada, ada_name)));
    CHECK(has_key == std::vector{true});
    CHECK_FALSE(kernel->submit(enroll(2, ada, grace_name))); // refused by the domain: no further key
    CHECK_FALSE(
        kernel->submit(command(3, Recommend{.member = grace, .praise = "x", .sponsor = grace, .signature = "y"})));
    CHECK(count_keys() == 1);
}

TEST_CASE("AnyKernel: opens personal values with its sealer, in every view of the model.") {
    ClubJournal club;
    const auto kernel = club_entry.open(club.journal(), [] { return Instant{}; }, &club.keys());
    REQUIRE(kernel);
    const std::string enroll_text =
        fmt::format(R"({{"type":"Enroll","member":"{}","name":"{}"}})", to_text(ada), ada_name);
    REQUIRE((*kernel)->submit(enroll_text));
    CHECK((*kernel)->model()->model.find(ada_name) != std::string::npos);
    CHECK((*kernel)->model_at(1)->model.find(ada_name) != std::string::npos);
    CHECK((*kernel)->events()->front().find("$sealed") != std::string::npos);
    CHECK((*kernel)->compare_replay()->is_equal());
    CHECK(club.keys().erase(to_text(ada)).value());
    REQUIRE((*kernel)->catch_up());
    CHECK((*kernel)->model()->model.find(R"("name":{"$erased":true})") != std::string::npos);
    CHECK((*kernel)->compare_replay()->is_equal());
    CHECK_FALSE(club_entry.model_at(club.journal(), 1));
}

} // namespace evenfold::club
