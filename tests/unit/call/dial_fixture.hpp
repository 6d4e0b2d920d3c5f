#pragma once

#include "call/dialing.hpp"
#include "support/call_world.hpp"

namespace skyn3t::call {

class DialTest : public test::CallTest {
  protected:
    // The caller's document is one Dial whose action is /after, which hangs up.
    void dial_with(const std::string& nouns, const std::string& attributes = "") {
        application.serve("/after", "<Hangup/>");
        call_with(dial(nouns, "action=\"/after\" " + attributes));
    }
    void dial_office(const std::string& attributes = "") {
        dial_with(sip(test::kOffice), attributes);
    }
    // What the action was told of the Dial.
    std::string action() const {
        for (const auto& line : application.requested)
            if (line.starts_with("/after ")) return line.substr(7);
        return "not requested";
    }
    std::size_t actions() const {
        std::size_t count = 0;
        for (const auto& line : application.requested)
            count += line.starts_with("/after ") ? 1u : 0u;
        return count;
    }
};

}  // namespace skyn3t::call
