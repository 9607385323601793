#include "evenfold/journal/chain/verifying/heads.hpp"

#include <algorithm>
#include <utility>

namespace evenfold::journal::chain {
namespace {

std::string frontier_bytes(const TreeFrontier& tree) {
    std::string bytes;
    for (const Hash& hash : tree.hashes()) bytes += bytes_of(hash);
    return bytes;
}

std::unexpected<VerifyStop> invalid(std::uint64_t size, std::string detail) {
    return broken(BreakReason::head_invalid, size, std::move(detail));
}

} // namespace

HeadChecks::HeadChecks(ChainSource& source, const ChainTrust& trust, const ChainStart& start)
    : source_(&source), trust_(&trust), start_(&start) {
    for (const AnchoredHead& head : trust.heads) {
        HeadStatement statement{.origin = {}, .tree = {}, .distrust = "no key of a signer was given"};
        if (trust.read_head) statement = trust.read_head(head.note);
        outside_.push_back({&head, std::move(statement)});
    }
    std::ranges::sort(outside_, {},
                      [](const OutsideHead& head) { return std::pair(head.statement.tree.size, head.head); });
}

std::expected<bool, VerifyStop> HeadChecks::load() {
    return stored_.load([&](HeadRow& row) { return source_->next_head(row); });
}

/// Checks the signed statement; and its root, if the tree has reached it.
Checked HeadChecks::check_statement(const HeadStatement& statement, const TreeFrontier* tree) {
    const std::uint64_t size = statement.tree.size;
    if (!statement.distrust.empty()) return invalid(size, "a signed head is not valid: " + statement.distrust);
    if (statement.origin != start_->origin)
        return invalid(size, "a signed head is that of another journal: '" + statement.origin + "'");
    if (tree && !equal_in_constant_time(statement.tree.root, tree->root()))
        return broken(BreakReason::fork, last_good_ + 1,
                      "the events differ from those of the signed head of size " + std::to_string(size));
    return {};
}

Checked HeadChecks::check_stored(const HeadRow& row, const TreeFrontier* tree) {
    const std::optional<Hash> root = hash_from(row.root);
    if (!root) return broken(BreakReason::format, row.size, "the root of a head has another size than a hash");
    HeadStatement statement{.origin = start_->origin, .tree = {row.size, *root}, .distrust = {}};
    if (trust_->read_head) {
        statement = trust_->read_head(row.note);
        if (statement.tree != TreeHead{row.size, *root} && statement.distrust.empty())
            return invalid(row.size, "a head does not have the size and the root of its signed note");
        statement.tree = {row.size, *root};
    } else {
        ++unsigned_heads_;
    }
    if (const Checked checked = check_statement(statement, tree); !checked) return checked;
    if (tree && !equal_in_constant_time(row.frontier, frontier_bytes(*tree)))
        return invalid(row.size, "the frontier of a head is not that of the tree");
    return {};
}

std::expected<TreeFrontier, VerifyStop> HeadChecks::check_beginning(const HeadRow& row) {
    if (row.size > start_->head)
        return broken(BreakReason::truncated, start_->head + 1,
                      "a head of size " + std::to_string(row.size) + " names events past the end");
    std::vector<Hash> hashes;
    for (std::string_view rest = row.frontier; rest.size() >= hash_size; rest.remove_prefix(hash_size))
        hashes.push_back(hash_from(rest.substr(0, hash_size)).value());
    auto tree = TreeFrontier::from(row.size, hashes);
    const bool is_tree = tree && row.frontier.size() == hashes.size() * hash_size;
    if (!is_tree || !equal_in_constant_time(bytes_of(tree->root()), row.root))
        return invalid(row.size, "the frontier of a head is not that of the tree");
    if (Checked checked = check_stored(row, &*tree); !checked) return std::unexpected(std::move(checked.error()));
    last_good_ = row.size;
    return *std::move(tree);
}

Checked HeadChecks::reach(const TreeFrontier& tree) {
    const std::uint64_t size = tree.size();
    for (;;) {
        const auto exists = load();
        if (!exists) return std::unexpected(exists.error());
        if (!*exists || stored_.row.size > size) break;
        if (stored_.row.size < size) return invalid(stored_.row.size, "the heads are not in order");
        if (const Checked checked = check_stored(stored_.row, &tree); !checked) return checked;
        last_good_ = size;
        stored_.pass();
    }
    for (; next_outside_ < outside_.size(); ++next_outside_) {
        const OutsideHead& outside = outside_[next_outside_];
        if (outside.statement.tree.size > size) break;
        const bool is_reached = outside.statement.tree.size == size; // else it is from before the beginning
        const Checked checked = check_statement(outside.statement, is_reached ? &tree : nullptr);
        if (!checked) return checked;
        if (!is_reached) continue;
        last_good_ = size;
        anchored_ = {.size = size, .anchor = outside.head->anchor, .at = outside.head->at};
    }
    return {};
}

Checked HeadChecks::finish(const TreeFrontier& tree) {
    const auto exists = load();
    if (!exists) return std::unexpected(exists.error());
    std::optional<std::uint64_t> size;
    if (*exists) {
        if (const Checked checked = check_stored(stored_.row, nullptr); !checked) return checked;
        size = stored_.row.size;
    }
    for (; next_outside_ < outside_.size(); ++next_outside_) {
        const HeadStatement& statement = outside_[next_outside_].statement;
        if (const Checked checked = check_statement(statement, nullptr); !checked) return checked;
        size = std::max(size.value_or(0), statement.tree.size);
    }
    if (!size) return {};
    return broken(BreakReason::truncated, tree.size() + 1,
                  "a signed head names " + std::to_string(*size) + " events; there are " + std::to_string(tree.size()));
}

} // namespace evenfold::journal::chain
