#include "evenfold/journal/exchange/signed_end.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "evenfold/journal/heads/note.hpp"
#include "evenfold/journal/heads/text_forms.hpp"

namespace evenfold::journal::exchange {
namespace {

constexpr std::string_view end_label = "evenfold/export/v1";

/// Takes the next line, and returns the part after `name`, or nullopt if the line has another name.
std::optional<std::string_view> take_value(std::string_view& text, std::string_view name) {
    auto line = heads::take_line(text);
    if (!line || !line->starts_with(name)) return std::nullopt;
    line->remove_prefix(name.size());
    return line;
}

std::expected<EndStatement, heads::NoteError> parse_end(std::string_view text) {
    if (heads::take_line(text) != end_label)
        return heads::malformed(1, fmt::format("the end of an export begins with '{}'", end_label));
    const auto origin = heads::take_line(text);
    if (!origin || !heads::is_signer_name(*origin))
        return heads::malformed(2, "the origin is not the name of a signer");
    const auto lines = take_value(text, "lines ").and_then(heads::number_from);
    if (!lines) return heads::malformed(3, "the number of lines is not a decimal number");
    const auto digest = take_value(text, "sha256 ").and_then(heads::hash_from_base64);
    if (!digest) return heads::malformed(4, "the digest is not the base64 of 32 bytes");
    if (!text.empty()) return heads::malformed(5, "the end of an export has four lines before its signatures");
    return EndStatement{.origin = std::string(*origin), .lines = *lines, .digest = *digest, .distrust = {}};
}

std::expected<EndStatement, heads::NoteError>
read_end(std::string_view note, const std::vector<heads::VerifierKey>& trusted) {
    const auto parsed = heads::parse_note(note);
    if (!parsed) return std::unexpected(parsed.error());
    auto end = parse_end(parsed->text);
    if (!end) return end;
    const auto checked = heads::check_signatures(*parsed, end->origin, trusted);
    if (!checked) return std::unexpected(checked.error());
    if (!checked->has_note)
        return std::unexpected(heads::NoteError{.kind = heads::NoteErrorKind::missing_signature,
                                                .line = 0,
                                                .what = "the key of '" + end->origin + "' has made no note signature"});
    return end;
}

} // namespace

EndSigner end_signer(const heads::SigningKey& key) {
    return [&key](const EndStatement& end) -> std::expected<std::string, system::Failure> {
        if (end.origin != key.verifier().name())
            return std::unexpected(
                system::Failure{.kind = system::FailureKind::invalid,
                                .what = "the export's origin '" + end.origin + "' is not the name of the signing key",
                                .remedy = "use the key of this journal"});
        const std::string text = fmt::format("{}\n{}\nlines {}\nsha256 {}\n", end_label, end.origin, end.lines,
                                             heads::to_base64(chain::bytes_of(end.digest)));
        const auto line = heads::signature_line(key, heads::SignatureType::note, text, 0);
        if (!line) return line;
        return text + "\n" + *line;
    };
}

EndReader end_reader(std::vector<heads::VerifierKey> trusted) {
    return [trusted = std::move(trusted)](std::string_view note) {
        auto end = read_end(note, trusted);
        if (end) return std::move(*end);
        EndStatement statement;
        statement.distrust = heads::to_text(end.error());
        return statement;
    };
}

} // namespace evenfold::journal::exchange
