#include "evenfold/cli/signing/signed_heads.hpp"

#include "evenfold/cli/output/report.hpp"
#include "evenfold/journal/heads/head_signer.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::cli {

ExitCode
with_signed_heads(journal::Journal& opened, journal::heads::SigningKey key, const std::function<ExitCode()>& run) {
    using journal::heads::HeadSigner;
    const auto report = [](const journal::Failure& failure) { (void)report_error(failure); };
    auto signer = HeadSigner::start(opened, std::move(key), {.clock = &kernel::now, .on_failure = report});
    if (!signer) (void)report_error("no head is signed: " + signer.error().what, signer.error().remedy);
    const ExitCode done = run();
    if (!signer) return done;
    const auto closed = (*signer)->close();
    if (closed) return done;
    const ExitCode failed = report_error(closed.error());
    return done == ExitCode::success ? failed : done;
}

} // namespace evenfold::cli
