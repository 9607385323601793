#include <fmt/format.h>

#include <filesystem>

#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/output/text_table.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/journal/heads/signer_files.hpp"
#include "evenfold/journal/keys/key_folder.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::cli {
namespace {

using namespace journal;

struct KeysOptions {
    std::string action;
    std::string file;
};

ExitCode usage(std::string_view what, std::string_view remedy) {
    return report_error(what, remedy, ExitCode::usage);
}

ExitCode list_keys(const Invocation& invocation) {
    const auto ring = invocation.keys();
    if (!ring) return ring.error();
    return invocation.with_chain([&](chain::ChainSource& source) {
        const auto start = source.start();
        if (!start) return report_error(start.error());
        TextTable table({"number", "id", "scheme", "first event", "secret"});
        for (const chain::KeyRow& row : start->keys) {
            std::string secret = "not given";
            for (const keys::RingKey& key : (*ring)->keys()) {
                if (key.key.id() == row.id) secret = key.source + (key.writes ? ", writes" : "");
            }
            table.add({std::to_string(row.number), row.id, row.scheme, std::to_string(row.first), secret});
        }
        table.print("the journal is not signed; `evenfold keys start` begins to sign it");
        return ExitCode::success;
    });
}

/// Creates the files of a key that signs heads, with the name of the journal.
ExitCode new_signer(const Invocation& invocation, const std::string& folder) {
    if (folder.empty()) return usage("'keys signer' needs the folder of the new key", "evenfold keys signer DIR");
    return invocation.with_chain([&](chain::ChainSource& source) {
        const auto start = source.start();
        if (!start) return report_error(start.error());
        const auto verifier = heads::new_signer_files(folder, start->origin);
        if (!verifier) return report_error(verifier.error());
        write_to_stdout("{}: a new key that signs heads of {}\nverifier key: {}\n", one_line(folder),
                        one_line(start->origin), verifier->to_text(heads::SignatureType::note));
        return ExitCode::success;
    });
}

ExitCode new_secret(const std::string& file) {
    if (file.empty()) return usage("'keys new' needs the file of the new secret", "evenfold keys new FILE");
    const auto id = keys::new_secret_file(file);
    if (!id) return report_error(id.error());
    write_to_stdout("{}: a new secret, of the key {}\n", file, *id);
    return ExitCode::success;
}

/// Calls `run` with the signing half of the journal and the key that writes.
template <class Run>
ExitCode with_signatures(const Invocation& invocation, const Run& run) {
    const auto ring = invocation.keys();
    if (!ring) return ring.error();
    const keys::RingKey* writing = (*ring)->writing();
    if (!writing)
        return usage("no secret was given that signs",
                     "name one with EVENFOLD_HMAC_SECRET, or with the link `current` in the folder of --keys");
    return invocation.with_journal(JournalAccess::read_write, [&](const ProgramDomain&, Journal& opened) {
        JournalSignatures* signatures = opened.signatures();
        if (!signatures) return report_error("this kind of journal cannot be signed");
        return run(opened, *signatures, writing->key);
    });
}

ExitCode start_signing(const Invocation& invocation) {
    return with_signatures(invocation,
                           [](Journal& opened, JournalSignatures& signatures, const chain::JournalKey& key) {
                               const auto started = signatures.start_signing(key, kernel::now());
                               if (!started) return report_error(started.error());
                               const auto head = opened.head();
                               if (!head) return report_error(head.error());
                               write_to_stdout("signed from event {} on, with the key {}\n", *head + 1, key.id());
                               if (*head > 0)
                                   write_to_stdout("{} before it sealed as found\n", count_of(*head, "event"));
                               return ExitCode::success;
                           });
}

/// Changes to the secret in `file`. If that failed between the journal and the folder, it can be run again.
ExitCode rotate(const Invocation& invocation, const std::filesystem::path& file) {
    if (file.empty()) return usage("'keys rotate' needs the file of the next secret", "evenfold keys rotate FILE");
    const auto next = keys::read_key_file(file);
    if (!next) return report_error(next.error());
    const ExitCode changed =
        with_signatures(invocation, [&](Journal& opened, JournalSignatures& signatures, const chain::JournalKey&) {
            const auto done = signatures.change_key(next->key, kernel::now());
            if (!done) return report_error(done.error());
            const auto head = opened.head();
            if (!head) return report_error(head.error());
            write_to_stdout("signed with the key {} from event {} on\n", next->key.id(), *head + 1);
            return ExitCode::success;
        });
    if (changed != ExitCode::success) return changed;
    const std::filesystem::path folder = invocation.keys_folder();
    if (folder.empty() || !std::filesystem::equivalent(folder, file.parent_path().empty() ? "." : file.parent_path()))
        return ExitCode::success;
    if (const auto linked = keys::make_current(folder, file.filename().string()); !linked)
        return report_error(linked.error());
    return ExitCode::success;
}

RunVerb declare_keys(OptionSet& set) {
    auto options = std::make_shared<KeysOptions>();
    set.text("ACTION", options->action, "list, new, start, rotate or signer")
        .required()
        .one_of({"list", "new", "start", "rotate", "signer"});
    set.text("FILE", options->file, "The file of a secret, for new and rotate; a folder for signer");
    return [options](const Invocation& invocation) {
        if (options->action == "list") return list_keys(invocation);
        if (options->action == "new") return new_secret(options->file);
        if (options->action == "start") return start_signing(invocation);
        if (options->action == "signer") return new_signer(invocation, options->file);
        return rotate(invocation, options->file);
    };
}

} // namespace

const Verb keys_verb{
    .name = "keys",
    .summary = "Show and change the keys that sign a journal",
    .details =
        "list     the keys of the journal, and which secrets were given\n"
        "new      writes a new random secret to FILE\n"
        "start    signs the journal from its next event on, and seals the events so far\n"
        "rotate   signs with the secret in FILE from the next event on. The present secret must be given once\n"
        "         more; keep it, because it verifies the events so far. If FILE is in the folder of --keys, the\n"
        "         link `current` is changed, too.\n"
        "signer   creates a folder with a key that signs heads, and prints its verifier key. Give that to whoever\n"
        "         verifies; --signing-key names the folder\n"
        "\n"
        "A secret is never an argument: it is in the variable EVENFOLD_HMAC_SECRET, or in the file that the link\n"
        "`current` in the folder of --keys names. Files must have the permissions 600 or 400.",
    .takes_keys = true,
    .declare = &declare_keys};

} // namespace evenfold::cli
