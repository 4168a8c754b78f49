// Random sequences of transitions, with redeliveries, stale epochs, repeated requests and clock steps, on a
// real redis-server and on a plain model: after each step both hold the same.
//     GUICHET_MODEL_CASES=2000 build/dev/tests/bin/model_store        more sequences
//     RC_PARAMS="seed=123" build/dev/tests/bin/model_store            the same ones again
#include <chrono>
#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/model/store/machine.hpp"

namespace rc {

template <>
struct Arbitrary<guichet::test::model::Step> {
    static Gen<guichet::test::model::Step> arbitrary() {
        using guichet::test::model::Step;
        const auto small = gen::inRange(0, 60);
        return gen::build<Step>(gen::set(&Step::kind, gen::inRange(0, 60)), gen::set(&Step::a, small),
                                gen::set(&Step::b, small), gen::set(&Step::c, small),
                                gen::set(&Step::d, small));
    }
};

}  // namespace rc

namespace guichet::test::model {
namespace {

constexpr int kMostSteps = 400;

int cases() {
    const char* wanted = std::getenv("GUICHET_MODEL_CASES");
    return wanted ? std::max(1, std::atoi(wanted)) : 20;
}

TEST(StoreModel, TheStoreDoesWhatTheModelDoes) {
    Machine machine;
    // Of the smallest sequence that fails: rapidcheck shows its steps as numbers.
    std::string failure;
    const auto property = [&] {
        // Long ones from the start: short ones prove little, and shrinking makes short what fails.
        const auto steps = *rc::gen::resize(kMostSteps, rc::gen::arbitrary<std::vector<Step>>());
        machine.reset();
        try {
            for (const auto& step : steps) machine.run(step);
        } catch (const std::exception& error) {
            failure = error.what();
            throw;
        }
    };
    auto params = rc::detail::configuration().testParams;
    params.maxSuccess = cases();
    std::cout << "seed=" << params.seed << ", " << params.maxSuccess << " sequences" << std::endl;
    rc::detail::TestMetadata metadata;
    metadata.id = metadata.description = "store";
    const auto result = rc::detail::checkTestable(property, metadata, params);
    if (result.is<rc::detail::SuccessResult>()) {
        for (const auto& [what, count] : machine.counts()) std::cout << "  " << what << ": " << count << '\n';
        return;
    }
    rc::detail::printResultMessage(result, std::cout);
    ADD_FAILURE() << failure << "\nthe store and the model differ; RC_PARAMS=\"seed=" << params.seed
                  << "\" repeats it";
}

}  // namespace
}  // namespace guichet::test::model
