#include <cstdint>
#include <string>

#include "provision/purchase.hpp"
#include "twilio/client.hpp"

namespace {

using namespace skyn3t;

// Answers everything with the same bytes.
struct Canned final : twilio::Transport {
    explicit Canned(std::string text) : body(std::move(text)) {}
    Result<twilio::Response> send(const twilio::Request&) override {
        return twilio::Response{200, {}, body};
    }
    std::string body;
};

}  // namespace

// What Twilio, or whoever answers in its place, may answer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Canned canned(std::string(reinterpret_cast<const char*>(data), size));
    if (canned.body.find("next_page_ur") != std::string::npos) return 0;  // a list without an end
    twilio::Client client(canned, "AC1", {.tries = 1, .wait = [](milliseconds) { return false; }});
    (void)client.domains();
    (void)client.credential_lists();
    (void)client.credentials("CL1");
    (void)client.find_number("+56229145248");
    (void)client.available_numbers("CL", "Local", "");
    (void)client.regulations("CL", "local");
    (void)client.addresses();
    (void)client.bundles("CL", "local");
    (void)client.number_prices("CL");
    (void)provision::look_for_numbers(client, {{"A", {}}, {"B", {}}});
    return 0;
}
