/// The history that the writers of fault tests write: numbered steps, each of which is done once or not at all.
/// Shapes: steps count from 1. Most append a batch; every sixth signs a head, and every thirteenth changes the key. A
/// journal that is not signed skips these two. Every step can be repeated without harm.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "evenfold/journal/journal.hpp"

namespace evenfold::tests::faults {

enum class StepKind : std::uint8_t { append, sign_head, change_key };
[[nodiscard]] StepKind kind_of(std::uint64_t step);

/// Returns the batch of a step that appends: of 1 to 3 events, or of none.
[[nodiscard]] journal::Batch batch_of(std::uint64_t step);

/// Returns the number of the test key that is in force before `step`.
[[nodiscard]] std::uint64_t key_before(std::uint64_t step);

/// How far a writer has come: each step up to `acknowledged` is done, and those up to `attempted + 1` may be.
struct StepProgress {
    std::uint64_t acknowledged = 0;
    std::uint64_t attempted = 0;
};

/// A journal to which faults are done.
struct TestedStore {
    /// Opens it for writing, with the test key of this number if it is signed. Creates it if there is none.
    std::function<std::expected<std::unique_ptr<journal::Journal>, journal::Failure>(std::uint64_t key)> open;
    bool is_signed = false;
    /// Returns the storage's own judgement of itself; "ok" if it finds nothing. Empty if it has none.
    std::function<std::string()> integrity;
};
[[nodiscard]] TestedStore sqlite_store(const std::filesystem::path& file, bool is_signed);

class StepWriter {
public:
    /// Opens the journal with the key that is in force, of those that can be.
    [[nodiscard]] static std::expected<StepWriter, journal::Failure>
    open(const TestedStore& store, const StepProgress& progress);

    [[nodiscard]] std::expected<void, journal::Failure> perform(std::uint64_t step);

    [[nodiscard]] journal::Journal& journal() { return *journal_; }

private:
    StepWriter(std::unique_ptr<journal::Journal> journal, std::uint64_t key, bool is_signed)
        : journal_(std::move(journal)), key_(key), is_signed_(is_signed) {}

    std::unique_ptr<journal::Journal> journal_;
    std::uint64_t key_; // in force
    bool is_signed_;
};

/// Signs the tree of the journal as it is, with the key of the tests' notes, and stores the head.
[[nodiscard]] std::expected<void, journal::Failure> sign_current_head(journal::Journal& journal);

} // namespace evenfold::tests::faults
