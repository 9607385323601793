#include "evenfold/kernel/engine/signature_check.hpp"

#include <fmt/format.h>

#include "evenfold/journal/signatures.hpp"

namespace evenfold::kernel {

using journal::Failure;
using journal::FailureKind;
using journal::chain::VerifyScope;

std::optional<Failure>
check_signatures(journal::Journal& journal, const journal::chain::ChainTrust* trust, Check check) {
    if (!trust || check == Check::none) return std::nullopt;
    journal::JournalSignatures* signatures = journal.signatures();
    if (!signatures)
        return Failure{.kind = FailureKind::invalid,
                       .what = "this kind of journal cannot be signed, and its signatures should be checked",
                       .remedy = "Open the kernel without a trust, or use a journal that can be signed."};
    const auto source = signatures->open_chain();
    if (!source) return source.error();
    const auto report =
        journal::chain::verify(**source, *trust, check == Check::all ? VerifyScope::all : VerifyScope::from_head);
    if (!report) return report.error();
    if (report->ok()) return std::nullopt;
    return Failure{.kind = FailureKind::damaged,
                   .what = fmt::format("event {} is not as it was signed ({}): {}", report->broken->broken_at,
                                       name_of(report->broken->reason), report->broken->detail),
                   .remedy = "Run `evenfold verify`, and restore the journal from a copy that is proven."};
}

} // namespace evenfold::kernel
