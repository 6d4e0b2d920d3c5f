#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sip/offer_answer.hpp"
#include "sip/sdp.hpp"

using namespace skyn3t::sip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto session = parse_sdp({reinterpret_cast<const char*>(data), size});
    if (!session) return 0;
    LocalMedia local;
    local.address = "192.0.2.1";
    local.port = 20000;
    const auto our_offer = make_offer(local);
    static_cast<void>(apply_answer(our_offer, *session));
    const auto answer = make_answer(*session, local);
    if (!answer) return 0;
    if (answer->sdp.media.size() != session->media.size()) std::abort();
    // What we answer is well formed, whatever the offer was.
    const auto text = to_string(answer->sdp);
    const auto read = parse_sdp(text);
    if (!read || to_string(*read) != text) std::abort();
    static_cast<void>(make_offer(local, &answer->sdp));
    return 0;
}
