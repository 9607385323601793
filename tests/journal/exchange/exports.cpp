#include "evenfold/tests/journal/exchange/exports.hpp"

#include <algorithm>
#include <fstream>

#include "evenfold/core/values/sha256.hpp"
#include "evenfold/journal/exchange/part_writer.hpp"
#include "evenfold/tests/journal/chain/memory_tree.hpp"

namespace evenfold::tests::exchange {
namespace {

/// Returns the rows as tables would have them: the receipt of a link is that of its command.
StoredJournal as_tables(StoredJournal stored) {
    for (journal::chain::EmptyReceiptRow& link : stored.links) {
        if (!link.receipt || link.receipt->command == link.command) continue;
        stored.receipts.push_back(*link.receipt);
        link.receipt.reset();
    }
    return stored;
}

} // namespace

std::string text_of(journal::chain::ChainSource& source, const ExportOptions& options) {
    std::string text;
    const ExportSink sink = [&](std::string_view bytes) -> std::expected<void, system::Failure> {
        text += bytes;
        return {};
    };
    (void)write_export(source, sink, options).value();
    return text;
}

std::string text_of(const StoredJournal& stored, bool as_lines) {
    chain::MemoryChainSource source(stored, as_lines);
    return text_of(source);
}

std::string part_text(const StoredJournal& stored, const std::vector<journal::chain::Hash>& leaves,
                      const journal::chain::JournalPart& part, const ExportOptions& options) {
    chain::MemoryChainSource source(stored);
    chain::MemoryTree tree(leaves);
    std::string text;
    const ExportSink sink = [&](std::string_view bytes) -> std::expected<void, system::Failure> {
        text += bytes;
        return {};
    };
    (void)write_part(source, tree, part, sink, options).value();
    return text;
}

HistoryWriter eventful_history(std::uint64_t seed, std::size_t commands) {
    HistoryWriter history(seed, seed);
    history.append(2);
    history.append(0);
    history.start_signing(seed % 4 == 1 ? journal::chain::KeyScheme::compat : journal::chain::KeyScheme::v2);
    const Sequence sealed = history.head();
    history.append(0);
    history.append(3);
    history.append_random(commands);
    if (seed % 2 == 0) history.remove({sealed + 1, sealed + 2});
    if (seed % 2 == 1) history.compact({sealed + 1, sealed + 2});
    seed % 4 < 2 ? history.remove({1, 1}) : history.compact({1, 1}); // from before signing began
    history.sign_head();
    return history;
}

std::string with_end(const std::string& text) {
    std::string lines = text.substr(0, text.rfind("{\"end\":"));
    EndLine end{.lines = static_cast<std::uint64_t>(std::ranges::count(lines, '\n')), .digest = {}, .note = {}};
    Sha256 hash;
    hash.update(lines);
    end.digest = journal::chain::bytes_of(hash.finish());
    append_line(lines, end);
    return lines + "\n";
}

std::string damaged_text(const HistoryWriter& history, bool as_lines) {
    StoredJournal stored = as_tables(history.stored);
    std::string mark;
    for (journal::chain::EventRow& row : stored.events) {
        if (row.unreadable.empty()) continue;
        row.unreadable.clear();
        mark = "{\"event\":" + std::to_string(row.sequence) + ",";
    }
    std::string text = text_of(stored, as_lines);
    if (mark.empty()) return text;
    return with_end(text.replace(text.find(mark), mark.size(), R"({"event":"?",)"));
}

ExportFile::ExportFile(std::string_view text) {
    std::ofstream(path(), std::ios::binary) << text;
}

std::expected<ChainReport, system::Failure>
verified_file(const std::filesystem::path& file, const ChainTrust& trust, ExportReaderOptions options) {
    options.accepts_parts = true;
    ExportReader first(file, options);
    if (auto start = first.start(); !start) return std::unexpected(std::move(start.error()));
    ExportReader reader(file, options);
    const auto part = first.part();
    return part ? journal::chain::verify_part(reader, trust, *part) : journal::chain::verify(reader, trust);
}

std::expected<ChainReport, system::Failure>
verified(std::string_view text, const ChainTrust& trust, const ExportReaderOptions& options) {
    const ExportFile file(text);
    return verified_file(file.path(), trust, options);
}

std::string error_of(std::string_view text, const ExportReaderOptions& options) {
    const ExportFile file(text);
    ExportReader reader(file.path(), options);
    const auto report = journal::chain::verify(reader, chain::trust_of(20));
    std::string what = report ? to_json(*report) : report.error().what;
    if (const std::size_t at = what.find(file.path().string()); at != std::string::npos)
        what.replace(at, file.path().string().size(), "F");
    return what;
}

} // namespace evenfold::tests::exchange
