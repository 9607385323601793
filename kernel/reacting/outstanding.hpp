/// The outstanding effects of a domain for which a loop has reactors, as of the last update.
/// Shape: `update` reads them from the model if it has changed. Effects that a filter leaves out belong to other loops.
/// Errors: a function of the domain, of a reactor or of the filter has thrown; the next update reads all effects again.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "evenfold/kernel/engine/defect.hpp"
#include "evenfold/kernel/reacting/loop_options.hpp"
#include "evenfold/kernel/reacting/reactors.hpp"
#include "evenfold/kernel/reacting/schedule.hpp"

namespace evenfold::kernel {

template <HasEffectIds D>
class OutstandingEffects {
public:
    using Effect = EffectOf<D>;

    /// All arguments must outlive this object.
    OutstandingEffects(const Kernel<D>& kernel, const Reactors<D>& reactors, const LoopOptions<D>& options)
        : kernel_(kernel), reactors_(reactors), options_(options) {}

    [[nodiscard]] std::optional<journal::Failure> update() {
        try {
            const auto shown = kernel_.snapshot();
            const ModelVersion version{shown->head, shown->erasures};
            if (version_ != version) {
                version_.reset();
                read(shown->model);
                version_ = version;
            }
        } catch (...) {
            return exception_failure("the outstanding effects could not be listed");
        }
        is_first_update_ = false;
        return std::nullopt;
    }

    [[nodiscard]] const std::vector<DueEffect>& due() const { return due_; }
    [[nodiscard]] std::size_t size() const { return effects_.size(); }
    [[nodiscard]] bool contains(const Uuid& effect) const { return effects_.contains(effect); }
    /// Returns the effect of that id, which must be outstanding.
    [[nodiscard]] const std::shared_ptr<const Effect>& at(const Uuid& effect) const { return effects_.at(effect); }

private:
    /// A model at the same event is another one after an erasure.
    struct ModelVersion {
        Sequence head = 0;
        Erasures erasures;
        friend bool operator==(const ModelVersion&, const ModelVersion&) = default;
    };

    void read(const typename D::Model& model) {
        due_.clear();
        effects_.clear();
        for (auto& effect : D::outstanding(model)) {
            const auto* entry = reactors_.find(effect);
            if (!entry || (options_.filter && !options_.filter(effect, model))) continue;
            const bool is_dead = is_first_update_ && entry->policy.process_bound;
            due_.push_back({.effect = effect.id.uuid,
                            .lane = entry->lane ? entry->lane(effect) : std::string(),
                            .policy = entry->policy,
                            .dead = is_dead ? "the process that it was bound to has ended" : ""});
            const Uuid id = effect.id.uuid;
            effects_.emplace(id, std::make_shared<const Effect>(std::move(effect)));
        }
    }

    const Kernel<D>& kernel_;
    const Reactors<D>& reactors_;
    const LoopOptions<D>& options_;
    bool is_first_update_ = true;
    std::optional<ModelVersion> version_; // of the model that was read
    std::vector<DueEffect> due_;
    std::map<Uuid, std::shared_ptr<const Effect>> effects_; // the same
};

} // namespace evenfold::kernel
