#include "call/negotiation.hpp"

#include <algorithm>

namespace skyn3t::call {
namespace {

media::Direction to_media(sip::Direction direction) {
    switch (direction) {
        case sip::Direction::sendrecv:
            return media::Direction::send_receive;
        case sip::Direction::sendonly:
            return media::Direction::send_only;
        case sip::Direction::recvonly:
            return media::Direction::receive_only;
        case sip::Direction::inactive:
            return media::Direction::inactive;
    }
    return media::Direction::inactive;
}

// An SDP may name a host; only an address can be sent to, and anything else is nowhere.
media::Address to_address(const std::string& host, std::uint16_t port) {
    asio::error_code error;
    const auto address = asio::ip::make_address(host, error);
    return error ? media::Address() : media::Address(address, port);
}

}  // namespace

media::Codec to_media(sip::Codec codec) {
    switch (codec) {
        case sip::Codec::pcmu:
            return media::Codec::pcmu;
        case sip::Codec::pcma:
            return media::Codec::pcma;
        case sip::Codec::g722:
            return media::Codec::g722;
    }
    return media::Codec::pcmu;
}

sip::Codec to_sip(media::Codec codec) {
    switch (codec) {
        case media::Codec::pcmu:
            return sip::Codec::pcmu;
        case media::Codec::pcma:
            return sip::Codec::pcma;
        case media::Codec::g722:
            return sip::Codec::g722;
    }
    return sip::Codec::pcmu;
}

asio::ip::address to_host(const std::string& host) {
    asio::error_code error;
    const auto address = asio::ip::make_address(host, error);
    return error ? asio::ip::address() : address;
}

media::RemoteMedia to_remote_media(const sip::Negotiated& negotiated) {
    media::RemoteMedia remote;
    remote.rtp = to_address(negotiated.remote_address, negotiated.remote_port);
    remote.rtcp = negotiated.rtcp_mux
                      ? remote.rtp
                      : to_address(negotiated.remote_rtcp_address, negotiated.remote_rtcp_port);
    remote.codec = to_media(negotiated.codec);
    remote.payload_type = negotiated.send_payload_type;
    for (const auto& receivable : negotiated.receivable)
        remote.receive.push_back({receivable.payload_type, to_media(receivable.codec)});
    remote.telephone_event_send = negotiated.send_telephone_event;
    remote.telephone_event_receive = negotiated.receive_telephone_event;
    remote.ptime = negotiated.ptime;
    remote.maxptime = negotiated.maxptime;
    remote.direction = to_media(negotiated.direction);
    return remote;
}

std::vector<sip::Codec> with_first(std::vector<sip::Codec> codecs, sip::Codec preferred) {
    const auto found = std::find(codecs.begin(), codecs.end(), preferred);
    if (found != codecs.end()) std::rotate(codecs.begin(), found, found + 1);
    return codecs;
}

}  // namespace skyn3t::call
