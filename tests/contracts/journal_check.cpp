#include "evenfold/tests/contracts/journal_check.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace evenfold::journal::contract {

namespace {

auto keep_in(std::vector<Record>& records) {
    return [&records](const Record& record) {
        records.push_back(record);
        return true;
    };
}

} // namespace

void Check::that(bool holds, std::string_view claim) {
    if (!holds) found_.emplace_back(claim);
}

std::vector<Receipt> Check::accepted(Journal& journal, const std::vector<Batch>& group, std::optional<Sequence> head) {
    auto receipts = journal.append(group, head);
    if (!receipts) {
        add(fmt::format("an append was refused (reason {})", receipts.error().index()));
        return std::vector<Receipt>(group.size());
    }
    if (receipts->size() != group.size())
        add(fmt::format("{} receipts for {} batches", receipts->size(), group.size()));
    receipts->resize(group.size());
    return std::move(*receipts);
}

void Check::refused(Journal& journal, const std::vector<Batch>& group, std::optional<Sequence> head,
                    const AppendError& why) {
    const auto receipts = journal.append(group, head);
    if (receipts) return add("an append was accepted that had to be refused");
    if (receipts.error() == why) return;
    add(fmt::format("refused for reason {}, not {}, or with other details", receipts.error().index(), why.index()));
}

std::vector<Record> Check::all(Journal& journal, Sequence from) {
    std::vector<Record> records;
    that(journal.read(from, keep_in(records)).has_value(), "a read failed");
    return records;
}

std::vector<Record> Check::of_stream(Journal& journal, std::string_view stream, StreamVersion from) {
    std::vector<Record> records;
    that(journal.read_stream(stream, from, keep_in(records)).has_value(), "a read of a stream failed");
    return records;
}

Sequence Check::head(Journal& journal) {
    const auto head = journal.head();
    that(head.has_value(), "the head could not be read");
    return head.value_or(0);
}

std::vector<Record> expected_records(const std::vector<Batch>& batches) {
    std::vector<Record> records;
    for (const Batch& batch : batches) {
        for (std::uint32_t index = 0; index < batch.events.size(); ++index) {
            const NewEvent& event = batch.events[index];
            const auto earlier = std::ranges::count(records, event.stream, &Record::stream);
            records.push_back({.sequence = records.size() + 1,
                               .stream = event.stream,
                               .version = static_cast<StreamVersion>(earlier) + 1,
                               .command = batch.command,
                               .index = index,
                               .actor = batch.actor,
                               .cause = batch.cause,
                               .correlation = batch.correlation,
                               .at = batch.at,
                               .stored_at = batch.stored_at,
                               .type = event.type,
                               .type_version = event.type_version,
                               .data = event.data});
        }
    }
    return records;
}

Batch expecting(Batch batch, std::string stream, StreamVersion version) {
    batch.expectations.push_back({.stream = std::move(stream), .version = version});
    return batch;
}

CommandId command(std::uint64_t number) {
    CommandId id;
    id.uuid.bytes[0] = 0x01;
    for (std::size_t place = 0; place < 8; ++place) {
        id.uuid.bytes[15 - place] = static_cast<std::uint8_t>(number >> (8 * place));
    }
    return id;
}

Batch batch(std::uint64_t number, const std::vector<std::string>& streams) {
    const auto time = static_cast<std::int64_t>(number);
    Batch made{.command = command(number),
               .fingerprint = fmt::format("print {}", number),
               .actor = Actor::agent,
               .cause = number,
               .correlation = command(number + 1),
               .at = {1'700'000'000'000 + time},
               .stored_at = {1'700'000'000'500 + time},
               .expectations = {},
               .events = {}};
    for (const std::string& stream : streams) {
        made.events.push_back({.stream = stream,
                               .type = "Happened",
                               .type_version = 2,
                               .data = fmt::format(R"({{"number":{},"place":{}}})", number, made.events.size())});
    }
    return made;
}

} // namespace evenfold::journal::contract
