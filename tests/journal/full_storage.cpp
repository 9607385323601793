#include "evenfold/tests/journal/full_storage.hpp"

#include <string>

#include "evenfold/tests/contracts/journal_check.hpp"

namespace evenfold::journal {

int fill_up(const std::filesystem::path& file, const std::function<bool()>& make_room, const SqliteOptions& options) {
    const auto journal = open_sqlite_journal(file, Access::create, options);
    if (!journal) return 1;
    std::vector<Batch> stored;
    for (std::uint64_t number = 1; number < 10'000; ++number) {
        Batch made = contract::batch(number, {"a"});
        made.events.front().data = std::string(2000, 'x');
        const auto receipts = (*journal)->append(std::vector{made}, std::nullopt);
        stored.push_back(std::move(made));
        if (receipts) continue;
        const auto* failure = std::get_if<Failure>(&receipts.error());
        if (!failure || failure->kind != FailureKind::full || failure->remedy.empty()) return 2;
        break;
    }
    if (stored.size() < 10 || stored.size() > 9'000) return 3;
    auto records = read_all(**journal);
    if (!records || records->size() + 1 != stored.size()) return 4; // reading still works
    if (!make_room()) return 5;
    if (!(*journal)->append(std::vector{stored.back()}, std::nullopt)) return 6;
    records = read_all(**journal);
    if (!records) return 7;
    return *records == contract::expected_records(stored) ? 0 : 8;
}

} // namespace evenfold::journal
