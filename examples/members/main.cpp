#include <evenfold/core/reflection/shape_of.hpp>
#include <evenfold/journal/sealing/key_store.hpp>
#include <evenfold/journal/sqlite/sqlite_journal.hpp>
#include <evenfold/kernel/fresh_id.hpp>
#include <evenfold/kernel/reacting/loop.hpp>
#include <evenfold/kernel/reacting/thread_runtime.hpp>

#include <cstdio>
#include <filesystem>
#include <set>
#include <string>

#include "members.hpp"

namespace {

using namespace members;
namespace kernel = evenfold::kernel;
namespace journals = evenfold::journal;
using journals::sealing::KeyStore;
using Kernel = kernel::Kernel<Members>;

int report(const evenfold::system::Failure& failure) {
    std::fprintf(stderr, "%s\n%s\n", failure.what.c_str(), failure.remedy.c_str());
    return 1;
}

/// Opens the key store, or creates the one of a new journal.
KeyStore::Opened open_keys(const std::filesystem::path& folder, const std::filesystem::path& journal) {
    if (std::filesystem::exists(journal)) return KeyStore::open(folder, {.journal = journal});
    return KeyStore::create(folder, {.journal = journal});
}

/// Destroys the keys of members who asked for it. A failed erasure stays outstanding, and the next loop retries it.
kernel::Reactors<Members> destroying(KeyStore& keys) {
    kernel::Reactors<Members> reactors;
    reactors.add<DestroyKey>({
        .policy = {},
        .lane = {},
        .handle = {[&](const DestroyKey& due) -> std::expected<Members::Command, kernel::AttemptError> {
            const auto erased = keys.erase(to_text(due.member));
            if (!erased) return std::unexpected(kernel::AttemptError{.reason = erased.error().what, .is_final = false});
            return MarkErased{due.member};
        }},
        .give_up = {[](const DestroyKey&, const std::string&) -> std::optional<Members::Command> { return {}; }},
    });
    return reactors;
}

bool submit(Kernel& kernel, Members::Command command) {
    return kernel
        .submit({.command = kernel::fresh<evenfold::CommandId>(),
                 .actor = evenfold::Actor::user,
                 .at = kernel::now(),
                 .cause = {},
                 .correlation = {},
                 .body = std::move(command)})
        .has_value();
}

/// Prints the names in alphabetical order: ids of one millisecond have none.
void print(Kernel& kernel) {
    kernel.read([](const Club& club, evenfold::Sequence head) {
        std::set<std::string> names;
        for (const Person* one : club.members.sorted()) names.insert(one->name.value_or("(erased)"));
        std::printf("after event %zu:", std::size_t{head});
        for (const std::string& name : names) std::printf(" %s", name.c_str());
        std::puts("");
    });
}

} // namespace

int main(int count, char** words) {
    const std::filesystem::path file = count > 1 ? words[1] : "members/members.db";
    const std::filesystem::path folder = count > 2 ? words[2] : "members-keys";
    const auto keys = open_keys(folder, file);
    if (!keys) return report(keys.error());
    if (!file.parent_path().empty()) std::filesystem::create_directories(file.parent_path());
    const auto journal = journals::open_sqlite_journal(file, journals::Access::create, {.domain = "members"});
    if (!journal) return report(journal.error());
    const auto kernel = Kernel::open(**journal, &kernel::now, {.sealer = keys->get()});
    if (!kernel) return report(kernel.error());

    const auto ada = kernel::fresh<MemberId>();
    const auto grace = kernel::fresh<MemberId>();
    if (!submit(**kernel, Enroll{.member = ada, .name = "Ada", .telephone = "020 7946 0000"})) return 1;
    if (!submit(**kernel, Enroll{.member = grace, .name = "Grace", .telephone = {}})) return 1;
    print(**kernel);
    if (!submit(**kernel, RequestErasure{ada})) return 1;

    const auto reactors = destroying(**keys);
    kernel::ThreadRuntime runtime(**journal);
    kernel::ReactorLoop<Members> loop(**kernel, reactors, runtime);
    if (!loop.run_until_idle()) return 1;
    print(**kernel);
    return 0;
}
