#pragma once

#include <asio/ip/address.hpp>
#include <string>
#include <vector>

#include "media/engine.hpp"
#include "sip/offer_answer.hpp"

// Between what SIP agreed on and what the media engine is told.
namespace skyn3t::call {

[[nodiscard]] media::Codec to_media(sip::Codec codec);
[[nodiscard]] sip::Codec to_sip(media::Codec codec);
// Unspecified when `host` is no address.
[[nodiscard]] asio::ip::address to_host(const std::string& host);
[[nodiscard]] media::RemoteMedia to_remote_media(const sip::Negotiated& negotiated);
// `preferred` first, so that two legs of one call agree and need no transcoding.
[[nodiscard]] std::vector<sip::Codec> with_first(std::vector<sip::Codec> codecs,
                                                 sip::Codec preferred);

}  // namespace skyn3t::call
