#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "model/community.hpp"
#include "rest/services.hpp"

namespace skyn3t::verify {

// A sentence for people in both languages.
struct Words {
    std::string es;
    std::string en;
};

enum class Ring { probe, real_phones };

// What a verification of this community goes through, in its order. A role's checks have its key
// behind a dash: "ring-1".
[[nodiscard]] std::vector<rest::Check> checks_of(const model::Community& community, Ring ring);

// Works through the checks of one community, and shows every step. Signalling thread.
class Checklist {
  public:
    using Changed = std::function<void(const rest::Check&)>;
    Checklist(std::vector<rest::Check> checks, const Clock& clock, Changed changed);

    void begin(std::string_view id);
    // `detail`: what was measured. The time is that since begin(), or the one that is given.
    void pass(std::string_view id, std::string detail = {});
    void pass(std::string_view id, std::string detail, milliseconds measured);
    // `why`: what went wrong, and what to do about it.
    void fail(std::string_view id, Words why, std::string detail = {});
    void skip(std::string_view id, Words why = {}, std::string detail = {});
    // Whatever of a role, or of all, has not been done; nothing more is said of it.
    void skip_waiting(char digit);
    void skip_waiting();

  private:
    rest::Check& at(std::string_view id);
    void settle(rest::Check& check, rest::Check::State state, std::string detail, Words why);

    std::vector<rest::Check> checks_;
    const Clock& clock_;
    Changed changed_;
    SteadyTime begun_{};
};

}  // namespace skyn3t::verify
