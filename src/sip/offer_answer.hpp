#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sip/sdp.hpp"

// RFC 3264 for one audio stream, as pure values: what we can do, their description, what came out
// of it.
namespace skyn3t::sip {

enum class Codec : std::uint8_t { pcmu, pcma, g722 };
[[nodiscard]] std::string_view name_of(Codec codec);  // "PCMU"

// Our side of the stream.
struct LocalMedia {
    std::string address;
    std::uint16_t port = 0;
    std::vector<Codec> codecs{Codec::pcmu, Codec::pcma, Codec::g722};  // most preferred first
    bool telephone_event = true;
    std::chrono::milliseconds ptime{20};
    Direction direction = Direction::sendrecv;
    std::uint64_t session_id = 0;  // of o=; its version is counted from the previous description
    bool rtcp_mux = true;          // accepted when offered, never offered by us
};

// What both sides agreed on, seen from us.
struct Negotiated {
    Codec codec = Codec::pcmu;
    std::uint8_t send_payload_type = 0;     // what the peer wants to receive for this codec
    std::uint8_t receive_payload_type = 0;  // what it may send us for it
    // Every codec that the peer may send us now, by payload type: it may change without a word (RFC
    // 3264 §5.1).
    struct Receivable {
        std::uint8_t payload_type = 0;
        Codec codec = Codec::pcmu;
    };
    std::vector<Receivable> receivable;
    std::optional<std::uint8_t> send_telephone_event, receive_telephone_event;  // of 8000 Hz clock
    std::string remote_address;  // empty when there is none to send to (0.0.0.0)
    std::uint16_t remote_port = 0;
    std::string remote_rtcp_address;
    std::uint16_t remote_rtcp_port = 0;
    bool rtcp_mux = false;
    Direction direction = Direction::sendrecv;          // what we may do
    bool on_hold = false;                               // the peer wants no audio from us
    std::chrono::milliseconds ptime{20};                // of what we send
    std::optional<std::chrono::milliseconds> maxptime;  // no packet that we send may be longer
};

struct Answer {
    SdpSession sdp;
    Negotiated media;
};

// `previous`: the description that we sent last in this dialog, if any. Its m= lines, payload types
// and o= are kept, and its version grows when anything changed (RFC 3264 §8).
[[nodiscard]] SdpSession make_offer(const LocalMedia& local, const SdpSession* previous = nullptr);
// not_acceptable (488) when no audio line can be used; the detail names what was offered and what
// is allowed.
[[nodiscard]] Result<Answer> make_answer(const SdpSession& offer, const LocalMedia& local,
                                         const SdpSession* previous = nullptr);
// not_acceptable when the answer refuses the stream or does not answer our offer.
[[nodiscard]] Result<Negotiated> apply_answer(const SdpSession& our_offer,
                                              const SdpSession& answer);

}  // namespace skyn3t::sip
