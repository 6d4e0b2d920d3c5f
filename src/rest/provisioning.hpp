#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/sid.hpp"
#include "model/community.hpp"
#include "provision/step.hpp"

// Work at the places where communities live, and how far it has come.
namespace skyn3t::rest {

using ProvisioningSid = Sid<"PV">;  // ours: Twilio has no such resource

// A text in both languages.
struct Sentence {
    std::string es, en;
    bool empty() const { return es.empty(); }
};

// One request to a target, as people read it. It holds no password.
struct StepView {
    enum class State { waiting, running, done, failed };
    provision::Verb verb{};
    provision::Subject subject{};
    std::string name;
    std::vector<provision::FieldChange> fields{};
    Sentence text{};
    State state = State::waiting;
    std::chrono::milliseconds duration{0};

    static StepView of(const provision::Step& step) {
        return {step.verb, step.subject, step.name, step.fields, {step.es, step.en}};
    }
};

// What is to be done, or is being done, for one community at one target.
struct CommunityProgress {
    enum class State {
        waiting,
        running,
        done,
        failed,
        stopped
    };  // stopped: not begun, or not ended
    std::string code, name;
    model::Target target{};
    State state = State::waiting;
    std::vector<StepView> steps{};
    std::vector<std::string> strangers{};  // in its credential list, and of nobody we know
    Sentence why{};                        // failed or stopped: why, and how to go on
};

// What would be done, or why nobody can tell.
struct Looked {
    std::vector<CommunityProgress> communities;
    Sentence why{};
};

struct ProvisioningView {
    enum class State { waiting, running, completed, failed };
    ProvisioningSid sid;
    State state = State::waiting;
    WallTime started{};
    std::chrono::milliseconds duration{0};
    std::vector<CommunityProgress> communities{};
    Sentence why{};  // failed as a whole
};

// An account read into a communities.yaml, or why it cannot be read.
struct ImportView {
    std::string manifest;
    std::size_t communities = 0;
    Sentence why{};
};

class Provisionings {
  public:
    virtual ~Provisionings() = default;
    // Errc::unsupported when this server does not know such a target.
    virtual void import(model::Target target, std::function<void(Result<ImportView>)> done) = 0;
    virtual Result<std::optional<ProvisioningView>> find(const ProvisioningSid& sid) = 0;
};

}  // namespace skyn3t::rest
