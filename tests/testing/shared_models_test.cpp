#include <memory>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/testing/gates.hpp"

namespace evenfold::gates {

/// A count that all copies of a model share.
class Shared {
public:
    Shared() : count_(std::make_shared<Count>()) {}
    [[nodiscard]] Count& value() { return *count_; }
    friend bool operator==(const Shared& a, const Shared& b) { return *a.count_ == *b.count_; }

private:
    std::shared_ptr<Count> count_;
};

} // namespace evenfold::gates

template <>
struct evenfold::shaping::ShapeTraits<evenfold::gates::Shared> {
    static constexpr ShapeKind kind() {
        return IndirectShape{.content = &shape_of<gates::Count>, .value = [](void* object) -> void* {
                                 return &static_cast<gates::Shared*>(object)->value();
                             }};
    }
};

namespace evenfold::gates {

struct Post {
    EVENFOLD_STRUCT(Post, (Shared, shared));
    friend bool operator==(const Post&, const Post&) = default;
};

/// Its project changes state that all copies of the model share.
struct SharedPost {
    using Command = Gate::Command;
    using Event = Gate::Event;
    using Error = Gate::Error;
    using Model = Post;

    static Gate::Decision decide(const Command& asked, const Post&) { return Gate::decide(asked, {}); }
    static Post project(Post post, const Event& event) {
        post.shared.value() = Gate::project(post.shared.value(), event);
        return post;
    }
};

/// Its decide does the same.
struct MarkedPost : SharedPost {
    static Gate::Decision decide(const Command& asked, const Post& post) {
        Post copy = post;
        ++copy.shared.value().pulls;
        return Gate::decide(asked, {});
    }
};

namespace {

using testing::Verdict;

template <Domain D>
Verdict kept(const testing::Law<D>& law, const std::vector<typename D::Command>& commands) {
    return testing::obeys(law, testing::make_history<D>(commands));
}

} // namespace

TEST_CASE("Laws: inputs-left-alone finds changes of state that copies of a model share.") {
    const Verdict projecting = kept(testing::inputs_left_alone<SharedPost>(), {Push{}});
    CHECK(projecting.message().ends_with("decide or project changed state that copies of the model share"));
    const Verdict deciding = kept(testing::inputs_left_alone<MarkedPost>(), {Push{}});
    CHECK(deciding.message().ends_with("decide or project changed state that copies of the model share"));
}

} // namespace evenfold::gates
