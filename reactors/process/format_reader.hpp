/// The items of a stream whose format is named, or found in its first bytes.
/// Shape: bytes in, at any chunking; providers::Item out. Bytes wait until the format is certain.
/// Errors: what is no stream gives no items, and looks_like tells what it is.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/providers/provider.hpp"

namespace evenfold::reactors::process {

class FormatReader {
public:
    explicit FormatReader(std::optional<providers::Format> format);

    [[nodiscard]] std::vector<providers::Item> feed(std::string_view bytes);

    /// The items that the end completes; a turn that is open ends with a fatal error. Once, last.
    [[nodiscard]] std::vector<providers::Item> finish();

    /// What a person would call the input, where it is no stream of a known format.
    [[nodiscard]] const std::optional<std::string>& looks_like() const { return looks_like_; }

    [[nodiscard]] providers::Passed passed() const;

private:
    [[nodiscard]] std::vector<providers::Item> look(bool at_end);

    std::unique_ptr<providers::Stream> stream_;
    std::string beginning_;
    std::optional<std::string> looks_like_;
};

} // namespace evenfold::reactors::process
