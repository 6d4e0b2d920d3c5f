#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sip/flow.hpp"
#include "sip/message.hpp"
#include "sip/transport_layer.hpp"

namespace skyn3t::sip {

// The state of one dialog (RFC 3261 §12). A value; sends nothing itself.
struct Dialog {
    std::string call_id;
    std::string local_tag;
    std::string remote_tag;     // empty for an RFC 2543 peer without one
    std::string local_party;    // our From field, with tag
    std::string remote_party;   // our To field, with tag
    std::string remote_target;  // the peer's Contact URI
    std::vector<std::string>
        routes;                    // "<sip:edge.example.cl;lr>", in the order of our Route fields
    std::uint32_t local_cseq = 0;  // of the last request that we sent
    std::optional<std::uint32_t> remote_cseq;
    Flow flow;  // where the peer's last message came from
    // NAT: what the peer says about its address is not to be believed, only its flow is.
    bool stay_on_flow = false;

    // §12.1.1. parse_error when the request has no usable Contact.
    [[nodiscard]] static Result<Dialog> from_request(const Message& request, std::string local_tag,
                                                     const Flow& flow);
    // §12.1.2. What is ours comes from `ours`, never from the response: Call-ID, tag, From, CSeq,
    // and the Request-URI as target unless the response has a usable Contact.
    [[nodiscard]] static Dialog from_response(const Message& response, Dialog ours);

    // Whether a request with our tag is this dialog's.
    [[nodiscard]] bool has(const Message& request) const;
    // A target refresh (re-INVITE, UPDATE and their 2xx, §12.2): the Contact is the new target.
    void refresh_target(const Message& message);
    // §12.2.1.1: a request up to its CSeq, `via` its only Via. ACK and CANCEL take an old number.
    [[nodiscard]] MessageBuilder request(Method method, std::uint32_t cseq,
                                         std::string_view via) const;
    [[nodiscard]] std::string_view request_uri() const;  // with a strict router first, its URI
};

// Where the dialog's next request goes: to the first route or the remote target when its address
// can be believed and reached, over the flow otherwise. A live TCP connection to that address is
// used again. Names are not looked up.
[[nodiscard]] Flow next_hop(const Dialog& dialog, TransportLayer& transport);

// Whether the sender of a request is behind a NAT: its Via does not tell the source that the
// request came from.
[[nodiscard]] bool is_behind_nat(const Message& request, const Flow& flow);

}  // namespace skyn3t::sip
