/// The cases of an import of rows that hold for each kind of journal.
/// Shapes: a case gets places for copies, each of which is empty. Errors: it fails the test.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "evenfold/journal/exchange/row_import.hpp"
#include "evenfold/journal/journal.hpp"
#include "evenfold/tests/journal/exchange/exports.hpp"

namespace evenfold::tests::exchange {

/// A place for a copy of a journal: a file, a schema on a server, or an object.
class CopyPlace {
public:
    CopyPlace() = default;
    CopyPlace(const CopyPlace&) = delete;
    CopyPlace& operator=(const CopyPlace&) = delete;
    virtual ~CopyPlace() = default;

    /// Opens the copy without a key, or creates it with the names of `stored`.
    [[nodiscard]] virtual std::shared_ptr<journal::Journal> open(const StoredJournal& stored) = 0;
    /// Opens the copy, which exists, with key 1. Returns null if this kind is not opened twice.
    [[nodiscard]] virtual std::shared_ptr<journal::Journal> open_to_write() = 0;
};

using NewPlace = std::function<std::unique_ptr<CopyPlace>()>;
using Imported = std::expected<ImportSummary, system::Failure>;

/// Imports the rows of `stored`.
[[nodiscard]] Imported import_into(CopyPlace& place, const StoredJournal& stored);

/// Returns the export of the copy, which has the names of `stored`.
[[nodiscard]] std::string exported(CopyPlace& place, const StoredJournal& stored);

/// Returns the report of a verification of the copy.
[[nodiscard]] ChainReport report_of_copy(CopyPlace& place, const StoredJournal& stored, const ChainTrust& trust);

/// Returns the first `events` events of the history, which must end with a command, without later heads and keys.
[[nodiscard]] StoredJournal beginning_of(const HistoryWriter& history, Sequence events);

/// Runs all cases.
void check_import_cases(const NewPlace& make);

} // namespace evenfold::tests::exchange
