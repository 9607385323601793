#include "evenfold/journal/heads/head_signer.hpp"

#include <chrono>
#include <utility>

namespace evenfold::journal::heads {
namespace {

/// The time between two looks at the head. `Journal::wait` could not be interrupted by `close`.
constexpr std::chrono::milliseconds look_interval{500};

Failure cannot_be_signed() {
    return {.kind = FailureKind::invalid,
            .what = "this kind of journal cannot be signed, so it has no heads",
            .remedy = "Open the journal without a signing key."};
}

} // namespace

std::expected<std::unique_ptr<HeadSigner>, Failure>
HeadSigner::start(Journal& journal, SigningKey key, HeadSignerOptions options) {
    JournalSignatures* signatures = journal.signatures();
    if (!signatures) return std::unexpected(cannot_be_signed());
    if (const auto tree = signatures->open_tree(); !tree) return std::unexpected(tree.error());
    const auto newest = signatures->newest_head();
    if (!newest) return std::unexpected(newest.error());
    LastSigned last{.size = *newest ? (*newest)->size : 0, .at = options.clock()};
    std::unique_ptr<HeadSigner> signer(new HeadSigner(journal, std::move(key), std::move(options), last));
    signer->thread_ = std::thread([&started = *signer] { started.run(); });
    return signer;
}

HeadSigner::HeadSigner(Journal& journal, SigningKey key, HeadSignerOptions options, LastSigned last)
    : journal_(&journal), key_(std::move(key)), options_(std::move(options)), last_(last) {}

HeadSigner::~HeadSigner() {
    (void)close();
}

void HeadSigner::run() {
    std::unique_lock lock(mutex_);
    while (!stop_.wait_for(lock, look_interval, [this] { return is_stopping_; })) look();
}

void HeadSigner::look() {
    const Instant now = options_.clock();
    const auto head = journal_->head();
    if (head && !is_head_due(options_.schedule, last_, *head, now)) return;
    const auto done = head ? sign() : std::unexpected(head.error());
    if (done) return;
    // The events since are due again when the schedule says so, instead of at each look.
    last_ = {.size = head ? *head : last_.size, .at = now};
    if (options_.on_failure) options_.on_failure(done.error());
}

std::expected<void, Failure> HeadSigner::sign() {
    const Instant now = options_.clock();
    const auto signed_head = sign_newest_head(*journal_->signatures(), {.key = key_, .earlier = options_.earlier}, now);
    if (!signed_head) return std::unexpected(signed_head.error());
    last_ = {.size = *signed_head ? (*signed_head)->size : 0, .at = now};
    return {};
}

std::expected<void, Failure> HeadSigner::close() {
    if (!thread_.joinable()) return {};
    {
        const std::scoped_lock lock(mutex_);
        is_stopping_ = true;
    }
    stop_.notify_all();
    thread_.join();
    return sign();
}

} // namespace evenfold::journal::heads
