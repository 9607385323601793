#include "evenfold/journal/memory/memory_journal.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "evenfold/journal/memory/memory_signatures.hpp"

namespace evenfold::journal {

namespace {

Record record_of(const Batch& batch, std::uint32_t index, Sequence sequence, StreamVersion version) {
    const NewEvent& event = batch.events[index];
    return {.sequence = sequence,
            .stream = event.stream,
            .version = version,
            .command = batch.command,
            .index = index,
            .actor = batch.actor,
            .cause = cause_of(batch),
            .correlation = batch.correlation,
            .at = batch.at,
            .stored_at = batch.stored_at,
            .type = event.type,
            .type_version = event.type_version,
            .data = event.data};
}

class MemoryHold final : public Hold {
public:
    explicit MemoryHold(system::RecursiveTimedMutex& appending) : lock_(appending, system::wait_max) {}

private:
    std::unique_lock<system::RecursiveTimedMutex> lock_;
};

} // namespace

/// The additions of a group. Only its own later batches see them until the whole group is accepted.
struct MemoryJournal::Staged {
    std::vector<Record> records;
    std::unordered_map<CommandId, Receipt> receipts;
    std::unordered_map<std::string, StreamVersion> versions;
    std::vector<Receipt> receipts_of_group;
    MemorySignatures::SignedGroup signatures;
};

MemoryJournal::MemoryJournal(const MemoryOptions& options)
    : signatures_(std::make_unique<MemorySignatures>(*this, options)) {}

MemoryJournal::~MemoryJournal() = default;

JournalSignatures* MemoryJournal::signatures() {
    return signatures_.get();
}

const Receipt* MemoryJournal::find_receipt(const CommandId& command, const Staged& staged) const {
    if (const auto found = staged.receipts.find(command); found != staged.receipts.end()) return &found->second;
    if (const auto found = receipts_.find(command); found != receipts_.end()) return &found->second;
    return nullptr;
}

StreamVersion MemoryJournal::version_of(const std::string& stream, const Staged& staged) const {
    if (const auto found = staged.versions.find(stream); found != staged.versions.end()) return found->second;
    if (const auto found = streams_.find(stream); found != streams_.end()) return found->second.size();
    return 0;
}

std::optional<AppendError>
MemoryJournal::stage(const Batch& batch, std::optional<Sequence> head, Staged& staged) const {
    if (const Receipt* known = find_receipt(batch.command, staged)) {
        if (known->fingerprint != batch.fingerprint) return CommandIdTaken{batch.command};
        staged.receipts_of_group.push_back(*known);
        return std::nullopt;
    }
    if (head && *head != records_.size()) return HeadMoved{records_.size()};
    for (const auto& [stream, expected] : batch.expectations) {
        const StreamVersion have = version_of(stream, staged);
        if (have != expected) return WrongExpectedVersion{stream, expected, have};
    }
    const Sequence first = records_.size() + staged.records.size() + 1;
    const auto count = static_cast<std::uint32_t>(batch.events.size());
    for (std::uint32_t index = 0; index < count; ++index) {
        const std::string& stream = batch.events[index].stream;
        const StreamVersion version = version_of(stream, staged) + 1;
        staged.versions[stream] = version;
        staged.records.push_back(record_of(batch, index, first + index, version));
    }
    const std::span<const Record> records = std::span(staged.records).last(count);
    if (auto sealed = signatures_->sign(staged.signatures, batch, records); !sealed) return sealed.error();
    Receipt receipt{.command = batch.command, .fingerprint = batch.fingerprint, .first = first, .count = count};
    staged.receipts_of_group.push_back(receipt);
    staged.receipts.emplace(batch.command, std::move(receipt));
    return std::nullopt;
}

void MemoryJournal::keep(Staged& staged) {
    for (Record& record : staged.records) {
        streams_[record.stream].push_back(records_.size());
        records_.push_back(std::move(record));
    }
    receipts_.merge(staged.receipts);
    signatures_->keep(staged.signatures);
}

std::expected<std::vector<Receipt>, AppendError>
MemoryJournal::append(std::span<const Batch> group, std::optional<Sequence> head) {
    const std::unique_lock lock(appending_, system::wait_max);
    if (auto ready = signatures_->prepare(); !ready) return std::unexpected(std::move(ready.error()));
    Staged staged;
    {
        const std::scoped_lock records_lock(mutex_);
        staged.signatures = signatures_->begin_group();
        for (const Batch& batch : group) {
            if (auto refusal = stage(batch, head, staged)) return std::unexpected(std::move(*refusal));
        }
        keep(staged);
    }
    grown_.notify_all();
    return std::move(staged.receipts_of_group);
}

std::expected<std::unique_ptr<Hold>, Failure> MemoryJournal::hold() {
    return std::make_unique<MemoryHold>(appending_);
}

/// Takes the addresses of some records under the lock and copies the records without it: a stored record does not move,
/// and no payload is removed meanwhile.
class MemoryJournal::MemoryCursor final : public Cursor {
public:
    MemoryCursor(MemoryJournal& journal, const ReadOptions& reading, Sequence head, std::uint64_t count)
        : Cursor(head), journal_(journal), reading_(reading), extent_(extent_of(reading, count)) {}

    std::expected<bool, Failure> next(EventPage& page) override {
        page.clear();
        while (extent_.left > 0 && !page.is_full()) {
            const std::shared_lock unchanged(journal_.emptying_);
            find_some();
            for (const Record* record : found_) {
                if (page.is_full()) break;
                add(page, *record);
                extent_ = {.next = is_forward() ? extent_.next + 1 : extent_.next - 1, .left = extent_.left - 1};
            }
        }
        return page.size() > 0;
    }

private:
    [[nodiscard]] bool is_forward() const { return reading_.direction == Direction::forward; }

    void find_some() {
        constexpr std::uint64_t at_once = 256;
        const std::uint64_t count = std::min(at_once, extent_.left);
        found_.clear();
        const std::scoped_lock lock(journal_.mutex_);
        const auto& records = journal_.records_;
        const auto* stream = reading_.stream ? &journal_.streams_.find(*reading_.stream)->second : nullptr;
        for (std::uint64_t step = 0; step < count; ++step) {
            const std::size_t index = (is_forward() ? extent_.next + step : extent_.next - step) - 1;
            found_.push_back(&records[stream ? (*stream)[index] : index]);
        }
    }

    void add(EventPage& page, const Record& record) const {
        if (reading_.payload_only)
            page.add({record.sequence, record.type, record.type_version, record.data, record.removed});
        else
            page.add_record() = record;
    }

    MemoryJournal& journal_;
    ReadOptions reading_;
    Extent extent_;
    std::vector<const Record*> found_;
};

std::expected<std::unique_ptr<Cursor>, Failure> MemoryJournal::open_cursor(const ReadOptions& reading) {
    const std::scoped_lock lock(mutex_);
    std::uint64_t count = records_.size();
    if (reading.stream) {
        const auto found = streams_.find(*reading.stream);
        count = found == streams_.end() ? 0 : found->second.size();
    }
    return std::make_unique<MemoryCursor>(*this, reading, records_.size(), count);
}

std::expected<std::optional<Receipt>, Failure> MemoryJournal::receipt(const CommandId& command) {
    const std::scoped_lock lock(mutex_);
    const auto found = receipts_.find(command);
    if (found == receipts_.end()) return std::nullopt;
    return found->second;
}

std::expected<Sequence, Failure> MemoryJournal::head() {
    const std::scoped_lock lock(mutex_);
    return records_.size();
}

std::expected<JournalPosition, Failure> MemoryJournal::position() {
    const std::scoped_lock lock(mutex_);
    return JournalPosition{.head = records_.size(), .erasures = signatures_->erasures()};
}

std::expected<Sequence, Failure> MemoryJournal::wait(Sequence seen, std::chrono::milliseconds at_most) {
    std::unique_lock lock(mutex_);
    const auto limit = std::min<std::chrono::milliseconds>(at_most, system::wait_max);
    grown_.wait_for(lock, limit, [&] { return records_.size() > seen; });
    return records_.size();
}

} // namespace evenfold::journal
