#include "evenfold/reactors/anchors/git_anchor.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/journal/chain/hash.hpp"
#include "evenfold/reactors/anchors/continuation.hpp"
#include "evenfold/reactors/git/blob_history.hpp"

namespace evenfold::reactors::anchors {
namespace {

constexpr std::string_view ref_folder = "refs/evenfold/heads/";
constexpr std::size_t name_bytes_max = 200; // git adds ".lock" to it, and file systems allow 255
constexpr std::size_t short_bytes_max = 100;
constexpr int attempts_max = 16; // while other programs move the ref

bool is_plain(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
           letter == '-' || letter == '_';
}

/// Returns whether git accepts the point at `at` in the name of a ref.
bool is_plain_point(std::string_view origin, std::size_t at) {
    const bool is_inner = at > 0 && at + 1 < origin.size() && origin[at - 1] != '.';
    return origin[at] == '.' && is_inner && !origin.substr(at).starts_with(".lock");
}

class GitAnchor final : public Anchor {
public:
    GitAnchor(std::string name, std::string origin, git::BlobHistory history)
        : name_(std::move(name)), origin_(std::move(origin)), history_(std::move(history)) {}

    [[nodiscard]] const std::string& name() const override { return name_; }

    [[nodiscard]] std::expected<AnchorReceipt, Failure> publish(const HeadPublication& publication) override {
        const auto head = head_of(publication);
        if (!head) return std::unexpected(head.error());
        if (head->origin != origin_)
            return std::unexpected(Failure{.kind = FailureKind::invalid,
                                           .what = fmt::format("{}: was opened for the journal '{}', and not for '{}'",
                                                               name_, origin_, head->origin),
                                           .remedy = "Open the anchor for the journal whose heads it keeps."});
        const auto lock = history_.lock();
        if (!lock) return std::unexpected(lock.error());
        for (int attempt = 0; attempt < attempts_max; ++attempt) {
            auto receipt = try_publish(*head, publication);
            if (!receipt) return std::unexpected(std::move(receipt.error()));
            if (*receipt) return **std::move(receipt);
        }
        return std::unexpected(
            Failure{.kind = FailureKind::busy,
                    .what = fmt::format("{}: another program moves the ref {} all the time", name_, head_ref(origin_)),
                    .remedy = "Let the other program finish, then try again."});
    }

    [[nodiscard]] std::expected<std::optional<AnchoredHead>, Failure> newest() override {
        auto version = history_.newest();
        if (!version) return std::unexpected(std::move(version.error()));
        if (!*version) return std::nullopt;
        return anchored_head(name_, std::move((*version)->bytes));
    }

    [[nodiscard]] std::expected<std::vector<AnchoredHead>, Failure> heads() override {
        auto versions = history_.all();
        if (!versions) return std::unexpected(std::move(versions.error()));
        std::vector<AnchoredHead> heads;
        for (git::BlobVersion& version : *versions) heads.push_back(anchored_head(name_, std::move(version.bytes)));
        return heads;
    }

private:
    /// Returns nothing if another program has moved the ref meanwhile.
    [[nodiscard]] std::expected<std::optional<AnchorReceipt>, Failure>
    try_publish(const journal::heads::SignedHead& head, const HeadPublication& publication) const {
        const auto last = history_.newest();
        if (!last) return std::unexpected(last.error());
        std::optional<git::ObjectId> parent;
        if (*last) {
            const auto continues = check_continuation(name_, (*last)->bytes, head, publication);
            if (!continues) return std::unexpected(continues.error());
            parent = (*last)->commit;
            if (*continues == Continuation::same)
                return AnchorReceipt{.response = "commit " + to_text(*parent) + " has this head already",
                                     .note = publication.note};
        }
        const auto commit = history_.append(
            parent, publication.note, fmt::format("Anchor the head of {} at {} events\n", origin_, head.tree.size),
            static_cast<std::int64_t>(head.time_s));
        if (!commit) return std::unexpected(commit.error());
        if (!*commit) return std::nullopt;
        return AnchorReceipt{.response = "commit " + to_text(**commit), .note = publication.note};
    }

    std::string name_;
    std::string origin_;
    git::BlobHistory history_;
};

} // namespace

std::string head_ref(std::string_view origin) {
    std::string name;
    std::size_t short_bytes = 0; // the part for a long origin, which must not end within an escape
    for (std::size_t at = 0; at < origin.size(); ++at) {
        if (is_plain(origin[at]) || is_plain_point(origin, at))
            name += origin[at];
        else
            name += "%" + hex::encode(origin.substr(at, 1));
        if (name.size() <= short_bytes_max) short_bytes = name.size();
    }
    if (name.size() > name_bytes_max)
        name =
            name.substr(0, short_bytes) + "%%" + hex::encode(journal::chain::bytes_of(journal::chain::hash_of(origin)));
    return std::string(ref_folder) + name;
}

std::expected<std::unique_ptr<Anchor>, Failure>
open_git_anchor(const std::filesystem::path& folder, const std::string& origin) {
    auto history = git::BlobHistory::open(folder, head_ref(origin), "head");
    if (!history) return std::unexpected(std::move(history.error()));
    return std::make_unique<GitAnchor>("git:" + folder.string(), origin, *std::move(history));
}

} // namespace evenfold::reactors::anchors
