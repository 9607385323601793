#include "evenfold/testing/search.hpp"

#include <charconv>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace evenfold::testing {
namespace {

void override_by(std::uint64_t& value, const char* name) {
    const char* text = std::getenv(name); // NOLINT(concurrency-mt-unsafe): tests do not change their environment
    if (!text) return;
    const std::string_view digits(text);
    std::uint64_t wanted = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), wanted);
    if (error == std::errc() && end == digits.end()) value = wanted;
}

/// Takes over simpler and simpler rows while they still break what is searched.
class Reduction {
public:
    using Broken = std::function<bool(const std::vector<Row>&)>;

    Reduction(std::vector<Row> rows, std::uint64_t tries, const Broken& broken)
        : rows_(std::move(rows)), left_(tries), broken_(broken) {}

    std::vector<Row> run() {
        while (fewer() || smaller()) {}
        return std::move(rows_);
    }

private:
    /// Without a stretch of commands: half of them, a quarter, ..., one.
    bool fewer() {
        for (std::size_t length = rows_.size(); length > 0; length /= 2) {
            for (std::size_t from = 0; from + length <= rows_.size();) {
                std::vector<Row> without = rows_;
                const auto first = without.begin() + static_cast<std::ptrdiff_t>(from);
                without.erase(first, first + static_cast<std::ptrdiff_t>(length));
                if (take(std::move(without))) {
                    changed_ = true;
                } else {
                    from += length;
                }
            }
        }
        return std::exchange(changed_, false);
    }

    /// With one command simpler.
    bool smaller() {
        for (std::size_t place = 0; place < rows_.size(); ++place) {
            for (bool more = true; more;) {
                more = false;
                for (Row& row : simpler(rows_[place])) {
                    std::vector<Row> with = rows_;
                    with[place] = std::move(row);
                    if (!take(std::move(with))) continue;
                    more = changed_ = true;
                    break;
                }
            }
        }
        return std::exchange(changed_, false);
    }

    bool take(std::vector<Row> candidate) {
        if (left_ == 0) return false;
        --left_;
        if (!broken_(candidate)) return false;
        rows_ = std::move(candidate);
        return true;
    }

    std::vector<Row> rows_;
    std::uint64_t left_;
    const Broken& broken_;
    bool changed_ = false;
};

} // namespace

Effort from_environment(Effort effort) {
    override_by(effort.seed, "EVENFOLD_SEED");
    override_by(effort.cases, "EVENFOLD_CASES");
    return effort;
}

std::vector<Row>
reduced(std::vector<Row> rows, std::uint64_t tries_max, const std::function<bool(const std::vector<Row>&)>& broken) {
    return Reduction(std::move(rows), tries_max, broken).run();
}

} // namespace evenfold::testing
