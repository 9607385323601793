/// The cases of a removal of payloads that hold for each kind of journal.
/// Shapes: a case gets a fixture with an empty journal of its own. Errors: it fails the test.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "evenfold/journal/journal.hpp"

namespace evenfold::tests::removal {

/// One journal of the domain `plans`. A kind that has only one object per journal returns that for each function.
class RemovalFixture {
public:
    RemovalFixture() = default;
    RemovalFixture(const RemovalFixture&) = delete;
    RemovalFixture& operator=(const RemovalFixture&) = delete;
    virtual ~RemovalFixture() = default;

    /// Returns the journal, which was created without a key.
    [[nodiscard]] virtual journal::Journal& journal() = 0;
    /// Opens it again to write, with key 1, when it is called first.
    [[nodiscard]] virtual journal::Journal& other() = 0;
    /// Opens it again to read, when it is called first.
    [[nodiscard]] virtual journal::Journal& reader() = 0;
};

struct RemovalCase {
    std::string_view sentence;
    void (*check)(RemovalFixture& fixture);
};

[[nodiscard]] std::span<const RemovalCase> removal_cases();
/// Those of compactions.
[[nodiscard]] std::span<const RemovalCase> replaced_cases();

/// Runs all cases, each with a fixture of its own.
void check_removal_cases(const std::function<std::unique_ptr<RemovalFixture>()>& make);

} // namespace evenfold::tests::removal
